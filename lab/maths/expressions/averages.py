"""Losses that a person types: the mean of an expression over all numbers, with means in it; value and exact gradient.

    squared = read_average("loss", "(yhat - y)^2 + |mean(yhat)|", ("yhat", "y"))
    squared.value(outputs, targets), squared.gradient("yhat", outputs, targets)

Each `mean(…)` becomes a variable of its own; between them everything is an ordinary expression of single numbers, whose
derivatives are known, and the chain rule leads through the means.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.maths.expressions.algebra import Node, in_order, node
from lab.maths.expressions.expression import Expression
from lab.maths.expressions.grammar import Parser

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Average:
    """The mean of `expression` over all numbers; each mean in it is over all numbers too, or, with `by_example`, over
    those of one example: of the first axis.
    """

    expression: Expression
    by_example: bool = False

    def value(self, *arrays: ArrayLike) -> float:
        """Return it where the variables have these values (N, …), one array each; NaN outside its domain."""
        return float(self._forward(arrays)[-1].mean())

    def gradient(self, name: str, *arrays: ArrayLike) -> Numbers:
        """Return its derivative by each number of the variable `name`, of the shape of the arrays."""
        values, axes = [np.asarray(array, np.float64) for array in arrays], self._axes(arrays)
        means = [found.mean(axes, keepdims=True) for found in self._forward(arrays)[:-1]]
        shape, last = values[0].shape, len(self._stages) - 1
        each = int(np.prod([shape[axis] for axis in axes]))
        total = np.zeros(shape)
        # What the loss gains where each mean does, from the last stage to the first.
        pulls = [np.zeros(mean.shape) for mean in means]
        for place in range(last, -1, -1):
            stage = self._stages[place]
            weight = np.ones(shape) / values[0].size if place == last else np.broadcast_to(pulls[place] / each, shape)
            given = [*values, *means[:place]]
            with np.errstate(all="ignore"):
                total += weight * stage.derivative(name)(*given)
                for other in range(place):
                    slope = stage.derivative(stage.variables[len(values) + other])(*given)
                    pulls[other] += (weight * slope).sum(axes, keepdims=True)
        return total

    def _forward(self, arrays: tuple[ArrayLike, ...]) -> list[Numbers]:
        """Return what stands in each mean, the innermost first, and last the expression itself."""
        given = [np.asarray(array, np.float64) for array in arrays]
        axes, found = self._axes(arrays), list[Numbers]()
        for stage in self._stages:
            found.append(stage(*given))
            given.append(found[-1].mean(axes, keepdims=True))
        return found

    def _axes(self, arrays: tuple[ArrayLike, ...]) -> tuple[int, ...]:
        return tuple(range(int(self.by_example), np.ndim(arrays[0])))

    @cached_property
    def _stages(self) -> tuple[Expression, ...]:
        """What stands in each mean, with the means before it as further variables; the expression itself is last."""
        variables, found, by = list(self.expression.variables), list[Expression](), dict[Node, Node]()
        for current in in_order([self.expression.root]):
            made = node(current.operation, *(by[each] for each in current.arguments), value=current.value)
            if current.operation == "mean":
                found.append(Expression(made.arguments[0], tuple(variables)))
                variables.append(f"mean {len(found)}")
                made = node("variable", value=variables[-1])
            by[current] = made
        return (*found, Expression(by[self.expression.root], tuple(variables)))


def read_average(field: str, text: str, variables: tuple[str, ...], by_example: bool = False) -> Average:
    """Read a loss as `parse_expression` reads expressions, with `mean(…)` among the functions. Raises ParamError."""
    return Average(Expression(Parser(field, text, variables, means=True).read(), variables), by_example)

"""Expressions that a person types: read by an allow-list, evaluated over arrays, differentiated exactly.

Nothing that is typed is ever run as code: a text is split into tokens, the tokens are built into a tree of known
operations, and the tree is computed with NumPy. All is bounded: length, nesting, parts, exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from numpy.typing import ArrayLike, NDArray

from lab.core.specs import ParamError
from lab.maths.expressions.algebra import Node, in_order
from lab.maths.expressions.differentiation import differentiate
from lab.maths.expressions.evaluation import Program
from lab.maths.expressions.grammar import Parser
from lab.maths.expressions.notation import pretty, tex, written

MOST_NODES: Final = 5000
"""Different parts that a derivative may have."""
MOST_WRITTEN: Final = 20_000
"""Parts that a derivative may have when it is written out, where parts that occur twice count twice."""


@dataclass(frozen=True)
class Expression:
    """A function of `variables`, made by `parse_expression`.

    `str` writes it so that it reads back as an equal function.
    """

    root: Node
    variables: tuple[str, ...]

    def __call__(self, *arrays: ArrayLike) -> NDArray[Any]:
        """Evaluate it where the variables have these values, one array each, in their order.

        The result has the shape that the arrays broadcast to; float32 when all of them are, else float64. Outside
        its domain it is NaN, beyond the largest number infinite; nothing warns and nothing is raised.
        """
        return self._program.run(arrays)[0]

    def evaluate(self, **arrays: ArrayLike) -> NDArray[Any]:
        """Evaluate it as a call does, with the values by name."""
        return self(*(arrays[name] for name in self.variables))

    def derivative(self, name: str, field: str = "expression") -> Expression:
        """Return the exact derivative by the variable `name`.

        Where there is none, it takes the value that torch takes: 0 at the corner of abs and relu, half of each side
        where the arguments of min or max are equal. It may be defined where the function is not, as 1/x for log(x).
        Raises ParamError for `field` when it becomes too long.
        """
        root = differentiate(self.root, name)
        if root.size > MOST_WRITTEN or len(in_order([root])) > MOST_NODES:
            raise ParamError(field, "{field}: its derivative is too long; a shorter expression is needed")
        return Expression(root, self.variables)

    def pretty(self) -> str:
        """Return it as `str` does, with whole exponents raised: 3x² − 3x + 4."""
        return self._pretty

    def tex(self) -> str:
        """Return it in TeX."""
        return tex(self.root)

    def __str__(self) -> str:
        return written(self.root)

    @cached_property
    def _pretty(self) -> str:
        # Labels of plots ask for it at each movement of a hand.
        return pretty(self.root)

    @cached_property
    def _program(self) -> Program:
        return Program([self.root], self.variables)


def parse_expression(field: str, text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """Read a function of `variables` as people write it: 3x^2 − 3x + 4, 2sin(x)/x, max(0, x), x y.

    Numbers may have Persian or Arabic digits. Products need no sign and are computed from left to right as those with
    one: 1/2x is (1/2)x. −x^2 is −(x^2), and 2^3^2 is 2^(3^2). A function needs brackets.
    Raises ParamError, which names `field`, the place of the first wrong character, and what is allowed there.
    """
    return Expression(Parser(field, text, variables).read(), variables)


def evaluator(expressions: Sequence[Expression]) -> Callable[..., list[NDArray[Any]]]:
    """Return a function that evaluates several expressions of the same variables at once, each as if called alone.

    What they have in common is computed once. Raises ValueError when their variables differ.
    """
    variables = {expression.variables for expression in expressions}
    if len(variables) != 1:
        raise ValueError("expressions of different variables cannot be evaluated together")
    program = Program([expression.root for expression in expressions], expressions[0].variables)

    def evaluate(*arrays: ArrayLike) -> list[NDArray[Any]]:
        return program.run(arrays)

    return evaluate

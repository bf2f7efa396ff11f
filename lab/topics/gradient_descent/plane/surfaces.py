"""Functions of two variables that are descended: some of a choice, or one that is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.maths.expressions.expression import Expression, evaluator, parse_expression

Array = NDArray[Any]
Range = tuple[float, float]

PLACES: Final = 160
"""Places a side at which a surface is drawn."""
LEVELS: Final = 14
TYPED: Final = "typed"

# Name → label, expression, ranges of x and y. Peaks is MATLAB's, Rosenbrock's of 1960, Himmelblau's of 1972.
SURFACES: Final[Mapping[str, tuple[str, str, Range, Range]]] = {
    "peaks": (
        "Peaks",
        "3(1-x)^2 exp(-x^2-(y+1)^2) - 10(x/5-x^3-y^5) exp(-x^2-y^2) - 1/3 exp(-(x+1)^2-y^2)",
        (-3.0, 3.0),
        (-3.0, 3.0),
    ),
    "saddle": ("Saddle", "x^2 - y^2 + y^4/4", (-2.0, 2.0), (-2.0, 2.0)),
    "rosenbrock": ("Rosenbrock's valley", "(1-x)^2 + 100(y-x^2)^2", (-2.0, 2.0), (-1.0, 3.0)),
    "himmelblau": ("Himmelblau's four minima", "(x^2+y-11)^2 + (x+y^2-7)^2", (-5.0, 5.0), (-5.0, 5.0)),
}


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of x and y over a rectangle, with its partial derivatives."""

    expression: Expression
    by_x: Expression
    by_y: Expression
    x_range: Range
    y_range: Range

    @cached_property
    def partials(self) -> Callable[..., list[Array]]:
        """∂f/∂x and ∂f/∂y from arrays x and y; NaN where f itself has no value, as log(x) below zero."""
        if np.isfinite(self.values).all():
            return evaluator([self.by_x, self.by_y])
        together = evaluator([self.expression, self.by_x, self.by_y])

        def known(x: Array, y: Array) -> list[Array]:
            value, by_x, by_y = together(x, y)
            return [np.where(np.isfinite(value), part, np.nan) for part in (by_x, by_y)]

        return known

    @cached_property
    def curvatures(self) -> Callable[..., list[Array]]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y² from arrays x and y."""
        return evaluator([self.by_x.derivative("x"), self.by_x.derivative("y"), self.by_y.derivative("y")])

    @cached_property
    def values(self) -> Array:
        """The function in the middle of PLACES × PLACES cells, row 0 at the lowest y; NaN where it has no value."""
        x, y = ((np.arange(PLACES) + 0.5) / PLACES * (high - low) + low for low, high in (self.x_range, self.y_range))
        values = self.expression(*np.meshgrid(x, y))
        return np.where(np.isfinite(values), values, np.nan)

    @cached_property
    def levels(self) -> tuple[float, ...]:
        """Heights of contour lines, such that as much of the map lies between any two of them."""
        known = self.values[np.isfinite(self.values)]
        if not len(known) or known.min() == known.max():
            return ()
        even = np.linspace(known.min(), known.max(), LEVELS + 2)[1:-1]
        shares = np.quantile(known, np.linspace(0, 1, LEVELS + 2)[1:-1])
        # A steep rim would take all even levels, a plain all shares.
        return tuple(float(level) for level in np.unique((even + 3 * shares) / 4))

    def slope(self, at: Array) -> Array:
        """Return the gradient (..., 2) at places (..., 2)."""
        return np.stack(self.partials(at[..., 0], at[..., 1]), axis=-1)

    def value(self, at: Array) -> Array:
        """Return the function (...) at places (..., 2)."""
        return self.expression(at[..., 0], at[..., 1])


@lru_cache(maxsize=32)
def surface(expression: str, x_range: Range, y_range: Range) -> Surface:
    """Return the surface of a text. Raises ParamError for the field "expression"."""
    parsed = parse_expression("expression", expression, ("x", "y"))
    return Surface(parsed, parsed.derivative("x"), parsed.derivative("y"), x_range, y_range)

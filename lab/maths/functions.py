"""Functions of one variable that are descended: some of a choice, or one that is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.core.params import ParamError, Params, choice, real, text
from lab.maths.expressions.expression import Expression, evaluator, parse_expression
from lab.maths.stationary import Stationary, stationary_points

Floats = NDArray[np.float64]

PLACES: Final = 601
"""Points of a curve."""
REACH: Final = 10.0
"""A descent is followed until it is so many widths of the range away from its middle."""
TYPED: Final = "typed"
WHEN_TYPED: Final = ("function", (TYPED,))

# Name → label, expression, and the range in which it is looked at.
LINE: Final[Mapping[str, tuple[str, str, float, float]]] = {
    "parabola": ("Parabola", "3x^2 - 3x + 4", -2.0, 2.0),
    "waves": ("Waves on a parabola", "cos(2pi x) + x^2", -2.0, 2.0),
    "ripples": ("Fading sine", "sin(x) exp(-0.05x^2)", -2 * np.pi, 2 * np.pi),
    "plateau": ("Plateau", "1 - exp(-x^2)", -4.0, 4.0),
    "cliff": ("Cliff", "0.1(x - 0.5)^2 + 2sigmoid(-20x)", -2.0, 4.0),
}


@dataclass(frozen=True)
class Function:
    """A function of x where it is looked at, from `low` to `high`."""

    expression: Expression
    derivative: Expression
    second: Expression
    low: float
    high: float

    @property
    def width(self) -> float:
        """The width of the range."""
        return self.high - self.low

    @cached_property
    def formulas(self) -> tuple[str, str, str]:
        """How the function and its first two derivatives are written."""
        return f"f(x) = {self.expression}", f"f′(x) = {self.derivative}", f"f″(x) = {self.second}"

    @cached_property
    def x(self) -> Floats:
        """Places (PLACES,) along the range."""
        return np.linspace(self.low, self.high, PLACES)

    @cached_property
    def values(self) -> Floats:
        """The function at these places; NaN or infinite where it has no value."""
        return self.expression(self.x)

    @cached_property
    def slopes(self) -> Floats:
        """Its derivative at these places."""
        return self.slope(self.x)

    @cached_property
    def zeros(self) -> tuple[Stationary, ...]:
        """The zeros of the derivative in the range, ascending."""
        return stationary_points(self.expression, self.slope, self.second, self.low, self.high)

    @cached_property
    def stable_rate(self) -> float | None:
        """The rate beyond which a descent swings further and further where the function bends most: 2 / f″.

        None where it bends upwards nowhere.
        """
        bends = self.second(self.x)
        bends = bends[np.isfinite(bends) & (bends > 0)]
        return 2 / float(bends.max()) if len(bends) else None

    def slope(self, x: Floats) -> Floats:
        """Return the derivative at places (N,); NaN where the function itself has no value, as log(x) below zero."""
        values, slopes = self._both(x)
        known = np.isfinite(values)
        return slopes if known.all() else np.where(known, slopes, np.nan)

    @cached_property
    def _both(self) -> Callable[..., list[Floats]]:
        return evaluator([self.expression, self.derivative])

    def around(self, low: float, high: float) -> Function:
        """Return the function on a range that reaches to `low` and `high` too."""
        if self.low <= low and high <= self.high:
            return self
        return _on(self, min(self.low, low), max(self.high, high))

    def reach(self, starts: Floats | float) -> tuple[Floats, Floats]:
        """Return the lowest and highest place to which descents from `starts` are followed, of their shape."""
        low, high = np.minimum(self.low, starts), np.maximum(self.high, starts)
        middle, far = (low + high) / 2, REACH * (high - low)
        return middle - far, middle + far


@lru_cache(maxsize=64)
def _on(known: Function, low: float, high: float) -> Function:
    return Function(known.expression, known.derivative, known.second, low, high)


@lru_cache(maxsize=64)
def line_function(expression: str, low: float, high: float) -> Function:
    """Return the function of a text. Raises ParamError for the field "expression"."""
    parsed = parse_expression("expression", expression)
    derivative = parsed.derivative("x")
    return Function(parsed, derivative, derivative.derivative("x"), low, high)


def visible(values: Floats) -> tuple[float, float] | None:
    """Return the lowest and highest of the values that are worth room on an axis; None where none is finite.

    Where a few are enormous, as beside a pole, they are left out.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    inner_low, inner_high = (float(entry) for entry in np.quantile(known, (0.05, 0.95)))
    if high - low > 50 * (inner_high - inner_low) > 0:
        low, high = inner_low, inner_high
    # A flat line needs some room too.
    room = 0.06 * (high - low) or 0.1 * abs(low) or 1.0
    return low - room, high + room


def function_choice(default: str) -> Any:
    """Declare the choice among the functions, and a typed one."""
    return choice(
        default,
        {**{name: entry[0] for name, entry in LINE.items()}, TYPED: "Typed"},
        label="Function",
        help="The function that is descended.",
        group="Function",
    )


@dataclass(frozen=True, kw_only=True)
class FunctionParams(Params):
    """Which function of one variable is descended."""

    function: str = function_choice("parabola")
    expression: str = text(
        "x^4 - 3x^2 + x",
        label="Formula",
        help="A function of x, for instance x^4 - 3x^2 + x, with sin, cos, exp, log, sqrt, abs, pi and others.",
        group="Function",
        longest=200,
        when=WHEN_TYPED,
    )
    low: float = real(
        -2.0, -1000.0, 1000.0, label="From", help="Where its range begins.", group="Function", when=WHEN_TYPED
    )
    high: float = real(
        2.0, -1000.0, 1000.0, label="To", help="Where its range ends.", group="Function", when=WHEN_TYPED
    )

    def check(self) -> None:
        """Refuse a typed function that cannot be read, or that has no value anywhere in its range."""
        if self.function != TYPED:
            return
        typed = self.chosen()
        if not self.low < self.high:
            raise ParamError(
                "high",
                "{field}: {value} is not allowed; allowed is a number above {low}, where the range begins",
                value=self.high,
                low=self.low,
            )
        if not (np.isfinite(typed.values) & np.isfinite(typed.slopes)).any():
            raise ParamError(
                "expression",
                "{field}: it has no value anywhere from {low} to {high}; choose another range",
                low=self.low,
                high=self.high,
            )

    def chosen(self) -> Function:
        """Return the function on its range."""
        if self.function == TYPED:
            return line_function(self.expression, self.low, self.high)
        _, written, low, high = LINE[self.function]
        return line_function(written, low, high)

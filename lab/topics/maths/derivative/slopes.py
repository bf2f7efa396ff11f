"""A function of one variable and its derivative, over a plot and at one place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis
from lab.maths.expressions.expression import Expression, evaluator, parse_expression
from lab.topics.maths.derivative.wrong_way import WrongWay, wrong_way

POINTS = 361
"""Places at which a curve is computed."""
HALVINGS = 40
"""How often an interval is halved to tell a jump from a steep rise: to 10⁻¹² of its width."""
STEPS = 10.0 ** np.linspace(-16, 0, 97)
"""The steps h of the chart of errors."""
BESIDE = 1e-7
"""How far to either side of a place is looked, relative to its size, to tell whether there is a corner or a jump."""


@dataclass(frozen=True)
class Curve:
    """What is drawn of one function: `x`, `y` (N,), with NaN where the line is interrupted, and its axis."""

    x: Array
    y: Array
    axis: Axis


@dataclass(frozen=True)
class Curves:
    """A function and its derivatives, over the plot from `low` to `high`."""

    function: Expression
    derivative: Expression
    wrong: WrongWay | None
    low: float
    high: float
    values: Curve
    slopes: Curve
    wrong_slopes: Curve | None

    @cached_property
    def _both(self) -> Callable[..., list[Array]]:
        return evaluator([self.function, self.derivative])

    def there(self, points: Array) -> tuple[Array, Array]:
        """Return values and derivatives (N,) at `points`; no derivative where there is no value."""
        values, slopes = self._both(points)
        return values, np.where(np.isnan(values), math.nan, slopes)


@lru_cache(maxsize=16)
def curves_of(expression: str, low: float, high: float) -> Curves:
    """Read, differentiate and compute a function on [low, high]. Raises ParamError for `expression`."""
    function = parse_expression("expression", expression)
    derivative = function.derivative("x", "expression")
    wrong = wrong_way(function)

    def slope(x: Array) -> Array:
        # 1/x is defined where log(x) is not.
        return np.where(np.isnan(function(x)), math.nan, derivative(x))

    return Curves(
        function,
        derivative,
        wrong,
        low,
        high,
        _curve("f(x)", function, low, high),
        _curve("f′(x)", slope, low, high),
        None if wrong is None else _curve("", wrong.derivative, low, high),
    )


def _curve(label: str, function: Callable[[Array], Array], low: float, high: float) -> Curve:
    """Compute what is drawn of a function: jumps and poles are not bridged, their edges are drawn exactly."""
    x = np.linspace(low, high, POINTS)
    y = function(x)
    axis = _axis(label, y)
    with np.errstate(invalid="ignore", over="ignore"):
        rise = np.abs(np.diff(y))
    if axis.low is None or axis.high is None:
        return Curve(x, y, axis)
    steep = np.flatnonzero((rise > 0.02 * (axis.high - axis.low)) & np.isfinite(rise))
    left, right, still = _narrowed(function, x[steep], x[steep + 1])
    places = steep[still] + 1
    edges = np.stack([left[still], left[still], right[still]], axis=1)
    heights = function(edges)
    heights[:, 1] = math.nan
    before = np.repeat(places, 3)
    return Curve(np.insert(x, before, edges.ravel()), np.insert(y, before, heights.ravel()), axis)


def _narrowed(function: Callable[[Array], Array], left: Array, right: Array) -> tuple[Array, Array, Array]:
    """Halve intervals again and again, keeping the steeper half; tell where what is left still rises as much."""
    low, high = function(left), function(right)
    first = np.abs(high - low)
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        between = function(middle)
        with np.errstate(invalid="ignore", over="ignore"):
            later = np.abs(high - between) > np.abs(between - low)
        left, low = np.where(later, middle, left), np.where(later, between, low)
        right, high = np.where(later, right, middle), np.where(later, high, between)
    with np.errstate(invalid="ignore", over="ignore"):
        return left, right, ~(np.abs(high - low) < 0.5 * first)


def _axis(label: str, values: Array) -> Axis:
    """Return an axis that fits the values, and is not spoiled by a few that grow without limit."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Axis(label)
    with np.errstate(over="ignore"):
        least, low, high, most = (float(value) for value in np.percentile(finite, (0, 5, 95, 100)))
    spread = high - low
    if most - least > 4 * spread > 0:
        least, most = max(least, low - spread / 2), min(most, high + spread / 2)
    margin = 0.06 * (most - least) or 1.0
    least, most = least - margin, most + margin
    return Axis(label, low=least, high=most) if math.isfinite(most - least) else Axis(label)


@dataclass(frozen=True)
class Spot:
    """What is known at one place: f, f′, the finite differences over `h`, and the errors of many steps."""

    at: float
    h: float
    value: float
    slope: float
    ahead: float
    behind: float
    forward_errors: Array
    central_errors: Array
    sides: tuple[float, float, float, float]
    """Just to the left and right of it: f, f, f′, f′."""

    @property
    def jumps(self) -> bool:
        """Whether the values to the left and right differ by far more than the slopes there explain."""
        before, after, left, right = self.sides
        explained = (abs(left) + abs(right)) * BESIDE * max(1.0, abs(self.at))
        return abs(after - before) > 10 * explained

    @property
    def forward(self) -> float:
        """The difference of the values at x + h and x, over h."""
        return (self.ahead - self.value) / self.h

    @property
    def central(self) -> float:
        """The difference of the values at x + h and x − h, over 2h."""
        return (self.ahead - self.behind) / (2 * self.h)


def spot_of(curves: Curves, at: float, h: float) -> Spot:
    """Compute everything at x = `at` in one go."""
    beside = BESIDE * max(1.0, abs(at))
    places = np.concatenate([[at, at + h, at - h, at - beside, at + beside], at + STEPS, at - STEPS])
    values, slopes = curves.there(places)
    value, slope, count = float(values[0]), float(slopes[0]), len(STEPS)
    ahead, behind = values[5 : 5 + count], values[5 + count :]
    with np.errstate(all="ignore"):
        forward = np.abs((ahead - value) / STEPS - slope)
        central = np.abs((ahead - behind) / (2 * STEPS) - slope)
    sides = (float(values[3]), float(values[4]), float(slopes[3]), float(slopes[4]))
    return Spot(at, h, value, slope, float(values[1]), float(values[2]), forward, central, sides)

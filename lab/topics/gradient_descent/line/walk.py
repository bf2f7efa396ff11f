"""A ball that goes down a function of one variable, and many others that start elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.descent import NEVER, Descent, Floats, fixed, plain
from lab.maths.functions import Function
from lab.nets.registry.optimisers import torch_code
from lab.topics.gradient_descent.programs import descent_lines

AFFORDABLE: Final = 1.0e6
"""Operations on numbers that a preview may take: some milliseconds."""
_OVERHEAD: Final = 600
"""What an operation of NumPy costs beside its numbers, in numbers."""


class Walk:
    """The state of a descent in one dimension. All points move at once; the ball is the first of them.

    `function` is on the range that is shown at first: its own, and the start of the ball. `x` and `slopes`
    (steps + 1,) hold the parameter and the derivative at each step of the ball, NaN where it was not yet.
    """

    def __init__(self, function: Function, start: float, rate: float, steps: int, others: int, seed: int) -> None:
        self.rate, self.steps = rate, steps
        self.function = function.around(start, start)
        starts = np.random.default_rng(seed).uniform(function.low, function.high, others)
        self.limits = tuple(float(limit) for limit in self.function.reach(start))
        self._descent = Descent(
            self.function.slope,
            np.concatenate([[start], starts]),
            plain(fixed(rate)),
            self.function.reach(start),
        )
        self.x: Floats = np.full(steps + 1, np.nan)
        self.slopes: Floats = np.full(steps + 1, np.nan)
        self._note()

    @property
    def at(self) -> int:
        """The steps done."""
        return self._descent.steps

    @property
    def left(self) -> bool:
        """Whether the ball can go no further: it left the range, or the function has no slope where it is."""
        return bool(self._descent.left_at[0] != NEVER)

    @property
    def going(self) -> bool:
        """Whether there is a next step."""
        return self.at < self.steps and not self.left

    @property
    def others(self) -> Floats:
        """Where the others are now, NaN for those that left."""
        return self._descent.positions[1:]

    @property
    def others_left(self) -> int:
        """How many of the others left the range."""
        return int((self._descent.left_at[1:] != NEVER).sum())

    def step(self) -> None:
        """Go on by one step."""
        self._descent.step()
        self._note()

    def run_ahead(self) -> None:
        """Go on for as many steps as a preview can afford."""
        operations = self.function.derivative.root.size * (_OVERHEAD + len(self.others))
        affordable = min(self.steps, int(AFFORDABLE / operations))
        while self.going and self.at < affordable:
            self.step()

    def value(self, step: int) -> float:
        """Return the value of the function where the ball is after `step`."""
        return float(self.function.expression(self.x[step]))

    def shown(self, step: int) -> Function:
        """Return the function on a range in which the ball can be seen at each of the steps up to `step`."""
        been: NDArray[np.float64] = self.x[: step + 1]
        # The last step may lead out of the limits, but not so far that nothing else could be seen.
        far = self.limits[1] - self.limits[0]
        been = been[(been >= self.limits[0] - far) & (been <= self.limits[1] + far)]
        return self.function.around(float(been.min()), float(been.max())) if len(been) else self.function

    def ending(self) -> Message | None:
        """Say why the ball cannot go on, and what to try; None while it can."""
        if not self.left:
            return None
        x, low, high = self.x[self.at], *self.limits
        place = _figures(x)
        if low <= x <= high:
            return message(
                "Step {step}: at x = {x} there is no slope to follow: f(x) is {value}, f′(x) is {slope}. Try another "
                "start.",
                step=self.at,
                x=place,
                value=_figures(self.value(self.at)),
                slope=_figures(self.slopes[self.at]),
            )
        if self._falls():
            return message(
                "Step {step}: x = {x} left the range from {low} to {high} in which it is followed. The function was "
                "falling all the way: there may be no minimum on this side. Try another start.",
                step=self.at,
                x=place,
                low=_figures(low),
                high=_figures(high),
            )
        stable = self.function.stable_rate
        if stable is None or not 1e-4 * self.rate < stable < self.rate:
            stable = self.rate / 10
            advice = message("Try a learning rate of {rate}.", rate=f"{stable:.2g}")
        else:
            advice = message(
                "Below 2 / f″ = {rate} it cannot explode, with f″ where the function bends most: try that.",
                rate=_figures(stable),
            )
        return message(
            "Step {step}: x = {x} left the range from {low} to {high} in which it is followed. The learning rate "
            "{rate} is too large here: each step jumps further than the last. {advice}",
            step=self.at,
            x=place,
            low=_figures(low),
            high=_figures(high),
            rate=_figures(self.rate),
            advice=advice,
        )

    def next(self, step: int) -> float:
        """Return where the step after `step` leads, NaN where there is none."""
        if self.left and step == self.at:
            return np.nan
        return float(self.x[step] - self.rate * self.slopes[step])

    def result(self) -> Numbers:
        """Return what is finite of where the ball is, and the program of its descent."""
        found = (
            (float(self.x[self.at]), "x", "at[0].item()"),
            (self.value(self.at), "value", "value.item()"),
            (float(self.slopes[self.at]), "gradient", "at.grad[0].item()"),
            (self.at, "steps", "step"),
            (int(self.left), "diverged", "int(not going)"),
        )
        quantities = tuple(
            Quantity("", value if np.isfinite(value) else None, "", name, code, listed=False)
            for value, name, code in found
        )
        optimiser = torch_code("sgd", self.rate, weights="[at]")
        limits = self.limits[:1], self.limits[1:]
        setup = descent_lines(self.function.expression, self.x[:1].tolist(), optimiser, self.steps, limits)
        return Numbers(quantities, setup=setup)

    def _note(self) -> None:
        self.x[self.at], self.slopes[self.at] = self._descent.positions[0], self._descent.gradients[0]

    def _falls(self) -> bool:
        """Tell whether the ball went one way only, and ever lower."""
        been = self.x[: self.at + 1]
        values, moves = self.function.expression(been), np.diff(been)
        with np.errstate(invalid="ignore"):
            return bool((np.diff(values) <= 0).all() and ((moves > 0).all() or (moves < 0).all()))


def _figures(value: float) -> str:
    """Write a number for a sentence."""
    if np.isnan(value):
        return "NaN"
    return f"{value:.7g}".replace("-", "−")

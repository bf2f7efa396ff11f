"""A noisy curve and models that can do more and more: when they begin to learn the noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from lab.core.events import Event
from lab.core.headline import Headline
from lab.core.metaparameters import seed_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Numbers
from lab.core.text import message
from lab.topics.overfitting.fit.figures import asked, errors, fitted, parts
from lab.topics.overfitting.fit.models import MOST, Fits
from lab.topics.overfitting.fit.numbers import numbers


@dataclass(frozen=True, kw_only=True)
class FitParams(Params):
    """The curve, the points on it, and the model."""

    order: int = integer(
        9, 0, MOST, slider=True, label="Order, or units", group="Model",
        help="The highest power of the polynomial, or the units of the hidden layer: how much the model can do.",
    )  # fmt: skip
    kind: str = choice(
        "polynomial",
        {"polynomial": "Polynomial of an order", "hidden": "One hidden layer of ReLU units"},
        label="Model", group="Model",
        help="Both are fitted exactly, by least squares. Of the hidden layer only the last weights are fitted; its "
        "units have their kinks at fixed places.",
    )  # fmt: skip
    curve: str = choice(
        "sine",
        {"sine": "Sine: sin πx", "wave": "Two waves: sin 2πx", "step": "Step: the sign of x", "line": "Line: x"},
        label="Curve", group="Data", help="What is true, and what the model should find.",
    )  # fmt: skip
    points: int = integer(
        15, 3, 200, scale="log", slider=True, label="Points", group="Data",
        help="How many points it learns from, evenly from −1 to 1.",
    )  # fmt: skip
    noise: float = real(
        0.3, 0.0, 2.0, slider=True, label="Noise", group="Data",
        help="The standard deviation by which each measured y is off the curve.",
    )  # fmt: skip
    redraws: int = integer(
        100, 2, 1000, scale="log", label="Redraws", group="Data",
        help="How often all points are measured anew, at the same places, and the model is fitted again.",
    )  # fmt: skip
    seed: int = seed_field(group="Data")

    def fits(self) -> Fits:
        """Return the fits of all orders to all redraws; the same ones while only the order is moved."""
        return _fits(self.curve, self.kind, self.points, self.noise, self.redraws, self.seed)


@lru_cache(maxsize=4)
def _fits(curve: str, model: str, points: int, noise: float, redraws: int, seed: int) -> Fits:
    return Fits(curve, model, points, noise, redraws, seed)


class Fit(NumbersPage[FitParams]):
    """Least squares of all orders, on many redraws at once; the training error falls, the test error turns."""

    id: ClassVar[str] = "overfitting.fit"
    title: ClassVar[str] = "Fitting and overfitting"
    params: ClassVar[type[Params]] = FitParams
    headline: ClassVar[Headline | None] = Headline("test_error", message("test error"), "number", "lower")

    def figures(self, params: FitParams) -> Iterator[Event]:
        """Yield the fit, the errors and their parts over the order, and when overfitting does no harm."""
        found = params.fits()
        yield fitted(found, params.order)
        yield errors(found, params.order)
        yield parts(found, params.order)
        yield asked(found, params.order)

    def numbers(self, params: FitParams) -> Sequence[Numbers]:
        """Return the errors of this draw, bias and variance of all, and what theory says of them."""
        return [numbers(params, params.fits())]


EXPERIMENT = Fit

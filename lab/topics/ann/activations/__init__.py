"""Activation functions with their derivatives: where each saturates, and what layers of it do to a gradient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Numbers
from lab.topics.ann.activations.figures import FARTHEST, functions_chart, gradients_chart, slopes_chart
from lab.topics.ann.activations.numbers import numbers
from lab.topics.ann.activations.saturation import FUNCTIONS

NONE = "none"


@dataclass(frozen=True, kw_only=True)
class ActivationsParams(Params):
    """Which functions, where, and what counts as flat."""

    function: str = choice(
        "sigmoid", FUNCTIONS, label="Activation", help="The function that is looked at.", group="Function"
    )
    compared: str = choice(
        "relu",
        {NONE: "None", **FUNCTIONS},
        label="Compared with",
        help="A second function, drawn and computed beside the first.",
        group="Function",
    )
    z: float = real(
        1.0,
        -FARTHEST,
        FARTHEST,
        label="Sum z",
        help="What goes into the function: the weighted sum of a unit. It follows the mouse over the plots.",
        group="Function",
        slider=True,
    )
    threshold: float = real(
        0.05,
        0.001,
        0.5,
        label="Flat below a slope of",
        help="Where the absolute slope is smaller, the function is called saturated.",
        group="Function",
        scale="log",
        slider=True,
    )
    layers: int = integer(
        10,
        1,
        50,
        label="Layers",
        help="Through so many activations the gradient comes back, all of them at the same z.",
        group="Function",
        slider=True,
    )

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of one or two functions."""
        return (self.function,) if self.compared in (NONE, self.function) else (self.function, self.compared)


class Activations(NumbersPage[ActivationsParams]):
    """One or two functions at one place."""

    id: ClassVar[str] = "ann.activations"
    title: ClassVar[str] = "Activation functions"
    params: ClassVar[type[Params]] = ActivationsParams

    def figures(self, params: ActivationsParams) -> Iterator[Event]:
        """Yield the functions, their slopes, and the gradient over the layers."""
        yield functions_chart(params.chosen, params.z, params.threshold)
        yield slopes_chart(params.chosen, params.z, params.threshold)
        yield gradients_chart(params.chosen, params.z, params.layers)

    def numbers(self, params: ActivationsParams) -> Sequence[Numbers]:
        """Return what is known of them, and of them at z."""
        return [numbers(params.chosen, params.z, params.threshold, params.layers)]


EXPERIMENT = Activations

"""Activation functions with their derivatives: where each saturates, and what layers of it do to a gradient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.params import Params, choice, integer, real
from lab.topics.ann.activations.figures import FARTHEST, functions_chart, gradients_chart, slopes_chart
from lab.topics.ann.activations.saturation import FACTS, FUNCTIONS, flat, slope_at, tails, value_at
from lab.topics.ann.activations.tables import numbers, torch_table

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


class Activations(ClosedForm[ActivationsParams]):
    """One or two functions at one place."""

    id: ClassVar[str] = "ann.activations"
    title: ClassVar[str] = "Activation functions"
    params: ClassVar[type[Params]] = ActivationsParams

    def compute(self, params: ActivationsParams) -> Iterator[Event]:
        """Yield the functions, their slopes, the gradient over the layers, and the numbers."""
        chosen, z, threshold, layers = params.chosen, params.z, params.threshold, params.layers
        yield functions_chart(chosen, z, threshold)
        yield slopes_chart(chosen, z, threshold)
        yield gradients_chart(chosen, z, layers)
        yield numbers(chosen, z, threshold, layers)
        values: dict[str, float] = {}
        for prefix, name in zip(("", "compared_"), chosen, strict=False):
            slope = slope_at(name, z)
            below, above = tails(name, threshold)
            values |= {
                f"{prefix}value": value_at(name, z),
                f"{prefix}slope": slope,
                f"{prefix}saturated": float(flat(name, z, threshold)),
                **({} if below is None else {f"{prefix}saturated_below": below}),
                **({} if above is None else {f"{prefix}saturated_above": above}),
                f"{prefix}largest_slope": FACTS[name].largest,
                f"{prefix}gradient_after_layers": slope**layers,
            }
        yield Metrics(values)

    def verify(self, params: ActivationsParams) -> Iterator[Event]:
        """Yield what torch computes, its slopes by autograd."""
        yield torch_table(params.chosen, params.z)


EXPERIMENT = Activations

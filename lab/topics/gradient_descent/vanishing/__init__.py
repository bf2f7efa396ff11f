"""Plateaus and cliffs, on a curve and then in a deep network: gradients that vanish or explode, and clipping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.numbers import NumbersPage
from lab.core.params import Params
from lab.core.quantities import Numbers
from lab.topics.gradient_descent.vanishing import figures as figures
from lab.topics.gradient_descent.vanishing.chain import chain_numbers, curve
from lab.topics.gradient_descent.vanishing.deep_network import clip_factor
from lab.topics.gradient_descent.vanishing.numbers import blocked, network_numbers
from lab.topics.gradient_descent.vanishing.params import VanishingParams


class Vanishing(NumbersPage[VanishingParams]):
    """Follow the gradient from the last layer to the first."""

    id: ClassVar[str] = "gradient_descent.vanishing"
    title: ClassVar[str] = "Vanishing and exploding gradients"
    params: ClassVar[type[Params]] = VanishingParams

    def figures(self, params: VanishingParams) -> Iterator[Event]:
        """Yield the curve, the gradients of the network, the factors between them, and the signal."""
        found = params.backward()
        yield curve(params.chain())
        yield figures.norms(found, clip_factor(found.norm, params.clip))
        yield figures.factors(found)
        yield figures.signals(found)
        dead = blocked(found)
        if dead is not None:
            yield Remark("dead", dead, "warning")

    def numbers(self, params: VanishingParams) -> Sequence[Numbers]:
        """Return the numbers of the network and those of the chain."""
        return network_numbers(params), chain_numbers(params.chain())


EXPERIMENT = Vanishing

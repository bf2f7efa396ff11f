"""Linear layers, however many, are one linear layer; a non-linearity between them is what makes depth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event
from lab.core.metaparameters import SeedParams, seed_field
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, choice, integer, integers, real
from lab.core.quantities import Numbers
from lab.nets.registry.activations import HIDDEN
from lab.topics.ann.linear_collapse.collapse import Stack, drawn, probes
from lab.topics.ann.linear_collapse.figures import along, biases, line, weights
from lab.topics.ann.linear_collapse.numbers import numbers

_BENT = tuple(name for name in HIDDEN if name != "identity")


@dataclass(frozen=True, kw_only=True)
class LinearCollapseParams(SeedParams):
    """What stands in the stack."""

    seed: int = seed_field(2)
    widths: tuple[int, ...] = integers(
        (2, 4, 3, 1),
        1,
        6,
        length=(3, 6),
        label="Widths",
        help="The number of inputs, then the units of each linear layer; the last are the outputs.",
        group="Network",
    )
    activation: str = choice(
        "identity",
        HIDDEN,
        label="Activation",
        help="What stands between linear layers; none leaves everything linear.",
        group="Network",
    )
    after: int = integer(
        0,
        0,
        4,
        slider=True,
        label="After layer",
        help="The layer that the activation follows; 0: each layer but the last.",
        group="Network",
        when=("activation", _BENT),
    )
    others: float = real(
        0.5,
        -4.0,
        4.0,
        slider=True,
        label="Other inputs",
        help="What all inputs but the first are while the first goes along its line.",
        group="Line",
    )

    def check(self) -> None:
        """Refuse a place behind the last layer but one: there is nothing between it and the output."""
        between = len(self.widths) - 2
        if self.activation != "identity" and self.after > between:
            raise ParamError(
                "after",
                "{field}: {value} is not allowed; with {layers} layers, allowed is a whole number from 0 to {high}",
                value=self.after,
                layers=between + 1,
                high=between,
            )

    def stack(self) -> Stack:
        """Return the stack with its numbers."""
        return drawn(self.widths, self.activation, self.after, self.seed)


class LinearCollapse(NumbersPage[LinearCollapseParams]):
    """Multiply a stack of linear layers out, and compare."""

    id: ClassVar[str] = "ann.linear_collapse"
    title: ClassVar[str] = "Linear layers collapse"
    params: ClassVar[type[Params]] = LinearCollapseParams

    def figures(self, params: LinearCollapseParams) -> Iterator[Event]:
        """Yield the product, and both outputs along a line."""
        stack = params.stack()
        yield line(stack, along(params.widths[0], params.others))
        yield weights(stack)
        yield biases(stack)

    def numbers(self, params: LinearCollapseParams) -> Sequence[Numbers]:
        """Return both outputs at some inputs."""
        inputs = probes(params.widths[0], params.seed)
        return [numbers(params.stack(), inputs, along(params.widths[0], params.others))]


EXPERIMENT = LinearCollapse

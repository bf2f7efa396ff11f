"""What there is to count in a network: nodes, weights, biases; wide against deep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.metaparameters import SeedParams
from lab.core.params import ParamError, Params, integers
from lab.topics.ann.parameters.check import torchinfo_table
from lab.topics.ann.parameters.figures import Counts, by_layer, compared, divided, drawing

MOST = 100_000
"""Parameters of one network; drawing more takes longer than a frame."""


@dataclass(frozen=True, kw_only=True)
class ParametersParams(SeedParams):
    """The course's two networks are the defaults."""

    wide: tuple[int, ...] = integers(
        (2, 4, 3),
        1,
        1000,
        length=(2, 10),
        label="Wide network",
        help="Inputs, units of each hidden layer, outputs.",
        group="Networks",
    )
    deep: tuple[int, ...] = integers(
        (2, 2, 2, 3),
        1,
        1000,
        length=(2, 10),
        label="Deep network",
        help="Inputs, units of each hidden layer, outputs.",
        group="Networks",
    )

    def check(self) -> None:
        """Refuse networks that are too large to be drawn while a hand changes them."""
        for name in ("wide", "deep"):
            parameters = Counts(getattr(self, name)).parameters
            if parameters > MOST:
                raise ParamError(
                    name,
                    "{field}: a network of {value} parameters is too large to be drawn; allowed are {allowed}",
                    value=parameters,
                    allowed=MOST,
                )


class Parameters(ClosedForm[ParametersParams]):
    """Count two networks, on the drawing, by arithmetic, and by torchinfo."""

    id: ClassVar[str] = "ann.parameters"
    title: ClassVar[str] = "Counting parameters"
    params: ClassVar[type[Params]] = ParametersParams

    def compute(self, params: ParametersParams) -> Iterator[Event]:
        """Yield both networks, their numbers, and what other divisions of the hidden units would have."""
        both = {"wide": Counts(params.wide), "deep": Counts(params.deep)}
        for name, counts in both.items():
            yield drawing(name, counts, params.seed)
        yield compared(both["wide"], both["deep"])
        yield by_layer(both["wide"], both["deep"])
        yield divided(both["wide"], both["deep"])
        yield Metrics({f"{name}_{what}": n for name, counts in both.items() for what, n in counts.metrics().items()})

    def verify(self, params: ParametersParams) -> Iterator[Event]:
        """Yield what torchinfo counts in modules of torch."""
        yield torchinfo_table(Counts(params.wide), Counts(params.deep))


EXPERIMENT = Parameters

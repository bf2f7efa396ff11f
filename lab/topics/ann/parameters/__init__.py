"""What there is to count in a network: nodes, weights, biases; wide against deep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.events import Event
from lab.core.metaparameters import SeedParams
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, integers
from lab.core.quantities import Numbers
from lab.topics.ann.parameters.figures import Counts, divided, drawing
from lab.topics.ann.parameters.numbers import numbers

MOST = 100_000
"""Parameters of one network; drawing more takes longer than a frame."""


def _widths(default: tuple[int, ...], label: str) -> Any:
    return integers(
        default, 1, 1000, length=(2, 10), label=label, help="Inputs, units of each hidden layer, outputs.",
        group="Networks",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ParametersParams(SeedParams):
    """The course's two networks are the defaults."""

    wide: tuple[int, ...] = _widths((2, 4, 3), "Wide network")
    deep: tuple[int, ...] = _widths((2, 2, 2, 3), "Deep network")

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


class Parameters(NumbersPage[ParametersParams]):
    """Count two networks, on the drawing, by arithmetic, and by torchinfo."""

    id: ClassVar[str] = "ann.parameters"
    title: ClassVar[str] = "Counting parameters"
    params: ClassVar[type[Params]] = ParametersParams

    def figures(self, params: ParametersParams) -> Iterator[Event]:
        """Yield both networks, and what other divisions of the hidden units would have."""
        wide, deep = Counts(params.wide), Counts(params.deep)
        yield drawing("wide", wide, params.seed)
        yield drawing("deep", deep, params.seed)
        yield divided(wide, deep)

    def numbers(self, params: ParametersParams) -> Sequence[Numbers]:
        """Return what there is to count in both."""
        return numbers({"wide": Counts(params.wide), "deep": Counts(params.deep)})


EXPERIMENT = Parameters

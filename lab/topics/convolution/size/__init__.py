"""How large the output of a convolution is."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.experiment import Context
from lab.core.numbers import NumbersPage, check
from lab.core.params import Params, choice
from lab.core.quantities import Numbers
from lab.nets.convolution.code import refusal
from lab.nets.convolution.numbers import pair
from lab.nets.convolution.sizes import problem_of
from lab.topics.convolution.size.figures import curve
from lab.topics.convolution.size.numbers import arithmetic, counts
from lab.topics.convolution.size.params import InputParams, LayerParams, place_field
from lab.topics.convolution.size.pictures import drawing


@dataclass(frozen=True, kw_only=True)
class SizeParams(LayerParams, InputParams):
    """An input and a layer; what does not fit is no error, but shown."""

    vary: str = choice(
        "stride", {"kernel": "Kernel size", "padding": "Padding", "stride": "Stride", "dilation": "Dilation"},
        label="Varied in the chart",
        help="What the chart changes while all else stays. Dragging in the chart sets it, for both axes.",
        group="Shown",
    )  # fmt: skip
    at: tuple[int, ...] = place_field("Row and column of the output whose window is drawn. Click into the output.")


class SizeOfConvolution(NumbersPage[SizeParams]):
    """The formula of the size with the numbers put in, drawn to scale."""

    id: ClassVar[str] = "convolution.size"
    title: ClassVar[str] = "The size of a convolution's output"
    params: ClassVar[type[Params]] = SizeParams

    def figures(self, params: SizeParams) -> Iterator[Event]:
        """Yield the drawing, and the curve of one setting; the drawing says why, where the kernel fits nowhere."""
        rows, columns = params.axes(pair(params.size))
        yield drawing(rows, columns, params.at, problem_of(rows.result, columns.result) or "")
        yield curve(rows, columns, params.vary)

    def numbers(self, params: SizeParams) -> Sequence[Numbers]:
        """Return the counts and the arithmetic."""
        axes = params.axes(pair(params.size))
        layer = counts((params.in_channels, params.out_channels), *axes)
        return layer, arithmetic(*axes), *refusal(problem_of(*(axis.result for axis in axes)))

    def verify(self, params: SizeParams) -> Iterator[Event]:
        """Yield what torch makes of the same layer, its refusal included; at the same cost for every size."""
        axes = params.axes(pair(params.size))
        yield check([counts((params.in_channels, params.out_channels), *axes, "meta"), arithmetic(*axes)])

    def run(self, params: SizeParams, context: Context) -> Generator[Event, None, None]:
        """Say why nothing fits in words too, where there is no drawing to see."""
        problem = problem_of(*(axis.result for axis in params.axes(pair(params.size))))
        if problem is not None:
            yield Remark("size", problem, "warning")
        yield from super().run(params, context)


EXPERIMENT = SizeOfConvolution

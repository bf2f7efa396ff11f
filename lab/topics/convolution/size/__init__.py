"""How large the output of a convolution is."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.experiment import ClosedForm, Context
from lab.core.params import Params, choice
from lab.nets.convolution.numbers import pair
from lab.topics.convolution.size.check import check_table
from lab.topics.convolution.size.figures import arithmetic, counts, curve, metrics, multiply_adds, problem_of
from lab.topics.convolution.size.params import InputParams, LayerParams, place_field
from lab.topics.convolution.size.pictures import drawing
from lab.topics.convolution.size.program import size_program


@dataclass(frozen=True, kw_only=True)
class SizeParams(LayerParams, InputParams):
    """An input and a layer; what does not fit is no error, but shown."""

    vary: str = choice(
        "stride",
        {"kernel": "Kernel size", "padding": "Padding", "stride": "Stride", "dilation": "Dilation"},
        label="Varied in the chart",
        help="What the chart changes while all else stays. Dragging in the chart sets it, for both axes.",
        group="Shown",
    )
    at: tuple[int, ...] = place_field("Row and column of the output whose window is drawn. Click into the output.")


class SizeOfConvolution(ClosedForm[SizeParams]):
    """The formula of the size with the numbers put in, drawn to scale."""

    id: ClassVar[str] = "convolution.size"
    title: ClassVar[str] = "The size of a convolution's output"
    params: ClassVar[type[Params]] = SizeParams

    def show(self, params: SizeParams) -> Iterator[Event]:
        """Yield the drawing, the arithmetic and the counts; each says why, where the kernel fits nowhere."""
        rows, columns = axes = params.axes(pair(params.size))
        channels = params.in_channels, params.out_channels
        problem = problem_of(rows, columns)
        yield drawing(rows, columns, params.at, problem or "")
        yield arithmetic(rows, columns)
        yield counts(*channels, rows, columns)
        yield curve(rows, columns, params.vary)
        work = multiply_adds(*channels, rows, columns)
        yield size_program(channels, pair(params.size), params.options(), work, problem is None)
        yield metrics(*channels, *axes)

    def check(self, params: SizeParams) -> Iterator[Event]:
        """Yield what torch makes of the same layer, its refusal included."""
        yield check_table(params.in_channels, params.out_channels, *params.axes(pair(params.size)))

    def run(self, params: SizeParams, context: Context) -> Generator[Event, None, None]:
        """Say why nothing fits in words too, where there is no drawing to see."""
        problem = problem_of(*params.axes(pair(params.size)))
        if problem is not None:
            yield Remark("size", problem, "warning")
        yield from super().run(params, context)


EXPERIMENT = SizeOfConvolution

"""A convolution number by number: a window that travels, products, and their sum."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.events import Event, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Matrices, Table
from lab.core.numbers import check
from lab.core.params import Params, choice, integers, real, text
from lab.core.quantities import metrics, program
from lab.core.text import message
from lab.data.store import DataStore
from lab.maths.matrices import parse_matrix
from lab.nets.convolution.numbers import Pair, pair
from lab.topics.convolution.by_number.figures import LARGEST_IMAGE, LARGEST_KERNEL, equation, image, taken_apart
from lab.topics.convolution.by_number.numbers import centres, numbers
from lab.topics.convolution.by_number.sums import Working

SEVEN = "0 0 0 0 0 0 0; 0 5 5 5 5 5 0; 0 0 0 0 4 5 0; 0 0 0 2 5 0 0; 0 0 0 5 2 0 0; 0 0 3 5 0 0 0; 0 0 5 1 0 0 0"
_MATRIX = "Numbers separated by spaces or commas, rows by semicolons. You can also edit the cells themselves."


@dataclass(frozen=True, kw_only=True)
class ByNumberParams(Params):
    """An image, a kernel, and how one is laid over the other."""

    image: str = text(SEVEN, label="Image", help=_MATRIX, group="Image", longest=4000)
    padding: tuple[int, ...] = integers(
        (0,), 0, 6, length=(1, 2), group="Convolution",
        label="Padding", help="Rows and columns of zeros on each side of the image; one number for both, or two.",
    )  # fmt: skip
    kernel: str = text("1 0 -1; 1 0 -1; 1 0 -1", label="Kernel", help=_MATRIX, group="Kernel", longest=4000)
    direction: str = choice(
        "as_it_is", {"as_it_is": "As it is: cross-correlation", "turned": "Turned round: true convolution"},
        label="Direction",
        help="How the kernel is laid over the image. Deep learning calls the first a convolution; mathematics only the "
        "second.",
        group="Kernel",
    )  # fmt: skip
    bias: float = real(
        0.0, -10.0, 10.0, slider=True, group="Kernel", label="Bias", help="What is added to each sum of products."
    )  # fmt: skip
    stride: tuple[int, ...] = integers(
        (1,), 1, 8, length=(1, 2), group="Convolution",
        label="Stride", help="How far the window goes in one step, down and across; one number for both, or two.",
    )  # fmt: skip
    dilation: tuple[int, ...] = integers(
        (1,), 1, 6, length=(1, 2), group="Convolution",
        label="Dilation", help="How far neighbours of the kernel are apart on the image; 1 is side by side.",
    )  # fmt: skip
    at: tuple[int, ...] = integers(
        (1, 2), 0, 40, length=(2, 2), group="Convolution",
        label="Taken apart", help="Row and column of the output, from 0, whose sum is written out. Click into the "
        "output.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what is no matrix. A kernel that fits nowhere is no error: it is shown."""
        self.working()

    def working(self) -> Working:
        """Return the convolution. Raises ParamError."""
        return Working(
            parse_matrix("image", self.image, LARGEST_IMAGE),
            parse_matrix("kernel", self.kernel, LARGEST_KERNEL),
            self.direction == "turned",
            self.bias,
            pair(self.padding),
            pair(self.stride),
            pair(self.dilation),
        )


class ByNumber(Experiment[ByNumberParams]):
    """One step is one number of the output; torch computes all of them again when the last one is there."""

    id: ClassVar[str] = "convolution.by_number"
    title: ClassVar[str] = "Convolution, number by number"
    params: ClassVar[type[Params]] = ByNumberParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 2.0

    def __init__(self) -> None:
        self._working: Working | None = None
        self._at: Pair = (0, 0)
        self._computed: int | None = None
        self._checked: Table | None = None

    def preview(self, params: ByNumberParams, data: DataStore) -> Iterator[Event]:
        """Show the whole output, taken apart where the form says."""
        working = params.working()
        at = working.nearest(params.at)
        yield from _figures(working, at, None)
        yield from _program(working, at)
        yield from _said(working, params.at)

    def run(self, params: ByNumberParams, context: Context) -> Generator[Event, None, None]:
        """Compute the output cell by cell."""
        working = self._working = params.working()
        self._computed, self._checked = 0, None
        yield from _program(working, working.nearest(params.at))
        columns = working.output_size[1]
        steps = 0 if working.problem is not None else working.output.size
        for step in range(1, steps + 1):
            self._at, self._computed = divmod(step - 1, columns), step
            last = step == steps
            yield from context.made(_figures(working, self._at, None if last else step), everything=last)
            yield Progress(step, steps, 1, 1, step == steps)
        if not steps:
            yield from context.made(_figures(working, self._at, None), everything=True)
            yield Progress(1, 1, 1, 1, True)
        self._computed = None
        yield from _said(working, params.at)
        yield metrics([numbers(working, working.nearest(params.at))])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show where the run rests; at its end with the same numbers from torch."""
        if self._working is not None:
            yield from _figures(self._working, self._at, self._computed)
            if self._computed is None:
                # What takes a while the first time, since torch has to be loaded, is done last, and once.
                self._checked = self._checked or check([numbers(self._working, self._at)])
                yield self._checked


def _figures(working: Working, at: Pair, computed: int | None) -> Iterator[Event]:
    yield lazily(Matrices, "convolution", equation, working, at, computed)
    yield lazily(Matrices, "image", image, working, at)
    yield lazily(Matrices, "apart", taken_apart, working, at)
    yield lazily(Table, "numbers", lambda: numbers(working, at).table)
    yield lazily(Table, "centres", centres, working)


def _program(working: Working, at: Pair) -> Iterator[Event]:
    if working.problem is None:
        yield program([numbers(working, at)])


def _said(working: Working, at: tuple[int, ...]) -> Iterator[Remark]:
    """Say why there is no output, or that the one to be taken apart lies outside."""
    if working.problem is not None:
        yield Remark("shapes", working.problem, "warning")
    elif working.nearest(at) != tuple(at):
        row, column = working.nearest(at)
        rows, columns = working.output_size
        yield Remark(
            "at",
            message(
                "The output has {rows} rows and {columns} columns, counted from 0; there is no output[{wanted}]. "
                "output[{found}] is taken apart instead.",
                rows=rows,
                columns=columns,
                wanted=f"{at[0]}, {at[1]}",
                found=f"{row}, {column}",
            ),
        )


EXPERIMENT = ByNumber

"""The arithmetic of a transposed convolution: its size, where stamps overlap, and what is counted."""

from __future__ import annotations

import numpy as np

from lab.core.events import Metrics
from lab.core.figures import Cell, Table, Words
from lab.core.text import Message, message
from lab.maths.matrices import written
from lab.topics.convolution.transposed.working import AxisStamps, Stamping


def arithmetic(found: Stamping) -> Table:
    """Return the formula with the numbers put in, and how stamps meet, along each axis."""
    rows, columns = found.axes
    if rows == columns:
        table = _along(message("rows and columns"), rows)
    else:
        table = _along(message("rows"), rows) + _along(message("columns"), columns)
    note: Words = found.problem or ""
    if not note and not all(axis.even for axis in found.axes):
        note = message(
            "The stride does not divide the kernel: some places get more stamps than others, a checkerboard."
        )
    return Table("arithmetic", (message("quantity"), message("value")), tuple(table), note)


def _formula(axis: AxisStamps) -> str:
    spans = "k" if axis.dilation == 1 else "d(k − 1) + 1"
    return f"s(M − 1) + {spans} − 2p" + (" + o" if axis.more else "")


def _along(words: Message, axis: AxisStamps) -> list[tuple[Cell, ...]]:
    result, kernel, stride = axis.result, axis.kernel, axis.stride
    repeated = message(
        "Away from the edges, the places r, r + {stride}, r + {twice} … get so many, for each r below {stride}.",
        stride=stride,
        twice=2 * stride,
    )
    if axis.even:
        divided = message("{kernel} cells are shared out evenly among {stride}.", kernel=kernel, stride=stride)
        pattern = Cell(message("even"), divided, "good")
    elif min(axis.shares) == 0:
        pattern = Cell(message("gaps"), message("Places between the stamps get nothing at all."), "bad")
    else:
        divided = message("{kernel} cells cannot be shared out evenly among {stride}.", kernel=kernel, stride=stride)
        pattern = Cell(message("uneven"), divided, "bad")
    size = Cell(message("none"), result.problem, "bad") if result.problem else Cell(result.value, mark="strong")
    return [
        (Cell(message("output: {axis}", axis=words)), size),
        (Cell(_formula(axis)), Cell(result.arithmetic, result.problem or "")),
        (Cell(message("reach of a stamp")), Cell(axis.span, f"{axis.dilation}·({kernel} − 1) + 1 = {axis.span}")),
        (Cell(message("stamps that meet")), Cell(", ".join(map(str, axis.shares)), repeated)),
        (Cell(message("pattern")), pattern),
    ]


def numbers(found: Stamping) -> Table:
    """Return what is counted and summed."""
    cells, kernel = found.image.size, found.kernel.size
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(message("multiplications")),
            Cell(cells * kernel, message("{count} numbers, each times {cells} cells", count=cells, cells=kernel)),
        ),
    ]
    if found.problem is None:
        visits = [axis.visits for axis in found.axes]
        least, most = (int(np.prod([how(axis) for axis in visits])) for how in (np.min, np.max))
        share = message("the product of rows and columns")
        rows += [
            (Cell(message("fewest stamps at a place")), Cell(least, share, "bad" if not least else "")),
            (Cell(message("most stamps at a place")), Cell(most, share)),
            (Cell(message("sum of the output")), Cell(found.total, _sum_words(found), "strong")),
        ]
    returned = found.there_and_back
    if returned is not None:
        apart = float(np.abs(returned[2] - returned[0]).max())
        shape = " × ".join(map(str, returned[2].shape))
        rows += [
            (
                Cell(message("there and back: shape"), message("A convolution, then this, with the same kernel.")),
                Cell(message("{shape}, as before", shape=shape), mark="good"),
            ),
            (
                Cell(message("there and back: largest difference")),
                Cell(apart, message("of the numbers that come back from those that went"), "bad" if apart else "good"),
            ),
        ]
    return Table("numbers", (message("quantity"), message("value")), tuple(rows), found.problem or "")


def _sum_words(found: Stamping) -> Words:
    if any(axis.padding for axis in found.axes):
        return message("of all numbers times all weights, without what the padding cuts off")
    total, weight = written(float(found.image.sum())), written(float(found.kernel.sum()))
    return message("sum of the input times sum of the kernel: {total}·{weight}", total=total, weight=weight)


def metrics(found: Stamping) -> Metrics:
    """Return the result as numbers; where nothing is left there is no size."""
    values: dict[str, float] = {
        "fits": int(found.problem is None),
        "multiplications": found.image.size * found.kernel.size,
    }
    values["even"] = int(all(axis.even for axis in found.axes))
    if found.problem is not None:
        return Metrics(values)
    visits = [axis.visits for axis in found.axes]
    values["fewest_stamps"] = int(visits[0].min() * visits[1].min())
    values["most_stamps"] = int(visits[0].max() * visits[1].max())
    values["sum"] = found.total
    returned = found.there_and_back
    if returned is not None:
        values["returned_difference"] = float(np.abs(returned[2] - returned[0]).max())
    return Metrics(values, {"output_size": found.output_size})

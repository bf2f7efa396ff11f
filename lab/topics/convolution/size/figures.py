"""The arithmetic of the sizes of a convolution, what there is to count in it, and how its size changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.core.events import Array, Metrics
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.text import Message, message
from lab.topics.convolution.size.axes import AxisSizes, never_visited
from lab.topics.convolution.size.params import RANGES

FORMULA = "⌊(M + 2p − d(k − 1) − 1)/s⌋ + 1"
LABELS: Mapping[str, Message] = {
    "kernel": message("kernel size k"),
    "padding": message("padding p"),
    "stride": message("stride s"),
    "dilation": message("dilation d"),
}


def problem_of(rows: AxisSizes, columns: AxisSizes) -> Message | None:
    """Return why there is no output, and what to change; None where there is one."""
    down, across = rows.result.problem, columns.result.problem
    if down is None or across is None or down == across:
        if down == across:
            return down
        return message("Rows: {problem}", problem=down) if down else message("Columns: {problem}", problem=across)
    return message("Rows: {problem} Columns: {other}", problem=down, other=across)


def parameters(in_channels: int, out_channels: int, rows: AxisSizes, columns: AxisSizes) -> int:
    """Return the weights and biases of the layer."""
    return out_channels * (in_channels * rows.kernel * columns.kernel + 1)


def multiply_adds(in_channels: int, out_channels: int, rows: AxisSizes, columns: AxisSizes) -> int:
    """Return the products of one input: each output takes one for each weight of its kernel, padding included."""
    return rows.outputs * columns.outputs * out_channels * in_channels * rows.kernel * columns.kernel


def arithmetic(rows: AxisSizes, columns: AxisSizes) -> Table:
    """Return the formula with the numbers put in, for each axis."""
    found = tuple(_along(words, axis) for words, axis in ((message("rows"), rows), (message("columns"), columns)))
    columns_of_table: tuple[Words, ...] = (
        message("axis"),
        FORMULA,
        message("output"),
        message("window"),
        message("left over"),
        message("missed"),
    )
    return Table("arithmetic", columns_of_table, found, problem_of(rows, columns) or _small_print(rows, columns))


def _small_print(rows: AxisSizes, columns: AxisSizes) -> Words:
    if rows.left_over or columns.left_over:
        return message("What is left over is what ⌊ ⌋ throws away: the stride does not reach it.")
    return ""


def _along(words: Message, axis: AxisSizes) -> tuple[Cell, ...]:
    result = axis.result
    span = f"{axis.dilation}·({axis.kernel} − 1) + 1 = {axis.span}"
    if result.problem is not None:
        return (
            Cell(words),
            Cell(result.arithmetic, result.problem),
            Cell(message("none"), result.problem, "bad"),
            Cell(axis.span, span),
            Cell(None),
            Cell(axis.size, message("There is no window.")),
        )
    over = message(
        "{padded} − {span} − {stride}·({outputs} − 1): pixels at the end, padding included.",
        padded=axis.padded,
        span=axis.span,
        stride=axis.stride,
        outputs=axis.outputs,
    )
    missed = axis.size - axis.visited
    return (
        Cell(words),
        Cell(result.arithmetic, message("M, p, d, k and s of this axis")),
        Cell(result.value, result.arithmetic, "strong"),
        Cell(axis.span, span),
        Cell(axis.left_over, over),
        Cell(missed, _missed_words(axis), "bad" if missed else ""),
    )


def _missed_words(axis: AxisSizes) -> Message:
    """Say which pixels of an axis are missed, and why."""
    visits = axis.visits[axis.padding : axis.padding + axis.size]
    places = np.flatnonzero(visits == 0)
    if not len(places):
        return message("Every one of the {size} is part of some window.", size=axis.size)
    some = ", ".join(map(str, places[:8].tolist())) + (" …" if len(places) > 8 else "")
    return message("{count} of {size}: {places}", count=len(places), size=axis.size, places=some)


def counts(in_channels: int, out_channels: int, rows: AxisSizes, columns: AxisSizes) -> Table:
    """Return shape, parameters and work of the layer."""
    fits = bool(rows.outputs and columns.outputs)
    k = f"{rows.kernel}·{columns.kernel}"
    outputs = rows.outputs * columns.outputs * out_channels
    total = parameters(in_channels, out_channels, rows, columns)
    work = multiply_adds(in_channels, out_channels, rows, columns)
    missed, pixels = never_visited(rows, columns), rows.size * columns.size
    given, shape = (
        f"{in_channels} × {rows.size} × {columns.size}",
        f"{out_channels} × {rows.outputs} × {columns.outputs}",
    )
    order, no_window = message("channels, rows, columns"), message("There is no window.")
    touched = message("those on visited rows and columns: {rows}·{columns}", rows=rows.visited, columns=columns.visited)
    nothing = Cell(message("none"), problem_of(rows, columns) or "", "bad")
    numbers = f"{shape.replace(' × ', '·')} = {outputs}"
    table: list[tuple[Cell, ...]] = [
        (Cell(message("input")), Cell(given, order)),
        (Cell(message("output")), Cell(shape, order, "strong") if fits else nothing),
        (
            Cell(message("parameters"), message("Neither the input's size nor padding nor stride matters for them.")),
            Cell(total, f"{out_channels}·({in_channels}·{k} + 1) = {total}"),
        ),
        (
            Cell(message("multiply-adds"), message("One for each weight of a kernel, for each number of the output.")),
            Cell(work, f"{outputs}·{in_channels}·{k} = {work}") if fits else nothing,
        ),
        (Cell(message("output numbers")), Cell(outputs, numbers) if fits else nothing),
        (Cell(message("pixels visited")), Cell(pixels - missed, touched if fits else no_window)),
        (
            Cell(message("pixels never visited")),
            Cell(missed, f"{pixels} − {pixels - missed} = {missed}", "bad" if missed else ""),
        ),
    ]
    return Table("counts", (message("quantity"), message("value")), tuple(table))


def metrics(in_channels: int, out_channels: int, rows: AxisSizes, columns: AxisSizes) -> Metrics:
    """Return the sizes as numbers; without a result there is no size and no work."""
    fits = bool(rows.outputs and columns.outputs)
    values: dict[str, float] = {
        "fits": int(fits),
        "parameters": parameters(in_channels, out_channels, rows, columns),
        "unvisited_pixels": never_visited(rows, columns),
    }
    if not fits:
        return Metrics(values)
    values["multiply_adds"] = multiply_adds(in_channels, out_channels, rows, columns)
    values |= {"unvisited_rows": rows.size - rows.visited, "unvisited_columns": columns.size - columns.visited}
    return Metrics(values, {"output_size": (rows.outputs, columns.outputs)})


def curve(rows: AxisSizes, columns: AxisSizes, vary: str) -> Chart:
    """Return the output size when one setting is varied and the others stay; where nothing fits there is a gap."""
    low, high = RANGES[vary]
    along = np.arange(low, high + 1)
    same = rows == columns
    axes = ((message("output size"), rows),) if same else ((message("rows"), rows), (message("columns"), columns))
    lines, marks = [], []
    for colour, (words, axis) in enumerate(axes):
        sizes = varied(axis, vary, along)
        lines.append(Line(words, along.astype(float), sizes, "line + points", colour))
        gaps = np.flatnonzero(np.isnan(sizes))
        if len(gaps) and len(gaps) < len(along):
            if vary == "padding":
                place, said = int(along[gaps[-1]]) + 0.5, message("fits from here")
            else:
                place, said = int(along[gaps[0]]) - 0.5, message("fits up to here")
            marks.append(Mark("x", place, said if same else message("{axis}: {said}", axis=words, said=said)))
    for colour, (_words, axis) in enumerate(axes):
        if axis.outputs:
            now, outputs = np.array([float(getattr(axis, vary))]), np.array([float(axis.outputs)])
            lines.append(Line(message("now"), now, outputs, "ball", colour))
    x = Axis(LABELS[vary], low=float(low), high=float(high))
    return Chart("curve", tuple(lines), x, Axis(message("output size"), low=0.0), tuple(marks), picks=vary)


def varied(axis: AxisSizes, vary: str, values: Array) -> Array:
    """Return the output sizes (N,) for values (N,) of one setting; NaN where the kernel fits nowhere."""
    settings: dict[str, Array] = {name: np.array(getattr(axis, name)) for name in RANGES} | {vary: values}
    room = axis.size + 2 * settings["padding"] - settings["dilation"] * (settings["kernel"] - 1) - 1
    sizes: Array = np.where(room >= 0, room // settings["stride"] + 1.0, np.nan)
    return np.broadcast_to(sizes, values.shape)

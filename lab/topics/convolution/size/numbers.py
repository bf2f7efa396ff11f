"""The sizes of a convolution: the formula with the numbers put in, what there is to count, and the same by torch."""

from __future__ import annotations

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Cell, Words
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import problem_of
from lab.topics.convolution.size.axes import AxisSizes, never_visited

FORMULA = "⌊(M + 2p − d(k − 1) − 1)/s⌋ + 1"
_MOST = 2_000_000_000
"""Multiply-adds that a program may do in earnest; of more it asks for shapes only."""


def arithmetic(rows: AxisSizes, columns: AxisSizes) -> Numbers:
    """Return the formula with the numbers put in, for each axis."""
    problem = problem_of(rows.result, columns.result)
    quantities = [
        Quantity(
            words, None if problem else axis.size - axis.visited, name=f"unvisited_{name}",
            code="" if problem else f"{axis.size} - {_visited(axis)}", cells=_along(axis),
        )
        for name, words, axis in (("rows", message("rows"), rows), ("columns", message("columns"), columns))
    ]  # fmt: skip
    heads = message("output"), message("window"), message("left over"), message("missed")
    note: Words = problem or ""
    if not problem and (rows.left_over or columns.left_over):
        note = message("What is left over is what ⌊ ⌋ throws away: the stride does not reach it.")
    return Numbers(quantities, "arithmetic", (message("axis"), FORMULA, *heads), note)


def _along(axis: AxisSizes) -> tuple[Cell, ...]:
    result, missed = axis.result, axis.size - axis.visited
    span = Cell(axis.span, f"{axis.dilation}·({axis.kernel} − 1) + 1 = {axis.span}")
    if result.problem is not None:
        none = Cell(message("none"), result.problem, "bad")
        lost = Cell(axis.size, message("There is no window."))
        return Cell(result.arithmetic, result.problem), none, span, Cell(None), lost
    over = message(
        "{padded} − {span} − {stride}·({outputs} − 1): pixels at the end, padding included.",
        padded=axis.padded,
        span=axis.span,
        stride=axis.stride,
        outputs=axis.outputs,
    )
    return (
        Cell(result.arithmetic, message("M, p, d, k and s of this axis")),
        Cell(result.value, result.arithmetic, "strong"),
        span,
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


def counts(channels: Pair, rows: AxisSizes, columns: AxisSizes, device: str = "") -> Numbers:
    """Return shape, parameters and work of the layer; on the `device` "meta" torch computes shapes only."""
    problem, (inputs, outputs) = problem_of(rows.result, columns.result), channels
    k, shape = f"{rows.kernel}·{columns.kernel}", (outputs, rows.outputs, columns.outputs)
    size = outputs * rows.outputs * columns.outputs
    total = outputs * (inputs * rows.kernel * columns.kernel + 1)
    work = size * inputs * rows.kernel * columns.kernel
    missed, pixels = never_visited(rows, columns), rows.size * columns.size
    touched = message("those on visited rows and columns: {rows}·{columns}", rows=rows.visited, columns=columns.visited)
    order, weight = message("channels, rows, columns"), "layer.weight[0].numel()"
    nothing = (Cell(message("none"), problem, "bad"),) if problem else ()
    device = "meta" if work > _MOST else device
    quantities = [
        Quantity(message("fits"), int(problem is None), "", "fits", "int(fits)", listed=False),
        Quantity(message("input"), (inputs, rows.size, columns.size), order, code="image.shape[1:]"),
        Quantity(
            message("output"), None if problem else shape, order,
            code="layer(image).shape[1:]", mark="" if problem else "strong", cells=nothing,
        ),
        Quantity(
            message("size"), None if problem else shape[1:], "", "output_size", "" if problem else "output.shape[2:]",
            listed=False,
        ),
        Quantity(
            message("parameters"), total, f"{outputs}·({inputs}·{k} + 1) = {total}", "parameters",
            "sum(p.numel() for p in layer.parameters())",
            about=message("Neither the input's size nor padding nor stride matters for them."),
        ),
        Quantity(
            message("multiply-adds"), None if problem else work, f"{size}·{inputs}·{k} = {work}", "multiply_adds",
            "" if problem else f"output.numel() * {weight}",
            () if problem else ("counter.get_total_flops() // 2",), cells=nothing,
            about=message("One for each weight of a kernel, for each number of the output."),
        ),
        Quantity(
            message("output numbers"), None if problem else size, f"{'·'.join(map(str, shape))} = {size}",
            cells=nothing,
        ),
        Quantity(message("pixels visited"), pixels - missed, message("There is no window.") if problem else touched),
        Quantity(
            message("pixels never visited"), missed, f"{pixels} − {pixels - missed} = {missed}", "unvisited_pixels",
            "" if problem else f"{pixels} - {_visited(rows)} * {_visited(columns)}", mark="bad" if missed else "",
        ),
    ]  # fmt: skip
    counted = ("with FlopCounterMode(display=False) as counter:", "    layer(image)")
    return Numbers(
        quantities,
        "counts",
        setup=(*layer_lines(channels, rows, columns, device), *_VISITED),
        aside=() if problem else ("from torch.utils.flop_counter import FlopCounterMode", *counted),
        checked=message("A multiply-add counts as two operations there."),
    )


def layer_lines(channels: Pair, rows: AxisSizes, columns: AxisSizes, device: str = "") -> Lines:
    """Return the lines that make a layer and an empty image, and put it through, if torch does not refuse that."""
    names = {"kernel_size": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilation"}
    options = [f"{name}=({getattr(rows, field)}, {getattr(columns, field)})" for name, field in names.items()]
    where = f', device="{device}"' if device else ""
    meta = message("On the “meta” device torch computes shapes only: this image would take too long.")
    return (
        "import torch",
        "from torch import nn",
        "",
        CodeLine(
            f"layer = nn.Conv2d({channels[0]}, {channels[1]}, {', '.join(options)}{where})",
            why=message("Pairs are rows, columns."),
        ),
        CodeLine(
            f"image = torch.zeros(1, {channels[0]}, {rows.size}, {columns.size}{where})", why=meta if device else ""
        ),
        "try:",
        "    output, fits = layer(image), True",
        CodeLine(
            "except RuntimeError as error:",
            why=message("torch refuses a kernel that is larger than the padded input."),
        ),
        "    fits, refusal = False, str(error)",
    )


_VISITED = (
    "",
    "def visited(size, kernel, **options):",
    "    x, w = torch.zeros(1, 1, size, requires_grad=True), torch.ones(1, 1, kernel)",
    "    nn.functional.conv1d(x, w, **options).sum().backward()",
    CodeLine(
        "    return (x.grad != 0).sum().item()",
        why=message("A gradient of zero means that no output depends on the pixel; along rows and columns apart."),
    ),
    "",
)


def _visited(axis: AxisSizes) -> str:
    settings = f"stride={axis.stride}, padding={axis.padding}, dilation={axis.dilation}"
    return f"visited({axis.size}, {axis.kernel}, {settings})"

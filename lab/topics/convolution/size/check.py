"""What torch says of the same sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.size.axes import AxisSizes, never_visited
from lab.topics.convolution.size.figures import multiply_adds, parameters

if TYPE_CHECKING:
    from torch import nn


def torch_shape(channels: Pair, rows: AxisSizes, columns: AxisSizes) -> tuple[int, ...] | str:
    """Return the shape (channels, rows, columns) that torch makes, or why it refuses; imports torch.

    The “meta” device has shapes and no numbers, so that this costs the same for every size.
    """
    import torch
    from torch.nn import functional

    image = torch.zeros(1, channels[0], rows.size, columns.size, device="meta")
    weight = torch.zeros(channels[1], channels[0], rows.kernel, columns.kernel, device="meta")
    stride, padding, dilation = _pairs(rows, columns)
    try:
        found = functional.conv2d(image, weight, None, stride, padding, dilation)
    except RuntimeError as error:
        return str(error).strip().splitlines()[0]
    return tuple(found.shape[1:])


def _pairs(rows: AxisSizes, columns: AxisSizes) -> tuple[Pair, Pair, Pair]:
    """Return stride, padding and dilation as (rows, columns), in the order in which torch takes them."""
    return (rows.stride, columns.stride), (rows.padding, columns.padding), (rows.dilation, columns.dilation)


def check_table(in_channels: int, out_channels: int, rows: AxisSizes, columns: AxisSizes) -> Table:
    """Return shape, parameters, work and missed pixels as torch has them, beside ours; imports torch."""
    from torch import nn

    channels = in_channels, out_channels
    fits = bool(rows.outputs and columns.outputs)
    layer = nn.Conv2d(*channels, (rows.kernel, columns.kernel), *_pairs(rows, columns), device="meta")
    ours = (out_channels, rows.outputs, columns.outputs) if fits else None
    found = torch_shape(channels, rows, columns)
    note: Words = ""
    if isinstance(found, str):
        note = f"torch: “{found}”"
        shape = _row("functional.conv2d(x, w).shape", message("refused"), message("none"), ours is None, found)
    else:
        here = " × ".join(map(str, ours)) if ours else message("none")
        shape = _row("functional.conv2d(x, w).shape", " × ".join(map(str, found)), here, found == ours)
    table = [shape]
    theirs = sum(parameter.numel() for parameter in layer.parameters())
    mine = parameters(in_channels, out_channels, rows, columns)
    table.append(_row("sum(p.numel() for p in layer.parameters())", theirs, mine, theirs == mine))
    if not isinstance(found, str):
        table += _counted(channels, rows, columns, layer)
    return Table("check", (message("computed by"), "torch", message("here"), message("compared")), tuple(table), note)


def _counted(channels: Pair, rows: AxisSizes, columns: AxisSizes, layer: nn.Conv2d) -> list[tuple[Cell, ...]]:
    """Return rows for the work, counted while torch does it, and for the pixels whose gradient is zero."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        layer(torch.zeros(1, channels[0], rows.size, columns.size, device="meta"))
    theirs, mine = counter.get_total_flops() // 2, multiply_adds(*channels, rows, columns)
    both = message("A multiply-add counts as two operations there.")
    work = _row("FlopCounterMode().get_total_flops() / 2", theirs, mine, theirs == mine, both)
    visited = [_visited(axis) for axis in (rows, columns)]
    missed = rows.size * columns.size - visited[0] * visited[1]
    axes = message("A gradient of zero means that no output depends on the pixel; along rows and columns apart.")
    mine = never_visited(rows, columns)
    return [work, _row("(x.grad == 0).sum()", missed, mine, missed == mine, axes)]


def _visited(axis: AxisSizes) -> int:
    """Return how many pixels of an axis have a gradient when all weights are 1."""
    import torch
    from torch.nn import functional

    line = torch.zeros(1, 1, axis.size, requires_grad=True)
    kernel = torch.ones(1, 1, axis.kernel)
    total = functional.conv1d(line, kernel, stride=axis.stride, padding=axis.padding, dilation=axis.dilation).sum()
    (gradient,) = torch.autograd.grad(total, line)
    return int((gradient != 0).sum())


def _row(code: str, theirs: Words | int, ours: Words | int, same: bool, why: Words = "") -> tuple[Cell, ...]:
    verdict = Cell(message("the same"), mark="good") if same else Cell(message("not the same"), mark="bad")
    return Cell(code), Cell(theirs, why), Cell(ours), verdict

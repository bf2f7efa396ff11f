"""Receptive fields as a table, a chart and pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Link, Table, Words
from lab.core.pictures import Box, PicturePanel, Pictures
from lab.core.text import Message, message
from lab.topics.convolution.receptive_field.layers import Stack, View

_MOST_LABELS = 4


def problem_of(stack: Stack) -> Message | None:
    """Say which layer does not fit, and why."""
    for place, view in enumerate(stack.views):
        if view.size.problem is not None:
            return message("Layer {place}: {problem}", place=place, problem=view.size.problem)
    return None


def name_of(view: View) -> Message:
    """Return what a layer is called."""
    layer = view.layer
    if layer is None:
        return message("input")
    kind = message("convolution") if not layer.how else message("max pooling")
    if layer.how == "mean":
        kind = message("mean pooling")
    return message("{kind} {kernel} × {kernel}", kind=kind, kernel=layer.kernel)


def table(stack: Stack) -> Table:
    """Return the arithmetic of each layer."""
    heads: tuple[Words, ...] = (
        message("layer"),
        message("size"),
        "r + (k − 1)·d·j",
        "j·s",
        message("start: t − p·j"),
    )
    rows = [_row(place, view, stack.views[place - 1]) for place, view in enumerate(stack.views)]
    return Table("layers", heads, tuple(rows), problem_of(stack) or "")


def _row(place: int, view: View, below: View) -> tuple[Cell, ...]:
    layer = view.layer
    if layer is None:
        return Cell(message("input")), Cell(view.size.value), Cell(1), Cell(1), Cell(0)
    size = Cell(view.size.value, view.size.arithmetic)
    if not view.size.fits:
        size = Cell(message("none"), view.size.problem or "", "bad")
    field = f"{below.field} + ({layer.kernel} − 1)·{layer.dilation}·{below.jump} = {view.field}"
    settings = message(
        "kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}",
        kernel=layer.kernel,
        stride=layer.stride,
        padding=layer.padding,
        dilation=layer.dilation,
    )
    start = f"{below.start} − {layer.padding}·{below.jump} = {view.start}".replace("-", "−")
    return (
        Cell(message("{place}. {name}", place=place, name=name_of(view)), settings),
        size,
        Cell(field, message("how many pixels along an axis one unit of this layer sees"), "strong"),
        Cell(
            f"{below.jump}·{layer.stride} = {view.jump}", message("how many pixels its neighbour's view lies further")
        ),
        Cell(start, message("where the view of unit 0 begins; before 0 is padding")),
    )


def chart(stack: Stack, texts: Sequence[str]) -> Chart:
    """Return receptive field and jump against depth; a click on a point takes the layers up to there to be edited."""
    views = stack.views
    depth = np.arange(len(views), dtype=float)
    links = tuple(
        Link(
            "convolution.receptive_field",
            {"preset": "own", "layers": "; ".join(texts[: max(place, 1)]), "size": str(stack.size)},
            runs=False,
        )
        for place in range(len(views))
    )
    fields = np.array([view.field for view in views], float)
    lines = [
        Line(message("receptive field"), depth, fields, "line + points", 0, links),
        Line(message("jump"), depth, np.array([view.jump for view in views], float), "line + points", 1),
        Line(message("for comparison: 3 × 3, stride 1"), depth, 1 + 2 * depth, "dashes", -1),
    ]
    return Chart("growth", tuple(lines), Axis(message("depth"), message("layers")), Axis(message("pixels"), low=0.0))


def pictures(stack: Stack, mean: Array, width: int, count: int) -> Pictures:
    """Return the gradient with the box by formula beside the input with the views of all layers."""
    top = float(mean.max()) or 1.0
    start = stack.nested()[-1]
    field = stack.top.field
    box = Box(*start, field, field, message("by formula {side} × {side}", side=field), 1)
    edge = (field - width) // 2
    inner = Box(start[0] + edge, start[1] + edge, width, width, message("95 %: {side} × {side}", side=width), 2)
    effective = PicturePanel(
        message("effective: mean |∂output/∂pixel|"),
        mean / top,
        "magnitude",
        (0.0, 1.0),
        boxes=(box, inner) if width else (box,),
        picks="at",
        why=message("the mean over {count} networks with random weights, as a share of the largest", count=count),
    )
    return Pictures("fields", (_nested(stack), effective))


def plain_input(stack: Stack) -> PicturePanel:
    """Return the input alone, for layers that leave no output whose view could be drawn."""
    title = message("input {rows} × {columns}", rows=stack.size, columns=stack.size)
    return PicturePanel(title, np.zeros((stack.size, stack.size)), "magnitude", why=message("in no view"))


def _nested(stack: Stack) -> PicturePanel:
    """Return the input; each pixel says how many layers' views it is part of."""
    counts = np.zeros((stack.size, stack.size))
    boxes: list[Box] = []
    views = stack.views
    for place, (view, (row, column)) in enumerate(zip(views, stack.nested(), strict=True)):
        if place == 0:
            continue
        counts[max(0, row) : max(0, row + view.field), max(0, column) : max(0, column + view.field)] += 1
        named = len(views) - 1 - place < _MOST_LABELS
        side = message("layer {place}: {side} × {side}", place=place, side=view.field)
        boxes.insert(0, Box(row, column, view.field, view.field, side if named else "", place))
    return PicturePanel(
        message("input {rows} × {columns}", rows=stack.size, columns=stack.size),
        counts,
        "magnitude",
        (0.0, float(max(1, len(views) - 1))),
        boxes=tuple(boxes),
        picks="at",
        why=message("in the views of how many layers this pixel lies"),
    )

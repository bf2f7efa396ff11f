"""Painting a network: connections, boxes with their pictures, biases, names, and what there is to count."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from app.core import theme
from app.core.language import tr, words
from app.views.field.legend import hatching
from app.views.font_metrics import font_metrics
from app.views.numerals import finite, significant
from app.views.painted import CENTRE, LEFT, RIGHT, blend, small_font, text
from app.views.strokes import SHAPES, draw_markers
from app.views.units.connections import draw_lines, primitives, sign_colour
from app.views.units.layout import LINE, UnitsLayout
from app.views.units.parts import BIAS, Numbers, Part
from lab.core.events import Array
from lab.core.units import Units


@dataclass(frozen=True)
class Scene:
    """All that is painted: `full` is the weight of the thickest line, `full_bias` the longest bias; an image a column.

    `pointed` is under the pointer or in the hand, `cursor` where the keys act.
    """

    event: Units
    layout: UnitsLayout
    numbers: Numbers
    full: float
    full_bias: float
    images: Sequence[QImage | None]
    pointed: Part | None
    cursor: Part | None


def number_words(value: float, figures: int = 4) -> str:
    """Return a number with a true minus sign."""
    return significant(value, figures).replace("-", "−")


def paint_network(painter: QPainter, scene: Scene, font: QFont) -> None:
    """Paint everything that belongs to the network itself."""
    small, layout = small_font(font), scene.layout
    pointed = scene.pointed or scene.cursor
    weights = layout.chosen(scene.numbers.weights)
    _paint_halos(painter, scene, weights)
    layout.curves.paint(painter, weights, scene.full, layout.thickest, layout.lit(pointed))
    _paint_again(painter, scene, weights)
    _paint_boxes(painter, scene)
    _paint_biases(painter, scene)
    if not layout.pictured:
        _paint_names(painter, scene, small)
    _paint_around(painter, scene, small)
    if layout.counted:
        _paint_counts(painter, layout, small)
    _paint_frames(painter, scene)


def _meant(scene: Scene) -> list[tuple[Part, bool]]:
    """Return the connections that are pointed at, and whether by the keys."""
    parts = [(scene.cursor, True), (scene.pointed, False)]
    return [
        (part, keys)
        for part, keys in parts
        if part is not None and part.source not in (None, BIAS) and scene.layout.shows(part)
    ]


def _width(scene: Scene, weight: float) -> float:
    return max(abs(weight) / scene.full * scene.layout.thickest, 1.6) if finite(weight) else 1.6


def _paint_halos(painter: QPainter, scene: Scene, weights: Array) -> None:
    colours = theme.colours()
    for part, keys in _meant(scene):
        place = scene.layout.curve(part)
        colour = QColor(colours.accent) if keys else blend(colours.accent, colours.surface, 0.5)
        scene.layout.curves.paint_halo(painter, place, _width(scene, weights[place]) + 6, colour)
        scene.layout.curves.paint_halo(painter, place, _width(scene, weights[place]) + 3, QColor(colours.surface))


def _paint_again(painter: QPainter, scene: Scene, weights: Array) -> None:
    """Paint what is meant once more, over all that crosses it."""
    for part, _keys in _meant(scene):
        place = scene.layout.curve(part)
        weight = float(weights[place])
        if finite(weight) and weight:
            width = _width(scene, weight)
            scene.layout.curves.paint_one(painter, place, weight < 0, width, sign_colour(weight < 0))


def _paint_boxes(painter: QPainter, scene: Scene) -> None:
    colours = theme.colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    boxes = [box for column in scene.layout.columns for box in column.boxes]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.raised))
    painter.drawRects(boxes)
    if any(maps is not None and not np.isfinite(maps).all() for maps in scene.event.maps):
        painter.setBrush(hatching())
        painter.drawRects(boxes)
    for column, image in zip(scene.layout.columns, scene.images, strict=True):
        if image is not None and column.boxes:
            painter.drawImage(column.boxes[0].topLeft(), image)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawRects([box.adjusted(-0.5, -0.5, 0.5, 0.5) for box in boxes])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _paint_biases(painter: QPainter, scene: Scene) -> None:
    """Paint each bias as a bar from the middle: to the right where it is positive, to the left where not."""
    layout, muted = scene.layout, QColor(theme.colours().muted)
    pairs = zip(scene.numbers.biases, layout.columns[1:], strict=True)
    values = np.concatenate([np.zeros(0), *(array[: len(column.boxes)] for array, column in pairs)])
    lost = ~np.isfinite(values)
    x, y = layout.bias_places.T
    half = layout.width / 2
    lengths = np.minimum(np.abs(np.where(lost, 0.0, values)) / scene.full_bias, 1.0) * half
    painter.setPen(Qt.PenStyle.NoPen)
    for negative in (False, True):
        chosen = (values < 0 if negative else values > 0) & ~lost
        if chosen.any():
            left = x[chosen] - (lengths[chosen] if negative else 0.0)
            thick = np.full(len(left), 3.0)
            painter.setBrush(sign_colour(negative))
            bars = primitives(QRectF, np.stack([left, y[chosen] - 1.5, lengths[chosen], thick], axis=1))
            painter.drawRects(*bars.drawargs())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_lines(painter, np.stack([x, y - 2.5, x, y + 2.5], axis=1), QPen(muted, 1))
    if lost.any():
        x, y = x[lost], y[lost]
        draw_lines(painter, np.stack([x - half, y, x + half, y], axis=1), QPen(muted, 1.6, Qt.PenStyle.DotLine))


def _paint_names(painter: QPainter, scene: Scene, font: QFont) -> None:
    """Paint names, and biases where there is room, into boxes that have no pictures."""
    colours, layout = theme.colours(), scene.layout
    if layout.height < 12 or layout.width < 16:
        return
    two = layout.height >= 2 * LINE - 1 and layout.width >= 40
    for place, column in enumerate(layout.columns):
        for unit, box in enumerate(column.boxes):
            inside = box.adjusted(2, 0, -2, 0)
            name = words(scene.event.labels[place][unit])
            if not two or not place:
                text(painter, inside, name, colours.text, CENTRE, font)
                continue
            half = box.height() / 2
            text(painter, inside.adjusted(0, 1, 0, -half), name, colours.text, CENTRE, font)
            value = number_words(float(scene.numbers.biases[place - 1][unit]), 3)
            text(painter, inside.adjusted(0, half - 1, 0, -1), f"b {value}", colours.muted, CENTRE, font)


def _paint_around(painter: QPainter, scene: Scene, font: QFont) -> None:
    """Paint what stands over, beneath and beside the columns."""
    colours, layout, event, metrics = theme.colours(), scene.layout, scene.event, font_metrics(font)
    step = layout.columns[1].middle - layout.columns[0].middle if len(layout.columns) > 1 else layout.net.width()
    for place, column in enumerate(layout.columns):
        if layout.headed:
            said = words(event.functions[place]) or (tr("linear") if place else "")
            # At both ends there is room to the side.
            end = place in (0, len(layout.columns) - 1)
            width = min(metrics.width(said) + 1, step * (1.3 if end else 1.0) - 5)
            head = _within(QRectF(column.middle - width / 2, layout.area.top(), width, LINE), layout.area)
            text(painter, head, said, colours.muted, CENTRE, font)
        if column.hidden:
            text(painter, column.more, f"+{column.hidden}", colours.text, CENTRE, font)
    if not layout.pictured:
        return
    marked = len(event.points) == len(event.labels[-1])
    for place, beside in ((0, layout.left), (len(layout.columns) - 1, layout.right)):
        for unit, box in enumerate(layout.columns[place].boxes):
            name, centre = words(event.labels[place][unit]), box.center().y()
            left = layout.net.left() if place == 0 else box.right() + 5
            area = QRectF(left, centre - LINE / 2, beside - 5, LINE)
            if area.width() < 5:
                continue
            if place and marked:
                line = event.points[unit]
                colour = QColor(colours.series[line.colour % len(colours.series)])
                draw_markers(painter, np.array([[area.left() + 5, centre]]), unit % SHAPES, colour, 4.0)
                area.setLeft(area.left() + 13)
            text(painter, area, name, colours.text, LEFT if place else RIGHT, font)


def _within(area: QRectF, outer: QRectF) -> QRectF:
    """Return an area moved until it lies within another."""
    moved = QRectF(area)
    moved.moveLeft(max(min(area.left(), outer.right() - area.width()), outer.left()))
    return moved


def _paint_counts(painter: QPainter, layout: UnitsLayout, font: QFont) -> None:
    """Paint the numbers of units, weights and biases: beneath what they count, with their sums at the end."""
    colours, metrics = theme.colours(), font_metrics(font)
    middles = [column.middle for column in layout.columns]
    pairs = layout.pairs
    between = [(a + b) / 2 for a, b in itertools.pairwise(middles)]
    step = middles[1] - middles[0] if len(middles) > 1 else 80.0
    products = [f"{a}·{b} = {a * b}" for a, b in pairs]
    if any(metrics.width(product) > step - 4 for product in products):
        products = [str(a * b) for a, b in pairs]
    rows: list[tuple[str, list[tuple[float, str]], int]] = [
        (tr("nodes"), [(x, str(n)) for x, n in zip(middles, layout.counts, strict=True)], sum(layout.counts)),
        (tr("weights"), list(zip(between, products, strict=True)), sum(a * b for a, b in pairs)),
        (tr("biases"), [(x, str(n)) for x, n in zip(middles[1:], layout.counts[1:], strict=True)], 0),
    ]
    rows[2] = (*rows[2][:2], sum(layout.counts[1:]))
    top = layout.net.bottom() + 4
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.drawLine(QPointF(layout.area.left(), top), QPointF(layout.area.right(), top))
    for place, (title, entries, total) in enumerate(rows):
        y = top + 1 + place * LINE
        text(painter, QRectF(layout.area.left(), y, layout.left, LINE), title, colours.muted, LEFT, font)
        for x, said in entries:
            text(painter, QRectF(x - step / 2, y, step, LINE), said, colours.text, CENTRE, font)
        end = QRectF(layout.area.right() - layout.right, y, layout.right, LINE)
        text(painter, end, f"= {total}", colours.text, RIGHT, small_font(font, bold=True))


def _paint_frames(painter: QPainter, scene: Scene) -> None:
    """Paint the frames of a unit or bias that is pointed at, and of that where the keys act."""
    colours = theme.colours()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for part, keys in ((scene.pointed, False), (scene.cursor, True)):
        if part is None or part.source not in (None, BIAS) or not scene.layout.shows(part):
            continue
        area = scene.layout.box(part) if part.is_unit else scene.layout.bias(part)
        painter.setPen(QPen(QColor(colours.accent if keys else colours.text), 2))
        painter.drawRect(area.adjusted(-2, -2, 2, 2))

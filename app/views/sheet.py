"""A sheet of images with what the network says of them, wrong ones first."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar

from app.core import theme
from app.core.language import after, say, tr
from app.views.font_metrics import font_metrics
from app.views.mosaic import photograph
from app.views.painted import LEFT, RIGHT, PaintedView, mark, small_font, text
from app.views.thumbnails import GAP, LINE, Tiles, ranked, tiles_for
from lab.core.events import Array, Event, Images, Predictions

_BAR = 12


class SheetView(PaintedView):
    """Thumbnails with truth and prediction; only what is in view is painted.

    Emits `selected("image", index)` for a picked image, and `selected("cell", None)` when "show all" ends the
    filter that `select("cell", (truth, predicted))` set.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Images, Predictions)
    interval_ms: ClassVar[int] = 1000
    captioned = True

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._images: Images | None = None
        self._predictions: Predictions | None = None
        self._newest: Predictions | None = None  # Shown at the next redraw.
        self._cell: tuple[int, int] | None = None
        self._order: Array = np.zeros(0, np.int64)
        self._wrong = 0
        self._picked: int | None = None
        self._cursor = 0  # A place in the order.
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self.update)
        self._style_bar()
        self._bar.hide()
        self._all = self.header_button(tr("show all"), tr("Show all images again (key Escape)"))
        self._all.hide()
        self._all.clicked.connect(self.show_all)

    @property
    def order(self) -> Array:
        """The indices of the images in the order in which they are shown."""
        return self._order

    def keep(self, event: Event) -> None:
        if isinstance(event, Images) and event.name == self.name:
            self._images = event
        elif isinstance(event, Predictions) and event.name == self.name:
            self._newest = event

    def clear(self) -> None:
        self._images = self._predictions = self._newest = self._picked = None
        self._bar.setValue(0)
        self._cursor = 0
        self._filter(None)

    def redraw(self) -> None:
        # What is painted between two redraws must be what the order was made of.
        self._predictions = self._newest
        self._sort()
        self._set_bar()
        self.update_inside()

    def select(self, name: str, value: Any) -> None:
        if name == "cell":
            self._filter(value)
        elif name == "image":
            self._picked = value
            self.update()

    def show_all(self) -> None:
        """End the filter, here and in the other views."""
        self._filter(None)
        self.selected.emit("cell", None)

    def empty(self) -> str:
        if self._images is not None:
            return ""
        return tr("Here the test images will appear with what the network says of them.\nPress Run to start.")

    def restyle(self) -> None:
        super().restyle()
        self._style_bar()

    def _style_bar(self) -> None:
        colours = theme.colours()
        self._bar.setStyleSheet(
            f"QScrollBar {{ background: transparent; width: {_BAR - 4}px; border: none; }}"
            f"QScrollBar::handle {{ background: {colours.border}; border-radius: 4px; min-height: 24px; }}"
            f"QScrollBar::handle:hover {{ background: {colours.muted}; }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
        )

    def caption(self) -> str:
        if self._images is None:
            return ""
        count = f"{len(self._order):,}"
        if self._cell is not None:
            truth, predicted = (self._images.classes[place] for place in self._cell)
            return tr(
                "truth {truth}, predicted {predicted}: {count} images",
                truth=truth,
                predicted=predicted,
                count=count,
            )
        if self._answers() is None:
            return tr("{count} images. {source}", count=count, source=say(self._images.source))
        return tr("{wrong} of {count} wrong, the surest first", wrong=f"{self._wrong:,}", count=count)

    def _filter(self, cell: tuple[int, int] | None) -> None:
        self._cell = cell
        self._all.setVisible(cell is not None)
        self.place_buttons()
        self._bar.setValue(0)
        self._cursor = 0
        self.redraw()

    def _answers(self) -> Predictions | None:
        """Return the predictions, if they speak of these images."""
        if self._images is None or self._predictions is None:
            return None
        return self._predictions if len(self._predictions.predicted) == len(self._images.images) else None

    def _sort(self) -> None:
        if self._images is None:
            self._order, self._wrong = np.zeros(0, np.int64), 0
        else:
            answers = self._answers()
            predicted = None if answers is None else answers.predicted
            confidence = None if answers is None else answers.confidence
            self._order, self._wrong = ranked(self._images.labels, predicted, confidence, self._cell)
        self._cursor = min(self._cursor, max(len(self._order) - 1, 0))

    # Where things stand.

    def _tiles(self) -> Tiles:
        assert self._images is not None
        room = self.content().width() - _BAR
        shape = self._images.images.shape[1:3]
        metrics = font_metrics(small_font(self.font()))
        return tiles_for((shape[0], shape[1]), self._images.classes, room, self.devicePixelRatioF(), metrics)

    def _tile_area(self, place: int, tiles: Tiles) -> QRectF:
        area = self.content()
        row, column = divmod(place, tiles.columns)
        top = area.top() + row * tiles.height - self._bar.value()
        return QRectF(area.left() + column * tiles.width, top, tiles.width, tiles.height)

    def index_at(self, point: QPointF) -> int | None:
        """Return the index of the image under a point."""
        place = self._place_at(point)
        return None if place is None else int(self._order[place])

    def _place_at(self, point: QPointF) -> int | None:
        area = self.content()
        if self._images is None or not area.contains(point) or point.x() > area.right() - _BAR:
            return None
        tiles = self._tiles()
        row = int((point.y() - area.top() + self._bar.value()) / tiles.height)
        place = row * tiles.columns + min(int((point.x() - area.left()) / tiles.width), tiles.columns - 1)
        return place if place < len(self._order) else None

    def _set_bar(self) -> None:
        if self._images is None:
            self._bar.hide()
            return
        area, tiles = self.content(), self._tiles()
        rows = -(-len(self._order) // tiles.columns)
        self._bar.setRange(0, max(0, int(rows * tiles.height - area.height())))
        self._bar.setPageStep(max(int(area.height()), 1))
        self._bar.setSingleStep(max(int(tiles.height / 2), 1))
        self._bar.setGeometry(int(area.right()) - _BAR + 4, int(area.top()), _BAR, int(area.height()))
        self._bar.setVisible(self._bar.maximum() > 0)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        if not len(self._order):
            text(painter, area, tr("no image is of this kind"), theme.colours().muted, LEFT, self.font())
            return
        tiles = self._tiles()
        first = int(self._bar.value() / tiles.height) * tiles.columns
        last = (int((self._bar.value() + area.height()) / tiles.height) + 1) * tiles.columns
        places = range(first, min(last, len(self._order)))
        if not places:
            return
        assert self._images is not None
        # One image for all that is in view, below each other; every tile takes its part.
        shown = self._images.images[self._order[places.start : places.stop]]
        mosaic = photograph(shown.reshape(-1, *shown.shape[2:]))
        painter.setClipRect(area.adjusted(-3, -1, 3, 2))
        for place in places:
            self._paint_tile(painter, place, place - first, mosaic, tiles)
        painter.setClipping(False)

    def _paint_tile(self, painter: QPainter, place: int, part: int, mosaic: QImage, tiles: Tiles) -> None:
        assert self._images is not None
        colours, index = theme.colours(), int(self._order[place])
        area = self._tile_area(place, tiles)
        corner = self.snapped(QPointF(area.left() + (tiles.width - tiles.image_width) / 2, area.top() + 2))
        target = QRectF(corner.x(), corner.y(), tiles.image_width, tiles.image_height)
        height, width = self._images.images.shape[1:3]
        painter.drawImage(target, mosaic, QRectF(0, part * height, width, height))
        answers = self._answers()
        asked = answers is not None and answers.predicted[index] >= 0
        right = not asked or answers is None or answers.predicted[index] == self._images.labels[index]
        if index == self._picked or (self.hasFocus() and place == self._cursor):
            style = Qt.PenStyle.SolidLine if index == self._picked else Qt.PenStyle.DotLine
            painter.setPen(QPen(QColor(colours.accent if index == self._picked else colours.text), 2, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(target.adjusted(-2, -2, 2, 2))
        font = small_font(self.font(), bold=not right)
        spread = max(tiles.image_width, min(tiles.width - GAP, 120 if tiles.two_lines else 76))
        line = QRectF(area.center().x() - spread / 2, target.bottom() + 2, spread, LINE)
        truth = self._images.classes[int(self._images.labels[index])]
        if answers is None or not asked:
            text(painter, line, truth, colours.muted, LEFT, small_font(self.font()))
            return
        shade = colours.good if right else colours.bad
        mark(painter, QRectF(line.left(), line.top() + 3, 9, 9), right, shade)
        percent = f"{100 * float(answers.confidence[index]):.0f}%"
        text(painter, line, percent, colours.muted, RIGHT, small_font(self.font()))
        predicted = self._images.classes[int(answers.predicted[index])]
        words = predicted if tiles.two_lines or right else f"{truth}→{predicted}"
        taken = font_metrics(small_font(self.font())).width(percent)
        text(painter, line.adjusted(13, 0, -taken, 0), words, shade, LEFT, font)
        if tiles.two_lines:
            line.translate(0, LINE - 2)
            text(painter, line.adjusted(13, 0, 0, 0), truth, colours.muted, LEFT, small_font(self.font()))

    # Answers and picks.

    def describe_content(self, point: QPointF) -> str:
        index = self.index_at(point)
        if index is None or self._images is None:
            return ""
        height, width = self._images.images.shape[1:3]
        truth = self._images.classes[int(self._images.labels[index])]
        lines = [
            tr(
                "image {index}, {height} × {width}. {source}",
                index=index,
                source=say(self._images.source),
                height=height,
                width=width,
            ),
            tr("truth: {truth}", truth=truth),
        ]
        answers = self._answers()
        if answers is not None and answers.predicted[index] >= 0:
            lines.append(
                tr(
                    "predicted: {predicted}, probability {probability} (softmax, {when})",
                    predicted=self._images.classes[int(answers.predicted[index])],
                    probability=float(answers.confidence[index]),
                    when=after(answers.step),
                )
            )
        return "\n".join(lines)

    def _pick(self, place: int) -> None:
        self._cursor = place
        self._picked = int(self._order[place])
        self.update()
        self.selected.emit("image", self._picked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._pick(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels = event.pixelDelta().y() or event.angleDelta().y() * 0.6
        self._bar.setValue(self._bar.value() - int(pixels))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self._cell is not None:
            self.show_all()
        elif not len(self._order):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self._cursor)
        else:
            columns = self._tiles().columns
            page = columns * max(1, int(self.content().height() / self._tiles().height))
            steps: dict[int, int] = {
                Qt.Key.Key_Left: -1,
                Qt.Key.Key_Right: 1,
                Qt.Key.Key_Up: -columns,
                Qt.Key.Key_Down: columns,
                Qt.Key.Key_PageUp: -page,
                Qt.Key.Key_PageDown: page,
                Qt.Key.Key_Home: -len(self._order),
                Qt.Key.Key_End: len(self._order),
            }
            if key not in steps:
                super().keyPressEvent(event)
                return
            self._cursor = min(max(self._cursor + steps[key], 0), len(self._order) - 1)
            self._show_cursor()
            self.update()

    def _show_cursor(self) -> None:
        tiles, area = self._tiles(), self.content()
        tile = self._tile_area(self._cursor, tiles)
        if tile.top() < area.top():
            self._bar.setValue(self._bar.value() - int(area.top() - tile.top()) - 1)
        elif tile.bottom() > area.bottom():
            self._bar.setValue(self._bar.value() + int(tile.bottom() - area.bottom()) + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_bar()

"""The confusion matrix: which classes are taken for which."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from app.core import theme
from app.core.language import after, tr
from app.views.choice import Choice
from app.views.confusion_cells import By, cell_image, worst
from app.views.confusion_matrix import KeptMatrix, Look
from app.views.confusion_pairs import MANY, Pairs, room_for
from app.views.font_metrics import font_metrics
from app.views.painted import PaintedView, small_font
from lab.core.events import Array, Event, Predictions

_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class ConfusionView(PaintedView):
    """Rows are the truth, columns what was predicted; in counts, or in shares of the row or of the column.

    With many classes, the pairs that are confused most stand beside it; key N leads from one to the next.

    Emits `selected("cell", (truth, predicted))`, and `selected("cell", None)` when the cell is let go. `things` is what
    is judged, in the page's language: images, if nothing else is said.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Predictions,)
    interval_ms: ClassVar[int] = 500
    captioned = True

    def __init__(self, title: str, name: str, things: str = "", by: By = "counts") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._things = things or tr("images")
        self._event: Predictions | None = None
        self._counts: Array = np.zeros((0, 0), np.int64)
        self._not_asked = 0
        self._picked: tuple[int, int] | None = None
        self._cursor = (0, 0)
        self._matrix = KeptMatrix()
        self._worst: list[tuple[int, int]] = []
        self._first: tuple[int, float] | None = None
        """How many classes count as an answer, and the share of right ones among them."""
        self.choice = Choice(self, tr("What is in the cells (key S)"))
        self.choice.offer({"counts": tr("counts"), "truth": tr("% of the row"), "predicted": tr("% of the column")})
        self.choice.put(by)
        self.choice.changed.connect(self.redraw)

    @property
    def by(self) -> By:
        """What is in the cells."""
        return cast(By, self.choice.chosen)

    @property
    def counts(self) -> Array:
        """The matrix in view, (K, K): truth, predicted."""
        return self._counts

    def keep(self, event: Event) -> None:
        if isinstance(event, Predictions) and event.name == self.name:
            self._event = event

    def redraw(self) -> None:
        if self._event is not None:
            classes = len(self._event.classes)
            asked = self._event.predicted >= 0
            truth, predicted = self._event.truth[asked], self._event.predicted[asked]
            pairs = truth.astype(np.int64) * classes + predicted.astype(np.int64)
            self._counts = np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
            self._not_asked = int(len(asked) - asked.sum())
            self._worst = worst(self._counts, self.by)
            top = self._event.top
            known = top is not None and top.ndim == 2 and top.shape[1] > 1 and asked.any()
            self._first = None
            if known and top is not None:
                hits = (top[asked] == truth[:, None]).any(axis=1)
                self._first = top.shape[1], float(hits.mean())
        self.update_inside()

    def clear(self) -> None:
        self._event = None
        self._counts = np.zeros((0, 0), np.int64)
        self._not_asked = 0
        self._worst, self._first = [], None
        self._picked = None
        self._cursor = (0, 0)
        self.update()

    def select(self, name: str, value: Any) -> None:
        if name == "cell":
            self._picked = value
            self._cursor = value or self._cursor
            self.update()

    def empty(self) -> str:
        if self._event is not None and len(self._counts):
            return ""
        return tr(
            "Here you will see which classes are taken for which:\nrows are the truth, columns the prediction.\n"
            "Press Run to start."
        )

    def caption(self) -> str:
        if self._event is None:
            return ""
        total = int(self._counts.sum())
        if not total:
            return tr("nothing has been judged yet")
        share = f"{100 * np.trace(self._counts) / total:.2f}"
        said = tr("{share} % of {total} {things} right", share=share, total=f"{total:,}", things=self._things)
        if self._not_asked:
            said = tr(
                "{share} % of {total} {things} right, {rest} not judged yet",
                share=share,
                total=f"{total:,}",
                things=self._things,
                rest=f"{self._not_asked:,}",
            )
        if self._event.rolling and not self._not_asked:
            said = tr("{words}; judged in turn while it learns", words=said)
        if self._first is None:
            return said
        count, hits = self._first
        return tr(
            "{words}; among the first {count} answers {share} %", words=said, count=count, share=f"{100 * hits:.2f}"
        )

    # Where things stand.

    def _names(self) -> tuple[str, ...]:
        return () if self._event is None else self._event.classes

    def _grid(self) -> QRectF:
        """Return the area of the cells."""
        area = self.content()
        count = max(len(self._counts), 1)
        metrics = font_metrics(small_font(self.font()))
        widest = max((metrics.width(name) for name in self._names()), default=0.0)
        left = min(widest + 8, 0.25 * area.width()) + 15
        top = 28.0 if area.height() > 150 else 15.0
        room = area.adjusted(left, top, -room_for(area, count), 0)
        height = room.height() / count
        # Cells may be wider than high, for the numbers in them; more would only spread them.
        width = min(room.width() / count, max(2.2 * height, 30.0))
        spare = (room.width() - width * count) / 2
        return QRectF(room.left() + spare, room.top(), width * count, height * count)

    def cell_area(self, truth: int, predicted: int) -> QRectF:
        """Return where a cell is painted."""
        grid, count = self._grid(), len(self._counts)
        width, height = grid.width() / count, grid.height() / count
        return QRectF(grid.left() + predicted * width, grid.top() + truth * height, width, height)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the (truth, predicted) under a point."""
        grid, count = self._grid(), len(self._counts)
        if not count or not grid.contains(point):
            return None
        row = int((point.y() - grid.top()) / grid.height() * count)
        column = int((point.x() - grid.left()) / grid.width() * count)
        return min(row, count - 1), min(column, count - 1)

    def pairs(self) -> Pairs:
        """Return the list of the pairs that are confused most; without a pair where there is no room for it."""
        area = self.content()
        width = room_for(area, len(self._counts))
        beside = area.adjusted(area.width() - width + 16, 0, 0, 0)
        return Pairs(self._worst if width else [], beside)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        grid = self._grid()
        look = Look(
            self.size(),
            self.devicePixelRatioF(),
            self.font(),
            area,
            grid,
            self.by,
            self._picked,
            self._names(),
            self._things,
        )
        painter.drawPixmap(0, 0, self._matrix.picture(look, self._counts))
        if len(self._counts) > MANY:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(grid, cell_image(self._counts, self.by))
        self._paint_picks(painter)
        self.pairs().paint(painter, self._counts, self.by, self._names(), self._picked, self.font())

    def _paint_picks(self, painter: QPainter) -> None:
        colours = theme.colours()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._picked is not None and max(self._picked) < len(self._counts):
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawRect(self.cell_area(*self._picked).adjusted(-1, -1, 0, 0))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.cell_area(*self._cursor).adjusted(2, 2, -3, -3))

    # Answers and picks.

    def describe_content(self, point: QPointF) -> str:
        cell = self.cell_at(point) or self.pairs().at(point)
        return "" if cell is None else self.describe_cell(cell)

    def describe_cell(self, cell: tuple[int, int]) -> str:
        """Say how often one class was taken for another."""
        assert self._event is not None
        truth, predicted = cell
        number, row = int(self._counts[cell]), int(self._counts[truth].sum())
        share = f"{100 * number / max(row, 1):.2f}"
        said = tr(
            "truth {truth}, predicted {predicted}: {count} of {row} {things} ({share} %)\n{when}; click to see them",
            truth=self._names()[truth],
            predicted=self._names()[predicted],
            count=f"{number:,}",
            row=f"{row:,}",
            things=self._things,
            share=share,
            when=after(self._event.step),
        )
        column = int(self._counts[:, predicted].sum())
        if self.by != "predicted" or not column:
            return said
        part = tr(
            "{share} % of the {count} {things} that are predicted {predicted}",
            share=f"{100 * number / column:.2f}",
            count=f"{column:,}",
            things=self._things,
            predicted=self._names()[predicted],
        )
        return f"{said}\n{part}"

    def _pick(self, cell: tuple[int, int] | None) -> None:
        self._picked = None if cell == self._picked else cell
        self.update()
        self.selected.emit("cell", self._picked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position()) or self.pairs().at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None and not self.empty():
            self._cursor = cell
            self._pick(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self._counts)
        step = _STEPS.get(event.key())
        if event.key() == Qt.Key.Key_S:
            keys = self.choice.keys
            self.choice.choose(keys[(keys.index(self.by) + 1) % len(keys)])
        elif event.key() == Qt.Key.Key_N and self._worst:
            at = self._worst.index(self._cursor) + 1 if self._cursor in self._worst else 0
            self._cursor = self._worst[at % len(self._worst)]
            below = self.cell_area(*self._cursor).bottomLeft().toPoint()
            QToolTip.showText(self.mapToGlobal(below), self.describe_cell(self._cursor), self)
            self.update()
        elif count and step is not None:
            row, column = self._cursor[0] + step[0], self._cursor[1] + step[1]
            self._cursor = min(max(row, 0), count - 1), min(max(column, 0), count - 1)
            self.update()
        elif count and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self._cursor)
        elif event.key() == Qt.Key.Key_Escape and self._picked is not None:
            self._pick(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

"""The modules of a network as a tree that folds: how large each is, and what of it is trained."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.painted import PaintedView
from app.views.scroll import Scroll, rolled
from app.views.tree.picture import TreePicture
from app.views.tree.rows import TreeRow, first_folded, rows_of, seen_rows
from app.views.tree.words import row_words, sums_words
from lab.core.events import Event, LayerTree


class LayerTreeView(PaintedView):
    """The `LayerTree` of one name. What is folded tells the sums of all that it contains.

    The arrows up and down lead from row to row, left and right fold and unfold, as Space does; Enter or a click picks a
    layer: `selected("layer", path)`, and None when it is let go.
    """

    events: ClassVar[tuple[type[Event], ...]] = (LayerTree,)
    interval_ms: ClassVar[int] = 300
    captioned = True

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._promise = empty
        self._rows: list[TreeRow] = []
        self._folded: set[str] = set()
        self._picked: str | None = None
        self._cursor = 0
        self._down = Scroll()
        self._all = self.header_button(tr("unfold all"), tr("Show every layer (key *)"))
        self._all.clicked.connect(self._toggle_all)
        self._all.hide()

    def keep(self, event: Event) -> None:
        if isinstance(event, LayerTree) and event.name == self.name:
            before = [row.layer.path for row in self._rows]
            self._rows = rows_of(event.layers)
            if before != [row.layer.path for row in self._rows]:
                # Another network: only of the same one it is known what a person wants to see.
                self._folded, self._cursor, self._down.offset = first_folded(self._rows), 0, 0.0

    def redraw(self) -> None:
        self._all.setText(tr("unfold all") if self._folded else tr("fold all"))
        self._all.setVisible(any(row.end > place + 1 for place, row in enumerate(self._rows)))
        self.place_buttons()
        self.update()

    def clear(self) -> None:
        self._rows, self._folded, self._picked, self._cursor = [], set(), None, 0
        self._down.offset = 0.0
        self.redraw()

    def select(self, name: str, value: Any) -> None:
        if name != "layer":
            return
        self._picked = value or None
        for row in self._rows:
            if row.layer.path == self._picked:
                self._unfold_around(row)
        self.redraw()

    def empty(self) -> str:
        if self._rows:
            return ""
        return self._promise or tr("Here the layers of the network will appear, one within the other.")

    def caption(self) -> str:
        layers = [row.layer for row in self._rows]
        return sums_words(sum(layer.parameters for layer in layers), sum(layer.trainable for layer in layers))

    # Where things stand.

    @property
    def seen(self) -> list[str]:
        """The paths of the layers that are not folded away."""
        return [self._rows[place].layer.path for place in seen_rows(self._rows, self._folded)]

    def _picture(self) -> TreePicture:
        seen = seen_rows(self._rows, self._folded)
        return TreePicture(self._rows, seen, self.font(), self.content(), self._down)

    def row_area(self, path: str) -> QRectF:
        """Return where a layer stands that is not folded away."""
        return self._picture().row_area(self._place(path))

    def fold_area(self, path: str) -> QRectF:
        """Return where a click folds a layer."""
        return self._picture().fold_area(self._place(path))

    def _place(self, path: str) -> int:
        return next(place for place, row in enumerate(self._rows) if row.layer.path == path)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        self._picture().paint(painter, self._folded, self._picked, self._cursor if self.hasFocus() else None)

    # Answers.

    def describe_content(self, point: QPointF) -> str:
        place = self._picture().row_at(point)
        return "" if place is None else self.describe_row(place)

    def describe_row(self, place: int) -> str:
        """Say everything of a layer."""
        return row_words(self._rows[place], several=self._has_children(place))

    # The pointer and the keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.empty():
            return
        picture = self._picture()
        place = picture.row_at(event.position())
        if place is None:
            return
        self._cursor = place
        if self._has_children(place) and picture.fold_area(place).contains(event.position()):
            self._fold(place, self._rows[place].layer.path not in self._folded)
        else:
            self._pick(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.empty():
            event.ignore()
            return
        self._picture()
        rolled(event, Scroll(), self._down)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._rows:
            super().keyPressEvent(event)
            return
        key, page = event.key(), self._picture().page
        steps: dict[int, int] = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._rows),
            Qt.Key.Key_End: len(self._rows),
        }
        if key in steps:
            seen = seen_rows(self._rows, self._folded)
            self._go(seen[min(max(seen.index(self._cursor) + steps[key], 0), len(seen) - 1)])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
            self._fold_by_key(key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._cursor)
        elif event.text() == "*":
            self._toggle_all()
        else:
            super().keyPressEvent(event)

    def _fold_by_key(self, key: int) -> None:
        """Fold or unfold; where that is done already, go to what contains it, or to the first that it contains."""
        place, row = self._cursor, self._rows[self._cursor]
        inner, folded = self._has_children(place), row.layer.path in self._folded
        if inner and (key == Qt.Key.Key_Space or folded == (key == Qt.Key.Key_Right)):
            self._fold(place, not folded)
        elif key == Qt.Key.Key_Right and inner:
            self._go(place + 1)
        elif key == Qt.Key.Key_Left and row.parent is not None:
            self._go(row.parent)

    def _go(self, place: int) -> None:
        self._cursor = place
        picture = self._picture()
        picture.reveal(place)
        below = self._picture().row_area(place).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(below), self.describe_row(place), self)
        self.update()

    def _has_children(self, place: int) -> bool:
        return self._rows[place].end > place + 1

    def _fold(self, place: int, folded: bool) -> None:
        path = self._rows[place].layer.path
        self._folded = self._folded | {path} if folded else self._folded - {path}
        self._keep_cursor()
        self.redraw()

    def _toggle_all(self) -> None:
        self._folded = set() if self._folded else first_folded(self._rows) or self._inner
        self._keep_cursor()
        self.redraw()

    @property
    def _inner(self) -> set[str]:
        return {row.layer.path for place, row in enumerate(self._rows) if row.layer.depth and self._has_children(place)}

    def _keep_cursor(self) -> None:
        """Lead the cursor out of what was folded away."""
        seen = seen_rows(self._rows, self._folded)
        while self._cursor not in seen:
            self._cursor = self._rows[self._cursor].parent or 0

    def _unfold_around(self, row: TreeRow) -> None:
        parent = row.parent
        while parent is not None:
            self._folded.discard(self._rows[parent].layer.path)
            parent = self._rows[parent].parent

    def _pick(self, place: int) -> None:
        path = self._rows[place].layer.path
        self._picked = None if path == self._picked or not path else path
        self.update()
        self.selected.emit("layer", self._picked)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

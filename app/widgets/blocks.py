"""The editor of a list of blocks: add, move, duplicate and remove them, and change their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.language import tr
from app.widgets.block_row import BlockRow, taken_apart
from app.widgets.fields import Composite, in_hand, range_words, set_property, small_label
from app.widgets.icons import icon
from lab.core.blocks import split_blocks
from lab.core.params import Spec


class BlocksEdit(Composite):
    """The blocks in order, a row each; Alt+Up and Alt+Down move the one with the focus, Delete removes it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self._spec, self._kinds = spec, spec.kinds
        self._least, self._most = spec.length
        self._marked = 0
        self.rows: list[BlockRow] = []
        self.setObjectName("blocks")
        # Row 2n holds block n, and the one beneath it what is wrong with that.
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(3)
        self.add = QPushButton(tr("Add"))
        self.add.setIcon(icon("add"))
        self.add.clicked.connect(self._offer)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        for kind, block in self._kinds.items():
            action = self.menu.addAction(tr(block.label))
            action.setData(kind)
            action.setToolTip(tr(block.help))
        self.menu.triggered.connect(lambda action: self._insert(len(self.rows), str(action.data())))
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        self.take = self._offering(spec.presets)
        foot.addWidget(self.take)
        if not spec.presets:
            self.take.hide()
        foot.addSpacing(4)
        foot.addWidget(small_label(range_words(spec, ())), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._grid)
        layout.addLayout(foot)
        for keys, wish in (("Alt+Up", "up"), ("Alt+Down", "down")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda wish=wish: self._move_focused(wish))
        self._arrange()

    def _offering(self, presets: Mapping[str, Sequence[str]]) -> QPushButton:
        """Return the button that puts a whole list in place of the blocks."""
        button = QPushButton(tr("Take …"))
        button.setToolTip(tr("Take a whole list of blocks in place of these"))
        menu = QMenu(button)
        for label, texts in presets.items():
            action = menu.addAction(tr(label))
            action.setData("; ".join(texts))
        menu.triggered.connect(lambda action: self._take(str(action.data())))
        button.setMenu(menu)
        return button

    def _take(self, text: str) -> None:
        self.put(text)
        self._tell()

    def text(self) -> str:
        """Return the blocks as they stand, with Latin digits."""
        return "; ".join(row.text() for row in self.rows)

    def put(self, text: str) -> None:
        """Show a list of blocks, without a signal; the rows whose kind stays the same stay."""
        texts = split_blocks(text)
        if texts == [row.text() for row in self.rows]:
            return
        for place, block in enumerate(texts):
            kind, values = taken_apart(self._kinds, block)
            if place < len(self.rows) and kind and self.rows[place].kind == kind:
                self.rows[place].put(values)
                continue
            if place < len(self.rows):
                self._take_out(self.rows[place])
            self.rows.insert(place, self._row(block))
        for row in self.rows[len(texts) :]:
            self._take_out(row)
        self._arrange()

    def mark(self, place: int | None) -> None:
        """Mark the block at `place`, from 1, as wrong; 0 is the list, None is nothing."""
        self._marked = place or 0
        for number, row in enumerate(self.rows, 1):
            set_property(row, "invalid", number == place)

    def hold(self, complaint: QWidget) -> None:
        """Take in what says what is wrong, beneath the block that is marked."""
        self._grid.addWidget(complaint, 2 * (self._marked or len(self.rows)) + 1, 0)

    def _row(self, text: str) -> BlockRow:
        row = BlockRow(self._kinds, text)
        row.edited.connect(self._tell)
        row.wished.connect(self._do)
        return row

    def _take_out(self, row: BlockRow) -> None:
        self.rows.remove(row)
        self._grid.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _arrange(self) -> None:
        """Put the rows into their places, also for the Tab key, and allow what can be done now."""
        full = tr("There can be no more than {count}.", count=self._most) if len(self.rows) >= self._most else ""
        few = tr("There have to be at least {count}.", count=self._least) if len(self.rows) <= self._least else ""
        for place, row in enumerate(self.rows):
            self._grid.addWidget(row, 2 * place + 2, 0)
            # At once; else it could not have the focus yet.
            row.show()
            why = {"duplicate": full, "remove": few}
            why["up"] = "" if place else tr("It is the first.")
            why["down"] = "" if place + 1 < len(self.rows) else tr("It is the last.")
            row.stand(place + 1, why)
        stops = [self, *(stop for row in self.rows for stop in row.stops()), self.add, self.take]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self.add.setEnabled(not full)
        self.add.setToolTip(full or tr("Add a block at the end"))

    def _tell(self) -> None:
        self.textEdited.emit(self.text())

    def _offer(self) -> None:
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _insert(self, place: int, text: str) -> None:
        """Add a block, with the defaults of its kind where it is only that."""
        if len(self.rows) < self._most:
            self.rows.insert(place, self._row(text))
            self._changed(self.rows[place])

    def _move_focused(self, wish: str) -> None:
        for row in self.rows:
            if in_hand(row):
                self._do(row, wish)
                return

    def _do(self, row: BlockRow, wish: str) -> None:
        """Do with a row what was asked for, as far as it can be done."""
        place = self.rows.index(row)
        to = place + {"up": -1, "down": 1, "previous": -1, "next": 1}.get(wish, 0)
        if wish == "duplicate":
            self._insert(place + 1, row.text())
        elif wish == "remove" and len(self.rows) > self._least:
            near = [*self.rows[place + 1 : place + 2], *self.rows[max(0, place - 1) : place]]
            self._take_out(row)
            self._changed(near[0] if near else None)
        elif 0 <= to < len(self.rows) and wish in ("previous", "next"):
            self.rows[to].setFocus()
            self._reveal(self.rows[to])
        elif 0 <= to < len(self.rows) and wish in ("up", "down"):
            self.rows.insert(to, self.rows.pop(place))
            self._changed(row)

    def _changed(self, row: BlockRow | None) -> None:
        """Arrange the rows anew and give one the focus, unless it has it: what comes next is done with the keyboard."""
        if row is None:
            self.add.setFocus()
        self._arrange()
        if row is not None and not in_hand(row):
            row.setFocus()
        self._tell()
        if row is not None:
            self._reveal(row)

    def _reveal(self, row: BlockRow) -> None:
        """Scroll the form to a row, once it has its place."""
        QTimer.singleShot(0, row, lambda: _ensure_visible(row))


def _ensure_visible(row: QWidget) -> None:
    parent = row.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    if isinstance(parent, QScrollArea):
        parent.ensureWidgetVisible(row, 0, 4)

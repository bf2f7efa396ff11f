"""Ctrl+K: a line to type into, and what is found, as one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.core import theme
from app.core.language import tr
from app.shell.search import Found, Index

WIDTH, HEIGHT = 620, 420
FOUND = Qt.ItemDataRole.UserRole


class Finder(QFrame):
    """Lies over the window while one looks for something; `chosen` says what to go to."""

    chosen = Signal(object)
    """A `Found`."""

    def __init__(self, index: Index, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._index = index
        self.setObjectName("finder")
        self.setAccessibleName(tr("Find"))
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("An experiment, a parameter, a word of a lesson, a command"))
        self.line.setAccessibleName(tr("Find"))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.results = QTreeWidget()
        self.results.setColumnCount(2)
        self.results.setHeaderHidden(True)
        self.results.setRootIsDecorated(False)
        self.results.setUniformRowHeights(True)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.results.header().setStretchLastSection(False)
        self.results.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.results.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.results.header().resizeSection(1, WIDTH * 2 // 5)
        self.results.itemClicked.connect(self._choose)
        self.words = QLabel()
        self.words.setProperty("muted", True)
        self.words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 10)
        layout.addWidget(self.line)
        layout.addWidget(self.results, 1)
        layout.addWidget(self.words)
        # Modules are read one at a time, so that typing goes on between.
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._load)
        self._search("")
        self.hide()

    def open(self) -> None:
        """Show it in the upper middle of the window, with an empty line."""
        parent = self._over
        width, height = min(WIDTH, parent.width() - 16), min(HEIGHT, parent.height() - 16)
        self.setGeometry((parent.width() - width) // 2, max(8, (parent.height() - height) // 5), width, height)
        self.line.clear()
        self.show()
        self.raise_()
        self.line.setFocus()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing for nobody."""
        super().hideEvent(event)
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk through the results from the line; leave with Escape, or when something else is clicked."""
        if event.type() is QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            row, count = self.results.currentIndex().row(), self.results.topLevelItemCount()
            match event.key():
                case Qt.Key.Key_Escape:
                    self.hide()
                    self._over.setFocus()
                    return True
                case Qt.Key.Key_Down | Qt.Key.Key_Up if count:
                    step = 1 if event.key() == Qt.Key.Key_Down else -1
                    self._mark((row + step) % count)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._choose(self.results.currentItem())
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)

    def found(self) -> list[Found]:
        """Return what is listed."""
        items = (self.results.topLevelItem(row) for row in range(self.results.topLevelItemCount()))
        return [item.data(0, FOUND) for item in items if item is not None]

    def _mark(self, row: int) -> None:
        self.results.setCurrentIndex(self.results.model().index(row, 0))

    def _search(self, query: str) -> None:
        """List what is found; what was marked stays so, if it is still there."""
        marked = self.results.currentItem()
        before = marked.data(0, FOUND) if marked is not None and self.results.indexOfTopLevelItem(marked) > 0 else None
        found = self._index.search(query)
        self.results.clear()
        for entry in found:
            item = QTreeWidgetItem(self.results, [entry.name, _where(entry)])
            item.setData(0, FOUND, entry)
            item.setForeground(1, QBrush(QColor(theme.colours().muted)))
            for column in (0, 1):
                item.setToolTip(column, item.text(column))
        if found:
            self._mark(found.index(before) if before in found else 0)
        nothing = tr("Nothing is called so, and no lesson speaks of it.")
        keys = tr("Arrows choose, Enter opens, Escape closes.")
        self.words.setText(nothing if query.strip() and not found else keys)

    def _load(self) -> None:
        if not self._index.load():
            self._timer.stop()
            self._search(self.line.text())

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            found = item.data(0, FOUND)
            self.hide()
            self.chosen.emit(found)


def _where(found: Found) -> str:
    match found.kind:
        case "page":
            return found.where
        case "command":
            return tr("command")
        case "parameter":
            return tr("parameter of {title}", title=found.where)
        case _:
            return tr("lesson of {title}", title=found.where)

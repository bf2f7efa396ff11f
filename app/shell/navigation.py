"""The topics at the leading edge, grouped as the course is, with the experiments of the open one beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core import theme
from app.core.language import tr

Kind = Literal["section", "topic", "page"]
KIND, KEY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
NARROWEST, WIDEST = 148, 208
SHARE = 6
"""Of so many parts of the window's width, one is for the navigation."""
MARGIN = {"section": (12, 3), "topic": (12, 4), "page": (24, 3)}
"""Pixels beside and above the words of an entry, by its kind."""
ROUND = 6.0

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Entry:
    """A topic: its key, its name, and its pages as pairs of name and title; none where it is a page itself."""

    key: str
    title: str
    pages: tuple[tuple[str, str], ...] = ()


class Navigation(QListWidget):
    """A list that is walked with the arrows; Enter, Space or a click opens, and `wanted` says what.

    Long names go over two lines, and are never cut.
    """

    wanted = Signal(str)
    """The page to open: of a topic, its first."""

    def __init__(self, sections: Sequence[tuple[str, Sequence[Entry]]]) -> None:
        super().__init__()
        self._sections = sections
        self._topic = self.opened = ""
        keys = [entry.key for _, entries in sections for entry in entries]
        # The first nine, and the last one, whatever is between.
        self.digits = dict(zip([*keys[:9], keys[-1]], (*range(1, 10), 0), strict=False))
        self.setObjectName("navigation")
        self.setAccessibleName(tr("Topics"))
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.fit(0)
        self.itemClicked.connect(self._open)

    def fit(self, window_width: int) -> None:
        """Take the share of the window's width that suits it."""
        self.setFixedWidth(max(NARROWEST, min(WIDEST, window_width // SHARE)))

    def show_page(self, name: str) -> None:
        """Mark a page as the open one, and unfold its topic."""
        topic = next(entry.key for _, entries in self._sections for entry in entries if _holds(entry, name))
        self.opened = name
        if topic != self._topic:
            self._topic = topic
            self._fill()
        keys = [self.item(row).data(KEY) for row in range(self.count())]
        row = len(keys) - 1 - keys[::-1].index(name)
        # The pages of the topic as far as there is room, and the open one in any case.
        for seen in (max(place for place in range(self.count()) if self._inside(place)), keys.index(topic), row):
            self.scrollToItem(self.item(seen))
        self.setCurrentRow(row)
        self.viewport().update()

    def entry(self, key: str) -> QListWidgetItem:
        """Return the entry of a topic or page. Raises KeyError where it is not unfolded, or there is none."""
        for row in range(self.count()):
            if self.item(row).data(KEY) == key:
                return self.item(row)
        raise KeyError(key)

    def unfolded(self, key: str) -> bool:
        """Tell whether a topic is the one whose pages are listed."""
        return bool(key) and key == self._topic

    def names(self) -> list[str]:
        """Return what stands in the list, sections included, from top to bottom."""
        return [self.item(row).text() for row in range(self.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open by Enter and Space; arrows and letters walk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentItem() is not None:
            self._open(self.currentItem())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the names anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _open(self, item: QListWidgetItem) -> None:
        if item.data(KIND) != "section":
            self.wanted.emit(self._first(item.data(KEY)))

    def _first(self, key: str) -> str:
        pages = next((entry.pages for _, entries in self._sections for entry in entries if entry.key == key), ())
        return pages[0][0] if pages else key

    def _inside(self, row: int) -> bool:
        """Tell whether a row is the open topic or a page of it."""
        item = self.item(row)
        return bool(item.data(KIND) == "page" or item.data(KEY) == self._topic)

    def _fill(self) -> None:
        self.clear()
        for caption, entries in self._sections:
            if caption:
                self._add("section", "", caption).setFlags(Qt.ItemFlag.NoItemFlags)
            for entry in entries:
                item = self._add("topic", entry.key, entry.title)
                digit = self.digits.get(entry.key)
                item.setToolTip(entry.title if digit is None else f"{entry.title} (Alt+{digit})")
                if entry.key == self._topic:
                    for name, title in entry.pages:
                        self._add("page", name, title)

    def _add(self, kind: Kind, key: str, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self)
        item.setData(KIND, kind)
        item.setData(KEY, key)
        return item


def _holds(entry: Entry, name: str) -> bool:
    return entry.key == name or any(page == name for page, _ in entry.pages)


class _Delegate(QStyledItemDelegate):
    """Paints sections, topics and pages; as high as their words need."""

    def __init__(self, view: Navigation) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[int, str, str], int] = {}
        """By width, kind and words: each is asked for whenever something changes."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        kind: Kind = index.data(KIND)
        beside, above = MARGIN[kind]
        width = max(self._view.viewport().width() - beside - 12, 1)
        key = width, kind, index.data()
        if key not in self._heights:
            room, flags = QRect(0, 0, width, 10_000), _flags(Qt.LayoutDirection.LeftToRight)
            words = QFontMetrics(_font(self._view, kind)).boundingRect(room, flags, index.data())
            self._heights[key] = words.height() + 2 * above + (6 if kind == "section" else 0)
        return QSize(1, self._heights[key])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        kind, colours = index.data(KIND), theme.colours()
        state, area = option.state, option.rect
        here = index.data(KEY) == self._view.opened
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = area.adjusted(6, 0, -6, 0)
        over = bool(state & QStyle.StateFlag.State_MouseOver) and kind != "section"
        painter.setPen(Qt.PenStyle.NoPen)
        if here or over:
            painter.setBrush(QColor(colours.surface))
            painter.drawRoundedRect(box, ROUND, ROUND)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), ROUND, ROUND)
        painter.setFont(_font(self._view, kind, self._view.unfolded(index.data(KEY))))
        painter.setPen(QColor(colours.accent if here else colours.muted if kind == "section" else colours.text))
        beside = MARGIN[kind][0]
        to_the_left = option.direction == Qt.LayoutDirection.RightToLeft
        words = area.adjusted(12, 0, -beside, 0) if to_the_left else area.adjusted(beside, 0, -12, 0)
        if kind == "section":
            words = words.adjusted(0, 6, 0, 0)
        painter.drawText(words, _flags(option.direction) | Qt.AlignmentFlag.AlignVCenter, index.data())
        painter.restore()


def _flags(direction: Qt.LayoutDirection) -> int:
    side = Qt.AlignmentFlag.AlignRight if direction == Qt.LayoutDirection.RightToLeft else Qt.AlignmentFlag.AlignLeft
    return int(Qt.TextFlag.TextWordWrap.value | side.value)


def _font(view: QWidget, kind: Kind, strong: bool = False) -> QFont:
    font = QFont(view.font())
    if kind != "topic":
        font.setPointSizeF(max(9.0, font.pointSizeF() - (1 if kind == "section" else 0.5)))
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    return font

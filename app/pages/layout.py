"""How a page is laid out: an entry, not a program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.core.language import right_to_left
from app.views.base import View


@dataclass(frozen=True)
class Cell:
    """One place of a page: a view, or several behind tabs. Views are made anew for each language and theme."""

    make: tuple[Callable[[], View], ...]
    stretch: int = 1


@dataclass(frozen=True)
class Row:
    """Cells side by side; a stretch of 0 keeps the row at the height that its views ask for."""

    cells: tuple[Cell, ...]
    stretch: int = 1


@dataclass(frozen=True)
class Layout:
    """The page of one experiment."""

    experiment: str
    rows: tuple[Row, ...]


def cell(*make: Callable[[], View], stretch: int = 1) -> Cell:
    """Return a cell of one view, or of several behind tabs."""
    return Cell(make, stretch)


def row(*cells: Cell, stretch: int = 1) -> Row:
    """Return a row of cells."""
    return Row(cells, stretch)


def side_by_side(leading: QWidget, trailing: QWidget, splitter: QSplitter | None = None) -> QSplitter:
    """Return two panes that a person can make wider and narrower; the trailing one takes what room there is.

    Panes that were made as children of a `splitter` are already in their place.
    """
    splitter = splitter or QSplitter()
    splitter.setOrientation(Qt.Orientation.Horizontal)
    for pane in (leading, trailing):
        if right_to_left():
            # There the splitter puts its panes one pixel too far to the right.
            pane.setContentsMargins(0, 0, 1, 0)
        splitter.addWidget(pane)
    splitter.setStretchFactor(1, 1)
    splitter.setChildrenCollapsible(False)
    return splitter


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area that is as large as there is room, and scrolls where that is less than its content needs."""
    area = _area(None)
    area.setWidget(content)
    return area


def _area(parent: QWidget | None) -> QScrollArea:
    area = QScrollArea(parent)
    area.setObjectName("plain")
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def frame(page: QWidget) -> QVBoxLayout:
    """Return where the content of a page goes, with a margin around it; bars are added below, to the page's layout.

    In a window that is too small for the content, that scrolls; the bars are seen always. What has many widgets is
    made from the outside in, as a child of where it goes: to move it there afterwards costs as much again.
    """
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    area = _area(page)
    inside = QWidget(area.viewport())
    inner = QVBoxLayout(inside)
    inner.setContentsMargins(8, 4, 8, 6)
    area.setWidget(inside)
    layout.addWidget(area, 1)
    return inner


def fill_page(page: QWidget, content: QWidget, *below: QWidget) -> None:
    """Lay a page out: its content in its frame, and bars below that reach from edge to edge."""
    frame(page).addWidget(content)
    layout = page.layout()
    assert layout is not None
    for bar in below:
        layout.addWidget(bar)

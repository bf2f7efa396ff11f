"""The views of a page, in the rows and cells of its layout."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from app.pages.layout import Cell, Row
from app.views.base import View
from lab.core.events import Event, Lazy, Scalars, Watched, among, made

FRAME_MS = 7.0
"""For computing and painting in one frame of 16 ms; the form and the screen need their part of it."""

BREATH_MS = 6
"""Between two such frames, for the hand and the screen."""


class ViewGrid(QWidget):
    """Hands events to the views that show them, and lets each draw at its own rate.

    `selected` says what was picked in a view, `watched` that other views are seen now.
    """

    selected = Signal(str, object)
    watched = Signal()

    def __init__(self, rows: tuple[Row, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: list[View] = []
        self._takers: dict[type[Event], list[View]] = {}
        self._taken: dict[tuple[str, str], Event] = {}
        self._unseen: dict[tuple[str, str], Lazy] = {}
        """What nobody has looked at yet, and so was not made."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(BREATH_MS)
        self._rest.timeout.connect(lambda: self.follow())
        self._late = QTimer(self, singleShot=True, interval=BREATH_MS)
        self._late.timeout.connect(lambda: self.tick(time.monotonic() * 1000))
        self._answer: list[Event] = []
        self._later = QTimer(self, singleShot=True, interval=BREATH_MS)
        self._later.timeout.connect(lambda: self.answer(self._answer))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for entry in rows:
            # Plots and matrices keep their places in every language.
            box = QWidget(self)
            box.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            cells = QHBoxLayout(box)
            cells.setContentsMargins(0, 0, 0, 0)
            cells.setSpacing(6)
            for place in entry.cells:
                cells.addWidget(self._cell(place), place.stretch)
            column.addWidget(box, entry.stretch)

    @property
    def views(self) -> tuple[View, ...]:
        """The views, in the order of the layout."""
        return tuple(self._views)

    def take(self, event: Event) -> None:
        """Hand an event to the views of its kind; the very same one again is nothing new.

        One that is lazy is made if it is seen now, else by `look_again` when it is.
        """
        if isinstance(event, Scalars):
            self._hand(event)  # Each counts, and thousands come in a minute.
            return
        if isinstance(event, Lazy) and not self.seen(event.kind, event.name):
            self._unseen[event.key] = event
            return
        for found in made((event,)):
            self._unseen.pop(found.key, None)
            if self._taken.get(found.key) is found:
                return
            self._taken[found.key] = found
            self._hand(found)

    def _hand(self, event: Event) -> None:
        kind = type(event)
        if kind not in self._takers:
            self._takers[kind] = [view for view in self._views if issubclass(kind, view.events)]
        for view in self._takers[kind]:
            view.take(event)

    def look_again(self) -> None:
        """Make what was not seen before, and is now."""
        for event in list(self._unseen.values()):
            if self.seen(event.kind, event.name):
                self.take(event)
        self.follow()

    def select(self, name: str, value: Any) -> None:
        """Tell the views what was picked in one of them."""
        for view in self._views:
            view.select(name, value)

    def tick(self, now_ms: float) -> None:
        """Let the views draw whose time has come, what waited longest first, as many as a frame has time for, and the
        rest when that is on the screen.
        """
        due = sorted((view for view in self._views if view.due(now_ms)), key=lambda view: view.drawn_at)
        if not self._drawn(due):
            self._late.start()

    def follow(self, computed_ms: float = 0.0) -> None:
        """Draw what is new at once, without waiting for its turn: it follows the hand.

        As much as a frame has time for after what was computed and drawn already, but at least one view, what waited
        longest first; the rest comes when that is on the screen.
        """
        waiting = sorted((view for view in self._views if view.dirty), key=lambda view: view.drawn_at)
        if not self._drawn(waiting, computed_ms):
            self._rest.start()

    def answer(self, events: Iterable[Event]) -> None:
        """Draw at once what an answer to the hand brought, in its order, as much as a frame has time for, and the rest
        when that is on the screen; all else waits for its turn.
        """
        self._answer = [event for event in events if not event.appended]
        shown = [view for event in self._answer for view in self._views if view.dirty and _shows(view, event)]
        if not self._drawn(dict.fromkeys(shown), anyhow=True):
            self._later.start()

    def clear(self) -> None:
        """Forget everything: a new run begins."""
        self._taken, self._unseen = {}, {}
        for view in self._views:
            view.clear()
            view.refresh()

    def intervals(self) -> dict[Watched, float]:
        """Return which events are seen now, with the seconds between two."""
        seen: dict[Watched, float] = {}
        for view in self._views:
            if view.isVisible():
                for key in view.keys:
                    seen[key] = min(view.interval_ms / 1000, seen.get(key, math.inf))
        return seen

    def seen(self, kind: type[Event], name: str) -> bool:
        """Tell whether a view of these events is seen now."""
        return any(view.isVisible() and among(view.keys, kind, name) for view in self._views)

    def _drawn(self, views: Iterable[View], computed_ms: float = 0.0, anyhow: bool = False) -> bool:
        """Draw as many as the frame that comes has time for, but at least one in a frame; tell whether it was all.

        `anyhow`: whatever else was drawn for that frame.
        """
        before = [view.cost_ms for view in self._views if view.awaits_paint and not anyhow]
        spent, idle = computed_ms + sum(before), not before
        for view in views:
            if not idle and spent + view.cost_ms > FRAME_MS:
                return False
            view.refresh()
            spent, idle = spent + view.cost_ms, False
        return True

    def _cell(self, place: Cell) -> QWidget:
        views = [make() for make in place.make]
        for view in views:
            self._views.append(view)
            view.selected.connect(self.selected)
        if len(views) == 1:
            return views[0]
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        for view in views:
            tabs.addTab(view, view.title)
        tabs.currentChanged.connect(lambda _place: self.watched.emit())
        return tabs


def _shows(view: View, event: Event) -> bool:
    return among(view.keys, type(event), event.key[1])

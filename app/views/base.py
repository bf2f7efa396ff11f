"""What all views share: they keep the newest event at once and draw it at their own small rate, only when seen."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QShowEvent
from PySide6.QtWidgets import QToolTip, QWidget

from lab.core.events import Event, Watched


class View(QWidget):
    """Base of all views.

    `take` keeps an event and must be cheap; `redraw` brings the screen up to date and is called at most every
    `interval_ms`, and not at all while the view is hidden.
    """

    events: ClassVar[tuple[type[Event], ...]]
    interval_ms: ClassVar[int] = 100
    name: str | None = None
    """The name of the events that are shown; None: of any name."""
    selected = Signal(str, object)
    """Something was picked: its name, for instance "image" or "cell", and its value."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self._dirty = False
        self.drawn_at = -1e9
        """When it was drawn last, in milliseconds of `time.monotonic`."""
        self.cost_ms = 0.0
        """What drawing it took last."""
        # Plots, images and matrices stay left to right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleName(title)

    @property
    def keys(self) -> tuple[Watched, ...]:
        """Which events are shown."""
        return tuple((kind, self.name) for kind in self.events)

    @property
    def dirty(self) -> bool:
        """Whether something was taken that is not drawn yet."""
        return self._dirty and self.isVisible()

    def due(self, now_ms: float) -> bool:
        """Tell whether there is something new, the view is seen, and its interval has passed."""
        return self.dirty and now_ms - self.drawn_at >= self.interval_ms

    @property
    def awaits_paint(self) -> bool:
        """Whether it was drawn anew and is painted in the frame that comes."""
        return False

    def take(self, event: Event) -> None:
        """Keep an event; subclasses override `keep`."""
        self.keep(event)
        self._dirty = True

    def tick(self, now_ms: float) -> None:
        """Redraw when that is due."""
        if self.due(now_ms):
            self.refresh()
            self.drawn_at = now_ms

    def refresh(self) -> None:
        """Redraw now."""
        self._dirty = False
        self.drawn_at = time.monotonic() * 1000
        self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dirty:
            self.refresh()

    def event(self, event: QEvent) -> bool:
        """Answer a resting pointer with what is under it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.describe(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keep(self, event: Event) -> None:
        """Remember the event."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Bring the screen up to date; the default repaints the widget."""
        self.update()

    def clear(self) -> None:
        """Forget everything: a new run begins."""
        raise NotImplementedError

    def select(self, name: str, value: Any) -> None:
        """Another view of the page picked something."""

    def describe(self, position: QPoint) -> str:
        """Say what is under `position`: name, shape, exact value and what produced it; "" for nothing."""
        return ""

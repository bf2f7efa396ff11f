"""A square to draw a digit on, whose drawing is asked about on a page."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QResizeEvent

from app.core.language import tr
from app.views.painted import PaintedView
from app.widgets.canvas import Canvas
from lab.core.events import Event


class SketchView(PaintedView):
    """Emits `selected("drawing", image)` while the pen moves: (280, 280) uint8, ink 255 on 0.

    What is drawn outlives a run: the next one is asked about it, too.
    """

    events: ClassVar[tuple[type[Event], ...]] = ()

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.canvas = Canvas()
        self.canvas.setParent(self)
        self.canvas.setMinimumSize(40, 40)
        self.canvas.drawn.connect(lambda: self.selected.emit("drawing", self.canvas.drawing()))
        button = self.header_button(tr("Clear"), tr("Take the drawing away"))
        button.clicked.connect(self.canvas.clear)

    def keep(self, event: Event) -> None:
        """There is nothing to show but the drawing."""

    def clear(self) -> None:
        """Keep the drawing."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """The canvas paints itself."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.content().toRect())

"""One grey image, with its pixels to be seen and asked."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app import theme
from app.language import tr
from app.views.mosaic import photograph
from app.views.painted import PaintedView
from lab.events import Event, Picture

_GRID_FROM = 6  # Logical pixels for an image pixel from which lines between them help.


class PictureView(PaintedView):
    """A picture as large as whole pixels of the screen allow, with a grid between its pixels."""

    events: ClassVar[tuple[type[Event], ...]] = (Picture,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title)
        self.name = name
        self.setMinimumSize(120, 120)
        self._event: Picture | None = None

    def sizeHint(self) -> QSize:
        return QSize(220, 240)

    def keep(self, event: Event) -> None:
        if isinstance(event, Picture) and event.name == self.name:
            self._event = event

    def clear(self) -> None:
        self._event = None
        self.update()

    def empty(self) -> str:
        if self._event is not None and self._event.image is not None:
            return ""
        return tr("Here you will see the image as the network gets it.")

    def image_area(self) -> QRectF:
        """Return where the image is painted, in logical pixels."""
        assert self._event is not None and self._event.image is not None
        area, ratio = self.content(), self.devicePixelRatioF()
        height, width = self._event.image.shape
        zoom: float = min(area.width() * ratio / width, area.height() * ratio / height)
        zoom = int(zoom) if zoom >= 1 else zoom
        size = QPointF(width * zoom / ratio, height * zoom / ratio)
        corner = self.snapped(area.center() - size / 2)
        return QRectF(corner.x(), corner.y(), size.x(), size.y())

    def paint(self, painter: QPainter, area: QRectF) -> None:
        assert self._event is not None and self._event.image is not None
        box = self.image_area()
        height, width = self._event.image.shape
        painter.drawImage(box, photograph(self._event.image))
        step = box.width() / width
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if step >= _GRID_FROM:
            painter.setPen(QPen(QColor(128, 128, 128, 70), 0))
            for column in range(1, width):
                x = box.left() + column * step
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            for row in range(1, height):
                y = box.top() + row * step
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(QPen(QColor(theme.colours().border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-1, -1, 0, 0))

    def describe_content(self, point: QPointF) -> str:
        assert self._event is not None and self._event.image is not None
        box = self.image_area()
        height, width = self._event.image.shape
        column = int((point.x() - box.left()) / box.width() * width)
        row = int((point.y() - box.top()) / box.height() * height)
        if not box.contains(point) or row >= height or column >= width:
            return ""
        return tr(
            "row {row}, column {column} of {height} × {width}: {value} of 255",
            row=row,
            column=column,
            height=height,
            width=width,
            value=int(self._event.image[row, column]),
        )

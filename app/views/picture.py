"""One grey image, with its pixels to be seen and asked."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app.core import theme
from app.core.language import tr
from app.views.mosaic import photograph
from app.views.painted import PaintedView
from lab.core.events import Event, Picture

_GRID_FROM = 6  # Logical pixels for an image pixel from which lines between them help.


class PictureView(PaintedView):
    """A picture as large as whole pixels of the screen allow, with a grid between its pixels."""

    events: ClassVar[tuple[type[Event], ...]] = (Picture,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title)
        self.name = name
        self._promise = empty
        self.setMinimumSize(120, 120)
        self._event: Picture | None = None
        self._grid: tuple[tuple[float, ...], QPixmap] | None = None

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
        return self._promise or tr("Here you will see the image as the network gets it.")

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
            painter.drawPixmap(box.topLeft(), self._grid_of(box.size(), step, width, height))
        painter.setPen(QPen(QColor(theme.colours().border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-1, -1, 0, 0))

    def _grid_of(self, size: QSizeF, step: float, columns: int, rows: int) -> QPixmap:
        """Return the lines between pixels, painted once for a size: they would cost more than the picture."""
        ratio = self.devicePixelRatioF()
        key = (size.width(), size.height(), ratio, columns, rows)
        if self._grid is None or self._grid[0] != key:
            pixmap = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setPen(QPen(QColor(128, 128, 128, 70), 0))
            painter.drawLines([QLineF(c * step, 0, c * step, size.height()) for c in range(1, columns)])
            painter.drawLines([QLineF(0, r * step, size.width(), r * step) for r in range(1, rows)])
            painter.end()
            self._grid = key, pixmap
        return self._grid[1]

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

"""What seldom changes under what often does, painted once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPixmap


class Still:
    """A picture that is painted again only when what it was made of is no longer the very same."""

    def __init__(self) -> None:
        self._made_of: list[object] = []
        self._pixmap = QPixmap()

    def forget(self) -> None:
        """Paint it again next time, whatever it is made of: colours, texts or places changed."""
        self._pixmap = QPixmap()

    def picture(
        self, size: QSize, ratio: float, made_of: Sequence[object], paint: Callable[[QPainter], None]
    ) -> QPixmap:
        """Return the picture, `size` in logical pixels of `ratio` pixels of the screen each, as `paint` paints it."""
        same = len(made_of) == len(self._made_of) and all(
            one is other for one, other in zip(made_of, self._made_of, strict=True)
        )
        if same and self._pixmap.size() == size * ratio:
            return self._pixmap
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter)
        finally:
            painter.end()
        self._made_of, self._pixmap = list(made_of), pixmap
        return pixmap

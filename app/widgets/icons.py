"""Icons of the controls, painted: glyphs for them are missing in many fonts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app import theme

SIDE = 64


def icon(name: str, on_accent: bool = False) -> QIcon:
    """Return an icon in the colours of the theme: run, pause, step, epoch, stop, reset or new_seed."""
    colours = theme.colours()
    result = QIcon()
    for mode, colour in (
        (QIcon.Mode.Normal, colours.on_accent if on_accent else colours.text),
        (QIcon.Mode.Disabled, colours.muted),
    ):
        pixmap = QPixmap(SIDE, SIDE)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        _PAINTERS[name](painter, QColor(colour))
        painter.end()
        result.addPixmap(pixmap, mode)
    return result


def _triangle(painter: QPainter, left: float, right: float) -> None:
    painter.drawPolygon(QPolygonF([QPointF(left, 12), QPointF(right, 32), QPointF(left, 52)]))


def _run(painter: QPainter, _colour: QColor) -> None:
    _triangle(painter, 16, 52)


def _pause(painter: QPainter, _colour: QColor) -> None:
    painter.drawRect(QRectF(16, 12, 11, 40))
    painter.drawRect(QRectF(37, 12, 11, 40))


def _step(painter: QPainter, _colour: QColor) -> None:
    _triangle(painter, 14, 42)
    painter.drawRect(QRectF(43, 12, 8, 40))


def _epoch(painter: QPainter, _colour: QColor) -> None:
    _triangle(painter, 8, 30)
    _triangle(painter, 28, 50)
    painter.drawRect(QRectF(50, 12, 7, 40))


def _stop(painter: QPainter, _colour: QColor) -> None:
    painter.drawRect(QRectF(15, 15, 34, 34))


def _reset(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 7))
    painter.drawArc(QRectF(14, 14, 36, 36), 120 * 16, 300 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(8, 8), QPointF(30, 12), QPointF(14, 30)]))


def _new_seed(painter: QPainter, colour: QColor) -> None:
    """Paint a die that shows five."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 5))
    painter.drawRoundedRect(QRectF(11, 11, 42, 42), 8, 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for x, y in ((22, 22), (42, 22), (32, 32), (22, 42), (42, 42)):
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5)


_PAINTERS: dict[str, Callable[[QPainter, QColor], None]] = {
    "run": _run,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "stop": _stop,
    "reset": _reset,
    "new_seed": _new_seed,
}

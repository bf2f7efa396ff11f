"""Icons of the controls, painted: glyphs for them are missing in many fonts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.core import theme

SIDE = 64


def icon(name: str, on_accent: bool = False) -> QIcon:
    """Return an icon in the colours of the theme: one of those for which there is a painter below."""
    colours = theme.colours()
    return _painted(name, colours.on_accent if on_accent else colours.text, colours.muted)


@cache
def _painted(name: str, normal: str, disabled: str) -> QIcon:
    result = QIcon()
    for mode, colour in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, disabled)):
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


def _fewer(painter: QPainter, _colour: QColor) -> None:
    painter.drawRect(QRectF(14, 28, 36, 8))


def _more(painter: QPainter, colour: QColor) -> None:
    _fewer(painter, colour)
    painter.drawRect(QRectF(28, 14, 8, 36))


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


def _sheet(painter: QPainter, colour: QColor, area: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 5))
    painter.drawRoundedRect(area, 5, 5)


def _sweep(painter: QPainter, colour: QColor) -> None:
    """Paint a grid of nine."""
    for x in (14, 32, 50):
        for y in (14, 32, 50):
            painter.drawRect(QRectF(x - 6, y - 6, 12, 12))


def _copy(painter: QPainter, colour: QColor) -> None:
    """Paint two sheets, one behind the other."""
    _sheet(painter, colour, QRectF(24, 24, 30, 30))
    painter.drawPolyline([QPointF(15, 41), QPointF(10, 41), QPointF(10, 10), QPointF(41, 10), QPointF(41, 15)])


def _paste(painter: QPainter, colour: QColor) -> None:
    """Paint a board with a clip, and lines on it."""
    _sheet(painter, colour, QRectF(12, 13, 40, 43))
    painter.drawLine(QPointF(22, 34), QPointF(42, 34))
    painter.drawLine(QPointF(22, 45), QPointF(36, 45))
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(24, 9, 16, 9), 3, 3)


def _pin(painter: QPainter, colour: QColor) -> None:
    """Paint a drawing pin from the side."""
    painter.drawRect(QRectF(18, 6, 28, 7))
    painter.drawPolygon(QPolygonF([QPointF(24, 13), QPointF(40, 13), QPointF(43, 30), QPointF(21, 30)]))
    painter.drawRect(QRectF(12, 30, 40, 7))
    painter.setPen(QPen(colour, 5))
    painter.drawLine(QPointF(32, 37), QPointF(32, 58))


def _unpin(painter: QPainter, colour: QColor) -> None:
    """Paint the pin, crossed out."""
    _pin(painter, colour)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setPen(QPen(colour, 12))
    painter.drawLine(QPointF(8, 8), QPointF(56, 56))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setPen(QPen(colour, 5))
    painter.drawLine(QPointF(8, 8), QPointF(56, 56))


def _lines(painter: QPainter, colour: QColor, *points: tuple[float, float]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))


def _up(painter: QPainter, colour: QColor) -> None:
    _lines(painter, colour, (14, 42), (32, 22), (50, 42))


def _down(painter: QPainter, colour: QColor) -> None:
    _lines(painter, colour, (14, 22), (32, 42), (50, 22))


def _add(painter: QPainter, colour: QColor) -> None:
    _lines(painter, colour, (32, 12), (32, 52))
    _lines(painter, colour, (12, 32), (52, 32))


def _remove(painter: QPainter, colour: QColor) -> None:
    _lines(painter, colour, (15, 15), (49, 49))
    _lines(painter, colour, (49, 15), (15, 49))


_PAINTERS: dict[str, Callable[[QPainter, QColor], None]] = {
    "more": _more,
    "fewer": _fewer,
    "run": _run,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "stop": _stop,
    "reset": _reset,
    "new_seed": _new_seed,
    "sweep": _sweep,
    "copy": _copy,
    "paste": _paste,
    "pin": _pin,
    "unpin": _unpin,
    "up": _up,
    "down": _down,
    "add": _add,
    "remove": _remove,
}

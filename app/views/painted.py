"""What painted views share: a card with title, caption and small buttons, text that fits, the empty state."""

from __future__ import annotations

import time
from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolButton

from app.core import theme
from app.core.language import right_to_left
from app.views.base import View
from app.views.font_metrics import font_metrics
from app.widgets.icons import icon

MARGIN = 8
TITLE_HEIGHT = 24
CAPTION_HEIGHT = 17
PAINT_MS = 50
"""After which what was not painted will not be: nothing of it had changed."""
SMALL_POINTS = 9.0

_Align = Qt.AlignmentFlag
LEFT = _Align.AlignLeft | _Align.AlignVCenter | _Align.AlignAbsolute
RIGHT = _Align.AlignRight | _Align.AlignVCenter | _Align.AlignAbsolute
CENTRE = _Align.AlignCenter


class PaintedView(View):
    """A view that is painted as one picture: subclasses say what stands in it, and where the pointer is."""

    captioned: ClassVar[bool] = False
    """Whether a line under the title is kept for the caption."""

    def __init__(self, title: str, *, picks: bool = False) -> None:
        super().__init__(title)
        self._buttons: list[QToolButton] = []
        self._painted_at = 0.0
        self.setMinimumSize(150, 120)
        if picks:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def awaits_paint(self) -> bool:
        """Whether it was drawn anew a moment ago, and is painted in the frame that comes."""
        ago = time.monotonic() * 1000 - self.drawn_at
        return self._painted_at < self.drawn_at and ago < PAINT_MS and self.isVisible()

    # What subclasses fill in.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the content into `area`; not called while `empty` has something to say."""
        raise NotImplementedError

    def empty(self) -> str:
        """What will appear here and what to press, or "" when there is something to show."""
        return ""

    def caption(self) -> str:
        """One line under the title."""
        return ""

    # Geometry.

    def sizeHint(self) -> QSize:
        return QSize(400, 250)

    def content(self) -> QRectF:
        """Return where `paint` paints, in logical pixels."""
        top = TITLE_HEIGHT + 2 + (CAPTION_HEIGHT if self.captioned and not self.empty() else 0)
        return QRectF(self.rect()).adjusted(MARGIN, top, -MARGIN, -MARGIN)

    def update_inside(self) -> None:
        """Paint again what stands under the title, without title and frame, which cost as much as many a content."""
        self.update(self._inside())

    def _inside(self) -> QRect:
        return self.rect().adjusted(MARGIN, TITLE_HEIGHT, -MARGIN, -MARGIN)

    def caption_area(self) -> QRectF:
        """Return where the caption stands."""
        return QRectF(MARGIN, TITLE_HEIGHT, self.width() - 2 * MARGIN, CAPTION_HEIGHT)

    def snapped(self, point: QPointF) -> QPointF:
        """Return `point` moved onto a pixel of the screen, so that images stay sharp."""
        ratio = self.devicePixelRatioF()
        return QPointF(round(point.x() * ratio) / ratio, round(point.y() * ratio) / ratio)

    def header_button(self, text: str, tip: str, *, checkable: bool = False, sign: str = "") -> QToolButton:
        """Add a small button to the title line, with a text or the icon `sign`; it can be reached by Tab."""
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(checkable)
        if sign:
            button.setAccessibleName(tip)
            button.setIcon(icon(sign))
            button.setIconSize(QSize(13, 13))
        button.setStyleSheet(f"QToolButton {{ padding: 0px 7px; font-size: {SMALL_POINTS:g}pt; }}")
        self._buttons.append(button)
        return button

    def place_buttons(self) -> None:
        """Put the buttons at the far end of the title line; call it after showing or hiding one."""
        place = MARGIN - 3 if right_to_left() else self.width() - MARGIN + 3
        for button in self._buttons:
            if button.isHidden():
                continue
            # Not its size hint, which is out of date while a theme is being changed.
            width = round(font_metrics(small_font(self.font())).width(button.text())) + 20
            width = width if button.text() else 28
            place -= 0 if right_to_left() else width
            button.setGeometry(place, 3, width, TITLE_HEIGHT - 4)
            place += width + 4 if right_to_left() else -4
        self.update(0, 0, self.width(), TITLE_HEIGHT)  # The title has what they leave.

    # Events.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_buttons()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme again."""
        self.place_buttons()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.perf_counter()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
            if self._inside().contains(event.rect()):
                painter.fillRect(event.rect(), QColor(theme.colours().surface))
            else:
                self._paint_card(painter)
            self._paint_caption(painter)
            empty = self.empty()
            if empty:
                self._paint_empty(painter, empty)
            else:
                self.paint(painter, self.content())
        finally:
            # When something is raised, a painter that is still active would end the whole program.
            painter.end()
        self.cost_ms, self._painted_at = (time.perf_counter() - began) * 1000, time.monotonic() * 1000

    def _paint_card(self, painter: QPainter) -> None:
        colours = theme.colours()
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(colours.accent if focused else colours.border), 2 if focused else 1))
        painter.setBrush(QColor(colours.surface))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        start = RIGHT if right_to_left() else LEFT
        taken = sum(button.width() + 4 for button in self._buttons if not button.isHidden())
        line = QRectF(MARGIN, 2, self.width() - 2 * MARGIN - taken, TITLE_HEIGHT - 2)
        if right_to_left():
            line.translate(taken, 0)
        text(painter, line, self.title, colours.text, start, title_font(self.font()))

    def _paint_caption(self, painter: QPainter) -> None:
        if self.captioned and not self.empty():
            start, muted = RIGHT if right_to_left() else LEFT, theme.colours().muted
            text(painter, self.caption_area(), self.caption(), muted, start, small_font(self.font()))

    def _paint_empty(self, painter: QPainter, sentence: str) -> None:
        colours = theme.colours()
        area = self.content()
        painter.setPen(QPen(QColor(colours.border), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(4.5, 2.5, -4.5, -2.5), 6, 6)
        painter.setPen(QColor(colours.muted))
        painter.setFont(self.font())
        flags = int(CENTRE) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area.adjusted(20, 6, -20, -6), flags, sentence)

    def describe(self, position: QPoint) -> str:
        point = QPointF(position)
        if self.empty():
            return ""
        if self.captioned and self.caption_area().contains(point):
            return self.caption()  # It may have been too long for the line.
        return self.describe_content(point)

    def describe_content(self, point: QPointF) -> str:
        """Say what is under `point` of the content; "" for nothing."""
        return ""


def small_font(font: QFont, *, bold: bool = False) -> QFont:
    """Return `font` in the smallest size that is used."""
    small = QFont(font)
    small.setPointSizeF(SMALL_POINTS)
    if bold:
        small.setWeight(QFont.Weight.Medium)
    return small


def title_font(font: QFont, points: float = 10.0) -> QFont:
    """Return `font` for titles."""
    large = QFont(font)
    large.setPointSizeF(points)
    large.setWeight(QFont.Weight.Medium)
    return large


def text(
    painter: QPainter, area: QRectF, words: str, colour: str | QColor, align: Qt.AlignmentFlag, font: QFont
) -> None:
    """Paint one line of text into `area`, cut with an ellipsis where it does not fit."""
    metrics = font_metrics(font)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    width = metrics.width(words)
    if width > area.width():
        words = metrics.cut(words, area.width())
        width = metrics.width(words)
    spare = area.width() - width
    left = area.left() + (spare if align == RIGHT else spare / 2 if align == CENTRE else 0)
    # Centred by its capitals: the line height of a font with Persian letters would push Latin ones out of place.
    painter.drawText(QPointF(left, area.center().y() + metrics.cap_height / 2), words)


def mark(painter: QPainter, area: QRectF, right: bool, colour: str | QColor) -> None:
    """Paint a tick or a cross as lines, so that no font has to have them."""
    painter.setPen(QPen(QColor(colour), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    at = area.topLeft()
    size = min(area.width(), area.height())
    if right:
        points = [(0.1, 0.55), (0.4, 0.85), (0.9, 0.15)]
        painter.drawPolyline([at + QPointF(x, y) * size for x, y in points])
    else:
        painter.drawLine(at + QPointF(0.15, 0.15) * size, at + QPointF(0.85, 0.85) * size)
        painter.drawLine(at + QPointF(0.85, 0.15) * size, at + QPointF(0.15, 0.85) * size)


def blend(over: str, under: str, share: float) -> QColor:
    """Return the colour of `over` laid on `under` with opacity `share` in [0, 1]."""
    top, bottom = QColor(over), QColor(under)
    return QColor.fromRgbF(
        top.redF() * share + bottom.redF() * (1 - share),
        top.greenF() * share + bottom.greenF() * (1 - share),
        top.blueF() * share + bottom.blueF() * (1 - share),
    )


def readable_on(background: QColor) -> QColor:
    """Return near-black or white, whichever is easier to read on `background`."""
    luminance = 0.2126 * background.redF() ** 2.2 + 0.7152 * background.greenF() ** 2.2
    luminance += 0.0722 * background.blueF() ** 2.2
    return QColor("#14171b") if luminance > 0.19 else QColor("#ffffff")


def number(value: float) -> str:
    """Return a number for a label beside an image or a curve: four figures, Latin digits."""
    return f"{value:.4g}"

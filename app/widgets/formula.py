"""Formulas in TeX, typeset offline by ziamath and painted in the colour of the text around them."""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import ceil

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from app.core.theme import colours

OBJECT = "\ufffc"
"""The character that stands for a formula in the text of a document."""

_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_TEX = QTextFormat.Property.UserProperty.value + 1
_DISPLAY = QTextFormat.Property.UserProperty.value + 2
_TAIL = QTextFormat.Property.UserProperty.value + 3
_MARGIN = 1.0
# The letters of ziamath's font are smaller than Vazirmatn's of the same size.
_SCALE = 1.1
# Where a formula that is too wide for the column may be broken, and how many letters wide that gap is.
_GAP = re.compile(r"(\\qquad|\\quad)(?![A-Za-z])")
_GAPS = {r"\qquad": 2.0, r"\quad": 1.0}
_BETWEEN_LINES = 5.0

_log = logging.getLogger(__name__)


class FormulaError(ValueError):
    """TeX that cannot be typeset."""


@dataclass(frozen=True)
class Typeset:
    """A formula as SVG; width, and extent above and below the baseline, in logical pixels."""

    svg: bytes
    width: float
    ascent: float
    descent: float


@lru_cache(maxsize=512)
def typeset(tex: str, size: float, display: bool) -> Typeset:
    """Typeset TeX at a font size in logical pixels: 1 to 15 ms. The first call imports ziamath (0.2 s).

    Raises FormulaError when the TeX is wrong or uses what ziamath does not know.
    """
    with warnings.catch_warnings():
        # ziamath 0.13 finds its fonts with importlib.resources.path, which Python 3.11 and 3.12 frown upon.
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.config import config
        from ziamath.zmath import Latex

    # QtSvg draws the <symbol> and <use> of SVG 2 as fragments.
    config.svg2 = False
    try:
        formula = Latex(tex, size=size, inline=not display, margin=_MARGIN)
        svg = formula.svg().encode()
        width, height = formula.getsize()
        bottom = formula.getyofst()
    except Exception as error:
        # Wrong TeX leaves latex2mathml and ziamath as errors of a dozen unrelated types.
        raise FormulaError(f"{tex}: {type(error).__name__}: {error}") from error
    return Typeset(svg, width + 2 * _MARGIN, height + bottom + _MARGIN, _MARGIN - bottom)


@lru_cache(maxsize=512)
def image(tex: str, size: float, display: bool, colour: str, ratio: float) -> QImage:
    """Paint a formula in `colour` (#rrggbb) on nothing, at `ratio` device pixels for each logical pixel.

    Its baseline is the lower edge of pixel row ceil(ascent · ratio), so that strokes on it are sharp.
    Raises FormulaError as `typeset` does.
    """
    formula = typeset(tex, size, display)
    height = (formula.ascent + formula.descent) * ratio
    above = ceil(formula.ascent * ratio)
    rows = above + ceil(formula.descent * ratio)
    picture = QImage(ceil(formula.width * ratio), rows, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = above - formula.ascent * ratio
    QSvgRenderer(formula.svg).render(painter, QRectF(0, top, formula.width * ratio, height))
    # The shapes are black; their coverage takes on the colour.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(picture.rect(), QColor(colour))
    painter.end()
    return picture


def formula_format(style: QTextCharFormat, tex: str, display: bool, tail: str = "") -> QTextCharFormat:
    """Return the format of an OBJECT character that is a formula within text of format `style`.

    `tail` is the punctuation after it. It belongs to the object because Qt may break a line after any object.
    """
    style.setObjectType(_TYPE)
    style.setProperty(_TEX, tex)
    style.setProperty(_DISPLAY, display)
    style.setProperty(_TAIL, tail)
    if not display:
        style.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    return style


def as_written(style: QTextCharFormat) -> str:
    """Return a formula of a document as it is written in a lesson."""
    dollars = "$$" if style.boolProperty(_DISPLAY) else "$"
    return f"{dollars}{style.stringProperty(_TEX)}{dollars}{style.stringProperty(_TAIL)}"


def parts(tex: str) -> list[tuple[str, float]]:
    """Return the formulas that stand beside each other in one, each with the gap before it, in letters.

    A gap within braces or brackets is none: then there is one part.
    """
    cut = _GAP.split(tex)
    found = [("", cut[0].strip()), *((gap, part.strip()) for gap, part in zip(cut[1::2], cut[2::2], strict=True))]
    if not all(part and _closed(part) for _gap, part in found):
        return [(tex, 0.0)]
    return [(part, _GAPS.get(gap, 0.0)) for gap, part in found]


def _closed(tex: str) -> bool:
    pairs = (r"{", r"}"), (r"\\left(?![A-Za-z])", r"\\right(?![A-Za-z])"), (r"\\begin\b", r"\\end\b")
    return all(len(re.findall(opens, tex)) == len(re.findall(closes, tex)) for opens, closes in pairs)


@dataclass(frozen=True)
class _Part:
    """A formula that stands in a line, and the gap before it."""

    tex: str
    made: Typeset
    gap: float


@dataclass(frozen=True)
class _Arranged:
    """Where the parts of a formula stand: from its left, and their baseline from its top; and its size."""

    places: tuple[tuple[_Part, float, float], ...]
    scale: float
    width: float
    height: float


def _arranged(made: tuple[_Part, ...], available: float) -> _Arranged:
    """Put parts beside each other as long as there is room, then beneath; the widest shrinks to the column."""
    widest = max(part.made.width for part in made)
    scale = min(1.0, available / widest) if available > 0 else 1.0
    lines: list[list[_Part]] = []
    room = 0.0
    for part in made:
        wanted = (part.gap + part.made.width) * scale
        if not lines or (available > 0 and wanted > room):
            lines.append([])
            room, wanted = available, part.made.width * scale
        lines[-1].append(part)
        room -= wanted
    widths = [scale * (sum(part.made.width + part.gap for part in line) - line[0].gap) for line in lines]
    places, top = list[tuple[_Part, float, float]](), 0.0
    for line, width in zip(lines, widths, strict=True):
        left, baseline = (max(widths) - width) / 2, top + scale * max(part.made.ascent for part in line)
        for place, part in enumerate(line):
            left += scale * part.gap if place else 0.0
            places.append((part, left, baseline))
            left += scale * part.made.width
        top = baseline + scale * max(part.made.descent for part in line) + _BETWEEN_LINES
    return _Arranged(tuple(places), scale, max(widths), top - _BETWEEN_LINES)


class FormulaPainter(QPyTextObject):
    """Measures and paints the formulas of one document; one that is not typeset yet is a blank square.

    What is `typeset` counts from `lay_out` on: as long as lines are laid out for squares, they are painted with them.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._known: dict[tuple[str, bool, float], tuple[_Part, ...] | None] = {}
        self._waiting: dict[tuple[str, bool, float], tuple[_Part, ...] | None] = {}
        document.documentLayout().registerHandler(_TYPE, self)

    def knows(self, tex: str, display: bool, document: QTextDocument) -> bool:
        """Tell whether a formula has been typeset at the document's size of letters."""
        return (tex, display, _size(document)) in self._known

    def typeset(self, tex: str, display: bool, document: QTextDocument) -> None:
        """Typeset a formula at the document's size; one that cannot be is shown as it was written.

        It stays a blank square until `lay_out`: what is painted must be what the lines have room for.
        """
        size = _size(document)
        try:
            pieces = parts(tex) if display else [(tex, 0.0)]
            made = tuple(_Part(piece, typeset(piece, size, display), gap * size) for piece, gap in pieces)
            self._waiting[tex, display, size] = made
        except FormulaError as error:
            _log.warning("%s", error)
            self._waiting[tex, display, size] = None

    def lay_out(self, document: QTextDocument) -> None:
        """Make room for the formulas that have been typeset, and show them."""
        self._known |= self._waiting
        self._waiting.clear()
        document.markContentsDirty(0, document.characterCount())

    def intrinsicSize(self, document: QTextDocument, position: int, format: QTextFormat) -> QSizeF:
        """Return the size that a formula and its tail take in a line."""
        tex, display, size = key = _key(document, format)
        if key not in self._known:
            return QSizeF(size, size)
        made = self._known[key]
        metrics = QFontMetricsF(document.defaultFont())
        tail = metrics.horizontalAdvance(format.stringProperty(_TAIL))
        if made is None:
            return QSizeF(metrics.horizontalAdvance(tex) + tail, metrics.height())
        arranged = _arranged(made, _available(document))
        if display:
            return QSizeF(arranged.width + tail, arranged.height)
        # With AlignBaseline, Qt takes the descent of the font for that of an object. What reaches deeper, such as
        # a fraction within a line, is painted into the space between the lines.
        return QSizeF(arranged.width + tail, _above(arranged, document) + metrics.descent())

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        format: QTextFormat,
    ) -> None:
        """Paint a formula and its tail where the line put them."""
        tex, display, size = key = _key(document, format)
        if key not in self._known:
            return
        made = self._known[key]
        if made is None:
            painter.setPen(QColor(colours().bad))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, tex + format.stringProperty(_TAIL))
            return
        arranged = _arranged(made, _available(document))
        top = QRectF(rect).top()
        if not display:
            top += _above(arranged, document) - arranged.places[0][2]
        left = _draw_tail(painter, QRectF(rect), top + arranged.places[0][2], document, position, format)
        ratio = painter.device().devicePixelRatioF()
        colour = colours().accent if format.toCharFormat().isAnchor() else colours().text
        for part, across, down in arranged.places:
            picture = image(part.tex, size, display, colour, ratio * arranged.scale)
            # On whole device pixels, or the strokes are smeared.
            above = round((top + down) * ratio) - ceil(part.made.ascent * arranged.scale * ratio)
            corner = QPointF(round((left + across) * ratio), above) / ratio
            painter.drawImage(QRectF(corner, QSizeF(picture.size()) / ratio), picture)


def _draw_tail(
    painter: QPainter,
    rect: QRectF,
    baseline: float,
    document: QTextDocument,
    position: int,
    format: QTextFormat,
) -> float:
    """Draw the punctuation after a formula; return where the formula begins."""
    tail = format.stringProperty(_TAIL)
    if not tail:
        return rect.left()
    advance = QFontMetricsF(document.defaultFont()).horizontalAdvance(tail)
    rightwards = document.findBlock(position).textDirection() is Qt.LayoutDirection.LeftToRight
    painter.setFont(document.defaultFont())
    painter.setPen(QColor(colours().text))
    painter.drawText(QPointF(rect.right() - advance if rightwards else rect.left(), baseline), tail)
    return rect.left() if rightwards else rect.left() + advance


def _size(document: QTextDocument) -> float:
    return QFontInfo(document.defaultFont()).pixelSize() * _SCALE


def _key(document: QTextDocument, format: QTextFormat) -> tuple[str, bool, float]:
    return format.stringProperty(_TEX), format.boolProperty(_DISPLAY), _size(document)


def _available(document: QTextDocument) -> float:
    """Return the width of the column."""
    return document.textWidth() - 2 * document.documentMargin()


def _above(arranged: _Arranged, document: QTextDocument) -> float:
    """Return what a formula within a line claims above its baseline: at least as much as a letter."""
    return max(arranged.places[0][2], QFontMetricsF(document.defaultFont()).ascent())


def as_html(tex: str, size: float = 15.0) -> str:
    """Return a formula as an HTML image for a tooltip, twice as fine as the screen; as written where it is wrong."""
    try:
        picture = image(tex, size, True, colours().text, 2.0)
    except FormulaError:
        return f"<code>{escape(tex)}</code>"
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(picture)
    width, height = picture.width() // 2, picture.height() // 2
    source = bytes(data.toBase64().data()).decode()
    return f'<img src="data:image/png;base64,{source}" width="{width}" height="{height}">'

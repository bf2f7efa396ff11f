"""The measures of letters: the same words are measured at each movement of a slider, and Qt shapes them each time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

_MOST = 4000
"""Texts of one font whose widths are remembered."""
_SYMBOLS = "0123456789.,-+e"


class Metrics:
    """Measures of a font, in logical pixels; how wide a text is, is remembered."""

    def __init__(self, font: QFont) -> None:
        self.font = QFont(font)
        self._qt = QFontMetricsF(font)
        self._widths: dict[str, float] = {}
        self._symbols = {symbol: self._qt.horizontalAdvance(symbol) for symbol in _SYMBOLS}
        self.cap_height, self.x_height = self._qt.capHeight(), self._qt.xHeight()
        self.height = self._qt.height()

    def width(self, words: str) -> float:
        """Return the width of a text."""
        known = self._widths.get(words)
        if known is not None:
            return known
        try:
            # Numbers are always new ones; their digits are summed up faster than Qt shapes them.
            return sum(map(self._symbols.__getitem__, words))
        except KeyError:
            if len(self._widths) >= _MOST:
                self._widths.clear()
            self._widths[words] = known = self._qt.horizontalAdvance(words)
            return known

    def cut(self, words: str, width: float) -> str:
        """Return a text as far as it has room, with an ellipsis where that is not all of it."""
        if self.width(words) <= width:
            return words
        return self._qt.elidedText(words, Qt.TextElideMode.ElideRight, width)


_known: dict[str, Metrics] = {}


def font_metrics(font: QFont) -> Metrics:
    """Return the measures of a font, the very same ones each time."""
    key = font.key()
    if key not in _known:
        _known[key] = Metrics(font)
    return _known[key]

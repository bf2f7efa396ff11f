"""The measures of letters: the same words are measured at each movement of a slider, and Qt shapes them each time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

_MOST = 4000
"""Texts of one font whose widths are remembered."""


class Metrics(QFontMetricsF):
    """Measures of a font that remember how wide each text is, in logical pixels."""

    def __init__(self, font: QFont) -> None:
        super().__init__(font)
        self._widths: dict[str, float] = {}
        self._symbols = {symbol: super(Metrics, self).horizontalAdvance(symbol) for symbol in "0123456789.,-+e"}
        self._cap_height = super().capHeight()

    # One a font, so that what follows from it can be remembered with it.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def horizontalAdvance(self, words: str) -> float:  # type: ignore[override]
        width = self._widths.get(words)
        if width is not None:
            return width
        try:
            # Numbers are always new ones; their digits are summed up faster than Qt shapes them.
            return sum(map(self._symbols.__getitem__, words))
        except KeyError:
            if len(self._widths) >= _MOST:
                self._widths.clear()
            width = self._widths[words] = super().horizontalAdvance(words)
            return width

    def capHeight(self) -> float:
        return self._cap_height

    def elidedText(self, words: str, mode: Qt.TextElideMode, width: float) -> str:  # type: ignore[override]
        return words if self.horizontalAdvance(words) <= width else super().elidedText(words, mode, width)


_known: dict[str, Metrics] = {}


def font_metrics(font: QFont) -> Metrics:
    """Return the measures of a font."""
    key = font.key()
    if key not in _known:
        _known[key] = Metrics(font)
    return _known[key]

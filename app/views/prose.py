"""Words of a figure: in the right direction, broken into lines, and as what a pointer is told.

What a figure says as a `Message` is read as the language is; a plain string is a symbol or arithmetic, and is read
from the left in every language.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from app.core import theme
from app.core.language import right_to_left, say
from app.views.font_metrics import Metrics
from app.views.painted import LEFT, RIGHT, mark, text
from lab.core.text import Message

LINE = 15.0
"""Height of a line of the smallest text, in logical pixels."""
CROSS = 18.0
"""What the cross before a refusal takes of its lines."""
LRM, RLM = "\u200e", "\u200f"


def from_left(said: Message | str) -> bool:
    """Tell whether what a figure says is read from the left; a string may begin with the mark of its direction."""
    return not said.startswith(RLM) if isinstance(said, str) else not right_to_left()


def spoken(said: Message | str) -> str:
    """Return what a figure says with the mark of its direction, so that its first letter does not decide it."""
    words = said if isinstance(said, str) else say(said)
    if words[:1] in (LRM, RLM):
        return words
    return (LRM if from_left(said) else RLM) + words if words else ""


def listed(*parts: str, between: str) -> str:
    """Put parts behind each other in the direction of the language, whatever their own letters are."""
    return (RLM if right_to_left() else LRM) + between.join(f"\u2068{part}\u2069" for part in parts)


def told(sentence: str) -> str:
    """Return a sentence of the language in force as a line of a tooltip; nothing for nothing."""
    return _line(sentence, not right_to_left())


def maths(symbols: str) -> str:
    """Return symbols or arithmetic as a line of a tooltip."""
    return _line(symbols, True)


def either(said: Message | str) -> str:
    """Return what a figure says as a line of a tooltip."""
    return _line(said if isinstance(said, str) else say(said), from_left(said))


def _line(words: str, left: bool) -> str:
    if not words:
        return ""
    return f'<div dir="{"ltr" if left else "rtl"}">{escape(words, quote=False).replace(chr(10), "<br>")}</div>'


def broken(said: Message | str, metrics: Metrics, width: float, most: int) -> list[str]:
    """Break what a figure says into at most `most` lines no wider than `width`; the last one may end in an ellipsis."""
    direction = spoken(said)[:1]
    left = re.split("[ \\n\\t]+", spoken(said)[1:].strip())
    lines: list[str] = []
    while left and len(lines) < most:
        taken = 1
        if len(lines) == most - 1:
            taken = len(left)
        else:
            while taken < len(left) and metrics.width(" ".join(left[: taken + 1])) <= width:
                taken += 1
        line = direction + " ".join(left[:taken])
        lines.append(metrics.cut(line, width))
        left = left[taken:]
    return lines


def paragraph(
    painter: QPainter,
    area: QRectF,
    lines: list[str],
    colour: str,
    font: QFont,
    align: Qt.AlignmentFlag | None = None,
) -> None:
    """Paint the lines that `broken` made, from the top of `area` down; each begins at the edge it is read from."""
    for place, line in enumerate(lines):
        box = QRectF(area.left(), area.top() + place * LINE, area.width(), LINE)
        text(painter, box, line, colour, align or (RIGHT if line.startswith(RLM) else LEFT), font)


def refusal(painter: QPainter, area: QRectF, lines: list[str], font: QFont) -> None:
    """Paint the lines of what is refused, `CROSS` narrower than `area`, with a cross before them."""
    if lines:
        bad, right = theme.colours().bad, lines[0].startswith(RLM)
        left = area.right() - 11 if right else area.left()
        mark(painter, QRectF(left, area.top() + 2, 11, 11), False, bad)
        paragraph(painter, area.adjusted(0 if right else CROSS, 0, -CROSS if right else 0, 0), lines, bad, font)

"""A line to type a weight or bias into, over where it is drawn."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.views.matrices.cell_editor import CellEditor
from app.views.units.paint import number_words
from lab.core.text import LabError, ascii_digits


class NumberError(LabError):
    """What was typed is no number that a weight can be."""


def read_number(typed: str, kept: float) -> float:
    """Read what was typed over `kept`, with Persian or Latin digits. Raises NumberError."""
    said, kept_words = ascii_digits(typed).strip(), f"\u2066{number_words(kept, 6)}\u2069"
    if not said:
        raise NumberError("Nothing was typed; {kept} was kept.", kept=kept_words)
    try:
        value = float(said.replace(",", ".") if said.count(",") == 1 and "." not in said else said)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise NumberError(
            "“{typed}” is not a number; {kept} was kept.", typed=typed.strip(), kept=number_words(kept, 6)
        )
    return value


class NumberEditor(CellEditor):
    """Also emits `stepped(way, large)` for the arrow keys up and down: `way` is 1 or -1, with Shift it is `large`."""

    stepped = Signal(int, bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1, large)
        else:
            super().keyPressEvent(event)

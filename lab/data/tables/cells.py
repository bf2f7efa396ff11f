"""What a single cell of a table is: a number and how it is written, a date, nothing, or a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.text import ascii_digits

Form = Literal["missing", "whole", "point", "comma", "ambiguous", "thousands", "infinite", "date", "text"]
"""How a cell is written. "whole" has no decimal mark; "ambiguous" is 1,234, which may be either; "thousands" are
numbers in groups of three, such as 1,234,567 and 1.234,5.
"""

NUMBERS: frozenset[Form] = frozenset({"whole", "point", "comma", "ambiguous", "thousands", "infinite"})
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?", "؟", "-"})
"""What stands for a value that is not there, in small letters."""

_PATTERNS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("whole", re.compile(r"[+-]?\d+(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)),
    ("point", re.compile(r"[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)),
    ("ambiguous", re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)),
    ("comma", re.compile(r"[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)),
    ("thousands", re.compile(r"[+-]?\d{1,3}([,.٬'’ \u00a0\u202f])\d{3}(\1\d{3})*([.,]\d+)?", re.ASCII)),
    ("infinite", re.compile(r"[+-]?(inf|infinity|∞)", re.IGNORECASE)),
    ("date", re.compile(r"(\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(\d{4}|\d\d))([T ]+\d.*)?", re.ASCII)),
)


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that its value is not there."""
    return len(cell) < 5 and (cell.lower() in MISSING or cell == "−")


def form(cell: str) -> Form:
    """Tell how a stripped cell is written; Persian and Arabic digits are digits."""
    if is_missing(cell):
        return "missing"
    plain = cell if cell.isascii() else ascii_digits(cell)
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(plain):
            return name
    return "text"


def number(cell: str) -> float:
    """Return the number in a cell of the form "whole", "point", "comma", or "ambiguous", which is a comma here.

    A number too large for a float becomes infinite.
    """
    return float((cell if cell.isascii() else ascii_digits(cell)).replace(",", "."))


def plain_numbers(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the numbers (N,), fast, where each cell is a finite one with a decimal point or none; else None."""
    joined = "".join(cells)
    if "_" in joined:  # Python reads 1_000; nobody writes it in a table.
        return None
    if not joined.isascii():
        cells = [ascii_digits(cell) for cell in cells]
    try:
        values = np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None

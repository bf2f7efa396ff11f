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
MISSING = frozenset(
    {"", "na", "n/a", "#n/a", "#na", "n.a.", "nan", "-nan", "null", "none", "nil", "<na>", "?", "؟", "-", "–", "—"}
    | {"#value!", "#div/0!", "#ref!", "#num!", "#null!", "#name?", "#n/a n/a", "not available"}
)
"""What stands for a value that is not there, in small letters; what spreadsheets and pandas write is among it."""
_LONGEST_MISSING = max(map(len, MISSING))
PERCENT = "%"
UNITS = {
    **dict.fromkeys(("%", "٪", "％"), PERCENT),
    **{sign: sign for sign in "$€£¥₹₺₽₩"},
    "﷼": "ریال",
    **{word: word for word in ("تومان", "ریال")},
    **{word: word.upper() for word in ("usd", "eur", "gbp", "chf", "irr", "irt")},
    **dict.fromkeys(("toman", "tomans"), "تومان"),
    **dict.fromkeys(("rial", "rials"), "ریال"),
}
"""What may stand before or after a number, in small letters, and the unit that it is."""
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_WITH_UNIT = re.compile(
    rf"(?P<sign>[+−-]?)\s*(?:(?P<before>{_UNIT})\s*(?P<first>[+−-]?[\d.,٬٫].*?)|(?P<last>[\d.,٬٫].*?)\s*(?P<after>{_UNIT}))",
    re.IGNORECASE,
)

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
    return len(cell) <= _LONGEST_MISSING and (cell.lower() in MISSING or cell == "−")


def unit(cell: str) -> str:
    """Return the currency of a number, "%", or "" where there is none."""
    return _taken_apart(cell)[1]


def _taken_apart(cell: str) -> tuple[str, str]:
    """Return a cell without its currency or per cent sign, and that; as it is where it is no number with one."""
    if not cell or (cell[0].isdigit() and cell[-1].isdigit()):
        return cell, ""
    found = _WITH_UNIT.fullmatch(cell)
    if found is None:
        return cell, ""
    plain = (found["sign"] + (found["first"] or found["last"])).replace("−", "-")
    return plain, UNITS[(found["before"] or found["after"]).lower()]


def form(cell: str) -> Form:
    """Tell how a stripped cell is written; Persian and Arabic digits are digits, currency and per cent are left out."""
    if is_missing(cell):
        return "missing"
    cell, found = _taken_apart(cell)
    plain = cell if cell.isascii() else ascii_digits(cell)
    if found:
        return next((name for name, pattern in _PATTERNS if name in NUMBERS and pattern.fullmatch(plain)), "text")
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(plain):
            return name
    return "text"


def number(cell: str) -> float:
    """Return the number in a cell of the form "whole", "point", "comma", or "ambiguous", which is a comma here.

    A number too large for a float becomes infinite. 5% is 5.
    """
    cell, _ = _taken_apart(cell)
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

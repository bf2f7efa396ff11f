"""The columns of a table: which hold numbers, which categories, dates or nothing; and every cell that does not fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.text import Verbatim
from lab.data.tables.cells import NUMBERS, PERCENT, Form, form, is_missing, number, plain_numbers, unit
from lab.data.tables.errors import Place, TableError, cut

Kind = Literal["numeric", "category", "date", "empty"]
SAMPLES = 4
NUMERIC_SHARE = 0.9
"""A column is numeric where so large a share of its values are numbers; the others are then mistakes."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column; `place` counts from 1.

    values: float64 (N,), NaN where the value is missing; of categories and dates their numbers in `categories`,
        which is sorted. `samples` are its first different values, as they are written.
    """

    place: int
    name: str
    kind: Kind
    values: NDArray[np.float64]
    categories: tuple[str, ...]
    samples: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many values are missing."""
        return int(np.isnan(self.values).sum())

    @property
    def constant(self) -> bool:
        """Whether no two values differ."""
        present = self.values[~np.isnan(self.values)]
        return bool(len(present) == 0 or (present == present[0]).all())

    @property
    def counts_rows(self) -> bool:
        """Whether the values are the numbers of the rows: 0, 1, 2 … or 1, 2, 3 …"""
        steps = np.arange(len(self.values))
        return self.kind == "numeric" and len(steps) > 2 and any(np.array_equal(self.values, steps + k) for k in (0, 1))


@dataclass(frozen=True)
class _Cells:
    """The cells of a column before they are read: their forms, or their numbers where those were plain to see."""

    texts: Sequence[str]
    forms: Sequence[Form]
    numbers: NDArray[np.float64] | None
    kind: Kind


def read_columns(
    names: Sequence[str], columns: Sequence[Sequence[str]], lines: Sequence[int], file: str
) -> tuple[tuple[Column, ...], str]:
    """Return the columns, and the decimal mark of their numbers.

    Raises TableError for the first line with a cell that does not fit its column.
    """
    cells = [_look(texts) for texts in columns]
    mark = _decimal_mark(cells)
    bad = [(row, place) for place, column in enumerate(cells) if (row := _first_bad(column, mark)) is not None]
    if bad:
        row, place = min(bad)
        raise _refusal(
            Place(file, lines[row], place + 1, names[place]), cells[place].texts[row], mark, _unit(cells[place])
        )
    places = range(1, len(cells) + 1)
    return tuple(_read(*each) for each in zip(places, names, cells, strict=True)), mark


def looks_numeric(texts: Sequence[str]) -> bool:
    """Tell whether a column of these cells would be numeric."""
    return _look(texts).kind == "numeric"


def _look(texts: Sequence[str]) -> _Cells:
    numbers = _plain_numbers(texts)
    if numbers is not None:
        return _Cells(texts, (), numbers, "numeric")
    known = {text: form(text) for text in set(texts)}
    forms = [known[text] for text in texts]
    counts = Counter(forms)
    present = len(forms) - counts["missing"]
    if not present:
        return _Cells(texts, forms, None, "empty")
    if sum(counts[each] for each in NUMBERS) >= NUMERIC_SHARE * present:
        return _Cells(texts, forms, None, "numeric")
    return _Cells(texts, forms, None, "date" if counts["date"] >= NUMERIC_SHARE * present else "category")


def _plain_numbers(texts: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the numbers (N,) of a column, NaN where one is missing, if all others are plain to see."""
    numbers = plain_numbers(texts)
    if numbers is not None:
        return numbers
    missing = np.fromiter(map(is_missing, texts), bool, len(texts))
    present = [text for text, gone in zip(texts, missing.tolist(), strict=True) if not gone]
    found = plain_numbers(present) if present and len(present) < len(texts) else None
    if found is None:
        return None
    numbers = np.full(len(texts), math.nan)
    numbers[~missing] = found
    return numbers


def _decimal_mark(columns: Sequence[_Cells]) -> str:
    """Return the mark of the first number that has one; a number such as 1,234 has none for certain."""
    firsts: list[tuple[int, int, str]] = []
    for place, column in enumerate(columns):
        if column.numbers is not None:
            firsts += [(row, place, ".") for row in [_with_point(column.texts)] if row is not None]
        elif column.kind == "numeric":
            firsts += [(column.forms.index("point"), place, ".")] if "point" in column.forms else []
            firsts += [(column.forms.index("comma"), place, ",")] if "comma" in column.forms else []
    return min(firsts)[2] if firsts else "."


def _with_point(texts: Sequence[str]) -> int | None:
    return next((row for row, text in enumerate(texts) if "." in text or "٫" in text), None)


def _first_bad(column: _Cells, mark: str) -> int | None:
    if column.kind != "numeric":
        return None
    if column.numbers is not None:
        return _with_point(column.texts) if mark == "," else None
    known = _unit(column)
    fitting = {
        text
        for text, found in zip(column.texts, column.forms, strict=True)
        if _fits(found, text, mark) and (found == "missing" or _of_unit(text, known))
    }
    return next((row for row, text in enumerate(column.texts) if text not in fitting), None)


def _unit(column: _Cells) -> str:
    """Return the currency or per cent sign of the first number that has one."""
    return next((each for each in map(unit, column.texts) if each), "")


def _of_unit(text: str, known: str) -> bool:
    """Tell whether a number is of a unit; one without may be money, but no per cent, unless it is 0."""
    found = unit(text)
    return found == known or (not found and (known != PERCENT or number(text) == 0))


def _fits(found: Form, text: str, mark: str) -> bool:
    match found:
        case "missing":
            return True
        case "whole":
            return math.isfinite(number(text))
        case "point" | "comma" | "ambiguous":
            return (mark == ".") == (found == "point") and math.isfinite(number(text))
    return False


def _refusal(place: Place, text: str, mark: str, known: str) -> TableError:
    found, value = form(text), cut(text)
    if _fits(found, text, mark):
        return TableError(
            "{where}: “{value}” is not in {unit}, as numbers before it are; write all of this column in one unit.",
            place,
            value=value,
            unit=Verbatim(known),
        )
    if found == "thousands":
        return TableError(
            "{where}: “{value}” has its digits in groups of three; write the number without them.", place, value=value
        )
    if found == "ambiguous" and mark == ".":
        return TableError(
            "{where}: “{value}” may be a decimal comma or digits in groups of three; write it with a decimal point, "
            "or without the comma.",
            place,
            value=value,
        )
    if found == "infinite" or (found in ("whole", "point", "comma", "ambiguous") and math.isinf(number(text))):
        return TableError(
            "{where}: “{value}” is infinite, or too large for a number; the largest is about {limit}.",
            place,
            value=value,
            limit="1.8e308",
        )
    if found == "comma":
        return TableError(
            "{where}: “{value}” has a decimal comma, while numbers before it have a decimal point; use one of the two.",
            place,
            value=value,
        )
    if found == "point":
        return TableError(
            "{where}: “{value}” has a decimal point, while numbers before it have a decimal comma; use one of the two.",
            place,
            value=value,
        )
    return TableError(
        "{where}: “{value}” is not a number, and the other values of this column are numbers. Correct it, or leave the "
        "cell empty where the value is not known.",
        place,
        value=value,
    )


def _read(place: int, name: str, column: _Cells) -> Column:
    texts, samples = column.texts, _samples(column.texts)
    if column.numbers is not None:
        return Column(place, name, "numeric", _fixed(column.numbers), (), samples)
    present = {text for text, found in zip(texts, column.forms, strict=True) if found != "missing"}
    if column.kind == "numeric":
        known = {text: number(text) for text in present}
        categories: tuple[str, ...] = ()
    else:
        categories = tuple(sorted(present))
        known = {text: float(code) for code, text in enumerate(categories)}
    values = np.array([known.get(text, math.nan) for text in texts])
    return Column(place, name, column.kind, _fixed(values), categories, samples)


def _fixed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Tables are kept and shared.
    values.flags.writeable = False
    return values


def _samples(texts: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in texts:
        if len(found) == SAMPLES:
            break
        if not is_missing(text):
            found.setdefault(text)
    return tuple(found)

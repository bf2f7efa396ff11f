"""A table from a file: what it holds, and what was found out about how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.text import Message, message
from lab.data.tables.cells import form, is_missing
from lab.data.tables.columns import Column, looks_numeric, read_columns
from lab.data.tables.decoding import read_text
from lab.data.tables.errors import Place, TableError
from lab.data.tables.splitting import SEPARATORS, split

_SAMPLE = 200


@dataclass(frozen=True, eq=False)
class TableFile:
    """A table that was read whole.

    lines: int64 (N,), the line of the file at which each row begins, from 1.
    encoding: "UTF-8", "UTF-8 BOM", "UTF-16", "cp1256" or "latin-1"; separator: one character; decimal: "." or ",".
    header: whether the names of the columns stand in the file; quoted: whether quotation marks do.
    missing_marks: what stands for missing values, in the order in which they are met; "" for an empty cell.
    """

    path: Path
    columns: tuple[Column, ...]
    lines: NDArray[np.int64]
    encoding: str
    separator: str
    decimal: str
    header: bool
    quoted: bool
    missing_marks: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The number of rows, without the header."""
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def place(self, column: Column, row: int | None = None) -> Place:
        """Say where in the file a column is, or a cell of it; rows count from 0."""
        return Place(self.path.name, None if row is None else int(self.lines[row]), column.place, column.name)

    def detected(self) -> Message:
        """Say how the file is written."""
        return message(
            "{rows} rows, {columns} columns; {encoding}, separator “{separator}”, decimal mark “{decimal}”, {header}",
            rows=self.rows,
            columns=len(self.columns),
            encoding=self.encoding,
            separator=message("tab") if self.separator == "\t" else SEPARATORS[self.separator],
            decimal=self.decimal,
            header=message("with a header") if self.header else message("without a header"),
        )


def read_table(path: Path | str, header: bool | None = None) -> TableFile:
    """Read a CSV file, or one like it; whether it has a header is found where `header` is None.

    Separators are , ; | or a tab; quotation marks as in RFC 4180; numbers with a decimal point or comma, in Latin,
    Persian or Arabic digits. Cells are stripped of spaces. A column without a name in the header is "column 3".

    Raises DataError (TableError where a place in the file is to blame): the file cannot be read, or is no table; lines
    differ in length; a quote is not closed; names are equal; a cell does not fit its column; it is too large.
    """
    path = located(path)
    decoded = read_text(path)
    cut_up = split(decoded.text, path.name)
    rows, lines = cut_up.rows, cut_up.lines
    has_header = _has_header(rows) if header is None else header
    width = len(rows[0])
    names = [f"column {place + 1}" for place in range(width)]
    if has_header:
        names = _names(rows[0], lines[0], path.name)
        rows, lines = rows[1:], lines[1:]
    if not rows:
        raise TableError("{where}: after this header comes no row of values.", Place(path.name, cut_up.lines[0]))
    columns = list(zip(*rows, strict=True))
    read, decimal = read_columns(names, columns, lines, path.name)
    marks = dict.fromkeys(cell for column in columns for cell in dict.fromkeys(column) if is_missing(cell))
    numbers = np.array(lines, dtype=np.int64)
    numbers.flags.writeable = False
    return TableFile(
        path, read, numbers, decoded.encoding, cut_up.separator, decimal, has_header, cut_up.quoted, tuple(marks)
    )


def located(path: Path | str) -> Path:
    """Return a path with ~ as the home of the user; where there is none, a file of that name is meant."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _names(cells: Sequence[str], line: int, file: str) -> list[str]:
    names: list[str] = []
    for place, cell in enumerate(cells):
        name = " ".join(cell.split()) or f"column {place + 1}"
        if name in names:
            raise TableError(
                "{where}: column {other} has the same name. Give each column its own.",
                Place(file, line, place + 1, name),
                other=names.index(name) + 1,
            )
        names.append(name)
    return names


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns: it has texts where numbers follow.

    Where no column is numeric, a header is a row of different texts of which none comes again in its column.
    """
    first, rest = rows[0], rows[1 : _SAMPLE + 1]
    forms = [form(cell) for cell in first]
    if not rest:
        return "text" in forms and all(each in ("text", "missing") for each in forms)
    columns = list(zip(*rest, strict=True))
    votes = [
        (found == "text") - (found not in ("text", "missing"))
        for found, cells in zip(forms, columns, strict=True)
        if looks_numeric(cells)
    ]
    if votes:
        return sum(votes) > 0
    if any(found not in ("text", "missing") for found in forms):
        return False
    present = [cell for cell in first if cell]
    fresh = all(cell not in cells for cell, cells in zip(first, columns, strict=True) if cell)
    return bool(present) and len(set(present)) == len(present) and fresh

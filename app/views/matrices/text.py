"""A matrix as text that a person edits: rows separated by "; ", cells by ", "."""

from __future__ import annotations

import math
from typing import Literal

from app.views.numerals import plain
from lab.core.figures import MatrixItem, Window
from lab.core.text import LabError, ascii_digits

Value = float | str
Rows = tuple[tuple[Value, ...], ...]
Change = Literal["row+", "row-", "column+", "column-"]


class CellError(LabError):
    """What was typed into a cell cannot stand there."""


def of_numbers(item: MatrixItem) -> bool:
    """Tell whether all cells are numbers."""
    return not any(isinstance(value, str) for row in item.rows for value in row)


def typed_as(value: Value) -> str:
    """Return a cell as a person would type it."""
    return value if isinstance(value, str) else plain(value)


def text_of(rows: Rows) -> str:
    """Return rows as the text of a parameter."""
    return "; ".join(", ".join(typed_as(value) for value in row) for row in rows)


def read(typed: str, kept: Value, number: bool) -> Value:
    """Read what was typed over `kept`, with Persian or Latin digits. Raises CellError."""
    plain_text = ascii_digits(typed).strip()
    old = typed_as(kept)
    if not plain_text:
        raise CellError("A cell cannot be empty; {kept} was kept.", kept=old)
    mark = next((mark for mark in ";," if mark in plain_text), "")
    if mark:
        raise CellError(
            "“{typed}” cannot stand in a cell: {mark} separates cells; {kept} was kept.",
            typed=typed.strip(),
            mark=mark,
            kept=old,
        )
    if not number:
        return plain_text
    try:
        value = float(plain_text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CellError("“{typed}” is not a number; {kept} was kept.", typed=typed.strip(), kept=old)
    return value


def with_cell(rows: Rows, row: int, column: int, value: Value) -> Rows:
    """Return rows with one cell changed."""
    line = rows[row]
    return (*rows[:row], (*line[:column], value, *line[column + 1 :]), *rows[row + 1 :])


def resized(item: MatrixItem, change: Change) -> Rows | None:
    """Return the rows with one row or column more or less at the end; None where there would be too many or none."""
    rows, (most_rows, most_columns) = item.rows, item.most
    new: Value = 0.0 if of_numbers(item) else "?"
    width = len(rows[0]) if rows else 0
    match change:
        case "row+" if len(rows) < most_rows and width:
            return (*rows, (new,) * width)
        case "row-" if len(rows) > 1:
            return rows[:-1]
        case "column+" if rows and width < most_columns:
            return tuple((*row, new) for row in rows)
        case "column-" if width > 1:
            return tuple(row[:-1] for row in rows)
    return None


def lit(part: str | Window, row: int, column: int, rows: int, columns: int) -> tuple[range, range]:
    """Return the rows and columns that a `part` of `MatrixItem.parts` names in an item of a given shape.

    With a dilation they are apart; what of a window lies outside is left out.
    """
    if isinstance(part, Window):
        return _seen(part, 0, row, rows), _seen(part, 1, column, columns)
    one_row, one_column = range(row, row + 1), range(column, column + 1)
    named: dict[str, tuple[range, range]] = {
        "row": (one_row, range(columns)),
        "column": (range(rows), one_column),
        "cell": (one_row, one_column),
        "transposed": (one_column, one_row),
        "row of column": (one_column, range(columns)),
        "all": (range(rows), range(columns)),
    }
    wanted_rows, wanted_columns = named[part]
    return wanted_rows[: max(rows - wanted_rows.start, 0)], wanted_columns[: max(columns - wanted_columns.start, 0)]


def _seen(window: Window, axis: int, at: int, length: int) -> range:
    """Return the places along one axis that a window at `at` covers of 0 … length − 1."""
    step = window.dilation[axis]
    first = at * window.stride[axis] - window.padding[axis]
    # The first tap that is not before the beginning.
    inside = first if first >= 0 else first % step
    return range(inside, min(first + window.size[axis] * step, length), step)

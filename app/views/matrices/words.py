"""What is said of the cells of matrices."""

from __future__ import annotations

from app.core.language import tr, words
from app.views.numerals import plain
from app.views.prose import either, listed, maths, told
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.text import message


def filled(item: MatrixItem) -> bool:
    """Tell whether there is a cell."""
    return bool(item.rows and item.rows[0])


def nearest(event: Matrices, place: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the cell (item, row, column) that is nearest to a place; (0, 0, 0) where there is none."""
    items = [at for at, item in enumerate(event.items) if filled(item)]
    if not items:
        return 0, 0, 0
    item = min(items, key=lambda at: abs(at - place[0]))
    rows = event.items[item].rows
    row = min(max(place[1], 0), len(rows) - 1)
    return item, row, min(max(place[2], 0), len(rows[row]) - 1)


def arithmetic(item: MatrixItem, row: int, column: int) -> Words:
    """Return where a cell comes from; where nothing is said of that, what stands in it."""
    if (row, column) in item.waiting:
        return message("This one is not computed yet.")
    known = row < len(item.whys) and column < len(item.whys[row])
    why = item.whys[row][column] if known else ""
    return why or listed(name_of(item, row, column), exactly(item, row, column), between=" = ")


def name_of(item: MatrixItem, row: int, column: int) -> str:
    """Say which cell it is."""
    rows, columns = item.row_labels, item.column_labels
    return listed(
        words(item.title),
        words(rows[row]) if row < len(rows) else tr("row {row}", row=row + 1),
        words(columns[column]) if column < len(columns) else tr("column {column}", column=column + 1),
        between=tr(", "),
    )


def exactly(item: MatrixItem, row: int, column: int) -> str:
    """Return what stands in a cell, exactly; nothing before it is computed."""
    if (row, column) in item.waiting:
        return ""
    value = item.rows[row][column]
    return value if isinstance(value, str) else plain(value)


def explained(item: MatrixItem, row: int, column: int) -> str:
    """Return what a cell is, exactly, and where it comes from, as a tooltip."""
    said = told(name_of(item, row, column)) + maths(exactly(item, row, column))
    said += either(arithmetic(item, row, column)) if item.whys or item.waiting else ""
    return said + (told(tr("Click it to take it apart.")) if item.picks else "")


def hint(event: Matrices) -> Words:
    """Return what can be done here."""
    chosen = [words(item.title) for item in event.items if item.picks]
    edited = any(item.field for item in event.items)
    if chosen and edited:
        return message(
            "Double click a cell, or type, to change it; point at one to see where it comes from; click one of "
            "“{title}”, or go there with the arrow keys, to take it apart.",
            title=chosen[0],
        )
    if chosen:
        return message(
            "Point at a cell to see where it comes from; click one of “{title}”, or go there with the arrow keys, to "
            "take it apart.",
            title=chosen[0],
        )
    if edited:
        return message("Double click a cell, or type, to change it; point at one to see where it comes from.")
    return message("Point at a cell to see where it comes from.") if any(item.whys for item in event.items) else ""

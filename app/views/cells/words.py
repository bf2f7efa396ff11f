"""What a board says of one of its cells."""

from __future__ import annotations

from app.core.language import tr
from app.views.prose import told
from lab.core.events import Array


def neighbourhood(row: int, column: int, shape: tuple[int, ...], wraps: bool) -> list[tuple[int, int]]:
    """Return the cells around one, without itself: eight, or fewer at edges that are not joined."""
    height, width = shape
    steps = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if (down, across) != (0, 0)]
    places = [(row + down, column + across) for down, across in steps]
    if wraps:
        return [(down % height, across % width) for down, across in places]
    return [(down, across) for down, across in places if 0 <= down < height and 0 <= across < width]


def cell_words(alive: Array, row: int, column: int, wraps: bool) -> str:
    """Return lines for a cell of the board (H, W): where it is, how it is, and what becomes of it."""
    count = sum(int(alive[place]) for place in neighbourhood(row, column, alive.shape, wraps))
    lives = bool(alive[row, column])
    state = tr("alive") if lives else tr("dead")
    where = tr("row {row}, column {column}: {state}", row=row, column=column, state=state)
    return told(where) + told(_fate(lives, count))


def _fate(alive: bool, count: int) -> str:
    """Say what the rule makes of a cell with `count` living neighbours: born of 3, alive with 2 or 3 (B3/S23)."""
    if alive and count < 2:
        return tr("living neighbours: {count}; it will die, as with fewer than 2", count=count)
    if alive and count > 3:
        return tr("living neighbours: {count}; it will die, as with more than 3", count=count)
    if alive:
        return tr("living neighbours: {count}; it will live on, as with 2 or 3", count=count)
    if count == 3:
        return tr("living neighbours: {count}; it will be born, as with exactly 3", count=count)
    return tr("living neighbours: {count}; it will stay dead, as birth takes exactly 3", count=count)

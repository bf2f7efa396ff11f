"""Patterns of Conway's Game of Life, in the run-length encoding in which they are exchanged.

b is a dead cell, o a living one, $ ends a row, ! the pattern; a number repeats what follows it. The patterns are of
Conway, Gosper and others around 1970; see https://conwaylife.com/wiki/Run_Length_Encoded.
"""

from __future__ import annotations

import re

import numpy as np

from lab.core.events import Array
from lab.core.params import ParamError
from lab.core.text import message

LARGEST = 1024
PATTERNS = {
    "glider": "bob$2bo$3o!",
    "blinker": "3o!",
    "pulsar": "2b3o3b3o2b2$o4bobo4bo$o4bobo4bo$o4bobo4bo$2b3o3b3o2b2$"
    "2b3o3b3o2b$o4bobo4bo$o4bobo4bo$o4bobo4bo2$2b3o3b3o!",
    "gun": "24bo$22bobo$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o$2o8bo3bob2o4bobo$10bo5bo7bo$11bo3bo$12b2o!",
    "spaceship": "bo2bo$o$o3bo$4o!",
    "pentadecathlon": "2bo4bo$2ob4ob2o$2bo4bo!",
    "r_pentomino": "b2o$2ob$bo!",
    "acorn": "bo$3bo$2o2b3o!",
}
_TOKEN = re.compile(r"(\d{0,4})([bo$])")


def read_pattern(field: str, text: str) -> Array:
    """Return the cells (H, W), uint8. Raises ParamError at the character that cannot be read."""
    rows: list[list[int]] = [[]]
    place = 0
    plain = "".join(text.split())
    while place < len(plain) and plain[place] != "!":
        token = _TOKEN.match(plain, place)
        if token is None:
            while place < len(plain) and plain[place].isascii() and plain[place].isdigit():
                place += 1
            raise ParamError(
                field,
                "{field}: at character {place} stands {found}; allowed are b, o, $, ! and numbers before them",
                place=place + 1,
                found=plain[place] if place < len(plain) else message("the end"),
            )
        count = int(token[1] or 1)
        if token[2] == "$":
            rows.extend([] for _ in range(count))
        else:
            rows[-1].extend([int(token[2] == "o")] * count)
        if len(rows) > LARGEST or len(rows[-1]) > LARGEST:
            raise ParamError(field, "{field}: the pattern is larger than {allowed} cells a side", allowed=LARGEST)
        place = token.end()
    cells = np.zeros((len(rows), max(1, *map(len, rows)) if rows else 1), np.uint8)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return cells

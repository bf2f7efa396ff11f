"""Categories as numbers: integer codes, one-hot, drop first; and from numbers back to categories."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lab.core.events import Array
from lab.core.params import ParamError
from lab.core.text import Message, message
from lab.maths.matrices import written

MOST_ROWS, MOST_CATEGORIES = 10, 8
ENCODINGS = ("codes", "one_hot", "drop_first")
_ROWS = re.compile(r"[;؛\n]")
_COMMAS = re.compile(r"[,،]")


@dataclass(frozen=True)
class Column:
    """A column of categories: `values` (N,), all of them among `categories` (K,), and `codes` (N,) their places."""

    values: tuple[str, ...]
    categories: tuple[str, ...]
    codes: Array

    @property
    def unseen(self) -> tuple[str, ...]:
        """The known categories that no row has."""
        return tuple(name for name in self.categories if name not in self.values)


def read_column(values_text: str, categories_text: str) -> Column:
    """Read the rows, and the known categories in their order; without any, those of the rows, sorted.

    Entries are separated by commas, or by semicolons or line breaks. Raises ParamError for the fields "values" and
    "categories"; an unknown category is refused with its name and row.
    """
    values = _entries("values", values_text, MOST_ROWS)
    # Sorted as NumPy, scikit-learn and pandas do it.
    known = _entries("categories", categories_text, MOST_CATEGORIES) if categories_text.strip() else []
    categories = known or sorted(set(values))
    for row, name in enumerate(categories, 1):
        if name in categories[: row - 1]:
            raise ParamError("categories", "{field}: {value} stands there twice", value=name)
    if len(categories) > MOST_CATEGORIES:
        raise ParamError(
            "values",
            "{field}: {found} different categories are too many to be looked at; allowed are {allowed}",
            found=len(categories),
            allowed=MOST_CATEGORIES,
        )
    place = {name: code for code, name in enumerate(categories)}
    for row, value in enumerate(values, 1):
        if value not in place:
            raise ParamError(
                "values",
                "{field}: {value} in row {row} is an unknown category; known are {allowed}",
                value=value,
                row=row,
                allowed=", ".join(categories),
            )
    return Column(tuple(values), tuple(categories), np.array([place[value] for value in values]))


def _entries(field: str, text: str, most: int) -> list[str]:
    by_rows = len(_ROWS.split(text)) > 1
    entries = [entry.strip() for entry in (_ROWS if by_rows else _COMMAS).split(text.strip())]
    if len(entries) > 1 and not entries[-1]:
        # One that is about to be typed.
        entries.pop()
    for row, entry in enumerate(entries, 1):
        if not entry:
            raise ParamError(field, "{field}: entry {row} is empty", row=row)
        found = len(_COMMAS.split(entry))
        if found > 1:
            raise ParamError(
                field, "{field}: row {row} has {found} entries, and a table of one column has one", row=row, found=found
            )
    if len(entries) > most:
        raise ParamError(
            field,
            "{field}: {found} entries are too many to be looked at; allowed are {allowed}",
            found=len(entries),
            allowed=most,
        )
    return entries


def encode(codes: Array, count: int, encoding: str) -> Array:
    """Return codes (N,) of `count` categories in an encoding: (N, 1) codes, (N, K) one-hot, (N, K−1) drop first."""
    if encoding == "codes":
        return codes[:, None].astype(np.float64)
    one_hot = np.eye(count)[codes]
    return one_hot if encoding == "one_hot" else one_hot[:, 1:]


def width(count: int, encoding: str) -> int:
    """Return how many columns an encoding has."""
    return {"codes": 1, "one_hot": count, "drop_first": count - 1}[encoding]


def decode(row: Array, categories: tuple[str, ...], encoding: str) -> int | Message:
    """Return the place of the category that a row (columns,) means, or why it means none.

    One-hot takes the largest number, as of the outputs of a network; a tie means nothing. Drop first takes a single 1,
    or zeros for the first category; codes take a whole number that is a place.
    """
    if encoding == "codes":
        code = float(row[0])
        if code in range(len(categories)):
            return int(code)
        return _no_code(code, categories)
    if encoding == "drop_first":
        places = np.flatnonzero(row)
        if not len(places):
            return 0
        if len(places) == 1 and row[places[0]] == 1:
            return int(places[0]) + 1
        return message("it must be zeros, or zeros and a single 1")
    largest = np.flatnonzero(row == row.max())
    if len(largest) == 1:
        return int(largest[0])
    if not row.any():
        return message("all are 0, so it is no category at all")
    names = ", ".join(categories[place] for place in largest)
    return message("{value} stands at {names}: it cannot be all of them", value=written(float(row.max())), names=names)


def _no_code(code: float, categories: tuple[str, ...]) -> Message:
    below = int(np.floor(code))
    if 0 <= below < len(categories) - 1:
        return message(
            "{value} lies between {below} and {above}, and nothing is there",
            value=written(code),
            below=categories[below],
            above=categories[below + 1],
        )
    return message("{value} is no code; they go from 0 to {last}", value=written(code), last=len(categories) - 1)


def distances(count: int, encoding: str) -> Array:
    """Return the distance (K, K) between the vectors of any two of `count` categories."""
    vectors = encode(np.arange(count), count, encoding)
    apart: Array = np.linalg.norm(vectors[:, None] - vectors[None, :], axis=2)
    return apart


def pairs(count: int) -> list[tuple[int, int]]:
    """Return all pairs of places."""
    return list(combinations(range(count), 2))


def with_ones(matrix: Array) -> Array:
    """Return a matrix (N, columns) with a column of ones before it: the intercept of a linear model."""
    return np.hstack([np.ones((len(matrix), 1)), matrix])

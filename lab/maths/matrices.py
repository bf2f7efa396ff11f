"""Small matrices as people write them: read with the place of what is wrong, and written back as arithmetic."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.params import ParamError
from lab.core.text import ascii_digits

LARGEST_NUMBER = 1e9
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_NEXT_ROW = re.compile(r"[\])]\s*,\s*[\[(]|؛|\n")
_BRACKETS = re.compile(r"[\[\]()]")


def parse_matrix(field: str, text: str, largest: int = 10) -> Array:
    """Return the matrix (rows, columns), float64, of a text such as "1 2; 3 4".

    Rows are separated by ";" or line breaks, numbers by spaces or commas, with Persian digits and marks too; what
    Python writes, "[[1, 2], [3, 4]]", is read as well. `largest` bounds rows and columns. Raises ParamError for
    `field`, which names the row and column that cannot be read and what stands there.
    """
    plain = _NEXT_ROW.sub(";", ascii_digits(text).replace("،", ","))
    lines = [line.strip() for line in _BRACKETS.sub(" ", plain).split(";")]
    if len(lines) > 1 and not lines[-1]:
        # A row that is about to be typed.
        lines.pop()
    if lines == [""]:
        raise ParamError(field, "{field}: the matrix is empty; write numbers, and ; between its rows")
    rows = [_row(field, number, line) for number, line in enumerate(lines, 1)]
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise ParamError(
                field,
                "{field}: row {row} is {found} long and row 1 is {allowed}; all rows must be equally long",
                row=number,
                found=len(row),
                allowed=len(rows[0]),
            )
    if max(len(rows), len(rows[0])) > largest:
        raise ParamError(
            field,
            "{field}: a matrix of {found} is too large to be looked at; allowed are {allowed} rows and columns",
            found=f"{len(rows)} × {len(rows[0])}",
            allowed=largest,
        )
    return np.array(rows, np.float64)


def _row(field: str, row: int, line: str) -> list[float]:
    numbers: list[float] = []
    for piece in line.split(",") if line else ():
        if not piece.strip():
            raise ParamError(field, "{field}: row {row}, column {column} is empty", row=row, column=len(numbers) + 1)
        for word in piece.split():
            number = float(word) if _NUMBER.fullmatch(word) else np.inf
            if abs(number) > LARGEST_NUMBER:
                raise ParamError(
                    field,
                    "{field}: in row {row}, column {column} stands {found}; allowed is a number from {low} to {high}",
                    row=row,
                    column=len(numbers) + 1,
                    found=word,
                    low=-LARGEST_NUMBER,
                    high=LARGEST_NUMBER,
                )
            numbers.append(number)
    if not numbers:
        raise ParamError(field, "{field}: row {row} is empty", row=row)
    return numbers


def shape_words(matrix: Array) -> str:
    """Return the shape of a matrix as it is said: 2 × 3."""
    return " × ".join(map(str, matrix.shape))


def rows_of(matrix: Array) -> tuple[tuple[float, ...], ...]:
    """Return the rows of a matrix as plain numbers."""
    return tuple(tuple(row) for row in matrix.tolist())


def each_of(matrix: Array, say: Callable[[int, int, float], Words]) -> tuple[tuple[Words, ...], ...]:
    """Return what is said of each number of a matrix, by its row, its column and its value."""
    return tuple(tuple(say(i, j, value) for j, value in enumerate(row)) for i, row in enumerate(matrix.tolist()))


def products_of(left: Array, right: Array, sign: str = "·") -> tuple[tuple[Words, ...], ...]:
    """Return the arithmetic of each cell of a product of matrices of one shape, cell by cell: 2·3 = 6."""
    return each_of(left, lambda i, j, x: f"{factor(x)}{sign}{factor(right[i, j])} = {written(x * right[i, j])}")


def written(number: float) -> str:
    """Return a number as it stands in arithmetic, with six figures and a true minus sign."""
    # Adding zero makes 0 of −0.
    return f"{number + 0.0:.6g}".replace("-", "−")


def factor(number: float) -> str:
    """Return a number as a factor: a negative one in parentheses."""
    return f"({written(number)})" if number < 0 else written(number)


def sum_of_products(left: Array, right: Array, total: float) -> str:
    """Return the arithmetic of a dot product of vectors (N,): 1·5 + 2·7 = 19."""
    terms = [f"{factor(x)}·{factor(y)}" for x, y in zip(left.tolist(), right.tolist(), strict=True)]
    return f"{' + '.join(terms)} = {written(total)}"

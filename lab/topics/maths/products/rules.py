"""The five operations: which shapes each of them takes, and what it makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.text import Message, message
from lab.maths.matrices import parse_matrix, shape_words


@dataclass(frozen=True)
class Product:
    """An operation on `a` (m, n) and `b` (p, q): `result`, or None with the reason in `refusal`.

    Vectors stand as the operation reads them: in a dot product a is a row and b a column, in an outer product a is a
    column and b a row. `b` is None for the transpose.
    """

    operation: str
    a: Array
    b: Array | None
    result: Array | None = None
    refusal: Message | None = None

    @property
    def vectors(self) -> tuple[Array, Array] | None:
        """The pair of vectors (N,) whose dot product is in the result, for its geometry.

        Those of a dot product; row 1 and column 1 of a matrix product; the factors of an elementwise product, read
        as vectors, whose dot product is the sum of all cells.
        """
        if self.result is None or self.b is None or self.operation == "outer":
            return None
        if self.operation == "matrix":
            return self.a[0], self.b[:, 0]
        return self.a.ravel(), self.b.ravel()

    def multiplications(self) -> int:
        """Return how many products of two numbers it takes."""
        if self.result is None or self.b is None:
            return 0
        inner = self.a.shape[1] if self.operation in ("matrix", "dot") else 1
        return int(self.result.size) * inner


def cosine(a: Array, b: Array) -> float | None:
    """Return the cosine of the angle between vectors (N,), in [−1, 1]; None where one of them has no length."""
    # Scaled first, so that squares of small numbers do not vanish.
    scale_a, scale_b = np.abs(a).max(), np.abs(b).max()
    if scale_a == 0 or scale_b == 0:
        return None
    a, b = a / scale_a, b / scale_b
    return float(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1))


def multiply(operation: str, a_text: str, b_text: str) -> Product:
    """Read both matrices and multiply them; `operation` is one of dot, matrix, elementwise, outer, transpose.

    Raises ParamError for a text that is no matrix.
    """
    a = parse_matrix("a", a_text)
    if operation == "transpose":
        return Product(operation, a, None, a.T)
    b = parse_matrix("b", b_text)
    if operation == "matrix":
        return Product(operation, a, b, a @ b) if a.shape[1] == b.shape[0] else _refused_matrix(a, b)
    if operation == "elementwise":
        return Product(operation, a, b, a * b) if a.shape == b.shape else _refused_elementwise(a, b)
    for name, matrix in (("A", a), ("B", b)):
        if min(matrix.shape) > 1:
            refusal = message(
                "Two vectors are needed here, one row or one column each; {name} is {shape}.",
                name=name,
                shape=shape_words(matrix),
            )
            return Product(operation, a, b, refusal=refusal)
    if operation == "outer":
        column, row = a.reshape(-1, 1), b.reshape(1, -1)
        return Product(operation, column, row, column @ row)
    row, column = a.reshape(1, -1), b.reshape(-1, 1)
    if row.size == column.size:
        return Product(operation, row, column, row @ column)
    refusal = message(
        "A has {left} numbers and B has {right}: each number needs a partner, so both must be equally many.",
        left=row.size,
        right=column.size,
    )
    return Product(operation, row, column, refusal=refusal)


def _pair(a: Array, sign: str, b: Array) -> str:
    """Return two shapes as one word, so that no line is broken within it."""
    return f"({shape_words(a)}){sign}({shape_words(b)})".replace(" ", "")


def _refused_matrix(a: Array, b: Array) -> Product:
    pairs = (("A·Bᵀ", a, b.T), ("Aᵀ·B", a.T, b), ("B·A", b, a))
    fitting = [
        f"{name}→{left.shape[0]}×{right.shape[1]}" for name, left, right in pairs if left.shape[1] == right.shape[0]
    ]
    advice = (
        message("This would fit: {products}", products=", ".join(fitting))
        if fitting
        else message("Not even a transpose would make them fit.")
    )
    refusal = message(
        "{shapes} do not fit: a row of A has {left} numbers, a column of B has {right}; the inner lengths must be"
        " equal. {advice}",
        shapes=_pair(a, "·", b),
        left=a.shape[1],
        right=b.shape[0],
        advice=advice,
    )
    return Product("matrix", a, b, refusal=refusal)


def stretched(a: Array, b: Array) -> tuple[int, ...] | None:
    """Return the shape to which torch and NumPy stretch two matrices in silence, if they do."""
    try:
        return np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        return None


def _refused_elementwise(a: Array, b: Array) -> Product:
    shapes = _pair(a, "⊙", b)
    shape = stretched(a, b)
    if shape is None:
        turned = a.shape == b.shape[::-1]
        advice = message("A ⊙ Bᵀ would fit.") if turned else message("Not even a transpose would make them fit.")
    else:
        advice = message(
            "Beware: torch and NumPy do not refuse it. They repeat what has length 1 until both are {shape}.",
            shape=" × ".join(map(str, shape)),
        )
    refusal = message(
        "{shapes} do not fit: cell by cell, both must have the same shape. {advice}", shapes=shapes, advice=advice
    )
    return Product("elementwise", a, b, refusal=refusal)

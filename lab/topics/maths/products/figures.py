"""Products as an equation, every cell of which tells its arithmetic, and as numbers."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Matrices, MatrixItem, Table, Words
from lab.core.text import message
from lab.maths.matrices import factor, rows_of, shape_words, sum_of_products, written
from lab.topics.maths.products.rules import Product, cosine

_SIGNS = {"dot": "·", "matrix": "·", "elementwise": "⊙", "outer": "·"}
_PARTS = {"dot": ("row", "column"), "matrix": ("row", "column"), "outer": ("row", "column")}
_RESULTS = {"dot": "a · b", "matrix": "A · B", "elementwise": "A ⊙ B", "outer": "a · bᵀ", "transpose": "Aᵀ"}


def equation(product: Product) -> Matrices:
    """Return the product with the arithmetic of each of its cells."""
    a, b, result = product.a, product.b, product.result
    names = {"dot": ("a", "b"), "outer": ("a", "bᵀ")}.get(product.operation, ("A", "B"))
    items = [MatrixItem(names[0], rows_of(a), field="a")]
    if b is not None:
        items.append(MatrixItem(names[1], rows_of(b), _SIGNS[product.operation], field="b"))
    if result is not None:
        sign = "=" if b is not None else "→"
        parts = _PARTS.get(product.operation, ("cell", "cell"))
        lit = {0: parts[0], 1: parts[1]} if b is not None else {0: "transposed"}
        items.append(
            MatrixItem(_RESULTS[product.operation], rows_of(result), sign, whys=_whys(product, result), parts=lit)
        )
    return Matrices("product", tuple(items), product.refusal or "")


def _whys(product: Product, result: Array) -> tuple[tuple[Words, ...], ...]:
    """Return the arithmetic of each cell of the result."""
    a, b = product.a, product.b
    if b is None:
        return tuple(
            tuple(f"Aᵀ({i}, {j}) = A({j}, {i}) = {written(value)}" for j, value in enumerate(row, 1))
            for i, row in enumerate(result.tolist(), 1)
        )
    if product.operation == "elementwise":
        cells = zip(a.tolist(), b.tolist(), result.tolist(), strict=True)
        return tuple(
            tuple(f"{factor(x)}·{factor(y)} = {written(z)}" for x, y, z in zip(*rows, strict=True)) for rows in cells
        )
    columns = tuple(b.T)
    return tuple(
        tuple(sum_of_products(row, column, total) for column, total in zip(columns, totals, strict=True))
        for row, totals in zip(a, result.tolist(), strict=True)
    )


def numbers(product: Product) -> Table:
    """Return shapes, sizes and what else is worth knowing of the result."""
    a, b, result = product.a, product.b, product.result
    if product.operation == "dot" and product.vectors is not None:
        return _table(_lengths(*product.vectors))
    rows = [(Cell(message("shape of A")), Cell(shape_words(a), message("rows × columns")))]
    if b is not None:
        rows.append((Cell(message("shape of B")), Cell(shape_words(b), message("rows × columns"))))
    if result is None:
        refusal = product.refusal or ""
        rows.append((Cell(message("result")), Cell(message("none: the shapes do not fit"), refusal, "bad")))
        return _table(rows)
    rows.append((Cell(message("shape of the result")), Cell(shape_words(result), _shape_why(product), "strong")))
    if b is not None:
        rows.append((Cell(message("multiplications")), Cell(product.multiplications(), _cost_why(product))))
    if product.operation == "matrix" and b is not None:
        rows.append((Cell("B · A"), _swapped(a, b, result)))
    if product.operation == "transpose":
        same = a.shape == result.shape and bool((a == result).all())
        symmetric = Cell(message("yes"), mark="good") if same else Cell(message("no"))
        rows.append((Cell(message("symmetric: A = Aᵀ")), symmetric))
    if result.shape[0] == result.shape[1]:
        trace = " + ".join(map(factor, np.diag(result).tolist()))
        rows.append((Cell(message("trace")), Cell(float(np.trace(result)), message("the diagonal: {sum}", sum=trace))))
    norm = message("the root of the sum of all squares (Frobenius norm)")
    rows.append((Cell(message("sum of all cells")), Cell(float(result.sum()))))
    rows.append((Cell(message("length of the result")), Cell(float(np.linalg.norm(result)), norm)))
    return _table(rows)


def _table(rows: list[tuple[Cell, Cell]]) -> Table:
    return Table("numbers", (message("quantity"), message("value")), tuple(rows))


def _shape_why(product: Product) -> Words:
    a, b = product.a, product.b
    if b is None:
        return message("Rows become columns.")
    if product.operation == "elementwise":
        return message("The same as that of A and of B.")
    return message(
        "({rows} × {inner}) · ({inner} × {columns}): the inner lengths meet and vanish, the outer ones stay.",
        rows=a.shape[0],
        inner=a.shape[1],
        columns=b.shape[1],
    )


def _cost_why(product: Product) -> Words:
    if product.operation == "elementwise":
        return message("one a cell")
    rows, inner = product.a.shape
    columns = 1 if product.b is None else product.b.shape[1]
    return f"{rows} · {inner} · {columns}"


def _swapped(a: Array, b: Array, result: Array) -> Cell:
    """Say what becomes of the product the other way round."""
    if b.shape[1] != a.shape[0]:
        return Cell(message("does not fit"), f"({shape_words(b)}) · ({shape_words(a)})", "bad")
    other = b @ a
    if other.shape != result.shape:
        shape = message("another shape: {shape}", shape=shape_words(other))
        return Cell(shape, message("The order of the factors matters."))
    if np.allclose(other, result):
        return Cell(message("the same as A · B"), message("These two commute; most matrices do not."), "good")
    return Cell(message("other numbers than A · B"), message("The order of the factors matters."))


def _lengths(a: Array, b: Array) -> list[tuple[Cell, Cell]]:
    dot, length_a, length_b = float(a @ b), float(np.linalg.norm(a)), float(np.linalg.norm(b))
    similarity = cosine(a, b)
    rows = [
        (Cell("a · b"), Cell(dot, sum_of_products(a, b, dot), "strong")),
        (Cell(message("multiplications")), Cell(a.size, message("one a pair"))),
        (Cell("|a|"), Cell(length_a, _root(a, length_a))),
        (Cell("|b|"), Cell(length_b, _root(b, length_b))),
    ]
    if similarity is None:
        nothing = message("A vector of length 0 points nowhere.")
        return [*rows, (Cell(message("cosine similarity")), Cell(message("not defined"), nothing, "muted"))]
    degrees = math.degrees(math.acos(similarity))
    why = f"{written(dot)} / ({written(length_a)} · {written(length_b)}) = {written(similarity)}"
    product = f"{written(length_a)} · {written(length_b)} · {factor(similarity)} = {written(dot)}"
    return [
        *rows,
        (Cell(message("cosine similarity")), Cell(similarity, why, "strong")),
        (Cell(message("angle")), Cell(f"{degrees:.6g}°", f"arccos {written(similarity)}")),
        (Cell("|a| · |b| · cos θ"), Cell(length_a * length_b * similarity, product)),
    ]


def _root(vector: Array, length: float) -> str:
    return f"√({' + '.join(f'{factor(x)}²' for x in vector.tolist())}) = {written(length)}"

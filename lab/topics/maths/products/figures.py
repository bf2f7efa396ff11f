"""Products as an equation, every cell of which tells its arithmetic."""

from __future__ import annotations

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Words
from lab.maths.matrices import each_of, products_of, rows_of, sum_of_products, written
from lab.topics.maths.products.rules import Product

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
        return each_of(result, lambda i, j, value: f"Aᵀ({i + 1}, {j + 1}) = A({j + 1}, {i + 1}) = {written(value)}")
    if product.operation == "elementwise":
        return products_of(a, b)
    columns = tuple(b.T)
    return tuple(
        tuple(sum_of_products(row, column, total) for column, total in zip(columns, totals, strict=True))
        for row, totals in zip(a, result.tolist(), strict=True)
    )

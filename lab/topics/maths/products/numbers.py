"""Shapes, lengths and whatever else is worth knowing of a product, and what torch, NumPy and Python make of it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, CellMark, Words
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.maths.matrices import factor, shape_words, sum_of_products, written
from lab.topics.maths.products.rules import Product, cosine, stretched

WAYS: Mapping[str, tuple[str, ...]] = {
    "dot": ("torch.dot(a, b)", 'torch.einsum("i,i->", a, b)'),
    "matrix": ("torch.matmul(A, B)", "A.numpy() @ B.numpy()"),
    "elementwise": ("A * B", "A.numpy() * B.numpy()"),
    "outer": ("torch.outer(a, b)", 'torch.einsum("i,j->ij", a, b)'),
    "transpose": ("A.T", "numpy.transpose(A.numpy())", "list(zip(*A.tolist()))"),
}
"""How each operation is written. None of them stretches what does not fit, but for the elementwise product."""
FITS: Mapping[str, str] = {
    "dot": "a.ndim == b.ndim == 1 and len(a) == len(b)",
    "matrix": "A.shape[1] == B.shape[0]",
    "elementwise": "A.shape == B.shape",
    "outer": "a.ndim == b.ndim == 1",
    "transpose": "A.ndim == 2",
}
"""Which shapes each operation takes."""
LOOPS = {"dot": "sum(x * y for x, y in zip(a.tolist(), b.tolist()))", "matrix": "loops(A.tolist(), B.tolist())"}
"""The same in plain Python, which does not notice shapes that do not fit."""


def numbers(product: Product) -> Numbers:
    """Return shapes, sizes and what else is worth knowing of the result."""
    a, b, result, operation = product.a, product.b, product.result, product.operation
    dot = operation == "dot" and product.vectors is not None
    names = ("a", "b") if operation in ("dot", "outer") else ("A", "B")
    lines = ["import math", "import numpy", "import torch", ""]
    quantities: list[Quantity] = []
    for name, letter, matrix in zip(("A", "B"), names, (a, b), strict=True):
        if matrix is None:
            continue
        vector = letter.islower()
        given = matrix.ravel() if vector and min(matrix.shape) == 1 else matrix
        lines.append(f"{letter} = torch.tensor({given.tolist()}, dtype=torch.float64)")
        label = message("shape of A") if name == "A" else message("shape of B")
        rows, columns = (f"{name.lower()}_rows", f"{name.lower()}_columns")
        quantities += [
            Quantity(label, shape_words(matrix), message("rows × columns"), listed=not dot),
            Quantity(message("rows"), matrix.shape[0], name=rows, listed=False),
            Quantity(message("columns"), matrix.shape[1], name=columns, listed=False),
        ]
    fits = Quantity(message("fits"), int(result is not None), name="fits", code=f"int({FITS[operation]})", listed=False)
    if result is None:
        refused = Quantity(message("result"), message("none: the shapes do not fit"), product.refusal or "", mark="bad")
        by_torch, *others = WAYS[operation]
        why = product.refusal or ""
        stretches: CellMark = "bad" if operation == "elementwise" and b is not None and stretched(a, b) else ""
        asked = Quantity(message("result"), None, why, "", by_torch, tuple(others), listed=False, mark=stretches)
        return Numbers((*quantities, refused, fits, asked), setup=lines)
    lines.append(f"result = {WAYS[operation][0]}")
    found = _lengths(*product.vectors) if dot and product.vectors else _result(product, result)
    return Numbers(
        (*quantities, fits, *found, *_always(product, result, listed=not dot)),
        setup=lines,
        aside=(
            "def loops(A, B):",
            "    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*B)] for row in A]",
        ),
    )


def _rounding(product: Product) -> Tolerance:
    """Return what rounding can make of sums that are not added up in the same order."""
    b = product.a if product.b is None else product.b
    most = float(np.abs(product.a).max() * np.abs(b).max()) * product.a.size * b.size
    return Tolerance(1e-9, 1e-12 * max(most, 1.0), message("Both round sums of products, and not in the same order."))


def _result(product: Product, result: Array) -> list[Quantity]:
    a, b, operation = product.a, product.b, product.operation
    by_torch, *others = WAYS[operation]
    ways = (*others, *([LOOPS[operation]] if operation in LOOPS else []))
    shape = Quantity(message("shape of the result"), shape_words(result), _shape_why(product), mark="strong")
    asked = Quantity(
        message("result"), result, _shape_why(product), "", by_torch, ways, listed=False, tolerance=_rounding(product)
    )
    found = [shape, asked]
    if b is not None:
        found.append(_multiplications(product, _cost_why(product)))
    if operation == "matrix" and b is not None:
        found.append(Quantity("B · A", None, cells=(_swapped(a, b, result),)))
    if operation == "transpose":
        same = a.shape == result.shape and bool((a == result).all())
        symmetric = Cell(message("yes"), mark="good") if same else Cell(message("no"))
        found.append(Quantity(message("symmetric: A = Aᵀ"), None, cells=(symmetric,)))
    return found


def _always(product: Product, result: Array, listed: bool) -> list[Quantity]:
    """Return what every result has."""
    rounding, (rows, columns) = _rounding(product), result.shape
    norm = message("the root of the sum of all squares (Frobenius norm)")
    found = [
        Quantity(message("rows"), rows, name="rows", listed=False),
        Quantity(message("columns"), columns, name="columns", listed=False),
        *([_multiplications(product, "", listed=False)] if product.b is None else []),
        Quantity(
            message("sum of all cells"), float(result.sum()), "", "sum", "result.sum().item()", listed=listed,
            tolerance=rounding,
        ),
        Quantity(
            message("length of the result"), float(np.linalg.norm(result)), norm, "frobenius_norm",
            "result.norm().item()", listed=listed, tolerance=rounding,
        ),
    ]  # fmt: skip
    if rows == columns:
        trace = message("the diagonal: {sum}", sum=" + ".join(map(factor, np.diag(result).tolist())))
        code = "result.item()" if product.operation == "dot" else "result.trace().item()"
        of_diagonal = Quantity(
            message("trace"), float(np.trace(result)), trace, "trace", code, listed=listed, tolerance=rounding
        )
        found.insert(-2, of_diagonal)
    return found


def _multiplications(product: Product, why: Words, listed: bool = True) -> Quantity:
    return Quantity(message("multiplications"), product.multiplications(), why, "multiplications", listed=listed)


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


def _lengths(a: Array, b: Array) -> list[Quantity]:
    dot, length_a, length_b = float(a @ b), float(np.linalg.norm(a)), float(np.linalg.norm(b))
    most = 1e-12 * max(float(np.abs(a).max() * np.abs(b).max()) * a.size, 1.0)
    rounding = Tolerance(1e-9, most, message("Both round sums of products, and not in the same order."))
    found = [
        Quantity(
            "a · b", dot, sum_of_products(a, b, dot), "dot", "result.item()", (WAYS["dot"][1], LOOPS["dot"]),
            mark="strong", tolerance=rounding,
        ),
        Quantity(message("multiplications"), a.size, message("one a pair"), "multiplications"),
        Quantity("|a|", length_a, _root(a, length_a), code="a.norm()"),
        Quantity("|b|", length_b, _root(b, length_b), code="b.norm()"),
    ]  # fmt: skip
    similarity = cosine(a, b)
    if similarity is None:
        nothing = message("A vector of length 0 points nowhere.")
        return [*found, Quantity(message("cosine similarity"), message("not defined"), nothing, mark="muted")]
    degrees = math.degrees(math.acos(similarity))
    arc = f"arccos {written(similarity)}"
    why = f"{written(dot)} / ({written(length_a)} · {written(length_b)}) = {written(similarity)}"
    product = f"{written(length_a)} · {written(length_b)} · {factor(similarity)} = {written(dot)}"
    scaled = ("u, v = a / a.abs().max(), b / b.abs().max()", "cosine = u @ v / (u.norm() * v.norm())")
    steep = Tolerance(1e-9, 1e-5, message("Near 0° and 180° the rounding of the cosine shows."))
    return [
        *found,
        Quantity(
            message("cosine similarity"), similarity, why, "cosine", "cosine.clamp(-1, 1).item()", lines=scaled,
            mark="strong",
        ),
        Quantity(
            message("angle"), degrees, arc, "angle_degrees", "math.degrees(cosine.clamp(-1, 1).acos())",
            cells=(Cell(f"{degrees:.6g}°", arc),), tolerance=steep,
        ),
        Quantity("|a| · |b| · cos θ", length_a * length_b * similarity, product),
    ]  # fmt: skip


def _root(vector: Array, length: float) -> str:
    return f"√({' + '.join(f'{factor(x)}²' for x in vector.tolist())}) = {written(length)}"

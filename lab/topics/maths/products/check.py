"""What torch, NumPy and plain Python make of the same product, or say where they refuse it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.topics.maths.products.rules import Product

Attempt = tuple[str, Callable[[], Any]]
"""A line of code as a person would write it, and what computes it."""


def check_table(product: Product) -> Table:
    """Return a row for each way to compute the product; imports torch."""
    rows = []
    note: Words = ""
    for code, compute in _attempts(product):
        try:
            found = np.asarray(compute())
        except (RuntimeError, ValueError, IndexError) as error:
            said = str(error).strip().splitlines()[0]
            rows.append((Cell(code), Cell(message("refused"), said, "muted"), Cell(said)))
            note = note or message("The words of {code}: “{said}”", code=code, said=said)
        else:
            rows.append((Cell(code), Cell(str(tuple(found.shape))), _compared(product.result, found)))
    columns = (message("code"), message("shape"), message("compared"))
    return Table("check", columns, tuple(rows), note)


def _compared(result: Array | None, found: Array) -> Cell:
    if result is None:
        return Cell(message("not refused, but stretched"), mark="bad")
    # torch keeps a vector as (N,), which the equation shows as a row or column.
    difference = float(np.abs(found.reshape(result.shape) - result).max())
    largest = message("largest difference {value}", value=f"{difference:.2g}")
    if difference <= 1e-12 * max(float(np.abs(result).max()), 1.0):
        return Cell(message("the same"), largest, "good")
    return Cell(largest, mark="bad")


def _attempts(product: Product) -> list[Attempt]:
    import torch

    a, b, fits = product.a, product.b, product.result is not None
    tensor_a = torch.from_numpy(a.copy())
    if b is None:
        return [
            ("A.T  (torch)", lambda: tensor_a.T.numpy()),
            ("numpy.transpose(A)", lambda: np.transpose(a)),
            ("list(zip(*A))", lambda: list(zip(*a.tolist(), strict=True))),
        ]
    tensor_b = torch.from_numpy(b.copy())
    if product.operation == "matrix":
        loops: list[Attempt] = [("for … for … for …  (Python)", lambda: _loops(a.tolist(), b.tolist()))]
        return [
            ("torch.matmul(A, B)", lambda: torch.matmul(tensor_a, tensor_b).numpy()),
            ("A @ B  (NumPy)", lambda: a @ b),
            *(loops if fits else []),
        ]
    if product.operation == "elementwise":
        return [("A * B  (torch)", lambda: (tensor_a * tensor_b).numpy()), ("A * B  (NumPy)", lambda: a * b)]
    # A matrix stays one, so that it can be refused.
    vector_a, vector_b = (x.ravel() if min(x.shape) == 1 else x for x in (tensor_a, tensor_b))
    if product.operation == "outer":
        return [
            ("torch.outer(a, b)", lambda: torch.outer(vector_a, vector_b).numpy()),
            ('torch.einsum("i,j->ij", a, b)', lambda: torch.einsum("i,j->ij", vector_a, vector_b).numpy()),
        ]
    return [
        ("torch.dot(a, b)", lambda: torch.dot(vector_a, vector_b).numpy()),
        ('torch.einsum("i,i->", a, b)', lambda: torch.einsum("i,i->", vector_a, vector_b).numpy()),
        *([("sum of x * y  (Python)", lambda: _loops(a.tolist(), b.tolist())[0][0])] if fits else []),
    ]


def _loops(a: list[list[float]], b: list[list[float]]) -> list[list[float]]:
    """Return the matrix product by its definition."""
    result = [[0.0] * len(b[0]) for _ in a]
    for i, row in enumerate(a):
        for j in range(len(b[0])):
            for k, value in enumerate(row):
                result[i][j] += value * b[k][j]
    return result

"""The rule of the Game of Life at one cell, as what it is: a convolution and a threshold."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem
from lab.core.text import message

KERNEL = ((1.0, 1.0, 1.0), (1.0, 0.5, 1.0), (1.0, 1.0, 1.0))


def rule(alive: Array, wrap: bool, cell: tuple[int, int] | None) -> Matrices:
    """Show the convolution at a `cell` (row, column) of the world (H, W), or in its middle."""
    height, width = alive.shape
    row, column = cell if cell is not None else (height // 2, width // 2)
    row, column = min(row, height - 1), min(column, width - 1)
    padded = np.pad(alive, 1, mode="wrap") if wrap else np.pad(alive, 1)
    around = padded[row : row + 3, column : column + 3].astype(float)
    total = float((around * np.array(KERNEL)).sum())
    lives = abs(total - 3) <= 0.5
    terms = [f"{weight:g}·{living:g}" for weights, cells in zip(KERNEL, around, strict=True)
             for weight, living in zip(weights, cells, strict=True)]  # fmt: skip
    why = " + ".join(terms) + f" = {total:g}"
    verdict = (
        message("|{total} − 3| ≤ ½: alive", total=f"{total:g}")
        if lives
        else message("|{total} − 3| > ½: dead", total=f"{total:g}")
    )
    cells = tuple(tuple(float(living) for living in line) for line in around)
    return Matrices(
        "rule",
        (
            MatrixItem(message("cell ({row}, {column})", row=row, column=column), cells),
            MatrixItem(message("kernel"), KERNEL, "∗"),
            MatrixItem(message("sum"), ((total,),), "=", whys=((why,),), parts={0: "all", 1: "all"}),
            MatrixItem(message("next: |sum − 3| ≤ ½"), ((float(lives),),), "→", whys=((verdict,),), parts={2: "all"}),
        ),
    )

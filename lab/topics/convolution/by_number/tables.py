"""Sizes and costs of a convolution, odd kernels against even ones, and the same from torch."""

from __future__ import annotations

import numpy as np

from lab.core.figures import Cell, Table, Words
from lab.core.text import Verbatim, message
from lab.maths.matrices import shape_words
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import convolved
from lab.topics.convolution.by_number.sums import Working


def numbers(working: Working, at: Pair) -> Table:
    """Return what comes out at one place, how large all of it is, and what it costs."""
    rows: list[tuple[Cell, Cell]] = []
    note: Words = ""
    if working.problem is None:
        name, note = f"output[{at[0]}, {at[1]}]", working.sums[at[0]][at[1]]
        rows.append((Cell(name), Cell(float(working.output[at]), working.sum_at(at), "strong")))
    why = working.problem or message("⌊(size + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1")
    for label, size in zip((message("rows"), message("columns")), working.sizes, strict=True):
        # The result stands first: where there is too little room, the end of the arithmetic is cut.
        formula, _, value = size.arithmetic.rpartition(" = ")
        rows.append((Cell(label), Cell(f"{value} = {formula}", size.problem or why, "" if size.fits else "bad")))
    if working.problem is None:
        cost = " · ".join(map(str, (*working.output_size, *working.kernel_size)))
        rows.append((Cell(message("multiplications")), Cell(working.multiplications, cost)))
    weights = " · ".join(map(str, working.kernel_size))
    rows.append(
        (
            Cell(message("parameters")),
            Cell(working.parameters, message("{weights} + 1: the kernel and the bias", weights=weights)),
        )
    )
    rows.append((Cell(message("centre")), _centre_of(working)))
    if working.problem is None and any(working.unvisited()):
        rows_out, columns_out = working.unvisited()
        left_out = message("rows: {rows}, columns: {columns}", rows=rows_out, columns=columns_out)
        why = message("Rows and columns that lie under no window: they change nothing in the output.")
        rows.append((Cell(message("left out")), Cell(left_out, why, "bad")))
    return Table("numbers", (message("quantity"), message("value")), tuple(rows), note)


def _centre_of(working: Working) -> Cell:
    """Say which weight is in the middle of the kernel, if one is."""
    rows, columns = working.kernel_size
    if rows % 2 and columns % 2:
        return Cell(f"kernel[{rows // 2}, {columns // 2}]", message("With as many weights on each side of it."))
    return Cell(
        message("none: {size} is even", size=shape_words(working.kernel)),
        message("With an even number of rows or columns the middle lies between two weights."),
        "bad",
    )


def centres(working: Working) -> Table:
    """Return, for kernels of one side to seven, whether there is a centre and a padding that keeps the size."""
    size, current = working.image.shape[0], working.kernel.shape[0]
    rows = []
    for kernel in range(1, 8):
        odd = kernel % 2 == 1
        below, above = (kernel - 1) // 2, kernel // 2
        results = [(padding, convolved(size, kernel, padding)) for padding in sorted({below, above})]
        said = ", ".join(f"p = {padding}: {result.value}" for padding, result in results if result.fits)
        between = message("between weight {low} and weight {high}", low=below, high=above)
        centre = Cell((kernel - 1) / 2, "" if odd else between)
        why = "; ".join(result.arithmetic for _, result in results)
        keeps = Cell(message("yes"), mark="good") if odd else Cell(message("no"), _GROWS, "bad")
        rows.append((Cell(kernel, mark="strong" if kernel == current else ""), centre, Cell(said, why), keeps))
    columns = (
        message("kernel k"),
        message("centre"),
        message("output of {size}", size=size),
        message("same size"),
    )
    note = message("Stride 1. To keep its size, an even kernel would need one more zero on one side than on the other.")
    return Table("centres", columns, tuple(rows), note)


_GROWS = message("One too many or one too few, with equal padding on both sides.")


def torch_table(working: Working) -> Table:
    """Return what torch makes of the same numbers, by two of its ways; imports torch."""
    import torch
    from torch.nn import functional

    image = torch.from_numpy(working.image.copy())[None, None]
    kernel = torch.from_numpy(working.used.copy())[None, None]
    bias = torch.tensor([working.bias], dtype=torch.float64)
    padding, stride, dilation = working.padding, working.stride, working.dilation
    rows = []
    if working.problem is None:
        direct = functional.conv2d(image, kernel, bias, stride, padding, dilation)[0, 0]
        columns = functional.unfold(image, working.kernel_size, dilation, padding, stride)[0]
        product = (kernel.reshape(1, -1) @ columns + bias).reshape(working.output_size)
        for code, found in (("F.conv2d", direct), ("F.unfold, @", product)):
            difference = float(np.abs(found.numpy() - working.output).max())
            rows.append((Cell(code), Cell(shape_words(found.numpy())), _compared(working, difference)))
        note = message("Without the kernel turned round: what torch and deep learning call a convolution.")
        if working.turned:
            code = Verbatim("kernel.flip(0, 1)")
            note = message("Torch was given {code}: by itself it does not turn the kernel round.", code=code)
    else:
        try:
            functional.conv2d(image, kernel, bias, stride, padding, dilation)
        except RuntimeError as error:
            said = str(error).strip().splitlines()[0]
            rows.append((Cell("F.conv2d"), Cell(message("refused"), said, "muted"), Cell(said)))
        note = message("It is refused there too.")
    return Table("torch", (message("code"), message("shape"), message("compared")), tuple(rows), note)


def _compared(working: Working, difference: float) -> Cell:
    largest = message("largest difference {value}", value=f"{difference:.2g}")
    # Sums of products of large numbers are rounded, and not in the same order.
    tolerance = 1e-12 * max(float(np.abs(working.windows).max() * np.abs(working.kernel).sum()), 1.0)
    if difference <= tolerance:
        return Cell(message("the same"), largest, "good")
    return Cell(largest, mark="bad")

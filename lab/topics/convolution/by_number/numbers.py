"""Sizes and costs of a convolution, odd kernels against even ones, and the same by torch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Cell, Table
from lab.core.quantities import Lines, Numbers, Quantity, Tolerance
from lab.core.text import Verbatim, message
from lab.maths.matrices import shape_words
from lab.nets.convolution.code import tensor_lines
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import convolved
from lab.topics.convolution.by_number.sums import Working

MOST_PRINTED = 225


def numbers(working: Working, at: Pair) -> Numbers:
    """Return what comes out at one place, how large all of it is, and what it costs."""
    weights, sizes = " · ".join(map(str, working.kernel_size)), working.output_size
    size = Quantity(message("size of the output"), sizes, "", "output_size", "output.shape", listed=False)
    costs = [
        *_axes(working),
        Quantity(
            message("multiplications"), working.multiplications, " · ".join(map(str, (*sizes, *working.kernel_size))),
            "multiplications", "output.numel() * kernel.numel()",
        ),
        Quantity(
            message("parameters"), working.parameters,
            message("{weights} + 1: the kernel and the bias", weights=weights),
            "parameters", "kernel.numel() + bias.numel()",
        ),
        _centre_of(working),
    ]  # fmt: skip
    if working.problem is not None:
        refused = Quantity(message("output"), None, working.problem, code=_call(working), listed=False)
        plain = [
            replace(each, code="", listed=each.listed and each.name != "multiplications") for each in (size, *costs)
        ]
        note = message("It is refused there too.")
        return Numbers((*plain, refused), setup=_head(working), checked=note)
    # Sums of products of large numbers are rounded, and not in the same order.
    rounded = 1e-12 * max(float(np.abs(working.windows).max() * np.abs(working.kernel).sum()), 1.0)
    order = message("Both round sums of products, and not in the same order.")
    one, every = Tolerance(1e-9, rounded, order), Tolerance(1e-9, rounded * working.output.size, order)
    output = working.output
    printed = "output" if output.size <= MOST_PRINTED else ""
    quantities = [
        Quantity(
            f"output[{at[0]}, {at[1]}]", float(output[at]), working.sum_at(at), "value",
            f"output[{at[0]}, {at[1]}].item()", mark="strong", tolerance=one,
        ),
        Quantity(
            message("output"), output, "", printed, "output", ("product.reshape(output.shape)",),
            listed=False, tolerance=one,
        ),
        Quantity(
            message("sum of the output"), float(output.sum()), "", "sum", "output.sum().item()", listed=False,
            tolerance=every,
        ),
        Quantity(message("place"), at, name="at", listed=False),
        size, *costs,
    ]  # fmt: skip
    if any(working.unvisited()):
        rows_out, columns_out = working.unvisited()
        left_out = message("rows: {rows}, columns: {columns}", rows=rows_out, columns=columns_out)
        why = message("Rows and columns that lie under no window: they change nothing in the output.")
        quantities.append(Quantity(message("left out"), left_out, why, mark="bad"))
    checked = message("Without the kernel turned round: what torch and deep learning call a convolution.")
    if working.turned:
        flip = Verbatim("kernel.flip(0, 1)")
        checked = message("Torch was given {code}: by itself it does not turn the kernel round.", code=flip)
    why_axis = message("Torch wants (batch, channels, rows, columns): None adds an axis.")
    setup = (*_head(working), CodeLine(f"output = {_call(working)}[0, 0]", why=why_axis))
    options = f"{working.dilation}, {working.padding}, {working.stride}"
    aside = (
        f"patches = F.unfold(image[None, None], {working.kernel_size}, {options})[0]",
        "product = kernel.reshape(1, -1) @ patches + bias",
    )
    return Numbers(quantities, note=working.sums[at[0]][at[1]], setup=setup, aside=aside, checked=checked)


def _head(working: Working) -> Lines:
    why = message("Torch does not turn the kernel round; a convolution in the sense of mathematics does.")
    return [
        "import torch",
        "from torch.nn import functional as F",
        "",
        *tensor_lines("image", working.image),
        *tensor_lines("kernel", working.kernel),
        f"bias = torch.tensor([{working.bias!r}], dtype=torch.float64)",
        "",
        *([CodeLine("kernel = kernel.flip(0, 1)", why=why)] if working.turned else []),
    ]


def _call(working: Working) -> str:
    options = f"stride={working.stride}, padding={working.padding}, dilation={working.dilation}"
    return f"F.conv2d(image[None, None], kernel[None, None], bias, {options})"


def _axes(working: Working) -> list[Quantity]:
    why = working.problem or message("⌊(size + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1")
    found = []
    for label, size in zip((message("rows"), message("columns")), working.sizes, strict=True):
        # The result stands first: where there is too little room, the end of the arithmetic is cut.
        formula, _, value = size.arithmetic.rpartition(" = ")
        said = f"{value} = {formula}"
        found.append(Quantity(label, said, size.problem or why, mark="" if size.fits else "bad"))
    return found


def _centre_of(working: Working) -> Quantity:
    """Say which weight is in the middle of the kernel, if one is."""
    label, (rows, columns) = message("centre"), working.kernel_size
    if rows % 2 and columns % 2:
        both = message("With as many weights on each side of it.")
        return Quantity(label, f"kernel[{rows // 2}, {columns // 2}]", both)
    between = message("With an even number of rows or columns the middle lies between two weights.")
    return Quantity(label, message("none: {size} is even", size=shape_words(working.kernel)), between, mark="bad")


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

"""The sums of one pixel of a filtered picture, sizes and counts, and their program."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.data.images.planes import GREY_LINE
from lab.maths.matrices import sum_of_products, written
from lab.nets.convolution.code import tensor_lines
from lab.nets.convolution.kernels import GALLERY
from lab.nets.convolution.sizes import convolved
from lab.topics.convolution.kernels.figures import Filtered, label_of, windows

MOST_TERMS = 49
"""Products up to which the arithmetic of a pixel is written out."""
PLANES = (message("red"), message("green"), message("blue"))


def numbers(filtered: Filtered, at: Sequence[int], setup: Lines) -> Numbers:
    """Return the sums of one pixel, and sizes; `setup` is the program that filters the picture."""
    place, first = filtered.nearest(at), filtered.results[0]
    planes = windows(filtered, place)
    sums = [
        Quantity(
            PLANES[plane] if len(planes) == 3 else message("sum of the products"), float(first[place][plane]),
            _sum_words(window, filtered.kernels[0], float(first[place][plane])), mark="strong",
        )
        for plane, window in enumerate(planes)
    ]  # fmt: skip
    for name, result in zip(filtered.names[1:], filtered.results[1:], strict=True):
        sums.append(Quantity(label_of(name), float(result[place][0])))
    rows, columns = (
        convolved(filtered.image.shape[axis], filtered.span[axis], filtered.padding[axis], filtered.stride).arithmetic
        for axis in (0, 1)
    )
    channels = len(filtered.results) * first.shape[2]
    values = tuple(float(value) for result in filtered.results for value in result[place])
    quantities = [
        *sums,
        Quantity(message("rows of the result"), first.shape[0], rows),
        Quantity(message("columns of the result"), first.shape[1], columns),
        Quantity(
            message("size of the result"), first.shape[:2], "", "output_size", "y.shape[-2:]", listed=False
        ),
        Quantity(message("channels"), channels, "", "channels", "len(y)", listed=False),
        Quantity(message("least"), float(first.min()), "", "least", "first.min().item()"),
        Quantity(message("greatest"), float(first.max()), "", "greatest", "first.max().item()"),
        Quantity(
            message("mean"), float(first.mean(dtype=np.float64)), "", "mean", "first.double().mean().item()",
            listed=False,
        ),
        Quantity(message("place"), place, name="at", listed=False),
        Quantity(
            message("values there"), values, "", "value_at", f"y[:, {place[0]}, {place[1]}].tolist()", listed=False
        ),
        Quantity(
            message("sum of the kernel"), float(filtered.kernels[0].sum()),
            message("What an even area is multiplied by: 1 keeps its brightness, 0 leaves only changes."),
        ),
        Quantity(
            message("multiplications"), first.size * filtered.kernels[0].size * len(filtered.kernels),
            message("one for each cell of the kernel, at each pixel of each result"),
        ),
    ]  # fmt: skip
    note = message("Row {row}, column {column} of the result.", row=place[0], column=place[1])
    return Numbers(quantities, note=note, setup=setup)


def _sum_words(window: Array, kernel: Array, value: float) -> Words:
    if window.size > MOST_TERMS:
        return message("the sum of {count} products: {value}", count=window.size, value=written(value))
    return sum_of_products(np.round(window.ravel(), 3), np.round(kernel.ravel(), 4), value)


def program_lines(picture: Lines, together: str, coloured: bool, after: str, filtered: Filtered) -> Lines:
    """Return the lines that filter a picture with torch: one kernel or many, in colours or grey."""
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch.nn import functional as F",
        *picture,
        "",
        CodeLine(
            "x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1) / 255",
            why=message("from (H, W, 3) with 0 to 255 to (3, H, W) with 0 to 1"),
        ),
    ]
    if not coloured:
        lines.append(CodeLine(GREY_LINE, why=message("brightness, as the eye weighs the colours")))
    if together != "one":
        return [*lines, *_bank(filtered, together), "first = y[:1]"]
    options = f"stride={filtered.stride}, padding={filtered.padding}"
    lines += [
        *tensor_lines("kernel", filtered.kernels[0], "torch.float32"),
        CodeLine(
            f"y = F.conv2d(x[:, None], kernel[None, None], {options})[:, 0]",
            why=message("each plane as an image of its own, so that each goes through the same kernel"),
        ),
    ]
    if after != "nothing":
        lines.append("y = F.relu(y)" if after == "relu" else "y = y.abs()")
    return [*lines, "first = y"]


def _bank(filtered: Filtered, together: str) -> list[CodeLine | str]:
    """Return the lines of several kernels at once: the result has a channel for each."""
    side = filtered.span[0]
    lines: list[CodeLine | str] = ["kernels = ["]
    for name in filtered.names:
        if name in GALLERY:
            lines.append(f"    {GALLERY[name].array.tolist()},  # {GALLERY[name].label}")
    lines += [
        "]",
        f"bank = torch.zeros(len(kernels), 1, {side}, {side})",
        "for place, kernel in enumerate(kernels):",
        f"    edge = ({side} - len(kernel)) // 2",
        f"    bank[place, 0, edge : {side} - edge, edge : {side} - edge] = torch.tensor(kernel)",
        f"y = F.conv2d(x[None], bank, stride={filtered.stride}, padding={filtered.padding})[0]",
    ]
    if together == "edges":
        lines.append("y = torch.cat([y, (y[:1] ** 2 + y[1:] ** 2).sqrt()])")
    return lines

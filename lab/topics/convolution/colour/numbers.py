"""One pixel of a colour picture taken apart, the shapes of everything, and a layer of torch that makes the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Cell, Words
from lab.core.quantities import Lines, Numbers, Quantity, Value
from lab.core.text import Message, message
from lab.maths.matrices import factor, written
from lab.nets.convolution.sizes import convolved
from lab.topics.convolution.colour.figures import NAMES, Stack

COURSE = (5, 3, 1675, 3000)
"""The course's example: five kernels on a photograph of three planes, 1675 × 3000."""


def apart(stack: Stack, at: Sequence[int]) -> Numbers:
    """Return the arithmetic of one pixel of the first channel."""
    place = stack.nearest(at)
    row, column = place
    planes = list(zip(NAMES, stack.windows(place), stack.kernels[0], strict=True))
    sums = [float((window * kernel).sum()) for _, window, kernel in planes]
    bias, value = float(stack.bias[0]), float(stack.result[0][place])
    arithmetic = " + ".join(factor(part) for part in (*sums, bias)) + f" = {written(value)}"
    pixel = f"[0, :, {row}, {column}].tolist()"
    quantities = [
        *(Quantity(name, total, _terms(*arrays)) for (name, *arrays), total in zip(planes, sums, strict=True)),
        Quantity(message("bias"), bias),
        Quantity(message("sum"), value, arithmetic, mark="strong"),
        Quantity(message("place"), place, name="at", listed=False),
        Quantity(
            message("what each plane adds"), tuple(stack.partial[:, row, column].tolist()), "", "partial_at",
            f"parts{pixel}", listed=False,
        ),
        Quantity(
            message("values there"), tuple(stack.result[:, row, column].tolist()), "", "value_at", f"y{pixel}",
            listed=False,
        ),
    ]  # fmt: skip
    note = message("Row {row}, column {column} of channel 1: {sum}", row=row, column=column, sum=arithmetic)
    return Numbers(quantities, "apart", (message("plane"), message("sum of its products")), note)


def _terms(window: Array, kernel: Array) -> Words:
    """Return the products that are not zero, as arithmetic."""
    pairs = [
        f"{factor(round(float(x), 3))}·{factor(round(float(k), 4))}"
        for x, k in zip(window.ravel(), kernel.ravel(), strict=True)
        if k != 0
    ]
    if not pairs:
        return message("All weights of this plane are zero.")
    if len(pairs) > 49:
        return message("the sum of {count} products", count=len(pairs))
    return " + ".join(pairs)


def shapes(stack: Stack, picture: Lines) -> Numbers:
    """Return the shape of everything, and what is counted; the program begins with the lines of its `picture`."""
    count, planes, kh, kw = stack.kernels.shape
    (height, width, _), (rows, columns) = stack.image.shape, stack.result.shape[1:]
    sizes = [convolved(size, span, stack.padding, stack.stride) for size, span in ((height, kh), (width, kw))]
    weights, first = stack.kernels.size, stack.result[0]
    work = rows * columns * weights
    five, three, tall, wide = COURSE
    course = message(
        "Five kernels of 3 × 5 × 5 on 1675 × 3000 pixels: {numbers} numbers, each of 75 products: "
        "{products} multiplications, with {weights} weights.",
        numbers=f"{five * tall * wide:,}",
        products=f"{five * tall * wide * three * 25:,}",
        weights=five * three * 25 + five,
    )
    quantities = (
        _shape(message("picture in a file"), (height, width, 3), message("H × W × C, 0 to 255")),
        _shape(
            message("data for the layer"), (1, 3, height, width), message("N × C × H × W"), "input_shape", "x.shape"
        ),
        _shape(
            message("weight"), (count, planes, kh, kw), message("kernels × planes × kh × kw"), "weight_shape",
            "layer.weight.shape",
        ),
        _shape(message("bias"), str(count), message("one number a kernel")),
        _shape(
            message("result"), (1, count, rows, columns), f"{sizes[0].arithmetic}   {sizes[1].arithmetic}",
            "output_shape", "y.shape",
        ),
        Quantity(message("size"), (rows, columns), "", "output_size", "y.shape[2:]", listed=False),
        _shape(
            message("parameters"), weights + count, f"{count}·{planes}·{kh}·{kw} + {count} = {weights + count}",
            "parameters", "sum(p.numel() for p in layer.parameters())",
        ),
        _shape(
            message("multiplications"), work, f"{rows}·{columns}·{count}·({planes}·{kh}·{kw}) = {work:,}",
            "multiplications", "y[0].numel() * weight[0].numel()",
        ),
        _shape(message("the course's picture"), (five, tall, wide), course),
        Quantity(message("least"), float(first.min()), "", "least", "y[0, 0].min().item()", listed=False),
        Quantity(message("greatest"), float(first.max()), "", "greatest", "y[0, 0].max().item()", listed=False),
    )  # fmt: skip
    heads = message("what"), message("shape or number"), message("why")
    return Numbers(quantities, "shapes", heads, setup=_program(stack, picture))


def _shape(label: Message, value: Value, why: Words, name: str = "", code: str = "") -> Quantity:
    """Return a shape, with what fits beside it; arithmetic is told to who asks."""
    short = why if isinstance(why, Message) and len(str(why)) < 30 else ""
    found = Quantity(label, value, why, name, code)
    return replace(found, cells=(*found.shown, Cell(short)))


def _program(stack: Stack, picture: Lines) -> Lines:
    """Return the lines that make the same channels with a layer of torch."""
    count, _, kh, kw = stack.kernels.shape
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch import nn",
        *picture,
        "",
        CodeLine(
            "x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1)[None] / 255",
            why=message("from (H, W, 3) with 0 to 255 to (1, 3, H, W) with 0 to 1"),
        ),
        f"layer = nn.Conv2d(3, {count}, ({kh}, {kw}), stride={stack.stride}, padding={stack.padding})",
        CodeLine("weight = torch.tensor([", why=message("kernels × planes × kh × kw")),
    ]
    for kernel in stack.kernels:
        # As float32 prints, not as the float64 beside it.
        planes = ", ".join(str([[float(str(entry)) for entry in line] for line in plane]) for plane in kernel)
        lines.append(f"    [{planes}],")
    return [
        *lines,
        "])",
        f"bias = torch.tensor({[float(str(entry)) for entry in stack.bias]})",
        'layer.load_state_dict({"weight": weight, "bias": bias})',
        "with torch.no_grad():",
        "    y = layer(x)",
        CodeLine(
            "    parts = torch.cat([nn.functional.conv2d(x[:, [p]], weight[:1, [p]], stride=layer.stride, "
            "padding=layer.padding) for p in range(3)], dim=1)",
            why=message("what each plane adds to the first channel"),
        ),
    ]

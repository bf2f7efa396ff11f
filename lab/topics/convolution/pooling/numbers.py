"""Pooling as numbers, of the matrices and there and back, and their program."""

from __future__ import annotations

from collections.abc import Mapping

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.nets.convolution.code import tensor_lines
from lab.nets.convolution.pooling import Pooled, Way
from lab.nets.convolution.sizes import convolved

CALLS = {"max": "F.max_pool", "mean": "F.avg_pool", "min": "-F.max_pool"}


def program_head(way: Way, picture: Lines = ()) -> Numbers:
    """Return the beginning of the program, with the lines that make its picture: no numbers yet."""
    call, x = CALLS[way.how], "-x" if way.how == "min" else "x"
    if way.across:
        sizes = f"(3, {way.kernel}, {way.kernel}), (3, {way.stride}, {way.stride}), (0, {way.padding}, {way.padding})"
        call, why = f"{call}3d", message("the three channels are the depth of one volume: a window goes through all")
    else:
        sizes = f"{way.kernel}, {way.stride}, {way.padding}"
        call, why = f"{call}2d", message("window, stride and padding; each channel by itself")
    if way.how == "min":
        why = message("the least is minus the largest of all numbers times −1")
    pool = CodeLine(f"    return {call}({x}[None], {sizes})[0]", why=why)
    imports = "import torch", "from torch.nn import functional as F"
    return Numbers((), setup=(*imports, *picture, "", "", "def pool(x):", pool, "", ""))


def matrix_numbers(channels: Mapping[str, Array], pooled: Pooled | None, refusal: Message | None) -> Numbers:
    """Return sizes, sums, and which cells get a gradient."""
    if pooled is None:
        return Numbers((Quantity(message("result"), message("none"), refusal or "", mark="bad"),))
    image, result, gradient, way = pooled.image, pooled.result, pooled.gradient, pooled.way
    sizes = [convolved(image.shape[axis], way.kernel, way.padding, way.stride).arithmetic for axis in (1, 2)]
    into_one = message("{count} channels into 1", count=image.shape[0])
    names = [name if way.across else "matrix" for name in channels]
    quantities = (
        Quantity(
            message("size of the result"), result.shape[1:], "\n".join(dict.fromkeys(sizes)), "output_size",
            "pooled.shape[1:]", mark="strong",
        ),
        Quantity(
            message("numbers that become one"), pooled.window_size,
            f"{way.kernel} · {way.kernel}" + (" · 3" if way.across else ""),
        ),
        Quantity(message("channels"), into_one if way.across else message("each by itself")),
        Quantity(message("parameters"), 0, message("A window has no weights: there is nothing to learn in it.")),
        Quantity(message("result"), result, code="pooled", listed=False),
        Quantity(message("gradient"), gradient, code="small.grad", listed=False),
        Quantity(message("sum of the result"), float(result.sum()), "", "output_sum", "pooled.sum().item()"),
        Quantity(
            message("sum of the gradient"), float(gradient.sum()),
            message("The loss changes by 1 with each number of the result."),
            "gradient_sum", "small.grad.sum().item()", mark="strong",
        ),
        Quantity(
            message("largest gradient of a cell"), float(gradient.max()), message("Overlapping windows add up."),
            "gradient_largest", "small.grad.max().item()",
        ),
        Quantity(
            message("cells without gradient"), int((gradient == 0).sum()),
            message("of {count}; the loss does not notice when they change a little", count=image.size),
            "cells_without_gradient", "(small.grad == 0).sum().item()",
        ),
        Quantity(
            message("cells in several windows"), int((pooled.visits > 1).sum()),
            message("where the stride is less than the window"), "cells_in_several_windows",
        ),
        Quantity(
            message("cells in no window"), int((pooled.visits == 0).sum()),
            message("what is left over at the edge, or between the windows"),
        ),
    )  # fmt: skip
    tensors = [tensor_lines(name, channel) for name, channel in zip(names, channels.values(), strict=True)]
    setup: Lines = (
        *(line for lines in tensors for line in lines),
        f"small = torch.stack([{', '.join(names)}]).requires_grad_()",
        "pooled = pool(small)",
        CodeLine("pooled.sum().backward()", why=message("so that ∂loss/∂pooled is 1 everywhere")),
    )
    note = message(
        "∇ is the gradient where ∂loss/∂result is 1 everywhere. Of equal numbers the first gets it, as in torch."
    )
    call = {**CALLS, "min": "−F.max_pool(−x)"}[way.how].replace("pool", "pool3d" if way.across else "pool2d")
    checked = message("{call}, and its gradient by autograd.", call=call)
    return Numbers(quantities, note=note, setup=setup, checked=checked)

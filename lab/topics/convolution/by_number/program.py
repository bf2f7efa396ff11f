"""The same convolution as a program of a few lines."""

from __future__ import annotations

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.convolution.code import program, tensor_lines
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.by_number.sums import Working

MOST_PRINTED = 225


def by_number_program(working: Working, at: Pair) -> Code:
    """Return the program that computes the output with torch and prints the numbers of the page."""
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        *tensor_lines("image", working.image),
        *tensor_lines("kernel", working.kernel),
        f"bias = torch.tensor([{working.bias!r}], dtype=torch.float64)",
        "",
    ]
    if working.turned:
        why = message("Torch does not turn the kernel round; a convolution in the sense of mathematics does.")
        lines.append(CodeLine("kernel = kernel.flip(0, 1)", why=why))
    lines += [
        CodeLine("output = F.conv2d(", why=message("Torch wants (batch, channels, rows, columns): None adds an axis.")),
        "    image[None, None],",
        "    kernel[None, None],",
        "    bias,",
        f"    stride={working.stride},",
        f"    padding={working.padding},",
        f"    dilation={working.dilation},",
        ")[0, 0]",
        'print("output_size:", *output.shape)',
    ]
    if working.output.size <= MOST_PRINTED:
        lines.append('print("output:", *output.flatten().tolist())')
    lines += [
        f'print("value:", output[{at[0]}, {at[1]}].item())',
        'print("sum:", output.sum().item())',
        'print("multiplications:", output.numel() * kernel.numel())',
        'print("parameters:", kernel.numel() + bias.numel())',
    ]
    return program(lines)

"""A convolution layer on a colour picture, as a program."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.data.images.code import picture_lines
from lab.data.images.sources import PictureParams
from lab.nets.convolution.code import program
from lab.topics.convolution.colour.figures import Stack


def colour_program(params: PictureParams, stack: Stack, at: Sequence[int]) -> Code:
    """Return the program that makes the same channels with a layer of torch."""
    row, column = stack.nearest(at)
    count, _, kh, kw = stack.kernels.shape
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch import nn",
        *picture_lines(params),
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
    lines += [
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
        'print("input_shape:", *x.shape)',
        'print("weight_shape:", *layer.weight.shape)',
        'print("output_shape:", *y.shape)',
        'print("parameters:", sum(p.numel() for p in layer.parameters()))',
        'print("least:", y[0, 0].min().item())',
        'print("greatest:", y[0, 0].max().item())',
        f'print("partial_at:", *parts[0, :, {row}, {column}].tolist())',
        f'print("value_at:", *y[0, :, {row}, {column}].tolist())',
    ]
    return program(lines)

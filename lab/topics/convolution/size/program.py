"""A convolution layer as a program that says its sizes."""

from __future__ import annotations

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.convolution.code import program

_MOST = 2_000_000_000
"""Multiply-adds that a program may do in earnest; of more it asks for shapes only."""


def layer_lines(in_channels: int, out_channels: int, options: str, device: str = "") -> list[CodeLine | str]:
    """Return the lines that make a layer, as short as its defaults allow."""
    return [
        CodeLine(
            f"layer = nn.Conv2d({in_channels}, {out_channels}, {options}{device})",
            why=message("Pairs are rows, columns."),
        )
    ]


def size_program(channels: tuple[int, int], size: tuple[int, int], options: str, work: int, fits: bool) -> Code:
    """Return the program that puts an empty image through the layer, and counts."""
    meta = work > _MOST
    device = ', device="meta"' if meta else ""
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch import nn",
        "",
        *layer_lines(*channels, options, device),
        f"image = torch.zeros(1, {channels[0]}, {size[0]}, {size[1]}{device})",
        'print("parameters:", sum(p.numel() for p in layer.parameters()))',
        "",
        "try:",
        "    output = layer(image)",
        '    print("fits:", 1)',
        '    print("output_size:", *output.shape[2:])',
        CodeLine(
            '    print("multiply_adds:", output.numel() * layer.weight[0].numel())',
            why=message("One for each weight of a kernel, for each number of the output."),
        ),
        CodeLine(
            "except RuntimeError as error:",
            why=message("torch refuses a kernel that is larger than the padded input."),
        ),
        '    print("fits:", 0)',
        "    print(error)",
    ]
    if fits and not meta:
        lines += [
            "",
            CodeLine(
                "nn.init.ones_(layer.weight)",
                why=message("With weights of 1 the gradient of the sum counts in how many windows a pixel is."),
            ),
            "image.requires_grad_()",
            "layer(image).sum().backward()",
            'print("unvisited_pixels:", (image.grad[0, 0] == 0).sum().item())',
        ]
    note = message("On the “meta” device torch computes shapes only: this image would take too long.") if meta else ""
    return program(lines, note)

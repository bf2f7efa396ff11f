"""The networks of the comparison as a program."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.convolution.code import program
from lab.topics.convolution.pooling_or_stride.ways import CLASSES, SHAPE, SIDE, Counted, Way


def stride_program(counts: Mapping[Way, Counted], kernel: int, strided_kernel: int) -> Code:
    """Return the program that builds both networks and counts what they have."""
    lines: list[CodeLine | str] = ["import torch", "from torch import nn", ""]
    lines += _network("pooling", counts["max"], kernel, pools=True)
    lines += _network("stride", counts["stride"], strided_kernel, pools=False)
    lines += [
        "",
        'for name, network in (("pooling", pooling), ("stride", stride)):',
        CodeLine(
            f"    features = network[:-2](torch.zeros(1, {SHAPE[0]}, {SHAPE[1]}, {SHAPE[2]}))",
            why=message("what all layers before flatten make of an image"),
        ),
        '    print(f"output_size_{name}:", *features.shape[1:])',
        '    print(f"parameters_{name}:", sum(p.numel() for p in network.parameters()))',
    ]
    note = message(
        "For mean pooling write nn.AvgPool2d. Together with the convolution before it, that is one convolution with "
        "stride 2, whose kernel is one larger."
    )
    return program(lines, note)


def _network(name: str, count: Counted, kernel: int, pools: bool) -> list[CodeLine | str]:
    lines: list[CodeLine | str] = [f"{name} = nn.Sequential("]
    before, stride, padding = SHAPE[0], 1 if pools else SIDE, (kernel - 1) // 2
    for channels in (layer.shape_out[0] for layer in count.layers if layer.kind == "conv"):
        why = "" if pools else message("the window goes two pixels at a time: a quarter of the places")
        lines.append(
            CodeLine(f"    nn.Conv2d({before}, {channels}, {kernel}, stride={stride}, padding={padding}),", why=why)
        )
        if pools:
            lines.append(
                CodeLine(f"    nn.MaxPool2d({SIDE}),", why=message("of four places the largest: no parameters"))
            )
        lines.append("    nn.ReLU(),")
        before = channels
    return [*lines, "    nn.Flatten(),", f"    nn.Linear({math.prod(count.features)}, {CLASSES}),", ")"]

"""The filtering of a picture as a program."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.data.images.code import picture_lines
from lab.data.images.planes import GREY_LINE
from lab.data.images.sources import PictureParams
from lab.nets.convolution.code import program, tensor_lines
from lab.nets.convolution.kernels import GALLERY
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.kernels.figures import Filtered


@dataclass(frozen=True)
class Asked:
    """What was asked for: one kernel or many, in colours or grey, and what happens to the sums."""

    together: str
    coloured: bool
    after: str
    filtered: Filtered


def kernels_program(params: PictureParams, asked: Asked, at: Pair) -> Code:
    """Return the program that filters the same picture with torch."""
    filtered = asked.filtered
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch.nn import functional as F",
        *picture_lines(params),
        "",
        CodeLine(
            "x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1) / 255",
            why=message("from (H, W, 3) with 0 to 255 to (3, H, W) with 0 to 1"),
        ),
    ]
    if not asked.coloured:
        lines.append(CodeLine(GREY_LINE, why=message("brightness, as the eye weighs the colours")))
    options = f"stride={filtered.stride}, padding={filtered.padding}"
    if asked.together == "one":
        lines += [
            *tensor_lines("kernel", filtered.kernels[0], "torch.float32"),
            CodeLine(
                f"y = F.conv2d(x[:, None], kernel[None, None], {options})[:, 0]",
                why=message("each plane as an image of its own, so that each goes through the same kernel"),
            ),
        ]
        if asked.after != "nothing":
            lines.append("y = F.relu(y)" if asked.after == "relu" else "y = y.abs()")
        lines.append("first = y")
    else:
        lines += _bank(asked)
        lines.append("first = y[:1]")
    lines += [
        'print("output_size:", *y.shape[-2:])',
        'print("channels:", len(y))',
        'print("least:", first.min().item())',
        'print("greatest:", first.max().item())',
        f'print("value_at:", *y[:, {at[0]}, {at[1]}].tolist())',
    ]
    return program(lines)


def _bank(asked: Asked) -> list[CodeLine | str]:
    """Return the lines of several kernels at once: the result has a channel for each."""
    filtered = asked.filtered
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
    if asked.together == "edges":
        lines.append("y = torch.cat([y, (y[:1] ** 2 + y[1:] ** 2).sqrt()])")
    return lines

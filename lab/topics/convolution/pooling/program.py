"""Pooling as a program."""

from __future__ import annotations

from collections.abc import Mapping

from lab.core.code import Code, CodeLine
from lab.core.events import Array
from lab.core.text import message
from lab.nets.convolution.code import program, tensor_lines
from lab.nets.convolution.pooling import Way

Area = tuple[int, int, int, int]
"""First and last row, first and last column, each last not included."""


def pooling_program(
    way: Way,
    channels: Mapping[str, Array],
    picture: tuple[CodeLine, ...],
    noise: tuple[float, int],
    areas: tuple[Area, Area | None],
) -> Code:
    """Return the program that pools the matrices, if there are any, and a picture with noise (deviation, seed).

    `picture` are the lines that make its `image`; `areas` is where it is flat, before and after.
    """
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch.nn import functional as F",
        *picture,
        "",
        "",
        "def pool(x):",
        *_pooling(way, len(channels)),
        "",
        "",
    ]
    if channels:
        lines += _matrices(channels)
    return program([*lines, *_picture(noise, areas)])


def _pooling(way: Way, count: int) -> list[CodeLine | str]:
    call = "F.avg_pool" if way.how == "mean" else "F.max_pool"
    if way.across:
        sizes = f"(3, {way.kernel}, {way.kernel}), (3, {way.stride}, {way.stride}), (0, {way.padding}, {way.padding})"
        call, why = f"{call}3d", message("the three channels are the depth of one volume: a window goes through all")
    else:
        sizes = f"{way.kernel}, {way.stride}, {way.padding}"
        call, why = f"{call}2d", message("window, stride and padding; each channel by itself")
    if way.how == "min":
        why = message("the least is minus the largest of all numbers times −1")
        return [CodeLine(f"    return -{call}(-x[None], {sizes})[0]", why=why)]
    return [CodeLine(f"    return {call}(x[None], {sizes})[0]", why=why)]


def _matrices(channels: Mapping[str, Array]) -> list[CodeLine | str]:
    lines: list[CodeLine | str] = []
    names = [name if len(channels) > 1 else "matrix" for name in channels]
    for name, channel in zip(names, channels.values(), strict=True):
        lines += tensor_lines(name, channel)
    return [
        *lines,
        f"small = torch.stack([{', '.join(names)}]).requires_grad_()",
        "pooled = pool(small)",
        CodeLine("pooled.sum().backward()", why=message("so that ∂loss/∂pooled is 1 everywhere")),
        'print("output_size:", *pooled.shape[1:])',
        'print("output_sum:", pooled.sum().item())',
        'print("gradient_sum:", small.grad.sum().item())',
        'print("gradient_largest:", small.grad.max().item())',
        'print("cells_without_gradient:", (small.grad == 0).sum().item())',
        "",
    ]


def _picture(noise: tuple[float, int], areas: tuple[Area, Area | None]) -> list[CodeLine | str]:
    before, after = areas
    lines: list[CodeLine | str] = [
        "x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1) / 255",
        f"noise = {noise[0]!r} * torch.randn(x.shape, generator=torch.Generator().manual_seed({noise[1]}))",
        "y = pool(x + noise)",
        'print("picture_size:", *y.shape[1:])',
        'print("contrast_before:", (x + noise).double().std(correction=0).item())',
        'print("contrast_after:", y.double().std(correction=0).item())',
        CodeLine(
            f"flat = noise[:, {before[0]}:{before[1]}, {before[2]}:{before[3]}]",
            why=message("the flattest square of the picture"),
        ),
        'print("noise_before:", flat.double().std(correction=0).item())',
    ]
    if after is not None:
        lines += [
            CodeLine(
                f"left = (y - pool(x))[:, {after[0]}:{after[1]}, {after[2]}:{after[3]}]",
                why=message("what the noise has changed there"),
            ),
            'print("noise_after:", left.double().std(correction=0).item())',
            'print("shift_after:", left.double().mean().item())',
        ]
    return lines

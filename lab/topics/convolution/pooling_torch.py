"""Pooling by torch, in two dimensions or across three channels."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from lab.convolution.numbers import Pooling


def pool(image: Tensor, how: Pooling, kernel: int, stride: int, padding: int, across: bool) -> Tensor:
    """Pool an image (C, H, W): (C, rows, columns), or (1, rows, columns) across the channels."""
    if how == "min":
        return -pool(-image, "max", kernel, stride, padding, across)
    if not across:
        call = functional.avg_pool2d if how == "mean" else functional.max_pool2d
        flat: Tensor = call(image[None], kernel, stride=stride, padding=padding)[0]
        return flat
    depth = image.shape[0]
    size, step, around = (depth, kernel, kernel), (depth, stride, stride), (0, padding, padding)
    if how == "mean":
        return functional.avg_pool3d(image[None], size, stride=step, padding=around)[0]
    volume: Tensor = functional.max_pool3d(image[None], size, stride=step, padding=around)[0]
    return volume

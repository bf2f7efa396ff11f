"""Pooling by torch, in two dimensions or across the channels."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from lab.nets.convolution.pooling import Way


def pool(image: Tensor, way: Way) -> Tensor:
    """Pool an image (C, H, W): (C, rows, columns), or (1, rows, columns) across the channels."""
    if way.how == "min":
        return -_pool(-image, way)
    return _pool(image, way)


def _pool(image: Tensor, way: Way) -> Tensor:
    side, step, edge = way.kernel, way.stride, way.padding
    result: Tensor
    if way.across:
        sizes = (image.shape[0], side, side), (image.shape[0], step, step), (0, edge, edge)
        result = (functional.avg_pool3d if way.how == "mean" else functional.max_pool3d)(image[None], *sizes)[0]
    else:
        result = (functional.avg_pool2d if way.how == "mean" else functional.max_pool2d)(image[None], side, step, edge)[
            0
        ]
    return result

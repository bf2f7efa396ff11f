"""Whole pictures through kernels, by torch: what follows the hand on a photograph."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.nets.convolution.numbers import Pair


def each_channel(image: Array, kernel: Array, *, padding: Pair = (0, 0), stride: Pair = (1, 1)) -> Array:
    """Return every channel of an image (H, W, C) float32 convolved with the same kernel (kh, kw): (rows, columns, C).

    Channels stay last all the way, of the kernel too: a photograph lies in memory like that, and torch is three to four
    times as fast with it.
    """
    import torch
    from torch.nn import functional

    channels = image.shape[2]
    weights = torch.from_numpy(np.ascontiguousarray(kernel, np.float32)).expand(channels, 1, *kernel.shape)
    with torch.no_grad():
        planes = torch.from_numpy(image[None]).permute(0, 3, 1, 2)
        weights = weights.contiguous(memory_format=torch.channels_last)
        result = functional.conv2d(planes, weights, stride=stride, padding=padding, groups=channels)
    filtered: Array = result[0].permute(1, 2, 0).contiguous().numpy()
    return filtered


def all_channels(image: Array, kernels: Array, bias: Array, *, padding: Pair = (0, 0), stride: Pair = (1, 1)) -> Array:
    """Return an image (H, W, C) float32 convolved with kernels (N, C, kh, kw) and bias (N,): (N, rows, columns)."""
    import torch
    from torch.nn import functional

    with torch.no_grad():
        planes = torch.from_numpy(image[None]).permute(0, 3, 1, 2)
        weights, offsets = (torch.from_numpy(np.ascontiguousarray(part, np.float32)) for part in (kernels, bias))
        result = functional.conv2d(planes, weights, offsets, stride=stride, padding=padding)
    filtered: Array = result[0].contiguous().numpy()
    return filtered

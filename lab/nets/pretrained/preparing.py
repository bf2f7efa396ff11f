"""From a photograph to what a network trained on ImageNet takes, and the names of its thousand classes."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from lab.core.events import Array
from lab.nets.pretrained.efficientnet_lite import SIZE

OURS = ((127.0,) * 3, (128.0,) * 3)
"""What is taken away from red, green and blue, 0 to 255, and what they are divided by: for EfficientNet-Lite."""
TORCHVISION = ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
"""The same for torchvision's networks: mean and standard deviation of ImageNet's pixels."""


def middle(pixels: Array) -> tuple[int, int, int]:
    """Return where the largest square in the middle of a picture (H, W, 3) lies: first row, first column, its side."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    return (height - side) // 2, (width - side) // 2, side


def square(pixels: Array, size: int = SIZE) -> Array:
    """Return the largest square in the middle of a picture (H, W, 3) uint8, resized (bicubic) to (size, size, 3)."""
    from PIL import Image

    row, column, side = middle(pixels)
    cut = np.ascontiguousarray(pixels[row : row + side, column : column + side])
    return np.asarray(Image.fromarray(cut).resize((size, size), Image.Resampling.BICUBIC))


def prepared(pixels: Array, size: int = SIZE, scale: tuple[tuple[float, ...], tuple[float, ...]] = OURS) -> Tensor:
    """Return a picture (H, W, 3) uint8 as a network takes it, float32 (3, size, size)."""
    values = torch.tensor(square(pixels, size)).permute(2, 0, 1).float()
    shift, over = (torch.tensor(part).view(3, 1, 1) for part in scale)
    return ((values - shift) / over).contiguous()


@cache
def class_names() -> tuple[str, ...]:
    """Return ImageNet's thousand classes in their order; imports torchvision, which takes a second."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])

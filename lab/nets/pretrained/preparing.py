"""From a photograph to what a network trained on ImageNet takes, and the names of its thousand classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.nets.pretrained.kept import ALWAYS
from lab.nets.zoo.catalogue import NETWORKS

if TYPE_CHECKING:
    from torch import Tensor

Three = tuple[float, float, float]
SIZE = 224
"""Pixels of a side of the images that EfficientNet-Lite0 and most others were trained on."""


@dataclass(frozen=True)
class Preparation:
    """How a picture is made ready: a square in its middle, resized, and scaled colour by colour.

    size: pixels of a side. share: of the shorter side of the picture that the square takes. shift and over: what is
    taken away from red, green and blue, 0 to 255, and what they are divided by. bicubic: resized so, or bilinear.
    """

    size: int = SIZE
    share: float = 1.0
    shift: Three = (127.0, 127.0, 127.0)
    over: Three = (128.0, 128.0, 128.0)
    bicubic: bool = True


def middle(pixels: Array, share: float = 1.0) -> tuple[int, int, int]:
    """Return where the square in the middle of a picture (H, W, 3) lies: first row, first column, its side."""
    height, width = pixels.shape[:2]
    side = max(round(min(height, width) * share), 1)
    return (height - side) // 2, (width - side) // 2, side


def square(pixels: Array, how: Preparation | None = None) -> Array:
    """Return the square in the middle of a picture (H, W, 3) uint8 as a network sees it, (size, size, 3) uint8."""
    from PIL import Image

    how = how or Preparation()
    row, column, side = middle(pixels, how.share)
    cut = np.ascontiguousarray(pixels[row : row + side, column : column + side])
    way = Image.Resampling.BICUBIC if how.bicubic else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(cut).resize((how.size, how.size), way))


def prepared(pixels: Array, how: Preparation | None = None) -> Tensor:
    """Return a picture (H, W, 3) uint8 as a network takes it, float32 (3, size, size).

    Without `how`, as EfficientNet-Lite0 does: 224 × 224, (pixel − 127) / 128.
    """
    import torch

    how = how or Preparation()
    values = torch.tensor(square(pixels, how)).permute(2, 0, 1).float()
    shift, over = (torch.tensor(part).view(3, 1, 1) for part in (how.shift, how.over))
    return ((values - shift) / over).contiguous()


def preparation(name: str, weights: str = "") -> Preparation:
    """Return how a network takes pictures, as it was published; `weights` is one of torchvision's names for them."""
    if name == ALWAYS:
        return Preparation()
    from torchvision.models import get_model_weights
    from torchvision.transforms import InterpolationMode

    preset = get_model_weights(name)[weights or NETWORKS[name].newest.name].transforms()
    size, resized = preset.crop_size[0], preset.resize_size[0]
    shift, over = ([255.0 * each for each in part] for part in (preset.mean, preset.std))
    return Preparation(
        size,
        size / resized,
        (shift[0], shift[1], shift[2]),
        (over[0], over[1], over[2]),
        preset.interpolation == InterpolationMode.BICUBIC,
    )


@cache
def class_names() -> tuple[str, ...]:
    """Return ImageNet's thousand classes in their order; imports torchvision, which takes a second."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])

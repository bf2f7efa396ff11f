"""From grey images to the input of a network."""

from __future__ import annotations

import torch
from torch import Tensor

from lab.core.events import Array

SCALES = {"standard": (0.1307, 0.3081), "symmetric": (0.5, 0.5)}
"""What is taken away from pixels in [0, 1], and what they are divided by then: mean and standard deviation of those of
MNIST's 60,000 training digits, as commonly used; or what makes them reach from −1 to 1.
"""


def as_tensor(images: Array) -> Tensor:
    """Return uint8 images (N, H, W) as float32 (N, 1, H, W) in [0, 1]."""
    return torch.tensor(images).unsqueeze(1).float().div_(255)


def scaled(images: Tensor, pixels: str) -> Tensor:
    """Scale images in [0, 1] as the parameter `pixels` says: "unit" leaves them, others are one of `SCALES`."""
    if pixels == "unit":
        return images
    shift, over = SCALES[pixels]
    return (images - shift) / over

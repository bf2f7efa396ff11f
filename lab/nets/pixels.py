"""From grey images to the input of a network."""

from __future__ import annotations

import torch
from torch import Tensor

from lab.core.events import Array

# Mean and standard deviation of the pixels of MNIST's 60,000 training digits, as commonly used.
MEAN, DEVIATION = 0.1307, 0.3081


def as_tensor(images: Array) -> Tensor:
    """Return uint8 images (N, H, W) as float32 (N, 1, H, W) in [0, 1]."""
    return torch.tensor(images).unsqueeze(1).float().div_(255)


def scaled(images: Tensor, pixels: str) -> Tensor:
    """Scale images in [0, 1] as the parameter `pixels` says: "unit" leaves them, "standard" standardises."""
    return (images - MEAN) / DEVIATION if pixels == "standard" else images

"""From grey images to the input of a network."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from lab.core.events import Array

SCALES = {"standard": (0.1307, 0.3081), "symmetric": (0.5, 0.5)}
"""What is taken away from pixels in [0, 1], and what they are divided by then: mean and standard deviation of those of
MNIST's 60,000 training digits, as commonly used; or what makes them reach from −1 to 1.
"""


def as_tensor(images: Array) -> Tensor:
    """Return uint8 images (N, H, W) or (N, H, W, 3) as float32 (N, 1 or 3, H, W) in [0, 1]."""
    found = torch.tensor(images)
    return (found.unsqueeze(1) if found.ndim == 3 else found.permute(0, 3, 1, 2)).float().div_(255)


def scaled(images: Tensor, pixels: str) -> Tensor:
    """Scale images in [0, 1] as the parameter `pixels` says: "unit" leaves them, others are one of `SCALES`."""
    if pixels == "unit":
        return images
    shift, over = SCALES[pixels]
    return (images - shift) / over


def mirrored(images: Tensor, share: float, generator: Generator) -> Tensor:
    """Return images (N, C, H, W), each mirrored left to right with a probability."""
    chosen = torch.rand(len(images), generator=generator, device=generator.device) < share
    return torch.where(chosen.to(images.device)[:, None, None, None], images.flip(3), images)

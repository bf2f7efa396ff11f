"""Bars across images, and how alike two images are, with the background and without. Programs show these functions."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def barred(images: Tensor, width: int, generator: Generator) -> Tensor:
    """Return images (N, 784) with a white bar each, standing or lying, from row or column 10 to 20 on."""
    count, device = len(images), images.device
    starts = torch.randint(10, 21, (count, 1), generator=generator, device=device)
    lying = torch.rand((count, 1), generator=generator, device=device) < 0.5
    places = torch.arange(784, device=device)
    along = torch.where(lying, places // 28, places % 28)
    return images.masked_fill((along >= starts) & (along < starts + width), 1.0)


def correlations(originals: Tensor, others: Tensor) -> Tensor:
    """Return Pearson's r (N,) of each two images (N, 784), over all pixels; 0 where one of them is all of one grey."""
    a, b = originals.double(), others.double()
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    sizes = (a.square().sum(1) * b.square().sum(1)).sqrt()
    return (a * b).sum(1) / sizes.clamp(min=1e-12)


def bright_only(originals: Tensor, others: Tensor, least: float = 1e-4) -> Tensor:
    """Return Pearson's r (N,) over those pixels alone that are brighter than `least` in both: the biased measure."""
    kept = ((originals > least) & (others > least)).double()
    a, b, count = originals.double() * kept, others.double() * kept, kept.sum(1, keepdim=True).clamp(min=1)
    a, b = (a - a.sum(1, keepdim=True) / count) * kept, (b - b.sum(1, keepdim=True) / count) * kept
    sizes = (a.square().sum(1) * b.square().sum(1)).sqrt()
    return (a * b).sum(1) / sizes.clamp(min=1e-12)

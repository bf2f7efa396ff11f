"""Small photographs, or clothes that stand in for them, as a network of 32 × 32 pixels takes them. Needs torch."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def planes(images: Tensor) -> Tensor:
    """Return images (N, 32, 32, 3) or (N, 28, 28) uint8 as (N, C, 32, 32) in [0, 1]; the smaller get a black border."""
    values = images.float() / 255
    return functional.pad(values[:, None], (2, 2, 2, 2)) if values.ndim == 3 else values.permute(0, 3, 1, 2)

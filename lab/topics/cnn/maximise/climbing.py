"""An image that climbs: each step makes one unit of a network answer it more strongly. Pages and programs run this."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional


def activations(network: nn.Sequential, layer: str, middle: bool, images: Tensor) -> Tensor:
    """Return what the units of a layer (N, U) say of images (N, 1, H, W) in [0, 1].

    A unit of a layer with maps is one of its channels: the mean over its map or, with `middle`, the place in the
    middle alone.
    """
    place = [name for name, _ in network.named_children()].index(layer)
    values: Tensor = network[: place + 1](images)
    if values.ndim == 2:
        return values
    return values[:, :, values.shape[2] // 2, values.shape[3] // 2] if middle else values.mean((2, 3))


def blurred(images: Tensor, width: float) -> Tensor:
    """Return images blurred by a Gaussian of `width` pixels, cut off behind two of them; 0 leaves them."""
    if width == 0:
        return images
    line = torch.exp(-(torch.arange(-2.0, 3.0) ** 2) / (2 * width**2))
    kernel = (line[:, None] * line / line.sum() ** 2)[None, None]
    return functional.conv2d(functional.pad(images, (2, 2, 2, 2), "replicate"), kernel)


def climbed(
    network: nn.Sequential,
    layer: str,
    middle: bool,
    units: Tensor,
    images: Tensor,
    rate: float,
    jitter: int,
    blur: float,
    decay: float,
    generator: Generator,
) -> Tensor:
    """Return images (N, 1, H, W) one step higher, each for its unit of `units` (N,).

    A step changes pixels by `rate`, as the root of the mean square; it is taken on images that were moved by up to
    `jitter` pixels, and are moved back. Then they are blurred, and a share `decay` of them is taken away.
    """
    down, right = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
    moved = torch.roll(images, (down, right), (2, 3)).requires_grad_(True)
    heights = activations(network, layer, middle, moved)[torch.arange(len(units)), units]
    (slope,) = torch.autograd.grad(heights.sum(), moved)
    length = slope.square().mean((1, 2, 3), keepdim=True).sqrt().clamp(min=1e-12)
    images = torch.roll(moved.detach() + rate * slope / length, (-down, -right), (2, 3))
    return ((1 - decay) * blurred(images, blur)).clamp(0, 1)

"""Small changes of images that change the answer: along the gradient, in one step or in many, and at random.

Pages and programs run this.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional


def uphill(network: nn.Module, images: Tensor, answers: Tensor) -> Tensor:
    """Return the gradient of the cross-entropy of `answers` (N,) by the pixels of images (N, 1, H, W)."""
    images = images.detach().requires_grad_(True)
    loss = functional.cross_entropy(network(images), answers, reduction="sum")
    return torch.autograd.grad(loss, images)[0]


def path_of(network: nn.Module, images: Tensor, answers: Tensor, steps: int, step: float) -> tuple[Tensor, Tensor]:
    """Return images on their way up the loss (steps + 1, N, …), and the signs of the gradient there (steps, N, …).

    The first sign is all that one large step needs; the way itself is that of many small ones.
    """
    way, signs = [images], list[Tensor]()
    for _ in range(steps):
        signs.append(uphill(network, way[-1], answers).sign())
        way.append((way[-1] + step * signs[-1]).clamp(0, 1))
    return torch.stack(way), torch.stack(signs)


def nudged(way: Tensor, signs: Tensor, coins: Tensor, step: float, size: float) -> Tensor:
    """Return images (3, N, …) changed by at most `size` in each pixel: by one step, by many, and by `coins` of ±1."""
    whole = min(int(size / step + 1e-9), len(signs) - 1)
    many = way[whole] + (size - whole * step) * signs[whole]
    return torch.stack((way[0] + size * signs[0], many, way[0] + size * coins)).clamp(0, 1)


def tossed(count: int, generator: Generator) -> Tensor:
    """Return a coin of ±1 for each pixel of so many images (count, 1, 28, 28)."""
    return 2.0 * torch.randint(0, 2, (count, 1, 28, 28), generator=generator) - 1


def kept(network: nn.Module, images: Tensor, sizes: list[float], step: float, generator: Generator) -> Tensor:
    """Return whether the answer stays (3, sizes, N), for each of the three ways and each of `sizes`."""
    with torch.no_grad():
        answers = network(images).argmax(1)
    way, signs = path_of(network, images, answers, round(max(sizes) / step), step)
    coins = tossed(len(images), generator)
    with torch.no_grad():
        each = [network(nudged(way, signs, coins, step, size).flatten(0, 1)).argmax(1) for size in sizes]
    return torch.stack([found.reshape(3, -1) == answers for found in each], 1)

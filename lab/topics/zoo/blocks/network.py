"""Networks of blocks for small images, as in He and others (2016), with the way past each block and without."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """Two convolutions F; it gives relu(F(x)), and where it is `residual`, relu(x + F(x)).

    Where the channels become more, or the stride is 2, x does not fit F(x): then it is taken at every second place and
    filled up with channels of zeros (A in the paper), or goes through a convolution of 1 × 1 where it is `projected`
    (B). norm: whether batch norm follows each convolution.
    """

    def __init__(
        self, before: int, channels: int, stride: int, *, residual: bool, norm: bool, projected: bool = False
    ) -> None:
        super().__init__()
        self.residual, self.stride, self.more = residual, stride, channels - before
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=not norm)
        self.norm1 = nn.BatchNorm2d(channels) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=not norm)
        self.norm2 = nn.BatchNorm2d(channels) if norm else nn.Identity()
        self.past: nn.Module = nn.Identity()
        if residual and projected and (stride > 1 or self.more):
            self.past = nn.Sequential(
                nn.Conv2d(before, channels, 1, stride, bias=not norm),
                nn.BatchNorm2d(channels) if norm else nn.Identity(),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Return what it makes of `x` (N, C, H, W)."""
        found: Tensor = self.norm2(self.conv2(functional.relu(self.norm1(self.conv1(x)))))
        if self.residual:
            past = self.past(x)
            if past.shape != found.shape:
                past = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
            found = past + found
        return functional.relu(found)


class Network(nn.Module):
    """A convolution, three stages of equally many blocks, the mean of each map, and a linear layer: 6 · blocks + 2.

    Each of the stages has its number of channels, and the second and third halve the sides.
    """

    def __init__(
        self,
        blocks: int,
        channels: Sequence[int],
        classes: int,
        *,
        residual: bool,
        norm: bool,
        projected: bool = False,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, channels[0], 3, 1, 1, bias=not norm)
        self.norm = nn.BatchNorm2d(channels[0]) if norm else nn.Identity()
        kind = {"residual": residual, "norm": norm, "projected": projected}
        made, before = [], channels[0]
        for stage, width in enumerate(channels):
            for place in range(blocks):
                made.append(Block(before, width, 2 if stage and place == 0 else 1, **kind))
                before = width
        self.blocks = nn.Sequential(*made)
        self.output = nn.Linear(before, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (N, K) of images (N, 1, H, W)."""
        maps = self.blocks(functional.relu(self.norm(self.conv(images))))
        found: Tensor = self.output(maps.mean((2, 3)))
        return found


def begin_as_identity(network: nn.Module) -> None:
    """Let each block begin with F(x) = 0: by the scale of its last batch norm, or by its last weights without one."""
    for block in network.modules():
        if isinstance(block, Block):
            last: nn.Module = block.norm2 if isinstance(block.norm2, nn.BatchNorm2d) else block.conv2
            for numbers in last.parameters():
                nn.init.zeros_(numbers)


def kernels(network: nn.Module) -> list[Tensor]:
    """Return the weights of the convolutions that images go through one after the other, the first one first."""
    modules = network.named_modules()
    return [each.weight for name, each in modules if isinstance(each, nn.Conv2d) and "past" not in name]


def gradient_sizes(weights: Sequence[Tensor]) -> Tensor:
    """Return the root of the mean square of each weight's gradient (L,), in double precision."""
    found = (each.grad for each in weights)
    return torch.stack([each.double().square().mean().sqrt() for each in found if each is not None])

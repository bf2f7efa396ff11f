"""A kept network as this page needs it: ready for gradients by pixels, which are from 0 to 1 for every network."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from lab.nets.pixels import SCALES
from lab.running.classifier import KeptModel, Recogniser


class Scaled(nn.Module):
    """Takes a number away from pixels, and divides them by another."""

    def __init__(self, shift: float, over: float) -> None:
        super().__init__()
        self.shift, self.over = shift, over

    def forward(self, images: Tensor) -> Tensor:
        """Return them so."""
        return (images - self.shift) / self.over


def seeing(model: KeptModel) -> nn.Sequential:
    """Return its network for images (N, 1, 28, 28) in [0, 1], fixed. Raises RunError where its weights do not fit."""
    layers = OrderedDict(Recogniser(model).network.named_children())
    if model.params.pixels != "unit":
        layers = OrderedDict([("pixels", Scaled(*SCALES[model.params.pixels])), *layers.items()])
    # In one memory format, a program has the same bits.
    return nn.Sequential(layers).eval().to(memory_format=torch.channels_last).requires_grad_(False)

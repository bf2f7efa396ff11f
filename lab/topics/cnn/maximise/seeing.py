"""A kept network as this page needs it: ready for gradients by pixels, which are from 0 to 1 for every network."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from lab.running.classifier import KeptModel, Recogniser


class Standardised(nn.Module):
    """Scales pixels as the digits of MNIST are standardised."""

    def forward(self, images: Tensor) -> Tensor:
        """Return images with mean 0 and deviation 1."""
        return (images - 0.1307) / 0.3081


def seeing(model: KeptModel) -> nn.Sequential:
    """Return its network for images (N, 1, 28, 28) in [0, 1], fixed. Raises RunError where its weights do not fit."""
    layers = OrderedDict(Recogniser(model).network.named_children())
    if model.params.pixels == "standard":
        layers = OrderedDict([("pixels", Standardised()), *layers.items()])
    # In one memory format, a program has the same bits.
    return nn.Sequential(layers).eval().to(memory_format=torch.channels_last).requires_grad_(False)

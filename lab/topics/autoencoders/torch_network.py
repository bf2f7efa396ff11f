"""The dense autoencoder in torch, and what it is trained for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.nets.network import initialise
from lab.nets.registry.activations import ACTIVATIONS
from lab.training.task import Sum, Task


def bce(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return torch's binary cross-entropy; of outputs that are no numbers NaN, where torch's own raises an error."""
    return functional.binary_cross_entropy(outputs.nan_to_num(0.5), targets) + (0 * outputs).sum()


LOSSES: Mapping[str, Sum] = {"mse": functional.mse_loss, "bce": bce}


class Coder(nn.Module):
    """Dense layers of `sizes`, the code in their middle; the last one has a sigmoid. Images are rows (N, pixels).

    What becomes of the code between both halves is for others to say.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "relu", code_activation: str = "") -> None:
        super().__init__()
        middle = len(sizes) // 2
        kinds = [activation] * (len(sizes) - 2) + ["sigmoid"]
        kinds[middle - 1] = code_activation or activation
        parts = [
            (nn.Linear(*pair), ACTIVATIONS[kind].in_torch()) for pair, kind in zip(pairwise(sizes), kinds, strict=True)
        ]
        self.encoder = nn.Sequential(*(module for part in parts[:middle] for module in part))
        self.decoder = nn.Sequential(*(module for part in parts[middle:] for module in part))

    def encode(self, images: Tensor) -> Tensor:
        """Return the codes (N, units) of images (N, pixels)."""
        codes: Tensor = self.encoder(images)
        return codes

    def decode(self, codes: Tensor) -> Tensor:
        """Return the images (N, pixels) in [0, 1] that are made of codes."""
        images: Tensor = self.decoder(codes)
        return images


class Autoencoder(Coder):
    """A code is decoded as it is."""

    def forward(self, images: Tensor) -> Tensor:
        """Return what is made of images."""
        return self.decode(self.encode(images))


def drawn(sizes: Sequence[int], activation: str, seed: int, code_activation: str = "") -> Autoencoder:
    """Return an autoencoder with torch's usual first weights; the same seed gives the same ones."""
    network = Autoencoder(sizes, activation, code_activation)
    initialise(network, "default", torch.Generator().manual_seed(seed))
    return network


def mse_sum(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the sum over images of their mean squared error."""
    return functional.mse_loss(outputs, targets) * len(targets)


def reconstruction(loss: str) -> Task:
    """Return the task to give images back, learned by a loss of a name and judged by mean squared error as well."""
    descended = LOSSES[loss]
    return Task(descended, lambda outputs, targets: descended(outputs, targets) * len(targets), {"mse": mse_sum})

"""The variational autoencoder in torch: a code is a mean and a spread, from which one is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.nets.network import initialise
from lab.topics.autoencoders.torch_network import LOSSES, Coder
from lab.training.task import Task
from lab.training.trainer import JUDGED_AT_ONCE

Drawn = tuple[Tensor, Tensor, Tensor]
"""What the network gives for N images: images (N, pixels), means (N, units), logarithms of variances (N, units)."""


class Variational(Coder):
    """An autoencoder whose code is drawn from a normal distribution, of which the encoder gives mean and spread."""

    def __init__(self, sizes: Sequence[int], activation: str = "relu") -> None:
        super().__init__(sizes, activation, "identity")
        middle = len(sizes) // 2
        self.spread = nn.Linear(sizes[middle - 1], sizes[middle])

    def both(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means of the codes of images, and the logarithms of their variances."""
        # The last two modules of the encoder are its last sums, and no activation.
        hidden = self.encoder[:-2](images)
        return self.encoder[-2](hidden), self.spread(hidden)

    def forward(self, images: Tensor) -> Drawn:
        """Return what is made of images, and the distributions from which their codes were drawn.

        In training the noise is torch's own; else it is the same each time, so that a judgement is one too.
        """
        mean, spread = self.both(images)
        noise = torch.randn_like(mean) if self.training else steady(mean)
        return self.decode(mean + torch.exp(spread / 2) * noise), mean, spread


def steady(like: Tensor) -> Tensor:
    """Return noise (N, units) that is the same each time, and for each part of examples that are judged together."""
    table = torch.randn(JUDGED_AT_ONCE, like.shape[1], generator=torch.Generator().manual_seed(0))
    return table[torch.arange(len(like)) % JUDGED_AT_ONCE].to(like.device)


def divergences(mean: Tensor, spread: Tensor) -> Tensor:
    """Return the KL divergence (N, units) of normal distributions from the standard normal one, in nats."""
    return (mean.square() + spread.exp() - 1 - spread) / 2


def drawn(sizes: Sequence[int], activation: str, seed: int) -> Variational:
    """Return the network with its first weights; the same seed gives the same ones."""
    network = Variational(sizes, activation)
    initialise(network, "default", torch.Generator().manual_seed(seed))
    return network


def task(loss: str, beta: float) -> Task:
    """Return the task to give images back from codes that stay near the standard normal distribution.

    Its numbers are of an image, all pixels and all units summed up; but "mse", which is a mean over pixels.
    """

    def reconstruction(outputs: Drawn, targets: Tensor) -> Tensor:
        found: Tensor = LOSSES[loss](outputs[0], targets) * targets.numel()
        return found

    def divergence(outputs: Drawn, _targets: Tensor) -> Tensor:
        return divergences(*outputs[1:]).sum()

    def total(outputs: Drawn, targets: Tensor) -> Tensor:
        return reconstruction(outputs, targets) + beta * divergence(outputs, targets)

    measures = {
        "reconstruction": reconstruction,
        "kl": divergence,
        "bound": lambda outputs, targets: reconstruction(outputs, targets) + divergence(outputs, targets),
        "mse": lambda outputs, targets: functional.mse_loss(outputs[0], targets) * len(targets),
    }
    return Task(lambda outputs, targets: total(outputs, targets) / len(targets), total, measures)

"""An autoencoder whose decoder has the weights of its encoder, transposed; and the scales that it may begin with."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.topics.autoencoders.torch_network import Autoencoder


class Tied(nn.Module):
    """Takes the layers of an autoencoder over; the innermost `pairs` of them share their weights, the encoder's.

    Without `biases`, those pairs have none.
    """

    def __init__(self, layers: list[nn.Module], pairs: int, biases: bool) -> None:
        super().__init__()
        linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
        half, self.pairs = len(linear) // 2, pairs
        self.activations = nn.ModuleList(layer for layer in layers if not isinstance(layer, nn.Linear))
        self.encoder, self.decoder = nn.ModuleList(linear[:half]), nn.ModuleList(linear[half:])
        for place in range(pairs):
            self.decoder[place].register_parameter("weight", None)
            if not biases:
                self.decoder[place].register_parameter("bias", None)
                self.encoder[half - 1 - place].register_parameter("bias", None)

    def forward(self, images: Tensor) -> Tensor:
        """Return what is made of images (N, pixels)."""
        numbers, half = images, len(self.encoder)
        for layer, activation in zip(self.encoder, self.activations[:half], strict=True):
            numbers = activation(layer(numbers))
        for place, (layer, activation) in enumerate(zip(self.decoder, self.activations[half:], strict=True)):
            mirror = self.encoder[half - 1 - place]
            assert isinstance(layer, nn.Linear) and isinstance(mirror, nn.Linear)
            weight = mirror.weight.T if place < self.pairs else layer.weight
            numbers = activation(functional.linear(numbers, weight, layer.bias))
        return numbers


def widened(network: Autoencoder, seed: int) -> None:
    """Draw the weights on both sides of the code anew: normal, with the standard deviation 1, as torch.randn does."""
    generator = torch.Generator().manual_seed(seed)
    *_rest, before = (layer for layer in network.encoder if isinstance(layer, nn.Linear))
    after = next(layer for layer in network.decoder if isinstance(layer, nn.Linear))
    for layer in (before, after):
        layer.weight.data = torch.randn(layer.weight.shape, generator=generator)

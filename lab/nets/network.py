"""The torch network of a plan, and what can be read from it."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from lab.core.events import Array
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.registry.activations import ACTIVATIONS
from lab.nets.registry.initialisations import INITIALISATIONS


class Dropout(nn.Module):
    """Dropout that draws from a generator of its own.

    torch's draws from the random state of the whole process, which another run in another thread would disturb:
    the same seed would no longer give the same numbers.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.generator: torch.Generator | None = None

    def forward(self, values: Tensor) -> Tensor:
        """Set a random share of `values` to zero while training and scale the others up."""
        if not self.training:
            return values
        kept = torch.empty_like(values).bernoulli_(1 - self.share, generator=self.generator)
        return values * kept / (1 - self.share)


def build(
    params: ConvolutionalParams,
    shape: tuple[int, int, int],
    classes: int,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Build the network for images of `shape` (C, H, W); its layers have the names of the plan.

    With `generator`, weights are drawn from it by the rule of `params`; without, they are left as torch's global
    random state made them.
    """
    strides = params.per_block("stride")
    paddings = params.per_block("padding")
    kernels = params.per_block("kernel_size")
    poolings = params.per_block("pooling")
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in plan(params, shape, classes):
        block = int("".join(c for c in layer.name if c.isdigit()) or 0) - 1
        match layer.kind:
            case "conv":
                modules[layer.name] = nn.Conv2d(
                    layer.shape_in[0], layer.shape_out[0], kernels[block], strides[block], paddings[block]
                )
            case "batch_norm":
                modules[layer.name] = nn.BatchNorm2d(layer.shape_in[0])
            case "pool":
                modules[layer.name] = nn.MaxPool2d(poolings[block])
            case "dropout":
                modules[layer.name] = Dropout(params.conv_dropout if len(layer.shape_in) == 3 else params.dropout)
            case "flatten":
                modules[layer.name] = nn.Flatten()
            case "linear":
                modules[layer.name] = nn.Linear(layer.shape_in[0], layer.shape_out[0])
            case activation:
                modules[layer.name] = ACTIVATIONS[activation].in_torch()
    network = nn.Sequential(modules)
    if generator is not None:
        initialise(network, params.initialisation, generator)
    return network


def initialise(network: nn.Module, rule: str, generator: torch.Generator) -> None:
    """Draw weights and biases of all convolutions and linear layers by a rule of `INITIALISATIONS`."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            INITIALISATIONS[rule].draw(module.weight, module.bias, generator)


def fused(network: nn.Sequential) -> nn.Sequential:
    """Return a copy for answers alone: batch norm folded into the convolution before it, dropout left out."""
    layers: list[nn.Module] = []
    for module in network.children():
        if isinstance(module, nn.BatchNorm2d) and layers and isinstance(layers[-1], nn.Conv2d):
            layers[-1] = fuse_conv_bn_eval(layers[-1], module)
        elif not isinstance(module, Dropout):
            layers.append(module)
    return nn.Sequential(*layers).eval()


def arrays(network: nn.Module) -> dict[str, Array]:
    """Return a copy of all weights and buffers as NumPy arrays on the CPU."""
    return {
        name: np.array(tensor.detach().cpu().contiguous().numpy(), copy=True)
        for name, tensor in network.state_dict().items()
    }

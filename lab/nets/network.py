"""The torch network of a plan, and what can be read from it."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from lab.core.events import Array
from lab.nets.convolutional import BlocksParams, Planned, planned_layers
from lab.nets.registry.activations import ACTIVATIONS
from lab.nets.registry.initialisations import INITIALISATIONS


class Dropout(nn.Module):
    """Dropout that draws from a generator of its own.

    torch's draws from the random state of the whole process, which another run in another thread would disturb:
    the same seed would no longer give the same numbers.
    """

    def __init__(self, share: float, channels: bool = False) -> None:
        super().__init__()
        self.share, self.channels = share, channels
        self.generator: torch.Generator | None = None

    def forward(self, values: Tensor) -> Tensor:
        """Set a random share of `values` (N, …), or of their channels, to zero while training; scale the others up."""
        if not self.training:
            return values
        drawn = torch.empty_like(values[:, :, :1, :1] if self.channels else values)
        kept = drawn.bernoulli_(1 - self.share, generator=self.generator)
        return values * kept / (1 - self.share)


def build(
    params: BlocksParams,
    shape: tuple[int, ...],
    outputs: int | None,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Build the network for examples of `shape`; its layers have the names of the plan.

    With `generator`, weights are drawn from it by the rule of `params`; without, they are left as torch's global
    random state made them. Raises ParamError as `plan` does.
    """
    planned = planned_layers(params, shape, outputs)
    network = nn.Sequential(OrderedDict((each.layer.name, _module(each)) for each in planned))
    if generator is not None:
        initialise(network, params.initialisation, generator)
    return network


def _module(planned: Planned) -> nn.Module:
    before, after = planned.layer.shape_in, planned.layer.shape_out
    number = planned.number
    match planned.layer.kind:
        case "conv":
            return nn.Conv2d(before[0], after[0], number("kernel"), number("stride"), number("padding"))
        case "transposed":
            kernel, stride, padding, more = (number(name) for name in ("kernel", "stride", "padding", "output_padding"))
            return nn.ConvTranspose2d(before[0], after[0], kernel, stride, padding, more)
        case "resize":
            return nn.Upsample(scale_factor=number("factor"), mode=planned.word("how"))
        case "batch_norm":
            return nn.BatchNorm2d(before[0]) if len(before) == 3 else nn.BatchNorm1d(before[0])
        case "pool":
            window = number("kernel")
            return nn.MaxPool2d(window) if planned.word("how") == "max" else nn.AvgPool2d(window)
        case "dropout":
            return Dropout(planned.share(), planned.word("by") == "channel")
        case "flatten":
            return nn.Flatten()
        case "linear":
            return nn.Linear(before[0], after[0])
        case activation:
            return ACTIVATIONS[activation].in_torch()


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

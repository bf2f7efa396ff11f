"""The effective receptive field: how much each pixel changes one output, by the gradient, on average."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lab.core.events import Array
from lab.topics.convolution.receptive_field.layers import Layer, Stack
from lab.topics.convolution.receptive_field.numbers import Draws
from lab.training.random import seeded

SHARE = 0.95


def network(layers: tuple[Layer, ...], draws: Draws) -> nn.Sequential:
    """Return the layers as modules, whose weights are drawn from torch's present random numbers."""
    modules: list[nn.Module] = []
    channels = 1
    for layer in layers:
        if layer.how:
            kind = nn.MaxPool2d if layer.how == "max" else nn.AvgPool2d
            modules.append(kind(layer.kernel, layer.stride, layer.padding))
            continue
        sizes = layer.kernel, layer.stride, layer.padding, layer.dilation
        modules.append(nn.Conv2d(channels, draws.channels, *sizes, bias=False))
        channels = draws.channels
        if draws.relu:
            modules.append(nn.ReLU())
    # Only now, as in the program of the page: torch has drawn numbers for each layer already.
    for module in modules:
        if isinstance(module, nn.Conv2d):
            _draw(module.weight, draws.weights)
    return nn.Sequential(*modules)


def _draw(weight: Tensor, how: str) -> None:
    """Draw weights, and scale them, so that the gradient is as large behind many weights as behind few."""
    with torch.no_grad():
        if how == "ones":
            weight.fill_(1.0)
        elif how == "uniform":
            weight.uniform_(0, 1)
        else:
            weight.normal_()
        weight /= weight[0].numel() ** (0.5 if how == "normal" else 1.0)


def gradient(stack: Stack, draws: Draws) -> Array:
    """Return the mean of |∂output/∂pixel| over networks and images: (H, W) float64, for the unit that is asked about.

    Where the layers have channels, the output is their sum.
    """
    row, column = stack.unit
    total = torch.zeros(stack.size, stack.size, dtype=torch.float64)
    for draw in range(draws.count):
        # Global random numbers, since the program that can be copied has them too.
        with seeded(draws.seed + draw):
            net = network(stack.layers, draws)
            image: Tensor = torch.randn(1, 1, stack.size, stack.size, requires_grad=True)
            output = net(image)[0, :, row, column].sum()
            (slope,) = torch.autograd.grad(output, image)
            total += slope[0, 0].abs()
    mean: Array = (total / draws.count).numpy()
    return mean


def effective_width(mean: Array, stack: Stack) -> int:
    """Return the side of the smallest square, in the middle of the view by formula, that holds 95 % of the gradient.

    0 where there is no gradient at all.
    """
    top, unit = stack.top, stack.unit
    starts = [top.start + top.jump * place for place in unit]
    whole = float(mean.sum())
    if whole == 0:
        return 0
    for side in range(2 - top.field % 2, top.field + 1, 2):
        edge = (top.field - side) // 2
        rows, columns = (slice(max(0, start + edge), max(0, start + edge + side)) for start in starts)
        if float(np.sum(mean[rows, columns])) >= SHARE * whole:
            return side
    return top.field

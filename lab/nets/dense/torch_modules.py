"""A plan as modules of torch: what the programs of `lab.nets.dense.code` make, made without running a text."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lab.nets.dense.code import modules
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer, MLPSpec
from lab.nets.registry.activations import ACTIVATIONS


def activation(name: str) -> nn.Module:
    """Return the module of an activation."""
    return ACTIVATIONS[name].in_torch()


def sequential(plan: MLPSpec) -> nn.Sequential:
    """Return the network that `sequential_code` makes."""
    return nn.Sequential(*(_module(plan.layers[place], kind, shape) for place, kind, shape in _pieces(plan)))


class Named(nn.Module):
    """The network that `class_code` makes: its modules have the names of there."""

    def __init__(self, plan: MLPSpec) -> None:
        super().__init__()
        self._steps: list[tuple[str, Callable[[Tensor], Tensor] | None]] = []
        for (place, kind, shape), described in zip(_pieces(plan), modules(plan), strict=True):
            if described.name:
                self.add_module(described.name, _module(plan.layers[place], kind, shape))
            applied = None if described.name else activation(plan.layers[place].activation)
            self._steps.append((described.name, applied))

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs (N, K) of inputs (N, F)."""
        for name, function in self._steps:
            x = self.get_submodule(name)(x) if function is None else function(x)
        return x


def give_numbers(module: nn.Module, network: Network) -> None:
    """Copy the numbers of a network into modules of its plan, one array after the other in their order."""
    arrays = []
    for weight, bias, norm in zip(network.weights, network.biases, network.norms, strict=True):
        arrays += [weight.T, bias] + ([] if norm is None else [norm.scale, norm.shift])
    with torch.no_grad():
        for parameter, array in zip(module.parameters(), arrays, strict=True):
            parameter.copy_(torch.from_numpy(array.copy()))


def _pieces(plan: MLPSpec) -> list[tuple[int, str, tuple[int, int]]]:
    """Return of each module its layer, what it is there, and the shape of that layer."""
    parts = (module.part.split(".") for module in modules(plan))
    return [(int(place), kind, plan.shapes[int(place)]) for place, kind in parts]


def _module(layer: Layer, kind: str, shape: tuple[int, int]) -> nn.Module:
    match kind:
        case "linear":
            return nn.Linear(*shape)
        case "norm":
            return nn.BatchNorm1d(layer.units)
        case "dropout":
            return nn.Dropout(layer.dropout)
        case _:
            return activation(layer.activation)

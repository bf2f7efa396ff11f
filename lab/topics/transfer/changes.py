"""What is the same in two networks, and what of one has moved: tensor by tensor, parameters and buffers."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

Numbers = Mapping[str, Tensor]
"""Copies of tensors, on the CPU, by their names in `state_dict`."""


def numbers(network: nn.Module) -> Numbers:
    """Return copies of all parameters and buffers."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in network.state_dict().items()}


def apart(one: Numbers, other: Numbers) -> dict[str, float]:
    """Return the largest |difference| of each tensor that both have in the same shape; 0 where they are equal."""
    return {
        name: float((tensor.double() - other[name].double()).abs().max()) if tensor.numel() else 0.0
        for name, tensor in one.items()
        if name in other and other[name].shape == tensor.shape
    }


def outputs_of(network: nn.Module, inputs: Tensor) -> Tensor:
    """Return what a network in use makes of inputs; its modes are afterwards those of use."""
    network.eval()
    with torch.inference_mode():
        return torch.cat([network(part) for part in torch.split(inputs, 500)])


def lengths(before: Numbers, now: Numbers) -> dict[str, float]:
    """Return how far each tensor of numbers has moved, over its length before: ‖now − before‖ / ‖before‖."""
    return {
        name: float((now[name].double() - tensor.double()).norm() / tensor.double().norm().clamp(min=1e-12))
        for name, tensor in before.items()
        if tensor.is_floating_point()
    }

"""Three ways to halve an image, as networks that are equal in all else. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lab.core.events import Layer
from lab.core.text import Message, message
from lab.nets.convolutional import ConvolutionalParams, planned_layers
from lab.training.metaparameters import TrainingParams

Way = Literal["max", "mean", "stride"]
WAYS: tuple[Way, ...] = ("max", "mean", "stride")
NAMES: Mapping[Way, Message] = MappingProxyType(
    {"max": message("max pooling"), "mean": message("mean pooling"), "stride": message("stride 2")}
)
SHAPE = (1, 28, 28)
CLASSES = 10
SIDE = 2
"""Side of the pooling window, and the stride that stands for it."""


@dataclass(frozen=True, kw_only=True)
class NetworkParams(TrainingParams, ConvolutionalParams):
    """A network and how it is trained."""


@dataclass(frozen=True)
class Counted:
    """A network in numbers: `layers` of its plan, `features` (C, H, W) before the linear layer, and how many input
    pixels along a side one of these sees.
    """

    layers: tuple[Layer, ...]
    features: tuple[int, ...]
    field: int

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Products of one image; comparing or adding up the numbers of a window is not counted."""
        return sum(layer.multiply_adds for layer in self.layers)


def network_params(way: Way, channels: tuple[int, ...], kernel: int) -> NetworkParams:
    """Return the network of a way: blocks of convolution, [pooling,] ReLU, then one linear layer.

    The padding keeps the size where an odd kernel has stride 1. Raises ParamError.
    """
    pooled = () if way == "stride" else (f"pool kernel={SIDE} how={way}",)
    found: list[str] = []
    for count in channels:
        sizes = f"kernel={kernel} stride={1 if pooled else SIDE} padding={(kernel - 1) // 2}"
        found += [f"conv channels={count} {sizes}", *pooled, "relu"]
    return NetworkParams(network=(*found, "flatten"))


def counted(network: NetworkParams) -> Counted:
    """Count what a network has, for digits of 28 × 28."""
    planned = planned_layers(network, SHAPE, CLASSES)
    layers = tuple(each.layer for each in planned)
    field, apart = 1, 1
    for each in planned:
        if each.layer.kind in ("conv", "pool"):
            # How far apart the pixels are, in the input, that a layer finds side by side.
            field += (each.number("kernel") - 1) * apart
            apart *= each.number("stride") if each.layer.kind == "conv" else each.number("kernel")
    features = next(layer.shape_in for layer in layers if layer.kind == "flatten")
    return Counted(layers, features, field)

"""Three ways to halve an image, as networks that are equal in all else. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lab.core.events import Layer
from lab.core.text import Message, message
from lab.nets.convolutional import ConvolutionalParams, plan
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
    strided = way == "stride"
    return NetworkParams(
        channels=channels,
        kernel_size=(kernel,),
        padding=((kernel - 1) // 2,),
        stride=(SIDE if strided else 1,),
        pooling=(1 if strided else SIDE,),
        units=(),
    )


def counted(network: NetworkParams) -> Counted:
    """Count what a network has, for digits of 28 × 28."""
    layers = plan(network, SHAPE, CLASSES)
    field, apart = 1, 1
    for layer in layers:
        # How far apart the pixels are, in the input, that a layer finds side by side.
        if layer.kind == "conv":
            field += (network.kernel_size[0] - 1) * apart
            apart *= network.stride[0]
        elif layer.kind == "pool":
            field += (SIDE - 1) * apart
            apart *= SIDE
    features = next(layer.shape_in for layer in layers if layer.kind == "flatten")
    return Counted(layers, features, field)

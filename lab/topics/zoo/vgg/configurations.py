"""The six configurations of VGG (Simonyan and Zisserman 2014, arXiv 1409.1556), and the arithmetic of their layers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lab.core.events import Layer
from lab.nets.convolutional.layers import linear_layer

Item = tuple[int, int]
"""A convolution: side of its kernel, channels. (0, 0) is local response normalisation."""
LRN: Item = (0, 0)


def _blocks(*counts: int, last: int = 3) -> tuple[tuple[Item, ...], ...]:
    """Return blocks of so many convolutions; from the third block on the last of three has a kernel of `last`."""
    channels = (64, 128, 256, 512, 512)
    return tuple(
        tuple((last if place == 2 else 3, channels[block]) for place in range(count))
        for block, count in enumerate(counts)
    )


CONFIGURATIONS: Mapping[str, tuple[tuple[Item, ...], ...]] = MappingProxyType(
    {
        "A": _blocks(1, 1, 2, 2, 2),
        "A-LRN": (((3, 64), LRN), *_blocks(1, 1, 2, 2, 2)[1:]),
        "B": _blocks(2, 2, 2, 2, 2),
        "C": _blocks(2, 2, 3, 3, 3, last=1),
        "D": _blocks(2, 2, 3, 3, 3),
        "E": _blocks(2, 2, 4, 4, 4),
    }
)
TORCHVISION: Mapping[str, str] = MappingProxyType({"A": "vgg11", "B": "vgg13", "D": "vgg16", "E": "vgg19"})
"""What torchvision calls those that it has."""
ERRORS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "A": (29.6, 10.4), "A-LRN": (29.7, 10.5), "B": (28.7, 9.9), "C": (28.1, 9.4), "D": (27.0, 8.8),
        "E": (27.3, 9.0),
    }
)  # fmt: skip
"""Per cent of ImageNet's validation images that are wrong at first, and among five: table 3 of the paper, with images
scaled to 256 for training and testing."""
HIDDEN, POOLED = 4096, 7
"""Units of the hidden linear layers; rows and columns that they take."""
_SIZE = r"\left\lfloor \frac{M + 2p - k}{s} \right\rfloor + 1"


@dataclass(frozen=True)
class Placed:
    """One layer of a configuration.

    path: in the network of the program; row: in the table of the paper. field: how many pixels along an axis one of its
    numbers can see, padding included.
    """

    layer: Layer
    path: str
    row: int
    field: int

    @property
    def activations(self) -> int:
        """Numbers that it gives out for an image."""
        return math.prod(self.layer.shape_out)


def placed(configuration: str, size: int, classes: int, adaptive: bool) -> tuple[Placed, ...]:
    """Return the layers for images of 3 × `size` × `size`; ReLU and dropout, which change no shape, are left out.

    With `adaptive`, what does not come as 7 × 7 to the linear layers is pooled or spread to that.
    """
    found: list[Placed] = []
    channels, field, jump, place, row = 3, 1, 1, 0, 0
    tallest = [max(len(blocks[block]) for blocks in CONFIGURATIONS.values()) for block in range(5)]
    for block, items in enumerate(CONFIGURATIONS[configuration]):
        for number, (kernel, out) in enumerate(items):
            if (kernel, out) == LRN:
                shape = (channels, size, size)
                formula = r"\frac{x}{(k + \alpha/n \sum x_j^2)^{\beta}}"
                layer = Layer("lrn1", "LRN", shape, shape, 0, 0, formula, "n = 5, k = 2, α = 0.0001, β = 0.75")
                step = 1
            else:
                layer = _convolution(f"conv{block + 1}_{number + 1}", channels, out, kernel, size)
                channels, field, step = out, field + (kernel - 1) * jump, 2
            found.append(Placed(layer, f"features.{place}", row + number, field))
            place += step
        row += tallest[block]
        half = size // 2
        arithmetic = f"⌊({size} − 2)/2⌋ + 1 = {half}"
        shapes = (channels, size, size), (channels, half, half)
        field, jump, size = field + jump, 2 * jump, half
        pool = Layer(f"pool{block + 1}", "maxpool", *shapes, 0, 0, _SIZE, arithmetic)
        found.append(Placed(pool, f"features.{place}", row, field))
        place, row = place + 1, row + 1
    # All of the last maps comes to the linear layers, pooled or not.
    everything = field + (size - 1) * jump
    if adaptive:
        shapes = (channels, size, size), (channels, POOLED, POOLED)
        field += (_window(size) - 1) * jump
        formula = r"\left\lfloor \frac{i\,M}{7} \right\rfloor \ldots \left\lceil \frac{(i + 1)\,M}{7} \right\rceil"
        found.append(Placed(Layer("avgpool", "mean", *shapes, 0, 0, formula, f"{size} → 7"), "avgpool", row, field))
        size = POOLED
    features = channels * size * size
    for number, units in enumerate((HIDDEN, HIDDEN, classes)):
        layer = linear_layer(f"fc{number + 6}", features, units)
        found.append(Placed(layer, f"classifier.{3 * number}", row + 1 + number, everything))
        features = units
    return tuple(found)


def _convolution(name: str, channels: int, out: int, kernel: int, size: int) -> Layer:
    parameters, padding = out * (channels * kernel * kernel + 1), kernel // 2
    arithmetic = f"⌊({size} + 2·{padding} − {kernel})/1⌋ + 1 = {size}"
    return Layer(
        name,
        f"conv {kernel} × {kernel}",
        (channels, size, size),
        (out, size, size),
        parameters,
        out * size * size * channels * kernel * kernel,
        _SIZE,
        f"{arithmetic};  {out}·({channels}·{kernel}·{kernel} + 1) = {parameters:,}",
    )


def _window(size: int) -> int:
    """Return how many rows of `size` the largest window of a pooling to 7 has."""
    return max(-(-(i + 1) * size // POOLED) - i * size // POOLED for i in range(POOLED))

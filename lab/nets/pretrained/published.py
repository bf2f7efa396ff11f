"""Files of weights that torchvision publishes: whose they are is seen from their names. Needs no torch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.nets.zoo.catalogue import NETWORKS

SOURCE = "https://download.pytorch.org/models/"
FAMILIES = (
    "AlexNet", "VGG", "GoogLeNet", "Inception v3", "ResNet", "SqueezeNet", "Wide ResNet", "DenseNet", "ResNeXt",
    "MobileNetV2", "ShuffleNet v2", "MNASNet", "MobileNetV3", "EfficientNet", "EfficientNetV2", "ConvNeXt",
)  # fmt: skip
"""Convolutional networks, whose weights are used here: none of them has more than 200 million."""
SUFFIXES = (".pth", ".pt")
_COPY = re.compile(r"( ?\(\d+\))?\.pth$")
"""What a browser adds to the name of a second download."""


@dataclass(frozen=True)
class Published:
    """A file of weights. network and weights: their names in torchvision; top1: per cent; megabytes: of 2²⁰ bytes."""

    network: str
    weights: str
    file: str
    top1: float
    megabytes: float

    @property
    def sha256(self) -> str:
        """With what the checksum of the file begins, as its name says."""
        return self.file.removesuffix(".pth").rpartition("-")[2]

    @property
    def address(self) -> str:
        """Where it can be downloaded."""
        return SOURCE + self.file


def published() -> Iterator[Published]:
    """Yield all that can be used here; of one network the oldest weights first."""
    for name in names():
        for each in NETWORKS[name].weights:
            yield Published(name, each.name, each.file, each.top1, each.megabytes)


def names() -> tuple[str, ...]:
    """Return the networks of torchvision whose weights can be used here, the older families first."""
    return tuple(name for name, network in NETWORKS.items() if network.family in FAMILIES)


def of_file(name: str) -> Published | None:
    """Return which weights a file has, by its name."""
    plain = _COPY.sub(".pth", name)
    return next((each for each in published() if each.file == plain), None)


def newest() -> list[Published]:
    """Return the newest weights of each network, which torchvision takes where none are named."""
    return list({each.network: each for each in published()}.values())


def of_network(name: str) -> Published | None:
    """Return the newest weights of a network."""
    return next((each for each in newest() if each.network == name), None)


def weight_files(path: Path) -> list[Path]:
    """Return the files of weights that a path is, or those of torchvision's that lie in it."""
    if path.is_dir():
        try:
            found = sorted(path.iterdir())
        except OSError:
            return []
        return [file for file in found if file.suffix.lower() in SUFFIXES and of_file(file.name) is not None]
    return [path] if path.suffix.lower() in SUFFIXES else []


def has_weights(path: Path) -> bool:
    """Tell whether a path is a file of weights, or holds one of torchvision's."""
    return bool(weight_files(path))

"""Which networks torchvision has, by family, and what was published of each: read from a small table, without torch.

`python -m resources.makers.zoo` writes the table from torchvision itself; tests compare the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

TABLE = Path(__file__).resolve().parents[3] / "resources" / "tables" / "zoo.json"
BYTES = 4
"""Of one number in single precision."""


@dataclass(frozen=True)
class Weights:
    """Weights that torchvision offers for a network, of one training.

    name: of the entry in torchvision, such as "IMAGENET1K_V1". top1, top5: per cent of the validation images of
    ImageNet that it gets right, at first or among five. megabytes: of the file, 2²⁰ bytes each, as torchvision has it.
    size: rows and columns of the images that it was judged on. multiply_adds: published for that size, in 10⁹, to three
    places. file: the name of the file.
    """

    name: str
    top1: float
    top5: float
    megabytes: float
    size: int
    multiply_adds: float
    file: str


@dataclass(frozen=True)
class Network:
    """One network: what it has, and what one image of `size` × `size` costs.

    parameters: as published. multiply_adds: in convolutions, linear layers and the products of attention. activations:
    numbers that its layers give out; what is overwritten in place is counted once. weights: the oldest first.
    """

    name: str
    family: str
    size: int
    parameters: int
    multiply_adds: int
    activations: int
    weights: tuple[Weights, ...]

    @property
    def first(self) -> Weights:
        """The weights that were published first."""
        return self.weights[0]

    @property
    def newest(self) -> Weights:
        """The best weights, which torchvision calls its default."""
        return self.weights[-1]


def _read() -> Mapping[str, Network]:
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))["networks"]
    return MappingProxyType(
        {
            name: Network(name, **{**values, "weights": tuple(Weights(**each) for each in values["weights"])})
            for name, values in found.items()
        }
    )


NETWORKS: Mapping[str, Network] = _read()
"""All of them, by the names of torchvision: family by family, the older families first, small ones first."""

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        family: tuple(name for name, network in NETWORKS.items() if network.family == family)
        for family in dict.fromkeys(network.family for network in NETWORKS.values())
    }
)
"""The names in each family."""


def names(family: str = "") -> tuple[str, ...]:
    """Return the names of all networks, or of those in a family."""
    return FAMILIES[family] if family else tuple(NETWORKS)

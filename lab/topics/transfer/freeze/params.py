"""Which layers learn, as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import ClassVar

from lab.core.params import ParamError, choice, redeclared, text
from lab.core.text import Message, message
from lab.topics.transfer.given import GivenParams, NewHeadParams, layers_of

NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "free": message("all learn"),
        "moving": message("frozen, train()"),
        "held": message("frozen, eval()"),
    }
)
"""The trainings, by the names with which their scalars begin."""


@dataclass(frozen=True, kw_only=True)
class TransferFreezeParams(NewHeadParams):
    """Only the last layer learns, as in the course's networks for photographs."""

    essentials: ClassVar[tuple[str, ...]] = ("learns", "norms", "source", "dataset", "count", "epochs")

    learns: str = text(
        "output", label="Layers that learn", group="Freezing",
        help="The names of the layers that learn, such as “linear1 output”; * stands for anything. All others are "
        "frozen. In the third network all learn.",
    )  # fmt: skip
    norms: str = choice(
        "moving", {"moving": "In train(), as in the course", "held": "In eval()"},
        label="Frozen batch norms", group="Freezing",
        help="Which network has the program. requires_grad freezes scale and shift alone; in train() the mean and the "
        "variance of a batch norm go on to move. Both learn, beside each other.",
    )  # fmt: skip
    count: int = redeclared(GivenParams, "count", 2000)
    epochs: int = redeclared(GivenParams, "epochs", 6)

    def check(self) -> None:
        """Refuse names that no layer has."""
        super().check()
        self.learning()

    def learning(self) -> tuple[str, ...]:
        """Return the names of the layers with weights that learn. Raises ParamError."""
        layers = [layer.name for layer in layers_of(self) if layer.parameters]
        patterns = self.learns.replace(",", " ").replace(";", " ").split()
        for pattern in patterns:
            if not any(fnmatchcase(layer, pattern) for layer in layers):
                raise ParamError(
                    "learns", "{field}: “{part}” is no layer with weights of this network; it has {layers}",
                    part=pattern, layers=", ".join(layers), value=self.learns,
                )  # fmt: skip
        found = tuple(layer for layer in layers if any(fnmatchcase(layer, each) for each in patterns))
        if not found:
            raise ParamError("learns", "{field}: name a layer at least, such as output", value=self.learns)
        return found

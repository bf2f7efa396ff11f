"""What is frozen in which epochs, as it is typed: "hidden1 1-50; *.bias 20-"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from lab.core.events import Layer
from lab.core.params import ParamError

_RULE = re.compile(r"(?P<names>.*?)(?:\s+(?P<first>\d+)\s*(?P<to>[-–]\s*(?P<last>\d+)?)?)?$")
EVER = 10**9
"""The last epoch of what is never unfrozen."""


@dataclass(frozen=True)
class Tensor:
    """The weights or the biases of a layer: their name, as `named_parameters` has it, and how many they are."""

    name: str
    count: int

    @property
    def layer(self) -> str:
        """The layer that they are of."""
        return self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Rule:
    """What `names` match is frozen from the `first` to the `last` epoch, both included, counted from 1."""

    names: str
    first: int
    last: int

    def matches(self, name: str) -> bool:
        """Tell whether a name, such as "hidden1.weight", is meant: by itself, or by its layer."""
        return fnmatchcase(name, self.names) or fnmatchcase(name.rpartition(".")[0], self.names)


@dataclass(frozen=True)
class Plan:
    """Which parameters are frozen when."""

    rules: tuple[Rule, ...]

    def frozen(self, name: str, epoch: int) -> bool:
        """Tell whether a parameter is frozen in an epoch."""
        return any(rule.first <= epoch <= rule.last and rule.matches(name) for rule in self.rules)

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Return from which to which epoch a parameter is frozen, one entry a rule that is about it."""
        return [(rule.first, rule.last) for rule in self.rules if rule.matches(name)]

    def learned_before(self, name: str, epoch: int) -> bool:
        """Tell whether a parameter has learned in any epoch before this one."""
        return any(not self.frozen(name, before) for before in range(1, epoch))

    @property
    def turns(self) -> set[int]:
        """The epochs at whose beginning something may change."""
        return {1} | {rule.first for rule in self.rules} | {rule.last + 1 for rule in self.rules}


def parse(typed: str, tensors: Sequence[Tensor], epochs: int) -> Plan:
    """Read a plan for a network with these parameters. Raises ParamError."""
    plan = Plan(tuple(_rules(typed, tensors)))
    for epoch in sorted(turn for turn in plan.turns if turn <= epochs):
        if all(plan.frozen(tensor.name, epoch) for tensor in tensors):
            raise ParamError("frozen", "{field}: in epoch {epoch} all is frozen, and nothing learns", epoch=epoch)
    return plan


def _rules(typed: str, tensors: Sequence[Tensor]) -> Iterator[Rule]:
    for part in filter(None, (part.strip() for part in typed.split(";"))):
        found = _RULE.match(part)
        assert found is not None
        names = found["names"].replace(",", " ").split()
        first = int(found["first"] or 1)
        last = int(found["last"]) if found["last"] else EVER if found["to"] or not found["first"] else first
        if first < 1 or last < first:
            raise ParamError(
                "frozen", "{field}: “{part}” has no epochs; write them as 1-50, the first one being 1", part=part
            )
        for name in names:
            rule = Rule(name, first, last)
            if not any(rule.matches(tensor.name) for tensor in tensors):
                layers = ", ".join(dict.fromkeys(tensor.layer for tensor in tensors))
                raise ParamError("frozen", "{field}: there is no layer “{name}”; choose from {layers}", name=name,
                                 layers=layers)  # fmt: skip
            yield rule
        if not names:
            raise ParamError("frozen", "{field}: “{part}” does not say which layer is frozen", part=part)


def tensors_of(layers: Sequence[Layer]) -> list[Tensor]:
    """Return the parameters of linear layers and batch norms, in their order."""
    found = []
    for layer in layers:
        if layer.kind == "linear":
            (inputs,), (units,) = layer.shape_in, layer.shape_out
            found += [Tensor(f"{layer.name}.weight", inputs * units), Tensor(f"{layer.name}.bias", units)]
        elif layer.kind == "batch_norm":
            (units,) = layer.shape_out
            found += [Tensor(f"{layer.name}.weight", units), Tensor(f"{layer.name}.bias", units)]
    return found

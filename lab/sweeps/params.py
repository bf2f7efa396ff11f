"""Parameters of experiments that are sweeps over another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lab.core.catalogue import experiment
from lab.core.metaparameters import RunParams, epochs_field
from lab.core.params import integer
from lab.sweeps.grid import Axis, Sweep


def repeats_field(default: int, most: int, help: str) -> Any:
    """Declare how many runs there are of each point of the grid."""
    return integer(default, 1, most, scale="log", label="Repeats", help=help, group="Sweep")


def each_epochs_field(default: int, most: int) -> Any:
    """Declare the epochs of every network."""
    return epochs_field(default, most, "How many times each network sees its examples.")


@dataclass(frozen=True, kw_only=True)
class SweepParams(RunParams):
    """Seed, device and repeats of a sweep over another experiment."""

    repeats: int = repeats_field(1, 500, "Runs at each point, each with a seed of its own.")

    def over(self, identifier: str, name: str, values: Iterable[Any]) -> Sweep:
        """Return the sweep of an experiment over one of its parameters.

        Its others are equal to those of this one where both have a name in common, else as usual.
        """
        usual = experiment(identifier).params()
        base = usual.replace(**{name: getattr(self, name) for name in usual.specs() if name in self.specs()})
        return Sweep(identifier, base, (Axis(name, tuple(values)),), self.repeats)

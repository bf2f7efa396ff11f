"""What the runs of a sweep came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lab.core.events import Array, Event
from lab.core.experiment import State
from lab.core.figures import Link
from lab.core.text import Message
from lab.sweeps.grid import Cell, Sweep

CURVE = 200
"""The most points that are kept of a curve of losses."""


@dataclass(frozen=True)
class Outcome:
    """What one cell came to: its metrics, or the error that ended it; `curve` (L,) are losses over the run, if any."""

    cell: Cell
    metrics: Mapping[str, float]
    error: Message | str | None = None
    curve: Array | None = None


@dataclass(frozen=True)
class Trained:
    """How far the cells are that train together, called by the first of them: `share` in [0, 1], `count` of them."""

    first: int
    count: int
    share: float


@dataclass(frozen=True)
class Outcomes(Event):
    """Cells that are done, each as it was found: the values of its axes, "repeat", "seed", its metrics, or "error"."""

    name: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(eq=False)
class Results:
    """All outcomes so far. `cells` are all cells of the sweep."""

    sweep: Sweep
    cells: tuple[Cell, ...]
    metrics: dict[int, Mapping[str, float]] = field(default_factory=dict)
    errors: dict[int, Message | str] = field(default_factory=dict)
    curves: dict[int, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, sweep: Sweep, state: State | None = None) -> Results:
        """Return what is known of a sweep: nothing, or what its `state` remembers. Raises ParamError."""
        results = cls(sweep, tuple(sweep.cells()))
        if state is not None:
            names = state.counters["names"]
            numbers, table = np.asarray(state.tensors["cells"]), np.asarray(state.tensors["metrics"])
            for index, row in zip(numbers, table, strict=True):
                known = {name: float(value) for name, value in zip(names, row[1:], strict=True)}
                has = state.counters["has"][str(int(index))]
                results.metrics[int(index)] = {name: known[name] for name in has}
            results.errors = {int(index): text for index, text in state.counters["errors"].items()}
            curves = np.asarray(state.tensors["curves"])
            for index, length, curve in zip(state.counters["curved"], state.counters["lengths"], curves, strict=True):
                results.curves[int(index)] = curve[:length]
        return results

    @property
    def done(self) -> set[int]:
        """The cells that came to an end."""
        return self.metrics.keys() | self.errors.keys()

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """What opens each cell."""
        return tuple(self.sweep.link(cell) for cell in self.cells)

    @cached_property
    def opens(self) -> Array:
        """The links, in the shape of `grid`."""
        return np.array(self.links, dtype=object).reshape(self._shape)

    def take(self, outcome: Outcome) -> Mapping[str, Any]:
        """Remember an outcome and return its row."""
        cell = outcome.cell
        row: dict[str, Any] = {**cell.values, "repeat": cell.repeat, "seed": cell.seed}
        if outcome.error is not None:
            self.errors[cell.index] = outcome.error
            return {**row, "error": str(outcome.error)}
        self.metrics[cell.index] = dict(outcome.metrics)
        if outcome.curve is not None:
            self.curves[cell.index] = thinned(outcome.curve)
        return {**row, **{name: value for name, value in outcome.metrics.items() if name not in row}}

    def names(self) -> tuple[str, ...]:
        """Return the names of the metrics, in the order in which they came."""
        return tuple(dict.fromkeys(name for metrics in self.metrics.values() for name in metrics))

    def grid(self, name: str) -> Array:
        """Return a metric over the grid (values of the first axis, …, repeats); NaN where there is none (yet)."""
        values = np.full(len(self.cells), np.nan)
        for index, metrics in self.metrics.items():
            values[index] = metrics.get(name, np.nan)
        return values.reshape(self._shape)

    @property
    def _shape(self) -> tuple[int, ...]:
        return *(len(axis.values) for axis in self.sweep.axes), self.sweep.repeats

    def state(self) -> State:
        """Return all of it, as arrays and plain values."""
        names, numbers = self.names(), sorted(self.metrics)
        table = np.array(
            [[index, *(self.metrics[index].get(name, np.nan) for name in names)] for index in numbers], dtype=float
        ).reshape(len(numbers), 1 + len(names))
        curved = sorted(self.curves)
        longest = max((len(self.curves[index]) for index in curved), default=0)
        curves = np.zeros((len(curved), longest), dtype=np.float32)
        for row, index in enumerate(curved):
            curves[row, : len(self.curves[index])] = self.curves[index]
        counters = {
            "steps_done": len(self.done),
            "names": list(names),
            "has": {str(index): list(self.metrics[index]) for index in numbers},
            "errors": {str(index): str(error) for index, error in self.errors.items()},
            "curved": curved,
            "lengths": [len(self.curves[index]) for index in curved],
        }
        return State({"cells": np.array(numbers, dtype=np.int64), "metrics": table, "curves": curves}, counters)


def thinned(curve: Array) -> Array:
    """Return at most CURVE points of a curve (L,), evenly apart, the first and the last among them."""
    chosen = curve if len(curve) <= CURVE else curve[np.linspace(0, len(curve) - 1, CURVE).round().astype(int)]
    # What diverged is infinite in float32, and is not drawn.
    with np.errstate(over="ignore"):
        return np.asarray(chosen, dtype=np.float32)

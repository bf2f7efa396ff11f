"""The parts of a network that can be pointed at, and the numbers they have now."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from lab.core.events import Array
from lab.core.units import Units

BIAS = -1
"""The source of a bias."""


@dataclass(frozen=True)
class Part:
    """A unit at (column, unit); with a `source`, its weight from that unit of the column before, or its bias (-1)."""

    column: int
    unit: int
    source: int | None = None

    @property
    def is_unit(self) -> bool:
        """Whether it is the unit itself."""
        return self.source is None

    @property
    def whole(self) -> Part:
        """The unit that it belongs to."""
        return Part(self.column, self.unit)

    def within(self, event: Units) -> bool:
        """Tell whether a network has this part."""
        if not 0 <= self.column < len(event.labels) or not 0 <= self.unit < len(event.labels[self.column]):
            return False
        if self.source is None:
            return True
        return self.column > 0 and self.source < len(event.labels[self.column - 1])


def fault(event: Units) -> str:
    """Say what does not fit together in an event; "" if all does."""
    counts = [len(labels) for labels in event.labels]
    wanted = list(itertools.pairwise(counts))
    if [array.shape for array in event.weights] != wanted:
        return f"weights of the shapes {[array.shape for array in event.weights]} and not {wanted}"
    if [array.shape for array in event.biases] != [(count,) for count in counts[1:]]:
        return f"biases of the shapes {[array.shape for array in event.biases]}"
    if len(event.functions) != len(counts) or len(event.maps) != len(counts):
        return "not one function and one map for each column"
    if any(maps is not None and (maps.ndim != 3 or len(maps) != n) for maps, n in zip(event.maps, counts, strict=True)):
        return "maps that are not one for each unit"
    for gradients, of in ((event.gradients, event.weights), (event.bias_gradients, event.biases)):
        if gradients and [array.shape for array in gradients] != [array.shape for array in of]:
            return "gradients of other shapes than what they are of"
    return ""


_PATIENCE = 2
"""Events that may still be of the time before a change."""


@dataclass
class _Wish:
    value: float
    before: float
    age: int = 0


class Numbers:
    """Weights and biases as they are shown: of the newest event, with what was set by hand until that is in it.

    What a run has sent before it heard of a change does not undo it on the screen; what is `held` stays as the hand
    has it.
    """

    def __init__(self) -> None:
        self.weights: list[Array] = []
        self.biases: list[Array] = []
        self.held: Part | None = None
        self._wishes: dict[Part, _Wish] = {}

    def take(self, event: Units) -> None:
        """Show the numbers of an event."""
        self.weights, self.biases = list(event.weights), list(event.biases)
        kept, self._wishes = self._wishes, {}
        for part, wish in kept.items():
            if not part.within(event):
                continue
            now = self.value(part)
            done = abs(now - wish.value) <= abs(now - wish.before) or wish.age >= _PATIENCE
            if part == self.held or not done:
                wish.age = 0 if part == self.held else wish.age + 1
                self._wishes[part] = wish
                self._put(part, wish.value)

    def clear(self) -> None:
        """Forget all."""
        self.weights, self.biases, self.held, self._wishes = [], [], None, {}

    def value(self, part: Part) -> float:
        """Return a weight or bias."""
        layer = part.column - 1
        if part.source == BIAS:
            return float(self.biases[layer][part.unit])
        return float(self.weights[layer][part.source, part.unit])

    def set(self, part: Part, value: float) -> None:
        """Show a value that was set by hand."""
        before = self._wishes[part].before if part in self._wishes else self.value(part)
        self._wishes[part] = _Wish(value, before)
        self._put(part, value)

    def _put(self, part: Part, value: float) -> None:
        # What an event holds is never changed.
        layer = part.column - 1
        if part.source == BIAS:
            self.biases[layer] = self.biases[layer].astype(float)
            self.biases[layer][part.unit] = value
        else:
            self.weights[layer] = self.weights[layer].astype(float)
            self.weights[layer][part.source, part.unit] = value


def steady(before: float, top: float) -> float:
    """Return the full scale for values up to `top`: 1, 2 or 5 times a power of ten, as `before` while that does."""
    if not top > 0:
        return before or 1.0
    if 0.35 * before < top <= before:
        return before
    power = 10.0 ** math.floor(math.log10(top))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if top <= step * power * (1 + 1e-9))

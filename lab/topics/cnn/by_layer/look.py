"""The number that is looked at, and all that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.events import Array
from lab.core.figures import Link
from lab.core.text import Verbatim
from lab.topics.cnn.by_layer.given import Given
from lab.topics.cnn.by_layer.params import ByLayerParams
from lab.topics.cnn.by_layer.sheet import Place, Sheet, sheet
from lab.topics.cnn.by_layer.way import Made, Uses, Way


@dataclass(frozen=True, eq=False)
class Look:
    """A number of an image's way through a network, asked for a class."""

    params: ByLayerParams
    given: Given
    way: Way
    pixels: Array

    @cached_property
    def answer(self) -> int:
        """The class whose score is asked about."""
        wanted = self.params.answer
        return int(self.way.numbers[-1].argmax()) if wanted < 0 else min(wanted, len(self.given.classes) - 1)

    @property
    def layer(self) -> int:
        """The layer that is looked at."""
        return min(self.params.layer, self.way.last)

    @cached_property
    def clicked(self) -> tuple[int, Place]:
        """The layer and place of the number that was clicked, or what is nearest to it in this network."""
        layer, place = self.params.clicked
        layer = min(layer, self.way.last)
        return layer, self.way.nearest(layer, place)

    @cached_property
    def path(self) -> tuple[Place, ...]:
        """A place of each layer."""
        return self.way.path(*self.clicked, self.answer)

    @cached_property
    def place(self) -> Place:
        """The place of the number that is looked at."""
        layer, place = self.clicked
        return place if layer == self.layer else self.path[self.layer]

    @cached_property
    def made(self) -> Made:
        """What it is made of."""
        return self.way.made(self.layer, self.place)

    @cached_property
    def uses(self) -> Uses:
        """What it goes into."""
        return self.way.uses(self.layer, self.place, self.answer)

    @property
    def slope(self) -> float:
        """By how much the score grows with it; NaN for probabilities."""
        return float(self.way.slopes(self.answer)[self.layer][self.place])

    @property
    def name(self) -> Verbatim:
        """What it is called."""
        return Verbatim(self.way.name(self.layer, self.place))

    def sheet(self, layer: int, *, back: bool = False) -> Sheet:
        """Return how a layer is laid out: what was flattened in lines of a channel each, or `back` as it was."""
        shape = self.way.numbers[layer].shape
        if layer and self.given.plan[layer - 1].kind == "flatten":
            before = self.way.numbers[layer - 1].shape
            shape = before if back else (before[0], 1, before[1] * before[2])
        return sheet(*shape)

    def symbol(self, layer: int) -> str:
        """Return how numbers of a layer are called by layer, channel, row and column."""
        if layer == 0:
            return "image[{2}, {3}]"
        vector = self.way.numbers[layer].shape[1:] == (1, 1)
        return f"{self.way.names[layer]}[{'{1}' if vector else '{1}, {2}, {3}'}]"

    def link(self, layer: int, place: Place) -> Link:
        """Return a link that looks at another number of the same."""
        texts = self.params.to_texts()
        own = {name: texts[name] for name in self.params.changed()}
        at = ", ".join(map(str, (layer, *(int(each) for each in place))))
        return Link("cnn.by_layer", {**own, "layer": str(layer), "at": at}, runs=False)

    def largest(self, layer: int) -> float:
        """Return the largest size of a layer's numbers, for its colours."""
        return float(np.abs(self.way.numbers[layer]).max()) or 1.0

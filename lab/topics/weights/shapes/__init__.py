"""Shapes of weights: which numbers a linear layer has, and where sizes that do not fit are noticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event
from lab.core.metaparameters import SeedParams
from lab.core.numbers import NumbersPage
from lab.core.params import Params, integer, integers
from lab.core.quantities import Numbers
from lab.topics.weights.shapes.chain import Chain
from lab.topics.weights.shapes.figures import product, strip
from lab.topics.weights.shapes.numbers import numbers

MOST = 8
"""Layers of one network."""


@dataclass(frozen=True, kw_only=True)
class ShapesParams(SeedParams):
    """The course's network is the default."""

    essentials: ClassVar[tuple[str, ...]] = ("layers", "shown", "batch", "wrong", "in_features")

    layers: tuple[int, ...] = integers(
        (10, 14, 19, 8), 1, 100, length=(2, MOST + 1), label="Layers", group="Network",
        help="How many inputs there are, then the units of each layer.",
    )  # fmt: skip
    shown: int = integer(
        1, 1, MOST, label="Layer shown", group="Network", slider=True,
        help="The product of this layer is written out; of a shorter network that of its last one.",
    )  # fmt: skip
    batch: int = integer(
        5, 1, 100, label="Batch size", group="Network", slider=True,
        help="How many inputs go through the network together: the rows of x.",
    )  # fmt: skip
    wrong: int = integer(
        0, 0, MOST, label="Layer of a wrong size", group="Mistake", slider=True,
        help="This layer is made for another number of inputs than the layer before it gives; 0 for none.",
    )  # fmt: skip
    in_features: int = integer(
        19, 1, 100, label="Its in_features", group="Mistake", when=("wrong", tuple(range(1, MOST + 1))), slider=True,
        help="For so many numbers the layer of a wrong size is made.",
    )  # fmt: skip

    def chain(self) -> Chain:
        """Return the network."""
        return Chain(self.layers, self.batch, self.wrong, self.in_features, self.seed)


class Shapes(NumbersPage[ShapesParams]):
    """Make linear layers, and send a batch through them."""

    id: ClassVar[str] = "weights.shapes"
    title: ClassVar[str] = "Shapes of weights"
    params: ClassVar[type[Params]] = ShapesParams

    def figures(self, params: ShapesParams) -> Iterator[Event]:
        """Yield the layers, and the product of one of them."""
        chain = params.chain()
        yield strip(chain)
        yield product(chain, min(params.shown, len(chain.pairs)))

    def numbers(self, params: ShapesParams) -> Sequence[Numbers]:
        """Return the shapes, layer by layer, and the counts."""
        return numbers(params.chain())


EXPERIMENT = Shapes

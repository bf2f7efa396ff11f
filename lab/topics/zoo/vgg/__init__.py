"""VGG: six configurations, of which each layer says what it has, costs and sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Architecture, Event
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, flag, integer
from lab.core.quantities import Numbers
from lab.core.text import Verbatim
from lab.topics.zoo.vgg.configurations import CONFIGURATIONS, Placed, placed
from lab.topics.zoo.vgg.figures import bars, compared, layers_table, paper
from lab.topics.zoo.vgg.numbers import numbers


@dataclass(frozen=True, kw_only=True)
class VggParams(Params):
    """A configuration, the images that it takes, and the layer that is looked at."""

    configuration: str = choice(
        "D", {name: Verbatim(name) for name in CONFIGURATIONS}, label="Configuration", group="Network",
        help="A column of the paper's table. D is called VGG-16, E is VGG-19.",
    )  # fmt: skip
    classes: int = integer(
        1000, 2, 10_000, label="Classes", help="Outputs of the last layer; ImageNet has 1000.", group="Network"
    )
    size: int = integer(
        224, 32, 512, label="Image size", unit="pixels", slider=True, group="Network",
        help="Rows, and as many columns. Five poolings leave a 32nd of it.",
    )  # fmt: skip
    adaptive: bool = flag(
        True, label="Adaptive pooling", group="Network",
        help="Bring what comes to the linear layers to 7 × 7, as torchvision does: images of every size fit the same "
        "weights. Without it the first linear layer grows with the image.",
    )  # fmt: skip
    layer: int = integer(
        1, 0, 25, label="Layer", group="Shown",
        help="The layer that is looked at, counted from 1. Click one in the strip or in the table. A number beyond "
        "the last means the last.",
    )  # fmt: skip

    def plan(self) -> tuple[Placed, ...]:
        """Return the layers."""
        return placed(self.configuration, self.size, self.classes, self.adaptive)

    def place(self) -> int:
        """Return the place of the layer that is looked at, from 1; of the image the first layer."""
        return min(max(self.layer, 1), len(self.plan()))


class Vgg(NumbersPage[VggParams]):
    """The table of the paper, of which each cell can be asked."""

    id: ClassVar[str] = "zoo.vgg"
    title: ClassVar[str] = "VGG, layer by layer"
    params: ClassVar[type[Params]] = VggParams

    def figures(self, params: VggParams) -> Iterator[Event]:
        """Yield the network as a strip, as the paper's table, as bars and as a table."""
        plan, place = params.plan(), params.place()
        picked, texts = plan[place - 1], params.to_texts()
        own = {name: texts[name] for name in params.changed()}
        yield Architecture(tuple(each.layer for each in plan), "layer", place)
        yield paper(params.configuration, picked, own, params.size, params.classes, params.adaptive)
        yield bars(plan)
        yield layers_table(plan, picked)
        yield compared(params.configuration, params.size, params.classes, params.adaptive)

    def numbers(self, params: VggParams) -> Sequence[Numbers]:
        """Return the numbers of the layer and of the whole."""
        plan = params.plan()
        return [
            numbers(params.configuration, plan, plan[params.place() - 1], params.size, params.classes, params.adaptive)
        ]


EXPERIMENT = Vgg

"""What an experiment has to show, as small frozen records.

Arrays are NumPy on the CPU and are never changed after the event is made. An event never holds a live tensor or a
model. Each event answers for one thing on the screen; `name` tells two of a kind apart.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.core.text import Message

Array = NDArray[Any]
E = TypeVar("E", bound="Event")


@dataclass(frozen=True)
class Event:
    """Base of all events.

    Those of a kind that is `appended` are all kept, in their order; of any other only the newest of a `key`.
    """

    appended: ClassVar[bool] = False

    @property
    def key(self) -> tuple[str, str]:
        """What this is an event of: only the newest event of a key is worth showing."""
        return type(self).__name__, getattr(self, "name", "")


Shown = Callable[[type["Event"], str], bool]
"""Tells of an event, by its kind and its name, whether someone looks at it."""
Watched = tuple[type["Event"], str | None]
"""What is looked at: events of a kind and a name; None: of any name."""


def among(watched: Container[Watched], kind: type[Event], name: str) -> bool:
    """Tell whether an event, by its kind and its name, is among what is looked at."""
    return (kind, name) in watched or (kind, None) in watched


@dataclass(frozen=True)
class Lazy(Event):
    """An event that is not made yet. `make` gives one of that kind and name; all that costs time is done there."""

    kind: type[Event]
    name: str
    make: Callable[[], Event]

    @property
    def key(self) -> tuple[str, str]:
        """The key of the event that it becomes."""
        return self.kind.__name__, self.name


def lazily(kind: type[E], name: str, make: Callable[..., E], *arguments: Any) -> Lazy:
    """Return an event of that kind and name that `make(*arguments)` gives when someone looks at it.

    That is at once, while it runs; only what a preview yields may be made later.
    """
    return Lazy(kind, name, lambda: make(*arguments))


def made(events: Iterable[Event], shown: Shown | None = None) -> Iterator[Event]:
    """Yield events, and of those that are lazy the ones that are `shown`, made; None: all of them.

    Raises ValueError where another event is made than was promised: nobody would ever see it.
    """
    for event in events:
        if not isinstance(event, Lazy):
            yield event
        elif shown is None or shown(event.kind, event.name):
            found = event.make()
            if found.key != event.key:
                raise ValueError(f"{event.key} was promised, and {found.key} was made")
            yield found


@dataclass(frozen=True)
class Scalars(Event):
    """Numbers at an optimiser step; `name` is their rhythm, "batch" or "epoch"."""

    appended: ClassVar[bool] = True

    name: str
    step: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class Histogram(Event):
    """How many values lie between two edges at an optimiser step: `edges` (B + 1,) ascend, `counts` (B,).

    Edges may differ from step to step. `name` is what is counted, "weights/conv1.weight": what stands before the
    slash is the family that one view shows. A long run keeps some of them, evenly over it.
    """

    appended: ClassVar[bool] = True

    name: str
    step: int
    edges: Array
    counts: Array


@dataclass(frozen=True)
class Moment(Event):
    """Something that happened to the run at an optimiser step: stopped, restored, forked, best weights.

    Curves are marked with it. A view shows the moments of every `name`; it only tells several of one label apart.
    """

    appended: ClassVar[bool] = True

    step: int
    label: Message
    name: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Each label has its own series: of one that comes often, some are left out in a long run."""
        return type(self).__name__, f"{self.name}\n{self.label.template}"


@dataclass(frozen=True)
class Progress(Event):
    """The end of one step: `step` of `steps` done, in epoch `epoch` (from 1) of `epochs`. Closes a step.

    `doing` says what the steps are where they are not those of the run itself: what follows it and takes its time.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    epoch_ends: bool
    doing: Message | None = None


@dataclass(frozen=True)
class Layer:
    """One layer of a network, as arithmetic.

    Shapes are without the batch: (C, H, W) or (F,). `arithmetic` is the computation of the output shape and of the
    number of parameters with the numbers put in; `formula` is its general form in TeX.
    """

    name: str
    kind: str
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int
    multiply_adds: int
    formula: str
    arithmetic: str


@dataclass(frozen=True)
class Architecture(Event):
    """The network as a strip of layers.

    A click on one sets the whole number `picks` to its place, from 1; the input is 0. `picked` is the one that is set.
    """

    layers: tuple[Layer, ...]
    picks: str = ""
    picked: int = 0


@dataclass(frozen=True)
class TreeLayer:
    """One module of a network, by its `path` ("features.0.conv"; "" is the network itself) and class (`kind`).

    `shape_out` is without the batch, () of one number; None where it is not known. `parameters` are its own, without
    those of what it contains, and `trainable` how many of them an optimiser may change. `held` is a batch norm that
    stays in evaluation mode while the network is trained. `multiply_adds` and `activations`, numbers that it gives out,
    are of itself too, for one image; where they are not known, they are 0 everywhere.
    """

    path: str
    depth: int
    kind: str
    shape_out: tuple[int, ...] | None = None
    parameters: int = 0
    trainable: int = 0
    held: bool = False
    multiply_adds: int = 0
    activations: int = 0


@dataclass(frozen=True)
class LayerTree(Event):
    """All modules of a network, however deep: each is followed by those it contains, which are one deeper."""

    name: str
    layers: tuple[TreeLayer, ...]


@dataclass(frozen=True)
class ImageRows(Event):
    """Rows of images under each other, such as originals, noisy ones and reconstructions.

    Each of `rows` is its label and (N, H, W) or (N, H, W, 3): uint8, or floats, of which `limits` are black and white
    in all rows; where they are not finite, there is no colour. Image i is of the same example in all rows, and
    `indices` (N,) are their numbers in the data, where those are not 0 … N − 1.
    """

    name: str
    rows: tuple[tuple[Message | str, Array], ...]
    limits: tuple[float, float] = (0.0, 1.0)
    indices: Array | None = None
    step: int | None = None

    @property
    def count(self) -> int:
        """The number of images in the longest row."""
        return max((len(images) for _, images in self.rows), default=0)

    def index(self, place: int) -> int:
        """Return the number in the data of what stands at a place of the rows."""
        return place if self.indices is None else int(np.asarray(self.indices)[place])


@dataclass(frozen=True)
class Images(Event):
    """The images that `Predictions` speak of: (N, H, W) uint8 or (N, H, W, 3), with true labels (N,)."""

    name: str
    images: Array
    labels: Array
    classes: tuple[str, ...]
    source: Message


@dataclass(frozen=True)
class Predictions(Event):
    """What the network says of every image: `predicted` (N,) int, -1 where not asked yet; `confidence` (N,) in
    [0, 1], the probability of the predicted class; `truth` (N,). `top` (N, k) are the k most probable classes, the
    most probable first, where they are known. With `rolling` they were asked a part at a time while the network went
    on learning, so that not all are answers of the same weights.
    """

    name: str
    truth: Array
    predicted: Array
    confidence: Array
    classes: tuple[str, ...]
    step: int
    top: Array | None = None
    rolling: bool = False


@dataclass(frozen=True)
class FeatureMaps(Event):
    """One image seen through the network: `image` (H, W) or (H, W, 3) in [0, 1]; for each layer its name and maps
    (C, h, w).

    Of a large network only the layers asked for are carried, with `look({"layer": name})`: `available` are then the
    names of all that can be. `whole` has the shapes of those layers of which only the first maps are carried.
    `scales` are the values at which the colours of layers end, where that is not the largest of these maps: so that
    maps of several images can be compared.
    """

    name: str
    image: Array
    layers: tuple[tuple[str, Array], ...]
    step: int
    available: tuple[str, ...] = ()
    whole: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    scales: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Weights(Event):
    """A copy of the weights, by the name of `state_dict`, with the parameters and classes that build
    their network.

    Of a large network only the layers asked for are carried, with `look({"layer": name})`: `available` are then the
    names of all that can be. `whole` has the shapes of those arrays of which only the first outputs are carried.
    """

    name: str
    arrays: Mapping[str, Array]
    params: Mapping[str, Any]
    classes: tuple[str, ...]
    step: int
    available: tuple[str, ...] = ()
    whole: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether these are all weights of the network, so that it can be built again from them."""
        return not self.available and not self.whole


@dataclass(frozen=True)
class Probabilities(Event):
    """An answer: softmax probabilities (K,), or None where there is nothing to judge; `verdict` says it in words."""

    name: str
    values: Array | None
    classes: tuple[str, ...]
    verdict: Message
    sure: bool


@dataclass(frozen=True)
class Picture(Event):
    """One image, uint8, grey (H, W) or in colours (H, W, 3), or None."""

    name: str
    image: Array | None


@dataclass(frozen=True)
class Remark(Event):
    """A sentence for whoever watches."""

    name: str
    message: Message
    level: Literal["information", "warning"] = "information"


@dataclass(frozen=True)
class Metrics(Event):
    """The result of a run, by name, as numbers; `lists` are results of several numbers, such as a size, or sizes."""

    values: Mapping[str, float]
    lists: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def everything(self) -> dict[str, float | list[Any]]:
        """Return all of it as JSON has it."""
        lists = {
            name: [list(each) if isinstance(each, tuple) else each for each in numbers]
            for name, numbers in self.lists.items()
        }
        return {**self.values, **lists}

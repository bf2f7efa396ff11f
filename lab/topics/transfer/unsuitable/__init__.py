"""Data of other kinds, sizes or colours: what torch refuses, and what runs and is worth little."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code, defined
from lab.core.events import Array, Event, ImageRows, lazily
from lab.core.figures import Table
from lab.core.params import Params, choice, flag, integer, redeclared
from lab.data.params import AnyImageDataParams
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.topics.transfer.gain import CLASSES, End, Gain, GainParams, direction_field, figures
from lab.topics.transfer.gain.program import scaled_lines
from lab.topics.transfer.unsuitable import images
from lab.topics.transfer.unsuitable.refusals import Pair, sentences, table
from lab.training.drive import Occasion

if TYPE_CHECKING:
    from torch import Tensor, nn

    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine

SIDE = 28
"""Of clothes."""
MOST = 2000
"""Examples of the target: large images take much memory."""
NETWORK = (
    *("conv channels=6 kernel=3 padding=1", "relu", "pool kernel=2 how=mean"),
    *("conv channels=4 kernel=3 padding=1", "relu", "pool kernel=2 how=mean"),
    *("flatten", "linear units=50", "relu"),
)
"""The course's network for Gaussians."""


@dataclass(frozen=True, kw_only=True)
class UnsuitableParams(GainParams):
    """Gaussians, clothes, and how one is made to fit the network of the other."""

    essentials: ClassVar[tuple[str, ...]] = ("direction", "fit", "colours", "side", "examples", "seeds")

    direction: str = direction_field("Gaussians to clothes", "Clothes to Gaussians")
    side: int = integer(
        43, 16, 91, slider=True, unit="pixels", label="Side of the Gaussians", group="Data",
        help="The course's are of 91 × 91 pixels. Clothes are of 28 × 28.",
    )  # fmt: skip
    fit: str = choice(
        "pooled", {"pooled": "Adaptive pooling", "resized": "Resizing the target"}, label="Made to fit by",
        group="Transfer",
        help="What is done about another size: pooling to a fixed one before flatten, or resized images.",
    )  # fmt: skip
    colours: bool = flag(
        False, label="Source in colours", group="Transfer",
        help="Each image of the source has a colour drawn by chance; the target is grey, three times the same channel.",
    )  # fmt: skip
    network: tuple[str, ...] = redeclared(ConvolutionalParams, "network", NETWORK)
    examples: int = redeclared(GainParams, "examples", 200, high=MOST)
    sizes: tuple[int, ...] = redeclared(GainParams, "sizes", (50, 200, 1000), high=MOST)
    source_epochs: int = redeclared(GainParams, "source_epochs", 10)

    @property
    def sides(self) -> tuple[int, int]:
        """The sides of the images of source and target."""
        return (self.side, SIDE) if self.direction == "there" else (SIDE, self.side)

    def plain(self, end: End) -> tuple[int, ...]:
        """Return the shape of an image of an end, which nothing makes fit."""
        side = self.sides[end == "target"]
        return (3 if self.colours else 1), side, side

    @property
    def built(self) -> tuple[int, ...]:
        """The shape that networks are built for: what is pooled leaves as much as clothes do."""
        side = SIDE if self.fit == "pooled" else self.sides[0]
        return (3 if self.colours else 1), side, side

    def check(self) -> None:
        """Refuse networks that do not fit images of both sizes."""
        super().check()
        for end in ("source", "target"):
            plan(self, self.plain(end), CLASSES)

    @property
    def flat(self) -> tuple[int, tuple[int, int]]:
        """Return the place of flatten, and rows and columns of the maps before it."""
        layers = plan(self, self.built, CLASSES)
        place = next(place for place, layer in enumerate(layers) if layer.kind == "flatten")
        return place, (layers[place].shape_in[1], layers[place].shape_in[2])


class Unsuitable(Gain[UnsuitableParams]):
    """What is refused, in torch's words; and what is gained where it is made to fit."""

    id: ClassVar[str] = "transfer.unsuitable"
    title: ClassVar[str] = "Unsuitable data"
    params: ClassVar[type[Params]] = UnsuitableParams

    def datasets(self, params: UnsuitableParams, data: DataStore) -> tuple[ImageDataset, ImageDataset]:
        """Return source and target."""
        both = images.blobs(params.side, params.seed), AnyImageDataParams(dataset="fashion").images(data)
        return both if params.direction == "there" else both[::-1]

    def pair(self, params: UnsuitableParams) -> Pair:
        """Return what is tried, and refused."""
        classes = (len(images.CLASSES), CLASSES)
        return Pair(params, params.plain("source"), params.plain("target"),
                    classes if params.direction == "there" else classes[::-1])  # fmt: skip

    def reading(self, params: UnsuitableParams, data: DataStore, end: End) -> tuple[str, ...]:
        """Return lines of the program that read one end, or make it."""
        if (end == "source") == (params.direction == "there"):
            lines = (
                "from numpy import ndarray as Array", "", "SIDE = 91", "", "",
                *defined("lab.data.blobs", "blobs", "noisy", "gaussians"),
                *defined("lab.topics.transfer.unsuitable.images", "grey"),
                "def tensors(count, part):",
                f"    images, labels, _ = gaussians(count, ({params.seed}, part), side={params.side})",
                "    return torch.tensor(grey(images)).unsqueeze(1).float().div_(255), torch.tensor(labels)",
                "", "",
                f"train, train_labels = tensors({images.TRAIN}, 0)",
                f"test, test_labels = tensors({images.TEST}, 1)",
            )  # fmt: skip
        else:
            lines = AnyImageDataParams(dataset="fashion").reading_lines(data)
        return (*lines, *_fitting(params, end), *scaled_lines(params.scale(end)))

    def network(self, params: UnsuitableParams) -> tuple[str, ...]:
        """Return lines that make `network`, with adaptive pooling where that makes it fit."""
        place, maps = params.flat
        pooled = (f"network.insert({place}, nn.AdaptiveAvgPool2d({maps}))",) if params.fit == "pooled" else ()
        return (*super().network(params), *pooled)

    def model(self, params: UnsuitableParams, classes: int) -> nn.Module:
        """Return a network with its first weights."""
        from collections import OrderedDict

        from torch import nn

        found = super().model(params, classes)
        if params.fit != "pooled":
            return found
        place, maps = params.flat
        layers = list(found.named_children())
        return nn.Sequential(OrderedDict([*layers[:place], ("adaptive", nn.AdaptiveAvgPool2d(maps)), *layers[place:]]))

    def inputs(self, params: UnsuitableParams, images: Array, end: End) -> Tensor:
        """Return images as a network is given them: made as large as it needs, and with as many channels."""
        import torch
        from torch.nn import functional

        from lab.nets.pixels import as_tensor, scaled
        from lab.topics.transfer.unsuitable.images import tints

        found = as_tensor(images)
        if end == "target" and params.fit == "resized":
            found = functional.interpolate(found, size=params.built[1:], mode="bilinear", antialias=True)
        if params.colours:
            colours = torch.tensor(tints(len(found), params.seed)) if end == "source" else torch.ones(1, 3, 1, 1)
            found = found * colours
        return scaled(found, params.scale(end))

    def preview(self, params: UnsuitableParams, data: DataStore) -> Iterator[Event]:
        """Show the usual, and what torch refuses."""
        for event in super().preview(params, data):
            if event.key != ("ImageRows", "images"):
                yield event
        yield lazily(ImageRows, "images", _images, params, self.datasets(params, data))
        yield lazily(Code, "refusals", sentences, self.pair(params), False)
        yield lazily(Table, "refusals", table, self.pair(params))

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the usual, and what torch itself says."""
        yield from super().shown(engine, occasion, choices)
        if occasion == "rest":
            yield lazily(Code, "refusals", sentences, self.pair(self._params), True)


def _fitting(params: UnsuitableParams, end: End) -> Iterator[str]:
    """Yield lines of the program that make `train` and `test` fit."""
    if end == "target" and params.fit == "resized":
        yield f"how = {{'size': {params.built[1:]}, 'mode': 'bilinear', 'antialias': True}}"
        yield "train, test = (nn.functional.interpolate(images, **how) for images in (train, test))"
    if params.colours and end == "target":
        yield "train, test = (images.repeat(1, 3, 1, 1) for images in (train, test))"
    elif params.colours:
        yield from ("", "", *defined("lab.topics.transfer.unsuitable.images", "tints"))
        yield f"TINT = {images.TINT}"
        yield f"train, test = (images * torch.tensor(tints(len(images), {params.seed})) for images in (train, test))"


def _images(params: UnsuitableParams, datasets: tuple[ImageDataset, ImageDataset]) -> ImageRows:
    """Return images of both ends, each in its own size; the source in colours where it has them."""
    tinted = images.tints(figures.SHOWN, params.seed).reshape(-1, 1, 1, 3) if params.colours else None
    return figures.images(datasets, (params.source_pixels, params.pixels), tinted)


EXPERIMENT = Unsuitable

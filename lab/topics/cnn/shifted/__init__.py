"""Digits that are not in the middle: a dense and a convolutional network learn side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from lab.core.events import Architecture, Array, Event, ImageRows, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.params import Params, choice, flag, integer, redeclared
from lab.core.text import Message, message
from lab.data.params import AnyImageDataParams, count_field
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.topics.cnn.shifted import figures
from lab.topics.cnn.shifted.moving import distances, moved
from lab.topics.cnn.shifted.program import program
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe

if TYPE_CHECKING:
    from torch import nn

    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

Way = Literal["convolutional", "dense"]
NAMES: Mapping[Way, Message] = MappingProxyType({"convolutional": message("convolutional"), "dense": message("dense")})
SHAPE, CLASSES = (1, 28, 28), 10
TRAIN, TEST = 0, 1
"""With the seed, where the random numbers begin by which images are moved."""


@dataclass(frozen=True, kw_only=True)
class ShiftedParams(AnyImageDataParams, TrainingParams, ConvolutionalParams):
    """The course's networks, and how far digits are moved there; it has 18,000 images, and 30 epochs."""

    essentials: ClassVar[tuple[str, ...]] = ("shift", "direction", "wraps", "learned", "count", "epochs")

    shift: int = integer(
        10, 0, 14, slider=True, unit="pixels", label="Largest shift", group="Data",
        help="Each test image is moved by a whole number of pixels, up to this many, either way.",
    )  # fmt: skip
    direction: str = choice(
        "rows", {"rows": "Rows: up and down", "columns": "Columns: left and right", "both": "Both"},
        label="Direction", group="Data", help="Along which axis images are moved.",
    )  # fmt: skip
    wraps: bool = flag(
        True, label="Wrapped", group="Data",
        help="What leaves the image on one side comes in on the other, as torch.roll has it; else zeros come in.",
    )  # fmt: skip
    learned: str = choice(
        "shifted", {"shifted": "Shifted images", "unshifted": "Images as they are"},
        label="Learned from", group="Data",
        help="Whether training images are moved as well, each by its own number of pixels, the same in all epochs.",
    )  # fmt: skip
    count: int = count_field(4000)
    epochs: int = redeclared(TrainingParams, "epochs", 6)
    dense_network: tuple[str, ...] = redeclared(
        ConvolutionalParams, "network",
        ("flatten", "linear units=64", "relu", "linear units=32", "relu", "linear units=32", "relu"),
        label="Dense network", help="The other network, from the image on.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse networks that do not fit, before anything runs."""
        for way in NAMES:
            plan(self.blocks(way), SHAPE, CLASSES)

    def blocks(self, way: Way) -> ConvolutionalParams:
        """Return what a network is built from."""
        own = self.network if way == "convolutional" else self.dense_network
        return ConvolutionalParams(network=own, initialisation=self.initialisation, pixels=self.pixels)

    def moved(self, dataset: ImageDataset) -> tuple[Array, Array]:
        """Return the images that are learned from, and those of the test, (N, 28, 28) uint8 as they are given."""
        train, test = dataset.train.images[: self.count], dataset.test.images
        return self._moved(train, TRAIN) if self.learned == "shifted" else train, self._moved(test, TEST)

    def _moved(self, images: Array, stream: int) -> Array:
        rows, columns = distances(len(images), self.shift, self.direction, [self.seed, stream])
        return moved(images, rows, columns, self.wraps)


class Shifted(TrainingExperiment[ShiftedParams]):
    """The same batches for both; the test is moved, and beside it stands the same test where nothing is."""

    id: ClassVar[str] = "cnn.shifted"
    title: ClassVar[str] = "Shifted digits"
    params: ClassVar[type[Params]] = ShiftedParams
    headline: ClassVar[Headline | None] = Headline(
        "convolutional", message("convolutional, shifted test"), live="convolutional_test_accuracy"
    )
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    def preview(self, params: ShiftedParams, data: DataStore) -> Iterator[Event]:
        """Show the networks, the images as they are given to them, both rolls, and the programs."""
        dataset = params.images(data)
        given = params.moved(dataset)
        yield Architecture(plan(params, SHAPE, len(dataset.classes)))
        yield Images("test", given[1], dataset.test.labels, dataset.classes, dataset.source)
        yield lazily(ImageRows, "images", figures.images, dataset, given)
        yield lazily(ImageRows, "rolls", figures.rolls, dataset.test.images, params.shift)
        for way in NAMES:
            yield program(params, data, len(dataset.classes), way)

    def setup(self, params: ShiftedParams, data: DataStore, way: Way = "convolutional") -> Setup:
        """Return a network and its images."""
        import torch

        from lab.nets.pixels import as_tensor, scaled
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        train, test = params.moved(dataset)
        given = {
            "train": (train, dataset.train.labels[: params.count]),
            "test": (test, dataset.test.labels),
            "unshifted": (dataset.test.images, dataset.test.labels),
        }
        sources = {
            name: InMemory(scaled(as_tensor(images), params.pixels), torch.tensor(labels))
            for name, (images, labels) in given.items()
        }
        return Setup(self.model(params, way, len(dataset.classes)), CLASSIFY, sources, dataset.classes, test)

    def model(self, params: ShiftedParams, way: Way, classes: int) -> nn.Module:
        """Return a network with its first weights."""
        import torch

        from lab.nets.network import build

        return build(params.blocks(way), SHAPE, classes, torch.Generator().manual_seed(params.seed))

    def begin(self, params: ShiftedParams, context: Context) -> TorchEngine[str]:
        """Make both networks; the same seed gives them the same batches."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params, self._dataset = params, params.images(context.data)
        first = self.setup(params, context.data)
        classes = len(first.classes)
        setups = {way: replace(first, model=self.model(params, way, classes)) for way in NAMES}
        return TorchEngine({way: Trainer(setup, params, context.device) for way, setup in setups.items()})

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show; after each epoch the accuracy over the distance, and the table."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Chart, "distances", figures.over_distance, engine, NAMES, self._params, self._dataset)
            yield lazily(Table, "numbers", figures.table, engine, NAMES, self._params, self._dataset)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, the accuracy on the shifted test by the name of each network too."""
        values = dict(super().result(engine).values)
        return Metrics({**values, **{way: values[f"{way}_test_accuracy"] for way in NAMES}})


EXPERIMENT = Shifted

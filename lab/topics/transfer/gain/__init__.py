"""What a network gains that has learned something else before: from scratch, fine-tuned and with a frozen body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Architecture, Array, Event, ImageRows, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import Headline
from lab.core.params import ParamError, choice, flag, integer, integers, redeclared
from lab.core.text import Message, message
from lab.data.params import AnyImageDataParams
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.program import network_lines
from lab.topics.transfer.again import learned_again
from lab.topics.transfer.gain import figures
from lab.topics.transfer.gain.comparison import Comparison
from lab.topics.transfer.gain.program import Ends, program, scaled_lines
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe

if TYPE_CHECKING:
    from torch import Tensor, nn

    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.topics.transfer.gain.engine import Transferring
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup, Trainer

End = Literal["source", "target"]
WAYS: Mapping[str, Message] = MappingProxyType(
    {"tuned": message("fine-tuned"), "scratch": message("from scratch"), "frozen": message("frozen body")}
)
"""The three trainings on the target. Views of one network show the first."""
SHAPE, CLASSES = (1, 28, 28), 10
LEAST = 1000
"""The images of an epoch on the target, at least: fewer are gone through several times."""
STREAM = 1
"""With the seed, where it begins which examples of the target are learned from."""


def direction_field(there: str, back: str) -> Any:
    """Declare which of two is learned first: `there` and `back` say it."""
    return choice(
        "there", {"there": there, "back": back}, label="Direction", group="Data",
        help="What is learned first, and what is learned then.",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class GainParams(TrainingParams, ConvolutionalParams):
    """What both phases have in common, and what is copied between them."""

    essentials: ClassVar[tuple[str, ...]] = ("direction", "examples", "source_pixels", "pixels", "seeds", "epochs")

    examples: int = integer(
        200, 10, 60_000, scale="log", slider=True, unit="images", label="Examples of the target", group="Data",
        help="So many are learned from, drawn by the seed; or all, where there are not so many.",
    )  # fmt: skip
    source_pixels: str = redeclared(
        ConvolutionalParams, "pixels", "unit", label="Pixels of the source",
        help="How the grey values of the first data set are scaled.",
    )  # fmt: skip
    pixels: str = redeclared(
        ConvolutionalParams, "pixels", "unit", label="Pixels of the target",
        help="How the grey values of the second data set are scaled. The course has 0 to 1 before, and −1 to 1 here.",
    )  # fmt: skip
    frozen: str = choice(
        "body", {"body": "All but the output layer", "convolutions": "Convolutions and norms"}, label="Frozen are",
        group="Transfer", help="What does not learn in the third network.",
    )  # fmt: skip
    statistics: bool = flag(
        True, label="Statistics copied", group="Transfer",
        help="Whether running means and variances of batch norm come along; a loop over named_parameters leaves them. "
        "It matters only where the network has batch norm.",
    )  # fmt: skip
    source_epochs: int = integer(
        3, 1, 100, scale="log", label="Epochs on the source", group="Training",
        help="How many times the first network sees its training images.",
    )  # fmt: skip
    epochs: int = redeclared(
        TrainingParams, "epochs", 10, label="Epochs on the target",
        help="An epoch has at least 1,000 images: where there are fewer examples, they are gone through several times.",
    )  # fmt: skip
    seeds: int = integer(
        3, 0, 20, label="Seeds", group="Comparison",
        help="When the run has ended, all is learned again with so many seeds and numbers of examples; 0 for none.",
    )  # fmt: skip
    sizes: tuple[int, ...] = integers(
        (50, 200, 1000), 10, 60_000, length=(1, 6), unit="images", label="Numbers of examples", group="Comparison",
        help="How many examples of the target are learned from, one after the other.",
    )  # fmt: skip

    def names(self, data: DataStore | None) -> tuple[str, str]:
        """Return the data sets of source and target, by name; where an end is none, `datasets` and `reading` say it."""
        raise NotImplementedError

    @property
    def built(self) -> tuple[int, ...]:
        """The shape (C, H, W) of the images that networks are built for."""
        return SHAPE

    def scale(self, end: End) -> str:
        """Return how the images of an end are scaled."""
        return self.pixels if end == "target" else self.source_pixels

    def check(self) -> None:
        """Refuse networks that do not fit, and numbers of examples that are there twice."""
        plan(self, self.built, CLASSES)
        if len(set(self.sizes)) < len(self.sizes):
            raise ParamError("sizes", "{field}: each number may be there once; found {value}", value=self.sizes)


P = TypeVar("P", bound=GainParams)


class Gain(TrainingExperiment[P]):
    """A network learns the source; then three learn the target side by side, two of which begin with its body."""

    headline: ClassVar[Headline | None] = Headline("gain", message("fine-tuned − from scratch"))
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    def datasets(self, params: P, data: DataStore) -> tuple[ImageDataset, ImageDataset]:
        """Return source and target. Raises DataError where they are not there."""
        source, target = (AnyImageDataParams(dataset=name).images(data) for name in params.names(data))
        return source, target

    def reading(self, params: P, data: DataStore, end: End) -> tuple[str, ...]:
        """Return lines of the program that read one end as `train`, `train_labels`, `test` and `test_labels`."""
        name = params.names(data)[end == "target"]
        return (*AnyImageDataParams(dataset=name).reading_lines(data), *scaled_lines(params.scale(end)))

    def network(self, params: P) -> tuple[str, ...]:
        """Return lines of the program that make `network`, with as many outputs as `classes`."""
        *lines, output, made = network_lines(params, params.built, CLASSES)
        return (*lines, output.replace(f", {CLASSES})", ", classes)"), made)

    def model(self, params: P, classes: int) -> nn.Module:
        """Return a network with its first weights."""
        import torch

        from lab.nets.network import build

        return build(params, params.built, classes, torch.Generator().manual_seed(params.seed))

    def inputs(self, params: P, images: Array, end: End) -> Tensor:
        """Return images (N, H, W) uint8 as a network is given them."""
        from lab.nets.pixels import as_tensor, scaled

        return scaled(as_tensor(images), params.scale(end))

    def validate(self, params: P, data: DataStore) -> None:
        """Raise DataError where images are missing or damaged."""
        self.datasets(params, data)

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Show the network, images of both ends as they are given, and the program."""
        source, target = self.datasets(params, data)
        yield Architecture(plan(params, params.built, len(target.classes)))
        yield lazily(ImageRows, "images", figures.images, (source, target), (params.source_pixels, params.pixels))
        yield self.program(params, data)

    def program(self, params: P, data: DataStore) -> Code:
        """Return the program of the whole run."""
        source, target = self.datasets(params, data)
        ends = Ends(
            self.reading(params, data, "source"), self.reading(params, data, "target"),
            len(source.classes), len(target.classes),
        )  # fmt: skip
        return program(params, self.network(params), ends)

    def setup(self, params: P, data: DataStore, end: End = "target") -> Setup:
        """Return a network and the images of an end; of the target with so many examples as are asked for."""
        import torch

        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = self.datasets(params, data)[end == "target"]
        train, labels = dataset.train.images, dataset.train.labels
        if end == "target":
            chosen = drawn(len(labels), params.examples, params.seed)
            train, labels = train[chosen], labels[chosen]
        times = -(-LEAST // len(labels)) if end == "target" else 1
        inputs = self.inputs(params, train, end)
        sources = {
            "train": InMemory(inputs.repeat(times, 1, 1, 1), torch.tensor(labels).repeat(times)),
            "test": InMemory(self.inputs(params, dataset.test.images, end), torch.tensor(dataset.test.labels)),
        }
        return Setup(self.model(params, len(dataset.classes)), CLASSIFY, sources, dataset.classes, dataset.test.images)

    def begin(self, params: P, context: Context) -> TorchEngine[str]:
        """Make the first network, and the three that follow it."""
        self._params, self._data, self._device = params, context.data, context.device
        return self._engine(params)

    def _engine(self, params: P, source: Trainer | None = None) -> Transferring:
        """Return all trainings; with a `source` that has learned already, only the others are still to come."""
        from lab.topics.transfer.gain.engine import Transferring, groups
        from lab.training.trainer import Trainer

        if source is None:
            first = self.setup(params, self._data, "source")
            source = Trainer(first, params.replace(epochs=params.source_epochs), self._device)
        target = self.setup(params, self._data)
        models = {way: self.model(params, len(target.classes)) for way in WAYS}
        others = {
            way: Trainer(replace(target, model=model, groups=groups(params.frozen, way)), params, self._device)
            for way, model in models.items()
        }
        return Transferring(source, others, params.statistics)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show; after each epoch all ways in numbers, and what the source says of the target."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Table, "numbers", figures.table, engine, WAYS)
            yield lazily(Table, "zero_shot", figures.answers, engine)

    def closing(self, engine: TorchEngine[str], watched: bool) -> Iterator[Event]:
        """Yield what belongs to the end; where someone watches, learn all again with other seeds and examples."""
        from lab.topics.transfer.gain.engine import Transferring

        assert isinstance(engine, Transferring)
        params = self._params
        yield from super().closing(engine, watched)
        if watched and params.seeds and engine.diverged is None:
            yield from learned_again(
                params,
                (params.sizes, tuple(WAYS), params.seeds),
                engine,
                lambda seed, size, source: self._engine(params.replace(seed=seed, examples=size), source),
                lambda values: figures.compared(Comparison(params.sizes, tuple(WAYS), values), WAYS),
            )

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the accuracy of each way on the target, of the source before, and the gain."""
        from lab.topics.transfer.gain.engine import Transferring

        assert isinstance(engine, Transferring)
        found = dict(super().result(engine).values)
        return Metrics({**found, **engine.totals(found)})


def drawn(count: int, most: int, seed: int) -> Array:
    """Return the numbers of the examples that are learned from, `most` of `count`; fewer are among more."""
    return np.random.default_rng([seed, STREAM]).permutation(count)[:most]

"""Pixels in another order: one order for all images, or one for each; three dense networks learn side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from lab.core.events import Architecture, Array, Event, ImageRows
from lab.core.experiment import Context
from lab.core.headline import Headline
from lab.core.params import Params, flag, redeclared
from lab.core.text import Message, message
from lab.data.params import AnyImageDataParams
from lab.nets.dense.classifier import layers, network_lines
from lab.training.digits import SHAPE, DenseDigitsParams, examples, network
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

Way = Literal["plain", "fixed", "each"]
WAYS: tuple[Way, ...] = ("plain", "fixed", "each")
NAMES: Mapping[Way, Message] = MappingProxyType(
    {
        "plain": message("as they are"),
        "fixed": message("one order for all"),
        "each": message("an order for each"),
    }
)
PIXELS = 28 * 28
SHOWN = 24
"""Test images that are shown, scrambled and not."""


@dataclass(frozen=True, kw_only=True)
class ScrambledParams(AnyImageDataParams, DenseDigitsParams):
    """The course's network; all three learn from the same batches."""

    epochs: int = redeclared(TrainingParams, "epochs", 30)
    follow: bool = flag(
        False, label="Weights follow", group="Network",
        help="The network of one order for all begins with the weights of the first one, in the order of its pixels.",
    )  # fmt: skip


class Scrambled(TrainingExperiment[ScrambledParams]):
    """A dense network has no notion of place; all it needs is that a pixel keeps its meaning."""

    id: ClassVar[str] = "ann.scrambled"
    title: ClassVar[str] = "Scrambled digits"
    params: ClassVar[type[Params]] = ScrambledParams
    headline: ClassVar[Headline | None] = Headline("fixed_test_accuracy", message("test accuracy with one order"))

    def preview(self, params: ScrambledParams, data: DataStore) -> Iterator[Event]:
        """Show the network, some images and the mean of each digit in all ways, and the program."""
        dataset = params.images(data)
        classes = len(dataset.classes)
        yield Architecture(layers(params, SHAPE, classes))
        scrambled = {way: scramble(dataset, way, params.seed)[1] for way in WAYS}
        yield ImageRows("images", tuple((NAMES[way], scrambled[way][:SHOWN]) for way in WAYS))
        labels = dataset.test.labels
        means = {way: [scrambled[way][labels == one].mean(0) for one in np.unique(labels)] for way in WAYS}
        rows = tuple((NAMES[way], np.stack(means[way]).astype(np.float32)) for way in WAYS)
        yield ImageRows("means", rows, limits=(0.0, 255.0))
        yield classifier_program(
            params,
            data=(
                *params.reading_lines(data),
                f"places = np.random.default_rng({params.seed}).permutation({PIXELS})",
                "train, test = (images.flatten(1)[:, places].reshape(images.shape) for images in (train, test))",
            ),
            network=network_lines(params, SHAPE, classes),
            initialisation=params.initialisation,
            begun=("network[1].weight.data = network[1].weight.data[:, places]",) if params.follow else (),
            name="fixed",
        )

    def setup(self, params: ScrambledParams, data: DataStore, way: Way = "plain") -> Setup:
        """Return the network of a way and its images."""
        from torch import nn

        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        train, test = scramble(dataset, way, params.seed)
        model = network(params, len(dataset.classes))
        if way == "fixed" and params.follow:
            first = model[1]
            assert isinstance(first, nn.Linear)
            first.weight.data = first.weight.data[:, order(params.seed)]
        sources = {"train": examples(train, dataset.train.labels), "test": examples(test, dataset.test.labels)}
        return Setup(model, CLASSIFY, sources, dataset.classes)

    def begin(self, params: ScrambledParams, context: Context) -> TorchEngine[str]:
        """Make three networks with the same first weights; the same seed gives them the same batches."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params = params
        trainers: dict[str, Trainer] = {
            way: Trainer(self.setup(params, context.data, way), params, context.device) for way in WAYS
        }
        return TorchEngine(trainers)


def order(seed: int) -> Array:
    """Return the one order of all pixels (784,): where each of them comes from."""
    return np.random.default_rng(seed).permutation(PIXELS)


def scramble(dataset: ImageDataset, way: Way, seed: int) -> tuple[Array, Array]:
    """Return the train and test images, (N, 28, 28) uint8, in a way; each image keeps its own order in all epochs."""
    parts = (dataset.train.images, dataset.test.images)
    if way == "plain":
        return parts
    flat = [images.reshape(len(images), PIXELS) for images in parts]
    if way == "fixed":
        flat = [pixels[:, order(seed)] for pixels in flat]
    else:
        generator = np.random.default_rng(seed + 1)
        flat = [generator.permuted(pixels, axis=1) for pixels in flat]
    train, test = (pixels.reshape(images.shape) for pixels, images in zip(flat, parts, strict=True))
    return train, test


EXPERIMENT = Scrambled

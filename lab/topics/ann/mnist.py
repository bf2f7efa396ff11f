"""A dense network reads handwritten digits, and shows how its weights spread while it learns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lab.core.events import Architecture, Event, Images
from lab.core.params import Params
from lab.data.params import AnyImageDataParams
from lab.nets.dense.classifier import layers, network_lines
from lab.training.digits import SHAPE, DenseDigitsParams, examples, network
from lab.training.experiment import TrainingExperiment
from lab.training.probes import AnswerOf, Confusion, Modules, Probe, WeightHistograms
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class DenseMnistParams(AnyImageDataParams, DenseDigitsParams):
    """The course's values are the defaults."""


class DenseMnist(TrainingExperiment[DenseMnistParams]):
    """784 pixels in a row, three hidden layers, ten scores."""

    id: ClassVar[str] = "ann.mnist"
    title: ClassVar[str] = "MNIST, dense"
    params: ClassVar[type[Params]] = DenseMnistParams
    queries: ClassVar[tuple[str, ...]] = ("image",)
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), AnswerOf(), WeightHistograms(), Modules())

    def preview(self, params: DenseMnistParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the test images and the program."""
        dataset = params.images(data)
        classes = len(dataset.classes)
        yield Architecture(layers(params, SHAPE, classes))
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        yield classifier_program(
            params,
            data=params.reading_lines(data),
            network=network_lines(params, SHAPE, classes),
            initialisation=params.initialisation,
        )

    def setup(self, params: DenseMnistParams, data: DataStore) -> Setup:
        """Return the network and the images; those of the test are never learned from."""
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        sources = {
            "train": examples(dataset.train.images, dataset.train.labels),
            "test": examples(dataset.test.images, dataset.test.labels),
        }
        return Setup(network(params, len(dataset.classes)), CLASSIFY, sources, dataset.classes, dataset.test.images)


EXPERIMENT = DenseMnist

"""A convolutional network learns handwritten digits, as in the course's section on CNNs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lab.core.code import Code
from lab.core.events import Architecture, Event, Images
from lab.core.params import Params, real
from lab.data.params import AnyImageDataParams, AugmentParams
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.program import network_lines
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.trainer import Setup

SHAPE = (1, 28, 28)
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class MnistParams(AugmentParams, AnyImageDataParams, TrainingParams, ConvolutionalParams):
    """Everything of the experiment that can be changed; the defaults are the course's."""

    essentials: ClassVar[tuple[str, ...]] = ("optimiser", "learning_rate", "epochs", "batch_size")

    label_smoothing: float = real(
        0.0,
        0.0,
        0.5,
        label="Label smoothing",
        help="Share of the target that is spread evenly over all classes.",
        group="Training",
    )

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        plan(self, SHAPE, CLASSES)


class Mnist(TrainingExperiment[MnistParams]):
    """Train a convolutional classifier and show everything of it."""

    id: ClassVar[str] = "cnn.mnist"
    title: ClassVar[str] = "MNIST digits"
    params: ClassVar[type[Params]] = MnistParams
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    def preview(self, params: MnistParams, data: DataStore) -> Iterator[Event]:
        """Show the network and the test images."""
        dataset = params.images(data)
        yield Architecture(plan(params, SHAPE, len(dataset.classes)))
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        yield self.program(params, data)

    def program(self, params: MnistParams, data: DataStore, after: tuple[str, ...] = ()) -> Code:
        """Return the program that does the same; `after` are lines that follow its last metric."""
        scaled = () if params.augments else ("train = scaled(train)",)
        return classifier_program(
            params,
            data=(*params.lines(params.pixels, data), *scaled, *params.varied_lines()),
            network=network_lines(params, SHAPE, len(params.images(data).classes)),
            initialisation=params.initialisation,
            label_smoothing=params.label_smoothing,
            varied=(*params.varied_call(), *(("inputs = scaled(inputs)",) if params.augments else ())),
            after=after,
        )

    def setup(self, params: MnistParams, data: DataStore) -> Setup:
        """Return the network of the parameters, its images scaled, and how they are varied."""
        import torch

        from lab.nets.network import build
        from lab.nets.pixels import as_tensor, scaled
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        train = as_tensor(dataset.train.images)
        return Setup(
            build(params, SHAPE, len(dataset.classes), torch.Generator().manual_seed(params.seed)),
            CLASSIFY.smoothed(params.label_smoothing),
            {
                # What is varied is scaled afterwards.
                "train": InMemory(
                    train if params.augments else scaled(train, params.pixels), torch.tensor(dataset.train.labels)
                ),
                "test": InMemory(
                    scaled(as_tensor(dataset.test.images), params.pixels), torch.tensor(dataset.test.labels)
                ),
            },
            dataset.classes,
            dataset.test.images,
            change=(lambda images, noise: scaled(params.augmented(images, noise), params.pixels))
            if params.augments
            else None,
        )


EXPERIMENT = Mnist

"""Dropout between convolutions: single numbers or whole maps, and what is left of what the next layer is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Architecture, Event, Images, lazily
from lab.core.figures import Chart, Table
from lab.core.params import Params, redeclared
from lab.core.pictures import Pictures
from lab.data.params import AnyImageDataParams, count_field
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.program import network_lines
from lab.topics.cnn.dropout import figures
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

SHAPE, CLASSES = (1, 28, 28), 10


@dataclass(frozen=True, kw_only=True)
class CnnDropoutParams(AnyImageDataParams, TrainingParams, ConvolutionalParams):
    """The network of the course's section on CNNs, with the shares of its network with dropout."""

    essentials: ClassVar[tuple[str, ...]] = ("network", "count", "dataset", "epochs")

    network: tuple[str, ...] = redeclared(
        ConvolutionalParams, "network",
        (
            "conv channels=10 kernel=5 padding=1", "pool", "relu", "dropout share=0.25",
            "conv channels=20 kernel=5 padding=1", "pool", "relu", "dropout share=0.25",
            "flatten", "linear units=50", "relu", "dropout share=0.5",
        ),
    )  # fmt: skip
    count: int = count_field(1000)
    epochs: int = redeclared(TrainingParams, "epochs", 30)

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        plan(self, SHAPE, CLASSES)


class CnnDropout(TrainingExperiment[CnnDropoutParams]):
    """Few images, so that there is something to be gained by what keeps a network from learning them by heart."""

    id: ClassVar[str] = "cnn.dropout"
    title: ClassVar[str] = "Dropout in convolutions"
    params: ClassVar[type[Params]] = CnnDropoutParams
    queries: ClassVar[tuple[str, ...]] = ("image", "layer", "at")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    def preview(self, params: CnnDropoutParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the test images and the program."""
        dataset = params.images(data)
        yield Architecture(plan(params, SHAPE, len(dataset.classes)))
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        yield program(params, data, len(dataset.classes))

    def setup(self, params: CnnDropoutParams, data: DataStore) -> Setup:
        """Return the network and its images; "learned" are those of the training, judged without dropout."""
        import torch

        from lab.nets.network import build
        from lab.nets.pixels import as_tensor, scaled
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        train, test = (
            InMemory(scaled(as_tensor(part.images[:count]), params.pixels), torch.tensor(part.labels[:count]))
            for part, count in ((dataset.train, params.count), (dataset.test, len(dataset.test.labels)))
        )
        return Setup(
            build(params, SHAPE, len(dataset.classes), torch.Generator().manual_seed(params.seed)), CLASSIFY,
            {"train": train, "test": test, "learned": train}, dataset.classes, dataset.test.images,
        )  # fmt: skip

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, the maps with some of them dropped, and what of that the next layer is told."""
        yield from super().shown(engine, occasion, choices)
        found = figures.Place.of(self._params)
        at = float(choices.get("at", found.share))
        yield lazily(Pictures, "masks", figures.masks, engine, found, at, int(choices.get("image", 0)))
        if occasion != "step":
            yield lazily(Chart, "noise", figures.noise, engine, found, at)
            yield lazily(Table, "numbers", figures.table, engine, self._params)


def program(params: CnnDropoutParams, data: DataStore, classes: int) -> Code:
    """Return the program, which measures the training images without dropout too."""
    few = f"train, train_labels = scaled(train[:{params.count}]), train_labels[:{params.count}]"
    return classifier_program(
        params,
        data=(*params.lines(params.pixels, data), few),
        network=network_lines(params, SHAPE, classes),
        initialisation=params.initialisation,
        after=(
            "with torch.no_grad():",
            "    outputs = torch.cat([network(images) for images in train.split(500)])",
            'print("learned_loss:", nn.functional.cross_entropy(outputs, train_labels).item())',
            'print("learned_accuracy:", (outputs.argmax(1) == train_labels).double().mean().item())',
        ),
    )


EXPERIMENT = CnnDropout

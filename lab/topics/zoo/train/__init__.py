"""Well-known networks, adapted to small images, through the one training: what each costs, and what it comes to."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code, defined
from lab.core.events import Event, Images, Metrics, lazily
from lab.core.figures import Chart, Table
from lab.core.params import Params, choice, integer, redeclared
from lab.data.params import ColourImageDataParams
from lab.nets.convolutional import ConvolutionalParams
from lab.topics.zoo.train import figures
from lab.topics.zoo.train.architectures import ARCHITECTURES, RULE, Architecture
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, Modules, NetworkWeights, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

TESTED = 1000
"""Test images, the first ones, that are judged after each epoch."""


@dataclass(frozen=True, kw_only=True)
class ZooTrainParams(ColourImageDataParams, TrainingParams):
    """ResNet-8 on two thousand clothes, so that a run takes half a minute."""

    essentials: ClassVar[tuple[str, ...]] = ("architecture", "dataset", "count", "epochs")

    architecture: str = choice(
        "resnet8", {name: each.label for name, each in ARCHITECTURES.items()}, label="Architecture", group="Network",
        help="Which network learns. What was changed in it for small images stands under Adapted.",
    )  # fmt: skip
    count: int = integer(
        2000, 50, 60_000, scale="log", unit="images", label="Training images", group="Data",
        help="The network learns from so many images, the first ones; or from all, where there are not so many.",
    )  # fmt: skip
    pixels: str = redeclared(ConvolutionalParams, "pixels", "symmetric")
    epochs: int = redeclared(TrainingParams, "epochs", 5)

    @property
    def chosen_one(self) -> Architecture:
        """The network that learns."""
        return ARCHITECTURES[self.architecture]

    @property
    def place(self) -> int:
        """Which of the two sizes of images it is, in `Architecture`."""
        return 0 if self.shape == (1, 28, 28) else 1


class ZooTrain(TrainingExperiment[ZooTrainParams]):
    """One network of the list; the sweep over the list is one click away."""

    id: ClassVar[str] = "zoo.train"
    title: ClassVar[str] = "Train one of them"
    params: ClassVar[type[Params]] = ZooTrainParams
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(one=True), NetworkWeights(), Modules())

    def preview(self, params: ZooTrainParams, data: DataStore) -> Iterator[Event]:
        """Show what was changed in the network, what all of them cost, the test images and the program."""
        dataset = params.images(data)
        yield figures.changed(params)
        yield figures.everything(params)
        yield figures.plane(params, None)
        test = dataset.test
        yield Images("test", test.images[:TESTED], test.labels[:TESTED], dataset.classes, dataset.source)
        yield program(params, data)

    def setup(self, params: ZooTrainParams, data: DataStore) -> Setup:
        """Return the network and its images."""
        import torch

        from lab.nets.pixels import as_tensor, scaled
        from lab.topics.zoo.train.network import network
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        sources = {
            name: InMemory(scaled(as_tensor(part.images[:most]), params.pixels), torch.tensor(part.labels[:most]))
            for name, part, most in (("train", dataset.train, params.count), ("test", dataset.test, TESTED))
        }
        model = network(params.architecture, params.shape, params.seed)
        return Setup(model, CLASSIFY, sources, dataset.classes, dataset.test.images[:TESTED])

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, and after each epoch what it costs and what it has come to."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Table, "numbers", figures.table, engine, self._params, seconds(engine))
            yield lazily(Chart, "plane", figures.plane, self._params, engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and what the network costs."""
        chosen, place = self._params.chosen_one, self._params.place
        cost = {
            "parameters": float(chosen.parameters[place]), "multiply_adds": float(chosen.multiply_adds[place]),
            "seconds_a_step": seconds(engine),
        }  # fmt: skip
        return Metrics({**super().result(engine).values, **cost})


def seconds(engine: TorchEngine[str]) -> float:
    """Return how long a step took, in the median of those since this run began or went on."""
    return statistics.median(engine.step_ms[""] or [0.0]) / 1000


def program(params: ZooTrainParams, data: DataStore) -> Code:
    """Return the program, which counts parameters and multiply-adds too."""
    function = params.chosen_one.call.partition("(")[0]
    return classifier_program(
        params,
        data=(
            "from collections import OrderedDict",
            "",
            *params.lines(params.pixels, data),
            f"train, train_labels = scaled(train[:{params.count}]), train_labels[:{params.count}]",
            f"test, test_labels = test[:{TESTED}], test_labels[:{TESTED}]",
        ),
        network=(
            *defined("lab.topics.zoo.train.adapted", function),
            f"channels, side = {params.shape[0]}, {params.shape[1]}",
            f"network = {params.chosen_one.call}",
        ),
        initialisation=RULE,
        after=(
            "from torch.utils.flop_counter import FlopCounterMode",
            "",
            'print("parameters:", sum(numbers.numel() for numbers in network.parameters()))',
            "with FlopCounterMode(display=False) as counted, torch.no_grad():",
            "    network(test[:1])",
            'print("multiply_adds:", counted.get_total_flops() // 2)',
        ),
    )


EXPERIMENT = ZooTrain

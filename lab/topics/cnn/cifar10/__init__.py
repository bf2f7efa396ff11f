"""Small photographs: the course's classifier, and its autoencoder with an output that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Architecture, Event, ImageRows, Images, Metrics, Remark, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.text import message
from lab.data.dividing import split
from lab.nets.convolutional import plan
from lab.nets.program import network_lines
from lab.topics.cnn.cifar10 import figures
from lab.topics.cnn.cifar10.figures import NAMES
from lab.topics.cnn.cifar10.params import CLASSES, Cifar10Params
from lab.topics.cnn.splitting import judging_lines
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe
from lab.training.program import classifier_program, reconstruction_program

if TYPE_CHECKING:
    from lab.core.events import Array
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.sources import InMemory
    from lab.training.trainer import Setup


class Cifar10(TrainingExperiment[Cifar10Params]):
    """One classifier, or three autoencoders that differ in what follows their last layer."""

    id: ClassVar[str] = "cnn.cifar10"
    title: ClassVar[str] = "Small photographs"
    params: ClassVar[type[Params]] = Cifar10Params
    headline: ClassVar[Headline | None] = Headline(
        "test_accuracy", message("test accuracy"),
        otherwise=Headline("linear_test_loss", message("test MSE"), "number", "lower"),
    )  # fmt: skip
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    _dataset: ImageDataset

    def validate(self, params: Cifar10Params, data: DataStore) -> None:
        """Raise LabError where the images are missing or damaged."""
        params.found(data)

    def preview(self, params: Cifar10Params, data: DataStore) -> Iterator[Event]:
        """Show the network, the images, what transforms do to them, and the program."""
        dataset = params.found(data)
        classifies = params.task == "classify"
        if params.dataset != "cifar-10":
            words = message(
                "These are clothes of Fashion-MNIST with a border, 32 × 32 in grey. CIFAR-10 is used once it is "
                "chosen; under “Data …” it can be imported or downloaded."
            )
            yield Remark("data", words)
        yield Architecture(
            plan(params.built("" if classifies else "linear"), params.shape, CLASSES if classifies else None)
        )
        yield figures.transforms(params, dataset)
        yield figures.delivered(params, dataset)
        part = _parts(params, dataset)["test"] if classifies else slice(None)
        yield Images("test", dataset.test.images[part], dataset.test.labels[part], dataset.classes, dataset.source)
        yield self.program(params, data)

    def program(self, params: Cifar10Params, data: DataStore) -> Code:
        """Return the program of the classifier, or of the autoencoder with a linear output."""
        if params.task == "classify":
            return classifier_program(
                params, data=params.lines(data), network=network_lines(params, params.shape, CLASSES),
                initialisation=params.initialisation, after=judging_lines(("dev", "dev", "dev_labels")),
            )  # fmt: skip
        return reconstruction_program(
            params, data=params.lines(data), network=network_lines(params.built("linear"), params.shape, None),
            criterion="nn.MSELoss()", name="linear",
            begun=("network = network.to(memory_format=torch.channels_last)",),
            judged=('print("linear_lowest:", outputs.min().item())',),
        )  # fmt: skip

    def setup(self, params: Cifar10Params, data: DataStore, output: str = "") -> Setup:
        """Return the classifier, or the autoencoder with an `output`, and the images."""
        import torch

        from lab.nets.network import build
        from lab.training.task import CLASSIFY, reconstruct
        from lab.training.trainer import Setup

        dataset = params.found(data)
        generator = torch.Generator().manual_seed(params.seed)
        model = build(params.built(output), params.shape, None if output else CLASSES, generator)
        learned, labels = dataset.train.images[: params.images], dataset.train.labels[: params.images]
        if output:
            sources = {"train": _source(params, learned, None), "test": _source(params, dataset.test.images, None)}
            return Setup(model, reconstruct(), sources, pictures=dataset.test.images)
        parts = {
            name: _source(params, dataset.test.images[part], dataset.test.labels[part])
            for name, part in _parts(params, dataset).items()
        }
        pictures = dataset.test.images[_parts(params, dataset)["test"]]
        return Setup(model, CLASSIFY, {"train": _source(params, learned, labels), **parts}, dataset.classes, pictures)

    def begin(self, params: Cifar10Params, context: Context) -> TorchEngine[str]:
        """Make the classifier, or the three autoencoders."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params, self._dataset = params, params.found(context.data)
        names = ("",) if params.task == "classify" else tuple(NAMES)
        return TorchEngine(
            {name: Trainer(self.setup(params, context.data, name), params, context.device) for name in names}
        )

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield classes and maps, or reconstructions; and after each epoch numbers."""
        if self._params.task == "classify":
            yield from super().shown(engine, occasion, choices)
            if occasion != "step":
                yield lazily(Table, "numbers", figures.classified, engine, self._params.batch_size)
            return
        for probe in self.probes[1:]:
            # Maps and kernels of the first one.
            yield from probe.shown(engine, self._params, occasion, choices)
        yield lazily(ImageRows, "images", figures.reconstructions, engine, self._params)
        if occasion != "step":
            yield lazily(Table, "outputs", figures.compared, engine, self._params)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and the ranges of the numbers before and behind the transforms."""
        values = dict(super().result(engine).values) | figures.ranges(self._params, self._dataset)
        if self._params.task == "autoencode" and engine.diverged is None:
            for name, found in figures.measures(engine, self._params).items():
                values |= {f"{name}_{key}": found[key] for key in ("dark_mse", "lowest", "steep")}
        return Metrics(values)


def _parts(params: Cifar10Params, dataset: ImageDataset) -> dict[str, Array]:
    return split(dataset.test.labels, params.shares, params.seed)


def _source(params: Cifar10Params, images: Array, labels: Array | None) -> InMemory:
    """Return images as the network takes them, with their labels; without any, they are their own targets."""
    import torch

    from lab.nets.pixels import scaled
    from lab.topics.cnn.cifar10.planes import planes
    from lab.training.sources import InMemory

    inputs = scaled(planes(torch.tensor(images)), params.pixels)
    return InMemory(inputs, inputs if labels is None else torch.tensor(labels))


EXPERIMENT = Cifar10

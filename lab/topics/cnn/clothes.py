"""The course's network for Fashion-MNIST: images mirrored by chance are for learning, and not for judging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.code import defined
from lab.core.events import Architecture, Array, Event, Images, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, BarPanel, Bars, Cell, Chart, Line, Mark, Table
from lab.core.params import Params, real, redeclared
from lab.core.text import message
from lab.data.dividing import split
from lab.data.params import ImageDataParams
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.program import network_lines
from lab.topics.cnn.splitting import DevParams, dividing_lines, judging_lines
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.cnn.mirrored import Drawing
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

SHAPE = (1, 28, 28)
CLASSES = 10
DRAWS = 400
"""How often it is drawn anew which images are mirrored, to see how much that alone changes."""
NETWORK = (
    *("conv channels=16", "pool", "batch_norm", "leaky_relu"),
    *("conv channels=32 padding=0", "pool", "batch_norm", "leaky_relu", "flatten"),
    *("linear units=64", "leaky_relu", "dropout", "linear units=32", "leaky_relu", "dropout"),
)


@dataclass(frozen=True, kw_only=True)
class ClothesParams(DevParams, ImageDataParams, TrainingParams, ConvolutionalParams):
    """The course's network, optimiser and batches; a fifth of its images, and 6 epochs in place of 10."""

    essentials: ClassVar[tuple[str, ...]] = ("flip", "dev_share", "epochs")

    flip: float = real(
        0.5, 0.0, 1.0, slider=True, label="Mirrored", group="Data",
        help="With which probability a training image is mirrored left to right, each time it is learned from.",
    )  # fmt: skip
    dataset: str = redeclared(ImageDataParams, "dataset", "fashion")
    network: tuple[str, ...] = redeclared(ConvolutionalParams, "network", NETWORK)
    pixels: str = redeclared(ConvolutionalParams, "pixels", "symmetric")
    epochs: int = redeclared(TrainingParams, "epochs", 6)

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        plan(self, SHAPE, CLASSES)


class Clothes(TrainingExperiment[ClothesParams]):
    """One network, judged on images as they are, on the same mirrored, and on those that chance mirrors."""

    id: ClassVar[str] = "cnn.clothes"
    title: ClassVar[str] = "Clothes, mirrored"
    params: ClassVar[type[Params]] = ClothesParams
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    def preview(self, params: ClothesParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the test images and the program."""
        dataset = params.images(data)
        test = split(dataset.test.labels, params.shares, params.seed)["test"]
        yield Architecture(plan(params, SHAPE, CLASSES))
        yield Images("test", dataset.test.images[test], dataset.test.labels[test], dataset.classes, dataset.source)
        yield classifier_program(
            params,
            data=(
                *params.lines(params.pixels, data), "train = scaled(train)", *dividing_lines(params, params.seed),
                *(("", "", *defined("lab.nets.pixels", "mirrored")) if params.flip else ()),
            ),
            network=network_lines(params, SHAPE, CLASSES),
            initialisation=params.initialisation,
            varied=(f"inputs = mirrored(inputs, {params.flip!r}, noise)",) if params.flip else (),
            after=judging_lines(
                ("dev", "dev", "dev_labels"),
                ("mirrored_dev", "dev.flip(3)", "dev_labels"),
                ("mirrored_test", "test.flip(3)", "test_labels"),
            ),
        )  # fmt: skip

    def setup(self, params: ClothesParams, data: DataStore) -> Setup:
        """Return the network, and its images: of the test each as it is, and mirrored."""
        import torch

        from lab.nets.network import build
        from lab.nets.pixels import as_tensor, mirrored, scaled
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        parts = split(dataset.test.labels, params.shares, params.seed)

        def source(images: Array, labels: Array, mirror: bool = False) -> InMemory:
            found = scaled(as_tensor(images), params.pixels)
            return InMemory(found.flip(3) if mirror else found, torch.tensor(labels))

        kept = {name: (dataset.test.images[part], dataset.test.labels[part]) for name, part in parts.items()}
        return Setup(
            build(params, SHAPE, CLASSES, torch.Generator().manual_seed(params.seed)),
            CLASSIFY,
            {
                "train": source(dataset.train.images, dataset.train.labels),
                **{name: source(*pair) for name, pair in kept.items()},
                **{f"mirrored_{name}": source(*pair, mirror=True) for name, pair in kept.items()},
            },
            dataset.classes,
            kept["test"][0],
            change=(lambda images, noise: mirrored(images, params.flip, noise)) if params.flip else None,
        )

    def begin(self, params: ClothesParams, context: Context) -> TorchEngine[str]:
        """Make an engine that also judges by images that chance mirrors."""
        from lab.topics.cnn.mirrored import Drawing
        from lab.training.trainer import Trainer

        self._params = params
        return Drawing({"": Trainer(self.setup(params, context.data), params, context.device)}, params.flip or 0.5)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what probes show, and after each epoch what mirroring alone does."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Chart, "draws", _draws, engine)
            yield lazily(Bars, "by_class", _by_class, engine)
            yield lazily(Table, "numbers", _numbers, engine)


def _drawing(engine: TorchEngine[str]) -> Drawing:
    from lab.topics.cnn.mirrored import Drawing

    assert isinstance(engine, Drawing)
    return engine


def _draws(engine: TorchEngine[str]) -> Chart:
    """Return how often the test accuracy is what, of one network, where chance mirrors the test images."""
    drawing = _drawing(engine)
    found = drawing.draws("test", DRAWS, -1 % 2**32)
    accuracies, counts = np.unique(found, return_counts=True)
    label = message("{count} draws", count=DRAWS)
    plain = float(drawing.right("test").mean())
    return Chart(
        "draws", (Line(label, accuracies, counts.astype(float), "bars"),), Axis(message("test accuracy"), share=True),
        Axis(message("draws"), low=0.0), (Mark("x", plain, message("not mirrored")),),
    )  # fmt: skip


def _by_class(engine: TorchEngine[str]) -> Bars:
    """Return the accuracy of each class as it is and mirrored."""
    drawing = _drawing(engine)
    truth, classes = drawing.first.sources["test"].labels(), drawing.first.setup.classes
    panels = []
    for colour, (label, source) in enumerate(
        ((message("as they are"), "test"), (message("mirrored"), "mirrored_test"))
    ):
        right = drawing.right(source)
        values = [right[truth == one].mean() if (truth == one).any() else np.nan for one in range(len(classes))]
        panels.append(BarPanel(label, np.round(np.array(values), 4), 0.0, 1.0, colour=colour))
    return Bars("by_class", classes, tuple(panels))


def _numbers(engine: TorchEngine[str]) -> Table:
    drawing = _drawing(engine)
    rows = []
    for source, label in (("dev", message("dev")), ("test", message("test"))):
        plain, other = drawing.right(source), drawing.right(f"mirrored_{source}")
        mean, deviation = drawing.chance(source)
        low, high = (f"{100 * (mean + side * 1.96 * deviation):.2f}" for side in (-1, 1))
        differ = message(
            "standard deviation of chance alone: {count} images are right as they are and wrong when mirrored, or the "
            "other way", count=int((plain != other).sum()),
        )  # fmt: skip
        rows.append(
            (
                Cell(label, message("{count} images", count=len(plain))),
                Cell(float(plain.mean()), mark="strong", share=True),
                Cell(float(other.mean()), message("the same images, each mirrored"), share=True),
                Cell(mean, message("from {low} to {high} % in 95 of 100 draws", low=low, high=high), share=True),
                Cell(float(f"{deviation:.3g}"), differ, share=True),
            )
        )
    columns = message("set"), message("plain"), message("mirrored"), message("by chance"), "±"
    note = message("By chance: each image is mirrored with a probability of {share}.", share=f"{drawing.share:g}")
    return Table("numbers", columns, tuple(rows), note)


EXPERIMENT = Clothes

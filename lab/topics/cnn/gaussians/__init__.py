"""The course's blobs: is one narrow or wide, or where does it lie and how wide is it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Architecture, Array, Event, Images, Metrics, lazily
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.headline import TEST_ACCURACY, Headline
from lab.core.params import Params, choice, flag, integer, real, redeclared
from lab.core.text import message
from lab.data import blobs
from lab.nets.convolutional import BlocksParams, plan
from lab.nets.registry.activations import HIDDEN
from lab.topics.cnn.gaussians import figures
from lab.topics.cnn.gaussians.program import program
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

TESTS = 200
"""Test images, as in the course."""
NETWORK = (
    *("conv channels=6 kernel=3 padding=1", "relu", "pool kernel=2 how=mean"),
    *("conv channels=4 kernel=3 padding=1", "relu", "pool kernel=2 how=mean"),
    *("flatten", "linear units=50", "relu"),
)
TASKS = {"class": "narrow or wide", "place": "place and width"}
"""What is asked, by name; the second asks for three numbers."""


@dataclass(frozen=True, kw_only=True)
class GaussiansParams(TrainingParams, BlocksParams):
    """The course's images, network and training."""

    essentials: ClassVar[tuple[str, ...]] = ("task", "network", "linear_units", "epochs")

    task: str = choice(
        "class", TASKS, label="Question", group="Data",
        help="Whether the blob is narrow or wide (one answer), or where it is and how wide (three numbers).",
    )  # fmt: skip
    scaled: bool = flag(
        False, label="Scaled targets", group="Data", when=("task", ("place",)),
        help="Each target has mean 0 and deviation 1, so that none weighs more than another in the loss.",
    )  # fmt: skip
    images: int = integer(
        1800, 20, 6000, scale="log", unit="images", label="Images", group="Data",
        help="How many images are learned from. The test is always with 200 others.",
    )  # fmt: skip
    noise: float = real(
        0.2, 0.0, 2.0, slider=True, label="Noise", group="Data",
        help="The standard deviation of the normal noise on each pixel; blobs are 1 in their middle.",
    )  # fmt: skip
    side: int = integer(
        blobs.SIDE, 9, 121, unit="pixels", label="Side", group="Data",
        help="Rows and columns of an image, which always shows the plane from −4 to 4.",
    )  # fmt: skip
    network: tuple[str, ...] = redeclared(BlocksParams, "network", NETWORK)
    linear_units: bool = flag(
        False, label="Linear units", group="Network",
        help="The activations behind flatten are left out: then all linear layers together are a single one.",
    )  # fmt: skip

    @property
    def outputs(self) -> int:
        """Return how many numbers the network answers."""
        return 1 if self.task == "class" else 3

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the shape of an image."""
        return 1, self.side, self.side

    @property
    def built(self) -> GaussiansParams:
        """Return the same with the network that is really built: `linear_units` are taken out of it."""
        if not self.linear_units or "flatten" not in self.network:
            return self
        place = self.network.index("flatten")
        rest = (block for block in self.network[place:] if block.split()[0] not in HIDDEN)
        return self.replace(network=(*self.network[:place], *rest), linear_units=False)

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        plan(self, self.shape, self.outputs)


@lru_cache(maxsize=2)
def examples(task: str, count: int, seed: tuple[int, int], noise: float, side: int) -> tuple[Array, Array, Array]:
    """Return images, their classes (N,), and their centres and widths (N, 3), which the other task asks for."""
    if task == "class":
        return blobs.gaussians(count, seed, noise=noise, side=side)
    images, numbers = blobs.placed(count, seed, noise, side)
    return images, (numbers[:, 2] >= figures.MIDDLE[2]).astype(np.int64), numbers


def part(params: GaussiansParams, test: bool) -> tuple[Array, Array, Array]:
    """Return what is learned from, or the test."""
    count = TESTS if test else params.images
    return examples(params.task, count, (params.seed, int(test)), params.noise, params.side)


def pictures(images: Array) -> Array:
    """Return images as grey levels (N, H, W) uint8: black is −0.5, white 1.5."""
    found: Array = (np.clip(images + 0.5, 0, 2) * np.float32(127.5)).astype(np.uint8)
    return found


class Gaussians(TrainingExperiment[GaussiansParams]):
    """One network, and what becomes of its answers where the course reads them otherwise than it counts them."""

    id: ClassVar[str] = "cnn.gaussians"
    title: ClassVar[str] = "Narrow and wide blobs"
    params: ClassVar[type[Params]] = GaussiansParams
    headline: ClassVar[Headline | None] = Headline(
        "test_accuracy", TEST_ACCURACY.label, otherwise=Headline("test_mse", message("test MSE"), "number", "lower")
    )
    queries: ClassVar[tuple[str, ...]] = ("image", "layer")
    probes: ClassVar[tuple[Probe, ...]] = (FeatureMapsOf(over=figures.COMPARED), NetworkWeights())

    def preview(self, params: GaussiansParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the test images and the program."""
        yield Architecture(plan(params.built, params.shape, params.outputs))
        images, labels, _ = part(params, test=True)
        classes = figures.CLASSES[params.task]
        yield Images("test", pictures(images), labels, classes, message("Made by Descent for this page."))
        yield self.program(params)

    def program(self, params: GaussiansParams) -> Code:
        """Return the program."""
        return program(params.built, params.task, params.scaled, params.outputs, TESTS)

    def setup(self, params: GaussiansParams, data: DataStore) -> Setup:
        """Return the network of the parameters and its images."""
        import torch

        from lab.nets.network import build
        from lab.topics.cnn.gaussians.task import found, wanted
        from lab.training.sources import InMemory
        from lab.training.trainer import Setup

        sources = {}
        for name in ("train", "test"):
            images, labels, numbers = part(params, name == "test")
            aims = labels[:, None].astype(np.float32) if params.task == "class" else wanted(numbers, params.scaled)
            sources[name] = InMemory(torch.tensor(images).unsqueeze(1), torch.tensor(aims))
        model = build(params.built, params.shape, params.outputs, torch.Generator().manual_seed(params.seed))
        classes = figures.CLASSES["class"] if params.task == "class" else ()
        return Setup(model, found(params.task, params.scaled), sources, classes, pictures(part(params, True)[0]))

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, and how the answers are spread; after each epoch, what is counted of them."""
        params, truth = self._params, part(self._params, test=True)
        yield from super().shown(engine, occasion, choices)
        if params.task == "class":
            yield from Confusion().shown(engine, params, occasion, choices)
            yield lazily(Chart, "answers", figures.logits, engine, truth[1])
        else:
            yield lazily(Chart, "answers", figures.places, engine, truth[2], params.scaled)
            picked = int(choices.get("image", 0)) % TESTS
            yield lazily(Field, "found", figures.blob, truth[0][picked])
            yield lazily(Overlay, "found", figures.circles, engine, truth[2], params.scaled, picked)
        if occasion != "step":
            yield lazily(Field, "correlations", figures.between_maps, engine, choices.get("layer"))
            yield lazily(Table, "numbers", figures.table, engine, params, truth)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end."""
        found = dict(super().result(engine).values)
        if engine.diverged is None:
            found |= figures.counted(engine, self._params, part(self._params, test=True))
        return Metrics(found)


EXPERIMENT = Gaussians

"""Two autoencoders side by side: one learns from images as they are, one from spoiled ones, and both are to give back
the images as they were. What experiments on noise and on bars have in common. Needs no torch.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from lab.core.code import Code
from lab.core.events import Array, Event, ImageRows, lazily
from lab.core.figures import Axis, Chart, Line, Mark, Table, Words
from lab.core.text import Message, message
from lab.nets.registry.losses import LOSSES
from lab.topics.autoencoders.network import (
    GIVEN,
    ORIGINAL,
    SHOWN,
    AutoencoderParams,
    SideBySide,
    as_images,
    data_lines,
    network_lines,
    outputs_of,
    pixels,
    setup,
)
from lab.training.drive import Occasion
from lab.training.probes import Probe
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

S = TypeVar("S", bound=AutoencoderParams)
TEST_STREAM = 3
"""With the seed, where the random numbers begin that spoil the test images; always the same."""
MEASURED = 500
"""Test images that are spoiled more and less, for the curves over the strength."""


class SpoiledExperiment(SideBySide[S]):
    """Both networks begin with the same weights; "clean" learns from clean images, the other one from spoiled ones.

    Pages say how images are spoiled, how much, and by what both are compared.
    """

    probes: ClassVar[tuple[Probe, ...]] = ()
    strengths: ClassVar[tuple[float, ...]]
    """How much the images are spoiled for the curves."""
    strength_label: ClassVar[Message]
    queries: ClassVar[tuple[str, ...]] = ("at",)

    @abstractmethod
    def strength(self, params: S) -> float:
        """Return how much images are spoiled, in training and in the test."""

    @abstractmethod
    def spoiled(self, images: Tensor, strength: float, generator: Generator) -> Tensor:
        """Return images (N, 784) spoiled; what is drawn is drawn from `generator`, of their device."""

    @abstractmethod
    def lines(self, params: S) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return lines of Python: those behind the images, which make `given` of `test`, and those in the loop, which
        change `inputs`, drawing from `noise`.
        """

    @abstractmethod
    def table(self, engine: TorchEngine[str]) -> Table:
        """Return the table "numbers" of both networks."""

    @abstractmethod
    def compared(self, originals: Tensor, others: Tensor) -> float:
        """Return by what images (N, 784) are compared with the originals over the strength."""

    @property
    @abstractmethod
    def axis(self) -> Axis:
        """What that is."""

    def program(self, params: S, data: DataStore, after: tuple[str, ...] = ()) -> Code:
        """Return the program of the second network."""
        given, varied = self.lines(params)
        return reconstruction_program(
            params,
            data=(*data_lines(params, data), *given),
            network=network_lines(params),
            criterion=LOSSES[params.loss].criterion,
            varied=varied,
            after=after,
            name=[*self.names][1],
        )

    def setup(self, params: S, data: DataStore, way: str = "") -> Setup:
        """Return a network with its images; "plain" are test images that are not spoiled."""
        from lab.training.sources import InMemory

        made, strength = setup(params, data), self.strength(params)
        wanted = pixels(params.images(data).test.images)
        given = self.spoiled(wanted, strength, self.test_generator(params))
        sources = {**made.sources, "test": InMemory(given, wanted), "plain": InMemory(wanted, wanted)}
        if way in ("", "clean"):
            return replace(made, sources=sources)

        def change(images: Tensor, generator: Generator) -> Tensor:
            return self.spoiled(images, strength, generator)

        return replace(made, sources=sources, change=change)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the images, at the strength that is picked, and after each epoch the curves over it and the table."""
        at = self.picked(choices)
        yield lazily(ImageRows, "reconstructions", self._rows, engine, at)
        if occasion != "step":
            yield lazily(Chart, "strengths", self._chart, engine, at)
            yield lazily(Table, "numbers", self.table, engine)

    def picked(self, choices: Mapping[str, Any]) -> float:
        """Return the strength that is picked in the chart, else that of the parameters."""
        wanted = float(choices.get("at", self.strength(self._params)))
        return min(max(wanted, self.strengths[0]), self.strengths[-1])

    def test_generator(self, params: S) -> Generator:
        """Return where the random numbers of the test images come from."""
        import torch

        return torch.Generator().manual_seed(params.seed + TEST_STREAM)

    def tests(self, engine: TorchEngine[str], strength: float, count: int) -> tuple[Tensor, Tensor]:
        """Return some test images (N, 784), spoiled by a strength and as they were, on the device of the networks."""
        wanted = engine.first.sources["plain"].part(0, count)[0]
        given = self.spoiled(wanted.cpu(), strength, self.test_generator(self._params))
        return given.to(wanted.device), wanted

    def all_tests(self, engine: TorchEngine[str]) -> tuple[Tensor, Tensor]:
        """Return all test images (N, 784), spoiled as in the run and as they were."""
        source = engine.first.sources["test"]
        return source.part(0, len(source))

    def _rows(self, engine: TorchEngine[str], at: float) -> ImageRows:
        given, wanted = self.tests(engine, at, SHOWN)
        rows: list[tuple[Message | str, Array]] = [(ORIGINAL, as_images(wanted)), (GIVEN, as_images(given))]
        rows += [(self.names[way], as_images(outputs_of(one, given))) for way, one in engine.trainers.items()]
        return ImageRows("reconstructions", tuple(rows), step=engine.step)

    def _chart(self, engine: TorchEngine[str], at: float) -> Chart:
        """Return how far both networks, and doing nothing, are from the originals over the strength."""
        import numpy as np

        found: dict[str, list[float]] = {name: [] for name in ("", *self.names)}
        for strength in self.strengths:
            given, wanted = self.tests(engine, strength, MEASURED)
            found[""].append(self.compared(wanted, given))
            for way, trainer in engine.trainers.items():
                found[way].append(self.compared(wanted, outputs_of(trainer, given)))
        labels: dict[str, Words] = {"": message("nothing done"), **self.names}
        lines = tuple(
            Line(labels[name], np.array(self.strengths), np.array(values), "line + points", colour)
            for (name, values), colour in zip(found.items(), (-1, 0, 1), strict=True)
        )
        return Chart(
            "strengths", lines, Axis(self.strength_label), self.axis,
            (Mark("x", at, message("shown: {value}", value=f"{at:.3g}")),), picks="at",
        )  # fmt: skip

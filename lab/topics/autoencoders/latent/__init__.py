"""The code of an autoencoder: a plane in which one drags, its components, its dead units, and a walk through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Architecture, Event, ImageRows, Metrics, lazily
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.params import Params, choice, redeclared
from lab.topics.autoencoders.latent.figures import shares_chart, unit_field, walk_rows
from lab.topics.autoencoders.latent.measured import Measured, after_lines, measured, numbers, pixel_plane
from lab.topics.autoencoders.network import AutoencoderParams, layers, program, setup
from lab.topics.autoencoders.plane import PlaneExperiment, class_field, decoded, points_over
from lab.training.drive import Occasion

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

STEPS = 9
"""Images of a walk, both ends included."""


@dataclass(frozen=True, kw_only=True)
class LatentParams(AutoencoderParams):
    """The course's 784–150–15–150–784 with a code of 2 units, so that it is a plane; the course's code is a link."""

    essentials: ClassVar[tuple[str, ...]] = ("encoder", "code", "code_activation", "epochs")

    encoder: tuple[int, ...] = redeclared(AutoencoderParams, "encoder", (150,))
    code: int = redeclared(AutoencoderParams, "code", 2)
    code_activation: str = choice(
        "identity", {"identity": "None (linear)", "relu": "ReLU, as in the course"}, label="Activation of the code",
        group="Network", help="With ReLU no number of a code is below 0, and a unit may be 0 for every image: dead.",
    )  # fmt: skip


class Latent(PlaneExperiment[LatentParams]):
    """What an autoencoder keeps of an image, seen as points and decoded under the hand."""

    id: ClassVar[str] = "autoencoders.latent"
    title: ClassVar[str] = "The code"
    params: ClassVar[type[Params]] = LatentParams
    _measured: tuple[int, Measured] | None = None
    _walk: tuple[int, int] | None = None
    """The test images between which the walk goes."""

    def preview(self, params: LatentParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the images, where two components of their pixels put them, and the program."""
        for event in super().preview(params, data):
            yield Architecture(layers(params, params.code_activation)) if isinstance(event, Architecture) else event
        dataset = params.images(data)
        yield lazily(Field, "pixels", lambda: class_field(pixel_plane(dataset), "pixels"))
        yield lazily(Overlay, "pixels", lambda: points_over(pixel_plane(dataset), "pixels"))

    def program(self, params: LatentParams, data: DataStore) -> Code:
        """Return the program that does the same in torch."""
        return program(params, data, params.code_activation, after_lines(params))

    def setup(self, params: LatentParams, data: DataStore) -> Setup:
        """Return the network and the images."""
        return setup(params, data, params.code_activation)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the plane and its place, and after each epoch what there is to know of the code."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(ImageRows, "walk", lambda: self._walked(engine))
            yield lazily(Table, "numbers", lambda: numbers(self._now(engine)).table)
            yield lazily(Chart, "shares", lambda: shares_chart(self._now(engine)))
            yield lazily(Field, "units", lambda: unit_field(self.plane(engine)))

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Take a place, or an image: the walk goes to it, from the one before."""
        if "image" in request and self.engine is not None:
            self._walk = self._ends()[1], int(request["image"]) % len(self.dataset.test)
        yield from super().query(request)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and what there is to know of the code."""
        found = super().result(engine)
        if engine.diverged is not None:
            return found
        more = self._now(engine)
        return Metrics({**found.values, **more.values}, more.shares)

    def _now(self, engine: TorchEngine[str]) -> Measured:
        if self._measured is None or self._measured[0] != engine.step:
            self._measured = engine.step, measured(engine, self.dataset)
        return self._measured[1]

    def _ends(self) -> tuple[int, int]:
        """Return where the walk begins and ends: before anything is picked, the first images of two classes."""
        labels = self.dataset.test.labels
        return self._walk or (0, int((labels != labels[0]).argmax()))

    def _walked(self, engine: TorchEngine[str]) -> ImageRows:
        first, last = self._ends()
        return walk_rows(
            self.dataset.test.images[[first, last]],
            self.plane(engine).codes[[first, last]],
            lambda codes: decoded(engine, codes),
            STEPS,
            engine.step,
        )


EXPERIMENT = Latent

"""A variational autoencoder: codes are drawn near a standard normal distribution, so that what is drawn from it
is decoded to something that looks like the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, ImageRows, Metrics, lazily
from lab.core.figures import Bars, Overlay, Table
from lab.core.headline import Headline
from lab.core.params import Params, real, redeclared
from lab.core.pictures import Pictures
from lab.core.text import message
from lab.topics.autoencoders.network import AutoencoderParams, examples
from lab.topics.autoencoders.plane import PlaneExperiment, points_over
from lab.topics.autoencoders.variational.figures import (
    Codes,
    circles,
    codes_of,
    draws,
    ellipse,
    numbers,
    samples,
    unit_bars,
)
from lab.topics.autoencoders.variational.program import variational_program
from lab.training.drive import Occasion
from lab.training.probes import Probe

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class VariationalParams(AutoencoderParams):
    """784–250–2–250–784, learned by Adam at 0.001 in batches of 32."""

    essentials: ClassVar[tuple[str, ...]] = ("beta", "code", "encoder", "epochs")

    code: int = redeclared(AutoencoderParams, "code", 2)
    loss: str = redeclared(AutoencoderParams, "loss", "bce")
    epochs: int = redeclared(AutoencoderParams, "epochs", 8)
    beta: float = real(
        1.0, 0.0, 100.0, label="β", group="Training",
        help="How much the KL divergence of the codes weighs beside the reconstruction. With 1 the loss is a bound of "
        "−log p(image); with 0 nothing keeps the codes together.",
    )  # fmt: skip


class Variational(PlaneExperiment[VariationalParams]):
    """Each image becomes a distribution of codes; a code is drawn from it, and decoded."""

    id: ClassVar[str] = "autoencoders.variational"
    title: ClassVar[str] = "Variational"
    params: ClassVar[type[Params]] = VariationalParams
    headline: ClassVar[Headline | None] = Headline("test_bound", message("test bound"), "number", "lower")
    probes: ClassVar[tuple[Probe, ...]] = ()
    _codes: tuple[int, Codes] | None = None
    _image: int | None = None

    def program(self, params: VariationalParams, data: DataStore) -> Code:
        """Return the program that does the same in torch."""
        return variational_program(params, data)

    def setup(self, params: VariationalParams, data: DataStore) -> Setup:
        """Return the network and the images."""
        from lab.topics.autoencoders.variational.torch_network import drawn, task
        from lab.training.trainer import Setup

        dataset = params.images(data)
        sources = {"train": examples(dataset.train.images), "test": examples(dataset.test.images)}
        model = drawn(params.sizes, params.activation, params.seed)
        return Setup(model, task(params.loss, params.beta), sources, dataset.classes, dataset.test.images)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the plane and its place, images drawn anew, and after each epoch the units of the code."""
        yield from super().shown(engine, occasion, choices)
        yield lazily(Pictures, "samples", lambda: samples(engine))
        yield lazily(ImageRows, "reconstructions", lambda: draws(engine))
        if occasion != "step":
            yield lazily(Bars, "units", lambda: unit_bars(self.codes(engine)))
            yield lazily(Table, "numbers", lambda: numbers(engine, self.codes(engine)).table)

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Take a place, or an image, whose distribution is shown."""
        if "image" in request:
            self._image = int(request["image"])
        yield from super().query(request)

    def over(self, engine: TorchEngine[str]) -> Overlay:
        """Return what lies over the plane: where codes should lie, and the distribution of the image picked."""
        plane = self.plane(engine, newest=False)
        more = circles(plane)
        if self._image is not None and plane.codes.shape[1] == 2:
            more += (ellipse(self.codes(engine), self._image % len(plane.codes)),)
        return points_over(plane, "plane", self.place(plane), more)

    def codes(self, engine: TorchEngine[str]) -> Codes:
        """Return the distributions of the codes of the test images."""
        if self._codes is None or self._codes[0] != engine.step:
            self._codes = engine.step, codes_of(engine)
        return self._codes[1]

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and how the codes lie."""
        found = super().result(engine)
        return found if engine.diverged is not None else Metrics({**found.values, **self.codes(engine).values})


EXPERIMENT = Variational

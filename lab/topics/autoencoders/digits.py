"""Digits through a narrow layer: a dense autoencoder, live, beside the best linear one, and with an own drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, ImageRows, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, BarPanel, Bars, Cell, Chart, Line, Table
from lab.core.params import Params
from lab.core.text import message
from lab.data.finding import find_drawn
from lab.topics.autoencoders.components import spectrum
from lab.topics.autoencoders.network import (
    GIVEN,
    OUTPUT,
    PIXELS,
    AutoencoderExperiment,
    AutoencoderParams,
    Reconstructions,
    as_images,
    outputs_of,
    pixels,
    program,
)
from lab.topics.autoencoders.plane import encoded
from lab.training.drive import Occasion
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Probe

if TYPE_CHECKING:
    from lab.core.code import Code
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine

LINEAR = (
    "middle = train.double().mean(0)",
    "axes = torch.linalg.eigh((train.double() - middle).T @ (train.double() - middle)).eigenvectors[:, -{code}:]",
    "apart = test.double() - middle",
    'print("pca_mse:", (apart - apart @ axes @ axes.T).square().mean().item())',
    'print("mean_mse:", apart.square().mean().item())',
)
"""What the program says of the references."""


class Drawn(Probe):
    """An own "drawing", as the network is given it, and what it makes of it."""

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield them, once something is drawn."""
        drawing = choices.get("drawing")
        if drawing is not None:
            yield lazily(ImageRows, "drawing", self._rows, engine, drawing)

    def _rows(self, engine: TorchEngine[str], drawing: Array) -> ImageRows:
        found = find_drawn(drawing).image
        if found is None:
            return ImageRows("drawing", ())
        given = pixels(found[None])
        made = as_images(outputs_of(engine.first, given))
        return ImageRows("drawing", ((GIVEN, as_images(given)), (OUTPUT, made)), step=engine.step)


class CodeOf(Probe):
    """The code of the test "image" that is picked: all that the decoder is told."""

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield it."""
        yield lazily(Chart, "code_units", self._chart, engine, int(choices.get("image", 0)))

    def _chart(self, engine: TorchEngine[str], picked: int) -> Chart:
        index = picked % len(engine.first.sources["test"])
        code = encoded(engine, "test", index, index + 1)[0]
        line = Line(message("image {number}", number=index), np.arange(1.0, len(code) + 1), code.astype(float), "bars")
        return Chart("code_units", (line,), Axis(message("unit of the code"), whole=True), Axis(message("output")))


class Digits(AutoencoderExperiment[AutoencoderParams]):
    """784 numbers have to pass through 50."""

    id: ClassVar[str] = "autoencoders.digits"
    title: ClassVar[str] = "Digits"
    params: ClassVar[type[Params]] = AutoencoderParams
    queries: ClassVar[tuple[str, ...]] = ("image", "drawing")
    probes: ClassVar[tuple[Probe, ...]] = (Reconstructions(), Drawn(), CodeOf())

    _dataset: ImageDataset

    def program(self, params: AutoencoderParams, data: DataStore) -> Code:
        """Return the program, which prints the references too."""
        linear = (line.format(code=min(params.code, PIXELS)) for line in LINEAR)
        return program(params, data, after=tuple(linear))

    def begin(self, params: AutoencoderParams, context: Context) -> TorchEngine[str]:
        """Remember the images, of which the references are."""
        self._dataset = params.images(context.data)
        return super().begin(params, context)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield images and code, and after each epoch what the errors are."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Table, "numbers", self._numbers, engine)
            yield lazily(Bars, "by_class", self._by_class, engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and the references."""
        return Metrics({**super().result(engine).values, **references(self._dataset, self._params.code)})

    def _numbers(self, engine: TorchEngine[str]) -> Table:
        code, found = self._params.code, references(self._dataset, self._params.code)
        share = message("of the error of the mean image")
        whats = (
            (
                message("autoencoder"), engine.judgement("test").values["mse"],
                message("mean over all pixels of all test images"),
            ),
            (
                message("PCA of {count} numbers", count=min(code, PIXELS)), found["pca_mse"],
                message("the best that a network without non-linearities can do, found from the training images"),
            ),
            (
                message("mean image"), found["mean_mse"],
                message("the same answer to every image: the mean of the training images"),
            ),
        )  # fmt: skip
        rows = tuple(
            (
                Cell(label, mark="" if place else "strong"),
                Cell(float(f"{error:.4g}"), why),
                Cell(round(error / found["mean_mse"], 4), share, share=True),
            )
            for place, (label, error, why) in enumerate(whats)
        )
        note = message("Errors are means of (output − original)² on test images, with pixels from 0 to 1.")
        return Table("numbers", (message("what"), message("test MSE"), message("left")), rows, note)

    def _by_class(self, engine: TorchEngine[str]) -> Bars:
        """Return the mean error of each class of test images."""
        dataset, errors = self._dataset, errors_of(engine)
        means = np.array([errors[dataset.test.labels == one].mean() for one in range(len(dataset.classes))])
        panel = BarPanel(message("test MSE"), np.round(means, 4), 0.0, 1.1 * float(means.max()), colour=1)
        return Bars("by_class", dataset.classes, (panel,))


def errors_of(engine: TorchEngine[str]) -> Array:
    """Return the mean squared error (N,) of each test image."""
    count = len(engine.first.sources["test"])
    _given, wanted = engine.first.sources["test"].part(0, count)
    found: Array = (engine.first.outputs("test", 0, count) - wanted).square().mean(1).double().cpu().numpy()
    return found


def references(dataset: ImageDataset, code: int) -> dict[str, float]:
    """Return the test errors of the mean training image, and of PCA of as many numbers as the code has."""
    errors = spectrum(dataset)
    return {"pca_mse": float(errors[min(code, PIXELS)]), "mean_mse": float(errors[0])}


EXPERIMENT = Digits

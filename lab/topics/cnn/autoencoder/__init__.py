"""The course's convolutional autoencoder: what it takes away, what it has to copy, and the grid in what it makes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Architecture, Event, ImageRows, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.params import ParamError, Params, choice, flag, integer, real, redeclared
from lab.core.text import message
from lab.nets.convolutional import BlocksParams, plan
from lab.topics.cnn.autoencoder import figures
from lab.topics.cnn.autoencoder.decoders import period, resized
from lab.topics.cnn.autoencoder.images import Given, blobs_of, pictures_of
from lab.topics.cnn.autoencoder.program import program
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import FeatureMapsOf, NetworkWeights, Probe

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.cnn.autoencoder.engine import Decoders
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

TESTS = 200
NETWORK = (
    *("conv channels=6 kernel=3 padding=1", "relu", "pool kernel=2"),
    *("conv channels=4 kernel=3 padding=1", "relu", "pool kernel=2"),
    *("transposed channels=6 kernel=3 stride=2", "relu", "transposed channels=1 kernel=3 stride=2"),
)
"""The course's 1 → 6 → 4 → 6 → 1: 557 parameters."""
DATA = {
    "gaussians": "Blobs of 91 × 91 pixels",
    "digits": "10,000 MNIST digits (bundled)",
    "fashion": "14,000 of Fashion-MNIST (bundled)",
}
TARGETS = {"same": "The input itself", "noisy": "Without the bar, with its noise", "clean": "Without bar and noise"}


@dataclass(frozen=True, kw_only=True)
class AutoencoderParams(TrainingParams, BlocksParams):
    """The course's images and network, and 512 batches."""

    essentials: ClassVar[tuple[str, ...]] = ("data", "target", "bars", "noise", "epochs")

    data: str = choice(
        "gaussians", DATA, label="Data", group="Data",
        help="Digits and clothes stand in 31 × 31 pixels, with black around them: so the same network fits.",
    )  # fmt: skip
    images: int = integer(
        1000, 20, 8000, scale="log", unit="images", label="Images", group="Data",
        help="How many images are learned from. The test is always with 200 others.",
    )  # fmt: skip
    noise: float = real(
        0.2, 0.0, 1.0, slider=True, label="Noise", group="Data",
        help="The standard deviation of the normal noise on each pixel; images are from 0 to 1 without it.",
    )  # fmt: skip
    bars: bool = flag(True, label="Bars", group="Data", help="A white bar lies across each image, or stands in it.")
    target: str = choice(
        "noisy", TARGETS, label="Target", group="Data", help="What is to be given back of an image with bar and noise."
    )  # fmt: skip
    network: tuple[str, ...] = redeclared(BlocksParams, "network", NETWORK)
    beside: bool = flag(
        True, label="Resize beside it", group="Network",
        help="A second network learns on the same batches: in place of each transposed convolution it makes the image "
        "larger and then convolves it.",
    )  # fmt: skip
    epochs: int = redeclared(TrainingParams, "epochs", 16)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the shape of an image."""
        return (1, 91, 91) if self.data == "gaussians" else (1, 31, 31)

    @property
    def ways(self) -> dict[str, AutoencoderParams]:
        """Return the networks that learn, by name."""
        other = self.replace(network=resized(self.network)) if self.beside else self
        return {"network": self} if other.network == self.network else {"network": self, "resized": other}

    def check(self) -> None:
        """Refuse a network that does not give back an image of the same size."""
        layers = plan(self, self.shape, None)
        found = layers[-1].shape_out if layers else None
        if found != self.shape:
            raise ParamError(
                "network", "{field}: {found} come out of the last block, and {wanted} are to be given back",
                found=" × ".join(map(str, found or (0,))), wanted=" × ".join(map(str, self.shape)),
            )  # fmt: skip


class Autoencoder(TrainingExperiment[AutoencoderParams]):
    """One network, and beside it one that resizes; what is shown and measured are test images alone."""

    id: ClassVar[str] = "cnn.autoencoder"
    title: ClassVar[str] = "Convolutional autoencoder"
    params: ClassVar[type[Params]] = AutoencoderParams
    headline: ClassVar[Headline | None] = Headline(
        "loss", message("test MSE"), "number", "lower", live="network_test_loss"
    )
    queries: ClassVar[tuple[str, ...]] = ("image", "layer", "drawing")
    probes: ClassVar[tuple[Probe, ...]] = (FeatureMapsOf(over=figures.COMPARED), NetworkWeights())

    def examples(self, params: AutoencoderParams, data: DataStore, test: bool) -> Given:
        """Return what is learned from, or the test."""
        count, seed = TESTS if test else params.images, (params.seed, int(test))
        if params.data == "gaussians":
            return blobs_of(count, seed, params.noise, params.bars)
        return pictures_of(data.load(params.data), test, count, seed, params.noise, params.bars)

    def validate(self, params: AutoencoderParams, data: DataStore) -> None:
        """Raise LabError where the images are missing or damaged."""
        if params.data != "gaussians":
            data.load(params.data)

    def preview(self, params: AutoencoderParams, data: DataStore) -> Iterator[Event]:
        """Show the network, what it is given and asked for, and the program."""
        yield Architecture(plan(params, params.shape, None))
        test = self.examples(params, data, test=True)
        yield ImageRows("reconstructions", figures.begun(test, params.target), figures.LIMITS)
        yield self.program(params)

    def program(self, params: AutoencoderParams) -> Code:
        """Return the program of the first network."""
        return program(params, TESTS)

    def setup(self, params: AutoencoderParams, data: DataStore) -> Setup:
        """Return a network and the images."""
        import torch

        from lab.nets.network import build
        from lab.training.sources import InMemory
        from lab.training.task import reconstruct
        from lab.training.trainer import Setup

        sources = {}
        for name in ("train", "test"):
            found = self.examples(params, data, name == "test")
            given, wanted = (torch.tensor(images).unsqueeze(1) for images in (found.given, found.aim(params.target)))
            sources[name] = InMemory(given, wanted)
        model = build(params, params.shape, None, torch.Generator().manual_seed(params.seed))
        pictures = figures.pictures(self.examples(params, data, test=True).given)
        return Setup(model, reconstruct(), sources, pictures=pictures)

    def begin(self, params: AutoencoderParams, context: Context) -> Decoders:
        """Make both networks; their images are the same."""
        from lab.topics.cnn.autoencoder.engine import Decoders
        from lab.training.trainer import Trainer

        self._params, self._test = params, self.examples(params, context.data, test=True)
        trainers = {
            way: Trainer(self.setup(one, context.data), params, context.device) for way, one in params.ways.items()
        }
        return Decoders(trainers, self._test, params.target, period(params.network))

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the images, an own drawing where there is one, and after each epoch what their errors are."""
        yield from super().shown(engine, occasion, choices)
        yield lazily(ImageRows, "reconstructions", figures.reconstructions, engine, self._test, self._params.target)
        yield lazily(ImageRows, "errors", figures.errors, engine, self._test)
        if self._params.data != "gaussians" and choices.get("drawing") is not None:
            yield lazily(ImageRows, "drawing", figures.drawn, engine, choices["drawing"])
        if occasion != "step":
            repeats = period(self._params.network)
            yield lazily(Chart, "spectrum", figures.spectrum, engine, self._test, repeats)
            yield lazily(Table, "numbers", figures.table, engine, self._params, repeats)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end; `loss` is that of the first network on the test."""
        values = super().result(engine).values
        return Metrics({"loss": values.get("network_test_loss", math.nan), **values})


EXPERIMENT = Autoencoder

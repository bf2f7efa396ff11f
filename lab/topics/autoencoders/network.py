"""A dense autoencoder of grey images, and its training: what its experiments have in common. Needs no torch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from lab.core.events import Architecture, Array, Event, ImageRows, Layer, lazily
from lab.core.experiment import Context
from lab.core.headline import Headline
from lab.core.params import choice, integer, integers
from lab.core.text import Message, message
from lab.data.params import AnyImageDataParams
from lab.nets.convolutional.layers import activation_layer, linear_layer
from lab.nets.dense.params import activation_field
from lab.nets.registry.activations import ACTIVATIONS
from lab.nets.registry.losses import LOSSES
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Probe
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from torch import Tensor

    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.sources import InMemory
    from lab.training.trainer import Setup, Trainer

SIDE = 28
PIXELS = SIDE * SIDE
SHOWN = 24
"""Test images that are shown beside their reconstructions."""
ORIGINAL, GIVEN, OUTPUT = message("original"), message("input"), message("output")
TEST_MSE = Headline("test_mse", message("test MSE"), "number", "lower")


@dataclass(frozen=True, kw_only=True)
class AutoencoderParams(AnyImageDataParams, TrainingParams):
    """784–250–50–250–784, learned by Adam at 0.001 in batches of 32, as in the course; 16 epochs are as many images
    as its 10,000 random batches are of 20,000.
    """

    essentials: ClassVar[tuple[str, ...]] = ("encoder", "code", "loss", "epochs")

    encoder: tuple[int, ...] = integers(
        (250,), 1, 1024, length=(0, 4), label="Encoder", group="Network",
        help="Units of each layer between the pixels and the code; the decoder has the same, from the last to the "
        "first.",
    )  # fmt: skip
    code: int = integer(
        50, 1, 1024, scale="log", slider=True, unit="units", label="Units of the code", group="Network",
        help="Units of the narrowest layer, in the middle: all that the decoder is told of an image.",
    )  # fmt: skip
    activation: str = activation_field()
    loss: str = choice(
        "mse", {"mse": "Mean squared error", "bce": "Binary cross-entropy"}, label="Loss", group="Training",
        help="What is descended, pixel by pixel; outputs are within 0 and 1 by a sigmoid.",
    )  # fmt: skip
    epochs: int = integer(
        16, 1, 1000, scale="log", label="Epochs", group="Training",
        help="How many times the network sees every training image.",
    )  # fmt: skip

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return the units of all layers, from pixels to pixels."""
        return (PIXELS, *self.encoder, self.code, *reversed(self.encoder), PIXELS)


P = TypeVar("P", bound=AutoencoderParams)


def layers(params: AutoencoderParams, code_activation: str = "") -> tuple[Layer, ...]:
    """Return all layers in order; `code_activation` is that of the code, where it is another one."""
    sizes, middle = params.sizes, len(params.encoder) + 1
    found = []
    for number, (before, units) in enumerate(pairwise(sizes), start=1):
        last = number == len(sizes) - 1
        name = "code" if number == middle else "output" if last else f"hidden{number - (number > middle)}"
        activation = (code_activation or params.activation) if number == middle else params.activation
        found += [
            linear_layer(name, before, units), activation_layer("sigmoid" if last else activation, number, (units,))
        ]  # fmt: skip
    return tuple(found)


def network_lines(params: AutoencoderParams, code_activation: str = "") -> tuple[str, ...]:
    """Return the statement that makes the same network of torch's own modules."""
    made = (
        f"nn.Linear({layer.shape_in[0]}, {layer.shape_out[0]})" if layer.kind == "linear"
        else ACTIVATIONS[layer.kind].module
        for layer in layers(params, code_activation)
    )  # fmt: skip
    return ("network = nn.Sequential(", *(f"    {module}," for module in made), ")")


def data_lines(params: AutoencoderParams, data: DataStore | None = None) -> tuple[str, ...]:
    """Return lines of Python that read images as `train` and `test`, (N, 784) in [0, 1]."""
    return (*params.reading_lines(data), "train, test = train.flatten(1), test.flatten(1)")


def program(
    params: AutoencoderParams, data: DataStore | None = None, code_activation: str = "", after: tuple[str, ...] = ()
) -> Code:
    """Return the program "code" that trains the same network in torch and prints the metrics; `after` follows them."""
    return reconstruction_program(
        params,
        data=data_lines(params, data),
        network=network_lines(params, code_activation),
        criterion=LOSSES[params.loss].criterion,
        after=after,
    )


def pixels(images: Array) -> Tensor:
    """Return images (N, 28, 28) uint8 as float32 (N, 784) in [0, 1]."""
    from lab.nets.pixels import as_tensor

    return as_tensor(images).flatten(1)


def as_images(rows: Tensor) -> Array:
    """Return rows (N, 784), on any device, as images (N, 28, 28)."""
    return np.array(rows.detach().cpu().numpy().reshape(-1, SIDE, SIDE), copy=True)


def outputs_of(trainer: Trainer, images: Tensor) -> Tensor:
    """Return what the network of a training, as it is now, makes of images (N, 784) from elsewhere, on its device."""
    import torch

    trainer.model.eval()
    with torch.inference_mode():
        outputs: Tensor = trainer.model(images.to(trainer.device))
    return outputs


def examples(images: Array) -> InMemory:
    """Return images (N, 28, 28) uint8, which are their own targets."""
    from lab.training.sources import InMemory

    rows = pixels(images)
    return InMemory(rows, rows)


def setup(params: AutoencoderParams, data: DataStore, code_activation: str = "") -> Setup:
    """Return the network with its first weights and the images; those of the test are never learned from."""
    from lab.topics.autoencoders.torch_network import drawn, reconstruction
    from lab.training.trainer import Setup

    dataset = params.images(data)
    sources = {"train": examples(dataset.train.images), "test": examples(dataset.test.images)}
    model = drawn(params.sizes, params.activation, params.seed, code_activation)
    return Setup(model, reconstruction(params.loss), sources, dataset.classes, dataset.test.images)


class Reconstructions(Probe):
    """Test images, what the network is given of each where that is another, and what it makes of it.

    Of several networks side by side there is a row each, called as `names` say.
    """

    def __init__(self, names: Mapping[str, Message] | None = None, shown: int = SHOWN) -> None:
        self.names, self.count = names or {"": OUTPUT}, shown

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield them."""
        yield lazily(ImageRows, "reconstructions", self._rows, engine)

    def _rows(self, engine: TorchEngine[str]) -> ImageRows:
        given, wanted = engine.first.sources["test"].part(0, self.count)
        rows: list[tuple[Message | str, Array]] = [(ORIGINAL, as_images(wanted))]
        if given.data_ptr() != wanted.data_ptr():
            rows.append((GIVEN, as_images(given)))
        for name, trainer in engine.trainers.items():
            rows.append((self.names[name], as_images(trainer.outputs("test", 0, self.count))))
        return ImageRows("reconstructions", tuple(rows), step=engine.step)


class AutoencoderExperiment(TrainingExperiment[P]):
    """One dense autoencoder learns to give back what it is shown."""

    headline: ClassVar[Headline | None] = TEST_MSE
    probes: ClassVar[tuple[Probe, ...]] = (Reconstructions(),)

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Show the network, the test images and the program."""
        yield Architecture(layers(params))
        images = params.images(data).test.images[:SHOWN]
        yield ImageRows("reconstructions", ((ORIGINAL, images / np.float32(255)),))
        yield self.program(params, data)

    def program(self, params: P, data: DataStore) -> Code:
        """Return the program that does the same in torch."""
        return program(params, data)

    def setup(self, params: P, data: DataStore) -> Setup:
        """Return the network and the images."""
        return setup(params, data)


class SideBySide(AutoencoderExperiment[P]):
    """Several networks learn on the same batches."""

    names: ClassVar[Mapping[str, Message]]
    """What the networks are called, by the names with which their scalars begin."""

    @abstractmethod
    def setup(self, params: P, data: DataStore, way: str = "") -> Setup:
        """Return a network, the first one where none is named, and the images."""

    def begin(self, params: P, context: Context) -> TorchEngine[str]:
        """Make all networks."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params = params
        return TorchEngine(
            {way: Trainer(self.setup(params, context.data, way), params, context.device) for way in self.names}
        )

"""The parameters of the classifier and the autoencoder of small photographs. Needs no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lab.core.code import defined
from lab.core.params import ParamError, blocks, choice, integer, redeclared
from lab.data.catalogue import known_dataset
from lab.nets.convolutional import MOST_BLOCKS, ConvolutionalParams, plan
from lab.nets.convolutional.kinds import KINDS
from lab.topics.cnn.splitting import DevParams, dividing_lines
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore

SIDE = 32
CLASSES = 10


def classifier(first: int, dense: tuple[int, ...]) -> tuple[str, ...]:
    """Return the course's three convolutions, of `first` channels and twice as many each time, and dense layers."""
    convolutions = (
        *(f"conv channels={first}", "pool", "batch_norm", "leaky_relu"),
        *(f"conv channels={2 * first} padding=0", "pool", "batch_norm", "leaky_relu"),
        *(f"conv channels={4 * first} padding=0", "pool", "batch_norm", "leaky_relu", "flatten"),
    )
    return (*convolutions, *(part for units in dense for part in (f"linear units={units}", "leaky_relu", "dropout")))


SMALLER, COURSE = classifier(16, (64,)), classifier(64, (256, 64))
_HALVES, _DOUBLES = "conv channels={} kernel=4 stride=2", "transposed channels={} kernel=4 stride=2 padding=1"
CODER = tuple(
    part
    for block in (*(_HALVES.format(count) for count in (16, 32, 64)), *(_DOUBLES.format(count) for count in (32, 16)))
    for part in (block, "leaky_relu")
)
"""The course's autoencoder without its output layer: 64 · 4 · 4 numbers in its middle."""
OUTPUTS = {"linear": (), "tanh": ("tanh",), "leaky": ("leaky_relu",)}
"""What follows the last convolution of the autoencoders that are compared."""


@dataclass(frozen=True, kw_only=True)
class Cifar10Params(DevParams, TrainingParams, ConvolutionalParams):
    """A network of a sixteenth of the course's weights, 6,000 images and 6 epochs, so that a run takes no minute."""

    essentials: ClassVar[tuple[str, ...]] = ("task", "dataset", "images", "epochs")

    task: str = choice(
        "classify", {"classify": "Say what it is", "autoencode": "Give it back"}, label="Task", group="Data",
        help="A classifier; or an autoencoder with three kinds of output side by side.",
    )  # fmt: skip
    dataset: str = choice(
        "fashion",
        {
            "fashion": "14,000 of Fashion-MNIST (bundled)",
            "fashion-mnist": "Fashion-MNIST, all 70,000 (import or download)",
            "cifar-10": "CIFAR-10, in colour (import or download)",
        },
        label="Data", group="Data",
        help="CIFAR-10 has to be imported or downloaded under “Data …”. Clothes get a black border: 32 × 32 pixels.",
    )  # fmt: skip
    images: int = integer(
        6000, 100, 60_000, scale="log", slider=True, label="Images", unit="images", group="Data",
        help="How many of the training images are learned from, from the first on.",
    )  # fmt: skip
    network: tuple[str, ...] = blocks(
        SMALLER, KINDS, length=(0, MOST_BLOCKS), presets={"Smaller": SMALLER, "The course's": COURSE}, label="Blocks",
        help="Its blocks from the image on.", group="Network", when=("task", ("classify",)),
    )  # fmt: skip
    coder: tuple[str, ...] = blocks(
        CODER, KINDS, length=(0, MOST_BLOCKS), presets={"The course's": CODER}, label="Autoencoder", group="Network",
        help="Its blocks up to the last one, which doubles the side once more and has the channels of the image.",
        when=("task", ("autoencode",)),
    )  # fmt: skip
    pixels: str = redeclared(ConvolutionalParams, "pixels", "symmetric")
    weight_decay: float = redeclared(TrainingParams, "weight_decay", 1e-5)
    decay_on: str = redeclared(TrainingParams, "decay_on", "everything")
    epochs: int = redeclared(TrainingParams, "epochs", 6)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image as the network takes it."""
        return (3 if len(known_dataset(self.dataset).shape) == 3 else 1, SIDE, SIDE)

    def built(self, output: str = "") -> ConvolutionalParams:
        """Return the parameters of the classifier, or of the autoencoder with an `output`, as a network of blocks."""
        if not output:
            return self
        last = _DOUBLES.format(self.shape[0])
        return ConvolutionalParams(network=(*self.coder, last, *OUTPUTS[output]), pixels=self.pixels)

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        if self.task == "classify":
            plan(self, self.shape, CLASSES)
            return
        made = plan(self.built("linear"), self.shape, None)[-1].shape_out
        if made != self.shape:
            raise ParamError(
                "coder", "{field}: it gives back {made} of images of {wanted}; allowed is what gives back as many",
                made=" × ".join(map(str, made)), wanted=" × ".join(map(str, self.shape)),
            )  # fmt: skip

    def found(self, data: DataStore) -> ImageDataset:
        """Return the images. Raises DataError."""
        return data.load(self.dataset)

    def lines(self, data: DataStore) -> tuple[str, ...]:
        """Return lines of Python that make `train`, `test` and their labels, scaled, and what they were before."""
        path = data.path(self.dataset)
        name = f"resources/datasets/{self.dataset}.npz" if known_dataset(self.dataset).bundled else path.as_posix()
        made = {"unit": "images", "standard": "(images - 0.1307) / 0.3081", "symmetric": "(images - 0.5) / 0.5"}
        return (
            *defined("lab.topics.cnn.cifar10.planes", "planes"),
            *("def scaled(images):", f"    return {made[self.pixels]}", "", ""),
            f"with np.load({json.dumps(name, ensure_ascii=False)}) as data:",
            f'    raw = torch.tensor(data["train_images"][:{self.images}])',
            f'    train_labels = torch.tensor(data["train_labels"][:{self.images}]).long()',
            '    test, test_labels = torch.tensor(data["test_images"]), torch.tensor(data["test_labels"]).long()',
            "train, test = scaled(planes(raw)), scaled(planes(test))",
            'print("raw_low:", raw.min().item())',
            'print("raw_high:", raw.max().item())',
            'print("low:", train.min().item())',
            'print("high:", train.max().item())',
            *(dividing_lines(self, self.seed) if self.task == "classify" else ()),
        )

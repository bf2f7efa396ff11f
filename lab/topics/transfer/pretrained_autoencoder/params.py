"""The parameters of a classifier that begins with the encoder of an autoencoder. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lab.core.code import defined
from lab.core.params import ParamError, choice, integer, integers, redeclared
from lab.core.text import Message, message
from lab.data.params import ColourImageDataParams
from lab.nets.convolutional import BlocksParams, ConvolutionalParams, plan
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from lab.core.events import Array
    from lab.data.store import DataStore

CLASSES = 10
WAYS: Mapping[str, Message] = MappingProxyType(
    {"pretrained": message("pretrained"), "naive": message("naive"), "frozen": message("frozen")}
)
"""The three classifiers. Views of one network show the first."""
OUTPUTS = {"linear": (), "tanh": ("tanh",), "leaky": ("leaky_relu",)}
"""What follows the last convolution of the autoencoder."""
LEAST = 1000
"""The images of an epoch of the classifiers, at least: fewer are gone through several times."""
LABELS, TURNED = 3, 4
"""With the seed, where it begins which images have labels, and which of the test are mirrored."""


@dataclass(frozen=True, kw_only=True)
class PretrainedParams(ColourImageDataParams, TrainingParams):
    """The course's networks and labelled images; three epochs of the autoencoder in place of ten."""

    essentials: ClassVar[tuple[str, ...]] = ("dataset", "unlabelled", "labelled", "output", "taken", "epochs")

    unlabelled: int = integer(
        12_000, 100, 60_000, scale="log", unit="images", label="Images without labels", group="Data",
        help="The autoencoder learns from so many, the first ones; or from all, where there are not so many.",
    )  # fmt: skip
    labelled: int = integer(
        2000, 10, 60_000, scale="log", slider=True, unit="images", label="Labelled images", group="Data",
        help="The classifiers learn from so many, drawn by the seed; or from all, where there are not so many.",
    )  # fmt: skip
    pixels: str = redeclared(ConvolutionalParams, "pixels", "symmetric")
    mirrored: str = choice(
        "never", {"never": "Never", "training": "Training images", "everything": "Training and test images"},
        label="Mirrored by chance", group="Data",
        help="Each image of the classifiers with a probability of one half. The course does it to test images too.",
    )  # fmt: skip
    channels: tuple[int, ...] = integers(
        (16, 32), 1, 256, length=(1, 5), label="Channels", group="Network",
        help="Of each convolution of the encoder; each halves the side. The course has 16, 32, 64 for CIFAR-10.",
    )  # fmt: skip
    kernel: int = integer(
        3, 3, 4, label="Kernel size", group="Network",
        help="Of the encoder. The course has 3 for clothes and 4 for CIFAR-10; its decoder always has 4.",
    )  # fmt: skip
    units: tuple[int, ...] = integers(
        (50,), 1, 1024, length=(0, 3), label="Dense units", group="Network",
        help="Of the layers between encoder and output of the classifiers. The course has 128, 64 for CIFAR-10.",
    )  # fmt: skip
    output: str = choice(
        "linear", {"linear": "Nothing", "tanh": "tanh", "leaky": "Leaky ReLU"}, label="Behind the autoencoder",
        group="Network", help="What follows its last convolution. The course has a leaky ReLU.",
    )  # fmt: skip
    logits: str = choice(
        "linear", {"linear": "Nothing", "leaky": "Leaky ReLU"}, label="Behind the logits", group="Network",
        help="What follows the last layer of the classifiers, before cross-entropy. The course has a leaky ReLU.",
    )  # fmt: skip
    taken: str = choice(
        "trained", {"trained": "The trained one", "untrained": "One that has not learned"}, label="Copied from",
        group="Transfer", help="Which autoencoder gives its encoder. The course's first notebook had the wrong one.",
    )  # fmt: skip
    pretrain_epochs: int = integer(
        3, 1, 100, scale="log", label="Epochs without labels", group="Training",
        help="How many times the autoencoder sees its images.",
    )  # fmt: skip
    epochs: int = redeclared(
        TrainingParams, "epochs", 10, label="Epochs with labels",
        help="An epoch has at least 1,000 images: where fewer have labels, they are gone through several times.",
    )  # fmt: skip
    seeds: int = integer(
        3, 0, 20, label="Seeds", group="Comparison",
        help="When the run has ended, all is learned again with so many seeds and numbers of labels; 0 for none.",
    )  # fmt: skip
    sizes: tuple[int, ...] = integers(
        (100, 500, 2000), 10, 60_000, length=(1, 6), unit="images", label="Numbers of labels", group="Comparison",
        help="How many labelled images are learned from, one number after the other.",
    )  # fmt: skip

    @property
    def encoder(self) -> tuple[str, ...]:
        """The blocks that both networks have."""
        each = (f"conv channels={count} kernel={self.kernel} stride=2 padding=1" for count in self.channels)
        return tuple(block for conv in each for block in (conv, "leaky_relu"))

    @property
    def coder(self) -> BlocksParams:
        """The autoencoder: its decoder doubles the side as often as the encoder halves it."""
        counts = (*self.channels[-2::-1], self.shape[0])
        each = (f"transposed channels={count} kernel=4 stride=2 padding=1" for count in counts)
        decoder = tuple(block for transposed in each for block in (transposed, "leaky_relu"))[:-1]
        return BlocksParams(network=(*self.encoder, *decoder, *OUTPUTS[self.output]))

    @property
    def classifier(self) -> BlocksParams:
        """The classifiers."""
        hidden = (block for units in self.units for block in (f"linear units={units}", "leaky_relu"))
        last = f"linear units={CLASSES}"
        return BlocksParams(network=(*self.encoder, "flatten", *hidden, last, *OUTPUTS[self.logits]))

    def check(self) -> None:
        """Refuse a side that cannot be halved so often, and numbers of labels that are there twice."""
        side, most = self.shape[1], 0
        while side % 2 ** (most + 1) == 0:
            most += 1
        if len(self.channels) > most:
            raise ParamError(
                "channels",
                "{field}: {found} convolutions would halve {side} pixels; allowed are at most {most}, as what is "
                "halved has to come back whole", found=len(self.channels), side=side, most=most,
            )  # fmt: skip
        for network in (self.coder, self.classifier):
            plan(network, self.shape, None)
        if len(set(self.sizes)) < len(self.sizes):
            raise ParamError("sizes", "{field}: each number may be there once; found {value}", value=self.sizes)

    def chosen_labels(self, count: int) -> Array:
        """Return the numbers of those of `count` images whose labels are known; fewer are among more."""
        return np.random.default_rng([self.seed, LABELS]).permutation(count)[: self.labelled]

    def data_lines(self, data: DataStore) -> tuple[str, ...]:
        """Return lines of Python that make `train`, `test` and their labels, scaled."""
        turns = defined("lab.nets.pixels", "mirrored") if self.mirrored != "never" else ()
        return (
            *self.lines(self.pixels, data),
            "everything = scaled(train)",
            f"train = everything[:{self.unlabelled}]",
            *(("", "", *turns) if turns else ()),
        )

"""How large data sets are, and networks that are trained on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lab.core.figures import Words
from lab.core.text import message
from lab.data.catalogue import KNOWN
from lab.data.classical import size_of
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.dense.classifier import DenseClassifierParams
from lab.nets.dense.spec import dense
from lab.topics.overfitting.early_stopping.params import EarlyStoppingParams
from lab.topics.overfitting.early_stopping.three_sets import CENTRES
from lab.topics.overfitting.iris import DividedIrisParams

TABLES = ("iris", "wine", "breast_cancer", "digits8x8")
IMAGENET = "imagenet"
TITLES = {
    "iris": message("Iris"),
    "wine": message("Wine"),
    "breast_cancer": message("Breast cancer"),
    "digits8x8": message("Digits of 8 × 8 pixels"),
    **{name: known.title for name, known in KNOWN.items() if not known.own},
    "cifar-10": message("CIFAR-10 (60,000)"),
    IMAGENET: message("ImageNet (ILSVRC 2012)"),
}
SETS = {name: title.template for name, title in TITLES.items()}


@dataclass(frozen=True)
class Size:
    """How many examples a data set has to learn from, to decide by, and to test on; its classes; numbers an example."""

    name: str
    train: int
    dev: int
    test: int
    classes: int
    inputs: int

    @property
    def title(self) -> Words:
        """What it is called."""
        return TITLES[self.name]

    @property
    def each(self) -> float:
        """The mean number of examples a class to learn from."""
        return self.train / self.classes


_IMAGENET = Size(IMAGENET, 1_281_167, 50_000, 100_000, 1000, 3 * 224 * 224)
"""Russakovsky and others, ImageNet Large Scale Visual Recognition Challenge (2015); numbers of the usual crop."""


def size(name: str, share: float) -> Size:
    """Return the size of a data set; of a table that has no test set of its own, a share is learned from."""
    if name == IMAGENET:
        return _IMAGENET
    if name in TABLES:
        rows, features, classes = size_of(name)
        train = math.floor(share * rows)
        return Size(name, train, 0, rows - train, classes, features)
    known = KNOWN[name]
    train, test = known.counts[0]
    return Size(name, train, 0, test, len(known.classes), math.prod(known.shape))


@dataclass(frozen=True)
class Sized:
    """A network, where it is found, its parameters, and how many examples it learns from."""

    name: Words
    where: Words
    parameters: int
    examples: int

    @property
    def ratio(self) -> float:
        """Parameters an example."""
        return self.parameters / self.examples


def networks() -> tuple[Sized, ...]:
    """Return the networks of other pages, with their first parameters, and one for ImageNet; all are counted."""
    iris, stopping, digits = DividedIrisParams(), EarlyStoppingParams(), size("digits", 0.0)
    inputs = digits.inputs
    return (
        Sized(
            message("three clusters, {sizes}", sizes=sizes(2, stopping.hidden, len(CENTRES))),
            "overfitting.early_stopping",
            dense(2, stopping.hidden, len(CENTRES)).parameters,
            stopping.train,
        ),
        Sized(
            message("Iris, {sizes}", sizes=sizes(4, iris.hidden, 3)),
            "overfitting.iris",
            dense(4, iris.hidden, 3).parameters,
            len(iris.divided()[0]),
        ),
        Sized(
            message("digits, {sizes}", sizes=sizes(inputs, DenseClassifierParams().hidden, 10)),
            "ann.mnist",
            dense(inputs, DenseClassifierParams().hidden, 10).parameters,
            digits.train,
        ),
        Sized(
            message("digits, convolutional"),
            "cnn.mnist",
            sum(layer.parameters for layer in plan(ConvolutionalParams(), (1, 28, 28), 10)),
            digits.train,
        ),
        Sized(message("ImageNet, ResNet-18"), "torchvision", resnet18(), _IMAGENET.train),
    )


def resnet18(classes: int = 1000) -> int:
    """Return the parameters of ResNet-18: convolutions without biases, each with a batch norm, and one linear layer."""
    count, before = 7 * 7 * 3 * 64 + 2 * 64, 64
    for width in (64, 128, 256, 512):
        # Two blocks of two convolutions of 3 × 3; where the width changes, a shortcut of 1 × 1.
        count += 9 * (before + 3 * width) * width + 4 * 2 * width
        count += (before + 2) * width if before != width else 0
        before = width
    return count + before * classes + classes


def sizes(inputs: int, hidden: tuple[int, ...], outputs: int) -> str:
    """Return the widths of a network as it is called: 4–64–64–3."""
    return "–".join(map(str, (inputs, *hidden, outputs)))

"""The data sets of images that Descent knows: names, classes, counts, checksums, licences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lab.core.text import DataError, Message, message

IMAGE_SIZE = (28, 28)
EMNIST, SYNTHETIC = "letters", "synthetic-letters"
"""Handwritten letters, and those that nobody wrote."""
OWN = "own"
"""The name under which the images are kept that are none of the published sets."""
# The four arrays of a data set, in the order in which they are read and stored.
PARTS = ("train_images", "train_labels", "test_images", "test_labels")

_DIGITS = tuple("0123456789")
_CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@dataclass(frozen=True)
class KnownDataset:
    """What is known of a data set before any of its files is there.

    counts: pairs (train, test) that a genuine copy may have.
    shape: of one image: (height, width) of grey levels, or (height, width, 3) of red, green and blue.
    md5: part name → MD5 of the uncompressed IDX file; empty where no reference is published, or files are of
        another kind.
    download_bytes: what a download transfers, for the progress; 0 for bundled sets.
    """

    name: str
    title: Message
    classes: tuple[str, ...]
    counts: tuple[tuple[int, int], ...]
    bundled: bool
    licence: Message
    source: Message
    shape: tuple[int, ...] = IMAGE_SIZE
    md5: Mapping[str, str] = field(default_factory=dict)
    download_bytes: int = 0
    in_part: bool = False
    """Whether a part of it may be used, of any count: what a course or a person has chosen."""
    own: bool = False
    """Whether classes and counts are those of the files that somebody imported; it cannot be downloaded."""


KNOWN: Mapping[str, KnownDataset] = MappingProxyType(
    {
        known.name: known
        for known in (
            KnownDataset(
                name="digits",
                title=message("MNIST digits (10,000)"),
                classes=_DIGITS,
                counts=((8500, 1500),),
                bundled=True,
                licence=message("MIT"),
                source=message(
                    "The first 10,000 training digits of MNIST (LeCun, Cortes, Burges), from the npm package "
                    "mnist 1.1.0, MIT licence."
                ),
            ),
            KnownDataset(
                name="fashion",
                title=message("Fashion-MNIST (14,000)"),
                classes=_CLOTHES,
                counts=((12000, 2000),),
                bundled=True,
                licence=message("MIT"),
                source=message(
                    "A part of Fashion-MNIST (Zalando SE) with equal classes, from Debian's package "
                    "dataset-fashion-mnist, MIT licence."
                ),
            ),
            KnownDataset(
                name=SYNTHETIC,
                title=message("Synthetic letters (14,664)"),
                classes=_LETTERS,
                counts=((12480, 2184),),
                bundled=True,
                licence=message("MIT"),
                source=message(
                    "Synthetic letters: nobody wrote them. They are drawn from the stroke fonts of Dr. A. V. Hershey "
                    "(PyPI package Hershey-Fonts 2.1.0, MIT licence), bent, slanted, with pens of different widths; "
                    "those of the test in fonts that are not learned from."
                ),
            ),
            KnownDataset(
                name="mnist",
                title=message("MNIST (70,000 digits)"),
                classes=_DIGITS,
                counts=((60000, 10000),),
                bundled=False,
                licence=message("no licence stated by its authors"),
                source=message("The full MNIST database (LeCun, Cortes, Burges), made from digits collected by NIST."),
                md5=MappingProxyType(
                    {
                        "train_images": "6bbc9ace898e44ae57da46a324031adb",
                        "train_labels": "a25bea736e30d166cdddb491f175f624",
                        "test_images": "2646ac647ad5339dbf082846283269ea",
                        "test_labels": "27ae3e4e09519cfbb04c329615203637",
                    }
                ),
                download_bytes=11_594_722,
            ),
            KnownDataset(
                name="fashion-mnist",
                title=message("Fashion-MNIST (70,000)"),
                classes=_CLOTHES,
                counts=((60000, 10000),),
                bundled=False,
                licence=message("MIT"),
                source=message("The full Fashion-MNIST, by Zalando SE, MIT licence."),
                md5=MappingProxyType(
                    {
                        "train_images": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
                        "train_labels": "9018921c3c673c538a1fc5bad174d6f9",
                        "test_images": "8181f5470baa50b63fa0f6fddb340f0a",
                        "test_labels": "15d484375f8d13e6eb1aabb0c3f46965",
                    }
                ),
                download_bytes=30_878_645,
            ),
            KnownDataset(
                name=EMNIST,
                title=message("EMNIST letters"),
                classes=_LETTERS,
                # The first edition of the files had the smaller counts; both are in use.
                counts=((124_800, 20_800), (88_800, 14_800)),
                bundled=False,
                licence=message("public domain (NIST)"),
                source=message(
                    "EMNIST letters (Cohen, Afshar, Tapson, van Schaik), made from handwriting collected by NIST."
                ),
                download_bytes=561_753_746,
                in_part=True,
            ),
            KnownDataset(
                name="cifar-10",
                title=message("CIFAR-10 (60,000 colour images)"),
                classes=_THINGS,
                counts=((50000, 10000),),
                bundled=False,
                licence=message("no licence stated by its authors"),
                source=message(
                    "CIFAR-10, collected by Krizhevsky, Nair and Hinton: small photographs from the web. "
                    "To be cited as: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009."
                ),
                shape=(32, 32, 3),
                download_bytes=170_498_071,
            ),
            KnownDataset(
                name=OWN,
                title=message("Own images"),
                classes=(),
                counts=((0, 0),),
                bundled=False,
                licence=message("that of their files"),
                source=message(
                    "Imported from lines of a label and 784 pixels, as in mnist_train_small.csv, from an .npz with "
                    "x_train and y_train, or from a folder of images a class."
                ),
                in_part=True,
                own=True,
            ),
        )
    }
)


def known_dataset(name: str) -> KnownDataset:
    """Return what is known of the data set `name`; DataError with the names there are."""
    if name not in KNOWN:
        raise DataError("There is no data set called {name}; there are {names}.", name=name, names=", ".join(KNOWN))
    return KNOWN[name]


def check_counts(known: KnownDataset, train: int, test: int, where: str) -> None:
    """Raise DataError unless (train, test) is a pair of counts that this data set has, or a part of it may be used."""
    if (train, test) not in known.counts and not (known.in_part and train > 0 and test > 0):
        allowed = " / ".join(f"{a} + {b}" for a, b in known.counts)
        raise DataError(
            "{where} has {train} training and {test} test images; {name} has {allowed}.",
            where=where,
            train=train,
            test=test,
            name=known.name,
            allowed=allowed,
        )


def check_shape(known: KnownDataset, shape: tuple[int, ...], where: str) -> None:
    """Raise DataError unless `shape` is that of one image of this data set."""
    if shape != known.shape:
        raise DataError(
            "The images in {where} have the size {found}; {name} has {expected}.",
            where=where,
            found=shape,
            name=known.name,
            expected=known.shape,
        )

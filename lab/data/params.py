"""Parameters of data that experiments share: the share to train on, which images, and how these are varied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import definitions
from lab.core.params import Params, choice, integer, real
from lab.core.text import DataError
from lab.data.catalogue import EMNIST, OWN, SYNTHETIC, known_dataset

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from lab.data.base import ImageDataset
    from lab.data.store import DataStore

_TEN = 10
LETTERS_HERE = "letters-here"
"""The choice of handwritten letters where they are here, and else of synthetic ones."""
_LETTERS = {
    SYNTHETIC: "Synthetic letters, 26 classes (bundled)",
    EMNIST: "EMNIST letters, 26 classes (import or download)",
}

_TENSORS = (
    "    train, test = (",
    '        torch.tensor(data[f"{part}_images"]).unsqueeze(1).float().div_(255) for part in ("train", "test")',
    "    )",
    '    train_labels, test_labels = (torch.tensor(data[f"{part}_labels"]).long() for part in ("train", "test"))',
)

_COLOURS = ".unsqueeze(1)", ".permute(0, 3, 1, 2)"
"""How channels come in front, of grey images and of those in colour."""


def train_share_field(default: float) -> Any:
    """Declare the share of the examples that is learned from."""
    return real(
        default, 0.1, 1.0, slider=True, label="Share to train on", group="Data",
        help="The share of each class that is learned from; the rest is for testing.",
    )  # fmt: skip


def count_field(default: int) -> Any:
    """Declare how many images, the first ones, are learned from."""
    return integer(
        default, 50, 60_000, scale="log", unit="images", label="Training images", group="Data",
        help="The network learns from so many images, the first ones; or from all, where there are not so many.",
    )  # fmt: skip


def _dataset_field(more: Mapping[str, str], default: str = "digits") -> Any:
    """Declare which images are learned from: those of ten classes, and `more`."""
    return choice(
        default,
        {
            "digits": "10,000 MNIST digits (bundled)",
            "mnist": "MNIST, all 70,000 (import or download)",
            "fashion": "14,000 of Fashion-MNIST (bundled)",
            "fashion-mnist": "Fashion-MNIST, all 70,000 (import or download)",
            **more,
            OWN: "Own images (import)",
        },
        label="Data",
        help="Which images the network learns and is tested on. Own images come in under “Data …”.",
        group="Data",
    )


@dataclass(frozen=True, kw_only=True)
class ImageDataParams(Params):
    """Which grey images of 28 × 28 pixels, of ten classes."""

    any_classes: ClassVar[bool] = False
    """Whether the experiment takes images of any number of classes, and not of ten alone."""

    dataset: str = _dataset_field({})

    def chosen(self, data: DataStore | None) -> str:
        """Return the name of the data set that is meant."""
        return self.dataset

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape (C, H, W) of an image, as a network takes it."""
        height, width, *colours = known_dataset(self.chosen(None)).shape
        return (3 if colours else 1, height, width)

    def images(self, data: DataStore) -> ImageDataset:
        """Return the images. Raises DataError: they are not there, damaged, or their classes do not fit here."""
        found = data.load(self.chosen(data))
        if len(found.classes) != _TEN and not self.any_classes:
            raise DataError(
                "“{title}” has {count} classes; this experiment takes images of {needed} classes. Choose other data.",
                title=found.title,
                count=len(found.classes),
                needed=_TEN,
            )
        return found

    def reading_lines(self, data: DataStore | None = None) -> tuple[str, ...]:
        """Return lines of Python that read the images in [0, 1] as `train`, `train_labels`, `test`, `test_labels`."""
        name = self.chosen(data)
        path = f"resources/datasets/{name}.npz"
        if data is not None and not known_dataset(name).bundled:
            path = data.path(name).absolute().as_posix()
        tensors = _TENSORS if self.shape[0] == 1 else tuple(line.replace(*_COLOURS) for line in _TENSORS)
        return (f"with np.load({json.dumps(path, ensure_ascii=False)}) as data:", *tensors)

    def lines(self, pixels: str, data: DataStore | None = None) -> tuple[str, ...]:
        """Return lines of Python that read the images as `reading_lines` do, and scale those of the test as a network
        is given its `pixels`.
        """
        made = {"unit": "images", "standard": "(images - 0.1307) / 0.3081", "symmetric": "(images - 0.5) / 0.5"}
        return (
            *self.reading_lines(data),
            "",
            "",
            "def scaled(images):",
            f"    return {made[pixels]}",
            "",
            "",
            "test = scaled(test)",
        )


@dataclass(frozen=True, kw_only=True)
class AnyImageDataParams(ImageDataParams):
    """Which grey images of 28 × 28 pixels, of any number of classes: the network has an output for each."""

    any_classes: ClassVar[bool] = True

    dataset: str = _dataset_field(_LETTERS)


@dataclass(frozen=True, kw_only=True)
class ColourImageDataParams(ImageDataParams):
    """Images of ten classes: 28 × 28 in grey, clothes if nothing else is chosen, or CIFAR-10's 32 × 32 in colour."""

    dataset: str = _dataset_field({"cifar-10": "CIFAR-10, in colour (import or download)"}, "fashion")


@dataclass(frozen=True, kw_only=True)
class LetterDataParams(AnyImageDataParams):
    """As `AnyImageDataParams`; letters, if nothing else is chosen: handwritten ones where they are here."""

    dataset: str = _dataset_field(
        {**_LETTERS, LETTERS_HERE: "EMNIST letters where they are here, else synthetic letters"}, LETTERS_HERE
    )

    def chosen(self, data: DataStore | None) -> str:
        """Return the name of the data set that is meant: of letters, that of those which are here."""
        if self.dataset != LETTERS_HERE:
            return self.dataset
        return EMNIST if data is not None and data.info(EMNIST).installed else SYNTHETIC


@dataclass(frozen=True, kw_only=True)
class AugmentParams(Params):
    """How much each image is varied, anew each time it is learned from."""

    rotation: float = real(
        0.0, 0.0, 45.0, unit="°", label="Rotation", help="Each training image is turned by up to this much either way.",
        group="Augmentation",
    )  # fmt: skip
    shear: float = real(
        0.0, 0.0, 45.0, unit="°", label="Shear", help="Each training image is slanted by up to this much either way.",
        group="Augmentation",
    )  # fmt: skip
    scaling: float = real(
        0.0, 0.0, 0.5, label="Scaling",
        help="Each training image is stretched or squeezed along each axis by up to this share.",
        group="Augmentation",
    )  # fmt: skip
    shift: float = real(
        0.0, 0.0, 8.0, unit="pixels", label="Shift", help="Each training image is moved by up to this much either way.",
        group="Augmentation",
    )  # fmt: skip
    stroke: float = real(
        0.0, 0.0, 1.0, label="Stroke width", help="Strokes are made thicker or thinner by up to this strength.",
        group="Augmentation",
    )  # fmt: skip

    @property
    def augments(self) -> bool:
        """Whether training images are varied at all."""
        return any((self.rotation, self.shear, self.scaling, self.shift, self.stroke))

    def varied_lines(self) -> tuple[str, ...]:
        """Return the definitions of Python that `varied_call` needs; none where nothing is varied."""
        if not self.augments:
            return ()
        from lab.data import augmentation

        return ("", "", *definitions(augmentation))

    def varied_call(self) -> tuple[str, ...]:
        """Return the line of Python that varies a batch `inputs`."""
        if not self.augments:
            return ()
        given = ", ".join(
            f"{name}={value!r}"
            for name, value in (
                ("rotation", self.rotation), ("shear", self.shear), ("scale", self.scaling), ("shift", self.shift),
                ("stroke", self.stroke),
            )
        )  # fmt: skip
        return (f"inputs = augment(inputs, {given}, generator=noise)",)

    def augmented(self, images: Tensor, noise: Generator) -> Tensor:
        """Return images (N, C, H, W) in [0, 1] varied."""
        from lab.data.augmentation import augment

        return augment(
            images,
            rotation=self.rotation,
            shear=self.shear,
            scale=self.scaling,
            shift=self.shift,
            stroke=self.stroke,
            generator=noise,
        )

"""What a data set of images is, and the checks that every one passes before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError, Message


@dataclass(frozen=True, eq=False)
class ImageSet:
    """One split of a data set.

    images: uint8 (N, H, W), grey levels, 0 is the background; or (N, H, W, 3), red, green and blue.
    labels: int64 (N,), 0 … classes − 1.

    Sets that come from the store are shared and read-only: `torch.tensor(images)` copies them.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Images with labels, in a train and a test split, and where they came from."""

    name: str
    title: Message
    classes: tuple[str, ...]
    train: ImageSet
    test: ImageSet
    source: Message


def read_only(images: NDArray[np.uint8], labels: NDArray[np.integer[Any]]) -> ImageSet:
    """Make a set whose arrays cannot be written to; `labels` of any integer type become int64."""
    wide: NDArray[np.int64] = np.array(labels, dtype=np.int64)
    images.flags.writeable = False
    wide.flags.writeable = False
    return ImageSet(images, wide)


def check_image_set(images: ImageSet, class_count: int, where: str, first: int = 0) -> None:
    """Raise DataError unless `images` is a well-formed, non-empty set of `class_count` classes.

    `where` names the file or folder in the sentence, `first` is the label of the first class there.
    """
    pixels, labels = images.images, images.labels
    if pixels.dtype != np.uint8:
        raise DataError(
            "The images in {where} have the type {found}; uint8 is expected.",
            where=where,
            found=str(pixels.dtype),
        )
    if pixels.ndim != 3 and (pixels.ndim != 4 or pixels.shape[-1] != 3):
        raise DataError(
            "The images in {where} have the shape {found}; (number, height, width) is expected, "
            "or (number, height, width, 3) of images in colour.",
            where=where,
            found=pixels.shape,
        )
    if labels.dtype != np.int64 or labels.ndim != 1:
        raise DataError(
            "The labels in {where} have the type {found} and the shape {shape}; int64 and (number,) are expected.",
            where=where,
            found=str(labels.dtype),
            shape=labels.shape,
        )
    if len(pixels) != len(labels):
        raise DataError(
            "{where} has {images} images but {labels} labels; each image needs one label.",
            where=where,
            images=len(pixels),
            labels=len(labels),
        )
    if pixels.size == 0:
        raise DataError("{where} has no images in it.", where=where)
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= class_count:
        raise DataError(
            "The labels in {where} run from {lowest} to {highest}; {first} to {last} are allowed.",
            where=where,
            lowest=lowest + first,
            highest=highest + first,
            first=first,
            last=class_count - 1 + first,
        )


def check_dataset(dataset: ImageDataset, where: str) -> None:
    """Raise DataError unless both splits are well formed and their images have one size."""
    for images in (dataset.train, dataset.test):
        check_image_set(images, len(dataset.classes), where)
    train_size, test_size = dataset.train.images.shape[1:], dataset.test.images.shape[1:]
    if train_size != test_size:
        raise DataError(
            "The training images in {where} have the size {train}, the test images {test}; they must be equal.",
            where=where,
            train=train_size,
            test=test_size,
        )

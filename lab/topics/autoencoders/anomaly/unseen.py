"""What is learned from, what is tested, and what was never seen; the same as lines of a program. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.code import definitions
from lab.core.events import Array
from lab.core.text import DataError, Message, message
from lab.topics.autoencoders.anomaly.letters import EACH, FONTS, LETTERS, printed_letters

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.topics.autoencoders.anomaly import AnomalyParams

MOST = 2000
"""Images that were never seen, at most."""
UNSEEN: Mapping[str, str] = {
    "printed": "Printed letters",
    "fashion": "Clothes (Fashion-MNIST)",
    "digits": "Digits (MNIST)",
    "letters": "Handwritten letters (EMNIST)",
    "class": "A class left out",
}


@dataclass(frozen=True, eq=False)
class Parts:
    """Images (N, 28, 28) uint8 that are learned from, others like them, and some that are `unseen`, which have their
    own `labels` (N,) and `classes`; `source` says where these come from.
    """

    train: Array
    test: Array
    unseen: Array
    labels: Array
    classes: tuple[str, ...]
    source: Message


def parts(params: AnomalyParams, data: DataStore) -> Parts:
    """Return the images. Raises DataError where they are missing, or nothing is left."""
    dataset = params.images(data)
    classes, one = dataset.classes, params.left_out
    if params.unseen == "class" and (one >= len(classes) or len(classes) < 2):
        raise DataError(
            "“{title}” has {count} classes, and no class {number}. Choose another one to leave out.",
            title=dataset.title, count=len(classes), number=one,
        )  # fmt: skip
    if params.unseen == params.dataset:
        raise DataError("“{title}” is what is learned from. Choose something else as never seen.", title=dataset.title)
    other = dataset if params.unseen in ("class", "printed") else data.load(params.unseen)
    return _parts(dataset, other, params.unseen, one)


@lru_cache(maxsize=4)
def _parts(dataset: ImageDataset, other: ImageDataset, unseen: str, one: int) -> Parts:
    """Return the images; the very same ones each time, so that what is measured of them can be kept."""
    train, test = dataset.train, dataset.test
    if unseen == "class":
        found = np.concatenate([part.images[part.labels == one] for part in (test, train)])[:MOST]
        kept, tested = (part.images[part.labels != one] for part in (train, test))
        return Parts(kept, tested, found, np.zeros(len(found), int), (dataset.classes[one],), dataset.source)
    if unseen == "printed":
        images, labels = printed_letters(FONTS, EACH), np.repeat(np.arange(len(LETTERS)), EACH)
        source = message("Letters of the font Vazirmatn (OFL), which the program itself is written in, drawn by it.")
        return Parts(train.images, test.images, images, labels, LETTERS, source)
    step = stride(len(other.test))
    images, labels = other.test.images[::step], other.test.labels[::step]
    return Parts(train.images, test.images, images, labels, other.classes, other.source)


def stride(count: int) -> int:
    """Return of how many images each time one is taken, so that they are not too many."""
    return -(-count // MOST)


def unseen_lines(params: AnomalyParams, data: DataStore) -> Iterator[str]:
    """Yield lines that make `unseen` (N, 784), and leave a class out of `train` and `test` where one is."""
    if params.unseen == "class":
        yield f"left_out = {params.left_out}"
        yield f"unseen = torch.cat([test[test_labels == left_out], train[train_labels == left_out]])[:{MOST}]"
        yield "train, test = train[train_labels != left_out], test[test_labels != left_out]"
    elif params.unseen == "printed":
        yield "from PIL import Image, ImageDraw, ImageFont"
        yield ""
        yield ""
        yield from definitions(printed_letters)
        yield f'unseen = torch.tensor(printed_letters("resources/fonts", {EACH})).flatten(1) / 255'
    else:
        opened, *_rest = params.replace(dataset=params.unseen).reading_lines(data)
        step = stride(len(data.load(params.unseen).test))
        yield opened
        yield f'    unseen = torch.tensor(data["test_images"][::{step}]).flatten(1) / 255'

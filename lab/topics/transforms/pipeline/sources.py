"""The image that goes into a pipeline, and how a program comes by the same."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.text import Message, message
from lab.data.images.code import picture_lines
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore

OTHERWISE = "fashion"


@dataclass(frozen=True)
class Source:
    """An image (H, W, C) uint8, what it is called, and the lines that make `image` of it.

    `digit` is its label where that is a digit; `remark` is what has to be known of it.
    """

    image: Array
    name: Message | str
    lines: tuple[CodeLine, ...]
    digit: int | None = None
    remark: Message | None = None


def of_picture(params: PictureParams) -> Source:
    """Return a picture. Raises DataError."""
    photo = params.photo()
    return Source(photo.pixels, photo.name, picture_lines(params))


def of_dataset(store: DataStore, name: str, number: int) -> Source:
    """Return a test image of a data set; of Fashion-MNIST where the other is not there. Raises DataError."""
    remark = None
    if not store.info(name).installed:
        remark = message(
            "{title} is not installed here, so these are images of Fashion-MNIST. “Data …” installs it.",
            title=store.info(name).title,
        )
        name = OTHERWISE
    test = store.load(name).test
    number = min(number, len(test.images) - 1)
    image, label = test.images[number], int(test.labels[number])
    words = store.load(name).classes[label]
    lines = [
        CodeLine("import numpy as np"),
        CodeLine(""),
        CodeLine(f'image = np.load({str(store.path(name))!r})["test_images"][{number}]', why=message("the same image")),
    ]
    if image.ndim == 2:
        image = image[:, :, None]
        lines.append(CodeLine("image = image[:, :, None]", why=message("H × W × C, with one channel")))
    return Source(image, words, tuple(lines), label if name == "digits" else None, remark)

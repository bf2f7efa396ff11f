"""A look at a data set: a sheet of its first images, as an array, a PNG file, or letters in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.files import replace_file
from lab.data.base import ImageSet

COLUMNS, ROWS = 20, 3
_GAP = 2
_RAMP = " .:-=+*#%@"
_WIDE, _TALL = 2, 4
"""Pixels of an image under one letter, which is twice as tall as wide."""


def first_of_each(images: ImageSet, count: int) -> NDArray[np.int64]:
    """Return the places of at most `count` images: the first of each class in turn, then the second ones …"""
    order = np.argsort(images.labels, kind="stable")
    labels = images.labels[order]
    # How many of the same class come before each.
    starts = np.searchsorted(labels, labels, side="left")
    turns = np.arange(len(labels)) - starts
    return order[np.lexsort((labels, turns))][:count]


def sheet(images: ImageSet) -> NDArray[np.uint8]:
    """Return the first images of each class in turn side by side, (H, W) or (H, W, 3) uint8, 20 a row."""
    shown = images.images[first_of_each(images, COLUMNS * ROWS)]
    height, width, *colours = shown.shape[1:]
    rows = -(-len(shown) // COLUMNS)
    columns = min(COLUMNS, len(shown))
    page = np.full((rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, *colours), 128, np.uint8)
    for place, image in enumerate(shown):
        top = _GAP + place // COLUMNS * (height + _GAP)
        left = _GAP + place % COLUMNS * (width + _GAP)
        page[top : top + height, left : left + width] = image
    return page


def save_sheet(path: Path, images: ImageSet) -> None:
    """Write the sheet as a PNG file, whole or not at all. Raises OSError."""
    from PIL import Image

    picture = Image.fromarray(sheet(images))
    replace_file(path, lambda stream: picture.save(stream, "PNG"))


def in_letters(images: ImageSet, classes: Sequence[str], width: int = 78) -> str:
    """Return some images, of different classes where there are any, drawn with letters, their classes beneath."""
    height, wide = images.images.shape[1] // _TALL, images.images.shape[2] // _WIDE
    chosen = first_of_each(images, max(1, (width + 1) // (wide + 1)))
    grey = images.images[chosen].astype(np.float32)
    if grey.ndim == 4:
        grey = grey.mean(3)
    cut = grey[:, : height * _TALL, : wide * _WIDE].reshape(len(chosen), height, _TALL, wide, _WIDE)
    # The lighter of the two halves, so that thin strokes stay.
    levels = cut.mean((2, 4)) * 0.5 + cut.max((2, 4)) * 0.5
    steps = np.minimum((levels / 256 * len(_RAMP)).astype(int), len(_RAMP) - 1)
    lines = [" ".join("".join(_RAMP[step] for step in image[row]) for image in steps) for row in range(height)]
    names = " ".join(classes[label][:wide].center(wide) for label in images.labels[chosen].tolist())
    return "\n".join(line.rstrip() for line in (*lines, names))

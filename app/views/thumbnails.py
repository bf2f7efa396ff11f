"""How a sheet of images is divided and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.views.font_metrics import Metrics
from lab.core.events import Array

LINE = 15
GAP = 8


@dataclass(frozen=True)
class Tiles:
    """Sizes of a tile and of the image in it, in logical pixels; `two_lines` of text stand below the image."""

    columns: int
    width: float
    height: float
    image_width: float
    image_height: float
    two_lines: bool


def tiles_for(shape: tuple[int, int], classes: Sequence[str], room: float, ratio: float, metrics: Metrics) -> Tiles:
    """Divide `room` logical pixels for images of (H, W); `ratio` pixels of the screen are a logical one."""
    height, width = shape
    # A whole number of screen pixels for an image pixel: about 56 px wide, wider where there is room.
    target = 56.0 if room < 700 else 84.0
    zoom = max(1, round(target * ratio / max(width, height)))
    shrink = min(1.0, 1.6 * target * ratio / (zoom * max(width, height)))
    image_width, image_height = width * zoom * shrink / ratio, height * zoom * shrink / ratio
    longest = max(metrics.width(name) for name in classes)
    two_lines = longest > 14
    below = metrics.width("0→0 100%")
    if two_lines:
        below = min(longest, 80) + metrics.width("100%")
    columns = max(1, int(room / (max(image_width, below + 13) + GAP)))
    tile_height = image_height + LINE * (2 if two_lines else 1) + GAP
    return Tiles(columns, room / columns, tile_height, image_width, image_height, two_lines)


def ranked(
    labels: Array, predicted: Array | None, confidence: Array | None, cell: tuple[int, int] | None
) -> tuple[Array, int]:
    """Return the indices in the order of the sheet, and how many are wrong.

    Wrong ones come first, the surest before the others; then right ones, the least sure first; then those that
    were not asked yet. A `cell` (truth, predicted) leaves only its images, none where nothing was predicted.
    """
    if predicted is None or confidence is None:
        order = np.arange(len(labels))
        return (order if cell is None else order[:0]), 0
    asked = predicted >= 0
    wrong = asked & (predicted != labels)
    sureness = np.nan_to_num(confidence)
    group = np.where(wrong, 0, np.where(asked, 1, 2))
    order = np.lexsort((np.where(wrong, -sureness, sureness), group))
    if cell is not None:
        order = order[(labels[order] == cell[0]) & (predicted[order] == cell[1])]
    return order, int(wrong.sum())

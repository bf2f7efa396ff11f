"""The digit in a picture as people have them: drawn, photographed, scanned, saved from a figure, trimmed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.text import Message, message
from lab.data.drawing import (
    LEAST_CONTRAST,
    LONGEST_SIDE,
    WORKING_SIDE,
    at_most,
    drawn,
    on_paper,
    placed,
)
from lab.data.images.reading import is_of_numbers, opened, to_bytes, upright
from lab.data.segmentation import apart, find_ink, one_channel, tiles, without_borders

Bytes = NDArray[np.uint8]

_FINE_SIDE = 512
"""Up to it a picture stays as it is while borders and tiles are looked for, which may have thin lines."""
_SMALL = 40
_TIGHT_EDGE = 30
_ONE_COLOUR = 60
"""Grey levels that the ink of a picture on nothing may differ by, and still be of one colour."""


@dataclass(frozen=True, eq=False)
class Finding:
    """The image (28, 28) uint8 as MNIST would hold what was found, None where that is nothing; and how many digits
    lie apart from each other.
    """

    image: Bytes | None
    count: int

    @property
    def words(self) -> Message | None:
        """Why there is no single digit to be recognised; None where there is one."""
        if self.image is None:
            return message("Nothing is drawn in this image.")
        if self.count > 1:
            return message(
                "There are {count} digits or letters here, apart from each other; give one at a time.", count=self.count
            )
        return None


def read_digit(path: Path | str) -> Finding:
    """Find the digit in a picture file. Raises DataError as `read_picture` does."""
    return find_digit(read_picture(path))


def find_digit(picture: Bytes, tiled: int = 2) -> Finding:
    """Find the digit in a picture (H, W) or (H, W, 3), uint8, of any size and kind.

    `tiled` is how many pages around it may be taken away: a tile on a page, within the dark border of a scanner.
    """
    if picture.ndim == 2:
        grey, values = picture, at_most(_to_one(picture), _FINE_SIDE, _FINE_SIDE)
    else:
        values = one_channel(at_most(_to_one(picture), _FINE_SIDE, _FINE_SIDE))
        grey = np.round(255 * values).astype(np.uint8)
    if values.size == 0 or np.ptp(values) < LEAST_CONTRAST:
        return Finding(None, 0)
    if max(grey.shape) <= _SMALL and (small := _found_drawn(grey, 0.2, 0.75)) is not None:
        return small
    if (tight := _found_tight(grey, 4)) is not None:
        return tight
    factor = grey.shape[0] / values.shape[0]
    part = without_borders(values)
    grey, values = grey[_scaled(part, factor)], values[part]
    if tiled and min(values.shape) > _SMALL:
        for inside in tiles(values):
            # The last line of pixels is a mixture of both, or a frame.
            found = find_digit(_trimmed(grey[_scaled(inside, factor)], max(1, round(factor))), tiled - 1)
            if found.image is not None:
                return found
    if max(grey.shape) > LONGEST_SIDE:
        values = at_most(values, WORKING_SIDE)
        grey = np.round(255 * values).astype(np.uint8)
    if (clean := _found_drawn(grey, 0.5) or _found_tight(grey, 1)) is not None:
        return clean
    ink = find_ink(values)
    return Finding(None, 0) if ink is None else Finding(placed(ink.values), ink.count)


def find_drawn(grey: Bytes) -> Finding:
    """Find the digit in a clean drawing, (H, W), as on a canvas: sooner, and what touches the edge is ink."""
    paper = grey == grey[0, 0]
    return _of_drawing(grey, paper) if paper.mean() >= 0.5 else find_digit(grey)


def _of_drawing(grey: Bytes, paper: NDArray[np.bool_]) -> Finding:
    image = drawn(grey, paper)
    return Finding(image, 0 if image is None else apart(~paper))


def _found_drawn(grey: Bytes, share: float, along: float = 1.0) -> Finding | None:
    """Find the digit where `along` of the edge and a `share` of the picture are of exactly one grey; None if not."""
    paper = grey == grey[0, 0]
    edge = np.concatenate([paper[0], paper[-1], paper[:, 0], paper[:, -1]])
    if edge.mean() < along or paper.mean() < share:
        return None
    if not edge.all():
        grey = np.pad(grey, max(4, min(grey.shape) // 4), constant_values=grey[0, 0])
        paper = grey == grey[0, 0]
    return _of_drawing(grey, paper)


def _found_tight(grey: Bytes, sides: int) -> Finding | None:
    """Find the digit in a clean drawing cropped so that its ink meets at least so many sides; None where it is none.

    Nearly all of such a drawing is of two levels, of which the corners tell the paper.
    """
    if min(grey.shape) < 3:
        return None
    counts = np.bincount(grey.ravel(), minlength=256)
    levels = np.argsort(counts)[:-3:-1]
    if counts[levels].sum() < 0.6 * grey.size or counts[levels].min() < 0.02 * grey.size:
        return None
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    in_corners = [int(np.count_nonzero(corners == level)) for level in levels]
    if max(in_corners) < 3:
        return None
    paper = int(levels[int(np.argmax(in_corners))])
    ink = np.abs(grey.astype(np.int16) - paper) > _TIGHT_EDGE
    if sum(bool(side.any()) for side in (ink[0], ink[-1], ink[:, 0], ink[:, -1])) < sides:
        return None
    return _found_drawn(np.pad(grey, max(4, min(grey.shape) // 4), constant_values=paper), 0.2)


def _to_one(levels: Bytes) -> NDArray[np.float32]:
    return levels.astype(np.float32) / np.float32(255)


def _scaled(part: tuple[slice, slice], factor: float) -> tuple[slice, slice]:
    rows, columns = (slice(round(factor * own.start), round(factor * own.stop)) for own in part)
    return rows, columns


def _trimmed(grey: Bytes, width: int) -> Bytes:
    return grey[width:-width, width:-width] if min(grey.shape) > _SMALL else grey


def read_picture(path: Path | str) -> Bytes:
    """Read any picture that `lab.data.images.reading` can read: in colours (H, W, 3) where it has some, else (H, W).

    Upright as its EXIF says; the first of several frames. Of ink of one colour on nothing, what is not transparent
    is white; else what is transparent becomes as the paper is.

    Raises:
        DataError: there is no such file, or it is no image, broken, or too large.
    """
    with opened(path) as file:
        image = upright(file)[0]
        if is_of_numbers(image.mode):
            return to_bytes(np.asarray(image))
        if image.has_transparency_data:
            return _without_alpha(np.asarray(image.convert("RGBA")))
        colours = np.asarray(image.convert("RGB"))
    return colours[..., 0] if np.array_equal(colours.min(2), colours.max(2)) else colours


def _without_alpha(colours: Bytes) -> Bytes:
    alpha = colours[..., 3]
    ink = colours[alpha > 127, :3]
    if len(ink) and np.ptp(ink, axis=0).max() <= _ONE_COLOUR and np.mean(alpha < 128) > 0.02:
        # What was trimmed away comes back, so that there is paper around the ink.
        return np.pad(alpha, max(4, max(alpha.shape) // 4))
    grey = colours[..., :3] @ np.array([0.299, 0.587, 0.114])
    return on_paper(np.stack([grey, alpha], axis=2).astype(np.float32))

"""From the drawing of a digit to the 28×28 image that MNIST would hold, and grey images from files.

MNIST's digits were cropped to their ink, scaled into 20×20 with anti-aliasing and placed by their centre
of mass into 28×28 (LeCun, Cortes and Burges). `placed` does the same to ink; `drawn` finds the ink of a clean drawing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data.images.reading import IMAGE_SUFFIXES, UNREADABLE_SUFFIXES, is_of_numbers, opened, to_bytes, upright

if TYPE_CHECKING:
    from PIL import Image as PillowImage

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

FRAME = 28
BOX = 20

_CLEAN = 0.004  # Less than one grey level in 255.
WORKING_SIDE = 256
LONGEST_SIDE = 288  # Up to it a picture, for instance of the canvas, stays as it is.
# Shares of the full scale, of the picture's side or of the largest piece of ink; found by trial on MNIST,
# on drawings and on made-up photographs (tests/lab/test_drawing.py holds such pictures).
LEAST_CONTRAST = 0.04
_LEAST_SEPARATION = 4.0
_RING = 0.06
_SPECK_AREA = 0.03
_SPECK_EXTENT = 0.2


def drawn(grey: NDArray[np.uint8], paper: Mask) -> NDArray[np.uint8] | None:
    """Turn a picture drawn on a screen into an image as MNIST has them.

    Args:
        grey: (H, W), dark on light or light on dark.
        paper: (H, W), where `grey` is exactly the grey of its first pixel. What is far from any ink tells nothing.

    Returns:
        (28, 28), light on dark; None when nothing is drawn: blank, noise, specks or a mere frame.
    """
    part = _box(~paper, 2 * _edge(min(grey.shape)) + 2)
    difference = (grey[part].astype(np.float32) - np.float32(grey[0, 0])) / np.float32(255)
    if np.ptp(difference) < LEAST_CONTRAST:
        return None
    darkness = difference if difference.sum() > 0 else -difference
    ink = _only_ink(darkness, _ring(grey.shape)[part], min(grey.shape))
    return None if ink is None else placed(ink)


def at_most(values: Floats, side: int, longest: int = LONGEST_SIDE) -> Floats:
    """Return a picture (H, W) or (H, W, 3) scaled down to `side`, where a side of it is longer than `longest`."""
    if max(values.shape[:2]) <= longest:
        return values
    height, width = (max(1, round(length * side / max(values.shape[:2]))) for length in values.shape[:2])
    if values.ndim == 2:
        return resized(values, height, width)
    return np.stack([resized(channel, height, width) for channel in np.moveaxis(values, 2, 0)], axis=2)


def resized(values: Floats, height: int, width: int) -> Floats:
    """Return a picture (H, W) with another height and width."""
    from PIL import Image

    shrinks = height <= values.shape[0] and width <= values.shape[1]
    method = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    changed = Image.fromarray(np.ascontiguousarray(values)).resize((width, height), method)
    return np.asarray(changed, dtype=np.float32)


def _ring(shape: tuple[int, ...]) -> Mask:
    """Mark the margin along the four edges, (H, W)."""
    width = max(2, round(min(shape) * _RING))
    ring = np.ones(shape, dtype=np.bool_)
    ring[width:-width, width:-width] = False
    return ring


def _box(mask: Mask, pad: int) -> tuple[slice, slice]:
    """Return the part of a picture that holds all of a mask, with `pad` pixels around it."""
    spans = [np.flatnonzero(mask.any(axis)) for axis in (1, 0)]
    if not len(spans[0]):
        return slice(None), slice(None)
    return slice(max(0, spans[0][0] - pad), spans[0][-1] + pad + 1), slice(
        max(0, spans[1][0] - pad), spans[1][-1] + pad + 1
    )


def _edge(side: int) -> int:
    """Return how many pixels wide the grey edge of a stroke may be in a picture with the shorter side `side`."""
    return 2 + side // 100


def _only_ink(darkness: Floats, margin: Mask, side: int) -> Floats | None:
    """Return the ink as 0 to 1, (H, W), without noise, specks and frames; None where there is none.

    `margin` marks what is margin of the whole picture, and `side` is the shorter side of that.
    """
    from scipy import ndimage

    darkness = np.maximum(darkness, -darkness.max() / 2)  # What is lighter than paper is no third class.
    threshold = _otsu(darkness)
    mask = darkness > threshold
    if mask.all() or not mask.any():
        return None
    paper, contrast = darkness[~mask], darkness[mask].mean() - darkness[~mask].mean()
    if contrast < max(LEAST_CONTRAST, _LEAST_SEPARATION * paper.std()):
        return None
    kept = _without_specks_and_frames(mask, margin, side)
    if not kept.any():
        return None
    # The grey edge of a stroke belongs to it; beyond it lies paper, whose unevenness is the zero of the ink.
    edge = _edge(side)
    region = ndimage.maximum_filter(kept, size=2 * edge + 1)
    far = ~(region if np.array_equal(kept, mask) else ndimage.maximum_filter(mask, size=2 * edge + 1))
    paper = darkness[far]
    zero = float(np.percentile(paper, 99)) if paper.size and paper.max() > _CLEAN else 0.0
    full = float(np.percentile(darkness[kept], 90))
    return np.where(region, np.clip((darkness - zero) / max(full - zero, 1e-6), 0, 1), 0).astype(np.float32)


def _otsu(values: Floats) -> float:
    """Return the threshold that separates two classes best (N. Otsu, 1979)."""
    low, high = float(values.min()), float(values.max())
    step = max(high - low, 1e-6) / 256
    counts = np.bincount(((values - low) / step).astype(np.int32).ravel(), minlength=257)
    centres = low + (np.arange(len(counts)) + 0.5) * step
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    between = np.nan_to_num(between)
    # Between two clean levels every threshold is equally good: take the middle of them.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(centres[best].mean()) + step / 2


def _without_specks_and_frames(mask: Mask, margin: Mask, side: int) -> Mask:
    from scipy import ndimage

    labels, count = ndimage.label(mask, np.ones((3, 3)))
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(labels)
    sides = np.array([[part.stop - part.start for part in box] for box in boxes])
    extents = sides.max(1)
    in_margin = np.bincount(labels[margin], minlength=count + 1)[1:] == areas
    # A long piece that lies wholly in the margin is an edge of the paper, or a frame around it.
    digit = ~(in_margin & (extents >= 0.5 * side) & (side >= BOX))
    digit &= (extents >= 3) | (areas >= 4)
    for index in np.flatnonzero(digit & (sides.min(1) >= 0.5 * side)):
        others = digit & (np.arange(count) != index)
        if _frames(labels[boxes[index]] == index + 1) and np.any(others & (areas >= areas[index] / 20)):
            digit[index] = False
    if digit.any():
        largest = np.flatnonzero(digit)[np.argmax(areas[digit])]
        digit &= (areas >= _SPECK_AREA * areas[largest]) | (extents >= _SPECK_EXTENT * extents[largest])
    if extents[digit].max(initial=0) < 0.02 * side:
        digit[:] = False
    return np.asarray(np.concatenate([[False], digit])[labels])


def _frames(piece: Mask) -> bool:
    """Tell whether a piece of ink, cut out by its box, runs along all four sides of it and nowhere else."""
    along = _ring(piece.shape)
    sides = (piece[:3].any(0), piece[-3:].any(0), piece[:, :3].any(1), piece[:, -3:].any(1))
    return bool(np.mean(along[piece]) > 0.95) and all(side.mean() > 0.7 for side in sides)


def placed(ink: Floats) -> NDArray[np.uint8]:
    """Crop, scale into 20×20, and put the centre of mass into the middle of 28×28."""
    rows, columns = np.flatnonzero(ink.max(1) > 0.02), np.flatnonzero(ink.max(0) > 0.02)
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = max(digit.shape)
    if longest != BOX:
        height, width = (max(1, round(length * BOX / longest)) for length in digit.shape)
        digit = resized(digit, height, width)
    # A hairline became grey by the scaling; MNIST's digits, however thin, are white in the middle.
    digit = digit / digit.max()
    middle = [float((np.arange(n) + 0.5) @ digit.sum(1 - axis) / digit.sum()) for axis, n in enumerate(digit.shape)]
    top, left = (
        min(max(FRAME // 2 - int(centre + 1e-3), 0), FRAME - length)
        for centre, length in zip(middle, digit.shape, strict=True)
    )
    image = np.zeros((FRAME, FRAME), dtype=np.uint8)
    image[top : top + digit.shape[0], left : left + digit.shape[1]] = np.round(255 * digit)
    return image


def read_image(path: Path | str) -> NDArray[np.uint8]:
    """Read any picture that `lab.data.images.reading` can read, as grey.

    Upright as its EXIF says; the first of several frames; 16 bit scaled to 8. What is transparent becomes
    white, or black where the ink itself is light.

    Returns:
        (H, W) uint8.

    Raises:
        DataError: there is no such file, or it is no image, broken, or too large.
    """
    with opened(path) as file:
        return _grey(upright(file)[0])


def _grey(image: PillowImage.Image) -> NDArray[np.uint8]:
    if is_of_numbers(image.mode):
        return to_bytes(np.asarray(image))
    if image.has_transparency_data:
        return on_paper(np.asarray(image.convert("RGBA").convert("LA"), dtype=np.float32))
    return np.asarray(image.convert("L"))


def on_paper(grey_alpha: Floats) -> NDArray[np.uint8]:
    """Lay a picture with transparency, (H, W, 2) in 0 to 255, on paper that contrasts with its ink."""
    grey, alpha = grey_alpha[..., 0], grey_alpha[..., 1] / 255
    covered = float(alpha.mean())
    if covered == 0:
        return np.full(grey.shape, 255, dtype=np.uint8)
    if covered > 0.5:
        paper = float(np.median(grey[alpha > 0.5]))  # It brings its own paper; only its rim is transparent.
    else:
        paper = 0.0 if np.average(grey, weights=alpha) > 127.5 else 255.0
    return np.asarray(np.round(grey * alpha + paper * (1 - alpha)), dtype=np.uint8)


def image_files(paths: Iterable[Path | str]) -> list[Path]:
    """List image files: files as they are named, folders by all their files that may be images, sorted by name.

    Of a folder, hidden files, folders in it and files of other known kinds are left out; what has no ending, is a
    broken link, or has the ending of an image that cannot be read is in the list, so that it is said when it is read.

    Raises:
        DataError: a path is empty or does not exist, or a folder holds no image, and what it holds instead.
    """
    files: list[Path] = []
    for path in paths:
        if not str(path):
            raise DataError("An empty path was given; give an image file, or a folder of images.")
        path = Path(path)
        if path.is_dir():
            entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
            images = [entry for entry in entries if _may_be_image(entry)]
            if not images:
                raise _no_images(path, entries)
            files += images
        elif path.exists() or path.is_symlink():
            files.append(path)
        else:
            raise DataError("There is no file or folder {path}.", path=str(path))
    return files


def _no_images(path: Path, entries: list[Path]) -> DataError:
    folders = [entry.name for entry in entries if entry.is_dir()]
    if folders:
        return DataError(
            "The folder {path} itself holds no image, but {count} folders: {names}. Give one of them, or all of them.",
            path=str(path),
            count=len(folders),
            names=", ".join(folders[:5]) + (", …" if folders[5:] else ""),
        )
    return DataError("The folder {path} holds no image.", path=str(path))


def _may_be_image(path: Path) -> bool:
    """Tell whether something in a folder is to be read as an image, or to be named as one that cannot be."""
    known = not path.suffix or path.suffix.lower() in IMAGE_SUFFIXES | UNREADABLE_SUFFIXES
    return (path.is_symlink() and not path.exists()) or (known and path.is_file())

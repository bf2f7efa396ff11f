"""Where the ink is in a photograph or a scan: local light, ruled lines, borders, tiles; and which ink makes one digit.

All is done on logarithms of light, in which a shadow is a step and ink is as deep in it as beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Part = tuple[slice, slice]

# Shares of the full scale, of the picture's shorter side, or of the largest piece of ink; found by trial on the
# kinds of tests/lab/digit_pictures.py, made of digits to learn from.
_DARKEST = 0.05  # What is added to the light, so that black is a number.
_LEAST_DEPTH = 0.10
_LEAST_NOISE = 0.012
_SEED = 5.0
_WINDOW = 0.25
_RING = 0.12
_TILE = 0.9
_TEXTURE = 4.6  # Standard deviations; noise stays below, ink on paper that is promised to be read lies above.
_TEXTURE_SHARE = 0.035
_BORDER = 1.3  # Black is 2.3 below white, and a deep shadow 1.0.


@dataclass(frozen=True)
class Ink:
    """Ink as 0 to 1, (H, W), of the digit or digits, and how many lie apart from each other."""

    values: Floats
    count: int


def one_channel(colours: Floats) -> Floats:
    """Return the grey, (H, W), in which a picture (H, W, 3) in 0 to 1 shows most: its light, or its hue.

    Only by its hue is a green stroke seen on red of the same light.
    """
    light = colours @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    hues = colours - light[..., None]
    rest = (hues - hues.mean((0, 1))).reshape(-1, 3)
    spread = np.linalg.eigh(rest.T @ rest / len(rest))
    if np.sqrt(max(spread.eigenvalues[-1], 0)) < 0.05:
        return light
    hue = hues @ spread.eigenvectors[:, -1].astype(np.float32)
    if _detail(hue) < 1.5 * _detail(light):
        return light
    low, high = np.percentile(hue, (0.5, 99.5))
    return np.asarray(0.1 + 0.8 * np.clip((hue - low) / max(high - low, 1e-6), 0, 1), dtype=np.float32)


def _detail(values: Floats) -> float:
    from scipy import ndimage

    return float((values - ndimage.uniform_filter(values, max(values.shape) // 4)).std())


def without_borders(values: Floats) -> Part:
    """Return the part of a picture, (H, W), without black or white borders that a scanner left along its edges."""
    light = np.log(values + np.float32(_DARKEST))
    inner = float(np.median(light))
    part = []
    for axis in (1, 0):
        lines = light if axis == 1 else light.T
        off = np.abs(lines - inner) > _BORDER
        # Of a border nearly all is so, on the same side.
        full = (off.mean(1) > 0.9) & (lines.std(1) < 1)
        most = len(full) // 4
        start = int(np.argmin(full[:most])) if not full[:most].all() else most
        end = int(np.argmin(full[::-1][:most])) if not full[::-1][:most].all() else most
        part.append(slice(start + (start > 0), len(full) - end - (end > 0)))
    return part[0], part[1]


def tiles(values: Floats) -> Iterator[Part]:
    """Yield the insides of rectangles that differ from what surrounds them, largest first: of a tile, page or frame."""
    from scipy import ndimage

    low, high = (float(level) for level in np.percentile(values, (1, 99)))
    if high - low < 0.3:
        return
    found: list[tuple[int, Part]] = []
    for mask in (values < (low + high) / 2, values > (low + high) / 2):
        labels, _ = ndimage.label(mask)
        for index, box in enumerate(ndimage.find_objects(labels), 1):
            sides = [part.stop - part.start for part in box]
            if min(sides) < 12 or max(sides) > 2.5 * min(sides):
                continue
            filled = _filled(np.pad(labels[box] == index, 1))
            if filled.mean() < 0.8 * _TILE:
                continue
            # What sticks out, as the ticks of an axis do, is cut off.
            body = ndimage.maximum_filter(ndimage.minimum_filter(filled, 7), 7)
            rows, columns = np.flatnonzero(body.any(1)), np.flatnonzero(body.any(0))
            if not len(rows) or np.ptp(rows) < 10 or np.ptp(columns) < 10:
                continue
            if body[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean() < _TILE:
                continue
            top, left = box[0].start - 1, box[1].start - 1
            part = (
                slice(top + int(rows[0]), top + int(rows[-1]) + 1),
                slice(left + int(columns[0]), left + int(columns[-1]) + 1),
            )
            edges = (part[0].start <= 0, part[1].start <= 0, part[0].stop >= len(values))
            if sum((*edges, part[1].stop >= values.shape[1])) <= 1:
                found.append((int(body.sum()), part))
    yield from (part for _, part in sorted(found, key=lambda pair: -pair[0]))


def _filled(piece: Mask) -> Mask:
    """Return a piece, with a margin around it, and what it encloses."""
    from scipy import ndimage

    outside, _ = ndimage.label(~piece)
    return np.asarray(outside != outside[0, 0])


def find_ink(values: Floats) -> Ink | None:
    """Return the ink of a picture (H, W) in 0 to 1 on paper under any light; None where there is none."""
    known = [found for sign in (-1, 1) if (found := _found(values, sign)) is not None]
    if not known:
        return None
    # What is enclosed by a digit, and lies between its strokes, looks like ink of the other kind: take what encloses.
    return max(known, key=lambda found: found.extent).ink()


@dataclass(frozen=True)
class _Found:
    """How deep each pixel is in ink, which pieces are chosen, how many digits they are, and the diagonal of all."""

    depth: Floats
    pieces: Mask
    count: int
    extent: float

    def ink(self) -> Ink:
        from scipy import ndimage

        depth = np.asarray(np.maximum(self.depth, 0))
        share = np.asarray(1 - np.exp(-depth))
        full = float(np.percentile(share[self.pieces], 70))
        edge = ndimage.maximum_filter(self.pieces, size=5)
        zero = 0.12 * full
        values = np.where(edge, np.clip((share - zero) / max(full - zero, 1e-6), 0, 1), 0)
        return Ink(values.astype(np.float32), self.count)


def _found(values: Floats, sign: int) -> _Found | None:
    """Find ink that is darker (sign -1) or lighter (+1) than its paper."""
    from scipy import ndimage

    side = min(values.shape)
    light = np.log(ndimage.gaussian_filter(values, 0.8) + np.float32(_DARKEST))
    window = max(3, round(side * _WINDOW))
    if sign < 0:
        depth = ndimage.grey_closing(light, size=window) - light
    else:
        depth = light - ndimage.grey_opening(light, size=window)
    noise, level = _local_noise(depth)
    depth = np.asarray(depth - level, dtype=np.float32)
    for turned in (False, True):
        view = depth.T if turned else depth
        view[...] = _without_lines(view, (noise.T if turned else noise))
    seeds = (depth > _SEED * noise) & (depth > _LEAST_DEPTH)
    if not seeds.any():
        return None
    return _pieces(light, depth, noise, seeds, sign)


def _local_noise(depth: Floats) -> tuple[Floats, Floats]:
    """Return the noise of the paper about each pixel, and its level: from medians of blocks, most of which is paper."""
    from PIL import Image
    from scipy import ndimage

    height, width = depth.shape
    block = max(4, min(height, width) // 8)
    rows, columns = height // block, width // block
    blocks = depth[: rows * block, : columns * block].reshape(rows, block, columns, block).swapaxes(1, 2)
    flat = blocks.reshape(rows, columns, -1)
    level, spread, low = (np.percentile(flat, share, -1) for share in (50, 30, 10))
    sigma = np.maximum((spread - low) / 0.757, _LEAST_NOISE)
    # Where a block is full of ink, those about it tell what the paper is like.
    level, sigma = ndimage.percentile_filter(level, 35, 5), ndimage.percentile_filter(sigma, 50, 3)
    fields = [
        np.asarray(Image.fromarray(field.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR))
        for field in (sigma, level)
    ]
    return fields[0], fields[1]


def _without_lines(depth: Floats, noise: Floats) -> Floats:
    """Return the depth of ink without lines across the whole picture, within 9 degrees of the rows."""
    height, width = depth.shape
    if min(height, width) < 40:
        return depth
    rows, extra = np.arange(height)[:, None], height // 4
    padded = np.pad(depth, ((extra, extra), (0, 0)), mode="edge")

    def along(slope: float, columns: NDArray[np.int64], first: int = 0, last: int = height) -> Floats:
        shift = np.round(slope * (columns - width / 2)).astype(int)
        return np.asarray(padded[np.clip(rows[first:last] + extra + shift, 0, len(padded) - 1), columns])

    # A line shows in the means of the rows when they are turned as it is; ink counts no more than a line would.
    padded = np.minimum(padded, 2 * np.float32(_LEAST_DEPTH))
    few = np.arange(3, width, 6)
    slopes = np.tan(np.radians(np.arange(-10, 10.1, 0.5)))
    strengths = []
    for slope in slopes:
        mean = along(slope, few).mean(1)
        strengths.append(float((mean[2:-2] - np.maximum(mean[:-4], mean[4:])).clip(0).sum()))
    slope = float(slopes[int(np.argmax(strengths))])
    padded = np.pad(depth, ((extra, extra), (0, 0)), mode="edge")
    profile = np.quantile(along(slope, np.arange(1, width, 3)), 0.3, axis=1)
    contrast = profile - np.minimum(np.roll(profile, 4), np.roll(profile, -4))
    best = float(np.sort(contrast)[-max(2, height // 60) :].mean())
    if best < max(0.05, 1.2 * float(np.median(noise))):
        return depth
    lines = profile > max(0.04, 0.4 * best)
    starts = np.flatnonzero(np.diff(np.concatenate([[0], lines.astype(int)])) == 1)
    ends = np.flatnonzero(np.diff(np.concatenate([lines.astype(int), [0]])) == -1) + 1
    thin = (ends - starts) <= max(4, height // 40)
    if not thin.any():
        return depth
    shift = np.round(slope * (np.arange(width) - width / 2)).astype(int)
    taken = np.zeros(height, dtype=np.float32)
    for start, end in zip(starts[thin], ends[thin], strict=True):
        first, last = max(0, start - 1), min(height, end + 1)
        taken[first:last] = np.maximum(taken[first:last], np.median(along(slope, np.arange(width), first, last), 1))
    own = np.clip(rows - shift, 0, height - 1)
    line = np.maximum(taken[own], 0) * 1.1
    full = np.float32(max(float(np.percentile(depth, 99)), 2 * float(taken.max()), 0.2))
    return np.asarray(np.where(line > 0, (depth - line) * full / np.maximum(full - line, 0.1), depth))


def _pieces(light: Floats, depth: Floats, noise: Floats, seeds: Mask, sign: int) -> _Found | None:
    """Choose, among connected pieces of ink, those of one digit, and count how many digits lie apart."""
    from scipy import ndimage

    side = min(depth.shape)
    reach = np.maximum(2.5 * noise, 0.4 * _usual_depth(depth, seeds))
    labels, count = ndimage.label((depth > reach) | seeds, np.ones((3, 3)))
    index = np.arange(1, count + 1)
    weights = ndimage.sum_labels(np.where(seeds, depth, 0), labels, index)
    boxes = ndimage.find_objects(labels)
    extents = np.array([max(part.stop - part.start for part in box) for box in boxes])
    ring = np.ones(depth.shape, dtype=np.bool_)
    width = max(2, round(side * _RING))
    ring[width:-width, width:-width] = False
    in_ring = ndimage.mean(ring, labels, index)
    touches = np.array(
        [
            box[0].start == 0 or box[1].start == 0 or box[0].stop == depth.shape[0] or box[1].stop == depth.shape[1]
            for box in boxes
        ]
    )
    usable = (weights > 0) & (extents >= max(3, 0.03 * side)) & ~((in_ring > 0.95) & (extents >= 0.5 * side))
    inside = usable & ~touches
    if not inside.any():  # A tight crop.
        inside = usable & (in_ring < 0.7)
    if not inside.any():
        return None
    kept, digits = _grouped(labels, np.where(inside, weights, 0.0), extents)
    mask = np.isin(labels, np.flatnonzero(kept) + 1)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    extent = float(np.hypot(np.ptp(rows) + 1, np.ptp(columns) + 1))
    if not _on_paper(light, depth, mask, sign) or _is_texture(depth, mask):
        return None
    return _Found(depth, mask, digits, extent)


def _usual_depth(depth: Floats, seeds: Mask) -> float:
    """Return how deep the ink is, by its largest piece that does not touch the edge of the picture."""
    from scipy import ndimage

    labels, count = ndimage.label(seeds, np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    inner = sizes.copy()
    inner[edge] = inner[0] = 0
    chosen = int(np.argmax(inner if inner.any() else np.where(np.arange(count + 1) > 0, sizes, 0)))
    return float(np.percentile(depth[labels == chosen], 60))


def _on_paper(light: Floats, depth: Floats, pieces: Mask, sign: int) -> bool:
    """Tell whether what surrounds ink is more like the paper beneath it than like the ink.

    What a dark digit encloses is light, but the paper beneath that would be the digit.
    """
    outer = _box(pieces, 0.15, 4)
    around = np.ones(pieces.shape, dtype=np.bool_)
    around[_box(pieces)] = False
    near = light[outer][around[outer] & ~pieces[outer]]
    if near.size < 20:
        return True
    ink = float(np.median(light[pieces]))
    paper = ink - sign * float(np.median(depth[pieces]))
    surroundings = float(np.median(near))
    return abs(surroundings - paper) < abs(surroundings - ink)


def _box(pieces: Mask, share: float = 0.0, least: int = 0) -> Part:
    """Return the box of pieces of ink, with a `share` of its longer side around it, or `least` pixels."""
    spans = [np.flatnonzero(pieces.any(axis)) for axis in (1, 0)]
    pad = max(least, int(share * max(np.ptp(span) for span in spans)))
    rows, columns = (slice(max(0, int(span[0]) - pad), int(span[-1]) + pad + 1) for span in spans)
    return rows, columns


def _is_texture(depth: Floats, pieces: Mask) -> bool:
    """Tell whether what is not chosen is much like what is: noise and grain are as deep everywhere, ink is not."""
    from scipy import ndimage

    away = ~ndimage.maximum_filter(pieces, size=5)
    outer = _box(pieces, 0.5, 12)
    near = depth[outer][away[outer]]
    if near.size < 20:
        return False
    ink = float(np.median(depth[pieces]))
    level, higher = np.percentile(near, (50, 84))
    return ink < _TEXTURE * (higher - level) and bool(np.mean(depth[away] > ink / 2) > _TEXTURE_SHARE)


def _grouped(labels: NDArray[np.int32], weights: Floats, extents: Floats) -> tuple[Mask, int]:
    """Return which pieces (N,) belong to the digit, or to several, and how many digits there are."""
    from scipy import ndimage

    largest = int(np.argmax(weights))
    kept = np.zeros(len(weights), dtype=np.bool_)
    kept[largest] = True
    near, far = 0.16 * extents[largest], 0.5
    while True:
        distance = ndimage.distance_transform_edt(~np.isin(labels, np.flatnonzero(kept) + 1))
        distances = ndimage.minimum(distance, labels, np.arange(1, len(weights) + 1))
        new = (distances <= near) & ~kept & (weights > 0)
        new &= (weights >= 0.02 * weights[largest]) & (extents >= 0.08 * extents[largest])
        if not new.any():
            break
        kept |= new
    others = ~kept & (extents >= far * extents[largest]) & (weights >= 0.3 * weights[largest])
    return kept | others, 1 + int(others.sum())


def apart(ink: Mask) -> int:
    """Return how many digits lie apart from each other in a clean drawing, (H, W)."""
    from scipy import ndimage

    step = max(1, max(ink.shape) // 70)
    rows, columns = (length // step * step for length in ink.shape)
    small = ink[:rows, :columns].reshape(rows // step, step, columns // step, step).any((1, 3))
    labels, count = ndimage.label(small, np.ones((3, 3)))
    if count < 2:
        return int(count)
    boxes = ndimage.find_objects(labels)
    extents = np.array([max(part.stop - part.start for part in box) for box in boxes])
    _, digits = _grouped(labels, np.bincount(labels.ravel())[1:].astype(np.float32), extents)
    return digits

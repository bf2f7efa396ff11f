"""Points of the plane in several classes: made, or put there by hand. The sets are those of TensorFlow Playground."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.core.params import ParamError
from lab.core.text import ascii_digits

Array = NDArray[Any]
HALF: Final = 6.0
"""The plane goes from minus this to plus this along both axes."""
RADIUS: Final = 5.0
MOST_CLASSES: Final = 6
MOST_OWN: Final = 500
_SEPARATORS: Final = str.maketrans({"؛": ";", ",": " ", "،": " "})
SETS: Final[Mapping[str, str]] = {
    "circle": "Circle",
    "clusters": "Clusters",
    "xor": "XOR",
    "spiral": "Spiral",
    "moons": "Moons",
    "rings": "Rings",
}
TWO_ONLY: Final = ("circle", "xor", "moons")
"""The sets that have two classes and no more."""
FEATURES: Final[Mapping[str, tuple[str, Callable[[Array, Array], Array]]]] = {
    "x": ("x", lambda x, y: x),
    "y": ("y", lambda x, y: y),
    "x_squared": ("x²", lambda x, y: x * x),
    "y_squared": ("y²", lambda x, y: y * y),
    "product": ("x·y", lambda x, y: x * y),
    "sin_x": ("sin x", lambda x, y: np.sin(x)),
    "sin_y": ("sin y", lambda x, y: np.sin(y)),
}
"""What a network can be given of a point: its symbol, and the function of x and y."""


@dataclass(frozen=True, eq=False)
class Points:
    """Positions (N, 2) with labels (N,), whole numbers below `classes`; or with `values` (N,), all of one class."""

    positions: Array
    labels: Array
    classes: int
    values: Array | None = None


def make(name: str, count: int, classes: int, noise: float, generator: np.random.Generator) -> Points:
    """Return `count` points of one of SETS, as many of each class as of the others, up to one, in turn.

    Noise, from 0 to 0.5, does what it does in Playground: clusters grow, the arms of a spiral become wider, and in the
    circle and XOR points near the other class get its label. Those of TWO_ONLY have two classes, whatever is asked for.
    """
    classes = 2 if name in TWO_ONLY else classes
    labels = np.arange(count) % classes
    positions = np.empty((count, 2))
    parts = _MAKERS[name](np.bincount(labels, minlength=classes).tolist(), noise, generator)
    for label, part in enumerate(parts):
        positions[labels == label] = part
    return Points(positions, labels, classes)


# Each of these returns the points of each class, (each, 2), of how many there are of each, the noise, and a generator.


def _clusters(each: Sequence[int], noise: float, generator: np.random.Generator) -> list[Array]:
    """Two clusters lie about (2, 2) and (−2, −2); more of them are as far from the origin, and evenly around it."""
    # As there: a variance of 0.5 without noise, of 4 with all of it.
    spread = np.interp(noise, (0.0, 0.5), (0.5, 4.0)) ** 0.5
    angle = np.pi / 4 + 2 * np.pi * np.arange(len(each)) / len(each)
    middles = 8**0.5 * np.stack([np.cos(angle), np.sin(angle)], 1)
    return [middle + spread * generator.standard_normal((size, 2)) for middle, size in zip(middles, each, strict=True)]


def _circle(each: Sequence[int], noise: float, generator: np.random.Generator) -> list[Array]:
    """A disc up to half the radius, and a ring around it from 0.7 of it on; the class is decided at half the radius."""

    def draw(count: int) -> tuple[Array, Array]:
        inner, outer = generator.uniform(0, 0.5, count), generator.uniform(0.7, 1, count)
        positions = _around(RADIUS * np.where(np.arange(count) % 2, outer, inner), generator.uniform(0, 1, count))
        return positions, np.hypot(*_seen(positions, noise, generator).T) >= RADIUS / 2

    return _filled(each, draw)


def _xor(each: Sequence[int], noise: float, generator: np.random.Generator) -> list[Array]:
    """A square with a gap of 0.3 on either side of the axes; the second class is where x and y have different signs."""

    def draw(count: int) -> tuple[Array, Array]:
        positions = generator.uniform(-RADIUS, RADIUS, (count, 2))
        positions += np.where(positions > 0, 0.3, -0.3)
        return positions, _seen(positions, noise, generator).prod(1) < 0

    return _filled(each, draw)


def _seen(positions: Array, noise: float, generator: np.random.Generator) -> Array:
    """Return where points seem to be when their class is decided."""
    return positions + noise * RADIUS * generator.uniform(-1, 1, positions.shape)


def _filled(each: Sequence[int], draw: Callable[[int], tuple[Array, Array]]) -> list[Array]:
    """Draw points, and whether they are of the second class, until both classes have as many as they should."""
    kept: list[list[Array]] = [[], []]
    lacking = list(each)
    while any(lacking):
        positions, second = draw(2 * max(lacking))
        for place, found in enumerate((positions[~second], positions[second])):
            kept[place].append(found[: lacking[place]])
            lacking[place] -= len(kept[place][-1])
    return [np.concatenate([np.empty((0, 2)), *parts]) for parts in kept]


def _spiral(each: Sequence[int], noise: float, generator: np.random.Generator) -> list[Array]:
    """Arms of a spiral, each turned against the one before it; a turn and three quarters from the middle."""
    arms = []
    for label, size in enumerate(each):
        share = np.arange(size) / max(size, 1)
        arm = _around(RADIUS * share, 1.75 * share + label / len(each))
        arms.append(arm + noise * generator.uniform(-1, 1, (size, 2)))
    return arms


def _moons(each: Sequence[int], noise: float, generator: np.random.Generator) -> list[Array]:
    """Two half circles that reach into each other, as scikit-learn's make_moons, to the scale of the plane."""
    moons = []
    for label, size in enumerate(each):
        angle = np.linspace(0, np.pi, size)
        moon = np.stack([np.cos(angle), np.sin(angle)], 1)
        moon = (1.0, 0.5) - moon if label else moon
        moons.append(3.2 * (moon + noise * generator.standard_normal((size, 2)) - (0.5, 0.25)))
    return moons


def _rings(each: Sequence[int], noise: float, generator: np.random.Generator) -> list[Array]:
    """Rings about the origin, the first one a disc, with gaps as wide as two fifths of a ring."""
    width = RADIUS / (len(each) + 0.4 * (len(each) - 1))
    rings = []
    for label, size in enumerate(each):
        radius = width * (1.4 * label + generator.uniform(0, 1, size))
        ring = _around(radius, generator.uniform(0, 1, size))
        rings.append(ring + noise * generator.uniform(-1, 1, (size, 2)))
    return rings


def _around(radius: Array, turns: Array) -> Array:
    """Return points (N, 2) at distances (N,) from the origin, after turns (N,) clockwise from the upward direction."""
    angle = 2 * np.pi * turns
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], 1)


_MAKERS: Final[Mapping[str, Callable[[Sequence[int], float, np.random.Generator], list[Array]]]] = {
    "circle": _circle,
    "clusters": _clusters,
    "xor": _xor,
    "spiral": _spiral,
    "moons": _moons,
    "rings": _rings,
}


def expand(positions: Array, names: Sequence[str]) -> Array:
    """Return the features (N, F) of positions (N, 2), by names of FEATURES."""
    x, y = positions[:, 0], positions[:, 1]
    return np.stack([FEATURES[name][1](x, y) for name in names], 1)


def split(labels: Array, share: float, generator: np.random.Generator) -> Array:
    """Return which examples (N,) are trained on: the same share of each class, at least one of each."""
    chosen = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        places = generator.permutation(np.flatnonzero(labels == label))
        chosen[places[: max(1, round(share * len(places)))]] = True
    return chosen


def parse_points(field: str, text: str) -> Points:
    """Read "x y class; x y class …", classes counted from 1. Raises ParamError for `field`, naming the entry."""
    return _read(field, text)


@lru_cache(maxsize=16)
def _read(field: str, text: str) -> Points:
    entries = [entry for entry in ascii_digits(text).translate(_SEPARATORS).split(";") if entry.strip()]
    if len(entries) > MOST_OWN:
        raise ParamError(
            field, "{field}: {count} points; allowed are at most {most}", count=len(entries), most=MOST_OWN
        )
    numbers = [_entry(field, place, entry) for place, entry in enumerate(entries, 1)]
    table = np.array(numbers, dtype=float).reshape(-1, 3)
    labels = table[:, 2].astype(np.int64) - 1
    table.flags.writeable = labels.flags.writeable = False  # They are shared.
    return Points(table[:, :2], labels, int(labels.max()) + 1 if len(labels) else 0)


def _entry(field: str, place: int, entry: str) -> tuple[float, float, float]:
    parts = entry.split()
    try:
        x, y, label = (float(part) for part in parts)
    except ValueError:
        raise ParamError(
            field, "{field}: point {place} is “{entry}”; write x, y and the class, such as 1.5 -2 1",
            place=place, entry=entry.strip(),
        ) from None  # fmt: skip
    if not (abs(x) <= HALF and abs(y) <= HALF):
        raise ParamError(
            field, "{field}: point {place} lies outside the plane, which goes from −{half} to {half}",
            place=place, half=f"{HALF:g}",
        )  # fmt: skip
    if label not in range(1, MOST_CLASSES + 1):
        raise ParamError(
            field, "{field}: point {place} has class {label}; allowed are 1 to {most}",
            place=place, label=parts[2], most=MOST_CLASSES,
        )  # fmt: skip
    return x, y, label


def show_points(points: Points) -> str:
    """Write points as `parse_points` reads them, each number so that it reads back as the same."""
    return "; ".join(
        f"{_plain(x)} {_plain(y)} {label + 1}"
        for (x, y), label in zip(points.positions.tolist(), points.labels.tolist(), strict=True)
    )


def _plain(value: float) -> str:
    return f"{value + 0.0:.0f}" if value.is_integer() else repr(value)

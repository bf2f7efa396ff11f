"""Ways to divide rows into train, dev and test, each with its lines of a program."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lab.core.events import Array
from lab.core.text import Message, message

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "hand": "By hand: a Boolean for each row",
        "index": "By index: one permutation, cut in three",
        "sklearn": "scikit-learn: train_test_split twice",
        "notebook": "The notebook: twice, with the wrong share",
    }
)
ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "shuffled": "Shuffled",
        "stratified": "Stratified: each class in the same shares",
        "ordered": "In the order of the file",
    }
)
SHORT = MappingProxyType(
    {
        "hand": message("by hand"),
        "index": message("by index"),
        "sklearn": message("sklearn"),
        "notebook": message("notebook"),
        "shuffled": message("shuffled"),
        "stratified": message("stratified"),
        "ordered": message("in order"),
    }
)
"""What ways and orders are called in a table."""
TRAIN, DEV, TEST = range(3)
PARTS = message("train"), message("dev"), message("test")


class RefusedError(Exception):
    """What scikit-learn refuses: a part without rows, or a class too small to be in each part."""


@dataclass(frozen=True)
class Divided:
    """The part of each row (N,), 0, 1 or 2; −1 of rows that the second call refused to divide, for this `reason`."""

    parts: Array
    reason: Message | None = None

    def count(self, part: int) -> int:
        """Return how many rows a part has."""
        return int((self.parts == part).sum())

    def of_classes(self, part: int, labels: Array, classes: int) -> tuple[float, ...]:
        """Return how many rows of each class a part has."""
        return tuple(np.bincount(labels[self.parts == part], minlength=classes).astype(float).tolist())


def divide(labels: Array, shares: tuple[float, ...], way: str, order: str, seed: int) -> Divided:
    """Return the part of each row, of which labels (N,) are the classes."""
    if way in ("hand", "index"):
        return Divided(_by_hand(labels, shares, order, seed) if way == "hand" else _cut(labels, shares, order, seed))
    parts = np.full(len(labels), -1)
    try:
        train, rest = _two(labels, shares[TRAIN], order, seed)
        parts[train] = TRAIN
        if 0 in shares[DEV:]:
            parts[rest] = TEST if shares[TEST] else DEV
            return Divided(parts)
        dev, test = _two(labels[rest], second_share(shares, way), order, seed)
    except RefusedError as refused:
        return Divided(parts, refused.args[0])
    parts[rest[dev]], parts[rest[test]] = DEV, TEST
    return Divided(parts)


def second_share(shares: tuple[float, ...], way: str) -> float:
    """Return what the second call is given as train_size: the notebook gives the share of *all* rows."""
    return shares[DEV] if way == "notebook" else shares[DEV] / (shares[DEV] + shares[TEST])


def bounds(count: int, shares: tuple[float, ...]) -> tuple[int, int]:
    """Return where dev and test begin among `count` rows."""
    return round(shares[TRAIN] * count), round((shares[TRAIN] + shares[DEV]) * count)


def _by_hand(labels: Array, shares: tuple[float, ...], order: str, seed: int) -> Array:
    random, parts = np.random.default_rng(seed), np.full(len(labels), TEST)
    for rows in _groups(labels, order):
        first, second = bounds(len(rows), shares)
        chosen = rows[:first] if order == "ordered" else random.choice(rows, first, replace=False)
        parts[chosen] = TRAIN
        left = rows[~np.isin(rows, chosen)]
        parts[left[: second - first] if order == "ordered" else random.choice(left, second - first, replace=False)] = (
            DEV
        )
    return parts


def _cut(labels: Array, shares: tuple[float, ...], order: str, seed: int) -> Array:
    random, parts = np.random.default_rng(seed), np.full(len(labels), TEST)
    for rows in _groups(labels, order):
        moved = rows if order == "ordered" else random.permutation(rows)
        first, second = bounds(len(rows), shares)
        parts[moved[:first]], parts[moved[first:second]] = TRAIN, DEV
    return parts


def _groups(labels: Array, order: str) -> list[Array]:
    """Return the rows that are divided apart from the others: all together, or class by class."""
    return [np.flatnonzero(labels == one) for one in np.unique(labels)] if order == "stratified" else [
        np.arange(len(labels))
    ]  # fmt: skip


def _two(labels: Array, share: float, order: str, seed: int) -> tuple[Array, Array]:
    """Return the rows of both parts as train_test_split(train_size=share, random_state=seed) gives them."""
    count = len(labels)
    first = math.floor(share * count)
    if not 0 < first < count:
        raise RefusedError(
            message("train_size={share} of {count} rows leaves one of the two without rows", share=f"{share:.3g}",
                    count=count)
        )  # fmt: skip
    if order == "ordered":
        return np.arange(first), np.arange(first, count)
    random = np.random.RandomState(seed)
    if order == "stratified":
        return _stratified(labels, first, random)
    moved = random.permutation(count)
    return moved[count - first :], moved[: count - first]


def _stratified(labels: Array, first: int, random: np.random.RandomState) -> tuple[Array, Array]:
    """Divide as scikit-learn's StratifiedShuffleSplit does, to the row."""
    found, labels = np.unique(labels, return_inverse=True)
    there = np.bincount(labels)
    rest = len(labels) - first
    if there.min() < 2 or min(first, rest) < len(found):
        raise RefusedError(message("a class has too few rows to be in both parts"))
    wanted = _shared(there, first, random)
    others = _shared(there - wanted, rest, random)
    train, test = list[int](), list[int]()
    for place in range(len(found)):
        rows = np.flatnonzero(labels == place)[random.permutation(there[place])]
        train += rows[: wanted[place]].tolist()
        test += rows[wanted[place] : wanted[place] + others[place]].tolist()
    return random.permutation(train), random.permutation(test)


def _shared(there: Array, wanted: int, random: np.random.RandomState) -> Array:
    """Return how many of `wanted` rows come from each class: rounded down, the rest by the largest remainders."""
    exact = there / there.sum() * wanted
    counts = np.floor(exact)
    missing, left = int(wanted - counts.sum()), exact - counts
    for value in np.unique(left)[::-1]:
        if not missing:
            break
        places = np.flatnonzero(left == value)
        more = min(len(places), missing)
        counts[random.choice(places, size=more, replace=False)] += 1
        missing -= more
    return np.asarray(counts.astype(np.int64))

"""Images with labels as they were found in files, and how a data set is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError, Message, Verbatim, message
from lab.data.base import ImageSet, read_only

SIDE = 28
MOST_CLASSES = 100
MOST_IMAGES = 200_000
LONGEST_NAME = 60
SET_ASIDE = 0.1
"""The share of each class that is for the test where the files do not say which images are."""
_SEED = 7

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Labelled:
    """images: uint8 (N, 28, 28), 0 is the background; labels: N texts, as they stand in the file."""

    images: Bytes
    labels: Sequence[str]


@dataclass(frozen=True, eq=False)
class Found:
    """What was read from files: `test` is None where these do not divide their images; `notes` say what was done."""

    train: Labelled
    test: Labelled | None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, eq=False)
class Gathered:
    """Both splits with the same classes, ready to be kept."""

    classes: tuple[str, ...]
    train: ImageSet
    test: ImageSet
    notes: tuple[Message, ...]


def gather(found: Found, where: str) -> Gathered:
    """Number the classes, and set images aside for the test where there are none. Raises DataError."""
    parts = [found.train] if found.test is None else [found.train, found.test]
    classes = sorted_classes({label for part in parts for label in part.labels})
    _check_classes(classes, where)
    number = {name: place for place, name in enumerate(classes)}
    numbered = [np.array([number[label] for label in part.labels], np.int64) for part in parts]
    if found.test is not None:
        train, test = (read_only(part.images, labels) for part, labels in zip(parts, numbered, strict=True))
        _check_learnt(classes, train, where)
        return Gathered(classes, train, test, found.notes)
    [labels] = numbered
    chosen = set_aside(labels, classes, where)
    return Gathered(
        classes,
        read_only(found.train.images[~chosen], labels[~chosen]),
        read_only(found.train.images[chosen], labels[chosen]),
        (*found.notes, message("A tenth of each class was set aside for the test, one image at least.")),
    )


def sorted_classes(names: set[str]) -> tuple[str, ...]:
    """Return names in their order: numbers by size, or else texts as in a dictionary."""
    if all(name.isascii() and name.isdigit() for name in names):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names))


def set_aside(labels: NDArray[np.int64], classes: Sequence[str], where: str) -> NDArray[np.bool_]:
    """Return which images (N,) are for the test: of each class a tenth, the same ones each time. Raises DataError."""
    chosen = np.zeros(len(labels), bool)
    random = np.random.default_rng(_SEED)
    for place, name in enumerate(classes):
        mine = np.flatnonzero(labels == place)
        if len(mine) < 2:
            raise DataError(
                "{where}: class “{name}” has one image only; two at least are needed, one to learn from and one for "
                "the test. Add another, or take the class away.",
                where=where,
                name=Verbatim(name),
            )
        chosen[random.permutation(mine)[: max(1, round(SET_ASIDE * len(mine)))]] = True
    return chosen


def _check_classes(classes: Sequence[str], where: str) -> None:
    if len(classes) < 2:
        raise DataError(
            "{where}: all images are of one class, “{name}”; two classes at least are needed.",
            where=where,
            name=Verbatim(classes[0] if classes else ""),
        )
    if len(classes) > MOST_CLASSES:
        raise DataError(
            "{where} has {count} different labels, and {most} are allowed. Is what was taken for the label one?",
            where=where,
            count=len(classes),
            most=MOST_CLASSES,
        )
    for name in classes:
        if not name.strip() or len(name) > LONGEST_NAME:
            raise DataError(
                "{where}: “{name}” is no name of a class; from 1 to {most} letters are allowed.",
                where=where,
                name=Verbatim(name[:LONGEST_NAME]),
                most=LONGEST_NAME,
            )


def _check_learnt(classes: Sequence[str], train: ImageSet, where: str) -> None:
    missing = np.setdiff1d(np.arange(len(classes)), train.labels)
    if len(missing):
        raise DataError(
            "{where}: class “{name}” is among the test images, but not among those to learn from.",
            where=where,
            name=Verbatim(classes[int(missing[0])]),
        )

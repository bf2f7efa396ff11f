"""Imported images become the data set that they are: by their checksums or their labels, or else own images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError, Message, message
from lab.data import cifar
from lab.data.archive import parts_of
from lab.data.base import ImageSet, check_image_set, read_only
from lab.data.catalogue import KNOWN, OWN, PARTS, check_counts, check_shape, known_dataset
from lab.data.formats.labelled import Found, Labelled, gather
from lab.data.idx import idx_md5
from lab.data.store import DatasetInfo, DataStore

_LETTERS = 26
_NAMELESS = "0"
_SPLITS = ("train", "test")


def keep_labelled(found: Found, path: Path, store: DataStore, name: str | None) -> DatasetInfo:
    """Keep images as the published set that they are or are said to be, or else as own ones."""
    title = path.name or str(path.absolute().name)
    letters = name == "letters" or "emnist-letters" in title.lower()
    gathered = gather(_named_only(found) if letters else found, str(path))
    train, test = gathered.train, gathered.test
    arrays = parts_of(train, test)
    digits = gathered.classes == known_dataset("mnist").classes
    recognised = recognise(arrays) if digits and found.test is not None and name != OWN else None
    if recognised is not None or (name not in (None, OWN) and not letters):
        chosen = recognised or name
        if not digits or (name is not None and name != chosen):
            raise DataError(
                "{path} cannot be imported as {name}: its labels are {labels}. Without --name it is imported as own "
                "images.",
                path=str(path),
                name=name,
                labels=", ".join(gathered.classes[:30]),
            )
        assert chosen is not None
        check_shape(known_dataset(chosen), train.images.shape[1:], str(path))
        check_counts(known_dataset(chosen), len(train), len(test), str(path))
        return replace(store.save(chosen, train, test, recognised is not None), notes=gathered.notes)
    if letters and all(label.isdigit() and 1 <= int(label) <= _LETTERS for label in gathered.classes):
        train, test = (_renumbered(part, gathered.classes) for part in (train, test))
        return replace(store.save("letters", train, test, verified=False), notes=gathered.notes)
    before = store.info(OWN)
    info = store.save(OWN, train, test, verified=False, classes=gathered.classes, title=title)
    notes = gathered.notes
    if before.installed and before.source != info.source:
        notes = (*notes, message("They took the place of the own images before them: {before}", before=before.source))
    return replace(info, notes=notes)


def _named_only(found: Found) -> Found:
    """Return letters without the images of class 0, which is none of them and has the name “N/A”."""
    parts = [part for part in (found.train, found.test) if part is not None]
    nameless = sum(label == _NAMELESS for part in parts for label in part.labels)
    # A file that counts its letters from 0 has no 26.
    if not nameless or not any(label == str(_LETTERS) for part in parts for label in part.labels):
        return found
    kept = [
        Labelled(part.images[np.array([label != _NAMELESS for label in part.labels], bool)],
                 [label for label in part.labels if label != _NAMELESS])
        for part in parts
    ]  # fmt: skip
    return Found(kept[0], kept[1] if found.test is not None else None, (*found.notes, _left_out(nameless)))


def _left_out(images: int) -> Message:
    return message("Left out: {count} images of class 0, which is no letter and has the name “N/A”.", count=images)


def _renumbered(images: ImageSet, classes: Sequence[str]) -> ImageSet:
    """Return images whose classes are called 1 to 26, A to Z, with these numbers less one as their labels."""
    return read_only(images.images, np.array([int(name) - 1 for name in classes], np.int64)[images.labels])


def recognise(arrays: dict[str, NDArray[np.uint8]]) -> str | None:
    """Return the name of the data set whose published checksums these arrays have, if any."""
    for known in KNOWN.values():
        # The small labels first: they tell most sets apart without hashing the images.
        if known.md5 and all(idx_md5(arrays[part]) == known.md5[part] for part in sorted(PARTS, reverse=True)):
            return known.name
    if arrays["train_images"].shape[1:] == cifar.SHAPE and cifar.published(arrays):
        return cifar.NAME
    return None


def keep_arrays(
    arrays: dict[str, NDArray[np.uint8]],
    where: Path,
    letters: bool,
    name: str | None,
    store: DataStore,
    genuine: bool = False,
) -> DatasetInfo:
    """Keep the arrays of IDX files, which came from `where`, and are `letters` or `genuine` ones of EMNIST by what
    they came in. Raises DataError.
    """
    if name == OWN:
        train, test = (Labelled(arrays[f"{split}_images"], [*map(str, arrays[f"{split}_labels"])]) for split in _SPLITS)
        check_shape(known_dataset(OWN), arrays["train_images"].shape[1:], str(where))
        check_shape(known_dataset(OWN), arrays["test_images"].shape[1:], str(where))
        return keep_labelled(Found(train, test), where, store, name)
    recognised = "letters" if genuine else recognise(arrays)
    chosen = recognised or name or _guess(where, letters)
    if name is not None and name != chosen:
        raise DataError(
            "{path} was to be imported as {name}, but by its checksums it is {found}.",
            path=str(where),
            name=name,
            found=chosen,
        )
    notes: tuple[Message, ...] = ()
    if chosen == "letters":
        arrays, notes = _without_nameless(arrays)
    sets = [_image_set(chosen, arrays[f"{split}_images"], arrays[f"{split}_labels"], where) for split in _SPLITS]
    check_counts(known_dataset(chosen), len(sets[0].images), len(sets[1].images), str(where))
    return replace(store.save(chosen, sets[0], sets[1], verified=recognised is not None), notes=notes)


def _without_nameless(arrays: dict[str, NDArray[np.uint8]]) -> tuple[dict[str, NDArray[np.uint8]], tuple[Message, ...]]:
    """As `_named_only`, of the arrays of IDX files; images without labels stay, to be refused."""
    labels = [arrays[f"{split}_labels"] for split in _SPLITS]
    nameless = sum(int((part == 0).sum()) for part in labels)
    fits = all(len(arrays[f"{split}_images"]) == len(part) for split, part in zip(_SPLITS, labels, strict=True))
    if not nameless or not fits or not any((part == _LETTERS).any() for part in labels):
        return arrays, ()
    named = dict(zip(_SPLITS, (part != 0 for part in labels), strict=True))
    return {part: array[named[part.split("_")[0]]] for part, array in arrays.items()}, (_left_out(nameless),)


def _guess(where: Path, letters: bool) -> str:
    if letters:
        return "letters"
    return "fashion-mnist" if "fashion" in str(where.absolute()).lower() else "mnist"


def _image_set(name: str, images: NDArray[np.uint8], labels: NDArray[np.uint8], where: Path) -> ImageSet:
    known = known_dataset(name)
    check_shape(known, images.shape[1:], str(where))
    if name != "letters":
        return read_only(images, labels)
    # Before they are counted from 0: the sentence is of the labels as they stand in the file.
    first = 1
    numbers = labels.astype(np.int64) - first
    check_image_set(ImageSet(images, numbers), len(known.classes), str(where), first)
    # EMNIST keeps its images on their side, column by column, and counts its letters from 1.
    return read_only(np.ascontiguousarray(images.transpose(0, 2, 1)), numbers)

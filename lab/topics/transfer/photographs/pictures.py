"""Pictures in classes as a network is to see them: of the user's own folder, drawn, or cut from photographs.

Needs no torch. What cannot be used is named, with the reason.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from lab.core.events import Array
from lab.core.text import DataError, Message, Verbatim, message
from lab.data.formats.folders import Class, find_classes
from lab.data.images.reading import UNREADABLE_SUFFIXES, read_photo
from lab.data.images.sources import PictureParams
from lab.data.tables.table import located
from lab.nets.pretrained.preparing import square
from lab.topics.transfer.photographs.drawings import KINDS, SIDE, drawing

LEAST = 2 * SIDE
"""A photograph is decoded at an eighth, a quarter or half of its size where both sides still have so many pixels."""
MOST = 1000
"""Pictures in all: each takes a twentieth of a second."""
TILES = 4
PHOTOGRAPHS = {"astronaut": "astronaut", "bricks": "brick", "cat": "chelsea", "flower": "flower", "temple": "china"}
"""The photographs that are cut into tiles, by what they show."""


@dataclass(frozen=True)
class Refused:
    """A file or class that is not used, and why."""

    label: str
    name: str
    reason: Message


@dataclass(frozen=True, eq=False)
class Found:
    """`pixels` (N, 224, 224, 3) uint8 with `labels` (N,) that count in `classes`, and their `names`.

    `files` are where they lie, where they are files. `held` (N,) are those for testing, where the folders say so.
    `passed` has for each class how many pictures were passed over, since there are more than wanted.
    """

    classes: tuple[str, ...]
    pixels: Array
    labels: Array
    names: tuple[str, ...]
    source: Message
    files: tuple[Path, ...] = ()
    held: Array | None = None
    refused: tuple[Refused, ...] = ()
    passed: tuple[int, ...] = ()

    @property
    def digests(self) -> tuple[str, ...]:
        """What tells each picture from any other, by what the network sees of it."""
        return tuple(digest_of(each) for each in self.pixels)

    def parts(self, share: float, seed: int) -> tuple[Array, Array]:
        """Return the numbers of the pictures to learn from, and of those for testing."""
        held = self.held if self.held is not None else divided(self.labels, share, seed)
        return np.flatnonzero(~held), np.flatnonzero(held)


def divided(labels: Array, share: float, seed: int) -> Array:
    """Return which examples (N,) are for testing: a share of each class, at least one, and never all."""
    random = np.random.default_rng(seed)
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        mine = random.permutation(np.flatnonzero(labels == label))
        held[mine[: min(max(1, round(share * len(mine))), len(mine) - 1)]] = True
    return held


def digest_of(pixels: Array) -> str:
    """Return what tells a picture from any other."""
    return hashlib.blake2b(np.ascontiguousarray(pixels).tobytes(), digest_size=16).hexdigest()


@lru_cache(maxsize=4)
def drawn(things: int, each: int, seed: int) -> Found:
    """Return so many drawings of each of the first things."""
    kinds = KINDS[:things]
    pixels = [drawing(kind, (seed, place, number)) for place, kind in enumerate(kinds) for number in range(each)]
    names = tuple(f"{kind} {number}" for kind in kinds for number in range(1, each + 1))
    source = message("Drawings that Descent makes, each otherwise.")
    return Found(kinds, np.stack(pixels), np.repeat(np.arange(things), each), names, source)


@lru_cache(maxsize=1)
def tiles() -> Found:
    """Return the photographs that Descent has, each cut into 16 tiles that do not overlap: a class a photograph."""
    pixels = [tile for name in PHOTOGRAPHS.values() for tile in cut(PictureParams(picture=name).photo().pixels)]
    names = tuple(f"{name} {number}" for name in PHOTOGRAPHS for number in range(1, TILES**2 + 1))
    source = message("Tiles of the photographs that come with Descent, which do not overlap.")
    return Found(tuple(PHOTOGRAPHS), np.stack(pixels), np.repeat(np.arange(len(PHOTOGRAPHS)), TILES**2), names, source)


def cut(pixels: Array) -> Iterator[Array]:
    """Yield the tiles of a picture, row by row."""
    height, width = pixels.shape[0] // TILES, pixels.shape[1] // TILES
    for row in range(TILES):
        for column in range(TILES):
            yield square(pixels[row * height : (row + 1) * height, column * width : (column + 1) * width])


def of_folder(folder: str, most: int) -> Found:
    """Return the pictures of a folder that has a folder a class, at most so many of each. Raises DataError."""
    path = located(folder).absolute()
    if not path.is_dir():
        raise DataError("{path} is no folder. Choose one that has a folder of pictures for each class.", path=str(path))
    parts = find_classes(path)
    if parts is None:
        raise DataError(
            "In {path} there is no folder with pictures in it. Make one for each class, such as cats/1.jpg and "
            "dogs/1.jpg.",
            path=str(path),
        )
    train, test = ([(one.name, tuple(map(_stamped, one.files))) for one in part] for part in parts)
    strange = tuple(_strange(parts))
    with _reading:  # A window and its run may want the same at once.
        return _of_files(str(path), tuple(train), tuple(test), strange, most)


_reading = threading.Lock()
Stamped = tuple[Path, int, int]
"""A file, when it was changed, and its size: what was read of it holds as long as these are the same."""


def _stamped(file: Path) -> Stamped:
    try:
        state = file.stat()
    except OSError:
        return file, 0, 0  # Reading it says what is wrong.
    return file, state.st_mtime_ns, state.st_size


Strange = tuple[str, str, Literal["empty", "within", "name"]]
_STRANGE: Mapping[str, Message] = {
    "empty": message("This folder has no pictures in it."),
    "within": message("A folder within a class is not looked into."),
    "name": message("It is no picture by its name."),
}


def _strange(parts: Sequence[Sequence[Class]]) -> Iterator[Strange]:
    """Yield what lies among the pictures and is none by its name, and folders without any."""
    inside = {one.files[0].parent: one for part in parts for one in part}
    for folder in sorted({place.parent for place in inside}):
        for entry in _entries(folder):
            if entry.is_dir() and entry not in inside:
                yield entry.name, "", "empty"
    for folder, one in inside.items():
        for entry in _entries(folder):
            if entry not in one.files:
                yield one.name, entry.name, "within" if entry.is_dir() else "name"


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, without what systems put there."""
    hidden = (".", "__MACOSX", "Thumbs.db", "desktop.ini")
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith(hidden))


@lru_cache(maxsize=3)
def _of_files(
    path: str,
    train: tuple[tuple[str, tuple[Stamped, ...]], ...],
    test: tuple[tuple[str, tuple[Stamped, ...]], ...],
    strange: tuple[Strange, ...],
    most: int,
) -> Found:
    refused = [Refused(label, name, _STRANGE[why]) for label, name, why in strange]
    known: dict[str, Path] = {}
    kept: list[tuple[str, Path, Array, bool]] = []
    passed: dict[str, int] = {}
    for part, held in ((test, True), (train, False)):
        for label, files in part:
            count = 0
            for stamped in files:
                if count == most:
                    passed[label] = passed.get(label, 0) + 1
                    continue
                if len(kept) == MOST:
                    raise DataError(
                        "{path} has more than {most} pictures. Take fewer of each class with “At most”.",
                        path=path,
                        most=MOST,
                    )
                try:
                    pixels = read(*stamped)
                except DataError as error:
                    # The folder is known; of a long path only the beginning would be seen.
                    said = Message(error.message.template, {**error.message.values, "path": stamped[0].name})
                    refused.append(Refused(label, stamped[0].name, said))
                    continue
                twin = known.setdefault(digest_of(pixels), stamped[0])
                if twin != stamped[0]:
                    refused.append(Refused(label, stamped[0].name, _twice(twin)))
                    continue
                kept.append((label, stamped[0], pixels, held))
                count += 1
    return _gathered(path, kept, refused, passed, bool(test))


def _twice(twin: Path) -> Message:
    return message("It is the same picture as {other}.", other=Verbatim(f"{twin.parent.name}/{twin.name}"))


def _gathered(
    path: str,
    kept: list[tuple[str, Path, Array, bool]],
    refused: list[Refused],
    passed: dict[str, int],
    given: bool,
) -> Found:
    """Leave out classes that cannot be both learned and tested, and number the others. Raises DataError."""
    classes = []
    for label in sorted({each[0] for each in kept} | {each.label for each in refused if each.name}):
        mine = [held for name, _, _, held in kept if name == label]
        if len(mine) < 2:
            reason = message(
                "Two pictures at least are needed, one to learn from and one for testing; here are {count}.",
                count=len(mine),
            )
            refused.append(Refused(label, "", reason))
        elif given and len(set(mine)) < 2:
            refused.append(Refused(label, "", message("It is not in both folders, to learn from and for testing.")))
        else:
            classes.append(label)
    if len(classes) < 2:
        first = next((each.reason for each in refused), message("There is only one class."))
        raise DataError(
            "{path} has pictures of {count} classes that can be used, and two at least are needed. The first that was "
            "left out: {reason}",
            path=path,
            count=len(classes),
            reason=first,
        )
    used = [each for label in classes for each in kept if each[0] == label]
    return Found(
        tuple(classes),
        np.stack([each[2] for each in used]),
        np.array([classes.index(each[0]) for each in used]),
        tuple(f"{each[0]}/{each[1].name}" for each in used),
        message("The pictures in {folder}.", folder=Verbatim(path)),
        tuple(each[1] for each in used),
        np.array([each[3] for each in used]) if given else None,
        tuple(refused),
        tuple(passed.get(label, 0) for label in classes),
    )


@lru_cache(maxsize=300)
def read(file: Path, changed: int = 0, size: int = 0) -> Array:
    """Return a picture as a network is to see it, (224, 224, 3) uint8. Raises DataError."""
    if file.suffix.lower() in UNREADABLE_SUFFIXES - {".heic", ".heif", ".hif"}:
        raise DataError("{path} is of a kind that is not read here. Save it as JPEG or PNG.", path=str(file))
    found = square(read_photo(file, LEAST).pixels)
    found.flags.writeable = False
    return found

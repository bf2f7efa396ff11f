"""A folder of images a class: dogs/1.jpg, dogs/2.jpg, cats/1.jpg; or so under train and test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lab.core.text import DataError, Message, Verbatim, message
from lab.data.drawing import read_image
from lab.data.formats.labelled import MOST_CLASSES, MOST_IMAGES, SIDE, Bytes, Found, Labelled
from lab.data.images.reading import IMAGE_SUFFIXES, UNREADABLE_SUFFIXES

_TRAIN, _TEST = {"train", "training"}, {"test", "testing", "val", "valid", "validation"}
_MOST_BAD = 0.1
"""Where a larger share of the files cannot be read, something else is wrong."""

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Class:
    """A class and its files."""

    name: str
    files: tuple[Path, ...]


Parts = tuple[Sequence[Class], Sequence[Class]]
"""The classes to learn from, and those of the test, none where the folders do not say."""


def find_classes(path: Path) -> Parts | None:
    """Return the classes of a folder, or None where it has none.

    A folder that holds nothing but another one, as archives are unpacked, is passed through.
    """
    inner = _folders(path)
    for _ in range(3):
        if len(inner) != 1 or not _folders(inner[0]):
            break
        path, inner = inner[0], _folders(inner[0])
    train, test = ([folder for folder in inner if folder.name.lower() in names] for names in (_TRAIN, _TEST))
    if train and test:
        # Of a test and a validation, the test.
        test.sort(key=lambda folder: not folder.name.lower().startswith("test"))
        parts = _classes(_folders(train[0])), _classes(_folders(test[0]))
        return parts if all(parts) else None
    classes = _classes(inner)
    return (classes, ()) if classes else None


def read_folders(path: Path, parts: Parts, report: Report) -> Found:
    """Read the images of `find_classes` as grey levels of 28 × 28 pixels. Raises DataError."""
    total = sum(len(one.files) for part in parts for one in part)
    if total > MOST_IMAGES:
        raise DataError("{file} has more than {most} images.", file=str(path), most=MOST_IMAGES)
    most = max(map(len, parts))
    if most > MOST_CLASSES:
        raise DataError(
            "{path} has {count} folders with images; at most {most} classes are allowed.",
            path=str(path),
            count=most,
            most=MOST_CLASSES,
        )
    reader = _Reader(total, report)
    made = [reader.read(part) for part in parts]
    if len(reader.bad) > _MOST_BAD * total:
        first = reader.bad[0]
        raise DataError(
            "{bad} of {total} images in {path} cannot be read. The first: {problem}",
            bad=len(reader.bad),
            total=total,
            path=str(path),
            problem=first,
        )
    notes = reader.notes()
    if np.median(reader.edges) > 127:
        made = [(255 - images, labels) for images, labels in made]
        notes.append(message("Their ground is light, so light and dark were exchanged: 0 is the ground."))
    train, test = (Labelled(images, labels) for images, labels in made)
    return Found(train, test if len(test.labels) else None, tuple(notes))


@dataclass
class _Reader:
    """Reads images one by one, and remembers what was strange about them."""

    total: int
    report: Report
    done: int = 0
    bad: list[Message] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)
    resized: int = 0

    def read(self, classes: Sequence[Class]) -> tuple[Bytes, list[str]]:
        """Return images (N, 28, 28) uint8, as light as they are, and their labels."""
        images: list[Bytes] = []
        labels: list[str] = []
        for one in classes:
            for file in one.files:
                try:
                    grey = read_image(file)
                except DataError as error:
                    self.bad.append(error.message)
                else:
                    images.append(self._fitted(grey))
                    labels.append(one.name)
                self.done += 1
                self.report(self.done, self.total)
        return (np.stack(images) if images else np.zeros((0, SIDE, SIDE), np.uint8)), labels

    def notes(self) -> list[Message]:
        """Return what is to be known of the images."""
        notes = []
        if self.resized:
            notes.append(
                message("Images that were made grey and brought to 28 × 28 pixels, whole: {count}.", count=self.resized)
            )
        if self.bad:
            notes.append(message("Not read: {count}. The first: {problem}", count=len(self.bad), problem=self.bad[0]))
        return notes

    def _fitted(self, grey: Bytes) -> Bytes:
        """Return a grey image, (H, W), whole within 28 × 28 pixels, on the level of its own edge."""
        edge = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
        self.edges.append(edge)
        if grey.shape == (SIDE, SIDE):
            return np.array(grey)
        from PIL import Image

        self.resized += 1
        height, width = grey.shape
        scale = SIDE / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX if scale < 1 else None))
        canvas = np.full((SIDE, SIDE), round(edge), np.uint8)
        top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
        canvas[top : top + size[1], left : left + size[0]] = small
        return canvas


def _folders(path: Path) -> list[Path]:
    try:
        inner = [child for child in path.iterdir() if child.is_dir() and not child.is_symlink()]
    except OSError:
        return []
    return sorted(child for child in inner if not child.name.startswith((".", "__MACOSX")))


def _classes(folders: Sequence[Path]) -> list[Class]:
    found = [Class(str(Verbatim(folder.name)), _images(folder)) for folder in folders]
    return [one for one in found if one.files]


def _images(path: Path) -> tuple[Path, ...]:
    """Return what lies in a folder and is an image by its name, also of kinds that cannot be read, to say so."""
    try:
        entries = sorted(path.iterdir())
    except OSError:
        return ()
    kinds = IMAGE_SUFFIXES | UNREADABLE_SUFFIXES
    return tuple(
        file for file in entries
        if file.suffix.lower() in kinds and not file.name.startswith(".") and (file.is_file() or file.is_symlink())
    )  # fmt: skip

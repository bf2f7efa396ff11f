"""Where data sets are kept and loaded from: the bundle of Descent and the user's data folder."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from lab.core.command import command
from lab.core.text import DataError, Message, Verbatim, message
from lab.data.archive import parts_of, read_about, read_archive, replace_data_file, write_archive
from lab.data.base import ImageDataset, ImageSet, check_dataset
from lab.data.catalogue import KNOWN, KnownDataset, check_counts, check_shape, known_dataset
from lab.data.formats.labelled import LONGEST_NAME, MOST_CLASSES
from lab.data.sheet import save_sheet

BUNDLE = Path(__file__).resolve().parents[2] / "resources" / "datasets"
MANIFEST = "manifest.json"
LONGEST_TITLE = 255


class Origin(Enum):
    """Where a data set comes from."""

    BUNDLED = "bundled"
    IMPORTED = "imported"
    DOWNLOADABLE = "downloadable"


@dataclass(frozen=True)
class DatasetInfo:
    """One line of the list of data sets.

    shape: of one image, (height, width) or (height, width, 3) in colour.
    verified: the contents are known to be the published ones, by checksum.
    download_bytes: what a download transfers, 0 where there is nothing to download.
    problem: why an installed file cannot be used, if that is seen without unpacking it.
    """

    name: str
    title: Message
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    train_count: int
    test_count: int
    installed: bool
    origin: Origin
    verified: bool
    licence: Message
    source: Message
    download_bytes: int = 0
    problem: Message | None = None
    notes: tuple[Message, ...] = ()
    """What was done to the images when they were imported; known only then."""


class DataStore:
    """Lists, loads and keeps data sets. Loaded ones are shared within the process, and read-only."""

    def __init__(self, folder: Path, bundle: Path = BUNDLE) -> None:
        self.folder = folder
        self.bundle = bundle
        self.used: dict[str, str] = {}
        """The digests of what was loaded, by name."""

    def available(self) -> list[DatasetInfo]:
        """Return every known data set, installed or not, bundled ones first; never raises for a bad file."""
        return [self.info(name) for name in KNOWN]

    def info(self, name: str) -> DatasetInfo:
        """Return what the list says of one data set; DataError if there is none of that name."""
        known = known_dataset(name)
        path = self.path(name)
        train_count, test_count = known.counts[0]
        installed = path.is_file()
        verified, problem = known.bundled, None
        source = known.source
        if installed and not known.bundled:
            try:
                about = read_about(path)
                train_count, test_count = int(about["train"]), int(about["test"])
                verified = about["verified"] is True
                known = _as_described(known, about)
            except DataError as error:
                problem = error.message
            except (KeyError, TypeError, ValueError):
                problem = _not_whole(path)
            source = _source(known, verified, (train_count, test_count))
        if known.bundled:
            origin = Origin.BUNDLED
        else:
            origin = Origin.IMPORTED if installed else Origin.DOWNLOADABLE
        return DatasetInfo(
            name=known.name,
            title=known.title,
            classes=known.classes,
            shape=known.shape,
            train_count=train_count,
            test_count=test_count,
            installed=installed,
            origin=origin,
            verified=verified,
            licence=known.licence,
            source=source,
            download_bytes=known.download_bytes,
            problem=problem,
        )

    def path(self, name: str) -> Path:
        """Return the file of a known data set, whether it is there or not."""
        known = known_dataset(name)
        return (self.bundle if known.bundled else self.folder) / f"{known.name}.npz"

    def load(self, name: str) -> ImageDataset:
        """Return a data set, checked; the same object for the same file.

        DataError if it is not installed (with how to get it), damaged, or not what it should be.
        """
        known = known_dataset(name)
        path = self.path(name)
        try:
            status = path.stat()
        except OSError as error:
            raise _not_there(known, path) from error
        # The file's own stamp is part of the key, so that a new import is seen at once.
        found = _load(known.name, path, self.bundle, status.st_size, status.st_mtime_ns)
        self.used[known.name] = _digest(known.name, path, self.bundle, status.st_size, status.st_mtime_ns)
        return found

    def sheet(self, name: str) -> Path:
        """Return where the sheet of the first images of an imported data set lies, or would lie."""
        return self.path(name).with_suffix(".png")

    def save(
        self,
        name: str,
        train: ImageSet,
        test: ImageSet,
        verified: bool,
        classes: tuple[str, ...] = (),
        title: str = "",
    ) -> DatasetInfo:
        """Check and keep a data set in the user's folder, replacing an older one only when all went well.

        classes, title: of own images, whose classes and whose file are not known otherwise.
        """
        known = known_dataset(name)
        own = {"classes": list(classes), "title": title} if known.own else {}
        known = _as_described(known, own)
        if known.bundled:
            raise DataError("{name} comes with Descent and cannot be replaced.", name=name)
        path = self.path(name)
        check_counts(known, len(train.images), len(test.images), str(path))
        check_dataset(_dataset(known, train, test, verified), str(path))
        check_shape(known, train.images.shape[1:], str(path))
        about = {
            "schema_version": 1,
            "name": known.name,
            "train": len(train),
            "test": len(test),
            "verified": verified,
            **own,
        }
        # Level 1: a fifth larger than level 9 and many times as fast.
        replace_data_file(path, lambda stream: write_archive(stream, train, test, about, level=1))
        with suppress(OSError):  # It is only to be looked at.
            save_sheet(self.sheet(name), train)
        return self.info(name)


@functools.lru_cache(maxsize=4)
def _load(name: str, path: Path, bundle: Path, _size: int, _modified: int) -> ImageDataset:
    known = known_dataset(name)
    if known.bundled:
        _check_against_manifest(path, bundle / MANIFEST)
    train, test, about = read_archive(path)
    if about.get("name") != known.name:
        raise _error(_not_whole(path))
    try:
        known = _as_described(known, about)
    except ValueError as error:
        raise _error(_not_whole(path)) from error
    dataset = _dataset(known, train, test, verified=known.bundled or about.get("verified") is True)
    check_counts(known, len(train.images), len(test.images), str(path))
    check_dataset(dataset, str(path))
    check_shape(known, train.images.shape[1:], str(path))
    return dataset


@functools.lru_cache(maxsize=4)
def _digest(name: str, path: Path, bundle: Path, size: int, modified: int) -> str:
    """Return a digest of the examples; the file may hold the same ones packed otherwise."""
    found = _load(name, path, bundle, size, modified)
    digest = hashlib.blake2b(digest_size=16)
    for part, array in sorted(parts_of(found.train, found.test).items()):
        digest.update(f"{part} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _dataset(known: KnownDataset, train: ImageSet, test: ImageSet, verified: bool) -> ImageDataset:
    source = _source(known, verified, (len(train), len(test)))
    return ImageDataset(known.name, known.title, known.classes, train, test, source)


def _as_described(known: KnownDataset, about: Mapping[str, Any]) -> KnownDataset:
    """Return what is known of own images, by the description in their file. Raises ValueError where it is none."""
    if not known.own:
        return known
    classes, title = about.get("classes"), about.get("title")
    if not isinstance(classes, list) or not isinstance(title, str) or len(title) > LONGEST_TITLE:
        raise ValueError("no list of classes")
    names = tuple(name for name in classes if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME)
    if not 2 <= len(names) <= MOST_CLASSES or len(names) != len(classes) or len(set(names)) != len(names):
        raise ValueError("no names of classes")
    source = message(
        "Imported from {file}. Classes: {count}.", file=Verbatim(" ".join(title.split())), count=len(names)
    )
    return replace(known, classes=names, source=source)


def _source(known: KnownDataset, verified: bool, counts: tuple[int, int]) -> Message:
    if known.own:
        return known.source
    if known.in_part and counts not in known.counts:
        published = " / ".join(f"{train:,} + {test:,}" for train, test in known.counts)
        return message("{source} This is a part of it; the whole has {counts}.", source=known.source, counts=published)
    if verified:
        return known.source
    return message("{source} Imported from files whose checksums are not known to Descent.", source=known.source)


def _check_against_manifest(path: Path, manifest: Path) -> None:
    try:
        entries: list[dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        expected = next(entry["sha256"] for entry in entries if entry["file"] == path.name)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise DataError(
            "The manifest {manifest} is missing, damaged, or does not name {file}. Nothing was changed; "
            "get a fresh copy of Descent.",
            manifest=str(manifest),
            file=path.name,
        ) from error
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(
            "{file} cannot be read: {reason}.", file=str(path), reason=error.strerror or str(error)
        ) from error
    if found != expected:
        raise DataError(
            "{file} is not the file that came with Descent: its SHA-256 begins with {found}, "
            "the manifest says {expected}. It was left as it is and not used; get a fresh copy of Descent.",
            file=str(path),
            found=found[:12],
            expected=str(expected)[:12],
        )


def _not_there(known: KnownDataset, path: Path) -> DataError:
    if known.bundled:
        return DataError("{file}, which comes with Descent, is missing; get a fresh copy of Descent.", file=str(path))
    if known.own:
        return DataError(
            "No own images are here yet. Import them with “{command} data import PATH”, or under “Data …”: lines of a "
            "label and 784 pixels (.csv), an .npz with x_train and y_train, or a folder with a folder of images a "
            "class.",
            command=command(),
        )
    return DataError(
        "{title} is not installed. Import it from a folder or USB stick with "
        "“{command} data import PATH”, or download it with “{command} data download {name}”.",
        title=known.title,
        name=known.name,
        command=command(),
    )


def _not_whole(path: Path) -> Message:
    return message("{file} is damaged, cut short, or not a data file of Descent.", file=str(path))


def _error(sentence: Message) -> DataError:
    return DataError(sentence.template, **sentence.values)

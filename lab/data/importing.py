"""Bring a data set into the store from a folder, a USB stick or an archive, with every check."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError, Message, message
from lab.data import cifar, cifar_files, wine
from lab.data.archive import ABOUT, parts_of, read_archive
from lab.data.base import ImageSet, check_image_set, read_only
from lab.data.catalogue import KNOWN, OWN, PARTS, check_counts, check_shape, known_dataset
from lab.data.formats.folders import find_classes, read_folders
from lab.data.formats.instead import check_file
from lab.data.formats.keras import read_npz
from lab.data.formats.labelled import Found, Labelled, gather
from lab.data.formats.lines import is_image_lines, is_lines, read_lines
from lab.data.idx import idx_md5, read_idx, read_idx_stream
from lab.data.store import DatasetInfo, DataStore

# The archive of all EMNIST files, as NIST publishes it (the checksum that torchvision uses).
EMNIST_ARCHIVE_MD5 = "58c8d27c78d21e728a6bc7b3cc06412e"
_FILE_NAME = re.compile(
    r"(?P<letters>emnist-letters-)?(?P<split>train|t10k|test)-(?P<kind>images|labels)[-.]idx[13]-ubyte(\.gz)?",
    re.IGNORECASE,
)
# A stick can hold anything; sets are looked for in the folder itself and so many levels below.
_DEPTH = 3
_LETTERS = 26
_NAMELESS = "0"
_SPLITS = ("train", "test")
_LARGEST_MEMBER = 1 << 28
READ = message(
    "What is read: lines of a label and 784 pixels, as in mnist_train_small.csv, plain or .gz; an .npz with x_train, "
    "y_train, x_test and y_test, as Keras's mnist.npz, or of Descent; a folder with a folder of images for each class; "
    "the four IDX files of MNIST, Fashion-MNIST or EMNIST letters in a folder, plain or .gz; EMNIST's gzip.zip; "
    "cifar-10-binary.tar.gz, cifar-10-python.tar.gz, or what was unpacked from them."
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Found:
    """A folder with IDX files of one set: part name → file."""

    folder: Path
    letters: bool
    files: dict[str, Path]

    @property
    def missing(self) -> list[str]:
        """The parts that no file is there for."""
        return [part for part in PARTS if part not in self.files]


def import_path(path: Path, store: DataStore, name: str | None = None, progress: Progress | None = None) -> DatasetInfo:
    """Import a data set into `store` and return its entry.

    path: a folder with four IDX files in the manner of MNIST (plain or .gz, itself or below it), with
        CIFAR-10 (an archive or what was unpacked from it), with a folder of images a class, or with lines of
        pixels; a file of such lines; an .npz file of Descent or in the manner of Keras; the archive gzip.zip of
        EMNIST, one of the archives of CIFAR-10, or winequality-red.csv.
    name: mnist, fashion-mnist, letters, cifar-10 or own; without it the checksums tell, or else the file names.
    progress: called with (done, total) bytes of the source.
    Raises DataError, and leaves the store as it was, if anything is wrong.
    """
    if name is not None:
        known_dataset(name)
    try:
        return _import(path, store, name, progress or (lambda done, total: None))
    except OSError as error:
        # A stick pulled out, a folder that may not be read.
        raise DataError(
            "{file} cannot be read: {reason}.", file=str(path), reason=error.strerror or str(error)
        ) from error


def _import(path: Path, store: DataStore, name: str | None, report: Progress) -> DatasetInfo:
    if path.is_dir():
        return _import_folder(path, store, name, report)
    if not path.exists():
        raise DataError("{path} does not exist.", path=str(path))
    if wine.is_wine(path):
        return _import_wine(path, store, name)
    check_file(path)
    if path.suffix.lower() == ".npz":
        return _import_npz(path, store, name, report)
    if is_lines(path):
        return _import_found(read_lines(path, report), path, store, name)
    if path.suffix.lower() == ".zip":
        arrays, genuine = _read_emnist_zip(path, report)
        return _import_arrays(arrays, path, True, name, store, genuine)
    if cifar_files.is_archive(path):
        if name not in (None, cifar.NAME):
            raise DataError(
                "{path} cannot be imported as {name}; archives of this kind hold CIFAR-10.", path=str(path), name=name
            )
        return _save_cifar(*cifar_files.read_archive(path, report), store)
    if _FILE_NAME.fullmatch(path.name):
        raise DataError(
            "{path} is one of the four IDX files of a data set; give the folder in which all four lie.", path=str(path)
        )
    raise DataError("{path} cannot be imported. {read}", path=str(path), read=READ)


def _import_wine(path: Path, store: DataStore, name: str | None) -> DatasetInfo:
    if name is not None:
        raise DataError(
            "{path} cannot be imported as {name}; the one table that can be imported is {file}.",
            path=str(path),
            name=name,
            file=wine.FILE,
        )
    return wine.info(wine.import_wine(path, store))


def _import_folder(path: Path, store: DataStore, name: str | None, report: Progress) -> DatasetInfo:
    folders = list(_folders(path, _DEPTH))
    sets = _find(folders) if name != cifar.NAME else []
    batches = cifar_files.find(folders) if name in (None, cifar.NAME) else None
    whole = [found for found in sets if not found.missing]
    places = [str(found.folder) for found in whole]
    if batches is not None and not batches.missing:
        places.append(str(batches.path))
    if len(places) > 1:
        raise DataError(
            "{path} holds more than one data set: {places}. Import one of these by itself.",
            path=str(path),
            places=", ".join(sorted(set(places))),
        )
    if whole:
        return _import_arrays(_read_files(whole[0], report), whole[0].folder, whole[0].letters, name, store)
    if batches is not None and (not batches.missing or not sets):
        return _save_cifar(*cifar_files.read(batches, report), store)
    for found in sets:
        raise DataError(
            "{folder} is not complete: there is no file for {missing}. Four are needed: "
            "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
            "t10k-labels-idx1-ubyte, each plain or .gz.",
            folder=str(found.folder),
            missing=", ".join(part.replace("_", " ") for part in found.missing),
        )
    return _import_others(path, folders, store, name, report)


def _import_others(
    path: Path, folders: list[Path], store: DataStore, name: str | None, report: Progress
) -> DatasetInfo:
    """Import lines of pixels, one archive, or a folder of images a class, whichever a folder holds."""
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.is_file()]
    lines = [file for file in files if is_lines(file) and is_image_lines(file)]
    train, test = _divided(lines)
    if train is not None:
        found = read_lines(train, report)
        if test is not None:
            found = Found(found.train, read_lines(test, report).train, found.notes)
        return _import_found(found, train, store, name)
    archives = [file for file in files if file.suffix.lower() == ".npz"]
    if len(lines) + len(archives) > 1:
        raise DataError(
            "{path} holds more than one data set: {places}. Import one of these by itself.",
            path=str(path),
            places=", ".join(str(file) for file in (*lines, *archives)[:10]),
        )
    if archives:
        return _import_npz(archives[0], store, name, report)
    classes = find_classes(path)
    if classes is not None:
        return _import_found(read_folders(path, classes, report), path, store, name)
    for file in files:
        if is_lines(file) or file.suffix.lower() in (".npz", ".gz", ".zip") or _FILE_NAME.fullmatch(file.name):
            check_file(file)  # Which says what a saved web page is.
    raise DataError("No data set was found in {path}. {read}", path=str(path), read=READ)


def _divided(lines: list[Path]) -> tuple[Path | None, Path | None]:
    """Return the file to learn from and that of the test; None for the first where it is not clear which they are."""
    test = [file for file in lines if "test" in file.name.lower()]
    train = [file for file in lines if file not in test]
    return (train[0], test[0] if test else None) if len(train) == 1 and len(test) <= 1 else (None, None)


def _import_found(found: Found, path: Path, store: DataStore, name: str | None) -> DatasetInfo:
    """Keep images as the published set that they are or are said to be, or else as own ones."""
    title = path.name or str(path.absolute().name)
    letters = name == "letters" or "emnist-letters" in title.lower()
    gathered = gather(_named_only(found) if letters else found, str(path))
    train, test = gathered.train, gathered.test
    arrays = parts_of(train, test)
    digits = gathered.classes == known_dataset("mnist").classes
    recognised = _recognise(arrays) if digits and found.test is not None and name != OWN else None
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


def _save_cifar(arrays: dict[str, NDArray[np.uint8]], genuine: bool, store: DataStore) -> DatasetInfo:
    train, test = (read_only(arrays[f"{split}_images"], arrays[f"{split}_labels"]) for split in ("train", "test"))
    return store.save(cifar.NAME, train, test, verified=genuine)


def _find(folders: list[Path]) -> list[_Found]:
    """Return the sets of IDX files that lie in these folders, whole or not."""
    sets: dict[tuple[Path, bool], _Found] = {}
    for folder in folders:
        # Uncompressed files come after their .gz in the alphabet backwards, and take their place.
        for file in sorted(folder.iterdir(), reverse=True):
            match = _FILE_NAME.fullmatch(file.name)
            if match is None or not file.is_file():
                continue
            split = "train" if match["split"].lower() == "train" else "test"
            letters = match["letters"] is not None
            found = sets.setdefault((folder, letters), _Found(folder, letters, {}))
            found.files[f"{split}_{match['kind'].lower()}"] = file
    return list(sets.values())


def _folders(path: Path, depth: int) -> Iterator[Path]:
    try:
        children = sorted(child for child in path.iterdir() if child.is_dir() and not child.is_symlink())
    except OSError:
        return  # a folder that may not be read cannot hold the set
    yield path
    if depth > 0:
        for child in children:
            yield from _folders(child, depth - 1)


def _dimensions(part: str) -> int:
    return 3 if part.endswith("images") else 1


def _read_files(found: _Found, report: Progress) -> dict[str, NDArray[np.uint8]]:
    sizes = {part: found.files[part].stat().st_size for part in PARTS}
    total, done = sum(sizes.values()), 0
    arrays = {}
    for part in PARTS:
        report(done, total)
        arrays[part] = read_idx(found.files[part], _dimensions(part))
        done += sizes[part]
    report(done, total)
    return arrays


def _read_emnist_zip(path: Path, report: Progress) -> tuple[dict[str, NDArray[np.uint8]], bool]:
    digest = hashlib.md5(usedforsecurity=False)
    total = path.stat().st_size
    arrays = {}
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 22):
                digest.update(chunk)
                report(stream.tell(), total)
        with zipfile.ZipFile(path) as archive:
            for part in PARTS:
                split, kind = part.split("_")
                member = f"gzip/emnist-letters-{split}-{kind}-idx{_dimensions(part)}-ubyte.gz"
                if archive.getinfo(member).file_size > _LARGEST_MEMBER:
                    raise zipfile.BadZipFile(member)
                data = io.BytesIO(archive.read(member))
                arrays[part] = read_idx_stream(data, _dimensions(part), member)
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DataError(
            "{file} is damaged, cut short, or not the archive gzip.zip of EMNIST.", file=str(path)
        ) from error
    return arrays, digest.hexdigest() == EMNIST_ARCHIVE_MD5


def _recognise(arrays: dict[str, NDArray[np.uint8]]) -> str | None:
    """Return the name of the data set whose published checksums these arrays have, if any."""
    for known in KNOWN.values():
        # The small labels first: they tell most sets apart without hashing the images.
        if known.md5 and all(idx_md5(arrays[part]) == known.md5[part] for part in sorted(PARTS, reverse=True)):
            return known.name
    if arrays["train_images"].shape[1:] == cifar.SHAPE and cifar.published(arrays):
        return cifar.NAME
    return None


def _import_arrays(
    arrays: dict[str, NDArray[np.uint8]],
    where: Path,
    letters: bool,
    name: str | None,
    store: DataStore,
    genuine: bool = False,
) -> DatasetInfo:
    if name == OWN:
        train, test = (Labelled(arrays[f"{split}_images"], [*map(str, arrays[f"{split}_labels"])]) for split in _SPLITS)
        check_shape(known_dataset(OWN), arrays["train_images"].shape[1:], str(where))
        check_shape(known_dataset(OWN), arrays["test_images"].shape[1:], str(where))
        return _import_found(Found(train, test), where, store, name)
    recognised = "letters" if genuine else _recognise(arrays)
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


def _import_npz(path: Path, store: DataStore, name: str | None, report: Progress) -> DatasetInfo:
    if not _is_of_descent(path):
        return _import_found(read_npz(path, report), path, store, name)
    total = path.stat().st_size
    report(0, total)
    train, test, about = read_archive(path)
    report(total, total)
    own_name = str(about.get("name"))
    if own_name not in KNOWN or (name is not None and name != own_name):
        raise DataError(
            "{path} says that it is {found}; {expected} was expected.",
            path=str(path),
            found=own_name,
            expected=name or ", ".join(known.name for known in KNOWN.values() if not known.bundled),
        )
    if own_name == OWN:
        try:
            return store.save(OWN, train, test, False, tuple(about.get("classes", ())), about.get("title", ""))
        except (TypeError, ValueError) as error:
            raise DataError("{file} is damaged, cut short, or not a data file of Descent.", file=str(path)) from error
    return store.save(own_name, train, test, verified=_recognise(parts_of(train, test)) == own_name)


def _is_of_descent(path: Path) -> bool:
    """Tell whether an .npz holds a description of Descent's; also where it is damaged, which reading it says."""
    try:
        with open_regular(path) as stream, zipfile.ZipFile(stream) as archive:
            return ABOUT in archive.namelist()
    except (zipfile.BadZipFile, ReadingError, ValueError, NotImplementedError):
        return True

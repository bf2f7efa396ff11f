"""Bring a data set into the store from a folder, a USB stick or an archive, with every check."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError, message
from lab.data import cifar, cifar_files, idx_files, wine
from lab.data.archive import ABOUT, parts_of, read_archive
from lab.data.base import read_only
from lab.data.catalogue import KNOWN, OWN, known_dataset
from lab.data.formats.folders import find_classes, read_folders
from lab.data.formats.instead import check_file
from lab.data.formats.keras import read_npz
from lab.data.formats.labelled import Found
from lab.data.formats.lines import is_image_lines, is_lines, read_lines
from lab.data.idx_files import Progress
from lab.data.keeping import keep_arrays, keep_labelled, recognise
from lab.data.store import DatasetInfo, DataStore

# A stick can hold anything; sets are looked for in the folder itself and so many levels below.
_DEPTH = 3
READ = message(
    "What is read: lines of a label and 784 pixels, as in mnist_train_small.csv, plain or .gz; an .npz with x_train, "
    "y_train, x_test and y_test, as Keras's mnist.npz, or of Descent; a folder with a folder of images for each class; "
    "the four IDX files of MNIST, Fashion-MNIST or EMNIST letters in a folder, plain or .gz; EMNIST's gzip.zip; "
    "cifar-10-binary.tar.gz, cifar-10-python.tar.gz, or what was unpacked from them."
)


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
        return keep_labelled(read_lines(path, report), path, store, name)
    if path.suffix.lower() == ".zip":
        arrays, genuine = idx_files.read_emnist_zip(path, report)
        return keep_arrays(arrays, path, True, name, store, genuine)
    if cifar_files.is_archive(path):
        if name not in (None, cifar.NAME):
            raise DataError(
                "{path} cannot be imported as {name}; archives of this kind hold CIFAR-10.", path=str(path), name=name
            )
        return _save_cifar(*cifar_files.read_archive(path, report), store)
    if idx_files.FILE_NAME.fullmatch(path.name):
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
    sets = idx_files.find(folders) if name != cifar.NAME else []
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
        return keep_arrays(idx_files.read_files(whole[0], report), whole[0].folder, whole[0].letters, name, store)
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
        return keep_labelled(found, train, store, name)
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
        return keep_labelled(read_folders(path, classes, report), path, store, name)
    for file in files:
        if is_lines(file) or file.suffix.lower() in (".npz", ".gz", ".zip") or idx_files.FILE_NAME.fullmatch(file.name):
            check_file(file)  # Which says what a saved web page is.
    raise DataError("No data set was found in {path}. {read}", path=str(path), read=READ)


def _divided(lines: list[Path]) -> tuple[Path | None, Path | None]:
    """Return the file to learn from and that of the test; None for the first where it is not clear which they are."""
    test = [file for file in lines if "test" in file.name.lower()]
    train = [file for file in lines if file not in test]
    return (train[0], test[0] if test else None) if len(train) == 1 and len(test) <= 1 else (None, None)


def _save_cifar(arrays: dict[str, NDArray[np.uint8]], genuine: bool, store: DataStore) -> DatasetInfo:
    train, test = (read_only(arrays[f"{split}_images"], arrays[f"{split}_labels"]) for split in ("train", "test"))
    return store.save(cifar.NAME, train, test, verified=genuine)


def _folders(path: Path, depth: int) -> Iterator[Path]:
    try:
        children = sorted(child for child in path.iterdir() if child.is_dir() and not child.is_symlink())
    except OSError:
        return  # a folder that may not be read cannot hold the set
    yield path
    if depth > 0:
        for child in children:
            yield from _folders(child, depth - 1)


def _import_npz(path: Path, store: DataStore, name: str | None, report: Progress) -> DatasetInfo:
    if not _is_of_descent(path):
        return keep_labelled(read_npz(path, report), path, store, name)
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
    return store.save(own_name, train, test, verified=recognise(parts_of(train, test)) == own_name)


def _is_of_descent(path: Path) -> bool:
    """Tell whether an .npz holds a description of Descent's; also where it is damaged, which reading it says."""
    try:
        with open_regular(path) as stream, zipfile.ZipFile(stream) as archive:
            return ABOUT in archive.namelist()
    except (zipfile.BadZipFile, ReadingError, ValueError, NotImplementedError):
        return True

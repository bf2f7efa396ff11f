"""Images in NumPy's archives, as Keras has its mnist.npz: x_train, y_train, x_test, y_test. No pickle is ever read."""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError, Verbatim
from lab.data.formats.labelled import MOST_IMAGES, Found, Labelled
from lab.data.formats.pixels import to_images

NAMES = (
    (("x_train", "y_train"), ("x_test", "y_test")),
    (("X_train", "y_train"), ("X_test", "y_test")),
    (("train_images", "train_labels"), ("test_images", "test_labels")),
    (("images", "labels"), None),
    (("x", "y"), None),
    (("X", "y"), None),
)
"""The pairs of images and labels, for the training and for the test, that are looked for."""
_LARGEST = 400 << 20
"""Bytes of one array: 60,000 images of 28 × 28 numbers of 64 bits have 359 MiB."""
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, struct.error, TypeError, ValueError, NotImplementedError,
    RuntimeError, ReadingError, MemoryError, SyntaxError,
)  # fmt: skip


def read_npz(path: Path, report: Callable[[int, int], None]) -> Found:
    """Read images and labels of an archive. Raises DataError, OSError."""
    total = path.stat().st_size
    report(0, total)
    try:
        with open_regular(path) as stream, zipfile.ZipFile(stream) as archive:
            names = {name.removesuffix(".npy") for name in archive.namelist()}
            (images, labels), test_names = _named(names, path)
            train = _labelled(archive, images, labels, path)
            report(total // 2, total)
            test = None
            if test_names is not None and set(test_names) <= names:
                test = _labelled(archive, *test_names, path)
    except _DAMAGE as error:
        raise DataError(
            "{file} is damaged, cut short, or not a data file of Descent, nor an .npz of NumPy's with arrays of "
            "numbers.",
            file=str(path),
        ) from error
    report(total, total)
    return Found(train, test)


def _named(names: set[str], path: Path) -> tuple[tuple[str, str], tuple[str, str] | None]:
    for train, test in NAMES:
        if set(train) <= names:
            return train, test
    raise DataError(
        "{file} holds the arrays {found}; x_train, y_train, x_test and y_test are needed, as in Keras's mnist.npz, or "
        "images and labels.",
        file=str(path),
        found=Verbatim(", ".join(sorted(names))[:200] or "-"),
    )


def _labelled(archive: zipfile.ZipFile, images: str, labels: str, path: Path) -> Labelled:
    pixels, numbers = _array(archive, images, path), _array(archive, labels, path)
    if pixels.dtype.kind not in "buif":
        raise DataError("{file}: {name} holds no numbers.", file=str(path), name=Verbatim(images))
    found = to_images(pixels, f"{path} ({images})")
    texts = _texts(numbers, labels, path)
    if len(texts) != len(found):
        raise DataError(
            "{where} has {images} images but {labels} labels; each image needs one label.",
            where=f"{path} ({images})",
            images=len(found),
            labels=len(texts),
        )
    return Labelled(found, texts)


def _texts(labels: NDArray[Any], name: str, path: Path) -> list[str]:
    """Return labels as texts: numbers (N,) or (N, 1), texts, or a 1 in the column of the class (N, K)."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.dtype.kind in "buif" and ((labels == 0) | (labels == 1)).all():
        if not (labels.sum(1) == 1).all():
            raise DataError(
                "{file}: {name} has rows in which not one class alone is marked by a 1.",
                file=str(path),
                name=Verbatim(name),
            )
        labels = labels.argmax(1)
    if labels.ndim != 1 or labels.dtype.kind not in "buifUS":
        raise DataError(
            "{file}: {name} has the shape {found}; one label an image is needed.",
            file=str(path),
            name=Verbatim(name),
            found=labels.shape,
        )
    if labels.dtype.kind == "S":
        return [text.decode("utf-8", "replace") for text in labels.tolist()]
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all() or (labels % 1).any():
            raise DataError(
                "{file}: {name} holds numbers that are not whole; these are no classes.",
                file=str(path),
                name=Verbatim(name),
            )
        labels = labels.astype(np.int64)
    return [str(int(value)) if labels.dtype.kind != "U" else str(value) for value in labels.tolist()]


def _array(archive: zipfile.ZipFile, name: str, path: Path) -> NDArray[Any]:
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as stream:
        version = npy.read_magic(stream)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran, kind = read(stream)
        if kind.hasobject:
            raise DataError(
                "{file}: {name} holds Python objects, which are never loaded since they could run a program. Save "
                "plain numbers.",
                file=str(path),
                name=Verbatim(name),
            )
        length = math.prod(shape) * kind.itemsize
        # Checked before anything is allocated: the header can promise what it likes.
        if length > _LARGEST or (shape and shape[0] > MOST_IMAGES):
            raise DataError(
                "{file}: {name} has the shape {found}; at most {most} images of 28 × 28 pixels are allowed.",
                file=str(path),
                name=Verbatim(name),
                found=shape,
                most=MOST_IMAGES,
            )
        data = stream.read(length + 1)
        if len(data) != length:
            raise ValueError("not of the length that its shape needs")
    flat = np.frombuffer(data, kind)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)

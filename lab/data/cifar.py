"""CIFAR-10: its batches in the binary and in the Python version, and the checksums that are published of them.

A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009; https://www.cs.toronto.edu/~kriz/cifar.html.

A batch of the binary version is a row of records: one byte of the label, then 1024 bytes each of red, green and blue.
A batch of the Python version is a pickle of Python 2. A pickle can run a program when it is read, so only the six
published ones are read, known by their MD5, and with nothing of NumPy or Python within their reach.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data.catalogue import PARTS

NAME = "cifar-10"
SHAPE = (32, 32, 3)
CLASS_COUNT = 10
BATCH_IMAGES = 10_000
BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")
RECORD_BYTES = 1 + 32 * 32 * 3
# A batch has 31 MB in either version.
LARGEST_BATCH = 1 << 26
# As torchvision.datasets.CIFAR10 publishes them.
PYTHON_MD5: Mapping[str, str] = MappingProxyType(
    {
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
    }
)
# As Apache MXNet publishes them, mxnet.gluon.data.vision.CIFAR10.
BINARY_SHA1: Mapping[str, str] = MappingProxyType(
    {
        "data_batch_1": "aadd24acce27caa71bf4b10992e9e7b2d74c2540",
        "data_batch_2": "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795",
        "data_batch_3": "1dd00a74ab1d17a6e7d73e185b69dbf31242f295",
        "data_batch_4": "aab85764eb3584312d3c7f65fd2fd016e36a258e",
        "data_batch_5": "26e2849e66a845b7f1e4614ae70f4889ae604628",
        "test_batch": "67eb016db431130d61cd03c7ad570b013799c88c",
    }
)
# cifar-10-binary.tar.gz, as the authors publish it.
BINARY_ARCHIVE_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"

Bytes = NDArray[np.uint8]


class Batch(NamedTuple):
    """images: uint8 (N, 32, 32, 3), RGB. labels: uint8 (N,)."""

    images: Bytes
    labels: Bytes


class Batches:
    """The arrays of the whole data set, filled batch by batch in any order."""

    def __init__(self) -> None:
        train = (len(BATCHES) - 1) * BATCH_IMAGES
        shapes = ((train, *SHAPE), (train,), (BATCH_IMAGES, *SHAPE), (BATCH_IMAGES,))
        self.arrays = {part: np.zeros(shape, np.uint8) for part, shape in zip(PARTS, shapes, strict=True)}
        self._there: set[str] = set()

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the batches that have not come yet."""
        return tuple(name for name in BATCHES if name not in self._there)

    def put(self, name: str, batch: Batch) -> None:
        """Put the batch of this name in its place."""
        images, labels = _part(self.arrays, name)
        images[:], labels[:] = batch
        self._there.add(name)


def read_binary(data: bytes, where: str) -> Batch:
    """Read a batch of the binary version; DataError if it has another length or a label that there is not."""
    expected = BATCH_IMAGES * RECORD_BYTES
    if len(data) < expected:
        raise DataError(
            "{file} is cut short: a batch of CIFAR-10 has {expected} bytes in the binary version, {found} are there.",
            file=where,
            expected=expected,
            found=len(data),
        )
    if len(data) > expected:
        raise DataError(
            "{file} goes on after {expected} bytes; a batch of CIFAR-10 has as many in the binary version.",
            file=where,
            expected=expected,
        )
    records = np.frombuffer(data, dtype=np.uint8).reshape(BATCH_IMAGES, RECORD_BYTES)
    return _batch(records[:, 1:], records[:, 0], where)


def read_python(data: bytes, name: str, where: str) -> Batch:
    """Read the batch `name` of the Python version; DataError, before anything is read, if it is not the published one.

    data: the whole file. where: names it in the sentence.
    """
    found = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if found != PYTHON_MD5[name]:
        raise DataError(
            "{file} is damaged, cut short or changed: its MD5 is {found}, that of the published file is {expected}. "
            "It is a pickle, which can run a program when it is read, so it was not read. Import the binary version "
            "instead: cifar-10-binary.tar.gz, or the folder cifar-10-batches-bin.",
            file=where,
            found=found,
            expected=PYTHON_MD5[name],
        )
    try:
        content = _Unpickler(io.BytesIO(data), encoding="bytes").load()
        labels = np.array(content[b"labels"])
        _, shape, kind, by_columns, values = content[b"data"].state
        whole = shape == (BATCH_IMAGES, RECORD_BYTES - 1) and labels.shape == (BATCH_IMAGES,)
        if not whole or labels.dtype.kind != "i" or kind.arguments[0] != b"u1":
            raise ValueError("not the arrays of a batch")
        pixels = np.frombuffer(values, dtype=np.uint8).reshape(shape, order="F" if by_columns else "C")
    except _NO_BATCH as error:
        raise DataError(
            "{file} does not hold a batch of CIFAR-10, so it was not used. Import the binary version instead: "
            "cifar-10-binary.tar.gz, or the folder cifar-10-batches-bin.",
            file=where,
        ) from error
    return _batch(pixels, labels, where)


def published(arrays: Mapping[str, Bytes]) -> bool:
    """Whether these arrays, by part name, are CIFAR-10 as it is published: their batches have the known SHA-1."""
    train = (len(BATCHES) - 1) * BATCH_IMAGES
    counts = (train, train, BATCH_IMAGES, BATCH_IMAGES)
    if any(len(arrays[part]) != count for part, count in zip(PARTS, counts, strict=True)):
        return False
    return all(_sha1(*_part(arrays, name)) == BINARY_SHA1[name] for name in BATCHES)


def records_of(images: Bytes, labels: Bytes) -> Bytes:
    """Return the records (N, 3073) of the binary version of images (N, 32, 32, 3) and labels (N,)."""
    pixels = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.concatenate((labels[:, None], pixels), axis=1)


def _sha1(images: Bytes, labels: Bytes) -> str:
    return hashlib.sha1(records_of(images, labels).data, usedforsecurity=False).hexdigest()


def _part(arrays: Mapping[str, Bytes], name: str) -> tuple[Bytes, Bytes]:
    """Return the images and labels of one batch as views."""
    place = BATCHES.index(name)
    if place == len(BATCHES) - 1:
        return arrays["test_images"], arrays["test_labels"]
    rows = slice(place * BATCH_IMAGES, (place + 1) * BATCH_IMAGES)
    return arrays["train_images"][rows], arrays["train_labels"][rows]


def _batch(pixels: Bytes, labels: NDArray[Any], where: str) -> Batch:
    """pixels: (N, 3072), plane by plane. labels: (N,) of any integer type."""
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= CLASS_COUNT:
        raise DataError(
            "The labels in {where} run from {lowest} to {highest}; 0 to {last} are allowed.",
            where=where,
            lowest=lowest,
            highest=highest,
            last=CLASS_COUNT - 1,
        )
    height, width, channels = SHAPE
    planes = pixels.reshape(-1, channels, height, width)
    return Batch(planes.transpose(0, 2, 3, 1), labels.astype(np.uint8))


class _Kept:
    """Stands in for what a pickle calls to make an array: it keeps what it is given, and does nothing."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.state: Any = ()

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Unpickler(pickle.Unpickler):
    """Gives a pickle nothing to call but stand-ins for the three names that an array needs."""

    _ALLOWED = frozenset({("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")})

    def find_class(self, module: str, name: str) -> type[_Kept]:
        """Return the stand-in; UnpicklingError for any name but the three."""
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an array")
        return _Kept


# What a pickle that holds something else than a batch ends in.
_NO_BATCH = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
)

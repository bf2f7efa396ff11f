"""The .npz files of Descent: four arrays and a description, the same bytes whenever they are made.

An ordinary .npz (NumPy opens it), but with fixed dates in the zip, and read strictly: plain arrays
of unsigned bytes with the promised length and checksum, never a pickle.
"""

from __future__ import annotations

import io
import json
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lab.core.files import replace_file
from lab.core.reading import ReadingError, open_regular, parse_json
from lab.core.text import DataError
from lab.data.base import ImageSet, read_only
from lab.data.catalogue import PARTS
from lab.data.idx import LARGEST_DATA

ABOUT = "about.json"
# The oldest date that a zip can hold: the bytes must not depend on the day they were written.
_DATE = (1980, 1, 1, 0, 0, 0)
_LARGEST_ABOUT = 1 << 16
# Read by pattern, not by NumPy's parser: exactly what write_archive writes, and nothing else.
_NPY_START = b"\x93NUMPY\x01\x00"
_NPY_HEADER = re.compile(rb"\{'descr': '\|u1', 'fortran_order': False, 'shape': \(([0-9, ]+)\), \} *\n")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    struct.error,
    TypeError,
    ValueError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # an encrypted member
    ReadingError,
)


def parts_of(train: ImageSet, test: ImageSet) -> dict[str, NDArray[np.uint8]]:
    """Return the four arrays by part name; labels as unsigned bytes (N,)."""
    arrays = (train.images, train.labels.astype(np.uint8), test.images, test.labels.astype(np.uint8))
    return dict(zip(PARTS, arrays, strict=True))


def write_archive(stream: IO[bytes], train: ImageSet, test: ImageSet, about: Mapping[str, Any], level: int = 9) -> None:
    """Write both splits and `about` (JSON values) as .npz, deflated at `level` (1 fast … 9 small)."""
    with zipfile.ZipFile(stream, "w") as archive:

        def put(name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(name, date_time=_DATE)
            info.create_system = 3  # the same byte on Windows and Unix
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, compresslevel=level)

        put(ABOUT, json.dumps(about, sort_keys=True).encode())
        for part, array in parts_of(train, test).items():
            data = io.BytesIO()
            npy.write_array(data, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            put(f"{part}.npy", data.getvalue())


def read_archive(path: Path) -> tuple[ImageSet, ImageSet, dict[str, Any]]:
    """Read the train set, the test set and the description; DataError if the file is not whole and ours."""
    with _Opened(path) as archive:
        about = _read_about(archive)
        arrays = [_read_array(archive, part) for part in PARTS]
    train_images, train_labels, test_images, test_labels = arrays
    return read_only(train_images, train_labels), read_only(test_images, test_labels), about


def read_about(path: Path) -> dict[str, Any]:
    """Read only the description, without unpacking the arrays; DataError as in `read_archive`."""
    with _Opened(path) as archive:
        return _read_about(archive)


class _Opened:
    """Opens a zip and turns everything that a damaged one raises into one DataError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> zipfile.ZipFile:
        try:
            self._stream = open_regular(self._path)
        except (OSError, ReadingError) as error:
            self._translate(error)
            raise
        try:
            self._archive = zipfile.ZipFile(self._stream)
        except BaseException as error:
            self._stream.close()
            self._translate(error)
            raise
        return self._archive

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._archive.close()
        self._stream.close()
        self._translate(error)

    def _translate(self, error: BaseException | None) -> None:
        if isinstance(error, _DAMAGE):
            raise DataError(
                "{file} is damaged, cut short, or not a data file of Descent.", file=str(self._path)
            ) from error
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            raise DataError("{file} cannot be read: {reason}.", file=str(self._path), reason=reason) from error


def _read_about(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(ABOUT).file_size > _LARGEST_ABOUT:
        raise ValueError("the description is too long")
    # dict() of what is not an object raises one of the errors of _DAMAGE.
    about: dict[str, Any] = dict(parse_json(archive.read(ABOUT)))
    return about


def _read_array(archive: zipfile.ZipFile, part: str) -> NDArray[np.uint8]:
    info = archive.getinfo(f"{part}.npy")
    with archive.open(info) as stream:
        start = stream.read(len(_NPY_START) + 2)
        header = stream.read(int.from_bytes(start[-2:], "little"))
        match = _NPY_HEADER.fullmatch(header)
        if not start.startswith(_NPY_START) or match is None:
            raise ValueError("not a plain array of unsigned bytes")
        shape = tuple(int(size) for size in match[1].split(b",") if size.strip())
        length = math.prod(shape)
        # Checked before anything is allocated: the header can promise what it likes.
        if len(start) + len(header) + length != info.file_size or length > LARGEST_DATA:
            raise ValueError("not of the length that its shape needs")
        data = stream.read()
    return np.frombuffer(data, dtype=np.uint8).reshape(shape)


def replace_data_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """As `lab.core.files.replace_file`, but what goes wrong is a DataError; what was there stays."""
    try:
        replace_file(path, write)
    except OSError as error:
        raise DataError(
            "{file} could not be written: {reason}. What was there is unchanged.",
            file=str(path),
            reason=error.strerror or str(error),
        ) from error

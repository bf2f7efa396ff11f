"""Files of weights as torch writes them, which anybody may have made: never run, read under limits, checked by hash."""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zipfile
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError

LARGEST = 4 << 30
"""Bytes; the largest of torchvision's has 1.3 GB."""
_CHUNK = 1 << 20
_PICKLE_OR_ARCHIVE = (b"\x80", b"P")
_NUMBERS = (torch.float32, torch.float16, torch.float64, torch.bfloat16, torch.int64)


def read_state(path: Path, sha256: str) -> dict[str, Tensor]:
    """Return the numbers of a file by name. `sha256`: with what its checksum begins, or the whole of it.

    Only what makes up arrays is read of the pickle that such a file holds (`weights_only=True`).

    Raises:
        DataError: there is no such file, it is another one, cut short, or holds something else than arrays.
    """
    try:
        with open_regular(path) as stream:
            found = _digest(stream)
            if not found.startswith(sha256):
                raise DataError(
                    "{file} is damaged or another file: its SHA-256 begins with {found}, not with {sha256}. "
                    "Nothing was kept.",
                    file=str(path),
                    found=found[: len(sha256)],
                    sha256=sha256,
                )
            stream.seek(0)
            return _arrays(stream, path)
    except FileNotFoundError as error:
        raise DataError("There is no file {path}.", path=str(path)) from error
    except ReadingError as error:
        raise DataError("{file} cannot be read: {reason}.", file=str(path), reason=error.message) from error
    except OSError as error:
        raise DataError(
            "{file} cannot be read: {reason}.", file=str(path), reason=error.strerror or str(error)
        ) from error


def _digest(stream: BinaryIO) -> str:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise ReadingError("it has more than {most} bytes", most=f"{LARGEST:,}")
        digest.update(chunk)
    return digest.hexdigest()


def _arrays(stream: BinaryIO, path: Path) -> dict[str, Tensor]:
    try:
        _refuse_packed(stream, path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of old ways of writing: they are read all the same.
            found = torch.load(stream, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        stream.seek(0)
        if stream.read(1) not in _PICKLE_OR_ARCHIVE:
            raise _damaged(path) from error
        raise DataError(
            "{file} holds something else than arrays of numbers: to read it would be to run what somebody put in it. "
            "It was not read, and nothing was kept.",
            file=str(path),
        ) from error
    except DataError:
        raise
    except Exception as error:
        # The reader of torch raises whatever it meets in a broken file.
        raise _damaged(path) from error
    if not isinstance(found, dict) or not all(
        isinstance(key, str) and isinstance(value, Tensor) and value.dtype in _NUMBERS and value.layout == torch.strided
        for key, value in found.items()
    ):
        raise DataError(
            "{file} does not hold the weights of a network: names, and an array of numbers for each.", file=str(path)
        )
    return dict(found)


def _refuse_packed(stream: BinaryIO, path: Path) -> None:
    """Refuse an archive with packed members, which torch never writes, and which may unpack to any size."""
    packed = False
    if zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            packed = any(
                member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size
                for member in archive.infolist()
            )
    stream.seek(0)
    if packed:
        raise DataError(
            "{file} is packed more tightly than torch packs weights, so that it could unpack to any size. It was not "
            "read, and nothing was kept.",
            file=str(path),
        )


def _damaged(path: Path) -> DataError:
    return DataError("{file} is damaged, cut short, or no file of weights. Nothing was kept.", file=str(path))

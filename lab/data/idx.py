"""The IDX format of MNIST: a header with sizes, then the bytes. Read strictly, plain or gzipped.

Format (Y. LeCun): two zero bytes, a type code, the number of dimensions, each size as a
big-endian 32-bit number, then the values in row-major order.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError
from lab.data.formats.instead import refuse_what_stands_instead

UNSIGNED_BYTE = 0x08
# A little above the largest, the 153.6 MB of CIFAR-10; it keeps a wrong header or a gzip bomb from filling the memory.
LARGEST_DATA = 160 << 20
_GZIP_MAGIC = b"\x1f\x8b"


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes with so many dimensions, gzipped or not; DataError if wrong."""
    try:
        with open_regular(path) as stream:
            return read_idx_stream(stream, dimensions, path.name)
    except ReadingError as error:
        raise DataError("{file} cannot be read: {reason}.", file=str(path), reason=error.message) from error
    except OSError as error:
        raise DataError(
            "{file} cannot be read: {reason}.", file=str(path), reason=error.strerror or str(error)
        ) from error


def read_idx_stream(stream: IO[bytes], dimensions: int, where: str) -> NDArray[np.uint8]:
    """As `read_idx`, from an open seekable stream; `where` names it in the sentences."""
    compressed = stream.read(2) == _GZIP_MAGIC
    stream.seek(0)
    if not compressed:
        return _parse(stream, dimensions, where)
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            return _parse(unpacked, dimensions, where)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError("{file} cannot be unpacked: its gzip data are damaged or cut short.", file=where) from error


def _parse(stream: IO[bytes] | gzip.GzipFile, dimensions: int, where: str) -> NDArray[np.uint8]:
    header_length = 4 + 4 * dimensions
    start = stream.read(4)
    if start[:2] != b"\x00\x00"[: len(start)]:
        refuse_what_stands_instead(start + stream.read(512), where)
        raise DataError(
            "{file} is not an IDX file: it begins with the bytes {found}; an IDX file begins with 00 00.",
            file=where,
            found=start[:2].hex(" "),
        )
    if len(start) == 4:
        _check_kind(start[2], start[3], dimensions, where)
    header = start + stream.read(header_length - len(start))
    if len(header) < header_length:
        raise DataError(
            "{file} is cut short: it ends after {found} bytes, inside its header of {expected} bytes.",
            file=where,
            found=len(header),
            expected=header_length,
        )
    shape = struct.unpack(f">{dimensions}I", header[4:])
    expected = math.prod(shape)
    if expected == 0:
        raise DataError("{file} is empty: its header says the shape {shape}.", file=where, shape=shape)
    if expected > LARGEST_DATA:
        raise DataError(
            "The header of {file} says the shape {shape}, {found} bytes; at most {allowed} are allowed.",
            file=where,
            shape=shape,
            found=expected,
            allowed=LARGEST_DATA,
        )
    # One byte more is asked for, to see the end of the file and, when gzipped, its checksum.
    data = stream.read(expected + 1)
    if len(data) < expected:
        raise DataError(
            "{file} is cut short: its header says {expected} bytes of data for the shape {shape}, {found} are there.",
            file=where,
            expected=expected,
            shape=shape,
            found=len(data),
        )
    if len(data) > expected:
        raise DataError(
            "{file} goes on after the {expected} bytes of data that its header says for the shape {shape}.",
            file=where,
            expected=expected,
            shape=shape,
        )
    return np.frombuffer(data, dtype=np.uint8).reshape(shape)


def _check_kind(type_code: int, found: int, dimensions: int, where: str) -> None:
    if type_code != UNSIGNED_BYTE:
        raise DataError(
            "{file} holds values of the IDX type 0x{found:02x}; only 0x08, unsigned bytes, is allowed.",
            file=where,
            found=type_code,
        )
    if found != dimensions:
        raise DataError(
            "{file} has {found} dimensions; {expected} are expected (images have 3, labels 1).",
            file=where,
            found=found,
            expected=dimensions,
        )


def idx_header(shape: tuple[int, ...]) -> bytes:
    """Return the IDX header of an array of unsigned bytes of this shape."""
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, UNSIGNED_BYTE, len(shape), *shape)


def idx_md5(array: NDArray[np.uint8]) -> str:
    """Return the MD5 that the uncompressed IDX file of this array has; the published reference of MNIST."""
    digest = hashlib.md5(idx_header(array.shape), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    """Write an array of unsigned bytes as an IDX file, gzipped if the name ends in .gz."""
    data = idx_header(array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(data, compresslevel=1, mtime=0) if path.suffix == ".gz" else data)

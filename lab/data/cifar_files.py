"""Where the batches of CIFAR-10 lie: archives as they are published, and the folders that were unpacked from them.

Archives are read as a stream, in memory and with limits; nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lab.core.text import DataError
from lab.data.cifar import (
    BATCHES,
    BINARY_ARCHIVE_MD5,
    LARGEST_BATCH,
    Batch,
    Batches,
    Bytes,
    published,
    read_binary,
    read_python,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ARCHIVE_ENDS = (".tar.gz", ".tgz", ".tar")
_ARCHIVE_NAME = re.compile(r"cifar-10-(binary|python).*\.(tar\.gz|tgz|tar)", re.IGNORECASE)
# Batches by the names of their files, and by the names of the members of the archives.
_FILES = {f"{name}{end}": (name, end == ".bin") for name in BATCHES for end in (".bin", "")}
_MEMBERS = {
    f"cifar-10-batches-{'bin' if binary else 'py'}/{file}": (name, binary) for file, (name, binary) in _FILES.items()
}
# An archive has 9 members and unpacks to 186 MB.
_MOST_MEMBERS = 100
_LARGEST_ARCHIVE = 1 << 28
_BLOCK = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_DAMAGE = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, OverflowError, RecursionError, ValueError)

Arrays = dict[str, Bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Source:
    """A file or folder that CIFAR-10 can be read from; `missing` are batches that the folder lacks."""

    path: Path
    binary: bool
    archive: bool
    missing: tuple[str, ...] = ()


def is_archive(path: Path) -> bool:
    """Whether the name is that of a tar archive."""
    return path.name.lower().endswith(ARCHIVE_ENDS)


def find(folders: Iterable[Path]) -> Source | None:
    """Return the best place among these folders: whole before incomplete, binary before Python, unpacked before packed.

    All copies of CIFAR-10 are the same, so that any of them will do.
    """
    sources: list[Source] = []
    for folder in folders:
        files = {file.name: file for file in sorted(folder.iterdir()) if file.is_file()}
        for binary in (True, False):
            missing = tuple(name for name, of in _FILES.items() if of[1] == binary and name not in files)
            if len(missing) < len(BATCHES):
                sources.append(Source(folder, binary, False, missing))
        for name, file in files.items():
            if match := _ARCHIVE_NAME.fullmatch(name):
                sources.append(Source(file, match[1].lower() == "binary", True))
    return min(sources, key=lambda each: (bool(each.missing), not each.binary, each.archive), default=None)


def read(source: Source, report: Progress) -> tuple[Arrays, bool]:
    """Return the four arrays by part name, and whether they are known to be those that were published.

    report: called with (done, total) bytes of the source. Raises DataError, and OSError where files cannot be read.
    """
    return read_archive(source.path, report) if source.archive else _read_folder(source, report)


def read_archive(path: Path, report: Progress) -> tuple[Arrays, bool]:
    """As `read`, from an archive of either version, gzipped or not."""
    batches, digest = Batches(), hashlib.md5(usedforsecurity=False)
    total, done, unpacked = path.stat().st_size, 0, 0

    def packed_bytes(chunk: memoryview) -> None:
        nonlocal done
        digest.update(chunk)
        done += len(chunk)
        report(done, max(done, total))

    def unpacked_bytes(chunk: memoryview) -> None:
        nonlocal unpacked
        unpacked += len(chunk)
        if unpacked > _LARGEST_ARCHIVE:
            raise ValueError("it unpacks to more than CIFAR-10 has")

    report(0, total)
    try:
        with path.open("rb") as file:
            packed = io.BufferedReader(_Watched(file, packed_bytes), _BLOCK)
            gzipped = packed.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
            plain = gzip.GzipFile(fileobj=packed) if gzipped else packed
            limited = io.BufferedReader(_Watched(plain, unpacked_bytes), _BLOCK)
            python = _read_members(limited, batches, str(path))
            # To the end, where the checksum of gzip is.
            for rest in (limited, packed):
                while rest.read(_BLOCK):
                    pass
    except _DAMAGE as error:
        raise _no_archive(path) from error
    if len(batches.missing) == len(BATCHES):
        raise _no_archive(path)
    if batches.missing:
        raise _incomplete(path, batches.missing)
    # Batches of the Python version are all known by their MD5, or they would not have been read.
    genuine = python or digest.hexdigest() == BINARY_ARCHIVE_MD5 or published(batches.arrays)
    return batches.arrays, genuine


def _read_members(stream: IO[bytes], batches: Batches, where: str) -> bool:
    """Put what is in a tar archive into `batches`; whether all of it is of the Python version."""
    python = True
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for count, member in enumerate(archive):
            if count >= _MOST_MEMBERS:
                raise ValueError("it has more members than CIFAR-10")
            # A name is only looked up, never used as a path.
            name, binary = _MEMBERS.get(member.name.removeprefix("./"), ("", False))
            content = archive.extractfile(member) if name and member.isreg() else None
            if content is None:
                continue
            if name not in batches.missing:
                raise ValueError(f"it has {name} twice")
            data = content.read(LARGEST_BATCH + 1)
            batches.put(name, _read_batch(data, name, binary, f"{where}: {member.name}"))
            python = python and not binary
    return python


def _read_folder(source: Source, report: Progress) -> tuple[Arrays, bool]:
    if source.missing:
        raise _incomplete(source.path, source.missing)
    batches, done = Batches(), 0
    files = {name: source.path / file for file, (name, binary) in _FILES.items() if binary == source.binary}
    total = sum(file.stat().st_size for file in files.values())
    for name, file in files.items():
        report(done, total)
        with file.open("rb") as stream:
            data = stream.read(LARGEST_BATCH + 1)
        batches.put(name, _read_batch(data, name, source.binary, str(file)))
        done += file.stat().st_size
    report(done, max(done, total))
    return batches.arrays, not source.binary or published(batches.arrays)


def _read_batch(data: bytes, name: str, binary: bool, where: str) -> Batch:
    return read_binary(data, where) if binary else read_python(data, name, where)


class _Watched(io.RawIOBase):
    """A stream whose bytes are shown to a function as they are read."""

    def __init__(self, stream: io.BufferedIOBase, watch: Callable[[memoryview], None]) -> None:
        self._stream = stream
        self._watch = watch

    def readable(self) -> bool:
        """Say that it can be read, as BufferedReader asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read into `buffer`; the number of bytes, 0 at the end."""
        count = self._stream.readinto(buffer)
        self._watch(memoryview(buffer)[:count])
        return count


def _no_archive(path: Path) -> DataError:
    return DataError(
        "{file} is damaged, cut short, or neither cifar-10-binary.tar.gz nor cifar-10-python.tar.gz.", file=str(path)
    )


def _incomplete(path: Path, missing: tuple[str, ...]) -> DataError:
    return DataError(
        "{path} is not complete: {missing} is missing. Six batches are needed: data_batch_1 to data_batch_5 and "
        "test_batch; in the binary version their names end in .bin.",
        path=str(path),
        missing=", ".join(missing),
    )

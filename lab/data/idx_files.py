"""The IDX files of a data set: which lie in a folder, or in EMNIST's archive, and what is in them."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data.catalogue import PARTS
from lab.data.idx import read_idx, read_idx_stream

# The archive of all EMNIST files, as NIST publishes it (the checksum that torchvision uses).
EMNIST_ARCHIVE_MD5 = "58c8d27c78d21e728a6bc7b3cc06412e"
FILE_NAME = re.compile(
    r"(?P<letters>emnist-letters-)?(?P<split>train|t10k|test)-(?P<kind>images|labels)[-.]idx[13]-ubyte(\.gz)?",
    re.IGNORECASE,
)
_LARGEST_MEMBER = 1 << 28

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class IdxSet:
    """A folder with IDX files of one set: part name → file."""

    folder: Path
    letters: bool
    files: dict[str, Path]

    @property
    def missing(self) -> list[str]:
        """The parts that no file is there for."""
        return [part for part in PARTS if part not in self.files]


def find(folders: list[Path]) -> list[IdxSet]:
    """Return the sets of IDX files that lie in these folders, whole or not."""
    sets: dict[tuple[Path, bool], IdxSet] = {}
    for folder in folders:
        # Uncompressed files come after their .gz in the alphabet backwards, and take their place.
        for file in sorted(folder.iterdir(), reverse=True):
            match = FILE_NAME.fullmatch(file.name)
            if match is None or not file.is_file():
                continue
            split = "train" if match["split"].lower() == "train" else "test"
            letters = match["letters"] is not None
            found = sets.setdefault((folder, letters), IdxSet(folder, letters, {}))
            found.files[f"{split}_{match['kind'].lower()}"] = file
    return list(sets.values())


def _dimensions(part: str) -> int:
    return 3 if part.endswith("images") else 1


def read_files(found: IdxSet, report: Progress) -> dict[str, NDArray[np.uint8]]:
    """Return what is in the four files, by the names of the parts. Raises DataError."""
    sizes = {part: found.files[part].stat().st_size for part in PARTS}
    total, done = sum(sizes.values()), 0
    arrays = {}
    for part in PARTS:
        report(done, total)
        arrays[part] = read_idx(found.files[part], _dimensions(part))
        done += sizes[part]
    report(done, total)
    return arrays


def read_emnist_zip(path: Path, report: Progress) -> tuple[dict[str, NDArray[np.uint8]], bool]:
    """Return the letters of EMNIST's archive, and whether it is the published one. Raises DataError."""
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

"""Download a data set on request, with progress and cancel, and hand it to the import.

torchvision names the addresses and checksums. The transfer is ours: torchvision's own has no time
limit, cannot be cancelled, and draws its progress on the terminal.
"""

from __future__ import annotations

import hashlib
import http.client
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab.core.command import command
from lab.core.text import DataError
from lab.data.catalogue import KNOWN, known_dataset
from lab.data.idx_files import Progress
from lab.data.importing import import_path
from lab.data.store import DatasetInfo, DataStore

# A server that says nothing for so many seconds is given up; a cancel waits at most as long.
TIMEOUT = 10.0
_CHUNK = 1 << 16


class DownloadCancelledError(DataError):
    """The user cancelled; nothing was kept."""


@dataclass(frozen=True)
class RemoteFile:
    """A file to fetch from the first address that gives it with the right MD5, or with a SHA-256 that begins so."""

    name: str
    addresses: tuple[str, ...]
    md5: str = ""
    sha256: str = ""

    @property
    def wanted(self) -> str:
        """The checksum by which it is known."""
        return f"SHA-256 {self.sha256} …" if self.sha256 else f"MD5 {self.md5}"


def remote_files(name: str) -> list[RemoteFile]:
    """Return the files of a data set as torchvision knows them; imports torchvision, which takes seconds."""
    from torchvision import datasets

    if name == "letters":
        emnist = datasets.EMNIST
        return [RemoteFile("gzip.zip", (emnist.url,), emnist.md5)]
    if name == "cifar-10":
        cifar = datasets.CIFAR10
        return [RemoteFile(cifar.filename, (cifar.url,), cifar.tgz_md5)]
    source = {"mnist": datasets.MNIST, "fashion-mnist": datasets.FashionMNIST}[name]
    return [RemoteFile(file, tuple(mirror + file for mirror in source.mirrors), md5) for file, md5 in source.resources]


def download(
    name: str,
    store: DataStore,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> DatasetInfo:
    """Download a data set into `store` and return its entry.

    progress: called with (done, total) bytes. cancelled: asked between chunks of 64 KiB.
    Raises DownloadCancelledError, or DataError if there is no such set, no network, no room, or what came
    is not what was expected; the store then is as it was.
    """
    known = known_dataset(name)
    if known.own:
        raise DataError(
            "Own images lie on your own disk; there is nothing to download. Import them with “{command} data import "
            "PATH”.",
            command=command(),
        )
    if known.bundled:
        raise DataError(
            "{name} comes with Descent; there is nothing to download. {names} can be downloaded.",
            name=name,
            names=", ".join(other.name for other in KNOWN.values() if other.download_bytes),
        )
    transfer = _Transfer(name, known.download_bytes, progress or (lambda done, total: None), cancelled)
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
        # Beside the store, as the system's temporary folder is often too small for EMNIST.
        folder = tempfile.TemporaryDirectory(dir=store.folder, prefix=".download-")
    except OSError as error:
        raise _cannot_write(store.folder, error) from error
    with folder:
        target = Path(folder.name)
        files = remote_files(name)
        for file in files:
            transfer.fetch(file, target / file.name)
        transfer.check()
        # One file is an archive with all that is needed.
        return import_path(target / files[0].name if len(files) == 1 else target, store, name)


def fetch(
    name: str,
    file: RemoteFile,
    target: Path,
    total: int,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Fetch one file of about `total` bytes to `target`; sentences call it `name`. Raises as `download` does."""
    transfer = _Transfer(name, total, progress or (lambda done, total: None), cancelled)
    transfer.fetch(file, target)
    transfer.check()


class _Transfer:
    """Fetches the files of one download and counts their bytes."""

    def __init__(self, name: str, total: int, report: Progress, cancelled: Callable[[], bool]) -> None:
        self._name = name
        self._total = total
        self._done = 0
        self._report = report
        self._cancelled = cancelled

    def check(self) -> None:
        if self._cancelled():
            raise DownloadCancelledError("The download of {name} was cancelled; nothing was kept.", name=self._name)

    def fetch(self, file: RemoteFile, target: Path) -> None:
        """Fetch one file from the first address that works."""
        before = self._done
        reason = ""
        for address in file.addresses:
            self._done = before
            try:
                digest = self._copy(address, target, "sha256" if file.sha256 else "md5")
            except (OSError, http.client.HTTPException) as error:
                reason = str(getattr(error, "reason", "") or error or type(error).__name__)
                continue
            if digest.startswith(file.sha256) if file.sha256 else digest == file.md5:
                return
            reason = f"{digest} ≠ {file.wanted}"
        raise DataError(
            "{name} could not be downloaded: {file} did not arrive ({reason}). Nothing was changed. "
            "Without a network, import it from a folder or USB stick with “{command} data import PATH”.",
            name=self._name,
            file=file.name,
            reason=reason,
            command=command(),
        )

    def _copy(self, address: str, target: Path, method: str) -> str:
        """Copy what is at `address` to the file `target` and return its checksum by a method of hashlib."""
        self.check()
        digest = hashlib.new(method, usedforsecurity=False)
        request = urllib.request.Request(address, headers={"User-Agent": "Descent"})
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response, _Target(target) as write:
            # read1 returns what has arrived, so that a slow line does not delay the cancel.
            while chunk := response.read1(_CHUNK):
                write(chunk)
                digest.update(chunk)
                self._done += len(chunk)
                self._report(self._done, max(self._total, self._done))
                self.check()
        return digest.hexdigest()


class _Target:
    """A file being written, whose errors are told from those of the network."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Callable[[bytes], None]:
        try:
            self._stream = self._path.open("wb")
        except OSError as error:
            raise _cannot_write(self._path, error) from error
        return self._write

    def __exit__(self, *_: object) -> None:
        try:
            self._stream.close()
        except OSError as error:
            raise _cannot_write(self._path, error) from error

    def _write(self, chunk: bytes) -> None:
        try:
            self._stream.write(chunk)
        except OSError as error:
            raise _cannot_write(self._path, error) from error


def _cannot_write(path: Path, error: OSError) -> DataError:
    return DataError(
        "{file} could not be written: {reason}. What was there is unchanged.",
        file=str(path),
        reason=error.strerror or str(error),
    )

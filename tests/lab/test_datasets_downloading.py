"""Downloads, with the network played by the test: progress, cancel, mirrors, and no network at all."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.text import DataError
from lab.data import downloading
from lab.data.catalogue import KNOWN
from lab.data.downloading import DownloadCancelledError, RemoteFile, download, remote_files
from lab.data.idx import idx_header
from lab.data.idx_files import EMNIST_ARCHIVE_MD5
from lab.data.store import DataStore

Opener = Callable[..., Any]


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """File name → what the server has: a blank MNIST of full size."""
    files = {}
    for stem, count in (("train", 60000), ("t10k", 10000)):
        for kind, shape in (("images-idx3", (count, 28, 28)), ("labels-idx1", (count,))):
            data = idx_header(shape) + bytes(int(np.prod(shape)))
            files[f"{stem}-{kind}-ubyte.gz"] = gzip.compress(data, compresslevel=1, mtime=0)
    return files


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, contents: dict[str, bytes]) -> list[str]:
    """A network whose first mirror is dead and whose second works; the list of addresses asked for."""
    files = [
        RemoteFile(
            name,
            (f"http://dead/{name}", f"http://good/{name}"),
            hashlib.md5(data, usedforsecurity=False).hexdigest(),
        )
        for name, data in contents.items()
    ]
    asked: list[str] = []

    def urlopen(request: urllib.request.Request, timeout: float) -> io.BytesIO:
        assert timeout > 0
        asked.append(request.full_url)
        if request.host == "dead":
            raise urllib.error.URLError("Name or service not known")
        return io.BytesIO(contents[request.full_url.rsplit("/", 1)[1]])

    monkeypatch.setattr(downloading, "remote_files", lambda name: files)
    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return asked


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


def left_over(store: DataStore) -> list[str]:
    return [path.name for path in store.folder.iterdir() if path.suffix != ".png"] if store.folder.exists() else []


def test_a_download_ends_in_the_store(store: DataStore, server: list[str], contents: dict[str, bytes]) -> None:
    calls: list[tuple[int, int]] = []
    info = download("mnist", store, lambda done, total: calls.append((done, total)))
    assert info.installed
    assert info.name == "mnist"
    assert left_over(store) == ["mnist.npz"]
    assert len(store.load("mnist").train) == 60000
    assert len(server) == 8
    assert calls == sorted(calls)
    assert calls[-1][0] == sum(len(data) for data in contents.values())
    assert {total for _, total in calls} == {KNOWN["mnist"].download_bytes}


def test_without_a_network_there_is_one_sentence_and_nothing_else(
    store: DataStore, server: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def urlopen(_request: object, timeout: float) -> io.BytesIO:
        raise urllib.error.URLError(OSError(-2, "Name or service not known"))

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    with pytest.raises(DataError) as caught:
        download("mnist", store)
    assert "Name or service not known" in str(caught.value)
    assert "data import PATH" in str(caught.value)
    assert left_over(store) == []


class BreaksOff(io.BytesIO):
    """A connection that breaks after some bytes."""

    def read1(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 0:
            raise http.client.IncompleteRead(b"")
        return super().read1(10)


@pytest.mark.parametrize("answer", [BreaksOff(b"x" * 100), io.BytesIO(b"not what was asked for")])
def test_a_broken_or_wrong_file_is_not_kept(
    store: DataStore, server: list[str], monkeypatch: pytest.MonkeyPatch, answer: io.BytesIO
) -> None:
    answer.seek(0)
    data = answer.getvalue()
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: type(answer)(data))
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz did not arrive"):
        download("mnist", store)
    assert left_over(store) == []


@pytest.mark.parametrize("after", [0, 1, 5])
def test_cancel_keeps_nothing(store: DataStore, server: list[str], after: int) -> None:
    asked = iter(range(1000))
    with pytest.raises(DownloadCancelledError, match="cancelled; nothing was kept"):
        download("mnist", store, cancelled=lambda: next(asked) >= after)
    assert left_over(store) == []


def test_a_failed_download_leaves_what_was_there(
    store: DataStore, server: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    download("mnist", store)
    before = store.path("mnist").read_bytes()
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: io.BytesIO(b""))
    with pytest.raises(DataError):
        download("mnist", store)
    assert store.path("mnist").read_bytes() == before
    assert left_over(store) == ["mnist.npz"]


def test_a_store_that_cannot_be_written(tmp_path: Path, server: list[str]) -> None:
    (tmp_path / "data").write_bytes(b"a file, no folder")
    with pytest.raises(DataError, match="could not be written"):
        download("mnist", DataStore(tmp_path / "data"))


@pytest.mark.parametrize(("name", "sentence"), [("digits", "nothing to download"), ("cats", "no data set called")])
def test_names_that_cannot_be_downloaded(store: DataStore, name: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        download(name, store)


def test_torchvision_has_the_addresses_that_we_need() -> None:
    for name in ("mnist", "fashion-mnist"):
        files = remote_files(name)
        assert len(files) == 4
        assert all(file.addresses and len(file.md5) == 32 and file.name.endswith(".gz") for file in files)
    (emnist,) = remote_files("letters")
    assert emnist.md5 == EMNIST_ARCHIVE_MD5

"""CIFAR-10 from small made-up archives and folders, and what must never be read or run."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.core.catalogue import experiments
from lab.core.text import DataError
from lab.data import catalogue, cifar, cifar_files, downloading, keeping
from lab.data.catalogue import KNOWN
from lab.data.cifar import BATCHES, Bytes
from lab.data.downloading import DownloadCancelledError, RemoteFile, download, remote_files
from lab.data.idx import write_idx
from lab.data.importing import import_path
from lab.data.store import DataStore, Origin
from tests.lab.test_datasets_importing import FILES, refused

SIZE = 6  # images in a batch
Records = dict[str, Bytes]


def text(value: str) -> bytes:
    return b"U" + bytes([len(value)]) + value.encode()


def pickled(records: Bytes) -> bytes:
    """A batch as Python 2 and its NumPy pickled it, opcode by opcode."""
    numbers = b"".join(b"K" + bytes([label]) for label in records[:, 0])
    array = b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85" + text("b") + b"\x87Rq\x09"
    kind = b"cnumpy\ndtype\nq\x0a" + text("u1") + b"K\x00K\x01\x87Rq\x0b"
    kind += b"(K\x03" + text("|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    shape = b"K" + bytes([len(records)]) + b"M\x00\x0c\x86"
    pixels = records[:, 1:].tobytes()
    state = b"(K\x01" + shape + kind + b"\x89T" + struct.pack("<i", len(pixels)) + pixels + b"tb"
    items = text("batch_label") + text("training batch 1 of 5") + text("labels") + b"]q\x05(" + numbers + b"e"
    return b"\x80\x02}q\x01(" + items + text("data") + array + state + text("filenames") + b"]q\x0cu."


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def tar(members: dict[str, bytes], compressed: bool = True, again: str | None = None) -> bytes:
    """A tar archive; `again` is a member to be put in twice."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in [*members, *([again] if again else [])]:
            info, data = tarfile.TarInfo(name), members[name]
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    data = stream.getvalue()
    return gzip.compress(data, compresslevel=1, mtime=0) if compressed else data


def binary_members(records: Records) -> dict[str, bytes]:
    others = {"cifar-10-batches-bin/batches.meta.txt": b"airplane\n", "cifar-10-batches-bin/readme.html": b"<html>"}
    # Not in order: neither is the published archive.
    return others | {f"cifar-10-batches-bin/{name}.bin": records[name].tobytes() for name in reversed(BATCHES)}


def python_members(records: Records) -> dict[str, bytes]:
    members = {f"cifar-10-batches-py/{name}": pickled(records[name]) for name in reversed(BATCHES)}
    return {"cifar-10-batches-py/batches.meta": pickle.dumps("never read")} | members


@pytest.fixture(scope="module")
def records() -> Records:
    """Batch by batch, the records of the binary version: random images, all labels."""
    random = np.random.default_rng(0)
    made = {}
    for place, name in enumerate(BATCHES):
        pixels = random.integers(0, 256, (SIZE, 3072), dtype=np.uint8)
        labels = ((np.arange(SIZE) + place * SIZE) % 10).astype(np.uint8)
        made[name] = np.concatenate((labels[:, None], pixels), axis=1)
    # What can be seen to be in its place: image 0 of batch 1 is red at the top right, image 1 blue at the bottom left.
    made["data_batch_1"][:2, 1:] = 0
    made["data_batch_1"][0, 1 + 31] = 255
    made["data_batch_1"][1, 1 + 2 * 1024 + 31 * 32] = 255
    return made


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, records: Records) -> None:
    """The counts and checksums of the made-up CIFAR-10."""
    known = {**KNOWN, "cifar-10": replace(KNOWN["cifar-10"], counts=((5 * SIZE, SIZE),))}
    monkeypatch.setattr(catalogue, "KNOWN", known)
    monkeypatch.setattr(keeping, "KNOWN", known)
    monkeypatch.setattr(cifar, "BATCH_IMAGES", SIZE)
    monkeypatch.setattr(cifar, "PYTHON_MD5", {name: md5(pickled(records[name])) for name in BATCHES})


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, records: Records) -> None:
    """Let the made-up binary batches be the published ones."""
    sha1 = {name: hashlib.sha1(records[name].tobytes(), usedforsecurity=False).hexdigest() for name in BATCHES}
    monkeypatch.setattr(cifar, "BINARY_SHA1", sha1)


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def unpack(members: dict[str, bytes], stick: Path) -> Path:
    for name, data in members.items():
        (stick / name).parent.mkdir(exist_ok=True)
        (stick / name).write_bytes(data)
    return stick


def check(store: DataStore, records: Records) -> None:
    """Check that the store has the made-up data set, image for image."""
    dataset = store.load("cifar-10")
    assert dataset.train.images.shape == (5 * SIZE, 32, 32, 3)
    assert dataset.test.images.shape == (SIZE, 32, 32, 3)
    assert dataset.classes[3] == "cat"
    assert dataset.train.images[0, 0, 31].tolist() == [255, 0, 0]
    assert dataset.train.images[1, 31, 0].tolist() == [0, 0, 255]
    assert dataset.train.images[:2].sum() == 2 * 255
    rows = np.concatenate([records[name] for name in BATCHES[:-1]])
    assert np.array_equal(dataset.train.labels, rows[:, 0])
    assert np.array_equal(dataset.train.images.transpose(0, 3, 1, 2).reshape(len(rows), -1), rows[:, 1:])
    assert np.array_equal(dataset.test.labels, records["test_batch"][:, 0])
    assert np.array_equal(dataset.test.images[..., 2].reshape(SIZE, -1), records["test_batch"][:, 2049:])


# What is imported


@pytest.mark.parametrize("end", ["tar.gz", "tgz", "tar"])
@pytest.mark.parametrize("version", ["binary", "python"])
def test_an_archive_is_imported_and_loads(
    stick: Path, store: DataStore, records: Records, version: str, end: str
) -> None:
    members = binary_members(records) if version == "binary" else python_members(records)
    path = stick / f"cifar-10-{version}.{end}"
    path.write_bytes(tar(members, compressed=end != "tar"))
    calls: list[tuple[int, int]] = []
    info = import_path(path, store, progress=lambda done, total: calls.append((done, total)))
    assert (info.name, info.train_count, info.test_count) == ("cifar-10", 5 * SIZE, SIZE)
    assert info.shape == (32, 32, 3)
    assert info.installed
    assert info.origin is Origin.IMPORTED
    # A Python batch is only read when it is the published one.
    assert info.verified == (version == "python")
    assert calls[0] == (0, path.stat().st_size)
    assert calls[-1] == (path.stat().st_size, path.stat().st_size)
    assert calls == sorted(calls)
    check(store, records)
    # Found on the stick as well, and by its name alone.
    assert import_path(stick.parent, store, "cifar-10").name == "cifar-10"


@pytest.mark.parametrize("version", ["binary", "python"])
def test_an_unpacked_folder_is_imported(stick: Path, store: DataStore, records: Records, version: str) -> None:
    unpack(binary_members(records) if version == "binary" else python_members(records), stick)
    info = import_path(stick, store)
    assert info.verified == (version == "python")
    check(store, records)
    # The folder itself, renamed.
    (folder,) = stick.iterdir()
    assert import_path(folder.rename(stick / "pictures"), store, "cifar-10").name == "cifar-10"


def test_published_checksums_are_known_in_each_form(
    stick: Path, store: DataStore, records: Records, published: None, tmp_path: Path
) -> None:
    packed_again = stick / "again.tar"
    packed_again.write_bytes(tar(binary_members(records), compressed=False))
    assert import_path(packed_again, store).verified
    # What was kept of it, taken to another computer.
    kept = store.path("cifar-10").rename(stick / "class.npz")
    assert import_path(kept, DataStore(tmp_path / "other")).verified
    unpack(binary_members(records), stick)
    info = import_path(stick / "cifar-10-batches-bin", store)
    assert info.verified
    assert "not known" not in str(info.source)


def test_the_archive_of_the_authors_is_known_by_its_own_checksum(
    stick: Path, store: DataStore, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stick / "cifar-10-binary.tar.gz"
    path.write_bytes(tar(binary_members(records)))
    info = import_path(path, store)
    assert not info.verified
    assert "checksums are not known" in str(info.source)
    monkeypatch.setattr(cifar_files, "BINARY_ARCHIVE_MD5", md5(path.read_bytes()))
    assert import_path(path, store).verified


def test_of_several_copies_the_whole_and_binary_one_is_taken(stick: Path, store: DataStore, records: Records) -> None:
    unpack(python_members(records), stick)
    (stick / "cifar-10-batches-py" / "test_batch").write_bytes(b"not the published one")
    (stick / "cifar-10-binary.tar.gz").write_bytes(tar(binary_members(records)))
    import_path(stick, store)
    check(store, records)


def test_torchvision_reads_the_same_from_the_python_version(
    stick: Path, store: DataStore, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision.datasets import CIFAR10

    unpack(python_members(records), stick)
    names = pickle.dumps({"label_names": list(KNOWN["cifar-10"].classes)}, protocol=2)
    (stick / "cifar-10-batches-py" / "batches.meta").write_bytes(names)
    listed = [[name, cifar.PYTHON_MD5[name]] for name in BATCHES]
    monkeypatch.setattr(CIFAR10, "train_list", listed[:-1])
    monkeypatch.setattr(CIFAR10, "test_list", listed[-1:])
    monkeypatch.setattr(CIFAR10, "meta", {"filename": "batches.meta", "key": "label_names", "md5": md5(names)})
    import_path(stick, store)
    ours = store.load("cifar-10")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy, about what Python 2 wrote
        for train, split in ((True, ours.train), (False, ours.test)):
            theirs = CIFAR10(stick, train=train)
            assert np.array_equal(theirs.data, split.images)
            assert theirs.targets == split.labels.tolist()
            assert tuple(theirs.classes) == ours.classes


# What is refused


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    """The file that a malicious pickle would make."""
    return tmp_path / "flag"


def malicious(flag: Path) -> bytes:
    class Malicious:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"{sys.executable} -c \"open('{flag}', 'w')\"",)

    return pickle.dumps({b"labels": [0] * SIZE, b"data": Malicious()}, protocol=2)


def test_the_malicious_pickle_would_run_if_it_were_read(flag: Path) -> None:
    subprocess.run([sys.executable, "-c", "import pickle, sys; pickle.load(sys.stdin.buffer)"], input=malicious(flag))
    assert flag.exists()


def test_a_pickle_that_is_not_the_published_one_is_never_read(
    stick: Path, store: DataStore, records: Records, flag: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    class Spy(cifar._Unpickler):
        def __init__(self, stream: io.BytesIO, encoding: str) -> None:
            read.append(stream.getvalue())
            super().__init__(stream, encoding=encoding)

    monkeypatch.setattr(cifar, "_Unpickler", Spy)
    members = python_members(records) | {"cifar-10-batches-py/data_batch_3": malicious(flag)}
    path = stick / "cifar-10-python.tar.gz"
    path.write_bytes(tar(members))
    sentence = r"data_batch_3 is damaged, cut short or changed: its MD5 is .*Import the binary version instead"
    refused(path, store, sentence)
    refused(unpack(members, stick) / "cifar-10-batches-py", store, sentence)
    assert set(read) <= {pickled(records[name]) for name in BATCHES}
    assert not flag.exists()


def test_even_with_the_right_checksum_a_pickle_runs_nothing(
    stick: Path, store: DataStore, records: Records, flag: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = malicious(flag)
    monkeypatch.setattr(cifar, "PYTHON_MD5", {**cifar.PYTHON_MD5, "data_batch_1": md5(bad)})
    members = python_members(records) | {"cifar-10-batches-py/data_batch_1": bad}
    refused(unpack(members, stick), store, "data_batch_1 does not hold a batch of CIFAR-10.*binary version instead")
    assert not flag.exists()


def altered(records: Bytes) -> dict[str, bytes]:
    """Pickles that are well formed, but are no batch."""
    good = pickled(records)
    return {
        "nothing": b"",
        "half": good[: len(good) // 2],
        "a number": pickle.dumps(7),
        "no labels": good.replace(b"labels", b"lables"),
        "labels that are no numbers": good.replace(b"]q\x05(K", b"]q\x05(NK"),
        "a list": pickle.dumps({b"labels": [0] * SIZE, b"data": [0]}, protocol=2),
        "another shape": good.replace(b"M\x00\x0c\x86", b"M\x00\x06\x86"),
        "other numbers": good.replace(text("u1"), text("f4")),
        "another function": good.replace(b"numpy.core.multiarray\n_reconstruct", b"numpy.core.multiarray\nscalar"),
        "a function of Python": good.replace(b"cnumpy\ndtype", b"cbuiltins\neval"),
        "a stranger to ask": b"\x80\x02U\x01xQ.",
    }


@pytest.mark.parametrize("what", list(altered(np.zeros((SIZE, 3073), np.uint8))))
def test_a_pickle_that_holds_something_else(records: Records, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cifar.read_python(pickled(records["test_batch"]), "test_batch", "here").labels.shape == (SIZE,)
    data = altered(records["test_batch"])[what]
    assert data != pickled(records["test_batch"])
    monkeypatch.setattr(cifar, "PYTHON_MD5", {"test_batch": md5(data)})
    with pytest.raises(DataError, match="here does not hold a batch of CIFAR-10"):
        cifar.read_python(data, "test_batch", "here")


def test_labels_out_of_range(stick: Path, store: DataStore, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = records["test_batch"].copy()
    wrong[3, 0] = 10
    sentence = r"The labels in .*test_batch(\.bin)? run from 0 to 10; 0 to 9 are allowed"
    changed = records | {"test_batch": wrong}
    refused(unpack(binary_members(changed), stick), store, sentence)
    monkeypatch.setattr(cifar, "PYTHON_MD5", {**cifar.PYTHON_MD5, "test_batch": md5(pickled(wrong))})
    path = stick / "cifar-10-python.tar.gz"
    path.write_bytes(tar(python_members(changed)))
    refused(path, store, sentence)


def test_batches_of_another_length(stick: Path, store: DataStore, records: Records) -> None:
    members = binary_members(records)
    name = "cifar-10-batches-bin/data_batch_2.bin"
    for data, sentence in (
        (members[name][:-1], f"is cut short: .* has {SIZE * 3073} bytes .*, {SIZE * 3073 - 1} are there"),
        (members[name] + b"\0", f"goes on after {SIZE * 3073} bytes"),
        (b"", "is cut short: .*, 0 are there"),
    ):
        path = stick / "cifar-10-binary.tar.gz"
        path.write_bytes(tar(members | {name: data}))
        refused(path, store, rf"data_batch_2\.bin {sentence}")
        refused(unpack(members | {name: data}, stick) / "cifar-10-batches-bin", store, rf"_2\.bin {sentence}")


def test_batches_that_are_missing(stick: Path, store: DataStore, records: Records) -> None:
    members = binary_members(records)
    del members["cifar-10-batches-bin/data_batch_5.bin"]
    path = stick / "cifar-10-binary.tar.gz"
    path.write_bytes(tar(members))
    refused(path, store, r"is not complete: data_batch_5 is missing\. Six batches are needed")
    path.unlink()
    refused(unpack(members, stick), store, r"cifar-10-batches-bin is not complete: data_batch_5\.bin is missing")


def test_an_archive_cut_short_or_of_something_else(stick: Path, store: DataStore, records: Records) -> None:
    whole = tar(binary_members(records))
    path = stick / "cifar-10-binary.tar.gz"
    path.write_bytes(b"")
    refused(path, store, r"cifar-10-binary\.tar\.gz is empty")
    path.write_bytes(b"<html>404 Not Found</html>")
    refused(path, store, r"cifar-10-binary\.tar\.gz is a saved web page")
    sentence = r"cifar-10-binary\.tar\.gz is damaged, cut short, or neither"
    for data in (
        whole[: len(whole) // 2],
        whole[:-1],
        tar({"holiday.jpg": b"..."}),
        gzip.compress(b"no tar"),
    ):
        path.write_bytes(data)
        refused(path, store, sentence)
        refused(stick, store, sentence)


def test_names_that_lead_elsewhere_are_not_followed(
    stick: Path, store: DataStore, records: Records, tmp_path: Path
) -> None:
    before = set(tmp_path.rglob("*"))
    outside = {f"{start}/evil": b"evil" for start in ("..", "a/../..", str(tmp_path))}
    path = stick / "cifar-10-binary.tar.gz"
    path.write_bytes(tar(outside | binary_members(records)))
    import_path(path, store)
    check(store, records)
    assert set(tmp_path.rglob("*")) - before == {
        path, store.folder, store.path("cifar-10"), store.path("cifar-10").with_suffix(".png")
    }  # fmt: skip
    moved = {f"../{name}": data for name, data in binary_members(records).items()}
    path.write_bytes(tar(moved))
    refused(path, DataStore(tmp_path / "other"), "neither cifar-10-binary")


def test_links_and_devices_in_an_archive_are_not_followed(
    stick: Path, store: DataStore, records: Records, tmp_path: Path
) -> None:
    name = "cifar-10-batches-bin/test_batch.bin"
    secret = tmp_path / "secret"
    secret.write_bytes(records["test_batch"].tobytes())
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for member, data in binary_members(records).items():
                info = tarfile.TarInfo(member)
                if member == name:
                    info.type, info.linkname = kind, str(secret)
                else:
                    info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        path = stick / "links.tar"
        path.write_bytes(stream.getvalue())
        refused(path, store, "test_batch is missing")


def test_archives_made_to_fill_the_memory(
    stick: Path, store: DataStore, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stick / "cifar-10-binary.tar.gz"
    sentence = r"is damaged, cut short, or neither"
    monkeypatch.setattr(cifar_files, "_LARGEST_ARCHIVE", 1 << 22)
    path.write_bytes(tar({"readme.html": bytes(1 << 23)} | binary_members(records)))
    refused(path, store, sentence)
    # After the last member, too.
    path.write_bytes(gzip.compress(tar(binary_members(records), compressed=False) + bytes(1 << 23), compresslevel=1))
    refused(path, store, sentence)
    path.write_bytes(tar({f"{number}": b"" for number in range(200)} | binary_members(records)))
    refused(path, store, sentence)
    path.write_bytes(tar(binary_members(records), again="cifar-10-batches-bin/data_batch_4.bin"))
    refused(path, store, sentence)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_archive_is_refused_or_unharmed(records: Records, data: st.DataObject) -> None:
    compressed = data.draw(st.booleans())
    whole = tar(binary_members(records), compressed)
    position = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        damaged = whole[:position]
    else:
        changed = bytearray(whole)
        changed[position] ^= data.draw(st.integers(1, 255))
        damaged = bytes(changed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cifar-10-binary.tar.gz"
        path.write_bytes(damaged)
        try:
            arrays, genuine = cifar_files.read_archive(path, lambda done, total: None)
        except DataError:
            return
    assert not genuine
    if compressed:  # a plain tar has no checksum of its contents
        rows = cifar.records_of(arrays["test_images"], arrays["test_labels"])
        assert np.array_equal(rows, records["test_batch"])


def test_another_data_set_beside_it_or_asked_for(stick: Path, store: DataStore, records: Records) -> None:
    path = stick / "cifar-10-binary.tar.gz"
    path.write_bytes(tar(binary_members(records)))
    refused(path, store, "cannot be imported as mnist; archives of this kind hold CIFAR-10", "mnist")
    refused(stick, store, "No data set was found", "mnist")
    for part, file in FILES.items():
        write_idx(stick / file, np.zeros((2, 28, 28) if part.endswith("images") else (2,), np.uint8))
    refused(stick, store, r"more than one data set: .*cifar-10-binary\.tar\.gz")
    refused(stick, store, "2 training and 2 test images; mnist has", "mnist")
    path = path.rename(stick.parent / path.name)
    refused(stick, store, "No data set was found", "cifar-10")
    path.rename(stick / path.name)
    assert import_path(stick, store, "cifar-10").name == "cifar-10"


def test_images_of_another_size_are_not_kept_as_cifar(store: DataStore, records: Records) -> None:
    from lab.data.base import read_only

    grey = [read_only(np.zeros((count, 32, 32), np.uint8), np.zeros(count, np.uint8)) for count in (5 * SIZE, SIZE)]
    with pytest.raises(DataError, match=r"size \(32, 32\); cifar-10 has \(32, 32, 3\)"):
        store.save("cifar-10", grey[0], grey[1], verified=False)


# The download


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, records: Records) -> bytes:
    data = tar(python_members(records))
    file = RemoteFile("cifar-10-python.tar.gz", ("http://good/cifar-10-python.tar.gz",), md5(data))
    monkeypatch.setattr(downloading, "remote_files", lambda name: [file])
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: io.BytesIO(data))
    return data


def test_a_download_ends_in_the_store(store: DataStore, server: bytes, records: Records) -> None:
    calls: list[tuple[int, int]] = []
    info = download("cifar-10", store, lambda done, total: calls.append((done, total)))
    assert info.verified
    # What was read, and a sheet of it to look at.
    assert sorted(path.name for path in store.folder.iterdir()) == ["cifar-10.npz", "cifar-10.png"]
    assert calls[-1] == (len(server), KNOWN["cifar-10"].download_bytes)
    check(store, records)


def test_a_download_that_is_cancelled_or_wrong_keeps_nothing(
    store: DataStore, server: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter(range(1000))
    with pytest.raises(DownloadCancelledError):
        download("cifar-10", store, cancelled=lambda: next(asked) >= 1)
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: io.BytesIO(server[:-1]))
    with pytest.raises(DataError, match=r"cifar-10-python\.tar\.gz did not arrive"):
        download("cifar-10", store)
    assert list(store.folder.iterdir()) == []


def test_torchvision_publishes_the_checksums_that_we_have(monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.datasets import CIFAR10

    monkeypatch.undo()
    assert dict(CIFAR10.train_list + CIFAR10.test_list) == dict(cifar.PYTHON_MD5)
    (file,) = remote_files("cifar-10")
    assert (file.name, file.md5) == ("cifar-10-python.tar.gz", CIFAR10.tgz_md5)
    assert file.addresses[0].startswith("https://www.cs.toronto.edu/")


# The experiments


def test_experiments_offer_no_images_of_a_size_that_they_cannot_take() -> None:
    coloured = ("overfitting.scale", "cnn.cifar10", "transfer.pretrained_autoencoder", "zoo.train")
    offered = {
        value
        # Pages about images take those of any size, one only compares how large data sets are, three take colour.
        for name, experiment in experiments().items()
        if not name.startswith("transforms.") and name not in coloured
        for spec in experiment.params.specs().values()
        for value, _ in spec.choices
        if value in KNOWN
    }
    assert "mnist" in offered
    assert {KNOWN[name].shape for name in offered} == {(28, 28)}

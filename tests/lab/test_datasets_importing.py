"""Import from folders, sticks and archives: full-sized synthetic copies of MNIST and EMNIST letters."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data import idx_files, keeping
from lab.data.catalogue import KNOWN, PARTS
from lab.data.idx import idx_header, idx_md5, write_idx
from lab.data.importing import import_path
from lab.data.store import BUNDLE, DataStore, Origin

Arrays = dict[str, NDArray[np.uint8]]
FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


def blank(train: int, test: int, first_label: int, classes: int) -> Arrays:
    """Blank images, but for one mark in the first, with all labels in turn."""
    arrays: Arrays = {}
    for split, count in (("train", train), ("test", test)):
        arrays[f"{split}_images"] = np.zeros((count, 28, 28), np.uint8)
        arrays[f"{split}_images"][0, 3, 20] = 255
        arrays[f"{split}_labels"] = (np.arange(count) % classes + first_label).astype(np.uint8)
    return arrays


@pytest.fixture(scope="module")
def mnist() -> Arrays:
    return blank(60000, 10000, 0, 10)


@pytest.fixture(scope="module")
def letters() -> Arrays:
    return blank(88_800, 14_800, 1, 26)


@pytest.fixture(scope="module")
def whole_folder(tmp_path_factory: pytest.TempPathFactory, mnist: Arrays) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    for part, file in FILES.items():
        write_idx(folder / file, mnist[part])
    return folder


@pytest.fixture
def folder(tmp_path: Path, whole_folder: Path) -> Path:
    """A folder of its own with the four files, to be damaged."""
    stick = tmp_path / "stick"
    stick.mkdir()
    for file in FILES.values():
        os.link(whole_folder / file, stick / file)
    return stick


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


def replaced(path: Path, array: NDArray[np.uint8]) -> None:
    path.unlink()  # a new file, so that the one it was linked to stays
    write_idx(path, array)


def refused(folder: Path, store: DataStore, sentence: str, name: str | None = None) -> None:
    """Check that the import fails with this sentence and that the store stays byte for byte as it was."""
    store.folder.mkdir(exist_ok=True)
    store.path("mnist").write_bytes(b"what was there")
    with pytest.raises(DataError, match=sentence):
        import_path(folder, store, name)
    assert [path.name for path in store.folder.iterdir()] == ["mnist.npz"]
    assert store.path("mnist").read_bytes() == b"what was there"


def test_a_full_folder_is_imported_and_loads(folder: Path, store: DataStore, mnist: Arrays) -> None:
    calls: list[tuple[int, int]] = []
    info = import_path(folder, store, progress=lambda done, total: calls.append((done, total)))
    assert (info.name, info.train_count, info.test_count) == ("mnist", 60000, 10000)
    assert info.installed
    assert info.origin is Origin.IMPORTED
    assert not info.verified
    assert "checksums are not known" in str(info.source)
    assert info == store.info("mnist")
    assert calls[0][0] == 0
    assert calls[-1][0] == calls[-1][1]
    assert calls == sorted(calls)
    dataset = store.load("mnist")
    assert np.array_equal(dataset.train.images, mnist["train_images"])
    assert np.array_equal(dataset.test.labels, mnist["test_labels"])
    assert "checksums are not known" in str(dataset.source)


def test_a_new_import_is_seen_at_once(folder: Path, store: DataStore, mnist: Arrays) -> None:
    import_path(folder, store)
    assert store.load("mnist").train.labels[0] == 0
    replaced(folder / FILES["train_labels"], mnist["train_labels"][::-1].copy())
    import_path(folder, store)
    assert store.load("mnist").train.labels[0] == 9


def test_other_usual_names_gzipped_and_deeper_in_the_stick(
    tmp_path: Path, store: DataStore, whole_folder: Path, mnist: Arrays
) -> None:
    stick = tmp_path / "stick"
    raw = stick / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (stick / "holiday.jpg").write_bytes(b"...")
    for part, file in FILES.items():
        write_idx(raw / (file.replace("-idx", ".idx") + ".gz"), mnist[part])
    assert import_path(stick, store).name == "fashion-mnist"
    # torchvision leaves both kinds side by side.
    for file in FILES.values():
        os.link(whole_folder / file, raw / file)
    assert import_path(stick, store).name == "fashion-mnist"


def test_known_checksums_name_the_data_set(
    folder: Path, store: DataStore, mnist: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    md5 = {part: idx_md5(mnist[part]) for part in PARTS}
    known = {**KNOWN, "fashion-mnist": replace(KNOWN["fashion-mnist"], md5=md5)}
    monkeypatch.setattr(keeping, "KNOWN", known)
    info = import_path(folder, store)
    assert (info.name, info.verified) == ("fashion-mnist", True)
    assert "not known" not in str(info.source)
    refused(
        folder,
        DataStore(store.folder / "other"),
        "as mnist, but by its checksums it is fashion-mnist",
        "mnist",
    )


def test_an_archive_of_descent_goes_from_one_computer_to_another(
    folder: Path, store: DataStore, tmp_path: Path
) -> None:
    import_path(folder, store)
    stick = tmp_path / "mnist-for-the-class.npz"
    shutil.copy(store.path("mnist"), stick)
    other = DataStore(tmp_path / "other")
    assert import_path(stick, other).name == "mnist"
    assert other.path("mnist").read_bytes() == store.path("mnist").read_bytes()
    refused(stick, DataStore(tmp_path / "third"), "says that it is mnist; letters was expected", "letters")


def check_letters(store: DataStore, letters: Arrays) -> None:
    dataset = store.load("letters")
    assert dataset.classes[0] == "A"
    assert len(dataset.classes) == 26
    assert np.array_equal(np.unique(dataset.train.labels), np.arange(26))
    # Stored column by column: what was at row 3, column 20 belongs at row 20, column 3.
    assert dataset.train.images[0, 20, 3] == 255
    assert dataset.train.images[0, 3, 20] == 0
    assert np.array_equal(dataset.test.labels, letters["test_labels"].astype(np.int64) - 1)


def test_letters_from_a_folder_are_turned_upright(tmp_path: Path, store: DataStore, letters: Arrays) -> None:
    for part, file in FILES.items():
        write_idx(tmp_path / f"emnist-letters-{file.replace('t10k', 'test')}.gz", letters[part])
    info = import_path(tmp_path, store)
    assert (info.name, info.verified, info.train_count) == ("letters", False, 88_800)
    check_letters(store, letters)


def test_letters_from_the_archive_of_nist(
    tmp_path: Path, store: DataStore, letters: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gzip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part, file in FILES.items():
            data = idx_header(letters[part].shape) + letters[part].tobytes()
            name = f"gzip/emnist-letters-{file.replace('t10k', 'test')}.gz"
            archive.writestr(name, gzip.compress(data, compresslevel=1))
    assert not import_path(path, store).verified
    md5 = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    monkeypatch.setattr(idx_files, "EMNIST_ARCHIVE_MD5", md5)
    assert import_path(path, store).verified
    check_letters(store, letters)
    refused(path, DataStore(tmp_path / "other"), "as mnist, but by its checksums it is letters", "mnist")


def test_a_broken_archive_of_nist(tmp_path: Path, store: DataStore) -> None:
    path = tmp_path / "gzip.zip"
    path.write_bytes(b"PK\x03\x04")
    refused(path, store, r"gzip\.zip is damaged")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("holiday.jpg", b"...")
    path.write_bytes(stream.getvalue())
    refused(path, store, r"gzip\.zip is damaged, cut short, or not the archive")


def test_wrong_shapes_labels_and_counts(folder: Path, store: DataStore, mnist: Arrays) -> None:
    train_images, train_labels = folder / FILES["train_images"], folder / FILES["train_labels"]

    labels = mnist["train_labels"].copy()
    labels[77] = 10
    replaced(train_labels, labels)
    refused(folder, store, "run from 0 to 10; 0 to 9 are allowed")

    replaced(train_labels, mnist["train_labels"][:-1])
    refused(folder, store, "60000 images but 59999 labels")

    replaced(train_labels, mnist["train_labels"])
    replaced(train_images, mnist["train_images"][:100])
    refused(folder, store, r"100 training and 10000 test images; mnist has 60000 \+ 10000")

    replaced(train_images, mnist["train_images"][:100, :20, :20])
    refused(folder, store, r"size \(20, 20\); mnist has \(28, 28\)")

    replaced(train_images, mnist["train_labels"])
    refused(folder, store, "train-images-idx3-ubyte has 1 dimensions; 3 are expected")


def test_a_file_cut_short_or_missing(folder: Path, store: DataStore) -> None:
    path = folder / FILES["test_images"]
    data = path.read_bytes()
    path.unlink()
    refused(folder, store, "not complete: there is no file for test images")
    path.write_bytes(data[:-1])
    refused(folder, store, "t10k-images-idx3-ubyte is cut short")


def test_nothing_there_two_sets_there_or_something_else(
    tmp_path: Path, folder: Path, whole_folder: Path, store: DataStore
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(empty, store, "No data set was found in .*empty")
    refused(tmp_path / "nowhere", store, "nowhere does not exist")
    refused(folder / FILES["train_images"], store, "one of the four IDX files of a data set; give the folder")
    second = folder / "second"
    second.mkdir()
    for file in FILES.values():
        os.link(whole_folder / file, second / file)
    refused(folder, store, "more than one data set: .*second")
    refused(folder, store, "nonsense", "nonsense")


def test_the_bundle_is_no_import(store: DataStore, tmp_path: Path) -> None:
    refused(BUNDLE / "digits.npz", store, "comes with Descent")
    path = tmp_path / "photos.npz"
    path.write_bytes(b"nothing of ours")
    refused(path, store, r"photos\.npz is damaged, cut short, or not a data file of Descent")


def test_a_disk_that_fills_leaves_the_store(folder: Path, store: DataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(folder, store, "No space left on device.*unchanged")

"""The store and its archives: what is whole loads, and what is broken is refused with a sentence."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lab
from lab.core.text import DataError, message
from lab.data.archive import read_archive, replace_data_file, write_archive
from lab.data.base import ImageDataset, ImageSet, check_dataset, read_only
from lab.data.catalogue import KNOWN, check_counts
from lab.data.store import BUNDLE, MANIFEST, DataStore, Origin

BUNDLED = ("digits", "fashion", "synthetic-letters")


def small_set(count: int = 20, seed: int = 0) -> ImageSet:
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return read_only(images, np.arange(count) % 10)


def archive_bytes(level: int = 9) -> bytes:
    stream = io.BytesIO()
    write_archive(stream, small_set(6), small_set(4, seed=1), {"name": "mnist"}, level)
    return stream.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


@pytest.fixture
def copied(tmp_path: Path) -> DataStore:
    """A store with a copy of the bundle, to be damaged."""
    shutil.copytree(BUNDLE, tmp_path / "bundle")
    return DataStore(tmp_path / "data", tmp_path / "bundle")


# Archives


def test_the_writer_gives_the_same_bytes_again() -> None:
    assert archive_bytes() == archive_bytes()


def test_numpy_opens_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(archive_bytes())
    with np.load(path, allow_pickle=False) as archive:
        assert np.array_equal(archive["train_images"], small_set(6).images)


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_archive_is_refused_or_unharmed(data: st.DataObject) -> None:
    whole = archive_bytes(level=1)
    position = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        damaged = whole[:position]
    else:
        changed = bytearray(whole)
        changed[position] ^= data.draw(st.integers(1, 255))
        damaged = bytes(changed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.npz"
        path.write_bytes(damaged)
        try:
            train, test, _ = read_archive(path)
        except DataError:
            return
    assert np.array_equal(train.images, small_set(6).images)
    assert np.array_equal(test.images, small_set(4, seed=1).images)


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    values = np.array([print], dtype=object)
    with path.open("wb") as stream:
        np.savez(stream, train_images=values, train_labels=values, test_images=values, test_labels=values)
    with pytest.raises(DataError, match=r"evil\.npz"):
        read_archive(path)


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full_disk(stream: IO[bytes]) -> None:
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match=r"No space left on device.*unchanged"):
        replace_data_file(path, full_disk)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# The store


def test_the_list_names_every_data_set_and_where_it_is_from(store: DataStore) -> None:
    infos = {info.name: info for info in store.available()}
    assert list(infos) == [*BUNDLED, "mnist", "fashion-mnist", "letters", "cifar-10", "own"]
    for name, info in infos.items():
        assert info.installed == (name in BUNDLED)
        assert info.origin == (Origin.BUNDLED if name in BUNDLED else Origin.DOWNLOADABLE)
        assert str(info.title)
        assert str(info.licence)
        assert str(info.source)
    assert (infos["mnist"].train_count, infos["mnist"].test_count) == (60000, 10000)
    assert len(infos["letters"].classes) == 26


def test_a_data_set_is_loaded_once_and_cannot_be_written_to(store: DataStore) -> None:
    digits = store.load("digits")
    assert DataStore(store.folder).load("digits") is digits
    for array in (digits.train.images, digits.train.labels, digits.test.images, digits.test.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_one_that_is_not_installed_says_how_to_get_it(store: DataStore) -> None:
    with pytest.raises(DataError) as caught:
        store.load("mnist")
    assert "data import PATH" in str(caught.value)
    assert "data download mnist" in str(caught.value)


def test_an_unknown_name_lists_the_names(store: DataStore) -> None:
    with pytest.raises(DataError, match=r"nonsense.*digits, fashion, synthetic-letters, mnist"):
        store.load("nonsense")


def test_a_tampered_bundle_is_refused_and_left(copied: DataStore) -> None:
    path = copied.path("digits")
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"digits\.npz is not the file that came with Descent.*left as it is"):
        copied.load("digits")
    assert path.read_bytes() == data
    assert len(copied.load("fashion").test) == 2000


def test_a_bundle_cut_short_or_missing(copied: DataStore) -> None:
    path = copied.path("digits")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DataError, match=r"digits\.npz"):
        copied.load("digits")
    path.unlink()
    with pytest.raises(DataError, match=r"digits\.npz.*missing"):
        copied.load("digits")
    assert not copied.info("digits").installed


@pytest.mark.parametrize("contents", [None, "{", "[]", '{"files": []}', '{"files": [{"file": "digits.npz"}]}'])
def test_a_broken_manifest(copied: DataStore, contents: str | None) -> None:
    path = copied.bundle / MANIFEST
    path.unlink()
    if contents is not None:
        path.write_text(contents)
    with pytest.raises(DataError, match=r"manifest\.json.*digits\.npz"):
        copied.load("digits")


def test_a_damaged_import_is_shown_in_the_list_and_refused(store: DataStore) -> None:
    store.folder.mkdir()
    store.path("mnist").write_bytes(b"PK\x03\x04 nothing")
    info = store.info("mnist")
    assert info.installed
    assert info.problem is not None
    assert "mnist.npz" in str(info.problem)
    with pytest.raises(DataError, match=r"mnist\.npz is damaged"):
        store.load("mnist")


def test_a_file_of_another_data_set_under_this_name_is_refused(store: DataStore) -> None:
    store.folder.mkdir()
    shutil.copy(BUNDLE / "digits.npz", store.path("mnist"))
    with pytest.raises(DataError, match=r"mnist\.npz"):
        store.load("mnist")


def test_the_bundle_cannot_be_replaced(store: DataStore) -> None:
    with pytest.raises(DataError, match="comes with Descent"):
        store.save("digits", small_set(), small_set(), verified=False)


# The checks


def dataset_of(train: ImageSet, test: ImageSet) -> ImageDataset:
    return ImageDataset("x", message("x"), tuple("0123456789"), train, test, message("x"))


GOOD = small_set()


@pytest.mark.parametrize(
    ("train", "sentence"),
    [
        (replace(GOOD, images=GOOD.images.astype(np.float32)), "type float32; uint8"),
        (replace(GOOD, images=GOOD.images.reshape(20, 784)), r"shape \(20, 784\)"),
        (replace(GOOD, labels=GOOD.labels.astype(np.int32)), "type int32"),
        (replace(GOOD, labels=GOOD.labels[:-1]), "20 images but 19 labels"),
        (replace(GOOD, labels=GOOD.labels + 1), "from 1 to 10; 0 to 9 are allowed"),
        (replace(GOOD, labels=GOOD.labels - 1), "from -1 to 8"),
        (ImageSet(GOOD.images[:0], GOOD.labels[:0]), "no images"),
        (replace(GOOD, images=GOOD.images[:, :14]), r"size \(14, 28\), the test images \(28, 28\)"),
    ],
)
def test_what_is_wrong_with_a_set_is_said(train: ImageSet, sentence: str) -> None:
    check_dataset(dataset_of(GOOD, GOOD), "here")
    with pytest.raises(DataError, match=sentence):
        check_dataset(dataset_of(train, GOOD), "here")


def test_wrong_counts_are_said_with_those_allowed() -> None:
    check_counts(KNOWN["letters"], 88_800, 14_800, "here")
    with pytest.raises(DataError, match=r"here has 100 training and 10 test images; mnist has 60000 \+ 10000"):
        check_counts(KNOWN["mnist"], 100, 10, "here")


def test_data_sets_need_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys, lab.data.store, lab.data.importing, lab.data.downloading, "
        "lab.data.classical, resources.makers.datasets; "
        "print([m for m in ('torch', 'torchvision', 'sklearn', 'scipy', 'PySide6') "
        "if m in sys.modules])"
    )
    root = Path(lab.__file__).parents[1]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

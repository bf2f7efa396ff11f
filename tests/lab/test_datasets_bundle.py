"""The bundle: what Descent ships is what the manifest says, split as it says, and made the same way again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lab.data.catalogue import KNOWN
from lab.data.idx import idx_header
from lab.data.store import BUNDLE, MANIFEST, DataStore
from resources.makers.datasets import PHOTOGRAPHS, choose_fashion, split_digits, stratified, write_photograph
from resources.makers.letters import CAPITALS, TEST_FONTS, TRAIN_FONTS, by_hand, drawn

BUNDLED = ("digits", "fashion", "synthetic-letters")
CONTENTS = json.loads((BUNDLE / MANIFEST).read_text("utf-8"))
MANIFEST_FILES = {entry["name"]: entry for entry in CONTENTS["files"]}


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


# The bundle


@pytest.mark.parametrize("name", BUNDLED)
def test_the_manifest_describes_the_file(store: DataStore, name: str) -> None:
    entry = MANIFEST_FILES[name]
    dataset = store.load(name)
    assert hashlib.sha256((BUNDLE / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["counts"] == {"train": len(dataset.train), "test": len(dataset.test)}
    assert entry["title"] == str(KNOWN[name].title)
    assert entry["source"] == str(KNOWN[name].source)
    assert entry["licence"] == str(KNOWN[name].licence)
    arrays = hashlib.sha256()
    for part in (dataset.train, dataset.test):
        for array in (part.images, part.labels.astype(np.uint8)):
            arrays.update(idx_header(array.shape) + array.tobytes())
    assert arrays.hexdigest() == entry["arrays_sha256"]


@pytest.mark.parametrize("name", BUNDLED)
def test_no_test_image_is_in_the_train_set(store: DataStore, name: str) -> None:
    dataset = store.load(name)
    train = {image.tobytes() for image in dataset.train.images}
    assert not any(image.tobytes() in train for image in dataset.test.images)


def test_the_digits_are_split_by_class(store: DataStore) -> None:
    digits = store.load("digits")
    assert (len(digits.train), len(digits.test)) == (8500, 1500)
    train, test = np.bincount(digits.train.labels), np.bincount(digits.test.labels)
    # The class counts of the first 10,000 training digits of MNIST.
    assert (train + test).tolist() == [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    assert np.abs(test - 0.15 * (train + test)).max() < 1


def test_the_clothes_have_equal_classes(store: DataStore) -> None:
    fashion = store.load("fashion")
    assert np.bincount(fashion.train.labels).tolist() == [1200] * 10
    assert np.bincount(fashion.test.labels).tolist() == [200] * 10


def test_the_synthetic_letters_are_as_mnist_has_digits(store: DataStore) -> None:
    letters = store.load("synthetic-letters")
    assert "".join(letters.classes) == CAPITALS
    assert np.bincount(letters.train.labels).tolist() == [480] * 26
    assert np.bincount(letters.test.labels).tolist() == [84] * 26
    assert not TRAIN_FONTS.keys() & TEST_FONTS.keys()
    rows, columns = np.indices((28, 28))
    for image in letters.test.images[:300].astype(float):
        inked = np.argwhere(image > 0)
        assert np.ptp(inked, axis=0).max() + 1 <= 20, "the ink fits into 20 × 20"
        assert abs(np.average(rows, weights=image) - 13.5) < 0.51
        assert abs(np.average(columns, weights=image) - 13.5) < 0.51
    upright = letters.test.images[letters.test.labels == CAPITALS.index("T")].mean(axis=0)
    assert upright[4:12].sum() > 1.2 * upright[16:24].sum(), "the bar of a T is above"


@pytest.mark.parametrize("name", BUNDLED)
def test_images_are_mixed_upright_and_use_the_grey_levels(store: DataStore, name: str) -> None:
    dataset = store.load(name)
    for part in (dataset.train, dataset.test):
        assert part.images.shape[1:] == (28, 28)
        assert (part.images.min(), part.images.max()) == (0, 255)
        # Sorted by class, the first batches of an unshuffled run would hold one class only.
        assert len(set(part.labels[: 10 * len(dataset.classes)].tolist())) == len(dataset.classes)
    if name == "digits":
        ones = dataset.train.images[dataset.train.labels == 1].mean(axis=0)
        assert (ones.sum(axis=1) > 100).sum() > 1.3 * (ones.sum(axis=0) > 300).sum(), "a 1 is taller than wide"


def test_the_manifest_describes_the_photographs() -> None:
    assert {path.name for path in (BUNDLE / "photographs").iterdir()} == {f"{name}.jpg" for name in PHOTOGRAPHS}
    licences = (BUNDLE / "LICENSES.md").read_text("utf-8")
    for entry in CONTENTS["photographs"]:
        file = BUNDLE / entry["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"]
        assert file.stat().st_size < 70_000
        with Image.open(file) as photograph:
            assert list(photograph.size) == entry["size"]
        assert entry["licence"] in ("CC0", "public domain")
        assert f"**{file.name}**" in licences


def test_licences_stand_beside_the_data() -> None:
    text = (BUNDLE / "LICENSES.md").read_text("utf-8")
    for word in ("Juan Cazala", "Zalando SE", "apshu", "A. V. Hershey", "LeCun", "Cortes", "Burges", "Permission is"):
        assert word in text


# Making the bundle


def test_a_letter_is_drawn_anew_each_time_and_the_same_with_the_same_numbers() -> None:
    corner = [np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]])]
    one, same, other = (drawn(by_hand(corner, 0.0, np.random.RandomState(seed)), 2.0) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    tall = [np.array([[0.0, row] for row in np.linspace(-0.5, 0.5, 60)])]
    bar = drawn(tall, 2.0).astype(float)
    assert bar[6:22, 13:15].min() > 200 and not bar[:, :12].any() and not bar[:, 16:].any()
    assert set(np.flatnonzero(bar.any(axis=1))) == set(range(4, 24))


def test_stratified_keeps_the_shares_and_repeats() -> None:
    labels = np.repeat(np.arange(4), [10, 20, 31, 39]).astype(np.int64)
    chosen = stratified(labels, 25, np.random.RandomState(1))
    assert len(set(chosen.tolist())) == 25
    assert np.abs(np.bincount(labels[chosen]) - np.array([2.5, 5, 7.75, 9.75])).max() < 1
    assert np.array_equal(chosen, stratified(labels, 25, np.random.RandomState(1)))


def test_the_splits_are_the_same_each_time() -> None:
    images = np.arange(2000 * 784, dtype=np.uint32).astype(np.uint8).reshape(2000, 28, 28)
    labels = (np.arange(2000) % 10).astype(np.int64)
    first, second = split_digits(images.copy(), labels), split_digits(images.copy(), labels)
    assert len(first[0]) == 500
    assert len(first[1]) == 1500
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.images, other.images)
        assert np.array_equal(one.labels, other.labels)


def test_a_test_image_that_is_also_in_the_train_set_is_not_chosen() -> None:
    def numbered(start: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return np.arange(start, start + count, dtype=np.uint32).view(np.uint8).reshape(count, 2, 2)

    train, test = numbered(0, 12000), numbered(50_000, 2100)
    test[:100] = train[:100]
    arrays = {
        "train_images": train,
        "train_labels": (np.arange(12000) % 10).astype(np.uint8),
        "test_images": test,
        "test_labels": (np.arange(2100) % 10).astype(np.uint8),
    }
    chosen_train, chosen_test = choose_fashion(arrays)
    seen = {image.tobytes() for image in chosen_train.images}
    assert np.bincount(chosen_test.labels).tolist() == [200] * 10
    assert not any(image.tobytes() in seen for image in chosen_test.images)


def test_a_photograph_becomes_a_jpeg_file_and_an_entry(tmp_path: Path) -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    Image.fromarray(levels).save(tmp_path / "brick.png")
    entry = write_photograph(tmp_path, "brick", (tmp_path / "brick.png").read_bytes())
    with Image.open(tmp_path / entry["file"]) as photograph:
        assert photograph.format == "JPEG"
        assert np.abs(np.asarray(photograph, dtype=int) - levels).max() <= 8
    assert entry["sha256"] == hashlib.sha256((tmp_path / "photographs" / "brick.jpg").read_bytes()).hexdigest()
    assert entry["size"] == [16, 16]

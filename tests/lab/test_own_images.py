"""Images as people have them: lines of pixels, Keras's archive, a folder a class; and what is said of others."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from lab.core.catalogue import experiment
from lab.core.events import Metrics
from lab.core.text import DataError, LabError
from lab.data import keeping
from lab.data.catalogue import KNOWN
from lab.data.downloading import download
from lab.data.idx import idx_md5, write_idx
from lab.data.importing import READ, import_path
from lab.data.sheet import first_of_each
from lab.data.store import DataStore
from lab.running import sessions
from lab.terminal.cli import cli

PER_CLASS = 20
WEB_PAGE = b"\n\n<!DOCTYPE html>\n<html><head><title>mnist</title></head></html>"


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Real digits, 20 of each, mixed: images (200, 28, 28) and labels (200,)."""
    found = DataStore(Path("/nowhere")).load("digits").train
    chosen = first_of_each(found, 10 * PER_CLASS)
    chosen = np.random.default_rng(1).permutation(chosen)
    return found.images[chosen], found.labels[chosen]


def lines(images: np.ndarray, labels: Any, last: bool = False, separator: str = ",") -> str:
    rows = []
    for image, label in zip(images, labels, strict=True):
        pixels = [str(pixel) for pixel in image.ravel()]
        rows.append(separator.join([*pixels, str(label)] if last else [str(label), *pixels]))
    return "\n".join(rows) + "\n"


def header(last: bool = False, name: str = "label") -> str:
    pixels = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    return ",".join([*pixels, name] if last else [name, *pixels]) + "\n"


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def same(store: DataStore, images: np.ndarray, labels: Any) -> None:
    """Check that all images came, each with its label, in one of the two parts."""
    found = store.load("own")
    came = sorted(
        (image.tobytes(), found.classes[label])
        for part in (found.train, found.test)
        for image, label in zip(part.images, part.labels.tolist(), strict=True)
    )
    assert came == sorted((image.tobytes(), str(label)) for image, label in zip(images, labels, strict=True))


# Lines


@pytest.mark.parametrize(
    ("head", "last", "separator", "packed"),
    [
        ("", False, ",", False),
        (header(), False, ",", False),
        ("", True, ",", False),
        (header(last=True, name="class"), True, ",", True),
        ("", False, ";", True),
        ("", False, "\t", False),
        ("", False, " ", False),
    ],
)
def test_lines_of_pixels(
    digits: Any, store: DataStore, tmp_path: Path, head: str, last: bool, separator: str, packed: bool
) -> None:
    images, labels = digits
    text = (head + lines(images, labels, last, separator)).encode()
    path = written(
        tmp_path / f"mnist_train_small.csv{'.gz' if packed else ''}", gzip.compress(text) if packed else text
    )
    told: list[tuple[int, int]] = []
    info = import_path(path, store, progress=lambda done, total: told.append((done, total)))
    assert (info.name, info.train_count, info.test_count) == ("own", 180, 20)
    assert info.classes == tuple("0123456789")
    assert np.bincount(store.load("own").test.labels).tolist() == [2] * 10
    assert "mnist_train_small.csv" in str(info.source)
    assert "A tenth of each class" in str(info.notes[-1])
    assert told[-1][0] <= told[-1][1]
    same(store, images, labels)
    with Image.open(store.sheet("own")) as sheet:
        assert sheet.size == (20 * 30 + 2, 3 * 30 + 2)


def test_lines_of_other_programs(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    windows = "\ufeff" + (header() + lines(images, labels)).replace("\n", "\r\n") + "\r\n"
    import_path(written(tmp_path / "a.csv", windows), store)
    same(store, images, labels)
    # Numbers with a decimal point, the label too; pixels from 0 to 1; labels that are texts, in quotes.
    import_path(written(tmp_path / "b.csv", lines(images.astype(float), labels.astype(float))), store)
    same(store, images, labels)
    import_path(written(tmp_path / "c.csv", lines(images / 255, labels)), store)
    same(store, images, labels)
    names = [f'"digit {label}"' for label in labels]
    info = import_path(written(tmp_path / "d.csv", lines(images, names)), store)
    assert info.classes[3] == "digit 3"
    assert "took the place of the own images before them" in str(info.notes[-1])
    assert "c.csv" in str(info.notes[-1])


def test_a_folder_with_lines_to_learn_from_and_to_test(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    written(tmp_path / "mnist_train_small.csv", lines(images[:150], labels[:150]))
    written(tmp_path / "mnist_test.csv", lines(images[150:], labels[150:]))
    written(tmp_path / "california_housing_train.csv", "longitude,latitude\n-114.31,34.19\n")
    info = import_path(tmp_path, store)
    assert (info.train_count, info.test_count, info.notes) == (150, 50, ())
    assert np.array_equal(store.load("own").test.images, images[150:])


def test_lines_that_are_the_published_set_are_known(
    digits: Any, store: DataStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, labels = digits[0], digits[1].astype(np.uint8)
    parts = {
        "train_images": images[:150], "train_labels": labels[:150],
        "test_images": images[150:], "test_labels": labels[150:],
    }  # fmt: skip
    md5 = {part: idx_md5(array) for part, array in parts.items()}
    monkeypatch.setattr(keeping, "KNOWN", {**KNOWN, "mnist": replace(KNOWN["mnist"], md5=md5)})
    monkeypatch.setattr("lab.data.keeping.check_counts", lambda *_: None)
    monkeypatch.setattr("lab.data.store.check_counts", lambda *_: None)
    keras = tmp_path / "mnist.npz"
    np.savez(keras, x_train=images[:150], y_train=labels[:150], x_test=images[150:], y_test=labels[150:])
    assert (import_path(keras, store).name, import_path(keras, store).verified) == ("mnist", True)
    written(tmp_path / "mnist_train.csv", lines(images[:150], labels[:150]))
    written(tmp_path / "mnist_test.csv", lines(images[150:], labels[150:]))
    keras.unlink()
    assert import_path(tmp_path, store).name == "mnist"


def test_lines_of_emnist_are_turned_upright(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    sideways = images.transpose(0, 2, 1)
    info = import_path(written(tmp_path / "emnist-letters-train.csv", lines(sideways, labels + 1)), store)
    assert (info.name, info.classes[0], len(info.classes)) == ("letters", "A", 26)
    assert store.load("letters").classes[int(store.load("letters").train.labels[0])] in "ABCDEFGHIJ"
    import_path(written(tmp_path / "emnist-digits.csv", lines(sideways, labels)), store)
    same(store, images, labels)


def changed(images: np.ndarray, labels: np.ndarray, row: int, column: int, value: str) -> str:
    rows = [line.split(",") for line in lines(images, labels).splitlines()]
    rows[row][column] = value
    return "\n".join(map(",".join, rows)) + "\n"


def test_what_is_wrong_with_lines_is_said(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    two_zeros = np.concatenate([images[:20], images[:20]])
    edge = images.copy()
    edge[:, -1, -1] = np.arange(200) % 7
    bad = {
        "a.csv": (changed(images, labels, 6, 300, "x7"), r"a\.csv, line 7, column 301: “x7” is not a number"),
        "b.csv": (changed(images, labels, 6, 300, "256"), "run from 0 to 256; 0 to 255 are allowed"),
        "c.csv": (changed(images, labels, 6, 300, "nan"), "image 7 has a pixel that is not a number"),
        "d.csv": (changed(images, labels, 6, 300, "1,2"), "line 7: there are 786 values; 785 are needed"),
        "e.csv": (lines(images, labels, last=False).replace(",", ",", 1).split("\n")[0][2:], "but no label"),
        "f.csv": (header(), "a header, but no line of pixels"),
        "g.csv": (lines(two_zeros, [4] * 40), "may be the first column .here 4, 4.* or the last one"),
        "h.csv": (lines(edge, labels), "the label may be the first column"),
        "i.csv": (header() + lines(images, [*labels[:-1], 77]), "class “77” has one image only"),
        "j.csv": (header() + lines(images[:40], [4] * 40), "all images are of one class, “4”"),
        "k.csv": ("x,y,kind\n1,2,a\n", "there are 3 values; 785 are needed"),
        "l.csv": (WEB_PAGE, r"l\.csv is a saved web page, not a data file"),
        "m.csv.gz": (gzip.compress(lines(images, labels).encode())[:-400], "gzip data are damaged or cut short"),
        "n.csv.gz": (WEB_PAGE, "is a saved web page"),
        "o.csv.gz": (gzip.compress(WEB_PAGE), "is a saved web page"),
        "p.csv": (b"", "is empty: it has no bytes at all"),
        "q.csv": (b"\x00" * 100_000, "line 1 is too long"),
        "r.csv": (header() + lines(images, range(200)), "has 200 different labels, and 100 are allowed"),
        "s.csv": (b"version https://git-lfs.github.com/spec/v1\n", "a note of Git LFS"),
    }
    for name, (text, sentence) in bad.items():
        with pytest.raises(DataError, match=sentence):
            import_path(written(tmp_path / name, text), store)
    assert not store.path("own").exists()


def test_labels_said_by_a_header_need_not_look_like_some(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    edge = images.copy()
    edge[:, -1, -1] = np.arange(200) % 7
    import_path(written(tmp_path / "h.csv", header() + lines(edge, labels)), store)
    same(store, edge, labels)


# Archives


def test_an_archive_of_keras(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    path = tmp_path / "mnist.npz"
    np.savez_compressed(path, x_train=images[:150], y_train=labels[:150], x_test=images[150:], y_test=labels[150:])
    info = import_path(path, store)
    assert (info.name, info.train_count, info.test_count) == ("own", 150, 50)
    assert np.array_equal(store.load("own").train.labels, labels[:150])
    # Other names, kinds of numbers, shapes and orders.
    column = labels[:, None].astype(np.uint8)
    flat = np.asfortranarray(images.reshape(200, 784).astype(np.float32) / 255)
    one_hot = np.eye(10)[labels]
    for arrays in (
        {"train_images": images[..., None], "train_labels": column},
        {"x": flat, "y": one_hot},
        {"X": images[:, None], "y": labels.astype(float)},
        {"images": images.astype(np.int64), "labels": labels.astype(str)},
    ):
        np.savez(path, **arrays)
        assert import_path(path, store).test_count == 20
        same(store, images, labels)


def test_what_is_wrong_with_an_archive_is_said(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    path = tmp_path / "mnist.npz"

    class Bomb:
        def __reduce__(self) -> Any:
            return (open, (str(tmp_path / "ran"), "w"))

    colour = np.zeros((4, 32, 32, 3), np.uint8)
    objects = np.array([Bomb()] * 200, dtype=object)
    bad: tuple[tuple[dict[str, Any], str], ...] = (
        ({"pictures": images}, "holds the arrays pictures; x_train, y_train, x_test and y_test are needed"),
        ({"x_train": colour, "y_train": labels[:4]}, "have the size 32 × 32 × 3; grey images of 28 × 28"),
        ({"x_train": images, "y_train": labels[:-1]}, "200 images but 199 labels"),
        ({"x_train": images, "y_train": labels + 0.5}, "numbers that are not whole"),
        ({"x_train": images, "y_train": images}, "one label an image is needed"),
        ({"x_train": images, "y_train": objects}, "Python objects, which are never loaded"),
        ({"x_train": images - 1.0, "y_train": labels}, "run from -1 to 254"),
        ({"x_train": images[:0], "y_train": labels[:0]}, "has no images in it"),
        ({"x_train": images, "y_train": labels, "x_test": images, "y_test": labels + 1}, "“10” is among the test"),
    )
    for arrays, sentence in bad:
        np.savez(path, **arrays)
        with pytest.raises(DataError, match=sentence):
            import_path(path, store)
    assert not (tmp_path / "ran").exists()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "x_train.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False, 'shape': (99999"
        )
        archive.writestr("y_train.npy", pickle.dumps(1))
    for data, sentence in (
        (stream.getvalue(), "damaged, cut short, or not a data file of Descent"),
        (path.read_bytes()[:-100], "damaged"),
        (WEB_PAGE, "saved web page"),
    ):
        with pytest.raises(DataError, match=sentence):
            import_path(written(path, data), store)
    huge = np.lib.format.header_data_from_array_1_0(np.zeros(1, np.uint8)) | {"shape": (10**6, 28, 28)}
    promise = io.BytesIO()
    np.lib.format.write_array_header_1_0(promise, huge)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", promise.getvalue())
        archive.writestr("y_train.npy", promise.getvalue())
    with pytest.raises(DataError, match="at most 200000 images"):
        import_path(path, store)


def test_own_images_go_from_one_computer_to_another(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    import_path(written(tmp_path / "a.csv", lines(images, labels)), store)
    other = DataStore(tmp_path / "other")
    info = import_path(store.path("own"), other)
    assert info.classes == tuple("0123456789")
    assert other.path("own").read_bytes() == store.path("own").read_bytes()
    assert "a.csv" in str(info.source)


@pytest.mark.parametrize("classes", [[], ["a"], ["a", "a"], ["a", 1], "ab", None, ["a" * 61, "b"], ["x"] * 101])
def test_a_description_that_was_tampered_with(digits: Any, store: DataStore, tmp_path: Path, classes: object) -> None:
    images, labels = digits
    import_path(written(tmp_path / "a.csv", lines(images, labels)), store)
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(store.path("own")) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, json.dumps(json.loads(data) | {"classes": classes}) if name == "about.json" else data)
    with pytest.raises(DataError):
        import_path(path, DataStore(tmp_path / "other"))
    store.path("own").write_bytes(path.read_bytes())
    assert store.info("own").problem is not None
    with pytest.raises(DataError, match="damaged"):
        store.load("own")


# Folders


def pictures(folder: Path, images: np.ndarray, labels: Any, dark: bool = False, kind: str = "png") -> None:
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - image if dark else image).save(folder / str(label) / f"{place:04}.{kind}")


@pytest.mark.parametrize("dark", [False, True])
def test_a_folder_of_images_a_class(digits: Any, store: DataStore, tmp_path: Path, dark: bool) -> None:
    images, labels = digits
    pictures(tmp_path / "stick" / "digits", images, labels, dark)
    (tmp_path / "stick" / "digits" / "0" / "Thumbs.db").write_bytes(b"...")
    (tmp_path / "stick" / "digits" / "0" / ".hidden.png").write_bytes(b"...")
    info = import_path(tmp_path / "stick", store)
    assert (info.name, info.train_count, info.test_count) == ("own", 180, 20)
    assert ("light and dark were exchanged" in str(info.notes[0])) == dark
    same(store, images, labels)


def test_a_folder_that_is_divided_already(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    pictures(tmp_path / "training", images[:150], labels[:150])
    pictures(tmp_path / "testing", images[150:], labels[150:])
    pictures(tmp_path / "validation", images[:50], labels[:50])
    info = import_path(tmp_path, store)
    assert (info.train_count, info.test_count, info.notes) == (150, 50, ())


def test_images_of_any_size_and_colour(store: DataStore, tmp_path: Path) -> None:
    red = np.zeros((40, 80, 3), np.uint8)
    red[10:30, 20:60, 0] = 255
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for place in range(2):
            Image.fromarray(red).save(tmp_path / name / f"{place}.bmp")
    Image.new("L", (900, 3)).save(tmp_path / "cat" / "thin.png")
    info = import_path(tmp_path, store)
    assert info.classes == ("cat", "dog")
    assert "28 × 28 pixels, whole: 5" in str(info.notes[0])
    image = store.load("own").train.images[-1]
    assert image.shape == (28, 28)
    assert image[14, 14] == 76  # The luminance of red.
    assert not image[:10].any()


def test_images_that_cannot_be_read_are_counted_and_named(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    stick = tmp_path / "stick"
    pictures(stick, images, labels)
    (stick / "3" / "broken.png").write_bytes(b"\x89PNG")
    (stick / "3" / "phone.heic").write_bytes(b"....ftypheic")
    info = import_path(stick, store)
    assert str(info.notes[0]).startswith("Not read: 2. The first: ")
    assert "broken.png" in str(info.notes[0])
    for place in range(30):
        (stick / "3" / f"{place}.jpg").write_bytes(WEB_PAGE)
    with pytest.raises(DataError, match=r"32 of 232 images in .* cannot be read\. The first: .*is a web page"):
        import_path(stick, store)


def test_a_folder_with_one_class_or_with_one_image(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, _ = digits
    pictures(tmp_path / "a", images[:3], ["x"] * 3)
    with pytest.raises(DataError, match="all images are of one class, “x”"):
        import_path(tmp_path / "a", store)
    pictures(tmp_path / "b", images[:3], ["x", "x", "y"])
    with pytest.raises(DataError, match="class “y” has one image only"):
        import_path(tmp_path / "b", store)


# What is not read


@pytest.mark.parametrize("name", ["letter.docx", "holiday.jpg", "mnist.pkl", "archive.rar"])
def test_a_refusal_names_what_is_read(store: DataStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError) as refused:
        import_path(written(tmp_path / name, b"something else"), store)
    assert str(refused.value).endswith(f"{name} cannot be imported. {READ}")
    for known in ("mnist_train_small.csv", "mnist.npz", "a folder of images for each class", "IDX", "cifar-10-python"):
        assert known in str(READ)


def test_a_folder_of_saved_web_pages_is_called_that(store: DataStore, tmp_path: Path) -> None:
    written(tmp_path / "notes.md", "nothing")
    with pytest.raises(DataError, match=r"No data set was found in .*What is read: lines of a label"):
        import_path(tmp_path, store)
    written(tmp_path / "mnist_train_small.csv", WEB_PAGE)
    with pytest.raises(DataError, match="saved web page"):
        import_path(tmp_path, store)
    (tmp_path / "mnist_train_small.csv").unlink()
    parts = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    for part in parts:
        write_idx(tmp_path / f"{part}-ubyte", np.zeros((3, 28, 28) if "images" in part else 3, np.uint8))
    written(tmp_path / "train-images-idx3-ubyte", WEB_PAGE.strip())
    with pytest.raises(DataError, match="train-images-idx3-ubyte is a saved web page"):
        import_path(tmp_path, store)
    for name in ("gzip.zip", "cifar-10-binary.tar.gz", "own.npz"):
        with pytest.raises(DataError, match="is a saved web page"):
            import_path(written(tmp_path / name, WEB_PAGE), store)


def test_a_part_of_a_published_set_can_be_kept_as_own_images(digits: Any, store: DataStore, tmp_path: Path) -> None:
    images, labels = digits
    write_idx(tmp_path / "train-images-idx3-ubyte", images[:150])
    write_idx(tmp_path / "train-labels-idx1-ubyte", labels[:150].astype(np.uint8))
    write_idx(tmp_path / "t10k-images-idx3-ubyte", images[150:])
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", labels[150:].astype(np.uint8))
    with pytest.raises(DataError, match=r"150 training and 50 test images; mnist has 60000 \+ 10000"):
        import_path(tmp_path, store)
    info = import_path(tmp_path, store, "own")
    assert (info.name, info.train_count, info.test_count) == ("own", 150, 50)
    assert np.array_equal(store.load("own").test.images, images[150:])


# The terminal, and experiments


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESCENT_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_terminal_shows_count_and_pictures(digits: Any, home: Path) -> None:
    images, labels = digits
    path = written(home / "mnist_train_small.csv", lines(images, labels))
    shown = CliRunner().invoke(cli, ["data", "import", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "own: 180 + 20 images. Imported from mnist_train_small.csv." in shown.output
    assert "classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9" in shown.output
    drawn = shown.output.split("\n\n")[1].splitlines()
    assert len(drawn) == 8 and drawn[-1].split() == list("01234")
    assert all(len(line) <= 78 for line in drawn)
    assert "#" in "".join(drawn)
    picture = Path(shown.output.split("picture: ")[1].strip())
    assert picture.is_file()


def last(name: str, **values: str) -> dict[str, Any]:
    params = experiment(name).params.from_texts(values)
    events = list(sessions.start(name, params, 1, kept=False).events)
    return dict(next(event.values for event in events if isinstance(event, Metrics)))


NETWORKS = ("cnn.mnist", "ann.mnist", "ann.scrambled", "weights.histograms")


@pytest.mark.parametrize("name", [*NETWORKS, "ann.missing", "measures.unequal"])
def test_experiments_learn_from_own_images(digits: Any, home: Path, name: str) -> None:
    images, labels = digits
    import_path(written(home / "a.csv", lines(images, labels)), sessions.data_store())
    metrics = last(name, dataset="own", epochs="1")
    assert 0 <= next(value for key, value in metrics.items() if key.endswith("accuracy")) <= 1
    # The preview shows the very images.
    assert list(experiment(name)().preview(experiment(name).params(dataset="own"), sessions.data_store()))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_network_has_an_output_for_each_class(digits: Any, home: Path, name: str) -> None:
    images, labels = digits
    few = labels < 3
    import_path(written(home / "a.csv", header() + lines(images[few], labels[few])), sessions.data_store())
    metrics = last(name, dataset="own", epochs="8", optimiser="adam", learning_rate="0.01", batch_size="10")
    assert next(value for key, value in metrics.items() if key.endswith("test_accuracy")) > 0.5


@pytest.mark.parametrize("name", ["ann.missing", "measures.unequal"])
def test_classes_that_do_not_fit_are_refused_before_anything_is_written(digits: Any, home: Path, name: str) -> None:
    images, labels = digits
    few = labels < 3
    import_path(written(home / "a.csv", header() + lines(images[few], labels[few])), sessions.data_store())
    with pytest.raises(LabError, match="“Own images” has 3 classes; this experiment takes images of 10 classes"):
        sessions.start(name, experiment(name).params(dataset="own"), 1, home / "run")
    assert not (home / "run").exists()


def test_letters_are_learnt_with_26_outputs(digits: Any, home: Path) -> None:
    images, labels = digits
    path = written(home / "emnist-letters-train.csv", lines(images.transpose(0, 2, 1), labels + 1))
    import_path(path, sessions.data_store())
    assert 0 <= last("cnn.mnist", dataset="letters", epochs="1")["test_accuracy"] <= 1


def test_own_images_that_are_not_there_are_said(home: Path) -> None:
    with pytest.raises(LabError, match="No own images are here yet"):
        sessions.start("cnn.mnist", experiment("cnn.mnist").params(dataset="own"), 1, home / "run")
    with pytest.raises(DataError, match="there is nothing to download"):
        download("own", sessions.data_store())

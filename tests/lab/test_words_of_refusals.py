"""What is refused is called by its own name: numbers, labels, files and folders as they were given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from lab.core.catalogue import experiment, experiments
from lab.core.params import ParamError, Params
from lab.core.text import DataError
from lab.data.drawing import image_files
from lab.data.idx import write_idx
from lab.data.importing import import_path
from lab.running import sessions
from lab.terminal.cli import cli

CNN = experiment("cnn.mnist").params


def typed(*words: str) -> str:
    result = CliRunner().invoke(cli, list(words))
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return result.stderr


@pytest.mark.parametrize(("text", "readings"), [("1,000", ("1000", "1.000")), ("+2,500", ("+2500", "+2.500"))])
def test_a_comma_that_may_group_thousands_is_refused_with_both_readings(text: str, readings: tuple[str, str]) -> None:
    with pytest.raises(ParamError) as caught:
        CNN.from_texts({"learning_rate": text})
    assert all(f" {reading}" in str(caught.value) for reading in readings)


@pytest.mark.parametrize(
    ("text", "value"), [("0,001", 0.001), ("0,5", 0.5), ("1,5", 1.5), ("۰٫۰۱", 0.01), ("1.000", 1.0), ("1,0000", 1.0)]
)
def test_a_comma_that_can_only_be_a_decimal_comma_is_read(text: str, value: float) -> None:
    assert CNN.from_texts({"learning_rate": text}).learning_rate == value


@pytest.mark.parametrize("text", ["1e-400", "0.1e-99999", "-1e-400"])
def test_a_number_that_is_too_small_is_said_to_be_that(text: str) -> None:
    with pytest.raises(ParamError, match=rf"{text} is too small"):
        CNN.from_texts({"learning_rate": text})


def said_of(chosen: type[Params], name: str, text: str) -> str:
    try:
        chosen.from_texts({name: text})
    except ParamError as error:
        return str(error)
    return ""


def test_nothing_that_was_typed_is_said_at_any_length() -> None:
    for chosen in experiments().values():
        for name in chosen.params.specs():
            for text in ("q" * 20_000, "1+" * 10_000, "9" * 20_000, "(" * 20_000):
                assert len(said_of(chosen.params, name, text)) < 3000, (chosen.id, name)


def letters(folder: Path, count: int, labels: np.ndarray) -> Path:
    folder.mkdir()
    pixels = np.zeros((count, 28, 28), dtype=np.uint8)
    for split in ("train", "test"):
        write_idx(folder / f"emnist-letters-{split}-images-idx3-ubyte", pixels)
        write_idx(folder / f"emnist-letters-{split}-labels-idx1-ubyte", labels.astype(np.uint8))
    return folder


def test_labels_are_said_as_they_stand_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="run from 0 to 25; 1 to 26 are allowed"):
        import_path(letters(tmp_path / "a", 52, np.arange(52) % 26), sessions.data_store())


def test_what_has_no_name_among_the_letters_is_left_out_and_said(tmp_path: Path) -> None:
    """Class 0 of EMNIST letters is called "N/A"; a file that counts from 0 is refused, as above."""
    info = import_path(letters(tmp_path / "a", 54, np.arange(54) % 27), sessions.data_store())
    assert (info.train_count, info.test_count) == (52, 52)
    assert [str(note) for note in info.notes] == [
        "Left out: 4 images of class 0, which is no letter and has the name “N/A”."
    ]
    loaded = sessions.data_store().load("letters")
    assert (loaded.train.labels.min(), loaded.train.labels.max(), loaded.classes[0]) == (0, 25, "A")
    lines = "".join(f"{label},{','.join(['0'] * 400 + ['255'] * 384)}\n" for label in range(27) for _ in range(20))
    (tmp_path / "emnist-letters-train.csv").write_text(lines)
    info = import_path(tmp_path / "emnist-letters-train.csv", sessions.data_store())
    assert (info.name, info.train_count + info.test_count) == ("letters", 520)
    assert "Left out: 20 images of class 0" in " ".join(map(str, info.notes))


def test_a_part_of_the_letters_is_taken_and_said_to_be_one(tmp_path: Path) -> None:
    info = import_path(letters(tmp_path / "a", 52, np.arange(52) % 26 + 1), sessions.data_store())
    assert (info.name, info.train_count, info.test_count, info.verified) == ("letters", 52, 52, False)
    assert "This is a part of it; the whole has 124,800 + 20,800" in str(info.source)
    assert "a part of it" in str(sessions.data_store().load("letters").source)


def test_a_file_where_a_folder_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"x")
    assert f"{path} is a file; the folder of a run is expected" in typed("resume", str(path))
    assert f"{path} is a file; a folder for the run is expected" in typed("run", "cnn.mnist", "--out", str(path))
    assert path.read_bytes() == b"x"


def test_an_empty_path_is_called_one() -> None:
    assert "An empty path was given" in typed("predict", "")


def test_a_folder_names_what_it_cannot_read(tmp_path: Path) -> None:
    Image.new("L", (40, 40), 255).save(tmp_path / "b.png")
    (tmp_path / "a.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + bytes(100))
    Image.new("L", (40, 40), 255).save(tmp_path / "c", format="PNG")
    (tmp_path / "d.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "notes.txt").write_text("not meant as a picture")
    (tmp_path / ".hidden").write_text("nor this")
    assert [path.name for path in image_files([tmp_path])] == ["a.heic", "b.png", "c", "d.png"]
    said = typed("predict", str(tmp_path))
    assert "a.heic is a HEIC picture of a telephone" in said
    assert f"d.png is a link to {tmp_path / 'gone.png'}, which is not there" in said
    assert "There is no file" not in said


def test_a_link_that_is_named_itself_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "d.png").symlink_to("gone.png")
    assert "is a link to gone.png, which is not there" in typed("predict", str(tmp_path / "d.png"))


def test_a_folder_of_class_folders_names_them(tmp_path: Path) -> None:
    for name in ("one", "seven"):
        (tmp_path / name).mkdir()
    assert "holds no image, but 2 folders: one, seven" in typed("predict", str(tmp_path))


def test_a_web_page_under_the_name_of_a_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("<!DOCTYPE html><html></html>")
    assert "a.png is a web page, not a picture" in typed("predict", str(tmp_path))

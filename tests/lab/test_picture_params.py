"""The picture of a page: photographs, own files, drawings, and the program that gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from lab.core.params import ParamError
from lab.core.text import DataError
from lab.data.images.code import picture_lines
from lab.data.images.drawn import HOUSE, INK, WIDTH, render, strokes_of, written
from lab.data.images.sources import PHOTOGRAPHS, PictureParams

Bytes = NDArray[np.uint8]

COLOURS: Bytes = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)


def program(params: PictureParams) -> str:
    return "".join(f"{line.text}\n" for line in picture_lines(params))


def image_of(params: PictureParams) -> Bytes:
    names: dict[str, Any] = {}
    exec(program(params), names)
    image = names["image"]
    assert image.dtype == np.uint8
    return np.asarray(image)


# Photographs


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs(name: str) -> None:
    params = PictureParams(picture=name)
    photo = params.photo()
    assert photo.pixels.ndim == 3
    assert min(photo.pixels.shape[:2]) >= 300
    assert photo.pixels.std() > 10
    assert photo.notes == ()
    assert params.photo() is photo
    assert np.array_equal(image_of(params), photo.pixels)


def test_the_photographs_of_scikit_learn_are_read_without_importing_it() -> None:
    lines = (
        "import sys; from lab.data.images.sources import PictureParams",
        "assert PictureParams().photo().pixels.shape == (427, 640, 3)",
        "assert not {'sklearn', 'scipy', 'torch'} & set(sys.modules)",
    )
    subprocess.run([sys.executable, "-c", "; ".join(lines)], check=True, cwd=Path(__file__).parents[2])


# Own files


def test_a_missing_path_is_said_with_what_to_do() -> None:
    for path in ("", "  "):
        with pytest.raises(ParamError, match="choose an image file") as caught:
            PictureParams(picture="own", path=path)
        assert caught.value.field == "path"
    assert PictureParams(picture="china", path="").path == ""


def test_a_file_is_not_looked_at_before_it_is_asked_for(tmp_path: Path) -> None:
    params = PictureParams(picture="own", path=str(tmp_path / "absent.png"))
    with pytest.raises(DataError, match="There is no file"):
        params.photo()
    (tmp_path / "text.png").write_text("words")
    with pytest.raises(DataError, match="is not an image"):
        params.replace(path=str(tmp_path / "text.png")).photo()
    with pytest.raises(DataError, match="is a folder"):
        params.replace(path=str(tmp_path)).photo()


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    params = PictureParams(picture="own", path=str(path))
    Image.fromarray(COLOURS).save(path)
    first = params.photo()
    assert params.photo() is first
    assert np.array_equal(first.pixels, COLOURS)
    Image.fromarray(255 - COLOURS).save(path)
    os.utime(path, ns=(0, 0))
    assert np.array_equal(params.photo().pixels, 255 - COLOURS)


def test_the_home_of_the_user_and_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "mine.png")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for path in ("~/mine.png", "mine.png", f" {tmp_path / 'mine.png'} "):
        params = PictureParams(picture="own", path=path)
        assert np.array_equal(params.photo().pixels, COLOURS)
        assert params.file == tmp_path / "mine.png"
        assert np.array_equal(image_of(params), COLOURS)


def with_alpha(mode: str) -> Image.Image:
    image = Image.fromarray(COLOURS).convert(mode[:-1])
    image.putalpha(Image.fromarray(COLOURS[..., 0]))
    return image


def with_transparent_palette() -> Image.Image:
    image = Image.fromarray(COLOURS).convert("P")
    image.info["transparency"] = bytes(range(256))
    return image


FILES: dict[str, tuple[Image.Image, str]] = {
    "RGB": (Image.fromarray(COLOURS), "png"),
    "JPEG": (Image.fromarray(COLOURS), "jpg"),
    "L": (Image.fromarray(COLOURS[..., 0]), "webp"),
    "1": (Image.fromarray(COLOURS).convert("1"), "png"),
    "P": (Image.fromarray(COLOURS).convert("P"), "gif"),
    "P with alpha": (with_transparent_palette(), "png"),
    "RGBA": (with_alpha("RGBA"), "png"),
    "LA": (with_alpha("LA"), "tiff"),
    "CMYK": (Image.fromarray(COLOURS).convert("CMYK"), "jpg"),
    "I;16": (Image.fromarray(COLOURS[..., 0].astype(np.uint16) * 201), "png"),
    "I;16 of bytes": (Image.fromarray(COLOURS[..., 0].astype(np.uint16)), "tiff"),
    "I": (Image.fromarray(COLOURS[..., 0].astype(np.int32) * 300 - 999), "tiff"),
    "F": (Image.fromarray(np.where(COLOURS[..., 0] > 9, COLOURS[..., 0] / 200, np.nan).astype(np.float32)), "tiff"),
}


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", FILES)
def test_the_program_reads_a_file_as_it_was_read_here(tmp_path: Path, kind: str, orientation: int) -> None:
    image, suffix = FILES[kind]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a “{kind.split(';')[0]}” file's name.{suffix}"
    image.save(path, **({} if suffix == "gif" or orientation == 1 else {"exif": exif}))
    params = PictureParams(picture="own", path=str(path))
    assert np.array_equal(image_of(params), params.photo().pixels)


def test_the_program_has_only_what_a_file_needs(tmp_path: Path) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "plain.png")
    source = program(PictureParams(picture="own", path=str(tmp_path / "plain.png")))
    for word in ("exif", "RGBA", "convert", "clip", "ImageOps"):
        assert word not in source
    assert f'"{tmp_path / "plain.png"}"' in source or "\\" in str(tmp_path)


# Drawings


def test_the_default_drawing_is_dark_on_white_and_not_empty() -> None:
    photo = PictureParams(picture="drawing").photo()
    assert photo.pixels.shape == (256, 256, 3)
    assert (photo.pixels.min(), photo.pixels.max()) == (INK, 255)
    assert 0.05 < (photo.pixels < 128).mean() < 0.4
    assert PictureParams(picture="drawing").photo() is photo
    assert written(strokes_of(HOUSE)) == HOUSE


def test_a_stroke_has_its_place_and_width() -> None:
    pixels = render("100,50 100,200")[..., 0]
    # x goes along, y down; the width is that of the pencil, and the ends are round.
    assert (255 - pixels[125]).sum() / (255 - INK) == pytest.approx(WIDTH, abs=0.5)
    dark = np.flatnonzero(pixels[125] < 128)
    assert (dark[0] + dark[-1] + 1) / 2 == pytest.approx(100, abs=1)
    down = np.flatnonzero(pixels[:, 100] < 128)
    assert (down[0], down[-1]) == (pytest.approx(50 - WIDTH / 2, abs=1), pytest.approx(200 + WIDTH / 2, abs=1))
    assert pixels[46, 96] > 200
    assert np.array_equal(np.unique(np.ptp(render("9,9"), axis=2)), [0])


def test_a_point_is_a_dot_and_no_stroke_is_paper() -> None:
    dot = render("60,60")[..., 0]
    assert (255 - dot.astype(int)).sum() / (255 - INK) == pytest.approx(np.pi * (WIDTH / 2) ** 2, rel=0.1)
    for empty in ("", " ; ;"):
        assert (render(empty) == 255).all()
        params = PictureParams(picture="drawing", drawing=empty)
        assert np.array_equal(image_of(params), params.photo().pixels)


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("1,2 3", "stroke 1, point 2", "3"),
        ("1,2; 5,6 7,256", "stroke 2, point 2", "7,256"),
        ("1,2; ; -1,6", "stroke 3, point 1", "-1,6"),
        ("1.5,2", "stroke 1, point 1", "1.5,2"),
        ("1,2,3", "stroke 1, point 1", "1,2,3"),
        ("house", "stroke 1, point 1", "house"),
        ("²,1", "stroke 1, point 1", "²,1"),
    ],
)
def test_a_bad_drawing_is_said_with_its_place(text: str, place: str, found: str) -> None:
    with pytest.raises(ParamError, match=f"{place}: “{found}” is not allowed") as caught:
        PictureParams(picture="drawing", drawing=text)
    assert caught.value.field == "drawing"
    # Elsewhere it does not matter.
    assert PictureParams(picture="china", drawing=text).drawing == text


def test_persian_digits_are_read() -> None:
    assert strokes_of("۱۲،۳۴ ۵,۶؛ ۷,۸") == (((12, 34), (5, 6)), ((7, 8),))


points = st.tuples(st.integers(0, 255), st.integers(0, 255))
drawings = st.lists(st.lists(points, min_size=1, max_size=12).map(tuple), max_size=5).map(tuple)


@given(drawings)
def test_any_drawing_is_written_read_and_programmed_alike(strokes: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    text = written(strokes)
    assert strokes_of(text) == strokes
    params = PictureParams(picture="drawing", drawing=text)
    assert np.array_equal(image_of(params), params.photo().pixels)


def test_lines_of_the_program_stay_short() -> None:
    long = " ".join(f"{i % 256},{i * 7 % 256}" for i in range(2000))
    params = PictureParams(picture="drawing", drawing=long)
    assert max(len(line.text) for line in picture_lines(params)) <= 110
    assert np.array_equal(image_of(params), params.photo().pixels)


def test_the_parameters_survive_json_and_text() -> None:
    params = PictureParams(picture="drawing", drawing="1,2 3,4; 5,6")
    assert PictureParams.from_json(params.to_json()) == params
    assert PictureParams.from_texts(params.to_texts()) == params

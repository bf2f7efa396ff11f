from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from lab.core.text import DataError
from lab.data.drawing import image_files, read_image
from lab.data.finding import find_digit
from tests.lab.strokes import digit_strokes, place, render

Grey = NDArray[np.uint8]


def mnist_of(picture: NDArray[Any]) -> NDArray[np.int64]:
    image = find_digit(picture).image
    assert image is not None
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    return image.astype(np.int64)


def apart(wanted: NDArray[Any], found: NDArray[Any]) -> float:
    """Mean absolute difference as a share of the mean ink, where a move by a pixel is no difference."""
    moves = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(float(np.abs(wanted - np.roll(found, move, (0, 1))).mean() / wanted.mean()) for move in moves)


def difference(one: NDArray[Any], other: NDArray[Any]) -> float:
    """How far two pictures are apart as MNIST would hold them."""
    return apart(mnist_of(one), mnist_of(other))


def photograph(picture: Grey, *, seed: int, noise: float = 5.0) -> Grey:
    """A sheet of paper under a lamp in one corner, by a noisy camera."""
    rows, columns = np.indices(picture.shape) / max(picture.shape)
    light = 0.45 + 0.5 * np.exp(-1.5 * ((rows - 0.1) ** 2 + (columns - 0.2) ** 2))
    grains = np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.clip((0.25 + 0.75 * picture / 255) * light * 255 + grains, 0, 255).astype(np.uint8)


digits = st.integers(0, 9).flatmap(lambda digit: st.sampled_from(digit_strokes(digit)))
a_five = digit_strokes(5)[0]


@given(strokes=digits, pen=st.sampled_from([8, 18, 30]))
@settings(max_examples=25)
def test_result_is_as_mnist_made_its_digits(strokes: list[Any], pen: int) -> None:
    image = mnist_of(render(place(strokes), 280, pen))
    ink_rows, ink_columns = np.flatnonzero(image.max(1)), np.flatnonzero(image.max(0))
    assert max(np.ptp(ink_rows), np.ptp(ink_columns)) + 1 == 20
    assert image.max() == 255
    for axis in (0, 1):
        centre = float((np.arange(28) + 0.5) @ image.sum(1 - axis) / image.sum())
        assert 13.98 <= centre < 15.02


@given(strokes=digits, pen=st.sampled_from([8, 18, 30]))
@settings(max_examples=25)
def test_polarity_does_not_matter(strokes: list[Any], pen: int) -> None:
    picture = render(place(strokes), 280, pen)
    assert np.abs(mnist_of(picture) - mnist_of(255 - picture)).max() <= 2


@given(strokes=digits, x=st.floats(0.3, 0.7), y=st.floats(0.3, 0.7))
@settings(max_examples=25)
def test_place_does_not_matter(strokes: list[Any], x: float, y: float) -> None:
    centred = render(place(strokes, size=0.5), 280, 14)
    assert difference(centred, render(place(strokes, size=0.5, centre=(x, y)), 280, 14)) < 0.5


@given(strokes=digits, size=st.floats(0.3, 0.85))
@settings(max_examples=25)
def test_size_does_not_matter(strokes: list[Any], size: float) -> None:
    assert (
        difference(render(place(strokes, size=0.7), 280, 22), render(place(strokes, size=size), 280, 31 * size)) < 0.5
    )


@pytest.mark.parametrize("side", [60, 140, 280, 400, 1200])
def test_resolution_does_not_matter(side: int) -> None:
    assert difference(render(place(a_five), 280, 20), render(place(a_five), side, side / 14)) < 0.3


def test_pen_width_changes_thickness_and_not_the_place() -> None:
    inks = [mnist_of(render(place(a_five), 280, pen)) > 127 for pen in (8, 18, 36)]
    assert inks[0].sum() < inks[1].sum() < inks[2].sum()
    thin, _, thick = inks
    assert (thin & thick).sum() > 0.6 * thin.sum()


@pytest.mark.parametrize("height", [12, 40, 280])
@pytest.mark.parametrize("width", [9, 40, 150])
def test_odd_shapes_and_tight_crops(height: int, width: int) -> None:
    picture = np.full((height, width), 255, dtype=np.uint8)
    picture[1:-1, width // 3 : width // 3 + max(2, width // 5)] = 0
    image = mnist_of(picture)
    assert np.ptp(np.flatnonzero(image.max(1))) + 1 in (12, 20) or np.ptp(np.flatnonzero(image.max(0))) + 1 == 20


@given(strokes=digits, pen=st.sampled_from([14, 22, 30]))
@settings(max_examples=25)
def test_what_is_already_like_mnist_stays(strokes: list[Any], pen: int) -> None:
    image = mnist_of(render(place(strokes), 280, pen))
    assert apart(image, mnist_of(image.astype(np.uint8))) < 0.15


@pytest.mark.parametrize("value", [0, 17, 128, 255])
@pytest.mark.parametrize("shape", [(28, 28), (280, 400), (1, 1), (3, 300)])
def test_blank_is_nothing(value: int, shape: tuple[int, int]) -> None:
    assert find_digit(np.full(shape, value, dtype=np.uint8)).image is None


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("side", [20, 28, 50, 100, 280])
def test_noise_is_nothing(seed: int, side: int) -> None:
    generator = np.random.default_rng(seed)
    assert find_digit(np.clip(generator.normal(200, 15, (side, side)), 0, 255).astype(np.uint8)).image is None
    assert find_digit(generator.integers(0, 256, (side, side)).astype(np.uint8)).image is None


@pytest.mark.parametrize("seed", range(4))
def test_an_empty_sheet_under_a_lamp_is_nothing(seed: int) -> None:
    assert find_digit(photograph(np.full((300, 240), 255, dtype=np.uint8), seed=seed)).image is None


def test_specks_are_not_ink() -> None:
    clean = render(place(a_five, size=0.5), 280, 16)
    specked = clean.copy()
    for row, column in np.random.default_rng(3).integers(2, 278, (30, 2)):
        if clean[row - 2 : row + 4, column - 2 : column + 4].min() == 255:
            specked[row : row + 2, column : column + 2] = 0
    assert (specked != clean).sum() > 40
    assert difference(clean, specked) < 0.05
    specks_only = np.where(clean == specked, 255, specked).astype(np.uint8)
    assert find_digit(specks_only).image is None


@pytest.mark.parametrize("margin", [0, 3, 20])
@pytest.mark.parametrize("line", [1, 3, 6])
def test_a_frame_is_not_ink(margin: int, line: int) -> None:
    clean = render(place(a_five, size=0.5), 280, 16)
    framed = clean.copy()
    end = 280 - margin
    framed[margin : margin + line, margin:end] = framed[end - line : end, margin:end] = 0
    framed[margin:end, margin : margin + line] = framed[margin:end, end - line : end] = 0
    assert np.abs(mnist_of(clean) - mnist_of(framed)).max() <= 2
    assert np.abs(mnist_of(clean) - mnist_of(255 - framed)).max() <= 2


def test_a_frame_alone_is_nothing() -> None:
    framed = np.zeros((100, 120), dtype=np.uint8)
    framed[2:-2, 2:-2] = 255
    assert find_digit(framed).image is None


def test_a_zero_is_not_taken_for_a_frame() -> None:
    for size in (0.5, 0.9):
        picture = render(place(digit_strokes(0)[2], size=size), 280, 12)
        assert mnist_of(picture).sum() > 10_000


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("digit", range(10))
def test_photographs_of_paper(digit: int, inverted: bool) -> None:
    clean = render(place(digit_strokes(digit)[0], size=0.6), 300, 16)
    photo = photograph(255 - clean if inverted else clean, seed=digit)
    assert difference(clean, photo) < 0.45


@pytest.mark.parametrize("digit", [0, 2, 4, 8])
def test_cropped_to_the_ink(digit: int) -> None:
    clean = render(place(digit_strokes(digit)[0]), 280, 24)
    rows, columns = (np.flatnonzero(clean.min(axis) < 255) for axis in (1, 0))
    tight = clean[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert difference(clean, tight) < 0.1
    assert difference(clean, 255 - tight) < 0.1


def test_separate_strokes_are_kept() -> None:
    apart = [[(0.3, 0.2), (0.25, 0.5), (0.6, 0.6), (0.6, 0.8), (0.25, 0.85)], [(0.4, 0.2), (0.7, 0.18)]]
    assert mnist_of(render(apart, 280, 14))[:10, 16:].max() > 100


# Reading files


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".gif", ".tiff", ".webp", ".jpg", ".pgm"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    picture = render(place(a_five), 120, 9)
    read = read_image(save(Image.fromarray(picture), tmp_path / f"five{suffix}"))
    assert read.dtype == np.uint8
    assert read.shape == picture.shape
    assert difference(picture, read) < (0.3 if suffix in (".webp", ".jpg") else 0.01)


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "CMYK", "YCbCr"])
def test_modes(tmp_path: Path, mode: str) -> None:
    picture = render(place(a_five), 120, 9)
    suffix = "tiff" if mode in ("CMYK", "YCbCr") else "png"
    read = read_image(save(Image.fromarray(picture).convert(mode), tmp_path / f"five.{suffix}"))
    assert difference(picture, read) < 0.3


def test_sixteen_bit_and_floats(tmp_path: Path) -> None:
    picture = render(place(a_five), 120, 9)
    deep = read_image(save(Image.fromarray(picture.astype(np.uint16) * 257), tmp_path / "five.png"))
    assert np.abs(deep.astype(int) - picture).max() <= 1
    floats = read_image(save(Image.fromarray((picture / 255).astype(np.float32)), tmp_path / "five.tiff"))
    assert np.abs(floats.astype(int) - picture).max() <= 1


def with_alpha(ink: int, alpha: Grey) -> Image.Image:
    return Image.merge("LA", [Image.fromarray(np.full_like(alpha, ink)), Image.fromarray(alpha)])


@pytest.mark.parametrize("ink", [0, 90, 160, 255])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_ink_on_transparent_paper(tmp_path: Path, ink: int, mode: str) -> None:
    picture = render(place(a_five), 120, 9)
    read = read_image(save(with_alpha(ink, 255 - picture).convert(mode), tmp_path / "five.png"))
    assert read[0, 0] == (255 if ink < 128 else 0)
    assert difference(picture, read) < 0.1


def test_transparency_that_means_nothing(tmp_path: Path) -> None:
    picture = render(place(a_five), 120, 9)
    rim = np.full_like(picture, 255)
    rim[:4] = rim[-4:] = 0
    for alpha in (np.full_like(picture, 255), rim):
        image = Image.merge("LA", [Image.fromarray(picture), Image.fromarray(alpha)])
        assert np.array_equal(read_image(save(image, tmp_path / "five.png")), picture)
    empty = read_image(save(with_alpha(0, np.zeros_like(picture)), tmp_path / "empty.png"))
    assert find_digit(empty).image is None


def test_transparent_colour_of_a_palette(tmp_path: Path) -> None:
    picture = render(place(a_five), 120, 9)
    indexed = Image.fromarray((picture > 127).astype(np.uint8))
    indexed.putpalette([0, 0, 0, 0, 0, 0])
    read = read_image(save(indexed, tmp_path / "five.png", transparency=1))
    assert difference(picture, read) < 0.3


def test_exif_turns_the_image_upright(tmp_path: Path) -> None:
    picture = render(place(a_five), 120, 9)[:, :100]
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(Image.fromarray(np.rot90(picture).copy()), tmp_path / "turned.png", exif=exif)
    assert np.array_equal(read_image(path), picture)


def test_what_is_not_an_image(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not an image")
    with pytest.raises(DataError, match=r"text\.png is not an image"):
        read_image(tmp_path / "text.png")
    with pytest.raises(DataError, match=r"There is no file .*absent\.png"):
        read_image(tmp_path / "absent.png")
    with pytest.raises(DataError, match="is a folder"):
        read_image(tmp_path)


def test_a_file_cut_short(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
    for suffix in ("png", "jpg"):
        path = save(Image.fromarray(noise), tmp_path / f"cut.{suffix}")
        path.write_bytes(path.read_bytes()[:1500])
        with pytest.raises(DataError, match="cannot be read"):
            read_image(path)


def test_too_large(tmp_path: Path) -> None:
    for side in (9_500, 20_000):
        path = tmp_path / f"{side}.pbm"
        path.write_bytes(b"P4 %d %d\n" % (side, side))
        with pytest.raises(DataError, match="is too large: more than 80 million pixels"):
            read_image(path)


def test_image_files(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("b.PNG", "a.jpg", "notes.txt", ".hidden.png"):
        (folder / name).touch()
    (folder / "sub.png").mkdir()
    single = tmp_path / "scan.unknown"
    single.touch()
    assert image_files([single, folder]) == [single, folder / "a.jpg", folder / "b.PNG"]
    assert image_files([str(single)]) == [single]
    assert image_files([]) == []


def test_image_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file or folder .*absent"):
        image_files([tmp_path / "absent"])
    with pytest.raises(DataError, match="holds no image"):
        image_files([tmp_path])

"""Photographs from files of every kind: upright, in the right colours, or a sentence that says what is wrong."""

from __future__ import annotations

import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageOps

from lab.core.text import DataError
from lab.data.images.reading import FORMATS, MAXIMUM_PIXELS, read_photo, to_bytes

Bytes = NDArray[np.uint8]

rows, columns = np.mgrid[:40, :60]
# Another colour in each corner, and no symmetry.
COLOURS: Bytes = np.stack([rows * 6, columns * 4, 255 - rows * 3 - columns], axis=2).astype(np.uint8)
GREY: Bytes = (rows * 3 + columns * 2).astype(np.uint8)


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def apart(one: Bytes, other: Bytes) -> int:
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other).max())


def three(grey: NDArray[Any]) -> NDArray[Any]:
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp", "ppm", "tga", "jp2"])
def test_formats_without_loss(tmp_path: Path, suffix: str) -> None:
    options = {"webp": {"lossless": True}, "jp2": {"irreversible": False}}.get(suffix, {})
    photo = read_photo(save(Image.fromarray(COLOURS), tmp_path / f"colours.{suffix}", **options))
    assert np.array_equal(photo.pixels, COLOURS)
    assert (photo.name, photo.mode, photo.bits) == (f"colours.{suffix}", "RGB", 8)
    assert photo.alpha is None
    assert photo.notes == ()


@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif"])
def test_formats_with_loss(tmp_path: Path, suffix: str) -> None:
    photo = read_photo(save(Image.fromarray(COLOURS), tmp_path / f"colours.{suffix}", quality=95))
    assert apart(photo.pixels, COLOURS) < 24
    assert photo.mode == "RGB"


def test_every_format_that_is_promised_is_tried_here() -> None:
    assert set(FORMATS) == {"PNG", "BMP", "TIFF", "WEBP", "PPM", "TGA", "JPEG2000", "JPEG", "AVIF", "GIF"}


def test_of_several_frames_the_first_is_taken(tmp_path: Path) -> None:
    first, second = (Image.fromarray(grey) for grey in (GREY, 255 - GREY))
    for suffix in ("gif", "tiff", "png"):
        photo = read_photo(save(first, tmp_path / f"film.{suffix}", save_all=True, append_images=[second]))
        assert np.array_equal(photo.pixels, three(GREY))
        assert [str(note) for note in photo.notes] == ["Of its frames the first is taken."]


@pytest.mark.parametrize(("mode", "bits"), [("1", 1), ("L", 8), ("P", 8)])
def test_grey_and_palette(tmp_path: Path, mode: str, bits: int) -> None:
    image = Image.fromarray(GREY if mode != "P" else COLOURS).convert(mode)
    photo = read_photo(save(image, tmp_path / "picture.png"))
    assert np.array_equal(photo.pixels, np.asarray(image.convert("RGB")))
    assert (photo.mode, photo.bits) == (mode, bits)


def test_the_arrays_cannot_be_changed_by_one_page_for_all(tmp_path: Path) -> None:
    photo = read_photo(save(Image.fromarray(COLOURS).convert("RGBA"), tmp_path / "picture.png"))
    assert photo.alpha is not None
    for array in (photo.pixels, photo.alpha):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


# Orientation


@pytest.mark.parametrize("suffix", ["jpg", "png", "tiff", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_a_picture_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    # By NumPy, what EXIF defines: where the file's row 0 and column 0 are in the upright picture.
    turned = {
        1: COLOURS,
        2: COLOURS[:, ::-1],
        3: COLOURS[::-1, ::-1],
        4: COLOURS[::-1],
        5: COLOURS.transpose(1, 0, 2),
        6: np.rot90(COLOURS, 1),
        7: COLOURS[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(COLOURS, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"jpg": {"quality": 98, "subsampling": 0}, "webp": {"lossless": True}}.get(suffix, {})
    path = save(Image.fromarray(np.ascontiguousarray(turned)), tmp_path / f"turned.{suffix}", exif=exif, **options)
    photo = read_photo(path)
    assert apart(photo.pixels, COLOURS) <= (8 if suffix == "jpg" else 0)
    assert photo.orientation == orientation
    said = [str(note) for note in photo.notes]
    assert said == ([] if orientation == 1 else [f"Turned or mirrored to stand upright, as its EXIF says "
                                                 f"(orientation {orientation})."])  # fmt: skip


def test_exif_that_makes_no_sense_is_no_reason_to_refuse(tmp_path: Path) -> None:
    for orientation in (0, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        photo = read_photo(save(Image.fromarray(COLOURS), tmp_path / "odd.png", exif=exif))
        assert np.array_equal(photo.pixels, COLOURS)
        assert photo.orientation == 1
    broken = read_photo(
        save(Image.fromarray(COLOURS), tmp_path / "broken.png", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01")
    )
    assert np.array_equal(broken.pixels, COLOURS)


# More than 8 bits


def test_sixteen_bit_grey(tmp_path: Path) -> None:
    deep = GREY.astype(np.uint16) * 257
    deep[0, :3] = 128, 129, 65535  # Half a step of 257 lies between the first two.
    for suffix in ("png", "tiff"):
        photo = read_photo(save(Image.fromarray(deep), tmp_path / f"deep.{suffix}"))
        assert np.array_equal(photo.pixels, three((deep.astype(int) + 128) // 257))
        assert photo.pixels[0, :3, 0].tolist() == [0, 1, 255]
        assert (photo.mode[:1], photo.bits, photo.white) == ("I", 16, 65535)
        assert "divided by 65535" in str(photo.notes[0])


def test_sixteen_bit_numbers_that_are_only_bytes(tmp_path: Path) -> None:
    photo = read_photo(save(Image.fromarray(GREY.astype(np.uint16)), tmp_path / "dark.png"))
    assert np.array_equal(photo.pixels, three(GREY))
    assert "divided by 255" in str(photo.notes[0])


def sixteen_bit_png(pixels: NDArray[np.uint16]) -> bytes:
    """Write a PNG file of 16-bit RGB by hand, since Pillow cannot."""
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return png(struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0), zlib.compress(lines))


def png(header: bytes, data: bytes) -> bytes:
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def test_sixteen_bit_colour_keeps_the_upper_bytes(tmp_path: Path) -> None:
    deep = COLOURS.astype(np.uint16) * 256 + 200
    (tmp_path / "deep.png").write_bytes(sixteen_bit_png(deep))
    photo = read_photo(tmp_path / "deep.png")
    assert np.array_equal(photo.pixels, COLOURS)
    assert (photo.mode, photo.bits) == ("RGB", 16)
    assert [str(note) for note in photo.notes] == ["Of the 16 bits of each number the upper 8 are kept."]


def test_floats_and_what_is_not_finite(tmp_path: Path) -> None:
    values = (GREY / 255).astype(np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    photo = read_photo(save(Image.fromarray(values), tmp_path / "floats.tiff"))
    assert (photo.pixels[0, :3] == 0).all()
    assert np.array_equal(photo.pixels[1:], three(GREY)[1:])
    assert (photo.mode, photo.bits, photo.white) == ("F", 32, 1)
    assert str(photo.notes[1]) == "3 of its numbers are not finite; they are black."


@given(st.integers(0, 65535))
def test_sixteen_bits_are_rounded_to_the_nearest_of_eight(value: int) -> None:
    byte = to_bytes(np.array([[value, 65535]], dtype=np.uint16))[0, 0]
    assert abs(int(byte) * 257 - value) <= 128


# Transparency


@pytest.mark.parametrize(
    ("mode", "suffix"), [("RGBA", "png"), ("RGBA", "tiff"), ("RGBA", "webp"), ("LA", "png"), ("LA", "tiff")]
)
def test_what_is_transparent_lies_on_white(tmp_path: Path, mode: str, suffix: str) -> None:
    alpha: Bytes = np.broadcast_to(columns * 255 // 59, columns.shape).astype(np.uint8)
    layered = Image.fromarray(COLOURS if mode == "RGBA" else GREY)
    layered.putalpha(Image.fromarray(alpha))
    options: dict[str, Any] = {"lossless": True, "exact": True} if suffix == "webp" else {}
    photo = read_photo(save(layered, tmp_path / f"glass.{suffix}", **options))
    colours, share = (COLOURS if mode == "RGBA" else three(GREY)), alpha[..., np.newaxis] / 255
    assert apart(photo.pixels, (colours * share + 255 * (1 - share)).round().astype(np.uint8)) <= 1
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, alpha)
    assert photo.mode == mode
    assert [str(note) for note in photo.notes] == ["What is transparent lies on white."]


def test_alpha_that_is_opaque_everywhere_needs_no_words(tmp_path: Path) -> None:
    photo = read_photo(save(Image.fromarray(COLOURS).convert("RGBA"), tmp_path / "opaque.png"))
    assert np.array_equal(photo.pixels, COLOURS)
    assert photo.alpha is not None
    assert photo.alpha.min() == 255
    assert photo.notes == ()


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_a_palette_with_transparent_colours(tmp_path: Path, suffix: str) -> None:
    indexed = Image.fromarray((columns > 30).astype(np.uint8))
    indexed.putpalette([10, 20, 30, 200, 0, 0])
    for transparency in (0, bytes([0, 255])) if suffix == "png" else (0,):
        photo = read_photo(save(indexed, tmp_path / f"cut.{suffix}", transparency=transparency))
        assert (photo.pixels[:, :31] == 255).all()
        assert (photo.pixels[:, 31:] == (200, 0, 0)).all()
        assert photo.alpha is not None
        assert (photo.alpha == np.where(columns > 30, 255, 0)).all()
        assert photo.mode == "P"


def test_a_transparent_colour_without_a_palette(tmp_path: Path) -> None:
    two = np.where((columns > 30)[..., np.newaxis], (1, 2, 3), (4, 5, 6)).astype(np.uint8)
    photo = read_photo(save(Image.fromarray(two), tmp_path / "key.png", transparency=(4, 5, 6)))
    assert (photo.pixels[:, :31] == 255).all()
    assert (photo.pixels[:, 31:] == (1, 2, 3)).all()


# Inks


@pytest.mark.parametrize("suffix", ["jpg", "tiff"])
def test_inks(tmp_path: Path, suffix: str) -> None:
    inks = Image.fromarray(COLOURS).convert("CMYK")
    photo = read_photo(save(inks, tmp_path / f"print.{suffix}", **({"quality": 98} if suffix == "jpg" else {})))
    assert apart(photo.pixels, COLOURS) < 30
    assert photo.mode == "CMYK"
    assert "CMYK" in str(photo.notes[0])


def test_inks_as_adobe_writes_them_inverted(tmp_path: Path) -> None:
    inks = ImageChops.invert(Image.fromarray(COLOURS).convert("CMYK"))
    path = save(inks, tmp_path / "adobe.jpg", quality=98)
    content = path.read_bytes()
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
    path.write_bytes(content[:2] + adobe + content[2:] if b"Adobe" not in content else content)
    with Image.open(path) as image:
        expected = np.asarray(image.convert("RGB"))
    assert np.array_equal(read_photo(path).pixels, expected)


# What cannot be read


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_photo(path)
    return str(caught.value)


def test_what_is_no_picture(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.png") == f"There is no file {tmp_path / 'absent.png'}."
    assert refused(tmp_path) == f"{tmp_path} is a folder; an image file is needed."
    empty, text = tmp_path / "empty.jpg", tmp_path / "text.png"
    empty.touch()
    assert refused(empty) == f"{empty} is empty."
    text.write_text("x;y\n1;2\n")
    assert refused(text).startswith(f"{text} is not an image of a kind that can be read: JPEG, PNG, WebP")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "tiff", "gif", "avif"])
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_files_cut_short(tmp_path: Path, suffix: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    path = save(Image.fromarray(noise), tmp_path / f"cut.{suffix}")
    content = path.read_bytes()
    path.write_bytes(content[: max(17, round(len(content) * share))])
    assert refused(path).startswith(f"{path} cannot be read; it is damaged or cut short: ")


@given(
    st.binary(min_size=1, max_size=80), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"BM"])
)
def test_no_bytes_lead_to_another_error(tmp_path_factory: pytest.TempPathFactory, tail: bytes, start: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "anything"
    path.write_bytes(start + tail)
    with suppress(DataError):
        assert read_photo(path).pixels.dtype == np.uint8


@pytest.mark.parametrize("side", [9_000, 10_000, 20_000, 60_000])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    # Of these sizes Pillow says nothing, warns (from 89 million pixels on), and refuses (from 179 on).
    path = tmp_path / "bomb.png"
    path.write_bytes(png(struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0), zlib.compress(bytes(1000))))
    before = Image.MAX_IMAGE_PIXELS
    assert refused(path) == f"{path} is too large: more than {MAXIMUM_PIXELS // 1_000_000} million pixels."
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_without_permission(tmp_path: Path) -> None:
    path = save(Image.fromarray(GREY), tmp_path / "closed.png")
    path.chmod(0)
    assert refused(path) == f"There is no permission to read {path}."


def test_the_words_when_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("lab.data.images.reading.open_regular", refuse)
    assert refused(tmp_path / "closed.png") == f"There is no permission to read {tmp_path / 'closed.png'}."
    assert "is a folder" in refused(tmp_path)


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    paths = [
        save(ImageOps.solarize(Image.fromarray(COLOURS), level), tmp_path / f"{level}.{suffix}")
        for level in range(0, 256, 32)
        for suffix in ("png", "tiff", "bmp")
    ]
    alone = [read_photo(path).pixels for path in paths]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(read_photo, paths), strict=True):
            assert np.array_equal(one, other.pixels)

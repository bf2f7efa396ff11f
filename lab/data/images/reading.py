"""Photographs from files: right side up, in red, green and blue of 8 bits, whatever the file holds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from struct import error as struct_error
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError, Message, Verbatim, message

if TYPE_CHECKING:
    from PIL import Image as PillowImage
    from PIL import ImageFile

Bytes = NDArray[np.uint8]

MAXIMUM_PIXELS = 80_000_000
FORMATS = {
    "JPEG": "JpegImagePlugin",
    "PNG": "PngImagePlugin",
    "WEBP": "WebPImagePlugin",
    "BMP": "BmpImagePlugin",
    "TIFF": "TiffImagePlugin",
    "GIF": "GifImagePlugin",
    "AVIF": "AvifImagePlugin",
    "JPEG2000": "Jpeg2KImagePlugin",
    "PPM": "PpmImagePlugin",
    # Last, since it has no mark by which it would be known.
    "TGA": "TgaImagePlugin",
}
"""What is read, and where Pillow has it; others of its decoders are old, rare, or start programs."""

IMAGE_SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".jfif", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm"}
    | {".tga", ".tif", ".tiff", ".webp"}
)
UNREADABLE_SUFFIXES = frozenset(
    {".heic", ".heif", ".hif", ".raw", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".svg", ".pdf"}
)
"""Endings of pictures that are not read, and are to be named rather than passed over."""
_HEIF = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypheim")
_NAMES = "JPEG, PNG, WebP, BMP, TIFF, GIF, AVIF, JPEG 2000, PNM, TGA"
_ORIENTATION = 0x0112


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture as all pages use it. The arrays are read-only: one photo is shared by all that ask for it.

    pixels: (H, W, 3) uint8, RGB; what is transparent lies on white.
    alpha: (H, W) uint8, 255 opaque; None where the file has no transparency.
    name: of the file, without its folder.
    mode: Pillow's name of what the file holds, such as "RGB", "L", "P", "I;16", "RGBA", "CMYK".
    bits: of one number in the file.
    notes: what was done to the file's numbers.
    orientation: 1 to 8, what the file's EXIF says; it is done already.
    white: the number in the file that became 255, where it is grey with more than 8 bits.
    """

    pixels: Bytes
    alpha: Bytes | None
    name: str
    mode: str
    bits: int
    notes: tuple[Message, ...]
    orientation: int = 1
    white: int = 255

    def __post_init__(self) -> None:
        self.pixels.flags.writeable = False
        if self.alpha is not None:
            self.alpha.flags.writeable = False


def read_photo(path: Path | str, least: int = 0) -> Photo:
    """Read a picture. A JPEG is decoded at an eighth, a quarter or half of its size, which is soon done, where both
    sides still have `least` pixels then; 0: as it is.

    Raises:
        DataError: there is no such file, or it is no image, broken, too large or not to be read.
    """
    with opened(path) as file:
        if least:
            file.draft(None, (least, least))
        mode, bits = file.mode, _bits(file)
        image, orientation = upright(file)
        notes = []
        if orientation != 1:
            notes.append(
                message("Turned or mirrored to stand upright, as its EXIF says (orientation {n}).", n=orientation)
            )
        alpha, white = None, 255
        if is_of_numbers(mode):
            values = np.asarray(image)
            white = full_scale(values)
            pixels = np.repeat(to_bytes(values)[..., np.newaxis], 3, axis=2)
            notes += _notes_on(values)
        else:
            if image.has_transparency_data:
                image, alpha = _on_white(image)
                if alpha.min() < 255:
                    notes.append(message("What is transparent lies on white."))
            if bits == 16:
                notes.append(message("Of the 16 bits of each number the upper 8 are kept."))
            if mode == "CMYK":
                notes.append(message("Its four inks (CMYK) became red, green and blue without a colour profile."))
            pixels = np.array(image.convert("RGB"))
        if getattr(file, "is_animated", False) and file.format != "MPO":
            notes.append(message("Of its frames the first is taken."))
    return Photo(pixels, alpha, Path(path).name, mode, bits, tuple(notes), orientation, white)


@contextmanager
def opened(path: Path | str) -> Iterator[ImageFile.ImageFile]:
    """Open a picture of at most MAXIMUM_PIXELS; what its decoder then raises within the block becomes a DataError.

    Raises:
        DataError: as `read_photo` does.
    """
    from PIL import Image

    try:
        with open_regular(path) as file, _identified(file, path) as image:
            if image.width * image.height > MAXIMUM_PIXELS:
                raise Image.DecompressionBombError
            yield image
    except DataError:
        raise
    except ReadingError as error:
        raise DataError("{path} cannot be read: {reason}.", path=str(path), reason=error.message) from error
    except FileNotFoundError as error:
        if Path(path).is_symlink():
            target = os.readlink(path)
            raise DataError(
                "{path} is a link to {target}, which is not there.", path=str(path), target=str(target)
            ) from error
        raise DataError("There is no file {path}.", path=str(path)) from error
    except IsADirectoryError as error:
        raise DataError("{path} is a folder; an image file is needed.", path=str(path)) from error
    except PermissionError as error:
        if Path(path).is_dir():  # So says Windows.
            raise DataError("{path} is a folder; an image file is needed.", path=str(path)) from error
        raise DataError("There is no permission to read {path}.", path=str(path)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(
            "{path} is too large: more than {limit} million pixels.",
            path=str(path),
            limit=MAXIMUM_PIXELS // 1_000_000,
        ) from error
    except Exception as error:
        # The decoders of Pillow raise whatever they meet in a broken file.
        raise DataError(
            "{path} cannot be read; it is damaged or cut short: {reason}.",
            path=str(path),
            reason=Verbatim(str(error).rstrip(".") or type(error).__name__),
        ) from error


def _identified(file: BinaryIO, path: Path | str) -> ImageFile.ImageFile:
    """Return the picture whose header stands in a file.

    Image.open would do the same, but warns of a large picture before one can refuse it, and a warning can neither be
    kept back nor be turned into an error for one thread alone.
    """
    from PIL import Image

    start = file.read(16)
    if not start:
        raise DataError("{path} is empty.", path=str(path))
    if start[4:12] in _HEIF:
        raise DataError(
            "{path} is a HEIC picture of a telephone, which is not read here. Save it as JPEG or PNG: on an iPhone"
            " with Settings, Camera, Formats, Most Compatible.",
            path=str(path),
        )
    if start.lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise DataError("{path} is a web page, not a picture. Download the picture itself.", path=str(path))
    broken: Exception | None = None
    for name, module in FORMATS.items():
        with suppress(ImportError):  # An older Pillow knows fewer.
            import_module(f"PIL.{module}")
        if name not in Image.OPEN:
            continue
        factory, accepts = Image.OPEN[name]
        if accepts is None or accepts(start) is True:
            file.seek(0)
            try:
                return factory(file, str(path))
            except (SyntaxError, IndexError, TypeError, struct_error) as error:
                broken = broken or (error if accepts is not None else None)
    if broken is not None:
        raise broken
    raise DataError("{path} is not an image of a kind that can be read: {kinds}.", path=str(path), kinds=_NAMES)


def upright(image: ImageFile.ImageFile) -> tuple[PillowImage.Image, int]:
    """Return a picture turned as its EXIF says, and the orientation, 1 to 8, that was said there."""
    from PIL import ImageOps

    if image.format != "TIFF":  # Which would be turned, and its orientation forgotten, by loading.
        image.load()
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:
        # Broken EXIF is no part of the picture.
        return image, 1
    if orientation not in range(2, 9):
        return image, 1
    return ImageOps.exif_transpose(image), int(orientation)


def is_of_numbers(mode: str) -> bool:
    """Tell whether a picture of a mode of Pillow's is grey with numbers of more than 8 bits."""
    return mode.startswith(("I", "F"))


def full_scale(values: NDArray[Any]) -> int:
    """Return the number that is white: of whole numbers 255 or 65535, else 1 or 255, by the largest finite one."""
    whole = values.dtype.kind in "iu"
    largest = values.max() if whole else np.max(values, initial=0, where=np.isfinite(values))
    return (65535 if largest > 255 else 255) if whole else (255 if largest > 1 else 1)


def to_bytes(values: NDArray[Any]) -> Bytes:
    """Return grey numbers, (H, W), as 0 to 255 by their full scale; what is not finite is black."""
    finite = values if values.dtype.kind in "iu" else np.nan_to_num(values, posinf=0, neginf=0)
    return np.asarray(np.round(np.clip(finite / full_scale(values), 0, 1) * 255), dtype=np.uint8)


def _notes_on(values: NDArray[Any]) -> list[Message]:
    finite = np.isfinite(values)
    known = values[finite]
    notes = []
    if known.size:
        notes.append(
            message(
                "Its numbers, {low} to {high}, became grey levels: divided by {white}, times 255, rounded.",
                low=known.min().item(),
                high=known.max().item(),
                white=full_scale(values),
            )
        )
    if not finite.all():
        notes.append(message("{count} of its numbers are not finite; they are black.", count=int((~finite).sum())))
    return notes


def _on_white(image: PillowImage.Image) -> tuple[PillowImage.Image, Bytes]:
    from PIL import Image

    layered = image.convert("RGBA")
    alpha = np.array(layered.getchannel("A"))
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered), alpha


def _bits(image: ImageFile.ImageFile) -> int:
    """Return the bits of one number in a file that is not loaded yet."""
    arguments = image.tile[0].args if image.tile else ""
    raw = arguments if isinstance(arguments, str) else str(next(iter(arguments or ()), ""))
    # Of "BGR;15" and "BGR;16" the number is that of all three together.
    found = None if raw.startswith("BGR") else re.search(r";(\d+)", raw)
    if found:
        return int(found[1])
    return {"1": 1, "I": 32, "F": 32}.get(image.mode, 16 if image.mode.startswith("I;16") else 8)

"""The picture that a page works on: a photograph, a file of the user's, or a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lab.core.params import ParamError, Params, choice, text
from lab.data.classical import sklearn_file
from lab.data.images.drawn import HOUSE, render, strokes_of
from lab.data.images.reading import Photo, read_photo
from lab.data.store import BUNDLE
from lab.data.tables.table import located

OF_SKLEARN = ("china", "flower")
PHOTOGRAPHS = {
    "china": "Temple",
    "flower": "Flower",
    "astronaut": "Astronaut",
    "chelsea": "Cat",
    "brick": "Brick wall",
}
"""The photographs that Descent has, and how they are called."""


@dataclass(frozen=True, kw_only=True)
class PictureParams(Params):
    """Base of parameters that name a picture."""

    picture: str = choice(
        "china",
        {**PHOTOGRAPHS, "own": "Own file", "drawing": "Own drawing"},
        label="Picture",
        help="The picture that is worked on.",
        group="Picture",
    )
    path: str = text(
        "",
        label="Image file",
        help="A photograph or picture of your own. It is read where it lies, and nothing is changed in it.",
        group="Picture",
        longest=1000,
        dialog="image",
        when=("picture", ("own",)),
    )
    drawing: str = text(
        HOUSE,
        label="Drawing",
        help="Pencil strokes on a square of 256 × 256: points x,y from the top left corner, strokes apart by "
        "semicolons.",
        group="Picture",
        longest=20_000,
        dialog="drawing",
        when=("picture", ("drawing",)),
    )

    def check(self) -> None:
        """Refuse a missing path and a drawing that cannot be read; a file is looked at by `photo` only."""
        if self.picture == "own" and not self.path.strip():
            raise ParamError("path", "{field}: choose an image file with “…”, drop one here, or take another picture")
        if self.picture == "drawing":
            strokes_of(self.drawing)

    def photo(self) -> Photo:
        """Return the picture; it is read once, and again when the file has changed.

        Raises:
            DataError: the file cannot be read.
        """
        if self.picture == "drawing":
            return _draw(self.drawing)
        file = self.file
        try:
            state = file.stat()
        except OSError:
            return read_photo(file)  # Which says what is wrong.
        return _read(file, state.st_mtime_ns, state.st_size)

    @property
    def file(self) -> Path:
        """Where the picture lies, in full; for a drawing there is none."""
        if self.picture == "own":
            return located(self.path.strip()).absolute()
        if self.picture in OF_SKLEARN:
            return sklearn_file("images", f"{self.picture}.jpg")
        return BUNDLE / "photographs" / f"{self.picture}.jpg"


@lru_cache(maxsize=3)
def _read(file: Path, modified: int, size: int) -> Photo:
    return read_photo(file)


@lru_cache(maxsize=8)
def _draw(strokes: str) -> Photo:
    return Photo(render(strokes), None, "drawing", "L", 8, ())

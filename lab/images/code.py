"""Lines of Python that give the picture of a page: the same bytes, by the libraries that everyone has."""

from __future__ import annotations

import textwrap
from pathlib import Path

from lab.code import CodeLine
from lab.images.drawn import FINE, INK, SIDE, WIDTH, strokes_of
from lab.images.reading import Photo, full_scale_words, of_numbers
from lab.images.sources import OF_SKLEARN, PictureParams


def picture_lines(params: PictureParams) -> tuple[CodeLine, ...]:
    """Return a program, imports included, that makes `image`, an array (H, W, 3) of uint8.

    It does what the file needs, and nothing else.

    Raises:
        DataError: the file cannot be read.
    """
    if params.picture in OF_SKLEARN:
        lines = [
            "from sklearn.datasets import load_sample_image",
            "",
            f'image = load_sample_image("{params.picture}.jpg")',
        ]
    elif params.picture == "drawing":
        lines = _drawing(params.drawing)
    else:
        lines = _file(params.file, params.photo())
    return tuple(CodeLine(line) for line in lines)

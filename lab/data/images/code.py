"""Lines of Python that give the picture of a page: the same bytes, by the libraries that everyone has."""

from __future__ import annotations

import textwrap
from pathlib import Path

from lab.core.code import CodeLine
from lab.data.images.drawn import FINE, INK, RADIUS, SIDE, strokes_of
from lab.data.images.reading import Photo, is_of_numbers
from lab.data.images.sources import OF_SKLEARN, PictureParams


def picture_lines(params: PictureParams) -> tuple[CodeLine, ...]:
    """Return a program, imports included, that makes `image`, an array (H, W, 3) of uint8.

    Of what may have to be done to a file it has only what this one needs.

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


def _file(path: Path, photo: Photo) -> list[str]:
    turned = photo.orientation != 1
    source = "image" if turned else "file"
    within = ["image = ImageOps.exif_transpose(file)"] if turned else []
    after: list[str] = []
    if is_of_numbers(photo.mode):
        within.append(f"values = np.array({source})")
        if photo.mode.startswith("F"):
            after.append("values = np.nan_to_num(values, posinf=0, neginf=0)")
        after.append(f"image = np.round(np.clip(values / {photo.white}, 0, 1) * 255).astype(np.uint8)")
        after.append("image = np.stack([image, image, image], axis=2)")
    elif photo.alpha is not None:
        within.append(f'image = {source}.convert("RGBA")')
        after.append('white = Image.new("RGBA", image.size, "white")')
        after.append('image = np.array(Image.alpha_composite(white, image).convert("RGB"))')
    elif photo.mode == "RGB":
        within.append(f"image = np.array({source})")
    else:
        within.append(f'image = np.array({source}.convert("RGB"))')
    return [
        "import numpy as np",
        f"from PIL import Image{', ImageOps' if turned else ''}",
        "",
        f"with Image.open({_quoted(str(path))}) as file:",
        *(f"    {line}" for line in within),
        *after,
    ]


def _drawing(text: str) -> list[str]:
    strokes = []
    for stroke in strokes_of(text):
        # No line is broken within a point.
        points = textwrap.wrap(", ".join(f"({x},\0{y})" for x, y in stroke), 100)
        lines = [line.replace("\0", " ") for line in points]
        strokes += [f"    [{lines[0]}],"] if len(lines) == 1 else ["    [", *(f"        {x}" for x in lines), "    ],"]
    return [
        "import numpy as np",
        "from PIL import Image, ImageDraw",
        "",
        *(["strokes = [", *strokes, "]"] if strokes else ["strokes = []"]),
        f'paper = Image.new("L", ({FINE * SIDE}, {FINE * SIDE}), 255)',
        "pencil = ImageDraw.Draw(paper)",
        "for stroke in strokes:",
        f"    points = [({FINE} * x, {FINE} * y) for x, y in stroke]",
        f"    pencil.line(points, fill={INK}, width={2 * RADIUS})",
        "    for x, y in points:",
        f"        pencil.ellipse((x - {RADIUS}, y - {RADIUS}, x + {RADIUS}, y + {RADIUS}), fill={INK})",
        f'image = np.array(paper.reduce({FINE}).convert("RGB"))',
    ]


def _quoted(path: str) -> str:
    """Return a path as Python reads it, in double quotes where that needs no further escapes."""
    literal = repr(path)
    return literal if "'" in path or '"' in path else f'"{literal[1:-1]}"'

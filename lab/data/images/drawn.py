"""Drawings as texts of strokes, and what a pencil makes of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lab.core.specs import ParamError
from lab.core.text import Verbatim, ascii_digits

Point = tuple[int, int]
Stroke = tuple[Point, ...]

SIDE = 256
"""Pixels of a drawing, along and down."""
WIDTH = 9
"""Of the pencil, in these pixels."""
INK = 32
FINE = 4
"""How many times larger it is drawn, so that the edges become smooth."""
RADIUS = FINE * WIDTH // 2

HOUSE = (
    "56,208 56,116 200,116 200,208 56,208; 40,124 128,48 216,124; 108,208 108,160 140,160 140,208; "
    "72,136 92,136 92,156 72,156 72,136; 164,79 164,48 184,48 184,97"
)


@lru_cache(maxsize=8)
def strokes_of(text: str) -> tuple[Stroke, ...]:
    """Read strokes: points x,y apart by spaces, strokes apart by semicolons; ParamError with the place otherwise."""
    plain = ascii_digits(text).replace("؛", ";").replace("،", ",")
    parts = [part.split() for part in plain.split(";")]
    return tuple(
        tuple(_point(words, stroke, place) for place, words in enumerate(points, 1))
        for stroke, points in enumerate(parts, 1)
        if points
    )


def _point(words: str, stroke: int, place: int) -> Point:
    numbers = words.split(",")
    if len(numbers) == 2 and all(number.isdecimal() and int(number) < SIDE for number in numbers):
        return int(numbers[0]), int(numbers[1])
    raise ParamError(
        "drawing",
        "{field}: stroke {stroke}, point {point}: “{found}” is not allowed; allowed are two whole numbers from 0 to "
        "{most} with a comma between them, as in 120,64",
        stroke=stroke,
        point=place,
        found=Verbatim(words[:40]),
        most=SIDE - 1,
    )


def written(strokes: tuple[Stroke, ...]) -> str:
    """Write strokes as `strokes_of` reads them."""
    return "; ".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


def render(text: str) -> NDArray[np.uint8]:
    """Return a drawing, (256, 256, 3) uint8: dark pencil on white paper. Raises ParamError."""
    from PIL import Image, ImageDraw

    paper = Image.new("L", (FINE * SIDE, FINE * SIDE), 255)
    pencil = ImageDraw.Draw(paper)
    for stroke in strokes_of(text):
        points = [(FINE * x, FINE * y) for x, y in stroke]
        pencil.line(points, fill=INK, width=2 * RADIUS)
        for x, y in points:
            pencil.ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), fill=INK)
    return np.array(paper.reduce(FINE).convert("RGB"))

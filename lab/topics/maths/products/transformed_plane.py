"""A dot product in the plane: two arrows, the shadow of one on the other, and all dot products around them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Arrow, Axis, Field, Line, Overlay, Words
from lab.core.text import message
from lab.topics.maths.products.rules import Product

_CELLS = 24
"""Of the field, each way; what is between them is interpolated, exactly, since a dot product is linear."""


def plane(product: Product) -> Iterator[Event]:
    """Yield the pair `product.vectors` as arrows, over the dot product of a with each point of the plane.

    Vectors of two numbers stand where they are. Longer ones are seen in the plane that they span, a along its first
    axis: their lengths and their angle are true. The field is empty where the result holds no dot product.
    """
    if product.vectors is None:
        yield Field("plane", np.empty((0, 0)), Axis(""), Axis(""), (0, 1), (0, 1), "")
        yield Overlay("plane", ())
        return
    flat = len(product.vectors[0]) == 2
    a, b = product.vectors if flat else _in_their_plane(*product.vectors)
    reach = max(round_up(1.5 * float(np.abs(a).max())), round_up(float(np.abs(b).max())))
    yield _products_with(float(a[0]), float(a[1]), reach, flat, "b" if flat and product.operation == "dot" else "")
    yield _arrows(a, b, reach, product.operation)


@lru_cache(maxsize=4)
def _products_with(x: float, y: float, reach: float, flat: bool, picks: str) -> Field:
    """Return the dot product of (x, y) with each point of the plane; the same one again while only b moves."""
    # A little more than is seen, so that contour lines reach the edges.
    wide = 1.1 * reach
    centres = (np.arange(_CELLS) + 0.5) / _CELLS * 2 * wide - wide
    labels = (message("first number"), message("second number")) if flat else (message("along a"), message("across a"))
    return Field(
        "plane",
        x * centres[None, :] + y * centres[:, None],
        Axis(labels[0], low=-reach, high=reach),
        Axis(labels[1], low=-reach, high=reach),
        (-wide, wide),
        (-wide, wide),
        message("dot product with a"),
        scale="signed",
        levels=(0.0,),
        picks=picks,
    )


def _arrows(a: Array, b: Array, reach: float, operation: str) -> Overlay:
    """Return both vectors, the shadow of b on a, and the line on which all have the same dot product with a."""
    names: tuple[Words, Words] = ("a", "b")
    if operation == "matrix":
        names = (message("a: row 1 of A"), message("b: column 1 of B"))
    elif operation == "elementwise":
        names = (message("a: all of A"), message("b: all of B"))
    arrows = (Arrow(0, 0, float(v[0]), float(v[1]), name) for v, name in zip((a, b), names, strict=True))
    lines = [Line(message("the tip of b"), b[:1], b[1:], "ball", 3)]
    length = float(np.linalg.norm(a))
    if length > 0:
        unit = a / length
        foot = unit * float(unit @ b)
        # From corner to corner at most, so that it ends beyond what is seen.
        across = np.array([-unit[1], unit[0]]) * 3 * reach
        level, shadow = np.stack([foot - across, foot + across], axis=1), np.stack([np.zeros(2), foot], axis=1)
        lines += [
            Line(message("the shadow of b on a"), shadow[0], shadow[1], "line", 1),
            Line(message("the same dot product as b"), level[0], level[1], "dashes", 2),
        ]
    return Overlay("plane", tuple(lines), tuple(arrows))


def _in_their_plane(a: Array, b: Array) -> tuple[Array, Array]:
    """Return vectors (N,) in the plane that they span: a along the first axis, b above it."""
    length = float(np.linalg.norm(a))
    along = float(a @ b) / length if length > 0 else float(np.linalg.norm(b))
    rest = b - a * (along / length) if length > 0 else np.zeros_like(b)
    return np.array([length, 0.0]), np.array([along, float(np.linalg.norm(rest))])


def round_up(value: float) -> float:
    """Return the next number that is 1, 1.5, 2, 3, 4, 6 or 8 times a power of ten; 1 for 0."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in (1, 1.5, 2, 3, 4, 6, 8) if value <= step * power * (1 + 1e-12)), 10 * power)

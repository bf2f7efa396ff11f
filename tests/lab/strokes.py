"""Digits as a hand draws them with a mouse: strokes, each a list of points in the unit square, y down.

The same strokes are drawn into arrays here and replayed as mouse events by the tests of the window.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Point = tuple[float, float]
Stroke = list[Point]
Drawing = list[Stroke]


def arc(x: float, y: float, width: float, height: float, start: float, end: float) -> Stroke:
    """Sample an elliptic arc about (x, y) with half axes; degrees from the right, clockwise as y is down."""
    count = max(6, round(abs(end - start) / 12))
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


def smooth(*points: Point) -> Stroke:
    """Sample a Catmull-Rom curve through points."""
    p = np.array([points[0], *points, points[-1]], dtype=float)
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return [(float(x), float(y)) for x, y in [*np.concatenate(pieces), p[-1]]]


_VARIANTS: dict[int, dict[str, Drawing]] = {
    0: {
        "oval": [arc(0.5, 0.5, 0.33, 0.48, -90, 270)],
        "narrow": [arc(0.5, 0.5, 0.22, 0.48, -110, 270)],
        "corners": [
            [
                (0.4, 0.02),
                (0.68, 0.06),
                (0.8, 0.3),
                (0.8, 0.7),
                (0.65, 0.96),
                (0.35, 0.97),
                (0.2, 0.7),
                (0.2, 0.28),
                (0.4, 0.02),
            ]
        ],
        "overlapping": [arc(0.5, 0.5, 0.34, 0.47, -60, 320)],
        "circle": [arc(0.5, 0.5, 0.45, 0.47, -90, 275)],
    },
    1: {
        "line": [[(0.5, 0.02), (0.5, 0.98)]],
        "slanted": [[(0.6, 0.02), (0.4, 0.98)]],
        "serif": [[(0.32, 0.24), (0.54, 0.02), (0.54, 0.98)]],
        "serif and foot": [[(0.33, 0.22), (0.52, 0.02), (0.52, 0.97)], [(0.3, 0.97), (0.74, 0.97)]],
    },
    2: {
        "straight": [[*arc(0.48, 0.27, 0.3, 0.25, -170, 20), (0.62, 0.56), (0.18, 0.97), (0.84, 0.97)]],
        "loop": [
            smooth((0.2, 0.2), (0.42, 0.03), (0.7, 0.14), (0.7, 0.4), (0.5, 0.68), (0.26, 0.92), (0.16, 0.88))
            + smooth((0.2, 0.8), (0.36, 0.84), (0.58, 0.95), (0.85, 0.93))
        ],
        "corners": [[(0.2, 0.14), (0.5, 0.02), (0.78, 0.16), (0.74, 0.4), (0.2, 0.96), (0.82, 0.96)]],
        "curved base": [
            smooth((0.18, 0.24), (0.36, 0.05), (0.66, 0.08), (0.74, 0.3), (0.52, 0.62), (0.18, 0.94))
            + smooth((0.18, 0.94), (0.45, 0.86), (0.66, 0.97), (0.86, 0.88))
        ],
    },
    3: {
        "round": [arc(0.44, 0.27, 0.3, 0.25, -160, 90) + arc(0.44, 0.74, 0.35, 0.24, -90, 155)],
        "flat top": [[(0.2, 0.04), (0.74, 0.04), (0.44, 0.4), *arc(0.44, 0.69, 0.34, 0.28, -80, 150)]],
        "narrow waist": [
            smooth((0.2, 0.12), (0.48, 0.02), (0.7, 0.18), (0.62, 0.4), (0.36, 0.48))
            + smooth((0.36, 0.48), (0.66, 0.54), (0.78, 0.74), (0.56, 0.96), (0.18, 0.88))
        ],
        "corners": [[(0.2, 0.06), (0.72, 0.1), (0.72, 0.4), (0.4, 0.48), (0.76, 0.56), (0.74, 0.92), (0.2, 0.94)]],
    },
    4: {
        "open": [[(0.24, 0.04), (0.18, 0.56), (0.84, 0.56)], [(0.68, 0.1), (0.66, 0.98)]],
        "closed": [[(0.66, 0.98), (0.66, 0.03), (0.12, 0.68), (0.88, 0.68)]],
        "open and round": [
            smooth((0.24, 0.05), (0.2, 0.34), (0.32, 0.52), (0.54, 0.5), (0.72, 0.36)),
            [(0.74, 0.06), (0.7, 0.5), (0.66, 0.98)],
        ],
        "slanting": [[(0.46, 0.02), (0.14, 0.6), (0.86, 0.58)], [(0.66, 0.32), (0.56, 0.98)]],
    },
    5: {
        "two strokes": [
            [(0.3, 0.05), (0.26, 0.44), *arc(0.46, 0.68, 0.33, 0.28, -120, 140)],
            [(0.3, 0.05), (0.8, 0.05)],
        ],
        "one stroke": [[(0.8, 0.05), (0.28, 0.05), (0.24, 0.44), *arc(0.46, 0.69, 0.34, 0.27, -125, 145)]],
        "corners": [[(0.8, 0.04), (0.24, 0.04), (0.22, 0.46), (0.7, 0.46), (0.76, 0.9), (0.2, 0.94)]],
        "leaning": [
            smooth((0.42, 0.06), (0.3, 0.4), (0.52, 0.42), (0.7, 0.6), (0.6, 0.88), (0.2, 0.94)),
            [(0.42, 0.06), (0.88, 0.03)],
        ],
    },
    6: {
        "curved": [
            smooth((0.7, 0.04), (0.42, 0.2), (0.24, 0.5), (0.24, 0.8), (0.48, 0.97), (0.74, 0.84))
            + smooth((0.74, 0.84), (0.74, 0.6), (0.5, 0.5), (0.25, 0.68))
        ],
        "straight": [[(0.58, 0.02), (0.26, 0.6), *arc(0.49, 0.73, 0.26, 0.24, 190, -170)]],
        "hooked": [
            smooth((0.78, 0.14), (0.56, 0.03), (0.3, 0.22), (0.2, 0.6), (0.32, 0.92), (0.6, 0.96))
            + smooth((0.6, 0.96), (0.8, 0.74), (0.62, 0.52), (0.36, 0.58), (0.23, 0.74))
        ],
    },
    7: {
        "plain": [[(0.16, 0.05), (0.84, 0.05), (0.4, 0.98)]],
        "bar": [[(0.16, 0.05), (0.84, 0.05), (0.42, 0.98)], [(0.34, 0.5), (0.82, 0.5)]],
        "curved": [[(0.16, 0.08), *smooth((0.82, 0.06), (0.62, 0.34), (0.5, 0.64), (0.46, 0.98))]],
        "hooked": [[(0.18, 0.2), (0.2, 0.05), (0.82, 0.05), (0.46, 0.98)]],
    },
    8: {
        "two circles": [arc(0.5, 0.26, 0.26, 0.23, 90, 450), arc(0.5, 0.74, 0.31, 0.24, -90, 270)],
        "one stroke": [
            smooth((0.7, 0.16), (0.5, 0.03), (0.28, 0.18), (0.42, 0.42), (0.66, 0.6), (0.74, 0.82))
            + smooth((0.5, 0.97), (0.26, 0.82), (0.36, 0.6), (0.62, 0.38), (0.72, 0.18))
        ],
        "crossing": [
            smooth((0.74, 0.1), (0.44, 0.04), (0.3, 0.24), (0.5, 0.46), (0.7, 0.7), (0.54, 0.96), (0.3, 0.86))
            + smooth((0.3, 0.86), (0.32, 0.66), (0.54, 0.44), (0.74, 0.22), (0.72, 0.08))
        ],
    },
    9: {
        "straight": [[*arc(0.46, 0.28, 0.27, 0.25, 0, -360), (0.72, 0.1), (0.7, 0.98)]],
        "curved": [
            arc(0.48, 0.28, 0.27, 0.25, -10, -360)
            + smooth((0.76, 0.3), (0.74, 0.6), (0.62, 0.88), (0.4, 0.96), (0.24, 0.88))
        ],
        "slanting": [[*arc(0.48, 0.27, 0.26, 0.24, -20, -370), (0.74, 0.3), (0.46, 0.98)]],
    },
}


def digit_strokes(digit: int) -> list[Drawing]:
    """Return the ways of writing a digit, each a list of strokes."""
    return list(_VARIANTS[digit].values())


def variant_names(digit: int) -> list[str]:
    """Return what the ways of writing a digit are called, in the order of `digit_strokes`."""
    return list(_VARIANTS[digit])


NOT_DIGITS: dict[str, Drawing] = {
    "horizontal line": [[(0.05, 0.5), (0.95, 0.5)]],
    "dots": [[(x, y), (x + 0.01, y)] for x, y in [(0.2, 0.2), (0.8, 0.3), (0.5, 0.55), (0.25, 0.8), (0.75, 0.85)]],
    "zigzag": [[(0.05, 0.5), (0.2, 0.2), (0.35, 0.8), (0.5, 0.2), (0.65, 0.8), (0.8, 0.2), (0.95, 0.6)]],
    "scribble": [
        smooth((0.2, 0.3), (0.8, 0.2), (0.3, 0.7), (0.9, 0.6), (0.1, 0.5), (0.6, 0.1), (0.5, 0.9), (0.9, 0.3))
        + smooth((0.9, 0.3), (0.1, 0.8), (0.7, 0.8), (0.2, 0.1), (0.4, 0.9), (0.8, 0.9))
    ],
    "plus": [[(0.5, 0.05), (0.5, 0.95)], [(0.05, 0.5), (0.95, 0.5)]],
    "two lines": [[(0.1, 0.35), (0.9, 0.35)], [(0.1, 0.65), (0.9, 0.65)]],
    "three uprights": [[(x, 0.05), (x, 0.95)] for x in (0.15, 0.5, 0.85)],
    "triangle": [[(0.5, 0.05), (0.95, 0.92), (0.05, 0.92), (0.5, 0.05)]],
    "star": [[(0.5, 0.02), (0.78, 0.96), (0.03, 0.36), (0.97, 0.36), (0.22, 0.96), (0.5, 0.02)]],
    "A": [[(0.08, 0.98), (0.5, 0.02), (0.92, 0.98)], [(0.25, 0.62), (0.75, 0.62)]],
    "E": [[(0.85, 0.04), (0.15, 0.04), (0.15, 0.96), (0.85, 0.96)], [(0.15, 0.5), (0.7, 0.5)]],
    "H": [[(0.12, 0.02), (0.12, 0.98)], [(0.88, 0.02), (0.88, 0.98)], [(0.12, 0.5), (0.88, 0.5)]],
    "K": [[(0.15, 0.02), (0.15, 0.98)], [(0.85, 0.04), (0.15, 0.55)], [(0.36, 0.42), (0.88, 0.98)]],
    "M": [[(0.05, 0.98), (0.15, 0.02), (0.5, 0.7), (0.85, 0.02), (0.95, 0.98)]],
    "R": [[(0.15, 0.98), (0.15, 0.03), *arc(0.4, 0.28, 0.38, 0.24, -90, 90), (0.15, 0.52), (0.88, 0.98)]],
    "W": [[(0.02, 0.04), (0.28, 0.96), (0.5, 0.3), (0.72, 0.96), (0.98, 0.04)]],
    "X": [[(0.1, 0.02), (0.9, 0.98)], [(0.9, 0.02), (0.1, 0.98)]],
}


LETTERS: dict[str, Drawing] = {
    **{letter: NOT_DIGITS[letter] for letter in "AEHKMRWX"},
    "B": [
        [(0.15, 0.02), (0.15, 0.98)],
        [(0.15, 0.02), *arc(0.45, 0.26, 0.3, 0.23, -90, 90), *arc(0.45, 0.74, 0.36, 0.24, -90, 90), (0.15, 0.98)],
    ],
    "C": [arc(0.55, 0.5, 0.4, 0.47, -50, -310)],
    "D": [[(0.15, 0.02), (0.15, 0.98)], [(0.15, 0.02), *arc(0.4, 0.5, 0.45, 0.48, -90, 90), (0.15, 0.98)]],
    "F": [[(0.85, 0.04), (0.15, 0.04), (0.15, 0.98)], [(0.15, 0.48), (0.7, 0.48)]],
    "L": [[(0.2, 0.02), (0.2, 0.96), (0.85, 0.96)]],
    "N": [[(0.12, 0.98), (0.12, 0.02), (0.88, 0.98), (0.88, 0.02)]],
    "O": [arc(0.5, 0.5, 0.42, 0.47, -90, 270)],
    "P": [[(0.15, 0.98), (0.15, 0.03), *arc(0.4, 0.28, 0.4, 0.25, -90, 90), (0.15, 0.53)]],
    "S": [smooth((0.82, 0.14), (0.5, 0.03), (0.2, 0.2), (0.45, 0.47), (0.8, 0.72), (0.5, 0.97), (0.16, 0.86))],
    "T": [[(0.05, 0.04), (0.95, 0.04)], [(0.5, 0.04), (0.5, 0.98)]],
    "U": [[(0.12, 0.02), *arc(0.5, 0.62, 0.38, 0.35, 180, 0), (0.88, 0.02)]],
    "V": [[(0.08, 0.02), (0.5, 0.98), (0.92, 0.02)]],
    "Y": [[(0.08, 0.02), (0.5, 0.5), (0.92, 0.02)], [(0.5, 0.5), (0.5, 0.98)]],
    "Z": [[(0.12, 0.04), (0.88, 0.04), (0.12, 0.96), (0.88, 0.96)]],
    "a small": [arc(0.46, 0.5, 0.36, 0.4, -30, -390), [(0.84, 0.1), (0.84, 0.92)]],
    "b small": [[(0.18, 0.02), (0.18, 0.96)], arc(0.48, 0.7, 0.32, 0.26, 180, 540)],
    "e small": [[(0.14, 0.52), (0.86, 0.5), *arc(0.5, 0.5, 0.37, 0.43, 0, -310)]],
    "h small": [[(0.18, 0.02), (0.18, 0.98)], smooth((0.18, 0.62), (0.45, 0.42), (0.74, 0.58), (0.76, 0.98))],
    "i small": [[(0.5, 0.4), (0.5, 0.98)], arc(0.5, 0.1, 0.02, 0.02, 0, 360)],
    "j small": [smooth((0.56, 0.3), (0.56, 0.75), (0.46, 0.97), (0.26, 0.92)), arc(0.57, 0.06, 0.02, 0.02, 0, 360)],
}
"""Letters as a hand draws them with a mouse, capitals but for some; the name begins with the letter."""


def place(
    strokes: Drawing,
    *,
    size: float = 0.7,
    centre: Point = (0.5, 0.5),
    slant: float = 0.0,
    aspect: float = 1.0,
    jitter: float = 0.0,
    generator: np.random.Generator | None = None,
) -> Drawing:
    """Draw the same with another hand.

    Args:
        strokes: within the unit square.
        size: height of the result as a share of the square.
        centre: where its middle lies.
        slant: degrees by which uprights lean to the right.
        aspect: factor of the width.
        jitter: how far the hand strays, as a share of the size; it strays slowly along the stroke.
        generator: randomness of the jitter.
    """
    lean = math.tan(math.radians(slant))
    placed = []
    for stroke in strokes:
        points = _even(np.array(stroke, dtype=float)) if jitter > 0 else np.array(stroke, dtype=float)
        if jitter > 0:
            generator = generator or np.random.default_rng()
            knots = generator.normal(0, jitter, (max(3, len(points) // 5), 2))
            along = np.linspace(0, len(knots) - 1, len(points))
            points += np.stack([np.interp(along, np.arange(len(knots)), knots[:, axis]) for axis in (0, 1)], 1)
        x, y = (points - 0.5).T
        placed.append(np.stack([centre[0] + size * (aspect * x - lean * y), centre[1] + size * y], 1))
    return [[(float(x), float(y)) for x, y in points] for points in placed]


def _even(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Resample a stroke at even distances of about 0.03."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, lengths[-1], max(2, round(lengths[-1] / 0.03)))
    return np.stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)], 1)


def render(strokes: Drawing, size: int = 280, pen: float = 18.0) -> NDArray[np.uint8]:
    """Draw strokes with a round pen, anti-aliased.

    Args:
        strokes: in the unit square, which becomes the whole image; what leaves it is cut off.
        size: side of the image in pixels.
        pen: width of the pen in pixels.

    Returns:
        (size, size) uint8, black on white.
    """
    fine = 3
    image = Image.new("L", (size * fine, size * fine), 255)
    draw = ImageDraw.Draw(image)
    width = max(1, round(pen * fine))
    for stroke in strokes:
        points = [(x * size * fine, y * size * fine) for x, y in stroke]
        draw.line(points, fill=0, width=width)
        for x, y in points:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)
    return np.asarray(image.reduce(fine), dtype=np.uint8)

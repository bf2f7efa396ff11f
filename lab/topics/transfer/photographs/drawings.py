"""Pencil drawings that the program makes: six things, each drawn otherwise every time. Needs no torch."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array

KINDS = ("boat", "cup", "face", "fish", "house", "tree")
SIDE = 224


def arc(x: float, y: float, width: float, height: float, first: float = 0.0, last: float = 360.0) -> Array:
    """Return points (25, 2) of an ellipse about (x, y), from an angle to another, clockwise from the right."""
    angles = np.radians(np.linspace(first, last, 25))
    return np.stack([x + width * np.cos(angles), y + height * np.sin(angles)], 1)


def strokes(kind: str, random: np.random.Generator) -> list[Array]:
    """Return the strokes of a thing, each points (n, 2) of a square from −1 to 1, downwards."""
    a, b, c, d = random.uniform(0.75, 1.25, 4)
    maybe = random.random(3) < 0.5
    lines: list[list[tuple[float, float]]] = []
    curves: list[Array] = []
    if kind == "boat":
        lines += [[(-0.9 * a, 0.3), (0.9 * a, 0.3), (0.55 * a, 0.75), (-0.55 * a, 0.75), (-0.9 * a, 0.3)]]
        lines += [[(0.0, 0.3), (0.0, -0.85 * b)], [(0.06, -0.8 * b), (0.7 * c, 0.1), (0.06, 0.1)]]
        lines += [[(-0.06, -0.6 * b), (-0.5 * d, 0.1), (-0.06, 0.1)]] if maybe[0] else []
        curves += [arc(x, 0.9, 0.25, 0.1 * d, 200, 340) for x in (-0.6, 0.0, 0.6)] if maybe[1] else []
    elif kind == "cup":
        lines += [[(-0.5 * a, -0.35), (-0.35 * a, 0.75), (0.35 * a, 0.75), (0.5 * a, -0.35)]]
        curves += [arc(0, -0.35, 0.5 * a, 0.14 * b), arc(0.46 * a, 0.15, 0.38 * c, 0.3 * d, -90, 90)]
        curves += [arc(0, 0.85, 0.8, 0.12)] if maybe[0] else []
        for x in (-0.2, 0.1) if maybe[1] else ():
            curves += [arc(x, -0.65, 0.07, 0.1, 90, 270), arc(x, -0.85, 0.07, 0.1, -90, 90)]
    elif kind == "face":
        curves += [arc(0, 0, 0.7 * a, 0.85 * b), arc(-0.28, -0.2, 0.11 * c, 0.08), arc(0.28, -0.2, 0.11 * c, 0.08)]
        curves += [arc(0, 0.3, 0.32 * d, 0.2, 20, 160) if maybe[0] else arc(0, 0.55, 0.3 * d, 0.15, 200, 340)]
        lines += [[(0.0, -0.1), (-0.1, 0.2), (0.05, 0.2)]]
        hair = np.linspace(-0.5, 0.5, 7)
        lines += [[(x, -0.7 * b), (x * 1.2, -1.0 * b)] for x in hair] if maybe[1] else []
        curves += [arc(x, 0, 0.12, 0.2) for x in (-0.78 * a, 0.78 * a)] if maybe[2] else []
    elif kind == "fish":
        curves += [arc(-0.1, 0, 0.65 * a, 0.38 * b), arc(-0.45 * a, -0.08, 0.06, 0.06)]
        lines += [[(0.5 * a, 0.0), (0.95 * a, -0.35 * c), (0.88 * a, 0.0), (0.95 * a, 0.35 * c), (0.5 * a, 0.0)]]
        lines += [[(-0.2, -0.36 * b), (0.1, -0.65 * b), (0.25, -0.3 * b)]] if maybe[0] else []
        curves += [arc(x, 0, 0.12, 0.2 * d, -70, 70) for x in (-0.3, -0.1, 0.1)] if maybe[1] else []
        curves += [arc(-0.95 * a, y, 0.06, 0.06) for y in (-0.3, -0.6)] if maybe[2] else []
    elif kind == "house":
        lines += [[(-0.65 * a, 0.85), (-0.65 * a, -0.1), (0.65 * a, -0.1), (0.65 * a, 0.85), (-0.65 * a, 0.85)]]
        lines += [[(-0.85 * a, -0.1), (0.0, -0.1 - 0.7 * b), (0.85 * a, -0.1)]]
        lines += [[(-0.15, 0.85), (-0.15, 0.85 - 0.45 * c), (0.15, 0.85 - 0.45 * c), (0.15, 0.85)]]
        for x in (-0.4 * a, 0.4 * a) if maybe[0] else (0.4 * a,):
            lines += [[(x - 0.13, 0.1), (x + 0.13, 0.1), (x + 0.13, 0.36), (x - 0.13, 0.36), (x - 0.13, 0.1)]]
        lines += [[(0.35 * a, -0.45), (0.35 * a, -0.85), (0.55 * a, -0.85), (0.55 * a, -0.3)]] if maybe[1] else []
    else:
        lines += [[(-0.1 * a, 0.3), (-0.13 * a, 0.95), (0.13 * a, 0.95), (0.1 * a, 0.3)]]
        if maybe[0]:
            for y in (-0.95, -0.6, -0.25):
                wide = 0.55 * b + 0.2 * y
                lines += [[(0.0, y), (wide, y + 0.55), (-wide, y + 0.55), (0.0, y)]]
        else:
            round_about = [(0.0, -0.55), (-0.38 * b, -0.25), (0.38 * b, -0.25), (-0.2, 0.08), (0.22, 0.08)]
            curves += [arc(x, y, 0.36 * c, 0.32 * d) for x, y in round_about]
    return [np.array(line, float) for line in lines] + curves


def drawing(kind: str, seed: tuple[int, ...]) -> Array:
    """Return a drawing (224, 224, 3) uint8: turned, mirrored, bent, of any size, place and colours."""
    from PIL import Image, ImageDraw

    random = np.random.default_rng(seed)
    parts = strokes(kind, random)
    angle, size = np.radians(random.uniform(-15, 15)), random.uniform(0.45, 0.85) * SIDE
    turned = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned[:, 0] *= random.choice([-1, 1])
    place = SIDE + random.uniform(-1, 1, 2) * (SIDE - 0.9 * size)
    bent, phase = random.uniform(0.01, 0.04) * size, random.uniform(0, 6.28, 2)
    paper = random.uniform(190, 255, 3)
    ink = paper * random.uniform(0.1, 0.55, 3)
    image = Image.new("RGB", (2 * SIDE, 2 * SIDE), tuple(paper.astype(int).tolist()))
    pencil, width = ImageDraw.Draw(image), int(random.integers(4, 12))
    for points in parts:
        # Enough points on straight lines, too, so that they bend.
        along = np.linspace(0, len(points) - 1, 8 * (len(points) - 1) + 1)
        fine = np.stack([np.interp(along, np.arange(len(points)), each) for each in points.T], 1)
        moved = fine @ turned.T + bent * np.sin(3 * fine[:, ::-1] + phase) + place
        pencil.line([tuple(point) for point in moved.tolist()], tuple(ink.astype(int).tolist()), width, "curve")
    return np.asarray(image.reduce(2))

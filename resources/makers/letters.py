"""Draws the synthetic letters: capitals and small ones of stroke fonts, as if by hand, in the manner of MNIST.

A stroke font is lines that a pen follows. They are bent by smooth waves, slanted, turned, stretched, and drawn with
pens of different widths; the ink fits into 20 × 20 pixels, its centre of mass in the middle of 28 × 28. The letters of
the test are drawn in other fonts than those to learn from. The fonts are Dr. A. V. Hershey's, from PyPI's
`Hershey-Fonts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lab.data.base import ImageSet, read_only
from lab.data.catalogue import IMAGE_SIZE

Points = NDArray[np.float64]
"""The points of one stroke, (N, 2): to the right, downwards."""

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TRAIN_FONTS = {"futural": 0.0, "timesr": 0.0, "timesib": 0.25, "scripts": 0.25, "scriptc": 0.25}
TEST_FONTS = {"futuram": 0.0, "timesrb": 0.0, "timesi": 0.25}
"""By name: how far a font leans by itself, per height. Plain letters, letters with serifs and italics are learned from
in one font and tested in another of the same family; script is learned from alone.
"""
TRAIN_EACH, TEST_EACH = 48, 14
"""Images of each letter in each font: so many of the capital and so many of the small one."""
SEED = 20260101
FINER = 8
"""How many times finer than the image a letter is drawn."""
SIDE, INK = IMAGE_SIZE[0], 20
PEN = (1.4, 2.8)
"""The width of the pen, in pixels."""
WAVES = 4
STEP = 0.02
"""The greatest distance of two points of a stroke, as a share of the letter's size."""


def strokes_of(fonts: Any, font: str, letter: str) -> list[Points]:
    """Return the strokes of a letter, which fills the square from −1/2 to 1/2; `fonts` is a `HersheyFonts`."""
    fonts.load_default_font(font)
    strokes = [np.array(list(points), float).reshape(-1, 2) for points in fonts.strokes_for_text(letter)]
    everything = np.concatenate(strokes)
    low, high = everything.min(0), everything.max(0)
    return [_dense((stroke - (low + high) / 2) / (high - low).max()) for stroke in strokes if len(stroke)]


def _dense(stroke: Points) -> Points:
    """Return a stroke with points so close that it can be bent."""
    parts = [stroke[:1]]
    for start, end in pairwise(stroke):
        count = max(1, int(np.ceil(np.hypot(*(end - start)) / STEP)))
        parts.append(start + (end - start) * np.linspace(0, 1, count + 1)[1:, None])
    return np.concatenate(parts)


def by_hand(strokes: Sequence[Points], leaning: float, random: np.random.RandomState) -> list[Points]:
    """Return strokes bent, slanted, turned and stretched by chance; each lies a little beside its place.

    leaning: how far the font leans to the right by itself, per height.
    """
    directions = random.uniform(0, 2 * np.pi, WAVES)
    waves = np.stack([np.cos(directions), np.sin(directions)]) * random.uniform(3, 9, WAVES)
    phases = random.uniform(0, 2 * np.pi, WAVES)
    heights = random.normal(0, 0.025, (WAVES, 2))
    slant, angle = random.uniform(-0.15, 0.3) - leaning, random.uniform(-0.15, 0.15)
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shape = np.diag([random.uniform(0.7, 1.15), 1.0]) @ np.array([[1.0, 0.0], [-slant, 1.0]]) @ turned
    bent = [points + np.sin(points @ waves + phases) @ heights for points in strokes]
    return [points @ shape + random.normal(0, 0.008, 2) for points in bent]


def drawn(strokes: Sequence[Points], pen: float) -> NDArray[np.uint8]:
    """Return an image (28, 28) of strokes drawn with a pen so many pixels wide."""
    everything = np.concatenate(strokes)
    low, high = everything.min(0), everything.max(0)
    # Pillow's circles are up to two dots wider than they are said to be.
    scale = ((INK - pen) * FINER - 2) / max(float((high - low).max()), 1e-9)
    half = pen * FINER / 2
    sheet = Image.new("L", (SIDE * FINER, SIDE * FINER))
    brush = ImageDraw.Draw(sheet)
    for points in strokes:
        for x, y in ((points - (low + high) / 2) * scale + (SIDE * FINER - 1) / 2).tolist():
            brush.ellipse((x - half, y - half, x + half, y + half), 255)
    image = np.asarray(sheet, float).reshape(SIDE, FINER, SIDE, FINER).mean((1, 3))
    centres = [np.average(np.arange(SIDE), weights=image.sum(axis)) for axis in (1, 0)]
    return np.rint(np.roll(image, [round((SIDE - 1) / 2 - centre) for centre in centres], (0, 1))).astype(np.uint8)


def _letters(fonts: Any, leanings: Mapping[str, float], each: int, random: np.random.RandomState) -> ImageSet:
    images, labels = [], []
    for font, leaning in leanings.items():
        for label, capital in enumerate(CAPITALS):
            for letter in (capital, capital.lower()):
                strokes = strokes_of(fonts, font, letter)
                images += [drawn(by_hand(strokes, leaning, random), random.uniform(*PEN)) for _ in range(each)]
                labels += [label] * each
    order = random.permutation(len(labels))
    return read_only(np.stack(images)[order], np.array(labels)[order])


def synthetic_letters(fonts: Any) -> tuple[ImageSet, ImageSet]:
    """Return the letters to learn from, and those of the test, of `HersheyFonts`."""
    # RandomState, since NumPy promises its stream for ever, and that of Generator it does not.
    random = np.random.RandomState(SEED)
    return _letters(fonts, TRAIN_FONTS, TRAIN_EACH, random), _letters(fonts, TEST_FONTS, TEST_EACH, random)

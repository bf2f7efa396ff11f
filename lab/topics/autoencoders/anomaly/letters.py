"""Printed letters, drawn from the font of the program, turned and slanted a little: images that are no digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lab.core.events import Array

FONTS = Path(__file__).resolve().parents[4] / "resources" / "fonts"
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
EACH = 30
"""Images of each letter."""


def printed_letters(folder: str | Path, each: int) -> Array:
    """Return images (26 · `each`, 28, 28) uint8 of capitals and small letters in three weights, A first; always the
    same ones. As MNIST has digits: the ink fits into 20 × 20 pixels, its centre of mass in the middle.
    """
    random = np.random.default_rng(0)
    fonts = [
        ImageFont.truetype(f"{folder}/Vazirmatn-{weight}.ttf", 56, layout_engine=ImageFont.Layout.BASIC)
        for weight in ("Regular", "Medium", "Bold")
    ]
    images = []
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for number in range(each):
            sheet = Image.new("L", (120, 120))
            said = letter if number % 2 else letter.lower()
            ImageDraw.Draw(sheet).text((60, 60), said, 255, fonts[number % 3], "mm")
            slant = random.uniform(-0.2, 0.2)
            sheet = sheet.transform((120, 120), Image.Transform.AFFINE, (1, slant, -60 * slant, 0, 1, 0))
            sheet = sheet.rotate(random.uniform(-12, 12), Image.Resampling.BILINEAR)
            left, top, right, bottom = sheet.getbbox() or (0, 0, 120, 120)
            scale = 20 / max(right - left, bottom - top)
            size = max(1, round(scale * (right - left))), max(1, round(scale * (bottom - top)))
            ink = np.asarray(sheet.crop((left, top, right, bottom)).resize(size), np.float64)
            rows, columns = np.indices(ink.shape)
            row = round(13.5 - (rows * ink).sum() / ink.sum())
            column = round(13.5 - (columns * ink).sum() / ink.sum())
            row, column = (min(max(at, 0), 28 - side) for at, side in zip((row, column), ink.shape, strict=True))
            image = np.zeros((28, 28), np.uint8)
            image[row : row + ink.shape[0], column : column + ink.shape[1]] = ink.round()
            images.append(image)
    return np.stack(images)

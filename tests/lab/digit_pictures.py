"""Pictures of digits as people have them: photographed, scanned, saved from a figure; each follows from its seed.

A kind makes a picture (H, W), (H, W, 3) or (H, W, 4) uint8 of one digit as MNIST has it, (28, 28) uint8, ink 255 on 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Kind = Callable[[Bytes, Generator], Bytes]


@dataclass(frozen=True)
class Strength:
    """How hard a photograph is; each number a limit of what the seed chooses."""

    height: tuple[float, float]
    """Of the digit, as a share of the picture's shorter side."""
    place: float
    """How far it is off the middle: 1 as far as the picture goes."""
    slope: float
    """By how much the light falls off across the picture, as a share."""
    shadow: float
    """How much light a shadow takes, and how hard its edge is."""
    noise: float
    """Grey levels of 255."""
    quality: int
    """Of the JPEG."""
    blur: float
    """Of the lens, in pixels."""
    ink: float
    """The light that the ink throws back."""
    lines: float
    """The light that ruled lines take."""
    turn: float
    """Degrees by which the sheet is turned, either way."""


STRENGTHS = {
    "slight": Strength((0.5, 0.7), 0.3, 0.15, 0.0, 3, 92, 0.5, 0.15, 0.10, 2),
    "medium": Strength((0.4, 0.6), 0.6, 0.35, 0.08, 6, 75, 0.8, 0.25, 0.16, 4),
    "strong": Strength((0.2, 0.4), 1.0, 0.7, 0.65, 19, 25, 1.6, 0.42, 0.28, 7),
    "very strong": Strength((0.16, 0.32), 1.0, 0.75, 0.7, 24, 18, 1.9, 0.46, 0.32, 10),
}
HEIGHT, WIDTH = 360, 480


def ink_of(digit: Bytes, height: int) -> Floats:
    """Return a digit drawn large, as ink 0 to 1, cropped to its box, the longer side of which is `height` pixels."""
    if not digit.any():
        return np.zeros((height, height))
    rows, columns = (np.flatnonzero(digit.max(axis)) for axis in (1, 0))
    cropped = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = height / max(cropped.shape)
    padded = np.pad(cropped, 1)
    smooth = Image.fromarray(padded).resize((round(padded.shape[1] * factor), round(padded.shape[0] * factor)), 3)
    return np.clip((np.asarray(smooth, dtype=float) / 255 - 0.25) / 0.5, 0, 1)


def laid(ink: Floats, shape: tuple[int, int], generator: Generator, far: float = 0.5, margin: int = 6) -> Floats:
    """Lay ink on an empty sheet of a shape, off the middle by up to `far` of what there is room for."""
    sheet = np.zeros(shape)
    corner = []
    for length, own in zip(shape, ink.shape, strict=True):
        room = max(0, length - own - 2 * margin)
        middle = (length - own) / 2
        corner.append(int(np.clip(round(middle + far * room / 2 * generator.uniform(-1, 1)), 0, length - own)))
    sheet[corner[0] : corner[0] + ink.shape[0], corner[1] : corner[1] + ink.shape[1]] = ink
    return sheet


def shadowed(generator: Generator, strength: Strength) -> Floats:
    """Return the light on a sheet, (H, W): a lamp to one side, and the edge of a shadow."""
    rows, columns = np.indices((HEIGHT, WIDTH)) / WIDTH
    y, x = generator.uniform(0, HEIGHT / WIDTH), generator.uniform(0, 1)
    distance = np.hypot(rows - y, columns - x)
    light = 1 - strength.slope * distance / distance.max() * generator.uniform(0.6, 1)
    angle = generator.uniform(0, 2 * np.pi)
    across = (columns - 0.5) * np.cos(angle) + (rows - 0.375) * np.sin(angle) - generator.uniform(-0.2, 0.2)
    softness = generator.uniform(0.01, 0.06)
    return light * (1 - strength.shadow * generator.uniform(0.6, 1) / (1 + np.exp(-across / softness)))


def photographed(strength: Strength, lined: bool, board: bool = False) -> Kind:
    """Return the kind of photographs of a digit on blank or lined paper, or, light on dark, on a board."""

    def make(digit: Bytes, generator: Generator) -> Bytes:
        height = round(HEIGHT * generator.uniform(*strength.height))
        angle = generator.uniform(-strength.turn, strength.turn)
        ink = np.clip(ndimage.rotate(ink_of(digit, height), angle, order=1, reshape=True), 0, 1)
        sheet = laid(ink, (HEIGHT, WIDTH), generator, strength.place, margin=16)
        reflected = np.full((HEIGHT, WIDTH, 3), generator.uniform(0.85, 0.97, 3) if not board else 0.25)
        if lined:
            spacing = generator.uniform(26, 44)
            rows, columns = np.indices((HEIGHT, WIDTH))
            along = rows + np.tan(np.radians(angle)) * columns + generator.uniform(0, spacing)
            line = np.clip(1.3 - np.abs((along + spacing / 2) % spacing - spacing / 2), 0, 1)
            taken = strength.lines * generator.uniform(0.7, 1) * np.array([1.2, 0.9, 0.5])
            reflected *= 1 - line[..., None] * taken
        colour = strength.ink * generator.uniform(0.7, 1) * np.array([1, 1, generator.choice([1.0, 1.5])])
        colour = 1.1 - colour if board else colour
        reflected = reflected * (1 - sheet[..., None]) + sheet[..., None] * colour
        picture = reflected * shadowed(generator, strength)[..., None] * 255 * generator.uniform(0.85, 1)
        picture = ndimage.gaussian_filter(picture, (strength.blur, strength.blur, 0))
        picture += generator.normal(0, strength.noise, (HEIGHT, WIDTH, 1))
        picture += generator.normal(0, strength.noise / 3, (HEIGHT, WIDTH, 3))
        return as_jpeg(picture, strength.quality)

    return make


def as_jpeg(picture: Floats, quality: int) -> Bytes:
    """Return a picture as a JPEG of a quality gives it back."""
    buffer = BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def drawn(digit: Bytes, generator: Generator) -> Bytes:
    """Draw cleanly: dark on white, or white on black."""
    sheet = laid(ink_of(digit, round(280 * generator.uniform(0.5, 0.8))), (280, 280), generator)
    levels = np.round(255 * sheet).astype(np.uint8)
    return levels if generator.random() < 0.5 else 255 - levels


def as_it_is(digit: Bytes, generator: Generator) -> Bytes:
    """Leave an image of MNIST as it is."""
    return digit


def bordered(edges: int) -> Kind:
    """Return the kind of scans with a black border along one or two edges."""

    def make(digit: Bytes, generator: Generator) -> Bytes:
        side = int(generator.integers(180, 420))
        width = max(3, round(side * generator.uniform(0.03, 0.12)))
        height = round(side * generator.uniform(0.35, 0.6))
        sheet = 250 - 225 * laid(ink_of(digit, height), (side, side), generator, 0.5, margin=width + 6)
        for edge in generator.permutation(4)[:edges]:
            turned = np.rot90(sheet, edge)
            turned[:width] = generator.uniform(0, 30)
        return np.asarray(np.clip(sheet + generator.normal(0, 1.5, sheet.shape), 0, 255), dtype=np.uint8)

    return make


def skewed(digit: Bytes, generator: Generator) -> Bytes:
    """Scan with the edge of the sheet askew, what lies beyond it dark, and noise."""
    side = int(generator.integers(200, 420))
    height = round(side * generator.uniform(0.32, 0.5))
    sheet = 240 - 200 * laid(ink_of(digit, height), (side, side), generator, 0.35, margin=10)
    rows, columns = np.indices(sheet.shape) / side - 0.5
    for edge in generator.permutation(4)[: generator.integers(1, 3)]:
        angle = np.pi / 2 * edge + np.radians(generator.uniform(-7, 7))
        beyond = columns * np.cos(angle) + rows * np.sin(angle) > generator.uniform(0.40, 0.46)
        sheet = np.where(beyond, generator.uniform(10, 90), sheet)
    sheet = ndimage.gaussian_filter(sheet, 0.7) + generator.normal(0, generator.uniform(4, 10), sheet.shape)
    return np.asarray(np.clip(sheet, 0, 255), dtype=np.uint8)


def tile(digit: Bytes, generator: Generator) -> Bytes:
    """Lay a small black tile of MNIST on a white page."""
    side = int(generator.integers(200, 420))
    own = round(side * generator.uniform(0.15, 0.45))
    small = np.asarray(Image.fromarray(digit).resize((own, own), int(generator.choice([0, 2]))), dtype=float)
    page = np.full((side, round(side * generator.uniform(1, 1.4))), 255.0)
    row, column = (int(generator.integers(4, length - own - 4)) for length in page.shape)
    page[row : row + own, column : column + own] = small
    return page.astype(np.uint8)


def figure(digit: Bytes, generator: Generator) -> Bytes:
    """Save a figure: on a white page a black tile with a frame, ticks and their numbers, as plotting libraries do."""
    own = int(generator.integers(150, 360))
    page = Image.new("L", (own + int(generator.integers(80, 240)), own + int(generator.integers(80, 130))), 255)
    left, top = (page.width - own) // 2, (page.height - own) // 2
    page.paste(Image.fromarray(digit).resize((own, own), Image.Resampling.NEAREST), (left, top))
    draw = ImageDraw.Draw(page)
    draw.rectangle((left - 1, top - 1, left + own, top + own), outline=0)
    for number in range(0, 28, 5):
        at = round((number + 0.5) * own / 28)
        draw.line((left + at, top + own, left + at, top + own + 4), fill=0)
        draw.text((left + at - 6, top + own + 6), str(number), fill=0)
        draw.line((left - 5, top + at, left - 1, top + at), fill=0)
        draw.text((left - 22, top + at - 5), str(number), fill=0)
    if generator.random() < 0.5:
        draw.text((left + own // 3, top - 18), "Label: 7", fill=0)
    return np.asarray(page)


def trimmed(digit: Bytes, generator: Generator) -> Bytes:
    """Draw with a thick pen on nothing, and trim what is transparent around it."""
    ink = ink_of(digit, int(generator.integers(80, 300)))
    thick = ndimage.gaussian_filter(ndimage.grey_dilation(ink, size=max(1, round(len(ink) * 0.06))), 1)
    rows, columns = (np.flatnonzero(thick.max(axis) > 0.02) for axis in (1, 0))
    thick = thick[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    colour = generator.choice([0, 30, 128, 230, 255]) * np.ones(3)
    picture = np.empty((*thick.shape, 4), dtype=np.uint8)
    picture[..., :3], picture[..., 3] = colour, np.round(255 * thick)
    return picture


def coloured(digit: Bytes, generator: Generator) -> Bytes:
    """Draw in green on red of the same luminance, or the other way round."""
    height = round(280 * generator.uniform(0.45, 0.75))
    sheet = laid(ink_of(digit, height), (280, 280), generator)[..., None]
    weights = np.array([0.299, 0.587, 0.114])
    red, green = np.array([220.0, 20, 30]), np.array([10.0, 100, 20])
    green *= (weights @ red) / (weights @ green)
    paper, ink = (red, green) if generator.random() < 0.5 else (green, red)
    return np.asarray(np.round(paper * (1 - sheet) + ink * sheet), dtype=np.uint8)


def two_digits(clean: bool) -> Callable[[Bytes, Bytes, Generator], Bytes]:
    """Return the kind of pictures with two digits apart, side by side, drawn or photographed."""

    def make(first: Bytes, second: Bytes, generator: Generator) -> Bytes:
        height = round(HEIGHT * generator.uniform(0.3, 0.5))
        inks = [ink_of(digit, round(height * generator.uniform(0.85, 1))) for digit in (first, second)]
        gap = round(height * generator.uniform(0.2, 0.5))
        tall = max(len(ink) for ink in inks)
        inks = [np.pad(ink, ((tall - len(ink), 0), (0, 0))) for ink in inks]
        sheet = laid(np.hstack([inks[0], np.zeros((tall, gap)), inks[1]]), (HEIGHT, WIDTH), generator)
        if clean:
            return np.round(255 - 255 * sheet).astype(np.uint8)
        strength = STRENGTHS["medium"]
        picture = 255 * (0.92 - (0.92 - strength.ink) * sheet) * shadowed(generator, strength)
        picture = ndimage.gaussian_filter(picture, 0.8) + generator.normal(0, strength.noise, sheet.shape)
        return as_jpeg(picture, strength.quality)

    return make


KINDS: dict[str, Kind] = {
    "held-out image": as_it_is,
    "clean drawing": drawn,
    **{f"blank paper, {name}": photographed(strength, False) for name, strength in STRENGTHS.items()},
    **{f"lined paper, {name}": photographed(strength, True) for name, strength in STRENGTHS.items()},
    "board, medium": photographed(STRENGTHS["medium"], False, board=True),
    "one scanner border": bordered(1),
    "two scanner borders": bordered(2),
    "skewed edge and noise": skewed,
    "tile on a page": tile,
    "saved figure": figure,
    "trimmed transparent": trimmed,
    "equal luminance": coloured,
}
TWO = {"two digits, drawn": two_digits(True), "two digits, photographed": two_digits(False)}


def picture_of(kind: str, digits: NDArray[np.uint8], index: int) -> Bytes:
    """Return the picture of a kind of the digit at `index` of `digits` (N, 28, 28), the same each time."""
    names = [*KINDS, *TWO]
    generator = np.random.default_rng([names.index(kind), index])
    if kind in TWO:
        return TWO[kind](digits[index], digits[(index + 1) % len(digits)], generator)
    return KINDS[kind](digits[index], generator)


def saved(picture: Bytes, path: Path) -> Path:
    """Write a picture as a PNG."""
    Image.fromarray(picture).save(path)
    return path

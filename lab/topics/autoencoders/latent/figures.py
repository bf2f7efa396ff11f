"""What there is to see of a code: a walk through it, its components, and what each unit says of each class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Axis, Chart, Field, Line
from lab.core.text import message
from lab.topics.autoencoders.latent.measured import Measured
from lab.topics.autoencoders.plane import CodePlane

COMPONENTS = 15
"""Components that are shown at most, as in the course."""


def walk_rows(ends: Array, codes: Array, decode: Callable[[Array], Array], steps: int, step: int) -> ImageRows:
    """Return the images on a straight line between two codes (2, U), and on one between the pixels of both `ends`
    (2, H, W) uint8.
    """
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    through = decode((1 - share) * codes[0] + share * codes[1])
    mixed = (1 - share[:, :, None]) * ends[0] / 255 + share[:, :, None] * ends[1] / 255
    rows = ((message("through the code"), through), (message("through the pixels"), mixed))
    return ImageRows("walk", rows, step=step)


def shares_chart(found: Measured) -> Chart:
    """Return the share of the variance along each principal component: of pixels, hidden units and code."""
    kinds = (
        (message("pixels"), found.pixels.shares, 0),
        (message("hidden layer"), found.hidden, 2),
        (message("code"), found.code.shares, 1),
    )
    lines = tuple(
        Line(label, np.arange(1, len(shares[:COMPONENTS]) + 1), shares[:COMPONENTS], "line + points", colour)
        for label, shares, colour in kinds
        if len(shares)
    )
    x, y = Axis(message("component"), whole=True), Axis(message("share of the variance"), low=0.0, share=True)
    return Chart("shares", lines, x, y)


def unit_field(plane: CodePlane) -> Field:
    """Return the mean of each unit of the code over the test images of each class."""
    classes, units = len(plane.classes), plane.codes.shape[1]
    means = np.full((units, classes), np.nan)
    for one in range(classes):
        chosen = plane.codes[plane.labels == one]
        if len(chosen):
            means[:, one] = chosen.mean(0)
    x, y = Axis(message("class"), whole=True), Axis(message("unit"), whole=True)
    words = message("mean over the test images")
    ranges = (-0.5, classes - 0.5), (0.5, units + 0.5)
    return Field("units", means, x, y, *ranges, words, "signed" if means.min() < 0 else "magnitude", smooth=False)

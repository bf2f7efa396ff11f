"""How far outputs are from their targets, as they are and with the scale and offset that suit them best. No torch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.topics.cnn.losses.kinds import NAMES

FLAT = 0.005
"""The spread of outputs below which they are one grey: less than a step of 8 bits between −1 and 1."""


@dataclass(frozen=True)
class Fit:
    """Outputs ŷ against targets y: their squared error; the `scale` a and `offset` b for which that of a·ŷ + b is
    least, over all pixels, and the error then; the same where each image has a and b of its own; Pearson's r over all
    pixels, and the mean of those of each image; and the standard deviation of ŷ. NaN where outputs are all one grey.
    """

    mse: float
    scale: float
    offset: float
    fitted_mse: float
    each_mse: float
    r: float
    r_each: float
    spread: float


def fitted(outputs: Array, targets: Array) -> Fit:
    """Compare outputs with targets, both (N, H, W)."""
    a, b = outputs.reshape(len(outputs), -1).astype(float), targets.reshape(len(targets), -1).astype(float)
    scale, r = _line(a.reshape(1, -1), b.reshape(1, -1))
    offset = b.mean() - scale[0] * a.mean()
    _each, own = _line(a, b)
    return Fit(
        float(np.square(a - b).mean()), float(scale[0]), float(offset),
        float(b.var() * (1 - _known(r[0]) ** 2)),
        float((b.var(1) * (1 - np.array([_known(one) for one in own]) ** 2)).mean()),
        float(r[0]), float(own.mean()), float(a.std()),
    )  # fmt: skip


def _line(a: Array, b: Array) -> tuple[Array, Array]:
    """Return slope and correlation (N,) of rows (N, P)."""
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    both, one, other = (a * b).mean(1), np.square(a).mean(1), np.square(b).mean(1)
    flat = one < FLAT**2
    with np.errstate(all="ignore"):
        return np.where(flat, np.nan, both / one), np.where(flat, np.nan, both / np.sqrt(one * other))


def _known(r: float) -> float:
    return r if math.isfinite(r) else 0.0


def metrics(fits: Mapping[str, Fit]) -> Iterator[tuple[str, float]]:
    """Yield all that is known of each network, by names such as "l1_scale"."""
    for name, fit in fits.items():
        for what in ("scale", "offset", "fitted_mse", "each_mse", "r", "r_each", "spread"):
            value = getattr(fit, what)
            if math.isfinite(value):
                yield f"{name}_{what}", value


def table(fits: Mapping[str, Fit]) -> Table:
    """Return what each network's outputs are worth, as they are and with the best scale and offset."""

    def cell(value: float) -> Cell:
        if not math.isfinite(value):
            return Cell(message("none"), message("the outputs are all one grey"))
        return Cell(float(f"{value:.3g}"))

    rows = tuple(
        (
            Cell(NAMES[name]),
            *(cell(getattr(fit, what)) for what in ("mse", "scale", "offset", "fitted_mse", "r", "r_each")),
        )
        for name, fit in fits.items()
    )
    columns = (
        message("learned by"), message("MSE"), message("scale"), message("offset"), message("MSE then"),
        "r", message("r, each"),
    )  # fmt: skip
    note = message(
        "On test images. Scale and offset: the a and b for which a·ŷ + b is nearest to y, over all pixels; “MSE then” "
        "is the error with them."
    )
    return Table("scales", columns, rows, note)

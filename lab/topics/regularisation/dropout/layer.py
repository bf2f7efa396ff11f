"""What dropout does to one layer: ten outputs, and many draws of a mask."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark, Matrices, MatrixItem, Words
from lab.core.text import message

UNITS, DRAWS = 10, 1000


def masks(rate: float, seed: int, draws: int = 1) -> Array:
    """Return what the outputs of a layer are multiplied by (draws, 10): 0, or 1 / (1 − rate)."""
    kept = np.random.default_rng((seed, 3)).random((draws, UNITS)) >= rate
    return np.asarray(kept / (1 - rate))


def layer(rate: float, seed: int) -> Matrices:
    """Return ten outputs, all 1, as they are in training and in use."""
    [mask] = masks(rate, seed)
    ones, whole = np.ones(UNITS), 1 / (1 - rate)
    dropped = message("dropped: it is 0 in this step, and teaches nothing")
    kept = message("kept, and multiplied by 1 / (1 − {rate}) = {factor}", rate=f"{rate:g}", factor=f"{whole:.4g}")
    whys = tuple((kept if factor else dropped,) for factor in mask.tolist())
    mean = message("training: mean {mean}", mean=f"{mask.mean():.3g}")
    numbers = tuple(str(place) for place in range(1, UNITS + 1))
    return Matrices(
        "layer",
        (
            MatrixItem(message("outputs, as in use"), _column(ones), row_labels=numbers),
            MatrixItem(message("drawn"), _column(mask), "·", whys=whys),
            MatrixItem(mean, _column(ones * mask), "=", whys=whys, parts={0: "cell", 1: "cell"}),
        ),
    )


def means(rate: float, seed: int) -> Chart:
    """Return the mean of that layer over more and more draws, with what is kept made larger, and without."""
    drawn = masks(rate, seed, DRAWS).mean(1)
    count = np.arange(1.0, DRAWS + 1)
    running = np.cumsum(drawn) / count
    left = message("without the factor: it tends to 1 − p = {left}", left=f"{1 - rate:g}")
    lines = (
        Line(message("with the factor 1 / (1 − p)"), count, running, "line", 0),
        Line(left, count, running * (1 - rate), "dashes", 1),
    )
    whole: Words = message("as in use: 1")
    return Chart(
        "means", lines, Axis(message("draws"), log=True), Axis(message("mean of the layer"), low=0.0),
        (Mark("y", 1.0, whole),),
    )  # fmt: skip


def _column(values: Array) -> tuple[tuple[float, ...], ...]:
    return tuple((float(f"{value:.4g}"),) for value in values.tolist())

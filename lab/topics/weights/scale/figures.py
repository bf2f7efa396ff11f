"""Signals, gradients and accuracy over the standard deviation of the first weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.text import message
from lab.sweeps.outcomes import Results
from lab.topics.weights.scale.sizes import Sizes

LABEL = message("standard deviation of the first weights")
SIZES = {"signals": message("signal: root mean square"), "gradients": message("gradient: root mean square")}
"""Those that are shown over the deviation, and what they are called."""
CHANCE = 0.1
COLOURS = (2, 3, 4, 0, 1, 2)
"""Of hidden layers, as in the curves."""
OUTPUT = 5


def first_sizes(
    what: str, deviations: Sequence[float], found: Callable[[], Sequence[Sizes]], layers: Sequence[str]
) -> Chart:
    """Return a size of each layer before anything is learned, over the deviation; `found` gives those of each."""
    colours = (*COLOURS[: len(layers) - 1], OUTPUT)
    values = np.array([getattr(each, what) for each in found()])
    lines = [
        Line(layer, np.array(deviations), np.where(values[:, place] > 0, values[:, place], np.nan), "line", colour)
        for place, (layer, colour) in enumerate(zip(layers, colours, strict=True))
    ]
    return Chart(what, tuple(lines), Axis(LABEL, log=True), Axis(SIZES[what], log=True))


def accuracies(results: Results) -> Chart:
    """Return the accuracy over the deviation, from 0 % on; each point opens its run."""
    values, opens = np.array(results.sweep.axes[0].values, dtype=float), results.opens[..., 0]
    lines = []
    for metric, words, colour in (("test_accuracy", message("test"), 1), ("accuracy", message("training"), 0)):
        found = results.grid(metric)[..., 0]
        means = np.array([row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.nan for row in found])
        lines.append(Line(words, values, means, "line", colour))
        at = np.broadcast_to(values[:, None], found.shape)
        lines.append(Line("", at.ravel(), found.ravel(), "points", colour, tuple(opens.ravel())))
    marks = (Mark("y", CHANCE, message("guessing")), Mark("y", 0.8, message("where the notebook's axis begins")))
    return Chart(
        "accuracies",
        tuple(lines),
        Axis(LABEL, log=True, low=float(values[0]), high=float(values[-1])),
        Axis(message("accuracy"), low=0.0, high=1.02, share=True),
        marks,
    )

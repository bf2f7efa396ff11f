"""Signals, gradients and accuracy over the standard deviation of the first weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark, Words
from lab.core.text import message
from lab.sweeps.outcomes import Results
from lab.topics.weights.scale.sizes import Sizes

LABEL = message("standard deviation of the first weights")
CHANCE = 0.1
COLOURS = (2, 3, 4, 0, 1, 2)
"""Of hidden layers, as in the curves."""
OUTPUT = 5


def first_sizes(name: str, words: Words, deviations: Array, found: Sequence[Array], layers: Sequence[str]) -> Chart:
    """Return a size of each layer before anything is learned, over the deviation."""
    colours = (*COLOURS[: len(layers) - 1], OUTPUT)
    lines = []
    for place, (layer, colour) in enumerate(zip(layers, colours, strict=True)):
        values = np.array([each[place] for each in found])
        lines.append(Line(layer, deviations, np.where(values > 0, values, np.nan), "line", colour))
    return Chart(name, tuple(lines), Axis(LABEL, log=True), Axis(words, log=True))


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


def gathered(found: Sequence[Sizes], what: str) -> list[Array]:
    """Return one kind of size of several networks."""
    return [getattr(each, what) for each in found]

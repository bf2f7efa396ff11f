"""A metric of networks over the values of one parameter, each with the same seeds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.figures import Line, Words
from lab.sweeps.outcomes import Results


def lines(results: Results, metric: str, words: Words, colour: int) -> Iterator[Line]:
    """Yield a metric over the values: a point a network, which opens its run, and a line through the means."""
    values, opens = np.array(results.sweep.axes[0].values, dtype=float), tuple(results.opens.ravel())
    found = results.grid(metric)[..., 0]
    if found.shape[1] == 1:
        yield Line(words, values, found[:, 0], "line + points", colour, opens)
        return
    yield Line(words, values, found.mean(1), "line", colour)
    yield Line("", np.repeat(values, found.shape[1]), found.ravel(), "points", colour, opens)

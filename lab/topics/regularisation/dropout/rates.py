"""How networks with each of ten rates of dropout got on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.figures import Axis, Chart, Mark
from lab.core.text import message
from lab.sweeps.figures import ACCURACY
from lab.sweeps.outcomes import Results
from lab.topics.regularisation.valued import lines

RATES = tuple(place / 10 for place in range(10))
BEST = 0.888
"""The accuracy that no rule passes on ever new points of the doughnut."""
SHARES = (
    ("accuracy", message("training, dropout off"), 0),
    ("accuracy_with_dropout", message("training, dropout on"), 2),
    ("test_accuracy", message("test"), 1),
)
GAPS = (
    ("gap", message("dropout off in both"), 0),
    ("gap_with_dropout", message("dropout on in training only, as in the notebook"), 2),
)


def charts(results: Results, doughnut: bool) -> Iterator[Chart]:
    """Yield the accuracies over the rate, and how far training lies above the test, by both ways to measure."""
    marks = (Mark("y", BEST, message("the best rule: {percent} %", percent=f"{100 * BEST:.1f}")),) if doughnut else ()
    rate = Axis(message("rate of dropout"), low=-0.02, high=0.92)
    shown = np.concatenate([results.grid(name).ravel() for name, _words, _colour in SHARES])
    least = float(np.nanmin(shown)) if np.isfinite(shown).any() else 0.5
    axis = Axis(ACCURACY.label, low=max(0.0, np.floor(20 * least) / 20 - 0.02), high=1.02, share=True)
    yield Chart("rates", tuple(line for each in SHARES for line in lines(results, *each)), rate, axis, marks)
    above = Axis(message("training − test"), share=True)
    yield Chart(
        "gaps", tuple(line for each in GAPS for line in lines(results, *each)), rate, above, (Mark("y", 0, ""),)
    )

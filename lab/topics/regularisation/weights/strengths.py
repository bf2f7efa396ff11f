"""How networks with each of ten strengths of one penalty got on."""

from __future__ import annotations

import numpy as np

from lab.core.figures import Axis, Chart
from lab.core.text import message
from lab.sweeps.figures import ACCURACY
from lab.sweeps.outcomes import Results
from lab.topics.regularisation.valued import lines

STRENGTHS = 10
LINES = (("accuracy", message("training"), 0), ("test_accuracy", message("test"), 1))


def strengths(most: float) -> tuple[float, ...]:
    """Return strengths from 0 to the largest."""
    return tuple(np.linspace(0.0, most, STRENGTHS).clip(0.0, most).tolist())


def chart(results: Results) -> Chart:
    """Return the accuracies over the strength."""
    axis = Axis(ACCURACY.label, high=1.02, share=True)
    return Chart("strengths", tuple(line for each in LINES for line in lines(results, *each)), Axis("λ"), axis)

"""What luck alone gives, how an interval narrows, and two networks seed by seed."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.text import message
from lab.maths import chance

FAR = 5.0
"""Standard deviations to each side of the mean that are drawn."""
BARS = 400
BINS = 41


def by_luck(tests: int, right: int, base: float) -> Chart:
    """Return how many right answers one gets who only says the most frequent class, and how many there were."""
    probabilities = chance.chances(tests, base)
    spread = FAR * max(1.0, (tests * base * (1 - base)) ** 0.5)
    low, high = max(0, int(tests * base - spread)), min(tests, int(tests * base + spread) + 1)
    places = np.arange(low, high + 1)
    kept = places[:: max(1, len(places) // BARS)]
    better = kept >= right
    drawn = probabilities[kept]
    return Chart(
        "luck",
        (
            Line(message("luck"), kept.astype(float), np.where(better, np.nan, drawn), "bars", 0),
            Line(message("luck, as good as this or better"), kept.astype(float), np.where(better, drawn, np.nan),
                 "bars", 1),
        ),
        Axis(message("right answers"), low=float(min(low, right) - 1), high=float(max(high, right) + 1)),
        Axis(message("probability"), low=0.0),
        (Mark("x", float(right), message("this network")),),
    )  # fmt: skip


def over_examples(tests: int, right: int, confidence: float) -> Chart:
    """Return the interval of the same accuracy measured on fewer and on more examples."""
    counts = np.unique(np.geomspace(5, max(10_000, tests), 60).round().astype(int))
    share = right / tests
    pairs = [(round(share * count), count) for count in counts.tolist()]
    exact = np.array([chance.exact_interval(*pair, confidence) for pair in pairs])
    here = np.array(chance.exact_interval(right, tests, confidence))
    x = counts.astype(float)
    return Chart(
        "interval",
        (
            Line(message("exact interval"), x, 100 * exact[:, 0], "line", 0),
            Line("", x, 100 * exact[:, 1], "line", 0),
            Line(message("this one"), np.array([float(tests)] * 2), 100 * here, "line + points", 1),
            Line("", np.array([float(tests)]), np.array([100 * share]), "ball", 1),
        ),
        Axis(message("test examples"), log=True),
        Axis(message("accuracy"), "%", low=0.0, high=102.0),
    )


def over_seeds(first: Array, second: Array) -> Chart:
    """Return both networks seed by seed."""
    x = np.arange(1.0, len(first) + 1)
    return Chart(
        "seeds",
        (
            Line(message("first network"), x, 100 * first, "line + points", 0),
            Line(message("second network"), x, 100 * second, "line + points", 1),
        ),
        Axis(message("seed"), low=0.5, high=len(first) + 0.5),
        Axis(message("test accuracy"), "%"),
    )


def with_other_signs(differences: Array) -> Chart:
    """Return how the mean difference is distributed if each sign were chance, and where the measured one lies."""
    means = 100 * chance.sign_means(differences)
    far = max(float(np.abs(means).max()), 1e-4) * 1.05
    counts, edges = np.histogram(means, bins=min(BINS, 2 * len(means) + 1), range=(-far, far))
    centres, seen = (edges[:-1] + edges[1:]) / 2, 100 * float(differences.mean())
    return Chart(
        "signs",
        (Line(message("means with other signs"), centres, counts.astype(float), "bars", 0),),
        Axis(message("mean difference"), "%"),
        Axis(message("choices of signs"), low=0.0),
        (Mark("x", seen, message("measured")), Mark("x", -seen)),
    )

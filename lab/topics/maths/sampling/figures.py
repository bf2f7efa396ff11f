"""What samples look like: the law of large numbers, their means, their t-tests."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.text import message
from lab.topics.maths.sampling.trials import LAW, Trials, histogram

_BINS = 20


def law(trials: Trials, share: float) -> Chart:
    """Return the mean of one sample that grows, the first `share` of it, within the band that chance allows."""
    population = trials.population
    sizes = trials.growing_sizes.astype(np.float64)
    band = 1.96 * population.deviation / np.sqrt(sizes)
    seen = round(share * len(sizes))
    band_words = message("true mean ± 1.96 σ/√n: 95 % of all samples")
    return Chart(
        "law",
        (
            Line(band_words, sizes, population.mean + band, "dashes", -1),
            Line(band_words, sizes, population.mean - band, "dashes", -1),
            Line(message("mean of one growing sample"), sizes[:seen], trials.growing_means[:seen], "line", 0),
        ),
        Axis(message("size of the sample"), log=True, low=1.0, high=float(LAW)),
        Axis(message("mean")),
        marks=(Mark("y", population.mean, message("true mean")),),
    )


def means(trials: Trials) -> Chart:
    """Return how the sample means are distributed, and how the central limit theorem says they are."""
    population = trials.population
    spread = population.deviation / math.sqrt(trials.size)
    middles, density = histogram(trials)
    x = population.mean + spread * np.linspace(-4, 4, 161)
    curve = np.exp(-0.5 * ((x - population.mean) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    return Chart(
        "means",
        (
            Line(message("means of {count} samples", count=trials.count), middles, density, "bars", 0),
            Line(message("normal curve with deviation σ/√n"), x, curve, "line", 1),
        ),
        Axis(message("mean of a sample of {n}", n=trials.size)),
        Axis(message("density"), low=0.0),
        marks=(Mark("x", population.mean, message("true mean")),),
    )


def p_values(trials: Trials, effect: float) -> Chart:
    """Return how the p of all tests are distributed: evenly where there is nothing to find."""
    middles = (np.arange(_BINS) + 0.5) / _BINS
    shares = np.full(_BINS, np.nan)
    if trials.count:
        p = trials.tests().p
        counted: Array = np.histogram(p[np.isfinite(p)], _BINS, (0.0, 1.0))[0]
        shares = 100 * counted / trials.count
    # Bars are as wide as they are apart: the first one needs a neighbour, which lies beside the chart.
    first = np.array([-middles[0], middles[0]]), np.array([0.0, shares[0]])
    lines = [
        Line(message("p below 0.05: “significant”"), *first, "bars", 1),
        Line(message("p of 0.05 or more"), middles[1:], shares[1:], "bars", 0),
    ]
    if effect == 0:
        ends, even = np.array([0.0, 1.0]), np.full(2, 100 / _BINS)
        lines.append(Line(message("expected where there is no difference"), ends, even, "dashes", -1))
    high = 10.0 if not trials.count else None
    return Chart(
        "p_values",
        tuple(lines),
        Axis(message("p of the t-test"), low=0.0, high=1.0),
        Axis(message("share of the tests"), "%", low=0.0, high=high),
    )

"""What samples look like: the law of large numbers, their means, their variances, their t-tests."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.text import message
from lab.maths.matrices import written
from lab.topics.maths.sampling.trials import LAW, LEVEL, Trials, histogram, power

_BINS = 20
_NOTHING = Cell(None, message("No sample is drawn yet."))


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


def number_table(trials: Trials) -> Table:
    """Return estimates of the newest sample, their averages over all samples, what theory expects, and the truth."""
    n, population, count = trials.size, trials.population, trials.count
    sigma, variance = population.deviation, population.variance
    biased = variance * (n - 1) / n
    unbiased = trials.unbiased()
    error = sigma / math.sqrt(n)
    spread = float(trials.means.std(ddof=1)) if count > 1 else None
    shrink = f"(n − 1)/n · σ² = {n - 1}/{n} · {written(variance)} = {written(biased)}"
    rows = (
        (
            Cell(message("mean")),
            _last(trials.means),
            _average(trials.means, population.mean),
            Cell(population.mean, message("the true mean"), "good"),
            Cell(population.mean),
        ),
        (
            Cell(message("variance (n)")),
            _last(trials.variances),
            _average(trials.variances, variance),
            Cell(biased, shrink, "bad"),
            Cell(variance),
        ),
        (
            Cell(message("variance (n − 1)")),
            _last(unbiased),
            _average(unbiased, variance),
            Cell(variance, message("the true variance"), "good"),
            Cell(variance),
        ),
        (
            Cell(message("standard error")),
            _NOTHING if not count else Cell(float(math.sqrt(unbiased[-1] / n)), "s/√n"),
            Cell(spread, message("the standard deviation of all sample means")),
            Cell(error, f"σ/√n = {written(sigma)}/√{n}"),
            Cell(error),
        ),
    )
    columns = (
        message("estimate"),
        message("this sample"),
        message("{count} samples", count=count),
        message("expected"),
        message("truth"),
    )
    return Table(
        "numbers",
        columns,
        rows,
        message("On average over many samples, dividing by n makes the variance too small, by (n−1)/n."),
    )


def _last(estimates: Array) -> Cell:
    return Cell(float(estimates[-1]), message("from the newest sample alone")) if len(estimates) else _NOTHING


def _average(estimates: Array, truth: float) -> Cell:
    """Return the average of estimates, marked where chance does not explain how far it is from the truth."""
    if not len(estimates):
        return _NOTHING
    average = float(estimates.mean())
    if len(estimates) < 10:
        return Cell(average)
    error = float(estimates.std(ddof=1)) / math.sqrt(len(estimates))
    away = abs(average - truth) / error if error else 0.0
    why = message("{away} standard errors of {error} away from the truth", away=f"{away:.1f}", error=f"{error:.2g}")
    return Cell(average, why, "bad" if away > 4 else "")


def test_table(trials: Trials, effect: float, *, with_scipy: bool) -> Table:
    """Return the t-test of the newest pair, beside SciPy's on request, and how often p is below 0.05."""
    tests = trials.tests()
    t, p = float(tests.t[-1]), float(tests.p[-1])
    size, freedom = trials.size, 2 * trials.size - 2
    difference = float(trials.means[-1] - trials.other_means[-1])
    deviation = math.sqrt((trials.variances[-1] + trials.other_variances[-1]) / (size - 1))
    scipy_t, scipy_p = _scipy_test(trials) if with_scipy else (None, None)
    later = message("SciPy is asked when the run rests.")
    share = float(np.mean(tests.p < LEVEL))
    expected = power(effect, size)
    share_why = message("{found} of {count} tests", found=int(np.count_nonzero(tests.p < LEVEL)), count=trials.count)
    kind = message("found: power") if effect else message("false alarms")
    normal = (
        message("Where there is no difference, 5 % of all tests say that there is one.")
        if not effect
        else message("What theory says of normal samples of this size and difference.")
    )
    rows = [
        (
            Cell("t"),
            _statistic(t, difference, deviation),
            Cell(scipy_t, later),
        ),
        (
            Cell(message("degrees of freedom")),
            Cell(freedom, f"2 · {size} − 2"),
            Cell(freedom if with_scipy else None, later),
        ),
        (
            Cell("p"),
            Cell(p, "2 P(T ≤ −|t|)", "strong" if p < LEVEL else "") if math.isfinite(p) else _undefined(),
            Cell(scipy_p, later),
        ),
        (
            Cell(message("{kind}, % of all tests with p < 0.05", kind=kind)),
            Cell(100 * share, share_why, "strong"),
            Cell(100 * expected, normal),
        ),
    ]
    undefined = int(np.count_nonzero(np.isnan(tests.p)))
    note = (
        message("Undefined tests: {count}. Both samples hold one and the same number throughout.", count=undefined)
        if undefined
        else message("Samples of {n} numbers each; the second is shifted by {effect} σ.", n=size, effect=f"{effect:g}")
    )
    columns = (message("t-test of the newest pair"), message("here"), message("SciPy, or theory"))
    return Table("test", columns, tuple(rows), note)


def _statistic(t: float, difference: float, deviation: float) -> Cell:
    if math.isnan(t):
        return _undefined()
    if math.isinf(t):
        return Cell(t, message("Neither sample varies, and their means differ: nothing of it is left to chance."))
    return Cell(t, f"{written(difference)} / {written(deviation)} = {written(t)}")


def _undefined() -> Cell:
    return Cell(message("undefined"), message("Neither sample varies."), "muted")


def _scipy_test(trials: Trials) -> tuple[float | None, float | None]:
    """Return t and p of SciPy for the newest pair; None where it has none."""
    # First: SciPy looks whether torch is there, and must not find it half loaded by another thread.
    import torch  # noqa: F401
    from scipy.stats import ttest_ind

    assert trials.last is not None
    if not trials.variances[-1] + trials.other_variances[-1]:
        return None, None
    found = ttest_ind(*trials.last)
    return float(found.statistic), float(found.pvalue)

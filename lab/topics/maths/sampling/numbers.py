"""Estimates and tests of many samples, beside the truth, theory and SciPy."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.matrices import written
from lab.topics.maths.sampling.trials import LEVEL, Trials, power

_NOTHING = Cell(None, message("No sample is drawn yet."))


def numbers(trials: Trials) -> Numbers:
    """Return estimates of the newest sample, their averages over all samples, what theory expects, and the truth."""
    n, population, count = trials.size, trials.population, trials.count
    sigma, variance, mean = population.deviation, population.variance, population.mean
    biased, error, unbiased = variance * (n - 1) / n, sigma / math.sqrt(n), trials.unbiased()
    spread = float(trials.means.std(ddof=1)) if count > 1 else None
    shrink = f"(n − 1)/n · σ² = {n - 1}/{n} · {written(variance)} = {written(biased)}"
    own = Cell(float(math.sqrt(unbiased[-1] / n)), "s/√n") if count else _NOTHING
    true_mean = Cell(mean, message("the true mean"), "good")
    true_variance = Cell(variance, message("the true variance"), "good")
    quantities = [
        _estimate(message("mean"), "mean_of_means", trials.means, true_mean, mean),
        _estimate(message("variance (n)"), "variance_n", trials.variances, Cell(biased, shrink, "bad"), variance),
        _estimate(message("variance (n − 1)"), "variance_n_minus_1", unbiased, true_variance, variance),
        Quantity(
            message("standard error"), error, name="standard_error",
            cells=(
                own, Cell(spread, message("the standard deviation of all sample means")),
                Cell(error, f"σ/√n = {written(sigma)}/√{n}"), Cell(error),
            ),
        ),
    ]  # fmt: skip
    growing = float(trials.growing_means[-1])
    newest = float(trials.means[-1]) if count else None
    for name, label, value in (
        ("true_mean", message("true mean"), mean),
        ("mean", message("this sample"), newest),
        ("deviation_of_means", message("the standard deviation of all sample means"), spread),
        ("true_variance", message("the true variance"), variance),
        ("mean_of_growing_sample", message("mean of one growing sample"), growing),
    ):
        quantities.append(Quantity(label, value, name=name, listed=False))
    columns = (
        message("estimate"),
        message("this sample"),
        message("{count} samples", count=count),
        message("expected"),
        message("truth"),
    )
    note = message("On average over many samples, dividing by n makes the variance too small, by (n−1)/n.")
    return Numbers(quantities, columns=columns, note=note)


def _estimate(label: Message, name: str, estimates: Array, expected: Cell, truth: float) -> Quantity:
    average = float(estimates.mean()) if len(estimates) else None
    cells = (_last(estimates), _average(estimates, truth), expected, Cell(truth))
    return Quantity(label, average, name=name, cells=cells)


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


def t_test(trials: Trials, effect: float, *, with_scipy: bool) -> Numbers:
    """Return the t-test of the newest pair, beside SciPy's on request, and how often p is below 0.05."""
    tests = trials.tests()
    t, p = float(tests.t[-1]), float(tests.p[-1])
    size, freedom = trials.size, 2 * trials.size - 2
    difference = float(trials.means[-1] - trials.other_means[-1])
    deviation = math.sqrt((trials.variances[-1] + trials.other_variances[-1]) / (size - 1))
    scipy_t, scipy_p = _scipy_test(trials) if with_scipy else (None, None)
    later = message("SciPy is asked when the run rests.")
    found = int(np.count_nonzero(tests.p < LEVEL))
    share, expected = found / trials.count, power(effect, size)
    kind = message("found: power") if effect else message("false alarms")
    normal = (
        message("Where there is no difference, 5 % of all tests say that there is one.")
        if not effect
        else message("What theory says of normal samples of this size and difference.")
    )
    undefined = int(np.count_nonzero(np.isnan(tests.p)))
    p_here = Cell(p, "2 P(T ≤ −|t|)", "strong" if p < LEVEL else "") if math.isfinite(p) else _undefined()
    share_why = message("{found} of {count} tests", found=found, count=trials.count)
    quantities = (
        Quantity(
            "t", t if math.isfinite(t) else None, name="t",
            cells=(_statistic(t, difference, deviation), Cell(scipy_t, later)),
        ),
        Quantity(
            message("degrees of freedom"), freedom, name="degrees_of_freedom",
            cells=(Cell(freedom, f"2 · {size} − 2"), Cell(freedom if with_scipy else None, later)),
        ),
        Quantity("p", p if math.isfinite(p) else None, name="p", cells=(p_here, Cell(scipy_p, later))),
        Quantity(
            message("{kind}, % of all tests with p < 0.05", kind=kind), share, name="share_significant",
            cells=(Cell(100 * share, share_why, "strong"), Cell(100 * expected, normal)),
        ),
        Quantity(message("expected"), expected, normal, "expected_share_significant", listed=False),
        Quantity(message("undefined"), undefined, name="undefined_tests", listed=False),
    )  # fmt: skip
    note = (
        message("Undefined tests: {count}. Both samples hold one and the same number throughout.", count=undefined)
        if undefined
        else message("Samples of {n} numbers each; the second is shifted by {effect} σ.", n=size, effect=f"{effect:g}")
    )
    columns = (message("t-test of the newest pair"), message("here"), message("SciPy, or theory"))
    return Numbers(quantities, "test", columns, note)


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

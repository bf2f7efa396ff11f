"""Minima among random Hessians: against exact chances, SciPy and torch."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lab.core.events import Event, Metrics, Progress, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.gradient_descent.dimensions import Dimensions, DimensionsParams, hessians
from lab.topics.gradient_descent.dimensions.hessians import (
    EXACT,
    batches,
    chance,
    density,
    draw,
    eigenvalues,
    radius,
    wilson,
)
from lab.topics.gradient_descent.dimensions.saddle import RATE, SPAN, STEPS, FlatPlace, field


def run(watched: bool = False, **changes: Any) -> list[Event]:
    context = Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: watched)
    return list(Dimensions().run(DimensionsParams(**changes), context))


def metrics(**changes: Any) -> dict[str, float]:
    last = run(**changes)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def of_kind(events: list[Event], kind: type[Event], name: str) -> Any:
    return [event for event in events if isinstance(event, kind) and getattr(event, "name", "") == name][-1]


def preview(**changes: Any) -> list[Event]:
    return list(made(Dimensions().preview(DimensionsParams(**changes), DataStore(Path("unused")))))


@cache
def angle(i: int, j: int) -> Any:
    """Return the integral of cosⁱ sinʲ from π/4 to π/2, by the usual recurrences."""
    half = mpmath.sqrt(mpmath.mpf(1) / 2)
    if i >= 2:
        return (-(half ** (i + j)) + (i - 1) * angle(i - 2, j)) / (i + j)
    if i == 1:
        return (1 - half ** (j + 1)) / (j + 1)
    if j >= 2:
        return (half**j + (j - 1) * angle(0, j - 2)) / j
    return mpmath.pi / 4 if j == 0 else half


def pfaffian_chance(n: int) -> float:
    """Return the chance that n eigenvalues of density ∏|λᵢ − λⱼ| exp(−Σλ²/2) are positive: de Bruijn 1955, Mehta."""
    size = n + n % 2
    pairs = mpmath.zeros(size)
    for i in range(n):
        for j in range(i + 1, n):
            pairs[i, j] = (
                mpmath.mpf(2) ** (mpmath.mpf(i + j) / 2)
                * mpmath.gamma(mpmath.mpf(i + j) / 2 + 1)
                * (angle(i, j) - angle(j, i))
            )
            pairs[j, i] = -pairs[i, j]
        if n % 2:
            pairs[i, n] = mpmath.mpf(2) ** (mpmath.mpf(i - 1) / 2) * mpmath.gamma(mpmath.mpf(i + 1) / 2)
            pairs[n, i] = -pairs[i, n]
    whole = (2 * mpmath.pi) ** (mpmath.mpf(n) / 2)
    for i in range(1, n + 1):
        whole *= mpmath.gamma(1 + mpmath.mpf(i) / 2) / mpmath.gamma(mpmath.mpf(3) / 2)
    return float(mpmath.factorial(n) * mpmath.sqrt(mpmath.det(pairs)) / whole)


def test_the_exact_chances_are_those_of_the_pfaffian() -> None:
    with mpmath.workdps(120):
        angle.cache_clear()
        for n in (*range(1, 13), 20, 30):
            assert EXACT[n - 1] == pytest.approx(pfaffian_chance(n), rel=2e-9)
    assert EXACT[1] == pytest.approx((2 - math.sqrt(2)) / 4, rel=1e-9)
    assert EXACT[2] == pytest.approx((math.pi - 2 * math.sqrt(2)) / (4 * math.pi), rel=1e-9)
    # Dean and Majumdar: −ln P / n² comes to ln 3 / 4.
    slopes = [-math.log(EXACT[n - 1]) / n**2 for n in (10, 20, 30)]
    assert slopes == sorted(slopes, reverse=True)
    assert slopes[-1] == pytest.approx(math.log(3) / 4, rel=0.06)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("ensemble", ["goe", "independent"])
def test_the_share_of_minima_is_what_theory_says(ensemble: str, seed: int) -> None:
    count = 20_000
    for dimension in (1, 2, 3, 4):
        exact = chance(ensemble, dimension, 0.0)
        assert exact is not None
        found = draw(ensemble, dimension, 0.0, count, seed)
        # Fewer than one in a million such tests would fail by chance.
        assert stats.binomtest(found.positive, count, exact).pvalue > 1e-6 / 24


def test_the_matrices_have_variance_one_on_the_diagonal_and_half_beside_it() -> None:
    values = eigenvalues("goe", 6, 20_000, 5)
    # The trace is the sum of the diagonal; the sum of squares of eigenvalues is that of all entries.
    assert values.sum(axis=1).var() == pytest.approx(6, rel=0.05)
    assert np.square(values).sum(axis=1).mean() == pytest.approx(6 + 30 / 2, rel=0.02)


def test_the_eigenvalues_are_those_of_torch() -> None:
    numbers = np.random.default_rng((4, 7, 2)).standard_normal((50, 7, 7))
    matrices = torch.tensor(numbers)
    theirs = torch.linalg.eigvalsh((matrices + matrices.mT) / 2)
    np.testing.assert_allclose(eigenvalues("goe", 7, 50, 4, 2), theirs, atol=1e-12)


def test_the_spectrum_becomes_the_semicircle() -> None:
    values = eigenvalues("goe", 30, 2000, 1) / radius(30)
    assert np.mean(np.abs(values) <= 1) > 0.985
    assert np.abs(values).max() < 1.35
    # scipy's semicircular distribution has radius 1.
    distance = stats.kstest(values.ravel(), stats.semicircular.cdf).statistic
    assert distance < 0.01
    x = np.linspace(-7, 7, 50)
    np.testing.assert_allclose(density("goe", 30, 0.0, x), stats.semicircular.pdf(x, scale=radius(30)), atol=1e-12)
    np.testing.assert_allclose(density("independent", 2, 0.5, x), stats.norm.pdf(x, loc=1.0), atol=1e-12)


def test_a_shift_makes_minima_of_saddles() -> None:
    shares = [draw("goe", 8, shift, 3000, 1).share for shift in (0.0, 0.5, 1.0, 1.5)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] > 0.99
    found = draw("independent", 3, 0.5, 20_000, 1)
    exact = chance("independent", 3, 0.5)
    assert exact == pytest.approx(stats.norm.cdf(0.5 * math.sqrt(6)) ** 3)
    assert stats.binomtest(found.positive, 20_000, exact).pvalue > 1e-6


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_the_interval_is_that_of_wilson(trials: int, part: float) -> None:
    successes = round(part * trials)
    low, high = wilson(successes, trials)
    theirs = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-6)
    assert low <= successes / trials <= high + 1e-12


def test_a_run_counts_in_each_dimension_and_keeps_the_first_when_it_takes_more() -> None:
    few, many = metrics(dimensions=3, samples=500, seed=11), metrics(dimensions=6, samples=500, seed=11)
    assert list(many) == [f"share_{n}" for n in range(1, 7)]
    assert few.items() <= many.items()
    for n, share in enumerate(many.values(), 1):
        low, high = wilson(round(share * 500), 500, 5.0)
        assert low <= EXACT[n - 1] <= high


def test_many_samples_come_in_several_steps_and_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert batches(10, 45_000) == [20_000, 20_000, 5_000]
    assert sum(batches(30, 12_345)) == 12_345
    monkeypatch.setattr(hessians, "BATCHES", ((30, 100),))
    events = run(watched=True, dimensions=2, samples=250, seed=12)
    steps = [event for event in events if isinstance(event, Progress)]
    assert [(event.step, event.steps) for event in steps] == [(n, 6) for n in range(1, 7)]
    table = of_kind(events, Table, "numbers")
    assert [str(row[1].value).endswith("of 250") for row in table.rows] == [True, True]
    found = [draw("goe", 2, 0.0, count, 12, batch).positive for batch, count in enumerate((100, 100, 50))]
    last = events[-1]
    assert isinstance(last, Metrics)
    assert last.values["share_2"] == pytest.approx(sum(found) / 250)
    spectrum = of_kind(events, Chart, "spectrum")
    bars = [line for line in spectrum.lines if line.style == "bars"]
    # The bars have the area one, but for the few eigenvalues beside the chart.
    wide = bars[0].x[1] - bars[0].x[0]
    assert sum(float(line.y.sum()) for line in bars) * wide == pytest.approx(1, abs=0.01)


def test_none_is_said_and_not_drawn() -> None:
    events = run(dimensions=8, samples=200, seed=13)
    shares = of_kind(events, Chart, "share")
    measured = shares.lines[-1]
    assert np.isnan(measured.y[-1])
    assert np.nanmin(measured.y) > 0
    interval = shares.lines[-2]
    assert np.nanmin(interval.y) > 0
    assert np.nanmax(interval.y[-3:]) == pytest.approx(wilson(0, 200)[1])
    rows = of_kind(events, Table, "numbers").rows
    assert str(rows[-1][1].value) == "none of 200"
    assert rows[-1][2].value == 0


def test_bars_part_at_zero() -> None:
    for shift in (0.0, 0.37, 1.5):
        spectrum = of_kind(run(dimensions=4, samples=50, shift=shift), Chart, "spectrum")
        down, up = (line for line in spectrum.lines if line.style == "bars")
        half = (up.x[1] - up.x[0]) / 2
        assert up.x[0] == pytest.approx(half)
        assert np.all(down.x < 0)
        assert not len(down.x) or down.x[-1] == pytest.approx(-half)


def test_before_a_run_nothing_is_given_away() -> None:
    events = preview(samples=123, dimensions=3)
    shares = of_kind(events, Chart, "share")
    assert [str(line.label) for line in shares.lines if len(line.x)] == ["coin tosses, 2⁻ⁿ"]
    assert not of_kind(events, Table, "numbers").rows
    assert not [line for line in of_kind(events, Chart, "spectrum").lines if line.style == "bars" and len(line.x)]


def test_what_is_known_stays_in_sight_while_the_saddle_changes() -> None:
    done = run(dimensions=3, samples=124)
    again = preview(samples=124, dimensions=3, curvature_y=0.5)
    before, after = (of_kind(events, Chart, "share").lines[-1].y for events in (done, again))
    np.testing.assert_array_equal(before, after)
    assert not of_kind(preview(samples=124, dimensions=3, seed=8), Table, "numbers").rows
    assert metrics(dimensions=3, samples=124) == dict(of_kind(done, Metrics, "").values)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-2, 2), st.floats(-2, 2))
def test_the_way_past_the_flat_place_is_that_of_gradient_descent(a: float, b: float, x: float, y: float) -> None:
    path = FlatPlace((a, b), (x, y)).path
    at = np.array([x, y])
    for place in path[:50]:
        np.testing.assert_allclose(place, at, rtol=1e-9, atol=1e-12)
        at = at - RATE * np.array([a, b]) * at
    assert len(path) == STEPS + 1 or np.abs(path[-1]).max() > SPAN
    assert np.all(np.abs(path[:-1]) <= SPAN)


@pytest.mark.parametrize(
    ("curvatures", "kind"),
    [
        ((1.0, 2.0), "minimum"),
        ((-1.0, -0.5), "maximum"),
        ((1.0, -0.1), "saddle"),
        ((0.0, 1.0), "flat in one direction"),
        ((0.0, 0.0), "flat everywhere"),
    ],
)
def test_the_signs_of_the_curvatures_say_what_it_is(curvatures: tuple[float, float], kind: str) -> None:
    place = FlatPlace(curvatures, (1.0, 0.5))
    assert str(place.kind) == kind
    shown = field(place)
    assert isinstance(shown, Field)
    assert shown.picks == "start"
    low, high = float(shown.values.min()), float(shown.values.max())
    assert all(low <= level <= high for level in shown.levels)
    assert (kind == "flat everywhere") == (not shown.levels)


def test_a_start_on_the_ridge_stays_and_one_beside_it_is_slow() -> None:
    def steps(y: float) -> Any:
        table = of_kind(preview(start=(1.6, y)), Table, "point")
        return table.rows[-1][1].value

    assert str(steps(0.0)) == "stays"
    # From y to the edge by the factor 1.05 a step.
    assert steps(0.01) == math.floor(math.log(SPAN / 0.01) / math.log(1.05)) + 1
    assert steps(0.0001) > steps(0.01)


def test_the_preview_shows_the_saddle_with_its_ball() -> None:
    overlay = of_kind(preview(start=(1.0, 0.5)), Overlay, "saddle")
    [ball] = [line for line in overlay.lines if line.style == "ball"]
    assert (ball.x[0], ball.y[0]) == (1.0, 0.5)
    assert len(overlay.arrows) == 4


def test_a_start_beside_the_map_is_refused() -> None:
    with pytest.raises(ParamError, match="start: 3, 0 is not allowed"):
        DimensionsParams(start=(3.0, 0.0))

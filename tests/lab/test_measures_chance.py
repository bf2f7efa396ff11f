"""Intervals and tests, against SciPy and by counting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lab.core.catalogue import experiment
from lab.core.events import Metrics
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.maths import chance
from lab.topics.measures.chance import Chance, ChanceParams
from lab.topics.sweeps.grid import GridParams

TESTED = st.integers(1, 400).flatmap(lambda tests: st.tuples(st.integers(0, tests), st.just(tests)))
SEEDS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=9)


def measured(**values: Any) -> dict[str, float]:
    [found] = [event for event in Chance().compute(ChanceParams(**values)) if isinstance(event, Metrics)]
    return dict(found.values)


@given(TESTED, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_scipy_has_the_same_intervals(pair: tuple[int, int], confidence: float) -> None:
    right, tests = pair
    test = stats.binomtest(right, tests)
    exact, wilson = (test.proportion_ci(confidence, method) for method in ("exact", "wilson"))
    assert chance.exact_interval(right, tests, confidence) == pytest.approx(tuple(exact), abs=1e-9)
    assert chance.wilson_interval(right, tests, confidence) == pytest.approx(tuple(wilson), abs=1e-9)
    low, high = chance.exact_interval(right, tests, confidence)
    assert low <= right / tests <= high


@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_the_exact_interval_never_holds_less_than_it_says_and_the_simple_one_does(share: float) -> None:
    tests, confidence = 30, 0.95
    probabilities = chance.chances(tests, share)
    assert probabilities == pytest.approx(stats.binom.pmf(range(tests + 1), tests, share), abs=1e-12)

    def held(interval: Any) -> float:
        inside = [low <= share <= high for low, high in map(interval, range(tests + 1))]
        return float(probabilities @ np.array(inside))

    assert held(lambda right: chance.exact_interval(right, tests, confidence)) >= confidence
    if share == 0.97:
        z = chance.quantile(confidence)

        def simple(right: int) -> tuple[float, float]:
            p = right / tests
            half = z * (p * (1 - p) / tests) ** 0.5
            return p - half, p + half

        assert held(simple) < 0.7


@given(SEEDS)
def test_scipy_has_the_same_tests_over_seeds(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array(each) / 128 for each in zip(*pairs, strict=True))
    differences = first - second
    found = chance.paired_t(differences)
    if found is None:
        assert differences.std() < 1e-12
    else:
        wanted = stats.ttest_rel(first, second)
        assert found == pytest.approx((wanted.statistic, wanted.pvalue), rel=1e-6, abs=1e-9)
    above, below = int((differences > 0).sum()), int((differences < 0).sum())
    if above + below:
        assert chance.sign_test(differences) == pytest.approx(stats.binomtest(above, above + below).pvalue)
        flips = stats.permutation_test(
            (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=False
        )
        assert chance.permutation_test(differences) == pytest.approx(flips.pvalue, abs=1e-9)
    else:
        assert chance.sign_test(differences) == chance.permutation_test(differences) == 1.0


def test_pairs_find_what_seeds_hide() -> None:
    found = measured()
    assert found["p_paired"] < 0.05 < found["p_unpaired"]
    assert found["p_permutation"] < 0.05


def test_five_seeds_can_never_be_significant_by_signs_alone() -> None:
    found = measured(first=(0.9, 0.91, 0.92, 0.93, 0.94), second=(0.8, 0.7, 0.8, 0.7, 0.8))
    assert found["p_signs"] == found["p_permutation"] == found["least_p"] == 0.0625


def test_thirty_flowers_move_in_steps_and_the_interval_is_wide() -> None:
    found = measured(tests=30, right=28)
    assert found["step"] == pytest.approx(1 / 30)
    assert (round(found["exact_low"], 3), round(found["exact_high"], 3)) == (0.779, 0.992)
    assert found["simple_high"] > 1


def test_alike_differences_have_no_t() -> None:
    values: dict[str, Any] = {"first": (0.9, 0.8, 0.7), "second": (0.8, 0.7, 0.6)}
    assert not {"t", "p_paired"} & measured(**values).keys()
    [table] = [
        event
        for event in Chance().compute(ChanceParams(**values))
        if isinstance(event, Table) and event.name == "paired"
    ]
    [cell] = [row[1] for row in table.rows if str(row[0].value) == "t, paired"]
    assert "all alike" in str(cell.why)


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"tests": "20", "right": "21"}, "right: 21 of 20 examples cannot be right"),
        ({"first": "0.9 0.8 0.7", "second": "0.9 0.8"}, "second: there are 2 numbers, and 3 of the first"),
        ({"first": "0.9", "second": "0.8"}, "first"),
    ],
)
def test_what_does_not_fit_is_refused(texts: dict[str, str], sentence: str) -> None:
    with pytest.raises(ParamError, match=sentence):
        ChanceParams.from_texts(texts)


def test_a_sweep_says_whether_its_best_value_is_told_apart_from_the_next() -> None:
    def shown(**values: Any) -> Table:
        params = GridParams(experiment="ann.regression", over="epochs=2,50", **values)
        sweep = experiment("sweeps.grid")()
        sweep.prepare(params)
        events = sweep.run(params, Context("cpu", DataStore(Path("unused"))))
        return [event for event in events if isinstance(event, Table) and event.name == "extremes"][-1]

    table = shown(repeats=4)
    losses: dict[Any, list[float]] = {}
    for row in table.rows:
        losses.setdefault(row[0].value, []).append(float(str(row[-1].value)))
    first, second = losses.values()
    wanted = stats.ttest_ind(first, second, equal_var=False).pvalue
    assert f"p = {wanted:.2g} in Welch's t-test over 4 repeats" in str(table.note)
    assert "the best of 2" in str(table.note)
    assert "Welch" not in str(shown(repeats=1).note)


def test_a_sweep_says_accuracies_in_per_cent() -> None:
    params = GridParams(experiment="ann.multilayer", over="epochs=300,600", repeats=4)
    sweep = experiment("sweeps.grid")()
    sweep.prepare(params)
    events = list(sweep.run(params, Context("cpu", DataStore(Path("unused")))))
    table = [event for event in events if isinstance(event, Table) and event.name == "extremes"][-1]
    by_epochs: dict[Any, list[float]] = {}
    for row in table.rows:
        by_epochs.setdefault(row[0].value, []).append(float(str(row[-1].value)))
    best = max(100 * sum(runs) / len(runs) for runs in by_epochs.values())
    assert f"The best mean is {best:.4g} %" in str(table.note)
    charts = [event for event in events if isinstance(event, Chart) and event.name == "over"]
    assert charts[-1].y.share


@given(SEEDS)
def test_scipy_has_the_same_test_without_pairs(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array(each) / 128 for each in zip(*pairs, strict=True))
    found = chance.welch(first, second)
    if found is None:
        assert first.std() == second.std() == 0
    elif first.std() and second.std():
        # Where one of them has no spread, SciPy gives the same with a warning.
        assert found == pytest.approx(stats.ttest_ind(first, second, equal_var=False).pvalue, rel=1e-6, abs=1e-9)

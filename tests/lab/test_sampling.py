"""Samples, their estimates and tests, against SciPy, NumPy, torch and closed forms."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lab.core.events import Event, Metrics, Progress, made
from lab.core.experiment import Context
from lab.core.figures import Cell, Chart, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.maths.sampling import Sampling, SamplingParams
from lab.topics.maths.sampling.numbers import t_test
from lab.topics.maths.sampling.populations import POPULATIONS
from lab.topics.maths.sampling.trials import Trials, histogram, power, t_tests

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = {
    "normal": stats.norm(),
    "uniform": stats.uniform(),
    "exponential": stats.expon(),
    "coin": stats.bernoulli(0.5),
    "dice": stats.randint(1, 7),
}


def ran(watched: bool = True, **values: object) -> tuple[list[Event], Sampling]:
    params, sampling = SamplingParams(**values), Sampling()
    sampling.prepare(params)
    context = Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: watched)
    return list(sampling.run(params, context)), sampling


def metrics(events: list[Event]) -> dict[str, float]:
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values)


def newest(events: list[Event], name: str) -> Table:
    return next(e for e in reversed(events) if isinstance(e, Table) and e.name == name)


@pytest.mark.parametrize("name", POPULATIONS)
def test_populations_are_what_scipy_says(name: str) -> None:
    population, expected = POPULATIONS[name], DISTRIBUTIONS[name]
    assert (population.mean, population.variance) == pytest.approx((expected.mean(), expected.var()))
    drawn = population.draw(np.random.default_rng(0), (20_000,))
    if population.whole:
        values, counts = np.unique(drawn, return_counts=True)
        assert stats.chisquare(counts, 20_000 * expected.pmf(values)).pvalue > 1e-3
    else:
        assert stats.kstest(drawn, expected.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("size", [2, 5, 50])
def test_estimates_are_unbiased_or_biased_as_theory_says(name: str, size: int) -> None:
    population = POPULATIONS[name]
    trials = Trials(population, size, 0.0, 1)
    trials.draw(20_000)
    for estimates, expected in (
        (trials.means, population.mean),
        (trials.variances, (size - 1) / size * population.variance),
        (trials.unbiased(), population.variance),
    ):
        error = estimates.std() / math.sqrt(len(estimates))
        assert abs(estimates.mean() - expected) < 5 * error
    spread = trials.means.std()
    assert spread == pytest.approx(population.deviation / math.sqrt(size), rel=0.03)


@given(st.integers(2, 40), st.integers(0, 2**32 - 1), st.floats(-2, 2))
def test_the_t_test_is_scipys(size: int, seed: int, shift: float) -> None:
    generator = np.random.default_rng(seed)
    first, second = generator.standard_normal((2, 7, size))
    second += shift
    found = t_tests(first.mean(1) - second.mean(1), first.var(1) + second.var(1), size)
    expected = stats.ttest_ind(first, second, axis=1)
    np.testing.assert_allclose(found.t, expected.statistic, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.p, expected.pvalue, rtol=1e-9)


def test_samples_that_do_not_vary_have_no_t_or_an_infinite_one() -> None:
    found = t_tests(np.array([0.0, 0.5]), np.zeros(2), 3)
    assert math.isnan(found.t[0])
    assert math.isnan(found.p[0])
    assert math.isinf(found.t[1])
    assert found.p[1] == 0


@pytest.mark.parametrize("effect", [0.0, 0.2, 0.8, 2.0])
@pytest.mark.parametrize("size", [2, 10, 60, 2000])
def test_power_is_that_of_a_noncentral_t(effect: float, size: int) -> None:
    freedom, shift = 2 * size - 2, effect * math.sqrt(size / 2)
    critical = stats.t.ppf(0.975, freedom)
    if shift > critical + 12:
        expected = 1.0
    else:
        expected = stats.nct.sf(critical, freedom, shift) + stats.nct.cdf(-critical, freedom, shift)
    assert power(effect, size) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("effect", "size"), [(0.0, 5), (0.0, 30), (0.8, 20)])
def test_so_many_tests_are_significant_as_theory_says(effect: float, size: int) -> None:
    trials = Trials(POPULATIONS["normal"], size, effect, 3)
    trials.draw(4000)
    found = int((trials.tests().p < 0.05).sum())
    low, high = stats.binom.interval(0.9999, 4000, power(effect, size))
    assert low <= found <= high


def test_the_growing_mean_stays_in_its_band_and_comes_home() -> None:
    inside = []
    for seed in range(40):
        trials = Trials(POPULATIONS["exponential"], 2, 0.0, seed)
        away = np.abs(trials.growing_means - 1) * np.sqrt(trials.growing_sizes)
        inside.append(away[-1] < 1.96)
        assert away[-1] < 5
    assert stats.binom.interval(0.9999, 40, 0.95)[0] <= sum(inside)


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("size", [2, 3, 10, 97])
def test_the_histogram_holds_every_mean_once(name: str, size: int) -> None:
    trials = Trials(POPULATIONS[name], size, 0.0, 5)
    trials.draw(500)
    middles, density = histogram(trials)
    width = middles[1] - middles[0]
    edges = np.append(middles - width / 2, middles[-1] + width / 2)
    counts, _ = np.histogram(trials.means, edges)
    assert counts.sum() == 500
    np.testing.assert_allclose(density, counts / (500 * width))


@pytest.mark.parametrize("name", POPULATIONS)
def test_batches_and_watching_do_not_change_the_numbers(name: str) -> None:
    one, many = (Trials(POPULATIONS[name], 7, 0.5, 9) for _ in range(2))
    one.draw(60)
    for count in (1, 2, 57):
        many.draw(count)
    np.testing.assert_array_equal(one.means, many.means)
    np.testing.assert_array_equal(one.other_variances, many.other_variances)
    values = {"distribution": name, "n": 7, "samples": 50}
    assert metrics(ran(True, **values)[0]) == metrics(ran(False, **values)[0]) == metrics(ran(False, **values)[0])
    assert metrics(ran(False, **values)[0]) != metrics(ran(False, seed=8, **values)[0])


def test_a_run_grows_from_one_sample_to_all() -> None:
    events, sampling = ran(samples=200)
    steps = [event for event in events if isinstance(event, Progress)]
    assert [step.step for step in steps] == list(range(1, steps[-1].steps + 1))
    charts = [event for event in events if isinstance(event, Chart) and event.name == "means"]
    labels = [str(chart.lines[0].label) for chart in charts]
    counts = [int(label.removeprefix("means of ").removesuffix(" samples")) for label in labels]
    assert counts[0] == 1
    assert counts[-1] == 200
    assert counts == sorted(set(counts))
    assert sampling.state() is None


def test_the_numbers_of_the_table_are_those_of_the_metrics() -> None:
    events, _ = ran(n=5, samples=500)
    found = metrics(events)
    rows = {str(row[0].value): row for row in newest(events, "numbers").rows}
    assert rows["variance (n)"][2].value == found["variance_n"]
    assert rows["variance (n)"][3].value == pytest.approx(0.8)
    assert rows["variance (n)"][2].mark == "bad"
    assert rows["variance (n − 1)"][2].value == found["variance_n_minus_1"]
    assert rows["variance (n − 1)"][2].mark == ""
    assert rows["standard error"][2].value == found["deviation_of_means"]


def test_at_rest_scipy_and_torch_are_asked() -> None:
    events, sampling = ran(n=12, samples=20, difference=1.0, seed=3)
    assert newest(events, "test").rows[0][2].value is None
    torch_before = torch.random.get_rng_state()
    asked = list(made(sampling.query({})))
    test, seeds = newest(asked, "test"), newest(asked, "seeds")
    assert torch.equal(torch_before, torch.random.get_rng_state())
    assert isinstance(test, Table)
    assert isinstance(seeds, Table)
    for row in test.rows[:3]:
        assert row[1].value == pytest.approx(row[2].value, rel=1e-9)
    rows = [[cell.value for cell in row[1:4]] for row in seeds.rows]
    assert rows[0] == rows[1] == pytest.approx(np.random.default_rng(3).standard_normal(3), abs=1e-4)
    expected = torch.randn(3, generator=torch.Generator().manual_seed(3))
    assert rows[3] == rows[4] == pytest.approx(expected.numpy(), abs=1e-4)
    assert [row[4].mark for row in seeds.rows] == ["", "good", "muted", "muted", "good"]


def test_tests_that_are_undefined_are_counted_and_said() -> None:
    events, sampling = ran(distribution="coin", n=2, samples=200)
    found = metrics(events)
    assert found["undefined_tests"] > 0
    assert f"Undefined tests: {found['undefined_tests']:.0f}." in str(newest(events, "test").note)
    for event in (event for event in made(sampling.query({})) if isinstance(event, Table)):
        assert all(cell.value is None or isinstance(cell, Cell) for row in event.rows for cell in row)
    assert all(math.isfinite(value) for value in found.values())


def test_samples_that_do_not_vary_and_differ_have_an_infinite_t() -> None:
    trials = Trials(POPULATIONS["coin"], 2, 0.0, 0)
    while not (len(trials.means) and math.isinf(trials.tests().t[-1])):
        trials.draw(1)
    (_, t, _), _, (_, p, _), _ = t_test(trials, 0.0, with_scipy=True).table.rows
    assert math.isinf(t.value) and p.value == 0
    assert "means differ" in str(t.why)


def test_before_it_runs_only_theory_is_shown() -> None:
    events = list(made(Sampling().preview(SamplingParams(n=4), DataStore(Path("unused")))))
    numbers = newest(events, "numbers")
    assert all(row[1].value is None for row in numbers.rows)
    assert [row[3].value for row in numbers.rows] == [0, 0.75, 1, 0.5]
    assert list(made(Sampling().query({}))) == []


@pytest.mark.parametrize(
    "values", [{"n": 1}, {"samples": 9}, {"difference": -0.1}, {"seed": -1}, {"distribution": "x"}]
)
def test_bad_input_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ParamError, match=next(iter(values))):
        SamplingParams(**values)


def test_on_the_command_line() -> None:
    command = [
        sys.executable,
        "main.py",
        "run",
        "maths.sampling",
        "--n",
        "30",
        "--seed",
        "1",
        "--samples",
        "50",
        "--json",
    ]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])["metrics"]
    assert found["degrees_of_freedom"] == 58
    assert found["standard_error"] == pytest.approx(1 / math.sqrt(30))

"""A thousand regressions: what the course found, as intervals over its repeats, and every cell opened alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import made
from lab.sweeps.outcomes import Results
from tests.lab.dense_runs import opened, swept

Found = tuple[Results, dict[tuple[str, str], Any], dict[str, float]]


@pytest.fixture(scope="module")
def course() -> Found:
    """The whole sweep: 21 slopes, 50 repeats."""
    return swept("ann.slopes")


def test_the_grid_of_the_course(course: Found) -> None:
    results, _shown, metrics = course
    (axis,) = results.sweep.axes
    assert axis.values == tuple(np.linspace(-2, 2, 21).round(12).tolist())
    assert metrics["models"] == 1050 and metrics["failed"] == 0
    assert {cell.params.points for cell in results.cells} == {50}
    assert len({cell.seed for cell in results.cells}) == 1050


def test_the_living_reach_the_noise_whatever_the_slope(course: Found) -> None:
    results = course[0]
    loss, dead = results.grid("loss"), results.grid("dead")
    means = np.array([row[alive].mean() for row, alive in zip(loss, dead == 0, strict=True)])
    assert (means > 0.2).all() and (means < 0.3).all()


def test_correlation_follows_from_slope_and_noise(course: Found) -> None:
    results = course[0]
    slopes = np.array(results.sweep.axes[0].values)
    expected = np.abs(slopes) / np.sqrt(slopes**2 + 0.25)
    found = np.nanmean(results.grid("correlation"), 1)
    steep = np.abs(slopes) >= 0.6
    assert found[steep] == pytest.approx(expected[steep], abs=0.06)
    assert found[slopes == 0].item() < 0.3


def test_the_dead_are_counted_and_are_no_zeros(course: Found) -> None:
    results, shown, metrics = course
    dead, loss, correlation = (results.grid(name) for name in ("dead", "loss", "correlation"))
    assert metrics["dead"] == (dead == 1).sum()
    # About a quarter; three standard errors of 1,050 are 0.04.
    assert 0.2 < dead.mean() < 0.33
    assert np.array_equal(np.isnan(correlation), dead == 1)
    # Each predicts the mean of y: its loss is that of a flat line.
    slopes = np.array(results.sweep.axes[0].values)[:, None]
    flat = np.broadcast_to(slopes**2 + 0.25, dead.shape)[dead == 1]
    assert (loss[dead == 1] / flat).mean() == pytest.approx(1, abs=0.1)
    (bars,) = shown["Chart", "dead"].lines
    assert bars.y == pytest.approx(100 * dead.mean(1))
    rings = _line(shown["Chart", "loss"], "dead network")
    assert rings.style == "rings" and len(rings.x) == metrics["dead"]
    assert sorted(rings.y) == pytest.approx(sorted(loss[dead == 1]))
    table = shown["Table", "slopes"]
    assert [row[2].value for row in table.rows] == dead.sum(1).astype(int).tolist()


def test_means_are_of_the_living_and_zeros_are_only_shown_as_such(course: Found) -> None:
    results, shown, _metrics = course
    correlation, dead = results.grid("correlation"), results.grid("dead")
    chart = shown["Chart", "correlation"]
    assert _line(chart, "mean of the living").y == pytest.approx(np.nanmean(correlation, 1))
    zeros = np.where(dead == 1, 0.0, correlation).mean(1)
    assert _line(chart, "if the dead were counted as 0").y == pytest.approx(zeros)
    assert len(_line(chart, "living network").x) == (dead == 0).sum()


def test_a_point_opens_the_very_network(course: Found) -> None:
    _results, shown, _metrics = course
    for label in ("living network", "dead network"):
        line = _line(shown["Chart", "loss"], label)
        for place in (0, len(line.x) // 2, len(line.x) - 1):
            found = opened(line.links[place])
            assert found["loss"] == pytest.approx(line.y[place], abs=1e-9)
            assert found["dead"] == (label == "dead network")


def test_without_relu_none_dies() -> None:
    _results, _shown, metrics = swept("ann.slopes", activation="identity", repeats=10)
    assert metrics["dead"] == 0
    assert 0.2 < metrics["mean_loss_alive"] < 0.3


def test_rates_that_are_too_large_kill_and_what_diverges_is_no_number() -> None:
    results, shown, metrics = swept("ann.slopes", learning_rate=1.0, repeats=10, slopes=5)
    assert metrics["dead"] > 0.5 * metrics["models"]
    loss, dead = results.grid("loss"), results.grid("dead")
    assert np.array_equal(np.isnan(loss), np.isnan(dead))
    assert all(np.isfinite(line.y).all() for line in shown["Chart", "loss"].lines if line.links)


def test_all_dead_gives_no_mean() -> None:
    chosen = experiment("ann.slopes")
    results, _shown, _metrics = swept("ann.slopes", slopes=2, repeats=1, epochs=1, points=3)
    for index in list(results.metrics):
        results.metrics[index] = {"epochs": 1.0, "loss": 1.0, "correlation": np.nan, "dead": 1.0}
    instance: Any = chosen()
    assert np.isnan(instance.totals(chosen.params(), results)["mean_loss_alive"])
    drawn = {event.key: event for event in made(instance.figures(chosen.params(slopes=2, repeats=1), results))}
    assert [row[3].value for row in drawn["Table", "slopes"].rows] == [None, None]


def test_figures_of_nothing_yet() -> None:
    chosen = experiment("ann.slopes")
    instance: Any = chosen()
    params = chosen.params(slopes=3, repeats=2)
    drawn = {event.key: event for event in made(instance.figures(params, Results.of(instance.sweep(params))))}
    assert all(np.isnan(line.y).all() for line in drawn["Chart", "dead"].lines)
    assert [row[1].value for row in drawn["Table", "slopes"].rows] == [0, 0, 0]


def _line(chart: Any, label: str) -> Any:
    return next(line for line in chart.lines if str(line.label) == label)

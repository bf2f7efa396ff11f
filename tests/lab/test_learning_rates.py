"""Two clusters over learning rates: what the course found, as intervals over repeats, and every point opened."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import made
from lab.core.params import ParamError
from lab.sweeps.outcomes import Results
from lab.topics.ann.learning_rates import LearningRatesParams
from tests.lab.dense_runs import opened, swept

NAME = "ann.learning_rates"
Found = tuple[Results, dict[tuple[str, str], Any], dict[str, float]]


@pytest.fixture(scope="module")
def rates() -> Found:
    """Ten of the course's rates, 30 repeats each."""
    return swept(NAME, rates=10, repeats=30)


@pytest.fixture(scope="module")
def linear() -> Found:
    """The same without the non-linearity."""
    return swept(NAME, rates=10, repeats=30, activation="identity")


def test_the_grid_of_the_course() -> None:
    usual = LearningRatesParams()
    instance: Any = experiment(NAME)()
    sweep = instance.sweep(usual)
    assert sweep.axes[0].values == pytest.approx(np.linspace(0.001, 0.1, 40))
    assert len(sweep) == 2000 and usual.epochs == 500


def test_small_rates_are_slow_and_larger_ones_leave_a_third_behind(rates: Found) -> None:
    accuracy = rates[0].grid("accuracy")
    enough = (accuracy > 0.7).mean(1)
    assert enough[0] < 0.3
    # 7 rates of 0.034 and above with 30 repeats: 0.72, three standard errors are 0.09.
    assert 0.62 < enough[3:].mean() < 0.82
    assert rates[2]["share_above_70"] == pytest.approx(enough.mean())


def test_accuracies_form_two_heaps(rates: Found) -> None:
    accuracy = rates[0].grid("accuracy")[3:]
    between = ((accuracy > 0.6) & (accuracy < 0.75)).mean()
    assert between < 0.15
    assert (accuracy > 0.9).mean() > 0.45
    assert (accuracy < 0.6).mean() > 0.15


def test_without_the_non_linearity_all_learn_at_good_rates(linear: Found) -> None:
    accuracy = linear[0].grid("accuracy")
    # "99–100 %" is the share of networks above 70 %; none can be right for more than 97.7 % of ever new points.
    assert (accuracy[2:] > 0.7).mean() >= 0.99
    assert accuracy[5:].mean() == pytest.approx(0.977, abs=0.006)
    assert linear[2]["share_above_70"] > 0.85


def test_any_point_opens_that_very_run(rates: Found) -> None:
    results, shown, _metrics = rates
    line = shown["Chart", "accuracy"].lines[0]
    assert len(line.links) == len(line.x) == 300
    for place in (0, 45, 150, 299):
        found = opened(line.links[place])
        assert found["accuracy"] == line.y[place]
        assert found["loss"] == pytest.approx(results.metrics[place]["loss"], abs=1e-9)
        assert float(line.links[place].texts["learning_rate"]) == line.x[place]


def test_all_losses_are_drawn_and_open_their_runs(rates: Found) -> None:
    results, shown, _metrics = rates
    lines = shown["Chart", "curves"].lines
    assert len(lines) == 300
    accuracy = results.grid("accuracy").ravel()
    assert sum(str(line.label).startswith("above") for line in lines) == (accuracy > 0.7).sum()
    first = lines[0]
    assert first.x[0] == 1 and first.x[-1] == 500
    found = opened(first.links[0])
    # The last curve value is the loss before the last step.
    assert found["loss"] == pytest.approx(first.y[-1], abs=1e-2)
    assert found["accuracy"] > 0.7


def test_share_and_table_are_of_the_same_numbers(rates: Found) -> None:
    results, shown, _metrics = rates
    accuracy = results.grid("accuracy")
    (line,) = shown["Chart", "share"].lines
    assert line.y == pytest.approx(100 * (accuracy > 0.7).mean(1))
    rows = shown["Table", "rates"].rows
    assert [row[1].value for row in rows] == pytest.approx(accuracy.mean(1).tolist())
    assert [row[4].value for row in rows] == (accuracy > 0.7).sum(1).tolist()


def test_half_a_sweep_is_shown_without_guessing() -> None:
    instance: Any = experiment(NAME)()
    params = LearningRatesParams(rates=4, repeats=2)
    results = Results.of(instance.sweep(params))
    drawn = {event.key: event for event in made(instance.figures(params, results))}
    assert drawn["Table", "rates"].rows == () and drawn["Chart", "curves"].lines == ()
    results.metrics[2] = {"epochs": 1.0, "loss": 0.5, "accuracy": 0.8}
    drawn = {event.key: event for event in made(instance.figures(params, results))}
    (line,) = drawn["Chart", "share"].lines
    assert np.isnan(line.y[[0, 2, 3]]).all() and line.y[1] == 100
    assert len(drawn["Table", "rates"].rows) == 1


def test_rates_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ParamError) as caught:
        LearningRatesParams(lowest=0.2, highest=0.1)
    assert caught.value.field == "highest" and "0.2" in str(caught.value)

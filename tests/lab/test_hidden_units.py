"""Iris over the number of hidden units."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.core.events import Event, made
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.sweeps.outcomes import Results
from lab.topics.ann.hidden_units import HiddenUnits, HiddenUnitsParams
from tests.lab.swept import metrics, opened, run, swept

SMALL: dict[str, Any] = {"fewest": 3, "most": 6, "epochs": 20}


def charts(events: list[Event]) -> dict[str, Chart]:
    return {event.name: event for event in events if isinstance(event, Chart)}


def test_over_many_seeds_accuracy_rises_and_its_scatter_shrinks() -> None:
    # Of 40 repeats: 1 unit 0.30 to 0.91, median 1/3; 64 units 0.89 to 0.97; 128 units 0.94 to 0.97.
    accuracy = swept("ann.iris", "hidden", ((1,), (16,), (128,)), 30, epochs=150)["accuracy"]
    assert np.median(accuracy[0]) == pytest.approx(1 / 3, abs=0.05)
    assert 0.68 <= accuracy[1].mean() <= 0.82
    assert 0.95 <= accuracy[2].mean() <= 0.975
    assert accuracy[2].std() < min(accuracy[1].std(), accuracy[0].std()) / 3


def test_the_course_s_sweep_is_the_default() -> None:
    sweep = HiddenUnits().sweep(HiddenUnitsParams())
    assert sweep.axes[0].values == tuple((units,) for units in range(1, 129))
    assert (len(sweep), sweep.base.to_json()["epochs"]) == (128, 150)


@pytest.mark.parametrize("repeats", [1, 3])
def test_every_point_opens_the_run_that_it_is(repeats: int) -> None:
    events = run("ann.hidden_units", **SMALL, repeats=repeats)
    for name, metric in (("accuracy", "accuracy"), ("loss", "loss")):
        line = charts(events)[name].lines[0]
        assert len(line.x) == len(line.links) == 4 * repeats
        for place in (0, 4 * repeats - 1):
            found = opened(line.links[place])
            assert line.links[place].texts["hidden"] == str(int(line.x[place]))
            assert found[metric] == pytest.approx(line.y[place], abs=1e-4)


def test_means_and_quartiles_are_shown_of_repeats() -> None:
    lines = charts(run("ann.hidden_units", **SMALL, repeats=4))["loss"].lines
    runs = lines[0].y.reshape(4, 4)
    wanted = {"quartiles": np.quantile(runs, 0.25, axis=1), "": np.quantile(runs, 0.75, axis=1), "mean": runs.mean(1)}
    for line in lines[1:]:
        np.testing.assert_allclose(line.y, wanted[str(line.label)])


def test_curves_and_result() -> None:
    events = run("ann.hidden_units", **SMALL)
    assert len(charts(events)["curves"].lines) == 4
    table = next(event for event in reversed(events) if isinstance(event, Table))
    assert "4 of 4 runs" in str(table.note)
    found = metrics(events)
    assert found["models"] == 4
    assert found["best_accuracy"] == charts(events)["accuracy"].lines[0].y.max()
    assert math.isnan(found["units_for_90"]) or found["units_for_90"] in range(3, 7)


def test_with_no_results_yet_nothing_is_drawn_as_a_number() -> None:
    params = HiddenUnitsParams(**SMALL)
    events = list(made(HiddenUnits().figures(params, Results.of(HiddenUnits().sweep(params)))))
    assert sum(len(line.y) for line in charts(events)["accuracy"].lines) == 0


def test_sizes_that_do_not_follow_each_other_are_refused() -> None:
    with pytest.raises(ParamError, match="number above 9"):
        HiddenUnitsParams(fewest=9, most=9)

"""Iris over depth and breadth."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import pearsonr

from lab.core.events import Event, made
from lab.core.figures import Chart, Field, Table
from lab.core.params import ParamError
from lab.sweeps.outcomes import Results
from lab.topics.ann.depth_breadth import DepthBreadth, DepthBreadthParams
from tests.lab.swept import metrics, opened, run, swept

SMALL: dict[str, Any] = {"fewest": 4, "most": 13, "layers": 3, "epochs": 30}


def newest(events: list[Event]) -> dict[str, Any]:
    return {event.name: event for event in events if isinstance(event, Chart | Field | Table)}


def parameters(units: int, layers: int) -> int:
    widths = [4, *[units] * layers, 3]
    made = [torch.nn.Linear(before, after) for before, after in pairwise(widths)]
    return sum(p.numel() for layer in made for p in layer.parameters())


def test_over_many_seeds_five_narrow_layers_are_worse_than_one() -> None:
    # Of 20 repeats with 16 units: 1 layer 0.93 to 0.98, 3 layers 0.67 to 0.98, 5 layers 0.33 to 0.97.
    shapes = ((16,), (16,) * 3, (16,) * 5)
    accuracy = swept("ann.iris", "hidden", shapes, 10, epochs=500)["accuracy"].mean(1)
    assert 0.94 <= accuracy[0] <= 0.985
    assert 0.75 <= accuracy[1] <= 0.97
    assert 0.4 <= accuracy[2] <= 0.85


def test_the_course_s_sweep_is_the_default() -> None:
    params = DepthBreadthParams()
    sweep = DepthBreadth().sweep(params)
    assert params.units() == list(range(4, 101, 3))
    assert len(sweep) == 5 * 33
    base = sweep.base.to_json()
    assert (base["epochs"], base["learning_rate"]) == (500, 0.01)
    assert sweep.axes[0].values[-1] == (100,) * 5


@pytest.mark.parametrize("repeats", [1, 2])
def test_accuracy_over_units_has_a_colour_and_a_mark_for_each_depth(repeats: int) -> None:
    chart = newest(run("ann.depth_breadth", **SMALL, repeats=repeats))["units"]
    lines = [line for line in chart.lines if line.style == "line + points"]
    assert [line.colour for line in lines] == [0, 1, 2]
    assert len({str(line.label) for line in lines}) == 3
    assert all(line.x.tolist() == [4, 7, 10, 13] for line in lines)
    spread = [line for line in chart.lines if line.style == "dashes"]
    assert len(spread) == (6 if repeats > 1 else 0)


def test_accuracy_over_parameters_with_r() -> None:
    events = run("ann.depth_breadth", **SMALL, repeats=3)
    chart = newest(events)["parameters"]
    for depth, line in enumerate(chart.lines, 1):
        assert line.x.tolist() == [parameters(units, depth) for units in (4, 7, 10, 13) for _ in range(3)]
    x = np.concatenate([line.x.reshape(4, 3)[:, 0] for line in chart.lines])
    y = np.concatenate([line.y.reshape(4, 3).mean(1) for line in chart.lines])
    r = float(pearsonr(x, y).statistic)
    found = metrics(events)
    assert found["r_parameters"] == pytest.approx(r)
    assert f"r = {r:.2f}" in str(chart.x.label)
    assert found["best_accuracy"] == pytest.approx(y.max())
    rows = newest(events)["depths"].rows
    runs = chart.lines[1].y
    assert [cell.value for cell in rows[1][:3]] == [2, 12, round(float(runs.mean()), 4)]
    assert rows[1][3].value == round(float(runs.std()), 4)


def test_a_cell_opens_the_run_that_it_is() -> None:
    events = run("ann.depth_breadth", **SMALL)
    found = newest(events)
    field, line = found["map"], found["units"].lines[2]
    assert field.values.shape == (3, 4)
    link = field.links[2 * 4 + 1]
    assert link.texts["hidden"] == "7, 7, 7"
    assert link == line.links[1]
    alone = opened(link)
    assert alone["accuracy"] == pytest.approx(field.values[2, 1], abs=1e-9)
    row = next(
        row
        for event in events
        if type(event).__name__ == "Outcomes"
        for row in vars(event)["rows"]
        if row["hidden"] == (7, 7, 7)
    )
    assert alone["loss"] == pytest.approx(row["loss"], abs=1e-4)


def test_with_no_results_yet_nothing_is_drawn_as_a_number() -> None:
    params = DepthBreadthParams(**SMALL)
    found = newest(list(made(DepthBreadth().figures(params, Results.of(DepthBreadth().sweep(params))))))
    assert np.isnan(found["map"].values).all()
    assert str(found["map"].missing) == "not there yet"
    assert sum(len(line.y) for line in found["units"].lines) == 0
    assert "r =" not in str(found["parameters"].x.label)
    assert [row[2].value for row in found["depths"].rows] == [None] * 3


def test_sizes_that_do_not_follow_each_other_are_refused() -> None:
    with pytest.raises(ParamError, match="number above 20"):
        DepthBreadthParams(fewest=20, most=10)

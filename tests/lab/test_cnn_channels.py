"""Channels: nine networks, which axis is which, and what the errors go with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from lab.core.events import made
from lab.core.experiment import Context
from lab.core.figures import Chart, Field, Table
from lab.data.store import DataStore
from lab.nets.network import build
from lab.sweeps.outcomes import Outcome, Results
from lab.topics.cnn.channels import (
    COURSE,
    DRIVERS,
    FIRST,
    SECOND,
    Channels,
    ChannelsParams,
    correlations,
    drivers,
    parameters_of,
)
from lab.topics.cnn.letters import LettersParams
from tests.lab.swept import trained

STORE = DataStore(Path("unused"))


def page(results: Results, params: ChannelsParams) -> dict[tuple[str, str], Any]:
    return {event.key: event for event in made(Channels().figures(params, results))}


def course() -> Results:
    """Return a sweep whose errors are those of the course."""
    results = Results.of(Channels().sweep(ChannelsParams()))
    for cell in results.cells:
        results.take(Outcome(cell, {"test_error": COURSE[tuple(cell.values.values())] / 100}))
    return results


def test_each_network_has_its_channels_and_as_many_parameters_as_torch_counts() -> None:
    cells = list(Channels().sweep(ChannelsParams()).cells())
    assert [tuple(cell.values.values()) for cell in cells] == [*COURSE]
    assert [parameters_of(cell.params) for cell in cells] == [
        6342, 13755, 21168, 6432, 13926, 21420, 6522, 14097, 21672,
    ]  # fmt: skip
    for cell in cells:
        assert isinstance(cell.params, LettersParams)
        network = build(cell.params, (1, 28, 28), 26, torch.Generator())
        assert (network.conv1.out_channels, network.conv2.out_channels) == tuple(cell.values.values())
        assert sum(numbers.numel() for numbers in network.parameters()) == parameters_of(cell.params)


def test_the_axes_are_the_right_way_round() -> None:
    shown = page(course(), ChannelsParams())
    for name in ("map", "course"):
        field = shown["Field", name]
        assert isinstance(field, Field)
        assert [str(axis.label) for axis in (field.x, field.y)] == ["channels of conv1", "channels of conv2"]
        # Rows are conv2, from below; columns conv1.
        np.testing.assert_allclose(field.values[0], [COURSE[first, 2] for first in (2, 5, 8)])
        np.testing.assert_allclose(field.values[:, 0], [COURSE[2, second] for second in (2, 5, 8)])
    assert (shown["Field", "swapped"].values == shown["Field", "course"].values.T).all()
    assert "is conv2" in str(shown["Field", "swapped"].x.label)
    chart = shown["Chart", "parameters"]
    assert isinstance(chart, Chart)
    first = next(line for line in chart.lines if str(line.label) == "conv2: 8")
    np.testing.assert_allclose(first.x, [21168, 21420, 21672])
    np.testing.assert_allclose(first.y, [COURSE[2, 8], COURSE[5, 8], COURSE[8, 8]])


def test_the_course_credits_the_wrong_layer() -> None:
    """Its errors go with conv2 and with the parameters, hardly with conv1, to which its figure gives them."""
    results = course()
    errors = 100 * results.grid("test_error")[..., 0]
    found = correlations(results.sweep, errors)
    assert {name: round(r, 2) for name, r in found.items()} == {
        "conv1": -0.3, "conv2": -0.91, "channels": -0.85, "parameters": -0.91,
    }  # fmt: skip
    for name, values in drivers(results.sweep).items():
        assert found[name] == pytest.approx(stats.pearsonr(values.ravel(), errors.ravel()).statistic, abs=1e-9)
    np.testing.assert_allclose(errors.mean(axis=1).round(2), [10.65, 9.75, 9.45])
    np.testing.assert_allclose(errors.mean(axis=0).round(2), [12.07, 9.35, 8.43])
    totals = Channels().totals(ChannelsParams(), results)
    assert (totals["best_error"], totals["worst_error"]) == pytest.approx((0.0756, 0.1279))
    assert totals["r_conv2"] == pytest.approx(found["conv2"])
    table = page(results, ChannelsParams())["Table", "numbers"]
    assert isinstance(table, Table)
    assert [row[1].value for row in table.rows] == [row[3].value for row in table.rows]
    assert len(table.rows) == len(DRIVERS)


@pytest.mark.long
def test_channels_of_conv2_bring_more_than_those_of_conv1_with_each_of_five_seeds() -> None:
    """What the lesson states of synthetic letters, after two epochs."""
    axes = {FIRST: (2, 8), SECOND: (2, 8)}
    results = trained("cnn.letters", axes, dataset="synthetic-letters", epochs=2)
    errors = 100 * results.grid("test_error")[..., 0]
    by_first, by_second = (errors[0] - errors[1]).mean(axis=0), (errors[:, 0] - errors[:, 1]).mean(axis=0)
    assert by_first.shape == (5,)
    assert (by_second > by_first).all()
    assert [by_first.min(), by_first.max()] == pytest.approx([1.2, 4.4], abs=1.0)
    assert [by_second.min(), by_second.max()] == pytest.approx([10.4, 11.4], abs=1.0)


def test_sizes_that_the_course_has_not_and_single_ones_have_no_figures_made_up() -> None:
    params = ChannelsParams(first=(3,), second=(4,))
    shown = page(Results.of(Channels().sweep(params)), params)
    assert all(row[1].value is None and row[3].value is None for row in shown["Table", "numbers"].rows)
    assert not shown["Chart", "parameters"].lines
    assert "r_conv1" in Channels().totals(params, Results.of(Channels().sweep(params)))


def test_times_are_taken_where_somebody_watches() -> None:
    params = ChannelsParams(first=(2,), second=(2,), epochs=1, batch_size=4096)
    experiment = Channels()
    experiment.prepare(params)
    running = experiment.run(params, Context("cpu", STORE, due=lambda kind, name: True))
    next(running)
    [event] = [each for each in made(experiment.query({})) if each.key == ("Table", "networks")]
    assert isinstance(event, Table)
    assert float(event.rows[0][6].value) > 0
    running.close()

"""The sweep over encoder and code: its grid, and that each network is the one of its own page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Field, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.sweeps.outcomes import Outcomes
from lab.topics.autoencoders.digits import references
from lab.topics.autoencoders.size import SizeParams
from tests.lab.contracts import ran

STORE = DataStore(Path("unused"))
SMALL: dict[str, Any] = {
    "narrowest": 6, "widest": 12, "encoders": 2, "smallest": 2, "largest": 4, "codes": 2, "epochs": 1,
    "batch_size": 425,
}  # fmt: skip


@pytest.fixture(scope="module")
def swept() -> tuple[Any, list[Event]]:
    """Four small networks."""
    chosen = experiment("autoencoders.size")
    instance, params = chosen(), chosen.params(**SMALL)
    instance.prepare(params)
    return instance, list(instance.run(params, Context("cpu", STORE)))


def test_the_grid_is_the_courses() -> None:
    params = SizeParams()
    assert params.encoder_units() == [10, 54, 99, 143, 188, 232, 277, 321, 366, 410, 455, 500]
    assert params.code_units() == [5, 18, 32, 45, 59, 72, 86, 100]
    assert len(list(experiment("autoencoders.size")().sweep(params).cells())) == 96


def test_each_network_is_the_one_that_its_page_trains(swept: tuple[Any, list[Event]]) -> None:
    instance, _ = swept
    chosen = experiment("autoencoders.digits")
    cell = instance.results.cells[3]
    assert cell.params.encoder == (12,) and cell.params.code == 4
    last = list(chosen().run(cell.params, Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    assert instance.results.metrics[3]["test_mse"] == pytest.approx(last.values["test_mse"], rel=1e-4)


def test_its_figures_show_each_of_them_in_its_place(swept: tuple[Any, list[Event]]) -> None:
    instance, events = swept
    assert isinstance(events[-1], Metrics) and events[-1].values["models"] == 4
    assert sum(len(event.rows) for event in events if isinstance(event, Outcomes)) == 4
    found = {event.key: event for event in made(instance.query({}))}
    errors = instance.results.grid("test_mse")[..., 0]
    field, chart, table = found["Field", "map"], found["Chart", "encoders"], found["Table", "codes"]
    assert isinstance(field, Field) and isinstance(chart, Chart) and isinstance(table, Table)
    np.testing.assert_array_equal(field.values, errors.T)
    # Each size is in the middle of its cell.
    assert field.x_range == (3.0, 15.0) and field.y_range == (1.0, 5.0)
    assert [line.y.tolist() for line in chart.lines] == errors.T.tolist()
    assert [row[1].value for row in table.rows] == [float(f"{column.min():.4g}") for column in errors.T]
    assert field.links[1].texts["encoder"] == "12" and field.links[1].texts["code"] == "2"


@pytest.mark.parametrize("wrong", [{"narrowest": 50, "widest": 40}, {"smallest": 9, "largest": 8}])
def test_ranges_that_do_not_follow_each_other_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ParamError, match="allowed is a number from"):
        SizeParams(**wrong)


def test_one_size_alone_is_a_grid_too() -> None:
    params = SizeParams(narrowest=30, widest=30, smallest=7, largest=7)
    assert (params.encoder_units(), params.code_units()) == ([30], [7])


@pytest.mark.long
def test_the_narrowest_place_decides() -> None:
    """As the lesson says of the same five seeds, with room: rounding differs between computers."""
    chosen = experiment("autoencoders.digits")

    def error(encoder: int, code: int, seed: int) -> float:
        params = chosen.params(encoder=(encoder,), code=code, epochs=3, seed=seed)
        return ran(chosen, params, STORE).metrics.values["test_mse"]

    seeds = range(7, 12)
    errors = np.array([[[error(*size, seed) for seed in seeds] for size in ((n, 5), (n, 100))] for n in (10, 54)])
    within = (((0.058, 0.069), (0.055, 0.066)), ((0.039, 0.061), (0.027, 0.036)))
    for encoder, row in enumerate(within):
        for code, (low, high) in enumerate(row):
            assert low < errors[encoder, code].min() and errors[encoder, code].max() < high
    (narrow_few, narrow_many), (wide_few, wide_many) = errors.mean(2)
    assert wide_few - wide_many > 2 * (narrow_few - narrow_many)
    # PCA of five numbers is ahead of networks that could do as well.
    linear = references(STORE.load("digits"), 5)
    assert linear["pca_mse"] == pytest.approx(0.045, abs=5e-4) and linear["mean_mse"] == pytest.approx(0.068, abs=5e-4)
    assert linear["pca_mse"] < min(narrow_few, wide_few)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics, Progress
from lab.core.experiment import Context
from lab.core.figures import Field, Link
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.gradient_descent.grid import Grid, GridParams

CONTEXT = Context("cpu", DataStore(Path("unused")))


def ran(params: GridParams) -> dict[str, Any]:
    return {getattr(event, "name", type(event).__name__): event for event in Grid().run(params, CONTEXT)}


def opened(link: Link) -> Mapping[str, float]:
    """Run the experiment that a link opens, and return its metrics."""
    chosen = experiment(link.experiment)
    params = chosen.params.from_texts({**link.texts, "many_starts": "1"})
    return next(event.values for event in chosen().run(params, CONTEXT) if isinstance(event, Metrics))


@pytest.fixture(scope="module")
def course() -> dict[str, Any]:
    return ran(GridParams(spacing="linear"))


def test_it_varies_what_the_course_varies(course: dict[str, Any]) -> None:
    (starts,), (rates,), heat = course["starts"].lines, course["rates"].lines, course["heat"]
    np.testing.assert_array_equal(starts.x, np.linspace(-5, 5, 50))
    np.testing.assert_array_equal(rates.x, np.linspace(1e-10, 0.1, 50))
    assert heat.values.shape == (40, 50) and len(heat.links) == 2000
    epochs = [int(heat.links[50 * row].texts["steps"]) for row in range(40)]
    assert epochs == [round(count) for count in np.linspace(10, 500, 40)]
    assert starts.links[0].texts["steps"] == rates.links[0].texts["steps"] == "1000"


@pytest.mark.parametrize("spacing", ["linear", "log"])
def test_a_point_and_a_cell_open_the_very_descent_that_made_them(spacing: str) -> None:
    found = ran(GridParams(spacing=spacing))
    for name in ("starts", "rates"):
        (line,) = found[name].lines
        for place in (0, 3, 17, 26, 38, 49):
            assert opened(line.links[place])["x"] == line.y[place]
    heat = found["heat"]
    for row, column in ((0, 0), (0, 49), (5, 31), (17, 40), (39, 12), (39, 49)):
        assert opened(heat.links[50 * row + column])["x"] == heat.values[row, column]


def test_a_typed_function_goes_along_with_its_range() -> None:
    params = GridParams(
        function="typed",
        expression="x^4 - 3x^2 + x",
        low=-2.5,
        high=2.5,
        first_start=-2.0,
        last_start=2.0,
        steps=30,
        highest_rate=0.05,
    )
    found = ran(params)
    (line,) = found["starts"].lines
    assert opened(line.links[11])["x"] == line.y[11]
    assert opened(found["heat"].links[777])["x"] == found["heat"].values.ravel()[777]


def test_what_explodes_is_infinite_there_and_said_to_explode_where_it_is_opened() -> None:
    found = ran(GridParams(function="parabola", start=-1.0, highest_rate=0.4, spacing="linear", steps=200))
    (rates,), heat = found["rates"].lines, found["heat"]
    # 1 − 6 · rate is beyond −1 for rates above 1/3.
    assert np.isnan(rates.y[rates.x > 0.35]).all() and np.isfinite(rates.y[rates.x < 0.333]).all()
    assert opened(rates.links[-1])["diverged"] == 1
    for row, column in np.argwhere(np.isinf(heat.values))[::40]:
        assert opened(heat.links[50 * row + column])["diverged"] == 1
    assert "left the range" in str(found["rates"].y.label)
    metrics = found["Metrics"].values
    assert metrics["diverged"] > 0 and np.isfinite(list(metrics.values())).all()


def test_the_middle_of_each_cell_is_its_rate_and_its_steps(course: dict[str, Any]) -> None:
    def middles(low: float, high: float, count: int) -> Any:
        return low + (high - low) * (np.arange(count) + 0.5) / count

    heat: Field = course["heat"]
    rates = [float(link.texts["learning_rate"]) for link in heat.links[:50]]
    np.testing.assert_allclose(middles(*heat.x_range, 50), rates, atol=1e-12)
    np.testing.assert_allclose(middles(*heat.y_range, 40), np.linspace(10, 500, 40))
    heat = ran(GridParams())["heat"]
    rates = [float(link.texts["learning_rate"]) for link in heat.links[:50]]
    np.testing.assert_allclose(np.exp(middles(*np.log(heat.x_range), 50)), rates, rtol=1e-9)


def test_small_rates_follow_the_flow_that_scipy_integrates() -> None:
    """x′ = −f′(x) for the time rate · steps: what a descent comes to when its steps are very small."""

    def flow(_time: float, x: Any) -> Any:
        return -(np.cos(x) - 0.1 * x * np.sin(x)) * np.exp(-0.05 * x * x)

    found = ran(GridParams(learning_rate=1e-4, steps=5000))
    (line,) = found["starts"].lines
    expected = solve_ivp(flow, (0, 0.5), line.x, rtol=1e-8, atol=1e-10).y[:, -1]
    np.testing.assert_allclose(line.y, expected, atol=1e-4)


def test_it_takes_three_steps_and_ends_with_metrics() -> None:
    events: list[Event] = list(Grid().run(GridParams(steps=10), CONTEXT))
    assert [event.step for event in events if isinstance(event, Progress)] == [1, 2, 3]
    assert isinstance(events[-1], Metrics)


def test_starts_must_follow_each_other() -> None:
    with pytest.raises(ParamError, match=r"2\.0 is not allowed; allowed is a number above 3\.0") as raised:
        GridParams(first_start=3.0, last_start=2.0)
    assert raised.value.field == "last_start"

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.core.events import Event, Metrics
from lab.core.figures import Chart, Table
from lab.core.numbers import check
from lab.core.params import ParamError
from lab.core.quantities import Quantity
from lab.topics.gradient_descent.schedules import Schedules, SchedulesParams


def shown(params: SchedulesParams) -> dict[str, Any]:
    return {getattr(event, "name", "metrics"): event for event in Schedules().compute(params)}


def ways(chart: Chart) -> dict[str, np.ndarray[Any, Any]]:
    return {str(line.label): line.y for line in chart.lines}


def by_hand(start: float, rate: float, steps: int, name: str) -> tuple[list[float], list[float], list[float]]:
    """Go down the fading sine one step after the other, with derivatives by torch."""
    x, places, slopes, rates = start, [], [], []
    for step in range(steps + 1):
        place = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        (torch.sin(place) * torch.exp(-0.05 * place**2)).backward()
        assert place.grad is not None
        slope = place.grad.item()
        places.append(x)
        slopes.append(slope)
        if step < steps:
            rates.append({"fixed": rate, "gradient": rate * abs(slope), "time": rate * (1 - (step + 1) / steps)}[name])
            x = x - rates[-1] * slope
    return places, slopes, rates


def test_the_three_go_as_the_course_has_them() -> None:
    found = shown(SchedulesParams(start=1.0, learning_rate=0.1, steps=50))
    for name in ("fixed", "gradient", "time"):
        places, slopes, rates = by_hand(1.0, 0.1, 50, name)
        np.testing.assert_allclose(ways(found["parameter"])[name], places, atol=1e-12)
        np.testing.assert_allclose(ways(found["gradient"])[name], slopes, atol=1e-12)
        np.testing.assert_allclose(ways(found["rate"])[name], rates, atol=1e-12)


@given(st.floats(-6, 6), st.floats(1e-6, 2), st.integers(1, 100))
@settings(max_examples=25)
def test_the_rates_are_what_their_names_say(start: float, rate: float, steps: int) -> None:
    found = shown(SchedulesParams(start=start, learning_rate=rate, steps=steps))
    rates, slopes = ways(found["rate"]), ways(found["gradient"])
    assert (rates["fixed"] == rate).all()
    np.testing.assert_allclose(rates["gradient"], rate * np.abs(slopes["gradient"][:-1]))
    np.testing.assert_allclose(np.diff(rates["time"]), -rate / steps, atol=1e-12)
    # The last step by time goes nowhere.
    assert rates["time"][-1] == 0
    assert np.ptp(ways(found["parameter"])["time"][-2:]) == 0


def test_torch_comes_to_the_same_places() -> None:
    params = SchedulesParams(function="waves", start=1.8, learning_rate=0.03, steps=70)
    metrics = shown(params)["metrics"].values
    (table,) = Schedules().verify(params)
    assert isinstance(table, Table)
    assert [row[2].value for row in table.rows] == list(metrics.values())
    found = np.array([row[3].value for row in table.rows], float)
    np.testing.assert_allclose(found, np.array(list(metrics.values())), atol=1e-12)
    assert all(row[4].mark == "good" for row in table.rows)


@pytest.mark.parametrize("rate", [0.1, 0.3, 1.0])
def test_where_steps_magnify_what_is_rounded_it_is_no_fault(rate: float) -> None:
    (table,) = Schedules().verify(SchedulesParams(function="waves", start=1.8, learning_rate=rate, steps=100))
    assert isinstance(table, Table)
    assert any("magnify" in str(row[4].why) for row in table.rows)
    assert all(row[4].mark == "good" for row in table.rows)


def test_another_way_would_be_noticed() -> None:
    params = SchedulesParams(function="parabola", start=-1.0, learning_rate=0.1)
    [numbers] = Schedules().numbers(params)
    known = [each for each in numbers.quantities if isinstance(each, Quantity)]
    wrong = [replace(each, value=each.value + 1e-6) for each in known if isinstance(each.value, float)]
    assert {row[4].mark for row in check([replace(numbers, quantities=wrong)]).rows} == {"bad"}


def test_the_balls_stand_where_they_are_after_the_shown_step() -> None:
    found = shown(SchedulesParams(shown_step=7))
    for name in ("fixed", "gradient", "time"):
        places, slopes, _ = by_hand(1.0, 0.1, 50, name)
        ball = next(line for line in found["function"].lines if str(line.label) == name)
        assert (ball.style, ball.x[0]) == ("ball", pytest.approx(places[7]))
        assert ball.y[0] == pytest.approx(np.sin(places[7]) * np.exp(-0.05 * places[7] ** 2))
        row = next(row for row in found["places"].rows if str(row[0].value) == name)
        assert row[1].value == pytest.approx(places[7]) and row[3].value == pytest.approx(slopes[7])
    assert found["function"].picks == "start"
    # Later than the end is the end.
    assert shown(SchedulesParams(shown_step=100))["places"] == shown(SchedulesParams(shown_step=50))["places"]


def test_what_explodes_is_said_and_not_drawn() -> None:
    params = SchedulesParams(function="parabola", start=-1.0, learning_rate=0.36, steps=100)
    found = shown(params)
    fixed = found["places"].rows[0]
    assert str(fixed[1].value) == "left the range" and fixed[1].mark == "bad"
    left = int(fixed[1].why.values["step"])
    far = 0.5 - 1.5 * (1 - 6 * 0.36) ** np.arange(left + 1)
    assert abs(far[left]) > 40 >= abs(far[left - 1])
    assert np.isnan(ways(found["parameter"])["fixed"][left:]).all()
    metrics = found["metrics"].values
    assert metrics["fixed_diverged"] == 1 and "fixed_x" not in metrics
    assert metrics["by_time_diverged"] == 0 and all(np.isfinite(list(metrics.values())))
    (table,) = Schedules().verify(params)
    assert isinstance(table, Table)
    assert table.rows[0][1].value == 'int(ends["fixed"]["diverged"])'
    assert all(row[4].mark == "good" for row in table.rows)


def test_the_metrics_come_last() -> None:
    events: list[Event] = list(Schedules().compute(SchedulesParams()))
    assert isinstance(events[-1], Metrics)
    assert events[-1].values["fixed_x"] == pytest.approx(by_hand(1.0, 0.1, 50, "fixed")[0][-1])


def test_a_typed_function_that_is_wrong_is_refused() -> None:
    with pytest.raises(ParamError, match="at character 4"):
        SchedulesParams(function="typed", expression="x +* 2")

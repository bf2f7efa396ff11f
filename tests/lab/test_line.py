from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Line, Table
from lab.core.params import ParamError
from lab.core.text import Message
from lab.data.store import DataStore
from lab.topics.gradient_descent.line import LineDescent, LineParams
from tests.lab.contracts import printed

ROOT = Path(__file__).resolve().parents[2]
DATA = DataStore(Path("unused"))


def ran(params: LineParams, watched: bool = False) -> list[Event]:
    return list(LineDescent().run(params, Context("cpu", DATA, due=lambda _kind, _name: watched)))


def metrics(params: LineParams) -> Mapping[str, float]:
    return next(event.values for event in ran(params) if isinstance(event, Metrics))


def newest(events: list[Event], name: str) -> Any:
    return next(event for event in reversed(events) if getattr(event, "name", "") == name)


def line(chart: Chart, label: str) -> Line:
    return next(line for line in chart.lines if str(line.label) == label)


def cells(table: Table) -> dict[str, Any]:
    return {str(row[0].value): row[1].value for row in table.rows}


def test_the_command_line_gives_the_number_of_the_course() -> None:
    command = "run gradient_descent.line --function parabola --start -0.998 --learning-rate 0.01 --steps 100 --json"
    done = subprocess.run([sys.executable, "main.py", *command.split()], cwd=ROOT, capture_output=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])["metrics"]
    assert found["x"] == pytest.approx(0.4969218, abs=5e-8)
    assert found["value"] == pytest.approx(3 * 0.4969218**2 - 3 * 0.4969218 + 4, abs=1e-6)
    assert found["gradient"] == pytest.approx(6 * 0.4969218 - 3, abs=1e-6)
    assert (found["steps"], found["diverged"]) == (100, 0)


def test_the_preview_shows_the_ball_its_tangent_and_its_first_step() -> None:
    events = list(made(LineDescent().preview(LineParams(start=1.5, learning_rate=0.1), DATA)))
    chart = newest(events, "function")
    assert chart.picks == "start"
    ball, step, tangent = (line(chart, label) for label in ("ball", "next step", "tangent"))
    assert (ball.x.tolist(), ball.y.tolist()) == ([1.5], [3 * 1.5**2 - 3 * 1.5 + 4])
    np.testing.assert_allclose(step.x, [1.5, 1.5 - 0.1 * 6])
    np.testing.assert_allclose(np.diff(tangent.y) / np.diff(tangent.x), [6.0])
    assert tangent.y.mean() == pytest.approx(ball.y[0])
    assert [(mark.value, str(mark.label)) for mark in chart.marks] == [(0.5, "minimum")]
    derivative = newest(events, "derivative")
    assert (derivative.picks, line(derivative, "ball").y.tolist()) == ("start", [6.0])
    # What is to come is known before it runs.
    np.testing.assert_allclose(line(newest(events, "steps"), "to come").y[-1], 0.5)


def test_each_step_goes_where_the_step_before_pointed() -> None:
    params = LineParams(function="waves", start=0.9, learning_rate=0.02, steps=12, many_starts=5)
    then, places, step = None, [], 0
    for event in ran(params, watched=True):
        if isinstance(event, Table) and event.name == "numbers":
            numbers = cells(event)
            assert numbers["step"] == len(places)
            assert then is None or numbers["x"] == then
            x = numbers["x"]
            assert numbers["f(x)"] == pytest.approx(np.cos(2 * np.pi * x) + x * x)
            assert numbers["f′(x)"] == pytest.approx(2 * x - 2 * np.pi * np.sin(2 * np.pi * x))
            assert numbers["−η · f′(x)"] == pytest.approx(-0.02 * numbers["f′(x)"])
            then = numbers["next x"]
            places.append(x)
        step += isinstance(event, Progress)
        if isinstance(event, Chart) and event.name == "steps" and step:
            # Charts of a step come before its Progress.
            assert line(event, "until now").x.tolist() == list(range(step + 2))
    assert len(places) == 13


def test_watching_changes_no_number() -> None:
    params = LineParams(function="ripples", start=4.0, learning_rate=0.3, steps=40)
    watched = next(event.values for event in ran(params, watched=True) if isinstance(event, Metrics))
    assert watched == metrics(params)


def test_the_many_starts_end_in_the_valleys() -> None:
    params = LineParams(function="waves", learning_rate=0.01, steps=2000, many_starts=1000)
    chart = newest(ran(params), "ends")
    (bars,) = chart.lines
    assert bars.y.sum() == 1000
    minima = np.array([mark.value for mark in chart.marks])
    assert len(minima) == 4
    width = bars.x[1] - bars.x[0]
    for place in bars.x[bars.y > 0]:
        assert np.abs(minima - place).min() <= width


def test_the_many_starts_are_the_same_with_the_same_seed() -> None:
    def bars(seed: int) -> list[float]:
        (found,) = newest(list(made(LineDescent().preview(LineParams(steps=1, seed=seed), DATA))), "ends").lines
        return list(found.y)

    assert bars(3) == bars(3) != bars(4)


def test_the_zeros_are_told_by_the_signs_beside_them() -> None:
    table = newest(list(made(LineDescent().preview(LineParams(function="waves"), DATA))), "zeros")
    rows = [[cell.value for cell in row] for row in table.rows]
    assert [str(row[2]) for row in rows] == ["minimum", "maximum"] * 3 + ["minimum"]
    for x, signs, kind, value, bend in rows:
        assert signs == ("− 0 +" if str(kind) == "minimum" else "+ 0 −")
        assert value == pytest.approx(np.cos(2 * np.pi * x) + x * x)
        assert bend == pytest.approx(2 - 4 * np.pi**2 * np.cos(2 * np.pi * x))
    typed = LineParams(function="typed", expression="x^3 + 2x", low=-1.0, high=1.0)
    table = newest(list(made(LineDescent().preview(typed, DATA))), "zeros")
    assert "nowhere" in str(table.note)


@pytest.mark.parametrize(("rate", "suggested"), [(0.34, "2 / f″ = 0.3333333"), (10.0, "2 / f″ = 0.3333333")])
def test_a_rate_that_explodes_ends_with_where_and_what_to_try(rate: float, suggested: str) -> None:
    events = ran(LineParams(learning_rate=rate, steps=500))
    remark = newest(events, "diverged")
    found = next(event.values for event in events if isinstance(event, Metrics))
    steps = int(found["steps"])
    # By the closed form: the first step that is farther than 10 widths from the middle of the range.
    far = 0.5 - 1.498 * (1 - 6 * rate) ** np.arange(steps + 1)
    assert steps == int(np.argmax(np.abs(far) > 40)) and found["x"] == pytest.approx(far[steps])
    assert found["diverged"] == 1
    assert remark.level == "warning"
    said = str(remark.message)
    assert f"Step {steps}:" in said and f"{far[steps]:.7g}".replace("-", "−") in said and suggested in said
    assert [event for event in events if isinstance(event, Progress)][-1].step == steps
    numbers = newest(events, "numbers")
    assert cells(numbers)["next x"] is None
    assert not np.isfinite(line(newest(events, "function"), "next step").y[1])


def test_where_a_function_falls_for_ever_the_rate_is_not_blamed() -> None:
    events = ran(LineParams(function="typed", expression="x^3", start=-1.0, learning_rate=0.05))
    said = str(newest(events, "diverged").message)
    assert "falling all the way" in said and "learning rate" not in said


def test_where_there_is_no_slope_it_ends_at_once_and_says_it() -> None:
    params = LineParams(function="typed", expression="log(x) + x", low=-1.0, start=-0.5)
    for events in (ran(params), list(made(LineDescent().preview(params, DATA)))):
        said = str(newest(events, "diverged").message)
        assert "Step 0: at x = −0.5" in said and "f(x) is NaN" in said
    found = metrics(params)
    assert found == {"x": -0.5, "steps": 0.0, "diverged": 1.0}


def test_a_start_beyond_the_range_widens_it() -> None:
    events = list(made(LineDescent().preview(LineParams(start=7.0), DATA)))
    chart = newest(events, "function")
    assert (chart.x.low, chart.x.high) == (-2.0, 7.0)
    assert metrics(LineParams(start=7.0, learning_rate=0.1))["x"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"expression": "2x + sinn(x)"}, "expression", "at character 6 stands “sinn”"),
        ({"expression": "x^2 +"}, "expression", "at character 6 stands the end"),
        ({"expression": "__import__('os')"}, "expression", "at character 1 "),
        ({"expression": "x.real"}, "expression", "at character 2 "),
        ({"expression": "log(x)", "low": -3.0, "high": -1.0}, "expression", "no value anywhere from -3.0 to -1.0"),
        ({"low": 3.0, "high": 1.0}, "high", "1.0 is not allowed; allowed is a number above 3.0"),
    ],
)
def test_a_typed_function_that_is_wrong_is_refused_at_its_place(changes: Any, field: str, says: str) -> None:
    with pytest.raises(ParamError) as raised:
        LineParams(**{"function": "typed", **changes})
    assert raised.value.field == field
    assert says in str(raised.value)


def test_what_is_typed_is_not_looked_at_while_another_function_is_chosen() -> None:
    assert LineParams(expression="(((").chosen().low == -2.0


def test_between_steps_it_shows_where_it_is() -> None:
    experiment = LineDescent()
    params = LineParams(steps=10)
    experiment.prepare(params)
    assert newest(list(made(experiment.query({}))), "numbers").rows[0][1].value == 0
    run = experiment.run(params, Context("cpu", DATA))
    done = 0
    while done < 3:
        done += isinstance(next(run), Progress)
    seen = list(made(experiment.query({})))
    assert newest(seen, "numbers").rows[0][1].value == 3
    assert len(line(newest(seen, "function"), "trail").x) == 3


def test_words_are_messages_and_symbols_are_not() -> None:
    for event in made(LineDescent().preview(LineParams(), DATA)):
        if isinstance(event, Chart):
            assert isinstance(event.x.label, Message)


def test_remarks_come_only_when_something_is_wrong() -> None:
    assert not [event for event in ran(LineParams()) if isinstance(event, Remark)]


@pytest.mark.parametrize(
    "changes",
    [
        {"function": "parabola", "learning_rate": 0.5},
        {"function": "typed", "expression": "3"},
        {"function": "typed", "expression": "abs(x - 0.3) + min(x, 2)", "start": 1.7},
        {"function": "typed", "expression": "log(x)", "start": 0.5, "learning_rate": 0.2, "steps": 50},
        {"function": "typed", "expression": "1/x", "start": 0.5, "learning_rate": 1.0},
    ],
    ids=["explodes", "flat", "corners", "leaves its domain", "falls for ever"],
)
def test_the_program_goes_the_same_way_wherever_it_ends(changes: Any) -> None:
    events = ran(LineParams(many_starts=1, **changes))
    found = next(event for event in events if isinstance(event, Metrics)).everything
    numbers = {name: values[0] for name, values in printed(newest(events, "code").source).items()}
    assert numbers == pytest.approx(found, rel=1e-9)
    assert {"x", "steps", "diverged"} <= numbers.keys()

"""Losses and cost on their page, against torch, SymPy, and what is known by hand."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import sympy
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lab.core.events import Event, Metrics
from lab.core.figures import Bars, Chart, Line, Table
from lab.core.params import ParamError
from lab.terminal.cli import cli
from lab.topics.ann.losses import MOST, Losses, LossesParams
from lab.topics.ann.losses.loss_functions import LOSSES, loss_at, slope_at

anything = st.floats(-1, 2)
inner = st.floats(0.001, 0.999)
TORCH = {"half_squared": (nn.MSELoss(), 0.5), "absolute": (nn.L1Loss(), 1.0), "bce": (nn.BCELoss(), 1.0)}


def shown(**values: Any) -> list[Event]:
    return list(Losses().compute(LossesParams(**values)))


def metrics(**values: Any) -> dict[str, float]:
    last = shown(**values)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def figure(name: str, **values: Any) -> Any:
    events = [*shown(**values), *Losses().verify(LossesParams(**values))]
    return next(event for event in events if isinstance(event, Chart | Table | Bars) and event.name == name)


def from_torch(**values: Any) -> dict[str, tuple[Any, str]]:
    return {str(row[0].value): (row[3].value, row[4].mark) for row in figure("check", **values).rows}


def by_torch(name: str, prediction: list[float], target: list[float]) -> tuple[float, np.ndarray[Any, Any]]:
    """Return the cost, and its slopes by each prediction."""
    loss, factor = TORCH[name]
    guesses = torch.tensor(prediction, dtype=torch.float64, requires_grad=True)
    cost = factor * loss(guesses, torch.tensor(target, dtype=torch.float64))
    (slopes,) = torch.autograd.grad(cost, guesses)
    return float(cost.detach()), slopes.numpy()


@st.composite
def batches(draw: st.DrawFn, low: float, high: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    count = draw(st.integers(1, MOST))
    numbers = st.lists(st.floats(low, high), min_size=count, max_size=count).map(tuple)
    return draw(numbers), draw(numbers)


@pytest.mark.parametrize("name", ["half_squared", "absolute"])
@given(prediction=anything, target=anything)
def test_losses_of_numbers_are_those_of_torch(name: str, prediction: float, target: float) -> None:
    cost, slopes = by_torch(name, [prediction], [target])
    assert loss_at(name, prediction, target) == pytest.approx(cost, rel=1e-12, abs=1e-12)
    assert slope_at(name, prediction, target) == pytest.approx(slopes[0], rel=1e-12, abs=1e-12)


@given(prediction=inner, target=st.floats(0, 1))
def test_so_is_that_of_probabilities(prediction: float, target: float) -> None:
    cost, slopes = by_torch("bce", [prediction], [target])
    assert loss_at("bce", prediction, target) == pytest.approx(cost, rel=1e-12, abs=1e-12)
    assert slope_at("bce", prediction, target) == pytest.approx(slopes[0], rel=1e-9, abs=1e-9)


def test_slopes_are_derivatives_by_sympy() -> None:
    guess, goal = sympy.symbols("g t", positive=True)
    formulas = {
        "half_squared": (guess - goal) ** 2 / 2,
        "absolute": sympy.Piecewise((guess - goal, guess > goal), (goal - guess, True)),
        "bce": -(goal * sympy.log(guess) + (1 - goal) * sympy.log(1 - guess)),
    }
    for name, formula in formulas.items():
        for at, true in ((0.3, 0.8), (0.9, 0.25), (0.5, 1.0), (0.5, 0.0)):
            place = {guess: sympy.Rational(str(at)), goal: sympy.Rational(str(true))}
            assert loss_at(name, at, true) == pytest.approx(float(formula.subs(place)), rel=1e-12)
            assert slope_at(name, at, true) == pytest.approx(float(formula.diff(guess).subs(place)), rel=1e-12)


@given(batches(0.001, 0.999))
@settings(max_examples=60)
def test_the_cost_is_the_mean_that_torch_finds(batch: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    predictions, targets = batch
    found = metrics(predictions=predictions, targets=targets)
    for name in LOSSES:
        assert found[f"{name}_cost"] == pytest.approx(by_torch(name, list(predictions), list(targets))[0], rel=1e-12)
    assert found["squared_cost"] == 2 * found["half_squared_cost"]
    said = from_torch(predictions=predictions, targets=targets)
    assert all(mark == "good" for _, mark in said.values()) and len(said) == 12


def test_the_batch_of_the_course_by_hand() -> None:
    found = metrics(predictions=(0.9, 0.2), targets=(1.0, 0.0), prediction=0.25, target=1.0)
    assert found["half_squared_cost"] == pytest.approx((0.01 + 0.04) / 4)
    assert found["absolute_cost"] == pytest.approx(0.15)
    assert found["bce_cost"] == pytest.approx(-(math.log(0.9) + math.log(0.8)) / 2)
    assert (found["half_squared"], found["half_squared_slope"]) == (0.28125, -0.75)
    assert (found["bce"], found["bce_slope"]) == (pytest.approx(math.log(4)), -4.0)


def test_torch_has_no_half_and_both_are_shown() -> None:
    said = from_torch(predictions=(0.0,), targets=(1.0,))
    assert said["(ŷ − y)², cost J"] == (1.0, "good") and said["½(ŷ − y)², cost J"] == (0.5, "good")
    rows = {str(row[0].value): row for row in figure("numbers").rows}
    assert rows["(ŷ − y)²"][2].value == 2 * rows["½(ŷ − y)²"][2].value
    assert rows["(ŷ − y)²"][1].value == 2 * rows["½(ŷ − y)²"][1].value


@pytest.mark.parametrize(("prediction", "target", "slope"), [(0.0, 1.0, -math.inf), (1.0, 0.0, math.inf)])
def test_sure_and_wrong_has_no_limit_and_torch_stops_at_100(prediction: float, target: float, slope: float) -> None:
    values: dict[str, Any] = {
        "prediction": prediction, "target": target, "predictions": (prediction, 0.5), "targets": (target, 1.0)
    }  # fmt: skip
    found = metrics(**values)
    assert (found["bce"], found["bce_slope"], found["bce_cost"]) == (math.inf, slope, math.inf)
    said = from_torch(**values)
    assert said["BCE, cost J"] == (pytest.approx((100 + math.log(2)) / 2), "bad")
    assert said["BCE, slope"] == (pytest.approx(math.copysign(1e12, slope), rel=1e-6), "bad")
    torch_rows = {str(row[0].value): str(row[4].why) for row in figure("check", **values).rows}
    assert "−100" in torch_rows["BCE, cost J"] and "1e−12" in torch_rows["BCE, slope"]
    assert "Example 1 alone" in str(figure("numbers", **values).rows[3][3].why)
    assert "infinite" in str(figure("numbers", **values).note)


@pytest.mark.parametrize("both", [0.0, 1.0])
def test_sure_and_right_costs_nothing(both: float) -> None:
    found = metrics(prediction=both, target=both)
    assert found["bce"] == 0 and math.copysign(1, found["bce"]) == 1
    assert abs(found["bce_slope"]) == 1
    assert "no error" in str(figure("numbers", prediction=both, target=both).note)


def test_an_uncertain_target_costs_its_entropy_at_least() -> None:
    entropy = -(0.3 * math.log(0.3) + 0.7 * math.log(0.7))
    assert metrics(prediction=0.3, target=0.3)["bce"] == pytest.approx(entropy)
    assert metrics(prediction=0.3, target=0.3)["bce_slope"] == pytest.approx(0, abs=1e-12)
    assert "not 0 at its minimum" in str(figure("numbers", prediction=0.3, target=0.3).note)


@pytest.mark.parametrize(("prediction", "target"), [(1.5, 1.0), (-0.01, 0.0), (0.5, 2.0), (0.5, -1.0)])
def test_what_is_no_probability_has_no_cross_entropy_here_nor_in_torch(prediction: float, target: float) -> None:
    values: dict[str, Any] = {
        "prediction": prediction, "target": target, "predictions": (0.5, prediction), "targets": (0.5, target)
    }  # fmt: skip
    found = metrics(**values)
    assert not {"bce", "bce_slope", "bce_cost"} & set(found) and math.isfinite(found["half_squared_cost"])
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        by_torch("bce", [prediction], [target])
    said = from_torch(**values)
    assert str(said["BCE, cost J"][0]) == str(said["BCE, slope"][0]) == "refused"
    assert "Example 2" in str(figure("numbers", **values).rows[3][3].why)
    (bars,) = [event for event in shown(**values) if isinstance(event, Bars)]
    assert math.isnan(bars.panels[4].values[1]) and str(bars.panels[4].remark) == "not defined"


@given(prediction=st.floats(-1, 2), target=st.one_of(st.sampled_from([0.0, 1.0]), anything))
@settings(max_examples=150)
def test_balls_lie_on_curves_in_sight_and_no_infinity_is_drawn(prediction: float, target: float) -> None:
    for name in ("losses", "slopes"):
        drawn: Chart = figure(name, prediction=prediction, target=target)
        assert drawn.picks == "prediction"
        balls = [line for line in drawn.lines if line.style == "ball"]
        exact = loss_at if name == "losses" else slope_at
        for ball, known in zip(balls, LOSSES, strict=True):
            assert float(ball.x[0]) == prediction
            np.testing.assert_equal(float(ball.y[0]), exact(known, prediction, target))
        assert drawn.y.low is not None and drawn.y.high is not None and drawn.y.high < math.inf
        for ball in balls[: 3 if name == "losses" else 2]:
            if math.isfinite(float(ball.y[0])):
                assert drawn.y.low <= float(ball.y[0]) <= drawn.y.high
        assert all(math.isfinite(mark.value) for mark in drawn.marks)


def curves(name: str, **values: Any) -> list[Line]:
    return [line for line in figure(name, **values).lines if line.style == "line"]


def test_curves_are_the_losses_themselves_and_the_kink_is_a_jump_of_the_slope() -> None:
    for name, function in zip(LOSSES, curves("losses", target=0.4), strict=True):
        np.testing.assert_allclose(function.y, [loss_at(name, x, 0.4) for x in function.x.tolist()], rtol=1e-12)
    squared, absolute, bce = curves("slopes", target=0.4)
    np.testing.assert_allclose(squared.y, squared.x - 0.4)
    (gap,) = np.flatnonzero(np.isnan(absolute.y))
    assert absolute.y[[gap - 1, gap + 1]].tolist() == [-1, 1] and absolute.x[gap] == 0.4
    assert (np.diff(absolute.x) >= 0).all()
    # The steepness has no limit towards both ends.
    assert bce.y[0] < -1e6 and bce.y[-1] > 1e6 and 0 < bce.x[0] < bce.x[-1] < 1


def test_the_batch_can_be_dragged_and_its_bars_add_up() -> None:
    bars: Bars = figure("batch")
    assert [panel.field for panel in bars.panels] == ["targets", "predictions", "", "", ""]
    for panel, name in zip(bars.panels[2:], LOSSES, strict=True):
        assert float(panel.values.mean()) == pytest.approx(metrics()[f"{name}_cost"])
        assert len(panel.whys) == len(panel.values) == len(bars.labels) == 5
        assert panel.low == 0 and panel.high >= panel.values.max()
    assert (bars.panels[0].low, bars.panels[0].high) == (0, 1)
    wide: Bars = figure("batch", predictions=(-0.5, 1.5), targets=(0.0, 1.0))
    assert (wide.panels[0].low, wide.panels[1].high) == (-1, 2)


def test_arithmetic_is_written_out() -> None:
    whys = [str(panel.whys[0]) for panel in figure("batch", predictions=(0.9,), targets=(1.0,)).panels[2:]]
    assert whys == ["½·(0.9 − 1)² = 0.005", "|0.9 − 1| = 0.1", "−ln 0.9 = 0.10536"]
    mixed = figure("batch", predictions=(0.25,), targets=(0.5,)).panels[4].whys[0]
    assert str(mixed) == "−(0.5·ln 0.25 + 0.5·ln 0.75) = 0.83699"
    assert str(figure("batch", predictions=(0.2,), targets=(0.0,)).panels[4].whys[0]) == "−ln (1 − 0.2) = 0.22314"
    assert "(0.5 − (−1))" in str(figure("numbers", prediction=0.5, target=-1.0).rows[0][1].why)


def test_the_command_line_gives_the_numbers() -> None:
    command = ["run", "ann.losses", "--prediction", "0", "--predictions", "0.9", "0.2", "--targets", "1", "0", "--json"]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout.splitlines()[-1])["metrics"]
    assert found["bce"] == "inf" and found["half_squared_cost"] == pytest.approx(0.0125)


@pytest.mark.parametrize(
    ("texts", "field", "sentence"),
    [
        ({"predictions": "0.5 0.5"}, "targets", "there are 5 targets, but 2 predictions"),
        ({"prediction": "3"}, "prediction", "not allowed"),
        ({"targets": "1 0 1 0 7"}, "targets", "not allowed"),
        ({"predictions": ""}, "predictions", "empty"),
    ],
)
def test_bad_input_is_refused(texts: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(ParamError, match=sentence) as caught:
        LossesParams.from_texts(texts)
    assert caught.value.field == field

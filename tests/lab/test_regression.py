"""The smallest regression: against torch and least squares, and how many networks die, over many seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.core.events import Remark
from lab.core.params import ParamError
from lab.topics.ann.regression import RegressionParams, bend
from lab.training.dense.learner import Learner
from lab.training.dense.open_units import open_units
from tests.lab.dense_runs import events, losses_in_torch, metrics, newest, over_seeds, recipe_of, sequential, trained

NAME = "ann.regression"
BORN_DEAD, DIES, LIVES = 7, 5, 2
SEEDS = range(200)


@pytest.mark.parametrize("activation", ["relu", "identity", "leaky_relu", "tanh"])
@pytest.mark.parametrize("seed", [LIVES, DIES])
def test_every_loss_of_the_run_is_that_of_torch(activation: str, seed: int) -> None:
    recipe = recipe_of(NAME, activation=activation, seed=seed)
    expected, network = losses_in_torch(recipe, 500)
    learner = Learner(recipe)
    assert [learner.train_epoch() for _ in range(500)] == pytest.approx(expected, abs=1e-9)
    with torch.no_grad():
        outputs = network(torch.from_numpy(recipe.inputs)).numpy()
    assert learner.network.outputs(recipe.inputs) == pytest.approx(outputs, abs=1e-9)


def test_data_are_those_of_the_course() -> None:
    recipe = recipe_of(NAME, points=5000)
    x, y = recipe.inputs[:, 0], recipe.targets[:, 0]
    slope, shift = np.polyfit(x, y, 1)
    assert abs(x.mean()) < 0.05 and abs(x.std() - 1) < 0.05
    assert abs(slope - 1) < 0.03 and abs(shift) < 0.03
    assert abs((y - x).std() - 0.5) < 0.02
    assert recipe.plan.shapes == ((1, 1), (1, 1)) and recipe.loss == "mse" and recipe.epochs == 500


def test_a_third_of_the_networks_dies_of_its_relu() -> None:
    found = over_seeds(NAME, SEEDS)
    dead = found["dead"] == 1
    # 0.32 over 300 other seeds; three standard errors of 200 are 0.10.
    assert 0.22 < dead.mean() < 0.42
    assert np.isnan(found["correlation"][dead]).all()
    assert np.isfinite(found["correlation"][~dead]).all()
    # The living are as good as the noise allows: its variance is 0.25, and four numbers are fitted to 30 points.
    assert 0.19 < np.median(found["loss"][~dead]) < 0.25
    assert np.quantile(found["correlation"][~dead], 0.1) > 0.8
    # The dead predict the mean: their loss is the variance of y, 1.25.
    assert 1.0 < found["loss"][dead].mean() < 1.5


def test_without_relu_nothing_dies_and_the_best_line_is_found() -> None:
    found = over_seeds(NAME, SEEDS, activation="identity")
    assert not found["dead"].any()
    best = []
    for seed in SEEDS:
        recipe = recipe_of(NAME, seed=seed)
        x, y = recipe.inputs[:, 0], recipe.targets[:, 0]
        best.append(np.mean((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2))
    beyond = found["loss"] - np.array(best)
    assert beyond.min() > -1e-9
    assert np.quantile(beyond, 0.95) < 1e-3


def test_those_that_begin_with_the_wrong_sign_die_more_often() -> None:
    found = over_seeds(NAME, SEEDS)
    starts = [Learner(recipe_of(NAME, seed=seed)).network for seed in SEEDS]
    right = np.array([float(start.weights[0][0, 0] * start.weights[1][0, 0]) > 0 for start in starts])
    assert found["dead"][~right].mean() > 2 * found["dead"][right].mean()


@pytest.mark.parametrize("seed", [BORN_DEAD, DIES])
def test_nothing_flows_back_through_a_dead_unit(seed: int) -> None:
    learner = trained(NAME, seed=seed)
    assert not open_units(learner)[0].any()
    network = sequential(learner.recipe)
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), _numbers(learner), strict=True):
            parameter.copy_(torch.from_numpy(value))
    loss = torch.nn.MSELoss()(
        network(torch.from_numpy(learner.recipe.inputs)), torch.from_numpy(learner.recipe.targets)
    )
    loss.backward()
    into, bias, out, _shift = (parameter.grad for parameter in network.parameters())
    assert all(gradient is not None and not gradient.any() for gradient in (into, bias, out))
    before = _numbers(learner)
    learner.train_epoch()
    assert all((a == b).all() for a, b in zip(before[:3], _numbers(learner)[:3], strict=True))


def test_a_dead_network_is_told_of_and_why() -> None:
    said = {
        seed: [event for event in events(NAME, watched=True, seed=seed) if isinstance(event, Remark)]
        for seed in (BORN_DEAD, DIES, LIVES)
    }
    assert "born dead" in str(said[BORN_DEAD][0].message)
    assert "on the way" in str(said[DIES][0].message)
    assert said[LIVES] == []
    assert not open_units(Learner(recipe_of(NAME, seed=BORN_DEAD)))[0].any()
    assert open_units(Learner(recipe_of(NAME, seed=DIES)))[0].any()
    table = newest(events(NAME, seed=DIES))["Table", "numbers"]
    assert "dead" in str(table.note)
    assert newest(events(NAME, seed=LIVES))["Table", "numbers"].note == ""


def test_the_kink_is_where_the_drawn_prediction_bends() -> None:
    chart = newest(events(NAME))["Chart", "fit"]
    line = next(line for line in chart.lines if str(line.label) == "prediction")
    slopes = np.diff(line.y) / np.diff(line.x)
    bends = np.flatnonzero(np.abs(np.diff(slopes)) > 1e-6)
    (mark,) = chart.marks
    assert len(bends) in (1, 2)
    assert line.x[bends[0]] <= mark.value <= line.x[bends[-1] + 2]
    learner = trained(NAME)
    assert mark.value == pytest.approx(bend(learner))
    # Flat on one side, and of slope w1 w2 on the other.
    assert slopes[0] == pytest.approx(0, abs=1e-9)
    assert slopes[-1] == pytest.approx(float(learner.network.weights[0][0, 0] * learner.network.weights[1][0, 0]))


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31 - 1), noise=st.floats(0, 2), slope=st.floats(-3, 3))
def test_residuals_are_what_is_missing(seed: int, noise: float, slope: float) -> None:
    shown = newest(events(NAME, seed=seed, noise=noise, slope=slope, epochs=20))
    (residuals,) = shown["Chart", "residuals"].lines
    learner = trained(NAME, seed=seed, noise=noise, slope=slope, epochs=20)
    assert residuals.x + residuals.y == pytest.approx(learner.recipe.targets[:, 0])
    assert np.mean(residuals.y**2) == pytest.approx(learner.loss())


def test_numbers_of_the_table() -> None:
    shown, learner = newest(events(NAME))["Table", "numbers"], trained(NAME)
    rows = {str(name.value): value.value for name, value in shown.rows}
    x, y = learner.recipe.inputs[:, 0], learner.recipe.targets[:, 0]
    assert rows["loss of the best line"] == pytest.approx(np.mean((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2))
    assert rows["loss"] == pytest.approx(metrics(NAME)["loss"])
    predicted = learner.network.outputs(learner.recipe.inputs)[:, 0]
    assert rows["correlation of y and ŷ"] == pytest.approx(np.corrcoef(predicted, y)[0, 1])


def test_with_and_without_begin_alike() -> None:
    shown = newest(events(NAME, watched=True))
    table, chart = shown["Table", "with_and_without"], shown["Chart", "with_and_without"]
    found = {str(row[0].value): row[1].value for row in table.rows}
    for label, activation in (("ReLU", "relu"), ("None (linear)", "identity"), ("Leaky ReLU", "leaky_relu")):
        assert found[label] == pytest.approx(metrics(NAME, activation=activation)["loss"])
    assert [len(line.x) for line in chart.lines] == [500] * 3
    assert ("Table", "with_and_without") not in newest(events(NAME))


def test_the_program_on_the_page_is_that_network() -> None:
    code = newest(events(NAME, epochs=5))["Code", "code"]
    scope: dict[str, object] = {}
    exec(compile(code.source, "code", "exec"), scope)
    assert str(scope["network"]) == str(
        torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 1))
    )
    losses = scope["losses"]
    assert isinstance(losses, list) and len(losses) == 5


def test_too_large_a_rate_is_said() -> None:
    found = events(NAME, learning_rate=10.0, activation="identity")
    remark = next(event for event in found if isinstance(event, Remark))
    assert "learning rate" in str(remark.message)


def test_bad_values_are_refused() -> None:
    with pytest.raises(ParamError):
        RegressionParams(points=2)
    with pytest.raises(ParamError):
        RegressionParams(activation="softmax")


def _numbers(learner: Learner) -> list[np.ndarray]:
    network = learner.network
    return [
        array.copy() for weight, bias in zip(network.weights, network.biases, strict=True) for array in (weight.T, bias)
    ]

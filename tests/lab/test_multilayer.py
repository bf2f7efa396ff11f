"""Two hidden layers: against torch, where the signal stops, and accuracy over rates, over many seeds."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from lab.core.catalogue import experiment
from lab.core.events import Progress
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Results
from lab.topics.ann.multilayer import RATES
from lab.training.dense.learner import Learner
from tests.lab.dense_runs import (
    begun,
    events,
    losses_in_torch,
    newest,
    nowhere,
    opened,
    over_seeds,
    recipe_of,
    sequential,
    trained,
)

NAME = "ann.multilayer"
BORN_DEAD, DIES = 8, 0


@pytest.mark.parametrize("seed", [7, DIES])
def test_every_loss_of_the_run_is_that_of_torch(seed: int) -> None:
    recipe = recipe_of(NAME, seed=seed)
    expected, _network = losses_in_torch(recipe, 300)
    learner = Learner(recipe)
    assert [learner.train_epoch() for _ in range(300)] == pytest.approx(expected, abs=1e-9)


def test_the_network_of_the_course() -> None:
    recipe = recipe_of(NAME)
    assert recipe.plan.shapes == ((2, 16), (16, 1), (1, 1))
    assert recipe.plan.parameters == sum(numbers.numel() for numbers in sequential(recipe).parameters()) == 67
    assert recipe.inputs[recipe.targets[:, 0] == 0].mean(0) == pytest.approx([1, 3], abs=0.4)
    assert recipe.inputs[recipe.targets[:, 0] == 1].mean(0) == pytest.approx([1, -2], abs=0.4)


def test_three_of_four_learn_and_the_others_guess() -> None:
    accuracy = over_seeds(NAME, range(100))["accuracy"]
    # 0.73; three standard errors of 100 are 0.13. The line half-way between the clusters is right for 99.4 %.
    assert 0.6 < (accuracy > 0.7).mean() < 0.86
    assert accuracy[accuracy > 0.7].mean() == pytest.approx(0.994, abs=0.006)
    assert ((accuracy > 0.7) | (np.abs(accuracy - 0.5) < 0.02)).mean() > 0.97


def test_accuracy_over_the_rates_of_the_course() -> None:
    rates = tuple(RATES[::5].tolist())
    sweep = Sweep(NAME, experiment(NAME).params(), (Axis("learning_rate", rates),), 20)
    results = Results.of(sweep)
    for found in execute(sweep, results.cells, nowhere(), Backend()):
        if isinstance(found, Outcome):
            results.take(found)
    enough = (results.grid("accuracy") > 0.7).mean(1)
    assert enough[0] < 0.55
    # Nine rates with 20 repeats: 0.75, three standard errors are 0.1.
    assert 0.65 < enough[1:].mean() < 0.85


@pytest.mark.parametrize("seed", [BORN_DEAD, DIES])
def test_one_dead_unit_stops_everything_before_it(seed: int) -> None:
    learner = trained(NAME, seed=seed)
    network = sequential(learner.recipe)
    numbers = [
        array
        for weight, bias in zip(learner.network.weights, learner.network.biases, strict=True)
        for array in (weight.T, bias)
    ]
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), numbers, strict=True):
            parameter.copy_(torch.from_numpy(value.copy()))
    outputs = network(torch.from_numpy(learner.recipe.inputs))
    torch.nn.BCELoss()(outputs, torch.from_numpy(learner.recipe.targets)).backward()
    gradients = [parameter.grad for parameter in network.parameters()]
    assert all(gradient is not None and not gradient.any() for gradient in gradients[:-1])
    table = newest(events(NAME, seed=seed))["Table", "layers"]
    assert table.rows[1][2].value == 1 and table.rows[1][3].value == 0
    assert "nothing flows back" in str(table.note)
    assert (outputs == outputs[0]).all()


def test_layers_count_what_torch_counts() -> None:
    learner = trained(NAME)
    inputs, found = learner.recipe.inputs, newest(events(NAME))["Table", "layers"]
    first, second = (outputs > 0 for outputs in learner.network.trace(inputs)[:2])
    assert [row[1].value for row in found.rows] == [16, 1, 1]
    assert [row[2].value for row in found.rows] == [(~first.any(0)).sum(), (~second.any(0)).sum(), None]
    assert found.rows[0][3].value == pytest.approx(100 * first.mean())
    assert [row[4].value for row in found.rows] == [48, 17, 2]
    assert found.note == ""


def test_fifty_rates_follow_a_run_that_is_watched() -> None:
    chart = newest(events(NAME, watched=True, epochs=30, points=10))["Chart", "rates"]
    (line,) = chart.lines
    assert line.x == pytest.approx(RATES) and line.style == "points"
    assert opened(line.links[17])["accuracy"] == line.y[17]
    assert ("Chart", "rates") not in newest(events(NAME, epochs=2))


def test_fifty_rates_are_left_out_where_they_would_take_long() -> None:
    assert ("Chart", "rates") not in newest(events(NAME, watched=True, epochs=800, points=700))


def test_the_fifty_rates_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.sweeps.within.PULSE_SECONDS", -1.0)
    run = begun(NAME, experiment(NAME).params(epochs=40), lambda _kind, _name: False)
    steps = 0
    for event in run:
        steps += isinstance(event, Progress)
        if steps > 42:
            break
    run.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ensemble")]

"""Rules for first weights: against torch's own draws and functions, and what is claimed of scale and family."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Array
from lab.core.figures import Cell, Table
from lab.core.numbers import check
from lab.maths import chance
from lab.nets.dense.first_weights import USUAL, Filled, FirstWeights, Ruled, Spread
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.nets.registry.initialisations import INITIALISATIONS, LABELS
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Results
from lab.topics.weights.initialisation import InitialisationPage, InitialisationParams, theory
from lab.topics.weights.initialisation.effects import contrasts, effects
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import training_lines
from tests.lab.swept import DATA


def swept(seeds: int, **params: Any) -> Results:
    chosen = experiment("weights.initialisation")
    axes = Axis("initialisation", tuple(LABELS)), Axis("seed", tuple(range(7, 7 + seeds)))
    results = Results.of(Sweep(chosen.id, chosen.params(**params), axes))
    for found in execute(results.sweep, results.cells, DATA, Backend()):
        if isinstance(found, Outcome):
            results.take(found)
    return results


def differences(results: Results, measure: str) -> dict[str, Array]:
    grid = results.grid(measure)[..., 0]
    return dict(contrasts(dict(zip(results.sweep.axes[0].values, grid, strict=True))))


@pytest.mark.parametrize("rule", LABELS)
def test_torch_draws_by_the_same_variance(rule: str) -> None:
    layer = nn.Linear(300, 200)
    generator = torch.Generator().manual_seed(1)
    if rule == "default":
        nn.init.kaiming_uniform_(layer.weight, a=5**0.5, generator=generator)
    else:
        more = {"nonlinearity": "relu"} if rule.startswith("kaiming") else {}
        getattr(nn.init, f"{rule}_")(layer.weight, generator=generator, **more)
    theirs = float(layer.weight.detach().double().var(correction=0))
    ours = float(theory.weights(rule, 300, 200, 7, 1).var())
    wanted = INITIALISATIONS[rule].spread(300, 200) ** 2
    # Five standard errors of a variance of 60,000 normal numbers.
    assert ours == pytest.approx(wanted, rel=0.03) and theirs == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize("rule", LABELS)
def test_its_numbers_are_those_of_torch(rule: str) -> None:
    params = InitialisationParams(initialisation=rule, widths=(11, 16, 32, 32, 1), depth=30)
    found = check(InitialisationPage().by_hand(params))
    assert len(found.rows) == 4 * 2 + len(theory.FUNCTIONS)
    assert all(row[-1].mark == "good" for row in found.rows)


def test_the_notebook_is_wrong_where_a_layer_is_not_square() -> None:
    [*_, last] = theory.variances("default", (100, 100, 2), 7).table.rows
    variance, deviation, wrong = (float(str(last[place].value)) for place in (2, 4, 5))
    assert deviation == pytest.approx(0.1 / math.sqrt(3), rel=1e-3) and variance == pytest.approx(1 / 300, rel=1e-3)
    assert wrong == pytest.approx(0.5**0.5, rel=1e-3) and last[5].mark == "bad"
    assert len(theory.variances("xavier_normal", (100, 2), 7).columns) == 5


def test_a_signal_keeps_its_size_where_theory_says_so() -> None:
    for rule, function, each in (("kaiming_normal", "relu", 1.0), ("xavier_uniform", "identity", 1.0),
                                 ("default", "relu", 6**-0.5), ("xavier_normal", "relu", 2**-0.5)):  # fmt: skip
        assert theory.factor(rule, function, 100) == pytest.approx(each)
        # Each layer is off by chance; so over five seeds.
        found = [float(np.log(theory.signals(rule, function, 50, 100, seed)[-1])) / 50 for seed in range(5)]
        assert math.exp(float(np.mean(found))) == pytest.approx(each, rel=0.02), (rule, function)


WAYS: tuple[FirstWeights, ...] = (
    *map(Ruled, LABELS), Spread(0.3), Spread(0.3, positive=True), Filled((0.5, None, 0.0), (None, 0.25, None)),
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_program_draws_the_same_first_weights(way: FirstWeights) -> None:
    plan = dense(3, (4, 5), 2)
    inputs, targets = np.zeros((2, 3)), np.zeros(2, dtype=np.int64)
    recipe = TrainingSpec(plan, "cross_entropy", inputs, targets, 0.1, 1, 11, first=way)
    names: dict[str, Any] = {}
    exec("\n".join(line.text for line in training_lines(recipe, ending=("pass",))), names)
    linear = [layer for layer in names["network"] if isinstance(layer, nn.Linear)]
    network = Network.drawn(plan, np.random.default_rng(np.random.SeedSequence(11).spawn(4)[1]), way)
    for layer, weight, bias in zip(linear, network.weights, network.biases, strict=True):
        np.testing.assert_array_equal(layer.weight.detach().numpy().T, weight)
        np.testing.assert_array_equal(layer.bias.detach().numpy(), bias)


def test_filled_layers_leave_the_others_as_they_are() -> None:
    plan = dense(3, (4,), 2)
    usual = Network.drawn(plan, np.random.default_rng(1), USUAL)
    filled = Network.drawn(plan, np.random.default_rng(1), Filled((0.0, None), (None, None)))
    assert not filled.weights[0].any()
    np.testing.assert_array_equal(filled.weights[1], usual.weights[1])
    np.testing.assert_array_equal(filled.biases[0], usual.biases[0])


def test_scale_and_family_are_told_apart() -> None:
    grid = {"default": np.zeros(3), "xavier_normal": np.array([1.0, 2, 3]), "xavier_uniform": np.array([2.0, 3, 4]),
            "kaiming_normal": np.array([5.0, 6, 7]), "kaiming_uniform": np.array([6.0, 7, 8])}  # fmt: skip
    found = {name: each.tolist() for name, each in contrasts(grid)}
    assert found == {"both": [5.0] * 3, "scale": [4.0] * 3, "family": [1.0] * 3}


def test_effects_stand_there_before_all_networks_are_done() -> None:
    results = swept(2, epochs=1)
    for index in list(results.metrics)[1:]:
        del results.metrics[index]
    table = effects(results)
    assert isinstance(table, Table) and table.rows[0][1] == Cell(None, table.rows[0][1].why)


@pytest.mark.long
def test_scale_and_family_do_what_the_lesson_says() -> None:
    results = swept(10)
    # Points of the test, and the training loss.
    stated = {"both": ((-0.9, 1.6), (-0.0032, 0.0033)), "scale": ((0.1, 0.5), (-0.0023, 0.0011)),
              "family": ((-1.0, 1.4), (-0.0009, 0.0023))}  # fmt: skip
    for measure, unit, place in (("test_accuracy", 100.0, 0), ("loss", 1.0, 1)):
        for name, found in differences(results, measure).items():
            mean, half = stated[name][place]
            low, high = chance.mean_interval(unit * found)
            assert (low + high) / 2 == pytest.approx(mean, abs=half / 5), (measure, name)
            assert (high - low) / 2 == pytest.approx(half, rel=0.2), (measure, name)
    tested = chance.paired_t(differences(results, "loss")["scale"])
    assert tested is not None and tested[1] < 0.005

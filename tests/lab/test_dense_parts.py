"""Parts that pages with dense networks share: recipes, their numbers, drawings of units, and sweeps by common names."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from lab.core.metaparameters import DescentParams
from lab.maths.statistics import correlation
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.nets.dense.units import units_of
from lab.topics.ann.learning_rates import LearningRatesParams
from lab.training.dense.boundary import shares
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training
from lab.training.dense.spec import TrainingSpec, by_descent

RANDOM = np.random.default_rng(1)
INPUTS, LABELS = RANDOM.normal(size=(12, 2)), RANDOM.integers(0, 3, 12)


def recipe(train: np.ndarray | None = None) -> TrainingSpec:
    params = DescentParams(seed=3, learning_rate=0.2, epochs=5)
    return by_descent(params, dense(2, (4,), 3, "tanh"), "cross_entropy", INPUTS, LABELS, train, batch_size=4)


def test_what_is_not_trained_on_is_for_testing() -> None:
    train = np.arange(12) < 8
    made = recipe(train)
    assert (made.seed, made.learning_rate, made.epochs, made.batch_size) == (3, 0.2, 5, 4)
    assert made.test_inputs is not None and made.test_targets is not None
    np.testing.assert_array_equal(np.concatenate([made.inputs, made.test_inputs]), INPUTS)
    np.testing.assert_array_equal(np.concatenate([made.targets, made.test_targets]), LABELS)
    assert recipe().test_inputs is None and recipe(np.ones(12, bool)).test_inputs is None


def test_the_numbers_of_a_training_are_its_results_and_its_size() -> None:
    learner = Learner(recipe(np.arange(12) < 8))
    while not learner.finished:
        learner.train_epoch()
    found = {quantity.name or str(quantity.label): quantity.value for quantity in of_training(learner)}
    assert {name: found[name] for name in ("loss", "accuracy", "test_loss", "test_accuracy")} == judged(
        learner.recipe, learner.network
    )
    assert (found["epochs"], found["steps"], found["parameters"]) == (5, 10, 2 * 4 + 4 + 4 * 3 + 3)
    assert found["largest weight"] == max(abs(weight).max() for weight in learner.network.weights)


def test_several_sigmoids_are_shares_that_need_not_sum_to_one() -> None:
    outputs = RANDOM.normal(size=(5, 3))
    several = TrainingSpec(dense(2, (), 3), "bce_logits", INPUTS, np.zeros((12, 3)), 0.1, 1, 1)
    np.testing.assert_allclose(shares(several, outputs), torch.from_numpy(outputs).sigmoid().numpy())


def test_a_drawing_of_units_is_a_copy_with_a_name_for_each() -> None:
    network = Network.drawn(dense(2, (3, 1), 2, "relu", "sigmoid"), np.random.default_rng(0))
    drawn = units_of("net", network, ("x", "y"), ("A", "B"))
    assert drawn.labels == (("x", "y"), ("h1·1", "h1·2", "h1·3"), ("h2·1",), ("A", "B"))
    assert [str(function) for function in drawn.functions] == ["inputs", "ReLU", "ReLU", "Sigmoid"]
    network.weights[0][:] = 0
    assert drawn.weights[0].any()


def test_a_sweep_shares_what_both_have_by_name() -> None:
    params = LearningRatesParams(seed=5, points=7, epochs=9, repeats=2)
    sweep = params.over("ann.binary", "learning_rate", [0.1, 0.2])
    base = sweep.base.to_json()
    assert (base["seed"], base["points"], base["epochs"], base["loss"]) == (5, 7, 9, "bce")
    assert (len(list(sweep.cells())), sweep.repeats) == (4, 2)


def test_correlation_is_that_of_scipy_and_none_where_something_is_flat() -> None:
    x, y = RANDOM.normal(size=(2, 30))
    assert correlation(x, y) == pytest.approx(stats.pearsonr(x, y).statistic)
    assert math.isnan(correlation(x, np.full(30, 0.1))) and math.isnan(correlation(x[:1], y[:1]))

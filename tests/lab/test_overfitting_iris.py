"""Iris divided by scikit-learn: the same split, the steps of the test accuracy, and what many seeds give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

from lab.core.events import Predictions, made
from lab.core.figures import Chart
from lab.core.params import ParamError
from lab.topics.overfitting.iris import DividedIris, DividedIrisParams
from lab.training.dense.learner import Learner
from tests.lab.swept import DATA, losses_in_torch


def trained(**values: Any) -> tuple[DividedIrisParams, Learner]:
    params = DividedIrisParams(**values)
    learner = Learner(DividedIris().recipe(params, DATA))
    while not learner.finished:
        learner.train_epoch()
    return params, learner


@given(st.floats(0.2, 0.95), st.integers(0, 1000), st.booleans())
def test_the_split_is_that_of_scikit_learn(share: float, seed: int, shuffle: bool) -> None:
    recipe = DividedIris().recipe(DividedIrisParams(train_share=share, seed=seed, shuffle=shuffle), DATA)
    drawn = {"random_state": seed} if shuffle else {"shuffle": False}
    train, test, labels, test_labels = train_test_split(*load_iris(return_X_y=True), train_size=share, **drawn)
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    np.testing.assert_array_equal(recipe.inputs, train)
    np.testing.assert_array_equal(recipe.test_inputs, test)
    np.testing.assert_array_equal(recipe.targets, labels)
    np.testing.assert_array_equal(recipe.test_targets, test_labels)


def test_the_shares_of_the_course_leave_what_its_notebook_has() -> None:
    counts = [len(DividedIrisParams(train_share=share).divided()[0]) for share in np.linspace(0.2, 0.95, 10)]
    assert counts == [30, 42, 55, 67, 80, 92, 105, 117, 130, 142]
    assert DividedIris().recipe(DividedIrisParams(), DATA).plan.parameters == 4675


def test_losses_are_those_of_torch() -> None:
    recipe = DividedIris().recipe(DividedIrisParams(batch_size=150), DATA)
    learner = Learner(recipe)
    np.testing.assert_allclose([learner.train_epoch() for _ in range(40)], losses_in_torch(recipe, 40), atol=1e-6)


@pytest.mark.parametrize("share", [0.2, 0.81, 0.95])
def test_each_value_that_the_test_can_give_has_its_interval(share: float) -> None:
    params, learner = trained(train_share=share, epochs=5)
    tests = len(params.divided()[1])
    figures = list(made(DividedIris().figures(params, learner)))
    [steps] = [figure for figure in figures if isinstance(figure, Chart)]
    spans, points, now = steps.lines
    assert points.x[-1] == tests and points.y[-1] == 1
    np.testing.assert_allclose(np.diff(points.y), 1 / tests)
    for count, (low, high, _gap) in zip(points.x, spans.y.reshape(-1, 3), strict=True):
        wanted = stats.binomtest(int(count), tests).proportion_ci(0.95, "exact")
        assert (low, high) == pytest.approx(tuple(wanted), abs=1e-9)
    # What is shown now is one of them, and what the confusion matrix counts.
    [answers] = [figure for figure in figures if isinstance(figure, Predictions)]
    assert len(answers.truth) == tests
    assert now.y[0] == pytest.approx((answers.truth == answers.predicted).mean())
    assert now.x[0] in points.x


def test_metrics_tell_the_step() -> None:
    params, learner = trained(train_share=0.95, epochs=3)
    found = DividedIris().metrics(params, learner.recipe, learner.network)
    assert found["step"] == 1 / 8
    assert (found["test_accuracy"] * 8) % 1 == 0


def test_not_shuffled_the_test_asks_for_one_kind_only() -> None:
    params = DividedIrisParams(shuffle=False)
    recipe = DividedIris().recipe(params, DATA)
    assert recipe.test_targets is not None and set(recipe.test_targets.tolist()) == {2}


def test_another_seed_of_the_split_moves_the_test_more_than_the_share_does() -> None:
    # As the lesson says of ten seeds and the whole training; here five, with a third of the epochs.
    found = np.array([
        [DividedIris().metrics(*_judged(share, seed))["test_accuracy"] for seed in range(5)] for share in (0.2, 0.8)
    ])  # fmt: skip
    assert found.min() >= 0.8
    assert abs(found[0].mean() - found[1].mean()) < np.ptp(found, axis=1).max()


def _judged(share: float, seed: int) -> tuple[Any, Any, Any]:
    params, learner = trained(train_share=share, seed=seed, epochs=150)
    return params, learner.recipe, learner.network


@pytest.mark.long
def test_the_intervals_of_the_lesson() -> None:
    wanted = {0.2: (0.908, 0.984), 0.5: (0.84, 0.987), 0.8: (0.9, 1.0)}
    for share, (low, high) in wanted.items():
        found = []
        for seed in range(10):
            params, learner = trained(train_share=share, seed=seed)
            tests = len(params.divided()[1])
            found.append(DividedIris().metrics(params, learner.recipe, learner.network)["test_accuracy"])
        # A long training magnifies rounding: two flowers more or less, on whatever computer.
        assert (min(found), max(found)) == pytest.approx((low, high), abs=0.001 + 2 / tests)


@pytest.mark.parametrize("share", [0.1, 0.96, 1.0])
def test_a_share_that_leaves_nothing_to_test_is_refused(share: float) -> None:
    with pytest.raises(ParamError, match="train_share"):
        DividedIrisParams(train_share=share)

"""Iris flowers: against torch, over many seeds, and what is shown of each flower."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.core.events import Array, Predictions, Remark, Scalars, made
from lab.core.examples import Examples
from lab.core.figures import Table
from lab.core.params import ParamError
from lab.topics.ann.iris import Iris, IrisParams
from lab.training.dense.learner import Learner
from tests.lab.swept import DATA, in_torch, losses_in_torch, metrics, run, swept


def shown(**params: Any) -> tuple[Learner, Examples, dict[str, Table], Predictions]:
    values = IrisParams(**params)
    learner = Learner(Iris().recipe(values, DATA))
    figures = list(made(Iris().figures(values, learner)))
    examples = next(event for event in figures if isinstance(event, Examples))
    predictions = next(event for event in figures if isinstance(event, Predictions))
    return learner, examples, {e.name: e for e in figures if isinstance(e, Table)}, predictions


def test_over_many_seeds_the_course_s_network_is_right_of_97_to_99_percent() -> None:
    # Of 40 repeats: softmax 0.967 to 0.987, three sigmoids 0.913 to 0.967.
    accuracy = swept("ann.iris", "output", ("softmax", "sigmoid"), 8)["accuracy"]
    assert accuracy[0].min() >= 0.955
    assert accuracy[0].max() <= 0.9935
    assert 0.97 <= accuracy[0].mean() <= 0.99
    assert 0.9 <= accuracy[1].mean() <= 0.965


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_losses_are_those_of_torch(output: str) -> None:
    learner = Learner(Iris().recipe(IrisParams(output=output), DATA))
    ours = [learner.train_epoch() for _ in range(60)]
    np.testing.assert_allclose(ours, losses_in_torch(learner.recipe, 60), atol=1e-6)


def test_it_is_the_network_of_the_course() -> None:
    recipe = Iris().recipe(IrisParams(), DATA)
    assert recipe.plan.shapes == ((4, 64), (64, 64), (64, 3))
    assert recipe.plan.parameters == sum(p.numel() for p in in_torch(recipe).parameters()) == 4675
    assert (recipe.learning_rate, recipe.epochs, recipe.batch_size, recipe.optimiser) == (0.01, 1000, 0, "sgd")
    assert recipe.inputs.shape == (150, 4)
    assert np.bincount(recipe.targets).tolist() == [50, 50, 50]


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_each_flower_has_the_probabilities_of_torch(output: str) -> None:
    learner, examples, _, predictions = shown(output=output)
    outputs = in_torch(learner.recipe)(torch.from_numpy(examples.features)).detach()
    wanted = outputs.softmax(1) if output == "softmax" else outputs.sigmoid()
    np.testing.assert_allclose(examples.shares, wanted.numpy(), atol=1e-12)
    np.testing.assert_array_equal(predictions.predicted, wanted.argmax(1).numpy())
    np.testing.assert_array_equal(examples.wrong, predictions.predicted != predictions.truth)
    np.testing.assert_allclose(predictions.confidence, wanted.max(1).values.numpy())


def test_three_sigmoids_do_not_sum_to_one_and_the_table_says_so() -> None:
    _, examples, tables, _ = shown(output="sigmoid")
    total = examples.shares.sum(1)
    assert np.abs(total - 1).max() > 0.1
    rows = tables["sums"].rows
    assert len(rows) == 150
    for row, sum_ in zip(rows, total, strict=True):
        assert row[2].value == pytest.approx(sum_, abs=1e-4)
        assert row[2].mark == ("good" if abs(sum_ - 1) <= 0.005 else "bad")
    none = int((examples.shares <= 0.5).all(1).sum())
    assert f"for {none} flowers none is above" in str(tables["sums"].note)


def test_softmax_always_sums_to_one() -> None:
    _, examples, tables, _ = shown()
    np.testing.assert_allclose(examples.shares.sum(1), 1)
    assert {row[2].mark for row in tables["sums"].rows} == {"good"}


@settings(max_examples=20)
@given(st.floats(0.1, 1.0), st.integers(0, 1000))
def test_the_same_share_of_each_kind_is_learned_from(share: float, seed: int) -> None:
    _, examples, _, _ = shown(train_share=share, seed=seed, hidden=(2,))
    counts = np.bincount(examples.labels[examples.trained], minlength=3)
    assert counts.tolist() == [max(1, round(50 * share))] * 3


def test_flowers_for_testing_are_not_learned_from() -> None:
    recipe = Iris().recipe(IrisParams(train_share=0.7), DATA)
    _, examples, _, _ = shown(train_share=0.7)
    assert recipe.test_inputs is not None
    np.testing.assert_array_equal(recipe.inputs, examples.features[examples.trained])
    np.testing.assert_array_equal(recipe.test_inputs, examples.features[~examples.trained])
    events = run("ann.iris", train_share=0.7, epochs=300)
    last = [event for event in events if isinstance(event, Scalars)][-1].values
    assert set(last) == {"train_loss", "train_accuracy", "test_loss", "test_accuracy"}
    found = metrics(events)
    assert found["test_accuracy"] == last["test_accuracy"]
    assert found["accuracy"] == last["train_accuracy"]


def test_standardised_measurements() -> None:
    recipe = Iris().recipe(IrisParams(standardised=True), DATA)
    np.testing.assert_allclose(recipe.inputs.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(recipe.inputs.std(0), 1)
    # What is shown stays in centimetres.
    assert shown(standardised=True)[1].features.max() == 7.9


def test_a_run_that_diverges_says_so_and_shows_nothing_that_is_no_number() -> None:
    events = run("ann.iris", learning_rate=10.0, activation="identity", epochs=3000)
    assert any(isinstance(event, Remark) and event.name == "diverged" for event in events)
    last = [event for event in events if isinstance(event, Examples)][-1]
    known = np.isfinite(last.shares).all(1)
    np.testing.assert_array_equal(last.predicted >= 0, known)
    answers = [event for event in events if isinstance(event, Predictions)][-1]
    assert np.isfinite(answers.confidence).all()
    assert metrics(events)["epochs"] < 3000


def test_bad_input_is_refused() -> None:
    with pytest.raises(ParamError, match="train_share"):
        IrisParams(train_share=0.0)
    with pytest.raises(ParamError, match="hidden"):
        IrisParams(hidden=(0,))


def test_examples_without_an_answer_are_not_wrong() -> None:
    def examples(shares: Array) -> Examples:
        return Examples(
            "e", np.zeros((2, 1)), ("x",), "", np.array([0, 1]), ("a", "b"), shares, np.ones(2, bool), "one", 1
        )

    known = examples(np.array([[0.2, 0.8], [0.1, 0.9]]))
    assert known.predicted.tolist() == [1, 1]
    assert known.wrong.tolist() == [True, False]
    half = examples(np.array([[np.nan, 0.8], [0.1, 0.9]]))
    assert half.predicted.tolist() == [-1, 1]
    assert half.wrong.tolist() == [False, False]

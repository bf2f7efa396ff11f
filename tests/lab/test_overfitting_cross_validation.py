"""Cross-validation: the folds of scikit-learn, networks that never saw what they are tested on, own tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, LeaveOneOut, StratifiedKFold

from lab.core.events import Metrics
from lab.core.experiment import Context
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.overfitting.cross_validation import CrossValidation, CrossValidationParams
from lab.topics.overfitting.cross_validation.division import divided
from lab.topics.overfitting.cross_validation.folds import Folds, recipe
from lab.training.dense.learner import Learner
from tests.lab.contracts import prints_its_metrics, ran


@given(st.integers(20, 80), st.integers(2, 6), st.integers(0, 1000))
def test_rows_are_tested_in_the_folds_of_scikit_learn(rows: int, folds: int, seed: int) -> None:
    labels = np.concatenate([np.repeat(np.arange(2), 6), np.random.default_rng(seed).integers(0, 3, rows - 12)])
    theirs = {
        "shuffled": KFold(folds, shuffle=True, random_state=seed),
        "ordered": KFold(folds),
        "leave_one_out": LeaveOneOut(),
    }
    if np.bincount(labels).min() >= folds:
        theirs["stratified"] = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for way, wanted in theirs.items():
        found = divided(labels, way, folds, seed)
        for fold, (_, tested) in enumerate(wanted.split(labels, labels)):
            assert (np.flatnonzero(found == fold) == np.sort(tested)).all(), way


def measured(**values: Any) -> dict[str, float]:
    instance, params = CrossValidation(), CrossValidationParams(**values)
    events = list(instance.run(params, Context("cpu", DataStore(Path("unused")))))
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values)


def test_no_network_learns_from_what_it_is_tested_on() -> None:
    params = CrossValidationParams(folds=7)
    folds = Folds(params)
    assert sorted(np.concatenate(folds.tested).tolist()) == list(range(150))
    for rows, learner in zip(folds.tested, folds.learners, strict=True):
        assert len(learner.recipe.inputs) + len(rows) == 150
        assert learner.recipe.test_inputs is not None
        assert (learner.recipe.test_inputs == params.table[0][rows]).all()


def test_a_species_that_was_never_learned_is_never_told() -> None:
    assert measured(way="ordered", folds=3, epochs=60, hidden=(16,), learning_rate=0.05)["test_accuracy"] == 0


def test_a_fold_of_thirty_flowers_moves_in_steps_of_3_3_points() -> None:
    found = measured(epochs=30)
    assert found["step"] == pytest.approx(1 / 30)
    for name in ("lowest", "highest"):
        assert 30 * found[name] == pytest.approx(round(30 * found[name]))


def test_leave_one_out_has_a_network_for_each_row() -> None:
    found = measured(way="leave_one_out", hidden=(4,), epochs=2)
    assert found["step"] == 1
    assert found["test_accuracy"] == pytest.approx(found["right"] / 150)


def test_all_rows_alone_are_trained_at_once_as_each_would_be() -> None:
    params = CrossValidationParams(way="leave_one_out", hidden=(5,), learning_rate=0.1, epochs=6)
    folds, other = Folds(params), Folds(params)
    for _ in range(3):
        folds.advance()
    other.restore(folds.state())
    for _ in range(3):
        for engine in (folds, other):
            engine.advance()
    assert folds.finished
    np.testing.assert_array_equal(folds.history, other.history)
    for place in (0, 77, 149):
        learner = Learner(recipe(params, folds.tested[place]))
        while not learner.finished:
            learner.train_epoch()
        trained = folds.learners[place].network.learned
        for found, wanted in zip(trained, learner.network.learned, strict=True):
            np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.long
def test_single_folds_vary_more_than_their_mean_over_five_seeds() -> None:
    # What the lesson says.
    found = [measured(seed=seed) for seed in (7, 1, 2, 3, 4)]
    # Measured: 96.7 to 98.0 %, folds from 90 to 100 %. Two rows of all, and one of a fold, are left to rounding.
    assert all(0.966 - 2 / 150 < one["test_accuracy"] < 0.981 + 2 / 150 for one in found)
    assert all(one["lowest"] > 0.89 - 1 / 30 and one["highest"] > 0.999 - 1 / 30 for one in found)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    random, path = np.random.default_rng(0), tmp_path / "own.csv"
    lines = [f"{100 + 20 * random.normal() + 30 * (i % 2):.3f},{random.normal():.3f},{'pq'[i % 2]}" for i in range(47)]
    path.write_text("\n".join(["a,b,kind", *lines]))
    return path


def test_an_own_table_is_scaled_by_the_training_rows_alone(table: Path) -> None:
    params = CrossValidationParams(data="own", file=str(table), epochs=5)
    for rows in Folds(params).tested:
        made = recipe(params, rows)
        assert made.inputs.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
        assert made.test_inputs is not None
        assert np.abs(made.test_inputs.mean(axis=0)).max() > 1e-3
    found = ran(CrossValidation, params, DataStore(table.parent), watched=True)
    prints_its_metrics(found.code, found.metrics.everything)


def test_gaps_are_filled_from_the_training_rows_alone(table: Path) -> None:
    lines = table.read_text().splitlines()
    # Far from all others, and tested in the first fold of three.
    lines[1] = "9999," + lines[1].split(",", 1)[1]
    lines[20], lines[40] = "," + lines[20].split(",", 1)[1], "," + lines[40].split(",", 1)[1]
    table.write_text("\n".join(lines))
    params = CrossValidationParams(
        data="own", file=str(table), missing="mean", standardise=False, way="ordered", folds=3, epochs=5
    )
    assert len(params.table[0]) == 47
    first = Folds(params).tested[0]
    assert 0 in first
    made, others = recipe(params, first), params.table[0][~np.isin(np.arange(47), first), 0]
    gap = int(np.flatnonzero(np.isnan(others))[0])
    assert made.inputs[gap, 0] == pytest.approx(np.nanmean(others)) and np.nanmean(others) < 200
    for standardise in (False, True):
        again = CrossValidationParams(
            data="own", file=str(table), missing="mean", standardise=standardise, epochs=3, learning_rate=1e-4
        )
        found = ran(CrossValidation, again, DataStore(table.parent), watched=True)
        prints_its_metrics(found.code, found.metrics.everything)


def test_what_cannot_be_divided_is_said(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("a,kind\n" + "".join(f"{i},{'pq'[i % 2]}\n" for i in range(20)))
    with pytest.raises(ParamError, match="20 folds cannot"):
        CrossValidationParams(data="own", file=str(path), folds=20, way="stratified")
    without = CrossValidationParams(data="own")
    with pytest.raises(ParamError, match="file"):
        CrossValidation().validate(without, DataStore(tmp_path))

"""The reconstruction error as a score of strangeness: areas, thresholds, and what was never seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from lab.core.events import ImageRows, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart
from lab.core.text import DataError
from lab.data.store import DataStore
from lab.topics.autoencoders.anomaly import Anomaly, AnomalyParams
from lab.topics.autoencoders.anomaly.letters import EACH, FONTS, printed_letters
from lab.topics.autoencoders.anomaly.scored import Score, scored
from lab.topics.autoencoders.anomaly.unseen import parts
from lab.topics.autoencoders.network import examples
from tests.lab.contracts import ran

DATA = DataStore(Path("unused"))
RANDOM = np.random.default_rng(5)
SCORE = Score(RANDOM.normal(0, 1, 120).round(1), RANDOM.normal(1, 1, 70).round(1))
TRUTH = np.repeat([0, 1], (120, 70))


def test_areas_and_curves_are_those_of_scikit_learn_with_equal_scores_too() -> None:
    scores = np.concatenate([SCORE.seen, SCORE.unseen])
    assert SCORE.auc == pytest.approx(roc_auc_score(TRUTH, scores), rel=1e-12)
    alarms, found, _steps = roc_curve(TRUTH, scores, drop_intermediate=False)
    np.testing.assert_allclose(SCORE.curve, (alarms, found), atol=1e-12)


@pytest.mark.parametrize("allowed", [0.0, 0.05, 0.3, 1.0])
def test_no_more_false_alarms_than_are_allowed(allowed: float) -> None:
    alarms, found = SCORE.rates(SCORE.threshold(allowed))
    assert alarms <= allowed + 1e-12
    all_alarms, all_found = SCORE.curve
    # Nothing on the curve finds more with as few false alarms.
    assert found == pytest.approx(all_found[all_alarms <= allowed + 1e-12].max())


def test_a_class_that_is_left_out_is_nowhere_learned_from() -> None:
    params = AnomalyParams(unseen="class", left_out=1)
    dataset, found = params.images(DATA), parts(params, DATA)
    ones = {image.tobytes() for image in dataset.train.images[dataset.train.labels == 1]}
    assert not any(image.tobytes() in ones for image in found.train)
    assert len(found.train) == (dataset.train.labels != 1).sum()
    assert len(found.test) == (dataset.test.labels != 1).sum()
    tested = dataset.test.images[dataset.test.labels == 1]
    np.testing.assert_array_equal(found.unseen[: len(tested)], tested)


def test_letters_are_the_same_each_time_and_stand_as_digits_do() -> None:
    images = printed_letters(FONTS, EACH)
    np.testing.assert_array_equal(printed_letters(FONTS, 2)[:2], images[:2])
    assert images.shape == (26 * EACH, 28, 28) and images.dtype == np.uint8
    rows, columns = np.indices((28, 28))
    ink = images.astype(float)
    for places in (rows, columns):
        centre = (places * ink).sum((1, 2)) / ink.sum((1, 2))
        assert abs(centre - 13.5).max() < 3.5
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) > 0.9 * len(images)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"dataset": "fashion", "unseen": "fashion"}, "is what is learned from"), ({"unseen": "letters"}, "letters")],
)
def test_what_cannot_be_is_said_before_anything_runs(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        Anomaly().validate(AnomalyParams(**changes), DATA)


def test_a_threshold_that_is_clicked_moves_in_both_charts() -> None:
    instance = Anomaly()
    instance._choices = {}
    params = AnomalyParams(encoder=(6,), unseen="class")
    engine = instance.engine = instance.begin(params, Context("cpu", DATA))
    score = instance.scored(engine).error
    middle = float(np.median(score.seen))
    events = {event.key: event for event in made(instance.query({"threshold": middle}))}
    spread, roc = events["Chart", "spread"], events["Chart", "roc"]
    assert isinstance(spread, Chart) and isinstance(roc, Chart)
    assert spread.picks in Anomaly.queries and spread.marks[0].value == middle
    ball = next(line for line in roc.lines if line.style == "ball")
    assert (ball.x.item(), ball.y.item()) == score.rates(middle)
    missed = events["ImageRows", "missed"]
    assert isinstance(missed, ImageRows)
    assert missed.index(0) == score.unseen.argmin()


@pytest.mark.long
def test_what_the_lesson_says_of_clothes_letters_and_a_digit_left_out() -> None:
    """With some room beside what five seeds gave, since rounding differs between computers."""
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in ("fashion", "printed", "few", "one")}
    for seed in (7, 1, 2, 3, 4):
        # What is never seen is never learned from: the same network is asked about both kinds.
        instance = Anomaly()
        *_, last = instance.run(AnomalyParams(unseen="fashion", seed=seed), Context("cpu", DATA))
        assert isinstance(last, Metrics)
        found["fashion"].append(last.values)
        engine, letters = instance.engine, parts(AnomalyParams(), DATA)
        assert engine is not None
        engine.first.sources["unseen"] = examples(letters.unseen)
        asked = scored(engine, letters, 50)
        found["printed"].append({"auc": asked.error.auc, **asked.values})
        found["few"].append(ran(Anomaly, AnomalyParams(code=10, seed=seed), DATA).metrics.values)
        params = AnomalyParams(unseen="class", left_out=1, seed=seed)
        found["one"].append(ran(Anomaly, params, DATA).metrics.values)

    def all_within(kind: str, score: str, low: float, high: float) -> None:
        assert all(low <= values[score] <= high for values in found[kind]), [values[score] for values in found[kind]]

    all_within("fashion", "auc", 0.964, 0.977)
    assert all(values["ink_auc"] < values["auc"] < values["pca_auc"] for values in found["fashion"])
    all_within("printed", "auc", 0.68, 0.74)
    all_within("printed", "relative_auc", 0.62, 0.68)
    all_within("few", "auc", 0.71, 0.77)
    all_within("one", "auc", 0.34, 0.41)
    all_within("one", "relative_auc", 0.71, 0.77)
    # What needs no network does not depend on seeds.
    alone = [
        tuple(round(found[kind][0][name], 2) for name in ("pca_auc", "ink_auc")) for kind in ("fashion", "printed")
    ]
    assert alone == [(0.98, 0.88), (0.46, 0.62)]
    assert found["one"][0]["ink_auc"] == pytest.approx(0.09, abs=0.005)

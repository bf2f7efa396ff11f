"""Scores and thresholds, against scikit-learn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs
from sklearn.calibration import calibration_curve

from lab.core.code import Code
from lab.core.events import Event, Metrics
from lab.core.figures import Chart, Table
from lab.core.text import LabError
from lab.topics.measures.threshold import Threshold, ThresholdParams
from lab.topics.measures.threshold.figures import roc
from lab.topics.measures.threshold.trained import Scored, recipe, scored

SCORED = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=40).filter(
    lambda pairs: len({truth for _, truth in pairs}) == 2
)


def made(pairs: list[tuple[int, bool]]) -> Scored:
    return Scored(np.array([score / 20 for score, _ in pairs]), np.array([truth for _, truth in pairs]))


def shown(**values: Any) -> list[Event]:
    return list(Threshold().compute(ThresholdParams(**values)))


def measured(**values: Any) -> dict[str, float]:
    return next(dict(event.values) for event in shown(**values) if isinstance(event, Metrics))


@given(SCORED)
def test_scikit_learn_has_the_same_areas(pairs: list[tuple[int, bool]]) -> None:
    found = made(pairs)
    assert found.auc == pytest.approx(theirs.roc_auc_score(found.truth, found.scores), abs=1e-9)
    wanted = theirs.average_precision_score(found.truth, found.scores)
    assert found.average_precision == pytest.approx(wanted, abs=1e-9)
    counts, said, true = found.bins
    there = counts > 0
    true_there, said_there = calibration_curve(found.truth, found.scores, n_bins=10)
    assert true[there] == pytest.approx(true_there)
    assert said[there] == pytest.approx(said_there)


@given(SCORED, st.integers(0, 20), st.floats(0, 10), st.floats(0, 10))
def test_a_threshold_gives_a_point_of_the_curve_and_no_cost_below_the_cheapest(
    pairs: list[tuple[int, bool]], threshold: int, alarm: float, missed: float
) -> None:
    found = made(pairs)
    counts = found.at(threshold / 20)
    wanted = theirs.confusion_matrix(~found.truth, found.scores < threshold / 20, labels=[False, True])
    assert (counts == wanted).all()
    (_, fn), (fp, _) = counts.tolist()
    assert alarm * fp + missed * fn >= found.costs(alarm, missed).min() - 1e-9
    curve, _diagonal, ball = roc(found, threshold / 20).lines
    assert min(np.hypot(curve.x - ball.x[0], curve.y - ball.y[0])) == pytest.approx(0, abs=1e-12)


def test_the_areas_do_not_depend_on_the_threshold_and_the_errors_do() -> None:
    low, high = measured(threshold=0.1), measured(threshold=0.9)
    fixed = ("auc", "average_precision", "brier", "cheapest_cost")
    assert [low[name] for name in fixed] == [high[name] for name in fixed]
    assert low["misses"] < high["misses"]
    assert low["false_alarms"] > high["false_alarms"]
    assert low["recall"] > high["recall"]


def test_a_threshold_is_moved_without_training_again() -> None:
    assert scored(ThresholdParams(threshold=0.2).training) is scored(ThresholdParams(cost_missed=9.0).training)
    assert scored(ThresholdParams(seed=8).training) is not scored(ThresholdParams().training)


def test_what_is_learned_from_gives_no_scores_and_both_halves_are_alike() -> None:
    made_of = recipe(ThresholdParams(data="breast_cancer"))
    assert made_of.test_inputs is not None
    assert made_of.test_targets is not None
    train, test = ({row.tobytes() for row in part} for part in (made_of.inputs, made_of.test_inputs))
    assert not train & test
    assert len(train) + len(test) == 569
    assert made_of.targets.mean() == pytest.approx(made_of.test_targets.mean(), abs=0.01)
    # Measured on the half that is learned from alone.
    assert np.abs(made_of.inputs.mean(axis=0)).max() < 1e-9
    assert np.abs(made_of.test_inputs.mean(axis=0)).max() > 1e-3


def test_malignant_tumours_are_positive_and_found() -> None:
    found = measured(data="breast_cancer")
    assert found["base_rate"] == pytest.approx(212 / 569, abs=0.01)
    assert found["auc"] > 0.97


def test_a_miss_that_costs_more_lowers_the_cheapest_threshold() -> None:
    dear, cheap = measured(cost_missed=20.0), measured(cost_missed=0.5)
    assert dear["cheapest_threshold"] < cheap["cheapest_threshold"]
    assert dear["honest_threshold"] == pytest.approx(1 / 21)
    assert "cheapest_threshold" not in measured(cost_missed=0.0)


def test_errors_that_cost_nothing_have_no_honest_threshold() -> None:
    found = measured(cost_missed=0.0, cost_false_alarm=0.0)
    assert found["cost"] == found["cheapest_cost"] == 0
    assert "honest_threshold" not in found


def test_where_nothing_is_taken_for_positive_precision_is_said_to_be_none() -> None:
    [table] = [event for event in shown(threshold=1.0) if isinstance(event, Table) and event.name == "at_threshold"]
    [cell] = [row[1] for row in table.rows if str(row[0].value) == "precision"]
    assert (cell.value, cell.mark) == (0.0, "bad")
    assert str(cell.why).startswith("0/0")


def test_both_charts_move_the_threshold_and_the_training_has_a_program() -> None:
    charts = {event.name: event for event in shown() if isinstance(event, Chart)}
    assert {name for name, chart in charts.items() if chart.picks == "threshold"} == {"scores", "costs"}
    assert {event.name for event in shown() if isinstance(event, Code)} == {"training", "code"}


def test_a_training_that_has_no_numbers_left_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.topics.measures.threshold import trained as module

    monkeypatch.setattr(module, "sigmoid", lambda outputs: np.full_like(outputs, math.nan))
    with pytest.raises(LabError, match=r"Try a learning rate below 0\.02"):
        scored(ThresholdParams(learning_rate=0.02, epochs=1).training)

"""Unequal classes: what is cut, what is measured of it, and what is said on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as theirs

from lab.core.events import Event, Metrics, Predictions, Progress, Scalars, made
from lab.core.experiment import Context
from lab.core.figures import Bars, Table
from lab.data.store import DataStore
from lab.topics.measures.unequal import Unequal, UnequalParams, examples

STORE = DataStore(Path("unused"))


def ran(**values: Any) -> list[Event]:
    context = Context("cpu", STORE, due=lambda _kind, _name: True)
    return list(Unequal().run(UnequalParams(**values), context))


@pytest.mark.parametrize("rare", [0, 7])
def test_only_the_rare_class_is_cut_and_only_in_training(rare: int) -> None:
    whole, few = (examples(UnequalParams(rare=rare, kept=kept), STORE) for kept in (6000, 20))
    before, after = (np.bincount(found.train_labels, minlength=10) for found in (whole, few))
    assert after[rare] == 20
    assert (np.delete(before, rare) == np.delete(after, rare)).all()
    assert len(whole.train_labels) == 8500
    assert (whole.test_labels == few.test_labels).all()
    assert len(few.train_images) == len(few.train_labels)


def test_the_test_images_can_be_cut_alike_and_never_to_nothing() -> None:
    whole = examples(UnequalParams(), STORE)
    share = 20 / int((examples(UnequalParams(kept=6000), STORE).train_labels == 7).sum())
    alike = examples(UnequalParams(test="alike"), STORE)
    assert int((alike.test_labels == 7).sum()) == round(share * int((whole.test_labels == 7).sum())) == 4
    least = examples(UnequalParams(test="alike", kept=1), STORE)
    assert int((least.test_labels == 7).sum()) == 1


def test_scikit_learn_agrees_with_every_measure() -> None:
    events = ran(epochs=1, kept=100)
    last = {event.key: event for event in events}
    said = last["Predictions", "test"]
    assert isinstance(said, Predictions)
    result = events[-1]
    assert isinstance(result, Metrics)
    truth, predicted = said.truth, said.predicted
    wanted = {
        "test_accuracy": theirs.accuracy_score(truth, predicted),
        "rare_recall": theirs.recall_score(truth == 7, predicted == 7),
        "rare_precision": theirs.precision_score(truth == 7, predicted == 7, zero_division=0),
        "macro_recall": theirs.recall_score(truth, predicted, average="macro"),
        "macro_f1": theirs.f1_score(truth, predicted, average="macro"),
    }
    for name, value in wanted.items():
        assert result.values[name] == pytest.approx(value, abs=1e-6), name
    epoch = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"][-1]
    assert epoch["rare_recall"] == result.values["rare_recall"]
    table, bars = last["Table", "numbers"], last["Bars", "per_class"]
    assert isinstance(table, Table)
    values = {str(row[0].value): row[1].value for row in table.rows}
    assert values["weighted recall"] == pytest.approx(values["test accuracy"])
    assert isinstance(bars, Bars)
    assert bars.panels[1].values / 100 == pytest.approx(theirs.recall_score(truth, predicted, average=None))


def test_before_it_runs_one_sees_how_many_images_each_class_has() -> None:
    [bars] = [event for event in made(Unequal().preview(UnequalParams(), STORE)) if isinstance(event, Bars)]
    assert bars.panels[0].values[7] == 20
    assert bars.panels[0].values.sum() == 7610


def test_it_can_be_stopped_and_continued_to_the_same_numbers() -> None:
    params = UnequalParams(epochs=1, batch_size=512, hidden=(8,))
    whole = Unequal()
    first = list(whole.run(params, Context("cpu", STORE)))
    halved = Unequal()
    run = halved.run(params, Context("cpu", STORE))
    for event in run:
        if isinstance(event, Progress) and event.step == 5:
            break
    state = halved.state()
    run.close()
    assert list(Unequal().run(params, Context("cpu", STORE, restored=state)))[-1] == first[-1]


@pytest.mark.long
@pytest.mark.parametrize(
    ("kept", "test", "recall", "accuracy"),
    [
        (6000, "whole", (0.95, 1.0), (0.925, 0.955)),
        (500, "whole", (0.92, 1.0), (0.92, 0.95)),
        (100, "whole", (0.78, 0.9), (0.91, 0.935)),
        (20, "whole", (0.4, 0.68), (0.87, 0.915)),
    ],
)
def test_what_the_lesson_says_of_five_seeds(
    kept: int, test: str, recall: tuple[float, float], accuracy: tuple[float, float]
) -> None:
    for seed in (7, 1, 2, 3, 4):
        found = ran(kept=kept, test=test, seed=seed)[-1]
        assert isinstance(found, Metrics)
        assert recall[0] <= found.values["rare_recall"] <= recall[1]
        assert accuracy[0] <= found.values["test_accuracy"] <= accuracy[1]

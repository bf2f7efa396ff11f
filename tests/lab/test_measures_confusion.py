"""The confusion matrix, against scikit-learn and the laws that measures obey."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from lab.core.events import Metrics
from lab.core.figures import Bars, Matrices, Table
from lab.core.params import ParamError
from lab.maths import confusion
from lab.terminal.cli import cli
from lab.topics.measures.confusion import Confusion, ConfusionParams

COUNTS = st.integers(2, 6).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=k, max_size=k)
).filter(lambda rows: any(map(any, rows)))  # fmt: skip


def typed(rows: list[list[int]]) -> str:
    return "; ".join(" ".join(map(str, row)) for row in rows)


def measured(**values: Any) -> dict[str, float]:
    [found] = [event for event in Confusion().compute(ConfusionParams(**values)) if isinstance(event, Metrics)]
    return dict(found.values)


def test_the_command_line_gives_the_numbers_of_the_course() -> None:
    result = CliRunner().invoke(
        cli, ["run", "measures.confusion", "--tp", "40", "--fp", "10", "--fn", "20", "--tn", "30", "--json"]
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout.splitlines()[-1])["metrics"]
    wanted = {"precision": 0.8, "recall": 0.6667, "f1": 0.7273, "accuracy": 0.7}
    assert {name: round(found[name], 4) for name in wanted} == wanted


@given(COUNTS, st.sampled_from(["0", "1", "nan"]), st.data())
def test_scikit_learn_agrees_whatever_is_in_the_matrix(
    rows: list[list[int]], undefined: str, data: st.DataObject
) -> None:
    counts = np.array(rows)
    positive = data.draw(st.integers(1, len(rows)))
    found = measured(counted="matrix", matrix=typed(rows), positive=positive, zero_division=undefined)
    at = np.indices(counts.shape)
    truth, said = (np.repeat(each.ravel(), counts.ravel()) for each in at)
    zero = float(undefined)
    wanted = {"accuracy": theirs.accuracy_score(truth, said)}
    for name in ("precision", "recall", "f1"):
        score = getattr(theirs, f"{name}_score")
        wanted[name] = score(truth == positive - 1, said == positive - 1, zero_division=zero)
        for average in ("macro", "weighted", "micro"):
            wanted[f"{average}_{name}"] = score(
                truth, said, labels=range(len(rows)), average=average, zero_division=zero
            )
    wanted["specificity"] = theirs.recall_score(truth != positive - 1, said != positive - 1, zero_division=zero)
    if counts.max() < counts.sum():
        wanted["matthews"] = theirs.matthews_corrcoef(truth, said)
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, abs=1e-9, nan_ok=True), name


@given(COUNTS)
def test_weighted_recall_is_always_accuracy(rows: list[list[int]]) -> None:
    found = measured(counted="matrix", matrix=typed(rows))
    assert found["weighted_recall"] == pytest.approx(found["accuracy"], abs=1e-12)
    assert found["micro_f1"] == found["accuracy"]


@given(st.integers(1, 49), st.integers(1, 49))
def test_with_equal_classes_f1_is_below_accuracy_where_precision_is_above_recall(tp: int, tn: int) -> None:
    found = measured(tp=tp, fn=50 - tp, tn=tn, fp=50 - tn)
    assert (found["f1"] < found["accuracy"] - 1e-12) == (found["precision"] > found["recall"] + 1e-12)


def test_dividing_by_zero_is_said() -> None:
    events = list(Confusion().compute(ConfusionParams(tp=0, fp=0, fn=1, tn=99)))
    [table] = [event for event in events if isinstance(event, Table) and event.name == "numbers"]
    cells = {str(row[0].value): row[1] for row in table.rows}
    assert cells["precision"].mark == "bad"
    assert str(cells["precision"].why).startswith("0/0")
    assert "scikit-learn takes it as 0 and warns" in str(table.note)
    assert measured(tp=0, fp=0, fn=1, tn=99)["accuracy"] == 0.99
    assert np.isnan(measured(tp=0, fp=0, fn=1, tn=99, zero_division="nan")["precision"])


def test_editing_a_cell_of_four_counts_goes_on_with_the_matrix() -> None:
    [shown] = [event for event in Confusion().compute(ConfusionParams()) if isinstance(event, Matrices)]
    given_matrix = shown.items[0]
    assert (given_matrix.field, given_matrix.rows) == ("matrix", ((40, 20), (10, 30)))
    assert ConfusionParams.implied("matrix") == {"counted": "matrix"}
    texts = {"matrix": "40, 20; 10, 31", **ConfusionParams.implied("matrix")}
    assert ConfusionParams.from_texts(texts).counts().tolist() == [[40, 20], [10, 31]]


def test_a_row_more_is_a_class_more_and_fewer_classes_are_taken_together() -> None:
    def counts(**values: Any) -> list[list[int]]:
        found: list[list[int]] = ConfusionParams(counted="matrix", **values).counts().tolist()
        return found

    assert counts(matrix="1 2; 3 4; 5 6") == [[1, 2, 0], [3, 4, 0], [5, 6, 0]]
    assert counts(matrix="1 2 3; 4 5 6; 7 8 9", classes=2) == [[1, 5], [11, 28]]
    assert counts(matrix="1 2; 3 4", classes=3) == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    [bars] = [
        event for event in Confusion().compute(ConfusionParams(counted="matrix", classes=6)) if isinstance(event, Bars)
    ]
    assert len(bars.labels) == 6


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"tp": "0", "fp": "0", "fn": "0", "tn": "0"}, "tp: there is not a single example"),
        ({"counted": "matrix", "matrix": "0 0; 0 0"}, "matrix: there is not a single example"),
        ({"counted": "matrix", "matrix": "1 2; -3 4"}, "matrix: in row 2, column 1 stands -3; allowed is a whole"),
        ({"counted": "matrix", "matrix": "1 2.5; 3 4"}, "matrix: in row 1, column 2 stands 2.5"),
        (
            {"counted": "matrix", "matrix": "1 2; 3 4", "positive": "3"},
            "positive: there is no class 3; allowed is 1 to 2",
        ),
        ({"counted": "matrix", "classes": "1"}, "classes: one class leaves nothing"),
        ({"tp": "-1"}, "tp: -1 is not allowed"),
    ],
)
def test_what_are_no_counts_is_refused(texts: dict[str, str], sentence: str) -> None:
    with pytest.raises(ParamError, match=sentence):
        ConfusionParams.from_texts(texts)


def test_counts_are_made_of_classes() -> None:
    truth, said = np.array([0, 1, 2, 2, 1]), np.array([0, 2, 2, 2, 1])
    assert (confusion.confusion(truth, said, 3) == theirs.confusion_matrix(truth, said)).all()

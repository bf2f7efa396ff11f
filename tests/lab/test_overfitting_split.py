"""Rows divided into train, dev and test: to the row as scikit-learn does, and where the notebook goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from lab.core.events import Metrics, Remark
from lab.core.experiment import Context
from lab.core.figures import Field, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.overfitting.split import Split, SplitParams
from lab.topics.overfitting.split.ways import ORDERS, WAYS, divide


def measured(**values: Any) -> dict[str, Any]:
    events = Split().compute(SplitParams(**values))
    return next(dict(event.everything) for event in events if isinstance(event, Metrics))


def sizes(**values: Any) -> tuple[Any, ...]:
    found = measured(**values)
    return tuple(found.get(part) for part in ("train", "dev", "test"))


@pytest.mark.parametrize("way", [way for way in WAYS if way != "notebook"])
@pytest.mark.parametrize("order", ORDERS)
def test_a_thousand_rows_become_800_100_and_100(way: str, order: str) -> None:
    assert sizes(way=way, order=order) == (800, 100, 100)


def test_the_second_call_of_the_notebook_gives_20_and_180() -> None:
    assert sizes(way="notebook") == (800, 20, 180)
    note = next(e.note for e in Split().compute(SplitParams(way="notebook")) if isinstance(e, Table) and e.note)
    assert "train_size" in str(next(t.note for t in tables(way="notebook") if t.name == "numbers"))
    assert note


def tables(**values: Any) -> list[Table]:
    return [event for event in Split().compute(SplitParams(**values)) if isinstance(event, Table)]


def test_with_the_ten_rows_of_the_notebook_scikit_learn_refuses() -> None:
    assert sizes(way="notebook", rows=10) == (8, None, None)
    with pytest.raises(ValueError, match="train set will be empty"):
        train_test_split(np.arange(2), train_size=0.1)
    assert sizes(way="sklearn", rows=10) == (8, 1, 1)
    # Where there is no table to see, it is said in words.
    events = Split().run(SplitParams(way="notebook", rows=10), Context("cpu", DataStore(Path("unused"))))
    assert any(isinstance(event, Remark) and "refuses" in event.message.template for event in events)


@given(
    st.integers(12, 300), st.sampled_from(["shuffled", "stratified", "ordered"]), st.integers(0, 1000),
    st.integers(2, 8), st.integers(1, 4),
)  # fmt: skip
def test_each_row_is_where_scikit_learn_puts_it(rows: int, order: str, seed: int, train: int, dev: int) -> None:
    total = train + 2 * dev
    shares = (train / total, dev / total, dev / total)
    labels = np.random.default_rng(seed).integers(0, 3, rows)
    found = divide(labels, shares, "sklearn", order, seed)
    how: dict[str, Any] = {"shuffle": False} if order == "ordered" else {"random_state": seed}
    stratified = order == "stratified"
    try:
        first, rest = train_test_split(
            np.arange(rows), train_size=shares[0], stratify=labels if stratified else None, **how
        )
        second, third = train_test_split(
            rest, train_size=shares[1] / (shares[1] + shares[2]), stratify=labels[rest] if stratified else None, **how
        )
    except ValueError:
        assert found.reason is not None
        return
    assert found.reason is None
    for part, wanted in enumerate((first, second, third)):
        assert (np.flatnonzero(found.parts == part) == np.sort(wanted)).all()


def test_in_the_order_of_the_file_one_species_alone_is_tested() -> None:
    found = measured(data="iris", shares=(0.8, 0.0, 0.2), order="ordered")
    assert found["test_classes"] == [0, 0, 30]
    assert found["train_classes"] == [50, 50, 20]
    assert (found["train_mean"], found["test_mean"]) == (0.75, 2.0)
    for way in WAYS:
        stratified = measured(data="iris", shares=(0.8, 0.0, 0.2), order="stratified", way=way)
        assert stratified["test_classes"] == [10, 10, 10]


def test_each_row_has_the_colour_of_its_part() -> None:
    params = SplitParams(rows=100)
    field = next(event for event in Split().compute(params) if isinstance(event, Field))
    cells = field.values[np.isfinite(field.values)]
    assert sorted(np.unique(cells, return_counts=True)[1].tolist()) == [10, 10, 80]


@pytest.mark.parametrize("shares", [(0.8, 0.1, 0.2), (1.0, 0.0, 0.0), (0.0, 0.5, 0.5)])
def test_shares_that_are_none_are_refused(shares: tuple[float, float, float]) -> None:
    with pytest.raises(ParamError, match="shares"):
        SplitParams(shares=shares)

"""Leaks: what the leaking test has seen, that the honest one has seen nothing, and how far they are apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lab.core.events import Metrics
from lab.core.experiment import Context
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.topics.overfitting.leak import Leak, LeakParams
from lab.topics.overfitting.leak.pairs import Pairs
from lab.topics.overfitting.leak.rows import WAYS, data_of, honest, leaking

MADE = {"data": "made", "train_share": 0.8, "learning_rate": 0.1}


def measured(**values: Any) -> dict[str, float]:
    instance, params = Leak(), LeakParams(**values)
    events = list(instance.run(params, Context("cpu", DataStore(Path("unused")))))
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values)


@pytest.mark.parametrize("way", WAYS)
def test_the_honest_test_has_seen_nothing(way: str) -> None:
    features, _ = data_of("iris", 7)
    for seed in range(5):
        rows = honest(features, way, 0.8, 3, seed)
        assert not rows.seen.any()
        assert set(rows.train) | set(rows.test) == set(range(150))
    assert len(rows.train) == (360 if way == "copies" else 120)


def test_z_scores_from_all_rows_tell_of_the_test_and_those_of_train_do_not() -> None:
    features, _ = data_of("iris", 7)
    clean, leaked = (make(features, "zscores", 0.8, 2, 7, *more) for make, more in ((honest, ()), (leaking, (0,))))
    assert (clean.train == leaked.train).all()
    assert clean.features[clean.train].mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert leaked.features.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert not leaked.seen.any()


def test_nine_of_ten_copies_have_their_twin_in_train() -> None:
    features, _ = data_of("iris", 7)
    seen = [leaking(features, "copies", 0.9, 2, seed, 0).seen.mean() for seed in range(40)]
    # A twin of a test row is one of the other 299 rows, 270 of which are in train.
    assert np.mean(seen) == pytest.approx(270 / 299, abs=0.02)


def test_a_split_anew_in_each_epoch_has_seen_all_within_a_few_epochs() -> None:
    pairs = Pairs(LeakParams(train_share=0.2, epochs=60, repeats=3, hidden=(2,)))
    assert pairs.told(pairs.now)["seen"] == 0
    seen = []
    while not pairs.finished:
        pairs.advance()
        seen.append(pairs.told(pairs.now)["seen"])
    assert seen[0] == 0
    assert seen[9] == pytest.approx(1 - 0.8**9, abs=0.06)
    assert seen[-1] == 1


def test_who_goes_on_knows_what_was_seen_before() -> None:
    params = LeakParams(epochs=10, repeats=2, hidden=(3,))
    pairs, other = Pairs(params), Pairs(params)
    for _ in range(6):
        pairs.advance()
    other.restore(pairs.state())
    for one in (pairs, other):
        one.advance()
    assert (pairs.history == other.history).all()


def test_what_leaks_is_measured_over_five_seeds() -> None:
    # Far from chance on rows that can be learned by heart; the lesson gives the intervals of ten.
    for way, seen in (("epochs", 1.0), ("copies", 0.8)):
        found = measured(**MADE, way=way, epochs=150, repeats=5, hidden=(64,))
        assert found["difference_low"] > 0
        assert found["seen"] == pytest.approx(seen, abs=0.05)
        assert found["leaking"] - found["honest"] == pytest.approx(found["difference"])


@pytest.mark.long
def test_the_figures_of_the_lesson() -> None:
    found = measured()
    # A long training magnifies rounding: a point more or less, on whatever computer.
    assert found["honest"] == pytest.approx(0.82, abs=0.015)
    assert found["leaking"] == pytest.approx(0.93, abs=0.015)
    assert (found["difference_low"], found["difference_high"]) == pytest.approx((0.02, 0.2), abs=0.015)
    for share, wanted in ((0.5, 0.88), (0.8, 0.92)):
        assert measured(train_share=share)["honest"] == pytest.approx(wanted, abs=0.015)
    copied = measured(**MADE, way="copies")
    assert (copied["difference_low"], copied["difference_high"]) == pytest.approx((0.212, 0.318), abs=0.02)
    assert (copied["honest"], copied["leaking"]) == pytest.approx((0.61, 0.88), abs=0.015)
    scored = measured(way="zscores")
    assert (scored["difference_low"], scored["difference_high"]) == pytest.approx((-0.05, 0.02), abs=0.015)
    assert scored["difference_low"] < 0 < scored["difference_high"]
    assert scored["seen"] == 0


def test_the_interval_of_a_mean_is_that_of_scipy() -> None:
    values = np.random.default_rng(0).standard_normal(9)
    wanted = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean_interval(values, 0.95) == pytest.approx((wanted.low, wanted.high), abs=1e-9)

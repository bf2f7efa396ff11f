"""Far points: fits, rules and scalings as scikit-learn and SciPy have them, and what the lesson says of five seeds."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression

from lab.core.figures import Chart
from lab.core.numbers import check
from lab.topics.data.outliers import Outliers, OutliersParams
from lab.topics.data.outliers.samples import MIDDLES, NOISE

SEEDS = (7, 1, 2, 3, 4)


def errors(rule: str, loss: str = "squared", **values: Any) -> np.ndarray:
    """Return the errors over five seeds."""
    return np.array([OutliersParams(seed=seed, **values).drawn().error_after(rule, 3.0, loss)[0] for seed in SEEDS])


def test_scikit_learn_and_scipy_agree_everywhere() -> None:
    kinds = ("regression", "classes"), ("across", "along"), ("none", "zscore", "robust", "quartiles")
    for turn, (task, place, rule) in enumerate(itertools.product(*kinds)):
        far, loss = (0, 5, 1)[turn % 3], "huber" if task == "regression" else "squared"
        params = OutliersParams(task=task, place=place, rule=rule, far=far, loss=loss)
        for row in check(Outliers().numbers(params)).rows:
            assert row[-1].mark == "good", (params, row)


def test_many_distances_at_once_are_each_of_them() -> None:
    params = OutliersParams(task="classes", far=3)
    points = params.drawn().at(0.0, 7.0, 50.0)
    for found, places in zip(points.fitted("none", 3.0, "squared"), points.places, strict=True):
        model = LogisticRegression(solver="newton-cholesky", tol=1e-12).fit(places, points.classes)
        assert found == pytest.approx([*model.intercept_, *model.coef_[0]], abs=1e-6)


def test_the_error_is_that_of_many_new_points() -> None:
    random = np.random.default_rng(0)
    drawn = random.standard_normal((200_000, 2))
    points = OutliersParams(rule="none").drawn()
    [(intercept, slope)] = points.fitted("none", 3.0, "squared")
    said, true = intercept + slope * drawn[:, 0], drawn[:, 0]
    assert points.error_after("none", 3.0, "squared")[0] == pytest.approx(
        np.sqrt(np.mean((said - true) ** 2)), rel=0.01
    )
    classified = OutliersParams(task="classes", far=4).drawn()
    [fit] = classified.fitted("none", 3.0, "squared")
    labels = np.arange(len(drawn)) % 2
    places = drawn + np.array(MIDDLES)[labels, None] * [1, 0]
    wrong = ((fit[0] + places @ fit[1:] > 0) != labels).mean()
    assert classified.error_after("none", 3.0, "squared")[0] == pytest.approx(wrong, abs=0.005)
    assert NOISE > 0 and classified.best == pytest.approx(stats.norm.cdf(-1.5))


def test_far_points_mask_each_other_as_the_lesson_says() -> None:
    one, cleaned = errors("none"), errors("zscore")
    assert one.min() > 0.28 and one.max() < 0.53 and cleaned.min() > 0.04 and cleaned.max() < 0.12
    five, masked, robust = errors("none", far=5), errors("zscore", far=5), errors("robust", far=5)
    assert five.min() > 1.2 and masked.max() < 1.9 and robust.min() > 0.03 and robust.max() < 0.12
    for seed in SEEDS:
        points = OutliersParams(far=5, seed=seed).drawn()
        assert not points.removed("zscore", 3.0)[0, points.is_far].any()
        assert points.removed("robust", 3.0)[0, points.is_far].all()


@pytest.mark.parametrize(("ordinary", "far"), [(40, 1), (40, 4), (100, 10), (10, 3)])
def test_no_far_point_has_a_larger_z_than_the_formula(ordinary: int, far: int) -> None:
    for distance in (10.0, 50.0):
        points = OutliersParams(points=ordinary, far=far, distance=distance).drawn()
        assert np.abs(stats.zscore(points.one))[points.is_far].mean(0).max() <= np.sqrt(ordinary / far)
    # Alike, and infinitely far in comparison: the bound itself.
    alike = np.concatenate([np.zeros(ordinary), np.ones(far)])
    assert stats.zscore(alike).max() == pytest.approx(np.sqrt(ordinary / far))


def test_huber_and_places_in_line_do_little_harm() -> None:
    assert errors("none", far=5, loss="squared").min() > 4 * errors("none", "huber", far=5).min()
    assert errors("none", place="along", distance=30.0).max() < 0.16
    wrong = errors("none", task="classes", far=4)
    assert wrong.min() > 0.25 and errors("none", task="classes", far=4, place="along").max() < 0.1


def test_what_is_drawn_is_what_is_told() -> None:
    params = OutliersParams(far=3)
    fit, farther = (figure for figure in Outliers().figures(params) if isinstance(figure, Chart))
    removed = next(line for line in fit.lines if line.style == "rings")
    assert len(removed.x) == params.drawn().removed("zscore", 3.0).sum()
    ball, left = farther.lines[-1], farther.lines[2]
    assert ball.y[0] == pytest.approx(left.y[np.flatnonzero(left.x == params.distance)[0]])

"""Two cities: the law, the error in each against scikit-learn and torch, and what more houses or another law change."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error

from lab.core.events import made
from lab.core.figures import Chart, Field, Overlay
from lab.topics.overfitting.boundaries import Boundaries, BoundariesParams
from lab.topics.overfitting.boundaries.cities import HIGH, LOW, law, limits, scaled
from lab.topics.overfitting.boundaries.figures import PLANE
from lab.training.dense.learner import Learner
from tests.lab.swept import DATA, in_torch


def trained(**values: Any) -> tuple[BoundariesParams, Learner]:
    params = BoundariesParams(**values)
    learner = Learner(Boundaries().recipe(params, DATA))
    while not learner.finished:
        learner.train_epoch()
    return params, learner


@cache
def errors(**values: Any) -> np.ndarray:
    """Return the errors (5, 2) inside and outside, over five seeds."""
    rows = []
    for seed in range(5):
        params, learner = trained(seed=seed, **values)
        found = Boundaries().metrics(params, learner.recipe, learner.network)
        rows.append((found["inside"], found["outside"]))
    return np.array(rows)


def test_prices_follow_the_law_and_chance() -> None:
    cities = BoundariesParams(noise=0.0, foreign=7, apart=1.5).cities()
    area, distance = cities.other.places.T
    np.testing.assert_allclose(cities.other.prices, area * (1.5 + 3 * np.exp(-distance / 8)))
    assert area.min() >= 160 and area.max() <= 240 and distance.min() >= 15 and distance.max() <= 25
    assert len(cities.learned.prices) == 207
    noisy = BoundariesParams(noise=15.0, houses=1000).cities().learned
    assert (noisy.prices - law(noisy.places)).std() == pytest.approx(15, rel=0.1)


def test_errors_are_those_of_scikit_learn_with_the_outputs_of_torch() -> None:
    params = BoundariesParams(foreign=20)
    cities, learner = params.cities(), Learner(Boundaries().recipe(params, DATA))
    network = in_torch(learner.recipe)
    found = Boundaries().metrics(params, learner.recipe, learner.network)
    for name, houses in (("inside", cities.first), ("outside", cities.other)):
        said = network(torch.from_numpy(scaled(houses.places))).detach().numpy()[:, 0]
        prices = cities.learned.prices.mean() + cities.learned.prices.std() * said
        assert found[name] == pytest.approx(mean_squared_error(houses.prices, prices) ** 0.5, abs=1e-6)


def test_the_straight_plane_is_linear_regression() -> None:
    cities = BoundariesParams().cities()
    regression = LinearRegression().fit(cities.learned.places, cities.learned.prices)
    np.testing.assert_allclose(cities.plain(cities.other.places), regression.predict(cities.other.places))


def test_inside_it_is_as_good_as_can_be_and_outside_nobody_knows() -> None:
    found = errors()
    assert found[:, 0].min() > 14 and found[:, 0].max() < 18
    assert found[:, 1].max() > 4 * found[:, 0].max()
    # Which of them is bad, the inside does not say.
    assert found[:, 1].max() / found[:, 1].min() > 5


def test_a_few_houses_of_there_help() -> None:
    assert errors(foreign=50)[:, 1].max() < 18


def test_where_the_law_is_another_the_same_inputs_do_not_help() -> None:
    assert errors(apart=0.0)[:, 1].max() < 18
    assert errors(apart=0.0, level=1.5)[:, 1].min() > 100


def test_the_regions_that_are_marked_hold_their_houses() -> None:
    params = BoundariesParams(apart=0.7)
    learner = Learner(Boundaries().recipe(params, DATA))
    figures = list(made(Boundaries().figures(params, learner)))
    [overlay] = [one for one in figures if isinstance(one, Overlay) and one.name == "errors"]
    points, first, other = overlay.lines
    assert (first.x.min(), first.x.max(), first.y.min(), first.y.max()) == (LOW[0], HIGH[0], LOW[1], HIGH[1])
    assert first.x.min() <= points.x.min() and points.x.max() <= first.x.max()
    low, high = limits(0.7)
    assert (other.x.min(), other.y.max()) == (low[0], high[1])
    # The field tells the error where its cell lies.
    [field] = [one for one in figures if isinstance(one, Field) and one.name == "errors"]
    row, column = 10, 40
    (left, right), (bottom, top) = PLANE
    height, width = field.values.shape
    place = np.array([[left + (column + 0.5) / width * (right - left), bottom + (row + 0.5) / height * (top - bottom)]])
    said, true = params.cities().said(learner.network, place), law(place)
    assert field.values[row, column] == pytest.approx(float((said / true)[0]) - 1)
    for name in ("along", "growing"):
        assert any(isinstance(one, Chart) and one.name == name for one in figures)

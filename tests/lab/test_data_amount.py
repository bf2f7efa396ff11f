"""How many examples and how deep: sizes, equal updates, and what fifty epochs are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Array, Event
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.data.clusters import best_possible
from lab.maths.chance import mean_interval
from lab.topics.data.amount import BLUR, CENTRES, DEPTHS, SIZES, Amount, AmountParams
from lab.topics.data.three_clusters import drawn
from tests.lab.swept import DATA, trained


def accuracy(depths: tuple[int, ...], sizes: tuple[int, ...], seeds: int, **values: Any) -> Array:
    """Return the accuracies on fresh points (depths, sizes, seeds)."""
    return trained("data.amount", {"depth": depths, "points": sizes}, seeds, **values).grid("test_accuracy")[..., 0]


def test_the_networks_are_those_of_the_course() -> None:
    recipes = [Amount().recipe(AmountParams(depth=depth), DATA) for depth in DEPTHS]
    assert [recipe.plan.parameters for recipe in recipes] == [483, 1187, 699, 407]
    assert all(sum(layer.units for layer in recipe.plan.layers[:-1]) == 80 for recipe in recipes)


def test_the_best_possible_is_what_the_nearest_centre_gets() -> None:
    centres = ((1.0, 1.0), (5.0, 1.0), (4.0, 4.0))
    points, labels = drawn(centres, 200_000, 1.0, np.random.default_rng(0))
    nearest = np.argmin(((points[:, None] - np.array(centres)) ** 2).sum(-1), 1)
    best = best_possible(CENTRES, BLUR)
    assert (nearest == labels).mean() == pytest.approx(best, abs=0.002)
    assert best == pytest.approx(0.941, abs=0.0005)


def test_equal_updates_are_equal() -> None:
    steps = []
    for points in SIZES:
        recipe = Amount().recipe(AmountParams(points=points, equal="updates"), DATA)
        steps.append(recipe.epochs * (len(recipe.inputs) // 8))
    assert steps == pytest.approx([2500] * 4, rel=0.04)
    few, many = (Amount().recipe(AmountParams(points=points), DATA) for points in (50, 550))
    assert (few.epochs * (len(few.inputs) // 8), many.epochs * (len(many.inputs) // 8)) == (800, 9250)


def test_the_test_does_not_grow_with_the_points() -> None:
    few, many = (Amount().recipe(AmountParams(points=points), DATA) for points in (50, 550))
    assert few.test_inputs is not None and many.test_inputs is not None
    assert (few.test_inputs == many.test_inputs).all()
    assert len(few.test_inputs) == 3000


def test_at_the_end_all_depths_stand_under_the_best_possible() -> None:
    page = experiment("data.amount")()
    params = AmountParams(epochs=1, networks=1, batch_size=200, depth=3)
    page.prepare(params)
    events: list[Event] = list(page.run(params, Context("cpu", DATA, due=lambda _kind, _name: False)))
    charts = {event.name: event for event in events if isinstance(event, Chart)}
    assert {*charts} == {"amount", "losses", "learning"}
    assert charts["amount"].lines[-1].y == pytest.approx(best_possible(CENTRES, BLUR))
    table = [event for event in events if isinstance(event, Table) and event.name == "amount"][-1]
    assert len(table.rows) == len(DEPTHS)
    numbers = [event for event in events if isinstance(event, Table) and event.name == "numbers"][-1]
    assert len(numbers.columns) == 1 + len(DEPTHS) + 1, "and the depth that is asked for"


def test_fifty_epochs_teach_one_layer_and_not_twenty() -> None:
    found = accuracy((1, 20), (150,), 5, epochs=20)
    assert found[0].min() > 0.88
    assert found[1].mean() < 0.5


@pytest.mark.long
def test_the_figures_of_the_lesson() -> None:
    found = 100 * accuracy(DEPTHS, SIZES, 5)
    assert found[0].mean(1) == pytest.approx([93.2, 93.8, 94.0, 93.9], abs=0.5)
    assert found[1, 1:].mean(1) == pytest.approx([93.8, 93.6, 93.7], abs=0.5)
    # Few updates: a little rounding decides how far each gets.
    assert found[1, 0].mean() == pytest.approx(77, abs=5)
    assert mean_interval(found[1, 0]) == pytest.approx((61, 93), abs=8)
    assert found[2:] == pytest.approx(100 / 3, abs=0.1)
    low, high = mean_interval(100 * accuracy((5,), (50,), 5, equal="updates")[0, 0])
    assert (low, high) == pytest.approx((93.2, 94.0), abs=0.5)
    adam = accuracy((10,), (300,), 5, optimiser="adam")
    assert (adam > 0.8).sum() == 4, "ten layers learn with Adam, in four of five seeds"

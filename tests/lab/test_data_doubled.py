"""Images that are doubled: what stands on both sides, equal updates, and what a leak says of itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Array, Event, ImageRows
from lab.core.experiment import Context
from lab.core.figures import Bars, Chart, Table
from lab.maths.chance import mean_interval
from lab.topics.data.doubled.images import doubled
from lab.topics.data.doubled.page import WAYS
from lab.topics.data.noise import NoiseCopies, NoiseCopiesParams
from lab.topics.data.oversampling import Oversampling, OversamplingParams
from lab.training.dense.learner import Learner
from tests.lab.swept import DATA, trained


def rows(count: int) -> tuple[Array, Array]:
    return np.arange(count, dtype=float)[:, None] / count, np.arange(count) % 10


def both(name: str, **values: Any) -> tuple[Array, Array]:
    """Return the accuracies (ways, 5) on the test images, and on what is held back."""
    results = trained(name, {"way": tuple(WAYS)}, **values)
    return results.grid("test_accuracy")[..., 0], results.grid("held_accuracy")[..., 0]


def test_nine_of_ten_have_their_twin_where_all_was_copied_before_the_split() -> None:
    x, y = rows(2000)
    inputs, targets, held, held_targets, seen = doubled(x, y, "leak", 0.0, np.random.default_rng(0))
    assert (len(inputs), len(targets), len(held), len(held_targets)) == (3600, 3600, 400, 400)
    # A twin is one of the 3,999 others, 3,600 of which are learned from.
    assert seen == pytest.approx(3600 / 3999, abs=0.04)
    assert seen == pytest.approx(np.isin(held[:, 0], inputs[:, 0]).mean())


@pytest.mark.parametrize("way", ["plain", "longer", "train"])
def test_nothing_that_is_held_back_is_learned_from(way: str) -> None:
    x, y = rows(500)
    for noise in (0.0, 1e-9):
        inputs, targets, held, _, seen = doubled(x, y, way, noise, np.random.default_rng(3))
        assert seen == 0
        assert not np.isin(held.round(6), inputs.round(6)).any()
        assert len(inputs) == len(targets) == (900 if way == "train" else 450)
    assert (targets[:450] == targets[450:]).all() if way == "train" else True


def test_a_noisy_copy_is_at_most_so_much_brighter_and_never_darker() -> None:
    x, y = rows(300)
    inputs, *_ = doubled(x, y, "train", 0.5, np.random.default_rng(0))
    added = inputs[270:] - inputs[:270]
    assert 0 <= added.min() < 0.02
    assert 0.48 < added.max() <= 0.5


def test_twice_the_epochs_are_the_updates_of_twice_the_data() -> None:
    page = Oversampling()
    steps = {}
    for way in WAYS:
        recipe = page.recipe(OversamplingParams(way=way, examples=500), DATA)
        steps[way] = (
            recipe.epochs * recipe.batches
            if not recipe.drop_last
            else recipe.epochs * (len(recipe.inputs) // recipe.batch_size)
        )
    assert steps == {"plain": 1100, "longer": 2200, "train": 2250, "leak": 2250}


def test_the_same_images_for_all_ways_and_others_for_another_seed() -> None:
    page = NoiseCopies()
    recipes = {way: page.recipe(NoiseCopiesParams(way=way, examples=60), DATA) for way in WAYS}
    assert (recipes["plain"].held_inputs == recipes["train"].held_inputs).all()
    assert (recipes["plain"].inputs == recipes["train"].inputs[:54]).all()
    other = page.recipe(NoiseCopiesParams(way="plain", examples=60, seed=8), DATA)
    assert not (recipes["plain"].inputs == other.inputs).all(1).any()


@pytest.mark.parametrize("name", ["data.oversampling", "data.noise"])
def test_at_the_end_four_ways_stand_beside_each_other(name: str) -> None:
    page = experiment(name)()
    params = experiment(name).params(examples=50, epochs=1, networks=2, hidden=(4,))
    list(page.preview(params, DATA))
    page.prepare(params)
    events: list[Event] = list(page.run(params, Context("cpu", DATA, due=lambda _kind, _name: False)))
    kinds = {type(event) for event in events if getattr(event, "name", "") == "compared"}
    assert kinds == {Bars, Table}
    chart = [event for event in events if isinstance(event, Chart) and event.name == "seeds"][-1]
    assert len(chart.lines) == len(WAYS) + 1
    assert any(isinstance(event, ImageRows) for event in events) == (name == "data.noise")


def test_doubling_is_no_better_than_as_many_updates_of_the_same_images() -> None:
    values = {"examples": 150, "epochs": 20, "hidden": (16,), "learning_rate": 0.1}
    test, held = (each.mean(1) for each in both("data.oversampling", **values))
    plain, longer, train, leak = test
    assert abs(train - longer) < 0.02 < 0.1 + longer - plain
    assert held[3] - leak > 0.1, "the leak says more of itself than is true"
    assert abs(held[2] - train) < 0.12


def test_the_ways_go_through_the_same_share_of_their_epochs() -> None:
    params = OversamplingParams(examples=50, epochs=4, hidden=(4,))
    learner = Oversampling().learner(params, DATA)
    learner.train_epoch()
    assert isinstance(learner, Learner)
    assert (learner.epoch, learner.others["longer"].epoch, learner.others["leak"].epoch) == (1, 2, 1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "doubled", "gain", "longer"),
    [("data.oversampling", 77.9, (-1.7, 0.5), (19, 62)), ("data.noise", 77.5, (-2.6, 0.5), (19, 61))],
)
def test_the_lessons_figures_of_networks_that_are_not_done(
    name: str, doubled: float, gain: tuple[float, float], longer: tuple[float, float]
) -> None:
    test, _held = (100 * each for each in both(name))
    # Those that have hardly begun are far from each other.
    assert test[0].mean() == pytest.approx(37, abs=3)
    assert test[1:3].mean(1) == pytest.approx([78.5, doubled], abs=1.0)
    assert mean_interval(test[2] - test[1]) == pytest.approx(gain, abs=1.0)
    assert mean_interval(test[2] - test[0]) == pytest.approx(longer, abs=3.0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "doubled", "gain", "says", "too_much"),
    [("data.oversampling", 81.9, (-0.1, 0.4), 97, (10, 19)), ("data.noise", 83.0, (0.2, 2.3), 96, (8, 17))],
)
def test_the_lessons_figures_of_what_is_known_by_heart(
    name: str, doubled: float, gain: tuple[float, float], says: float, too_much: tuple[float, float]
) -> None:
    test, held = (100 * each for each in both(name, learning_rate=0.05))
    assert test[1:].mean(1) == pytest.approx([81.7, doubled, 83], abs=1.0)
    assert mean_interval(test[2] - test[1]) == pytest.approx(gain, abs=1.0)
    assert held[3].mean() == pytest.approx(says, abs=1.0)
    assert mean_interval(held[3] - test[3]) == pytest.approx(too_much, abs=2.0)

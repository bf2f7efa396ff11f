"""Three clusters: a softmax too many, against torch and over many seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from lab.core.events import Progress, made
from lab.core.experiment import Context, State
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.params import ParamError
from lab.core.text import RunError
from lab.topics.ann.three_clusters import CENTRES, LEAST, MOST, ThreeClusters, ThreeClustersParams
from lab.training.dense.twins import MEASURES, Twins
from tests.lab.swept import DATA, losses_in_torch, metrics, run, swept

ROW = {name: place for place, name in enumerate(MEASURES)}


def twins(**params: Any) -> Twins:
    values = ThreeClustersParams(**params)
    one = ThreeClusters()
    return Twins(
        one.recipe(values.replace(double_softmax=False), DATA), one.recipe(values.replace(double_softmax=True), DATA)
    )


def test_both_train_as_torch_does_with_and_without_nn_softmax() -> None:
    both = twins(epochs=200)
    plain, double = losses_in_torch(both.recipe, 200), losses_in_torch(both.other.recipe, 200)
    while not both.finished:
        both.train_epoch()
    history = both.history[:-1, :, ROW["loss"]]
    np.testing.assert_allclose(history[:, 0], plain, atol=1e-6)
    np.testing.assert_allclose(history[:, 1], double, atol=1e-6)


def test_both_begin_with_the_same_weights() -> None:
    both = twins()
    for one, other in zip(both.network.learned, both.other.network.learned, strict=True):
        np.testing.assert_array_equal(one, other)
    assert both.history[0, 0, ROW["accuracy"]] == both.history[0, 1, ROW["accuracy"]]


def test_a_state_of_an_earlier_version_goes_on() -> None:
    whole = twins(epochs=20)
    for _ in range(5):
        whole.train_epoch()
    state = whole.state()
    earlier = State(
        {name.replace("other/", "other."): value for name, value in state.tensors.items()},
        {**{name: value for name, value in state.counters.items() if name != "others"},
         "other": state.counters["others"]["other"]},
    )  # fmt: skip
    again = twins(epochs=20)
    again.restore(earlier)
    for both in (whole, again):
        while not both.finished:
            both.train_epoch()
    np.testing.assert_array_equal(whole.history, again.history)


def test_the_limits_are_those_of_torch() -> None:
    perfect = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64)
    assert perfect.softmax(1).max().item() == pytest.approx(MOST)
    loss = torch.nn.functional.cross_entropy(perfect, torch.tensor([0])).item()
    assert loss == pytest.approx(LEAST) == pytest.approx(0.5514, abs=1e-4)


def test_the_second_softmax_keeps_to_its_limits_even_without_overlap() -> None:
    both = twins(blur=0.1, learning_rate=0.5, epochs=2000)
    while not both.finished:
        both.train_epoch()
    history = both.history
    assert history[:, 1, ROW["loss"]].min() >= LEAST
    assert history[:, 1, ROW["confidence"]].max() <= MOST
    assert history[-1, 1, ROW["loss"]] == pytest.approx(LEAST, abs=0.01)
    assert history[-1, 0, ROW["loss"]] < 0.01


def test_over_many_seeds_the_double_softmax_learns_later() -> None:
    # Of 40 repeats after 1,000 epochs: median accuracy 0.92 and 0.77, median loss 0.30 and 0.85.
    found = swept("ann.three_clusters", "double_softmax", (False, True), 20, epochs=1000)
    assert 0.85 <= np.median(found["accuracy"][0]) <= 0.95
    assert 0.55 <= np.median(found["accuracy"][1]) <= 0.88
    assert found["loss"][1].min() > LEAST
    assert found["confidence"][1].max() < MOST


def test_over_many_seeds_both_come_to_where_the_clusters_overlap() -> None:
    # Of 30 repeats after 10,000 epochs: medians 0.948 and 0.933.
    found = swept("ann.three_clusters", "double_softmax", (False, True), 7)["accuracy"]
    assert 0.92 <= np.median(found[0]) <= 0.97
    assert 0.9 <= np.median(found[1]) <= 0.96


@pytest.mark.parametrize("double", [False, True])
def test_the_result_is_that_of_the_network_that_was_asked_for(double: bool) -> None:
    found = metrics(run("ann.three_clusters", double_softmax=double, epochs=50))
    both = twins(epochs=50)
    while not both.finished:
        both.train_epoch()
    loss, accuracy, confidence = both.history[-1, int(double)]
    wanted = {"epochs": 50, "loss": loss, "accuracy": accuracy, "confidence": confidence}
    assert found == pytest.approx(wanted)
    alone = swept("ann.three_clusters", "double_softmax", (double,), 1, epochs=50, seed=3)
    assert alone["loss"].shape == (1, 1)


def test_it_goes_on_where_it_was() -> None:
    through, until = twins(epochs=40), twins(epochs=40)
    for _ in range(40):
        through.train_epoch()
    for _ in range(15):
        until.train_epoch()
    on = twins(epochs=40)
    on.restore(until.state())
    while not on.finished:
        on.train_epoch()
    np.testing.assert_array_equal(on.history, through.history)
    with pytest.raises(RunError):
        twins(hidden=5).restore(until.state())


def test_what_is_shown_of_both() -> None:
    values = ThreeClustersParams(epochs=30)
    both = twins(epochs=30)
    while not both.finished:
        both.train_epoch()
    events = list(made(ThreeClusters().figures(values, both)))
    assert {event.name for event in events if isinstance(event, Field)} == {"plain", "double"}
    overlay = next(event for event in events if isinstance(event, Overlay))
    assert [len(line.x) for line in overlay.lines[:3]] == [100, 100, 100]
    charts = {event.name: event for event in events if isinstance(event, Chart)}
    assert charts["loss"].marks[0].value == LEAST
    assert charts["confidence"].marks[0].value == MOST
    np.testing.assert_array_equal(charts["accuracy"].lines[1].y, both.history[:, 1, ROW["accuracy"]])
    table = ThreeClusters().numbers(values, both).table
    assert table.rows[0][1].value == both.history[-1, 0, ROW["loss"]]
    assert table.rows[2][1].value == "–"


def test_clusters_lie_about_their_centres() -> None:
    recipe = ThreeClusters().recipe(ThreeClustersParams(points=2000), DATA)
    for place, centre in enumerate(CENTRES):
        points = recipe.inputs[recipe.targets == place]
        np.testing.assert_allclose(points.mean(0), centre, atol=0.1)
        np.testing.assert_allclose(points.std(0), 1, atol=0.1)
    assert recipe.plan.shapes == ((2, 4), (4, 3))


def test_a_watched_run_shows_few_late_epochs_and_gives_the_same_numbers() -> None:
    values = ThreeClustersParams(epochs=600)
    instance = ThreeClusters()
    instance.prepare(values)
    events = list(instance.run(values, Context("cpu", DATA, due=lambda _kind, _name: True)))
    tables = sum(isinstance(event, Table) for event in events)
    assert sum(isinstance(event, Progress) for event in events) == 600
    assert 200 < tables < 450
    assert metrics(events) == metrics(run("ann.three_clusters", epochs=600))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ParamError, match="hidden"):
        ThreeClustersParams(hidden=0)
    with pytest.raises(ParamError, match="blur"):
        ThreeClustersParams(blur=-1.0)

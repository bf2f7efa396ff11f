"""Early stopping: which weights are kept, and what the dev set promises over many seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from lab.core.events import Event, Metrics, Moment, Remark, Scalars
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.maths.chance import mean_interval
from lab.topics.overfitting.early_stopping import EarlyStopped
from lab.topics.overfitting.early_stopping.params import EarlyStoppingParams
from lab.topics.overfitting.early_stopping.seeds import Histories, histories, over_seeds, promised
from lab.topics.overfitting.early_stopping.three_sets import CENTRES, best_possible
from tests.lab.swept import DATA

QUICK = {"train": 60, "hidden": (32,), "optimiser": "adam", "learning_rate": 0.03, "epochs": 60}


def run(watched: bool = False, **values: Any) -> list[Event]:
    instance, params = EarlyStopped(), EarlyStoppingParams(**values)
    instance.prepare(params)
    context = Context("cpu", DATA)
    if watched:
        context = Context("cpu", DATA, due=lambda _kind, _name: False, seen=lambda _kind, _name: True)
    return list(instance.run(params, context))


def epochs(events: list[Event]) -> list[dict[str, float]]:
    return [dict(event.values) for event in events if isinstance(event, Scalars) and event.name == "epoch"]


def metrics(events: list[Event]) -> dict[str, float]:
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values)


@pytest.mark.parametrize("measure", ["accuracy", "loss"])
def test_the_weights_of_the_best_epoch_are_kept_and_the_first_of_equals(measure: str) -> None:
    events = run(measure=measure, **QUICK)
    seen, found = epochs(events), metrics(events)
    values = np.array([each[f"dev_{measure}"] for each in seen])
    best = int(values.argmax() if measure == "accuracy" else values.argmin())
    assert found["best_epoch"] == best + 1 < found["epochs"] == 60
    for name in ("dev_accuracy", "dev_loss", "test_accuracy", "test_loss"):
        assert found[name] == pytest.approx(seen[best][name], abs=1e-12)
    assert found["optimism"] == pytest.approx(found["dev_accuracy"] - found["test_accuracy"])
    assert seen[-1]["kept_test_accuracy"] == found["test_accuracy"]
    assert any(isinstance(event, Moment) and event.step == best + 1 for event in events)


def test_without_keeping_the_last_weights_stay() -> None:
    events = run(keep=False, **QUICK)
    assert metrics(events)["test_accuracy"] == epochs(events)[-1]["test_accuracy"]
    assert not any(isinstance(event, Remark) for event in events)


def test_patience_ends_the_run_so_many_epochs_after_the_best() -> None:
    events = run(measure="loss", patience=5, **QUICK)
    found = metrics(events)
    assert found["epochs"] == found["best_epoch"] + 5 < 60
    losses = [each["dev_loss"] for each in epochs(events)]
    assert min(losses) == losses[int(found["best_epoch"]) - 1]
    assert [event.name for event in events if isinstance(event, Remark)] == ["stopped", "last"]


def test_many_seeds_at_once_are_the_runs_of_these_seeds() -> None:
    params = EarlyStoppingParams(measure="loss", patience=5, **QUICK)
    recipes = [EarlyStopped().recipe(params.replace(seed=seed), DATA) for seed in (3, 4)]
    found = list(histories(recipes, "loss"))[-1]
    assert found is not None
    for place, seed in enumerate((3, 4)):
        alone = metrics(run(seed=seed, measure="loss", patience=5, **QUICK))
        kept = found.kept(5)[place]
        assert (kept + 1, found.ends(5)[place] + 1) == (alone["best_epoch"], alone["epochs"])
        assert found.dev[place, kept] == pytest.approx(alone["dev_accuracy"])
        assert found.test[place, kept] == pytest.approx(alone["test_accuracy"])


def test_the_best_so_far_is_the_first_of_equals() -> None:
    decides = np.array([[0.5, 0.7, 0.7, 0.6, 0.8, 0.1]])
    found = Histories(decides, decides, decides)
    assert found.best.tolist() == [[0, 1, 1, 1, 4, 4]]
    assert (found.kept(0)[0], found.ends(0)[0]) == (4, 5)
    assert (found.kept(2)[0], found.ends(2)[0]) == (1, 3)


def test_the_dev_maximum_is_optimistic_over_seeds() -> None:
    # Of few dev points and many epochs, where it shows soonest.
    params = EarlyStoppingParams(dev=20, epochs=40, learning_rate=0.03)
    recipes = [EarlyStopped().recipe(params.replace(seed=seed), DATA) for seed in range(16)]
    found = list(histories(recipes, "accuracy"))[-1]
    assert found is not None
    rows = over_seeds(found, 0).rows
    dev, test, _seeming, _gain, luck = (row[1].value for row in rows[:5])
    low = rows[4][2].value
    assert isinstance(dev, float) and isinstance(test, float) and isinstance(luck, float) and isinstance(low, float)
    assert dev > test and luck > low > 0
    # And the more one looks, the more it promises.
    chart = promised(found, best_possible(1.0))
    apart = chart.lines[0].y - chart.lines[1].y
    assert apart[-1] > apart[0]


def test_what_is_seen_at_the_end_comes_only_to_who_watches() -> None:
    few = {"train": 20, "dev": 20, "test": 20, "epochs": 3}
    names = {getattr(event, "name", "") for event in run(watched=True, **few) if isinstance(event, Chart | Table)}
    assert {"promised", "seeds"} <= names
    assert metrics(run(watched=True, **few)) == metrics(run(**few))


@pytest.mark.parametrize("blur", [0.5, 1.0, 2.0])
def test_nothing_is_better_than_the_nearest_centre(blur: float) -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(300_000) % 3
    points = np.array(CENTRES)[labels] + blur * generator.standard_normal((len(labels), 2))
    density = [stats.multivariate_normal(centre, blur**2).pdf(points) for centre in CENTRES]
    assert best_possible(blur) == pytest.approx((np.argmax(density, 0) == labels).mean(), abs=0.003)


def test_the_interval_of_a_mean_is_that_of_scipy() -> None:
    values = np.array([0.91, 0.93, 0.9, 0.95])
    wanted = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean_interval(values) == pytest.approx((wanted.low, wanted.high))
    assert not np.isfinite(mean_interval(values[:1])).any()


def test_it_is_the_network_and_the_data_of_the_course() -> None:
    recipe = EarlyStopped().recipe(EarlyStoppingParams(), DATA)
    assert [len(each) for each in (recipe.inputs, recipe.dev_inputs, recipe.test_inputs)] == [500, 200, 200]
    assert recipe.plan.shapes == ((2, 8), (8, 8), (8, 3))
    assert (recipe.learning_rate, recipe.batch_size, recipe.epochs, recipe.optimiser) == (0.01, 30, 100, "sgd")
    together = np.concatenate([recipe.targets, recipe.dev_targets, recipe.test_targets])
    assert np.bincount(together).tolist() == [300, 300, 300]
    network = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Linear(8, 8), torch.nn.Linear(8, 3))
    assert recipe.plan.parameters == sum(numbers.numel() for numbers in network.parameters())

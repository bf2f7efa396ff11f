"""Momentum, Adam, schedules and the rate finder: what the pages claim, against torch and closed forms."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.catalogue import experiment
from lab.core.events import Metrics, made
from lab.core.figures import Chart, Table
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError
from lab.topics.metaparameters.adam import AdamParams, Course
from lab.topics.metaparameters.decay import DecayParams
from lab.topics.metaparameters.momentum import COURSE, MomentumParams, way
from lab.topics.metaparameters.rate_finder import EPOCHS, RateFinderParams, _digits, about, search, tried
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec


def result(name: str, **params: Any) -> dict[str, float]:
    """Return the metrics of a page."""
    chosen = experiment(f"metaparameters.{name}")()
    events = list(made(chosen.compute(chosen.params(**params))))
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("momentum", {"momentum": 0.999, "falls_after": 7}),
        ("momentum", {"momentum": 0.0, "gradients": (0.0, 2.0)}),
        ("adam", {"weight_decay": 0.1, "beta2": 0.9, "shown_step": 60}),
        ("adam", {"gradients": (0.0,), "beta1": 0.0}),
        ("decay", {"schedule": "exponential", "gamma": 0.998}),
        ("decay", {"schedule": "cosine", "lowest": 0.002}),
        ("decay", {"schedule": "warm_up", "warm_up": 30, "epochs": 3}),
        ("decay", {"schedule": "warm_up", "called": "epoch", "epochs": 1, "batches": 1}),
        ("rate_finder", {"optimiser": "sgd", "steps": 60}),
        ("rate_finder", {"optimiser": "rmsprop", "smoothing": 0.0, "steps": 60, "hidden": ()}),
    ],
)
def test_torch_agrees(name: str, params: dict[str, Any]) -> None:
    chosen = experiment(f"metaparameters.{name}")()
    assert isinstance(chosen, NumbersPage)
    [table] = [event for event in chosen.verify(chosen.params(**params)) if isinstance(event, Table)]
    assert table.rows
    for row in table.rows:
        assert row[-1].mark == "good", [str(cell.value) for cell in row]


def test_adams_first_step_is_the_rate_whatever_the_gradient() -> None:
    for gradient in (1e-3, 0.5, -700.0):
        params = AdamParams(gradients=(gradient,), learning_rate=0.01)
        assert Course(params)["moved"][0] == pytest.approx(-math.copysign(0.01, gradient), rel=2e-5)
        bare = Course(params, corrected=False)["moved"][0]
        assert abs(bare) == pytest.approx(0.01 * 0.1 / math.sqrt(0.001), rel=1e-3)


def test_weight_decay_inside_the_division_and_beside_it() -> None:
    """Ten times the gradients leave a tenth of Adam's decay, and all of AdamW's."""
    both = {}
    for factor in (1.0, 10.0):
        params = AdamParams(gradients=(factor,) * 30, weight_decay=0.1)
        free = params.replace(weight_decay=0.0)
        both[factor] = [
            abs(float((Course(params, decoupled=d)["weights"] - Course(free)["weights"])[-1])) for d in (False, True)
        ]
    assert both[10.0][1] == pytest.approx(both[1.0][1], rel=1e-3)
    assert both[10.0][0] < 0.2 * both[1.0][0]


def test_momentum_comes_to_its_effective_rate() -> None:
    assert [round(0.01 / (1 - mu), 6) for mu in COURSE] == [0.01, 0.02, 0.1, 0.2, 10.0]
    steps = way(MomentumParams(gradients=(1.0,) * 60), "pytorch").movements
    assert -steps[-1] == pytest.approx(result("momentum")["effective_rate"], rel=2e-3)


def test_keras_and_pytorch_part_only_where_the_rate_changes() -> None:
    same = MomentumParams(gradients=tuple(np.sin(np.arange(30.0))))
    np.testing.assert_allclose(way(same, "keras").weights, way(same, "pytorch").weights, atol=1e-12)
    other = same.replace(falls_after=10)
    ours, theirs = way(other, "pytorch"), way(other, "keras")
    np.testing.assert_allclose(ours.weights[:11], theirs.weights[:11], atol=1e-12)
    assert abs(ours.weights[-1] - theirs.weights[-1]) > 0.01


def test_the_notebook_s_step_size_counts_images() -> None:
    found = result("decay")
    assert (found["first_change"], found["falls"], found["last"]) == (16.0, 3.0, 0.00125)
    meant = result("decay", step_size=50)
    assert meant["first_change"] == 1.0
    assert meant["last"] == pytest.approx(0.01 / 2**49)


def test_the_notebook_s_trace_is_a_step_ahead() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimiser, step_size=800, gamma=0.5)
    noted = []
    for _ in range(2500):
        optimiser.step()
        scheduler.step()
        noted.append(scheduler.get_last_lr()[0])
    used = DecayParams().rates(0.01)
    np.testing.assert_allclose(noted[:-1], used[1:])
    assert noted[799] == 0.005 and used[799] == 0.01


def test_the_lowest_rate_can_raise_a_group() -> None:
    params = DecayParams(schedule="cosine", lowest=0.002)
    first, second = (params.rates(base) for base in params.bases)
    assert first[-1] < first[0] and second[-1] > second[0]


def loss_after(params: RateFinderParams, rate: float) -> float:
    """Return the loss on all digits after as many epochs as the page tries."""
    inputs, targets = _digits()
    learner = Learner(
        TrainingSpec(params.plan, "cross_entropy", inputs, targets, rate, EPOCHS, params.seed,
                     optimiser=params.optimiser, batch_size=params.batch_size)
    )  # fmt: skip
    while not learner.finished:
        learner.train_epoch()
    return learner.loss()


def test_what_the_lesson_says_of_the_suggestions_over_five_seeds() -> None:
    adam = [RateFinderParams(seed=seed) for seed in range(5)]
    found = [search(params) for params in adam]
    assert all(0.003 <= one.suggestion <= 0.0066 for one in found)
    assert all(0.0076 <= one.rates[one.steepest] <= 0.0092 for one in found)
    sgd = [params.replace(optimiser="sgd") for params in adam]
    for params in sgd:
        one = search(params)
        assert 0.09 <= one.suggestion <= 0.15
        assert loss_after(params, one.suggestion) < 1.85 < loss_after(params, float(one.rates[one.steepest]))


def test_a_rate_that_is_tried_is_a_training_with_it() -> None:
    params = RateFinderParams(hidden=(8,), batch_size=128)
    rates, worth = about(0.01), tried(params, 0.01)
    assert len(rates) == 9 and rates[4] == pytest.approx(0.01)
    assert worth[4] == pytest.approx(loss_after(params, float(rates[4])))


def test_a_search_ends_where_it_explodes_and_smooths_from_the_first_batch() -> None:
    params = RateFinderParams(optimiser="sgd", highest=100.0, hidden=())
    found = search(params)
    assert found.exploded and len(found.rates) < params.steps
    assert found.smooth[-1] > 4 * found.smooth.min() and found.smooth[0] == pytest.approx(found.losses[0])
    assert replace(found, exploded=False).lowest == int(np.argmin(found.smooth))


def test_numbers_do_not_wait_for_what_the_rates_are_worth() -> None:
    chosen = experiment("metaparameters.rate_finder")()
    events = list(made(chosen.compute(RateFinderParams(steps=20))))
    names = [event.name for event in events if isinstance(event, Table)]
    assert names[0] == names[-1] == "worth" and len(names) == 3
    first, last = (event.rows for event in events if isinstance(event, Table) and event.name == "worth")
    assert [row[0].value for row in first] == [row[0].value for row in last]
    assert all(row[2].value is None for row in first) and sum(row[2].mark == "good" for row in last) == 1
    assert isinstance(events[-1], Metrics)


def test_rates_that_fall_by_many_powers_of_ten_can_be_seen() -> None:
    def rates(**params: Any) -> Chart:
        events = experiment("metaparameters.decay")().figures(DecayParams(**params))
        return next(event for event in events if isinstance(event, Chart) and event.name == "rates")

    assert not rates().y.log and not rates(schedule="cosine").y.log
    halved = rates(step_size=50)
    assert halved.y.log
    np.testing.assert_allclose(halved.lines[0].y[-1], 0.01 / 2**49)
    # After 800 calls 0.5 to the power of calls is beyond what moves any weight, and later beyond all numbers.
    exponential = rates(schedule="exponential").lines[0].y
    assert np.nanmin(exponential) > 0 and np.isnan(exponential[-1])


def test_rates_that_do_not_follow_each_other_are_refused() -> None:
    with pytest.raises(ParamError, match="lowest rate"):
        RateFinderParams(lowest=0.1, highest=0.01)

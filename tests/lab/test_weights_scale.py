"""The scale of first weights: signals and gradients against torch, and what is learned at both ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.events import Metrics, Scalars
from lab.core.experiment import Context
from lab.core.figures import Chart
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.dense.network import Network
from lab.nets.dense.torch_modules import give_numbers, sequential
from lab.topics.weights.scale import Scale, ScaleParams
from lab.topics.weights.scale.sizes import EXAMPLES, at_first, sizes
from tests.lab.swept import over_seeds

DATA = DataStore(Path("unused"))
FEW: dict[str, Any] = {"count": 300, "epochs": 2, "networks": 0}


def ran(**values: Any) -> tuple[dict[str, float], dict[str, float]]:
    """Return the result, and the scalars of the last epoch."""
    instance, params = Scale(), ScaleParams(**(FEW | values))
    instance.prepare(params)
    events = list(instance.run(params, Context("cpu", DATA)))
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values), dict([event.values for event in events if isinstance(event, Scalars)][-1])


@pytest.mark.parametrize("deviation", [1e-3, 0.1, 3.0])
def test_torch_has_the_same_signals_and_gradients(deviation: float) -> None:
    recipe = Scale().recipe(ScaleParams(**FEW, deviation=deviation), DATA)
    network = Network.drawn(recipe.plan, np.random.default_rng(3), recipe.first)
    found, theirs = sizes(recipe, network), sequential(recipe.plan).double()
    give_numbers(theirs, network)
    x = torch.tensor(recipe.inputs[:EXAMPLES])
    nn.functional.cross_entropy(theirs(x), torch.tensor(recipe.targets[:EXAMPLES])).backward()
    signals, linear = [], [layer for layer in theirs if isinstance(layer, nn.Linear)]
    for layer in theirs:
        x = layer(x)
        if not isinstance(layer, nn.Linear) or layer is linear[-1]:
            signals.append(x.square().mean().sqrt().item())
    np.testing.assert_allclose(found.signals, signals, rtol=1e-6)
    gradients = [layer.weight.grad.square().mean().sqrt().item() for layer in linear]
    np.testing.assert_allclose(found.gradients, gradients, rtol=1e-6)


@pytest.mark.parametrize("family", ["normal", "positive"])
def test_the_numbers_have_the_deviation_that_was_chosen(family: str) -> None:
    recipe = Scale().recipe(ScaleParams(**FEW, deviation=0.2, family=family), DATA)
    network = Network.drawn(recipe.plan, np.random.default_rng(3), recipe.first)
    numbers = np.concatenate([array.ravel() for array in network.learned])
    assert numbers.std() == pytest.approx(0.2, rel=0.02)
    assert (numbers.min() >= 0) == (family == "positive")


def test_signals_shrink_or_grow_layer_by_layer() -> None:
    small, large = (at_first(Scale().recipe(ScaleParams(**FEW, deviation=each), DATA)) for each in (0.01, 3.0))
    assert (np.diff(large.signals) > 0).all() and large.signals[-1] > 1e4
    assert small.signals[2] < 0.2 * small.signals[0] and small.gradients[0] < 0.01 * small.gradients[-1]


def test_what_is_live_is_what_stands_at_the_end() -> None:
    result, epoch = ran(deviation=0.05)
    assert {"signal_hidden1", "gradient_output"} <= epoch.keys()
    assert epoch["test_accuracy"] == result["test_accuracy"]
    assert result["first_signal_hidden1"] != epoch["signal_hidden1"]


def test_sgd_learns_nothing_from_tiny_weights_where_adam_does() -> None:
    few = {"deviation": 1e-4, "epochs": 12, "count": 500}
    adam, sgd = (ran(**few, optimiser=name)[0]["test_accuracy"] for name in ("adam", "sgd"))
    assert sgd < 0.15 < 0.3 < adam


def test_the_accuracy_stands_from_0_on_and_spans_all_deviations() -> None:
    instance, params = Scale(), ScaleParams(**(FEW | {"networks": 1}), scales=3, hidden=(4,))
    instance.prepare(params)
    shown = Context("cpu", DATA, due=lambda _kind, _name: True)
    charts = [event for event in instance.run(params, shown) if isinstance(event, Chart) and event.name == "accuracies"]
    assert charts[-1].y.low == 0 and (charts[-1].x.low, charts[-1].x.high) == (1e-4, 10.0)
    assert charts[-1].lines[0].x.tolist() == list(params.deviations())


def test_ends_that_do_not_follow_each_other_are_refused() -> None:
    with pytest.raises(ParamError, match="lowest deviation"):
        ScaleParams(lowest=1.0, highest=0.5)


@pytest.mark.long
def test_over_five_seeds_the_accuracy_is_what_the_lesson_says_of_each_deviation() -> None:
    stated = {0.0001: (67, 39), 0.01: (88.8, 1.9), 0.05: (88.9, 1.5), 0.1: (90.0, 2.1), 0.3: (89.3, 1.4), 1.0: (57, 20),
              10.0: (46.0, 2.4)}  # fmt: skip
    shares = over_seeds("weights.scale", "deviation", tuple(stated), "test_accuracy")
    for row, (mean, half) in zip(100 * shares, stated.values(), strict=True):
        low, high = mean_interval(row)
        # Of the same seeds; another processor rounds otherwise, and by that much they may differ.
        assert row.mean() == pytest.approx(mean, abs=half / 3)
        assert (high - low) / 2 == pytest.approx(half, rel=0.3)


@pytest.mark.long
def test_over_five_seeds_sgd_learns_next_to_nothing_where_adam_does() -> None:
    tiny, small = over_seeds("weights.scale", "deviation", (0.0001, 0.05), "test_accuracy", optimiser="sgd")
    assert 100 * tiny == pytest.approx(np.full(5, 11.3), abs=0.05)
    low, high = mean_interval(100 * small)
    assert low == pytest.approx(11.3 - 1.8, abs=0.5) and high == pytest.approx(11.3 + 1.8, abs=0.5)

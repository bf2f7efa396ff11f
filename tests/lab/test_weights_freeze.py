"""Frozen layers: what is typed, what stays to the last bit, and what moves all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.code import Code
from lab.core.events import LayerTree, Metrics, Moment, Progress, Scalars, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.inspection import layer_tree
from lab.topics.weights.freeze import Freeze, FreezeParams
from lab.topics.weights.freeze.plan import Tensor, parse
from tests.lab.contracts import prints_its_metrics
from tests.lab.digits import Few

SMALL: dict[str, Any] = {"hidden": (12, 6), "batch_size": 64, "learning_rate": 0.05}
TENSORS = [Tensor(f"{layer}.{kind}", 6) for layer in ("hidden1", "hidden2", "output") for kind in ("weight", "bias")]


def ran(data: DataStore | None = None, **values: Any) -> tuple[Freeze, list[Any]]:
    instance = Freeze()
    context = Context("cpu", data or Few(), due=lambda _kind, _name: True)
    return instance, list(instance.run(FreezeParams(**{**SMALL, **values}), context))


def metrics(events: list[Any]) -> Mapping[str, float]:
    assert isinstance(events[-1], Metrics)
    return events[-1].values


@pytest.mark.parametrize(
    ("typed", "frozen"),
    [
        ("hidden1", {("hidden1.weight", 1), ("hidden1.bias", 1), ("hidden1.weight", 3), ("hidden1.bias", 3)}),
        ("hidden* 3-", {(f"hidden{n}.{kind}", 3) for n in (1, 2) for kind in ("weight", "bias")}),
        ("*.bias 1–2 ; output.weight 3", {(f"{t.layer}.bias", 1) for t in TENSORS} | {("output.weight", 3)}),
        ("hidden2, output.bias 1", {("hidden2.weight", 1), ("hidden2.bias", 1), ("output.bias", 1)}),
        ("", set()),
    ],
)
def test_a_plan_says_what_is_frozen_when(typed: str, frozen: set[tuple[str, int]]) -> None:
    plan = parse(typed, TENSORS, 5)
    assert {(t.name, epoch) for t in TENSORS for epoch in (1, 3) if plan.frozen(t.name, epoch)} == frozen


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("hiden1 1-3", "no layer “hiden1”; choose from hidden1, hidden2, output"),
        ("hidden1 5-2", "“hidden1 5-2” has no epochs"),
        ("hidden1 0-2", "the first one being 1"),
        ("hidden* 1-5; output 4-", "in epoch 4 all is frozen"),
        (" 3-4", "no layer “3-4”"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(ParamError, match=said.replace("*", r"\*")):
        parse(typed, TENSORS, 5)


def test_frozen_numbers_stay_to_the_last_bit_and_learn_when_they_are_freed() -> None:
    for epochs, moved in ((2, False), (3, True)):
        instance, events = ran(epochs=epochs, frozen="hidden1 1-2", optimiser="adam", learning_rate=0.003)
        first = Freeze().setup(FreezeParams(**SMALL), Few()).model
        last = instance.engine.first.model
        assert torch.equal(first[1].weight, last[1].weight) != moved
        assert not torch.equal(first[3].weight, last[3].weight)
        assert metrics(events)["frozen_moved"] == 0.0
    [moment] = [event for event in events if isinstance(event, Moment)]
    assert moment.step == 2 * instance.engine.first.steps_per_epoch and str(moment.label) == "freed"


def test_without_a_plan_both_networks_are_the_same() -> None:
    found = metrics(ran(epochs=2, frozen="")[1])
    for name in ("train_loss", "test_loss", "test_accuracy"):
        assert found[name] == found[f"free_{name}"]


def test_the_layers_shown_are_those_of_the_network() -> None:
    instance, events = ran(epochs=2, frozen="hidden1 1; hidden2 batch_norm2 2-", batch_norm=True, norms="evaluation")
    shown = [event for event in events if isinstance(event, LayerTree)][-1]
    trainer = instance.engine.first
    theirs = layer_tree(trainer.model, (1, 28, 28), held={"batch_norm2"})
    for ours, other in zip(shown.layers[1:], theirs.layers[1:], strict=True):
        assert (ours.path, ours.parameters, ours.trainable, ours.held) == (
            other.path, other.parameters, other.trainable, other.held,
        )  # fmt: skip
    rows = {str(row[0].value): str(row[2].value) for row in [e for e in events if isinstance(e, Table)][-1].rows}
    assert rows["hidden1.weight"] == "learns" and rows["batch_norm2.bias"] == "frozen"
    assert rows["batch_norm1.running_mean"] == "gathered"


def test_running_means_of_frozen_batch_norms_move_unless_they_are_in_evaluation_mode() -> None:
    frozen = "hidden* batch_norm* 1-"
    moved = {
        mode: metrics(ran(epochs=1, frozen=frozen, batch_norm=True, norms=mode)[1])
        for mode in ("training", "evaluation")
    }
    assert moved["training"]["frozen_moved"] == moved["evaluation"]["frozen_moved"] == 0.0
    assert moved["training"]["statistics_moved"] > 0.05
    assert moved["evaluation"]["statistics_moved"] == 0.0


def test_with_zeros_momentum_goes_on_as_a_geometric_series() -> None:
    at = {"optimiser": "momentum", "learning_rate": 0.01, "gradients": "zeros", "frozen": "hidden1 2-"}
    params = FreezeParams(**{**SMALL, **at, "epochs": 2})
    instance = Freeze()
    events = instance.run(params, Context("cpu", Few()))
    for event in events:
        if isinstance(event, Progress) and event.epoch_ends:
            break
    trainer = instance.engine.first
    weight = trainer.model[1].weight
    velocity, before = trainer.optimiser.state[weight]["momentum_buffer"].clone(), weight.detach().clone()
    found = metrics(list(events))
    steps = trainer.steps_per_epoch
    share = sum(0.9**step for step in range(1, steps + 1))
    assert share == pytest.approx(0.9 / (1 - 0.9), rel=0.1)
    np.testing.assert_allclose((weight.detach() - before).numpy(), (-0.01 * share * velocity).numpy(), atol=1e-6)
    assert found["frozen_moved"] >= float((weight.detach() - before).abs().max()) > 1e-4
    # Plain SGD and no gradient leave it where it is.
    for other in ({"optimiser": "sgd"}, {"gradients": "none"}):
        assert metrics(ran(**{**at, **other, "epochs": 2})[1])["frozen_moved"] == 0.0


def test_with_zeros_weight_decay_pulls_at_what_is_frozen() -> None:
    instance, _events = ran(epochs=1, frozen="hidden1 2-", weight_decay=0.1)
    after = ran(epochs=2, frozen="hidden1 2-", weight_decay=0.1, gradients="zeros")[0]
    steps = instance.engine.first.steps_per_epoch
    shrunk = instance.engine.first.model[1].weight.detach() * (1 - 0.05 * 0.1) ** steps
    np.testing.assert_allclose(after.engine.first.model[1].weight.detach().numpy(), shrunk.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    "values",
    [
        {"optimiser": "momentum", "gradients": "zeros", "batch_norm": True, "frozen": "hidden* batch_norm* 2-"},
        {"optimiser": "adam", "learning_rate": 0.003, "batch_norm": True, "norms": "evaluation",
         "frozen": "hidden1 batch_norm1 1; *.bias 2"},
    ],
)  # fmt: skip
def test_the_program_prints_the_metrics_of_the_page(values: dict[str, Any]) -> None:
    store = DataStore(Path("unused"))
    params = FreezeParams(**{**SMALL, **values, "epochs": 2, "batch_size": 512})
    [code] = [event for event in made(Freeze().preview(params, store)) if isinstance(event, Code)]
    found = list(Freeze().run(params, Context("cpu", store)))[-1]
    prints_its_metrics(code.source, found.everything)


@pytest.mark.long
def test_what_is_missed_while_random_layers_are_frozen_is_not_made_up_for() -> None:
    gaps, late = [], []
    for seed in range(5):
        # Larger batches and a higher rate: the same way in a quarter of the steps.
        params = FreezeParams(batch_size=128, learning_rate=0.04, seed=seed)
        events = Freeze().run(params, Context("cpu", DataStore(Path("unused"))))
        epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
        assert epochs[10]["test_accuracy"] == pytest.approx(0.113, abs=0.001), "the most frequent digit"
        assert epochs[10]["free_test_accuracy"] > 0.8
        gaps.append(epochs[-1]["free_test_accuracy"] - epochs[-1]["test_accuracy"])
        late.append(epochs[-1]["test_accuracy"] - epochs[10]["free_test_accuracy"])
    low, high = mean_interval(np.array(gaps))
    assert 0 < low < high < 0.1
    low, high = mean_interval(np.array(late))
    assert -0.06 < low < 0 < high < 0.06, "it is about where the other was ten epochs before"

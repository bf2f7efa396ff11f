"""Many networks at once are what each of them is alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from lab.nets.dense.spec import Layer, MLPSpec, dense
from lab.nets.registry.activations import HIDDEN
from lab.training.dense.ensemble import STRIDE, Ensemble
from lab.training.dense.learner import Learner
from lab.training.dense.pieces import FEW, for_threads, pieces, shape_of
from lab.training.dense.spec import TrainingSpec


def recipes(layers: list[tuple[Layer, ...]], loss: str, **options: Any) -> list[TrainingSpec]:
    """Return a recipe for each of some networks, each with data, rate, penalties and seed of its own."""
    made = []
    for member, layer in enumerate(layers):
        generator = np.random.default_rng(100 + member)
        outputs = layer[-1].units
        labels = generator.integers(0, max(2, outputs), 31)
        targets = labels if loss == "cross_entropy" else generator.integers(0, 2, (31, outputs)).astype(float)
        own = {"learning_rate": 0.02 * (member + 1), "l1": 0.002 * member, "l2": 0.01, "momentum": 0.5 + 0.1 * member}
        plan = MLPSpec(2, layer)
        made.append(
            TrainingSpec(plan, loss, generator.normal(size=(31, 2)), targets, epochs=6, seed=member, **own, **options)
        )
    return made


def measured(ensemble: Ensemble) -> Any:
    """Train an epoch and return its losses."""
    losses = ensemble.train_epoch()
    assert losses is not None
    return losses.numpy()


def agree(made: list[TrainingSpec], tolerance: float = 1e-8) -> None:
    """Check that an ensemble gives each of its members what it gives alone."""
    ensemble = Ensemble(made)
    alone = [Learner(recipe) for recipe in made]
    while not ensemble.finished:
        together = measured(ensemble)
        assert together == pytest.approx([learner.train_epoch() for learner in alone], abs=tolerance)
    for network, learner in zip(ensemble.networks(), alone, strict=True):
        for ours, expected in zip(network.learned, learner.network.learned, strict=True):
            assert ours == pytest.approx(expected, abs=tolerance)
        inputs = learner.recipe.inputs
        assert network.outputs(inputs) == pytest.approx(learner.network.outputs(inputs), abs=tolerance)


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_each_member_is_what_it_is_alone(activation: str, optimiser: str) -> None:
    layers = [(Layer(5, activation), Layer(3, activation), Layer(2, "identity"))] * 4
    agree(recipes(layers, "cross_entropy", optimiser=optimiser))


@pytest.mark.parametrize("batch_size", [0, 7])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh", "silu"])
def test_batches_norms_and_dropout(
    batch_size: int, batch_norm: bool, dropout: float, after: bool, activation: str
) -> None:
    hidden = [Layer(units, activation, batch_norm, dropout, after and batch_norm) for units in (6, 4)]
    layers = [(*hidden, Layer(1, "identity"))] * 3
    agree(recipes(layers, "bce_logits", batch_size=batch_size))


@pytest.mark.parametrize(
    ("loss", "output"), [("mse", "tanh"), ("mae", "identity"), ("bce", "sigmoid"), ("cross_entropy", "softmax")]
)
def test_losses(loss: str, output: str) -> None:
    outputs = 3 if loss == "cross_entropy" else 2
    agree(recipes([(Layer(4, "relu"), Layer(outputs, output))] * 3, loss))


@pytest.mark.parametrize("activation", [*HIDDEN, "softmax"])
@pytest.mark.parametrize(("batch_norm", "dropout"), [(False, 0.0), (True, 0.0), (False, 0.3)])
def test_behind_one_unit(activation: str, batch_norm: bool, dropout: float) -> None:
    before = Layer(4, activation, batch_norm, dropout)
    layers = [(before, Layer(1, "tanh"), Layer(1, "silu"), Layer(3, "relu", dropout=dropout), Layer(1, "sigmoid"))] * 3
    agree(recipes(layers, "bce"))
    if activation != "softmax":
        # Units that padding adds get nothing back from the one unit either.
        narrow = Layer(2, activation, batch_norm, dropout)
        agree(recipes([(before, Layer(1, "tanh")), (narrow, Layer(1, "tanh"))], "mse"))


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize(
    ("hidden", "loss", "output"),
    [
        (Layer(4, "relu"), "bce", "sigmoid"),
        (Layer(4, "softmax"), "mse", "identity"),
        (Layer(4, "silu", batch_norm=True), "mae", "tanh"),
        (Layer(4, "tanh", dropout=0.3), "bce_logits", "identity"),
        (Layer(4, "gelu"), "cross_entropy", "identity"),
    ],
)
@pytest.mark.parametrize("batch_size", [0, 7])
def test_strides_are_epochs(optimiser: str, hidden: Layer, loss: str, output: str, batch_size: int) -> None:
    """What is recorded and replayed has the same bits as what is done one after another, penalties included."""
    last = Layer(3 if loss == "cross_entropy" else 1, output)
    made = recipes([(hidden, last)] * 3, loss, optimiser=optimiser, batch_size=batch_size)
    at_once, step_by_step = Ensemble(made), Ensemble(made)
    for epochs in (STRIDE, 3 * STRIDE + 2, STRIDE):
        found = at_once.train(epochs)
        expected = [step_by_step.train_epoch() for _ in range(epochs)][-1]
        assert found is not None and expected is not None
        assert torch.equal(found, expected)
        assert at_once.epoch == step_by_step.epoch
    for ours, theirs in zip(at_once.networks(), step_by_step.networks(), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(ours.learned, theirs.learned, strict=True))


def test_softmax_is_not_padded() -> None:
    made = recipes([(Layer(units, "softmax"), Layer(1, "identity")) for units in (3, 4)], "mse")
    assert len(pieces(made)) == 2


@settings(max_examples=20)
@given(
    widths=some.lists(some.tuples(some.integers(1, 9), some.integers(1, 9)), min_size=2, max_size=5),
    activation=some.sampled_from(["relu", "sigmoid", "softplus"]),
    optimiser=some.sampled_from(["sgd", "adam"]),
)
def test_padding_changes_nothing(widths: list[tuple[int, int]], activation: str, optimiser: str) -> None:
    layers = [(Layer(a, activation), Layer(b, activation), Layer(2, "identity")) for a, b in widths]
    agree(recipes(layers, "cross_entropy", optimiser=optimiser))


def test_one_that_explodes_leaves_the_others_alone() -> None:
    made = recipes([(Layer(4, "relu"), Layer(1, "identity"))] * 3, "mse")
    wild = [made[0], TrainingSpec(**{**vars(made[1]), "learning_rate": 1e6, "epochs": 6}), made[2]]
    ensemble = Ensemble(wild)
    with np.errstate(all="ignore"):
        while not ensemble.finished:
            losses = measured(ensemble)
    alone = Learner(made[2])
    for _ in range(5):
        alone.train_epoch()
    assert not losses[1] < 1e6
    assert losses[2] == pytest.approx(alone.train_epoch(), abs=1e-8)


def test_pieces_hold_what_fits() -> None:
    made = recipes([(Layer(units, "relu"), Layer(2, "identity")) for units in range(1, 60)], "cross_entropy")
    made += recipes([(Layer(3, "tanh"), Layer(2, "identity"))] * 5, "cross_entropy")
    found = pieces(made)
    assert sorted(index for piece in found for index in piece) == list(range(len(made)))
    for piece in found:
        assert len({shape_of(made[index]) for index in piece}) == 1
        widest = max(made[index].plan.parameters for index in piece)
        assert len(piece) * widest <= 1.3 * sum(made[index].plan.parameters for index in piece)
    assert len(pieces(made, most_bytes=1)) == len(made)
    small = pieces(made, most_bytes=2**15)
    assert len(found) < len(small) < len(made)


@pytest.mark.parametrize(("count", "threads"), [(50, 2), (100, 2), (2 * FEW, 4), (FEW, 2), (300, 3)])
def test_each_thread_has_as_many(count: int, threads: int) -> None:
    made = recipes([(Layer(16, "relu"), Layer(1, "sigmoid"))] * count, "bce")
    parts = for_threads(pieces(made), threads)
    assert sorted(index for part in parts for index in part) == list(range(count))
    if count >= threads * FEW:
        assert len(parts) % threads == 0
    assert min(len(part) for part in parts) >= FEW


def test_everything_is_put_on_the_device() -> None:
    layers = [(Layer(4, "relu", batch_norm=True), Layer(3, "gelu", dropout=0.5), Layer(2, "identity"))] * 2
    for options in ({}, {"batch_size": 8, "optimiser": "adam"}):
        ensemble = Ensemble(recipes(layers, "cross_entropy", **options), "meta")
        losses = ensemble.train_epoch()
        assert losses is not None and losses.device == torch.device("meta")
        assert ensemble.train_epoch(measured=False) is None


def test_plans_count() -> None:
    plan = dense(4, (64, 64), 3)
    assert plan.parameters == 4 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3
    assert plan.shapes == ((4, 64), (64, 64), (64, 3))

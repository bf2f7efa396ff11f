"""The engine of small dense networks, against torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.streams import streams
from lab.core.text import RunError
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer, MLPSpec, dense
from lab.nets.dense.torch_modules import give_numbers, sequential
from lab.nets.registry import losses
from lab.nets.registry.activations import HIDDEN
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

MODULES: dict[str, type[nn.Module]] = {
    "identity": nn.Identity, "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "relu6": nn.ReLU6, "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh, "softplus": nn.Softplus, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU,
}  # fmt: skip
LOSSES: dict[str, nn.Module] = {
    "mse": nn.MSELoss(), "mae": nn.L1Loss(), "bce": nn.BCELoss(), "bce_logits": nn.BCEWithLogitsLoss(),
    "cross_entropy": nn.CrossEntropyLoss(),
}  # fmt: skip


def theirs(network: Network) -> nn.Sequential:
    """Return the same network in torch, in float64."""
    modules: list[nn.Module] = []
    for (before, units), layer, weight, bias in zip(
        network.plan.shapes, network.plan.layers, network.weights, network.biases, strict=True
    ):
        linear = nn.Linear(before, units, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weight.T))
            linear.bias.copy_(torch.tensor(bias))
        modules.append(linear)
        if layer.batch_norm:
            modules.append(nn.BatchNorm1d(units, dtype=torch.float64))
        modules.append(nn.Softmax(1) if layer.activation == "softmax" else MODULES[layer.activation]())
    return nn.Sequential(*modules)


def example(plan: MLPSpec, loss: str, count: int = 23, **options: Any) -> TrainingSpec:
    """Return a recipe of random examples."""
    generator = np.random.default_rng(5)
    inputs = generator.normal(size=(count, plan.inputs))
    labels = generator.integers(0, plan.outputs, count)
    targets = labels if loss == "cross_entropy" else generator.integers(0, 2, (count, plan.outputs)).astype(float)
    return TrainingSpec(plan, loss, inputs, targets, **{"learning_rate": 0.05, "epochs": 12, "seed": 3, **options})


def torch_optimiser(recipe: TrainingSpec, network: nn.Module) -> torch.optim.Optimizer:
    rate, weights = recipe.learning_rate, network.parameters()
    match recipe.optimiser:
        case "sgd":
            return torch.optim.SGD(weights, rate)
        case "momentum":
            return torch.optim.SGD(weights, rate, momentum=recipe.momentum)
        case "rmsprop":
            return torch.optim.RMSprop(weights, rate)
        case _:
            return torch.optim.Adam(weights, rate)


def train_theirs(recipe: TrainingSpec, network: nn.Sequential) -> list[float]:
    """Train all examples at once for all epochs; return the loss of each."""
    optimiser = torch_optimiser(recipe, network)
    inputs, targets = torch.tensor(recipe.inputs), torch.tensor(recipe.targets)
    found = []
    for _ in range(recipe.epochs):
        optimiser.zero_grad()
        loss = LOSSES[recipe.loss](network(inputs), targets)
        found.append(float(loss.detach()))
        weights = [module.weight for module in network if isinstance(module, nn.Linear)]
        penalty = sum(recipe.l1 * w.abs().sum() + recipe.l2 / 2 * (w * w).sum() for w in weights)
        (loss + penalty).backward()
        optimiser.step()
    return found


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_it_learns_as_torch_does(activation: str, optimiser: str) -> None:
    recipe = example(dense(3, (5, 4), 2, activation), "cross_entropy", optimiser=optimiser, l1=0.003, l2=0.02)
    learner = Learner(recipe)
    network = theirs(learner.network)
    ours = [learner.train_epoch() for _ in range(recipe.epochs)]
    assert ours == pytest.approx(train_theirs(recipe, network), abs=1e-9)
    assert learner.finished
    linears = [module for module in network if isinstance(module, nn.Linear)]
    for weight, bias, linear in zip(learner.network.weights, learner.network.biases, linears, strict=True):
        assert weight == pytest.approx(linear.weight.detach().numpy().T, abs=1e-8)
        assert bias == pytest.approx(linear.bias.detach().numpy(), abs=1e-8)


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("mse", "identity"), ("mse", "tanh"), ("mae", "identity"), ("bce", "sigmoid"), ("bce_logits", "identity"),
        ("cross_entropy", "softmax"),
    ],
)  # fmt: skip
def test_losses_and_outputs(loss: str, output: str) -> None:
    recipe = example(dense(2, (6,), 3, "tanh", output), loss)
    learner = Learner(recipe)
    network = theirs(learner.network)
    assert [learner.train_epoch() for _ in range(12)] == pytest.approx(train_theirs(recipe, network), abs=1e-10)


def test_batch_norm() -> None:
    plan = MLPSpec(3, (Layer(5, "relu", batch_norm=True), Layer(4, "tanh", batch_norm=True), Layer(2, "identity")))
    recipe = example(plan, "cross_entropy")
    learner = Learner(recipe)
    network = theirs(learner.network)
    assert [learner.train_epoch() for _ in range(12)] == pytest.approx(train_theirs(recipe, network), abs=1e-9)
    network.eval()
    fresh = np.random.default_rng(1).normal(size=(7, 3))
    with torch.no_grad():
        expected = network(torch.tensor(fresh)).numpy()
    assert learner.network.outputs(fresh) == pytest.approx(expected, abs=1e-8)


def test_batch_norm_behind_the_activation() -> None:
    layers = (Layer(5, activation, batch_norm=True, norm_after=True) for activation in ("relu", "tanh", "elu"))
    plan = MLPSpec(3, (*layers, Layer(2, "identity")))
    learner = Learner(example(plan, "cross_entropy"))
    network = sequential(plan).double()
    give_numbers(network, learner.network)
    kinds = [type(module).__name__ for module in network[:3]]
    assert kinds == ["Linear", "ReLU", "BatchNorm1d"]
    ours = [learner.train_epoch() for _ in range(12)]
    assert ours == pytest.approx(train_theirs(learner.recipe, network), abs=1e-9)
    network.eval()
    fresh = np.random.default_rng(1).normal(size=(7, 3))
    with torch.no_grad():
        expected = network(torch.tensor(fresh)).numpy()
    assert learner.network.outputs(fresh) == pytest.approx(expected, abs=1e-8)


def test_dropout_keeps_the_mean_and_is_off_in_answers() -> None:
    plan = MLPSpec(2, (Layer(2000, "identity", dropout=0.3), Layer(1, "identity")))
    network = Network.drawn(plan, np.random.default_rng(0))
    inputs = np.ones((1, 2))
    passes = network.forward(inputs, np.random.default_rng(1))
    zero = passes[0].outputs == 0
    assert zero.mean() == pytest.approx(0.3, abs=0.04)
    whole = network.trace(inputs)[0]
    assert passes[0].outputs[~zero] == pytest.approx(whole[~zero] / 0.7)
    assert (network.trace(inputs)[0] == whole).all()


def test_batches_see_every_example_once() -> None:
    recipe = example(dense(2, (3,), 1), "mse", count=23, batch_size=5, learning_rate=0.0, epochs=3)
    learner = Learner(recipe)
    # Nothing moves at rate 0: the mean over all batches is the loss of all examples.
    assert learner.train_epoch() == pytest.approx(learner.loss())
    assert learner.steps == 5


def test_weights_are_drawn_as_torch_draws_them() -> None:
    network = Network.drawn(dense(25, (4000,), 1), np.random.default_rng(0))
    drawn = nn.Linear(25, 4000).weight.detach().numpy()
    assert np.abs(network.weights[0]).max() <= 0.2
    assert network.weights[0].std() == pytest.approx(drawn.std(), rel=0.02)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_going_on_from_a_state_is_exact(optimiser: str) -> None:
    plan = MLPSpec(2, (Layer(4, "relu", batch_norm=True, dropout=0.2), Layer(2, "identity")))
    recipe = example(plan, "cross_entropy", batch_size=4, optimiser=optimiser, epochs=9)
    whole, first, second = Learner(recipe), Learner(recipe), Learner(recipe)
    for _ in range(9):
        whole.train_epoch()
    for _ in range(4):
        first.train_epoch()
    second.restore(first.state())
    for _ in range(5):
        second.train_epoch()
    assert second.finished
    for ours, expected in zip(second.network.learned, whole.network.learned, strict=True):
        assert (ours == expected).all()
    assert (second.network.outputs(recipe.inputs) == whole.network.outputs(recipe.inputs)).all()


def test_a_state_of_another_network_is_refused() -> None:
    state = Learner(example(dense(2, (3,), 1), "mse")).state()
    with pytest.raises(RunError, match="another network"):
        Learner(example(dense(2, (4,), 1), "mse")).restore(state)


def test_streams_do_not_depend_on_each_other() -> None:
    first, second = streams(7), streams(7)
    first.data.normal(size=100)
    assert (first.weights.normal(size=5) == second.weights.normal(size=5)).all()
    assert first.order.normal() != first.noise.normal()


def test_extreme_outputs_stay_numbers() -> None:
    outputs, targets = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    expected = nn.BCELoss()(torch.tensor(outputs), torch.tensor(targets))
    assert losses.value("bce", outputs, targets) == pytest.approx(float(expected)) == 100
    assert np.isfinite(losses.gradient("bce", outputs, targets)).all()

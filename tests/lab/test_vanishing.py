"""Vanishing and exploding gradients: every number against torch, the chain against its closed form."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lab.core.events import Event, Metrics, Remark
from lab.core.figures import Chart, Table
from lab.core.numbers import check
from lab.core.params import ParamError
from lab.core.quantities import Quantity
from lab.topics.gradient_descent.vanishing import Vanishing
from lab.topics.gradient_descent.vanishing.chain import Chain
from lab.topics.gradient_descent.vanishing.deep_network import ACTIVATIONS, backward, batch, clip_factor, network
from lab.topics.gradient_descent.vanishing.numbers import network_numbers
from lab.topics.gradient_descent.vanishing.params import VanishingParams

MODULES = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "linear": nn.Identity,
}


def shown(**changes: Any) -> list[Event]:
    return list(Vanishing().compute(VanishingParams(**changes)))


def metrics(**changes: Any) -> dict[str, float]:
    last = shown(**changes)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def chart(name: str, **changes: Any) -> Chart:
    [found] = [event for event in shown(**changes) if isinstance(event, Chart) and event.name == name]
    return found


def cells(name: str, **changes: Any) -> dict[str, Any]:
    [found] = [event for event in shown(**changes) if isinstance(event, Table) and event.name == name]
    return {str(row[0].value): row[1].value for row in found.rows}


def torch_network(params: VanishingParams) -> tuple[nn.Sequential, torch.Tensor, list[torch.Tensor]]:
    """Return the same network made of modules, its loss, and what leaves each layer."""
    layers: list[nn.Module] = []
    for weights in network(params.depth, params.width, params.scale, params.seed):
        layer = nn.Linear(*weights.shape, bias=False, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weights.T))
        layers += [layer, MODULES[params.activation]()]
    model = nn.Sequential(*layers[:-1])
    inputs, classes = batch(params.width, params.seed)
    values, sums = torch.tensor(inputs), []
    for layer in model:
        values = layer(values)
        if isinstance(layer, nn.Linear):
            values.retain_grad()
            sums.append(values)
    loss = nn.functional.cross_entropy(values, torch.tensor(classes))
    return model, loss, sums


@settings(max_examples=30)
@given(
    st.integers(1, 12),
    st.integers(2, 24),
    st.sampled_from(list(ACTIVATIONS)),
    st.floats(0.1, 4),
    st.integers(0, 1000),
)
def test_every_gradient_is_that_of_torch(depth: int, width: int, activation: str, scale: float, seed: int) -> None:
    params = VanishingParams(depth=depth, width=width, activation=activation, scale=scale, seed=seed)
    found = params.backward()
    model, loss, sums = torch_network(params)
    torch.autograd.backward(loss)
    theirs = [float(weights.grad.norm()) for weights in model.parameters() if weights.grad is not None]
    deltas = [float(each.grad.norm()) for each in sums if each.grad is not None]
    assert found.loss == pytest.approx(loss.item(), rel=1e-9)
    np.testing.assert_allclose(found.gradients, theirs, rtol=1e-7, atol=1e-14 * max(theirs))
    np.testing.assert_allclose(found.deltas, deltas, rtol=1e-7, atol=1e-14 * max(deltas))
    sizes = [float(weights.detach().norm()) for weights in model.parameters()]
    np.testing.assert_allclose(found.weights, sizes, rtol=1e-12)


@given(st.integers(1, 40), st.sampled_from(list(ACTIVATIONS)), st.floats(0.1, 10), st.integers(0, 100))
@settings(max_examples=30)
def test_the_product_of_the_factors_is_the_ratio(depth: int, activation: str, scale: float, seed: int) -> None:
    found = backward(depth, 20, activation, scale, seed)
    assert found.factors.shape == (depth - 1,)
    if found.ratio > 0:
        assert math.prod(found.factors) == pytest.approx(found.ratio, rel=1e-9)
    assert np.all((found.by_slopes <= 1) | np.isnan(found.by_slopes))


@pytest.mark.parametrize(("activation", "most"), [("sigmoid", 0.25), ("tanh", 1.0), ("leaky_relu", 1.0)])
def test_the_slope_multiplies_by_no_more_than_the_largest_derivative(activation: str, most: float) -> None:
    found = backward(20, 64, activation, 1.0, 7)
    assert found.by_slopes.max() <= most


def test_linear_layers_multiply_by_their_weights_alone() -> None:
    found = backward(10, 30, "linear", 1.3, 3)
    np.testing.assert_allclose(found.by_slopes, 1)
    inputs, _ = batch(30, 3)
    first = network(10, 30, 1.3, 3)[0]
    entering = inputs @ first
    assert found.signals[1] == pytest.approx(np.sqrt(np.mean(entering**2)))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "vanishes"),
        ({"activation": "tanh"}, "healthy: it arrives"),
        ({"activation": "relu", "depth": 50}, "vanishes"),
        ({"activation": "relu", "depth": 50, "scale": 2**0.5}, "healthy: it arrives"),
        ({"activation": "relu", "depth": 50, "scale": 2.0}, "explodes"),
        ({"activation": "relu", "depth": 40, "width": 3}, "dies: it is exactly 0"),
        ({"depth": 1}, "healthy: it arrives"),
    ],
)
def test_the_verdict_follows_depth_activation_and_scale(changes: dict[str, Any], verdict: str) -> None:
    assert str(cells("numbers", **changes)["verdict"]) == verdict


def test_a_dead_layer_is_named_and_nothing_of_it_is_drawn() -> None:
    events = shown(activation="relu", depth=40, width=3)
    [remark] = [event for event in events if isinstance(event, Remark)]
    assert "no gradient passes" in str(remark.message)
    layer = int(str(remark.message).split("layer ")[1].split()[0])
    params = VanishingParams(activation="relu", depth=40, width=3)
    _, _, sums = torch_network(params)
    assert torch.relu(sums[layer - 1]).count_nonzero() == 0
    assert metrics(activation="relu", depth=40, width=3)["ratio"] == 0
    assert "dead" not in [event.name for event in shown() if isinstance(event, Remark)]


def test_the_learning_rate_changes_no_gradient() -> None:
    slow, fast = (cells("numbers", learning_rate=rate) for rate in (0.01, 1.0))
    for name in ("‖∂L/∂W‖ in the first layer", "‖∂L/∂z‖, first ∕ last"):
        assert slow[name] == fast[name]
    for name in ("update ∕ weights, first layer", "update ∕ weights, last layer"):
        assert fast[name] == pytest.approx(100 * slow[name])


@given(st.floats(1e-12, 1e12), st.just(0.0) | st.floats(1e-6, 10))
def test_clipping_never_lengthens_and_keeps_to_the_limit(norm: float, most: float) -> None:
    factor = clip_factor(norm, most)
    assert factor <= 1
    if most:
        assert norm * factor <= most * (1 + 1e-12)
    else:
        assert factor == 1


def test_clipping_is_that_of_torch() -> None:
    params = VanishingParams(activation="relu", scale=2.0, clip=0.7)
    model, loss, _ = torch_network(params)
    torch.autograd.backward(loss)
    before = float(nn.utils.clip_grad_norm_(model.parameters(), 0.7))
    first = next(iter(model.parameters())).grad
    assert first is not None
    found = metrics(activation="relu", scale=2.0, clip=0.7)
    assert found["norm"] == pytest.approx(before, rel=1e-10)
    assert found["clipped_norm"] == pytest.approx(0.7, rel=1e-5)
    clipped = chart("norms", activation="relu", scale=2.0, clip=0.7).lines[-1]
    assert clipped.style == "dashes"
    assert clipped.y[0] == pytest.approx(float(first.norm()), rel=1e-10)
    assert len(chart("norms").lines) == 2


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("clip", [0.0, 0.1])
def test_torch_finds_the_same_numbers_however_small_they_are(activation: str, clip: float) -> None:
    [table] = list(Vanishing().verify(VanishingParams(activation=activation, clip=clip, depth=30)))
    assert isinstance(table, Table)
    rows = {str(row[0].value): row for row in table.rows}
    for name in ("‖∂L/∂W‖ in the first layer", "‖∂L/∂z‖, first ∕ last", "after clipping", "f′(x)", "x − η · f′(x)"):
        assert rows[name][2].value == pytest.approx(rows[name][3].value, rel=1e-9)
    assert ("next x, clipped" in rows) == bool(clip)
    assert all(row[4].mark == "good" for row in table.rows)


def test_a_first_layer_that_got_another_gradient_would_be_noticed() -> None:
    params = VanishingParams(depth=30)
    first = network_numbers(params).quantities[1]
    assert isinstance(first, Quantity)
    other = replace(first, value=1.0001 * params.backward().gradients[0])
    [row] = check([replace(network_numbers(params), quantities=[other])]).rows
    assert row[4].mark == "bad"


@given(st.integers(1, 60), st.floats(0, 1.5), st.floats(1e-6, 10))
def test_the_slope_of_the_chain_is_that_of_autograd(depth: int, x: float, rate: float) -> None:
    chain = Chain(depth, x, rate, 0.0)
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = torch.tensor(1.0, dtype=torch.float64)
    for _ in range(depth):
        value = value * at
    loss = (value - 1) ** 2
    [slope] = torch.autograd.grad(loss, at)
    assert float(chain.loss(np.array(x))) == pytest.approx(loss.item(), rel=1e-9, abs=1e-12)
    assert chain.slope == pytest.approx(slope.item(), rel=1e-9, abs=1e-12)
    assert chain.next == pytest.approx(x - rate * slope.item(), rel=1e-9, abs=1e-12)
    assert chain.next_clipped == chain.next


def test_the_plateau_holds_the_ball_and_the_cliff_throws_it_out() -> None:
    plateau, cliff = Chain(30, 0.6, 0.01, 0.0), Chain(30, 1.05, 0.01, 0.0)
    assert abs(plateau.next - 0.6) < 1e-6
    assert cliff.next < -5
    assert Chain(30, 1.05, 0.01, 1.0).next_clipped == pytest.approx(1.04, abs=1e-6)
    assert metrics(depth=30, x=1.05, clip=1.0)["next_x"] == pytest.approx(1.04, abs=1e-6)


def test_the_chart_of_the_chain_holds_the_ball_and_is_picked() -> None:
    found = chart("curve", depth=30, x=1.1)
    assert found.picks == "x"
    ball = found.lines[-1]
    assert ball.style == "ball"
    assert found.y.high is not None
    assert float(ball.y[0]) < found.y.high


@pytest.mark.parametrize("changes", [{}, {"depth": 1}, {"depth": 60, "scale": 10.0, "activation": "linear"}])
def test_all_numbers_are_finite(changes: dict[str, Any]) -> None:
    assert all(math.isfinite(value) for value in metrics(**changes).values())


def test_a_depth_that_is_not_allowed_is_refused_with_what_is() -> None:
    with pytest.raises(ParamError, match="depth: 0 is not allowed; allowed is a whole number from 1 to 60"):
        VanishingParams(depth=0)

"""Tied weights: what is shared, how many parameters that leaves, and that scale and tying are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.data.store import DataStore
from lab.topics.autoencoders.tied import NAMES
from lab.topics.autoencoders.tied_network import Tied
from lab.topics.autoencoders.torch_network import drawn

STORE = DataStore(Path("unused"))
SMALL: dict[str, Any] = {"encoder": (12,), "code": 6, "batch_size": 850, "epochs": 1}


@pytest.fixture(scope="module")
def learned() -> tuple[Any, dict[str, float]]:
    chosen = experiment("autoencoders.tied")
    instance = chosen()
    last = list[Event](instance.run(chosen.params(**SMALL), Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


def tied(pairs: int, biases: bool) -> Tied:
    free = drawn((784, 12, 6, 12, 784), "relu", 3)
    return Tied([*free.encoder, *free.decoder], pairs, biases)


def test_it_computes_with_the_transposed_weights_of_the_encoder() -> None:
    network, images = tied(2, True), torch.rand(4, 784)
    (w, b), (v, c) = ((layer.weight, layer.bias) for layer in network.encoder)
    d, e = (layer.bias for layer in network.decoder)
    code = torch.relu(torch.relu(images @ w.T + b) @ v.T + c)
    wanted = torch.sigmoid(torch.relu(code @ v + d) @ w + e)
    torch.testing.assert_close(network(images), wanted)


def test_of_the_courses_network_only_the_middle_is_tied_and_has_no_biases() -> None:
    network, images = tied(1, False), torch.rand(4, 784)
    first, middle = network.encoder
    last = network.decoder[1]
    assert middle.bias is None and network.decoder[0].bias is None and network.decoder[0].weight is None
    code = torch.relu(torch.relu(first(images)) @ middle.weight.T)
    torch.testing.assert_close(network(images), torch.sigmoid(last(torch.relu(code @ middle.weight))))


def test_a_shared_weight_gathers_the_gradients_of_both_its_places() -> None:
    network, images = tied(2, True).double(), torch.rand(4, 784, dtype=torch.double)
    (network(images) - images).square().mean().backward()
    weight = network.encoder[1].weight
    found, step = weight.grad[2, 5].item(), 1e-6
    with torch.no_grad():
        losses = []
        for change in (step, -2 * step):
            weight[2, 5] += change
            losses.append((network(images) - images).square().mean().item())
    assert found == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5, abs=1e-9)


def test_parameters_are_halved_only_where_all_layers_are_tied() -> None:
    chosen = experiment("autoencoders.tied")
    counts = {
        way: sum(each.numel() for each in chosen().setup(chosen.params(), STORE, way).model.parameters())
        for way in NAMES
    }
    assert counts == {"free": 214_594, "wide": 214_594, "tied": 208_016, "course": 208_016, "all": 107_842}


def test_what_is_not_said_to_differ_begins_alike() -> None:
    chosen = experiment("autoencoders.tied")
    models = {way: chosen().setup(chosen.params(**SMALL), STORE, way).model for way in NAMES}
    firsts = [model.encoder[0].weight for model in models.values()]
    assert all(torch.equal(firsts[0], weight) for weight in firsts)

    def middle(way: str) -> torch.Tensor:
        linear = [layer for layer in models[way].encoder if isinstance(layer, nn.Linear)]
        return linear[-1].weight

    assert torch.equal(middle("free"), middle("tied")) and torch.equal(middle("free"), middle("all"))
    assert torch.equal(middle("wide"), middle("course"))
    assert middle("free").abs().max() <= 12**-0.5 and 0.8 < middle("course").std() < 1.2


def test_how_they_begin_is_told_at_the_end(learned: tuple[Any, dict[str, float]]) -> None:
    instance, found = learned
    chosen = experiment("autoencoders.tied")
    test = torch.tensor(STORE.load("digits").test.images.reshape(-1, 784)).float() / 255
    for way in ("free", "course"):
        with torch.no_grad():
            outputs = chosen().setup(chosen.params(**SMALL), STORE, way).model(test)
        assert found[f"{way}_first_mse"] == pytest.approx(((outputs - test) ** 2).mean().item(), rel=1e-5)
        assert found[f"{way}_first_spread"] == pytest.approx(outputs.double().logit(1e-12).std().item(), rel=1e-5)
    assert found["course_first_spread"] > found["tied_first_spread"]
    shown = {event.key: event for event in made(instance.query({}))}
    table = shown["Table", "numbers"]
    assert isinstance(table, Table)
    assert [row[1].value for row in table.rows] == [found[f"{way}_parameters"] for way in NAMES]
    assert len(shown["ImageRows", "reconstructions"].rows) == 6


@pytest.mark.long
def test_tying_costs_a_little_and_the_first_scale_makes_as_much_of_a_difference() -> None:
    """As the lesson says of the same five seeds, with room: rounding differs between computers."""
    chosen = experiment("autoencoders.tied")
    found: list[Mapping[str, float]] = []
    for seed in range(7, 12):
        last = list(chosen().run(chosen.params(epochs=2, seed=seed), Context("cpu", STORE)))[-1]
        assert isinstance(last, Metrics)
        found.append(last.values)
    error = {way: np.array([values[f"{way}_test_mse"] for values in found]) for way in NAMES}
    means = {"free": 0.0315, "tied": 0.0347, "wide": 0.0282, "course": 0.0295, "all": 0.0302}
    for way, mean in means.items():
        assert error[way].mean() == pytest.approx(mean, abs=0.0015)
    # Each seed by itself.
    assert (error["tied"] > error["free"]).all() and (error["wide"] < error["free"]).all()
    assert (error["tied"] - error["free"]).mean() == pytest.approx(0.0033, abs=0.0011)
    assert (error["free"] - error["wide"]).mean() == pytest.approx(0.0032, abs=0.0011)
    assert error["course"].mean() < error["free"].mean()
    # How they begin is the same wherever it is computed, but for rounding.
    first = {
        name: np.mean([values[name] for values in found])
        for name in ("course_first_spread", "free_first_spread", "course_first_mse", "free_first_mse")
    }
    assert first["course_first_spread"] == pytest.approx(4.3, abs=0.06)
    assert first["free_first_spread"] == pytest.approx(0.062, abs=6e-4)
    assert first["course_first_mse"] == pytest.approx(0.38, abs=6e-3)
    assert first["free_first_mse"] == pytest.approx(0.231, abs=6e-4)

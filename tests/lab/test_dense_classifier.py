"""Dense classifiers of images: what the plan counts is what torch makes, and the lines of the program make the same."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from lab.core.params import ParamError, redeclared
from lab.nets.dense.classifier import DenseClassifierParams, layers, network_lines
from lab.nets.dense.torch_classifier import build_dense
from lab.nets.network import Dropout
from lab.nets.registry.initialisations import INITIALISATIONS
from lab.training.metaparameters import TrainingParams

SHAPE = (1, 28, 28)
PLANS: tuple[dict[str, Any], ...] = (
    {},
    {"hidden": ()},
    {"hidden": (5,), "activation": "tanh", "batch_norm": True, "dropout": 0.25},
    {"hidden": (7, 6), "activation": "identity", "initialisation": "kaiming_normal"},
)


def built(params: DenseClassifierParams, seed: int = 3) -> nn.Sequential:
    return build_dense(params, SHAPE, 10, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("values", PLANS)
def test_the_layers_are_those_that_torch_has(values: dict[str, Any]) -> None:
    params = DenseClassifierParams(**values)
    network, plan = built(params), layers(params, SHAPE, 10)
    assert [name for name, _ in network.named_children()] == [layer.name for layer in plan]
    inputs = torch.rand(4, *SHAPE)
    for layer, module in zip(plan, network, strict=True):
        assert tuple(inputs.shape[1:]) == layer.shape_in
        inputs = module(inputs)
        assert tuple(inputs.shape[1:]) == layer.shape_out
        assert sum(each.numel() for each in module.parameters()) == layer.parameters


def test_the_default_is_the_network_of_the_course() -> None:
    plan = layers(DenseClassifierParams(), SHAPE, 10)
    assert [layer.shape_out[0] for layer in plan if layer.kind == "linear"] == [64, 32, 32, 10]
    assert sum(layer.parameters for layer in plan) == 53_706
    assert sum(layer.multiply_adds for layer in plan) == 53_568


@pytest.mark.parametrize("values", PLANS)
def test_the_lines_make_the_same_modules(values: dict[str, Any]) -> None:
    params = DenseClassifierParams(**values)
    names: dict[str, object] = {"nn": nn, "Dropout": Dropout}
    exec("\n".join(network_lines(params, SHAPE, 10)), names)
    theirs = names["network"]
    assert isinstance(theirs, nn.Sequential)
    assert [repr(module) for module in theirs] == [repr(module) for module in built(params)]


@pytest.mark.parametrize("rule", INITIALISATIONS)
def test_first_weights_come_from_the_generator_alone(rule: str) -> None:
    params = DenseClassifierParams(hidden=(400, 300), initialisation=rule)
    state = torch.get_rng_state()
    torch.manual_seed(1)
    one = built(params)
    torch.manual_seed(2)
    other = built(params)
    torch.set_rng_state(state)
    assert all(map(torch.equal, one.parameters(), other.parameters()))
    first, another = (next(each.parameters()).detach() for each in (one, built(params, seed=4)))
    assert not torch.equal(first, another)
    assert float(first.std()) == pytest.approx(INITIALISATIONS[rule].spread(784, 400), rel=0.01)


def test_a_field_is_declared_again_with_another_default() -> None:
    again = redeclared(TrainingParams, "optimiser", "sgd")
    assert again.default == "sgd"
    assert again.metadata["spec"] == TrainingParams.specs()["optimiser"]
    with pytest.raises(ParamError, match="optimiser: nothing is not allowed"):
        redeclared(TrainingParams, "optimiser", "nothing")

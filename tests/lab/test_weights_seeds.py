"""Seeds: the numbers are torch's own, and which of them are equal when."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.code import Code
from lab.core.events import Metrics
from lab.core.figures import Chart
from lab.maths.torch_stream import TorchStream
from lab.topics.weights.seeds import Seeds, SeedsParams, cells
from lab.training.random import seeded
from tests.lab.contracts import printed


def metrics(**values: object) -> dict[str, float]:
    [found] = [event for event in Seeds().compute(SeedsParams(**values)) if isinstance(event, Metrics)]
    return dict(found.values)


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1])
def test_the_stream_is_that_of_torch(seed: int) -> None:
    ours, theirs = TorchStream(seed), torch.Generator().manual_seed(seed)
    for shape in ((8, 2), (8,), (1, 8), (1,), (5, 7), (16,), (3,), (40, 25)):
        uniform = torch.empty(shape).uniform_(-0.3, 0.7, generator=theirs).numpy()
        np.testing.assert_allclose(ours.uniform(shape, -0.3, 0.7), uniform, atol=1e-6)
        normal = torch.empty(shape).normal_(0, 0.5, generator=theirs).numpy()
        np.testing.assert_allclose(ours.normal(shape, 0.5), normal, atol=1e-6)


def test_the_networks_are_those_of_the_notebook() -> None:
    # torch's own modules, copies and global seeds.
    with seeded(11):
        nets = {}
        template = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 1), nn.Linear(1, 1))
        for name, seed in (("unseeded", None), ("first", 1), ("other", 2), ("again", 1)):
            nets[name] = copy.deepcopy(template)
            if seed is not None:
                torch.manual_seed(seed)
            for layer in nets[name]:
                nn.init.xavier_normal_(layer.weight)
    found = cells(SeedsParams(seed=11))[0]
    for name, net in nets.items():
        for place, layer in enumerate(net):
            np.testing.assert_allclose(found[name].weights[place], layer.weight.detach().numpy(), atol=1e-6)
            np.testing.assert_allclose(found[name].biases[place], layer.bias.detach().numpy(), atol=1e-6)
    assert sum(weight.size for weight in found["first"].weights) == 25
    assert sum(bias.size for bias in found["first"].biases) == 10


def test_copies_share_their_biases_and_one_seed_its_weights() -> None:
    found = metrics()
    assert found["weights_again"] == 0 < min(found["weights_other"], found["weights_unseeded"])
    assert found["biases_again"] == found["biases_other"] == found["biases_unseeded"] == 0


def test_networks_built_before_the_seed_differ_in_their_biases_and_those_built_behind_it_in_nothing() -> None:
    before, after = metrics(made="before"), metrics(made="after")
    assert before["weights_again"] == 0 < before["biases_again"]
    assert after["weights_again"] == after["biases_again"] == 0 < after["biases_other"]


def test_one_number_drawn_in_between_changes_all_weights() -> None:
    assert metrics(drawn=1)["weights_again"] > 0.1


@pytest.mark.parametrize("made", ["copies", "before", "after"])
def test_what_has_no_seed_repeats_itself_once_a_seed_was_set(made: str) -> None:
    for seed in range(3):
        found = metrics(seed=seed, made=made)
        assert found["weights_rerun"] > 0.1
        assert found["weights_rerun_again"] == found["biases_rerun_again"] == 0


@pytest.mark.parametrize(
    "values",
    [
        {"made": "before", "rule": "kaiming_uniform", "drawn": 3},
        {"made": "after", "rule": "kaiming_normal", "sizes": (5, 7, 3), "first": 0},
        {"rule": "xavier_uniform", "sizes": (1, 1)},
    ],
)
def test_the_program_prints_the_numbers_of_the_page(values: dict[str, object]) -> None:
    events = list(Seeds().compute(SeedsParams(**values)))
    [code] = [event for event in events if isinstance(event, Code)]
    numbers, found = printed(code.source), metrics(**values)
    assert numbers.keys() == found.keys()
    for name, [number] in numbers.items():
        assert number == pytest.approx(found[name], abs=1e-6)


def test_all_numbers_are_drawn() -> None:
    charts = {event.name: event for event in Seeds().compute(SeedsParams()) if isinstance(event, Chart)}
    assert [len(line.x) for line in charts["all"].lines] == [35] * 4
    same, other, _ = charts["differences"].lines
    assert not same.y.any() and other.y[:25].all() and not other.y[25:].any()

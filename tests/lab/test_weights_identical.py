"""Identical first weights: which units stay copies, and what learns at all; against torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.events import ImageRows, Metrics, Scalars, made
from lab.core.experiment import Context
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.topics.weights.identical import KINDS, Identical, IdenticalParams
from lab.topics.weights.units import different
from tests.lab.swept import over_seeds

DATA = DataStore(Path("unused"))
FEW: dict[str, Any] = {"count": 100, "epochs": 3, "networks": 0}


def ran(**values: Any) -> dict[str, float]:
    instance, params = Identical(), IdenticalParams(**(FEW | values))
    instance.prepare(params)
    *_, last = instance.run(params, Context("cpu", DATA))
    assert isinstance(last, Metrics)
    return dict(last.values)


def units(found: dict[str, float]) -> tuple[float, ...]:
    return tuple(found[f"different_hidden{number}"] for number in (1, 2, 3))


def test_where_all_is_0_only_the_last_bias_learns() -> None:
    found = ran(kind="zero")
    assert units(found) == (1, 1, 1)
    assert found["arrays_moved"] == 1 and found["different_output"] == 10


@pytest.mark.parametrize("kind", ["one", "equal", "weights_one"])
def test_equal_units_stay_equal_though_all_moves(kind: str) -> None:
    found = ran(kind=kind)
    assert units(found) == (1, 1, 1) and found["arrays_moved"] == 8


@pytest.mark.parametrize("kind", ["random", "weights_zero", "biases_zero", "layer_zero"])
def test_one_random_array_a_layer_is_enough(kind: str) -> None:
    assert units(ran(kind=kind)) == (64, 32, 32)


@pytest.mark.parametrize(("layer", "counts"), [(1, (64, 1, 1)), (2, (64, 32, 1)), (3, (1, 32, 32)), (4, (1, 1, 32))])
def test_a_random_layer_frees_its_units_and_those_of_the_layer_before(layer: int, counts: tuple[int, ...]) -> None:
    assert units(ran(kind="layer_random", layer=layer)) == counts


@pytest.mark.parametrize("number", [0.0, 1.0])
def test_torch_keeps_the_same_copies(number: float) -> None:
    torch.manual_seed(0)
    inputs, labels = torch.rand(64, 20), torch.randint(0, 3, (64,))
    network = nn.Sequential(nn.Linear(20, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 3))
    for numbers in network.parameters():
        nn.init.constant_(numbers, number)
    optimiser = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(20):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(inputs), labels).backward()
        optimiser.step()
    arrays = [each.detach().numpy() for each in network.parameters()]
    assert different(arrays[0].T, arrays[1]) == different(arrays[2].T, arrays[3]) == 1
    moved = [bool((array != number).any()) for array in arrays]
    assert moved == ([False] * 5 + [True] if number == 0 else [True] * 6)


def test_copies_are_counted_once() -> None:
    weight = np.array([[1.0, 1.0, 2.0, 1.0 + 1e-12], [0.0, 0.0, 0.0, 0.0]])
    assert different(weight, np.zeros(4)) == 2
    assert different(weight, np.array([0.0, 1.0, 0.0, 0.0])) == 3
    assert different(np.zeros((2, 5)), np.zeros(5)) == 1


def test_the_usual_network_learns_beside_it() -> None:
    instance, params = Identical(), IdenticalParams(**FEW, kind="zero")
    instance.prepare(params)
    events = list(instance.run(params, Context("cpu", DATA)))
    last = [event.values for event in events if isinstance(event, Scalars)][-1]
    alone = ran(kind="random")
    assert last["usual_test_accuracy"] == alone["test_accuracy"] > last["test_accuracy"]
    [rows] = [event for event in made(instance.query({})) if isinstance(event, ImageRows)]
    assert np.ptp(rows.rows[0][1], axis=0).max() == 0 < np.ptp(rows.rows[1][1], axis=0).max()


def test_each_kind_runs_in_any_network() -> None:
    for kind in KINDS:
        assert np.isfinite(ran(kind=kind, hidden=(3,), layer=9, epochs=1)["loss"])


@pytest.mark.long
def test_over_five_seeds_the_accuracy_is_what_the_lesson_says_of_each_kind() -> None:
    stated = {"random": (90.2, 1.7), "zero": (11.3, 0.05), "one": (9.7, 0.3), "weights_zero": (51, 45),
              "biases_zero": (89.9, 1.8), "layer_zero": (89.9, 2.0)}  # fmt: skip
    shares = 100 * over_seeds("weights.identical", "kind", tuple(stated), "test_accuracy")
    for row, (mean, half) in zip(shares, stated.values(), strict=True):
        low, high = mean_interval(row)
        # Of the same seeds; another processor rounds otherwise, and by that much they may differ.
        assert row.mean() == pytest.approx(mean, abs=max(half / 3, 0.05))
        assert (high - low) / 2 == pytest.approx(half, rel=0.3, abs=0.05)
    low, high = mean_interval(shares[-1] - shares[0])
    assert low < 0 < high, "a layer of zeros is no better and no worse"

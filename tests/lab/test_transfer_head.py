"""A new last layer: the optimiser that does not know it, beside the one that does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.events import Event, LayerTree, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.data.store import DataStore
from lab.nets.inspection import layer_tree
from lab.topics.transfer.given import given, with_new_head
from lab.topics.transfer.head import Head, HeadParams
from tests.lab.contracts import prints_its_metrics, small

STORE = DataStore(Path("unused"))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> tuple[Head, dict[str, float]]:
    instance, params = Head(), small(Head)
    *_others, last = instance.run(params, Context("cpu", STORE))
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


def moved(instance: Head) -> dict[str, list[Any]]:
    table = next(event for event in made(instance.query({})) if isinstance(event, Table) and event.name == "moved")
    return {str(row[0].value): [cell.value for cell in row[1:]] for row in table.rows}


def test_the_new_layer_never_learns_where_the_optimiser_was_made_before(run: tuple[Head, dict[str, float]]) -> None:
    instance, found = run
    assert found["before_head_moved"] == 0 < found["after_head_moved"]
    assert (found["before_held"], found["after_held"]) == (15_164, 15_674)
    assert found["gain"] == found["after_test_accuracy"] - found["before_test_accuracy"]
    rows = moved(instance)
    still = {name for name, (before, _after) in rows.items() if before == 0}
    assert still == {"output.weight", "output.bias"}
    assert all(after > 0 for _before, after in rows.values())


def test_both_begin_as_the_same_network_which_keeps_the_body_it_was_given() -> None:
    params = small(Head)
    first, other = (Head().setup(params, STORE, way) for way in ("before", "after"))
    source = given(params).state_dict()
    for name, tensor in first.model.state_dict().items():
        assert torch.equal(tensor, other.model.state_dict()[name])
        assert name.startswith("output") or torch.equal(tensor, source[name])
    assert other.optimised is None and first.optimised is not None
    held = list(first.optimised.parameters())
    assert tuple(held[-2].shape) == (26, 50) and held[0] is next(first.model.parameters())


def test_the_first_weights_of_the_new_layer_are_torchs_own() -> None:
    network, old = with_new_head(given(HeadParams()), 10, 3)
    generator = torch.Generator().manual_seed(3)
    weight, bias = torch.empty(10, 50), torch.empty(10)
    for tensor in (weight, bias):
        nn.init.uniform_(tensor, -(50**-0.5), 50**-0.5, generator=generator)
    assert isinstance(old, nn.Linear) and old.out_features == 26
    assert all(map(torch.equal, network[-1].parameters(), (weight, bias)))


def test_the_trees_are_those_of_torch(run: tuple[Head, dict[str, float]]) -> None:
    params = small(Head)
    trees = {e.name: e for e in Head().preview(params, STORE) if isinstance(e, LayerTree)}
    for name, network in (("given", given(params)), ("after", with_new_head(given(params), 10, 7)[0])):
        assert trees[name].layers == layer_tree(network, (1, 28, 28), held=()).layers
    frozen = [layer.path for layer in trees["before"].layers if layer.trainable < layer.parameters]
    assert frozen == ["output"]


def test_the_program_of_the_right_way_prints_its_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    params = small(Head, made="after", dataset="fashion")
    events: list[Event] = list(made(Head().preview(params, STORE)))
    code = next(event for event in events if event.key == ("Code", "code"))
    *_others, last = Head().run(params, Context("cpu", STORE))
    monkeypatch.chdir(ROOT)
    prints_its_metrics(code.source, last.values)  # type: ignore[attr-defined]


@pytest.mark.long
def test_what_the_lesson_says_the_new_layers_learning_gains() -> None:
    said = {1: (5.5, 2.7), 2: (1.9, 1.3), 6: (0.5, 0.4)}
    found: dict[int, list[float]] = {epoch: [] for epoch in said}
    for seed in range(7, 12):
        engine = Head().begin(HeadParams(seed=seed), Context("cpu", STORE))
        while not engine.finished:
            engine.advance()
            engine.losses(True)
            if engine.epoch_ends and engine.epoch in said:
                measured = engine.measure()
                found[engine.epoch].append(100 * (measured["after_test_accuracy"] - measured["before_test_accuracy"]))
    for epoch, (middle, half) in said.items():
        assert np.mean(found[epoch]) == pytest.approx(middle, abs=half / 2), epoch
    assert min(found[1]) > 0

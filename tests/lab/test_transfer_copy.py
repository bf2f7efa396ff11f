"""Weights copied in five ways: what comes along, what learns, and what of that the page says."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.events import Event, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.data.store import DataStore
from lab.nets.pixels import as_tensor
from lab.topics.transfer.copy import Copy, CopyParams
from lab.topics.transfer.copy.ways import WAYS
from lab.topics.transfer.given import fresh, given, is_buffer, kept, names
from tests.lab.contracts import prints_its_metrics, small

STORE = DataStore(Path("unused"))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> tuple[Copy, dict[str, float], list[Event]]:
    instance, params = Copy(), small(Copy)
    *_others, last = instance.run(params, Context("cpu", STORE))
    assert isinstance(last, Metrics)
    return instance, dict(last.values), list(made(instance.query({})))


def rows(events: list[Event], name: str) -> dict[str, list[Any]]:
    table = next(event for event in events if isinstance(event, Table) and event.name == name)
    return {str(row[0].value): [cell.value for cell in row[1:]] for row in table.rows}


def test_the_given_network_is_the_one_of_its_card_and_its_names_need_no_torch() -> None:
    params = CopyParams()
    network = given(params)
    assert {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()} == names(params)
    assert list(names(params)) == list(network.state_dict())
    assert sum(each.numel() for each in network.parameters()) == 16_490
    assert {name for name, _ in network.named_buffers()} == {name for name in names(params) if is_buffer(name)}
    with torch.no_grad():
        next(network.parameters()).zero_()
    assert next(given(params).parameters()).any(), "each is an object of its own"
    images, right = STORE.load("synthetic-letters").test, 0
    for part in range(0, len(images), 500):
        with torch.no_grad():
            answers = given(params).eval()(as_tensor(images.images[part : part + 500])).argmax(1)
        right += int((answers.numpy() == images.labels[part : part + 500]).sum())
    assert right == len(images) - 197 and kept("course").dataset == "synthetic-letters"


def test_the_loop_over_named_parameters_leaves_what_batch_norm_gathered(run: Any) -> None:
    _instance, found, events = run
    assert (found["equal_outputs"], found["parameters_copied"], found["buffers_copied"]) == (0, 12, 0)
    assert found["max_difference"] > 10 and found["copied_accuracy"] < 0.1 < 0.8 < found["state_test_accuracy"]
    tensors = rows(events, "tensors")
    assert {name for name, cells in tensors.items() if str(cells[1]) != "equal"} == set(filter(is_buffer, tensors))
    # By hand, in torch alone.
    source, own = given(CopyParams()).eval(), fresh(small(Copy)).eval()
    for theirs, mine in zip(source.parameters(), own.parameters(), strict=True):
        mine.data = theirs.data.clone()
    with torch.no_grad():
        images = as_tensor(STORE.load("synthetic-letters").test.images[:200])
        apart = (source(images) - own(images)).abs().max()
    assert found["max_difference"] == pytest.approx(float(apart), rel=1e-4)


def test_all_ways_stand_in_one_table(run: Any) -> None:
    _instance, found, events = run
    table = rows(events, "numbers")
    assert list(table) == [str(way.label) for way in WAYS.values()]
    copied, moved, source = ([cells[place] for cells in table.values()] for place in (0, 4, 5))
    assert copied == ["12 + 0", "12 + 6", "12 + 6", "12 + 6", "0 + 0"]
    assert moved == ["12 + 6", "12 + 6", "0 + 6", "12 + 6", "12 + 6"]
    assert source == [0, 0, 0, 0, 18]
    # In training mode all that learn do so alike, whatever was gathered before.
    losses = {way: found[f"{way}_train_loss"] for way in WAYS}
    assert losses["parameters"] == losses["state"] == losses["deepcopy_first"] == losses["assigned"]
    assert losses["deepcopy"] != losses["state"]


def test_equal_outputs_lie_on_the_line(run: Any) -> None:
    instance, _found, _events = run
    instance.engine.chosen = "state"
    chart = next(event for event in made(instance.query({})) if isinstance(event, Chart))
    instance.engine.chosen = "parameters"
    _same, first, now = chart.lines
    np.testing.assert_array_equal(first.x, first.y)
    assert np.abs(now.x - now.y).max() > 0


@pytest.mark.parametrize("way", [way for way in WAYS if way != "parameters"])
def test_the_program_of_each_way_prints_its_metrics(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    params = small(Copy, way=way, epochs=1)
    code = next(event for event in Copy().preview(params, STORE) if event.key == ("Code", "code"))
    *_others, last = Copy().run(params, Context("cpu", STORE))
    monkeypatch.chdir(ROOT)
    prints_its_metrics(code.source, last.values)  # type: ignore[attr-defined]


def test_what_remains_of_a_new_networks_statistics_is_a_tenth_less_each_step() -> None:
    norm = torch.nn.BatchNorm1d(1)
    batch = torch.full((4, 1), 3.0)
    for steps in (10, 20, 40):
        once = copy.deepcopy(norm)
        for _ in range(steps):
            once(batch)
        assert float(once.state_dict()["running_mean"]) == pytest.approx(3 * (1 - 0.9**steps), rel=1e-5)


@pytest.mark.long
def test_what_the_lesson_says_of_the_loop_and_of_load_state_dict() -> None:
    said = {1: (36.5, 2.3, 91.5), 2: (73.4, 3.2, 90.7), 4: (88.0, 0.6, 90.9), 12: (90.8, 0.2, 90.8)}
    found: dict[int, list[tuple[float, float]]] = {epoch: [] for epoch in said}
    for seed in range(7, 12):
        engine = Copy().begin(CopyParams(seed=seed), Context("cpu", STORE))
        assert engine.judgement("test", "parameters").values["accuracy"] == pytest.approx(0.071, abs=0.001)
        while not engine.finished:
            engine.advance()
            engine.losses(True)
            if engine.epoch_ends and engine.epoch in said:
                loop, whole = (
                    100 * engine.judgement("test", way).values["accuracy"] for way in ("parameters", "state")
                )
                found[engine.epoch].append((loop, whole))
    for epoch, (loop, half, whole) in said.items():
        means = np.mean(found[epoch], 0)
        assert means[0] == pytest.approx(loop, abs=half) and means[1] == pytest.approx(whole, abs=0.5)

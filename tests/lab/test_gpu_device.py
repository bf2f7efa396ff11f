"""What goes together on devices, and what is refused: held against a card that is none, and against torch's meta."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch

from lab.core.code import Code, executed, source_of
from lab.core.events import made
from lab.core.figures import Table
from lab.topics.gpu import present as devices
from lab.topics.gpu.device import Device, DeviceParams
from lab.topics.gpu.move import Move, MoveParams, things
from lab.topics.gpu.move.program import lines
from tests.lab.card import inserted
from tests.lab.contracts import printed

PLACES = ("cpu", "card")
ASKED = 'torch.cuda.is_available() else "meta"'


def table(events: Any, name: str) -> Table:
    [found] = [event for event in made(events) if isinstance(event, Table) and event.name == name]
    return found


@pytest.mark.parametrize(("model", "data", "labels"), list(product(PLACES, PLACES, PLACES)))
def test_what_runs_and_what_is_refused_is_what_a_card_does(model: str, data: str, labels: str) -> None:
    params = DeviceParams(model=model, data=data, labels=labels, hidden=(5, 4), examples=6)
    [numbers] = Device().numbers(params)
    named = {quantity.name: quantity.value for quantity in numbers.each}
    with inserted():
        lines = [getattr(line, "text", line).replace(ASKED, 'True else "meta"') for line in numbers.setup]
        names = executed(lines, {})
        assert names["device"].type == "cuda"
        for quantity in numbers.each:
            if quantity.value is None:
                with pytest.raises(RuntimeError, match="same device"):
                    eval(quantity.code, names)
            else:
                assert eval(quantity.code, names) == quantity.value
    assert (named["outputs"] is not None) == (model == data)
    assert (named["losses"] is not None) == (model == data == labels)


def test_the_sentence_is_whole_and_names_what_was_left_behind() -> None:
    def said(**values: str) -> str:
        return " ".join(
            str(row[0].value) for row in table(Device().compute(DeviceParams(**values)), "sentence").rows[:4]
        )

    assert said(model="card", data="cpu") == (
        "Expected all tensors to be on the same device, but got mat1 is on cpu, different from other tensors on cuda:0"
        " (when checking argument in method wrapper_CUDA_addmm)"
    )
    assert "mat1 is on cuda:0, different from other tensors on cpu" in said(model="cpu", data="card")
    labels = said(model="card", data="card", labels="cpu")
    assert "target is on cpu" in labels
    assert "nll_loss_forward" in labels
    assert said(model="card", data="card", labels="card") == "–"


def test_the_mended_program_runs_whatever_was_wrong() -> None:
    events = made(Device().compute(DeviceParams(model="cpu", data="card", hidden=(3,), examples=4)))
    [mended] = [event for event in events if isinstance(event, Code) and event.name == "mended"]
    with inserted():
        names = executed([line.text.replace(ASKED, 'True else "meta"') for line in mended.lines], {})
        assert names["loss"].device.type == "cuda"


def test_the_devices_that_are_there_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    found = devices.present()
    assert [row[0].value for row in found.rows if row[0].value != "mps"] == ["cpu", "cuda:0", "meta"]
    assert str(found.rows[1][4].value) == "no"

    class Properties:
        name, major, minor, multi_processor_count = "A card", 9, 0, 132

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _place: Properties)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _place: (1 << 30, 4 << 30))
    row = devices.present().rows[1]
    assert [str(cell.value) for cell in row] == [
        "cuda:0",
        "A card, capability 9.0",
        "1.0 / 4.0 GiB",
        "132 multiprocessors",
        "yes",
    ]


MOVES = [
    {"mean": mean, "layers": layers, "optimiser": optimiser, "data": data}
    for mean in ("attribute", "buffer", "left_out")
    for layers in ("list", "module_list")
    for optimiser in ("before", "after")
    for data in ("lost", "kept")
]


@pytest.mark.parametrize("values", MOVES, ids=lambda values: "-".join(values.values()))
def test_what_is_moved_and_what_stays_is_what_a_card_does(values: dict[str, str]) -> None:
    params = MoveParams(**values)
    [numbers] = Move().numbers(params)
    with inserted():
        names = executed([getattr(line, "text", line).replace(ASKED, 'True else "meta"') for line in lines(params)], {})
        for quantity in numbers.each:
            if quantity.code and quantity.value is None:
                with pytest.raises(RuntimeError, match="same device"):
                    eval(quantity.code, names)
            elif quantity.code:
                assert eval(quantity.code, names) == quantity.value, quantity.name


def test_where_each_thing_is_is_what_module_to_says() -> None:
    params = MoveParams(mean="buffer", layers="list", optimiser="after", data="kept")
    moved = {thing.name: thing.moves for thing in things(params)}
    assert moved == {
        "first": True,
        "norm": True,
        "norm.running_*": True,
        "last": False,
        "mean": True,
        "optimiser": True,
        "data": True,
        "generator": False,
    }


def test_parameters_stay_the_same_objects_where_torch_can_give_them_new_numbers() -> None:
    """What the lesson says of a card holds of every move within one kind of tensor: here to double precision."""
    net = torch.nn.Linear(3, 2)
    weight, optimiser = net.weight, torch.optim.Adam(net.parameters())
    net.to(torch.float64)
    assert net.weight is weight
    assert optimiser.param_groups[0]["params"][0] is net.weight


def test_the_course_fetches_three_times_a_batch() -> None:
    batch, epoch = (
        {quantity.name: quantity.value for quantity in Move().numbers(MoveParams(looked_at=way))[0].each}
        for way in ("batch", "epoch")
    )
    outputs, labels, loss = torch.zeros(32, 10), torch.zeros(32, dtype=torch.int64), torch.zeros(())
    assert batch["fetched"] == 3 * 562
    assert batch["fetched_bytes"] == 562 * (outputs.nbytes + labels.nbytes + loss.nbytes)
    assert (epoch["fetched"], epoch["fetched_bytes"]) == (2, 8)


def test_the_program_runs_without_a_card_too() -> None:
    params = MoveParams(mean="buffer", layers="module_list", optimiser="after", data="kept")
    [code] = [event for event in made(Move().compute(params)) if isinstance(event, Code)]
    assert printed(source_of(code.lines))["moved"] == [23.0]

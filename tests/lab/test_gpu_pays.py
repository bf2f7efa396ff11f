"""Where a card pays: what is timed and how it is told. How long it took is nobody's business here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.gpu import pays
from lab.topics.gpu.pays import Pays
from lab.topics.gpu.pays import work as tasks
from lab.topics.gpu.pays.figures import busy, clocks, gains, mistakes, name_of, numbers, times
from lab.topics.gpu.pays.params import PaysParams, Way
from lab.topics.gpu.pays.recorded import Recorded, entry, recorded
from lab.topics.gpu.pays.taken import Taken, crossing
from tests.lab.card import CARD, OnCard, inserted

ONE, TWO, CARDS = Way("cpu_1", 1), Way("cpu_2", 2), Way("card", 0)
FEW: dict[str, Any] = {"smallest": 4, "largest": 8, "points": 2, "repeats": 3, "batch_size": 4, "width": 4}


def filled(params: PaysParams, *ways: Way, ms: dict[str, list[float]]) -> Taken:
    """Return times by way and size, three repeats a little apart."""
    taken = Taken(ways, params.sizes)
    for way in ways:
        for size, one in zip(taken.sizes, ms[way.name], strict=False):
            taken.first[way.name, size] = 5 * one
            for factor in (0.99, 1.0, 1.01):
                taken.add(way, size, factor * one, 2 * one if way.threads == 2 else one)
                if not way.threads:
                    taken.asked.setdefault((way.name, size), []).append(0.01)
    return taken


def test_the_crossing_is_where_straight_lines_in_the_logarithm_cross() -> None:
    # One grows with n³, the other costs 8 and grows as fast, ten times as quick: 8 + n³/10 = n³ at n = 2.07.
    sizes = np.geomspace(0.5, 64, 200)
    found = crossing(dict(zip(sizes, sizes**3, strict=True)), dict(zip(sizes, 8 + sizes**3 / 10, strict=True)))
    assert found == pytest.approx((8 / 0.9) ** (1 / 3), rel=1e-3)
    assert crossing({1: 1.0, 2: 2.0}, {1: 2.0, 2: 1.0}) == pytest.approx(2**0.5)
    assert crossing({1: 1.0, 2: 2.0}, {1: 0.5, 2: 1.0}) == 1
    assert crossing({1: 1.0, 2: 2.0}, {1: 0.5, 2: 3.0}) is None
    # It has to stay faster: what is lost again is no crossing.
    assert crossing({1: 1.0, 2: 1.0, 4: 1.0, 8: 1.0}, {1: 2.0, 2: 0.5, 4: 2.0, 8: 0.5}) == pytest.approx(32**0.5)
    assert crossing({}, {1: 1.0}) is None


@pytest.mark.parametrize("work", ["product", "network", "convolution"])
@pytest.mark.parametrize("over", ["size", "batch"])
def test_operations_are_those_that_torch_counts(work: str, over: str) -> None:
    params = PaysParams(work=work, over=over, **FEW)
    n, batch = params.shape(6)
    with FlopCounterMode(display=False) as counted:
        if work == "product":
            _ = torch.zeros(n, n) @ torch.zeros(n, n)
        else:
            tasks.network(work, n)(torch.zeros((batch, n) if work == "network" else (batch, 1, 28, 28)))
    assert params.operations(6) == counted.get_total_flops()


@pytest.mark.parametrize("work", ["product", "network", "training", "convolution"])
def test_each_work_gives_the_same_on_every_way_and_its_results_where_they_were_asked_for(work: str) -> None:
    params = PaysParams(work=work, **FEW)
    exact = tasks.made(params, 8, ONE, "cpu", exact=True)()
    for way in (ONE, *([Way("x", 1, layout="channels_last")] if work == "convolution" else [])):
        np.testing.assert_allclose(tasks.made(params, 8, way, "cpu")().double(), exact, rtol=1e-4, atol=1e-5)
    mixed = Way("cpu_bfloat16", 1, precision="bfloat16")
    assert tasks.apart(params, 8, ONE, "cpu") < 1e-5 < 5e-4 < tasks.apart(params, 8, mixed, "cpu") < 0.03
    with inserted():
        there = tasks.made(params, 8, CARDS, str(CARD))()
        assert isinstance(there, OnCard)
        np.testing.assert_allclose(there.cpu().double(), exact, rtol=1e-4, atol=1e-5)
        back = tasks.made(params.replace(inputs=True, results=True), 8, CARDS, str(CARD))()
        assert not isinstance(back, OnCard)


def test_a_clock_is_read_when_the_card_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _card: said.append("waits"))
    monkeypatch.setattr("time.perf_counter", lambda: said.append("clock") or len(said) / 1000)  # type: ignore[func-returns-value]
    work = lambda: said.append("works") or torch.zeros(())  # type: ignore[func-returns-value]  # noqa: E731
    tasks.timed(work, "cuda:0", 2)
    assert said == ["waits", "clock", "works", "works", "waits", "clock"]
    said.clear()
    tasks.timed(work, "cuda:0", 1, synchronise=False)
    assert said == ["waits", "clock", "works", "clock"]


def test_a_run_on_a_card_times_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _card: None)
    page, events = Pays(), list[Event]()
    with inserted():
        context = Context(str(CARD), DataStore(Path("unused")), due=lambda *_: True, seen=lambda *_: True)
        events += page.run(PaysParams(threads=1, work="training", results=True, **FEW), context)
    result = events[-1]
    assert isinstance(result, Metrics)
    assert {"wall_ms_cpu_1", "wall_ms_card", "process_ms_card", "card_ratio"} <= result.values.keys()
    assert sum(isinstance(event, Progress) for event in events) == 2 * 3
    [*_, last] = [event for event in events if isinstance(event, Table) and event.name == "mistakes"]
    assert [str(row[0].value) for row in last.rows] == ["one core", "card"]
    assert last.rows[1][4].value is not None, "what was not waited for"


def test_threads_are_what_they_were_when_a_run_is_over_or_given_up() -> None:
    before = torch.get_num_threads()
    running = Pays().run(PaysParams(threads=2, **FEW), Context("cpu", DataStore(Path("unused"))))
    next(event for event in running if isinstance(event, Progress))
    running.close()
    assert torch.get_num_threads() == before


def test_what_takes_too_long_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "timed", lambda *_, **__: (10.0, 10.0))
    page = Pays()
    params = PaysParams(threads=1, smallest=2, largest=32, points=5, repeats=3, longest=1000.0)
    list(page.run(params, Context("cpu", DataStore(Path("unused")))))
    assert page._taken is not None
    assert page._taken.curve(ONE)[0].tolist() == [2, 4, 8, 16, 32]
    list(page.run(params.replace(longest=50.0), Context("cpu", DataStore(Path("unused")))))
    assert page._taken.curve(ONE)[0].tolist() == [2]


def test_times_gains_clocks_and_mistakes_are_told() -> None:
    params = PaysParams(smallest=16, largest=1024, points=4)
    assert params.sizes == (16, 64, 256, 1024)
    taken = filled(params, ONE, TWO, CARDS, ms={"cpu_1": [1, 2, 4, 8], "cpu_2": [2, 2.5, 3, 4.2], "card": [9, 9, 9, 9]})
    chart = times(params, taken, ())
    assert [str(line.label) for line in chart.lines if line.label] == ["one core", "2 threads", "card"]
    [mark] = chart.marks
    assert 64 < mark.value < 256
    gained = gains(params, taken, ()).lines[0]
    np.testing.assert_allclose(gained.y, [0.5, 0.8, 4 / 3, 8 / 4.2])
    np.testing.assert_allclose(clocks(params, taken).lines[1].y, [2, 2, 2, 2])
    wrong = mistakes(taken).rows
    assert [cell.value for cell in wrong[1][1:4]] == [4.2, 8.4, 21.0]
    assert [cell.mark for cell in wrong[1][2:4]] == ["bad", "bad"]
    assert wrong[2][4].value == 0.01
    table = numbers(params, taken, ()).table
    assert str(table.rows[2][4].value) == "never"
    assert table.rows[1][3].value == 1.9
    assert "lie apart" in str(table.rows[1][3].why)
    assert busy(taken) is None


def test_no_difference_is_no_difference() -> None:
    params = PaysParams(smallest=16, largest=64, points=2)
    taken = filled(params, ONE, TWO, ms={"cpu_1": [1, 2], "cpu_2": [1, 2.001]})
    assert not taken.told_apart(ONE, TWO, 64)
    assert "no difference" in str(numbers(params, taken, ()).table.rows[1][3].why)


def test_a_busy_computer_is_told() -> None:
    params = PaysParams(smallest=16, largest=64, points=2)
    taken = Taken((ONE,), params.sizes)
    taken.add(ONE, 64, 10.0, 3.0)
    said = busy(taken)
    assert isinstance(said, Remark)
    assert "30 % of a core" in str(said.message)


def test_what_was_recorded_is_shown_as_recorded_where_the_work_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = PaysParams(smallest=16, largest=1024, points=4)
    ways = {"cpu_1": {16: 1.0}, "card": {16: 2.0, 64: 2.0, 256: 2.0, 1024: 2.0}}
    whole = {"card": "A card", "recorded": "2026-12-01", "pays": [entry(params, ways)]}
    (tmp_path / "a-card.json").write_text(json.dumps(whole), encoding="utf-8")
    for name, text in {
        "none.json": "[1, 2",
        "other.json": json.dumps({"card": "B", "recorded": "x", "pays": [{"params": {"work": "?"}, "ways": {}}]}),
        "wild.json": json.dumps({**whole, "pays": [{**whole["pays"][0], "ways": {"card": [[16, -1.0]]}}]}),
        "list.json": "[]",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert recorded(params, tmp_path) == [
        Recorded("A card", "2026-12-01", "card", {16.0: 2.0, 64.0: 2.0, 256.0: 2.0, 1024.0: 2.0})
    ]
    assert recorded(params.replace(work="training"), tmp_path) == []
    assert recorded(params, tmp_path / "nowhere") == []
    monkeypatch.setattr(pays, "recorded", lambda params: recorded(params, tmp_path))
    charts = {e.name: e for e in made(Pays().preview(params, DataStore(tmp_path))) if isinstance(e, Chart)}
    assert [str(line.label) for line in charts["times"].lines if line.style == "dashes"] == [
        "recorded on 2026-12-01: A card, card"
    ]
    taken = filled(params, ONE, ms={"cpu_1": [1, 2, 4, 8]})
    rows = numbers(params, taken, recorded(params, tmp_path)).table.rows
    assert str(rows[1][0].value) == "recorded: A card, card"
    assert rows[1][4].value == 64
    assert rows[1][1].mark == "muted"


def test_wrong_values_get_a_sentence() -> None:
    with pytest.raises(ParamError, match="above 64"):
        PaysParams(smallest=64, largest=64)
    with pytest.raises(ParamError, match="channels"):
        PaysParams(compare="layout")
    assert [way.name for way in PaysParams(threads=6).ways(card=True)] == ["cpu_1", "cpu_2", "cpu_4", "cpu_6", "card"]
    assert str(name_of(Way("card_bfloat16", 0, precision="bfloat16"))) == "card, bfloat16"
    assert len(PaysParams(smallest=2, largest=3, points=9).sizes) == 2

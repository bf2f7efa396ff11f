"""The clocks: what is timed and how it is told. How long it took is nobody's business here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.events import Event, Metrics, Progress
from lab.core.experiment import Context
from lab.core.figures import Bars, Chart, Table
from lab.data.store import DataStore
from lab.topics.measures.time import Time, TimeParams
from lab.topics.measures.time.clocks import CLOCKS, Clocks, Work, works
from lab.topics.measures.time.figures import numbers
from lab.topics.measures.time.tasks import doing


def ran(**values: Any) -> list[Event]:
    params = TimeParams(**{"size": 32, "pause": 1.0, "repeats": 3, **values})
    return list(Time().run(params, Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: True)))


class Ticking:
    """A clock that goes on by a step at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_everything_is_timed_once_a_round_by_each_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for clock, step in (("wall", 0.001), ("process", 0.002), ("thread", 0.0005)):
        monkeypatch.setitem(CLOCKS, clock, Ticking(step))
    clocks, done = Clocks(works(2, card=False)), []
    for turn in range(3):
        clocks.measure(lambda work: done.append(work.name), turn)
    names = ["product_1", "product_2", "sleep"]
    # In turns: each round begins with another one.
    assert done == [*names, *names[1:], names[0], names[2], *names[:2]]
    for work in clocks.works:
        assert clocks.of(work, "wall") == pytest.approx([1.0] * 3)
        assert clocks.of(work, "process") == pytest.approx([2.0] * 3)
    table = numbers(clocks, 10, 5.0).table
    assert [cell.value for cell in table.rows[0][1:]] == [1.0, 2.0, 0.5, 2.0]
    assert "median of 3" in str(table.rows[0][1].why)


def test_a_product_is_the_same_however_many_threads_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.topics.measures.time import tasks

    results = []
    multiply = tasks._multiply

    def kept(left: Any, result: Any, rows: slice) -> None:
        multiply(left, result, rows)
        results.append((rows, left, result))

    monkeypatch.setattr(tasks, "_multiply", kept)
    with doing(33, 0.0, 4, "") as (do, _ready):
        for work in works(4, card=False):
            results.clear()
            do(work)
            if work.threads:
                assert len(results) == work.threads
                _rows, left, result = results[0]
                np.testing.assert_allclose(result, left @ left, rtol=1e-4, atol=1e-4)
                result[:] = 0


def test_the_result_has_each_clock_of_each_work_and_the_operations() -> None:
    events = ran(threads=2)
    result = events[-1]
    assert isinstance(result, Metrics)
    assert result.values["operations"] == 2 * 32**3
    wanted = {f"{clock}_ms_{work}" for work in ("product_1", "product_2", "sleep") for clock in CLOCKS}
    assert wanted <= result.values.keys()
    assert sum(isinstance(event, Progress) for event in events) == 3
    last = {event.key: event for event in events}
    bars, threads, repeats = last["Bars", "clocks"], last["Chart", "threads"], last["Chart", "repeats"]
    assert isinstance(bars, Bars)
    assert len(bars.labels) == 3
    assert len({panel.high for panel in bars.panels}) == 1
    assert isinstance(threads, Chart)
    assert isinstance(repeats, Chart)
    assert [len(line.x) for line in repeats.lines] == [3, 3, 3]


def test_before_it_runs_it_says_what_will_be_timed() -> None:
    events = list(Time().preview(TimeParams(), DataStore(Path("unused"))))
    assert {event.key for event in events} >= {("Bars", "clocks"), ("Table", "numbers"), ("Code", "code")}
    table = numbers(Clocks(works(1, card=True)), 8, 1.0).table
    assert [str(row[0].value) for row in table.rows[:4]] == [
        "threads: 1",
        "sleep",
        "card, not waited for",
        "card, waited for",
    ]
    assert isinstance(table, Table)
    assert table.rows[0][1].value is None


def test_a_card_is_waited_for_where_that_is_said_and_before_each_clock_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    waited: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    with doing(8, 0.0, 1, "cpu") as (do, ready):
        assert waited == ["cpu"]
        do(Work("card_call"))
        assert waited == ["cpu"]
        do(Work("card_done"))
        assert waited == ["cpu"] * 2
        clocks = Clocks(works(1, card=True))
        clocks.measure(do, 0, ready)
    # Before each of the four, and once as a part of what is timed.
    assert waited == ["cpu"] * 7

"""A run is saved beside its training, seldom enough that it costs little, and each scalar once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.catalogue import experiment
from lab.core.events import Event, Progress, Remark
from lab.core.experiment import Context, State
from lab.core.params import Params
from lab.data.store import DataStore
from lab.running import sessions
from lab.running.recording import Recorder, recorded
from lab.running.runs import Run
from lab.running.writer import Writer, interval
from tests.lab.counting import Counting, Inline, events


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = Run.create(tmp_path / "run", "test.counting", {"seed": 3}, "cpu", 1)
    made.acquire()
    return made


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Later(Inline):
    """Does what it is given when it is told to."""

    def __init__(self) -> None:
        self.job: tuple[Future[Any], Callable[[], Any]] | None = None

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        assert self.job is None
        future: Future[Any] = Future()
        self.job = future, lambda: work(*arguments, **named)
        return future

    def finish(self) -> None:
        assert self.job is not None
        (future, work), self.job = self.job, None
        future.set_result(work())


@pytest.mark.parametrize(("cost", "seconds"), [(0.0, 2.0), (0.04, 2.0), (0.1, 5.0), (12.0, 600.0)])
def test_the_interval_keeps_the_cost_at_two_percent(cost: float, seconds: float) -> None:
    assert interval(cost) == pytest.approx(seconds)


class Costly(Counting):
    """Each state takes `cost` seconds to copy; `saved` is when."""

    def __init__(self, clock: Clock, cost: float) -> None:
        super().__init__()
        self.clock, self.cost, self.saved = clock, cost, list[float]()

    def state(self) -> State:
        self.saved.append(self.clock.now)
        self.clock.now += self.cost
        return super().state()


def steps(recorder: Recorder, clock: Clock, seconds: float, until: float) -> None:
    """Do steps that take `seconds` each."""
    count = 0
    while clock.now < until:
        clock.now += seconds
        count += 1
        recorder.take(Progress(count, 10**9, 1, 1, False))
        assert recorder.keep_up() == []


@pytest.mark.parametrize(("cost", "apart"), [(0.001, 2.0), (0.1, 5.0), (12.0, 600.0)])
def test_what_costs_more_is_done_more_seldom(run: Run, cost: float, apart: float) -> None:
    clock = Clock()
    costly = Costly(clock, cost)
    recorder = Recorder(run, costly, clock=clock, writer=Writer(clock, Inline()))
    steps(recorder, clock, seconds=0.5, until=5 * apart)
    assert costly.saved[0] == 2.0
    between = [later - earlier for earlier, later in zip(costly.saved, costly.saved[1:], strict=False)]
    assert len(between) >= 3
    assert all(apart + cost <= gap <= apart + cost + 1.01 for gap in between)
    run.release()


def test_the_interval_begins_where_the_write_ends_and_one_is_in_flight(run: Run) -> None:
    clock, pool = Clock(), Later()
    costly = Costly(clock, 0.1)
    recorder = Recorder(run, costly, clock=clock, writer=Writer(clock, pool))
    steps(recorder, clock, seconds=0.25, until=60.0)
    assert costly.saved == [2.0]
    pool.finish()
    ended = clock.now
    steps(recorder, clock, seconds=0.25, until=ended + 5.0)
    assert costly.saved == [2.0]
    steps(recorder, clock, seconds=0.25, until=ended + 9.0)
    assert len(costly.saved) == 2
    run.release()


def test_the_time_of_the_write_is_part_of_the_cost(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()

    def save(*_arguments: object) -> None:
        clock.now += 3.0

    monkeypatch.setattr(run, "save", save)
    recorder = Recorder(run, Costly(clock, 1.0), clock=clock, writer=Writer(clock, Inline()))
    steps(recorder, clock, seconds=0.5, until=10.0)
    assert recorder.cost == pytest.approx(4.0)
    assert recorder.due_at == pytest.approx(6.5 + 200.0)
    run.release()


def blocked(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let each flush to the disk wait until the second event is set; the first tells that one began."""
    begun, free = threading.Event(), threading.Event()

    def fsync(_descriptor: int) -> None:
        begun.set()
        assert free.wait(60)

    monkeypatch.setattr("os.fsync", fsync)
    return begun, free


def beside(run: Run) -> Any:
    counting = Counting()
    context = Context("cpu", DataStore(run.folder))
    recorder = Recorder(run, counting, interval=lambda _cost: 0.0)
    return recorded(run, counting, counting.run(Params(), context), recorder)


def until(running: Any, step: int) -> None:
    for event in running:
        if isinstance(event, Progress) and event.step == step:
            return
    raise AssertionError(f"no step {step}")


def test_the_run_goes_on_while_it_is_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, free = blocked(monkeypatch)
    running = beside(run)
    until(running, 2)
    assert begun.wait(60)
    until(running, 9)
    assert run.checkpoints() == []
    free.set()
    list(running)
    assert run.checkpoint().step == 10
    assert run.info().status == "finished"
    assert [event.step for event in run.history(100)] == list(range(1, 11))


def test_closing_waits_for_the_write_and_saves_the_step_where_it_stands(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, free = blocked(monkeypatch)
    running = beside(run)
    until(running, 6)
    assert begun.wait(60)
    free.set()
    running.close()
    assert run.checkpoint().step == 6
    assert run.info().status == "stopped"
    assert not run.in_use()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("descent-writer")]


class Disk:
    """A disk that is full while `full`."""

    full = False

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        done = getattr(os, name.removeprefix("os."))

        def fails(*arguments: Any) -> object:
            if self.full:
                raise OSError(28, "No space left on device")
            return done(*arguments)

        monkeypatch.setattr(name, fails)


@pytest.mark.parametrize("fails", ["os.fsync", "os.replace"])
def test_while_the_disk_is_full_nothing_is_kept_twice(run: Run, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    disk = Disk(monkeypatch, fails)
    said: list[Event] = []
    for event in events(run):
        said.append(event)
        if isinstance(event, Progress):
            disk.full = event.step in (3, 4, 5, 8)
    remarks = [event for event in said if isinstance(event, Remark)]
    assert len(remarks) == 2
    lines = (run.folder / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)[1] for line in lines] == list(range(1, 11))
    assert run.checkpoint().step == 10
    assert run.info().status == "finished"


def test_a_disk_that_stays_full_does_not_fill_the_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, "os.replace")
    running = events(run)
    until(running, 4)
    next(running)
    disk.full = True
    said = list(running)
    assert len([event for event in said if isinstance(event, Remark)]) == 1
    lines = (run.folder / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)[1] for line in lines] == list(range(1, 11))
    assert run.checkpoint().step == 4


def test_a_state_that_cannot_be_written_at_all_fails_the_run(run: Run) -> None:
    class Odd(Counting):
        def state(self) -> State:
            return State({"count": torch.tensor([self.count])}, {"steps_done": self.count, "odd": object()})

    with pytest.raises(TypeError, match="JSON"):
        list(events(run, Odd()))
    assert run.info().status == "failed"
    assert not run.held


def frozen(state: State) -> tuple[dict[str, bytes], str]:
    arrays = {name: np.asarray(tensor).tobytes() for name, tensor in state.tensors.items()}
    return arrays, json.dumps(state.counters)


@pytest.mark.parametrize("identifier", ["cnn.mnist", "ann.playground", "ann.three_clusters"])
def test_a_state_is_a_copy_which_later_steps_leave_alone(identifier: str) -> None:
    session = sessions.start(identifier, experiment(identifier).params(), 1, kept=False)
    until(session.events, 2)
    state = session.experiment.state()
    before = frozen(state)
    until(session.events, 4)
    assert frozen(session.experiment.state()) != before
    assert frozen(state) == before
    session.close()

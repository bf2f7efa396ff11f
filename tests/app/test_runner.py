"""Runs in their thread, as the window sees them."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.runs import worker
from app.runs.event_buffer import EventBuffer, History
from app.runs.runner import Runner
from lab.core.events import Event, Metrics, Picture, Progress, Remark, Scalars
from lab.core.text import DataError, message
from lab.running import sessions
from lab.running.runs import Run
from lab.running.sessions import run_store
from tests.app.fakes import STEPS_PER_EPOCH, Count, CountParams, Record
from tests.app.leaks import settle
from tests.app.pages import Clock

LONG = CountParams(steps=10**8)


@pytest.fixture
def record(runner: Runner) -> Record:
    return Record(runner)


def wait(qtbot: QtBot, runner: Runner, *statuses: str) -> None:
    qtbot.waitUntil(lambda: runner.status in statuses, timeout=20_000)


def ended(qtbot: QtBot, runner: Runner, record: Record, result: Metrics) -> None:
    """Wait until the run with this result is over: not the one before it, which was finished too."""
    qtbot.waitUntil(lambda: runner.status == "finished" and result in record.events(), timeout=20_000)


def counted(runner: Runner) -> int:
    assert runner.session is not None
    return runner.session.experiment.count


def obeyed(qtbot: QtBot, runner: Runner, record: Record) -> None:
    """Wait until all that was asked has been looked at: a question is answered after it."""
    mark = f"mark {len(record.lines)}"
    runner.query({"mark": len(record.lines)})
    qtbot.waitUntil(lambda: any(isinstance(e, Remark) and mark in str(e.message) for e in record.events()))


def test_a_run_goes_to_its_end_and_is_kept(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(CountParams(steps=12))
    assert runner.busy
    wait(qtbot, runner, "finished")
    assert record.of("status")[-3:] == ["starting", "running", "finished"]
    assert [event.step for event in record.scalars()] == list(range(1, 13))
    assert Metrics({"value": 7e9 + 12}) in record.events()
    assert record.of("failed") == []
    [(run, info)] = run_store().all()
    assert info.status == "finished"
    assert not run.in_use()


def test_pause_holds_the_run_where_it_is_and_run_goes_on(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(LONG)
    qtbot.waitUntil(lambda: len(record.scalars()) > 10)
    runner.pause()
    wait(qtbot, runner, "paused")
    assert not runner.busy
    held = counted(runner)
    obeyed(qtbot, runner, record)
    assert counted(runner) == held
    # What is shown is the state at which the run rests.
    assert record.scalars()[-1].step == held
    assert runner.speed.progress is not None
    assert runner.speed.progress.step == held
    runner.go()
    qtbot.waitUntil(lambda: record.scalars()[-1].step > held)
    assert [event.step for event in record.scalars()] == list(range(1, record.scalars()[-1].step + 1))


@pytest.mark.parametrize(("until", "steps"), [("step", [1, 2, 3]), ("epoch", [5, 10, 15])])
def test_one_step_and_one_epoch(qtbot: QtBot, runner: Runner, record: Record, until: str, steps: list[int]) -> None:
    rests = []
    for _ in steps:
        with qtbot.waitSignal(runner.status_changed, check_params_cb=lambda: runner.status == "paused"):
            runner.start(LONG, until) if not rests else runner.go(until)
        rests.append(counted(runner))
    assert rests == steps
    assert [event.step for event in record.scalars()] == list(range(1, steps[-1] + 1))


def test_an_epoch_begun_by_steps_ends_where_it_ends(qtbot: QtBot, runner: Runner) -> None:
    runner.start(LONG, "step")
    wait(qtbot, runner, "paused")
    with qtbot.waitSignal(runner.status_changed, check_params_cb=lambda: runner.status == "paused"):
        runner.go("epoch")
    assert counted(runner) == STEPS_PER_EPOCH


def test_steps_after_a_pause_lead_to_the_end(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(CountParams(steps=2), "step")
    wait(qtbot, runner, "paused")
    with qtbot.waitSignal(runner.status_changed, check_params_cb=lambda: runner.status == "paused"):
        runner.go("step")
    assert counted(runner) == 2
    runner.go("step")
    wait(qtbot, runner, "finished")
    assert len(record.scalars()) == 2


def test_stop_comes_within_a_step(qtbot: QtBot, runner: Runner, record: Record, count: type[Count]) -> None:
    runner.start(LONG)
    qtbot.waitUntil(lambda: bool(record.scalars()))
    count.step_may_end.clear()
    qtbot.waitUntil(count.step_begins.is_set)
    before = counted(runner)
    runner.stop()
    count.step_may_end.set()
    wait(qtbot, runner, "stopped")
    assert counted(runner) <= before + 1
    [(run, info)] = run_store().all()
    assert info.status == "stopped"
    assert not run.in_use()


def test_a_stopped_run_can_be_continued(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(LONG)
    qtbot.waitUntil(lambda: len(record.scalars()) > 3)
    runner.stop()
    wait(qtbot, runner, "stopped")
    stopped = counted(runner)
    [(run, _)] = run_store().all()
    runner.resume(run.folder)
    qtbot.waitUntil(lambda: runner.status == "running" and counted(runner) > stopped, timeout=60_000)
    runner.stop()
    wait(qtbot, runner, "stopped")
    # The curves of both parts are there, without a gap.
    assert [event.step for event in record.scalars()] == list(range(1, counted(runner) + 1))
    assert record.of("failed") == []


def test_a_run_that_is_over_is_not_called_stopped(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(CountParams(steps=2))
    wait(qtbot, runner, "finished")
    runner.stop()
    runner.go()
    runner.pause()
    obeyed(qtbot, runner, record)
    assert runner.status == "finished"
    assert record.of("status")[-1] == "finished"
    assert run_store().all()[0][1].status == "finished"


def test_a_stopped_run_is_not_called_finished(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(LONG, "step")
    wait(qtbot, runner, "paused")
    runner.stop()
    runner.go()  # Pressed before the window knew of the stop.
    wait(qtbot, runner, "stopped")
    obeyed(qtbot, runner, record)
    assert "finished" not in record.of("status")
    assert runner.status == "stopped"


def test_the_latest_start_wins(qtbot: QtBot, runner: Runner, record: Record) -> None:
    for seed in range(6):
        runner.start(CountParams(steps=10, seed=seed))
    ended(qtbot, runner, record, Metrics({"value": 5e9 + 10}))
    assert [event.values["value"] for event in record.scalars()] == [5e9 + step for step in range(1, 11)]
    assert runner.session is not None
    assert runner.session.params == CountParams(steps=10, seed=5)
    assert not any(run.in_use() for run, _ in run_store().all())


def test_a_start_in_the_middle_of_a_run_shows_nothing_of_the_old_one(
    qtbot: QtBot, runner: Runner, record: Record
) -> None:
    for seed in range(5):
        runner.start(CountParams(steps=10**8, seed=seed))
        qtbot.waitUntil(lambda seed=seed: any(e.values["value"] // 1e9 == seed for e in record.scalars()))
    seeds: list[set[float]] = [set()]
    for kind, value in record.lines:
        if kind == "restarted":
            seeds.append(set())
        elif kind == "delivered":
            seeds[-1] |= {event.values["value"] // 1e9 for event in value if isinstance(event, Scalars)}
    assert [part for part in seeds if part] == [{0}, {1}, {2}, {3}, {4}]
    assert {event.values["value"] // 1e9 for event in runner.history.replay() if isinstance(event, Scalars)} == {4}


class Gate:
    """Keeps a run in its beginning, as the loading of torch does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.open = threading.Event(), threading.Event()
        start = sessions.start

        def slow(*arguments: Any, **named: Any) -> sessions.Session:
            self.reached.set()
            assert self.open.wait(20)
            return start(*arguments, **named)

        monkeypatch.setattr(sessions, "start", slow)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, count: type[Count]) -> Gate:
    return Gate(monkeypatch)


def test_reset_while_starting(qtbot: QtBot, runner: Runner, record: Record, gate: Gate) -> None:
    runner.start(LONG)
    assert gate.reached.wait(20)
    runner.reset()
    gate.open.set()
    wait(qtbot, runner, "idle")
    assert runner.session is None
    assert record.events() == []
    assert list(runner.history.replay()) == []
    assert not any(run.in_use() for run, _ in run_store().all())


def test_pause_and_stop_while_starting(qtbot: QtBot, runner: Runner, record: Record, gate: Gate) -> None:
    runner.start(LONG)
    assert gate.reached.wait(20)
    runner.pause()
    gate.open.set()
    wait(qtbot, runner, "paused")
    assert counted(runner) == 0
    runner.stop()
    wait(qtbot, runner, "stopped")
    assert record.of("failed") == []
    assert not any(run.in_use() for run, _ in run_store().all())


def test_close_while_starting(qtbot: QtBot, runner: Runner, gate: Gate) -> None:
    runner.start(LONG)
    assert gate.reached.wait(20)
    qtbot.waitUntil(lambda: runner.status == "starting")
    threading.Timer(0.05, gate.open.set).start()
    runner.close()
    closed(runner)
    assert not any(run.in_use() for run, _ in run_store().all())


def test_close_while_running_saves(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(LONG)
    qtbot.waitUntil(lambda: len(record.scalars()) > 10)
    runner.close()
    closed(runner)
    [(run, info)] = run_store().all()
    assert info.status == "stopped"
    assert not run.in_use()
    lines = (run.folder / "events.jsonl").read_text().splitlines()
    assert len(lines) >= counted(runner)


def closed(runner: Runner) -> None:
    """Nothing of a closed runner goes on, not even when its last words arrive."""
    assert runner._worker.isFinished()
    settle()
    assert not runner._timer.isActive()


def test_close_without_any_run_and_twice(runner: Runner) -> None:
    runner.close()
    runner.close()
    assert not runner._worker.isRunning()


ERRORS: dict[str, tuple[Exception, str, bool]] = {
    "torch": (
        RuntimeError("mat1 and mat2 shapes cannot be multiplied\nmore"),
        "The computation failed: mat1 and mat2 shapes cannot be multiplied. What was saved of the run stays.",
        False,
    ),
    "memory of torch": (
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        "There is not enough memory: [enforce fail] DefaultCPUAllocator: can't allocate memory.",
        False,
    ),
    "memory": (MemoryError(), "There is not enough memory: MemoryError.", False),
    "data": (DataError("The file {file} is cut short.", file="x.gz"), "The file x.gz is cut short.", False),
    "disk": (OSError(28, "No space left on device"), "The computation failed: [Errno 28]", False),
    "bug": (KeyError("colour"), "The computation failed: 'colour'.", True),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_said_and_the_runner_can_be_used_again(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count], name: str
) -> None:
    error, words, is_fault = ERRORS[name]
    count.error = error
    runner.start(CountParams(steps=10))
    wait(qtbot, runner, "failed")
    told = [(kind, value) for kind, value in record.lines if kind in ("failed", "status")]
    [place] = [place for place, (kind, _) in enumerate(told) if kind == "failed"]
    assert told[place][1].startswith(words)
    assert told[place + 1 :] == [("status", "failed")]
    assert runner.error is not None
    assert str(runner.error).startswith(words)
    assert record.of("crashed") == ([error] if is_fault else [])
    # The steps before it are shown, and the run is given free.
    assert [event.step for event in record.scalars()] == [1, 2, 3]
    [(run, info)] = run_store().all()
    assert info.status == "failed"
    assert not run.in_use()
    count.error = None
    runner.start(CountParams(steps=4))
    wait(qtbot, runner, "finished")
    assert runner.error is None
    assert len(record.scalars()) == 4


def test_a_run_that_cannot_begin_is_said(
    qtbot: QtBot, runner: Runner, record: Record, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runner.resume(tmp_path / "nowhere")
    wait(qtbot, runner, "failed")
    assert record.of("failed") == [f"There is no run in {tmp_path / 'nowhere'}."]
    assert runner.session is None
    runner.start(CountParams(steps=2))
    wait(qtbot, runner, "finished")


def test_a_look_that_fails_does_not_end_the_run(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count]
) -> None:
    runner.start(LONG)
    qtbot.waitUntil(lambda: bool(record.scalars()))
    count.query_error = RuntimeError("no such layer")
    with qtbot.waitSignal(runner.failed):
        runner.query({"image": 3})
    count.query_error = None
    seen = record.scalars()[-1].step
    qtbot.waitUntil(lambda: record.scalars()[-1].step > seen)
    assert runner.status == "running"
    runner.pause()
    wait(qtbot, runner, "paused")


def test_a_run_that_cannot_be_closed_does_not_hold_up_the_next(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count]
) -> None:
    runner.start(LONG, "step")
    wait(qtbot, runner, "paused")
    count.close_error = RuntimeError("cannot be put away")
    runner.start(CountParams(steps=10**8, seed=1))
    count.close_error = None
    qtbot.waitUntil(lambda: any(event.values["value"] // 1e9 == 1 for event in record.scalars()))
    assert runner.status == "running"


@pytest.mark.parametrize("ask", ["stop", "close"])
def test_an_end_that_fails_is_an_end(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count], ask: str
) -> None:
    runner.start(LONG, "step")
    wait(qtbot, runner, "paused")
    count.close_error = RuntimeError("cannot be put away")
    if ask == "close":
        runner.close()
        assert runner._worker.isFinished()
    else:
        runner.stop()
        wait(qtbot, runner, "stopped")
        assert record.of("failed") == ["The computation failed: cannot be put away. What was saved of the run stays."]


def test_a_question_before_the_run_is_answered_when_it_is_there(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count]
) -> None:
    count.step_may_end.clear()
    runner.start(LONG, "step")
    runner.query({"image": 3})
    runner.query({"image": 4, "cell": 1})
    qtbot.waitUntil(lambda: any(isinstance(e, Remark) and "cell 1, image 4" in str(e.message) for e in record.events()))
    count.step_may_end.set()
    wait(qtbot, runner, "paused")


def test_what_was_picked_is_delivered_once(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(LONG, "step")
    runner.query({"image": 3})
    wait(qtbot, runner, "paused")
    obeyed(qtbot, runner, record)
    said = [str(event.message) for event in record.events() if isinstance(event, Remark)]
    assert sum("image 3" in words for words in said) <= 1
    assert "image" not in said[-1]
    assert runner.session is not None
    # Whoever trains still knows which image is shown.
    assert runner.session.context.choices["image"] == 3


def test_a_question_to_the_old_run_is_not_put_to_the_new_one(
    qtbot: QtBot, runner: Runner, record: Record, gate: Gate
) -> None:
    runner.start(LONG)
    assert gate.reached.wait(20)
    runner.query({"weights": "of another network"})
    runner.start(CountParams(steps=3, seed=2))
    gate.open.set()
    ended(qtbot, runner, record, Metrics({"value": 2e9 + 3}))
    obeyed(qtbot, runner, record)
    assert not any("weights" in str(e.message) for e in record.events() if isinstance(e, Remark))


def test_what_nobody_sees_is_not_made(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(CountParams(steps=50))
    wait(qtbot, runner, "finished")
    assert not any(isinstance(event, Picture) for event in record.events())
    runner.watch({(Picture, None): 1000.0})
    runner.start(CountParams(steps=50, seed=8))
    ended(qtbot, runner, record, Metrics({"value": 8e9 + 50}))
    assert sum(isinstance(event, Picture) for event in record.events()) == 1


def test_on_a_computer_that_has_just_started_the_first_figure_is_due_at_once(
    qtbot: QtBot, runner: Runner, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch).now = 3.0
    runner.watch({(Picture, None): 1000.0})
    runner.start(CountParams(steps=50))
    ended(qtbot, runner, record, Metrics({"value": 7e9 + 50}))
    assert sum(isinstance(event, Picture) for event in record.events()) == 1


def test_a_figure_that_is_due_waits_a_moment_for_somebody_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, one = Clock(monkeypatch), worker.Worker(EventBuffer())
    one.watch({(Picture, "count"): 0.2})
    one._made_at[Picture.__name__, "count"] = clock.now
    clock.now += 0.25
    assert one.due(Picture, "count")
    one.ask(worker.STATE)
    assert not one.due(Picture, "count")
    clock.now += worker.ANSWER_SECONDS
    assert one.due(Picture, "count")


def test_of_each_kind_only_the_newest_waits_but_all_scalars(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count]
) -> None:
    runner.watch({(Picture, None): 0.0})
    runner.start(CountParams(steps=2000))
    # The window is busy meanwhile: nothing is delivered.
    assert count.run_ended.wait(30)
    assert record.of("delivered") == []
    wait(qtbot, runner, "finished")
    kinds = [event.key for event in record.events() if not isinstance(event, Scalars)]
    assert len(kinds) == len(set(kinds))
    assert [event.step for event in record.scalars()] == list(range(1, 2001))
    assert Progress(2000, 2000, 400, 400, True) in record.events()


def test_history_replays_what_was_delivered(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.watch({(Picture, None): 0.0})
    runner.start(CountParams(steps=200))
    wait(qtbot, runner, "finished")
    replayed = list(runner.history.replay())
    for name in ("batch", "epoch"):
        assert [e for e in replayed if isinstance(e, Scalars) and e.name == name] == record.scalars(name)
    newest = {event.key: event for event in record.events() if not isinstance(event, Scalars)}
    assert {event.key: event for event in replayed if not isinstance(event, Scalars)} == newest
    assert runner.history.newest(Picture) is newest["Picture", "count"]
    runner.reset()
    wait(qtbot, runner, "idle")
    assert list(runner.history.replay()) == []


def test_history_of_a_long_run_is_small() -> None:
    history, steps = History(), 100_000
    tracemalloc.start()
    try:
        for step in range(steps):
            history.keep(Scalars("batch", step, {"train_loss": step / 3, "train_accuracy": 0.5}))
            history.keep(Progress(step, steps, 1, 1, False))
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A step and two numbers are 24 bytes; arrays keep some room to grow.
    assert used < 1.3 * 24 * steps


def test_buffer_tells_that_a_run_began_even_when_it_has_nothing_to_say() -> None:
    buffer = EventBuffer()
    buffer.put(Scalars("batch", 1, {"loss": 1.0}))
    buffer.begin()
    assert buffer.drain() == (True, [])
    assert buffer.drain() == (False, [])
    events: list[Event] = [Remark("a", message("one")), Remark("b", message("two")), Remark("a", message("three"))]
    for event in events:
        buffer.put(event)
    assert buffer.drain() == (False, [events[2], events[1]])


@pytest.mark.parametrize("make", [lambda: ValueError(""), lambda: RuntimeError("  \n"), lambda: RuntimeError("a\nb")])
def test_a_sentence_is_one_line(make: Callable[[], Exception]) -> None:
    words = str(worker.sentence(make()))
    assert "\n" not in words
    assert ": ." not in words


def test_a_run_in_use_elsewhere_is_refused(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.start(LONG, "step")
    wait(qtbot, runner, "paused")
    runner.stop()
    wait(qtbot, runner, "stopped")
    [(run, _)] = run_store().all()
    other = Run(run.folder)
    other.acquire()
    try:
        runner.resume(run.folder)
        wait(qtbot, runner, "failed")
    finally:
        other.release()
    assert record.of("failed") == [f"The run {run.folder} is going on in another window."]

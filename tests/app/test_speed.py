"""Runs that are held to a speed, so that they can be watched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.runs.runner import Runner
from lab.core.events import Remark
from tests.app.fakes import Count, CountParams, Record
from tests.app.leaks import settle
from tests.app.pages import Clock, choose, metrics, page_of
from tests.app.windows import Opener, press, waiter

LIFE = "maths.life"
LONG = CountParams(steps=10**8)
AN_HOUR = 1 / 3600
"""A step an hour: who waits for the next one waits too long."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def runner(qtbot: QtBot, count: type[Count], clock: Clock) -> Iterator[Runner]:
    runner = Runner(count.id)
    yield runner
    count.step_may_end.set()
    runner.close()


@pytest.fixture
def record(runner: Runner) -> Record:
    return Record(runner)


def steps(record: Record) -> int:
    return len(record.scalars())


def said(record: Record) -> str:
    return "\n".join(str(event.message) for event in record.events() if isinstance(event, Remark))


def asked(qtbot: QtBot, runner: Runner, record: Record) -> None:
    """Let the thread look around: a question is answered, and after it comes what is due."""
    for _ in range(3):
        place = len(record.lines)
        runner.query({"mark": place})
        qtbot.waitUntil(lambda place=place: f"mark {place} " in said(record))
    runner.deliver()


def held(qtbot: QtBot, runner: Runner, record: Record, wanted: int) -> None:
    """Wait for a number of steps, and see that there are no more of them."""
    qtbot.waitUntil(lambda: steps(record) >= wanted)
    asked(qtbot, runner, record)
    assert steps(record) == wanted


# The thread.


@pytest.mark.parametrize("command", ["pause", "stop", "full speed", "reset", "start", "close"])
def test_who_waits_for_the_next_step_hears_at_once(
    qtbot: QtBot, runner: Runner, record: Record, clock: Clock, command: str
) -> None:
    runner.set_speed(AN_HOUR)
    runner.start(CountParams(steps=500))
    held(qtbot, runner, record, 1)
    match command:
        case "pause":
            runner.pause()
            qtbot.waitUntil(lambda: runner.status == "paused")
            assert steps(record) == 1
        case "stop":
            runner.stop()
            qtbot.waitUntil(lambda: runner.status == "stopped")
            assert steps(record) == 1
        case "full speed":
            runner.set_speed(None)
            qtbot.waitUntil(lambda: runner.status == "finished")
            assert steps(record) == 500
        case "reset":
            runner.reset()
            qtbot.waitUntil(lambda: runner.status == "idle")
        case "start":
            runner.start(LONG)
            qtbot.waitUntil(lambda: len(record.of("restarted")) == 2 and steps(record) == 1)
        case _:
            runner.close()
            assert not runner._worker.isRunning()


def test_a_step_comes_when_its_time_has_come(qtbot: QtBot, runner: Runner, record: Record, clock: Clock) -> None:
    runner.set_speed(1.0)
    runner.start(LONG)
    held(qtbot, runner, record, 1)
    for wanted in (2, 3, 4):
        clock.now += 0.9
        held(qtbot, runner, record, wanted - 1)
        clock.now += 0.1
        held(qtbot, runner, record, wanted)


def test_a_new_speed_counts_from_now(qtbot: QtBot, runner: Runner, record: Record) -> None:
    runner.set_speed(AN_HOUR)
    runner.start(LONG)
    held(qtbot, runner, record, 1)
    runner.set_speed(1.0)
    held(qtbot, runner, record, 2)


def test_what_was_not_done_in_a_pause_is_not_made_up_for(
    qtbot: QtBot, runner: Runner, record: Record, clock: Clock
) -> None:
    runner.set_speed(1.0)
    runner.start(LONG)
    held(qtbot, runner, record, 1)
    runner.pause()
    qtbot.waitUntil(lambda: runner.status == "paused")
    clock.now += 100
    held(qtbot, runner, record, 1)
    runner.go()
    held(qtbot, runner, record, 2)
    clock.now += 1
    held(qtbot, runner, record, 3)


def test_what_a_slow_step_held_up_is_not_made_up_for(
    qtbot: QtBot, runner: Runner, record: Record, count: type[Count], clock: Clock
) -> None:
    runner.set_speed(1.0)
    count.step_may_end.clear()
    runner.start(LONG)
    qtbot.waitUntil(count.step_begins.is_set)
    clock.now += 100
    count.step_may_end.set()
    # The step that is overdue, and one from which the time is counted anew; not a hundred.
    qtbot.waitUntil(lambda: steps(record) >= 2)
    asked(qtbot, runner, record)
    assert steps(record) in (2, 3)


def test_a_step_by_hand_does_not_wait(qtbot: QtBot, runner: Runner, record: Record, clock: Clock) -> None:
    runner.set_speed(AN_HOUR)
    runner.start(LONG, "step")
    for wanted in (1, 2, 3):
        held(qtbot, runner, record, wanted)
        assert runner.status == "paused"
        runner.go("step")
    held(qtbot, runner, record, 4)


# The window.


@pytest.fixture
def life(open_window: Opener, clock: Clock) -> Page:
    page = page_of(open_window(LIFE), LIFE)
    page.form.set_texts({"pattern": "glider", "size": "16", "generations": "500"})
    return page


def step(page: Page) -> int:
    progress = page.runner.speed.progress
    return 0 if progress is None else progress.step


def test_pause_stop_and_full_speed_while_a_run_is_held_up(qtbot: QtBot, life: Page) -> None:
    wait = waiter(qtbot)
    choose(life.controls.speed, 1.0)
    press(life, "run")
    wait(lambda: step(life) == 1)
    press(life, "pause")
    wait(lambda: life.runner.status == "paused")
    assert step(life) == 1
    assert "step 1/500" in life.controls.words.text()
    press(life, "step")
    wait(lambda: step(life) == 2 and life.runner.status == "paused")
    press(life, "run")
    wait(lambda: step(life) == 3)
    press(life, "stop")
    wait(lambda: life.runner.status == "stopped")
    assert step(life) == 3
    press(life, "run")
    wait(lambda: life.runner.status == "running" and step(life) == 1)
    # The clock stands still: it comes to its end only because nothing holds it up any more.
    choose(life.controls.speed, None)
    wait(lambda: life.runner.status == "finished")
    assert step(life) == 500
    assert metrics(life)["generations"] == 500


@pytest.mark.parametrize("speed", [1.0, 60.0, None])
def test_the_speed_stays_when_the_page_is_built_anew(qtbot: QtBot, open_window: Opener, speed: float | None) -> None:
    window = open_window(LIFE)
    box = page_of(window, LIFE).controls.speed
    offered = [box.itemData(place) for place in range(box.count())]
    assert box.currentData() == 10.0
    choose(box, speed)
    for rebuild in (lambda: window.switch_language("fa"), lambda: window.switch_theme("dark")):
        rebuild()
        settle()
        box = page_of(window, LIFE).controls.speed
        assert box.isVisible()
        assert box.currentData() == speed
        assert box.currentIndex() >= 0
        assert window.runners[LIFE].steps_per_second == speed
        assert [box.itemData(place) for place in range(box.count())] == offered
    choose(box, 10.0)
    assert window.runners[LIFE].steps_per_second == 10.0


@pytest.mark.parametrize(("name", "watched"), [("gradient_descent.grid", False), (LIFE, True)])
def test_only_what_is_watched_has_a_speed(open_window: Opener, name: str, watched: bool) -> None:
    assert page_of(open_window(name), name).controls.speed.isVisible() == watched

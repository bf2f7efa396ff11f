"""The Game of Life on its page: it is drawn on before and while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.cells.view import CellsView
from app.views.chart.view import ChartView
from app.views.table.view import TableView
from lab.running import sessions
from tests.app.leaks import settle
from tests.app.mouse import LEFT, move
from tests.app.pages import (
    Clock,
    at_full_speed,
    beside,
    choose,
    drag,
    hover,
    metrics,
    named,
    opened,
    page_of,
    ready,
    step,
)
from tests.app.windows import Opener, press, view, waiter

LIFE = "maths.life"
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


def cell(cells: CellsView, row: int, column: int) -> QPointF:
    return cells.board().cell_area(row, column).center()


def click(cells: CellsView, *places: tuple[int, int]) -> None:
    for place in places:
        QTest.mouseClick(cells, LEFT, pos=cell(cells, *place).toPoint())


def alive(page: Page) -> set[tuple[int, int]]:
    """Return the living cells on the screen."""
    return {(int(row), int(column)) for row, column in np.argwhere(view(page, CellsView).alive)}


def counted(page: Page) -> int:
    """Return how many living cells the experiment knows of."""
    found: int = beside(named(page, TableView, "numbers"), "living cells")
    return found


BLOCK = {(2, 2), (2, 3), (3, 2), (3, 3)}
UPRIGHT, LYING = {(7, 8), (8, 8), (9, 8)}, {(8, 7), (8, 8), (8, 9)}
EMPTY = {"pattern": "empty", "size": "16", "generations": "500"}


@pytest.mark.parametrize("hand", ["stroke", "clicks", "keys"])
def test_what_is_drawn_before_a_run_is_what_lives(wait: Wait, open_window: Opener, hand: str) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    cells = view(page, CellsView)
    if hand == "stroke":
        QTest.mousePress(cells, LEFT, pos=cell(cells, 7, 8).toPoint())
        # Meanwhile the thread begins, and the world is made.
        wait(lambda: page.runner.status == "paused")
        for row in (8, 9):
            move(cells, cell(cells, row, 8).toPoint(), LEFT)
        QTest.mouseRelease(cells, LEFT, pos=cell(cells, 9, 8).toPoint())
    elif hand == "clicks":
        click(cells, *UPRIGHT)
    else:
        cells.setFocus()
        for key in (*[Qt.Key.Key_Down] * 7, *[Qt.Key.Key_Right] * 8, Qt.Key.Key_Space):
            QTest.keyClick(cells, key)
        for _ in range(2):
            QTest.keyClick(cells, Qt.Key.Key_Down)
            QTest.keyClick(cells, Qt.Key.Key_Space)
    assert alive(page) == UPRIGHT
    wait(lambda: counted(page) == 3)
    assert alive(page) == UPRIGHT
    assert ready(page)
    press(page, "step")
    wait(lambda: step(page) == 1 and page.runner.status == "paused")
    assert alive(page) == LYING
    assert page.controls.button("run").text() == "Continue"
    at_full_speed(page)
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert alive(page) == UPRIGHT
    assert metrics(page).items() >= {"generations": 500, "population": 3, "period": 2}.items()


def test_drawing_while_it_runs(wait: Wait, open_window: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    _, page = opened(open_window, LIFE, EMPTY | {"generations": "1000000"})
    press(page, "run")
    wait(lambda: step(page) == 1)
    cells = view(page, CellsView)
    drag(cells, cell(cells, 2, 2), cell(cells, 2, 3), cell(cells, 3, 3), cell(cells, 3, 2))
    assert page.runner.busy
    wait(lambda: counted(page) == 4)
    assert step(page) == 1
    for generation in (2, 3):
        clock.now += 0.1
        # The thread looks at its clock again.
        hover(cells, cell(cells, 12, generation))
        wait(lambda generation=generation: step(page) == generation)
    assert alive(page) == BLOCK
    press(page, "pause")
    wait(lambda: page.runner.status == "paused")
    assert counted(page) == 4
    assert alive(page) == BLOCK


def test_another_pattern_takes_the_place_of_what_was_drawn(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    cells = view(page, CellsView)
    click(cells, (1, 1), (14, 14))
    wait(lambda: counted(page) == 2)
    choose(page.form.editor("pattern"), "blinker")
    wait(lambda: page.runner.status == "idle")
    blinker = alive(page)
    assert len(blinker) == 3
    assert not blinker & {(1, 1), (14, 14)}
    assert ready(page)
    # What is drawn now is not drawn together with what was drawn then.
    click(cells, (1, 14))
    wait(lambda: counted(page) == 4)
    assert alive(page) == blinker | {(1, 14)}


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What a run has to wait for before it is there."""
    gate, start = threading.Event(), sessions.start

    def slow(*arguments: Any, **options: Any) -> sessions.Session:
        assert gate.wait(30)
        return start(*arguments, **options)

    monkeypatch.setattr(sessions, "start", slow)
    yield gate
    gate.set()


def test_what_is_drawn_before_the_world_is_there_is_not_lost(
    wait: Wait, open_window: Opener, gate: threading.Event
) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    at_full_speed(page)
    click(view(page, CellsView), *UPRIGHT)
    assert page.runner.status == "starting"
    assert ready(page)
    press(page, "run")
    gate.set()
    wait(lambda: page.runner.status == "finished")
    assert metrics(page).items() >= {"generations": 500, "population": 3, "period": 2}.items()
    assert alive(page) == UPRIGHT


def test_an_edit_before_the_world_is_there_runs_nothing(wait: Wait, open_window: Opener, gate: threading.Event) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    click(view(page, CellsView), (1, 1))
    choose(page.form.editor("pattern"), "blinker")
    gate.set()
    wait(lambda: page.runner.status == "idle")
    assert ready(page)
    assert step(page) == 0
    assert len(alive(page)) == 3
    assert (1, 1) not in alive(page)


def test_an_edit_and_run_at_once_run_what_was_edited(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    click(view(page, CellsView), (1, 1))
    wait(lambda: page.runner.status == "paused")
    at_full_speed(page)
    choose(page.form.editor("pattern"), "blinker")
    # Before the thread has even heard of it.
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert metrics(page).items() >= {"generations": 500, "population": 3, "period": 2}.items()


def test_reset_takes_back_what_was_drawn(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY | {"pattern": "blinker"})
    blinker = alive(page)
    assert not page.controls.button("reset").isEnabled()
    click(view(page, CellsView), (1, 1))
    wait(lambda: counted(page) == 4)
    press(page, "reset")
    wait(lambda: page.runner.status == "idle")
    assert alive(page) == blinker


@pytest.mark.parametrize("when", ["drawn", "running", "paused"])
def test_the_world_stays_when_the_page_is_built_anew(
    qtbot: QtBot, wait: Wait, open_window: Opener, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    clock = Clock(monkeypatch)
    window, page = opened(open_window, LIFE, EMPTY | {"generations": "1000000"})
    click(view(page, CellsView), *UPRIGHT)
    wait(lambda: counted(page) == 3)
    if when != "drawn":
        press(page, "run")
        wait(lambda: step(page) == 1)
    if when == "paused":
        press(page, "pause")
        wait(lambda: page.runner.status == "paused")
    before = step(page)
    qtbot.mouseClick(window.language_button, LEFT)
    page = page_of(window, LIFE)
    settle()
    assert alive(page) == (UPRIGHT if when == "drawn" else LYING)
    assert named(page, ChartView, "population").picture is not None
    assert page.runner.busy == (when == "running")
    # A block beside them, drawn on the new page.
    click(view(page, CellsView), *BLOCK)
    wait(lambda: counted(page) == 7)
    assert step(page) == before
    if when == "running":
        clock.now += 0.1
        page.runner.query({})
    else:
        press(page, "step")
    wait(lambda: step(page) == before + 1 and counted(page) == 7)
    wait(lambda: alive(page) == BLOCK | (LYING if when == "drawn" else UPRIGHT))

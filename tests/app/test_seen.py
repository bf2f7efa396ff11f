"""Nothing is computed that nobody looks at, and what is looked at now is there at once."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.pages import page as pages
from app.pages.layout import Layout, cell, row
from app.pages.page import Page
from app.runs import worker
from app.runs.runner import Runner
from app.views.chart.view import ChartView
from lab.core.events import Event, Metrics, Progress, lazily, made
from lab.core.experiment import ClosedForm, Context, Experiment
from lab.core.figures import Axis, Chart, Line
from lab.core.lessons import Lesson
from lab.core.params import Params, integer
from lab.core.text import LabError
from tests.app.fakes import alone
from tests.app.windows import waiter

Wait = Callable[[Callable[[], bool]], None]
FRONT, BEHIND = "front", "behind"


@dataclass(frozen=True, kw_only=True)
class HeightParams(Params):
    steps: int = integer(5, 1, 10**9, label="Steps", help="How far to count.", group="Run")
    height: int = integer(1, 0, 100, slider=True, label="Height", help="Of the lines.", group="Run")


class Drawn:
    """Draws two charts and counts how often."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()

    def chart(self, name: str, height: float) -> Chart:
        self.count[name] += 1
        return Chart(name, (Line("", np.array([0.0, 1.0]), np.full(2, height), "line"),), Axis("x"), Axis("y"))

    def both(self, height: float) -> Iterator[Event]:
        for name in (FRONT, BEHIND):
            yield lazily(Chart, name, self.chart, name, height)


def counting(drawn: Drawn) -> type[Experiment[HeightParams]]:
    class Heights(Experiment[HeightParams]):
        id: ClassVar[str] = "fake.heights"
        title: ClassVar[str] = "Heights"
        params: ClassVar[type[Params]] = HeightParams
        persistent: ClassVar[bool] = False
        needs_torch: ClassVar[bool] = False
        step = 0

        def preview(self, params: HeightParams, data: object) -> Iterator[Event]:
            drawn.count["preview"] += 1
            return drawn.both(0.0)

        def run(self, params: HeightParams, context: Context) -> Generator[Event, None, None]:
            for self.step in range(1, params.steps + 1):
                yield from context.made(drawn.both(self.step))
                yield Progress(self.step, params.steps, 1, 1, False)
            yield from context.made(drawn.both(self.step), everything=True)
            yield Metrics({"step": float(self.step)})

        def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
            return drawn.both(self.step)

    return Heights


def closed(drawn: Drawn) -> type[Experiment[HeightParams]]:
    class Heights(ClosedForm[HeightParams]):
        id: ClassVar[str] = "fake.heights"
        title: ClassVar[str] = "Heights"
        params: ClassVar[type[Params]] = HeightParams

        def compute(self, params: HeightParams) -> Iterator[Event]:
            return drawn.both(params.height)

    return Heights


class Tabs:
    """A page with a chart that is seen and one behind it, in another tab."""

    def __init__(self, qtbot: QtBot, made_of: type[Experiment[HeightParams]]) -> None:
        views = cell(*(lambda name=name: ChartView(name, name) for name in (FRONT, BEHIND)))
        self.runner = Runner(made_of.id)
        lesson = Lesson("Heights", made_of.id, 1, ())
        self.page = Page(Layout(made_of.id, (row(views),)), lesson, self.runner, Settings())
        qtbot.addWidget(self.page)
        self.page.show()
        self.tabs = self.page.findChild(QTabWidget)

    def height(self, place: int) -> float | None:
        """Return what the chart of a tab shows."""
        chart = self.page.views[place]
        assert isinstance(chart, ChartView)
        return None if chart._chart is None else float(chart._chart.lines[0].y[0])

    def slide(self, *heights: int) -> None:
        """Move the slider, faster than anything can be drawn."""
        for height in heights:
            self.page.form._sliders["height"].setValue(height)

    def close(self) -> None:
        self.page.shutdown()
        self.runner.close()


@pytest.fixture
def drawn() -> Drawn:
    return Drawn()


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


@pytest.fixture
def running(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, drawn: Drawn) -> Iterator[Tabs]:
    experiment = counting(drawn)
    alone(monkeypatch, experiment)
    tabs = Tabs(qtbot, experiment)
    yield tabs
    tabs.close()


def test_a_chart_in_a_hidden_tab_is_never_made(wait: Wait, drawn: Drawn, running: Tabs) -> None:
    assert (running.height(0), running.height(1)) == (0, None)
    running.page.press("run")
    wait(lambda: running.runner.status == "finished")
    wait(lambda: running.height(0) == 5)
    assert drawn.count[BEHIND] == 0
    # The beginning, the first step at least, the end, and the rest.
    assert drawn.count[FRONT] >= 3


def test_a_tab_that_is_opened_shows_the_present_state_at_once(wait: Wait, drawn: Drawn, running: Tabs) -> None:
    running.page.press("step")
    wait(lambda: running.runner.status == "paused" and running.height(0) == 1)
    running.page.press("step")
    wait(lambda: running.runner.status == "paused" and running.height(0) == 2)
    front = drawn.count[FRONT]
    running.tabs.setCurrentIndex(1)
    wait(lambda: running.height(1) == 2)
    # Of what was seen before nothing is made again.
    assert drawn.count[FRONT] == front


def test_a_tab_that_is_opened_while_it_runs_slowly_does_not_wait_for_the_next_step(wait: Wait, running: Tabs) -> None:
    running.runner.set_speed(1e-6)
    running.page.press("run")
    wait(lambda: running.height(0) == 1)
    running.tabs.setCurrentIndex(1)
    wait(lambda: running.height(1) == 1)
    assert running.runner.status == "running"


def test_before_a_run_a_tab_that_is_opened_shows_what_the_form_describes(drawn: Drawn, running: Tabs) -> None:
    assert drawn.count[BEHIND] == 0
    running.tabs.setCurrentIndex(1)
    assert running.height(1) == 0
    assert drawn.count == {"preview": 1, FRONT: 1, BEHIND: 1}


def test_a_preview_is_asked_for_once_for_the_same_parameters(wait: Wait, drawn: Drawn, running: Tabs) -> None:
    running.page.press("run")
    wait(lambda: running.runner.status == "finished")
    running.page.press("reset")
    wait(lambda: running.runner.status == "idle")
    assert running.height(0) == 0
    assert drawn.count["preview"] == 1
    running.page.form.set_texts({"height": "2"})
    assert drawn.count["preview"] == 2


def test_a_closed_form_follows_the_hand_in_the_tab_that_is_seen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, drawn: Drawn
) -> None:
    experiment = closed(drawn)
    alone(monkeypatch, experiment)
    tabs = Tabs(qtbot, experiment)
    for height in (3, 4):
        tabs.page.form.set_texts({"height": str(height)})
    assert (tabs.height(0), tabs.height(1)) == (4, None)
    assert drawn.count == {FRONT: 3}
    tabs.tabs.setCurrentIndex(1)
    assert tabs.height(1) == 4
    assert drawn.count == {FRONT: 3, BEHIND: 1}
    tabs.close()


def test_what_is_computed_beside_the_window_is_made_when_its_tab_is_opened(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, wait: Wait, drawn: Drawn
) -> None:
    experiment = closed(drawn)
    monkeypatch.setattr(experiment, "mode", "background")
    alone(monkeypatch, experiment)
    tabs = Tabs(qtbot, experiment)
    for height in (3, 4):
        tabs.page.form.set_texts({"height": str(height)})
        wait(lambda height=height: tabs.height(0) == height)
    assert drawn.count[BEHIND] == 0
    front = drawn.count[FRONT]
    tabs.tabs.setCurrentIndex(1)
    wait(lambda: tabs.height(1) == 4)
    assert drawn.count == {FRONT: front, BEHIND: 1}
    tabs.close()


class Slow(Drawn):
    """Draws in its own time where that is beside the window."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.heights: list[float] = []

    def chart(self, name: str, height: float) -> Chart:
        if threading.current_thread() is not threading.main_thread():
            self.heights.append(height)
            self.begun.set()
            assert self.go_on.wait(60)
        if height == 13:
            raise LabError("Not 13.")
        return super().chart(name, height)


@pytest.fixture
def slow(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Slow, Tabs]]:
    drawn = Slow()
    experiment = closed(drawn)
    alone(monkeypatch, experiment)
    monkeypatch.setattr(pages, "LONGEST_PREVIEW_MS", -1.0)
    tabs = Tabs(qtbot, experiment)
    yield drawn, tabs
    drawn.go_on.set()
    tabs.close()


def test_what_takes_longer_than_a_frame_is_made_beside_a_slider_that_moves(wait: Wait, slow: tuple[Slow, Tabs]) -> None:
    drawn, tabs = slow
    tabs.slide(3)
    assert drawn.begun.wait(60)
    tabs.slide(4, 5, 6)
    assert tabs.height(0) == 1
    drawn.go_on.set()
    wait(lambda: not tabs.page.previewer.waits)
    assert tabs.height(0) == 6
    # What was begun is finished; of what was asked for since then only the newest is begun.
    assert drawn.heights == [3, 6]
    tabs.tabs.setCurrentIndex(1)
    assert tabs.height(1) == 6
    assert drawn.count == {FRONT: 3, BEHIND: 1}


def test_what_is_shown_at_once_is_not_overtaken_by_what_was_begun_before(wait: Wait, slow: tuple[Slow, Tabs]) -> None:
    drawn, tabs = slow
    tabs.slide(3)
    assert drawn.begun.wait(60)
    tabs.page.form.set_texts({"height": "8"})
    assert tabs.height(0) == 8
    drawn.go_on.set()
    tabs.slide(9)
    wait(lambda: tabs.height(0) == 9)
    assert drawn.heights == [3, 9]


def test_what_is_refused_beside_the_window_is_said_until_the_slider_moves_on(
    wait: Wait, slow: tuple[Slow, Tabs]
) -> None:
    drawn, tabs = slow
    drawn.go_on.set()
    tabs.slide(13)
    wait(lambda: tabs.page.notice.said == "Not 13.")
    tabs.slide(14)
    wait(lambda: tabs.height(0) == 14)
    assert tabs.page.notice.said == ""


def test_an_answer_is_not_made_while_a_newer_one_is_wanted(
    monkeypatch: pytest.MonkeyPatch, wait: Wait, drawn: Drawn, running: Tabs
) -> None:
    monkeypatch.setattr(worker, "ANSWER_SECONDS", math.inf)
    running.page.press("run")
    wait(lambda: running.runner.status == "finished" and running.height(0) == 5)
    session = running.runner.session
    assert session is not None
    asked, go_on, heights = threading.Event(), threading.Event(), iter((7.0, 8.0))

    def query(request: Mapping[str, Any]) -> Iterator[Event]:
        height = next(heights)
        if height == 7:
            asked.set()
            assert go_on.wait(60)
        return drawn.both(height)

    monkeypatch.setattr(session.experiment, "query", query)
    before = drawn.count[FRONT]
    running.runner.query({"line": 1})
    assert asked.wait(60)
    running.runner.query({"line": 2})
    go_on.set()
    wait(lambda: running.height(0) == 8)
    assert drawn.count[FRONT] == before + 1


def test_another_event_than_was_promised_is_a_fault(drawn: Drawn) -> None:
    wrong = lazily(Chart, "else", drawn.chart, FRONT, 1.0)
    with pytest.raises(ValueError, match="promised"):
        list(made([wrong]))
    assert list(made([wrong], lambda _kind, name: name == FRONT)) == []

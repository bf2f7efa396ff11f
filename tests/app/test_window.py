"""The window around the pages."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import language
from app.pages.catalogue import TITLES, index, layouts, pages
from app.pages.page import Page
from app.shell import home as shown_home
from app.shell.home import Home, in_columns
from app.topics.draw import DrawPage
from app.views.curves import CurvesView
from app.views.sheet import SheetView
from app.views.strip import StripView
from app.widgets.form import Form
from lab.core.catalogue import title
from lab.core.events import Progress, Remark, Scalars
from lab.core.experiment import State
from lab.core.lessons import load_lessons
from lab.core.text import message
from lab.running import sessions
from lab.running.runs import Run
from lab.running.sessions import run_store
from lab.topics.cnn.mnist import MnistParams
from tests.app.leaks import settle
from tests.app.windows import CNN, DRAW, ENDLESS, HOME, TINY, Opener, cnn, draw_page, press, view, waiter

ROOT = Path(__file__).resolve().parents[2]
Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier


def last_step(page: Page) -> float:
    """Return the newest step in the curves on the screen."""
    return max(plot.last_step for plot in view(page, CurvesView)._plots)


def texts(window: object) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize("change", ["language", "theme"])
def test_a_run_goes_on_when_everything_is_built_anew(qtbot: QtBot, open_window: Opener, change: str) -> None:
    wait = waiter(qtbot)
    window = open_window(CNN, ENDLESS)
    press(cnn(window), "run")
    wait(lambda: last_step(cnn(window)) > 20)
    runner, old = window.runners[CNN], cnn(window)
    session = runner.session
    if change == "language":
        qtbot.mouseClick(window.language_button, Qt.MouseButton.LeftButton)
        assert language() == "fa"
        assert QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    else:
        window.theme_box.setFocus()
        qtbot.keyClick(window.theme_box, Key.Key_Down)
        assert theme.colours().dark
    page = cnn(window)
    assert page is not old
    qtbot.waitUntil(page.isVisible)
    assert runner.status == "running"
    assert runner.session is session
    # The curves are there from their beginning, and grow on.
    replayed = [event.step for event in runner.history.replay() if isinstance(event, Scalars) and event.name == "batch"]
    assert replayed == list(range(1, len(replayed) + 1))
    wait(lambda: last_step(page) >= len(replayed) + 5)
    assert view(page, CurvesView)._plots[0]._data[0].x[0] == 1
    assert page.form.params() == session.params if session is not None else False
    assert not page.controls.button("run").isEnabled()
    assert page.controls.bar.value() > 0
    press(page, "stop")
    wait(lambda: runner.status == "stopped")


def test_pages_that_were_replaced_are_gone(open_window: Opener) -> None:
    window = open_window(CNN)
    for wanted in ("fa", "en", "fa", "en"):
        window.switch_language(wanted)
        settle()
    gc.collect()
    for kind in (Page, Form, CurvesView, StripView):
        assert sum(type(thing) is kind for thing in gc.get_objects()) == 1, kind


@pytest.mark.parametrize("spoken", ["en", "fa"])
@pytest.mark.parametrize("name", [HOME, CNN, DRAW])
def test_everything_fits_into_1280_by_720(open_window: Opener, name: str, spoken: str) -> None:
    window = open_window(name, language=spoken)
    needed = window.minimumSizeHint()
    assert needed.width() <= 1280
    assert needed.height() <= 720
    assert (window.width(), window.height()) == (1280, 720)
    for field in window.findChildren(QLineEdit):
        assert not field.isVisible() or field.width() >= 60


def test_plots_and_fields_stay_left_to_right_in_persian(open_window: Opener) -> None:
    window = open_window(CNN, language="fa")
    page = cnn(window)
    assert window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert all(view.layoutDirection() == Qt.LayoutDirection.LeftToRight for view in page.views)
    assert page.form.editor("learning_rate").layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_language_and_theme_by_keyboard(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    for expected in ("fa", "en"):
        qtbot.keyClick(window, Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        assert language() == expected
        settle()


def test_tabs_by_keyboard(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    assert list(window.navigation.digits.values()) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    topics = [(topic, pages(topic)[0].experiment, Page) for topic in TITLES if pages(topic)][:8]
    for place, (topic, name, kind) in enumerate([*topics, (DRAW, DRAW, DrawPage), (HOME, HOME, Home)], start=2):
        key = Key(Key.Key_0 + place % 10) if name != HOME else Key.Key_1
        qtbot.keyClick(window, key, Alt)
        assert isinstance(window.stack.currentWidget(), kind)
        assert window.stack.currentWidget() is window.page(name)
        assert f"(Alt+{1 if name == HOME else place % 10})" in window.navigation.entry(topic).toolTip()
        assert window.navigation.opened == name


def test_home_leads_to_every_experiment(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    home = window.page(HOME)
    assert isinstance(home, Home)
    labels = home.contents.findChildren(QLabel)
    offered = [name for label in labels for name in re.findall(r'href="([^"]+)"', label.text())]
    assert offered == list(layouts())
    for label in labels:
        for name in re.findall(r'href="([^"]+)"', label.text())[:1]:
            label.linkActivated.emit(name)
            assert window.stack.currentWidget() is window.page(name)


def test_every_tab_and_button_can_be_reached_by_tab(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(CNN)
    reached = set()
    for _ in range(120):
        qtbot.keyClick(window.focusWidget() or window, Key.Key_Tab)
        reached.add(window.focusWidget())
    page = cnn(window)
    wanted = [window.language_button, window.theme_box, page.lesson]
    wanted += [page.controls.button("run"), page.form.editor("epochs")]
    assert [widget for widget in wanted if widget not in reached] == []
    # Of the topics at the side, as of every list, Tab reaches the one that is open, and arrows the others.
    assert window.navigation in reached


@pytest.mark.parametrize("spoken", ["en", "fa"])
@pytest.mark.parametrize("width", [1366, 1280, 1024, 683])
def test_no_line_of_the_list_at_home_is_cut(open_window: Opener, width: int, spoken: str) -> None:
    window = open_window(HOME, language=spoken, size=[width, 720])
    home = window.page(HOME)
    assert isinstance(home, Home)
    for label in home.contents.findChildren(QLabel):
        assert label.isVisible()
        assert label.height() >= label.heightForWidth(label.width())
        # No name is broken, and so none may be wider than its column.
        assert label.width() >= label.minimumSizeHint().width()
        # Else a topic whose name is in Latin letters would stand at the other side.
        assert ('dir="rtl"' in label.text()) == (spoken == "fa")
    if width >= 1280:
        assert home.contents.columns >= 3
        lowest = home.contents.mapTo(window, home.contents.rect().bottomLeft()).y()
        assert lowest <= 720


@given(st.lists(st.integers(1, 20), min_size=1, max_size=8), st.integers(1, 6))
def test_columns_are_filled_in_order_and_the_longest_is_short(lines: list[int], columns: int) -> None:
    places = in_columns(lines, columns)
    assert places == sorted(places)
    assert len(places) == len(lines)
    assert max(places) < columns
    heights = [sum(n for n, place in zip(lines, places, strict=True) if place == column) for column in range(columns)]
    # Filled one after the other, nothing shorter has room for all.
    column, filled = 0, 0
    for length in lines:
        column, filled = (column, filled + length) if filled + length < max(heights) else (column + 1, length)
    assert max(lines) == max(heights) or column >= columns


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_every_button_says_what_it_is(open_window: Opener, spoken: str) -> None:
    window = open_window(CNN, language=spoken)
    for button in window.findChildren(QToolButton):
        if button.isVisible():
            assert button.text() or button.accessibleName()


def test_home_leads_to_the_pages(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    home = window.page(HOME)
    assert isinstance(home, Home)
    qtbot.mouseClick(home.train.button, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.page(CNN)
    assert "CNN" in texts(window)
    window.open(HOME)
    qtbot.mouseClick(home.draw.button, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.page(DRAW)


# What is kept.


def test_settings_are_kept_over_a_restart(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(CNN)
    window.switch_theme("dark")
    window.switch_language("fa")
    cnn(window).form.set_texts({"epochs": "3", "learning_rate": "0.5", "network": "nothing"})
    window.resize(1200, 750)
    settle()
    window.close()
    window = open_window.again()
    assert window.stack.currentWidget() is window.page(CNN)
    assert language() == "fa"
    assert theme.colours().dark
    assert (window.width(), window.height()) == (1200, 750)
    form = cnn(window).form
    assert form.texts()["epochs"] == "3"
    assert form.texts()["learning_rate"] == "0.5"
    # What was wrong is still there to be mended.
    assert form.texts()["network"] == "nothing"
    assert form.params() is None


def test_the_window_opens_whatever_stands_in_the_settings(open_window: Opener) -> None:
    open_window.file.parent.mkdir(parents=True)
    open_window.file.write_text(json.dumps({"page": "gone.page", "size": [10**9, 3], "texts": {CNN: {"old": "1"}}}))
    window = open_window.again()
    assert isinstance(window.stack.currentWidget(), Home)
    window.close()
    open_window.file.write_text('{"theme": "da')
    window = open_window.again()
    assert isinstance(window.stack.currentWidget(), Home)


def test_the_theme_follows_the_system(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME, theme="system")
    hints = QGuiApplication.styleHints()
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
        hints.setColorScheme(scheme)
        hints.colorSchemeChanged.emit(scheme)
        # The wish for a scheme stands for a desktop that changes.
        window._follow_system()
        dark = hints.colorScheme() is Qt.ColorScheme.Dark
        assert theme.colours().dark == dark
    assert isinstance(window.stack.currentWidget(), Home)


def test_closing_twice_and_before_anything(open_window: Opener) -> None:
    window = open_window(HOME)
    assert window.close()
    assert window.close()
    assert not any(runner._worker.isRunning() for runner in window.runners.values())


# Home.


def kept(status: str, name: str, experiment: str = CNN, checkpoint: bool = True) -> Run:
    """Write a run as it is found on the disk."""
    run = Run.create(run_store().folder / name, experiment, MnistParams(seed=42).to_json(), "cpu", 1)
    run.set_status(status, 3.0)
    if checkpoint:
        run.save(State({"order": np.arange(3)}, {"steps_done": 3}), [])
    return run


def offered(open_window: Opener) -> tuple[bool, str]:
    window = open_window(HOME)
    home = window.page(HOME)
    assert isinstance(home, Home)
    words = home.go_on.words.text()
    assert home.go_on.button.isEnabled() or home.go_on.button.toolTip() == words
    return home.go_on.button.isEnabled(), words


NOTHING = (False, "There is no run that was stopped or cut off before its end.")


def test_without_runs_there_is_nothing_to_continue(open_window: Opener) -> None:
    assert offered(open_window) == NOTHING


@pytest.mark.parametrize(("status", "word"), [("stopped", "was stopped"), ("running", "was cut off")])
def test_a_run_that_did_not_end_is_offered(open_window: Opener, status: str, word: str) -> None:
    kept("finished", "20260101-000000-a")
    run = kept(status, "20260102-000000-b")
    enabled, words = offered(open_window)
    assert enabled
    assert word in words
    assert "seed 42" in words
    assert run.info().created[:10] in words


def test_a_finished_run_is_not_offered(open_window: Opener) -> None:
    kept("finished", "20260102-000000-a")
    assert offered(open_window) == NOTHING


def test_a_run_that_is_going_on_is_not_offered(open_window: Opener) -> None:
    run = kept("running", "20260102-000000-a")
    run.acquire()
    assert offered(open_window) == NOTHING
    run.release()


def test_a_run_without_weights_is_not_offered(open_window: Opener) -> None:
    kept("running", "20260102-000000-a", checkpoint=False)
    assert offered(open_window) == NOTHING


def test_a_run_of_an_experiment_that_is_not_here_is_not_offered(open_window: Opener) -> None:
    kept("stopped", "20260102-000000-a", experiment="rnn.poems")
    assert offered(open_window) == NOTHING


def test_damaged_runs_do_not_keep_home_from_opening(open_window: Opener) -> None:
    kept("stopped", "20260101-000000-a")
    for place, text in enumerate(("", "[]", '{"experiment": 3}')):
        folder = run_store().folder / f"2026010{place + 3}-000000-b"
        folder.mkdir()
        (folder / "run.json").write_text(text)
    for place, text in enumerate(("", "[]", "{}", '{"metrics": 3}', '{"metrics": {"test_accuracy": "high"}}')):
        (kept("finished", f"2025010{place + 1}-000000-c").folder / "result.json").write_text(text)
    enabled, _ = offered(open_window)
    assert enabled


def test_home_tells_a_run_by_its_headline_as_the_bar_does(open_window: Opener) -> None:
    run = kept("finished", "20260102-000000-a")
    run.save_result({"metrics": {"train_loss": 0.1, "test_accuracy": 0.97531}})
    kept("stopped", "20260101-000000-a")
    home = open_window(HOME).page(HOME)
    assert isinstance(home, Home)
    said = {label.text() for label in home.recent.findChildren(QLabel)}
    assert {"test accuracy 97.53 %", "not finished"} <= said


def test_home_looks_again_when_it_is_shown(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    home = window.page(HOME)
    assert isinstance(home, Home)
    assert not home.go_on.button.isEnabled()
    window.open(CNN)
    kept("stopped", "20260102-000000-a")
    window.open(HOME)
    assert home.go_on.button.isEnabled()


def test_a_run_that_was_cut_off_is_the_first_thing_seen(open_window: Opener) -> None:
    kept("running", "20260102-000000-a")
    window = open_window(CNN)
    assert isinstance(window.stack.currentWidget(), Home)


# The page before and beside a run.


def test_a_page_shows_its_network_and_data_before_any_run(open_window: Opener) -> None:
    window = open_window(CNN)
    page = cnn(window)
    assert len(view(page, SheetView).order) == 1500
    assert view(page, StripView).empty() == ""
    assert view(page, CurvesView).empty() != ""
    assert "Press Run" in view(page, CurvesView).empty()


def test_the_network_on_the_page_follows_the_form(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(CNN)
    page = cnn(window)
    strip = view(page, StripView)
    before = strip.grab().toImage()
    page.form.set_texts({"network": "conv channels=4; relu; flatten"})
    qtbot.waitUntil(lambda: strip.grab().toImage() != before)


def test_data_that_are_not_here_are_said_and_stay_said(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(CNN)
    page = cnn(window)
    page.form.set_texts({"dataset": "mnist"})
    qtbot.waitUntil(lambda: "MNIST" in page.notice.said)
    said = page.notice.said
    settle()
    page._status()
    assert page.notice.said == said
    page.form.set_texts({"dataset": "digits"})
    qtbot.waitUntil(lambda: page.notice.said == "")


def test_what_cannot_be_done_says_why(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(CNN)
    page = cnn(window)
    for name, enabled, why in (
        ("run", True, "F5"),
        ("pause", False, "Nothing is running"),
        ("stop", False, "Nothing is running"),
        ("reset", False, "nothing to reset"),
        ("new_seed", True, "new seed"),
    ):
        button = page.controls.button(name)
        assert button.isEnabled() == enabled
        assert why in button.toolTip()
    page.form.set_texts({"epochs": "0"})
    assert not page.controls.button("run").isEnabled()
    assert "Epochs: 0 is not allowed" in page.controls.button("run").toolTip()
    assert "Epochs: 0 is not allowed" in page.controls.words.text()


def test_the_loading_of_torch_is_said_as_long_as_it_takes(
    qtbot: QtBot, open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, start = threading.Event(), sessions.start

    def slow(*arguments: Any, **named: Any) -> sessions.Session:
        assert gate.wait(30)
        return start(*arguments, **named)

    monkeypatch.setattr(sessions, "start", slow)
    wait = waiter(qtbot)
    window = open_window(CNN, TINY)
    page, runner = cnn(window), window.runners[CNN]
    press(page, "step")
    with qtbot.waitSignal(runner.restarted):
        pass
    assert runner.status == "starting"
    assert "torch is being loaded" in page.controls.words.text()
    assert not page.controls.button("run").isEnabled()
    assert page.controls.button("stop").isEnabled()
    gate.set()
    wait(lambda: runner.status == "paused")
    assert "epoch 1/2" in page.controls.words.text()


def test_a_warning_stays_while_the_run_goes_on(qtbot: QtBot, open_window: Opener) -> None:
    wait = waiter(qtbot)
    window = open_window(CNN, ENDLESS)
    page, runner = cnn(window), window.runners[CNN]
    press(page, "run")
    wait(lambda: last_step(page) > 3)
    warning = Remark("saving", message("The disk is full."), "warning")
    runner.delivered.emit([warning])
    value = page.controls.bar.value()
    wait(lambda: page.controls.bar.value() > value)
    assert page.notice.said == "The disk is full."
    press(page, "stop")
    wait(lambda: runner.status == "stopped")
    assert page.notice.said == "The disk is full."
    press(page, "run")
    wait(lambda: "epoch" in page.controls.words.text())
    press(page, "stop")
    wait(lambda: runner.status == "stopped")


def test_an_image_that_was_picked_stays_picked_in_the_next_run(qtbot: QtBot, open_window: Opener) -> None:
    wait = waiter(qtbot)
    window = open_window(CNN, TINY)
    page, runner = cnn(window), window.runners[CNN]
    view(page, SheetView).selected.emit("image", 17)
    press(page, "step")
    wait(lambda: runner.status == "paused")
    session = runner.session
    assert session is not None
    wait(lambda: session.context.choices.get("image") == 17)
    assert view(page, SheetView)._picked == 17


def test_progress_says_how_far_and_how_fast(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(CNN)
    controls = cnn(window).controls
    runner = window.runners[CNN]
    clock = iter([0.0, 1.0, 2.0])
    runner.speed._clock = lambda: next(clock)
    for step in (10, 20, 30):
        runner.speed.take(Progress(step, 130, 1, 4, False))
    assert runner.speed.progress is not None
    controls.show_progress(runner.speed.progress, runner.speed)
    assert controls.words.text().split("   ") == ["epoch 1/4", "10 steps/s", "0:10 left"]
    assert (controls.bar.maximum(), controls.bar.value()) == (130, 30)


# Torch comes late.

PROGRAM = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
from app.core.settings import Settings
from app.shell.window import Window
from lab.core.files import home
window = Window(Settings(theme="light"), home() / "settings.json")
window.show()
for name in ("home", "cnn.mnist"):
    window.open(name)
    window.grab()
    application.processEvents()
heavy = [name for name in ("torch", "torchvision", "sklearn", "scipy") if name in sys.modules]
window.close()
sys.exit(f"imported: {heavy}" if heavy else 0)
"""


def test_home_and_a_page_are_there_before_torch() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_the_draw_page_remembers_its_drawing(qtbot: QtBot, open_window: Opener) -> None:
    from tests.app.mouse import stroke

    window = open_window(DRAW)
    stroke(draw_page(window).canvas, (60, 60), (200, 60), (120, 230))
    before = draw_page(window).canvas.drawing()
    window.switch_language("fa")
    assert (draw_page(window).canvas.drawing() == before).all()
    assert draw_page(window).undo.isEnabled()


@pytest.mark.parametrize("what", ["theme", "language"])
def test_what_is_dropped_is_not_styled_before(open_window: Opener, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    window = open_window(HOME)
    for name in window.names()[:8]:
        window.open(name)
    window.open(HOME)
    styled: list[int] = []
    applying = QApplication.setStyleSheet

    def apply(application: QApplication, text: str) -> None:
        styled.append(sum(isinstance(widget, Page) for widget in QApplication.allWidgets()))
        applying(application, text)

    monkeypatch.setattr(QApplication, "setStyleSheet", apply)
    if what == "theme":
        window.switch_theme("dark")
        assert styled == [0]
        window.switch_theme("dark")
        assert styled == [0], "what is in force is not set again"
    else:
        window.switch_language("fa")
        assert styled == []
    assert isinstance(window.page(HOME), Home)


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_the_list_at_home_has_room_for_more_pages(
    qtbot: QtBot, open_window: Opener, monkeypatch: pytest.MonkeyPatch, spoken: str
) -> None:
    names = index(load_lessons("en"))
    more = {topic: (*names[topic], *(f"{topic}.page_{n}" for n in range(9))) for topic in ("cnn", "transforms")}
    monkeypatch.setattr(shown_home, "title", lambda name: name if ".page_" in name else title(name))
    window = open_window(HOME, language=spoken)
    home = Home({**names, **more})
    qtbot.addWidget(home)
    home.resize(window.stack.size())
    home.show()
    settle()
    contents = home.contents
    assert contents.columns >= 3
    # All of it is seen at once beneath the three ways in.
    assert contents.mapTo(home, contents.rect().bottomLeft()).y() <= home.height()
    for label in contents.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())

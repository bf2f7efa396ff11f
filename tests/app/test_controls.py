"""The bar of controls: where the keyboard stays, what has words, and what Continue continues."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.widgets.controls import FAR, LEAST_WORDS, Controls
from tests.app.leaks import settle
from tests.app.windows import CNN, ENDLESS, TINY, Opener, cnn, press, waiter

Wait = Callable[[Callable[[], bool]], None]
NEAR = ("pause", "stop", "step")


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


def bar(qtbot: QtBot, width: int = 1600) -> Controls:
    controls = Controls()
    qtbot.addWidget(controls)
    controls.resize(width, 50)
    controls.show()
    controls.activateWindow()
    qtbot.waitUntil(controls.isActiveWindow)
    return controls


def test_the_keyboard_stays_where_the_run_was_begun_and_ended(qtbot: QtBot) -> None:
    controls = bar(qtbot)
    run, pause, stop = (controls.button(name) for name in ("run", "pause", "stop"))
    run.setFocus()
    for status in ("starting", "running"):
        controls.show_status(status, "")
        assert pause.hasFocus()
    controls.show_status("finished", "")
    assert run.hasFocus()
    controls.show_status("running", "")
    stop.setFocus()
    controls.show_status("stopped", "")
    assert run.hasFocus()


def test_space_pauses_and_goes_on(qtbot: QtBot) -> None:
    controls = bar(qtbot)
    controls.button("run").setFocus()
    controls.show_status("running", "")
    controls.show_status("paused", "")
    assert controls.button("run").hasFocus()
    assert controls.button("run").text() == "Continue"


def test_the_keyboard_is_not_taken_from_where_it_went(qtbot: QtBot) -> None:
    controls = bar(qtbot)
    controls.button("run").setFocus()
    controls.show_status("running", "")
    controls.button("new_seed").setFocus()
    controls.show_status("finished", "")
    assert controls.button("new_seed").hasFocus()
    controls.show_status("running", "")
    assert controls.button("new_seed").hasFocus()


def test_one_step_after_another_by_the_same_key(qtbot: QtBot) -> None:
    controls = bar(qtbot)
    controls.button("step").setFocus()
    for _ in range(3):
        controls.show_status("running", "")
        controls.show_status("paused", "")
        assert controls.button("step").hasFocus()


def test_icons_have_words_where_there_is_room(qtbot: QtBot) -> None:
    controls = bar(qtbot, 1600)
    texts = {name: controls.button(name).text() for name in (*NEAR, "new_seed", *FAR)}
    assert all(texts.values())
    controls.resize(1150, 50)
    settle()
    assert all(controls.button(name).text() for name in NEAR)
    assert not any(controls.button(name).text() for name in FAR)
    controls.resize(700, 50)
    settle()
    assert not any(controls.button(name).text() for name in (*NEAR, *FAR))
    assert controls.button("run").text() == "Run"
    for name in (*NEAR, *FAR):
        assert controls.button(name).accessibleName()


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_words_are_not_cut(open_window: Opener, spoken: str) -> None:
    page = cnn(open_window(CNN, language=spoken, size=[1920, 900]))
    for name in (*NEAR, "epoch", "reset", "new_seed", *FAR):
        button = page.controls.button(name)
        assert button.text()
        assert button.width() >= button.sizeHint().width()


def test_what_can_never_be_done_is_not_there(qtbot: QtBot) -> None:
    controls = Controls({"run": "never", "stop": "never"}, step_unit="run")
    qtbot.addWidget(controls)
    controls.show()
    gone = [name for name in ("run", "pause", "stop", "epoch", "reset") if not controls.button(name).isVisible()]
    assert gone == ["run", "stop", "epoch"]
    with qtbot.assertNotEmitted(controls.pressed):
        qtbot.keyClick(controls, Qt.Key.Key_F5)


def test_continue_goes_on_with_the_run_that_was_stopped(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    page, runner = cnn(window), window.runners[CNN]
    for _ in range(3):
        press(page, "step")
        wait(lambda: runner.status == "paused")
    press(page, "stop")
    wait(lambda: runner.status == "stopped")
    run = page.controls.button("run")
    assert run.text() == "Continue"
    assert runner.session is not None
    assert runner.session.run is not None
    folder = runner.session.run.folder
    press(page, "run")
    wait(lambda: runner.status == "finished")
    assert runner.session.run.folder == folder
    assert steps(page) == list(range(1, 35))


def test_another_run_is_begun_where_the_form_says_otherwise(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    page, runner = cnn(window), window.runners[CNN]
    press(page, "step")
    wait(lambda: runner.status == "paused")
    press(page, "stop")
    wait(lambda: runner.status == "stopped")
    run = page.controls.button("run")
    assert run.text() == "Continue"
    page.form.set_texts({"epochs": "1"})
    assert run.text() == "Run"
    page.form.set_texts({"epochs": ENDLESS["epochs"]})
    assert run.text() == "Continue"
    page.form.set_texts({"epochs": "1"})
    QTest.mouseClick(run, Qt.MouseButton.LeftButton)
    wait(lambda: runner.status == "finished")
    assert steps(page) == list(range(1, 18))


def steps(page: Page) -> list[float]:
    from lab.core.events import Scalars

    events = page.runner.history.replay()
    return [event.step for event in events if isinstance(event, Scalars) and event.name == "batch"]


def test_the_newest_result_is_never_cut(qtbot: QtBot) -> None:
    controls = bar(qtbot, 790)
    controls.show_result("test accuracy 97.27 % after epoch 6")
    settle()
    assert controls.result.width() >= controls.result.sizeHint().width()
    # The words beside it say what the bar of the progress would.
    assert controls.bar.isHidden()
    assert controls.words.width() >= LEAST_WORDS
    controls.resize(1600, 50)
    settle()
    assert not controls.bar.isHidden()

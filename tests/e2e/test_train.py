"""A network is trained in the window, by mouse and keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import language
from app.pages.page import Page
from app.runs.runner import Runner
from app.shell.home import Home
from app.shell.window import Window
from app.views.confusion import ConfusionView
from app.views.curves import CurvesView
from app.views.maps import FeatureMapsView, KernelsView
from app.views.sheet import SheetView
from app.widgets.blocks import BlocksEdit
from lab.core.events import Event, FeatureMaps, Metrics, Predictions, Scalars, Weights
from lab.nets.weight_files import read_weights
from lab.running.runs import MODEL, Run
from lab.running.sessions import run_store
from lab.topics.cnn.mnist import MnistParams
from tests.app.keyboard import type_text
from tests.app.windows import CNN, DRAW, ENDLESS, HOME, TINY, Opener, cnn, press, view, waiter
from tests.networks import typed

LEARNS = {**TINY, "learning_rate": "0.01"}
STEPS_AN_EPOCH = 17
Wait = Callable[[Callable[[], bool]], None]
E = TypeVar("E", bound=Event)


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


def runner_of(window: Window) -> Runner:
    return window.runners[CNN]


def scalars(window: Window, name: str) -> list[Scalars]:
    return [event for event in runner_of(window).history.replay() if isinstance(event, Scalars) and event.name == name]


def steps(window: Window) -> list[int]:
    return [event.step for event in scalars(window, "batch")]


def newest(window: Window, kind: type[E]) -> E:
    event = runner_of(window).history.newest(kind)
    assert isinstance(event, kind)
    return event


def run_of(window: Window) -> Run:
    session = runner_of(window).session
    assert session is not None
    assert session.run is not None
    return session.run


def weights(run: Run) -> dict[str, np.ndarray]:
    arrays, _ = read_weights(run.folder / MODEL)
    return arrays


def same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return first.keys() == second.keys() and all((first[name] == second[name]).all() for name in first)


@pytest.mark.parametrize(("spoken", "colours"), [("en", "light"), ("fa", "dark"), ("fa", "light"), ("en", "dark")])
def test_run_and_see_the_loss_fall(wait: Wait, open_window: Opener, spoken: str, colours: str) -> None:
    window = open_window(CNN, LEARNS, language=spoken, theme=colours)
    page = cnn(window)
    assert (language(), theme.colours().dark) == (spoken, colours == "dark")
    press(page, "run")
    wait(lambda: runner_of(window).status in ("finished", "failed"))
    assert runner_of(window).error is None
    assert steps(window) == list(range(1, 2 * STEPS_AN_EPOCH + 1))
    before, middle, end = (event.values["test_loss"] for event in scalars(window, "epoch"))
    assert before > middle > end
    assert before == pytest.approx(2.3, abs=0.2)
    # All of it is on the screen.
    wait(lambda: view(page, CurvesView)._plots[0].last_step == 2 * STEPS_AN_EPOCH)
    share = newest(window, Metrics).values["test_accuracy"]
    wait(lambda: np.trace(view(page, ConfusionView).counts) == round(1500 * share))
    assert view(page, ConfusionView).counts.sum() == 1500
    said = page.controls.result.text()
    digits = f"{100 * share:.2f}"
    assert (digits if spoken == "en" else digits.translate(str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫"))) in said
    assert all(view.empty() == "" for view in page.views)
    assert page.controls.words.text() == page.controls.words.toolTip() != ""
    assert page.controls.button("run").isEnabled()


def test_one_step_one_epoch_pause_and_the_end(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    page, runner = cnn(window), runner_of(window)
    for expected in (1, 2):
        press(page, "step")
        wait(lambda expected=expected: runner.status == "paused" and steps(window)[-1:] == [expected])
    assert page.controls.button("run").text() == "Continue"
    # At rest everything is shown as it is after this very step.
    # The kernels are behind their tab: what is not seen is not made.
    assert newest(window, Predictions).step == newest(window, FeatureMaps).step == 2
    assert (newest(window, Predictions).predicted >= 0).all()
    press(page, "epoch")
    wait(lambda: runner.status == "paused" and steps(window)[-1] == STEPS_AN_EPOCH)
    assert page.controls.bar.value() == STEPS_AN_EPOCH
    # The matrix goes on between epochs, this number does not: they are told apart.
    assert page.controls.result.text().endswith("% after epoch 1")
    press(page, "run")
    wait(lambda: runner.status == "finished")
    assert page.controls.result.text().endswith("%")
    assert steps(window) == list(range(1, 2 * STEPS_AN_EPOCH + 1))


def test_pause_and_go_on(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    page, runner = cnn(window), runner_of(window)
    press(page, "run")
    wait(lambda: len(steps(window)) > 5)
    assert not page.controls.button("step").isEnabled()
    press(page, "pause")
    wait(lambda: runner.status == "paused")
    held = len(steps(window))
    # A question is answered by the same thread: had it gone on, there would be further steps.
    with qtbot.waitSignal(runner._worker.looked):
        runner.query({"image": 2})
    assert len(steps(window)) == held
    press(page, "run")
    wait(lambda: len(steps(window)) > held + 3)
    press(page, "stop")
    wait(lambda: runner.status == "stopped")


def test_everything_by_keyboard(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    page, runner = cnn(window), runner_of(window)
    qtbot.keyClick(window, Qt.Key.Key_F7)
    wait(lambda: runner.status == "paused" and steps(window) == [1])
    qtbot.keyClick(window, Qt.Key.Key_F8)
    wait(lambda: runner.status == "paused" and steps(window)[-1] == STEPS_AN_EPOCH)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    wait(lambda: runner.status == "running")
    qtbot.keyClick(window, Qt.Key.Key_F6)
    wait(lambda: runner.status == "paused")
    qtbot.keyClick(window, Qt.Key.Key_F9)
    wait(lambda: runner.status == "stopped")
    seed = page.form.texts()["seed"]
    qtbot.keyClick(window, Qt.Key.Key_F10)
    wait(lambda: runner.status == "idle")
    assert page.form.texts()["seed"] == seed
    qtbot.keyClick(window, Qt.Key.Key_F11)
    wait(lambda: page.form.texts()["seed"] != seed)


def test_stop_reset_and_the_same_numbers_again(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    page, runner = cnn(window), runner_of(window)
    press(page, "run")
    wait(lambda: runner.status == "finished")
    first = run_of(window)
    press(page, "reset")
    wait(lambda: runner.status == "idle")
    assert steps(window) == []
    assert page.controls.result.text() == ""
    assert view(page, CurvesView).empty() != ""
    wait(lambda: len(view(page, SheetView).order) == 1500)
    press(page, "run")
    wait(lambda: runner.status == "finished")
    second = run_of(window)
    assert second.folder != first.folder
    assert same(weights(first), weights(second))


def test_a_new_seed_gives_other_numbers(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    page, runner = cnn(window), runner_of(window)
    press(page, "step")
    wait(lambda: runner.status == "paused")
    loss = scalars(window, "batch")[0].values["train_loss"]
    press(page, "new_seed")
    wait(lambda: runner.status == "idle")
    seed = page.form.texts()["seed"]
    assert seed != "7"
    press(page, "step")
    wait(lambda: runner.status == "paused" and bool(steps(window)))
    assert scalars(window, "batch")[0].values["train_loss"] != loss
    assert run_of(window).info().params["seed"] == int(seed)


def test_closing_while_training_joins_and_saves(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    press(cnn(window), "run")
    wait(lambda: len(steps(window)) > 3)
    window.close()
    assert not window.isVisible()
    assert not any(runner._worker.isRunning() for runner in window.runners.values())
    [(run, info)] = run_store().all()
    assert info.status == "stopped"
    assert not run.in_use()


def test_closing_while_starting(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    press(cnn(window), "run")
    assert runner_of(window).status == "starting"
    window.close()
    assert not any(runner._worker.isRunning() for runner in window.runners.values())
    assert not any(run.in_use() for run, _ in run_store().all())


def test_a_run_survives_a_visit_to_another_tab(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    page, runner = cnn(window), runner_of(window)
    press(page, "run")
    wait(lambda: len(steps(window)) > 3)
    for name in (HOME, DRAW):
        window.open(name)
        gone = len(steps(window))
        wait(lambda gone=gone: len(steps(window)) > gone + 5)
        assert runner.status == "running"
    window.open(CNN)
    assert cnn(window) is page
    # What was missed is on the screen at once, and it goes on.
    wait(lambda: view(page, CurvesView)._plots[0].last_step >= gone + 5)
    step = newest(window, FeatureMaps).step
    wait(lambda: newest(window, FeatureMaps).step > step)
    press(page, "stop")
    wait(lambda: runner.status == "stopped")
    assert steps(window) == list(range(1, len(steps(window)) + 1))


def test_a_kernel_that_does_not_fit_is_refused_with_the_arithmetic(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    page = cnn(window)
    page.form.set_texts({"network": "conv channels=4; pool; conv channels=8 padding=1; pool; flatten"})
    blocks = page.form.editor("network")
    assert isinstance(blocks, BlocksEdit)
    editor = next(each for each in blocks.rows[2].findChildren(QLineEdit) if each.text() == "3")
    editor.setFocus()
    editor.selectAll()
    type_text(editor, "31")
    for words in (page.form.complaint.text(), page.controls.words.text(), page.controls.button("run").toolTip()):
        assert "block 3, Convolution: it does not fit: ⌊(14 + 2·1 − 1·(31 − 1) − 1)/1⌋ + 1 = −14" in words
    QTest.mouseClick(page.controls.button("run"), Qt.MouseButton.LeftButton)
    assert runner_of(window).status == "idle"
    assert run_store().all() == []
    editor.selectAll()
    type_text(editor, "۵")
    chosen = page.form.params()
    assert isinstance(chosen, MnistParams)
    assert chosen.network[2] == "conv channels=8 kernel=5 stride=1 padding=1"
    press(page, "step")
    wait(lambda: runner_of(window).status == "paused")
    tabs = next(tabs for tabs in page.findChildren(QTabWidget) if tabs.tabText(1) == "Kernels")
    tabs.setCurrentIndex(1)
    wait(lambda: runner_of(window).history.newest(Weights) is not None)
    assert newest(window, Weights).arrays["conv2.weight"].shape == (8, 4, 5, 5)


def click(widget: QWidget, place: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def trained(window: Window, wait: Wait) -> Page:
    page = cnn(window)
    press(page, "epoch")
    wait(lambda: runner_of(window).status == "paused")
    wait(lambda: not any(view._dirty for view in page.views if view.isVisible()))
    return page


def test_a_click_on_a_cell_shows_its_images(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, LEARNS)
    page = trained(window, wait)
    matrix, sheet = view(page, ConfusionView), view(page, SheetView)
    errors = matrix.counts * (1 - np.eye(10, dtype=int))
    truth, predicted = (int(place) for place in np.unravel_index(errors.argmax(), errors.shape))
    assert errors.max() > 0
    click(matrix, matrix.cell_area(truth, predicted).center().toPoint())
    assert len(sheet.order) == errors.max()
    event = newest(window, Predictions)
    assert (event.truth[sheet.order] == truth).all()
    assert (event.predicted[sheet.order] == predicted).all()
    click(matrix, matrix.cell_area(truth, predicted).center().toPoint())
    assert len(sheet.order) == 1500


def test_a_click_on_an_image_shows_its_feature_maps(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, LEARNS)
    page = trained(window, wait)
    sheet, maps = view(page, SheetView), view(page, FeatureMapsView)
    before = newest(window, FeatureMaps)
    wait(lambda: maps._event is before)
    picture = maps.grab().toImage()
    place = sheet._tile_area(2, sheet._tiles()).center().toPoint()
    index = sheet.index_at(place.toPointF())
    assert index is not None
    click(sheet, place)
    wait(lambda: newest(window, FeatureMaps) is not before)
    assert sheet._images is not None
    images = sheet._images.images
    assert (newest(window, FeatureMaps).image * 255 == images[index]).all()
    wait(lambda: maps.grab().toImage() != picture)


def test_kernels_behind_their_tab(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    page = cnn(window)
    tabs = next(tabs for tabs in page.findChildren(QTabWidget) if tabs.tabText(1) == "Kernels")
    press(page, "run")
    wait(lambda: len(steps(window)) > 3)
    tabs.setCurrentIndex(1)
    kernels = view(page, KernelsView)
    wait(lambda: kernels.isVisible() and kernels.empty() == "")
    step = newest(window, Weights).step
    wait(lambda: newest(window, Weights).step > step)
    press(page, "stop")
    wait(lambda: runner_of(window).status == "stopped")


def test_a_try_link_sets_the_parameters_and_runs(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, {**TINY, "rotation": "10"})
    page = cnn(window)
    cursor = page.lesson.document().find("Learning rate 0.1")
    assert not cursor.isNull()
    page.lesson.setTextCursor(cursor)
    page.lesson.ensureCursorVisible()
    cursor.setPosition(cursor.selectionStart() + 3, QTextCursor.MoveMode.MoveAnchor)
    click(page.lesson.viewport(), page.lesson.cursorRect(cursor).center())
    assert page.form.params() == MnistParams(learning_rate=0.1, epochs=3)
    assert not page.form.reset_button("rotation").isVisible()
    assert page.form.reset_button("learning_rate").isVisible()
    wait(lambda: len(steps(window)) > 0)
    assert runner_of(window).session is not None
    assert runner_of(window).session.params == MnistParams(learning_rate=0.1, epochs=3)
    press(page, "stop")
    wait(lambda: runner_of(window).status == "stopped")


def test_data_that_are_missing_are_said_and_another_run_can_begin(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, {**TINY, "dataset": "mnist"})
    page, runner = cnn(window), runner_of(window)
    press(page, "run")
    wait(lambda: runner.status == "failed")
    assert "MNIST" in page.notice.said
    assert run_store().all() == []
    page.form.set_texts({"dataset": "digits"})
    press(page, "run")
    wait(lambda: runner.status == "finished")


# A run that was cut off.

CUT = {**TINY, "optimiser": "adam", "network": typed(units=(8,), dropout=0.3, batch_norm=True), "shift": "2"}


def cut_off(run: Run) -> None:
    """Leave a stopped run as a kill does: it still says that it is running."""
    path = run.folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"status": "running"}))


@pytest.mark.parametrize("how", ["stopped", "cut off"])
def test_a_run_continued_from_home_ends_as_one_that_was_never_cut(
    qtbot: QtBot, wait: Wait, open_window: Opener, how: str
) -> None:
    window = open_window(CNN, CUT)
    press(cnn(window), "run")
    wait(lambda: runner_of(window).status == "finished")
    whole, expected = run_of(window), scalars(window, "batch")
    press(cnn(window), "epoch")
    wait(lambda: runner_of(window).status == "paused" and steps(window)[-1:] == [STEPS_AN_EPOCH])
    press(cnn(window), "step")
    wait(lambda: runner_of(window).status == "paused" and steps(window)[-1] == STEPS_AN_EPOCH + 1)
    # The form is left with other values, which are not those of the run.
    cnn(window).form.set_texts({"epochs": "9", "seed": "1"})
    cut = run_of(window)
    window.close()
    if how == "cut off":
        cut_off(cut)
    window = open_window.again()
    home = window.open(HOME)
    assert isinstance(home, Home)
    assert f"was {how}" in home.go_on.words.text()
    qtbot.mouseClick(home.go_on.button, Qt.MouseButton.LeftButton)
    page = cnn(window)
    assert window.stack.currentWidget() is page
    assert page.form.params() == MnistParams.from_texts(CUT)
    wait(lambda: runner_of(window).status in ("finished", "failed"))
    assert runner_of(window).error is None
    assert scalars(window, "batch") == expected
    assert same(weights(cut), weights(whole))
    window.open(HOME)
    assert not home.go_on.button.isEnabled()


def test_a_run_that_is_damaged_is_refused_and_stays(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    press(cnn(window), "epoch")
    wait(lambda: runner_of(window).status == "paused")
    press(cnn(window), "stop")
    wait(lambda: runner_of(window).status == "stopped")
    [(run, _)] = run_store().all()
    paths = sorted((run.folder / "checkpoints").iterdir(), key=lambda path: int(path.stem))
    for path in paths:
        short = path.read_bytes()[:-100]
        path.write_bytes(short)
    home = window.open(HOME)
    assert isinstance(home, Home)
    qtbot.mouseClick(home.go_on.button, Qt.MouseButton.LeftButton)
    wait(lambda: runner_of(window).status == "failed")
    assert str(path) in cnn(window).notice.said
    assert path.read_bytes() == short
    assert Path(run.folder / "events.jsonl").stat().st_size > 0
    press(cnn(window), "run")
    wait(lambda: runner_of(window).status == "finished")

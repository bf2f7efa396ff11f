"""A digit is drawn with the mouse, and recognised."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.shell.window import Window
from app.topics.draw import TRAINING, DrawPage
from app.views.bars import ProbabilitiesView
from app.views.maps import FeatureMapsView
from app.views.picture import PictureView
from lab.core.events import FeatureMaps, Metrics, Picture, Probabilities
from lab.data.finding import find_drawn
from lab.running import sessions
from lab.running.classifier import LETTERS, SHIPPED
from lab.running.runs import MODEL
from lab.running.sessions import run_store
from tests.app.mouse import draw, stroke
from tests.app.windows import CNN, DRAW, ENDLESS, TINY, Opener, cnn, draw_page, press, view, waiter
from tests.lab.digit_pictures import KINDS
from tests.lab.strokes import LETTERS as STROKES
from tests.lab.strokes import digit_strokes, place

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


def answer(page: DrawPage) -> Probabilities | None:
    """Return the newest answer of the network."""
    event = page.runner.history.newest(Probabilities)
    assert event is None or isinstance(event, Probabilities)
    return event


def label(page: DrawPage) -> str | None:
    """Return what the network says, and None while it says nothing."""
    event = answer(page)
    return None if event is None or event.values is None else event.classes[int(np.argmax(event.values))]


def ready(window: Window, wait: Wait) -> DrawPage:
    """Open the page, and wait for the network."""
    window.open(DRAW)
    page = draw_page(window)
    wait(lambda: page.runner.status == "finished")
    return page


def drawn(page: DrawPage, wait: Wait, digit: int, variant: int = 0) -> None:
    """Draw a digit and wait for the answer to all of it."""
    page.canvas.clear()
    draw(page.canvas, place(digit_strokes(digit)[variant]))
    answered(page, wait)


def answered(page: DrawPage, wait: Wait) -> None:
    """Wait for the answer to what is on the canvas; the feature maps come last."""
    seen = find_drawn(page.canvas.drawing()).image
    assert seen is not None

    def there() -> bool:
        maps = page.runner.history.newest(FeatureMaps)
        return isinstance(maps, FeatureMaps) and same(maps.image, seen / np.float32(255))

    wait(there)


def same(first: Any, second: Any) -> bool:
    return first is not None and bool((first == second).all())


@pytest.mark.parametrize(("spoken", "colours"), [("en", "light"), ("fa", "dark")])
def test_draw_a_seven_and_see_it_recognised(wait: Wait, open_window: Opener, spoken: str, colours: str) -> None:
    page = ready(open_window(language=spoken, theme=colours), wait)
    assert label(page) is None
    drawn(page, wait, 7)
    assert label(page) == "7"
    event = answer(page)
    assert event is not None
    assert event.sure
    assert str(event.verdict) == "This is 7."
    # What the network sees, what it answers, and how it came to it are on the screen.
    for kind in (PictureView, ProbabilitiesView, FeatureMapsView):
        wait(lambda kind=kind: view(page, kind)._event is not None and not view(page, kind)._dirty)
        assert view(page, kind).empty() == ""
    picture = page.runner.history.newest(Picture)
    assert isinstance(picture, Picture)
    assert picture.image is not None
    assert picture.image.shape == (28, 28)
    assert picture.image.max() > 200
    maps = page.runner.history.newest(FeatureMaps)
    assert isinstance(maps, FeatureMaps)
    assert same(maps.image, picture.image / np.float32(255))
    share = page.words.text()
    assert "%" in share or "٪" in share


def test_every_digit_is_recognised(wait: Wait, open_window: Opener) -> None:
    page = ready(open_window(), wait)
    wrong = []
    for digit in range(10):
        for variant in range(2):
            drawn(page, wait, digit, variant)
            if label(page) != str(digit):
                wrong.append((digit, variant, label(page)))
    assert wrong == []


def test_letters_are_recognised_by_their_own_network_which_says_what_it_never_saw(
    wait: Wait, open_window: Opener
) -> None:
    page = ready(open_window(), wait)
    page.lesson.tried.emit({"model": LETTERS})
    assert page.model == LETTERS
    wait(lambda: page.runner.status == "finished")
    assert "never saw real handwriting" in page.words.text()
    assert "letter" in page.canvas.hint
    for name in ("B", "K", "a small", "i small"):
        page.canvas.clear()
        draw(page.canvas, place(STROKES[name]))
        answered(page, wait)
        assert label(page) == name[0].upper()
    event = answer(page)
    assert event is not None
    assert str(event.verdict) == "This is I."
    choose(page, SHIPPED)
    wait(lambda: page.runner.status == "finished")
    assert "handwriting" not in page.words.text()


def test_nothing_drawn_gives_no_answer(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    page = ready(open_window(), wait)
    event = answer(page)
    assert event is not None
    assert event.values is None
    assert str(event.verdict) == "Nothing is drawn yet."
    drawn(page, wait, 7)
    qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    wait(lambda: label(page) is None)
    assert view(page, PictureView).empty() != ""
    drawn(page, wait, 7)
    # All of it rubbed out again is nothing drawn, too.
    page.canvas.pen_width = 48
    for y in range(10, 280, 20):
        stroke(page.canvas, (5, y), (275, y), button=Qt.MouseButton.RightButton)
    wait(lambda: label(page) is None)


def test_the_answer_follows_the_drawing_stroke_by_stroke(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    page = ready(open_window(), wait)
    drawn(page, wait, 1)
    first = answer(page)
    draw(page.canvas, [[(0.3, 0.1), (0.7, 0.1), (0.7, 0.9), (0.3, 0.9), (0.3, 0.1)]])
    answered(page, wait)
    assert not same(getattr(answer(page), "values", None), first.values)
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    answered(page, wait)
    assert same(getattr(answer(page), "values", None), first.values)


def test_what_is_drawn_before_the_network_is_there_is_answered_when_it_is(
    wait: Wait, open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, start = threading.Event(), sessions.start

    def slow(*arguments: Any, **named: Any) -> sessions.Session:
        assert gate.wait(30)
        return start(*arguments, **named)

    monkeypatch.setattr(sessions, "start", slow)
    window = open_window()
    window.warm_up()
    window.open(DRAW)
    page = draw_page(window)
    assert "You can draw already" in page.words.text()
    draw(page.canvas, place(digit_strokes(7)[0]))
    assert page.canvas.drawing().any()
    assert answer(page) is None
    gate.set()
    answered(page, wait)
    wait(lambda: page.runner.status == "finished")
    assert label(page) == "7"
    assert page.runner.error is None


def test_the_window_can_be_closed_while_the_network_is_on_its_way(open_window: Opener) -> None:
    window = open_window(DRAW)
    window.warm_up()
    window.close()
    assert not any(runner._worker.isRunning() for runner in window.runners.values())


def choose(page: DrawPage, model: str) -> None:
    place = page.models.findData(model)
    assert place >= 0
    page.models.setCurrentIndex(place)


def test_drawing_for_the_network_in_training(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, ENDLESS)
    trainer = window.runners[CNN]
    page = ready(window, wait)
    drawn(page, wait, 7)
    shipped = answer(page)
    assert shipped is not None
    assert page.models.findData(TRAINING) < 0
    window.open(CNN)
    press(cnn(window), "run")
    window.open(DRAW)
    # It can be chosen as soon as it has weights, while the page is open.
    wait(lambda: page.models.findData(TRAINING) >= 0)
    choose(page, TRAINING)
    wait(lambda: not same(getattr(answer(page), "values", None), shipped.values))
    assert "CNN tab after" in page.words.text()
    # The drawing is judged anew as the network learns, without being touched.
    early = answer(page)
    words = page.words.text()
    wait(lambda: page.words.text() != words)
    wait(lambda: not same(getattr(answer(page), "values", None), early.values))
    assert trainer.status == "running"
    # And back: none of it is left.
    choose(page, SHIPPED)
    wait(lambda: page.runner.status == "finished")
    drawn(page, wait, 7)
    assert same(getattr(answer(page), "values", None), shipped.values)
    trainer.stop()
    wait(lambda: trainer.status == "stopped")


def test_the_network_in_training_may_go(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    trainer = window.runners[CNN]
    press(cnn(window), "step")
    wait(lambda: trainer.status == "paused")
    page = ready(window, wait)
    # Nobody looked at the weights before.
    wait(lambda: page.models.findData(TRAINING) >= 0)
    choose(page, TRAINING)
    drawn(page, wait, 7)
    window.open(CNN)
    press(cnn(window), "reset")
    wait(lambda: trainer.status == "idle")
    window.open(DRAW)
    # What is named is what answers.
    assert page.model == SHIPPED
    wait(lambda: page.runner.status == "finished")
    drawn(page, wait, 7)
    assert label(page) == "7"
    page.lesson.tried.emit({"model": SHIPPED})
    wait(lambda: page.runner.status == "finished")
    assert page.runner.error is None


def test_the_network_in_training_stays_chosen_in_another_language(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    trainer = window.runners[CNN]
    press(cnn(window), "step")
    wait(lambda: trainer.status == "paused")
    page = ready(window, wait)
    choose(page, TRAINING)
    drawn(page, wait, 7)
    before = answer(page)
    window.switch_language("fa")
    page = draw_page(window)
    assert page.model == TRAINING
    assert answer(page) is before
    draw(page.canvas, [[(0.1, 0.1), (0.9, 0.9)]])
    wait(lambda: answer(page) is not before)
    assert page.runner.error is None


def test_a_network_trained_a_minute_ago(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, {**TINY, "epochs": "1"})
    press(cnn(window), "run")
    wait(lambda: window.runners[CNN].status == "finished")
    [(run, _)] = run_store().all()
    assert (run.folder / MODEL).exists()
    page = ready(window, wait)
    choose(page, str(run.folder))
    wait(lambda: page.runner.status == "finished")
    drawn(page, wait, 7)
    session = page.runner.session
    assert session is not None
    assert session.params.model == str(run.folder)
    accuracy = window.runners[CNN].session
    assert accuracy is not None
    # Measured again, it does as well as at the end of its training.
    shown = cnn(window).controls.result.text().split()[-2]
    wait(lambda: shown in page.words.text())


def test_a_run_that_was_taken_away_is_said_or_left(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, {**TINY, "epochs": "1"})
    press(cnn(window), "run")
    wait(lambda: window.runners[CNN].status == "finished")
    [(run, _)] = run_store().all()
    page = ready(window, wait)
    (run.folder / MODEL).write_bytes(b"not a model")
    choose(page, str(run.folder))
    wait(lambda: page.runner.status == "failed")
    assert str(run.folder) in page.notice.said
    choose(page, SHIPPED)
    wait(lambda: page.runner.status == "finished")
    drawn(page, wait, 7)
    assert label(page) == "7"


def test_the_keys_of_the_page(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    page = ready(open_window(), wait)
    canvas, control = page.canvas, Qt.KeyboardModifier.ControlModifier
    assert canvas.hasFocus()
    width = canvas.pen_width
    qtbot.keyClick(canvas, "]")
    assert canvas.pen_width == page.pen.value() == width + 2
    assert str(width + 2) in page.pen_words.text()
    for _ in range(40):
        qtbot.keyClick(canvas, "[")
    assert canvas.pen_width == page.pen.minimum()
    for digit in (1, 7):
        draw(canvas, place(digit_strokes(digit)[0]))
    both = canvas.drawing()
    assert page.undo.isEnabled()
    assert not page.redo.isEnabled()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    assert np.count_nonzero(canvas.drawing()) < np.count_nonzero(both)
    assert page.redo.isEnabled()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert (canvas.drawing() == both).all()
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    assert page.eraser.isChecked()
    stroke(canvas, (10, 10), (270, 270))
    assert np.count_nonzero(canvas.drawing()) < np.count_nonzero(both)
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    assert not canvas.erasing
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not canvas.drawing().any()
    assert not page.undo.isEnabled()


def test_the_keys_of_the_page_do_nothing_on_another(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN)
    page = ready(window, wait)
    drawn(page, wait, 7)
    before = page.canvas.drawing()
    window.open(CNN)
    editor = cnn(window).form.editor("epochs")
    editor.setFocus()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_E, Qt.Key.Key_Z):
        qtbot.keyClick(editor, key, Qt.KeyboardModifier.ControlModifier if key == Qt.Key.Key_Z else Qt.NoModifier)
    assert (page.canvas.drawing() == before).all()
    assert not page.eraser.isChecked()


def test_the_drawing_and_its_answer_survive_another_language_and_theme(wait: Wait, open_window: Opener) -> None:
    window = open_window()
    drawn(ready(window, wait), wait, 7)
    window.switch_language("fa")
    window.switch_theme("dark")
    page = draw_page(window)
    assert label(page) == "7"
    wait(lambda: view(page, ProbabilitiesView).isVisible())
    assert view(page, ProbabilitiesView)._event is answer(page)
    assert page.canvas.can_undo
    drawn(page, wait, 3)
    assert label(page) == "3"


def let_fall(page: DrawPage, path: Path) -> None:
    """Drop a file on the canvas, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    middle = page.canvas.rect().center()
    common = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle, *common)
    QApplication.sendEvent(page.canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page.canvas, QDropEvent(QPointF(middle), *common))


def test_a_photograph_let_fall_on_the_canvas(wait: Wait, open_window: Opener, tmp_path: Path) -> None:
    window = open_window(DRAW)
    page = ready(window, wait)
    test = sessions.data_store().load("digits").test
    place_of_four = int(np.flatnonzero(test.labels == 4)[0])
    picture = KINDS["blank paper, medium"](test.images[place_of_four], np.random.default_rng(3))
    Image.fromarray(picture).save(tmp_path / "four.png")
    four = tmp_path / "four.png"
    let_fall(page, four)
    wait(lambda: page.given == four and label(page) == "4")
    assert not page.canvas.drawing().any() and page.canvas.shows_picture
    # Another language: the picture is still there, and so is what was said of it.
    window.switch_language("fa")
    page = draw_page(window)
    assert page.given == four and page.canvas.shows_picture and label(page) == "4"
    # What is no picture is said, and what was there stays.
    (tmp_path / "text.png").write_text("no picture")
    let_fall(page, tmp_path / "text.png")
    wait(lambda: "text.png" in page.notice.said)
    assert not page.notice.isHidden() and label(page) == "4" and page.given == four
    # Another network is asked for the same picture.
    accuracy = page.runner.history.newest(Metrics)
    page._choose()
    wait(lambda: page.runner.status == "finished" and page.runner.history.newest(Metrics) is not accuracy)
    wait(lambda: label(page) == "4")
    # An empty sheet is no digit, and says so of itself.
    Image.fromarray(np.full((60, 60), 250, np.uint8)).save(tmp_path / "empty.png")
    let_fall(page, tmp_path / "empty.png")
    wait(lambda: page.given == tmp_path / "empty.png" and label(page) is None)
    # A pen on the canvas begins a drawing.
    draw(page.canvas, place(digit_strokes(7)[0]))
    answered(page, wait)
    assert page.given is None and label(page) == "7"

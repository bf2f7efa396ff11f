"""Copying a run in one window and pasting it in another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.runs.runner import Runner
from app.views.confusion import ConfusionView
from lab.core import catalogue
from lab.core.events import Metrics, Predictions, Scalars
from lab.core.experiment import State
from lab.running.sharing import Copied, Shared, decode, encode
from tests.app.fakes import Array, Count, CountParams, Record
from tests.app.leaks import settle
from tests.app.pages import metrics, opened, page_of, type_over, values
from tests.app.windows import CNN, DRAW, ENDLESS, TINY, Opener, cnn, press, view, waiter
from tests.networks import typed

SOFTMAX, LINE = "maths.softmax", "gradient_descent.line"
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


@pytest.fixture(autouse=True)
def clipboard() -> Iterator[None]:
    put("")
    yield
    put("")


def put(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def copied() -> str:
    return QGuiApplication.clipboard().text()


def keys(page: Page, key: Qt.Key) -> None:
    QTest.keyClick(page, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def scalars(page: Page, name: str, after: int) -> list[Scalars]:
    events = page.runner.history.replay()
    return [event for event in events if isinstance(event, Scalars) and event.name == name and event.step > after]


# Between windows.


def test_a_network_in_training_goes_on_in_another_window_with_the_same_numbers(wait: Wait, open_window: Opener) -> None:
    window = open_window(CNN, TINY)
    page = cnn(window)
    press(page, "run")
    wait(lambda: page.runner.speed.progress is not None and page.runner.speed.progress.step >= 6)
    press(page, "copy")  # While it runs.
    wait(lambda: bool(copied()))
    text = copied()
    shared = decode(text)
    assert shared.state is not None
    step = shared.state.step
    assert page.notice.isVisible()
    assert f"state at step {step}, {len(text):,} characters" in page.notice.said
    wait(lambda: page.runner.status == "finished")
    expected, losses = metrics(page), scalars(page, "batch", step)
    window.close()

    # The other person was on another page, and looks at other parameters.
    window = open_window(SOFTMAX, {"units": "12"})
    put("\n".join(text[place : place + 70] for place in range(0, len(text), 70)))
    keys(page_of(window, SOFTMAX), Qt.Key.Key_V)
    page = cnn(window)
    assert window.stack.currentWidget() is page
    assert values(page) == shared.params
    wait(lambda: page.runner.status == "paused")
    settle()
    assert page.controls.button("run").text() == "Continue"
    assert f"stands at step {step}" in page.notice.said
    assert page.controls.bar.value() == step
    # What the network says at that state is there to see.
    shown = page.runner.history.newest(Predictions)
    assert isinstance(shown, Predictions)
    assert shown.step == step
    wait(lambda: view(page, ConfusionView).empty() == "")
    # Copied again, it is the same text.
    press(page, "copy")
    wait(lambda: copied() != "" and "\n" not in copied())
    assert copied() == text
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert metrics(page) == expected
    assert scalars(page, "batch", step) == losses


def test_a_finished_run_is_pasted_as_finished(wait: Wait, open_window: Opener) -> None:
    page = cnn(open_window(CNN, TINY))
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    expected = metrics(page)
    press(page, "copy")
    wait(lambda: bool(copied()))
    press(page, "reset")
    wait(lambda: page.runner.status == "idle")
    press(page, "paste")
    wait(lambda: page.runner.status == "finished")
    settle()
    assert metrics(page) == expected
    assert "at its end, after step 34" in page.notice.said


def test_a_pasted_run_takes_the_place_of_the_one_that_runs(wait: Wait, open_window: Opener) -> None:
    page = cnn(open_window(CNN, ENDLESS))
    press(page, "run")
    wait(lambda: page.runner.speed.progress is not None)
    press(page, "copy")
    wait(lambda: bool(copied()))
    state = decode(copied()).state
    assert state is not None
    press(page, "paste")
    wait(lambda: page.runner.status == "paused")
    assert page.runner.speed.progress is not None
    assert page.runner.speed.progress.step == state.step


def test_what_no_text_can_hold_is_copied_without_its_state(wait: Wait, open_window: Opener) -> None:
    page = cnn(open_window(CNN, {**TINY, "network": typed(units=(2000,))}))
    press(page, "step")
    wait(lambda: page.runner.status == "paused")
    press(page, "copy")
    wait(lambda: bool(copied()))
    assert "Only the parameters were copied. This state has more than 200,000 numbers" in page.notice.said
    assert decode(copied()) == Shared(CNN, values(page), None)


# Parameters alone.


def test_a_closed_form_is_its_parameters(open_window: Opener) -> None:
    window, page = opened(open_window, SOFTMAX, {"temperature": "3"})
    press(page, "copy")
    assert decode(copied()) == Shared(SOFTMAX, values(page), None)
    assert "the parameters" in page.notice.said
    window.close()
    _, page = opened(open_window, SOFTMAX, {})
    keys(page, Qt.Key.Key_V)
    settle()
    assert values(page).temperature == 3
    assert "the parameters are in the form" in page.notice.said


def test_before_anything_ran_the_form_is_copied(wait: Wait, open_window: Opener) -> None:
    page = cnn(open_window(CNN, TINY))
    press(page, "copy")
    assert decode(copied()) == Shared(CNN, values(page), None)
    page.form.set_texts({"network": typed(units=(9,))})
    press(page, "paste")
    # Also when the page has shown what the form describes now.
    wait(lambda: not page._preview_timer.isActive())
    assert "linear units=8" in values(page).network
    assert page.runner.status == "idle"
    assert "holds no state" in page.notice.said


def test_a_wrong_form_cannot_be_copied(open_window: Opener) -> None:
    _, page = opened(open_window, SOFTMAX, {})
    type_over(page, "temperature", "-5")
    keys(page, Qt.Key.Key_C)
    assert copied() == ""
    assert "Temperature" in page.notice.said
    page = cnn(open_window(CNN, {"units": "-5"}))
    button = page.controls.button("copy")
    assert not button.isEnabled()
    assert "-5" in button.toolTip()


def test_a_run_without_state_follows_the_parameters(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LINE, {})
    put(encode(LINE, catalogue.experiment(LINE).params.from_texts({"steps": "7"}), None))
    press(page, "run")
    wait(lambda: page.runner.speed.progress is not None)
    press(page, "pause")
    wait(lambda: page.runner.status == "paused")
    press(page, "paste")
    wait(lambda: page.runner.status == "idle")
    settle()
    assert values(page).steps == 7
    assert "the parameters are in the form" in page.notice.said


# What cannot be pasted.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no text on the clipboard"),
        ("Dear Ali", "no text that Descent copied"),
        (encode(CNN, catalogue.experiment(CNN).params(), None)[:-3], "cut off"),
        (encode(DRAW, catalogue.experiment(DRAW).params(), None), "draw.digit, which has no page here"),
    ],
)
def test_what_is_no_run_is_said_and_changes_nothing(open_window: Opener, text: str, words: str) -> None:
    window, page = opened(open_window, SOFTMAX, {"temperature": "3"})
    put(text)
    press(page, "paste")
    assert words in page.notice.said
    assert window.stack.currentWidget() is page
    assert values(page).temperature == 3


def test_a_state_that_does_not_fit_is_said(wait: Wait, open_window: Opener) -> None:
    page = cnn(open_window(CNN, TINY))
    put(encode(CNN, values(page), State({}, {"steps_done": 3})))
    press(page, "paste")
    wait(lambda: page.runner.status == "failed")
    settle()
    assert "belong to another network" in page.notice.said
    press(page, "run")
    wait(lambda: page.runner.status == "finished")


# In the runner's thread.


def test_the_state_is_taken_between_two_steps(qtbot: QtBot, runner: Runner, count: type[Count]) -> None:
    texts: list[Copied] = []
    runner.copied.connect(texts.append)
    count.step_may_end.clear()
    runner.start(CountParams(steps=100))
    qtbot.waitUntil(count.step_begins.is_set)
    runner.copy()
    settle()
    assert texts == []
    count.step_may_end.set()
    qtbot.waitUntil(lambda: bool(texts))
    found = decode(texts[0].text)
    assert found.state is not None
    assert found.state.step == texts[0].step == 1
    assert found.state.tensors["count"].tolist() == [1]


def test_a_state_is_there_before_its_first_step_and_rests(qtbot: QtBot, runner: Runner) -> None:
    record = Record(runner)
    texts: list[Copied] = []
    runner.copied.connect(texts.append)
    params = CountParams(steps=20, seed=3)
    shared = decode(encode("fake.count", params, State({"count": Array(12)}, {"steps_done": 12})))
    runner.start_from(shared)
    assert not runner.moves
    qtbot.waitUntil(lambda: runner.status == "paused", timeout=20_000)
    assert runner.held
    assert record.scalars() == []
    runner.copy()
    qtbot.waitUntil(lambda: bool(texts))
    assert texts[0].text == encode("fake.count", params, shared.state)
    runner.go()
    qtbot.waitUntil(lambda: runner.status == "finished")
    assert [event.step for event in record.scalars()] == list(range(13, 21))
    assert Metrics({"value": 3e9 + 20}) in record.events()


def test_an_error_while_copying_is_said_and_ends_nothing(
    qtbot: QtBot, runner: Runner, count: type[Count], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object) -> State:
        raise RuntimeError("no memory for a copy")

    record = Record(runner)
    runner.start(CountParams(steps=3), "step")
    qtbot.waitUntil(lambda: runner.status == "paused", timeout=20_000)
    with monkeypatch.context() as patched:
        patched.setattr(count, "state", broken)
        runner.copy()
        qtbot.waitUntil(lambda: bool(record.of("failed")))
    assert "no memory for a copy" in record.of("failed")[0]
    runner.go()
    qtbot.waitUntil(lambda: runner.status == "finished")


def test_what_is_said_is_said_in_persian_too(open_window: Opener) -> None:
    page = page_of(open_window(SOFTMAX, language="fa"), SOFTMAX)
    put("Dear Ali")
    press(page, "paste")
    assert "Descent" in page.notice.said
    assert "copied" not in page.notice.said

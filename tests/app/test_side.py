"""The leading column: what can be changed is seen on a low screen, and the lesson too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QScrollArea, QSplitter
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.pages.side import LOW, Side
from tests.app.leaks import settle
from tests.app.windows import CNN, Opener


def page_at(open_window: Opener, name: str, size: list[int], spoken: str = "en") -> tuple[Page, Side]:
    window = open_window(name, size=size, language=spoken)
    settle()
    page = window.page(name)
    assert isinstance(page, Page)
    side = page.findChild(Side)
    assert side is not None
    return page, side


def seen(page: Page) -> list[str]:
    """Return the fields that are seen whole."""
    view = page.form.viewport()
    found = []
    for name in page.form.texts():
        editor = page.form.editor(name)
        if editor.isVisible() and view.rect().contains(QRect(editor.mapTo(view, QPoint()), editor.size())):
            found.append(name)
    return found


@pytest.mark.parametrize("spoken", ["en", "fa"])
@pytest.mark.parametrize("name", [CNN, "ann.playground", "convolution.kernels", "gradient_descent.plane"])
def test_six_parameters_and_the_lesson_are_seen_on_a_low_screen(open_window: Opener, name: str, spoken: str) -> None:
    page, side = page_at(open_window, name, [1366, 768], spoken)
    assert side.indexOf(page.form) == 0
    there = [field for field in page.form.texts() if page.form.editor(field).isVisible()]
    assert len(seen(page)) >= min(6, len(there))
    assert page.lesson.height() >= 150


@pytest.mark.parametrize("height", [720, 768])
def test_the_playground_shows_layers_activation_and_rate(open_window: Opener, height: int) -> None:
    page, _ = page_at(open_window, "ann.playground", [1280, height])
    assert {"hidden", "activation", "learning_rate"} <= set(seen(page))


def test_the_lesson_comes_first_where_there_is_room(open_window: Opener) -> None:
    page, side = page_at(open_window, CNN, [1366, LOW + 300])
    assert side.indexOf(page.lesson) == 0
    open_page = page.window()
    open_page.resize(1366, 768)
    settle()
    assert side.indexOf(page.form) == 0


def test_what_needs_little_leaves_the_rest_to_the_lesson(open_window: Opener) -> None:
    page, _ = page_at(open_window, "maths.logarithm", [1366, 768])
    if page.form.verticalScrollBar().maximum() == 0:
        assert page.form.height() <= page.form.needed_height() + 1


def test_a_border_that_was_moved_stays(qtbot: QtBot, open_window: Opener) -> None:
    _, side = page_at(open_window, CNN, [1366, 768])
    QSplitter.moveSplitter(side, 200, 1)
    settle()
    first = side.sizes()[0]
    assert first == pytest.approx(200, abs=2)
    side.share()
    assert side.sizes()[0] == first


def test_plus_and_minus_make_layers_more_and_fewer(qtbot: QtBot, open_window: Opener) -> None:
    page, _ = page_at(open_window, "ann.playground", [1366, 768])
    line = page.form.editor("hidden")
    more, fewer = (action for action in line.actions() if isinstance(action, QAction) and action.text())
    more.trigger()
    assert page.form.texts()["hidden"] == "4, 2, 2"
    for _ in range(5):
        fewer.trigger()
    assert page.form.texts()["hidden"] == ""
    assert page.form.params() is not None
    more.trigger()
    assert page.form.texts()["hidden"] == "1"
    qtbot.keyClicks(line, "+++++++++")
    params = page.form.params()
    assert params is not None
    assert params.hidden == (1,) * 6
    qtbot.keyClicks(line, "-")
    assert page.form.texts()["hidden"] == ", ".join("1" * 5)


@pytest.mark.parametrize("spoken", ["en", "fa"])
@pytest.mark.parametrize(
    "name",
    ["cnn.mnist", "convolution.kernels", "regularisation.weights", "measures.threshold", "overfitting.boundaries"],
)
def test_nothing_is_cut_at_the_side_of_a_narrow_window(open_window: Opener, name: str, spoken: str) -> None:
    page, _ = page_at(open_window, name, [960, 600], spoken)
    assert page.form.widget().minimumSizeHint().width() <= page.form.viewport().width()
    around = [area for area in page.findChildren(QScrollArea) if area is not page.form]
    assert all(area.horizontalScrollBar().maximum() == 0 for area in around)

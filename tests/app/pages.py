"""Pages of experiments for tests: what they show, and what a hand does to them."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QStyle, QStyleOptionSlider, QWidget

from app.pages.page import Page
from app.runs import worker
from app.shell.window import Window
from app.views.base import View
from app.views.table.view import TableView
from app.widgets.fields import SliderEdit
from app.widgets.lesson import LessonView
from lab.core.events import Metrics
from lab.terminal.cli import cli
from tests.app.keyboard import type_text
from tests.app.leaks import settle
from tests.app.mouse import LEFT, NONE, move
from tests.app.windows import Opener

V = TypeVar("V", bound=View)


class Clock:
    """The clock of all runs, which stands still, but when it is set; so nothing is due but what is done by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: self.now))


def page_of(window: Window, name: str) -> Page:
    """Return a page that is open."""
    page = window.page(name)
    assert isinstance(page, Page)
    return page


def named(page: Page, kind: type[V], name: str) -> V:
    """Return the view of a kind that shows what has a name."""
    return next(view for view in page.views if isinstance(view, kind) and view.name == name)


def values(page: Page) -> Any:
    """Return the parameters that the form describes."""
    params = page.form.params()
    assert params is not None, page.form.said()
    return params


def rows(table: TableView) -> list[list[Any]]:
    """Return what stands in the cells of a table."""
    return [] if table._event is None else [[cell.value for cell in row] for row in table._event.rows]


def beside(table: TableView, words: str) -> Any:
    """Return what stands beside some words in a table."""
    return next(row[1] for row in rows(table) if str(row[0]) == words)


def metrics(page: Page) -> dict[str, float]:
    """Return the result of the run of a page."""
    found = page.runner.history.newest(Metrics)
    assert isinstance(found, Metrics)
    return dict(found.values)


def command_line(name: str, **texts: str) -> dict[str, float]:
    """Run an experiment without a screen, and return its result."""
    options = [part for field, text in texts.items() for part in (f"--{field.replace('_', '-')}", text)]
    answer = CliRunner().invoke(cli, ["run", name, *options, "--json"])
    assert answer.exit_code == 0, answer.output
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])["metrics"]
    return found


def opened(open_window: Opener, name: str, texts: dict[str, str]) -> tuple[Window, Page]:
    """Open a page whose form was left with some values."""
    window = open_window(name)
    page = page_of(window, name)
    page.form.set_texts(texts)
    settle()
    return window, page


def step(page: Page) -> int:
    """Return how many steps the run of a page did."""
    progress = page.runner.speed.progress
    return 0 if progress is None else progress.step


def ready(page: Page) -> bool:
    """Whether the page waits for Run, as if nothing had happened."""
    button = page.controls.button("run")
    nothing_runs = not page.controls.button("pause").isEnabled() and not page.controls.button("stop").isEnabled()
    nothing_said = page.controls.words.text() == "" and page.controls.bar.value() == 0
    return button.isEnabled() and button.text() == "Run" and nothing_runs and nothing_said


# What a hand does.


def hover(widget: QWidget, point: QPointF) -> None:
    """Move the mouse over a place, with no button held."""
    move(widget, point.toPoint(), NONE)


def drag(widget: QWidget, start: QPointF, *through: QPointF) -> None:
    """Take hold at a place, and let go at the last one."""
    QTest.mousePress(widget, LEFT, pos=start.toPoint())
    for point in through:
        move(widget, point.toPoint(), LEFT)
    QTest.mouseRelease(widget, LEFT, pos=(through or (start,))[-1].toPoint())


def handle(slider: SliderEdit) -> QPoint:
    """Return the middle of the handle of a slider."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider).center()


def take(page: Page, field: str) -> SliderEdit:
    """Take hold of the slider of a field."""
    slider = page.form._sliders[field]
    page.form.ensureWidgetVisible(slider)
    for _ in range(50):
        # Where the form still arranges itself, the handle is elsewhere a moment later.
        QApplication.processEvents()
        QTest.mousePress(slider, LEFT, pos=handle(slider))
        if slider.isSliderDown():
            return slider
        QTest.mouseRelease(slider, LEFT, pos=handle(slider))
    raise AssertionError(f"the slider of {field} cannot be taken")


def slide(page: Page, field: str, share: float) -> None:
    """Drag the slider of a field to a share of its way."""
    slider = take(page, field)
    there = QPoint(round(share * slider.width()), slider.height() // 2)
    move(slider, there, LEFT)
    QTest.mouseRelease(slider, LEFT, pos=there)
    follows(page)


def follows(page: Page) -> None:
    """Wait for what is made beside the window while a slider moves."""
    patience = time.monotonic() + 60
    while page.previewer.waits:
        assert time.monotonic() < patience
        QApplication.processEvents()


def type_over(page: Page, field: str, text: str) -> None:
    """Type a text into a field, over what stands there."""
    editor = page.form.editor(field)
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    type_text(editor, text)


def choose(box: QComboBox, data: Any) -> None:
    """Choose an entry with the arrow keys."""
    wanted = next(place for place in range(box.count()) if box.itemData(place) == data)
    box.setFocus()
    while box.currentIndex() != wanted:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if before < wanted else Qt.Key.Key_Up)
        assert box.currentIndex() != before


def at_full_speed(page: Page) -> None:
    choose(page.controls.speed, None)


def follow(lesson: LessonView, target: str) -> None:
    """Click on a link of a lesson."""
    block = lesson.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            fragment = pieces.fragment()
            if fragment.charFormat().anchorHref() == target:
                cursor = QTextCursor(lesson.document())
                cursor.setPosition(fragment.position() + 1)
                lesson.setTextCursor(cursor)
                lesson.ensureCursorVisible()
                place = lesson.cursorRect(cursor).center()
                assert lesson.anchorAt(place) == target
                QTest.mouseClick(lesson.viewport(), LEFT, pos=place)
                return
            pieces += 1
        block = block.next()
    raise AssertionError(f"the lesson has no link to {target}")

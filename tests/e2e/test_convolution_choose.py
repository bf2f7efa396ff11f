"""The tasks of sizes, by mouse and keyboard."""

from __future__ import annotations

import pytest
import torch  # noqa: F401  Before a thread of the window may have half loaded it.
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView
from lab.topics.convolution.choose.tasks import generated
from tests.app.pages import page_of, rows, type_over, values
from tests.app.windows import Opener, press
from tests.e2e.acts import Acts, linked, open_point, pick, said, shown

NAME = "convolution.choose"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def marks(page: Page) -> list[str]:
    """Return the verdicts on channels, rows and columns."""
    table = shown(page, TableView, "verdicts")
    return [str(row[4]) for row in rows(table)]


def test_the_task_of_the_course_is_solved_axis_by_axis(acts: Acts) -> None:
    _, page = acts.open(NAME)
    equation = shown(page, MatricesView, "task")
    assert [equation.item(place).rows for place in range(3)] == [((1, 256, 256),), ((1, 252, 84),), ((1, 254, 254),)]
    assert marks(page) == ["right", "wrong", "wrong"]
    type_over(page, "padding", "0")
    assert marks(page) == ["right", "right", "wrong"]
    hint = rows(shown(page, TableView, "verdicts"))[2][5]
    assert str(hint) == "168 too many, 3.0 times: a larger stride."
    assert page.notice.said == ""
    line = page.form.editor("stride")
    type_over(page, "stride", "1, 1")
    QTest.keyClick(line, Qt.Key.Key_Up)
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert values(page).stride == (1, 3)
    assert marks(page) == ["right"] * 3
    assert "Right" in page.notice.said
    assert equation.item(2).sign == "="
    check = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(check)) and rows(check)[2][3] == "1 × 252 × 84")


def test_a_new_seed_sets_another_task_and_hides_nothing_that_was_asked_for(acts: Acts) -> None:
    _, page = acts.open(NAME)
    seen = shown(page, TableView, "solutions")
    assert str(rows(seen)[0][1]) == "hidden"
    press(page, "new_seed")
    params = values(page)
    assert params.task == "generated"
    task = generated(params.seed, params.level)
    equation = shown(page, MatricesView, "task")
    assert equation.item(1).rows == ((task.out_channels, *task.wanted),)
    box = page.form.editor("solution")
    page.form.ensureWidgetVisible(box)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    kernel = str(said(seen, "kernel size k"))
    for field, words in {"kernel": "kernel size k", "padding": "padding p", "stride": "stride s"}.items():
        type_over(page, field, str(said(seen, words)))
    type_over(page, "out_channels", str(task.out_channels))
    assert values(page).kernel == tuple(map(int, kernel.split(", ")))
    assert marks(page) == ["right"] * 3


def test_a_layer_is_opened_on_the_page_of_sizes(acts: Acts) -> None:
    window, page = acts.open(NAME, kernel="4", padding="0")
    pick(page, "task", "2")
    chart = shown(page, ChartView, "plane")
    link, x, y = open_point(chart, linked(chart)[0])
    assert (x, y) == (61, 61)
    sizes = page_of(window, "convolution.size")
    assert window.stack.currentWidget() is sizes
    found = values(sizes)
    assert (found.size, found.in_channels, found.kernel, found.padding) == ((64, 64), 3, (4,), (0,))
    assert link.experiment == "convolution.size"
    assert [row[2] for row in rows(shown(sizes, TableView, "arithmetic"))] == [61, 61]


def test_in_persian_what_does_not_fit_is_wrong_and_explained(open_window: Opener) -> None:
    page = page_of(open_window(NAME, language="fa"), NAME)
    type_over(page, "kernel", "۶۴")
    type_over(page, "dilation", "۵")
    table = shown(page, TableView, "verdicts")
    assert "نادرست" in table.describe_cell(1, 4)
    assert "هسته ۳۱۶ پیکسل را می‌پوشاند" in table.describe_cell(1, 5)
    equation = shown(page, MatricesView, "task")
    assert equation.item(2).rows == ((1, "–", "–"),)

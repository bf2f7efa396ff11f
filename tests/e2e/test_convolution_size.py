"""The page of sizes, by mouse and keyboard."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from torch.nn import functional

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from lab.core.pictures import PicturePanel
from tests.app.keyboard import type_text
from tests.app.pages import drag, page_of, rows, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, click, pick, said, shown

NAME = "convolution.size"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def panels(page: Page) -> tuple[PicturePanel, ...]:
    view = shown(page, PicturesView, "drawing")
    return view.scene().panels if not view.empty() else ()


def by_torch(page: Page) -> list[int]:
    """Return rows and columns of the output of what stands in the form."""
    params = values(page)
    sides = (params.size[0], params.size[-1])
    image = torch.zeros(1, 1, *sides, device="meta")
    weight = torch.zeros(1, 1, params.kernel[0], params.kernel[-1], device="meta")
    pairs = [(each[0], each[-1]) for each in (params.stride, params.padding, params.dilation)]
    return list(functional.conv2d(image, weight, None, *pairs).shape[2:])


def outputs(page: Page) -> list[object]:
    return [row[2] for row in rows(shown(page, TableView, "arithmetic"))]


def test_a_size_follows_the_keys_and_the_entry_at_the_cursor(acts: Acts) -> None:
    _, page = acts.open(NAME, size="30, 20", stride="2, 3", kernel="4")
    assert outputs(page) == by_torch(page)
    line = page.form.editor("stride")
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_End)
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert values(page).stride == (2, 4)
    QTest.keyClick(line, Qt.Key.Key_Home)
    for _ in range(3):
        QTest.keyClick(line, Qt.Key.Key_Down)
    # There is no stride of 0.
    assert values(page).stride == (1, 4)
    assert outputs(page) == by_torch(page)
    assert panels(page)[1].values.shape == tuple(by_torch(page))
    check = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(check)) and rows(check)[2][3] == f"1 × {by_torch(page)[0]} × {by_torch(page)[1]}")
    assert {row[4] for row in rows(check)} == {0}


def test_a_click_into_the_output_shows_its_window(acts: Acts) -> None:
    _, page = acts.open(NAME, size="12", kernel="3", padding="1", stride="3")
    view = shown(page, PicturesView, "drawing")
    click(view, view.pixel_area(1, 2, 1).center())
    assert values(page).at == (2, 1)
    window = next(box for box in panels(page)[0].boxes if "window of output (2, 1)" in str(box.label))
    # Counted from the first pixel of the padding.
    assert (window.row, window.column, window.height, window.width) == (6, 3, 3, 3)
    assert str(view._event.note if view._event else "").endswith("rows 5 to 7 and columns 2 to 4 of the input.")
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert values(page).at == (2, 2)


def test_dragging_in_the_chart_varies_what_is_chosen(acts: Acts) -> None:
    _, page = acts.open(NAME)
    pick(page, "vary", "kernel")
    chart = shown(page, ChartView, "curve")
    assert chart.picture is not None
    plot = chart.picture.frame.plot
    drag(chart, plot.center(), QPointF(plot.left() + 0.2 * plot.width(), plot.center().y()))
    kernel = values(page).kernel
    assert len(kernel) == 1
    assert 12 <= kernel[0] <= 15
    assert outputs(page) == by_torch(page)


def test_what_does_not_fit_is_shown_with_its_arithmetic_and_the_words_of_torch(acts: Acts) -> None:
    _, page = acts.open(NAME, size="5", kernel="9", padding="0")
    table = shown(page, TableView, "arithmetic")
    assert rows(table)[0][1] == "⌊(5 + 2·0 − 1·(9 − 1) − 1)/1⌋ + 1 = −3"
    assert [str(value) for value in outputs(page)] == ["none", "none"]
    assert len(panels(page)) == 1
    assert page.form.said() == ""
    check = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(check)) and str(rows(check)[2][3]) == "refused")
    assert "Kernel size can't be greater than actual input size" in str(rows(check)[2][4])
    # What is no number is said; what was shown stays.
    type_over(page, "kernel", "0")
    assert "0 is not allowed" in page.form.said()
    assert len(rows(table)) == 2
    type_over(page, "kernel", "3")
    assert outputs(page) == [3, 3]
    assert said(shown(page, TableView, "counts"), "parameters") == 10


def test_in_persian_the_keys_keep_their_digits(open_window: Opener) -> None:
    page = page_of(open_window(NAME, language="fa"), NAME)
    line = page.form.editor("size")
    line.setFocus()
    line.selectAll()
    type_text(line, "۲۷، ۳۰")
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "۲۷, ۳۱"
    assert values(page).size == (27, 31)
    assert outputs(page) == by_torch(page)
    view = shown(page, PicturesView, "drawing")
    assert "ورودی" in view.describe_pixel((0, (0, 0)))

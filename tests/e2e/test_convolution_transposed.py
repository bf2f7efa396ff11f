"""The page of transposed convolution, by mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from torch.nn import functional

from app.core.language import words
from app.pages.page import Page
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from lab.core.figures import MatrixItem
from tests.app.keyboard import type_text
from tests.app.pages import page_of, rows, slide, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, click, shown

NAME = "convolution.transposed"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def items(page: Page) -> tuple[MatrixItem, ...]:
    event = shown(page, MatricesView, "stamping")._event
    assert event is not None
    return event.items


def by_torch(page: Page, done: int, kernel: list[list[float]]) -> np.ndarray:
    x = torch.arange(1.0, 17).reshape(1, 1, 4, 4)
    x.view(-1)[done:] = 0
    stride = values(page).stride[0]
    return functional.conv_transpose2d(x, torch.tensor(kernel)[None, None], stride=stride)[0, 0].numpy()


def test_the_slider_stamps_number_by_number_and_a_click_looks_at_one(acts: Acts) -> None:
    _, page = acts.open(NAME)
    slide(page, "step", 0.1)
    step = values(page).step
    assert 0 < step < 16
    np.testing.assert_array_equal(items(page)[4].rows, by_torch(page, step, [[1.0] * 3] * 3))
    # Clicking a number looks at its stamp when all are there.
    view = shown(page, PicturesView, "pictures")
    acts.wait(lambda: view.empty() == "" and not view.dirty)
    click(view, view.pixel_area(0, 2, 3).center())
    assert (values(page).at, values(page).step) == ((2, 3), 0)
    assert items(page)[4].lit == {(i, j) for i in (4, 5, 6) for j in (6, 7, 8)}
    np.testing.assert_array_equal(items(page)[4].rows, by_torch(page, 16, [[1.0] * 3] * 3))


def test_a_cell_of_the_kernel_is_typed_and_the_stamps_follow(acts: Acts) -> None:
    _, page = acts.open(NAME)
    view = shown(page, MatricesView, "stamping")
    view.setFocus()
    click(view, view.cell_area((2, 0, 0)).center())
    type_text(view, "5")
    QTest.keyClick(view.focusWidget() or view, Qt.Key.Key_Return)
    acts.wait(lambda: values(page).weights == "own")
    kernel = [[float(cell) for cell in row] for row in items(page)[2].rows]
    assert sum(map(sum, kernel)) == 13
    np.testing.assert_array_equal(items(page)[4].rows, by_torch(page, 16, kernel))


def test_what_does_not_fit_is_explained_and_a_wrong_output_padding_refused(acts: Acts) -> None:
    _, page = acts.open(NAME, size="2", padding="3")
    table = shown(page, TableView, "arithmetic")
    assert rows(table)[1][1] == "2·(2 − 1) + 3 − 2·3 = −1"
    assert page.form.said() == ""
    check = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(check)) and str(rows(check)[-1][3]) == "refused")
    type_over(page, "padding", "0")
    type_over(page, "output_padding", "2")
    assert "at most 1" in page.form.said()
    type_over(page, "output_padding", "1")
    assert rows(table)[0][1] == 6
    acts.wait(lambda: len(rows(check)) == 9)
    assert [row[4] for row in rows(check)] == pytest.approx([0] * len(rows(check)), abs=1e-9)


def test_in_persian_64_become_68(open_window: Opener) -> None:
    page = page_of(open_window(NAME, language="fa"), NAME)
    for field, text in (("size", "۶۴"), ("kernel", "۵"), ("stride", "۱")):
        type_over(page, field, text)
    assert rows(shown(page, TableView, "arithmetic"))[0][1] == 68
    event = shown(page, MatricesView, "stamping")._event
    assert event is not None
    assert "عددبه‌عدد" in words(event.refusal)

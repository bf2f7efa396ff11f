"""The page where a window travels over an image, by mouse and keyboard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from torch.nn import functional

from app.pages.page import Page
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView
from lab.core.figures import MatrixItem
from tests.app.keyboard import type_text
from tests.app.mouse import LEFT
from tests.app.pages import hover, metrics, page_of, rows, slide, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, click, pick, said, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def item(view: MatricesView, title: str) -> tuple[int, MatrixItem]:
    assert view._event is not None
    return next((place, each) for place, each in enumerate(view._event.items) if str(each.title) == title)


def by_torch(page: Page) -> Any:
    """Return what torch makes of the form: (rows, columns)."""
    working = values(page).working()
    kernel = torch.tensor(working.kernel)
    if working.turned:
        kernel = torch.rot90(kernel, 2)
    image, bias = torch.tensor(working.image)[None, None], torch.tensor([working.bias], dtype=torch.float64)
    found = functional.conv2d(image, kernel[None, None], bias, working.stride, working.padding, working.dilation)
    return found[0, 0].numpy()


def test_a_number_of_the_output_is_taken_apart_by_click_and_arrows(qtbot: QtBot, acts: Acts) -> None:
    _, page = acts.open("convolution.by_number")
    view, apart = shown(page, MatricesView, "convolution"), shown(page, MatricesView, "apart")
    place, output = item(view, "output")
    np.testing.assert_allclose(output.rows, by_torch(page))
    click(view, view.cell_area((place, 3, 1)).center())
    seen = []
    for key in (None, Qt.Key.Key_Right, Qt.Key.Key_Up):
        if key is not None:
            qtbot.keyClick(view, key)
        products, total = apart.item(2), apart.item(3)
        at = values(page).at
        seen.append(at)
        assert np.sum(products.rows) == pytest.approx(total.rows[0][0]) == pytest.approx(by_torch(page)[at])
        assert item(view, "output")[1].lit == {at}
        assert said(shown(page, TableView, "numbers"), f"output[{at[0]}, {at[1]}]") == total.rows[0][0]
    assert seen == [(3, 1), (3, 2), (2, 2)]
    # What is pointed at is explained, without being chosen.
    centre = view.cell_area((place, 0, 4)).center()
    hover(view, centre)
    assert "output[0, 4] = 0·1" in view.describe(centre.toPoint())
    assert values(page).at == (2, 2)


def test_cells_are_edited_and_everything_follows(qtbot: QtBot, acts: Acts) -> None:
    _, page = acts.open("convolution.by_number")
    view = shown(page, MatricesView, "convolution")
    place, _ = item(view, "kernel")
    QTest.mouseDClick(view, LEFT, pos=view.cell_area((place, 0, 1)).center().toPoint())
    type_text(view._editor, "2.5")
    qtbot.keyClick(view._editor, Qt.Key.Key_Return)
    assert values(page).working().kernel[0].tolist() == [1, 2.5, -1]
    slide(page, "bias", 0.8)
    type_over(page, "padding", "1, 0")
    pick(page, "direction", "turned")
    np.testing.assert_allclose(item(view, "output")[1].rows, by_torch(page))
    # What cannot be a weight is refused in the cell, and what cannot be an image in the form; all else stays.
    QTest.mouseDClick(view, LEFT, pos=view.cell_area((item(view, "kernel")[0], 0, 0)).center().toPoint())
    type_text(view._editor, "two")
    qtbot.keyClick(view._editor, Qt.Key.Key_Return)
    assert "is not a number" in str(view._complaint)
    before = item(view, "output")[1].rows
    type_over(page, "image", "x 1")
    assert "in row 1, column 1 stands x" in page.form.complaint.text()
    assert item(view, "output")[1].rows == before
    # A kernel that fits nowhere is said in place of the output.
    type_over(page, "image", "1 2; 3 4")
    type_over(page, "padding", "0")
    assert view._event is not None
    assert "fits nowhere" in str(view._event.refusal)
    assert "fits nowhere" in page.notice.said


def test_the_window_travels_and_torch_agrees_at_the_end(acts: Acts) -> None:
    _, page = acts.open("convolution.by_number", image="1 2 3; 4 5 6; 7 8 9", kernel="1 0; 0 -1")
    view = shown(page, MatricesView, "convolution")
    for step in (1, 2, 3):
        acts.step(page)
        output = item(view, "output")[1]
        assert output.lit == {divmod(step - 1, 2)}
        assert len(output.waiting) == 4 - step
    acts.run(page)
    assert not item(view, "output")[1].waiting
    assert metrics(page)["sum"] == pytest.approx(by_torch(page).sum())
    check = shown(page, TableView, "check")
    acts.wait(lambda: len(rows(check)) == 7)
    assert [row[4] for row in rows(check)] == pytest.approx([0] * 7, abs=1e-9)
    # A click goes on from there, with all of the output.
    click(view, view.cell_area((item(view, "output")[0], 0, 1)).center())
    acts.wait(lambda: item(view, "output")[1].lit == {(0, 1)} if view._event is not None else False)
    assert values(page).at == (0, 1)


def test_in_persian_with_persian_digits(open_window: Opener) -> None:
    page = page_of(open_window("convolution.by_number", language="fa"), "convolution.by_number")
    type_over(page, "padding", "۱، ۲")
    view = shown(page, MatricesView, "convolution")
    output = view.item(3)
    np.testing.assert_allclose(output.rows, by_torch(page))
    # The arithmetic is read from the left, as everywhere.
    assert '<div dir="ltr">output[0, 0] = ' in view.describe(view.cell_area((3, 0, 0)).center().toPoint())
    assert "حاشیه" in view.describe(view.cell_area((1, 0, 0)).center().toPoint())
    direction = page.form.editor("direction")
    assert isinstance(direction, QComboBox)
    assert "همبستگی" in direction.currentText()

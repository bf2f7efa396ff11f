"""The page that compares SciPy's convolution with torch's, by mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot
from torch.nn import functional

from app.pages.page import Page
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from lab.core.events import Array
from tests.app.keyboard import type_text
from tests.app.mouse import LEFT
from tests.app.pages import rows, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, pick, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def by_torch(page: Page, *, turned: bool) -> Array:
    image, kernel = values(page).arrays()
    weights = torch.tensor(kernel)[None, None]
    found: Array = functional.conv2d(torch.tensor(image)[None, None], weights.flip(2, 3) if turned else weights)
    return found[0, 0].numpy()


def pictures(view: PicturesView) -> list[Array]:
    return [] if view._event is None else [panel.values for panel in view._event.panels]


def shows(view: PicturesView, *wanted: Array) -> bool:
    """Tell whether the first pictures of a view are those."""
    found = pictures(view)
    return len(found) >= len(wanted) and all(
        one.shape == other.shape and np.allclose(one, other) for one, other in zip(found, wanted, strict=False)
    )


def test_the_kernel_has_to_be_turned_for_torch(qtbot: QtBot, acts: Acts) -> None:
    _, page = acts.open("convolution.flip")
    outcome, table = shown(page, PicturesView, "outcome"), shown(page, TableView, "comparison")
    # Random numbers and a Gaussian: both agree, since turning that changes nothing.
    acts.wait(lambda: shows(outcome, by_torch(page, turned=True), by_torch(page, turned=False)))
    pick(page, "kernel", "sobel")
    acts.wait(lambda: shows(outcome, by_torch(page, turned=True), by_torch(page, turned=False)))
    assert np.abs(pictures(outcome)[2]).max() > 1
    turn = page.form.editor("turn")
    assert isinstance(turn, QCheckBox)
    turn.setFocus()
    qtbot.keyClick(turn, Qt.Key.Key_Space)
    acts.wait(lambda: shows(outcome, by_torch(page, turned=True), by_torch(page, turned=True)))
    assert np.abs(pictures(outcome)[2]).max() < 1e-12
    assert table._event is not None
    assert [row[3].mark for row in table._event.rows] == ["bad", "good", "good"]


def test_typing_into_a_kernel_makes_it_ones_own(qtbot: QtBot, acts: Acts) -> None:
    _, page = acts.open("convolution.flip")
    pick(page, "kernel", "emboss")
    outcome, kernels = shown(page, PicturesView, "outcome"), shown(page, MatricesView, "kernels")
    QTest.mouseDClick(kernels, LEFT, pos=kernels.cell_area((0, 2, 0)).center().toPoint())
    type_text(kernels._editor, "5")
    qtbot.keyClick(kernels._editor, Qt.Key.Key_Return)
    assert values(page).kernel == "own"
    assert values(page).arrays()[1].tolist() == [[-2, -1, 0], [-1, 1, 1], [5, 1, 2]]
    assert kernels.item(1).rows == ((2, 1, 5), (1, 1, -1), (0, -1, -2))
    acts.wait(lambda: shows(outcome, by_torch(page, turned=True), by_torch(page, turned=False)))
    # What is wrong is said, and the last results stay.
    type_over(page, "weights", "1 2; 3")
    assert "row 2 is 1 long" in page.form.complaint.text()
    assert len(pictures(outcome)) == 3


def test_an_even_kernel_of_the_same_size_is_padded_unevenly(acts: Acts) -> None:
    _, page = acts.open("convolution.flip")
    pick(page, "kernel", "random")
    pick(page, "mode", "same")
    table = shown(page, TableView, "comparison")
    acts.wait(lambda: len(rows(table)) == 5)
    turned = next(row for row in rows(table) if str(row[1]) == "turned round")
    assert turned[2] == "2+1"
    pick(page, "extra", "after")
    acts.wait(lambda: next(row for row in rows(table) if str(row[1]) == "turned round")[2] == "1+2")
    type_over(page, "side", "3")
    acts.wait(lambda: len(rows(table)) == 3)

"""Own points on the page of the playground: put down and taken away with the mouse and the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.field.view import FieldView
from lab.data.planar import Points, parse_points
from tests.app.leaks import settle
from tests.app.mouse import LEFT, RIGHT
from tests.app.pages import named, opened, values
from tests.app.windows import Opener

PLAYGROUND = "ann.playground"


@pytest.fixture
def page(open_window: Opener) -> Page:
    _, page = opened(open_window, PLAYGROUND, {"data": "own", "points": ""})
    return page


def spot(field: FieldView, x: float, y: float) -> QPoint:
    return field.plane().place(x, y).toPoint()


def points(page: Page) -> Points:
    editor = page.form.editor("points")
    assert isinstance(editor, QLineEdit)
    return parse_points("points", editor.text())


def test_points_are_put_into_the_plane_and_learned_from(qtbot: QtBot, page: Page) -> None:
    field = named(page, FieldView, "plane")
    assert page.form.editor("points").isVisible() and not page.form.editor("noise").isVisible()
    QTest.mouseClick(field, LEFT, pos=spot(field, -3, 2))
    assert page.form.error is None
    page.form.set_texts({"brush": "2"})
    settle()
    QTest.mouseClick(field, LEFT, pos=spot(field, 3, -2))
    QTest.mouseClick(field, LEFT, pos=spot(field, 4, -2))
    put = points(page)
    assert put.labels.tolist() == [0, 1, 1]
    np.testing.assert_allclose(put.positions, [[-3, 2], [3, -2], [4, -2]], atol=0.1)
    assert values(page).chosen.labels.tolist() == [0, 1, 1]
    # What is there is drawn, and told.
    assert "B" in field.describe(spot(field, 3, -2))
    QTest.mouseClick(field, RIGHT, pos=spot(field, 4, -2))
    assert points(page).labels.tolist() == [0, 1]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert points(page).labels.tolist() == [0, 1, 1]
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert points(page).labels.tolist() == [0, 1]
    # Another kind of data hides them and keeps them.
    page.form.set_texts({"data": "circle"})
    assert not page.form.editor("points").isVisible() and page.form.editor("noise").isVisible()
    assert points(page).labels.tolist() == [0, 1]

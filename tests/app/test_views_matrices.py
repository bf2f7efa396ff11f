"""Matrices: what lights up, what is said, and what becomes of what a person types."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.views.matrices.text import CellError, lit, read, resized, text_of
from app.views.matrices.view import MatricesView
from lab.core.figures import Matrices, MatrixItem, Window, Words
from lab.core.text import message
from tests.app.keyboard import type_text
from tests.app.mouse import move

A = ((1.0, 2.5), (-3.0, 4.0))
B = ((5.0, 6.0), (7.0, 8.0))
WHYS = (("1·5 + 2.5·7 = 22.5", "1·6 + 2.5·8 = 26"), ("-3·5 + 4·7 = 13", message("fourteen")))
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def product(a: tuple[tuple[float | str, ...], ...] = A, refusal: Words = "") -> Matrices:
    left = MatrixItem("A", a, field="a")
    right = MatrixItem("B", B, "·")
    result = MatrixItem(message("product"), ((22.5, 26.0), (13.0, 14.0)), "=", whys=WHYS, parts={0: "row", 1: "column"})
    return Matrices("n", (left, right) if refusal else (left, right, result), refusal)


def texts(rows: int = 3, columns: int = 2) -> Matrices:
    cells = tuple(tuple(f"word {row} {column}" for column in range(columns)) for row in range(rows))
    return Matrices("n", (MatrixItem("words", cells, field="t"),))


class Heard(list[tuple[str, Any]]):
    """What a view has emitted."""

    def __init__(self, view: MatricesView) -> None:
        super().__init__()
        view.selected.connect(lambda name, value: self.append((name, value)))


@pytest.fixture
def view(qtbot: QtBot) -> MatricesView:
    view = MatricesView("Matrices", "n")
    qtbot.addWidget(view)
    view.resize(560, 300)
    view.show()
    view.activateWindow()
    qtbot.waitExposed(view)
    return view


def show(view: MatricesView, event: Matrices) -> None:
    view.take(event)
    view.refresh()


def at(view: MatricesView, *place: int) -> QPoint:
    item, row, column = place
    return view.cell_area((item, row, column)).center().toPoint()


def picture(view: MatricesView, area: QRectF) -> QImage:
    return view.grab(area.toRect()).toImage()


def has(image: QImage, colour: str) -> bool:
    """Tell whether a colour, or nearly that, as in smoothed letters, is in a picture."""
    wanted = QColor(colour).getRgb()
    pixels = (image.pixelColor(x, y).getRgb() for x in range(image.width()) for y in range(image.height()))
    return any(max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 30 for found in pixels)


def handle(view: MatricesView, change: str, item: int = 0) -> QPoint:
    areas = [area for place, each, area in view._arranged().handles() if (place, each) == (item, change)]
    return (areas[0].center() + view.origin()).toPoint()


# What lights up.


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 7), st.integers(0, 7))
def test_parts_are_those_of_the_arithmetic(rows: int, columns: int, row: int, column: int) -> None:
    cells = np.arange(rows * columns).reshape(rows, columns)
    wanted = {
        "row": cells[row : row + 1],
        "column": cells[:, column : column + 1],
        "cell": cells[row : row + 1, column : column + 1],
        "transposed": cells.T[row : row + 1, column : column + 1],
        "row of column": cells[column : column + 1],
        "all": cells,
    }
    for part, expected in wanted.items():
        lit_rows, lit_columns = lit(part, row, column, rows, columns)
        found = [cells[i, j] for i in lit_rows for j in lit_columns]
        assert sorted(found) == sorted(expected.ravel().tolist()), part


@given(
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 4),
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
)
def test_a_window_lights_its_taps_and_nothing_outside(
    shape: tuple[int, int], size: tuple[int, int], stride: int, dilation: int, padding: int, at_cell: tuple[int, int]
) -> None:
    window = Window(size, (stride, 1), (1, dilation), (padding, 1))
    wanted = {
        (i, j)
        for i in (at_cell[0] * stride + a - padding for a in range(size[0]))
        for j in (at_cell[1] + b * dilation - 1 for b in range(size[1]))
        if 0 <= i < shape[0] and 0 <= j < shape[1]
    }
    rows, columns = lit(window, *at_cell, *shape)
    assert {(i, j) for i in rows for j in columns} == wanted


def test_pointing_lights_what_a_cell_is_made_of(view: MatricesView) -> None:
    show(view, product())
    view.clearFocus()
    cells = [(item, row, column) for item in (0, 1) for row in range(2) for column in range(2)]
    before = {place: picture(view, view.cell_area(place).adjusted(4, 4, -4, -4)) for place in cells}
    said = picture(view, view.said_area())
    move(view, at(view, 2, 1, 0), NONE)
    changed = {place for place in cells if picture(view, view.cell_area(place).adjusted(4, 4, -4, -4)) != before[place]}
    assert changed == {(0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 1, 0)}
    assert has(picture(view, view.cell_area((2, 1, 0))), theme.colours().accent)
    # The arithmetic is written beneath, at once.
    assert picture(view, view.said_area()) != said
    move(view, QPoint(3, 3), NONE)
    assert picture(view, view.said_area()) == said


def convolution(dilation: int = 1, **changes: Any) -> Matrices:
    """A 4 × 4 image with a padding of 1 seen through windows of 2 × 2."""
    image = MatrixItem("image", tuple(tuple(float(4 * i + j) for j in range(4)) for i in range(4)), field="image")
    parts = {0: Window((2, 2), (1, 1), (dilation, dilation), (1, 1))}
    rows = tuple(tuple(float(i * j) for j in range(3)) for i in range(3))
    return Matrices("n", (image, MatrixItem("output", rows, "=", parts=parts, picks="at", **changes)))


def inside(view: MatricesView, place: tuple[int, int, int]) -> QImage:
    return picture(view, view.cell_area(place).adjusted(4, 4, -4, -4))


@pytest.mark.parametrize(
    ("dilation", "pointed", "wanted"),
    [
        (1, (0, 0), {(0, 0)}),
        (1, (1, 1), {(0, 0), (0, 1), (1, 0), (1, 1)}),
        (1, (1, 2), {(0, 1), (0, 2), (1, 1), (1, 2)}),
        (2, (1, 1), {(0, 0), (0, 2), (2, 0), (2, 2)}),
        (2, (0, 2), {(1, 1), (1, 3)}),
    ],
)
def test_pointing_lights_a_window(
    view: MatricesView, dilation: int, pointed: tuple[int, int], wanted: set[tuple[int, int]]
) -> None:
    show(view, convolution(dilation))
    view.clearFocus()
    cells = [(row, column) for row in range(4) for column in range(4)]
    before = {cell: inside(view, (0, *cell)) for cell in cells}
    move(view, at(view, 1, *pointed), NONE)
    assert {cell for cell in cells if inside(view, (0, *cell)) != before[cell]} == wanted


def test_lit_cells_are_marked_in_a_way_of_their_own(view: MatricesView) -> None:
    show(view, convolution())
    view.clearFocus()
    plain = picture(view, view.cell_area((1, 1, 1)))
    # Some of them are not there, as in a window that reaches into the padding.
    show(view, convolution(lit=frozenset({(1, 1), (1, 2), (-1, 0), (7, 7)})))
    marked, accent = theme.colours().series[1], theme.colours().accent
    edge = view.cell_area((1, 1, 1))
    assert picture(view, edge) != plain
    assert has(picture(view, edge), marked)
    assert not has(picture(view, edge), accent)
    # One line goes around neighbours: there is none between them.
    between = QRectF(edge.right() - 3, edge.top() + 6, 6, edge.height() - 12)
    assert not has(picture(view, between), marked)
    assert has(picture(view, QRectF(edge.left() - 1, edge.top() + 6, 6, edge.height() - 12)), marked)
    move(view, at(view, 1, 1, 1), NONE)
    assert has(picture(view, edge), accent)


def test_what_surrounds_is_told_from_what_is_meant(view: MatricesView) -> None:
    show(view, Matrices("n", (MatrixItem("padded", ((0.0, 0.0),), faint=frozenset({(0, 0)})),)))
    view.clearFocus()
    raised = QColor(theme.colours().raised)
    corners = [view.cell_area((0, 0, column)).toRect().topLeft() + QPoint(4, 4) for column in (0, 1)]
    image = view.grab().toImage()
    assert [image.pixelColor(corner) == raised for corner in corners] == [True, False]
    assert not has(inside(view, (0, 0, 0)), theme.colours().text)
    assert has(inside(view, (0, 0, 1)), theme.colours().text)


def test_what_is_not_computed_yet_is_no_number(view: MatricesView) -> None:
    waiting = frozenset({(2, 1), (2, 2)})
    show(view, convolution())
    places = [view.cell_area((1, 2, column)) for column in range(3)]
    show(view, convolution(waiting=waiting))
    view.clearFocus()
    # Nothing moves when the numbers come.
    assert [view.cell_area((1, 2, column)) for column in range(3)] == places
    text = theme.colours().text
    assert [has(inside(view, (1, 2, column)), text) for column in range(3)] == [True, False, False]
    words = view.describe(at(view, 1, 2, 2))
    assert "not computed yet" in words
    assert "4" not in words
    assert "not computed yet" not in view.describe(at(view, 1, 2, 0))


# Choosing.


def test_a_click_and_the_arrows_choose_a_cell(view: MatricesView, qtbot: QtBot) -> None:
    show(view, convolution())
    heard = Heard(view)
    qtbot.mouseClick(view, LEFT, pos=at(view, 0, 1, 1))
    assert heard == []
    qtbot.mouseClick(view, LEFT, pos=at(view, 1, 1, 2))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert heard == [("at", (1, 2)), ("at", (0, 2)), ("at", (0, 1)), ("at", (0, 0))]
    qtbot.keyClick(view, Qt.Key.Key_Up)  # There is nothing further up.
    qtbot.keyClick(view, Qt.Key.Key_Left)  # Into the image, which is not chosen from.
    assert len(heard) == 4
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert heard[-1] == ("at", (0, 0))


def test_dragging_over_cells_chooses_each(view: MatricesView, qtbot: QtBot) -> None:
    show(view, convolution())
    heard = Heard(view)
    qtbot.mousePress(view, LEFT, pos=at(view, 1, 0, 0))
    for place in ((1, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 3)):
        move(view, at(view, *place), LEFT)
    qtbot.mouseRelease(view, LEFT, pos=at(view, 0, 1, 3))
    assert heard == [("at", (0, 0)), ("at", (0, 1)), ("at", (1, 1))]
    move(view, at(view, 1, 2, 2), NONE)
    assert len(heard) == 3


def test_it_says_that_a_cell_can_be_chosen(view: MatricesView) -> None:
    show(view, convolution())
    assert "Click it" in view.describe(at(view, 1, 0, 0))
    assert "Click it" not in view.describe(at(view, 0, 0, 0))
    assert "click one of “output”" in str(view.hint())


def test_the_cursor_stays_while_a_run_begins_anew(view: MatricesView, qtbot: QtBot) -> None:
    show(view, convolution())
    qtbot.mouseClick(view, LEFT, pos=at(view, 1, 1, 2))
    view.clear()
    view.refresh()
    qtbot.keyClick(view, Qt.Key.Key_Down)  # With nothing there to go to.
    show(view, convolution())
    heard = Heard(view)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert heard == [("at", (2, 2))]


def test_fifteen_rows_and_columns_are_readable_at_once(view: MatricesView) -> None:
    view.resize(770, 340)
    digits = tuple(tuple(float((i * j) % 10) for j in range(15)) for i in range(15))
    kernel = ((1.0, 0.0, -1.0),) * 3
    output = tuple(tuple(float(i - j) for j in range(13)) for i in range(13))
    items = (MatrixItem("image", digits, field="a"), MatrixItem("kernel", kernel, "⋆", field="b"),
             MatrixItem("output", output, "+ 0 ="))  # fmt: skip
    show(view, Matrices("n", items))
    assert view._arranged().points >= 9
    assert not view._along.needed
    assert not view._down.needed


def test_describe(view: MatricesView) -> None:
    show(view, product(((1 / 3, 2.0), (3.0, 4.0))))
    words = view.describe(at(view, 2, 1, 0))
    for part in ("product", "row 2", "column 1", "-3·5 + 4·7 = 13"):
        assert part in words
    assert "fourteen" in view.describe(at(view, 2, 1, 1))
    assert repr(1 / 3) in view.describe(at(view, 0, 0, 0))
    title = view._arranged().title_area(0).center() + view.origin()
    assert "(2\u00a0×\u00a02)" in view.describe(title.toPoint())


def test_arithmetic_stays_left_to_right_in_persian(view: MatricesView) -> None:
    show(view, product())
    english = [at(view, 0, 0, 0).x(), at(view, 0, 0, 1).x(), at(view, 2, 0, 0).x()]
    set_language("fa")
    show(view, product())
    assert [at(view, 0, 0, 0).x(), at(view, 0, 0, 1).x()] == sorted([at(view, 0, 0, 0).x(), at(view, 0, 0, 1).x()])
    assert english == sorted(english)
    assert '<div dir="ltr">-3·5 + 4·7 = 13</div>' in view.describe(at(view, 2, 1, 0))
    move(view, at(view, 2, 1, 0), NONE)
    ink = picture(view, view.said_area())
    left = QRectF(view.said_area())
    left.setWidth(150)
    assert has(picture(view, left), theme.colours().text)
    assert ink.width() > 150


def test_what_is_no_number_is_said(view: MatricesView) -> None:
    show(view, Matrices("n", (MatrixItem("A", ((math.nan, math.inf, 2.0),)),)))
    view.clearFocus()
    bad = theme.colours().bad
    assert [has(picture(view, view.cell_area((0, 0, place))), bad) for place in range(3)] == [True, True, False]
    assert "not a number" in view.describe(at(view, 0, 0, 0))


@pytest.mark.parametrize("size", [(150, 120), (560, 300), (1200, 700)])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_refusal_stands_where_the_result_would(view: MatricesView, size: tuple[int, int], language: str) -> None:
    set_language(language)
    view.resize(*size)
    why = message("A has 2 columns and B has 3 rows, so that no row fits onto a column.")
    show(view, product(refusal=why))
    layout = view._arranged()
    assert layout.refusal_lines
    assert not any(layout.cells_area(item).intersects(layout.refusal) for item in range(2))
    view._along.reveal(layout.refusal.left(), layout.refusal.left() + 60)
    view._down.reveal(layout.refusal.top(), layout.refusal.bottom())
    place = layout.refusal.translated(view.origin()).intersected(view.body())
    assert has(picture(view, place), theme.colours().bad)
    assert "no row fits" in view.describe(place.center().toPoint())


# Typing.


@pytest.mark.parametrize("way", ["double click", "F2", "Enter", "typing"])
def test_a_cell_is_changed(view: MatricesView, qtbot: QtBot, way: str) -> None:
    show(view, product())
    heard = Heard(view)
    qtbot.mouseClick(view, LEFT, pos=at(view, 0, 1, 0))
    if way == "double click":
        qtbot.mouseDClick(view, LEFT, pos=at(view, 0, 1, 0))
    elif way != "typing":
        qtbot.keyClick(view, Qt.Key.Key_F2 if way == "F2" else Qt.Key.Key_Return)
    if way == "typing":
        qtbot.keyClicks(view, "0")
        qtbot.keyClicks(view._editor, ".5")
    else:
        assert view._editor.text() == "-3"
        type_text(view._editor, "0.5")
    assert view._editor.isVisible()
    qtbot.keyClick(view._editor, Qt.Key.Key_Return)
    assert heard == [("a", "1, 2.5; 0.5, 4")]
    assert not view._editor.isVisible()
    assert view.hasFocus()
    # It is shown before an answer comes.
    assert view.item(0).rows == ((1.0, 2.5), (0.5, 4.0))


def test_persian_digits(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    heard = Heard(view)
    view.open_editor((0, 0, 0))
    type_text(view._editor, "−۱۲٫۵")
    qtbot.keyClick(view._editor, Qt.Key.Key_Enter)
    assert heard == [("a", "-12.5, 2.5; -3, 4")]
    assert view._editor.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_tab_goes_on_from_cell_to_cell(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    heard = Heard(view)
    view.open_editor((0, 0, 1))
    type_text(view._editor, "7")
    qtbot.keyClick(view._editor, Qt.Key.Key_Tab)
    assert (view._editor.isVisible(), view._cursor) == (True, (0, 1, 0))
    type_text(view._editor, "8")
    qtbot.keyClick(view._editor, Qt.Key.Key_Backtab, SHIFT)
    assert view._cursor == (0, 0, 1)
    qtbot.keyClick(view._editor, Qt.Key.Key_Return)
    view.open_editor((0, 1, 1))
    type_text(view._editor, "9")
    qtbot.keyClick(view._editor, Qt.Key.Key_Tab)
    assert not view._editor.isVisible()
    assert [text for _, text in heard] == ["1, 7; -3, 4", "1, 7; 8, 4", "1, 7; 8, 9"]


def test_escape_keeps_what_was(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    heard = Heard(view)
    view.open_editor((0, 0, 0))
    type_text(view._editor, "99")
    qtbot.keyClick(view._editor, Qt.Key.Key_Escape)
    assert not view._editor.isVisible()
    assert view.hasFocus()
    view.open_editor((0, 0, 0))
    qtbot.keyClick(view._editor, Qt.Key.Key_Return)  # The same number.
    assert heard == []
    assert view.item(0).rows == A


def test_clicking_elsewhere_keeps_what_was_typed(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    heard = Heard(view)
    view.open_editor((0, 0, 0))
    type_text(view._editor, "3")
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.mouseClick(view, LEFT, pos=at(view, 2, 0, 0))
    assert heard == [("a", "3, 2.5; -3, 4")]
    assert not view._editor.isVisible()


@pytest.mark.parametrize("typed", ["1,5", "1;5", "two", "nan", "inf", "1e999", "  "])
def test_what_cannot_stand_in_a_cell_is_refused(view: MatricesView, qtbot: QtBot, typed: str) -> None:
    show(view, product())
    heard = Heard(view)
    view.open_editor((0, 0, 1))
    type_text(view._editor, typed)
    qtbot.keyClick(view._editor, Qt.Key.Key_Tab)
    assert heard == []
    assert view.item(0).rows == A
    assert "2.5 was kept" in QToolTip.text()
    assert has(picture(view, view.said_area()), theme.colours().bad)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert not has(picture(view, view.said_area()), theme.colours().bad)


def test_texts_keep_their_words(view: MatricesView, qtbot: QtBot) -> None:
    show(view, texts())
    heard = Heard(view)
    view.open_editor((0, 2, 1))
    type_text(view._editor, " گربه ۲ ")
    qtbot.keyClick(view._editor, Qt.Key.Key_Return)
    assert heard == [("t", "word 0 0, word 0 1; word 1 0, word 1 1; word 2 0, گربه 2")]
    with pytest.raises(CellError, match="separates cells"):
        read("a;b", "x", False)
    with pytest.raises(CellError, match="empty"):
        read(" ", "x", False)


def test_results_cannot_be_typed_over(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    qtbot.mouseDClick(view, LEFT, pos=at(view, 2, 0, 0))
    qtbot.keyClicks(view, "5")
    qtbot.keyClick(view, Qt.Key.Key_F2)
    assert not view._editor.isVisible()


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3), min_size=1, max_size=5))
def test_text_reads_back_exactly(rows: list[list[float]]) -> None:
    text = text_of(tuple(map(tuple, rows)))
    assert [[float(cell) for cell in row.split(", ")] for row in text.split("; ")] == rows


def test_new_events_leave_the_editor_alone_while_its_cell_is_there(view: MatricesView) -> None:
    show(view, product())
    view.open_editor((0, 1, 1))
    type_text(view._editor, "12")
    show(view, product(((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))))
    assert view._editor.isVisible()
    assert view._editor.text() == "12"
    assert view._editor.geometry().intersects(view.cell_area((0, 1, 1)).toRect())
    show(view, product(((1.0,),)))
    assert not view._editor.isVisible()


# Rows and columns.


def test_handles_add_and_remove(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    heard = Heard(view)
    for change in ("row+", "column+", "row-", "column-"):
        qtbot.mouseClick(view, LEFT, pos=handle(view, change))
    assert [text for _, text in heard] == [
        "1, 2.5; -3, 4; 0, 0",
        "1, 2.5, 0; -3, 4, 0; 0, 0, 0",
        "1, 2.5, 0; -3, 4, 0",
        "1, 2.5; -3, 4",
    ]
    qtbot.mouseDClick(view, LEFT, pos=handle(view, "row+"))
    assert len(view.item(0).rows) == 3
    assert "Ctrl+Plus" in view.describe(handle(view, "row+"))
    move(view, handle(view, "row+"), NONE)
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_keys_add_and_remove(view: MatricesView, qtbot: QtBot) -> None:
    show(view, texts(1, 1))
    heard = Heard(view)
    qtbot.keyClick(view, Qt.Key.Key_Plus, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_Plus, CONTROL | SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Minus, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_Underscore, CONTROL | SHIFT)
    assert [text for _, text in heard] == ["word 0 0; ?", "word 0 0, ?; ?, ?", "word 0 0, ?", "word 0 0"]
    qtbot.keyClick(view, Qt.Key.Key_Minus, CONTROL)
    assert len(heard) == 4
    assert "has to stay" in QToolTip.text()


@pytest.mark.parametrize("value", [1.0, "a"])
@pytest.mark.parametrize("most", [(10, 10), (12, 1), (3, 4)])
def test_there_is_an_end_to_growing(value: float | str, most: tuple[int, int]) -> None:
    item = MatrixItem("A", ((value,),), field="a", most=most)
    rows, columns = item, item
    for _ in range(20):
        taller, wider = resized(rows, "row+"), resized(columns, "column+")
        rows = rows if taller is None else MatrixItem("A", taller, most=most)
        columns = columns if wider is None else MatrixItem("A", wider, most=most)
    assert (len(rows.rows), len(columns.rows[0])) == most
    assert resized(item, "row-") is None
    assert resized(item, "column-") is None


def test_a_full_matrix_says_so(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product(((1.0,),) * 10))
    heard = Heard(view)
    view._down.by(1000)
    qtbot.mouseClick(view, LEFT, pos=handle(view, "row+"))
    assert heard == []
    assert "at most 10 rows" in QToolTip.text()
    assert "at most 10 rows" in view.describe(handle(view, "row+"))


def test_a_table_of_one_column_offers_no_other(view: MatricesView, qtbot: QtBot) -> None:
    show(view, Matrices("n", (MatrixItem("words", (("cat",), ("dog",)), field="t", most=(10, 1)),)))
    heard = Heard(view)
    assert {change for _, change, _ in view._arranged().handles()} == {"row+", "row-"}
    qtbot.keyClick(view, Qt.Key.Key_Plus, CONTROL | SHIFT)
    assert heard == []
    assert "one column" in QToolTip.text()


# Where they stand.


@pytest.mark.parametrize("width", [200, 340, 700])
def test_no_title_begins_before_what_can_be_seen(view: MatricesView, width: int) -> None:
    # A title that is wider than its matrix, beside which there are handles on one side only.
    show(view, Matrices("n", (MatrixItem("a long title", ((0.0,), (1.5,)), field="a"),), "It does not fit."))
    view.resize(width, 300)
    area = view._arranged().title_area(0).translated(view.origin())
    assert area.left() >= view.body().left() - 0.5


# Moving about.


def test_arrows_walk_over_all_matrices(view: MatricesView, qtbot: QtBot) -> None:
    show(view, product())
    path = [view._cursor]
    for key in [Qt.Key.Key_Right] * 6 + [Qt.Key.Key_Down] * 2 + [Qt.Key.Key_Left] * 6:
        qtbot.keyClick(view, key)
        path.append(view._cursor)
    right = [(item, 0, column) for item in range(3) for column in range(2)]
    assert path[:6] == right
    assert path[6:9] == [(2, 0, 1), (2, 1, 1), (2, 1, 1)]
    assert path[9:14] == [(item, 1, column) for item, _, column in reversed(right)][1:]
    assert "row 2" in QToolTip.text()
    view.setFocus()
    focused = picture(view, view.cell_area(view._cursor))
    view.clearFocus()
    assert picture(view, view.cell_area(view._cursor)) != focused


@pytest.mark.parametrize("size", [(150, 120), (560, 300), (1300, 800)])
@pytest.mark.parametrize(
    "event",
    [
        Matrices(
            "n", tuple(MatrixItem("A", tuple(tuple(map(float, row)) for row in np.eye(10) / 7), "·") for _ in range(3))
        ),
        texts(12, 6),
        Matrices("n", (MatrixItem("labelled", A, row_labels=("first", message("second")), column_labels=("x" * 40,)),)),
    ],
    ids=["numbers", "texts", "labels"],
)
def test_every_cell_can_be_reached(view: MatricesView, size: tuple[int, int], event: Matrices) -> None:
    view.resize(*size)
    show(view, event)
    for item, matrix in enumerate(event.items):
        for row, column in ((0, 0), (len(matrix.rows) - 1, len(matrix.rows[0]) - 1)):
            view.go((item, row, column))
            at = view.cell_area((item, row, column)).center()
            assert view.cell_at(at) == (item, row, column)
            assert view.rect().contains(at.toPoint())
    view.grab()
    assert view._arranged().points >= 9


def test_no_number_is_cut(view: MatricesView) -> None:
    view.resize(220, 160)
    rows = tuple(tuple(0.12345 + column for column in range(8)) for _ in range(2))
    show(view, Matrices("n", (MatrixItem("A", rows),)))
    view.clearFocus()
    view._along.by(37)
    for column in range(8):
        whole = view.cell_area((0, 0, column))
        seen = whole.intersected(view.body())
        if seen.width() > 3:
            fits = seen.width() == whole.width()
            assert has(picture(view, seen.adjusted(2, 2, -2, -2)), theme.colours().text) == fits


def test_the_wheel_moves_what_does_not_fit(view: MatricesView) -> None:
    def roll(way: int) -> bool:
        place = QPointF(100, 60)
        wheel = QWheelEvent(
            place, QPointF(view.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, way), NONE,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view, wheel)
        return wheel.isAccepted()

    show(view, product())
    assert not roll(-120)
    view.resize(200, 120)
    show(view, texts(12, 6))
    before = at(view, 0, 0, 0)
    assert roll(-120)
    assert at(view, 0, 0, 0).y() < before.y()


# What comes and goes.


def test_strange_matrices(view: MatricesView) -> None:
    assert view.empty()
    show(view, Matrices("other", (MatrixItem("A", A),)))
    assert view.empty()
    for items in ((), (MatrixItem("A", ()),), (MatrixItem("A", ((), ())),)):
        show(view, Matrices("n", items))
        assert view.empty()
        view.grab()
    odd = MatrixItem("B" * 200, ((1.0, "x"), (math.nan,)), whys=(("one",),), parts={0: "all", 7: "row"}, field="b")
    show(view, Matrices("n", (MatrixItem("A", ()), odd)))
    assert not view.empty()
    view.go((1, 0, 0))
    view.grab()
    assert "one" in view.describe_cell((1, 0, 0))
    assert "x" in view.describe_cell((1, 0, 1))
    view.open_editor((1, 0, 0))
    view.clear()
    assert view.empty()
    assert not view._editor.isVisible()
    assert MatricesView("T", "n", "Nothing yet.").empty() == "Nothing yet."

"""Living cells: how they are shown, drawn on, and explained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scipy.signal import convolve2d

from app.core import language, theme
from app.views.cells.board import Board, line_between
from app.views.cells.view import CellsView
from app.views.cells.words import neighbourhood
from lab.core.events import Array
from lab.core.figures import Cells
from tests.app.mouse import LEFT, NONE, RIGHT, move

NAME = "life"
GLIDER = [(2, 4), (3, 5), (4, 3), (4, 4), (4, 5)]
Edits = tuple[tuple[int, int, int], ...]


def board(rows: int = 20, columns: int = 30, alive: list[tuple[int, int]] | None = None) -> Array:
    cells = np.zeros((rows, columns), np.uint8)
    for place in GLIDER if alive is None else alive:
        cells[place] = 1
    return cells


def take(view: CellsView, alive: Array, generation: int = 0, wraps: bool = True) -> None:
    alive.setflags(write=False)  # Events are never changed.
    view.take(Cells(NAME, alive, generation, wraps))
    view.refresh()


@pytest.fixture
def view(qtbot: QtBot) -> CellsView:
    view = CellsView("Game of Life", NAME)
    qtbot.addWidget(view)
    view.resize(560, 420)
    view.show()
    return view


@pytest.fixture
def told(view: CellsView) -> Iterator[list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []

    def hear(name: str, value: Any) -> None:
        heard.append((name, value))

    view.selected.connect(hear)
    yield heard
    view.selected.disconnect(hear)


def edits(told: list[tuple[str, Any]]) -> list[Edits]:
    return [value for name, value in told if name == "edits"]


def spot(view: CellsView, row: int, column: int) -> QPoint:
    middle = view.board().cell_area(row, column).center()
    return QPoint(int(middle.x()), int(middle.y()))


def seen(view: CellsView) -> Array:
    """Read the board off the screen."""
    image = view.grab().toImage()
    colours = theme.colours()
    known = {QColor(colours.raised).name(): 0, QColor(colours.accent).name(): 1}
    rows, columns = view.alive.shape
    return np.array([[known[image.pixelColor(spot(view, r, c)).name()] for c in range(columns)] for r in range(rows)])


def wheel(view: CellsView, at: QPoint, turned: int) -> None:
    place = QPointF(at)
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


# What is shown.


@pytest.mark.parametrize("size", [(560, 420), (400, 250), (900, 300), (211, 333)])
def test_every_cell_is_where_it_belongs(view: CellsView, size: tuple[int, int]) -> None:
    view.resize(*size)
    alive = (np.random.default_rng(0).random((18, 24)) < 0.4).astype(np.uint8)
    take(view, alive)
    np.testing.assert_array_equal(seen(view), alive)
    box = view.board().cell_area(0, 0)
    assert box.width() == box.height()
    whole, area = view.board().whole(), view.board().area
    assert abs(whole.center().x() - area.center().x()) <= 1 and abs(whole.center().y() - area.center().y()) <= 1
    assert area.adjusted(-1, -1, 1, 1).contains(whole)


def test_events_of_other_names_are_not_shown(view: CellsView) -> None:
    view.take(Cells("other", board(), 0, True))
    assert view.empty()


def test_words_for_an_empty_view(qtbot: QtBot) -> None:
    view = CellsView("T", NAME, "Draw cells here.")
    qtbot.addWidget(view)
    assert view.empty() == "Draw cells here."


def test_caption(view: CellsView) -> None:
    take(view, board(40, 50), 1234)
    assert view.caption() == "generation 1,234: 5 of 2,000 cells live"


def test_lines_between_cells_where_there_is_room(view: CellsView) -> None:
    def lined(rows: int) -> bool:
        take(view, board(rows, rows, []))
        image = view.grab().toImage()
        box = view.board().cell_area(3, 3).toRect()
        names = {image.pixelColor(x, box.center().y()).name() for x in range(box.left() - 2, box.right() + 3)}
        return names != {QColor(theme.colours().raised).name()}

    assert lined(20)
    assert not lined(100)


@pytest.mark.parametrize("side", [370, 700, 1024, 3000])
def test_cells_smaller_than_a_pixel_are_not_lost(view: CellsView, side: int) -> None:
    alive = board(side, side, [])
    take(view, alive.copy())
    dead = view.grab().toImage()
    alive[side // 2, side // 2] = 1
    take(view, alive)
    image = view.grab().toImage()
    at = spot(view, side // 2, side // 2)
    around = [at + QPoint(i, j) for i in range(-2, 3) for j in range(-2, 3)]
    assert any(image.pixelColor(place) != dead.pixelColor(place) for place in around)


def test_boards_of_odd_shapes(view: CellsView) -> None:
    for shape in ((1, 1), (1, 300), (300, 2), (2, 2)):
        alive = np.ones(shape, np.uint8)
        take(view, alive)
        view.grab()
        assert view.describe(spot(view, 0, 0))
    take(view, board().astype(bool))
    np.testing.assert_array_equal(seen(view), board())


# Drawing.


def test_a_press_toggles_and_a_drag_goes_on(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board())
    before = view.alive
    QTest.mousePress(view, LEFT, pos=spot(view, 2, 4))
    move(view, spot(view, 2, 7), LEFT)
    QTest.mouseRelease(view, LEFT, pos=spot(view, 2, 7))
    assert edits(told)[0] == ((2, 4, 0),)
    assert edits(told)[-1] == ((2, 4, 0), (2, 5, 0), (2, 6, 0), (2, 7, 0))
    assert before[2, 4] == 1  # The event was not touched.
    expected = board()
    expected[2, 4:8] = 0
    np.testing.assert_array_equal(view.alive, expected)
    move(view, QPoint(3, 3), NONE)  # What is marked under the pointer is in the way.
    np.testing.assert_array_equal(seen(view), expected)
    move(view, spot(view, 9, 9), NONE)
    assert view.alive[9, 9] == 0


def test_all_edits_are_told_each_time_until_a_new_run(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board())
    for column in range(10, 14):
        QTest.mouseClick(view, LEFT, pos=spot(view, 0, column))
    assert edits(told)[-1] == tuple((0, column, 1) for column in range(10, 14))
    take(view, board(), 1)
    QTest.mouseClick(view, LEFT, pos=spot(view, 0, 10))
    assert edits(told)[-1] == (*((0, column, 1) for column in range(10, 14)), (0, 10, 1))
    view.clear()
    take(view, board())
    QTest.mouseClick(view, LEFT, pos=spot(view, 5, 5))
    assert edits(told)[-1] == ((5, 5, 1),)


def test_what_was_drawn_stays_until_the_next_generation(view: CellsView) -> None:
    take(view, board())
    QTest.mouseClick(view, LEFT, pos=spot(view, 9, 9))
    QTest.mouseClick(view, LEFT, pos=spot(view, 9, 10))
    take(view, board(alive=[*GLIDER, (9, 9)]))  # The experiment knows of the first only.
    assert view.alive[9, 9] == view.alive[9, 10] == 1
    take(view, board(), 1)
    np.testing.assert_array_equal(view.alive, board())


def test_drawing_leaves_no_gaps_and_stays_on_the_board(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board(alive=[]))
    QTest.mousePress(view, LEFT, pos=spot(view, 0, 0))
    move(view, spot(view, 15, 29) + QPoint(200, 0), LEFT)
    move(view, QPoint(-300, 5000), LEFT)
    drawn = edits(told)[-1]
    assert len(drawn) > 20
    assert all(0 <= row < 20 and 0 <= column < 30 and value == 1 for row, column, value in drawn)
    # Each touches the next, but where the line was outside.
    apart = np.abs(np.diff(np.array(drawn)[:, :2], axis=0)).max(axis=1)
    assert (apart > 1).sum() <= 1
    assert {column for _, column, _ in drawn[:30]} == set(range(30))


@given(*[st.tuples(st.integers(-50, 50), st.integers(-50, 50))] * 2)
def test_lines_between_cells_touch(start: tuple[int, int], end: tuple[int, int]) -> None:
    cells = line_between(start, end)
    steps = np.diff(np.array([start, *cells]), axis=0)
    assert len(cells) == max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    assert not len(cells) or cells[-1] == end
    assert (np.abs(steps) <= 1).all()


def test_many_edits(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board(100, 100, []))
    for _ in range(10):
        QTest.mousePress(view, LEFT, pos=spot(view, 0, 0))
        for row in range(0, 100, 7):
            move(view, spot(view, row, 99 if row % 2 else 0), LEFT)
        QTest.mouseRelease(view, LEFT, pos=QPoint(0, 0))
    assert len(edits(told)[-1]) > 8000
    last = {(row, column): value for row, column, value in edits(told)[-1]}
    assert all(view.alive[place] == value for place, value in last.items())


# The pointer and what it is told.


def test_the_cell_under_the_pointer_is_told_once(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board())
    for at in (spot(view, 3, 4), spot(view, 3, 4) + QPoint(1, 1), spot(view, 3, 5), QPoint(1, 1), spot(view, 3, 5)):
        move(view, at, NONE)
    assert told == [("cell", (3, 4)), ("cell", (3, 5)), ("cell", (3, 5))]
    assert all(type(number) is int for number in told[0][1])


@pytest.mark.parametrize("wraps", [True, False])
def test_the_neighbourhood_is_marked(view: CellsView, wraps: bool) -> None:
    take(view, board(alive=[]), wraps=wraps)
    plain = view.grab().toImage()
    move(view, spot(view, 0, 0), NONE)
    marked = view.grab().toImage()

    def has_mark(row: int, column: int) -> bool:
        box = view.board().cell_area(row, column).toRect()
        places = [QPoint(x, box.center().y()) for x in range(box.left() - 2, box.right() + 3)]
        return any(plain.pixelColor(at) != marked.pixelColor(at) for at in places)

    assert has_mark(0, 0) and has_mark(1, 1)
    assert not has_mark(4, 4)
    assert [has_mark(19, 29), has_mark(0, 29), has_mark(19, 1)] == [wraps] * 3
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.grab().toImage() == plain


@pytest.mark.parametrize("wraps", [True, False])
def test_neighbours_and_what_becomes_of_a_cell(view: CellsView, wraps: bool) -> None:
    alive = (np.random.default_rng(1).random((14, 17)) < 0.4).astype(np.uint8)
    take(view, alive, wraps=wraps)
    ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    counts = convolve2d(alive, ring, mode="same", boundary="wrap" if wraps else "fill")
    after = (counts == 3) | ((alive == 1) & (counts == 2))
    for row in range(14):
        for column in range(17):
            said = view.describe(spot(view, row, column))
            assert f"row {row}, column {column}: {'alive' if alive[row, column] else 'dead'}" in said
            assert f"living neighbours: {counts[row, column]};" in said
            lives_on = "live on" in said or "be born" in said
            assert lives_on == after[row, column]
    assert view.describe(QPoint(2, 200)) == ""


def test_neighbours_on_tiny_boards_count_as_often_as_they_are_met() -> None:
    assert sorted(neighbourhood(0, 0, (2, 2), True)) == [(0, 1)] * 2 + [(1, 0)] * 2 + [(1, 1)] * 4
    assert neighbourhood(0, 0, (1, 1), False) == []


def test_drawn_cells_count(view: CellsView) -> None:
    take(view, board(alive=[]))
    QTest.mouseClick(view, LEFT, pos=spot(view, 5, 5))
    assert "living neighbours: 1;" in view.describe(spot(view, 5, 6))
    assert view.caption().startswith("generation 0: 1 of")


# Zoom.


def test_the_wheel_zooms_about_the_pointer(view: CellsView) -> None:
    take(view, board(200, 200, []))
    at = spot(view, 150, 40)
    size = view.board().size
    wheel(view, at, 720)
    assert view.board().size > size
    assert view.board().cell_at(QPointF(at)) in {(150 + i, 40 + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    button = view._all
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    assert view.board().size == size and not button.isVisible()
    # Fine wheels turn in small parts.
    for _ in range(8):
        wheel(view, at, 15)
    assert view.board().zoomed
    wheel(view, at, -120 * 30)
    assert not view.board().zoomed and not button.isVisible()
    wheel(view, at, 120 * 50)
    assert view.board().size <= 48


def test_the_right_button_moves_the_board(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board(200, 200, []))
    wheel(view, spot(view, 100, 100), 120 * 8)
    start = view.board().cell_area(100, 100).center()
    QTest.mousePress(view, RIGHT, pos=QPoint(280, 200))
    move(view, QPoint(250, 230), RIGHT)
    assert view.board().cell_area(100, 100).center() == start + QPointF(-30, 30)
    move(view, QPoint(9000, 9000), RIGHT)  # No farther than it reaches.
    assert view.board().whole().topLeft() == view.board().area.topLeft()
    QTest.mouseRelease(view, RIGHT, pos=QPoint(9000, 9000))
    assert edits(told) == []
    corner = view.board().corner()
    move(view, QPoint(100, 100), NONE)
    assert view.board().corner() == corner
    # What is drawn now is drawn where it is seen.
    cell = view.board().cell_at(QPointF(100, 100))
    assert cell is not None
    QTest.mouseClick(view, LEFT, pos=QPoint(100, 100))
    assert edits(told) == [((*cell, 1),)]


@given(
    st.integers(1, 1100),
    st.integers(1, 1100),
    st.sampled_from([1.0, 1.25, 2.0]),
    st.lists(st.tuples(st.floats(10, 500), st.floats(10, 300), st.integers(-6, 6)), max_size=8),
)
def test_boards_stay_within_their_place(
    rows: int, columns: int, ratio: float, moves: list[tuple[float, float, int]]
) -> None:
    area = QRectF(9, 44, 543, 366)
    place = Board()
    place.place(rows, columns, area, ratio)
    least = place.size
    for x, y, steps in moves:
        place.zoom(QPointF(x, y), steps)
        place.pan(QPointF(y - 200, x - 200))
        assert place.size >= least
        whole = place.whole()
        for low, high, whole_low, whole_high in (
            (area.left(), area.right(), whole.left(), whole.right()),
            (area.top(), area.bottom(), whole.top(), whole.bottom()),
        ):
            if whole_high - whole_low <= high - low:
                assert whole_low >= low - 1 and whole_high <= high + 1
            else:
                assert whole_low <= low + 1 and whole_high >= high - 1
    place.show_all()
    assert place.size == least and not place.zoomed


# The keyboard.


def test_keys_draw(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board())
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Space):
        QTest.keyClick(view, key)
    assert edits(told) == [((0, 2, 1),)]
    assert [value for name, value in told if name == "cell"] == [(1, 0), (1, 1), (1, 2), (0, 2)]
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert told[-1][0] == "edits"  # At the edge nothing moves.
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert edits(told)[-1] == ((0, 2, 1), (0, 2, 0))
    assert view.alive[0, 2] == 0


def test_keys_zoom_and_the_cursor_stays_in_view(view: CellsView) -> None:
    take(view, board(200, 200, []))
    for _ in range(12):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.board().zoomed
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.board().area.adjusted(-1, -1, 1, 1).contains(view.board().cell_area(60, 0))
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.board().zoomed
    QTest.keyClick(view, Qt.Key.Key_0)
    assert not view.board().zoomed


def test_an_empty_view_takes_nothing(view: CellsView, told: list[tuple[str, Any]]) -> None:
    QTest.mouseClick(view, LEFT, pos=QPoint(200, 200))
    move(view, QPoint(210, 200), LEFT)
    QTest.keyClick(view, Qt.Key.Key_Space)
    wheel(view, QPoint(200, 200), 120)
    assert told == [] and view.empty()


def test_another_board_begins_anew(view: CellsView, told: list[tuple[str, Any]]) -> None:
    take(view, board(50, 50, []))
    move(view, spot(view, 40, 40), NONE)
    QTest.mousePress(view, LEFT, pos=spot(view, 40, 40))
    wheel(view, spot(view, 40, 40), 360)
    take(view, board(8, 8, []))
    assert not view.board().zoomed
    view.grab()
    move(view, spot(view, 3, 3), LEFT)
    assert edits(told)[-1] == ((40, 40, 1),)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert edits(told)[-1] == ((40, 40, 1), (0, 0, 1))


def test_another_theme_and_language(view: CellsView, monkeypatch: pytest.MonkeyPatch) -> None:
    take(view, board(), 60)
    view.grab()
    language.set_language("fa")
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    np.testing.assert_array_equal(seen(view), board())
    assert "۶۰" in view.caption()
    assert 'dir="rtl"' in view.describe(spot(view, 3, 4))

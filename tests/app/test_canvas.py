"""The canvas, drawn on with the mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.widgets.canvas import SIDE, Canvas, Stroke
from tests.app.mouse import LEFT, RIGHT, at, move, stroke


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(SIDE, SIDE)
    canvas.show()
    return canvas


def ink(canvas: Canvas, x: int, y: int) -> int:
    return int(canvas.drawing()[y, x])


def test_an_empty_canvas_is_an_empty_drawing(canvas: Canvas) -> None:
    drawing = canvas.drawing()
    assert drawing.shape == (280, 280)
    assert drawing.dtype == np.uint8
    assert not drawing.any()
    assert not canvas.can_undo
    assert not canvas.can_redo


def test_a_stroke_is_ink_along_its_way(canvas: Canvas) -> None:
    stroke(canvas, (40, 60), (240, 60), (240, 200))
    drawing = canvas.drawing()
    assert drawing.max() == 255
    assert (drawing[60, 40:240] == 255).all()
    assert (drawing[60:200, 240] == 255).all()
    assert not drawing[120:, :200].any()
    # The ends are round, and the edge is smooth.
    assert drawing[60, 31] > 0
    assert 0 < np.count_nonzero((drawing > 0) & (drawing < 255)) < np.count_nonzero(drawing) / 4


def test_the_drawing_grows_while_the_pen_moves(qtbot: QtBot, canvas: Canvas) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 40, 100))
    sizes = [np.count_nonzero(canvas.drawing())]
    for x in (90, 140, 190):
        with qtbot.waitSignal(canvas.drawn, timeout=500):
            move(canvas, at(canvas, x, 100), LEFT)
        sizes.append(np.count_nonzero(canvas.drawing()))
    assert sizes == sorted(set(sizes))
    assert not canvas.can_undo
    with qtbot.waitSignal(canvas.drawn, timeout=500):
        QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 190, 100))
    assert canvas.can_undo


def test_a_drawing_that_was_taken_does_not_change(canvas: Canvas) -> None:
    stroke(canvas, (40, 40), (200, 40))
    taken = canvas.drawing()
    copy = taken.copy()
    stroke(canvas, (40, 140), (200, 140))
    assert (taken == copy).all()


def test_a_click_makes_a_dot(canvas: Canvas) -> None:
    stroke(canvas, (100, 150))
    drawing = canvas.drawing()
    assert drawing[150, 100] == 255
    rows, columns = np.nonzero(drawing > 127)
    assert abs(np.ptp(rows) + 1 - canvas.pen_width) <= 2
    assert abs(np.ptp(columns) + 1 - canvas.pen_width) <= 2
    canvas.undo()
    canvas.redo()
    assert (canvas.drawing() == drawing).all()


@pytest.mark.parametrize("width", [6, 22, 48])
def test_the_pen_has_its_width(canvas: Canvas, width: int) -> None:
    canvas.pen_width = width
    stroke(canvas, (60, 140), (220, 140))
    assert abs(np.count_nonzero(canvas.drawing()[:, 140] > 127) - width) <= 1


def test_a_stroke_keeps_the_pen_it_began_with(canvas: Canvas) -> None:
    canvas.pen_width = 10
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 40, 100))
    move(canvas, at(canvas, 120, 100), LEFT)
    canvas.pen_width, canvas.erasing = 40, True
    move(canvas, at(canvas, 240, 100), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 240, 100))
    before = canvas.drawing()
    assert abs(np.count_nonzero(before[:, 200] > 127) - 10) <= 1
    canvas.undo()
    canvas.redo()
    assert (canvas.drawing() == before).all()


@pytest.mark.parametrize("way", ["button", "right mouse button"])
def test_the_eraser_takes_ink_away(canvas: Canvas, way: str) -> None:
    stroke(canvas, (40, 100), (240, 100))
    canvas.erasing = way == "button"
    stroke(canvas, (140, 60), (140, 140), button=LEFT if way == "button" else RIGHT)
    assert ink(canvas, 140, 100) == 0
    assert ink(canvas, 80, 100) == 255
    canvas.erasing = False
    stroke(canvas, (140, 60), (140, 140))
    assert ink(canvas, 140, 100) == 255
    canvas.undo()
    assert ink(canvas, 140, 100) == 0
    canvas.undo()
    assert ink(canvas, 140, 100) == 255


def test_undo_and_redo_stroke_by_stroke(canvas: Canvas) -> None:
    drawings = [canvas.drawing()]
    for y in (60, 140, 220):
        stroke(canvas, (40, y), (240, y))
        drawings.append(canvas.drawing())
    for expected in reversed(drawings[:-1]):
        canvas.undo()
        assert (canvas.drawing() == expected).all()
    assert not canvas.can_undo
    canvas.undo()
    for expected in drawings[1:]:
        canvas.redo()
        assert (canvas.drawing() == expected).all()
    assert not canvas.can_redo
    canvas.redo()
    assert (canvas.drawing() == drawings[-1]).all()


def test_a_new_stroke_ends_what_could_be_redone(canvas: Canvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    canvas.undo()
    stroke(canvas, (40, 140), (240, 140))
    assert not canvas.can_redo


def test_clear(qtbot: QtBot, canvas: Canvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    with qtbot.waitSignal(canvas.drawn):
        canvas.clear()
    assert not canvas.drawing().any()
    assert not canvas.can_undo
    assert not canvas.can_redo


def test_clear_in_the_middle_of_a_stroke(canvas: Canvas) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 40, 100))
    move(canvas, at(canvas, 120, 100), LEFT)
    canvas.clear()
    move(canvas, at(canvas, 200, 100), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 200, 100))
    assert not canvas.drawing().any()
    assert canvas.strokes() == ()


def test_undo_in_the_middle_of_a_stroke_takes_the_one_before(canvas: Canvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 40, 140))
    move(canvas, at(canvas, 140, 140), LEFT)
    canvas.undo()
    move(canvas, at(canvas, 240, 140), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 240, 140))
    # What is seen is what is kept.
    assert ink(canvas, 140, 60) == 0
    assert (canvas.drawing()[140, 40:240] == 255).all()
    assert len(canvas.strokes()) == 1


def test_a_second_button_does_not_disturb_a_stroke(canvas: Canvas) -> None:
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 40, 100))
    move(canvas, at(canvas, 120, 100), LEFT)
    QTest.mousePress(canvas, RIGHT, pos=at(canvas, 120, 100))
    QTest.mouseRelease(canvas, RIGHT, pos=at(canvas, 120, 100))
    move(canvas, at(canvas, 240, 100), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 240, 100))
    assert len(canvas.strokes()) == 1
    assert (canvas.drawing()[100, 40:240] == 255).all()


def test_moving_without_a_button_and_other_buttons_draw_nothing(canvas: Canvas) -> None:
    QTest.mouseMove(canvas, at(canvas, 100, 100))
    stroke(canvas, (40, 100), (200, 100), button=Qt.MouseButton.MiddleButton)
    assert not canvas.drawing().any()


@pytest.mark.parametrize("size", [(280, 280), (560, 560), (400, 200), (190, 500), (333, 471)])
def test_points_are_where_the_mouse_is_whatever_the_size(canvas: Canvas, size: tuple[int, int]) -> None:
    canvas.resize(*size)
    stroke(canvas, (70, 210))
    rows, columns = np.nonzero(canvas.drawing() > 127)
    assert abs(rows.mean() - 210) < 2
    assert abs(columns.mean() - 70) < 2
    # And it is shown there.
    image = canvas.grab().toImage()
    assert image.pixelColor(at(canvas, 70, 210)).name() == theme.LIGHT.text
    assert image.pixelColor(at(canvas, 210, 210)).name() == theme.LIGHT.surface


def test_a_drawing_outlives_a_change_of_size(canvas: Canvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    before = canvas.drawing()
    canvas.resize(500, 400)
    assert (canvas.drawing() == before).all()


def test_leaving_the_square_is_allowed(canvas: Canvas) -> None:
    stroke(canvas, (140, 140), (400, 140), (140, 200))
    assert (canvas.drawing()[140, 140:] == 255).all()


def test_strokes_are_taken_over_by_a_page_built_anew(qtbot: QtBot, canvas: Canvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    canvas.erasing = True
    stroke(canvas, (140, 60))
    other = Canvas()
    qtbot.addWidget(other)
    other.set_strokes(canvas.strokes())
    assert (other.drawing() == canvas.drawing()).all()
    assert other.can_undo


def test_says_what_it_is_for_until_something_is_drawn(canvas: Canvas) -> None:
    empty = canvas.grab().toImage()
    canvas.set_strokes((Stroke((QPointF(5, 5),), 1, False),))
    assert canvas.grab().toImage() != empty
    canvas.clear()
    assert canvas.grab().toImage() == empty

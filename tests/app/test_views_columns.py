"""Bars side by side: where they end, what dragging and keys set, what is said instead of drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.views.columns.balance import moved
from app.views.columns.view import BarsView
from lab.core.figures import BarPanel, Bars
from lab.core.text import message
from tests.app.mouse import move

SHARES = (0.2, 0.3, 0.5)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def event(values: tuple[float, ...] = SHARES, logits: tuple[float, ...] = (2.0, -1.0, 0.5)) -> Bars:
    labels = ("cat", "dog", message("emu"))
    return Bars(
        "n",
        labels,
        (
            BarPanel("logits", np.array(logits), -5, 5, ("2 = 2", "-1 = -1", message("one half"))),
            BarPanel(message("shares"), np.array(values), 0, 1, field="p", total=1.0, remark=message("sum 1.000000")),
        ),
    )


class Heard(list[tuple[str, tuple[float, ...]]]):
    """What a view has emitted."""

    def __init__(self, view: BarsView) -> None:
        super().__init__()
        view.selected.connect(lambda name, value: self.append((name, value)))


@pytest.fixture
def view(qtbot: QtBot) -> BarsView:
    view = BarsView("Bars", "n")
    qtbot.addWidget(view)
    view.resize(500, 260)
    view.show()
    return view


def show(view: BarsView, bars: Bars) -> None:
    view.take(bars)
    view.refresh()


def place(view: BarsView, panel: int, row: int, value: float) -> QPoint:
    """Return where a value of a row lies."""
    track = view._arranged().tracks[panel]
    return QPoint(round(track.x(value)), round(view.row_area(panel, row).center().y()))


def has(view: BarsView, area: QRectF, colour: str) -> bool:
    """Tell whether a colour, or nearly that, as in smoothed letters, is in an area."""
    image, wanted = view.grab(area.toRect()).toImage(), QColor(colour).getRgb()
    pixels = (image.pixelColor(x, y).getRgb() for x in range(image.width()) for y in range(image.height()))
    return any(max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 30 for found in pixels)


# What becomes of the others.


@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=25),
    st.integers(0, 24),
    st.floats(-0.5, 1.5),
)
def test_the_sum_stays(values: list[float], at: int, value: float) -> None:
    at %= len(values)
    result = moved(values, at, value, 0, 1, 1.0)
    assert abs(math.fsum(result) - 1) <= 1e-9
    assert all(isinstance(entry, float) and 0 <= entry <= 1 for entry in result)
    if len(values) > 1:
        assert result[at] == round(min(max(value, 0), 1), 4)
        others = np.delete(np.array(values), at)
        rest = 1 - result[at]
        # All other shares are the old ones times one factor, up to the rounding.
        wanted = others * rest / others.sum() if others.sum() > 0 else np.full(len(others), rest / len(others))
        found = np.delete(np.array(result), at)
        away = np.abs(found - wanted)
        # One of them takes what rounding leaves over.
        assert np.count_nonzero(away > 5.1e-5) <= 1
        assert away.max() <= 5.1e-5 * len(values)


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=6),
    st.integers(0, 5),
    st.floats(-10, 10),
)
def test_without_a_total_only_one_moves(values: list[float], at: int, value: float) -> None:
    at %= len(values)
    result = moved(values, at, value, -2, 3)
    assert result[at] == round(min(max(value, -2), 3), 4)
    for index, before in enumerate(values):
        if index != at and math.isfinite(before):
            assert abs(result[index] - min(max(before, -2), 3)) <= 5.1e-5


def test_others_stay_within_their_limits() -> None:
    assert moved((1, 0.9, 0.1), 0, 0.0, 0, 1, 2) == (0, 1, 1)
    assert moved((0.3,), 0, 0.2, 0, 1, 1) == (1,)
    assert moved((1, 0, 0), 0, 0.1, 0, 1, 1) == (0.1, 0.45, 0.45)


# Where bars end.


def test_bars_begin_at_zero_and_end_at_their_values(view: BarsView) -> None:
    show(view, event())
    track = view._arranged().tracks[0]
    assert track.left < view.bar_end(0, 1).x() < track.x(0) < view.bar_end(0, 2).x() < view.bar_end(0, 0).x()
    assert math.isclose(track.x(0), (track.left + track.right) / 2)
    series = theme.colours().series[0]
    row = view.row_area(0, 1)
    middle = track.x(0)
    left = QRectF(row.left(), row.top(), middle - row.left() - 2, row.height())
    right = QRectF(middle + 2, row.top(), row.right() - middle - 2, row.height())
    assert has(view, left, series)
    assert not has(view, right, series)


def test_what_is_no_number_is_said_and_not_drawn(view: BarsView) -> None:
    show(view, event(logits=(math.inf, math.nan, -math.inf)))
    colours = theme.colours()
    for row in range(3):
        assert has(view, view.row_area(0, row), colours.bad)
        assert not has(view, view.row_area(0, row), colours.series[0])
    assert "∞" in view.describe_cell(0, 0)
    assert "not a number" in view.describe_cell(0, 1)


def test_what_lies_beyond_the_panel_is_said(view: BarsView) -> None:
    show(view, event(logits=(7.0, -9.0, 0.0)))
    assert view.bar_end(0, 0).x() == view._arranged().tracks[0].right
    words = view.describe_cell(0, 1)
    assert "-9" in words
    assert "ends at -5" in words
    assert "ends at" not in view.describe_cell(0, 2)
    view.grab()


@pytest.mark.parametrize("count", [2, 10, 25])
@pytest.mark.parametrize("size", [(150, 120), (500, 300), (1200, 700)])
def test_any_number_of_rows(view: BarsView, size: tuple[int, int], count: int) -> None:
    view.resize(*size)
    values = np.linspace(0, 1, count)
    labels = tuple(f"label {row}" for row in range(count))
    show(view, Bars("n", labels, (BarPanel("p", values, 0, 1, field="p"), BarPanel("q", -values, -1, 0))))
    for panel in range(2):
        for row in range(count):
            at = view.row_area(panel, row).center()
            assert view.content().contains(at)
            assert view._arranged().cell_at(at) == (panel, row)
            assert f"label {row}" in view.describe(at.toPoint())
    if size == (500, 300):
        for row in range(count):
            assert has(view, view._arranged().label_area(row), theme.colours().text)
    view.grab()


# Dragging.


def test_dragging_sets_and_keeps_the_sum(view: BarsView, qtbot: QtBot) -> None:
    show(view, event())
    heard = Heard(view)
    qtbot.mousePress(view, LEFT, pos=place(view, 1, 0, 0.2))
    for share in (0.4, 0.6):
        move(view, place(view, 1, 0, share), LEFT)
    assert {name for name, _ in heard} == {"p"}
    values = heard[-1][1]
    assert values[0] == pytest.approx(0.6, abs=0.01)
    assert math.fsum(values) == pytest.approx(1, abs=1e-9)
    assert values[2] / values[1] == pytest.approx(5 / 3, abs=0.01)
    # It is shown before any answer comes.
    assert view.values(1) == values
    assert view.bar_end(1, 0).x() == pytest.approx(place(view, 1, 0, 0.6).x(), abs=2)
    # To the end and back: proportions come back.
    move(view, QPoint(view.width() + 50, 100), LEFT)
    assert heard[-1][1] == (1.0, 0.0, 0.0)
    move(view, place(view, 1, 0, 0.2), LEFT)
    assert heard[-1][1] == pytest.approx(SHARES, abs=0.01)
    qtbot.mouseRelease(view, LEFT, pos=place(view, 1, 0, 0.2))
    heard.clear()
    move(view, place(view, 1, 0, 0.9), NONE)
    assert heard == []


def test_late_answers_do_not_pull_back(view: BarsView, qtbot: QtBot) -> None:
    show(view, event())
    qtbot.mousePress(view, LEFT, pos=place(view, 1, 0, 0.4))
    move(view, place(view, 1, 0, 0.8), LEFT)
    wished = view.values(1)
    show(view, event((0.4, 0.225, 0.375)))
    assert view.values(1) == wished
    qtbot.mouseRelease(view, LEFT, pos=place(view, 1, 0, 0.8))
    show(view, event((0.8, 0.075, 0.125)))
    assert view.values(1) == (0.8, 0.075, 0.125)


def test_the_scale_stays_while_a_bar_is_in_hand(view: BarsView, qtbot: QtBot) -> None:
    def scaled(high: float) -> Bars:
        return Bars("n", ("a", "b"), (BarPanel("z", np.array([4.0, 1.0]), -high, high, field="logits"),))

    show(view, scaled(5))
    qtbot.mousePress(view, LEFT, pos=place(view, 0, 0, 4.0))
    where = place(view, 0, 1, 1.0)
    show(view, scaled(50))
    assert place(view, 0, 1, 1.0) == where
    qtbot.mouseRelease(view, LEFT, pos=place(view, 0, 0, 4.0))
    assert place(view, 0, 1, 1.0) != where


def test_only_panels_with_a_field_move(view: BarsView, qtbot: QtBot) -> None:
    show(view, event())
    heard = Heard(view)
    qtbot.mouseClick(view, LEFT, pos=place(view, 0, 1, 3.0))
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=place(view, 1, 1, 0.9))
    assert heard == []
    move(view, place(view, 0, 1, 1.0), NONE)
    still = view.cursor().shape()
    move(view, place(view, 1, 1, 0.5), NONE)
    assert (still, view.cursor().shape()) == (Qt.CursorShape.ArrowCursor, Qt.CursorShape.SizeHorCursor)


def test_a_drag_survives_fewer_rows(view: BarsView, qtbot: QtBot) -> None:
    show(view, event())
    heard = Heard(view)
    qtbot.mousePress(view, LEFT, pos=place(view, 1, 2, 0.4))
    show(view, Bars("n", ("a",), (BarPanel("p", np.ones(1), 0, 1),)))
    count = len(heard)
    move(view, QPoint(200, 80), LEFT)
    assert len(heard) == count
    view.grab()


# Keys.


def test_keys(view: BarsView, qtbot: QtBot) -> None:
    show(view, event())
    heard = Heard(view)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert heard[-1][1][1] == 0.31
    assert "0.31" in QToolTip.text()
    qtbot.keyClick(view, Qt.Key.Key_Left, SHIFT)
    assert heard[-1][1][1] == 0.21
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert heard[-1][1] == (0, 1, 0)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert heard[-1][1] == (0.5, 0, 0.5)
    count = len(heard)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert len(heard) == count  # It is there already.
    qtbot.keyClick(view, Qt.Key.Key_Left, CONTROL)
    assert view._focused() == (0, 1)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view._focused() == (0, 0)
    assert len(heard) == count
    assert "logits" in QToolTip.text()


def test_the_focus_is_seen(view: BarsView) -> None:
    show(view, event())
    view.setFocus()
    focused = view.grab(view.row_area(1, 0).toRect()).toImage()
    view.clearFocus()
    assert view.grab(view.row_area(1, 0).toRect()).toImage() != focused


# Words.


def test_describe(view: BarsView) -> None:
    show(view, event((1 / 3, 1 / 3, 1 / 3)))
    words = view.describe(view.row_area(1, 2).center().toPoint())
    for part in ("emu", "shares", repr(1 / 3), "0 to 1"):
        assert part in words
    assert "one half" in view.describe(view.row_area(0, 2).center().toPoint())
    layout = view._arranged()
    assert "sum 1.000000" in view.describe(layout.remark_area(1).center().toPoint())
    assert "shares" in view.describe(layout.title_area(1).center().toPoint())
    assert "cat" in view.describe(layout.label_area(0).center().toPoint())


def test_arithmetic_of_an_older_value_is_not_shown(view: BarsView, qtbot: QtBot) -> None:
    bars = Bars("n", ("a", "b"), (BarPanel("p", np.array([0.5, 0.5]), 0, 1, ("1 / 2", "1 / 2"), "p"),))
    show(view, bars)
    assert "1 / 2" in view.describe_cell(0, 0)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert "0.51" in view.describe_cell(0, 0)
    assert "1 / 2" not in view.describe_cell(0, 0)


def test_bars_stay_left_to_right_in_persian(view: BarsView) -> None:
    show(view, event())
    english = [view.bar_end(0, row).x() for row in range(3)]
    set_language("fa")
    show(view, event())
    persian = [view.bar_end(0, row).x() for row in range(3)]
    assert sorted(english) == [english[1], english[2], english[0]]
    assert sorted(persian) == [persian[1], persian[2], persian[0]]
    assert view._arranged().label_area(0).right() < min(persian)


def test_strange_bars(view: BarsView) -> None:
    assert view.empty()
    show(view, Bars("other", ("a",), (BarPanel("p", np.ones(1), 0, 1),)))
    assert view.empty()
    for labels, panels in (((), ()), (("a",), ()), ((), (BarPanel("p", np.ones(1), 0, 1),))):
        show(view, Bars("n", labels, panels))
        assert view.empty()
    short = BarPanel("p", np.ones(1), 1, 1, colour=-1)
    show(view, Bars("n", ("a" * 300, "b", "c"), (short, BarPanel("q" * 300, np.arange(9.0), 2, 5, colour=7))))
    view.grab()
    assert "not a number" in view.describe_cell(0, 2)
    view.clear()
    assert view.empty()
    assert BarsView("T", "n", "Nothing yet.").empty() == "Nothing yet."

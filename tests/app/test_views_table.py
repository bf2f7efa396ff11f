"""The table: what it says of numbers, where it puts things, how it is moved, asked and copied."""

from __future__ import annotations

import csv
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.views.fitting import level
from app.views.numerals import exact, grouped, plain, significant
from app.views.scroll import Scroll
from app.views.table.layout import cell_words
from app.views.table.view import TableView
from lab.core.figures import Cell, Link, Table, Words
from lab.core.text import message

LONG = "a name that is far too long for the narrow column that it stands in, and goes on"


def table(*rows: tuple[Cell, ...], columns: tuple[Words, ...] = (), note: Words = "") -> Table:
    width = max(map(len, rows), default=0)
    return Table("n", columns or tuple(f"column {place}" for place in range(width)), rows, note)


def numbers(rows: int, columns: int) -> Table:
    return table(*(tuple(Cell(row + column / 8) for column in range(columns)) for row in range(rows)))


@pytest.fixture
def view(qtbot: QtBot) -> TableView:
    view = TableView("Table", "n")
    qtbot.addWidget(view)
    view.resize(500, 260)
    view.show()
    return view


def show(view: TableView, event: Table) -> None:
    view.take(event)
    view.refresh()


def picture(view: TableView, area: QRectF) -> QImage:
    return view.grab(area.toRect()).toImage()


def inked(image: QImage, colour: str) -> set[tuple[int, int]]:
    """Return the pixels that have a colour, or nearly: letters are smoothed."""
    wanted = QColor(colour)
    points = {(x, y): image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())}
    return {
        at
        for at, found in points.items()
        if max(abs(found.red() - wanted.red()), abs(found.green() - wanted.green()), abs(found.blue() - wanted.blue()))
        < 60
    }


def roll(view: TableView, point: QPoint, way: int, modifiers: Qt.KeyboardModifier) -> bool:
    place = QPointF(point)
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(point)),
        QPoint(),
        QPoint(0, way),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    return event.isAccepted()


# Numbers.


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.56233512, "0.5623351"),
        (3, "3"),
        (2.0, "2"),
        (-0.0, "0"),
        (1e-8, "1e-08"),
        (123456789, "123456789"),
        (12345678.0, "12345678"),
        (np.float32(0.5), "0.5"),
        (np.int64(2**40), "1099511627776"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_seven_figures(value: float, said: str) -> None:
    assert significant(value, 7) == said


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 15))
def test_figures_are_those_of_the_number(value: float, figures: int) -> None:
    shown = Fraction(significant(value, figures))
    assert abs(shown - Fraction(value)) <= abs(Fraction(value)) * Fraction(1, 2 * 10 ** (figures - 1))
    assert float(exact(value)) == float(plain(value)) == value


# Where things stand.


def test_numbers_end_below_each_other(view: TableView) -> None:
    show(view, table((Cell(1.5),), (Cell(-1234.5),), (Cell(0.0000125),)))
    view.clearFocus()
    colour = theme.colours().text
    ends = [max(x for x, _ in inked(picture(view, view.cell_area(row, 0)), colour)) for row in range(3)]
    assert max(ends) - min(ends) <= 1


def test_persian_tables_are_mirrored_and_their_numbers_are_not(view: TableView) -> None:
    event = table((Cell(message("loss")), Cell(-12.625), Cell(3)))
    show(view, event)
    left = [view.cell_area(0, column).left() for column in range(3)]
    assert left == sorted(left)
    set_language("fa")
    show(view, event)
    right = [view.cell_area(0, column).right() for column in range(3)]
    assert right == sorted(right, reverse=True)
    assert view.content().right() == right[0]
    ink = inked(picture(view, view.cell_area(0, 1)), theme.colours().text)
    first, last = min(x for x, _ in ink), max(x for x, _ in ink)
    begins = {y for x, y in ink if x < first + 3}
    ends = {y for x, y in ink if x > last - 4}
    # The minus is still at the left of the digits.
    assert max(begins) - min(begins) <= 2
    assert max(ends) - min(ends) >= 6


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("size", [(150, 120), (420, 260), (1200, 700)])
def test_every_cell_is_where_it_says(view: TableView, size: tuple[int, int], language: str) -> None:
    set_language(language)
    view.resize(*size)
    show(view, numbers(40, 6))
    for row, column in ((0, 0), (0, 5), (39, 0), (39, 5), (20, 3)):
        view._cursor = (row, column)
        view._drawn().reveal(row, column)
        at = view.cell_area(row, column).center()
        assert view._drawn().cell_at(at) == (row, column)
        assert exact(row + column / 8) in view.describe(at.toPoint())
    view.grab()


def test_no_number_is_cut(view: TableView) -> None:
    view.resize(200, 120)
    event = table(tuple(Cell(-0.12345678) for _ in range(6)))
    show(view, event)
    view._along.by(30)
    view.update()
    drawn = view._drawn()
    for column in range(6):
        area = view.cell_area(0, column).intersected(drawn._body)
        whole = area.width() == view.cell_area(0, column).width()
        assert bool(area.width() > 0 and inked(picture(view, area), theme.colours().text)) == whole


@given(
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 100)), min_size=1, max_size=12),
    st.floats(0, 3000),
)
def test_levelled_widths(pairs: list[tuple[float, float]], room: float) -> None:
    natural = [max(pair) for pair in pairs]
    least = [min(pair) for pair in pairs]
    widths = level(natural, least, room)
    assert all(low - 1e-6 <= width <= high + 1e-6 for low, width, high in zip(least, widths, natural, strict=True))
    assert sum(widths) <= max(room, sum(least)) + 1e-6
    # Who gave way is no wider than who did not.
    cut = [width for width, high, low in zip(widths, natural, least, strict=True) if low < width < high - 1e-3]
    assert all(width <= max(cut) + 1e-3 for width, low in zip(widths, least, strict=True) if cut and width > low)


# Marks and words.


def test_marks_have_colours_and_shapes(view: TableView) -> None:
    show(view, table(*((Cell(1.5, "", mark),) for mark in ("", "good", "bad", "strong", "muted"))))
    view.clearFocus()
    colours = theme.colours()
    images = [picture(view, view.cell_area(row, 0)) for row in range(5)]
    assert inked(images[1], colours.good)
    assert inked(images[2], colours.bad)
    assert inked(images[4], colours.muted)
    # In one colour they are still told apart: the shapes differ.
    tick, cross = inked(images[1], colours.good), inked(images[2], colours.bad)
    assert len(tick & cross) < 0.9 * len(tick | cross)
    assert len(inked(images[3], colours.text)) > len(inked(images[0], colours.text))


def test_what_is_no_number_is_said(view: TableView) -> None:
    show(view, table((Cell(math.nan), Cell(math.inf), Cell(2.5))))
    bad = theme.colours().bad
    assert [bool(inked(picture(view, view.cell_area(0, place)), bad)) for place in range(3)] == [True, True, False]
    assert "not a number" in view.describe_cell(0, 0)
    assert "∞" in view.describe_cell(0, 1)


def test_what_can_be_asked_is_seen(view: TableView) -> None:
    show(view, table((Cell(2.5, "5 / 2"), Cell(2.5))))
    underlined, bare = (picture(view, view.cell_area(0, place)) for place in range(2))
    assert len(inked(underlined, theme.colours().muted)) > len(inked(bare, theme.colours().muted))


def test_describe(view: TableView) -> None:
    columns = (message("quantity"), message("by hand"))
    show(view, table((Cell(LONG), Cell(1 / 3, message("One third."))), columns=columns, note=message("A note.")))
    words = view.describe(view.cell_area(0, 1).center().toPoint())
    for part in (LONG, "by hand", repr(1 / 3), "One third."):
        assert part in words
    assert "by hand" in view.describe(view._drawn().header_area(1).center().toPoint())
    assert "A note." in view.describe(view._drawn().note_area.center().toPoint())
    assert view.describe(QPoint(250, 200)) == ""


def test_cut_words_are_told_whole(view: TableView) -> None:
    view.resize(260, 200)
    show(view, table((Cell(LONG), Cell(1.25), Cell(-1234.5))))
    assert LONG in view.describe(view.cell_area(0, 0).center().toPoint())
    assert LONG not in view._drawn()._layout.entries[0][0].words
    assert view._drawn()._layout.entries[0][2].words == "-1234.5"


# The wheel, the keys, the clipboard.


def test_the_wheel_moves_rows_and_columns(view: TableView) -> None:
    view.resize(260, 200)
    show(view, numbers(60, 8))
    middle = view._drawn()._body.center().toPoint()
    plain_keys, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    before = view._drawn().cell_at(QPointF(middle))
    assert before is not None
    assert roll(view, middle, -400, plain_keys)
    after = view._drawn().cell_at(QPointF(middle))
    assert after is not None and after[0] > before[0] and after[1] == before[1]
    assert roll(view, middle, -400, shift)
    along = view._drawn().cell_at(QPointF(middle))
    assert along is not None and along[1] > before[1] and along[0] == after[0]
    # New numbers do not move what is in view.
    show(view, numbers(60, 8))
    assert view._drawn().cell_at(QPointF(middle)) == along


@pytest.mark.parametrize("rows", [2, 5, 40])
@pytest.mark.parametrize("height", [120, 160, 260])
def test_the_bar_of_the_columns_and_the_note_leave_each_other_alone(view: TableView, rows: int, height: int) -> None:
    event = numbers(rows, 30)
    note = "A sentence that is long enough to be broken into two lines or three beneath the rows. " * 2
    view.resize(300, height)
    show(view, Table(event.name, event.columns, event.rows, note))
    picture = view._drawn()
    track, said = picture.track_area, picture.note_area
    assert view._along.needed
    assert picture._body.contains(picture.cell_area(0, 0).center())
    assert track.bottom() <= said.top() + 0.5
    assert said.bottom() <= view.content().bottom() + 0.5


def test_a_table_shown_whole_leaves_the_wheel(view: TableView) -> None:
    show(view, numbers(3, 2))
    assert not roll(view, QPoint(100, 100), -400, Qt.KeyboardModifier.NoModifier)


def test_keys_move_the_cursor_and_tell(view: TableView, qtbot: QtBot) -> None:
    show(view, numbers(60, 3))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_End):
        qtbot.keyClick(view, key)
    assert view._cursor == (59, 2)
    assert view._drawn()._body.contains(view.cell_area(59, 2).center())
    assert exact(59.25) in QToolTip.text()
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert 30 < view._cursor[0] < 59
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view._cursor == (0, 2)
    set_language("fa")
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view._cursor == (0, 1)


def test_the_cursor_is_seen_with_the_focus(view: TableView) -> None:
    show(view, numbers(3, 3))
    view.setFocus()
    focused = picture(view, view.cell_area(0, 0))
    view.clearFocus()
    assert picture(view, view.cell_area(0, 0)) != focused


def test_copied_text_is_the_table(view: TableView, qtbot: QtBot) -> None:
    values = [1 / 3, 1e-300, math.inf, 12345678.9]
    rows = [(Cell(f"row\t{place}\n"), Cell(value), Cell(None)) for place, value in enumerate(values)]
    show(view, table(*rows, columns=("name", "value", "nothing")))
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    read = list(csv.reader(QGuiApplication.clipboard().text().splitlines(), delimiter="\t"))
    assert read[0] == ["name", "value", "nothing"]
    assert [float(line[1]) for line in read[1:]] == values
    assert [(line[0], line[2]) for line in read[1:]] == [(f"row {place}", "") for place in range(4)]


# What comes and goes.


def test_strange_tables(view: TableView) -> None:
    assert view.empty()
    show(view, Table("other", ("a",), ((Cell(1),),)))
    assert view.empty()
    show(view, table(columns=("a", "b")))
    assert view.empty()
    assert not view._copy.isVisible()
    show(view, table((Cell(1),), (Cell(1), Cell(2)), columns=("a", "b"), note="x " * 400))
    assert not view.empty()
    assert view._copy.isVisible()
    view.grab()
    assert view.describe_cell(0, 1)
    view._cursor = (1, 1)
    show(view, table((Cell(None, "not known yet"),)))
    assert view._cursor == (0, 0)
    assert "not known yet" in view.describe_cell(0, 0)
    view.grab()
    view.clear()
    assert view.empty()
    assert not view._copy.isVisible()
    assert TableView("T", "n", "Nothing yet.").empty() == "Nothing yet."


@given(st.floats(0, 1000), st.floats(1, 400), st.lists(st.floats(-500, 500), max_size=8))
def test_scrolling_never_leaves_the_content(whole: float, room: float, ways: list[float]) -> None:
    scroll = Scroll()
    scroll.fit(whole, room)
    for way in ways:
        scroll.by(way)
        assert 0 <= scroll.offset <= max(whole - room, 0)
    scroll.reveal(whole / 2, whole / 2 + min(room, whole) / 4)
    assert scroll.offset <= whole / 2 + 1e-6
    assert scroll.offset + room >= whole / 2 + min(room, whole) / 4 - 1e-6


def test_an_error_while_painting_does_not_end_the_program(view: TableView, monkeypatch: pytest.MonkeyPatch) -> None:
    show(view, numbers(2, 2))

    def fail(*_: object) -> None:
        raise ArithmeticError("broken figure")

    with monkeypatch.context() as patched:
        patched.setattr(view, "paint", fail)
        with pytest.raises(ArithmeticError, match="broken figure"):
            view.grab()
    # The painter was put away: the next picture is whole again.
    assert inked(picture(view, view.cell_area(0, 0)), theme.colours().text)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Cell(1234567), "1,234,567"),
        (Cell(-1000.0), "-1,000"),
        (Cell(999), "999"),
        (Cell(1234.5), "1234.5"),
        (Cell(0.9921, share=True), "99.21 %"),
        (Cell(1.0, share=True), "100 %"),
        (Cell(0.123456, share=True), "12.35 %"),
        (Cell(math.inf), "∞"),
        (Cell(math.nan, share=True), "not a number"),
    ],
)
def test_thousands_are_apart_and_shares_are_in_per_cent(cell: Cell, said: str) -> None:
    assert cell_words(cell) == said
    assert grouped(12, 3) == "12"


def test_a_cell_with_a_link_opens_it_by_click_and_by_key(qtbot: QtBot) -> None:
    view = TableView("Links", "n")
    qtbot.addWidget(view)
    view.resize(400, 300)
    link = Link("ann.iris", {"seed": "1"}, runs=False)
    view.keep(table((Cell("a", link=link), Cell("b")), (Cell("c"), Cell("d"))))
    view.redraw()
    told: list[tuple[str, object]] = []
    view.selected.connect(lambda name, value: told.append((name, value)))
    for cell in ((0, 1), (0, 0)):
        at = view.cell_area(*cell).center().toPoint()
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert told == [("open", link)]
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told == [("open", link)] * 2

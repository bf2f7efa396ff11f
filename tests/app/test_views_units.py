"""A dense network: what is drawn, what is said, and what becomes of numbers that a person changes."""

from __future__ import annotations

import gc
import itertools
import weakref
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.core.language import set_language
from app.views.units.connections import sign_colour
from app.views.units.editor import NumberError, read_number
from app.views.units.maps import stretched, usual_size
from app.views.units.parts import BIAS, Part, steady
from app.views.units.view import UnitsView
from lab.core.events import Array
from lab.core.figures import Line
from lab.core.units import Units
from tests.app.keyboard import type_text
from tests.app.mouse import move

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
WEIGHT = Part(2, 1, 2)
"""The weight from the third hidden unit to the second output: `weights[1][2, 1]`."""


def network(*counts: int, maps: bool = True, seed: int = 0, edits: str = "edits") -> Units:
    random = np.random.default_rng(seed)
    pairs = list(itertools.pairwise(counts))
    pictures: list[Array | None] = [random.uniform(-1, 1, (n, 9, 9)).astype(np.float32) for n in counts]
    return Units(
        "n",
        tuple(tuple(f"u{column}{unit}" for unit in range(count)) for column, count in enumerate(counts)),
        tuple(random.uniform(0.1, 1, pair) * random.choice([-1, 1], pair) for pair in pairs),
        tuple(random.uniform(-1, 1, count) for count in counts[1:]),
        tuple(pictures) if maps else (None,) * len(counts),
        ("input", *["tanh"] * (len(counts) - 2), ""),
        edits=edits,
    )


def with_weight(event: Units, part: Part, value: float) -> Units:
    weights = [array.copy() for array in event.weights]
    weights[part.column - 1][part.source, part.unit] = value
    return replace(event, weights=tuple(weights))


Edit = tuple[int, int, int, float]


class Heard(list[tuple[str, Edit]]):
    """What a view has emitted."""

    def __init__(self, view: UnitsView) -> None:
        super().__init__()
        view.selected.connect(lambda name, value: self.append((name, value)))


@pytest.fixture
def view(qtbot: QtBot) -> UnitsView:
    view = UnitsView("Network", "n")
    qtbot.addWidget(view)
    view.resize(700, 360)
    view.show()
    view.activateWindow()
    qtbot.waitExposed(view)
    return view


def show(view: UnitsView, event: Units) -> None:
    view.take(event)
    view.refresh()
    QApplication.processEvents()


def at(view: UnitsView, part: Part) -> QPoint:
    return view.arranged().anchor(part).toPoint()


def key(view: QWidget, name: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(view, getattr(Qt.Key, f"Key_{name}"), modifier)


def picture(view: UnitsView, area: QRectF | None = None) -> QImage:
    return view.grab(area.toRect() if area is not None else view.rect()).toImage()


def rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def along(view: UnitsView, part: Part) -> list[tuple[int, int, int]]:
    """Return the colours along the middle of a connection."""
    image, layout = picture(view), view.arranged()
    points = [layout.curves.at(layout.curve(part), share) for share in np.linspace(0.1, 0.9, 200)]
    return [rgb(image.pixelColor(point.toPoint())) for point in points]


def share_of(colours: list[tuple[int, int, int]], wanted: tuple[int, int, int]) -> float:
    near = [max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) < 40 for colour in colours]
    return sum(near) / len(near)


def typed(view: UnitsView, text: str, end: str = "Return") -> None:
    """Type over what stands in the open editor."""
    editor = view._editor
    assert editor.is_open
    editor.selectAll()
    type_text(editor, text)
    key(editor, end)


# What is drawn.


def test_a_negative_weight_is_dashed_and_a_positive_one_is_not(view: UnitsView) -> None:
    event = replace(network(1, 1), weights=(np.array([[1.0]]),))
    show(view, event)
    part = Part(1, 0, 0)
    positive = rgb(sign_colour(False))
    assert share_of(along(view, part), positive) > 0.95
    show(view, with_weight(event, part, -1.0))
    negative = rgb(sign_colour(True))
    assert 0.4 < share_of(along(view, part), negative) < 0.85
    assert positive != negative


def thickness(view: UnitsView, part: Part) -> int:
    """Return how many pixels of the column through the middle of a connection are not empty."""
    image, layout = picture(view), view.arranged()
    middle = layout.curves.at(layout.curve(part), 0.5).toPoint()
    empty = image.pixelColor(middle + QPoint(0, 30)).rgb()
    return sum(image.pixelColor(middle + QPoint(0, dy)).rgb() != empty for dy in range(-12, 13))


def test_a_larger_weight_is_a_wider_line(view: UnitsView) -> None:
    event = replace(network(1, 1), weights=(np.array([[1.0]]),))
    part, found = Part(1, 0, 0), []
    for weight in (1.0, 0.7, 0.36):
        show(view, with_weight(event, part, weight))
        found.append(thickness(view, part))
    assert found[0] > found[1] > found[2] > 0


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_not_drawn_as_one(view: UnitsView, lost: float) -> None:
    event = with_weight(replace(network(1, 1), biases=(np.array([lost]),)), Part(1, 0, 0), lost)
    show(view, replace(event, maps=(event.maps[0], np.full((1, 9, 9), lost, np.float32))))
    for negative in (False, True):
        assert share_of(along(view, Part(1, 0, 0)), rgb(sign_colour(negative))) == 0.0
        box = picture(view, view.arranged().box(Part(1, 0)).adjusted(3, 3, -3, -3))
        inside = [rgb(box.pixelColor(x, y)) for x in range(box.width()) for y in range(box.height())]
        assert share_of(inside, rgb(sign_colour(negative))) == 0.0
    words = "not a number" if np.isnan(lost) else "∞"
    assert words in view.describe(at(view, Part(1, 0, 0)))
    assert words in view.describe(at(view, Part(1, 0, BIAS)))
    assert words in view.describe(at(view, Part(1, 0)))


def test_a_map_stands_in_its_box_the_right_way_up(view: UnitsView) -> None:
    event = network(2, 2, 2)
    rising = np.linspace(-1, 1, 9, dtype=np.float32)
    upward = np.repeat(np.repeat(rising[:, None], 9, axis=1)[None], 2, axis=0)
    show(view, replace(event, maps=(upward, np.swapaxes(upward, 1, 2), upward)))
    positive, negative = sign_colour(False), sign_colour(True)

    def colour(part: Part, x: float, y: float) -> bool:
        """Tell whether it is rather that of positive outputs, at shares of the box."""
        box, image = view.arranged().box(part), picture(view)
        place = QPointF(box.left() + x * box.width(), box.top() + y * box.height()).toPoint()
        found = image.pixelColor(place)
        return abs(found.red() - positive.red()) < abs(found.red() - negative.red())

    assert colour(Part(0, 1), 0.5, 0.1) and not colour(Part(0, 1), 0.5, 0.9)
    assert colour(Part(1, 1), 0.9, 0.5) and not colour(Part(1, 1), 0.1, 0.5)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 40), st.integers(0, 2**31))
def test_pictures_stay_within_their_values(rows: int, columns: int, side: int, seed: int) -> None:
    maps = np.random.default_rng(seed).normal(size=(3, rows, columns)).astype(np.float32)
    found = stretched(maps, side, side)
    assert found.shape == (3, side, side)
    assert (found.max(axis=(1, 2)) <= maps.max(axis=(1, 2)) + 1e-5).all()
    assert (found.min(axis=(1, 2)) >= maps.min(axis=(1, 2)) - 1e-5).all()
    if side == rows == columns:
        np.testing.assert_allclose(found, maps[:, ::-1], atol=1e-6)


def test_pictures_are_stretched_linearly() -> None:
    from scipy.ndimage import map_coordinates

    maps = np.random.default_rng(1).normal(size=(1, 6, 5)).astype(np.float32)
    rows = np.clip((np.arange(30) + 0.5) * 6 / 30 - 0.5, 0, 5)[::-1]
    columns = np.clip((np.arange(30) + 0.5) * 5 / 30 - 0.5, 0, 4)
    expected = map_coordinates(maps[0], np.meshgrid(rows, columns, indexing="ij"), order=1)
    np.testing.assert_allclose(stretched(maps, 30, 30)[0], expected, atol=1e-5)


def test_one_scale_for_all_pictures_that_one_large_unit_does_not_spoil() -> None:
    usual, large = np.full((3, 2, 2), 0.9), np.full((1, 2, 2), 400.0)
    assert usual_size((large, usual, np.concatenate([usual, large]), large)) == pytest.approx(0.9)
    assert usual_size((large, large)) == 400.0
    assert usual_size((None, None)) == 0.0
    assert usual_size((large, np.zeros((2, 2, 2)), large)) == 0.0
    assert usual_size((large, np.full((2, 2, 2), np.nan), large)) == 0.0


@given(st.floats(1e-12, 1e12), st.floats(0, 1e12))
def test_a_full_scale_holds_its_values_and_stays_while_it_does(top: float, before: float) -> None:
    full = steady(before, top)
    assert full >= top * (1 - 1e-9)
    assert steady(full, top) == full
    assert full == before or full <= 2.5 * top * (1 + 1e-9)


@pytest.mark.parametrize("size", [(150, 120), (420, 260), (900, 400), (1600, 900)])
@pytest.mark.parametrize("counts", [(2, 1), (2, 4, 2, 1), (7, 8, 8, 8, 8, 8, 8, 6), (4, 64, 64, 3), (1, 1, 1)])
@pytest.mark.parametrize("maps", [True, False])
def test_everything_has_its_place(view: UnitsView, size: tuple[int, int], counts: tuple[int, ...], maps: bool) -> None:
    view.resize(*size)
    show(view, network(*counts, maps=maps))
    layout, content = view.arranged(), view.content()
    for place, column in enumerate(layout.columns):
        assert len(column.boxes) + column.hidden == counts[place]
        boxes = [*column.boxes, *([column.more] if column.hidden else [])]
        assert all(content.contains(box.adjusted(1, 1, -1, -1)) for box in column.boxes)
        assert content.bottom() + 3 >= boxes[-1].bottom()
        # Under each box is its bias.
        gaps = [below.top() - above.bottom() for above, below in zip(column.boxes, boxes[1:], strict=False)]
        assert all(gap >= 6 for gap in gaps)
    edges = [(column.boxes[0].left(), column.boxes[0].right()) for column in layout.columns]
    assert all(right < left for (_, right), (left, _) in itertools.pairwise(edges))
    assert picture(view).size().width() == size[0]


def test_eight_units_in_six_layers_are_all_drawn(view: UnitsView) -> None:
    for size in ((900, 400), (620, 420), (420, 260)):
        view.resize(*size)
        show(view, network(7, 8, 8, 8, 8, 8, 8, 6))
        assert not any(column.hidden for column in view.arranged().columns)


def test_more_units_than_room_are_said(view: UnitsView) -> None:
    show(view, network(4, 64, 3))
    column = view.arranged().columns[1]
    assert column.hidden and len(column.boxes) >= 8
    words = view.describe(column.more.center().toPoint())
    assert str(column.hidden) in words and "64" in words


def test_nothing_is_drawn_while_hidden_and_ten_times_a_second(view: UnitsView) -> None:
    show(view, network(2, 3, 2))
    drawn = []
    for now in range(0, 1000, 10):
        view.take(network(2, 3, 2, seed=now))
        view.tick(1e9 + now)
        drawn.append(not view.dirty)
    assert sum(drawn) == 10
    view.hide()
    view.take(network(2, 3, 2))
    view.tick(2e9)
    assert view._dirty and view._images is None


def test_counts(view: UnitsView, qtbot: QtBot) -> None:
    counting = UnitsView("Network", "n", counts=True)
    qtbot.addWidget(counting)
    counting.resize(700, 360)
    counting.show()
    event = network(2, 2, 2, 3, maps=False)
    for each in (view, counting):
        show(each, event)
    assert counting.arranged().counted and not view.arranged().counted
    assert counting.arranged().net.height() < view.arranged().net.height()
    # nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3) have 6 + 6 + 9 numbers.
    assert "21" in view.caption() and "14" in view.caption() and "7" in view.caption()


def test_a_wrong_event_is_refused(view: UnitsView) -> None:
    event = network(2, 3, 2)
    for wrong in (
        replace(event, weights=event.weights[:1]),
        replace(event, biases=(event.biases[0], event.biases[0])),
        replace(event, maps=event.maps[:2]),
        replace(event, maps=(event.maps[1], *event.maps[1:])),
        replace(event, gradients=event.weights[:1]),
    ):
        with pytest.raises(ValueError, match="the network n has"):
            view.take(wrong)


# What is said.


def test_a_connection_says_its_name_its_weight_and_what_it_multiplies(view: UnitsView) -> None:
    event = network(2, 4, 2)
    show(view, replace(event, gradients=tuple(w / 3 for w in event.weights), bias_gradients=event.biases))
    words = view.describe(at(view, WEIGHT))
    for part in ("from u12 to u21", repr(float(event.weights[1][2, 1])), "multiplies u12", "sum of u21"):
        assert part in words
    assert repr(float(event.weights[1][2, 1] / 3)) in words
    words = view.describe(at(view, Part(2, 1, BIAS)))
    assert "bias of u21" in words and repr(float(event.biases[1][1])) in words


def test_a_unit_says_its_function_its_bias_and_its_formula(view: UnitsView) -> None:
    event = network(2, 4, 2)
    weights = np.array([[0.25, 1, 1, 1], [-0.5, 1, 1, 1]])
    biases = np.array([0.125, 0, 0, 0])
    event = replace(event, weights=(weights, event.weights[1]), biases=(biases, event.biases[1]))
    show(view, event)
    words = view.describe(at(view, Part(1, 0))).replace("\u2068", "").replace("\u2069", "")
    for part in ("u10", "tanh", "bias: 0.125", "u10 = tanh(0.25·u00 − 0.5·u01 + 0.125)"):
        assert part in words
    maps = event.maps[1]
    assert maps is not None
    assert f"{maps[0, 4, 4]:.6g}".lstrip("-") in words
    # Of an output that is the sum itself, no function is named.
    assert "u20 = " in view.describe(at(view, Part(2, 0))).replace("\u2068", "").replace("\u2069", "")


def test_the_value_under_the_pointer_is_that_of_the_map(view: UnitsView) -> None:
    event = replace(network(2, 4, 2), x_range=(0.0, 10.0), y_range=(-5.0, 5.0))
    show(view, event)
    box, maps = view.arranged().box(Part(1, 2)), event.maps[1]
    assert maps is not None
    for column, row in ((0, 0), (8, 0), (2, 7)):
        x = box.left() + (column + 0.5) / 9 * box.width()
        y = box.bottom() - (row + 0.5) / 9 * box.height()
        assert f"{maps[2, row, column]:.6g}".lstrip("-") in view.describe_content(QPointF(x, y))


def test_a_unit_that_is_pointed_at_is_shown_large_and_lights_its_connections(view: UnitsView) -> None:
    points = (Line("A", np.array([0.5]), np.array([0.5])), Line("B", np.array([-0.5]), np.array([np.nan]), colour=1))
    show(view, replace(network(2, 4, 2), points=points))
    before = picture(view)
    move(view, at(view, Part(1, 1)), NONE)
    pointed = picture(view)
    assert pointed != before
    layout = view.arranged()
    lit = {layout.parts[place] for place in np.flatnonzero(layout.lit(Part(1, 1)))}
    assert lit == {Part(1, 1, 0), Part(1, 1, 1), Part(2, 0, 1), Part(2, 1, 1)}
    move(view, QPoint(4, view.height() - 4), NONE)
    assert picture(view) == before


def test_legend_says_what_lines_and_colours_mean(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    words = view.describe(view._legend.center().toPoint())
    assert "dashed where negative" in words and "thickest is 1" in words and "Colours are outputs" in words


# The mouse.


def test_dragging_up_raises_a_weight_at_once(view: UnitsView) -> None:
    event = with_weight(network(2, 4, 2), WEIGHT, 0.25)
    show(view, event)
    heard, start = Heard(view), at(view, WEIGHT)
    QTest.mousePress(view, LEFT, pos=start)
    for up in (1, 10, 40):
        move(view, start - QPoint(0, up), LEFT)
    QTest.mouseRelease(view, LEFT, pos=start - QPoint(0, 40))
    # A hundred pixels are the weight of the thickest line, which is 1 here.
    assert heard == [("edits", (1, 2, 1, 0.35)), ("edits", (1, 2, 1, 0.65))]
    assert "0.65" in view.describe_part(WEIGHT)
    assert event.weights[1][2, 1] == 0.25  # What an event holds is never changed.
    assert not view._editor.is_open


def test_an_event_from_before_an_edit_does_not_undo_it_and_later_ones_do(view: UnitsView) -> None:
    event = with_weight(network(2, 4, 2), WEIGHT, 0.25)
    show(view, event)
    start = at(view, WEIGHT)
    QTest.mousePress(view, LEFT, pos=start)
    move(view, start - QPoint(0, 50), LEFT)
    for _ in range(5):
        show(view, replace(event))  # Held in the hand it stays, however long the run takes.
    assert view._numbers.value(WEIGHT) == 0.75
    QTest.mouseRelease(view, LEFT, pos=start)
    show(view, replace(event))
    assert view._numbers.value(WEIGHT) == 0.75
    show(view, with_weight(event, WEIGHT, 0.74))  # The run goes on from the edit.
    assert view._numbers.value(WEIGHT) == 0.74
    show(view, with_weight(event, WEIGHT, 0.3))
    assert view._numbers.value(WEIGHT) == 0.3


def test_a_run_that_does_not_follow_an_edit_is_believed_in_the_end(view: UnitsView) -> None:
    event = with_weight(network(2, 4, 2), WEIGHT, 0.25)
    show(view, event)
    view.open_editor(WEIGHT)
    typed(view, "0.9")
    for _ in range(3):
        show(view, replace(event))
    assert view._numbers.value(WEIGHT) == 0.25


def test_a_click_lets_a_number_be_typed(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    heard = Heard(view)
    QTest.mouseClick(view, LEFT, pos=at(view, WEIGHT))
    assert view._editor.is_open and view._editor.hasSelectedText()
    typed(view, "-1.5")
    assert heard == [("edits", (1, 2, 1, -1.5))]
    assert view.hasFocus() and view._numbers.value(WEIGHT) == -1.5
    QTest.mouseClick(view, LEFT, pos=at(view, Part(1, 3, BIAS)))
    typed(view, "۲٫۵")
    assert heard[-1] == ("edits", (0, BIAS, 3, 2.5))


@pytest.mark.parametrize("text", ["abc", "nan", "1e999", "--2", " "])
def test_what_is_no_number_is_refused_with_a_sentence(view: UnitsView, text: str) -> None:
    event = with_weight(network(2, 4, 2), WEIGHT, -0.5)
    show(view, event)
    heard, before = Heard(view), picture(view, view.caption_area())
    QTest.mouseClick(view, LEFT, pos=at(view, WEIGHT))
    typed(view, text)
    assert heard == [] and view._numbers.value(WEIGHT) == -0.5
    words = QToolTip.text().replace("\u2066", "").replace("\u2069", "")
    assert "−0.5 was kept" in words and (text.strip() in words)
    assert picture(view, view.caption_area()) != before
    view.open_editor(WEIGHT)
    typed(view, "0.5")
    assert heard and picture(view, view.caption_area()) == before


def test_reading_numbers() -> None:
    assert read_number(" −0,5 ", 1.0) == -0.5
    assert read_number("۱۲٫۵", 1.0) == 12.5
    assert read_number("1e-3", 1.0) == 0.001
    with pytest.raises(NumberError, match="1,2,3"):
        read_number("1,2,3", 1.0)


def test_an_unchanged_text_is_no_edit_and_escape_gives_up(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    heard = Heard(view)
    view.open_editor(WEIGHT)
    key(view._editor, "Return")
    view.open_editor(WEIGHT)
    type_text(view._editor, "7")
    key(view._editor, "Escape")
    assert heard == [] and view.hasFocus() and not view._editor.is_open


def test_without_edits_nothing_can_be_changed(view: UnitsView) -> None:
    show(view, network(2, 4, 2, edits=""))
    heard, start = Heard(view), at(view, WEIGHT)
    QTest.mousePress(view, LEFT, pos=start)
    move(view, start - QPoint(0, 30), LEFT)
    QTest.mouseRelease(view, LEFT, pos=start)
    view.setFocus()
    key(view, "Up")
    type_text(view, "3")
    assert heard == [] and not view._editor.is_open
    assert "Drag" not in view.describe(start)


def test_a_network_of_another_shape_takes_the_editor_away(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    heard = Heard(view)
    view.open_editor(WEIGHT)
    show(view, network(2, 2, 1))
    assert not view._editor.is_open
    show(view, network(2, 4, 2))
    view.open_editor(WEIGHT)
    view.clear()
    assert not view._editor.is_open and heard == []


def test_the_editor_goes_with_its_connection(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    view.open_editor(WEIGHT)
    for size in ((420, 260), (1000, 600), (260, 160)):
        view.resize(*size)
        if view._editor.is_open:
            assert view.rect().contains(view._editor.geometry())
            assert view._editor.geometry().adjusted(-60, -4, 60, 4).contains(at(view, WEIGHT))


# The keys.


def test_arrows_go_from_unit_to_unit_and_into_one(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    view.setFocus()
    key(view, "Down")
    assert view._cursor == Part(1, 0)
    key(view, "Down")
    key(view, "Right")
    assert view._cursor is not None and view._cursor.column == 2
    key(view, "Left")
    key(view, "Return")
    unit = view._cursor.whole
    assert view._cursor == Part(unit.column, unit.unit, BIAS)
    key(view, "Right")
    key(view, "Right")
    assert view._cursor == Part(unit.column, unit.unit, 1)
    key(view, "Right")  # The last one.
    assert view._cursor == Part(unit.column, unit.unit, 1)
    key(view, "Escape")
    assert view._cursor == unit
    key(view, "Escape")
    assert view._cursor is None


def test_up_and_down_change_what_the_cursor_is_on(view: UnitsView) -> None:
    show(view, with_weight(network(2, 4, 2), WEIGHT, 0.5))
    heard = Heard(view)
    view.setFocus()
    view._cursor = WEIGHT
    key(view, "Up")
    key(view, "Down", SHIFT)
    assert [value for _, value in heard] == [(1, 2, 1, 0.51), (1, 2, 1, 0.41)]
    assert "0.41" in QToolTip.text()
    type_text(view, "3")
    assert view._editor.is_open and view._editor.text() == "3"
    type_text(view._editor, ".25")
    key(view._editor, "Tab")
    assert heard[-1] == ("edits", (1, 2, 1, 3.25))
    # Tab goes on to the next weight of the same unit, with the editor.
    assert view._editor.is_open and view._cursor == Part(2, 1, 3)
    value = view._numbers.value(Part(2, 1, 3))
    key(view._editor, "Up")
    assert heard[-1][1][3] == pytest.approx(value + 0.05, abs=2e-3)  # A hundredth of the full scale, 5 by now.
    key(view._editor, "Return")
    assert len(heard) == 4


def test_tab_goes_through_a_unit_and_out(view: UnitsView, qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    other = QWidget(box)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.setParent(box)
    box.show()
    box.activateWindow()
    show(view, network(2, 4, 2))
    other.setFocus()
    key(other, "Tab")
    assert view.hasFocus() and view._cursor == Part(1, 0)
    seen = []
    while view.hasFocus():
        seen.append(view._cursor)
        key(view, "Tab")
    assert seen == [Part(1, 0), Part(1, 0, BIAS), Part(1, 0, 0), Part(1, 0, 1)]
    view.setParent(None)


def test_the_cursor_of_the_keys_is_seen(view: UnitsView) -> None:
    show(view, network(2, 4, 2))
    view.setFocus()
    shown = []
    for part in (None, Part(1, 1), Part(1, 1, BIAS), Part(1, 1, 0)):
        view._cursor = part
        shown.append(picture(view))
    assert all(one != other for place, one in enumerate(shown) for other in shown[:place])


def test_persian(view: UnitsView) -> None:
    event = network(2, 4, 2)
    show(view, event)
    english = [column.middle for column in view.arranged().columns]
    set_language("fa")
    show(view, replace(event))
    assert [column.middle for column in view.arranged().columns] == english
    assert "وزن" in view.describe(at(view, WEIGHT)) and "۲۲" in view.caption()
    assert '<div dir="ltr">' in view.describe(at(view, Part(1, 1)))


def test_it_is_collected(qtbot: QtBot) -> None:
    made = UnitsView("Network", "n")
    made.resize(500, 300)
    made.show()
    show(made, network(2, 4, 2))
    made.open_editor(WEIGHT)
    typed(made, "2")
    made.close()
    left = weakref.ref(made)
    del made
    gc.collect()
    assert left() is None

"""A quantity over the plane, what moves over it, and what is picked there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import language, theme
from app.core.language import words
from app.views.coalesced import Coalesced
from app.views.field import scene as field_scene
from app.views.field.contours import contours
from app.views.field.image import class_colour, class_marks, class_places, shade
from app.views.field.view import FieldView
from lab.core.events import Array
from lab.core.figures import Arrow, Axis, Field, Line, Link, Overlay
from lab.core.text import message
from lab.data.planar import MOST_OWN, parse_points
from tests.app.mouse import LEFT, NONE, move

NAME = "landscape"


def peaks(x: Array, y: Array) -> Array:
    """Return MATLAB's function of that name."""
    first = 3 * (1 - x) ** 2 * np.exp(-(x**2) - (y + 1) ** 2)
    second = 10 * (x / 5 - x**3 - y**5) * np.exp(-(x**2) - y**2)
    third: Array = np.exp(-((x + 1) ** 2) - y**2) / 3
    return first - second - third


def grid(count: int) -> tuple[Array, Array]:
    places = -3 + (np.arange(count) + 0.5) / count * 6
    x, y = np.meshgrid(places, places)
    return x, y


def landscape(count: int = 60, **changes: Any) -> Field:
    values: dict[str, Any] = {
        "name": NAME,
        "values": peaks(*grid(count)),
        "x": Axis("x"),
        "y": Axis("y"),
        "x_range": (-3.0, 3.0),
        "y_range": (-3.0, 3.0),
        "value_label": "f(x, y)",
        "scale": "signed",
        "smooth": False,
    }
    return Field(**{**values, **changes})


def path(*points: tuple[float, float], **changes: Any) -> Line:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    return replace(Line(message("descent"), x, y), **changes)


@pytest.fixture
def view(qtbot: QtBot) -> FieldView:
    view = FieldView("Landscape", NAME)
    qtbot.addWidget(view)
    view.resize(560, 420)
    view.show()
    return view


@pytest.fixture
def told(view: FieldView) -> Iterator[list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []

    def hear(name: str, value: Any) -> None:
        heard.append((name, value))

    view.selected.connect(hear)
    yield heard
    view.selected.disconnect(hear)


def take(view: FieldView, *events: Field | Overlay) -> None:
    for event in events:
        view.take(event)
    view.refresh()


def spot(view: FieldView, x: float, y: float) -> QPoint:
    """Return where (x, y) is painted."""
    place = view.plane().place(x, y)
    return QPoint(math.floor(place.x()), math.floor(place.y()))


def colour_at(view: FieldView, x: float, y: float) -> QColor:
    return view.grab().toImage().pixelColor(spot(view, x, y))


def is_near(colour: QColor, wanted: Any) -> bool:
    red, green, blue = (int(channel) for channel in wanted)
    return max(abs(colour.red() - red), abs(colour.green() - green), abs(colour.blue() - blue)) <= 2


# What is painted.


def test_events_of_other_names_are_not_shown(view: FieldView) -> None:
    take(view, landscape(name="other"), Overlay("other", ()))
    assert view.empty()


def test_words_for_an_empty_view(qtbot: QtBot) -> None:
    view = FieldView("T", NAME, "Here the valley will appear.")
    qtbot.addWidget(view)
    assert view.empty() == "Here the valley will appear."


@pytest.mark.parametrize("smooth", [False, True])
def test_colours_of_magnitudes(view: FieldView, smooth: bool) -> None:
    values = np.tile(np.linspace(10, 20, 6)[:, None], (1, 4))
    take(view, landscape(values=values, scale="magnitude", smooth=smooth, x_range=(0, 4), y_range=(0, 6)))
    table = theme.magnitude_table()
    # Row 0 is at the lowest y; halfway up the middle of a cell there is its own value.
    for row, place in ((0, 0), (2, 102), (5, 255)):
        assert is_near(colour_at(view, 2, row + 0.5), table[place])
    between = colour_at(view, 2, 2.98)
    assert is_near(between, table[102]) != smooth


def test_signed_colours_have_one_scale_on_both_sides_of_zero(view: FieldView) -> None:
    values = np.array([[-1.0, 0.0, 4.0]])
    take(view, landscape(values=values, x_range=(0, 3), y_range=(0, 2)))
    table = theme.signed_table()
    assert is_near(colour_at(view, 0.5, 1), table[round(255 * (-1 + 4) / 8)])
    assert is_near(colour_at(view, 1.5, 1), table[128])
    assert is_near(colour_at(view, 2.5, 1), table[255])


def test_what_is_not_a_number_is_not_painted_as_one(view: FieldView) -> None:
    values = np.array([[1.0, np.nan, np.inf, 2.0]])
    take(view, landscape(values=values, scale="magnitude", x_range=(0, 4), y_range=(0, 3)))
    image = view.grab().toImage()
    table = {QColor(*(int(channel) for channel in row)).name() for row in theme.magnitude_table()}
    seen = []
    for x in (1.5, 2.5):
        centre = spot(view, x, 1.5)
        patch = [image.pixelColor(centre + QPoint(i, j)).name() for i in range(-12, 12) for j in range(-12, 12)]
        assert not table & set(patch)
        seen.append(patch)
    assert theme.colours().surface in seen[0]  # The card, with dots,
    assert seen[0] != seen[1] and len(set(seen[0])) > 1  # and hatching for infinity.


@pytest.mark.parametrize(
    "values",
    [
        np.full((5, 5), np.nan),
        np.full((5, 5), 7.0),
        np.zeros((1, 1)),
        np.array([[1e308, -1e308]]),
        np.array([[0, 5e-324]]),
        np.array([[np.inf, -np.inf]]),
        np.arange(6).reshape(2, 3),
        np.array([[True, False]]),
    ],
)
@pytest.mark.parametrize("scale", ["magnitude", "signed", "classes"])
def test_strange_values(view: FieldView, values: Array, scale: str) -> None:
    levels = (0.5, 7.0, math.nan)
    take(view, landscape(values=values, scale=scale, classes=("a", "b"), levels=levels))
    view.grab()
    view.resize(200, 120)
    view.grab()
    view.describe(view.cell_area(0, 0).center().toPoint())


def test_nothing_to_show_yet(view: FieldView) -> None:
    take(view, landscape(values=np.zeros((0, 5))))
    assert view.empty()
    take(view, landscape())
    assert not view.empty()
    view.clear()
    assert view.empty()


def test_limits_of_an_axis_cut_the_picture(view: FieldView) -> None:
    take(view, landscape(x=Axis("x", low=0, high=1)))
    assert (view.plane().x.low, view.plane().x.high) == (0, 1)
    assert view.describe(spot(view, 0.01, -2.96)) == view.describe(view.cell_area(0, 30).center().toPoint())


def test_circles_are_round_where_axes_measure_the_same(view: FieldView) -> None:
    take(view, landscape())
    area = view.plane().area
    assert area.width() == area.height()
    take(view, landscape(x_range=(-6.0, 6.0)))
    assert view.plane().area.width() == pytest.approx(2 * view.plane().area.height(), abs=1)
    for filled in (
        landscape(x_range=(-30.0, 30.0)),
        landscape(x=Axis("x", "s")),
        landscape(x=Axis("x", log=True), x_range=(1, 7)),
    ):
        take(view, filled)
        assert view.plane().area.width() > 1.2 * view.plane().area.height()


# Contour lines.


def test_contour_lines_are_where_the_values_are() -> None:
    x, y = grid(200)
    (line,) = contours(x**2 + y**2, (4.0,))
    points = line.longest * (6, -6) + (-3, 3)
    np.testing.assert_allclose(np.hypot(*points.T), 2, atol=2e-3)
    assert np.hypot(*np.diff(points, axis=0).T).sum() == pytest.approx(2 * math.pi * 2, rel=1e-3)


def test_contour_lines_reach_the_edge_and_stop_at_gaps() -> None:
    x, y = grid(10)
    (line,) = contours(y, (0.1,))
    assert line.longest[:, 0].min() == 0 and line.longest[:, 0].max() == 1
    assert line.longest[:, 1] == pytest.approx((3 - 0.1) / 6)
    values = np.where(x > 0, np.nan, y)
    (line,) = contours(values, (0.1,))
    assert line.longest[:, 0].max() <= 0.5
    assert contours(values, (99.0, math.inf)) == []


def test_contour_lines_are_seen(view: FieldView) -> None:
    take(view, landscape(levels=(), smooth=True))
    plain = view.grab().toImage()
    take(view, landscape(levels=(2.0,), smooth=True))
    lined = view.grab().toImage()
    field = landscape(200)
    (line,) = contours(field.values, (2.0,))
    area = view.plane().area
    changed = 0
    for x, y in line.longest[::10] * (area.width(), area.height()) + (area.left(), area.top()):
        around = [QPoint(int(x) + i, int(y) + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        changed += any(plain.pixelColor(at) != lined.pixelColor(at) for at in around if area.contains(QPointF(at)))
    assert changed > 0.9 * len(line.longest[::10])


# Classes.

BASINS = ("left", message("right"), "lost")


def basins(count: int = 40) -> Field:
    x, y = grid(count)
    values = np.where(x < 0, 0.0, 1.0)
    values[y > 2] = 2
    values[y < -2] = np.nan
    return landscape(values=values, scale="classes", classes=BASINS, smooth=True)


def test_classes_have_colours_letters_and_words(view: FieldView) -> None:
    take(view, basins())
    assert is_near(colour_at(view, -2.5, 1.5), class_colour(0).getRgb()[:3])
    assert is_near(colour_at(view, 2.5, 1.5), class_colour(1).getRgb()[:3])
    # Never mixed at an edge, although it asks for smooth.
    image = view.grab().toImage()
    row = spot(view, 0, 1.5).y()
    area = view.plane().area
    across = {image.pixelColor(x, row).name() for x in range(int(area.left()) + 2, int(area.right()) - 2)}
    assert across == {class_colour(0).name(), class_colour(1).name()}
    patch = spot(view, *middle_of(0))
    letters = {image.pixelColor(patch + QPoint(i, j)).name() for i in range(-5, 6) for j in range(-5, 6)}
    assert len(letters) > 2
    assert "right" in view.describe(spot(view, 1, 0))
    assert "not computed yet" in view.describe(spot(view, 1, -2.5))


def middle_of(place: int) -> tuple[float, float]:
    _, across, up, _ = class_places(basins().values, 3)[place]
    return 6 * across - 3, 6 * up - 3


def test_letters_stand_where_their_class_is() -> None:
    values = np.zeros((50, 80))
    values[30:45, 20:60] = 1
    values[5, 7] = 2
    places = {each: (across, up, side) for each, across, up, side in class_places(values, 4)}
    assert set(places) == {0, 1, 2}
    for each, (across, up, _) in places.items():
        assert values[int(up * 50), int(across * 80)] == each
    assert places[1][2] == pytest.approx(15 / 50)


def test_letters_of_classes() -> None:
    assert class_marks(("cat", message("dog"))) == ["A", "B"]
    assert class_marks(("0", "1")) == ["0", "1"]
    assert len(set(class_marks(tuple(f"class {place}" for place in range(60))))) == 60
    assert len({class_colour(place).name() for place in range(12)}) == 12


def test_classes_that_are_not_there() -> None:
    field = landscape(values=np.array([[0.0, 1.5, -1.0, 9.0, np.inf]]), scale="classes", classes=BASINS)
    image = shade(field).image
    assert [image.pixelColor(x, 0).alpha() for x in range(5)] == [255, 0, 0, 0, 0]


# Overlays.


def test_an_overlay_comes_before_or_after(view: FieldView) -> None:
    over = Overlay(NAME, (path((-2, -2), (2, 2)),))
    take(view, landscape(), over)
    after = view.grab().toImage()
    view.clear()
    take(view, over)
    assert view.empty()
    take(view, landscape())
    assert view.grab().toImage() == after


def test_only_the_overlay_is_painted_anew(view: FieldView, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = []
    original = field_scene.paint_field
    monkeypatch.setattr(field_scene, "paint_field", lambda *these: (painted.append(1), original(*these)))
    take(view, landscape(levels=(1.0,)))
    view.grab()
    for step in range(5):
        take(view, Overlay(NAME, (path((0, 0), (1, step)),)))
        view.grab()
    assert len(painted) <= 2  # Twice, as the legend takes a row.
    take(view, landscape())
    view.grab()
    assert len(painted) <= 3


@pytest.mark.parametrize("style", ["line", "thin", "dashes", "points", "line + points", "ball", "bars", "rings"])
def test_lines_have_their_colour_on_a_halo(view: FieldView, style: Any) -> None:
    take(view, landscape(values=np.full((4, 4), 1.0)))
    # Aslant, so that somewhere it lies in the middle of a pixel.
    line = replace(path(*((x, 1 + x / 30) for x in np.linspace(-2, 2, 9))), style=style, colour=1)
    take(view, Overlay(NAME, (line,)))
    image = view.grab().toImage()
    first, last = spot(view, -2, 1), spot(view, 2, 1)
    across = {
        image.pixelColor(x, y).name()
        for x in range(first.x() - 4, last.x() + 4)
        for y in range(first.y() - 9, first.y() + 9)
    }
    assert {theme.colours().series[1], theme.colours().surface} <= across


def test_nan_interrupts_a_line(view: FieldView) -> None:
    take(view, landscape(values=np.full((4, 4), 1.0)))
    take(view, Overlay(NAME, (path((-2, 1), (-1, 1), (math.nan, 1), (1, 1), (2, 1)),)))
    gap = colour_at(view, 0, 1)
    take(view, Overlay(NAME, ()))
    assert gap == colour_at(view, 0, 1)


@pytest.mark.parametrize("far", [1e6, 1e300, math.inf])
def test_what_runs_away_is_drawn_as_far_as_it_is_seen(view: FieldView, far: float) -> None:
    take(view, landscape(values=np.full((4, 4), 1.0)))
    take(view, Overlay(NAME, (path((0, 0), (0, far), (0, -far)),), (Arrow(0, 0, far, -far),)))
    assert is_near(colour_at(view, 0, 2), QColor(theme.colours().series[0]).getRgb()[:3]) == math.isfinite(far)


def test_arrows_have_heads_and_words(view: FieldView) -> None:
    take(view, landscape(values=np.full((4, 4), 1.0)))
    plain = view.grab().toImage()
    arrows = (Arrow(-1, 0, 2, 0, message("gradient")), Arrow(0, 0, 0, 0, "none"), Arrow(math.nan, 0, 1, 1, "?"))
    take(view, Overlay(NAME, (), arrows))
    image = view.grab().toImage()
    text = theme.colours().text
    assert image.pixelColor(spot(view, 0, 0)).name() == text
    tip = spot(view, 1, 0)
    head = [tip + QPoint(-step, side) for step in range(3, 10) for side in (-4, -3, 3, 4)]
    assert text in {image.pixelColor(at).name() for at in head}
    words = [tip + QPoint(i, j) for i in range(5, 45) for j in range(-20, 20)]
    assert sum(image.pixelColor(at) != plain.pixelColor(at) for at in words) > 200


def test_the_legend_names_lines_once(view: FieldView) -> None:
    take(view, landscape())
    top = view.plane().area.top()
    lines = (path((0, 0), (1, 1)), path((1, 1), style="ball"), path((0, 1), (1, 0), label="momentum", colour=1))
    take(view, Overlay(NAME, lines))
    assert view.plane().area.top() > top
    assert view._scene is not None and [entry.words for _, entry in view._scene.legend[0]] == ["descent", "momentum"]
    take(view, Overlay(NAME, (path((0, 0), (1, 1), label=""),)))
    assert view.plane().area.top() == top


# What the pointer is told.


def test_exact_values(view: FieldView) -> None:
    values = np.arange(12.0).reshape(3, 4) / 7
    axes = {"x": Axis(message("rate"), "s", log=True), "y": Axis("b"), "x_range": (1e-4, 1.0), "y_range": (0, 3)}
    take(view, landscape(values=values, value_label=message("loss"), **axes))
    said = view.describe(view.cell_area(2, 1).center().toPoint())
    # In the middle, in the logarithm: 10 ** (-4 + 1.5).
    assert f"rate: {10**-2.5:.10g} s" in said
    assert "b: 2.5" in said
    assert f"loss: {9 / 7:.10g}" in said
    assert view.describe(QPoint(view.width() - 2, view.height() - 2)) == ""


def test_points_of_a_line_are_told_too(view: FieldView) -> None:
    take(view, landscape(), Overlay(NAME, (path((-2, -2), (0.123456789012, 1), (2, -2)),)))
    said = view.describe(spot(view, 0.1234, 1))
    assert "descent: point 2 of 3" in said
    assert "x: 0.123456789" in said
    take(view, Overlay(NAME, (path((0, 1), style="ball"), path((math.nan, 0)), path())))
    assert "descent<" in view.describe(spot(view, 0, 1))


def test_infinity_and_gaps_in_words(view: FieldView) -> None:
    take(view, landscape(values=np.array([[np.nan, np.inf]]), scale="magnitude"))
    assert "not computed yet" in view.describe(view.cell_area(0, 0).center().toPoint())
    assert "∞" in view.describe(view.cell_area(0, 1).center().toPoint())


# Picking.


def test_press_and_drag_pick(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, landscape(picks="start"))
    QTest.mousePress(view, LEFT, pos=spot(view, 1, -2))
    move(view, spot(view, -1, 2), LEFT)
    move(view, QPoint(-500, 5000), LEFT)
    QTest.mouseRelease(view, LEFT, pos=QPoint(0, 0))
    assert [name for name, _ in told] == ["start"] * 3
    assert told[0][1] == pytest.approx((1, -2), abs=0.03)
    assert told[1][1] == pytest.approx((-1, 2), abs=0.03)
    assert told[2][1] == (-3.0, -3.0)
    assert all(type(value) is float for _, pair in told for value in pair)
    move(view, spot(view, 0, 0), NONE)
    QTest.mousePress(view, LEFT, pos=QPoint(3, 3))
    QTest.mousePress(view, Qt.MouseButton.RightButton, pos=spot(view, 0, 0))
    assert len(told) == 3
    # QTest remembers what is held: a slider of the next test would not be taken.
    QTest.mouseRelease(view, Qt.MouseButton.RightButton, pos=spot(view, 0, 0))
    QTest.mouseRelease(view, LEFT, pos=QPoint(3, 3))


def test_arrow_keys_move_the_newest_ball(view: FieldView, told: list[tuple[str, Any]]) -> None:
    ball = path((9, 9), (1.0, -1.0), (math.nan, 0), style="ball")
    take(view, landscape(picks="start"), Overlay(NAME, (path((0, 0), style="ball"), ball)))
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    expected = [(1.06, -1.0), (1.06, -0.94), (0.46, -0.94)]
    assert [name for name, _ in told] == ["start"] * 3
    np.testing.assert_allclose([pair for _, pair in told], expected)
    for _ in range(20):
        QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert told[-1][1][1] == -3.0


def test_arrow_keys_follow_a_logarithmic_axis(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, landscape(picks="start", x=Axis("x", log=True), x_range=(1e-4, 1.0)))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert told[0][1] == pytest.approx((10 ** (-2 + 0.04), 0), rel=1e-4)


def test_what_cannot_be_picked_takes_no_focus(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, landscape())
    assert view.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.mouseClick(view, LEFT, pos=spot(view, 0, 0))
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert told == []
    take(view, landscape(picks="start"))
    assert view.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_the_pointer_is_followed_and_its_last_place_told(
    qtbot: QtBot, view: FieldView, told: list[tuple[str, Any]]
) -> None:
    take(view, landscape(follows="point"))
    for x in np.linspace(-2, 2, 50):
        move(view, spot(view, float(x), 1), NONE)
    assert told[0][0] == "point"
    assert told[0][1] == pytest.approx((-2, 1), abs=0.03)
    qtbot.waitUntil(lambda: told[-1][1] == pytest.approx((2, 1), abs=0.03))
    assert len(told) < 50
    move(view, QPoint(2, 2), NONE)
    assert told[-1][1] == pytest.approx((2, 1), abs=0.03)


def test_values_that_come_fast_are_coalesced() -> None:
    heard: list[int] = []
    parent = QObject()
    fast = Coalesced(parent, 100_000)
    fast.delivered.connect(heard.append)
    for value in range(10):
        fast.put(value)
    assert heard == [0]
    fast.flush()
    assert heard == [0, 9]
    fast.flush()
    fast.put(10)
    fast.put(11)
    fast.drop()
    assert heard == [0, 9, 10]


def test_hiding_tells_the_last_place(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, landscape(follows="point"))
    move(view, spot(view, 0, 0), NONE)
    move(view, spot(view, 1, 0), NONE)
    move(view, spot(view, 2, 0), NONE)
    view.hide()
    assert told[-1][1] == pytest.approx((2, 0), abs=0.03)


# Points that are put there.


def own(**changes: Any) -> Field:
    values = {"adds": "own", "added": "1 1 1; -2 0.5 2", "brush": 1, "follows": ""}
    return landscape(**{**values, **changes})


def answer(view: FieldView, told: list[tuple[str, Any]]) -> None:
    """Show the field of what was told last, as a page does."""
    take(view, own(added=told[-1][1]))


def test_a_click_adds_a_point_of_the_class_of_the_brush(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, own())
    QTest.mouseClick(view, LEFT, pos=spot(view, 2, -1))
    [(name, text)] = told
    assert name == "own"
    assert text.startswith("1 1 1; -2 0.5 2; ")
    read = parse_points("own", text)
    assert read.positions[-1] == pytest.approx((2, -1), abs=0.03)
    assert read.labels.tolist() == [0, 1, 1]
    # No more digits than the hand can mean.
    assert max(len(part.lstrip("-")) for part in text.split()) <= 6
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor
    move(view, spot(view, 0, 0), NONE)
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor
    assert "Click to add a point" in view.describe(spot(view, 0, 0))
    QTest.mouseClick(view, LEFT, pos=QPoint(3, 3))
    assert len(told) == 1


def test_a_quick_hand_loses_no_point(view: FieldView, told: list[tuple[str, Any]]) -> None:
    """Clicks come faster than the figures that answer them."""
    take(view, own(added=""))
    texts = []
    for x in (-2, -1, 0, 1, 2):
        QTest.mouseClick(view, LEFT, pos=spot(view, x, 1))
        texts.append(told[-1][1])
    assert len(parse_points("own", texts[-1]).labels) == 5
    # An answer that comes late is of an older text.
    take(view, own(added=texts[1]))
    QTest.mouseClick(view, LEFT, pos=spot(view, 2, -2))
    assert len(parse_points("own", told[-1][1]).labels) == 6
    # What was typed in the form meanwhile counts.
    take(view, own(added="0 0 1"))
    QTest.mouseClick(view, LEFT, pos=spot(view, 2, -2))
    assert told[-1][1].startswith("0 0 1; ") and len(parse_points("own", told[-1][1]).labels) == 2


def test_a_right_click_removes_the_nearest_point(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, own())
    right = Qt.MouseButton.RightButton
    QTest.mouseClick(view, right, pos=spot(view, -2, 0.5) + QPoint(4, -4))
    assert told == [("own", "1 1 1")]
    QTest.mouseClick(view, right, pos=spot(view, 1, 1))
    assert told[1:] == [("own", "")]
    answer(view, told)
    QTest.mouseClick(view, right, pos=spot(view, 1, 1))
    assert len(told) == 2
    take(view, own())
    QTest.mouseClick(view, right, pos=spot(view, -2, -2))
    assert len(told) == 2


def test_points_are_added_and_removed_with_the_keyboard(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, own(added=""))
    assert view.focusPolicy() == Qt.FocusPolicy.StrongFocus
    view.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Qt.Key.Key_Right, shift)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert told == []
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert told == [("own", "0.6 0.06 2")]
    # A run that begins anew clears the view; the place is kept.
    view.clear()
    answer(view, told)
    QTest.keyClick(view, Qt.Key.Key_Up, shift)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert told[-1] == ("own", "0.6 0.06 2; 0.6 0.66 2")
    answer(view, told)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert told[-1] == ("own", "0.6 0.06 2")
    answer(view, told)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert len(told) == 3
    QTest.keyClick(view, Qt.Key.Key_Down, shift)
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert told[-1] == ("own", "")


def test_what_would_be_added_is_shown_where_the_keyboard_is(view: FieldView) -> None:
    take(view, own(values=np.full((4, 4), 1.0)))
    view.activateWindow()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    image = view.grab().toImage()
    place = spot(view, 0.06, 0)
    take(view, own(values=np.full((4, 4), 1.0), brush=2))
    assert image.copy(place.x() - 8, place.y() - 8, 17, 17) != view.grab().toImage().copy(
        place.x() - 8, place.y() - 8, 17, 17
    )


def test_keys_that_lead_the_crosshair_are_followed(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, own(follows="point", picks="start"))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert told == [("point", (0.06, 0.0))]
    # Where points are added, a click picks nothing.
    QTest.mousePress(view, LEFT, pos=spot(view, 1, 2))
    move(view, spot(view, 2, 2), LEFT)
    QTest.mouseRelease(view, LEFT, pos=spot(view, 2, 2))
    assert {name for name, _ in told} == {"point", "own"}


def test_there_are_only_so_many_points(
    view: FieldView, told: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(view, "_say", lambda _place, sentence: said.append(sentence))
    view._own.refused.disconnect()
    view._own.refused.connect(view._say)
    take(view, own(added="; ".join(["1 1 1"] * MOST_OWN)))
    QTest.mouseClick(view, LEFT, pos=spot(view, 2, -1))
    assert told == []
    assert str(MOST_OWN) in said[0] and "remove" in said[0]


def test_a_text_that_cannot_be_read_holds_no_points(view: FieldView, told: list[tuple[str, Any]]) -> None:
    take(view, own(added="nonsense"))
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=spot(view, 0, 0))
    QTest.mouseClick(view, LEFT, pos=spot(view, 0, 0))
    assert len(told) == 1 and len(parse_points("own", told[0][1]).labels) == 1


# Marks of points.


def scatter(style: Any, classes: int = 6) -> tuple[Line, ...]:
    return tuple(
        path((place - 2.5, 0.0), style=style, colour=place, label=f"class {place}") for place in range(classes)
    )


def silhouette(view: FieldView, x: float, colour: str) -> tuple[tuple[int, int], ...]:
    """Return which pixels about (x, 0) have a colour, relative to it."""
    image, centre = view.grab().toImage(), spot(view, x, 0)
    return tuple(
        (i, j) for i in range(-7, 8) for j in range(-7, 8) if image.pixelColor(centre + QPoint(i, j)).name() == colour
    )


@pytest.mark.parametrize("style", ["points", "faint points"])
def test_each_class_has_a_shape_of_its_own(view: FieldView, style: Any) -> None:
    take(view, landscape(values=np.full((4, 4), 1.0)), Overlay(NAME, scatter(style)))
    shapes = [silhouette(view, place - 2.5, colour) for place, colour in enumerate(theme.colours().series)]
    assert all(len(shape) > 3 for shape in shapes)
    assert len(set(shapes)) == 6


def test_faint_points_are_hollow(view: FieldView) -> None:
    colour = theme.colours().series[1]
    filled, hollow = [], []
    for style, found in (("points", filled), ("faint points", hollow)):
        take(view, landscape(values=np.full((4, 4), 1.0)), Overlay(NAME, scatter(style)))
        found += silhouette(view, -1.5, colour)
    assert (0, 0) in filled and (0, 0) not in hollow
    assert set(hollow) < set(filled)


def test_rings_go_around_points_and_say_why(view: FieldView) -> None:
    points = path((-1, 0), (1, 0), style="points", label="class A")
    rings = Line(message("wrong"), np.array([1.0]), np.array([0.0]), "rings", -1)
    take(view, landscape(values=np.full((4, 4), 1.0)), Overlay(NAME, (points,)))
    plain = view.grab().toImage()
    take(view, Overlay(NAME, (points, rings)))
    ringed = view.grab().toImage()
    muted, blue = theme.colours().muted, theme.colours().series[0]
    centre, other = spot(view, 1, 0), spot(view, -1, 0)
    around = [centre + QPoint(round(6.5 * np.cos(turn)), round(6.5 * np.sin(turn))) for turn in np.arange(0, 6.3, 0.2)]
    assert sum(ringed.pixelColor(at).name() == muted for at in around) > 10
    assert ringed.pixelColor(centre).name() == blue
    assert ringed.pixelColor(other + QPoint(7, 0)).name() == plain.pixelColor(other + QPoint(7, 0)).name()
    said = view.describe(centre)
    assert "class A: point 2 of 2" in said and "wrong" in said
    assert "wrong" not in view.describe(other)
    assert view._scene is not None
    assert [entry.words for row in view._scene.legend for _, entry in row] == ["class A", "wrong"]


def test_a_class_and_its_points_are_one_entry_of_the_legend(view: FieldView) -> None:
    lines = (path((0, 1), style="points", label=BASINS[0]), path((1, 1), style="points", label="others", colour=1))
    take(view, basins(), Overlay(NAME, lines))
    view.grab()
    assert view._scene is not None
    found = [entry.words for row in view._scene.legend for _, entry in row]
    assert sorted(set(found)) == sorted(found)
    assert {words(BASINS[0]), "others"} <= set(found)


# Links.


def heat(rows: int = 4, columns: int = 5) -> Field:
    links = tuple(Link("maths.descent", {"cell": str(place)}) for place in range(rows * columns))
    values = np.arange(float(rows * columns)).reshape(rows, columns)
    return landscape(values=values, scale="magnitude", links=links, x=Axis("rate", log=True), x_range=(1e-4, 1))


def test_clicking_a_cell_opens_it(view: FieldView, told: list[tuple[str, Any]]) -> None:
    field = heat()
    take(view, field)
    place = view.cell_area(2, 3).center().toPoint()
    move(view, place, NONE)
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert "Click to open it" in view.describe(place)
    outlined = view.grab().toImage()
    QTest.mouseClick(view, LEFT, pos=place)
    assert told == [("open", field.links[2 * 5 + 3])]
    move(view, QPoint(2, 2), NONE)
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert view.grab().toImage() != outlined
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))


def test_keys_reach_every_cell(view: FieldView, told: list[tuple[str, Any]]) -> None:
    field = heat()
    take(view, field)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert told == [("open", field.links[1 * 5 + 2])]
    for _ in range(9):
        QTest.keyClick(view, Qt.Key.Key_Up)
        QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Enter)
    assert told[-1] == ("open", field.links[3 * 5])


def test_points_of_a_line_open_what_they_are(view: FieldView, told: list[tuple[str, Any]]) -> None:
    links = (Link("a", {}), Link("b", {}))
    take(view, landscape(picks="start"), Overlay(NAME, (path((-1, 0), (1, 0), (2, 2), links=links),)))
    QTest.mouseClick(view, LEFT, pos=spot(view, 1, 0))
    assert told == [("open", links[1])]
    QTest.mouseClick(view, LEFT, pos=spot(view, 2, 2))  # Without a link: it is picked.
    assert told[1][0] == "start"


# The rest.


@pytest.mark.parametrize("size", [(150, 120), (420, 260), (1200, 800), (900, 130), (210, 700)])
@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_every_size_in_both_languages(
    view: FieldView, size: tuple[int, int], spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    language.set_language(spoken)
    monkeypatch.setattr(theme, "_colours", theme.DARK if spoken == "fa" else theme.LIGHT)
    view.resize(*size)
    for field in (landscape(levels=(-2, 0, 2), picks="start"), basins(), heat()):
        take(view, field, Overlay(NAME, (path((-2, -2), (2, 2)),), (Arrow(0, 0, 1, 1, "g"),)))
        view.grab()
        area = view.plane().area
        assert view.rect().contains(area.toRect())
        assert area.width() >= 30 and area.height() >= 30
        assert view.describe(area.center().toPoint())


def test_negative_numbers_are_whole_in_persian(view: FieldView) -> None:
    language.set_language("fa")
    take(view, landscape(values=np.array([[-1.5, -2.5]])))
    said = view.describe(view.cell_area(0, 0).center().toPoint())
    assert "\u2068-۱٫۵\u2069" in said and 'dir="rtl"' in said


def test_a_new_theme_has_new_colours(view: FieldView, monkeypatch: pytest.MonkeyPatch) -> None:
    take(view, landscape(values=np.array([[-1.0, 0.0, 1.0]])))
    assert is_near(colour_at(view, 0, 0), theme.signed_table()[128])
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    assert is_near(colour_at(view, 0, 0), theme.signed_table()[128])


def test_shares_are_in_per_cent(view: FieldView) -> None:
    view.take(landscape(4, values=np.linspace(0.5, 0.9666666, 16).reshape(4, 4), scale="magnitude", share=True))
    view.refresh()
    assert "96.66666 %" in view.describe(spot(view, 2.9, 2.9))


def test_where_only_a_ball_moves_the_picture_is_the_same_as_if_all_were_painted_anew(
    qtbot: QtBot, view: FieldView
) -> None:
    dots = Line("dots", np.array([0.2, 0.4, 0.9]), np.array([0.1, 0.8, 0.5]), "points", 1)
    here = message("here")

    def over(x: float) -> Overlay:
        return Overlay(NAME, (dots, Line(here, np.array([x]), np.array([0.5]), "ball", 2)))

    field = landscape()
    for x in (0.1, 0.3, 0.6):
        take(view, field, over(x))
        moved = view.grab().toImage()
    fresh = FieldView("Landscape", NAME)
    qtbot.addWidget(fresh)
    fresh.resize(view.size())
    take(fresh, field, over(0.6))
    fresh.show()
    # But for what is left of rounding where half transparent edges meet.
    assert apart(fresh.grab().toImage(), moved) <= 4
    # Other dots are seen at once.
    others = replace(dots, x=dots.x[::-1])
    take(view, Overlay(NAME, (others, *over(0.6).lines[1:])))
    assert apart(view.grab().toImage(), moved) > 50


def apart(first: QImage, second: QImage) -> int:
    """Return the largest difference of two pictures in a pixel's colour."""
    return int(np.abs(pixels(first) - pixels(second)).max())


def pixels(image: QImage) -> NDArray[np.int64]:
    """Return the colours of a picture; what Qt lends lives no longer than the picture."""
    converted = image.convertToFormat(QImage.Format.Format_RGB888)
    return np.frombuffer(converted.constBits(), np.uint8).astype(np.int64)

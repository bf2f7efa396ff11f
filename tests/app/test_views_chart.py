"""The chart: what is drawn of numbers, that nothing overlaps, and what a hand can do with it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import language, theme
from app.views.chart.axis import fitted, part, spaced_ticks
from app.views.chart.data import data_of, ranges
from app.views.chart.frame import axis_name, written
from app.views.chart.hand import value_at
from app.views.chart.lines import Ready, ready
from app.views.chart.paint import mark_words
from app.views.chart.picture import Picture, _value
from app.views.chart.reduction import reduced, standing, thinned
from app.views.chart.style import looks
from app.views.chart.view import ChartView
from app.views.plane import Plane, Span
from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Link, Mark
from lab.core.text import message
from tests.app.mouse import LEFT, NONE, RIGHT, move

STYLES = ("line", "thin", "dashes", "points", "faint points", "line + points", "bars", "ball", "rings")
SIZES = [(150, 120), (280, 200), (420, 260), (560, 300), (1600, 900)]
X, Y = Axis("x", low=-2.0, high=2.0), Axis("y", low=-1.0, high=1.0)
PLOT = QRectF(40.5, 30.5, 500, 200)
Told = list[tuple[str, Any]]


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    view = ChartView("A chart", "n")
    qtbot.addWidget(view)
    view.resize(560, 300)
    view.show()
    return view


@pytest.fixture
def told(view: ChartView) -> Told:
    """What the view says was picked."""
    result: Told = []
    view.selected.connect(lambda name, value: result.append((name, value)))
    return result


def line(x: Any, y: Any, style: Any = "line", label: str = "", **other: Any) -> Line:
    return Line(label, np.array(x, np.float64), np.array(y, np.float64), style, **other)


def chart(*lines: Line, x: Axis = X, y: Axis = Y, **other: Any) -> Chart:
    return Chart("n", lines, x, y, **other)


def show(view: ChartView, event: Chart) -> Picture:
    view.take(event)
    view.refresh()
    assert view.picture is not None
    return view.picture


def picture_of(view: ChartView, event: Chart) -> QImage:
    show(view, event)
    return view.grab().toImage()


def spot_at(view: ChartView, x: float, y: float) -> QPoint:
    """Return where numbers are in the view."""
    assert view.picture is not None
    return view.picture.frame.plane.place(x, y).toPoint()


def made(*lines: Line, x: Axis = X, y: Axis = Y) -> list[Ready]:
    event = chart(*lines, x=x, y=y)
    data = data_of(event)
    return [ready(each, Plane(PLOT, *ranges(event, data))) for each in data]


def pixel(x: float, y: float) -> tuple[float, float]:
    """Return where numbers lie in `PLOT` on the axes `X` and `Y`."""
    return PLOT.left() + (x + 2) / 4 * PLOT.width(), PLOT.bottom() - (y + 1) / 2 * PLOT.height()


def wheel(view: ChartView, at: QPoint, notches: int) -> None:
    none = Qt.KeyboardModifier.NoModifier
    turn = QPoint(0, 120 * notches)
    phase = Qt.ScrollPhase.NoScrollPhase
    place = view.mapToGlobal(QPointF(at))
    QApplication.sendEvent(view, QWheelEvent(QPointF(at), place, QPoint(), turn, NONE, none, phase, False))


# What is drawn.


def test_only_the_chart_of_its_name(view: ChartView) -> None:
    assert "chart" in view.empty()
    view.take(Chart("other", (line([0], [0]),), X, Y))
    assert view.picture is None
    show(view, chart(line([0, 1], [0, 1])))
    assert view.empty() == ""
    view.clear()
    assert view.empty()
    assert ChartView("A chart", "n", "Here the loss will appear.").empty() == "Here the loss will appear."


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_seen_at_every_size(view: ChartView, style: str, size: tuple[int, int]) -> None:
    view.resize(*size)
    x = np.linspace(-1.8, 1.8, 30)
    nothing = picture_of(view, chart(line([], [], style)))
    something = picture_of(view, chart(line(x, np.sin(3 * x), style)))
    assert something != nothing


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_drawn(view: ChartView, style: str, value: float) -> None:
    ground = line([-2, 2], [0.5, 0.5])
    nothing = picture_of(view, chart(ground))
    assert picture_of(view, chart(ground, line([-1, 0, value], [value, value, 0], style))) == nothing


def test_only_what_is_no_number_says_so(view: ChartView) -> None:
    assert picture_of(view, chart(line([0, 1], [math.nan] * 2))) != picture_of(view, chart())


@pytest.mark.parametrize("style", ["line", "thin", "dashes", "line + points"])
def test_lines_are_interrupted_where_there_is_no_number(style: str) -> None:
    drawn = made(line([-2, -1, 0, 1, 2], [0, 0, math.nan, 0, 0], style))[0]
    assert not ((drawn.strokes[:, 2] > pixel(-1, 0)[0] + 1) & (drawn.strokes[:, 0] < pixel(1, 0)[0] - 1)).any()
    assert drawn.strokes[:, 0].min() == pytest.approx(pixel(-2, 0)[0])
    assert drawn.strokes[:, 2].max() >= pixel(1.9, 0)[0]


def test_a_number_between_gaps_is_a_dot() -> None:
    drawn = made(line([-1, 0, 1], [math.nan, 0.5, math.nan]))[0]
    np.testing.assert_allclose(drawn.dots, [pixel(0, 0.5)])
    np.testing.assert_allclose(made(line([1], [0.5]))[0].dots, [pixel(1, 0.5)])


def test_a_line_with_far_ends_is_where_it_belongs() -> None:
    """As of a tangent: cutting x and y each for itself would bend it."""
    strokes = made(line([-2e9, 2e9], [-1e9 + 0.25, 1e9 + 0.25]))[0].strokes
    begin, end = strokes[0, :2], strokes[-1, 2:]
    assert PLOT.adjusted(-9, -9, 9, 9).contains(QPointF(*begin))
    on_y = np.interp(pixel(0, 0)[0], [begin[0], end[0]], [begin[1], end[1]])
    assert on_y == pytest.approx(pixel(0, 0.25)[1], abs=0.01)


def test_a_log_axis_drops_what_has_no_logarithm() -> None:
    x = Axis("x", log=True)
    drawn = made(line([-1, 0, 1, 10, 100, math.inf], [0, 0, 0, 0, 0, 0]), x=x)[0]
    places = drawn.points[:, 0]
    assert np.isnan(places[[0, 1, 5]]).all()
    assert places[3] - places[2] == pytest.approx(places[4] - places[3])


def test_several_of_a_style_differ_in_more_than_colour() -> None:
    lines = [line([0], [0], style, f"{style} {k}", colour=0) for style in STYLES for k in range(3)]
    seen = {
        (look.line.style, look.pattern, look.cue if look.marked else 0, look.brush.style()) for look in looks(lines)
    }
    assert len(seen) == len(lines)
    # A bundle without names is one thing.
    assert {look.pattern for look in looks([line([0], [0])] * 5)} == {()}


def test_colours_of_the_theme(view: ChartView) -> None:
    bars = [line([-1], [0.9], "bars", colour=colour) for colour in (0, 2, -1)]
    for bar, wanted in zip(bars, (theme.LIGHT.series[0], theme.LIGHT.series[2], theme.LIGHT.muted), strict=True):
        image = picture_of(view, chart(bar))
        at = spot_at(view, -1, 0.9)
        edge = {image.pixelColor(at.x(), at.y() + dy).name() for dy in (-2, -1, 0, 1, 2)}
        assert wanted in edge


@pytest.mark.parametrize("style", ["points", "line + points", "ball"])
@pytest.mark.parametrize("linked", [False, True])
def test_many_markers_do_not_hide_each_other(view: ChartView, style: str, linked: bool) -> None:
    x = np.linspace(-1.9, 1.9, 500)

    def coloured(style: str, links: tuple[Link, ...]) -> int:
        image = picture_of(view, chart(line(x, x / 2, style, links=links))).convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
        return int((pixels == int(theme.LIGHT.series[0][1:], 16)).sum())

    assert coloured(style, links(500) if linked else ()) > 2 * coloured("line", ()) > 0


def test_bars_touch_and_stand_on_zero() -> None:
    x = np.linspace(-1.7, 1.7, 23)
    bars = made(line(x, np.where(np.arange(23) % 2, 0.5, -0.5), "bars"))[0].bars
    assert (bars[1:, 0] == bars[:-1, 2]).all()
    zero = round(pixel(0, 0)[1])
    assert ((bars[:, 1] == zero) | (bars[:, 3] == zero)).all()
    assert ranges(chart(), [])[1] == Span(-1, 1)
    event = chart(line([1, 2], [3, 4], "bars"), x=Axis("x"), y=Axis("y"))
    across, up = ranges(event, data_of(event))
    assert (across.low, across.high, up.low) == (0.5, 2.5, 0)


# Of many points.


@given(
    arrays(np.float64, st.integers(2100, 4000), elements=st.floats(-50, 400, width=32)),
    st.sampled_from([1, -1]),
)
@settings(max_examples=30)
def test_reduction_keeps_the_extremes_of_every_pixel(y: Array, way: int) -> None:
    x = np.linspace(PLOT.left(), PLOT.right(), len(y))[::way]
    points, upright = reduced(np.stack([x, y], axis=1), PLOT, whole=True, cropped=False)
    low, high = PLOT.top() - 2, PLOT.bottom() + 2
    for column in np.unique(np.floor(x)):
        there = y[np.floor(x) == column]
        if len(upright):
            seen = upright[np.floor(upright[:, 0]) == column][:, [1, 3]]
            assert seen.min() <= np.clip(there.min(), low, high) and seen.max() >= np.clip(there.max(), low, high)
        else:
            seen = points[np.floor(points[:, 0]) == column][:, 1]
            assert (seen.min(), seen.max()) == (there.min(), there.max())
    assert len(points) + len(upright) <= 4 * PLOT.width()


def test_reduction_keeps_gaps_and_zoomed_parts() -> None:
    x = np.linspace(-2, 2, 100_000)
    y = np.where(np.abs(x) < 0.5, np.nan, 0.3 * np.sin(x))
    strokes = made(line(x, y))[0].strokes
    inside = (strokes[:, 0] > pixel(-0.5, 0)[0] + 1) & (strokes[:, 2] < pixel(0.5, 0)[0] - 1)
    assert not inside.any()
    assert len(strokes) < 4 * PLOT.width()
    near = made(line(x, np.sin(2e4 * x)), x=Axis("x", low=-0.0005, high=0.0005))[0]
    # 25 points are within; a part of a line is as exact as a line of its own.
    assert 20 < len(near.strokes) < 40


def test_a_line_that_turns_back_is_thinned_and_keeps_its_gaps() -> None:
    angle = np.linspace(0, 200, 100_000)
    radius = angle / 110
    x, y = radius * np.cos(angle), radius * np.sin(angle) / 2
    x[50_000:60_000] = math.nan
    strokes = made(line(x, y))[0].strokes
    assert len(strokes) < 6 * PLOT.width()
    assert np.hypot(strokes[:, 2] - strokes[:, 0], strokes[:, 3] - strokes[:, 1]).max() < 60


def test_many_points_cover_the_same_places() -> None:
    random = np.random.default_rng(0)
    points = random.uniform((0, 0), (600, 300), (50_000, 2))
    kept = thinned(points, PLOT, 2)
    inside = points[(np.abs(points - (290.5, 130.5)) <= (250.5, 100.5)).all(axis=1)]
    squares = ((inside - (40, 30)) // 2).astype(int)
    assert len(kept) == len(np.unique(squares, axis=0))


def test_many_bars_keep_the_highest() -> None:
    x = np.linspace(PLOT.left(), PLOT.right(), 5000)
    y = np.full(5000, 200.0)
    y[2500] = 60
    bars = standing(x - 0.05, x + 0.05, y, 230, PLOT)
    assert len(bars) <= PLOT.width() + 3
    assert bars[:, 1].min() == 60 and (bars[:, 3] == 230).all()


# Axes.


@given(
    st.lists(st.floats(width=64), min_size=1, max_size=6),
    st.booleans(),
    st.sampled_from(STYLES),
    st.none() | st.floats(-1e300, 1e300),
    st.none() | st.floats(-1e300, 1e300),
    st.sampled_from([(150, 120), (560, 300)]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(values=[5e-324], log=True, style="line", low=None, high=None, size=(200, 120))
@example(values=[1e308, 1.5e308], log=True, style="bars", low=1e308, high=None, size=(200, 120))
def test_any_numbers_at_all_are_drawn_without_a_warning(
    view: ChartView,
    values: list[float],
    log: bool,
    style: str,
    low: float | None,
    high: float | None,
    size: tuple[int, int],
) -> None:
    view.resize(*size)
    event = chart(
        line(values, values[::-1], style, "numbers"),
        x=Axis("x", log=log, low=low, high=high),
        y=Axis("y", log=log, low=high),
        marks=(Mark("x", values[0], "mark"), Mark("y", values[-1], "mark")),
        picks="x",
    )
    picture = show(view, event)
    view.grab()
    for span in picture.whole:
        assert math.isfinite(span.low) and math.isfinite(span.high) and span.low < span.high
    nothing_overlaps(view)
    for share in (0.0, 0.3, 1.0):
        point = picture.frame.plot.topLeft() + QPointF(share * picture.frame.plot.width(), 20)
        assert picture.whole[0].low <= picture.x_at(point) <= picture.whole[0].high
        view.describe(point.toPoint())
    for factor in (0.5, 0.01, 1.9):
        view._look_at(picture.zoomed(factor, picture.frame.plot.center()))
        view.grab()
        nothing_overlaps(view)
    view.show_all()


def nothing_overlaps(view: ChartView) -> None:
    assert view.picture is not None
    frame = view.picture.frame
    areas = [tick.area for tick in (*frame.x_ticks, *frame.y_ticks)]
    areas += [said.area for said in (frame.x_name, frame.y_name) if said.words]
    areas += [area for area, _ in frame.legend]
    areas += [frame.more] if not frame.more.isEmpty() else []
    for one, other in itertools.combinations(areas, 2):
        assert not one.adjusted(0.01, 0.01, -0.01, -0.01).intersects(other)
    whole = QRectF(view.rect())
    assert all(whole.contains(area) for area in areas)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("high", [3e-7, 0.02, 1.0, 7.3, 123456.7, 3e12])
@pytest.mark.parametrize("label", ["", "the number of steps that the optimiser has done"])
def test_nothing_overlaps_and_both_axes_can_be_read(
    view: ChartView, size: tuple[int, int], log: bool, high: float, label: str
) -> None:
    view.resize(*size)
    values = np.geomspace(high * 1e-4, high, 20)
    lines = [line(values, values / (k + 1), "line", f"curve number {k}", colour=k) for k in range(7)]
    picture = show(view, chart(*lines, x=Axis(label, "ms", log=log), y=Axis(label, log=log)))
    nothing_overlaps(view)
    # Beside two others in a small window there may be room for one number alone.
    if size[0] > (300 if label else 150):
        assert len(picture.frame.x_ticks) >= 2
    assert len(picture.frame.y_ticks) >= 2


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12), st.integers(30, 1500))
@settings(max_examples=100)
def test_ticks_stand_where_their_words_say(low: float, width: float, pixels: int) -> None:
    span = Span(low, low + max(width, 1e-6 * abs(low)))
    for fraction, words in spaced_ticks(span, pixels, lambda words: 7.0 * len(words) + 12):
        assert -1e-6 <= fraction <= 1 + 1e-6
        said = float(words.replace("−", "-"))
        assert said == pytest.approx(span.value(fraction), abs=1e-6 * (span.high - span.low) + 1e-15 * abs(said))


def test_ranges_fit_or_are_what_the_axis_says() -> None:
    def ends(axis: Axis, low: float, high: float) -> tuple[float, float]:
        span = fitted(axis, (low, high), (0.1, 0.1))
        return span.low, span.high

    assert ends(Axis("x"), 0, 10) == (-1, 11)
    assert ends(Axis("x", low=0), 0, 10) == (0, 11)
    assert ends(Axis("x", low=-5, high=5), 0, 10) == (-5, 5)
    assert ends(Axis("x"), 5, 5) == (4.5, 5.5)
    assert ends(Axis("x"), 0, 0) == (-1, 1)
    assert ends(Axis("x", low=5, high=-5), 0, 10) == (-1, 11)
    assert ends(Axis("x", low=20), 0, 10) == (20, 22)
    assert ends(Axis("x"), math.nan, math.nan) == (0, 1) or ends(Axis("x"), math.nan, math.nan) == (-0.1, 1.1)
    assert ends(Axis("x", log=True, low=1e-3, high=0.7), -3, 0) == (1e-3, 0.7)
    assert ends(Axis("x", log=True, low=-1), 0, 1) == pytest.approx((10**-0.1, 10**1.1))


def test_marks_are_part_of_what_fits() -> None:
    event = chart(
        line([0, 1], [0, 1]), x=Axis("x"), y=Axis("y"), marks=(Mark("x", 5), Mark("y", -3), Mark("y", math.nan))
    )
    across, up = ranges(event, data_of(event))
    assert across.high >= 5 and up.low <= -3


@pytest.mark.parametrize("along", ["x", "y"])
def test_words_of_marks_stand_beside_their_lines_and_off_the_others(along: Literal["x", "y"]) -> None:
    marks = [(Mark(along, 0, "optimum"), QLineF(PLOT.center().x(), PLOT.top(), PLOT.center().x(), PLOT.bottom()))] * 2
    if along == "y":
        line = QLineF(PLOT.left(), PLOT.center().y(), PLOT.right(), PLOT.center().y())
        marks = [(Mark(along, 0, "optimum"), line)] * 2
    # Two long lines through the places that would be taken first.
    right, top = PLOT.right() - 10, PLOT.top() + 9
    strokes = np.array([[PLOT.left(), top, PLOT.right(), top], [right, PLOT.top(), right, PLOT.bottom()]])
    first, second = (area for _, area in mark_words(marks, strokes, PLOT, QFont()))
    assert not first.intersects(second)
    for area in (first, second):
        assert PLOT.adjusted(-1, -1, 1, 1).contains(area)
        assert area.top() > top or area.bottom() < top
        assert area.right() < right
        beside = area.center().x() - PLOT.center().x() if along == "x" else area.center().y() - PLOT.center().y()
        assert abs(beside) < (area.width() if along == "x" else area.height())


def classes(style: str, colours: tuple[int, ...]) -> list[Line]:
    return [
        line([-1.5 + place / 2], [0], style, f"class {place} {style}", colour=colour)
        for place, colour in enumerate(colours)
    ]


def test_a_class_has_the_shape_of_its_colour(view: ChartView) -> None:
    lines = [*classes("points", (2, 0, 5, 1)), *classes("faint points", (2, 0, 5, 1))]
    assert [look.shape for look in looks(lines)] == [2, 0, 5, 1] * 2
    # Where colours do not tell them apart, shapes do.
    assert [look.shape for look in looks(classes("points", (2, 0, 2)))] == [0, 1, 2]
    assert [look.shape for look in looks(classes("points", (3,)))] == [0]
    assert len({look.shape for look in looks(classes("points", (0, 1, 2, 3, 4, 5)))}) == 6


def test_faint_points_are_hollow(view: ChartView) -> None:
    for style, filled in (("points", True), ("faint points", False)):
        image = picture_of(view, chart(*classes(style, (0, 1))))
        assert (image.pixelColor(spot_at(view, -1, 0)).name() == theme.colours().series[1]) == filled


def test_rings_go_around_points_and_say_why(view: ChartView) -> None:
    points = line([-1, 1], [0, 0], "points", "class A")
    rings = line([1], [0], "rings", "wrong", colour=-1)
    image = picture_of(view, chart(points, rings))
    centre, other = spot_at(view, 1, 0), spot_at(view, -1, 0)
    muted = theme.colours().muted

    def around(at: QPoint) -> int:
        turns = np.arange(0, 6.3, 0.1)
        places = {(at.x() + round(6.5 * math.cos(turn)), at.y() + round(6.5 * math.sin(turn))) for turn in turns}
        return sum(image.pixelColor(x, y).name() == muted for x, y in places)

    assert around(centre) > 10 and around(other) == 0
    assert image.pixelColor(centre).name() == theme.colours().series[0]
    assert "class A" in view.describe(centre) and "wrong" in view.describe(centre)
    assert "wrong" not in view.describe(other)
    # The keys lead from point to point, not from ring to ring.
    assert view.picture is not None
    spots = [view.picture.walked(None, 0, 0, linked=False)]
    for _ in range(3):
        spots.append(view.picture.walked(spots[-1], 1, 1, linked=False))
    assert {spot.line for spot in spots if spot is not None} == {0}


def test_no_ring_is_left_out_however_many_there_are(view: ChartView) -> None:
    x = np.linspace(-2, 2, 200)
    [ready_made] = made(line(x, np.zeros(200), "rings"))
    assert len(ready_made.markers) == 200


def test_a_legend_only_where_there_is_something_to_tell_apart(view: ChartView) -> None:
    assert show(view, chart(line([0], [0], label="one"), line([0], [1]))).frame.legend == ()
    frame = show(view, chart(line([0], [0], label="one"), line([0], [1], label="two", colour=1))).frame
    assert [look.label for _, look in frame.legend] == ["one", "two"]
    assert view.describe(frame.legend[1][0].center().toPoint()).count("two") == 1


# The pointer.


def test_the_nearest_point_is_told_exactly(view: ChartView) -> None:
    show(
        view,
        chart(
            line([-1, 0, 1], [0.1234567891, 0.5, -0.5], label="loss & <more>"),
            line([1.5], [0.9], "ball", "now"),
            x=Axis("x", "cm", low=-2, high=2),
        ),
    )
    words = view.describe(spot_at(view, -1, 0.2))
    assert "x: -1 cm" in words and "y: 0.1234567891" in words and "loss &amp; &lt;more" in words
    assert "now" in view.describe(spot_at(view, 1.4, 0.8))
    assert view.describe(QPoint(2, 2)) == ""


def test_bars_are_told_over_their_whole_height(view: ChartView) -> None:
    show(view, chart(line([-1, 0, 1], [0.9, 0.1, 0.5], "bars")))
    for height in (0.05, 0.5, 0.85):
        assert "y: 0.9" in view.describe(spot_at(view, -1.4, height))


def test_marks_are_told(view: ChartView) -> None:
    show(view, chart(line([-2, 2], [-0.9, -0.9]), marks=(Mark("x", 0.25, message("minimum")), Mark("y", 0.5, "limit"))))
    assert "x: 0.25" in view.describe(spot_at(view, 0.25, 0.8)) and "minimum" in view.describe(spot_at(view, 0.25, 0.8))
    assert "limit" in view.describe(spot_at(view, 1, 0.5))


def test_pointing_shows_the_point_and_leaving_hides_it(view: ChartView) -> None:
    show(view, chart(line([-1, 1], [0.5, -0.5])))
    plain = view.grab().toImage()
    move(view, spot_at(view, -0.9, 0.4), NONE)
    assert view.grab().toImage() != plain
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.grab().toImage() == plain


def test_persian_words_with_persian_digits(view: ChartView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_language", "fa")
    view.restyle()
    picture = show(view, chart(line([-1, 1], [0.25, 0.5], label="a"), line([0], [0], label="b")))
    assert "۰٫۲۵" in view.describe(spot_at(view, -1, 0.25))
    assert all(tick.words.lstrip("−")[0] in "0123456789" for tick in picture.frame.x_ticks)
    places = [picture.frame.plane.place(x, 0).x() for x in (-1, 0, 1)]
    assert places == sorted(places)  # From left to right all the same.


# Picking.


def test_press_and_drag_pick_an_x_within_the_axis(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-2, 2], [0, 0]), picks="start"))
    at = spot_at(view, 0.5, 0.3)
    qtbot.mousePress(view, LEFT, pos=at)
    move(view, spot_at(view, 1, -0.3), LEFT)
    move(view, QPoint(-500, at.y()), LEFT)
    move(view, QPoint(5000, at.y()), LEFT)
    qtbot.mouseRelease(view, LEFT, pos=at)
    move(view, at, NONE)
    assert [name for name, _ in told] == ["start"] * 4
    assert [value for _, value in told] == pytest.approx([0.5, 1, -2, 2], abs=0.01)
    assert [value for _, value in told[2:]] == [-2, 2]
    assert view.cursor().shape() == Qt.CursorShape.SizeHorCursor


def test_a_drag_goes_on_while_events_come_and_go(view: ChartView, told: Told, qtbot: QtBot) -> None:
    event = chart(line([-2, 2], [0, 0]), picks="start")
    show(view, event)
    first, second = spot_at(view, 0, 0), spot_at(view, 1, 0)
    qtbot.mousePress(view, LEFT, pos=first)
    view.clear()
    move(view, second, LEFT)
    show(view, event)
    move(view, second, LEFT)
    assert len(told) == 2 and told[1][1] == pytest.approx(1, abs=0.01)


def test_nothing_is_picked_outside_the_plot_or_without_a_parameter(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-2, 2], [0, 0]), picks="start"))
    qtbot.mouseClick(view, LEFT, pos=QPoint(5, 5))
    show(view, chart(line([-2, 2], [0, 0])))
    qtbot.mouseClick(view, LEFT, pos=spot_at(view, 0, 0))
    assert told == []
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_ends_of_a_log_axis_are_exact(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([0.001, 0.7], [0, 0]), x=Axis("rate", log=True, low=0.001, high=0.7), picks="rate"))
    at = spot_at(view, 0.01, 0)
    qtbot.mousePress(view, LEFT, pos=at)
    move(view, QPoint(0, at.y()), LEFT)
    move(view, QPoint(9999, at.y()), LEFT)
    assert told[0][1] == pytest.approx(0.01, rel=0.02)
    assert [value for _, value in told[1:]] == [0.001, 0.7]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(-0.2, 1.2), st.booleans())
def test_picked_values_are_within_and_near(low: float, width: float, fraction: float, log: bool) -> None:
    span = Span(abs(low) + 1e-3, abs(low) + 1e-3 + width, True) if log else Span(low, low + width)
    value = value_at(span, fraction, 500)
    assert span.low <= value <= span.high
    assert abs(span.fraction(value) - min(max(fraction, 0), 1)) < 1 / 500


def test_arrow_keys_go_on_from_the_ball(view: ChartView, told: Told, qtbot: QtBot) -> None:
    def ball(x: float) -> Chart:
        return chart(line([-2, 2], [0, 0]), line([x], [0], "ball"), picks="start")

    show(view, ball(1.0))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    show(view, ball(told[0][1]))  # The answer to the first comes late.
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert [value for _, value in told] == pytest.approx([1.04, 1.08, 1.12, 0.72])
    show(view, ball(-1.99))  # Moved by something else.
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert told[-1] == ("start", -2)


def test_arrow_keys_go_on_from_the_middle_without_a_ball(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-2, 2], [0, 0]), follows="x"))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert [value for _, value in told] == pytest.approx([0.04, 0.08])
    assert told[0][0] == "x"


def test_following_is_told_seldom_and_the_last_always(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-2, 2], [0, 0]), follows="x"))
    for step in range(11):
        move(view, spot_at(view, step / 10, 0), NONE)
    assert len(told) == 1 and told[0] == ("x", pytest.approx(0, abs=0.01))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1][1] == pytest.approx(1, abs=0.01)
    move(view, spot_at(view, -1, 0), LEFT)  # With a button held it is something else.
    move(view, QPoint(3, 3), NONE)
    view.hide()
    assert len(told) == 2
    assert not view._hand._timer.isActive()


def test_what_waits_is_told_before_hiding(view: ChartView, told: Told) -> None:
    show(view, chart(line([-2, 2], [0, 0]), follows="x"))
    move(view, spot_at(view, 0, 0), NONE)
    move(view, spot_at(view, 1, 0), NONE)
    view.hide()
    assert [value for _, value in told] == pytest.approx([0, 1], abs=0.01)


# Links.


def links(count: int) -> tuple[Link, ...]:
    return tuple(Link("ann.xor", {"seed": str(place)}) for place in range(count))


def test_a_point_with_a_link_is_opened_by_a_click_near_it(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-1, 0, 1], [0, 0.5, 0], "points", links=links(3)), line([-2, 2], [0.5, 0.5]), picks="start"))
    near = spot_at(view, 0, 0.5) + QPoint(7, 7)
    move(view, near, NONE)
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert "Click to open it" in view.describe(near)
    qtbot.mouseClick(view, LEFT, pos=near)
    assert told == [("open", links(3)[1])]
    far = spot_at(view, 0.5, -0.5)
    move(view, far, NONE)
    assert view.cursor().shape() == Qt.CursorShape.SizeHorCursor
    qtbot.mouseClick(view, LEFT, pos=far)
    assert told[-1][0] == "start"


def test_a_press_that_slips_away_opens_nothing(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-1, 1], [0, 0], "points", links=links(2))))
    qtbot.mousePress(view, LEFT, pos=spot_at(view, -1, 0))
    qtbot.mouseRelease(view, LEFT, pos=spot_at(view, 1, 0))
    assert told == []


def test_keys_lead_from_point_to_point_and_enter_opens(view: ChartView, told: Told, qtbot: QtBot) -> None:
    event = chart(line([-2, 2], [0, 0]), line([-1, 0, 1], [0, math.nan, 0.5], "points", links=links(3)))
    show(view, event)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Enter)
    assert told == [("open", links(3)[0]), ("open", links(3)[2])]
    show(view, chart(line([0], [0])))  # The point is gone.
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert len(told) == 2


def test_a_point_is_picked_by_its_number(view: ChartView, told: Told, qtbot: QtBot) -> None:
    cloud = line([-1, 0, 1], [0, 0.5, 0], "points", picks="image", indices=np.array([40, 7, 9]))
    show(view, chart(cloud, line([-1], [0.5], "points", picks="image")))
    near = spot_at(view, 0, 0.5) + QPoint(5, 5)
    assert "Click to see it" in view.describe(near)
    qtbot.mouseClick(view, LEFT, pos=near)
    qtbot.mouseClick(view, LEFT, pos=spot_at(view, -1, 0.5))
    qtbot.mouseClick(view, LEFT, pos=spot_at(view, 1.7, -0.7))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(view, key)
    assert told == [("image", 7), ("image", 0), ("image", 9)]


def test_where_arrows_steer_up_and_down_lead_to_links(view: ChartView, told: Told, qtbot: QtBot) -> None:
    show(view, chart(line([-1, 1], [0, 0], "points", links=links(2)), picks="start"))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(view, key)
    assert told == [("open", links(2)[1]), ("open", links(2)[0])]


# Zoom.


def zooms(view: ChartView) -> tuple[Span, Span]:
    assert view.picture is not None
    return view.picture.frame.plane.x, view.picture.frame.plane.y


@pytest.mark.parametrize("log", [False, True])
def test_the_wheel_zooms_about_the_pointer(view: ChartView, log: bool) -> None:
    x = Axis("x", log=log, low=0.5, high=50)
    show(view, chart(line([0.5, 50], [-1, 1]), x=x))
    assert not view._all.isVisible()
    at = spot_at(view, 20, 0.5)
    assert view.picture is not None
    before = view.picture.frame.plane.values_at(QPointF(at))
    wheel(view, at, 3)
    across, up = zooms(view)
    assert across.high / across.low < 100 and up.high - up.low < 2
    assert view.picture.frame.plane.values_at(QPointF(at)) == pytest.approx(before, abs=0.05)
    assert view._all.isVisible()


def test_beside_the_plot_one_axis_is_zoomed(view: ChartView) -> None:
    picture = show(view, chart(line([-2, 2], [-1, 1])))
    across, up = zooms(view)
    plot = picture.frame.plot
    wheel(view, QPoint(int(plot.left()) - 10, int(plot.center().y())), 1)
    assert zooms(view)[0] == across and zooms(view)[1] != up
    view.show_all()
    wheel(view, QPoint(int(plot.center().x()), int(plot.bottom()) + 10), 1)
    assert zooms(view)[0] != across and zooms(view)[1] == up


def test_a_zoom_stays_until_it_is_taken_back_or_the_axes_change(view: ChartView, qtbot: QtBot) -> None:
    def titled(label: str, log: bool = False) -> Chart:
        return chart(line([1, 2], [-1, 1]), x=Axis(message(label, n=len(label)), log=log))

    show(view, titled("a {n}"))
    whole = zooms(view)

    def zoomed() -> tuple[Span, Span]:
        wheel(view, spot_at(view, 1.5, 0), 2)
        return zooms(view)

    kept = zoomed()
    show(view, titled("a {n}"))
    assert zooms(view) == kept and view.zoomed
    show(view, titled("b {n}"))
    assert zooms(view) == whole and not view.zoomed and not view._all.isVisible()
    zoomed()
    show(view, titled("b {n}", log=True))
    assert not view.zoomed

    def anew() -> None:
        view.clear()
        show(view, titled("b {n}"))

    undo: list[Callable[[], None]] = [
        lambda: qtbot.mouseDClick(view, LEFT, pos=spot_at(view, 1.5, 0)),
        lambda: view._all.click(),
        lambda: qtbot.keyClick(view, Qt.Key.Key_0),
        anew,
    ]
    show(view, titled("b {n}"))
    for way in undo:
        zoomed()
        assert view.zoomed
        way()
        assert zooms(view) == whole and not view.zoomed


def test_keys_zoom(view: ChartView, qtbot: QtBot) -> None:
    show(view, chart(line([-2, 2], [-1, 1])))
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    across, _ = zooms(view)
    assert (across.low, across.high) == pytest.approx((-1.7, 1.7))
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert zooms(view)[0].high == pytest.approx(2)


def test_the_right_button_pans(view: ChartView, qtbot: QtBot) -> None:
    show(view, chart(line([-2, 2], [-1, 1]), picks="x"))
    start, end = spot_at(view, 0, 0), spot_at(view, 1, 0.5)
    qtbot.mousePress(view, RIGHT, pos=start)
    move(view, end, RIGHT)
    qtbot.mouseRelease(view, RIGHT, pos=end)
    across, up = zooms(view)
    assert (across.low, across.high, up.low, up.high) == pytest.approx((-3, 1, -1.5, 0.5), abs=0.02)


def test_zoom_ends_before_numbers_do() -> None:
    for whole in (Span(-1, 1), Span(1e-300, 1e300, True), Span(1e6, 1e6 + 1), Span(-1e300, 1e300)):
        near, far = whole, whole
        for _ in range(300):
            near, far = part(near, 0.2, 0.8, whole), part(far, -0.2, 1.2, whole)
        for span in (near, far):
            assert math.isfinite(span.low) and math.isfinite(span.high) and span.low < span.high
            assert spaced_ticks(span, 500, lambda words: 7.0 * len(words) + 12)


def test_shares_are_in_per_cent_beside_the_axis_and_when_asked() -> None:
    axis = Axis("accuracy", low=0.0, high=1.02, share=True)
    assert axis_name(axis).endswith("accuracy, %")
    assert written(axis, Span(0.0, 1.02)) == Span(0.0, 102.0)
    assert [words for _, words in spaced_ticks(written(axis, Span(0.0, 1.0)), 300, lambda _words: 60)][-1] == "100"
    assert _value(axis, "y", 0.9753) == "accuracy: 97.53 %"
    assert written(Axis("loss"), Span(0.0, 1.0)) == Span(0.0, 1.0)


def test_points_are_called_by_their_names_where_there_is_room(view: ChartView) -> None:
    far = Line("far", np.array([0.0, 5.0]), np.array([0.0, 5.0]), "points", names=("alpha", "beta"))
    heap = Line("heap", np.full(40, 9.0), np.full(40, 1.0), "points", names=tuple(f"of many {n}" for n in range(40)))
    picture = show(view, chart(far, heap, x=Axis("x"), y=Axis("y", low=-1.0, high=6.0)))
    boxes = [area for _, area, _ in picture._names]
    assert [words.strip("\u200e") for words, _, _ in picture._names][:2] == ["alpha", "beta"]
    # Not all of those that lie on each other.
    assert 2 < len(boxes) < 12
    assert not any(one.intersects(other) for one, other in itertools.combinations(boxes, 2))
    assert all(picture.frame.plot.contains(area) for area in boxes)
    # Who stands beside the points needs no place in a legend.
    assert picture.frame.legend == ()
    assert "beta" in picture.words_at(
        QPointF(float(picture.lines[0].points[1, 0]), float(picture.lines[0].points[1, 1]))
    )

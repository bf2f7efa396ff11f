"""Ticks, ranges of axes, and lines of many points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.core import theme
from app.views.plane import Plane, Span
from app.views.strokes import along, clipped, dashed, draw_markers, draw_segments, segments, simplified, spaced, visible
from app.views.ticks import ticks
from lab.core.events import Array

AREA = QRectF(10, 20, 200, 100)
ends = st.tuples(st.floats(-1e9, 1e9, allow_subnormal=False), st.floats(1e-6, 1e9, allow_subnormal=False))


def read(label: str) -> float:
    return float(label.replace("−", "-"))


@pytest.mark.parametrize(
    ("low", "high", "log", "count", "labels"),
    [
        (-3, 3, False, 6, ["−3", "−2", "−1", "0", "1", "2", "3"]),
        (0, 1, False, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-3, 3, False, 2, ["−2", "0", "2"]),
        (1e-4, 1, True, 6, ["0.0001", "0.001", "0.01", "0.1", "1"]),
        (1e-8, 1, True, 3, ["1e−6", "0.001", "1"]),
        (90, 1100, True, 4, ["100", "200", "500", "1000"]),
        (1.1, 1.9, True, 5, ["1.2", "1.4", "1.6", "1.8"]),
        (0, 2e7, False, 2, ["0", "1e7", "2e7"]),
        (-7e-5, 7e-5, False, 4, ["−5e−5", "0", "5e−5"]),
    ],
)
def test_labels_of_ticks(low: float, high: float, log: bool, count: int, labels: list[str]) -> None:
    assert [label for _, label in ticks(low, high, log, count)] == labels


@given(ends, st.integers(1, 12))
def test_ticks_are_round_numbers_of_the_range(pair: tuple[float, float], count: int) -> None:
    low, high = pair[0], pair[0] + pair[1]
    found = ticks(low, high, False, count)
    values = [value for value, _ in found]
    room = 1e-6 * (high - low) + 1e-12 * max(abs(low), abs(high))
    assert len(found) <= max(2 * count, count + 1) + 2
    assert values == sorted(set(values))
    assert all(low - room <= value <= high + room for value in values)
    assert all(math.isclose(read(label), value, abs_tol=1e-3 * (high - low)) for value, label in found)


@given(st.floats(-12, 11), st.floats(0.5, 12), st.integers(2, 9))
def test_ticks_of_a_logarithmic_axis(power: float, decades: float, count: int) -> None:
    low, high = 10.0**power, 10.0 ** (power + decades)
    found = ticks(low, high, True, count)
    assert len(found) <= 2 * count + 2
    for value, label in found:
        assert low * (1 - 1e-6) <= value <= high * (1 + 1e-6)
        assert math.isclose(read(label), value, rel_tol=0.06)


@pytest.mark.parametrize(
    ("low", "high", "log"), [(math.nan, 1, False), (0, math.inf, False), (0, 1, True), (-1e308, 1e308, False)]
)
def test_no_ticks_where_there_is_no_axis(low: float, high: float, log: bool) -> None:
    assert ticks(low, high, log, 5) == []


def test_ticks_of_odd_ranges() -> None:
    assert [label for _, label in ticks(2.5, 2.5, False, 5)] == ["2.5"]
    assert [value for value, _ in ticks(3, 1, False, 2)] == [1, 2, 3]
    assert len(ticks(0, 1e-320, False, 5)) > 1


@given(ends, st.floats(0, 1), st.booleans())
def test_values_and_fractions_are_inverse(pair: tuple[float, float], fraction: float, log: bool) -> None:
    low = abs(pair[0]) + 1e-3 if log else pair[0]
    span = Span.of(low, low + max(pair[1], 1e-3 * abs(low)), log)
    assert span.low <= span.value(fraction) <= span.high
    assert math.isclose(span.fraction(span.value(fraction)), fraction, abs_tol=1e-6)
    assert (span.value(0), span.value(1)) == (span.low, span.high)


def test_ranges_that_cannot_be_drawn() -> None:
    assert Span.of(math.nan, 1, False) == Span(0.0, 1.0)
    assert Span.of(2, 2, False) == Span(1.0, 3.0)
    assert Span.of(5, 1, False) == Span(1.0, 5.0)
    assert not Span.of(-1, 1, True).log
    assert np.isnan(Span.of(1, 10, True).fractions(np.array([0.0, -1.0, np.nan, np.inf]))).all()


def test_places_on_the_plane() -> None:
    plane = Plane(AREA, Span.of(1, 100, True), Span.of(0, 10, False))
    places = plane.pixels(np.array([1.0, 10.0, 100.0, -1.0]), np.array([0.0, 5.0, 10.0, 5.0]))
    np.testing.assert_allclose(places[:3], [(10, 120), (110, 70), (210, 20)])
    assert np.isnan(places[3]).all()
    assert plane.values_at(QPointF(-99, 999)) == (1.0, 0.0)
    assert plane.values_at(QPointF(110, 70)) == pytest.approx((10, 5))


places = st.floats(-1e4, 1e4)


@given(st.lists(st.tuples(places, places, places, places), min_size=1, max_size=20))
def test_what_is_cut_lies_on_the_line_and_within(lines: list[tuple[float, float, float, float]]) -> None:
    pieces = np.array(lines)
    for cut in clipped(pieces, AREA):
        ends_of = cut.reshape(2, 2)
        assert (ends_of >= (10 - 1e-6, 20 - 1e-6)).all() and (ends_of <= (210 + 1e-6, 120 + 1e-6)).all()
        distances = [min(_distance(end, piece) for piece in pieces) for end in ends_of]
        assert max(distances) < 1e-6
    # Nothing that can be seen is lost: every end of a piece within the area is an end of what is left.
    inside = [p for p in pieces if _within(p[:2]) and _within(p[2:])]
    left = {tuple(np.round(cut, 6)) for cut in clipped(pieces, AREA)}
    assert {tuple(np.round(piece, 6)) for piece in inside} <= left


def _within(point: Array) -> bool:
    return bool(10 <= point[0] <= 210 and 20 <= point[1] <= 120)


def _distance(point: Array, piece: Array) -> float:
    """Return how far a point lies from a piece of a line."""
    way = piece[2:] - piece[:2]
    share = np.clip(np.dot(point - piece[:2], way) / max(np.dot(way, way), 1e-300), 0, 1)
    return float(np.hypot(*(piece[:2] + share * way - point)))


def test_nan_interrupts_and_what_is_far_away_costs_nothing() -> None:
    points = np.array([(20, 30), (40, 30), (np.nan, np.nan), (60, 30), (80, 30), (1e12, 31), (-1e12, 40)], float)
    pieces = segments(points, AREA)
    assert np.isfinite(pieces).all() and np.abs(pieces).max() < 3000
    assert not any(piece[0] < 45 < piece[2] for piece in pieces[:2])
    assert len(segments(points[:1], AREA)) == 0
    assert len(segments(np.empty((0, 2)), AREA)) == 0


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=2, max_size=60))
def test_simplified_lines_stay_where_they_are(points: list[tuple[float, float]]) -> None:
    line = np.array(points)
    thin = simplified(line)
    pieces = np.concatenate([thin[:-1], thin[1:]], axis=1)
    assert max(min(_distance(point, piece) for piece in pieces) for point in line) < 1
    assert (thin[0] == line[0]).all() and (thin[-1] == line[-1]).all()


def test_straight_lines_need_few_points() -> None:
    line = np.stack([np.linspace(0, 300, 1000), np.linspace(0, 200, 1000)], axis=1)
    assert len(simplified(line)) < 130


def test_dashes_have_their_lengths_and_run_on() -> None:
    corner = np.array([[0, 0, 10, 0], [10, 0, 10, 10]], float)
    cut = dashed(corner, 7, 5)
    np.testing.assert_allclose(cut, [[0, 0, 7, 0], [10, 2, 10, 9]])
    lengths = np.hypot(cut[:, 2] - cut[:, 0], cut[:, 3] - cut[:, 1])
    assert lengths.sum() == pytest.approx(14)


def test_marks_are_evenly_apart() -> None:
    pieces = np.array([[0, 0, 100, 0], [100, 0, 100, 100]], float)
    np.testing.assert_allclose(along(pieces, 60, 9), [(60, 0), (100, 20), (100, 80)])
    np.testing.assert_allclose(along(pieces, 60, 1), [(100, 20)])
    assert len(along(np.empty((0, 4)), 60, 9)) == 0
    assert len(along(np.zeros((3, 4)), 60, 9)) == 0


def test_points_that_fall_together_are_one() -> None:
    points = np.array([(20.2, 30.1), (20.3, 30.2), (50, 50), (np.nan, np.nan), (9e3, 50)])
    assert len(visible(points, AREA)) == 2
    row = np.stack([np.arange(100.0), np.zeros(100)], axis=1)
    assert 10 <= len(spaced(row, 9)) <= 12


@pytest.mark.parametrize("shape", range(7))
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_markers_and_lines_have_halos(shape: int, ratio: float) -> None:
    image = QImage(round(60 * ratio), round(60 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#777777"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_markers(painter, np.array([(20.0, 30.0)]), shape, QColor("#ff0000"), 5)
    draw_segments(painter, np.array([(40.5, 0, 40.5, 60)], float), QColor("#ff0000"), 2)
    painter.end()

    def at(x: float, y: float) -> tuple[int, int, int]:
        colour = image.pixelColor(round(x * ratio), round(y * ratio))
        return colour.red(), colour.green(), colour.blue()

    assert at(20, 30) == (255, 0, 0)
    assert at(40, 30) == (255, 0, 0)
    assert theme.colours().surface == "#ffffff"
    assert max(min(at(20 + step, 30)) for step in np.arange(3, 9, 0.5)) > 200
    assert max(min(at(40 + step, 30)) for step in np.arange(0, 4, 0.5)) > 240
    assert at(2, 2) == (0x77, 0x77, 0x77)

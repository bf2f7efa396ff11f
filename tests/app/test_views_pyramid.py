"""The pyramid of a curve against brute force."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.views.pyramid import Pyramid

_values = st.floats(width=32, allow_nan=True, allow_infinity=True)


def brute_force(
    x: np.ndarray, y: np.ndarray, x_low: float, x_high: float, pairs: int
) -> tuple[list[float], list[float]]:
    """The definition of `reduce`, one point after the other."""
    first = max(sum(1 for value in x if value < x_low) - 1, 0)
    last = min(sum(1 for value in x if value <= x_high) + 1, len(x))
    clean = np.where(np.isfinite(y), y, np.nan).astype(np.float32)
    if last - first <= 2 * pairs:
        return list(x[first:last]), list(clean[first:last])
    size = 2
    while (last - 1) // size - first // size + 1 > pairs:
        size *= 2
    out_x: list[float] = []
    out_y: list[float] = []
    for block in range(first // size, (last - 1) // size + 1):
        xs, ys = x[block * size : (block + 1) * size], clean[block * size : (block + 1) * size]
        finite = ys[np.isfinite(ys)]
        middle = (xs[0] + xs[-1]) / 2
        out_x += [middle, middle]
        out_y += [finite.min(), finite.max()] if len(finite) else [np.nan, np.nan]
        if len(finite) < len(ys):
            out_x.append(middle)
            out_y.append(np.nan)
    return out_x, out_y


@settings(max_examples=150)
@given(
    values=st.lists(_values, max_size=400),
    cuts=st.lists(st.integers(0, 400), max_size=6),
    window=st.tuples(st.floats(-10, 500), st.floats(-10, 500)),
    pairs=st.integers(2, 40),
)
def test_equals_brute_force(values: list[float], cuts: list[int], window: tuple[float, float], pairs: int) -> None:
    y = np.array(values, np.float32)
    x = np.arange(len(y)) * 1.25
    pyramid = Pyramid()
    edges = [0, *sorted(min(cut, len(y)) for cut in cuts), len(y)]
    for start, end in pairwise(edges):
        pyramid.append(x[start:end], y[start:end])
    low, high = sorted(window)
    got_x, got_y = pyramid.reduce(low, high, pairs)
    want_x, want_y = brute_force(x, y, low, high, pairs)
    np.testing.assert_array_equal(got_x, want_x)
    np.testing.assert_array_equal(got_y, np.array(want_y, np.float32))
    assert len(got_x) <= 3 * pairs


def test_few_points_come_as_they_are() -> None:
    pyramid = Pyramid()
    pyramid.append(np.array([1.0, 2.0, 3.0]), np.array([5.0, np.inf, 7.0]))
    x, y = pyramid.reduce(0, 10)
    np.testing.assert_array_equal(x, [1, 2, 3])
    np.testing.assert_array_equal(y, np.array([5, np.nan, 7], np.float32))


def test_empty_series() -> None:
    pyramid = Pyramid()
    pyramid.append(np.empty(0), np.empty(0))
    assert len(pyramid.reduce(0, 1)[0]) == 0
    assert len(pyramid.means(0, 1, 10)[0]) == 0


def test_cost_does_not_grow_with_the_run() -> None:
    pyramid = Pyramid()
    for start in range(0, 1_000_000, 100_000):
        steps = np.arange(start, start + 100_000, dtype=float)
        pyramid.append(steps, np.sin(steps))
    x, y = pyramid.reduce(0, 1e6, 600)
    assert 600 <= len(x) <= 1200
    assert y.min() == pytest.approx(-1)
    assert y.max() == pytest.approx(1)
    # Whatever the length, only as many blocks are touched as are returned: the finest level is not read.
    pyramid._y[:] = 0
    assert pyramid.reduce(0, 1e6, 600)[1].max() == pytest.approx(1)


def test_means_are_exact_after_an_explosion() -> None:
    pyramid = Pyramid()
    pyramid.append(np.arange(400.0), np.where(np.arange(400) == 10, 1e30, 0.5))
    x, y = pyramid.means(0, 399, window=100)
    assert x[-1] == 399
    assert y[-1] == 0.5
    assert y[0] == 0.5


def test_means_skip_what_is_not_finite_and_break_there() -> None:
    pyramid = Pyramid()
    pyramid.append(np.arange(4.0), np.array([1.0, np.nan, 3.0, 5.0]))
    np.testing.assert_array_equal(pyramid.means(0, 3, window=3)[1], np.array([1, np.nan, 2, 4], np.float32))


def test_means_of_a_growing_series_are_those_of_all_of_it() -> None:
    growing, values = Pyramid(), np.random.default_rng(0).normal(size=3000)
    values[[40, 700, 701]] = np.nan
    for end in range(10, 3001, 130):
        start = len(growing)
        growing.append(np.arange(start, end, dtype=float), values[start:end])
        whole = Pyramid()
        whole.append(np.arange(end, dtype=float), values[:end])
        for low in (0, end / 2, 0):
            for one, other in zip(growing.means(low, end, 50, 60), whole.means(low, end, 50, 60), strict=True):
                np.testing.assert_array_equal(one, other)


def test_nearest() -> None:
    pyramid = Pyramid()
    pyramid.append(np.array([0.0, 10.0, 20.0]), np.zeros(3))
    assert [pyramid.nearest(x) for x in (-5, 4, 6, 14, 16, 99)] == [0, 0, 1, 1, 2, 2]


def test_falling_x_is_refused() -> None:
    pyramid = Pyramid()
    pyramid.append(np.array([3.0]), np.array([0.0]))
    with pytest.raises(ValueError, match="falls"):
        pyramid.append(np.array([2.0]), np.array([0.0]))
    with pytest.raises(ValueError, match="shape"):
        pyramid.append(np.array([4.0]), np.array([0.0, 1.0]))

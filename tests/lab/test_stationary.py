from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from lab.maths.functions import LINE, line_function
from lab.maths.stationary import stationary_points

RANGE = (-2.0, 2.0)


def kinds(expression: str) -> list[tuple[float, str]]:
    return [(zero.x, zero.kind) for zero in line_function(expression, *RANGE).zeros]


@settings(max_examples=200)
@given(st.lists(st.integers(-19, 19), min_size=1, max_size=5, unique=True), st.booleans())
def test_the_zeros_of_a_polynomial_are_found_and_named_by_the_signs(tenths: list[int], upwards: bool) -> None:
    roots = sorted(tenth / 10 + 0.01234 for tenth in tenths)
    slope = Polynomial.fromroots(roots) * (1.0 if upwards else -1.0)
    found = stationary_points(slope.integ(), slope, slope.deriv(), *RANGE)
    np.testing.assert_allclose([zero.x for zero in found], roots, atol=1e-9)
    for zero in found:
        assert zero.kind == ("minimum" if slope.deriv()(zero.x) > 0 else "maximum")
        assert (zero.left, zero.right) == tuple(np.sign([slope(zero.x - 1e-3), slope(zero.x + 1e-3)]))


@given(st.floats(-1.9, 1.9), st.floats(-1.9, 1.9))
@settings(max_examples=200)
def test_a_zero_that_is_only_touched_is_an_inflection(touched: float, crossed: float) -> None:
    if abs(touched - crossed) < 0.02:
        return
    slope = Polynomial.fromroots([touched, touched, crossed])
    found = {zero.kind: zero.x for zero in stationary_points(slope.integ(), slope, slope.deriv(), *RANGE)}
    assert found == {"inflection": pytest.approx(touched, abs=1e-6), "minimum": pytest.approx(crossed, abs=1e-9)}


@pytest.mark.parametrize("name", ["waves", "ripples"])
def test_the_zeros_are_those_that_sympy_finds(name: str) -> None:
    _, _, low, high = LINE[name]
    x = sympy.Symbol("x")
    function = {"waves": sympy.cos(2 * sympy.pi * x) + x**2, "ripples": sympy.sin(x) * sympy.exp(-(x**2) / 20)}[name]
    slope = sympy.diff(function, x)
    # Each begin leads to the zero nearest to it.
    expected = {round(float(sympy.nsolve(slope, x, begin, verify=False)), 9) for begin in np.linspace(low, high, 60)}
    expected = {zero for zero in expected if low <= zero <= high}
    found = line_function(LINE[name][1], low, high).zeros
    assert {round(zero.x, 9) + 0.0 for zero in found} == {zero + 0.0 for zero in expected}
    for zero in found:
        assert (zero.kind == "minimum") == (sympy.diff(slope, x).subs(x, zero.x) > 0)


def test_two_zeros_closer_than_the_places_that_are_looked_at_are_both_found() -> None:
    roots = [0.30021, 0.30093]
    slope = Polynomial.fromroots(roots)
    found = stationary_points(slope.integ(), slope, slope.deriv(), *RANGE)
    np.testing.assert_allclose([zero.x for zero in found], roots, atol=1e-9)
    assert [zero.kind for zero in found] == ["maximum", "minimum"]


@pytest.mark.parametrize("expression", ["1/x^2", "1/x", "tan(x)", "log(abs(x))", "exp(x)", "x sign(x - 1)", "2x"])
def test_poles_and_jumps_are_no_zeros(expression: str) -> None:
    assert kinds(expression) == []


def test_corners_and_cusps_are_minima() -> None:
    assert kinds("abs(x)") == [(0.0, "minimum")]
    assert kinds("abs(x - 0.3)") == [(pytest.approx(0.3), "minimum")]
    assert kinds("cbrt(x)^2") == [(0.0, "minimum")]


def test_flat_parts_have_two_ends() -> None:
    (valley,) = line_function("max(0, x^2 - 1)", *RANGE).zeros
    assert (valley.low, valley.high, valley.kind) == (pytest.approx(-1), pytest.approx(1), "minimum")
    (level,) = line_function("relu(x - 0.5)", *RANGE).zeros
    assert (level.low, level.high, level.kind) == (-2.0, pytest.approx(0.5), "flat")
    (whole,) = line_function("5", *RANGE).zeros
    assert (whole.low, whole.high, whole.kind) == (-2.0, 2.0, "flat")

"""The logarithm, against torch, SymPy and what both ends of a curve must be."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lab.core.events import Event, Metrics
from lab.core.figures import Chart, Line, Table
from lab.core.params import ParamError
from lab.topics.maths.logarithm import Logarithm, LogarithmParams

BASES = st.sampled_from(["e", "2", "10"])
NUMBERS = {"e": math.e, "2": 2.0, "10": 10.0}


def shown(**values: object) -> list[Event]:
    return list(Logarithm().compute(LogarithmParams(**values)))


def metrics(**values: object) -> dict[str, float]:
    return next(dict(event.values) for event in shown(**values) if isinstance(event, Metrics))


def chart(name: str, **values: object) -> Chart:
    return next(event for event in shown(**values) if isinstance(event, Chart) and event.name == name)


def table(name: str, **values: object) -> Table:
    figures = [*shown(**values), *Logarithm().verify(LogarithmParams(**values))]
    return next(event for event in figures if isinstance(event, Table) and event.name == name)


def ball(figure: Chart) -> Line:
    return next(line for line in figure.lines if line.style == "ball")


@given(st.floats(1e-4, 1), BASES)
def test_exp_undoes_log_and_the_slope_is_that_of_sympy(p: float, base: str) -> None:
    found = metrics(p=p, base=base)
    assert NUMBERS[base] ** found["log_p"] == pytest.approx(p)
    assert found["minus_log_p"] == -found["log_p"] >= 0
    symbol = sympy.Symbol("p", positive=True)
    number = sympy.E if base == "e" else sympy.Integer(base)
    slope = sympy.diff(-sympy.log(symbol, number), symbol)
    assert found["slope"] == pytest.approx(float(slope.subs(symbol, p)))


def test_a_thousand_probabilities_underflow_and_their_logarithms_do_not() -> None:
    found = metrics(p=0.1, count=1000)
    assert found["product"] == 0
    assert found["sum_of_logs"] == pytest.approx(-2302.585093)
    last = table("products", p=0.1, count=1000).rows[-1]
    assert (last[0].value, last[1].value, last[1].mark) == (1000, 0, "bad")
    assert "10^−1000" in str(last[1].why)


@pytest.mark.parametrize(("count", "float64", "float32"), [(100, True, True), (149, True, True), (150, True, False)])
def test_float32_loses_a_product_before_float64(count: int, float64: bool, float32: bool) -> None:
    # The smallest number of float32 is 2⁻¹⁴⁹, that of float64 2⁻¹⁰⁷⁴.
    row = next(row for row in table("products", p=0.5, count=count).rows if row[0].value == count)
    assert [cell.value != 0 for cell in row[1:3]] == [float64, float32]
    assert [cell.mark == "bad" for cell in row[1:3]] == [not float64, not float32]


@given(st.floats(0.01, 1), st.integers(1, 100))
def test_the_logarithm_of_a_product_is_the_sum_of_logarithms(p: float, count: int) -> None:
    found = metrics(p=p, count=count)
    assert math.log(found["product"]) == pytest.approx(found["sum_of_logs"], abs=1e-9)


@given(st.floats(1e-4, 1), st.integers(1, 2000), BASES)
def test_torch_agrees(p: float, count: int, base: str) -> None:
    for _, call, _, found, apart in table("check", p=p, count=count, base=base).rows:
        if apart.mark != "good":
            # Only where a product comes to the end of the numbers of float32 or float64.
            assert "prod" in str(call.value) and abs(float(str(found.value))) < 1e-37
            assert "smallest number" in str(apart.why)


@given(st.floats(1e-4, 1), BASES)
def test_the_tangent_touches_the_curve_and_ends_on_the_axis(p: float, base: str) -> None:
    figure = chart("punishment", p=p, base=base)
    curve, _, tangent = figure.lines[:3]
    at = float(ball(figure).y[0])
    assert np.interp(p, tangent.x, tangent.y) == pytest.approx(at, abs=1e-9)
    # A convex curve lies above each of its tangents.
    slope = (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0])
    assert (curve.y >= at + slope * (curve.x - p) - 1e-9).all()
    assert tangent.y[-1] >= -1e-9
    assert figure.picks == "p"
    assert figure.y.high is not None and at <= figure.y.high


@given(st.floats(-4, 6), BASES)
def test_mirrored_points_lie_on_both_curves_and_no_point_where_there_is_no_logarithm(x: float, base: str) -> None:
    figure = chart("inverse", x=x, base=base)
    if x <= 0:
        assert not [line for line in figure.lines if line.style == "ball"]
        assert figure.marks
        assert "log_x" not in metrics(x=x, base=base)
        return
    here, mirrored = ball(figure), next(line for line in figure.lines if line.style == "points")
    assert (here.x[0], here.y[0]) == (mirrored.y[0], mirrored.x[0]) == (x, metrics(x=x, base=base)["log_x"])
    assert NUMBERS[base] ** float(mirrored.x[0]) == pytest.approx(float(mirrored.y[0]))


def test_what_can_be_picked_is_allowed() -> None:
    for figure, name in ((chart("punishment"), "p"), (chart("inverse"), "x")):
        assert figure.picks == name
        for end in (figure.x.low, figure.x.high):
            LogarithmParams(**{name: end})


@pytest.mark.parametrize("texts", [{"p": "0"}, {"p": "1.1"}, {"x": "7"}, {"count": "0"}, {"base": "3"}])
def test_bad_input_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ParamError) as caught:
        LogarithmParams.from_texts(texts)
    assert caught.value.field == next(iter(texts))

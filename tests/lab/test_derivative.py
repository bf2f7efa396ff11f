"""Derivatives: every number of the page against SymPy, torch, and what is known by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.core.events import Metrics, Remark
from lab.core.experiment import Context
from lab.core.figures import Chart, Line, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.maths.expressions.autograd import by_torch
from lab.maths.expressions.expression import parse_expression
from lab.topics.maths.derivative import FUNCTIONS, Derivative, DerivativeParams
from lab.topics.maths.derivative.slopes import STEPS

X = sympy.Symbol("x", real=True)
BY_HAND = {
    "square": X**2,
    "cubic": X**3 - 2 * X,
    "sigmoid": 1 / (1 + sympy.exp(-X)),
    "tanh": sympy.tanh(X),
    "sine": sympy.sin(X),
    "product": 2 * X**2 * (4 * X**3 - 3 * X**4),
    "chain": (X**2 + 4 * X**3) ** 5,
}


def shown(**changes: Any) -> tuple[dict[str, Chart | Table], dict[str, float], list[str]]:
    """Return figures by name, metrics and remarks."""
    events = list(Derivative().compute(DerivativeParams(**changes)))
    assert isinstance(events[-1], Metrics)
    figures = {event.name: event for event in events if isinstance(event, Chart | Table)}
    run = Derivative().run(DerivativeParams(**changes), Context("cpu", DataStore(Path("unused"))))
    remarks = [str(event.message) for event in run if isinstance(event, Remark)]
    # What is said on a command line stands beneath the table too.
    assert all(str(figures["numbers"].note) == remark for remark in remarks if isinstance(figures["numbers"], Table))
    return figures, dict(events[-1].values), remarks


def lines(figure: Chart | Table) -> dict[str, Line]:
    assert isinstance(figure, Chart)
    return {str(line.label): line for line in figure.lines}


def cells(figure: Chart | Table) -> dict[str, tuple[Any, Any]]:
    assert isinstance(figure, Table)
    return {str(row[0].value): (row[1].value, row[2].value) for row in figure.rows}


@pytest.mark.parametrize("function", BY_HAND)
def test_curves_and_numbers_are_those_of_sympy(function: str) -> None:
    formula = BY_HAND[function]
    slope = sympy.diff(formula, X)
    figures, metrics, remarks = shown(function=function, at=0.5, step_exponent=2)
    h = sympy.Rational(1, 100)
    value = {key: float(formula.subs(X, place)) for key, place in {"at": 0.5, "on": 0.5 + h, "back": 0.5 - h}.items()}
    assert metrics["f"] == pytest.approx(value["at"], rel=1e-12)
    assert metrics["derivative"] == pytest.approx(float(slope.subs(X, 0.5)), rel=1e-12)
    assert metrics["forward_difference"] == pytest.approx((value["on"] - value["at"]) / 0.01, rel=1e-10)
    assert metrics["central_difference"] == pytest.approx((value["on"] - value["back"]) / 0.02, rel=1e-10)
    assert remarks == []
    for name, expected in (("function", formula), ("derivative", slope)):
        curve = next(iter(lines(figures[name]).values()))
        np.testing.assert_allclose(curve.y, sympy.lambdify(X, expected, "numpy")(curve.x), rtol=1e-9, atol=1e-9)


def test_the_wrong_rules_are_those_that_students_write() -> None:
    # 2x²·(4x³ − 3x⁴) at 1: u′v′ = 4·(12 − 12) = 0, but u′v + uv′ = 4·1 + 2·0 = 4.
    figures, metrics, _ = shown(function="product", at=1.0)
    assert (metrics["wrong"], metrics["derivative"]) == (0.0, 4.0)
    assert cells(figures["numbers"])["product rule, wrongly"] == (0.0, 4.0)
    assert "wrong: 4x·(12x² − 12x³)" in lines(figures["derivative"])
    # (x² + 4x³)⁵ at 1: 5·5⁴ = 3125, and times 2 + 12 = 14 it is 43750.
    figures, metrics, _ = shown(function="chain", at=1.0)
    assert (metrics["wrong"], metrics["derivative"]) == (3125.0, 43750.0)
    assert cells(figures["numbers"])["chain rule, wrongly"] == (3125.0, 40625.0)
    assert "wrong: 5(x² + 4x³)⁴" in lines(figures["derivative"])


@pytest.mark.parametrize(
    ("expression", "wrong"), [("tanh(2x)", "1 − tanh(2x)²"), ("x sin(x)", "cos(x)"), ("sin(x)", ""), ("3x", "")]
)
def test_a_typed_function_has_its_own_wrong_way(expression: str, wrong: str) -> None:
    figures, metrics, _ = shown(function="typed", expression=expression)
    labels = [label for label in lines(figures["derivative"]) if label.startswith("wrong")]
    assert labels == ([f"wrong: {wrong}"] if wrong else [])
    assert ("wrong" in metrics) == bool(wrong)


def test_tangent_and_secant_touch_the_curve_with_their_slopes() -> None:
    figures, metrics, _ = shown(function="square", at=1.5, step_exponent=1)
    drawn = lines(figures["function"])
    for label, slope in (("tangent", 3.0), ("secant over h", 3.1)):
        line = drawn[label]
        np.testing.assert_allclose(line.y, 2.25 + slope * (line.x - 1.5), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(drawn[""].x, [1.5, 1.6])
    np.testing.assert_allclose(drawn[""].y, [2.25, 2.56])
    assert (drawn["f(1.5) = 2.25"].style, lines(figures["derivative"])["f′(1.5) = 3"].style) == ("ball", "ball")
    assert metrics["central_difference"] == pytest.approx(3.0)
    for name in ("function", "derivative"):
        chart = figures[name]
        assert isinstance(chart, Chart) and chart.follows == "at"


def test_the_axes_stay_where_they_are_while_the_mouse_moves() -> None:
    for function in FUNCTIONS:
        for name in ("function", "derivative"):
            axes = [
                (figure.x, figure.y) for at in (-1.0, 0.0, 0.3) for figure in [shown(function=function, at=at)[0][name]]
            ]
            assert axes[0] == axes[1] == axes[2]


def test_the_errors_have_the_valleys_of_numerical_analysis() -> None:
    figures, _, _ = shown(function="typed", expression="exp(x)", at=0.0, step_exponent=3)
    drawn = lines(figures["error"])
    forward, central = drawn["forward difference"].y, drawn["central difference"].y
    # Taylor: exp″/2 · h and exp‴/6 · h².
    for h in (1e-1, 1e-2, 1e-3):
        place = int(np.argmin(abs(STEPS - h)))
        assert forward[place] == pytest.approx(h / 2, rel=0.1)
        assert central[place] == pytest.approx(h**2 / 6, rel=0.1)
    # Rounding: the best steps are near √ε and ∛ε; the smallest steps are of no use.
    assert 1e-10 < STEPS[np.nanargmin(forward)] < 1e-6
    assert 1e-7 < STEPS[np.nanargmin(central)] < 1e-3
    assert forward[0] == pytest.approx(1.0)
    chart = figures["error"]
    assert isinstance(chart, Chart) and chart.x.log and chart.y.log
    assert chart.marks[0].value == pytest.approx(1e-3)
    assert not np.any(forward == 0) and not np.any(central == 0)


@pytest.mark.parametrize(
    ("expression", "at", "words"),
    [
        ("relu(x)", 0.0, "its slope is 0 to the left and 1 to the right. It has no derivative; programs take 0"),
        ("|x|", 0.0, "its slope is −1 to the left and 1 to the right"),
        ("max(x, x^2)", 1.0, "its slope is 1 to the left and 2 to the right. It has no derivative; programs take 1.5"),
        ("sqrt(x)", 0.0, "vertical"),
        ("cbrt(x)", 0.0, "vertical"),
        ("x^1.5", 0.0, "begins or ends"),
        ("log(x)", -1.0, "no value"),
        ("1/x", 0.0, "infinite"),
        ("floor(x)", 2.0, "jumps"),
    ],
)
def test_it_says_where_there_is_no_derivative(expression: str, at: float, words: str) -> None:
    _, metrics, remarks = shown(function="typed", expression=expression, at=at)
    assert len(remarks) == 1 and words in remarks[0]
    assert all(math.isfinite(value) for value in metrics.values())
    # A step aside all is well.
    assert not shown(function="typed", expression=expression, at=0.4 if at != -1 else 1.0)[2]


def test_where_there_is_no_value_there_is_no_slope() -> None:
    """1/x would be defined where log(x) is not."""
    figures, metrics, _ = shown(function="typed", expression="log(x)", at=-1.0)
    assert metrics == {}
    curve = next(iter(lines(figures["derivative"]).values()))
    assert np.isnan(curve.y[curve.x < 0]).all() and np.isfinite(curve.y[curve.x > 0]).all()
    assert math.isnan(cells(figures["numbers"])["the rules, exactly"][0])


def test_a_pole_is_not_bridged() -> None:
    figures, _, _ = shown(function="typed", expression="1/(x - 0.123)")
    chart = figures["function"]
    assert isinstance(chart, Chart) and chart.y.high is not None and chart.y.high < 100
    curve = chart.lines[0]
    beside = curve.x[np.flatnonzero(np.isnan(curve.y))[0] + np.array([-1, 1])]
    np.testing.assert_allclose(beside, 0.123, atol=1e-9)
    joined = np.isfinite(curve.y[:-1]) & np.isfinite(curve.y[1:])
    assert not np.any(joined & (curve.y[:-1] < 0) & (curve.y[1:] > 0))


def test_a_jump_is_drawn_with_both_its_edges_and_a_steep_rise_without() -> None:
    slope = next(iter(lines(shown(function="relu")[0]["derivative"]).values()))
    (gap,) = np.flatnonzero(np.isnan(slope.y))
    np.testing.assert_allclose(slope.x[[gap - 1, gap + 1]], 0.0, atol=1e-9)
    assert list(slope.y[[gap - 1, gap + 1]]) == [0.0, 1.0]
    assert np.all(np.diff(slope.x) >= 0)
    for expression in ("sigmoid(500x)", "cbrt(x)", "sin(40x)", "sqrt(x + 1.001)"):
        figures = shown(function="typed", expression=expression, low=-1.0)[0]
        assert np.isfinite(next(iter(lines(figures["function"]).values())).y).all(), expression


@pytest.mark.parametrize("function", FUNCTIONS)
def test_torch_agrees(function: str) -> None:
    (table,) = Derivative().verify(DerivativeParams(function=function, at=0.7))
    assert isinstance(table, Table)
    answers = cells(table)
    exact = shown(function=function, at=0.7)[1]["derivative"]
    assert answers["float64"][0] == pytest.approx(exact, rel=1e-12)
    assert answers["float32"][0] == pytest.approx(exact, rel=1e-4)
    assert answers["float64"][1] == abs(answers["float64"][0] - exact)


def test_autograd_takes_several_variables_and_constants() -> None:
    expression = parse_expression("f", "3x^2 y + max(x, y) + pi", ("x", "y", "z"))
    computed = by_torch(expression, {"x": 2.0, "y": -1.0, "z": 5.0})
    assert computed.value == pytest.approx(-12 + 2 + math.pi)
    assert dict(computed.gradient) == {"x": -11.0, "y": 12.0, "z": 0.0}
    assert dict(by_torch(parse_expression("f", "7"), {"x": 1.0}).gradient) == {"x": 0.0}
    assert by_torch(parse_expression("f", "step(x) + x"), {"x": 1.0}, "float32").gradient["x"] == 1.0
    assert torch.is_grad_enabled()


def test_a_typed_expression_is_refused_at_its_character() -> None:
    with pytest.raises(ParamError) as refusal:
        DerivativeParams(function="typed", expression="2x + sin x")
    assert refusal.value.field == "expression" and refusal.value.message.values["place"] == 10
    # What is not used is not judged.
    assert DerivativeParams(function="square", expression="2x + sin x").expression == "2x + sin x"
    with pytest.raises(ParamError, match="beginning of the plot"):
        DerivativeParams(low=2.0, high=2.0)


WILD = (
    *("exp(exp(x))", "x^100", "1e300x^9", "0^x", "x^x", "tan(x)", "floor(x)/x", "sqrt(x - 1)", "1/0", "7", "log(|x|)"),
    *("asin(x)^2", "sin(1/x)", "1e-300x", "x/x", "exp(-1/x^2)", "relu(x)^0.5", "cosh(x)^20", "step(x) x"),
)


@settings(max_examples=150)
@given(st.sampled_from(WILD), st.floats(-10, 10), st.floats(0, 16))
def test_whatever_is_asked_is_answered_without_a_warning(expression: str, at: float, step_exponent: float) -> None:
    params = DerivativeParams(
        function="typed", expression=expression, at=at, step_exponent=step_exponent, low=-10.0, high=10.0
    )
    events = [*Derivative().compute(params), *Derivative().verify(params)]
    for event in events:
        if isinstance(event, Chart):
            for axis in (event.x, event.y):
                if axis.low is not None and axis.high is not None:
                    assert math.isfinite(axis.low) and axis.low < axis.high < math.inf
                    assert not axis.log or axis.low > 0

"""Typed expressions: their values and derivatives, against SymPy and torch, alone and together."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab.maths.expressions.autograd import by_torch
from lab.maths.expressions.evaluation import BLOCK
from lab.maths.expressions.expression import Expression, evaluator, parse_expression
from lab.maths.expressions.programs import in_torch

PEAKS = "3(1-x)^2*exp(-x^2-(y+1)^2) - 10(x/5-x^3-y^5)*exp(-x^2-y^2) - 1/3*exp(-(x+1)^2-y^2)"
X, Y = sympy.symbols("x y", real=True)

# A tree of a test: a number or a name, or an operation and trees.
Tree = Any

SMOOTH = {
    **{name: getattr(sympy, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    "exp": sympy.exp,
    "log": sympy.log,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "log2": lambda u: sympy.log(u, 2),
    "log10": lambda u: sympy.log(u, 10),
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
}
TORCH = {
    **{name: getattr(torch, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: getattr(torch, name) for name in ("exp", "log", "log10", "log2", "sqrt", "abs", "sign", "floor")},
    "ln": torch.log,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
    "step": lambda u: torch.heaviside(u, torch.zeros_like(u)),
    "cbrt": lambda u: torch.sign(u) * torch.abs(u) ** (1 / 3),
    "min": torch.minimum,
    "max": torch.maximum,
}
CONTINUOUS = tuple(sorted(TORCH.keys() - {"step", "sign", "floor"}))
"""At a jump, the last digit of what is computed before it decides."""

numbers = st.sampled_from(["0", "1", "2", "3", "0.5", ".25", "1e-1", "2.50", "7"])
exponents = st.sampled_from(["2", "3", "5", "-1", "-2", "0.5", "1/3"])


def trees(functions: tuple[str, ...]) -> st.SearchStrategy[Tree]:
    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        options = [
            st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner),
            st.tuples(st.just("negate"), inner),
            st.tuples(st.just("^"), inner, exponents),
            st.tuples(st.sampled_from([name for name in functions if name not in ("min", "max")]), inner),
        ]
        if "min" in functions:
            options.append(st.tuples(st.sampled_from(["min", "max"]), inner, inner))
        return st.one_of(options)

    return st.recursive(st.one_of(numbers, st.sampled_from(["x", "y"])), larger, max_leaves=6)


def typed(tree: Tree) -> str:
    match tree:
        case str():
            return tree
        case ("negate", inner):
            return f"(-{typed(inner)})" if not isinstance(inner, tuple) else f"-({typed(inner)})"
        case ("^", base, exponent):
            return f"({typed(base)})^({exponent})"
        case (("+" | "-" | "*" | "/") as sign, left, right):
            # Without brackets where two texts beside each other mean the same.
            return f"({typed(left)}) {sign} ({typed(right)})"
        case (name, *inner):
            return f"{name}({', '.join(typed(each) for each in inner)})"
    raise ValueError(tree)


def computed(tree: Tree, leaf: Any, functions: Any) -> Any:
    """Compute a tree with the operators of Python on what `leaf` makes of a number or a name."""
    match tree:
        case str():
            return leaf(tree)
        case ("negate", inner):
            return -computed(inner, leaf, functions)
        case ("^", base, exponent):
            return computed(base, leaf, functions) ** leaf(exponent)
        case ("+", left, right):
            return computed(left, leaf, functions) + computed(right, leaf, functions)
        case ("-", left, right):
            return computed(left, leaf, functions) - computed(right, leaf, functions)
        case ("*", left, right):
            return computed(left, leaf, functions) * computed(right, leaf, functions)
        case ("/", left, right):
            return computed(left, leaf, functions) / computed(right, leaf, functions)
        case (name, *inner):
            return functions[name](*(computed(each, leaf, functions) for each in inner))
    raise ValueError(tree)


def symbolic(tree: Tree) -> sympy.Expr:
    return computed(tree, lambda text: {"x": X, "y": Y}.get(text) or sympy.Rational(text), SMOOTH)


def reliable(formula: sympy.Expr, x: float, y: float) -> float | None:
    """Return a value of many digits, or None where it is not real or a computer's numbers cannot give it."""
    if formula.has(sympy.zoo, sympy.nan, sympy.oo, sympy.AccumBounds):
        return None
    values = []
    for digits in (15, 60):
        with mpmath.workdps(digits):
            try:
                value = sympy.lambdify((X, Y), formula, "mpmath")(mpmath.mpf(x), mpmath.mpf(y))
            except (ZeroDivisionError, OverflowError, ValueError, TypeError):
                return None
            if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
                return None
            values.append(value)
    if abs(values[0] - values[1]) > 1e-10 * abs(values[1]) or not 1e-200 < abs(values[1]) < 1e200:
        return None
    return float(values[1])


PLACES = [number / 16 for number in range(-48, 49)]
"""Far enough apart that rounding makes no two different numbers equal: min(1, 1 + 1e-99) has a corner for torch."""
POINTS = [(0.7, -1.3), (-1.9, 0.4), (2.2, 3.1), (0.31, 0.52)]


@settings(max_examples=150, derandomize=True)
@given(trees(tuple(SMOOTH)))
def test_values_and_derivatives_are_those_of_sympy(tree: Tree) -> None:
    expression = parse_expression("f", typed(tree), ("x", "y"))
    formula = symbolic(tree)
    pairs = [(expression, formula)]
    pairs += [(expression.derivative(str(by)), sympy.diff(formula, by)) for by in (X, Y)]
    for ours, theirs in pairs:
        for x, y in POINTS:
            # SymPy has simplified, so that its domain may be larger: √x·√x is x.
            value = reliable(theirs, x, y) if np.isfinite(expression(x, y)) else None
            if value is not None:
                assert float(ours(x, y)) == pytest.approx(value, rel=1e-7), (str(ours), theirs, x, y)


@settings(max_examples=150, derandomize=True)
@given(trees(CONTINUOUS), st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_values_and_gradients_are_those_of_torch(tree: Tree, x: float, y: float) -> None:
    tensors = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in zip("xy", (x, y), strict=True)
    }

    def leaf(text: str) -> torch.Tensor:
        return tensors[text] if text in tensors else torch.tensor(float(sympy.Rational(text)), dtype=torch.float64)

    theirs = computed(tree, leaf, TORCH)
    value = theirs.item()
    assume(not abs(value) > 1e9)
    expression = parse_expression("f", typed(tree), ("x", "y"))
    assert float(expression(x, y)) == pytest.approx(value, rel=1e-6, abs=1e-9, nan_ok=True)
    if not theirs.requires_grad or not math.isfinite(value):
        return
    gradients = torch.autograd.grad(theirs, list(tensors.values()), allow_unused=True)
    for name, gradient in zip("xy", gradients, strict=True):
        ours = expression.derivative(name)(x, y)
        if gradient is not None and torch.isfinite(gradient) and np.isfinite(ours):
            assert float(ours) == pytest.approx(float(gradient), rel=1e-5, abs=1e-7), str(expression.derivative(name))


@settings(max_examples=150, derandomize=True)
@given(trees(tuple(sorted(TORCH))), st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_the_line_of_a_program_has_the_same_value_and_gradient(tree: Tree, x: float, y: float) -> None:
    expression = parse_expression("f", typed(tree), ("x", "y"))
    wanted = by_torch(expression, {"x": x, "y": y})
    places = {name: torch.tensor(at, dtype=torch.float64, requires_grad=True) for name, at in (("x", x), ("y", y))}
    found = eval(in_torch(expression), {"torch": torch, **places})
    slopes = torch.autograd.grad(found, list(places.values()), allow_unused=True)
    for ours, theirs in zip((found, *slopes), (wanted.value, *wanted.gradient.values()), strict=True):
        number = 0.0 if ours is None else ours.item()
        assert number == pytest.approx(theirs, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", sorted(TORCH))
def test_each_function_and_its_derivative_over_whole_arrays(name: str) -> None:
    pair = name in ("min", "max")
    text = f"{name}(x, y)" if pair else f"{name}(x)"
    grid = np.concatenate([np.linspace(-5, 5, 401), [0.0, -40.0, 40.0]])
    x = torch.tensor(grid, requires_grad=True)
    y = torch.tensor(grid[::-1].copy())
    value = TORCH[name](x, y) if pair else TORCH[name](x)
    expression = parse_expression("f", text, ("x", "y"))
    ours = expression(grid, y.numpy())
    np.testing.assert_allclose(ours, value.detach().numpy(), rtol=1e-12, atol=1e-300)
    if name in ("step", "sign", "floor"):
        assert str(expression.derivative("x")) == "0"
        return
    (slope,) = torch.autograd.grad(value.sum(), x)
    there = np.isfinite(ours) & np.isfinite(slope.numpy())
    np.testing.assert_allclose(
        expression.derivative("x")(grid, y.numpy())[there], slope.numpy()[there], rtol=1e-10, atol=1e-12
    )


def test_at_a_corner_the_derivative_is_that_of_torch() -> None:
    for text, slope in {"abs(x)": 0, "relu(x)": 0, "min(x, -x)": 0, "max(3x, x)": 2, "max(x, x)": 1}.items():
        assert parse_expression("f", text).derivative("x")(0.0) == slope


@given(trees(tuple(sorted(TORCH))))
def test_what_it_writes_reads_back_as_the_same_function(tree: Tree) -> None:
    x, y = (np.array(values) for values in zip(*POINTS, strict=True))
    expression = parse_expression("f", typed(tree), ("x", "y"))
    for each in (expression, expression.derivative("x")):
        if len(str(each)) <= 200:
            again = parse_expression("f", str(each), ("x", "y"))
            np.testing.assert_allclose(again(x, y), each(x, y), rtol=1e-12, err_msg=str(each))
            assert str(again) == str(each)


def test_arrays_keep_their_shape_and_precision() -> None:
    x, y = np.linspace(-1, 1, 5, dtype=np.float32)[None], np.linspace(0, 1, 3, dtype=np.float32)[:, None]
    for text in ("x y + 0.1", "x", "7", "x^2 + 1e-3"):
        expression = parse_expression("f", text, ("x", "y"))
        assert (expression(x, y).shape, expression(x, y).dtype) == ((3, 5), np.float32)
        assert expression(x, y.astype(np.float64)).dtype == np.float64
        assert expression(np.float32(1), np.float32(2)).dtype == np.float32
        assert expression.evaluate(y=1, x=2).shape == ()


def test_what_was_given_is_neither_changed_nor_given_back() -> None:
    x = np.linspace(-1, 1, 9)
    kept = x.copy()
    for text in ("x", "-x", "(x + 1)^7 x - x^3", "sigmoid(x) + relu(x)"):
        result = parse_expression("f", text)(x)
        result += 1
        np.testing.assert_array_equal(x, kept)


def test_several_at_once_are_each_as_if_alone() -> None:
    peaks = parse_expression("f", PEAKS, ("x", "y"))
    expressions = [peaks, peaks.derivative("x"), peaks.derivative("y"), parse_expression("f", "x", ("x", "y")), peaks]
    random = np.random.default_rng(1)
    for shape in ((7,), (3 * BLOCK + 5,), (300, 400), ()):
        x, y = random.normal(size=(2, *shape))
        together = evaluator(expressions)(x, y)
        for expression, values in zip(expressions, together, strict=True):
            np.testing.assert_array_equal(values, expression(x, y))
    x, y = np.linspace(-3, 3, 500)[None], np.linspace(-3, 3, 400)[:, None]
    crossed = evaluator(expressions)(x, y)[1]
    np.testing.assert_allclose(crossed, expressions[1](*np.broadcast_arrays(x, y)), rtol=1e-12)
    with pytest.raises(ValueError, match="variables"):
        evaluator([peaks, parse_expression("f", "x")])


def test_the_gradient_of_peaks_is_that_of_torch() -> None:
    x, y = (torch.tensor(values, requires_grad=True) for values in np.random.default_rng(2).normal(size=(2, 1000)))
    value = (
        3 * (1 - x) ** 2 * torch.exp(-(x**2) - (y + 1) ** 2)
        - 10 * (x / 5 - x**3 - y**5) * torch.exp(-(x**2) - y**2)
        - torch.exp(-((x + 1) ** 2) - y**2) / 3
    )
    gradient = torch.autograd.grad(value.sum(), (x, y))
    peaks: Expression = parse_expression("f", PEAKS, ("x", "y"))
    at = x.detach().numpy(), y.detach().numpy()
    np.testing.assert_allclose(peaks(*at), value.detach().numpy(), rtol=1e-9, atol=1e-12)
    for name, theirs in zip("xy", gradient, strict=True):
        np.testing.assert_allclose(peaks.derivative(name)(*at), theirs.numpy(), rtol=1e-9, atol=1e-12)

"""Stacks of linear layers against torch, and against what rounding can do at most."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lab.core.events import Event, Metrics
from lab.core.figures import Chart, Matrices, Table
from lab.core.params import ParamError
from lab.nets.registry.activations import HIDDEN
from lab.topics.ann.linear_collapse import LinearCollapse, LinearCollapseParams
from lab.topics.ann.linear_collapse.collapse import Stack, drawn, probes
from lab.topics.ann.linear_collapse.figures import along, line

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = st.lists(st.integers(1, 6), min_size=3, max_size=6).map(tuple)
MODULES: dict[str, nn.Module] = {
    "identity": nn.Identity(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "relu6": nn.ReLU6(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    # Beyond 20 torch takes the line for the curve unless told otherwise, which is off by exp(-20).
    "elu": nn.ELU(),
    "softplus": nn.Softplus(threshold=50),
    "gelu": nn.GELU(),
    "silu": nn.SiLU(),
}


def shown(**values: object) -> tuple[dict[str, Event], dict[str, float]]:
    events = list(LinearCollapse().compute(LinearCollapseParams(**values)))
    assert isinstance(events[-1], Metrics)
    return {getattr(event, "name", ""): event for event in events}, dict(events[-1].values)


def by_torch(stack: Stack, inputs: np.ndarray) -> np.ndarray:
    modules: list[nn.Module] = []
    for place, (weight, bias) in enumerate(stack.layers):
        layer = nn.Linear(weight.shape[1], weight.shape[0]).double()
        layer.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        modules += [layer, MODULES[stack.activation]] if place in stack.bends else [layer]
    with torch.no_grad():
        return nn.Sequential(*modules)(torch.from_numpy(inputs)).numpy()


@given(WIDTHS, st.integers(0, 10**6), st.sampled_from(list(HIDDEN)))
def test_the_stack_is_that_of_torch(widths: tuple[int, ...], seed: int, activation: str) -> None:
    stack, inputs = drawn(widths, activation, 0, seed), probes(widths[0], seed)
    np.testing.assert_allclose(stack.outputs(inputs), by_torch(stack, inputs), rtol=1e-11, atol=1e-11)


def exactly(layer: tuple[np.ndarray, np.ndarray], x: list[Fraction]) -> list[Fraction]:
    weight, bias = layer
    return [
        sum((Fraction(w) * v for w, v in zip(row, x, strict=True)), Fraction(b))
        for row, b in zip(weight.tolist(), bias.tolist(), strict=True)
    ]


@given(WIDTHS, st.integers(0, 10**6))
def test_linear_layers_are_one_up_to_what_rounding_can_do(widths: tuple[int, ...], seed: int) -> None:
    stack, inputs = drawn(widths, "identity", 0, seed), probes(widths[0], seed)
    for kind in (np.float64, np.float32):
        apart = np.abs(stack.outputs(inputs, kind) - stack.outputs_of_one(inputs, kind))
        assert (apart <= stack.rounding(inputs, kind)).all()
    # Fractions do not round: there is nothing between the two but that.
    for place, point in enumerate(inputs.tolist()):
        x = [Fraction(value) for value in point]
        for layer in stack.layers:
            x = exactly(layer, x)
        found = stack.outputs_of_one(inputs)[place]
        off = [abs(float(Fraction(value) - true)) for value, true in zip(found.tolist(), x, strict=True)]
        assert (np.array(off) <= stack.rounding(inputs)[place]).all()


@given(WIDTHS, st.integers(0, 10**6), st.integers(0, 4))
def test_what_stands_between_two_non_linearities_still_becomes_one(
    widths: tuple[int, ...], seed: int, after: int
) -> None:
    after = min(after, len(widths) - 2)
    stack, inputs = drawn(widths, "tanh", after, seed), probes(widths[0], seed)
    groups = stack.groups()
    assert [place for group in groups for place in group] == list(range(len(stack.layers)))
    merged = tuple(stack.product(group) for group in groups)
    shorter = Stack(merged, "tanh", frozenset(range(len(groups) - 1)))
    np.testing.assert_allclose(shorter.outputs(inputs), stack.outputs(inputs), rtol=1e-9, atol=1e-9)


def test_the_equation_holds_and_its_cells_tell_their_arithmetic() -> None:
    figures, metrics = shown()
    equation = figures["weights"]
    assert isinstance(equation, Matrices)
    *factors, result = equation.items
    assert [item.title for item in factors] == ["W₃", "W₂", "W₁"]
    assert [item.sign for item in equation.items] == ["", "·", "·", "="]
    arrays = [np.array(item.rows) for item in factors]
    np.testing.assert_allclose(np.linalg.multi_dot(arrays), np.array(result.rows), rtol=1e-12)
    assert result.parts == {0: "row", 1: "all", 2: "column"}
    assert str(result.whys[0][0]).endswith(f"= {result.rows[0][0]:.6g}".replace("-", "−"))
    assert metrics["layers_left"] == 1
    assert (metrics["parameters"], metrics["parameters_of_one"]) == (31, 3)


def test_the_biases_add_up() -> None:
    figures, _ = shown()
    equation = figures["biases"]
    assert isinstance(equation, Matrices)
    a, b1, w3, b2, b3, b = (np.array(item.rows) for item in equation.items)
    np.testing.assert_allclose(a @ b1 + w3 @ b2 + b3, b, rtol=1e-12)
    assert [item.sign for item in equation.items] == ["", "·", "+", "·", "+", "="]


def test_a_non_linearity_stands_in_the_equation_and_leaves_more_layers() -> None:
    figures, metrics = shown(activation="relu", after=2)
    equation = figures["weights"]
    assert isinstance(equation, Matrices)
    assert [(str(item.title), item.sign) for item in equation.items] == [
        ("W₃", ""),
        ("W₂", "ƒ"),
        ("W₁", "·"),
        ("W₃", "="),
        ("W₂·W₁", "ƒ"),
    ]
    assert metrics["layers_left"] == 2
    equation, metrics = shown(activation="relu")[0]["weights"], shown(activation="relu")[1]
    assert isinstance(equation, Matrices)
    assert len(equation.items) == 3
    assert metrics["layers_left"] == 3


@pytest.mark.parametrize("activation", [name for name in HIDDEN if name != "identity"])
def test_with_a_non_linearity_the_difference_is_no_rounding(activation: str) -> None:
    figures, metrics = shown(activation=activation)
    assert metrics["largest_difference"] > 0.05
    assert metrics["off_straight"] > 0.05
    table = figures["numbers"]
    assert isinstance(table, Table)
    assert "bad" in {cell.mark for row in table.rows for cell in row}
    assert "good" in {cell.mark for row in shown()[0]["numbers"].rows for cell in row}


def test_without_one_the_line_is_straight_and_all_differences_are_rounding() -> None:
    figures, metrics = shown()
    assert metrics["off_straight"] < 1e-13
    assert metrics["largest_difference"] < 1e-13
    assert 0 < metrics["largest_difference_float32"] < 1e-4
    table = figures["numbers"]
    assert isinstance(table, Table)
    assert not any(cell.mark == "bad" for row in table.rows for cell in row)


@pytest.mark.parametrize("seed", range(8))
def test_a_relu_bends_only_where_a_sum_is_zero(seed: int) -> None:
    way = along(2, 0.5)
    chart = line(drawn((2, 4, 3, 1), "relu", 0, seed), way)
    assert isinstance(chart, Chart)
    output = chart.lines[0].y
    kinks = np.flatnonzero(np.abs(np.diff(output, 2)) > 1e-9) + 1
    crossings = chart.lines[2].x if len(chart.lines) > 2 else np.zeros(0)
    step = way[1, 0] - way[0, 0]
    for kink in kinks:
        assert np.abs(crossings - way[kink, 0]).min() <= step


@pytest.mark.parametrize("activation", list(HIDDEN))
@pytest.mark.parametrize("widths", [(2, 4, 3, 1), (6, 6, 6, 6, 6, 6), (1, 1, 1)])
def test_torch_agrees_in_both_kinds_of_number(activation: str, widths: tuple[int, ...]) -> None:
    params = LinearCollapseParams(activation=activation, widths=widths)
    (table,) = LinearCollapse().verify(params)
    assert isinstance(table, Table)
    assert [row[4].mark for row in table.rows] == ["good"] * 6


def test_a_place_behind_the_last_layer_but_one_is_refused() -> None:
    with pytest.raises(ParamError, match=r"after: 3 is not allowed; with 3 layers, .* from 0 to 2"):
        LinearCollapseParams(activation="relu", after=3)
    # Without an activation it does not matter.
    LinearCollapseParams(after=4)
    with pytest.raises(ParamError, match="widths"):
        LinearCollapseParams(widths=(2, 1))
    with pytest.raises(ParamError, match="widths"):
        LinearCollapseParams(widths=(2, 7, 1))


def test_the_command_line_gives_the_numbers() -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "run", "ann.linear_collapse", "--activation", "relu", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["metrics"]["layers_left"] == 3

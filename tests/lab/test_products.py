"""Products of vectors and matrices against torch, and what is refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.core.events import Event, Metrics, Remark
from lab.core.experiment import Context
from lab.core.figures import Cell, Field, Matrices, Overlay, Table
from lab.core.params import ParamError, show
from lab.data.store import DataStore
from lab.topics.maths.products import Products, ProductsParams
from lab.topics.maths.products.rules import cosine
from lab.topics.maths.products.transformed_plane import round_up

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = st.floats(-100, 100, allow_subnormal=False)
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4))
MATRICES = SHAPES.flatmap(lambda shape: arrays(np.float64, shape, elements=NUMBERS))


def text(matrix: np.ndarray) -> str:
    return "; ".join(", ".join(map(repr, row)) for row in matrix.tolist())


def shown(**values: str) -> tuple[Matrices, dict[str, float], list[Event]]:
    events = list(Products().compute(ProductsParams(**values)))
    equation = next(event for event in events if isinstance(event, Matrices))
    assert isinstance(events[-1], Metrics)
    return equation, dict(events[-1].values), events


def by_torch(operation: str, a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """What torch makes of it, with vectors as (N,); None where it refuses."""
    first, second = torch.from_numpy(a), torch.from_numpy(b)
    vectors = [x.flatten() if min(x.shape) == 1 else x for x in (first, second)]
    try:
        match operation:
            case "matrix":
                return torch.matmul(first, second).numpy()
            case "dot":
                return torch.dot(*vectors).numpy()
            case "outer":
                return torch.outer(*vectors).numpy()
            case "elementwise":
                # torch stretches what does not fit; the page refuses it.
                return (first * second).numpy() if first.shape == second.shape else None
            case _:
                return first.T.numpy()
    except RuntimeError:
        return None


@given(st.sampled_from(["dot", "matrix", "elementwise", "outer", "transpose"]), MATRICES, MATRICES)
def test_results_and_refusals_are_those_of_torch(operation: str, a: np.ndarray, b: np.ndarray) -> None:
    equation, metrics, _ = shown(operation=operation, a=text(a), b=text(b))
    expected = by_torch(operation, a, b)
    assert metrics["fits"] == (expected is not None)
    if expected is None:
        assert str(equation.refusal)
        assert [item.field for item in equation.items] == ["a", "b"]
        return
    assert equation.refusal == ""
    result = np.array(equation.items[-1].rows)
    np.testing.assert_allclose(result.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9)
    assert (metrics["rows"], metrics["columns"]) == result.shape


@given(st.sampled_from(["dot", "matrix", "elementwise", "outer", "transpose"]), MATRICES, MATRICES)
def test_the_check_says_that_torch_agrees(operation: str, a: np.ndarray, b: np.ndarray) -> None:
    params = ProductsParams(operation=operation, a=text(a), b=text(b))
    fits = params.product().result is not None
    for event in Products().verify(params):
        assert isinstance(event, Table)
        for row in event.rows:
            known = fits or str(row[0].value) == "fits" or str(row[3].value) == "refused"
            assert row[4].mark == ("good" if known else "bad")


def test_each_cell_tells_its_arithmetic() -> None:
    equation, _, _ = shown(a="1 2; 3 4", b="5 6; 7 -8")
    assert equation.items[2].whys[0] == ("1·5 + 2·7 = 19", "1·6 + 2·(−8) = −10")
    assert equation.items[2].parts == {0: "row", 1: "column"}
    equation, _, _ = shown(operation="transpose", a="1 2; 3 4")
    assert equation.items[1].rows == ((1, 3), (2, 4))
    assert equation.items[1].whys[0][1] == "Aᵀ(1, 2) = A(2, 1) = 3"
    assert equation.items[1].parts == {0: "transposed"}


def test_shapes_that_do_not_fit_are_said_with_what_would_fit() -> None:
    equation, metrics, _ = shown(a="1 2 3; 4 5 6", b="1 2 3; 4 5 6")
    assert str(equation.refusal) == (
        "(2×3)·(2×3) do not fit: a row of A has 3 numbers, a column of B has 2; the inner lengths must be equal."
        " This would fit: A·Bᵀ→2×2, Aᵀ·B→3×3"
    )
    assert metrics == {"a_rows": 2, "a_columns": 3, "b_rows": 2, "b_columns": 3, "fits": 0}
    equation, _, _ = shown(a="1 2 3", b="1 2; 3 4")
    assert "Not even a transpose" in str(equation.refusal)


def test_the_words_of_torch_stand_beside_a_refusal() -> None:
    params = ProductsParams(a="1 2 3; 4 5 6", b="1 2 3; 4 5 6")
    table = next(iter(Products().verify(params)))
    assert isinstance(table, Table)
    with pytest.raises(RuntimeError) as refused:
        torch.matmul(torch.zeros(2, 3), torch.zeros(2, 3))
    assert table.rows[1][4].value == table.rows[1][3].why == str(refused.value)


def test_torch_stretching_in_silence_is_marked() -> None:
    params = ProductsParams(operation="elementwise", a="1 2 3; 4 5 6", b="1 2 3")
    assert "until both are 2 × 3" in str(params.product().refusal)
    table = next(iter(Products().verify(params)))
    assert isinstance(table, Table)
    assert [str(row[4].value) for row in table.rows[1:]] == ["not refused", "not refused"]
    assert [row[4].mark for row in table.rows] == ["good", "bad", "bad"]


@given(arrays(np.float64, 3, elements=NUMBERS), arrays(np.float64, 3, elements=NUMBERS))
def test_cosine_is_that_of_torch(a: np.ndarray, b: np.ndarray) -> None:
    found = cosine(a, b)
    if not a.any() or not b.any():
        assert found is None
        return
    expected = torch.nn.functional.cosine_similarity(
        torch.tensor(a / np.abs(a).max()), torch.tensor(b / np.abs(b).max()), dim=0, eps=0
    )
    assert found == pytest.approx(float(expected), abs=1e-9)


@given(st.integers(1, 6).flatmap(lambda size: arrays(np.float64, (2, size), elements=NUMBERS)))
def test_arrows_keep_lengths_and_angle(pair: np.ndarray) -> None:
    _, _, events = shown(operation="dot", a=text(pair[:1]), b=text(pair[1:]))
    overlay = next(event for event in events if isinstance(event, Overlay))
    field = next(event for event in events if isinstance(event, Field))
    a, b = (np.array([arrow.dx, arrow.dy]) for arrow in overlay.arrows)
    np.testing.assert_allclose(
        [a @ a, b @ b, a @ b], [pair[0] @ pair[0], pair[1] @ pair[1], pair[0] @ pair[1]], rtol=1e-6, atol=1e-6
    )
    assert field.x.high is not None
    assert max(np.abs(a).max(), np.abs(b).max()) <= field.x.high * (1 + 1e-9)
    # Only what stands where it is can be dragged.
    assert field.picks == ("b" if pair.shape[1] == 2 else "")


def test_the_plane_holds_dot_products_and_stands_still_while_b_is_dragged() -> None:
    ranges = set()
    for b in ((1.0, 2.0), (-4.9, 0.3), (0.0, 0.0)):
        dropped = show(ProductsParams.specs()["b"], b)
        _, metrics, events = shown(operation="dot", a="3 1", b=dropped)
        field = next(event for event in events if isinstance(event, Field))
        ranges.add((field.x.low, field.x.high))
        assert metrics["dot"] == pytest.approx(3 * b[0] + b[1])
        step = field.values[0, 1] - field.values[0, 0]
        assert step == pytest.approx(3 * (field.x_range[1] - field.x_range[0]) / field.values.shape[1])
    assert len(ranges) == 1


def test_where_there_is_no_dot_product_the_plane_is_empty() -> None:
    for values in ({"operation": "transpose"}, {"operation": "outer", "a": "1 2", "b": "1 2"}, {"b": "1 2"}):
        _, _, events = shown(**values)
        assert next(event for event in events if isinstance(event, Field)).values.size == 0


@pytest.mark.parametrize(("value", "rounded"), [(0, 1), (1, 1), (1.01, 1.5), (4.5, 6), (9, 10), (0.07, 0.08), (79, 80)])
def test_ranges_are_round(value: float, rounded: float) -> None:
    assert round_up(value) == pytest.approx(rounded)


def test_numbers_say_what_a_person_asks() -> None:
    def numbers(**values: str) -> dict[str, Cell]:
        table = next(event for event in shown(**values)[2] if isinstance(event, Table))
        return {str(name.value): value for name, value in table.rows}

    dot = numbers(operation="dot", a="1 2 3", b="4 5 6")
    assert dot["a · b"].value == 32
    assert dot["angle"].value == f"{math.degrees(math.acos(32 / math.sqrt(14 * 77))):.6g}°"
    assert str(numbers(operation="dot", a="0 0", b="1 2")["cosine similarity"].value) == "not defined"
    assert numbers(a="1 2; 3 4", b="2 0; 0 2")["B · A"].mark == "good"
    assert str(numbers(a="1 2; 3 4", b="0 1; 1 0")["B · A"].value) == "other numbers than A · B"
    assert numbers(operation="transpose", a="1 2; 2 1")["symmetric: A = Aᵀ"].mark == "good"


def test_bad_input_names_the_field_and_the_transpose_does_not_need_b() -> None:
    with pytest.raises(ParamError, match="row 1, column 2 stands x"):
        ProductsParams(a="1 x")
    ProductsParams(operation="transpose", b="x")


def test_without_a_screen_a_refusal_is_a_remark() -> None:
    params = ProductsParams(b="1 2")
    events = list(Products().run(params, Context("cpu", DataStore(Path("unused")))))
    remark = next(event for event in events if isinstance(event, Remark))
    assert "do not fit" in str(remark.message)
    assert isinstance(events[-1], Metrics)


def test_on_the_command_line() -> None:
    command = [sys.executable, "main.py", "run", "maths.products"]
    command += ["--operation", "dot", "--a", "1 2 3", "--b", "4 5 6", "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1])["metrics"]["dot"] == 32

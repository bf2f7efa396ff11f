"""A number that is told once: its row, its metric, its line of the program and its check."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any

import numpy as np
import pytest

from lab.core.code import CodeLine, executed
from lab.core.figures import Cell
from lab.core.numbers import check
from lab.core.quantities import SINGLE, Numbers, Quantity, Tolerance, metrics, program
from lab.core.text import message

HEAD = ("import torch", "", "x = torch.tensor([3.0, 4.0], dtype=torch.float64)")


def verdicts(*quantities: Quantity, **rest: Any) -> list[str]:
    return [row[4].mark for row in check([Numbers(quantities, setup=HEAD, **rest)]).rows]


def test_one_declaration_gives_row_metric_and_line() -> None:
    numbers = Numbers(
        (
            Quantity(message("length"), 5.0, "√25", "length", "x.norm().item()", mark="strong"),
            Quantity(message("size"), (2, 1), "", "size", "(len(x), 1)"),
            Quantity(message("matrix"), np.eye(2), "", "matrix", "torch.eye(2)", listed=False),
            Quantity(message("nothing"), None, message("There is none."), "nothing", "x[5]"),
            Quantity(message("kind"), message("vector")),
        ),
        setup=HEAD,
    )
    assert [tuple(cell.value for cell in row) for row in numbers.table.rows] == [
        (message("length"), 5.0),
        (message("size"), "2 × 1"),
        (message("nothing"), None),
        (message("kind"), message("vector")),
    ]
    assert numbers.table.rows[0][1] == Cell(5.0, "√25", "strong")
    found = metrics([numbers])
    assert found.values == {"length": 5.0}
    assert found.lists == {"size": (2, 1), "matrix": (1, 0, 0, 1)}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(program([numbers]).source, {})
    assert said.getvalue() == "length: 5.0\nsize: 2 1\nmatrix: 1.0 0.0 0.0 1.0\n"


def test_the_check_runs_the_program_and_notices_what_differs() -> None:
    length = message("length")
    assert verdicts(Quantity(length, 5.0, code="x.norm()", others=("math.hypot(*x)",)), aside=("import math",)) == [
        "good",
        "good",
    ]
    assert verdicts(Quantity(length, 5.00001, code="x.norm()")) == ["bad"]
    assert verdicts(Quantity(length, 5.00001, code="x.norm()", tolerance=SINGLE)) == ["good"]
    assert verdicts(Quantity(length, np.array([3.0, 4.0]), code="x")) == ["good"]
    assert verdicts(Quantity(length, np.array([3.0, 4.1]), code="x")) == ["bad"]
    assert verdicts(Quantity(length, np.array([3.0, 4.0, 0.0]), code="x")) == ["bad"]
    assert verdicts(Quantity(length, (2,), code="x.shape")) == ["good"]
    assert verdicts(Quantity(length, 7.0)) == []


@pytest.mark.parametrize(("ours", "code", "mark"), [
    (math.inf, "torch.inf", "good"), (-math.inf, "torch.inf", "bad"), (math.nan, "torch.nan", "good"),
    (1.0, "torch.nan", "bad"), (0.0, "torch.inf", "bad"),
])  # fmt: skip
def test_numbers_that_are_not_finite_are_compared_too(ours: float, code: str, mark: str) -> None:
    assert verdicts(Quantity(message("limit"), ours, code=code)) == [mark]


def test_a_refusal_is_right_only_where_there_is_no_such_number() -> None:
    label, product = message("product"), "torch.eye(3) @ x.float()"
    assert verdicts(Quantity(label, None, code=product)) == ["good"]
    assert verdicts(Quantity(label, 1.0, code=product)) == ["bad"]
    assert verdicts(Quantity(label, None, code="x.sum()")) == ["bad"]
    [row] = check([Numbers((Quantity(label, None, code="y", lines=(f"y = {product}",)),), setup=HEAD)]).rows
    assert "size mismatch" in str(row[3].why)
    # A fault of the program itself is no refusal.
    with pytest.raises(NameError):
        verdicts(Quantity(label, 1.0, code="z"))


def test_a_tolerance_grows_with_the_numbers_and_says_why() -> None:
    loose = Tolerance(0.1, 0.0, message("Measured."))
    [row] = check([Numbers((Quantity(message("sum"), 7.5, code="x.sum()", tolerance=loose),), setup=HEAD)]).rows
    assert (row[4].value, row[4].mark, str(row[4].why)) == (0.5, "good", "at most 0.7: Measured.")


def test_several_quantities_in_a_row_are_columns_metrics_and_checks_of_their_own() -> None:
    row = (
        Quantity("sum", 3.0, "1 + 2", "first", "1 + 2", about="of both"),
        Quantity("", 7.0, "3 + 4", "second", "3 + 5", mark="strong"),
    )
    group = Numbers((row, Quantity("alone", 1.0, "as it is")), columns=("quantity", "one", "other"), setup=("pass",))
    both, alone = group.table.rows
    assert [(cell.value, cell.why, cell.mark) for cell in both] == [
        ("sum", "of both", ""), (3.0, "1 + 2", ""), (7.0, "3 + 4", "strong")
    ]  # fmt: skip
    assert [cell.why for cell in alone] == ["as it is", "as it is"]
    assert metrics([group]).values == {"first": 3.0, "second": 7.0}
    right, wrong = check([group]).rows
    assert (str(right[0].value), right[4].mark) == ("sum, one", "good")
    assert (str(wrong[0].value), wrong[4].mark) == ("sum, other", "bad")


def test_what_the_program_computes_otherwise_is_compared_and_not_printed() -> None:
    clipped = Quantity("loss", math.inf, "", "loss", others=("100.0",), mark="bad")
    group = Numbers((clipped,), setup=("pass",))
    assert "print" not in program([group]).source
    [row] = check([group]).rows
    assert row[0].mark == row[4].mark == "bad"


def test_what_a_page_shows_is_what_it_runs() -> None:
    lines = ("import math", CodeLine("y = math.sqrt(x)", ("root",), "why"), "def f(z):", "    return y + z")
    names = executed(lines, {"x": 9.0})
    assert names["y"] == 3 and names["f"](1) == 4
    with pytest.raises(ValueError, match="math domain error"):
        executed(lines, {"x": -1.0})

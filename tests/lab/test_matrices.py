"""Matrices as people write them, read back by NumPy's own reader."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.core.params import ParamError
from lab.maths.matrices import factor, parse_matrix, sum_of_products, written

SMALL = arrays(
    np.float64, st.tuples(st.integers(1, 10), st.integers(1, 10)), elements=st.floats(-1e9, 1e9, allow_subnormal=False)
)


@given(SMALL, st.sampled_from([" ", ",", ", ", "، "]), st.sampled_from([";", "; ", "\n", "؛ "]))
def test_what_is_written_is_read_back_exactly(matrix: np.ndarray, between: str, below: str) -> None:
    text = below.join(between.join(map(repr, row)) for row in matrix.tolist())
    np.testing.assert_array_equal(parse_matrix("a", text), matrix)


@given(SMALL)
def test_what_python_writes_is_read_too(matrix: np.ndarray) -> None:
    np.testing.assert_array_equal(parse_matrix("a", str(matrix.tolist())), matrix)


def test_persian_digits_marks_and_signs_are_read() -> None:
    np.testing.assert_array_equal(parse_matrix("a", "۱٫۵، −۲؛ ۳ ۴"), [[1.5, -2], [3, 4]])


def test_a_row_that_is_about_to_be_typed_is_left_out() -> None:
    np.testing.assert_array_equal(parse_matrix("a", "1 2;"), [[1, 2]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a: the matrix is empty; write numbers, and ; between its rows"),
        (" ; 1", "a: row 1 is empty"),
        ("1 2; ; 3 4", "a: row 2 is empty"),
        ("1,,2", "a: row 1, column 2 is empty"),
        ("1 2; 3", "a: row 2 is 1 long and row 1 is 2; all rows must be equally long"),
        ("1 2; 3 x", "a: in row 2, column 2 stands x; allowed is a number from -1000000000.0 to 1000000000.0"),
        ("1 nan", "column 2 stands nan"),
        ("1e999", "column 1 stands 1e999"),
        ("1_0", "column 1 stands 1_0"),
        ("--1", "column 1 stands --1"),
        (" ".join("1" * 11), "a matrix of 1 × 11 is too large to be looked at; allowed are 10 rows and columns"),
    ],
)
def test_bad_input_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ParamError) as refused:
        parse_matrix("a", text)
    assert said in str(refused.value)
    assert refused.value.field == "a"


def test_arithmetic_is_written_as_in_a_book() -> None:
    assert sum_of_products(np.array([1.0, -2.0]), np.array([5.0, 0.5]), 4.0) == "1·5 + (−2)·0.5 = 4"
    assert written(-0.0) == "0"
    assert factor(-1e-7) == "(−1e−07)"

"""A transposed convolution against torch: stamps, sums, overlaps, matrices, gradients, there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.core.events import Event, Metrics, Remark
from lab.core.experiment import Context
from lab.core.figures import Matrices, Table
from lab.core.numbers import check
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.terminal.cli import cli
from lab.topics.convolution.transposed import Transposed, TransposedParams
from lab.topics.convolution.transposed.matrices import convolution_matrix
from lab.topics.convolution.transposed.numbers import checked
from lab.topics.convolution.transposed.working import MOST_DRAWN

PAIR = st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def cases(draw: st.DrawFn) -> TransposedParams:
    stride, dilation = draw(PAIR), draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    more = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True))
    return TransposedParams(
        size=draw(st.tuples(st.integers(1, 7), st.integers(1, 7))),
        kernel=draw(PAIR),
        stride=stride,
        dilation=dilation,
        padding=draw(st.tuples(st.integers(0, 3), st.integers(0, 3))),
        output_padding=more,
        values=draw(st.sampled_from(["counting", "random", "ones", "middle"])),
        weights=draw(st.sampled_from(["ones", "gaussian", "random"])),
        step=draw(st.integers(0, 20)),
        seed=draw(st.integers(0, 9)),
    )


def options(params: TransposedParams) -> dict[str, Any]:
    names = ("stride", "padding", "dilation", "output_padding")
    return {name: (getattr(params, name)[0], getattr(params, name)[-1]) for name in names}


def by_torch(params: TransposedParams, image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    x, weight = (torch.from_numpy(np.ascontiguousarray(each))[None, None] for each in (image, kernel))
    return functional.conv_transpose2d(x, weight, **options(params))[0, 0].numpy()


def events(params: TransposedParams) -> list[Event]:
    return list(Transposed().run(params, Context("cpu", DataStore(Path("unused")))))


def of(found: list[Event], kind: Any, name: str = "") -> Any:
    return next(event for event in found if isinstance(event, kind) and getattr(event, "name", "") == name)


@settings(max_examples=40)
@given(cases())
def test_stamps_sums_overlaps_and_gradients_are_those_of_torch(params: TransposedParams) -> None:
    found = params.stamping()
    assume(found.problem is None)
    done = found.image.copy()
    if params.step:
        done.flat[params.step :] = 0
    np.testing.assert_allclose(found.output, by_torch(params, done, found.kernel), atol=1e-10)
    whole = by_torch(params, found.image, found.kernel)
    assert found.output_size == whole.shape
    assert found.total == pytest.approx(whole.sum(), abs=1e-9)
    stamps = by_torch(params, np.ones_like(found.image), np.ones_like(found.kernel))
    np.testing.assert_array_equal(np.multiply.outer(found.rows.visits, found.columns.visits), stamps.round())
    np.testing.assert_allclose(found.even_input, by_torch(params, np.ones_like(found.image), found.kernel), atol=1e-10)
    # y = Cᵀ x, by the matrix of the convolution.
    matrix = convolution_matrix(found)
    np.testing.assert_allclose(matrix.T @ found.image.ravel(), whole.ravel(), atol=1e-10)
    assert {row[4].mark for row in check(checked(found, params.values, params.seed)).rows} == {"good"}
    # There and back has the shape, and the numbers of torch.
    assert found.there_and_back is not None
    image, small, again = found.there_and_back
    assert again.shape == image.shape
    assert small.shape == found.image.shape
    np.testing.assert_allclose(again, by_torch(params, small, found.kernel), atol=1e-9)
    np.testing.assert_allclose(matrix @ image.ravel(), small.ravel(), atol=1e-9)


@settings(max_examples=40)
@given(st.integers(1, 9), st.integers(1, 8), st.integers(1, 4))
def test_the_pattern_away_from_the_edges_is_what_torch_counts(k: int, s: int, d: int) -> None:
    params = TransposedParams(size=(40,), kernel=(k,), stride=(s,), dilation=(d,))
    axis = params.stamping().rows
    line = functional.conv_transpose1d(torch.ones(1, 1, 40), torch.ones(1, 1, k), stride=s, dilation=d)[0, 0]
    inner = line[axis.span : -axis.span].round()
    assume(len(inner) >= s)
    assert axis.even == (len(set(inner.tolist())) == 1)
    assert sorted(set(axis.shares)) == sorted({int(count) for count in inner.tolist()})
    if d == 1:
        assert axis.even == (k % s == 0)


@pytest.mark.parametrize("size", [(512, 512), (300, 2)])
def test_of_a_large_output_the_part_that_is_drawn_is_exact(size: tuple[int, int]) -> None:
    params = TransposedParams(
        size=size, kernel=(5, 4), stride=(3, 2), padding=(2, 1), values="random", weights="random"
    )
    found = params.stamping()
    whole = by_torch(params, found.image, found.kernel)
    assert found.output_size == whole.shape
    np.testing.assert_allclose(found.output, whole[:MOST_DRAWN, :MOST_DRAWN], atol=1e-9)
    assert found.total == pytest.approx(whole.sum(), rel=1e-9)
    shown = events(params)
    note = str(of(shown, Pictures, "pictures").note)
    assert "Only the first" in note
    assert "Number by number up to 12" in str(of(shown, Matrices, "stamping").refusal)
    assert [row[4].mark for row in of(shown, Table, "check").rows] == ["good", "good"]


def test_a_step_stamps_one_number_more() -> None:
    items = of(events(TransposedParams(step=6)), Matrices, "stamping").items
    assert str(items[4].title) == "output after 6 of 16 stamps"
    # The sixth number is in row 1, column 1; its stamp begins two rows and columns further.
    assert items[0].lit == {(1, 1)}
    assert items[4].lit == {(i, j) for i in (2, 3, 4) for j in (2, 3, 4)}
    assert items[4].whys[2][2] == "1·1 + 2·1 + 5·1 + 6·1 = 14"
    # What only later numbers stamp is not there yet.
    assert (8, 8) in items[4].waiting
    assert (2, 2) not in items[4].waiting


def test_a_kernel_of_one_weight_of_1_brings_the_numbers_back_too() -> None:
    found = of(events(TransposedParams(kernel=(1,), stride=(1,))), Metrics)
    assert found.values["returned_difference"] == 0
    assert of(events(TransposedParams()), Metrics).values["returned_difference"] > 0


def test_what_is_cut_off_is_explained_with_its_arithmetic() -> None:
    shown = events(TransposedParams(size=(2, 9), kernel=(2,), padding=(4,), stride=(1,)))
    assert "cuts 4 pixels from each side of an output of 3" in str(of(shown, Remark, "size").message)
    assert of(shown, Metrics).everything == {"fits": 0, "multiplications": 72, "even": 1}
    table = of(shown, Table, "arithmetic")
    assert table.rows[1][1].value == "1·(2 − 1) + 2 − 2·4 = −5"
    assert "Output size is too small" in str(of(shown, Table, "check").rows[-1][4].value)
    for name in ("stamping", "back", "equation"):
        assert of(shown, Matrices, name).refusal


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"output_padding": (2,)}, "output_padding"),
        ({"output_padding": (0, 1), "stride": (2, 1)}, "output_padding"),
        ({"weights": "own", "own": "1 2; 3"}, "own"),
        ({"kernel": (16,)}, "kernel"),
        ({"size": (513,)}, "size"),
    ],
)
def test_bad_input_is_refused_by_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ParamError) as error:
        TransposedParams(**values)
    assert error.value.field == field
    # An output padding that the dilation allows is one that torch allows.
    assert TransposedParams(output_padding=(2,), dilation=(3,)).output_padding == (2,)


def test_64_become_68_on_the_command_line() -> None:
    line = "run convolution.transposed --size 64 64 --kernel 5 --stride 1 --padding 0 --json"
    answer = CliRunner().invoke(cli, line.split())
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout.splitlines()[-1])["metrics"]["output_size"] == [68, 68]

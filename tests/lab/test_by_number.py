"""A convolution number by number: what torch makes of the same, and the arithmetic that is written down."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Matrices, MatrixItem, Table, Window
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.convolution.by_number import ByNumber, ByNumberParams
from lab.topics.convolution.by_number.sums import Working

NUMBERS = st.integers(-9, 9)


@st.composite
def workings(draw: st.DrawFn) -> Working:
    """A convolution of small whole numbers, whether its kernel fits or not."""
    pairs = [draw(st.tuples(st.integers(low, high), st.integers(low, high)))
             for low, high in ((1, 8), (1, 4), (0, 3), (1, 3), (1, 3))]  # fmt: skip
    image, kernel = (np.array(draw(st.lists(st.lists(NUMBERS, min_size=columns, max_size=columns),
                                            min_size=rows, max_size=rows)), np.float64)
                     for rows, columns in pairs[:2])  # fmt: skip
    return Working(image, kernel, draw(st.booleans()), draw(NUMBERS) / 2, *pairs[2:])


def by_torch(working: Working) -> Any:
    """Return what torch makes of it; raises RuntimeError where the kernel does not fit."""
    kernel = torch.tensor(working.kernel)
    if working.turned:
        kernel = kernel.flip(0, 1)
    bias = torch.tensor([working.bias], dtype=torch.float64)
    image = torch.tensor(working.image)[None, None]
    result = functional.conv2d(image, kernel[None, None], bias, working.stride, working.padding, working.dilation)
    return result[0, 0].numpy()


@settings(max_examples=40)
@given(workings())
def test_the_output_is_that_of_torch(working: Working) -> None:
    if working.problem is not None:
        with pytest.raises(RuntimeError):
            by_torch(working)
        return
    np.testing.assert_allclose(working.output, by_torch(working), atol=1e-12)
    assert working.output_size == working.output.shape
    assert working.multiplications == working.output.size * working.kernel.size


def value_of(said: str) -> tuple[float, float]:
    """Work out a sum of products as it is written, and return it with what is said to be its value."""
    terms, _, value = said.replace("−", "-").partition(" = ")
    total = 0.0
    for term in terms.split(" + "):
        factors = [float(part.strip("()")) for part in term.split("·")]
        total += float(np.prod(factors))
    return total, float(value)


@settings(max_examples=30)
@given(workings())
def test_the_arithmetic_gives_the_number(working: Working) -> None:
    if working.problem is not None:
        return
    for row, line in enumerate(working.sums):
        for column, said in enumerate(line):
            total, value = value_of(working.sum_at((row, column)))
            assert total == pytest.approx(value) == pytest.approx(working.output[row, column])
            assert said == working.sum_at((row, column))


def test_long_sums_are_written_in_short_where_there_are_many() -> None:
    working = ByNumberParams(kernel="; ".join(["1 2 3 4 5"] * 5)).working()
    assert "…" in working.sums[0][0]
    assert "…" not in working.sum_at((0, 0))
    assert working.sum_at((0, 0)).count("·") == 25


@settings(max_examples=30)
@given(workings())
def test_the_window_marks_what_the_sum_is_made_of(working: Working) -> None:
    if working.problem is not None:
        return
    # Numbered, so that each cell is known by what stands in it.
    numbered = np.arange(working.around.size, dtype=float).reshape(working.around.shape)
    for at in ((0, 0), tuple(size - 1 for size in working.output_size)):
        place = (at[0], at[1])
        cells = working.covered(place, padded=True)
        unfolded = functional.unfold(
            torch.tensor(numbered)[None, None], working.kernel_size, working.dilation, 0, working.stride
        )[0, :, at[0] * working.output_size[1] + at[1]]
        assert {int(numbered[cell]) for cell in cells} == set(unfolded.int().tolist())
        top, left = working.padding
        assert working.covered(place, padded=False) == {(i - top, j - left) for i, j in cells}


# What is shown.


def shown(**values: Any) -> dict[str, Event]:
    """Return what the page shows before anything runs, by name."""
    params = ByNumberParams(**values)
    return {getattr(event, "name", ""): event for event in made(ByNumber().preview(params, DataStore(Path("unused"))))}


def items(event: Event) -> dict[str, MatrixItem]:
    assert isinstance(event, Matrices)
    return {str(item.title): item for item in event.items}


def test_without_padding_the_window_lies_on_the_image_and_with_it_on_both() -> None:
    plain = items(shown()["convolution"])
    assert list(plain) == ["image", "kernel", "output"]
    assert plain["output"].parts == {1: "all", 0: Window((3, 3))}
    both = items(shown(padding=(1, 2))["convolution"])
    assert list(both) == ["image", "padded", "kernel", "output"]
    assert both["output"].parts == {2: "all", 1: Window((3, 3)), 0: Window((3, 3), padding=(1, 2))}
    assert np.shape(both["padded"].rows) == (9, 11)
    around = np.ones((9, 11), bool)
    around[1:-1, 2:-2] = False
    assert both["padded"].faint == set(zip(*np.nonzero(around), strict=True))
    # What is wide leaves its place to its padded form, and can be edited in a place of its own.
    wide = shown(padding=(1,), image="; ".join([" ".join("1" * 15)] * 4))
    assert list(items(wide["convolution"])) == ["padded", "kernel", "output"]
    assert items(wide["convolution"])["output"].parts == {1: "all", 0: Window((3, 3))}
    assert items(wide["image"])["image"].field == "image"


@pytest.mark.parametrize("direction", ["as_it_is", "turned"])
def test_one_number_is_taken_apart(direction: str) -> None:
    values = {"image": "1 2 3; 4 5 6; 7 8 9", "kernel": "1 0; -1 2", "direction": direction, "bias": 0.5}
    figures = shown(padding=(1,), at=(0, 1), **values)
    found = items(figures["apart"])
    window, _, products, total = found.values()
    assert window.rows == ((0, 0), (1, 2))
    assert window.faint == {(0, 0), (0, 1)}
    weights = np.array([[1, 0], [-1, 2]]) if direction == "as_it_is" else np.array([[2, -1], [0, 1]])
    np.testing.assert_array_equal(products.rows, np.array(window.rows) * weights)
    assert total.rows == ((np.array(products.rows).sum() + 0.5,),)
    assert products.whys[1][0] == ("1·(−1) = −1" if direction == "as_it_is" else "1·0 = 0")
    output = items(figures["convolution"])["output"]
    assert output.rows[0][1] == total.rows[0][0]
    assert output.lit == {(0, 1)}
    assert output.whys[0][1] == total.whys[0][0]


def test_a_place_outside_the_output_is_said_and_the_nearest_is_shown() -> None:
    figures = shown(at=(2, 30))
    remark = figures["at"]
    assert isinstance(remark, Remark)
    assert "5 rows and 5 columns" in str(remark.message)
    assert "output[2, 4] is taken apart instead" in str(remark.message)
    assert items(figures["convolution"])["output"].lit == {(2, 4)}


def test_a_kernel_that_fits_nowhere_is_said_where_the_output_would_be() -> None:
    figures = shown(image="1 2; 3 4")
    event = figures["convolution"]
    assert isinstance(event, Matrices)
    assert "fits nowhere" in str(event.refusal)
    assert "output" not in items(event)
    assert "code" not in figures
    *_, remark, result = ByNumber().run(ByNumberParams(image="1 2; 3 4"), Context("cpu", DataStore(Path("unused"))))
    assert isinstance(remark, Remark)
    assert isinstance(result, Metrics)
    assert result.everything["output_size"] == [0, 0]
    assert result.values["multiplications"] == 0


def cell(table: Event, words: str) -> Any:
    assert isinstance(table, Table)
    return next(row[1] for row in table.rows if str(row[0].value) == words)


def test_the_numbers_count_what_a_layer_has_and_does() -> None:
    table = shown(kernel="1 2; 3 4", stride=(2, 3))["numbers"]
    assert cell(table, "rows").value.startswith("3 = ⌊(7 + ")
    assert cell(table, "columns").value.startswith("2 = ⌊(7 + ")
    assert cell(table, "multiplications").value == 3 * 2 * 4
    layer = torch.nn.Conv2d(1, 1, (2, 2))
    assert cell(table, "parameters").value == sum(each.numel() for each in layer.parameters())
    assert "even" in str(cell(table, "centre").value)
    # Windows begin at 0, 2, 4 and at 0, 3: the last row, and the columns 2, 5 and 6 are never looked at.
    assert str(cell(table, "left out").value) == "rows: 1, columns: 3"
    assert cell(shown()["numbers"], "centre").value == "kernel[1, 1]"


@pytest.mark.parametrize("side", range(5, 12))
def test_only_odd_kernels_keep_the_size(side: int) -> None:
    table = shown(image="; ".join([" ".join("1" * side)] * side))["centres"]
    assert isinstance(table, Table)
    image = torch.zeros(1, 1, side, side)
    for row in table.rows:
        kernel = row[0].value
        assert isinstance(kernel, int)
        sizes = {
            f"p = {padding}: {functional.conv2d(image, torch.zeros(1, 1, kernel, kernel), padding=padding).shape[2]}"
            for padding in {kernel // 2, (kernel - 1) // 2}
            if kernel <= side + 2 * padding
        }
        assert set(str(row[2].value).split(", ")) == sizes
        assert (row[3].mark == "good") == any(said.endswith(f": {side}") for said in sizes)


# How it runs.


def test_a_run_fills_the_output_cell_by_cell() -> None:
    params = ByNumberParams(image="1 2 3 4; 5 6 7 8; 9 8 7 6", kernel="1 0; 0 1")
    experiment, places, waiting = ByNumber(), [], []
    context = Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: True)
    steps = 0
    for event in experiment.run(params, context):
        if isinstance(event, Matrices) and event.name == "convolution":
            output = items(event)["output"]
            places.append(next(iter(output.lit)))
            waiting.append(len(output.waiting))
        steps += isinstance(event, Progress)
    assert steps == 6
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert waiting == [5, 4, 3, 2, 1, 0]
    assert isinstance(event, Metrics)


def test_what_is_not_computed_yet_still_waits_when_the_run_rests() -> None:
    params = ByNumberParams()
    experiment = ByNumber()
    run = experiment.run(params, Context("cpu", DataStore(Path("unused"))))
    for step in count(1):
        assert any(isinstance(event, Progress) for event in run)
        if step == 3:
            break
    seen = list(made(experiment.query({})))
    [equation] = [event for event in seen if isinstance(event, Matrices) and event.name == "convolution"]
    output = items(equation)["output"]
    assert len(output.waiting) == 25 - 3
    assert output.lit == {(0, 2)}
    assert not any(isinstance(event, Table) and event.name == "check" for event in seen)


@pytest.mark.parametrize(
    "texts", [{}, {"direction": "turned", "padding": (1,)}, {"direction": "turned", "kernel": "2"}, {"image": "1"}]
)
def test_at_the_end_torch_is_asked(texts: dict[str, Any]) -> None:
    experiment = ByNumber()
    list(experiment.run(ByNumberParams(**texts), Context("cpu", DataStore(Path("unused")))))
    table = next(event for event in made(experiment.query({})) if isinstance(event, Table) and event.name == "check")
    if "image" in texts:
        assert [(str(row[3].value), row[4].mark) for row in table.rows] == [("refused", "good")]
    else:
        assert [row[4].mark for row in table.rows] == ["good"] * 7


def test_a_watched_run_gives_the_same_numbers_as_one_without_a_screen() -> None:
    params = ByNumberParams(padding=(2, 1), stride=(1, 2), at=(3, 1), bias=-1.5)
    results = []
    for watched in (False, True):
        context = Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name, watched=watched: watched)
        *_, result = ByNumber().run(params, context)
        assert isinstance(result, Metrics)
        results.append(result.everything)
    assert results[0] == results[1]
    expected = by_torch(params.working())
    assert results[0]["output"] == pytest.approx(expected.ravel())
    assert results[0]["value"] == pytest.approx(expected[3, 1])
    assert results[0]["sum"] == pytest.approx(expected.sum())
    assert results[0]["output_size"] == list(expected.shape)


def test_of_large_outputs_the_numbers_are_not_listed() -> None:
    params = ByNumberParams(image="; ".join([" ".join("1" * 15)] * 15), padding=(2,))
    *events, result = ByNumber().run(params, Context("cpu", DataStore(Path("unused"))))
    assert isinstance(result, Metrics)
    assert result.lists["output_size"] == (17, 17)
    assert "output" not in result.lists
    program = next(event for event in events if isinstance(event, Code))
    assert '"output:"' not in program.source


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"image": "1 2; 3"}, "image: row 2 is 1 long"),
        ({"image": ""}, "image: the matrix is empty"),
        ({"kernel": "1 x"}, "kernel: in row 1, column 2 stands x"),
        ({"kernel": "1 2 3 4 5 6 7 8"}, "kernel: a matrix of 1 × 8 is too large"),
        ({"stride": "0"}, "stride: 0 is not allowed"),
        ({"padding": "1 2 3"}, "padding: 1, 2, 3 is not allowed"),
        ({"at": "-1 0"}, "at: -1, 0 is not allowed"),
    ],
)
def test_wrong_input_is_said(texts: dict[str, str], words: str) -> None:
    with pytest.raises(ParamError) as error:
        ByNumberParams.from_texts(texts)
    assert words in str(error.value)


def test_persian_numbers_are_read() -> None:
    params = ByNumberParams.from_texts({"image": "۱ ۲؛ ۳ ۴", "kernel": "۲", "padding": "۱، ۰"})
    assert params.working().output.tolist() == [[0, 0], [2, 4], [6, 8], [0, 0]]

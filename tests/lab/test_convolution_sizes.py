"""Sizes of convolutions: every formula against the shapes that torch makes, over all that the forms allow."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.core.code import Code
from lab.core.events import Event, Metrics, Remark
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.numbers import check
from lab.core.params import ParamError
from lab.core.pictures import PicturePanel, Pictures
from lab.data.store import DataStore
from lab.nets.convolution.sizes import Size, convolved, reach, transposed, unvisited
from lab.topics.convolution.size import SizeOfConvolution, SizeParams
from lab.topics.convolution.size.axes import AxisSizes, never_visited
from lab.topics.convolution.size.figures import varied
from lab.topics.convolution.size.numbers import counts
from lab.topics.convolution.size.params import LARGEST_INPUT, RANGES
from lab.topics.convolution.size.pictures import MOST_DRAWN, drawing

E = TypeVar("E", bound=Event)
CONTEXT = Context("cpu", DataStore(Path("unused")))
SIZES = st.one_of(st.integers(1, 40), st.integers(1, LARGEST_INPUT))
KERNELS, PADDINGS, STRIDES, DILATIONS = (
    st.integers(*RANGES[name]) for name in ("kernel", "padding", "stride", "dilation")
)
"""The whole ranges, and for sizes mostly small ones, where what is asked for often does not fit."""
SMALL = st.builds(
    AxisSizes, st.integers(1, 14), st.integers(1, 6), st.integers(0, 4), st.integers(1, 5), st.integers(1, 3)
)


def holds(size: Size, shape: Callable[[], torch.Size]) -> None:
    """Check a formula: it gives the size of torch, or torch refuses too."""
    if size.fits:
        assert size.problem is None
        assert shape()[2] == size.value
    else:
        assert size.value < 1
        with pytest.raises(RuntimeError, match=r"Kernel size can't be greater|Output size is too small"):
            shape()


def line(size: int) -> torch.Tensor:
    return torch.zeros(1, 1, size, 8, device="meta")


def ones(kernel: int) -> torch.Tensor:
    return torch.zeros(1, 1, kernel, 1, device="meta")


@settings(max_examples=400)
@given(SIZES, KERNELS, PADDINGS, STRIDES, DILATIONS)
def test_a_convolution_has_the_size_of_torch_or_both_refuse(m: int, k: int, p: int, s: int, d: int) -> None:
    size = convolved(m, k, p, s, d)
    holds(size, lambda: functional.conv2d(line(m), ones(k), stride=(s, 1), padding=(p, 0), dilation=(d, 1)).shape)
    shown = size.arithmetic.rpartition(" = ")
    assert int(shown[2].replace("−", "-")) == (m + 2 * p - d * (k - 1) - 1) // s + 1


@settings(max_examples=200)
@given(SIZES, KERNELS, PADDINGS, STRIDES, DILATIONS)
def test_a_pooling_has_the_size_of_torch_or_both_refuse(m: int, k: int, p: int, s: int, d: int) -> None:
    # torch pads a pooling by half a window at most.
    p = min(p, k // 2)
    holds(
        convolved(m, k, p, s, d),
        lambda: functional.max_pool2d(line(m), (k, 1), (s, 1), (p, 0), (d, 1)).shape,
    )
    holds(convolved(m, k, p, s), lambda: functional.avg_pool2d(line(m), (k, 1), (s, 1), (p, 0)).shape)


@settings(max_examples=400)
@given(SIZES, KERNELS, PADDINGS, STRIDES, DILATIONS, st.integers(0, 31))
def test_a_transposed_convolution_has_the_size_of_torch_or_both_refuse(
    m: int, k: int, p: int, s: int, d: int, more: int
) -> None:
    # torch adds less than a stride, or than a dilation.
    more = min(more, max(s, d) - 1)
    size = transposed(m, k, p, s, d, more)
    # Where nothing is left the input is small; there the “meta” device lets an empty result through, unlike the CPU.
    device = "meta" if size.fits else "cpu"
    x, weight = torch.zeros(1, 1, m, 8, device=device), torch.zeros(1, 1, k, 1, device=device)
    options = (s, 1), (p, 0), (more, 0), 1, (d, 1)
    holds(size, lambda: functional.conv_transpose2d(x, weight, None, *options).shape)
    assert int(size.arithmetic.rpartition(" = ")[2].replace("−", "-")) == size.value


@settings(max_examples=100)
@given(SIZES, KERNELS, PADDINGS, STRIDES, DILATIONS)
def test_what_a_problem_advises_is_just_enough(m: int, k: int, p: int, s: int, d: int) -> None:
    problem = convolved(m, k, p, s, d).problem
    if problem is not None:
        least = problem.values["least"]
        assert convolved(m, k, least, s, d).fits
        assert not convolved(m, k, least - 1, s, d).fits
    problem = transposed(m, k, p, s, d).problem
    if problem is not None:
        most = problem.values["most"]
        assert transposed(m, k, most, s, d).fits
        assert not transposed(m, k, most + 1, s, d).fits


@pytest.mark.parametrize(("kernel", "dilation"), [(1, 16), (3, 1), (3, 4), (64, 16)])
def test_a_kernel_reaches_from_its_first_to_its_last_cell(kernel: int, dilation: int) -> None:
    stamped = functional.conv_transpose1d(torch.ones(1, 1, 1), torch.ones(1, 1, kernel), dilation=dilation)
    assert reach(kernel, dilation) == stamped.shape[2]


def gradients(rows: AxisSizes, columns: AxisSizes) -> np.ndarray:
    """Return how many windows touch each pixel (H, W), as torch differentiates the sum of an output with weights 1."""
    image = torch.zeros(1, 1, rows.size, columns.size, requires_grad=True)
    total = functional.conv2d(
        image,
        torch.ones(1, 1, rows.kernel, columns.kernel),
        stride=(rows.stride, columns.stride),
        padding=(rows.padding, columns.padding),
        dilation=(rows.dilation, columns.dilation),
    ).sum()
    (found,) = torch.autograd.grad(total, image)
    return np.asarray(found[0, 0])


@settings(max_examples=150)
@given(SMALL, SMALL)
def test_what_is_never_visited_has_no_gradient(rows: AxisSizes, columns: AxisSizes) -> None:
    settings_of = [(axis.size, axis.kernel, axis.padding, axis.stride, axis.dilation) for axis in (rows, columns)]
    missed = [unvisited(*each) for each in settings_of]
    if not (rows.outputs and columns.outputs):
        assert never_visited(rows, columns) == rows.size * columns.size
        assert any(len(places) == axis.size for places, axis in zip(missed, (rows, columns), strict=True))
        return
    single = AxisSizes(1, 1)
    assert missed[0] == tuple(np.flatnonzero(gradients(rows, single) == 0))
    assert missed[1] == tuple(np.flatnonzero(gradients(single, columns) == 0))
    counts = gradients(rows, columns)
    assert never_visited(rows, columns) == (counts == 0).sum()
    inside = [axis.visits[axis.padding : axis.padding + axis.size] for axis in (rows, columns)]
    np.testing.assert_array_equal(np.multiply.outer(*inside), counts)


# The page.


def shown(**texts: str) -> list[Event]:
    return list(SizeOfConvolution().compute(SizeParams.from_texts(texts)))


def of_kind(events: list[Event], kind: type[E], name: str = "") -> E:
    return next(event for event in events if isinstance(event, kind) and (not name or event.key[1] == name))


def test_the_command_of_the_lesson_gives_26() -> None:
    metrics = of_kind(shown(size="28 28", kernel="5", padding="1", stride="1"), Metrics)
    assert metrics.everything == {
        "fits": 1,
        "parameters": 26,
        "multiply_adds": 26 * 26 * 25,
        "unvisited_pixels": 0,
        "unvisited_rows": 0,
        "unvisited_columns": 0,
        "output_size": [26, 26],
    }


@settings(max_examples=60)
@given(SMALL, SMALL, st.integers(1, 4), st.integers(1, 4))
def test_metrics_count_what_torch_counts(rows: AxisSizes, columns: AxisSizes, inputs: int, outputs: int) -> None:
    texts = {
        name: f"{getattr(rows, name)} {getattr(columns, name)}"
        for name in ("size", "kernel", "padding", "stride", "dilation")
    }
    found = of_kind(shown(**texts, in_channels=str(inputs), out_channels=str(outputs)), Metrics).everything
    layer = torch.nn.Conv2d(
        inputs,
        outputs,
        (rows.kernel, columns.kernel),
        (rows.stride, columns.stride),
        (rows.padding, columns.padding),
        (rows.dilation, columns.dilation),
    )
    assert found["parameters"] == sum(parameter.numel() for parameter in layer.parameters())
    image = torch.zeros(1, inputs, rows.size, columns.size)
    if not found["fits"]:
        assert "output_size" not in found
        assert "multiply_adds" not in found
        assert found["unvisited_pixels"] == rows.size * columns.size
        with pytest.raises(RuntimeError):
            layer(image)
        return
    result = layer(image)
    assert found["output_size"] == list(result.shape[2:])
    assert found["multiply_adds"] == result.numel() * layer.weight[0].numel()


def test_what_does_not_fit_is_explained_with_its_arithmetic() -> None:
    events = shown(size="5 40", kernel="7", padding="0", stride="2")
    table = of_kind(events, Table, "arithmetic")
    assert table.rows[0][1].value == "⌊(5 + 2·0 − 1·(7 − 1) − 1)/2⌋ + 1 = 0"
    assert "spans 7 pixels and the padded input has 5" in str(table.note)
    assert table.rows[1][2].value == 17
    assert len(of_kind(events, Pictures).panels) == 1
    said = list(SizeOfConvolution().run(SizeParams(size=(5, 40), kernel=(7,), padding=(0,)), CONTEXT))
    remark = of_kind(said, Remark)
    assert remark.level == "warning"
    assert str(remark.message).startswith("Rows: The kernel spans 7")
    check = of_kind(said, Table, "check")
    [refused] = [row for row in check.rows if str(row[3].value) == "refused"]
    assert "Kernel size can't be greater than actual input size" in str(refused[4].value)
    assert {row[4].mark for row in check.rows} == {"good"}


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"size": "17 40", "kernel": "3 2", "stride": "4 3", "dilation": "2 1", "in_channels": "3", "out_channels": "5"},
        {"size": "4096", "kernel": "64", "padding": "64", "stride": "32", "dilation": "16", "in_channels": "4096"},
    ],
)
def test_torch_agrees_on_the_page(texts: dict[str, str]) -> None:
    params = SizeParams.from_texts(texts)
    rows = list(SizeOfConvolution().verify(params))
    table = of_kind(rows, Table, "check")
    assert len(table.rows) == 10
    assert {row[4].mark for row in table.rows} == {"good"}


def test_a_wrong_count_would_be_marked() -> None:
    axis = AxisSizes(28, 5)
    found = counts((1, 1), axis, axis, "meta")
    wrong = [dataclasses.replace(each, value=7) if each.name == "parameters" else each for each in found.quantities]
    table = check([dataclasses.replace(found, quantities=wrong)])
    assert [str(row[0].value) for row in table.rows if row[4].mark != "good"] == ["parameters"]


@settings(max_examples=100)
@given(SIZES, KERNELS, PADDINGS, STRIDES, DILATIONS, st.sampled_from(sorted(RANGES)))
def test_the_chart_draws_the_formula_and_gaps_where_nothing_fits(
    m: int, k: int, p: int, s: int, d: int, vary: str
) -> None:
    axis, (low, high) = AxisSizes(m, k, p, s, d), RANGES[vary]
    along = np.arange(low, high + 1)
    for value, size in zip(along.tolist(), varied(axis, vary, along).tolist(), strict=True):
        result = dataclasses.replace(axis, **{vary: value}).result
        assert size == result.value if result.fits else np.isnan(size)
    chart = of_kind(list(SizeOfConvolution().compute(SizeParams(vary=vary))), Chart)
    assert chart.picks == vary


# The drawing.


def covered(panel: PicturePanel, row: int, column: int) -> tuple[float, float]:
    """Return the place of a pixel on the plane that the panels share."""
    return panel.origin[0] + row * panel.pitch[0], panel.origin[1] + column * panel.pitch[1]


@settings(max_examples=80)
@given(SMALL, SMALL, st.integers(0, 20), st.integers(0, 20))
def test_an_output_lies_over_the_middle_of_its_window(
    rows: AxisSizes, columns: AxisSizes, row: int, column: int
) -> None:
    panels = drawing(rows, columns, (row, column)).panels
    before = panels[0]
    inside = before.values[rows.padding :, columns.padding :][: rows.size, : columns.size]
    assert inside.shape == (rows.size, columns.size)
    assert covered(before, rows.padding, columns.padding) == (0, 0)
    if not (rows.outputs and columns.outputs):
        assert len(panels) == 1
        return
    np.testing.assert_array_equal(inside, gradients(rows, columns))
    assert before.hatched is not None
    assert before.hatched.sum() == never_visited(rows, columns)
    after = panels[1]
    assert after.values.shape == (rows.outputs, columns.outputs)
    assert (after.picks, len(after.boxes)) == ("at", 1)
    picked = after.boxes[0]
    assert (picked.row, picked.column) == (min(row, rows.outputs - 1), min(column, columns.outputs - 1))
    window = next(box for box in before.boxes if "window of output" in str(box.label))
    first = covered(before, window.row, window.column)
    last = covered(before, window.row + window.height - 1, window.column + window.width - 1)
    middle = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
    assert middle == covered(after, picked.row, picked.column)


def test_an_output_says_how_much_of_its_window_is_no_padding() -> None:
    rows, columns = AxisSizes(9, 3, 2, 2, 2), AxisSizes(7, 4, 3, 1)
    image = functional.conv2d(
        torch.ones(1, 1, 9, 7), torch.ones(1, 1, 3, 4), stride=(2, 1), padding=(2, 3), dilation=(2, 1)
    )
    np.testing.assert_array_equal(drawing(rows, columns, (0, 0)).panels[1].values, image[0, 0])


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1000, 3), (2047, 111), (4223, 4223)])
def test_of_a_large_image_the_part_around_the_window_is_drawn(row: int, column: int) -> None:
    rows, columns = AxisSizes(4096, 7, 3, 2), AxisSizes(224, 7, 3, 2)
    drawn = drawing(rows, columns, (row, column))
    before, after = drawn.panels
    assert before.values.shape == (MOST_DRAWN, 230)
    assert "Only 300 × 230 pixels" in str(drawn.note)
    picked = after.boxes[0]
    at = min(row, 2047), min(column, 111)
    window = next(box for box in before.boxes if "window of output" in str(box.label))
    # Where the beginning is cut off nothing is picked: it would be another output.
    assert after.picks == ("at" if row == 0 else "")
    assert covered(after, picked.row, picked.column) == (2 * at[0], 2 * at[1])
    assert covered(before, window.row, window.column) == (2 * at[0] - 3, 2 * at[1] - 3)
    assert 0 <= window.row <= MOST_DRAWN - 7
    whole = functional.conv2d(torch.ones(1, 1, 4096, 224), torch.ones(1, 1, 7, 7), stride=2, padding=3)[0, 0]
    start = at[0] - picked.row
    np.testing.assert_array_equal(after.values, whole[start : start + len(after.values)])


def test_an_output_that_is_gone_is_said() -> None:
    axis = AxisSizes(28, 5, 1)
    note = str(drawing(axis, axis, (30, 3)).note)
    assert note.startswith("There is no output (30, 3), so the nearest is shown. Output (25, 3)")
    assert "rows 24 to 28" in note


def test_the_program_asks_for_shapes_only_where_it_would_take_too_long() -> None:
    small, large = (
        of_kind(shown(size=size, in_channels="64", out_channels="64"), Code).source for size in ("80", "4096")
    )
    assert "meta" not in small
    assert large.count(', device="meta")') == 2


@pytest.mark.parametrize(
    "texts", [{"size": "0"}, {"size": "4097"}, {"kernel": "65"}, {"stride": "0"}, {"dilation": "1 2 3"}]
)
def test_what_is_out_of_range_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ParamError, match=f"{next(iter(texts))}: .* is not allowed; allowed is 1 to 2 whole numbers"):
        SizeParams.from_texts(texts)

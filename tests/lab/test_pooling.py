"""Pooling against torch: forward, the way back, two and three dimensions; and noise against its laws."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, stats
from torch.nn import functional

from lab.core.events import Metrics
from lab.core.figures import Matrices, Table, Window
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.core.text import DataError
from lab.data.images.reading import Photo
from lab.data.store import DataStore
from lab.nets.convolution.pooling import Way, pool
from lab.terminal.cli import cli
from lab.topics.convolution.pooling import PoolingPage, PoolingParams
from lab.topics.convolution.pooling.picture import flattest, largest_of, measure

KINDS = ("max", "mean", "min")
# Few different numbers, so that there are equal ones.
NUMBERS = st.integers(-3, 3).map(float)


@st.composite
def cases(draw: st.DrawFn, across: bool) -> tuple[np.ndarray, Way]:
    channels = draw(st.integers(1, 3))
    kernel = draw(st.integers(1, 4))
    padding = draw(st.integers(0, kernel // 2))
    sides = st.integers(max(1, kernel - 2 * padding), 7)
    image = draw(arrays(np.float64, (channels, draw(sides), draw(sides)), elements=NUMBERS))
    return image, Way(draw(st.sampled_from(KINDS)), kernel, draw(st.integers(1, 5)), padding, across)


def by_torch(image: torch.Tensor, way: Way) -> torch.Tensor:
    """Written anew for the test: one call for each kind."""
    if way.across:
        depth = len(image)
        options: dict[str, Any] = {
            "kernel_size": (depth, way.kernel, way.kernel),
            "stride": (depth, way.stride, way.stride),
            "padding": (0, way.padding, way.padding),
        }
        calls = {
            "max": lambda x: functional.max_pool3d(x, **options),
            "mean": lambda x: functional.avg_pool3d(x, **options),
            "min": lambda x: -functional.max_pool3d(-x, **options),
        }
    else:
        options = {"kernel_size": way.kernel, "stride": way.stride, "padding": way.padding}
        calls = {
            "max": lambda x: functional.max_pool2d(x, **options),
            "mean": lambda x: functional.avg_pool2d(x, **options),
            "min": lambda x: -functional.max_pool2d(-x, **options),
        }
    result: torch.Tensor = calls[way.how](image[None])[0]
    return result


@settings(max_examples=100)
@given(st.booleans().flatmap(lambda across: cases(across)))
def test_results_and_gradients_are_those_of_torch(case: tuple[np.ndarray, Way]) -> None:
    image, way = case
    ours = pool(image, way)
    theirs = torch.tensor(image, requires_grad=True)
    result = by_torch(theirs, way)
    result.sum().backward()
    np.testing.assert_allclose(ours.result, result.detach().numpy(), atol=1e-12)
    assert theirs.grad is not None
    np.testing.assert_allclose(ours.gradient, theirs.grad.numpy(), atol=1e-12)


def test_of_equal_numbers_the_first_gets_all() -> None:
    nines = pool(np.full((3, 2, 2), 9.0), Way("max", 2, 2, across=True))
    assert nines.gradient.nonzero() == (0, 0, 0)
    assert nines.gradient.sum() == 1


def test_the_course_s_twelve_cells_become_one() -> None:
    image = np.arange(12.0).reshape(3, 2, 2)
    flat, deep = pool(image, Way("max", 2, 2)), pool(image, Way("max", 2, 2, across=True))
    assert flat.result.ravel().tolist() == [3, 7, 11]
    assert deep.result.tolist() == [[[11]]]
    assert deep.window_size == 12


def shown(**values: Any) -> tuple[Matrices, Table, Metrics, dict[str, Any]]:
    params = PoolingParams(**values)
    matrices, numbers = PoolingPage().preview(params, DataStore(Path("unused")))
    events = {type(event).__name__ + getattr(event, "name", ""): event for event in PoolingPage().compute(params)}
    metrics = events["Metrics"]
    assert isinstance(matrices, Matrices)
    assert isinstance(numbers, Table)
    assert isinstance(metrics, Metrics)
    return matrices, numbers, metrics, events


def test_the_matrices_tell_where_each_number_comes_from_and_where_its_gradient_goes() -> None:
    matrices, _, metrics, _ = shown()
    image, result, gradient = matrices.items
    assert result.whys[0][0] == "max(1, 5, 2, 0) = 5"
    assert result.parts == {0: Window((2, 2), (2, 2)), 2: Window((2, 2), (2, 2))}
    assert image.lit == {(i, j) for i in range(6) for j in range(6) if gradient.rows[i][j]}
    # The tie of two nines.
    assert gradient.rows[2][2] == 1
    assert gradient.rows[3][3] == 0
    assert metrics.values["gradient_sum"] == 9
    assert metrics.lists["output_size"] == (3, 3)
    matrices, _, _, _ = shown(how="mean")
    assert matrices.items[1].whys[0][0] == "(1 + 5 + 2 + 0)/4 = 2"
    assert matrices.items[0].lit == frozenset()
    assert matrices.items[2].rows[0][0] == "1/4"
    matrices, _, _, _ = shown(kernel=3, stride=1)
    assert str(matrices.items[2].whys[2][2]) == "windows it lies in: 9; won: 9, each gives 1"


def test_padding_is_no_number_of_a_maximum_and_a_zero_of_a_mean() -> None:
    one = {"image": "-4 -8; -8 -8", "kernel": 2, "stride": 1, "padding": 1}
    assert shown(**one)[0].items[1].whys[0][0] == "max(−4) = −4"
    assert shown(**one, how="mean")[0].items[1].whys[0][0] == "(0 + 0 + 0 + (−4))/4 = −1"


def test_across_three_channels_there_is_one_result_and_three_gradients() -> None:
    matrices, _, metrics, _ = shown(dimensions="3d")
    assert [item.field for item in matrices.items] == ["red", "green", "blue", "", "", "", ""]
    assert matrices.items[3].rows == ((6, 7), (4, 9))
    assert set(matrices.items[3].parts or {}) == {0, 1, 2, 4, 5, 6}
    # Of two fours the green one comes first.
    assert matrices.items[5].rows[3][1] == 1
    assert matrices.items[6].rows[2][0] == 0
    assert metrics.values["gradient_sum"] == 4


def test_what_cannot_be_pooled_is_said_beside_it_while_the_picture_goes_on() -> None:
    matrices, numbers, metrics, events = shown(kernel=8)
    assert "at most 6" in str(matrices.refusal)
    assert [item.field for item in matrices.items] == ["image"]
    assert len(numbers.rows) == 1
    assert "output_size" not in metrics.lists
    assert isinstance(events["Picturespictures"], Pictures)
    assert "matrix" not in events["Codecode"].source
    matrices, _, _, _ = shown(dimensions="3d", red="1 2; 3 4")
    assert "2 × 2, 4 × 4, 4 × 4" in str(matrices.refusal)
    table = next(iter(PoolingPage().verify(PoolingParams(kernel=8))))
    assert isinstance(table, Table)
    assert table.rows == ()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"padding": 2}, "at most half of the window, 1"),
        ({"image": "1 2; 3"}, "row 2 is 1 long"),
        ({"dimensions": "3d", "green": "x"}, "stands x"),
    ],
)
def test_bad_input_is_named(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ParamError, match=words):
        PoolingParams(**values)


@pytest.mark.parametrize("values", [{}, {"how": "mean", "padding": 1}, {"how": "min", "dimensions": "3d"}])
def test_the_check_says_that_torch_agrees(values: dict[str, Any]) -> None:
    table = next(iter(PoolingPage().verify(PoolingParams(**values))))
    assert isinstance(table, Table)
    assert [row[4].mark for row in table.rows] == ["good"] * 7


# Noise.


def grey(height: int, width: int, level: int = 128) -> Photo:
    return Photo(np.full((height, width, 3), level, np.uint8), None, "grey", "RGB", 8, ())


@pytest.mark.parametrize("kernel", [2, 3, 6])
def test_noise_on_even_grey_follows_its_laws(kernel: int) -> None:
    measured = measure(grey(400, 400), 0.1, 3, Way("max", kernel, kernel))
    assert measured.before.noise == pytest.approx(0.1, rel=0.02)
    windows = 3 * (96 // kernel - 1) ** 2
    for how, look in measured.after.items():
        expected = measured.expected(how)
        assert expected is not None
        assert look.noise == pytest.approx(expected[0], rel=4 / math.sqrt(2 * windows))
        assert look.shift == pytest.approx(expected[1], abs=4 * expected[0] / math.sqrt(windows))
    expected = measured.expected("mean")
    assert expected == (pytest.approx(0.1 / kernel), 0)


@pytest.mark.parametrize("count", [1, 4, 64])
def test_the_largest_of_normal_numbers_is_as_scipy_integrates_it(count: int) -> None:
    def moment(power: int) -> float:
        return float(
            integrate.quad(lambda x: x**power * count * stats.norm.pdf(x) * stats.norm.cdf(x) ** (count - 1), -9, 9)[0]
        )

    mean = moment(1)
    deviation = math.sqrt(moment(2) - mean**2)
    assert largest_of(count) == (pytest.approx(mean, abs=1e-5), pytest.approx(deviation, rel=1e-5))


def test_a_light_line_gets_thicker_by_max_and_vanishes_by_min() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:, 20] = 255
    line = Photo(pixels, None, "line", "RGB", 8, ())
    measured = measure(line, 0.0, 0, Way("max", 3, 1, 1))
    wide = measured.after["max"].picture
    assert wide[10, :, 0].nonzero()[0].tolist() == [19, 20, 21]
    assert not measured.after["min"].picture.any()
    assert measured.after["mean"].contrast < measured.before.contrast < measured.after["max"].contrast


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 8), st.integers(1, 8))
def test_pictures_of_any_size_are_measured_or_refused(height: int, width: int, kernel: int, stride: int) -> None:
    way = Way("mean", kernel, stride)
    if min(height, width) < kernel:
        with pytest.raises(DataError, match="fits nowhere"):
            measure(grey(height, width), 0.1, 1, way)
        return
    measured = measure(grey(height, width), 0.1, 1, way)
    for look in (measured.before, *measured.after.values()):
        assert np.isfinite([look.brightness, look.contrast, look.edges]).all()
        assert look.noise is None or math.isfinite(look.noise)


def test_the_flattest_square_is_found() -> None:
    generator = torch.Generator().manual_seed(0)
    picture = torch.rand(3, 200, 200, generator=generator)
    picture[:, 96:160, 36:100] = 0.5
    top, bottom, left, right = flattest(picture)
    assert (bottom - top, right - left) == (50, 50)
    assert (picture[:, top:bottom, left:right] == 0.5).all()


def test_the_command_line_gives_the_numbers(tmp_path: Path) -> None:
    options = ["--how", "mean", "--kernel", "4", "--noise", "0.2", "--json"]
    answer = CliRunner().invoke(cli, ["run", "convolution.pooling", *options])
    assert answer.exit_code == 0, answer.output
    metrics = json.loads(answer.stdout.splitlines()[-1])["metrics"]
    assert metrics["noise_after"] == pytest.approx(0.2 / 4, rel=0.1)
    assert metrics["output_size"] == [1, 1]
    assert metrics["picture_size"] == [106, 160]

"""SciPy's convolution against torch's: which of them turns the kernel round, and where their zeros stand."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d, fftconvolve
from torch.nn import functional

from lab.core.events import Event, Metrics
from lab.core.experiment import Context
from lab.core.figures import Matrices, Table
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.topics.convolution.flip import Flip, FlipParams
from lab.topics.convolution.flip.results import Results, apart, computed, zeros

MODES: tuple[Literal["valid", "same", "full"], ...] = ("valid", "same", "full")
SIDES = st.tuples(st.integers(1, 6), st.integers(1, 6))


def results(size: tuple[int, int], kernel: tuple[int, int], mode: Any, extra: Any = "before", seed: int = 0) -> Results:
    random = np.random.default_rng(seed)
    return computed(random.standard_normal(size), random.standard_normal(kernel), mode, extra)


@settings(max_examples=40)
@given(st.tuples(st.integers(6, 12), st.integers(6, 12)), SIDES, st.sampled_from(MODES), st.integers(0, 99))
def test_both_agree_once_the_kernel_is_turned(
    size: tuple[int, int], kernel: tuple[int, int], mode: Literal["valid", "same", "full"], seed: int
) -> None:
    found = results(size, kernel, mode, seed=seed)
    np.testing.assert_allclose(found.turned, convolve2d(found.image, found.kernel, mode), atol=1e-12)
    np.testing.assert_allclose(found.turned, fftconvolve(found.image, found.kernel, mode), atol=1e-10)
    assert found.same(apart(found.convolved, found.turned))
    assert found.same(apart(found.convolved, found.as_it_is)) == (found.kernel.size == 1)
    # And the other way round, with the extra zero where correlate2d has it.
    after = results(size, kernel, mode, "after", seed)
    np.testing.assert_allclose(after.as_it_is, correlate2d(after.image, after.kernel, mode), atol=1e-12)
    assert found.symmetric == (found.kernel.size == 1)


@settings(max_examples=25)
@given(SIDES)
def test_the_extra_zero_after_is_what_torch_does(kernel: tuple[int, int]) -> None:
    found = results((9, 8), kernel, "same", "after")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Torch says that even kernels cost a copy.
        by_torch = functional.conv2d(
            torch.tensor(found.image)[None, None], torch.tensor(found.kernel)[None, None], padding="same"
        )
    np.testing.assert_allclose(found.as_it_is, by_torch[0, 0].numpy(), atol=1e-12)
    even = kernel[0] % 2 == 0 or kernel[1] % 2 == 0
    assert found.zeros.uneven == even
    assert found.same(apart(found.convolved, found.turned)) == (not even)


def test_an_even_kernel_leaves_the_two_a_pixel_apart() -> None:
    found = results((12, 12), (4, 4), "same", "after")
    np.testing.assert_allclose(found.turned[:-1, :-1], found.convolved[1:, 1:], atol=1e-12)


@pytest.mark.parametrize("side", range(1, 9))
def test_zeros_are_as_many_as_the_mode_says(side: int) -> None:
    for mode, wanted in zip(MODES, (0, side - 1, 2 * (side - 1)), strict=True):
        for around in (zeros((side, side), mode, "before"), zeros((side, side), mode, "after")):
            assert around.before[0] + around.after[0] == around.before[1] + around.after[1] == wanted


# The experiment.


def run(**values: Any) -> dict[str, Event]:
    context = Context("cpu", DataStore(Path("unused")))
    return {getattr(event, "name", ""): event for event in Flip().run(FlipParams(**values), context)}


def test_the_example_of_the_course_agrees_since_its_kernel_is_symmetric() -> None:
    params = FlipParams()
    image, kernel = params.arrays()
    assert (image.shape, kernel.shape) == ((20, 20), (7, 7))
    y, x = np.mgrid[-3:4, -3:4]
    np.testing.assert_allclose(kernel, np.exp(-(x**2 + y**2) / 7))
    events = run()
    result = events[""]
    assert isinstance(result, Metrics)
    assert result.values["difference"] < 1e-13
    assert result.values["kernel_asymmetry"] == 0
    assert result.lists["output_size"] == (14, 14)
    table = events["comparison"]
    assert isinstance(table, Table)
    assert [row[3].mark for row in table.rows] == ["good"] * 3
    assert "only therefore" in str(table.note)


@pytest.mark.parametrize("kernel", ["vertical", "sobel", "emboss", "random", "own"])
@pytest.mark.parametrize("mode", MODES)
def test_other_kernels_have_to_be_turned(kernel: str, mode: str) -> None:
    side = (3, 5)
    plain, turned = (run(kernel=kernel, side=side, mode=mode, turn=turn)[""] for turn in (False, True))
    assert isinstance(plain, Metrics) and isinstance(turned, Metrics)
    assert plain.values["difference"] > 0.1
    assert turned.values["difference"] < 1e-12
    assert plain.values["difference_turned"] == turned.values["difference"]
    assert plain.values["difference_correlated"] < 1e-12


def test_a_kernel_that_turning_negates_doubles_the_difference() -> None:
    events = run(kernel="sobel")
    outcome, result = events["outcome"], events[""]
    assert isinstance(outcome, Pictures) and isinstance(result, Metrics)
    scipy_result, torch_result, difference = (panel.values for panel in outcome.panels)
    np.testing.assert_allclose(torch_result, -scipy_result, atol=1e-12)
    np.testing.assert_allclose(difference, 2 * scipy_result, atol=1e-12)
    # What is compared has one scale of colours, with zero in its middle.
    assert len({panel.limits for panel in outcome.panels}) == 1
    low, high = outcome.panels[0].limits
    assert low == -high


@pytest.mark.parametrize("extra", ["before", "after"])
def test_the_table_of_an_even_kernel_has_both_ways_to_pad(extra: str) -> None:
    table = run(kernel="random", side=(4,), mode="same", extra=extra)["comparison"]
    assert isinstance(table, Table)
    found = {(str(row[0].value), str(row[1].value), str(row[2].value)): row[3].mark for row in table.rows}
    wanted = {
        ("convolve2d", "turned round", "2+1"): "good",
        ("convolve2d", "turned round", "1+2"): "bad",
        ("correlate2d", "as it is", "1+2"): "good",
        ("correlate2d", "as it is", "2+1"): "bad",
    }
    assert wanted.items() <= found.items()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("side", [3, 4])
def test_a_pixel_stands_where_the_middle_of_its_window_lies(mode: str, side: int) -> None:
    # The image is zero but for one pixel, so that the results show the kernel around it.
    params = FlipParams(kernel="random", side=(side,), mode=mode)
    image = np.zeros((15, 15))
    image[7, 6] = 1.0
    _, kernel = params.arrays()
    from lab.topics.convolution.flip.figures import outcome

    found = computed(image, kernel, params.mode, params.extra)
    for panel in outcome(found, turn=True).panels[:2]:
        places = np.argwhere(np.abs(panel.values) > 1e-12) + np.array(panel.origin)
        np.testing.assert_allclose(places.mean(0), (7, 6))


def test_what_is_given_is_shown_before_torch_is_there() -> None:
    params = FlipParams(kernel="own", weights="1 2; 3 4; 5 6")
    given, kernels = Flip().preview(params, DataStore(Path("unused")))
    assert isinstance(given, Pictures) and isinstance(kernels, Matrices)
    np.testing.assert_array_equal(given.panels[1].values, [[1, 2], [3, 4], [5, 6]])
    assert kernels.items[0].field == "weights"
    assert kernels.items[1].rows == ((6, 5), (4, 3), (2, 1))
    assert FlipParams.implies == {"weights": {"kernel": "own"}}


def test_the_seed_makes_the_image() -> None:
    first, again, other = (FlipParams(seed=seed).arrays()[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"kernel": "own", "weights": "1 2; 3"}, "weights: row 2 is 1 long"),
        ({"size": "14"}, "size: 14 is not allowed"),
        ({"side": "0"}, "side: 0 is not allowed"),
        ({"mode": "half"}, "mode: half is not allowed"),
    ],
)
def test_wrong_input_is_said(texts: dict[str, str], words: str) -> None:
    with pytest.raises(ParamError) as error:
        FlipParams.from_texts(texts)
    assert words in str(error.value)

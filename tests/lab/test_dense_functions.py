"""Activations and losses of the NumPy engine, values and derivatives, against torch and mpmath."""

from __future__ import annotations

import math
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from lab.nets.registry.activations import ACTIVATIONS, HIDDEN, sigmoid, softmax
from lab.nets.registry.losses import LOSSES, LOWEST_LOG, each, gradient, value

Array = NDArray[Any]
ROOT = Path(__file__).resolve().parents[2]
TORCH: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: z * 1.0,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "relu6": functional.relu6,
    "elu": functional.elu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    # Its own threshold of 20 is a test of its own; far above it would overflow.
    "softplus": lambda z: functional.softplus(z, threshold=50),
    "gelu": functional.gelu,
    "silu": functional.silu,
}
KINKS = np.array([0.0, -0.0, 6.0, np.nextafter(0, 1), np.nextafter(0, -1), np.nextafter(6, 7), np.nextafter(6, 5)])
FAR = np.array([20.0, 30.0, 36.7, 40.0, 88.8, 700.0, 709.8, 745.2, 1e4])
PLACES = np.concatenate([np.linspace(-45, 45, 9001), KINKS, FAR, -FAR])


def by_torch(name: str, z: Array) -> tuple[Array, Array]:
    """Return values and slopes."""
    sums = torch.tensor(z, requires_grad=True)
    values = TORCH[name](sums)
    (slopes,) = torch.autograd.grad(values.sum(), sums)
    return values.detach().numpy(), slopes.numpy()


@pytest.mark.parametrize("name", TORCH)
def test_values_and_slopes_are_those_of_torch(name: str) -> None:
    made = ACTIVATIONS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values, slopes = made.value(PLACES), made.slope(PLACES)
    theirs, their_slopes = by_torch(name, PLACES)
    np.testing.assert_allclose(values, theirs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(slopes, their_slopes, rtol=1e-12, atol=1e-12)
    assert values.dtype == slopes.dtype == np.float64
    assert values.shape == slopes.shape == PLACES.shape


@pytest.mark.parametrize("name", TORCH)
@given(z=st.floats(-1e4, 1e4))
@settings(max_examples=60)
def test_so_they_are_anywhere(name: str, z: float) -> None:
    place = np.array([[z]])
    theirs, their_slopes = by_torch(name, place)
    np.testing.assert_allclose(ACTIVATIONS[name].value(place), theirs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ACTIVATIONS[name].slope(place), their_slopes, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "at", "slope"), [("relu", 0.0, 0.0), ("leaky_relu", 0.0, 0.01), ("relu6", 0.0, 0.0), ("relu6", 6.0, 0.0)]
)
def test_at_a_kink_it_is_the_slope_of_the_flatter_side_as_in_torch(name: str, at: float, slope: float) -> None:
    assert ACTIVATIONS[name].slope(np.array([at])) == by_torch(name, np.array([at]))[1] == slope


@pytest.mark.parametrize("name", TORCH)
def test_the_slope_is_the_limit_of_differences(name: str) -> None:
    made, h = ACTIVATIONS[name], 1e-5
    z = np.linspace(-8, 8, 400)
    z = z[(abs(z) > 2 * h) & (abs(z - 6) > 2 * h)]
    np.testing.assert_allclose(made.slope(z), (made.value(z + h) - made.value(z - h)) / (2 * h), atol=1e-8)


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("size", [3, 4000])
def test_numbers_of_32_bits_stay_so(name: str, size: int) -> None:
    z = np.linspace(-9, 9, size, dtype=np.float32).reshape(1, size)
    made = ACTIVATIONS[name]
    assert made.value(z).dtype == made.slope(z).dtype == np.float32
    theirs, their_slopes = by_torch(name, z)
    np.testing.assert_allclose(made.value(z), theirs, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(made.slope(z), their_slopes, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", TORCH)
def test_what_goes_in_is_left_as_it_is_and_what_is_nothing_stays_nothing(name: str) -> None:
    z = np.array([-1.5, 0.5, math.nan])
    values = ACTIVATIONS[name].value(z)
    ACTIVATIONS[name].slope(z)
    np.testing.assert_array_equal(z, [-1.5, 0.5, math.nan])
    assert math.isnan(values[2]) and np.isfinite(values[:2]).all()
    empty = np.empty((0, 3))
    assert ACTIVATIONS[name].value(empty).shape == ACTIVATIONS[name].slope(empty).shape == (0, 3)


def test_gelu_keeps_its_digits_in_the_tail_where_torch_loses_them() -> None:
    with mpmath.workdps(40):
        for z in (-3.0, -6.0, -9.0, -20.0):
            exact = mpmath.mpf(z) * mpmath.ncdf(z)
            slope = mpmath.ncdf(z) + mpmath.mpf(z) * mpmath.npdf(z)
            for size in (1, 1000):  # Few numbers are done in another way than many.
                many = np.full(size, z)
                assert ACTIVATIONS["gelu"].value(many)[0] == pytest.approx(float(exact), rel=1e-12, abs=0)
                assert ACTIVATIONS["gelu"].slope(many)[0] == pytest.approx(float(slope), rel=1e-12, abs=0)


def test_few_numbers_of_gelu_need_no_scipy() -> None:
    script = (
        "import sys, numpy; from lab.nets.registry.activations import ACTIVATIONS; made = ACTIVATIONS['gelu']; "
        "made.value(numpy.ones((4, 100))); made.slope(numpy.ones(3)); "
        "assert not {'scipy', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_torch_itself_cuts_softplus_at_20() -> None:
    z = np.array([19.9, 20.1, 30.0])
    with_cut = functional.softplus(torch.tensor(z)).numpy()
    assert with_cut[1] == 20.1
    away = ACTIVATIONS["softplus"].value(z) - with_cut
    assert away[0] == pytest.approx(0, abs=1e-14) and 1e-9 < away[1] < 2.1e-9 and abs(away[2]) < 1e-13


@pytest.mark.parametrize("name", HIDDEN)
def test_the_lines_of_torch_that_are_shown_give_these_numbers(name: str) -> None:
    made, z = ACTIVATIONS[name], torch.linspace(-7, 7, 57, dtype=torch.float64)
    for line in (made.function, made.module + "(z)"):
        theirs = eval(line, {"F": functional, "nn": nn, "torch": torch, "z": z})
        np.testing.assert_allclose(made.value(z.numpy()), theirs.numpy(), rtol=1e-12, atol=1e-12)
    assert made.name == name and HIDDEN[name] == made.label


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6), st.integers(1, 3))
def test_softmax_is_that_of_torch_over_the_last_axis(scores: list[float], rows: int) -> None:
    z = np.array([scores] * rows)
    theirs = torch.softmax(torch.tensor(z), dim=1).numpy()
    np.testing.assert_allclose(softmax(z), theirs, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(softmax(z).sum(1), 1)
    np.testing.assert_array_equal(z, [scores] * rows)
    assert "softmax" not in HIDDEN
    with pytest.raises(TypeError, match="no slope of one"):
        ACTIVATIONS["softmax"].slope(z)


def test_sigmoid_has_its_symmetry_to_the_last_digit() -> None:
    z = np.linspace(0, 700, 500)
    np.testing.assert_allclose(sigmoid(z) + sigmoid(-z), 1, rtol=0, atol=3e-16)
    assert (sigmoid(-z) > 0).all()


# Losses.

LOGITS = np.array([[-1e4], [-700.0], [-40.0], [-1.0], [0.0], [1e-9], [2.5], [40.0], [700.0], [1e4]])


def loss_by_torch(name: str, outputs: Array, targets: Array) -> tuple[float, Array]:
    given_, wanted = torch.tensor(outputs, requires_grad=True), torch.tensor(targets)
    called: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
        "mse": nn.MSELoss(),
        "mae": nn.L1Loss(),
        "bce": nn.BCELoss(),
        "bce_logits": nn.BCEWithLogitsLoss(),
        "cross_entropy": nn.CrossEntropyLoss(),
    }
    loss = called[name](given_, wanted)
    (slopes,) = torch.autograd.grad(loss, given_)
    return float(loss.detach()), slopes.numpy()


def agrees(name: str, outputs: Array, targets: Array) -> None:
    before = outputs.copy(), targets.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours, slopes = value(name, outputs, targets), gradient(name, outputs, targets)
    theirs, their_slopes = loss_by_torch(name, outputs, targets)
    assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(slopes, their_slopes, rtol=1e-12, atol=1e-12)
    assert slopes.shape == outputs.shape
    assert each(name, outputs, targets).mean() == ours
    np.testing.assert_array_equal(outputs, before[0])
    np.testing.assert_array_equal(targets, before[1])


@st.composite
def batches(draw: st.DrawFn, low: float, high: float) -> tuple[Array, Array]:
    """Return outputs and targets (N, K) between two numbers."""
    count, units = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    numbers = st.lists(st.floats(low, high), min_size=count * units, max_size=count * units)
    return np.array(draw(numbers)).reshape(count, units), np.array(draw(numbers)).reshape(count, units)


@pytest.mark.parametrize("name", ["mse", "mae"])
@given(batches(-1e4, 1e4))
def test_losses_of_any_numbers_are_those_of_torch(name: str, batch: tuple[Array, Array]) -> None:
    agrees(name, *batch)


@given(batches(0.0, 1.0))
def test_cross_entropy_of_probabilities_is_that_of_torch(batch: tuple[Array, Array]) -> None:
    agrees("bce", *batch)


@given(batches(-1e4, 1e4), st.integers(0, 1000))
def test_losses_of_logits_are_those_of_torch(batch: tuple[Array, Array], seed: int) -> None:
    logits, random = batch[0], np.random.default_rng(seed)
    agrees("bce_logits", logits, random.random(logits.shape))
    agrees("cross_entropy", logits, random.integers(0, logits.shape[1], len(logits)))


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_extreme_logits_overflow_nowhere(target: float) -> None:
    agrees("bce_logits", LOGITS, np.full_like(LOGITS, target))
    both = np.hstack([LOGITS, -LOGITS])
    for label in (0, 1):
        agrees("cross_entropy", both, np.full(len(both), label))


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_probabilities_of_exactly_0_and_1_cost_what_torch_says(target: float) -> None:
    outputs = np.array([[0.0], [1.0], [1e-300], [1e-44], [1e-13], [1 - 1e-13], [0.5]])
    targets = np.full_like(outputs, target)
    agrees("bce", outputs, targets)
    costs = each("bce", outputs, targets)[:, 0]
    assert costs[0] == -LOWEST_LOG * target and costs[1] == -LOWEST_LOG * (1 - target)


def test_where_an_error_is_0_so_is_the_slope() -> None:
    same = np.array([[0.25, 0.75]])
    for name in ("mse", "mae", "bce"):
        np.testing.assert_array_equal(gradient(name, same, same), 0)


def test_a_loss_that_is_not_known_is_refused() -> None:
    one = np.ones((1, 1))
    for function in (value, gradient, each):
        with pytest.raises(KeyError, match="hinge"):
            function("hinge", one, one)
    assert set(LOSSES) == {"mse", "mae", "bce", "bce_logits", "cross_entropy"}

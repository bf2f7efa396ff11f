from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.maths.descent import NEVER, Descent, Floats, by_gradient, by_time, descend, fixed, plain, side_by_side

reals = st.floats(-2, 2, allow_nan=False)


def parabola(x: Floats) -> Floats:
    """The slope of 3x² − 3x + 4."""
    return 6 * x - 3


def fading_sine(x: Floats) -> Floats:
    """The slope of sin(x) exp(−0.05x²)."""
    return (np.cos(x) - 0.1 * x * np.sin(x)) * np.exp(-0.05 * x * x)


@given(reals, st.floats(1e-4, 0.33), st.integers(0, 200))
def test_on_a_parabola_it_is_its_closed_form(start: float, rate: float, steps: int) -> None:
    came = descend(parabola, [start], plain(fixed(rate)), steps)
    expected = 0.5 + (start - 0.5) * (1 - 6 * rate) ** np.arange(steps + 1)
    np.testing.assert_allclose(came.positions[:, 0], expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(came.gradients[:, 0], 6 * expected - 3, rtol=1e-9, atol=1e-8)


def test_from_the_place_of_the_course_it_ends_where_the_course_does() -> None:
    came = descend(parabola, [-0.998], plain(fixed(0.01)), 100)
    assert came.positions[-1, 0] == pytest.approx(0.4969218, abs=5e-8)


def by_torch(start: float, rate: float, steps: int, schedule: str) -> list[float]:
    """Go down the fading sine with torch: its gradients, its optimiser, its schedules."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([x], lr=rate)
    falling = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - (step + 1) / steps)
    way = [x.item()]
    for _ in range(steps):
        optimiser.zero_grad()
        (torch.sin(x) * torch.exp(-0.05 * x**2)).backward()
        if schedule != "by_time":
            assert x.grad is not None
            optimiser.param_groups[0]["lr"] = rate * (1 if schedule == "fixed" else abs(x.grad.item()))
        optimiser.step()
        falling.step()
        way.append(x.item())
    return way


@pytest.mark.parametrize("start", [1.0, -0.998, 4.0])
def test_all_schedules_go_as_torch_does(start: float) -> None:
    rate, steps = 0.1, 50
    schedule = side_by_side([fixed(rate), by_gradient(rate), by_time(rate, steps)])
    came = descend(fading_sine, [start] * 3, plain(schedule), steps)
    for place, name in enumerate(("fixed", "by_gradient", "by_time")):
        np.testing.assert_allclose(came.positions[:, place], by_torch(start, rate, steps, name), rtol=0, atol=1e-12)


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=40), st.floats(1e-10, 0.2))
@settings(max_examples=30)
def test_points_side_by_side_are_each_as_if_alone(starts: list[float], rate: float) -> None:
    together = descend(fading_sine, starts, plain(fixed(rate)), 20)
    for place, start in enumerate(starts):
        alone = descend(fading_sine, [start], plain(fixed(rate)), 20)
        assert np.array_equal(together.positions[:, place], alone.positions[:, 0])


def test_each_point_can_have_its_own_rate() -> None:
    rates = np.array([1e-10, 0.01, 0.1])
    came = descend(parabola, np.zeros(3), plain(fixed(rates)), 30)
    np.testing.assert_allclose(came.positions[-1], 0.5 - 0.5 * (1 - 6 * rates) ** 30)


@given(
    st.floats(0.1, 20), st.floats(-3, 3), st.floats(0, 5), st.floats(-5, 5), st.floats(0.01, 0.99), st.integers(1, 40)
)
def test_a_small_enough_rate_never_climbs_on_a_convex_function(
    bend: float, middle: float, kink: float, start: float, share: float, steps: int
) -> None:
    """½ bend (x − middle)² + kink √(1 + x²) bends by at most bend + kink: below 2 / that every step goes down."""

    def value(x: Floats) -> Floats:
        return np.asarray(bend * (x - middle) ** 2 / 2 + kink * np.sqrt(1 + x * x))

    def slope(x: Floats) -> Floats:
        return np.asarray(bend * (x - middle) + kink * x / np.sqrt(1 + x * x))

    heights = value(descend(slope, [start], plain(fixed(2 * share / (bend + kink))), steps).positions[:, 0])
    assert (np.diff(heights) <= 1e-12 * (1 + np.abs(heights[:-1]))).all()


def test_the_gradient_is_asked_once_a_step_for_all_points_at_once() -> None:
    asked: list[tuple[int, ...]] = []

    def slope(x: Floats) -> Floats:
        asked.append(x.shape)
        return parabola(x)

    came = descend(slope, np.linspace(-2, 2, 1000), plain(fixed(0.01)), 1000)
    assert asked == [(1000,)] * 1001
    np.testing.assert_allclose(came.positions[-1], 0.5, atol=1e-9)


def test_what_explodes_leaves_with_its_step_and_its_place_and_is_no_number_after() -> None:
    came = descend(parabola, [-1.0, 0.4], plain(fixed(0.5)), 20, (-40, 40))
    # The distance from ½ doubles: 1.5, −3, 6 … −48; 0.1 is at 51.2 after nine steps.
    assert came.left_at.tolist() == [5, 9]
    assert came.positions[5, 0] == pytest.approx(0.5 + 1.5 * 32)
    assert np.isnan(came.positions[6:, 0]).all() and np.isnan(came.positions[10:, 1]).all()
    assert np.isfinite(came.positions[:6, 0]).all()


def test_a_point_stays_where_its_gradient_is_no_number() -> None:
    with np.errstate(all="ignore"):
        came = descend(lambda x: 1 / (2 * np.sqrt(x)), [0.3], plain(fixed(0.5)), 10)
    left = int(came.left_at[0])
    assert 0 < left < 10
    assert came.positions[left, 0] < 0 and np.isnan(came.gradients[left, 0])
    assert np.isnan(came.positions[left + 1 :]).all()


def test_it_stops_when_nobody_is_left() -> None:
    descent = Descent(parabola, [100.0], plain(fixed(0.1)), (-40, 40))
    assert not descent.going and descent.left_at.tolist() == [0]
    descent = Descent(parabola, [0.0], plain(fixed(0.1)), (-40, 40))
    descent.step()
    assert descent.going and descent.steps == 1 and descent.left_at.tolist() == [NEVER]


def test_vectors_are_points_of_the_plane() -> None:
    """Rosenbrock's valley against torch; a point is out when one of its coordinates is."""

    def slope(p: Floats) -> Floats:
        x, y = p[..., 0], p[..., 1]
        return np.stack([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)], axis=-1)

    came = descend(slope, [[-1.0, 1.0], [0.0, 30.0]], plain(fixed(1e-3)), 50, (-20, 20), vectors=True)
    assert came.positions.shape == (51, 2, 2) and came.left_at.tolist() == [NEVER, 0]
    point: Any = torch.tensor([-1.0, 1.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([point], lr=1e-3)
    for _ in range(50):
        optimiser.zero_grad()
        ((1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2).backward()
        optimiser.step()
    np.testing.assert_allclose(came.positions[-1, 0], point.detach().numpy(), atol=1e-12)

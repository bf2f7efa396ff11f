from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from lab.data.augmentation import augment, change_stroke
from lab.data.finding import find_drawn
from tests.lab.strokes import digit_strokes, place, render

EVERYTHING = {"rotation": 15.0, "shear": 15.0, "scale": 0.2, "shift": 2.0, "stroke": 1.0}


def digits() -> Tensor:
    """(N, 1, 28, 28): every way of writing every digit."""
    written = [strokes for digit in range(10) for strokes in digit_strokes(digit)]
    drawings = [find_drawn(render(place(strokes), 280, 22)).image for strokes in written]
    return torch.tensor(np.stack([drawing for drawing in drawings if drawing is not None])).unsqueeze(1) / 255


def generator(seed: int = 7) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def square(size: int = 6) -> Tensor:
    image = torch.zeros(1, 1, 28, 28)
    half = size // 2
    image[:, :, 14 - half : 14 + half, 14 - half : 14 + half] = 1
    return image


def centre_of_mass(images: Tensor) -> Tensor:
    """(N, 2): x and y in pixels from the middle."""
    positions = torch.arange(28) + 0.5 - 14
    mass = images.sum((1, 2, 3))
    x, y = (images.sum((1, axis)) @ positions / mass for axis in (2, 3))
    return torch.stack([x, y], 1)


def test_without_strength_the_images_stay() -> None:
    images = digits()
    assert torch.equal(augment(images, generator=generator()), images)


def test_small_strength_is_a_small_change() -> None:
    images = digits()
    changed = augment(images, **dict.fromkeys(EVERYTHING, 1e-3), generator=generator())
    assert (changed - images).abs().max() < 0.03


def test_the_generator_decides() -> None:
    images = digits()
    once, again = (augment(images, **EVERYTHING, generator=generator()) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.equal(once, augment(images, **EVERYTHING, generator=generator(8)))


def test_as_many_random_numbers_whatever_the_limits() -> None:
    states = []
    for limits in ({}, {"rotation": 5.0}, EVERYTHING):
        source = generator()
        augment(digits(), **limits, generator=source)
        states.append(source.get_state())
    assert all(torch.equal(state, states[0]) for state in states)


def test_the_global_random_state_is_left_alone() -> None:
    before = torch.get_rng_state()
    augment(digits(), **EVERYTHING, generator=generator())
    assert torch.equal(torch.get_rng_state(), before)


def test_each_image_has_its_own_amounts() -> None:
    changed = augment(square().repeat(50, 1, 1, 1), **EVERYTHING, generator=generator())
    assert len({tuple(image.flatten().tolist()) for image in changed}) == 50


@pytest.mark.parametrize("name", list(EVERYTHING))
def test_each_part_changes_something(name: str) -> None:
    images = digits()
    changed = augment(images, **{name: EVERYTHING[name]}, generator=generator())
    assert changed.shape == images.shape
    assert changed.dtype == images.dtype
    assert (changed - images).abs().mean() > 0.005


def test_values_stay_in_range_and_the_images_given_stay() -> None:
    images = digits()
    copy = images.clone()
    changed = augment(images, **EVERYTHING, generator=generator())
    assert torch.equal(images, copy)
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_digits_stay_within_the_frame() -> None:
    images = digits().repeat(20, 1, 1, 1)
    changed = augment(images, **EVERYTHING | {"stroke": 0.0}, generator=generator())
    rim = changed.sum((1, 2, 3)) - changed[:, :, 1:-1, 1:-1].sum((1, 2, 3))
    assert (rim / changed.sum((1, 2, 3))).mean() < 0.01
    # The mass changes with the area only: by (1 + scale)² at most.
    ratio = changed.sum((1, 2, 3)) / images.sum((1, 2, 3))
    assert ratio.min() > 0.9 / 1.2**2
    assert ratio.max() < 1.1 * 1.2**2


def test_limits_are_kept_and_used() -> None:
    moved = augment(square().repeat(2000, 1, 1, 1), shift=3.0, generator=generator())
    centres = centre_of_mass(moved)
    assert centres.abs().max() < 3.01
    assert centres.abs().amax(0).min() > 2.9
    assert centres.mean(0).abs().max() < 0.2

    stretched = augment(square(10).repeat(2000, 1, 1, 1), scale=0.25, generator=generator())
    areas = stretched.sum((1, 2, 3)) / 100
    assert areas.min() > 0.6
    assert areas.max() < 1.6

    bar = torch.zeros(2000, 1, 28, 28)
    bar[:, :, 4:24, 13:15] = 1
    for limits in ({"rotation": 20.0}, {"shear": 20.0}):
        tops = centre_of_mass(augment(bar, **limits, generator=generator())[:, :, :14].repeat(1, 1, 2, 1))[:, 0]
        reach = 5 * (np.sin(np.radians(20)) if "rotation" in limits else np.tan(np.radians(20)))
        assert reach * 0.93 < tops.max() < reach * 1.07
        assert -reach * 1.07 < tops.min() < -reach * 0.93


def test_pen_becomes_thicker_and_thinner() -> None:
    images = digits()
    amount = torch.full((len(images),), 0.8)
    mass = images.sum((1, 2, 3))
    assert (change_stroke(images, amount).sum((1, 2, 3)) > 1.3 * mass).all()
    thinner = change_stroke(images, -amount).sum((1, 2, 3))
    assert (thinner <= mass).all()
    assert thinner.sum() < 0.9 * mass.sum()
    assert torch.equal(change_stroke(images, torch.zeros(len(images))), images)


def test_thinner_spares_hairlines() -> None:
    hairline = torch.zeros(1, 1, 28, 28)
    hairline[:, :, 4:24, 14] = 1
    assert torch.equal(change_stroke(hairline, -torch.ones(1)), hairline)
    thick = square(8)
    assert change_stroke(thick, -torch.ones(1)).sum() == 36
    assert change_stroke(thick, torch.ones(1)).sum() == 100


def test_other_sizes_channels_and_types() -> None:
    images = torch.rand(3, 2, 20, 33, dtype=torch.float64)
    changed = augment(images, **EVERYTHING, generator=generator())
    assert changed.shape == images.shape
    assert changed.dtype == torch.float64

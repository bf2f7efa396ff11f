"""The course's blobs are what they are said to be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lab.data.blobs import barred, blobs, gaussians, occluded, placed


def test_a_blob_is_the_density_of_scipy_but_for_its_height() -> None:
    grid = np.linspace(-4, 4, 91)
    places = np.stack(np.meshgrid(grid, grid), -1)
    density = stats.multivariate_normal((0.7, -1.2), 2.4**2).pdf(places) * 2 * np.pi * 2.4**2
    (found,) = blobs(np.array([[0.7, -1.2]]), np.array([2 * 2.4**2]))
    np.testing.assert_allclose(found, density, atol=1e-6)


def test_gaussians_are_narrow_and_wide_in_turns_and_noise_is_all_that_is_added() -> None:
    images, labels, numbers = gaussians(400, 3)
    assert images.shape == (400, 91, 91)
    assert images.dtype == np.float32
    assert labels.tolist() == [0, 1] * 200
    np.testing.assert_allclose(numbers[:, 2], np.where(labels, 2.4, 1.8).astype(np.float32))
    rest = images - blobs(numbers[:, :2].astype(float), 2 * numbers[:, 2].astype(float) ** 2)
    assert rest.mean() == pytest.approx(0, abs=1e-3)
    assert rest.std() == pytest.approx(0.2, rel=2e-3)
    assert numbers[:, :2].std() == pytest.approx(2, rel=0.1)


def test_the_same_seed_gives_the_same_and_another_one_others() -> None:
    first, second, other = (gaussians(4, seed)[0] for seed in (1, 1, (1, 1)))
    assert (first == second).all()
    assert (first != other).any()


def test_placed_ones_have_widths_from_5_to_15() -> None:
    images, numbers = placed(500, 0, side=21)
    assert images.shape == (500, 21, 21)
    assert stats.kstest(numbers[:, 2], stats.uniform(5, 10).cdf).pvalue > 0.01
    # Who always says the mean is this far off: the variances of two centres and of a width, (4 + 4 + 100/12)/3.
    assert numbers.var(0).mean() == pytest.approx(5.44, rel=0.1)


def test_an_occluded_image_has_one_bar_of_2_to_5_pixels_that_begins_where_it_may() -> None:
    hidden, with_noise, clean = occluded(300, 0)
    assert ((with_noise - clean).std()) == pytest.approx(0.2, rel=2e-3)
    found = []
    for image, before in zip(hidden, with_noise, strict=True):
        changed = image != before
        rows, columns = changed.all(1), changed.all(0)
        assert rows.any() != columns.any()
        along = np.flatnonzero(rows if rows.any() else columns)
        assert (image[changed] == 1).all()
        assert changed.sum() == 91 * len(along)
        found.append((bool(rows.any()), along[0], len(along)))
    lying, starts, widths = zip(*found, strict=True)
    assert 100 < sum(lying) < 200
    assert (min(starts), max(starts)) >= (10, 10)
    assert max(starts) <= 80
    assert set(widths) == {2, 3, 4, 5}


def test_bars_stand_where_they_are_told_to() -> None:
    found = barred(np.zeros((50, 28, 28), np.float32), np.random.default_rng(0), (4, 4), (3, 3))
    assert {(image.sum(), image[4:7].sum() + image[:, 4:7].sum()) for image in found} == {(84.0, 93.0)}

"""Points of the plane: as many as asked for, where Playground and scikit-learn put them, and as a person types them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_moons

from lab.core.params import ParamError
from lab.data.planar import (
    FEATURES,
    HALF,
    MOST_CLASSES,
    MOST_OWN,
    SETS,
    TWO_ONLY,
    Points,
    expand,
    make,
    parse_points,
    show_points,
    split,
)

MANY = [name for name in SETS if name not in TWO_ONLY]


def made(name: str, count: int = 600, classes: int = 2, noise: float = 0.0, seed: int = 0) -> Points:
    return make(name, count, classes, noise, np.random.default_rng(seed))


def parts(points: Points) -> list[np.ndarray]:
    return [points.positions[points.labels == label] for label in range(points.classes)]


def polar(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distances from the origin, and turns clockwise from the upward direction, from 0 to 1."""
    x, y = positions.T
    return np.hypot(x, y), np.arctan2(x, y) / (2 * np.pi) % 1


@given(
    name=st.sampled_from(list(SETS)),
    count=st.integers(2, 400),
    classes=st.integers(2, MOST_CLASSES),
    noise=st.floats(0, 0.5),
    seed=st.integers(0, 2**31 - 1),
)
def test_as_many_points_as_asked_for_and_equally_many_of_each_class(
    name: str, count: int, classes: int, noise: float, seed: int
) -> None:
    points = made(name, count, classes, noise, seed)
    classes = 2 if name in TWO_ONLY else classes
    assert points.classes == classes
    assert points.positions.shape == (count, 2) and points.positions.dtype == np.float64
    assert np.isfinite(points.positions).all()
    sizes = np.bincount(points.labels, minlength=classes)
    assert len(sizes) == classes and sizes.sum() == count and np.ptp(sizes) <= 1
    again = made(name, count, classes, noise, seed)
    np.testing.assert_array_equal(points.positions, again.positions)
    np.testing.assert_array_equal(points.labels, again.labels)


@pytest.mark.parametrize("name", SETS)
def test_another_seed_gives_other_points(name: str) -> None:
    assert not np.array_equal(made(name, noise=0.1).positions, made(name, noise=0.1, seed=1).positions)


@pytest.mark.parametrize("name", ["circle", "xor", "spiral", "moons", "rings"])
def test_without_noise_everything_is_in_view(name: str) -> None:
    assert np.abs(made(name, 2000).positions).max() < HALF


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_two_clusters_are_those_of_playground(noise: float, variance: float) -> None:
    for part, centre in zip(parts(made("clusters", 40_000, 2, noise)), ((2, 2), (-2, -2)), strict=True):
        # Within five standard errors.
        np.testing.assert_allclose(part.mean(0), centre, atol=5 * np.sqrt(variance / 20_000))
        np.testing.assert_allclose(part.var(0), variance, rtol=5 * np.sqrt(2 / 20_000))
        assert abs(np.corrcoef(part.T)[0, 1]) < 5 / np.sqrt(20_000)


@pytest.mark.parametrize("classes", range(2, MOST_CLASSES + 1))
def test_more_clusters_stand_evenly_around_the_origin(classes: int) -> None:
    middles = np.array([part.mean(0) for part in parts(made("clusters", 6000 * classes, classes))])
    radii, turns = polar(middles)
    np.testing.assert_allclose(radii, np.sqrt(8), atol=0.05)
    np.testing.assert_allclose(np.diff(np.sort(turns)), 1 / classes, atol=0.01)


def test_the_circle_is_that_of_playground() -> None:
    inner, outer = (polar(part)[0] for part in parts(made("circle", 4000)))
    assert 0 <= inner.min() < 0.1 and 2.4 < inner.max() < 2.5
    assert 3.5 < outer.min() < 3.6 and 4.9 < outer.max() < 5
    # Even in the radius, not in the area.
    assert np.quantile(inner, 0.5) == pytest.approx(1.25, abs=0.1)
    for part in parts(made("circle", 4000)):
        _, turns = polar(part)
        assert np.histogram(turns, 4, (0, 1))[0] == pytest.approx(500, abs=100)


def test_xor_is_that_of_playground() -> None:
    same, different = parts(made("xor", 4000))
    assert (same.prod(1) > 0).all() and (different.prod(1) < 0).all()
    for part in (same, different):
        sizes = np.abs(part)
        assert 0.3 < sizes.min() < 0.35 and 5.25 < sizes.max() < 5.3
        quadrants = np.bincount((part[:, 0] > 0).astype(int))
        assert quadrants == pytest.approx(1000, abs=150)


@pytest.mark.parametrize("name", ["circle", "xor"])
def test_noise_changes_the_class_near_the_other_one_and_moves_no_point(name: str) -> None:
    clean, noisy = made(name, 4000), made(name, 4000, noise=0.5)
    for positions in (clean.positions, noisy.positions):
        radii, _ = polar(positions)
        if name == "circle":
            assert not ((radii > 2.5) & (radii < 3.5)).any() and radii.max() < 5
        else:
            assert np.abs(positions).min() > 0.3 and np.abs(positions).max() < 5.3

    def mixed(points: Points) -> float:
        """Return the share of points that have not the label of their place."""
        if name == "circle":
            return float(((polar(points.positions)[0] > 2.5) != points.labels).mean())
        return float(((points.positions.prod(1) < 0) != points.labels).mean())

    assert mixed(clean) == 0 < mixed(made(name, 4000, noise=0.1)) < mixed(noisy) < 0.5


@pytest.mark.parametrize("classes", range(2, MOST_CLASSES + 1))
def test_the_arms_of_the_spiral_are_those_of_playground_turned_by_equal_angles(classes: int) -> None:
    count = 100
    for label, arm in enumerate(parts(made("spiral", classes * count, classes))):
        share = np.arange(count) / count
        angle = 1.75 * share * 2 * np.pi + 2 * np.pi * label / classes
        expected = np.stack([5 * share * np.sin(angle), 5 * share * np.cos(angle)], 1)
        np.testing.assert_allclose(arm, expected, atol=1e-12)
    # Noise moves points by up to as much along each axis.
    clean, noisy = made("spiral", 600, classes), made("spiral", 600, classes, 0.5)
    apart = np.abs(noisy.positions - clean.positions)
    assert 0.45 < apart.max() <= 0.5


def test_moons_are_those_of_scikit_learn() -> None:
    for count in (2, 7, 200):
        positions, labels = make_moons(2 * count, shuffle=False)
        points = made("moons", 2 * count)
        for part, label in zip(parts(points), (0, 1), strict=True):
            expected = 3.2 * (positions[labels == label] - (0.5, 0.25))
            np.testing.assert_allclose(part, expected, atol=1e-12)
    noisy = made("moons", 40_000, noise=0.2).positions - made("moons", 40_000).positions
    assert noisy.std() == pytest.approx(0.2 * 3.2, rel=0.02)


@pytest.mark.parametrize("classes", range(2, MOST_CLASSES + 1))
def test_rings_lie_within_each_other_with_gaps_between(classes: int) -> None:
    radii = [polar(part)[0] for part in parts(made("rings", 1000 * classes, classes))]
    assert radii[0].min() < 0.1 and 4.9 < radii[-1].max() <= 5
    gaps = [outer.min() - inner.max() for inner, outer in pairwise(radii)]
    assert min(gaps) > 0.2


# What a network is told, and what it is tested on.


def test_features() -> None:
    positions = np.array([[2.0, -3.0], [0.5, 4.0]])
    x, y = positions.T
    expected = {
        "x": x,
        "y": y,
        "x_squared": x**2,
        "y_squared": y**2,
        "product": x * y,
        "sin_x": np.sin(x),
        "sin_y": np.sin(y),
    }
    assert expected.keys() == FEATURES.keys()
    names = list(reversed(FEATURES))
    np.testing.assert_array_equal(expand(positions, names), np.stack([expected[name] for name in names], 1))


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=MOST_CLASSES),
    share=st.floats(0, 1),
    seed=st.integers(0, 1000),
)
def test_each_class_is_split_alike(sizes: list[int], share: float, seed: int) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    train = split(labels, share, np.random.default_rng(seed))
    assert train.dtype == bool and train.shape == labels.shape
    for label, size in enumerate(sizes):
        count = int(train[labels == label].sum())
        assert count >= 1
        assert abs(count - share * size) <= 0.5 or count == 1
    np.testing.assert_array_equal(train, split(labels, share, np.random.default_rng(seed)))


def test_a_split_is_drawn_at_random() -> None:
    labels = np.zeros(100, dtype=int)
    first, second = (split(labels, 0.5, np.random.default_rng(seed)) for seed in (0, 1))
    assert first.sum() == second.sum() == 50
    assert (first != second).any() and (first[:50].sum() not in (0, 50))


# Own points.

PLACES = st.floats(-HALF, HALF)
OWN = st.lists(st.tuples(PLACES, PLACES, st.integers(0, MOST_CLASSES - 1)), max_size=30)


@given(OWN)
def test_own_points_are_read_as_they_are_written(own: list[tuple[float, float, int]]) -> None:
    positions = np.array([point[:2] for point in own]).reshape(-1, 2)
    labels = np.array([point[2] for point in own], dtype=np.int64)
    read = parse_points("points", show_points(Points(positions, labels, MOST_CLASSES)))
    np.testing.assert_array_equal(read.positions, positions)
    np.testing.assert_array_equal(read.labels, labels)
    assert read.classes == max(labels, default=-1) + 1


@pytest.mark.parametrize(
    "typed",
    [
        "1.5 -2 1; 3 0 2",
        "1.5,-2,1;3,0,2;",
        " 1.5  -2   1 ;; 3 0 2 ; ",
        "۱٫۵ −۲ ۱؛ ۳ ۰ ۲",
        "1.5، -2، 1; 3، 0، 2",
        "15e-1 -2 1; 3.0 -0 2",
    ],
)
def test_points_are_read_as_people_type_them(typed: str) -> None:
    points = parse_points("points", typed)
    assert points.positions.tolist() == [[1.5, -2.0], [3.0, 0.0]]
    assert points.labels.tolist() == [0, 1]
    assert show_points(points) == "1.5 -2 1; 3 0 2"


def test_no_points() -> None:
    for typed in ("", "  ", ";;"):
        points = parse_points("points", typed)
        assert points.positions.shape == (0, 2) and points.labels.shape == (0,) and points.classes == 0
        assert show_points(points) == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1 2 1; 3 4", "point 2 is “3 4”"),
        ("1 2", "point 1"),
        ("1 2 1 1", "point 1"),
        ("1 2 1; a 2 1", "point 2"),
        ("1 2 1; 1 2 1; 7 2 1", "point 3 lies outside"),
        ("nan 2 1", "point 1 lies outside"),
        ("1 inf 1", "point 1 lies outside"),
        ("1 2 0", "point 1 has class 0"),
        ("1 2 7", "point 1 has class 7"),
        ("1 2 1.5", "point 1 has class 1.5"),
        (";".join(["1 2 1"] * (MOST_OWN + 1)), f"{MOST_OWN + 1} points; allowed are at most {MOST_OWN}"),
    ],
)
def test_what_is_no_point_is_refused_with_its_place(typed: str, said: str) -> None:
    with pytest.raises(ParamError) as caught:
        parse_points("own", typed)
    assert caught.value.field == "own"
    assert said in str(caught.value)


def test_points_that_are_read_cannot_be_changed_for_others() -> None:
    points = parse_points("points", "1 2 1")
    with pytest.raises(ValueError, match="read-only"):
        points.positions[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        points.labels[0] = 1

"""Two cities of made-up houses: what a house costs, and where its area and its distance to the centre lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.streams import streams
from lab.nets.dense.network import Network

LOW, HIGH = np.array([40.0, 0.0]), np.array([120.0, 10.0])
"""The first city: areas in m², and distances to the centre in km."""
MOST_APART = 2.0
TESTS = 200
"""Houses of each city that only judge."""


@dataclass(frozen=True, eq=False)
class Houses:
    """Houses (N, 2), areas and distances, with their prices (N,) in thousands."""

    places: Array
    prices: Array

    def error(self, said: Array) -> float:
        """Return how far prices (N,) that are said lie from those: the root of the mean square."""
        return float(np.sqrt(np.mean((said - self.prices) ** 2)))


@dataclass(frozen=True, eq=False)
class Cities:
    """What is learned from, and houses of the first and of the other city that only judge."""

    learned: Houses
    first: Houses
    other: Houses

    @property
    def middle(self) -> float:
        """The mean price of what is learned from."""
        return float(self.learned.prices.mean())

    @property
    def spread(self) -> float:
        """The standard deviation of these prices, by which a network's target is scaled."""
        return float(self.learned.prices.std())

    def targets(self, houses: Houses) -> Array:
        """Return the prices (N, 1) as a network learns them."""
        return np.asarray((houses.prices - self.middle) / self.spread)[:, None]

    def said(self, network: Network, places: Array) -> Array:
        """Return the prices (N,), in thousands, that a network says of places (N, 2)."""
        return np.asarray(self.middle + self.spread * network.outputs(scaled(places))[:, 0])

    def plain(self, places: Array) -> Array:
        """Return the prices (N,) of the least-squares plane through what is learned from: a line of regression."""
        ones = np.ones((len(self.learned.places), 1))
        found = np.linalg.lstsq(np.hstack([scaled(self.learned.places), ones]), self.learned.prices, rcond=None)[0]
        return np.asarray(scaled(places) @ found[:2] + found[2])


def law(places: Array) -> Array:
    """Return the prices (N,), in thousands, of houses (N, 2) in the first city, without what is chance."""
    area, distance = places[:, 0], places[:, 1]
    return np.asarray(area * (1.5 + 3.0 * np.exp(-distance / 8.0)))


def limits(apart: float) -> tuple[Array, Array]:
    """Return the least and the largest area and distance of a city so many widths of the first one away from it."""
    shift = apart * (HIGH - LOW)
    return LOW + shift, HIGH + shift


def scaled(places: Array) -> Array:
    """Return what a network sees of houses (N, 2): the first city goes from −1 to 1."""
    return np.asarray((places - (LOW + HIGH) / 2) / ((HIGH - LOW) / 2))


def built(seed: int, count: int, foreign: int, apart: float, level: float, noise: float) -> Cities:
    """Return `count` houses of the first city to learn from, `foreign` of the other one, and TESTS of each to judge.

    In the other city, `apart` widths away, prices are the law times its `level`; chance of deviation `noise` is added.
    """
    generator = streams(seed).data

    def city(many: int, apart: float, level: float) -> Houses:
        low, high = limits(apart)
        places = low + (high - low) * generator.random((many, 2))
        return Houses(places, level * law(places) + noise * generator.standard_normal(many))

    own, first = city(count, 0, 1), city(TESTS, 0, 1)
    other, more = city(TESTS, apart, level), city(foreign, apart, level)
    learned = Houses(np.concatenate([own.places, more.places]), np.concatenate([own.prices, more.prices]))
    return Cities(learned, first, other)


def built_lines(count: int, foreign: int, apart: float, level: float, noise: float) -> tuple[str, ...]:
    """Return the lines of Python that do the same, and make tensors of it; `seeds` are there."""
    low, high = limits(apart)
    here, there = f"{LOW.tolist()}, {HIGH.tolist()}, 1.0", f"{low.tolist()}, {high.tolist()}, {level!r}"
    return (
        "data = np.random.default_rng(seeds[0])",
        "",
        "",
        "def city(count, low, high, level):",
        "    places = np.array(low) + (np.array(high) - low) * data.random((count, 2))",
        "    prices = level * places[:, 0] * (1.5 + 3 * np.exp(-places[:, 1] / 8))",
        f"    return places, prices + {noise!r} * data.standard_normal(count)",
        "",
        "",
        "def scaled(places):",
        f"    return torch.tensor((places - {((LOW + HIGH) / 2).tolist()}) / {((HIGH - LOW) / 2).tolist()})",
        "",
        "",
        f"houses, prices = city({count}, {here})",
        f"test_houses, test_prices = city({TESTS}, {here})",
        f"other_houses, other_prices = city({TESTS}, {there})",
        *(
            (
                f"more_houses, more_prices = city({foreign}, {there})",
                "houses, prices = np.vstack([houses, more_houses]), np.hstack([prices, more_prices])",
            )
            if foreign
            else ()
        ),
        "middle, spread = prices.mean(), prices.std()",
        "inputs, test_inputs, other_inputs = scaled(houses), scaled(test_houses), scaled(other_houses)",
        "targets = torch.tensor((prices - middle) / spread)[:, None]",
        "test_targets = torch.tensor((test_prices - middle) / spread)[:, None]",
    )


ENDING = (
    "losses = train(inputs, targets)",
    'judge("", inputs, targets)',
    'judge("test_", test_inputs, test_targets)',
    "",
    "",
    "def error(inputs, prices):",
    "    with torch.no_grad():",
    "        said = middle + spread * network(inputs)[:, 0].numpy()",
    "    return np.sqrt(np.mean((said - prices) ** 2))",
    "",
    "",
    'print("inside:", error(test_inputs, test_prices))',
    'print("outside:", error(other_inputs, other_prices))',
)
"""The lines that train, judge, and print the errors in the two cities."""

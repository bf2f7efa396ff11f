"""Many samples from one population, what is estimated from each, and the t-test of each pair."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lab.core.events import Array
from lab.topics.maths.sampling.populations import Population

LAW = 100_000
"""Numbers in the one sample that grows."""
LEVEL = 0.05
_AT_ONCE = 2**20
"""Numbers that are held at once while samples are drawn."""
_POINTS = 400


class Tests(NamedTuple):
    """t-tests, (k,) each: the statistic and the two-sided p; NaN where neither sample varies and the means agree."""

    t: Array
    p: Array


class Trials:
    """Pairs of samples of `size` numbers each; the second is shifted by `shift`.

    `means`, `variances` (divided by n), `other_means`, `other_variances` are (count,), a sample each. `last` is the
    newest pair itself. `growing_sizes` and `growing_means` (P,) are the running mean of one sample that grows.
    All of it follows from `seed`, however the samples are asked for.
    """

    def __init__(self, population: Population, size: int, shift: float, seed: int) -> None:
        self.population, self.size, self.shift = population, size, shift
        growing, self._first, self._second = np.random.default_rng(seed).spawn(3)
        self.means, self.variances, self.other_means, self.other_variances = (np.empty(0) for _ in range(4))
        self.last: tuple[Array, Array] | None = None
        sums = np.cumsum(population.draw(growing, (LAW,)))
        self.growing_sizes = np.unique(np.round(np.geomspace(1, LAW, _POINTS)).astype(np.int64))
        self.growing_means: Array = sums[self.growing_sizes - 1] / self.growing_sizes

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return len(self.means)

    def draw(self, count: int) -> None:
        """Draw `count` further pairs."""
        most = max(1, _AT_ONCE // self.size)
        for begin in range(0, count, most):
            self._draw(min(most, count - begin))

    def _draw(self, count: int) -> None:
        first = self.population.draw(self._first, (count, self.size))
        second = self.population.draw(self._second, (count, self.size))
        self.means = np.append(self.means, first.mean(axis=1))
        self.variances = np.append(self.variances, first.var(axis=1))
        # Shifted afterwards, so that samples of equal numbers keep a variance of exactly 0.
        self.other_means = np.append(self.other_means, second.mean(axis=1) + self.shift)
        self.other_variances = np.append(self.other_variances, second.var(axis=1))
        self.last = first[-1].copy(), second[-1] + self.shift

    def unbiased(self) -> Array:
        """Return the variances (count,) divided by n − 1."""
        corrected: Array = self.variances * (self.size / (self.size - 1))
        return corrected

    def tests(self) -> Tests:
        """Return the t-test of each pair; imports SciPy."""
        return t_tests(self.means - self.other_means, self.variances + self.other_variances, self.size)


def t_tests(differences: Array, variances: Array, size: int) -> Tests:
    """Return Student's t-tests of pairs of samples of `size` numbers each.

    `differences` (k,) of their means, `variances` (k,) the sum of both, divided by n. With equal sizes, t is the
    difference over √(sum / (n − 1)), with 2n − 2 degrees of freedom; p = 2 P(T ≤ −|t|).
    """
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        t = differences / np.sqrt(variances / (size - 1))
    return Tests(t, 2 * stdtr(2 * size - 2, -np.abs(t)))


def power(effect: float, size: int) -> float:
    """Return the probability that the test of two normal samples of `size` numbers has p below LEVEL.

    `effect` is the difference of the means in standard deviations. t then has a noncentral distribution.
    """
    from scipy.special import nctdtr, stdtrit

    freedom = 2 * size - 2
    shift = abs(effect) * math.sqrt(size / 2)
    critical = float(stdtrit(freedom, 1 - LEVEL / 2))
    if shift > critical + 12:
        # SciPy's series fails far out, where nothing is left to chance.
        return 1.0
    return float(1 - nctdtr(freedom, shift, critical) + nctdtr(freedom, shift, -critical))


def histogram(trials: Trials) -> tuple[Array, Array]:
    """Return the middles (B,) of bins of one width and the density (B,) of the sample means in them.

    Means of whole numbers lie on a lattice of steps 1/n: there, each bin holds equally many places.
    """
    spread = trials.population.deviation / math.sqrt(trials.size)
    width = 0.35 * spread
    if trials.population.whole:
        places = max(1, round(width * trials.size))
        width = places / trials.size
        numbers = np.round(trials.means * trials.size).astype(np.int64) // places
        offset = (places - 1) / 2 / trials.size
    else:
        numbers = np.floor((trials.means - trials.population.mean) / width).astype(np.int64)
        offset = trials.population.mean + width / 2
    first = int(numbers.min()) if len(numbers) else 0
    counts = np.bincount(numbers - first)
    middles = (first + np.arange(len(counts))) * width + offset
    return middles, counts / (max(trials.count, 1) * width)

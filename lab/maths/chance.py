"""How much of a measured accuracy, and of a difference of two, is chance. Loads SciPy's functions when it is asked."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array

MOST_SIGNS = 16
"""Differences up to which all 2ⁿ choices of their signs are tried."""


def exact_interval(right: int, tests: int, confidence: float) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson for the share behind `right` of `tests`: never too narrow."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(right, tests - right + 1, tail)) if right else 0.0
    high = float(betaincinv(right + 1, tests - right, 1 - tail)) if right < tests else 1.0
    return low, high


def wilson_interval(right: int, tests: int, confidence: float) -> tuple[float, float]:
    """Return the interval of Wilson: right in the mean, and narrower than the exact one."""
    z, share = quantile(confidence), right / tests
    middle = (share + z * z / (2 * tests)) / (1 + z * z / tests)
    half = z / (1 + z * z / tests) * math.sqrt(share * (1 - share) / tests + z * z / (4 * tests * tests))
    low, high = middle - half, middle + half
    return (0.0 if right == 0 else low), (1.0 if right == tests else high)


def quantile(confidence: float) -> float:
    """Return how many standard deviations to each side hold that share of a normal distribution: 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def at_least(right: int, tests: int, share: float) -> float:
    """Return the probability of at least `right` of `tests` where each is right with probability `share`."""
    from scipy.special import bdtrc

    return float(bdtrc(right - 1, tests, share)) if right > 0 else 1.0


def chances(tests: int, share: float) -> Array:
    """Return the probabilities of 0, 1, …, `tests` right ones (tests + 1,)."""
    from scipy.special import gammaln, xlog1py, xlogy

    right = np.arange(tests + 1)
    ways = gammaln(tests + 1) - gammaln(right + 1) - gammaln(tests - right + 1)
    return np.asarray(np.exp(ways + xlogy(right, share) + xlog1py(tests - right, -share)))


def paired_t(differences: Array) -> tuple[float, float] | None:
    """Return t and its two-sided p of differences (n,), one a seed; None where they do not differ among themselves."""
    from scipy.special import stdtr

    spread, count = float(differences.std(ddof=1)), len(differences)
    if spread < 1e-12:
        return None
    t = float(differences.mean() / (spread / math.sqrt(count)))
    return t, float(2 * stdtr(count - 1, -abs(t)))


def mean_interval(values: Array, confidence: float) -> tuple[float, float]:
    """Return Student's interval for the mean behind independent values (n,), two at least."""
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, (1 + confidence) / 2) * values.std(ddof=1) / math.sqrt(len(values)))
    return float(values.mean()) - half, float(values.mean()) + half


def welch(first: Array, second: Array) -> float | None:
    """Return the two-sided p of Welch's t-test of two samples; None where neither of them has a spread."""
    from scipy.special import stdtr

    parts = np.array([sample.var(ddof=1) / len(sample) for sample in (first, second)])
    if parts.sum() < 1e-24:
        return None
    t = float(first.mean() - second.mean()) / math.sqrt(parts.sum())
    freedom = float(parts.sum() ** 2 / (parts**2 / np.array([len(first) - 1, len(second) - 1])).sum())
    return float(2 * stdtr(freedom, -abs(t)))


def sign_test(differences: Array) -> float:
    """Return the two-sided p of how many differences are above 0 and how many below; those of 0 do not count."""
    above, below = int((differences > 0).sum()), int((differences < 0).sum())
    count = above + below
    tail = sum(math.comb(count, more) for more in range(max(above, below), count + 1)) / 2**count
    return float(min(1.0, 2 * tail))


def sign_means(differences: Array) -> Array:
    """Return the means (2ⁿ,) of the differences (n,) with every choice of their signs: what chance alone would give."""
    count = len(differences)
    signs = 1.0 - 2.0 * ((np.arange(2**count)[:, None] >> np.arange(count)) & 1)
    return np.asarray(signs @ differences / count)


def permutation_test(differences: Array) -> float:
    """Return the exact two-sided p: the share of all choices of signs whose mean is as far from 0, or further."""
    seen = abs(float(differences.mean()))
    return float((np.abs(sign_means(differences)) >= seen - 1e-12 * max(1.0, seen)).mean())

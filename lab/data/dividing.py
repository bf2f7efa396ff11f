"""Examples divided into parts, by shares. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.core.events import Array


def split(targets: Array, shares: Mapping[str, float], seed: int, by_class: bool = True) -> dict[str, Array]:
    """Return the numbers of the examples of each part, in order, from `shares` that sum to 1.

    `by_class`: each class of `targets` (N,) is divided alike; its examples are counted by largest remainder, so that
    no part is off by more than one. The same seed gives the same parts. Raises ValueError for other shares.
    """
    if abs(sum(shares.values()) - 1) > 1e-9 or min(shares.values()) < 0:
        raise ValueError(f"shares {dict(shares)} do not sum to 1")
    generator = np.random.default_rng(seed)
    groups = [np.flatnonzero(targets == one) for one in np.unique(targets)] if by_class else [np.arange(len(targets))]
    parts: dict[str, list[Array]] = {name: [] for name in shares}
    for group in groups:
        order = generator.permutation(group)
        exact = np.array(list(shares.values())) * len(group)
        counts = np.floor(exact + 1e-9).astype(int)
        most = np.argsort(-(exact - counts), kind="stable")
        counts[most[: len(group) - counts.sum()]] += 1
        ends = np.cumsum(counts)
        for name, end, count in zip(parts, ends, counts, strict=True):
            parts[name].append(order[end - count : end])
    return {name: np.sort(np.concatenate(found)) for name, found in parts.items()}

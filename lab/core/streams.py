"""Independent random generators of one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Independent random generators of one seed, so that more examples do not mean other weights."""

    data: np.random.Generator
    weights: np.random.Generator
    order: np.random.Generator
    noise: np.random.Generator


def streams(seed: int) -> Streams:
    """Return the generators of a seed."""
    return Streams(*(np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)))

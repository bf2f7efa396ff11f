"""The random numbers of torch on a processor, without torch: its generator is the Mersenne Twister, as NumPy's is.

What it makes of the 32 bits of each draw is told in ATen/core/DistributionsHelper.h and
ATen/native/cpu/DistributionTemplates.h.
"""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array

_TOGETHER = 16
"""Normal numbers that are made together; fewer are made one by one, in double precision."""


class TorchStream:
    """What `torch.Generator().manual_seed(seed)` gives, in single precision."""

    def __init__(self, seed: int) -> None:
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> None:
        """Begin anew."""
        self._twister = np.random.RandomState(seed % 2**32)
        self._left: float | None = None

    def uniform(self, shape: tuple[int, ...], low: float, high: float) -> Array:
        """Return what `tensor.uniform_(low, high)` fills a tensor with."""
        low32, high32 = np.float32(low), np.float32(high)
        return np.asarray(self._shares(math.prod(shape)) * (high32 - low32) + low32).reshape(shape)

    def normal(self, shape: tuple[int, ...], deviation: float) -> Array:
        """Return what `tensor.normal_(0, deviation)` fills a tensor with; the last figure may be another."""
        count = math.prod(shape)
        if count < _TOGETHER:
            return np.array([deviation * self._one() for _ in range(count)], np.float32).reshape(shape)
        shares = self._shares(count)
        whole = count - count % _TOGETHER
        values = shares.copy()
        values[:whole] = _box_muller(shares[:whole])
        if whole < count:
            # The last sixteen are drawn again.
            values[-_TOGETHER:] = _box_muller(self._shares(_TOGETHER))
        return np.asarray(values * np.float32(deviation)).reshape(shape)

    def whole(self) -> int:
        """Return one whole number of 64 bits."""
        high, low = (int(bits) for bits in self._bits(2))
        return high << 32 | low

    def permutation(self, count: int) -> Array:
        """Return what `torch.randperm(count)` puts in order: each place changes with one that is not yet settled."""
        order = np.arange(count)
        for place, number in enumerate(self._bits(max(0, count - 1)).tolist()):
            other = place + number % (count - place)
            order[[place, other]] = order[[other, place]]
        return order

    def _bits(self, count: int) -> Array:
        return self._twister.randint(0, 2**32, count, np.uint32)

    def _shares(self, count: int) -> Array:
        """Return numbers in [0, 1): 24 bits each."""
        return (self._bits(count) & 0xFFFFFF).astype(np.float32) * np.float32(2**-24)

    def _double(self) -> float:
        """Return one number in [0, 1) of 53 bits."""
        return (self.whole() & (2**53 - 1)) * 2.0**-53

    def _one(self) -> float:
        """Return one normal number; they come in pairs."""
        if self._left is not None:
            value, self._left = self._left, None
            return value
        turn, far = 2 * math.pi * self._double(), math.sqrt(-2 * math.log1p(-self._double()))
        self._left = far * math.sin(turn)
        return far * math.cos(turn)


def _box_muller(shares: Array) -> Array:
    """Return normal numbers of uniform ones (16·K,): eight pairs of each sixteen."""
    first, second = shares.reshape(-1, 2, _TOGETHER // 2).transpose(1, 0, 2)
    far, turn = np.sqrt(-2 * np.log(1 - first)), np.float32(2 * np.pi) * second
    return np.asarray(np.stack([far * np.cos(turn), far * np.sin(turn)], 1)).reshape(-1)

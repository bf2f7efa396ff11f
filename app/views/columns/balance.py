"""What becomes of a row of numbers when one of them is dragged: the others may have to keep their sum."""

from __future__ import annotations

import math
from collections.abc import Sequence

DECIMALS = 4
_FINE = 12
"""Decimals to which a remainder is kept, finer than anyone sees and coarser than floating point."""


def moved(
    values: Sequence[float], place: int, value: float, low: float, high: float, total: float | None = None
) -> tuple[float, ...]:
    """Return `values` with the one at `place` set to `value`, all in [low, high] and rounded to four decimals.

    With a `total`, the others are scaled in proportion, or share alike where they are all zero, so that the sum is
    `total`; what rounding leaves over goes to the largest of them that can take it. What is not finite counts as
    `low`. Where `total` cannot be reached within [low, high], as near as possible.
    """
    finite = [min(max(entry, low), high) if math.isfinite(entry) else low for entry in map(float, values)]
    others = [entry for index, entry in enumerate(finite) if index != place]
    if total is None:
        own = _rounded(value, low, high)
        kept = [_rounded(entry, low, high) for entry in others]
    else:
        own = _rounded(value, max(low, total - high * len(others)), min(high, total - low * len(others)))
        kept = _shared(others, total - own, low, high)
    return (*kept[:place], own, *kept[place:])


def _rounded(value: float, low: float, high: float) -> float:
    return float(min(max(round(value, DECIMALS), low), high))


def _shared(others: Sequence[float], total: float, low: float, high: float) -> list[float]:
    """Scale numbers in [low, high] so that their sum is `total`; rounded, but for the remainder."""
    shares = [_rounded(share, low, high) for share in _scaled(others, total, low, high)]
    left = round(total - math.fsum(shares), _FINE)
    for index in sorted(range(len(shares)), key=lambda index: -shares[index]):
        given = min(max(shares[index] + left, low), high)
        left = round(left - (given - shares[index]), _FINE)
        shares[index] = float(round(given, _FINE))
    return shares


def _scaled(others: Sequence[float], total: float, low: float, high: float) -> list[float]:
    """Scale numbers in proportion to their height above `low`; those that reach `high` stay there."""
    above = [entry - low for entry in others]
    free, rest = list(range(len(above))), total - low * len(above)
    result = [high - low] * len(above)
    while free:
        whole = math.fsum(above[index] for index in free)
        share = {index: rest * above[index] / whole if whole > 0 else rest / len(free) for index in free}
        full = [index for index in free if share[index] > high - low]
        if not full:
            for index in free:
                result[index] = share[index]
            break
        rest -= (high - low) * len(full)
        free = [index for index in free if index not in full]
    return [low + entry for entry in result]

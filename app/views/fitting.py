"""Widths of columns: side by side, and levelled down to a room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def starts(widths: Sequence[float]) -> tuple[float, ...]:
    """Return where each of K columns begins, and where the last one ends: (K + 1,)."""
    return tuple(accumulate(widths, initial=0.0))


def level(natural: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Return widths whose sum is at most `room`: the widest columns give way, down to what each needs at least.

    Where even the least widths have no room, those are returned.
    """
    low, high = 0.0, max(natural, default=0.0)
    for _ in range(24):
        middle = (low + high) / 2
        taken = sum(max(small, min(width, middle)) for small, width in zip(least, natural, strict=True))
        low, high = (middle, high) if taken <= room else (low, middle)
    return [max(small, min(width, low)) for small, width in zip(least, natural, strict=True)]

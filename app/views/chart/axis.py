"""The range of an axis of a chart: what fits, parts of it, and the ticks that have room on it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.views.plane import Span
from app.views.ticks import ticks
from lab.core.figures import Axis

Floats = NDArray[np.float64]
Extent = tuple[float, float]
"""Lowest and highest of what is drawn: logarithms on a logarithmic axis; NaN, NaN of nothing."""

_LARGEST = 4e307  # The distance of two such numbers is a number still.
_LEAST_TOP = 1e-300
_SMALLEST = 1e-305
_DECADES = (-307.0, 308.0)
_MOST_TICKS = 13
_FAR = 1e13
_FINEST = 1e-9  # Numbers that differ by less than this share of themselves are taken for the same.


def drawn(values: ArrayLike, log: bool) -> Floats:
    """Return values as they are drawn: decimal logarithms where `log`; NaN where there is nothing to draw."""
    numbers = np.asarray(values, np.float64)
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (math.nan, math.nan)
    if log:
        if low > 0 and high < np.inf:
            return np.log10(numbers)
        positive = (numbers > 0) & (numbers < np.inf)
        logarithms: Floats = np.log10(numbers, out=np.full(numbers.shape, np.nan), where=positive)
        return logarithms
    if low >= -_LARGEST and high <= _LARGEST:
        return numbers
    return np.where(np.isfinite(numbers), np.clip(numbers, -_LARGEST, _LARGEST), np.nan)


def ends(span: Span) -> Extent:
    """Return the ends of a range as they are `drawn`; both are numbers that can be."""
    return (math.log10(span.low), math.log10(span.high)) if span.log else (span.low, span.high)


def extent(values: Floats) -> Extent:
    """Return the extremes of `drawn` values; NaN, NaN where any of them is NaN."""
    return (float(values.min()), float(values.max())) if values.size else (math.nan, math.nan)


def places(values: Floats, span: Span, start: float, length: float, out: Floats) -> None:
    """Put into `out` where `drawn` values lie on an axis that goes `length` pixels on from `start`; NaN stays NaN."""
    low, high = ends(span)
    with np.errstate(over="ignore"):
        np.subtract(values, low, out=out)
        out *= length / (high - low)
        out += start
    # So far away that strokes to there are straight, and so near that sums are finite.
    if out.size and not -_FAR <= out.min() <= out.max() <= _FAR:
        np.clip(out, -_FAR, _FAR, out=out)


def place(value: float, span: Span, start: float, length: float) -> float:
    """Return where one `drawn` value lies."""
    out = np.empty(1)
    places(np.array([value]), span, start, length, out)
    return float(out[0])


def together(*extents: Extent) -> Extent:
    """Return the extremes of all that there is."""
    there = [each for each in extents if each[0] <= each[1]]
    if not there:
        return math.nan, math.nan
    return min(low for low, _ in there), max(high for _, high in there)


def fitted(axis: Axis, seen: Extent, room: tuple[float, float]) -> Span:
    """Return the range of an axis: its own limits, and where it has none, those of what is drawn on it.

    `room` is the share of the range that is left free below and above what is drawn.
    """
    given_low, given_high = _given(axis)
    low, high = seen
    if not low <= high:
        low, high = (-1.0, 1.0) if axis.log else (0.0, 1.0)
        low, high = (given_low, max(high, given_low)) if given_low is not None else (low, high)
        low, high = (min(low, given_high), given_high) if given_high is not None else (low, high)
    low = low if given_low is None else given_low
    high = high if given_high is None else given_high
    size = max(abs(low), abs(high))
    if given_low is not None and given_high is not None:
        pass
    elif high - low <= max(_FINEST * size, _SMALLEST):
        # All the same, or beyond a limit: about as much as the number itself is shown beside it.
        aside = 0.5 if axis.log else max(0.1 * size, _SMALLEST) if size else 1.0
        nearer, farther = min(low, high), max(low, high)
        low = nearer - aside if given_low is None else given_low
        high = (farther if given_low is None else given_low) + aside if given_high is None else given_high
    else:
        span = high - low
        low -= 0 if given_low is not None else room[0] * span
        high += 0 if given_high is not None else room[1] * span
    if not axis.log:
        return Span(low, high)
    # The axis' own numbers exactly, as parameters may be bounded by them.
    bottom = _power(low) if given_low in (None, *_DECADES) or axis.low is None else float(axis.low)
    top = _power(high) if given_high in (None, *_DECADES) or axis.high is None else float(axis.high)
    # A tenth of the smallest float would be nothing.
    top = max(top, _LEAST_TOP)
    return Span(bottom if bottom < top else top / 10, top, True)


def part(span: Span, first: float, last: float, whole: Span) -> Span:
    """Return the part of `span` between two fractions, or `span` itself where that cannot be drawn within `whole`."""
    low, high = (float(end) for end in drawn([span.low, span.high], span.log))
    low, high = low + first * (high - low), low + last * (high - low)
    begin, end = (float(end) for end in drawn([whole.low, whole.high], whole.log))
    limits = _DECADES if span.log else (-_LARGEST, _LARGEST)
    least = max(1e-6 * (end - begin), 2 * _FINEST * max(abs(low), abs(high)), _SMALLEST)
    if not (least <= high - low <= 4 * (end - begin) and limits[0] <= low and high <= limits[1]):
        return span
    return Span(_power(low), _power(high), True) if span.log else Span(low, high)


def spaced_ticks(
    span: Span, pixels: float, room: Callable[[str], float], until: float = math.inf
) -> list[tuple[float, str]]:
    """Return as many ticks as an axis of `pixels` has room for, each as a fraction of the axis and a text.

    `room` is what a text takes of the axis, with the gap to the next one; `until` is where the room ends, in pixels.
    """
    # With one more than there should be room for: round numbers seldom come out even.
    count = min(int(pixels / room("0")) + 1, _MOST_TICKS)
    densest = chosen = _ticks(span, pixels, room, until, count)
    while not _apart(chosen, pixels, room):
        count = min(count, len(chosen)) - 1
        chosen = _ticks(span, pixels, room, until, count)
    if len(chosen) < 2 and len(densest) > 2 and _apart([densest[0], densest[-1]], pixels, room):
        return [densest[0], densest[-1]]  # One number alone says nothing of an axis.
    return chosen


def _ticks(
    span: Span, pixels: float, room: Callable[[str], float], until: float, count: int
) -> list[tuple[float, str]]:
    if count < 1:
        return []
    chosen = ticks(span.low, span.high, span.log, count)
    fractions = span.fractions(np.array([value for value, _ in chosen])).tolist()
    placed = [(place, words) for place, (_, words) in zip(fractions, chosen, strict=True)]
    return [(place, words) for place, words in placed if place * pixels + room(words) / 2 <= until]


def _apart(chosen: list[tuple[float, str]], pixels: float, room: Callable[[str], float]) -> bool:
    """Tell whether no tick stands in the way of the next."""
    return all(
        (after[0] - before[0]) * pixels >= (room(before[1]) + room(after[1])) / 2
        for before, after in itertools.pairwise(chosen)
    )


def minor_fractions(span: Span, pixels: float) -> Floats:
    """Return where 2, 3 … 9 times each power of ten lie, where a logarithmic axis has room to show them."""
    if not span.log:
        return np.empty(0)
    low, high = math.log10(span.low), math.log10(span.high)
    if pixels < 45 * (high - low):
        return np.empty(0)
    powers = np.arange(math.floor(low), math.ceil(high), dtype=np.float64)
    places = (powers[:, None] + np.log10(np.arange(2, 10))).ravel()
    minor: Floats = (places[(places > low) & (places < high)] - low) / (high - low)
    return minor


def _given(axis: Axis) -> tuple[float | None, float | None]:
    """Return the limits that an axis names, as they are drawn; None for those that cannot be limits."""
    places = [None if end is None else float(drawn(end, axis.log)) for end in (axis.low, axis.high)]
    low, high = (None if place is None or math.isnan(place) else place for place in places)
    return (None, None) if low is not None and high is not None and low >= high else (low, high)


def _power(place: float) -> float:
    return float(10.0 ** min(max(place, _DECADES[0]), _DECADES[1]))

"""Histograms of a run with edges of their own, brought onto one grid of steps and values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array, Histogram

ROWS, COLUMNS = 96, 512
"""Cells of the grid: as many as a person can tell apart in a view, and more columns than are ever kept."""


@dataclass(frozen=True)
class Density:
    """`shares` (ROWS, columns): the share of the values of a step that lies in a cell, NaN where there are none.

    Row 0 is the lowest; the cells fill `values` × `steps` evenly. `column_of` (columns,) are the places of the
    histograms that the columns show.
    """

    shares: Array
    steps: tuple[float, float]
    values: tuple[float, float]
    column_of: Array


def density(histograms: Sequence[Histogram]) -> Density:
    """Bring histograms, at least one, in order of their steps, onto one grid."""
    steps = np.array([histogram.step for histogram in histograms], np.float64)
    low, high = _range(histograms)
    edges = np.linspace(low, high, ROWS + 1)
    columns = np.stack([_shares(histogram, edges) for histogram in histograms], axis=1)
    if len(steps) == 1:
        return Density(columns, (steps[0] - 0.5, steps[0] + 0.5), (low, high), np.zeros(1, np.intp))
    # Each cell shows the histogram whose step is nearest to its middle.
    centres = steps[0] + (np.arange(COLUMNS) + 0.5) * ((steps[-1] - steps[0]) / COLUMNS)
    column_of = np.searchsorted((steps[1:] + steps[:-1]) / 2, centres)
    return Density(columns[:, column_of], (steps[0], steps[-1]), (low, high), column_of)


def known(histogram: Histogram) -> bool:
    """Tell whether there is anything to show of a histogram: values, and edges that are numbers."""
    counts, edges = np.asarray(histogram.counts), np.asarray(histogram.edges)
    fits = len(edges) == len(counts) + 1 and len(counts) > 0
    return fits and bool(np.isfinite(edges).all() and np.isfinite(counts).all() and counts.sum() > 0)


def _range(histograms: Sequence[Histogram]) -> tuple[float, float]:
    """Return the lowest and highest edge of what is not empty, never equal."""
    ends = []
    for histogram in histograms:
        if known(histogram):
            filled = np.flatnonzero(histogram.counts)
            ends.append((float(histogram.edges[filled[0]]), float(histogram.edges[filled[-1] + 1])))
    if not ends:
        return 0.0, 1.0
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    room = 0.5 * abs(low) or 0.5
    return (low, high) if high - low > 1e-12 * max(abs(low), abs(high)) else (low - room, high + room)


def _shares(histogram: Histogram, edges: Array) -> Array:
    """Return the share (ROWS,) of the values between edges (ROWS + 1,), as if they lay evenly within each bin."""
    if not known(histogram):
        return np.full(len(edges) - 1, np.nan)
    counts, own = np.asarray(histogram.counts, np.float64), np.asarray(histogram.edges, np.float64)
    below = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    wide = np.maximum.accumulate(own)
    if wide[-1] == wide[0]:  # All values are one: they lie in one cell.
        result = np.zeros(len(edges) - 1)
        result[min(max(np.searchsorted(edges, wide[0], "right") - 1, 0), len(result) - 1)] = 1.0
        return result
    return np.diff(np.interp(edges, wide, below))

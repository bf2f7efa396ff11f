"""Pooling as matrices whose cells can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Window, Words
from lab.core.text import Message, message
from lab.maths.matrices import factor, rows_of, written
from lab.nets.convolution.pooling import Pooled

MOST_TERMS = 20
"""Numbers of a window up to which its arithmetic is written out."""
RESULTS: Mapping[str, Message] = {
    "max": message("the largest"),
    "mean": message("the mean"),
    "min": message("the least"),
}
TITLES: Mapping[str, Message] = {"max": message("max"), "mean": message("mean"), "min": message("min")}
_NAMES: Mapping[str, Message] = {
    "image": message("image"),
    "red": message("red"),
    "green": message("green"),
    "blue": message("blue"),
}


def matrices(channels: Mapping[str, Array], pooled: Pooled | None, refusal: Message | None) -> Matrices:
    """Return the channels, what their windows become, and the gradient of each channel."""
    items = []
    for place, (name, channel) in enumerate(channels.items()):
        lit = _winners(pooled, place) if pooled else frozenset()
        items.append(MatrixItem(_NAMES[name], rows_of(channel), field=name, lit=lit))
    if pooled is None:
        return Matrices("matrices", tuple(items), refusal or "")
    count = len(items)
    window = _window(pooled)
    parts = {place: window for place in (*range(count), *range(count + 1, 2 * count + 1))}
    items.append(MatrixItem(TITLES[pooled.way.how], rows_of(pooled.result[0]), "→", whys=_sums(pooled), parts=parts))
    for place, name in enumerate(channels):
        title = message("∇ {channel}", channel=_NAMES[name])
        whys = tuple(_ways_back(pooled, place))
        items.append(MatrixItem(title, _gradient(pooled, place), "", whys=whys, parts={place: "cell"}))
    return Matrices("matrices", tuple(items))


def _window(pooled: Pooled) -> Window:
    size, stride, padding = ((side, side) for side in (pooled.way.kernel, pooled.way.stride, pooled.way.padding))
    return Window(size, stride, padding=padding)


def _winners(pooled: Pooled, channel: int) -> frozenset[tuple[int, int]]:
    """Return the cells of a channel that get all of a window's gradient."""
    if pooled.way.how == "mean":
        return frozenset()
    rows, columns = np.nonzero(pooled.gradient[channel])
    return frozenset(zip(rows.tolist(), columns.tolist(), strict=True))


def _sums(pooled: Pooled) -> tuple[tuple[Words, ...], ...]:
    """Return the arithmetic of each cell of the result: max(1, 5, 2, 0) = 5."""
    rows = zip(pooled.cells[0].tolist(), pooled.result[0].tolist(), strict=True)
    return tuple(tuple(_sum(pooled.way.how, *pair) for pair in zip(*row, strict=True)) for row in rows)


def _sum(how: str, cells: list[float], result: float) -> Words:
    inside = [cell for cell in cells if cell == cell]
    if len(cells) > MOST_TERMS:
        return message(
            "{what} of {count} numbers: {value}", what=RESULTS[how], count=len(inside), value=written(result)
        )
    if how == "mean":
        terms = " + ".join(factor(cell) if cell == cell else "0" for cell in cells)
        return f"({terms})/{len(cells)} = {written(result)}"
    return f"{how}({', '.join(map(written, inside))}) = {written(result)}"


def _gradient(pooled: Pooled, channel: int) -> tuple[tuple[float | str, ...], ...]:
    """Return the gradient of a channel as it is shown: of a mean as a fraction, which says where it comes from."""
    if pooled.way.how != "mean" or pooled.window_size == 1:
        return rows_of(pooled.gradient[channel])
    size = pooled.window_size
    return tuple(tuple(f"{count}/{size}" if count else 0.0 for count in row) for row in pooled.visits[channel].tolist())


def _ways_back(pooled: Pooled, channel: int) -> Iterator[tuple[Words, ...]]:
    """Yield where the gradient of each cell of a channel comes from, row by row."""
    rows = zip(pooled.gradient[channel].tolist(), pooled.visits[channel].tolist(), strict=True)
    for gradients, visits in rows:
        yield tuple(_way_back(pooled, *pair) for pair in zip(gradients, visits, strict=True))


def _way_back(pooled: Pooled, gradient: float, visits: int) -> Words:
    if not visits:
        return message("in no window: 0")
    if pooled.way.how == "mean":
        parts = " + ".join([f"1/{pooled.window_size}"] * visits)
        return message("windows it lies in: {count}; {sum} = {value}", count=visits, sum=parts, value=written(gradient))
    return message("windows it lies in: {count}; won: {won}, each gives 1", count=visits, won=written(gradient))

"""How long a batch takes with transforms and without, measured in turns."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.code import executed
from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line
from lab.core.text import message
from lab.topics.transforms.dataset.narration import Stream
from lab.topics.transforms.dataset.params import DatasetParams
from lab.topics.transforms.dataset.program import known, parts_of

ROUNDS = 7


def times(params: DatasetParams, images: Array, labels: Array) -> Array:
    """Return the milliseconds a batch takes, (3, batches): own class with transforms, without, and tensors.

    In turns, so that whatever else the computer does meets all three; of each batch the median of all rounds.
    """
    own = replace(params, kind="own", shuffle=False)
    bare = replace(own, flip=False, rotation=0.0, normalise=False)
    loaders = [_loader(each, images, labels) for each in (own, bare, replace(own, kind="tensors", prepared=False))]
    stream = Stream(params.seed)
    found: list[list[list[float]]] = [[] for _ in loaders]
    for _ in range(ROUNDS):
        for place, loader in enumerate(loaders):
            with stream.drawn():
                batches, taken = iter(loader), []
                while True:
                    start = time.perf_counter()
                    if next(batches, None) is None:
                        break
                    taken.append(1000 * (time.perf_counter() - start))
            found[place].append(taken)
    return np.asarray(np.median(np.array(found), axis=1))


def _loader(params: DatasetParams, images: Array, labels: Array) -> Any:
    """Return the loader of a program, as it is when nobody watches."""
    names = known(images, labels)
    for lines in parts_of(params, images.ndim == 4).values():
        executed(lines, names)
    return names["loader"]


def times_chart(found: Array) -> Chart:
    """Return the times of `times` as a chart, with the ratios in its legend."""
    medians = [float(np.median(line)) for line in found]
    names = (
        message("own class, with transforms: {ms} ms", ms=f"{medians[0]:.2f}"),
        message("own class, without: {ms} ms, {ratio} times as fast", ms=f"{medians[1]:.2f}",
                ratio=f"{medians[0] / medians[1]:.1f}"),
        message("TensorDataset: {ms} ms, {ratio} times as fast", ms=f"{medians[2]:.2f}",
                ratio=f"{medians[0] / medians[2]:.1f}"),
    )  # fmt: skip
    places = np.arange(1, found.shape[1] + 1, dtype=float)
    lines = tuple(
        Line(name, places, values, "line + points", colour)
        for colour, (name, values) in enumerate(zip(names, found, strict=True))
    )
    return Chart("times", lines, Axis(message("batch")), Axis(message("time a batch takes"), "ms", log=True))

"""Both phases of a run learned again with other seeds and numbers of examples, at its end, where someone watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, Event
from lab.sweeps.within import PULSE_SECONDS, comparing, seeds
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from lab.training.phases import Phases
    from lab.training.trainer import Trainer


def learned_again(
    params: TrainingParams,
    grid: tuple[Sequence[int], Sequence[str], int],
    first: Phases,
    begin: Callable[[int, int, Trainer | None], Phases],
    shown: Callable[[Array], Iterable[Event]],
) -> Iterator[Event]:
    """Yield what is `shown` of the accuracies on the test (sizes, ways, seeds), NaN where there is none yet.

    `grid` are numbers of examples, the trainings of the second phase, and how many seeds. `begin` makes the trainings
    of a seed and a number of examples, with the first phase where it has learned already: that of the run itself is in
    `first`.
    """
    sizes, ways, count = grid
    found, told, done = np.full((len(sizes), len(ways), count), np.nan), time.monotonic(), 0
    for place, seed in enumerate(seeds(params, count)):
        source = first.source if seed == params.seed else None
        for row, size in enumerate(sizes):
            one = begin(seed, size, source)
            while not one.finished and one.diverged is None:
                one.advance()
                one.losses(now=False)
                if time.monotonic() - told > PULSE_SECONDS:
                    told = time.monotonic()
                    yield comparing(done + len(ways) * one.step / one.steps, found.size, params.epochs)
            source, done = one.source, done + len(ways)
            if one.following:
                found[row, :, place] = [one.judgement("test", way).values["accuracy"] for way in ways]
            yield from shown(found.copy())
    yield comparing(found.size, found.size, params.epochs)

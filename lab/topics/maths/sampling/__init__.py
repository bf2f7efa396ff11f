"""Samples and what they tell: mean, variance, the law of large numbers, seeds, the t-test."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Event, Progress, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Table
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import metrics
from lab.data.store import DataStore
from lab.topics.maths.sampling.figures import law, means, p_values
from lab.topics.maths.sampling.numbers import numbers, t_test
from lab.topics.maths.sampling.populations import POPULATIONS
from lab.topics.maths.sampling.seeds import seed_table
from lab.topics.maths.sampling.trials import Trials

STEPS = 60


@dataclass(frozen=True, kw_only=True)
class SamplingParams(Params):
    """What is drawn from, how much, and how often."""

    distribution: str = choice(
        "normal",
        {
            "normal": "Normal: mean 0, deviation 1",
            "uniform": "Uniform: 0 to 1",
            "exponential": "Exponential: mean 1",
            "coin": "Coin: 0 or 1",
            "dice": "Die: 1 to 6",
        },
        label="Distribution",
        help="Where each number comes from. Its mean and variance are known, so that estimates can be judged.",
        group="Samples",
    )
    n: int = integer(
        10, 2, 10_000, label="Sample size n", help="Numbers in one sample.", group="Samples", scale="log", slider=True
    )
    samples: int = integer(
        1000, 10, 5000, label="Samples",
        help="How many samples are drawn in a run; beside each, a second one for the t-test.", group="Samples",
        scale="log",
    )  # fmt: skip
    difference: float = real(
        0.0, 0.0, 2.0, label="True difference",
        help="How far the mean of the second sample is shifted, in standard deviations. 0: there is nothing to find.",
        group="Samples", slider=True,
    )  # fmt: skip
    seed: int = integer(
        7, 0, 2**31 - 1, label="Seed",
        help="Where the random numbers begin. The same seed gives the same numbers again.", group="Run",
    )  # fmt: skip

    def trials(self) -> Trials:
        """Return the samples, none of them drawn yet."""
        population = POPULATIONS[self.distribution]
        return Trials(population, self.n, self.difference * population.deviation, self.seed)


class Sampling(Experiment[SamplingParams]):
    """Draw more and more samples, slowly at first, and compare what they say with the truth."""

    id: ClassVar[str] = "maths.sampling"
    title: ClassVar[str] = "Samples, chance and seeds"
    params: ClassVar[type[Params]] = SamplingParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 10.0

    def __init__(self) -> None:
        self._params = SamplingParams()
        self._trials: Trials | None = None
        self._share = 0.0

    def prepare(self, params: SamplingParams) -> None:
        """Begin at the seed."""
        self._params, self._trials = params, params.trials()

    def preview(self, params: SamplingParams, data: DataStore) -> Iterator[Event]:
        """Show what theory promises."""
        yield from self._figures(params, params.trials(), 0.0)
        yield lazily(Table, "seeds", partial(seed_table, params.seed, with_torch=False))

    def run(self, params: SamplingParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step for each further batch of samples; the first batches are single samples."""
        if self._trials is None or self._trials.count:
            self.prepare(params)
        trials = self._trials
        assert trials is not None
        wholes = np.unique(np.round(np.geomspace(1, params.samples, STEPS)).astype(np.int64)).tolist()
        yield from context.made(
            (lazily(Table, "seeds", partial(seed_table, params.seed, with_torch=False)),), everything=True
        )
        for step, whole in enumerate(wholes, 1):
            trials.draw(whole - trials.count)
            last = step == len(wholes)
            self._share = step / len(wholes)
            yield from context.made(self._figures(params, trials, self._share), everything=last)
            yield from context.made((_test(trials, params.difference, with_scipy=False),), everything=last)
            yield Progress(step, len(wholes), 1, 1, last)
        yield metrics([numbers(trials), t_test(trials, params.difference, with_scipy=False)])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show where the run rests, compared with what takes long to load: SciPy's test, the generators of torch."""
        trials = self._trials
        if trials is None or not trials.count:
            return
        yield from self._figures(self._params, trials, self._share)
        yield _test(trials, self._params.difference, with_scipy=True)
        yield lazily(Table, "seeds", partial(seed_table, self._params.seed, with_torch=True))

    @staticmethod
    def _figures(params: SamplingParams, trials: Trials, share: float) -> Iterator[Event]:
        """Yield what `trials` show, a `share` of the way; of none, what theory promises."""
        yield lazily(Chart, "law", law, trials, share)
        yield lazily(Chart, "means", means, trials)
        yield lazily(Chart, "p_values", p_values, trials, params.difference)
        yield lazily(Table, "numbers", lambda: numbers(trials).table)


def _test(trials: Trials, effect: float, *, with_scipy: bool) -> Event:
    return lazily(Table, "test", lambda: t_test(trials, effect, with_scipy=with_scipy).table)


EXPERIMENT = Sampling

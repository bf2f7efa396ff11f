"""How many channels each of two convolutions needs: nine networks that read letters, as in the course."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, Metrics, Progress, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, Cell, CellMark, Chart, Field, Line, LineStyle, Table
from lab.core.headline import Headline
from lab.core.params import Params, integers, redeclared
from lab.core.text import Message, message
from lab.data.params import LetterDataParams
from lab.data.store import DataStore
from lab.nets.convolutional import plan
from lab.sweeps import figures, grid
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.outcomes import Outcome, Results, Trained
from lab.sweeps.params import SweepParams, each_epochs_field, repeats_field
from lab.sweeps.within import PULSE_SECONDS
from lab.topics.cnn.letters import Letters, LettersParams
from lab.topics.cnn.mnist import SHAPE
from lab.training.metaparameters import TrainingParams

RUN = "cnn.letters"
FIRST, SECOND = "network.conv1.channels", "network.conv2.channels"
LETTERS = 26
COURSE: Mapping[tuple[int, int], float] = {
    (2, 2): 12.79, (2, 5): 9.73, (2, 8): 9.42, (5, 2): 11.77, (5, 5): 9.18, (5, 8): 8.30, (8, 2): 11.64, (8, 5): 9.14,
    (8, 8): 7.56,
}  # fmt: skip
"""The course's test errors in per cent, of single runs of five epochs on EMNIST letters, read off its figure."""
_OURS: LineStyle = "line + points"
_THEIRS: LineStyle = "dashes"
TIMED = 30
"""Steps of each network whose time is taken; the shortest half of them counts."""
DRIVERS: Mapping[str, Message] = {
    "conv1": message("channels of conv1"),
    "conv2": message("channels of conv2"),
    "channels": message("conv1 + conv2"),
    "parameters": message("parameters"),
}
"""What the error may go with, by name of its metric."""


@dataclass(frozen=True, kw_only=True)
class ChannelsParams(LetterDataParams, SweepParams):
    """The course's nine networks, epochs, batches and rate."""

    essentials: ClassVar[tuple[str, ...]] = ("first", "second", "repeats", "epochs")

    first: tuple[int, ...] = integers(
        (2, 5, 8), 1, 64, length=(1, 8), label="Channels of conv1", help="Each number is tried with each of conv2.",
        group="Sweep",
    )  # fmt: skip
    second: tuple[int, ...] = integers(
        (2, 5, 8), 1, 64, length=(1, 8), label="Channels of conv2", help="Each number is tried with each of conv1.",
        group="Sweep",
    )  # fmt: skip
    repeats: int = repeats_field(1, 20, "Networks of each kind, each with other first weights and batches.")
    epochs: int = each_epochs_field(5, 100)
    learning_rate: float = redeclared(TrainingParams, "learning_rate", 0.001)
    batch_size: int = redeclared(TrainingParams, "batch_size", 32)


class Channels(SweepExperiment[ChannelsParams]):
    """Sweep `cnn.letters` over the channels of both convolutions."""

    id: ClassVar[str] = "cnn.channels"
    title: ClassVar[str] = "Channels"
    params: ClassVar[type[Params]] = ChannelsParams
    headline: ClassVar[Headline | None] = Headline("best_error", message("lowest test error"), "percent", "lower")

    _times: Mapping[int, float] = {}

    def validate(self, params: ChannelsParams, data: DataStore) -> None:
        """Raise LabError where the images are missing or damaged."""
        params.images(data)

    def preview(self, params: ChannelsParams, data: DataStore) -> Iterator[Event]:
        """Show what the course found, and which networks there are."""
        self._times = {}
        return self.figures(params, Results.of(self.sweep(params)))

    def sweep(self, params: ChannelsParams) -> grid.Sweep:
        """Return channels × channels × repeats."""
        base = params.over(RUN, "seed", ()).base
        axes = grid.Axis(FIRST, _once(params.first)), grid.Axis(SECOND, _once(params.second))
        return grid.Sweep(RUN, base, axes, params.repeats)

    def run(self, params: ChannelsParams, context: Context) -> Generator[Event, None, None]:
        """Take the time of each network, while nothing else runs, where somebody watches; then train them."""
        self._times = step_times(self.sweep(params)) if context.watched else {}
        yield from super().run(params, context)

    def outcomes(
        self, cells: Sequence[grid.Cell], params: ChannelsParams, context: Context
    ) -> Iterator[Outcome | Trained]:
        """Train one network after the other, and say now and then how far it is, so that it can be stopped."""
        for cell in cells:
            told = time.monotonic()
            assert isinstance(cell.params, LettersParams)
            for event in Letters().run(cell.params, Context(context.device, context.data)):
                if isinstance(event, Metrics):
                    yield Outcome(cell, event.values)
                elif isinstance(event, Progress) and time.monotonic() - told > PULSE_SECONDS:
                    told = time.monotonic()
                    yield Trained(cell.index, 1, event.step / event.steps)

    def figures(self, params: ChannelsParams, results: Results) -> Iterator[Event]:
        """Yield the errors as maps and over what they may go with, and the tables."""
        errors = 100 * figures.spread(results.grid("test_error"))[0]
        yield lazily(Field, "map", _map, results, errors)
        yield lazily(Field, "course", _course, False)
        yield lazily(Field, "swapped", _course, True)
        counts = np.array(
            [parameters_of(results.cells[i].params) for i in range(0, len(results.cells), params.repeats)]
        )
        yield lazily(Chart, "parameters", _over, results, errors, counts, DRIVERS["parameters"])
        sums = np.add.outer(*(np.array(axis.values) for axis in results.sweep.axes)).ravel()
        yield lazily(Chart, "channels", _over, results, errors, sums, DRIVERS["channels"])
        yield lazily(Table, "networks", _networks, results, errors, counts, self._times)
        yield lazily(Table, "numbers", _correlations, results)

    def totals(self, params: ChannelsParams, results: Results) -> dict[str, float]:
        """Return the lowest and the highest mean error, and what the errors go with."""
        errors = figures.spread(results.grid("test_error"))[0]
        known = errors[np.isfinite(errors)]
        ends = {"best_error": known.min(), "worst_error": known.max()} if len(known) else {}
        found = correlations(results.sweep, errors)
        return {**{name: float(value) for name, value in ends.items()}, **{f"r_{name}": r for name, r in found.items()}}


def _once(values: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(values)))


def parameters_of(params: Params) -> int:
    """Return how many parameters a network for letters has."""
    assert isinstance(params, LettersParams)
    return sum(layer.parameters for layer in plan(params, SHAPE, LETTERS))


def drivers(sweep: grid.Sweep) -> dict[str, Array]:
    """Return what the errors may go with: for each network (first, second) the numbers that `DRIVERS` names."""
    first, second = np.meshgrid(*(np.array(axis.values, float) for axis in sweep.axes), indexing="ij")
    bare = grid.Sweep(sweep.experiment, sweep.base, sweep.axes)
    counts = np.array([float(parameters_of(cell.params)) for cell in bare.cells()]).reshape(first.shape)
    return {"conv1": first, "conv2": second, "channels": first + second, "parameters": counts}


def correlations(sweep: grid.Sweep, errors: Array) -> dict[str, float]:
    """Return Pearson's r of errors (first, second) with each of the drivers; NaN where one of both is constant."""
    known = np.isfinite(errors)
    found = {}
    for name, values in drivers(sweep).items():
        x, y = values[known], errors[known]
        varies = len(x) > 1 and np.ptp(x) > 0 and np.ptp(y) > 0
        found[name] = float(np.corrcoef(x, y)[0, 1]) if varies else math.nan
    return found


def course_errors(sweep: grid.Sweep) -> Array:
    """Return the course's errors for the networks of a sweep (first, second), in per cent; NaN where it has none."""
    first, second = (axis.values for axis in sweep.axes)
    return np.array([[COURSE.get((one, other), math.nan) for other in second] for one in first])


def step_times(sweep: grid.Sweep) -> dict[int, float]:
    """Return the milliseconds that a step of 32 images takes with each network, forward and backward, by its place."""
    import torch
    from torch.nn import functional

    from lab.nets.network import build

    images, labels = torch.zeros(32, *SHAPE), torch.arange(32) % LETTERS
    networks = [
        build(cell.params, SHAPE, LETTERS, torch.Generator().manual_seed(0)).to(memory_format=torch.channels_last)
        for cell in grid.Sweep(sweep.experiment, sweep.base, sweep.axes).cells()
        if isinstance(cell.params, LettersParams)
    ]
    taken = np.zeros((TIMED, len(networks)))
    # In turns: what else the computer does meets all of them alike.
    for turn, place in np.ndindex(taken.shape):
        began = time.perf_counter()
        loss: Any = functional.cross_entropy(networks[place](images), labels)
        loss.backward()
        taken[turn, place] = 1000 * (time.perf_counter() - began)
    return dict(enumerate(np.sort(taken, axis=0)[: TIMED // 2].mean(axis=0).tolist()))


def _map(results: Results, errors: Array) -> Field:
    first, second = results.sweep.axes
    return Field(
        "map", errors.T, Axis(DRIVERS["conv1"]), Axis(DRIVERS["conv2"]), _ends(first.values), _ends(second.values),
        message("test error, %"), smooth=False, links=tuple(results.opens[:, :, 0].T.ravel()),
        missing=message("not there yet"),
    )  # fmt: skip


def _course(swapped: bool) -> Field:
    """Return the course's errors over conv1 and conv2; or, `swapped`, as its figure has them."""
    sizes = sorted({first for first, _ in COURSE})
    errors = np.array([[COURSE[first, second] for first in sizes] for second in sizes])
    axes = Axis(DRIVERS["conv1"]), Axis(DRIVERS["conv2"])
    if swapped:
        errors = errors.T
        axes = Axis(message("called conv1, is conv2")), Axis(message("called conv2, is conv1"))
    ends = _ends(sizes)
    return Field("swapped" if swapped else "course", errors, *axes, ends, ends, message("test error, %"), smooth=False)


def _ends(values: Any) -> tuple[float, float]:
    """Return the ends of an axis on which each value stands in the middle of its cell."""
    half = (values[-1] - values[0]) / (len(values) - 1) / 2 if len(values) > 1 else 0.5
    return float(values[0] - half), float(values[-1] + half)


def _over(results: Results, errors: Array, values: Array, label: Message) -> Chart:
    """Return the errors over what they may go with: a line for each number of channels of conv2, and the course's."""
    x, opens = values.reshape(errors.shape).astype(float), results.opens[:, :, 0]
    lines = []
    for found in (errors, course_errors(results.sweep)):
        for place, channels in enumerate(results.sweep.axes[1].values):
            known, ours = np.isfinite(found[:, place]), found is errors
            if known.any():
                words, style = message("conv2: {count}", count=channels), _OURS
                if not ours:
                    words, style = message("conv2: {count}, the course's", count=channels), _THEIRS
                links = tuple(opens[known, place]) if ours else ()
                lines.append(Line(words, x[known, place], found[known, place], style, place, links))
    name = "parameters" if label == DRIVERS["parameters"] else "channels"
    return Chart(name, tuple(lines), Axis(label), Axis(message("test error, %")))


def _networks(results: Results, errors: Array, counts: Array, times: Mapping[int, float]) -> Table:
    runs, theirs = 100 * results.grid("test_error"), course_errors(results.sweep)
    best = np.nanmin(errors) if np.isfinite(errors).any() else math.nan
    rows = []
    for number, (place, count) in enumerate(zip(np.ndindex(errors.shape), counts.tolist(), strict=True)):
        first, second = (axis.values[at] for axis, at in zip(results.sweep.axes, place, strict=True))
        several = np.isfinite(runs[place]).sum() > 1
        deviation = float(np.nanstd(runs[place], ddof=1)) if several else math.nan
        dense = 49 * second * 50 + 50
        rows.append((
            Cell(first), Cell(second), Cell(count),
            Cell(round(dense / count, 3), message("49 · {second} · 50 + 50 = {dense} of linear1, which gets 49 numbers "
                 "of each channel of conv2", second=second, dense=f"{dense:,}"), share=True),
            _number(errors[place], "good" if errors[place] == best else ""), _number(deviation),
            _number(times.get(number, math.nan)), _number(theirs[place]),
        ))  # fmt: skip
    columns = (
        "conv1", "conv2", message("parameters"), "linear1", message("error, %"), "±", "ms", message("course, %"),
    )  # fmt: skip
    note = message(
        "linear1 is the share of the parameters that it has; ± the deviation between repeats; ms the time of one step "
        "of 32 images, forward and backward, taken before the training. The course's errors are single runs on real "
        "letters."
    )
    return Table("networks", columns, tuple(rows), note)


def _number(value: Any, mark: CellMark = "") -> Cell:
    return Cell(float(f"{value:.3g}") if math.isfinite(value) else None, mark=mark)


def _correlations(results: Results) -> Table:
    runs = results.grid("test_error")
    ours = correlations(results.sweep, figures.spread(runs)[0])
    theirs = correlations(results.sweep, course_errors(results.sweep))
    each = [correlations(results.sweep, runs[:, :, repeat]) for repeat in range(runs.shape[2])]
    rows = []
    for name, label in DRIVERS.items():
        of_repeats = [found[name] for found in each if math.isfinite(found[name])]
        between = f"{min(of_repeats):.2f} … {max(of_repeats):.2f}" if len(of_repeats) > 1 else None
        rows.append((Cell(label), _number(ours[name]), Cell(between), _number(theirs[name])))
    columns = (
        message("the error with"), message("r here"), message("of each repeat"), message("the course's"),
    )  # fmt: skip
    note = message(
        "Pearson's r of the mean errors. Each channel of conv2 also brings 2,450 weights of linear1, so that conv2 and "
        "the parameters cannot be told apart here."
    )
    return Table("numbers", columns, tuple(rows), note)


EXPERIMENT = Channels

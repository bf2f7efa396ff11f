"""From images on the disk to batches: what runs when, seen event by event."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Table
from lab.core.params import Params
from lab.core.pictures import Pictures
from lab.core.quantities import Numbers, metrics
from lab.core.text import message
from lab.data.store import DataStore, Origin
from lab.topics.transforms.dataset.figures import batch, one_image
from lab.topics.transforms.dataset.ledger import Ledger
from lab.topics.transforms.dataset.narration import story
from lab.topics.transforms.dataset.params import DatasetParams
from lab.topics.transforms.dataset.program import program_of
from lab.topics.transforms.dataset.tables import counts, every_image, results
from lab.topics.transforms.dataset.timings import times, times_chart
from lab.topics.transforms.dataset.words import said

INSTEAD = "fashion"
"""What is used where the data set that is asked for is not there."""


class DatasetSteps(Experiment[DatasetParams]):
    """One step is one event of the story."""

    id: ClassVar[str] = "transforms.dataset"
    title: ClassVar[str] = "Data sets and loaders"
    params: ClassVar[type[Params]] = DatasetParams
    persistent: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 2.0

    def _begin(self, params: DatasetParams, data: DataStore, preview: bool = False) -> Iterator[Event]:
        """Take up the data; say so where it is not the one that is asked for. For a preview large data are not read."""
        name, count = _at_hand(params.dataset, data), params.examples
        self._there = True
        if name != params.dataset:
            yield Remark(
                "data",
                message(
                    "{title} is not there, so Fashion-MNIST is used. Under “Data …” it can be imported or downloaded.",
                    title=data.info(params.dataset).title,
                ),
                "warning",
            )
        self._file: Path = data.path(name).absolute()
        self._times: Chart | None = None
        info = data.info(name)
        if preview and info.origin is not Origin.BUNDLED:
            self._there = False
            blank = np.zeros((count, *info.shape), np.uint8)
            self._ledger = Ledger(params, blank, np.zeros(count, np.int64), info.classes)
            return
        found = data.load(name).train
        # A copy, since torch does not like memory that cannot be written to.
        images, labels = np.array(found.images[:count]), found.labels[:count].astype(np.int64)
        self._ledger = Ledger(params, images, labels, data.info(name).classes)

    def validate(self, params: DatasetParams, data: DataStore) -> None:
        """Raise LabError where the images, or those that stand in for them, are missing or damaged."""
        data.load(_at_hand(params.dataset, data))

    def preview(self, params: DatasetParams, data: DataStore) -> Iterator[Event]:
        """Show the data and the program."""
        yield from self._begin(params, data, preview=True)
        yield from self._figures()

    def run(self, params: DatasetParams, context: Context) -> Generator[Event, None, None]:
        """Go through the story; a step an event."""
        yield from self._begin(params, context.data)
        ledger, steps = self._ledger, self._steps(params)
        for step, happening in enumerate(story(params, ledger.images, ledger.labels), 1):
            ledger.take(happening)
            yield from context.made(self._figures(), everything=step == steps)
            if step == steps and context.watched and ledger.shapes:
                self._times = times_chart(times(params, ledger.images, ledger.labels))
                yield self._times
            yield Progress(step, steps, max(happening.epoch, 1), params.epochs, happening.kind == "end")
        if not ledger.shapes:
            yield Remark(
                "nothing",
                message(
                    "No batch came at all: {count} images do not fill one of {size}, and drop_last leaves out what is "
                    "not full.", count=len(ledger.labels), size=params.batch_size,
                ),
                "warning",
            )  # fmt: skip
        yield metrics([Numbers(results(ledger))])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show where the run rests."""
        if hasattr(self, "_ledger"):
            yield from self._figures()
            if self._times is not None:
                yield self._times

    def _steps(self, params: DatasetParams) -> int:
        """Return how many events there will be."""
        full, rest = divmod(len(self._ledger.labels), params.batch_size)
        left_out = rest if params.drop_last else 0
        batches = full + (1 if rest and not params.drop_last else 0)
        begin = 4 if params.when == "never" else 5
        return begin + params.epochs * (2 + len(self._ledger.labels) - left_out + 2 * batches)

    def _figures(self) -> Iterator[Event]:
        ledger = self._ledger
        yield lazily(Code, "code", self._program)
        if not self._there:
            yield Pictures("batch", ())
            yield Pictures("item", ())
            yield lazily(Table, "counts", counts, ledger)
            return
        yield lazily(Pictures, "batch", batch, ledger)
        yield lazily(Pictures, "item", one_image, ledger)
        yield lazily(Table, "counts", counts, ledger)
        yield lazily(Table, "images", every_image, ledger)

    def _program(self) -> Code:
        ledger = self._ledger
        now = None if ledger.now is None else ledger.now.kind
        return program_of(ledger.params, self._file, ledger.images.shape, results(ledger), said(ledger), now)


def _at_hand(name: str, data: DataStore) -> str:
    """Return a data set, or the one that stands in for it where it is not there."""
    info = data.info(name)
    return name if info.installed and info.problem is None else INSTEAD


EXPERIMENT = DatasetSteps

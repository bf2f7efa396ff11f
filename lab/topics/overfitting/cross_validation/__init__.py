"""Cross-validation: each row is tested once, by a network that has not learned from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, Metrics, Predictions, lazily
from lab.core.experiment import Context, StepUnit
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.headline import Headline
from lab.core.metaparameters import DescentParams, epochs_field
from lab.core.params import ParamError, Params, choice, integer
from lab.core.quantities import metrics
from lab.core.text import message
from lab.data.classical import load_table
from lab.data.store import DataStore
from lab.data.tables.examples import Missing
from lab.data.tables.own import OwnDataParams, examples_of
from lab.data.tables.roles import Limits
from lab.nets.dense.params import DenseNetParams
from lab.topics.overfitting.cross_validation.division import WAYS, divided
from lab.topics.overfitting.cross_validation.figures import fold_of_rows, numbers, over_epochs, over_folds, predictions
from lab.topics.overfitting.cross_validation.folds import Folds
from lab.topics.overfitting.cross_validation.program import program
from lab.training.drive import LearningExperiment, Occasion

MOST_ALONE = 300
"""Rows up to which each may be left out alone: so many networks are trained."""


@dataclass(frozen=True, kw_only=True)
class CrossValidationParams(OwnDataParams, DenseNetParams, DescentParams):
    """The rows, how they are divided into folds, and the network; the network's values are the course's."""

    limits: ClassVar[Limits] = Limits(classes=10)
    own_when: ClassVar[Any] = ("data", ("own",))
    essentials: ClassVar[tuple[str, ...]] = ("data", "way", "folds")

    data: str = choice(
        "iris", {"iris": "Iris: 150 flowers", "own": "Own table (CSV)"}, label="Rows", group="Data",
        help="What is learned. Of an own table, mean and deviation, for scaling and for gaps, are those of each fold's "
        "training rows.",
    )  # fmt: skip
    way: str = choice(
        "shuffled", WAYS, label="Folds", group="Folds",
        help="Which rows are tested together. Leave-one-out has as many folds as rows: "
        "with 64, 64 units and 500 epochs that takes about half a minute.",
    )  # fmt: skip
    folds: int = integer(
        5, 2, 20, slider=True, label="Number of folds", group="Folds",
        when=("way", ("shuffled", "stratified", "ordered")),
        help="A network a fold: it is tested on the fold and learns from all others.",
    )  # fmt: skip
    epochs: int = epochs_field(500, 5000)

    def check(self) -> None:
        """Refuse more folds than there are rows, or rows of a class."""
        if self.data == "own" and not self.file.strip():
            return
        counts = np.bincount(self.table[1])
        rows = int(counts.sum())
        if self.way == "leave_one_out":
            if rows > MOST_ALONE:
                raise ParamError(
                    "way", "{field}: leaving out each of {rows} rows alone takes as many networks; up to {most} are "
                    "trained here, so choose folds", rows=rows, most=MOST_ALONE,
                )  # fmt: skip
        elif self.folds > rows:
            raise ParamError("folds", "{field}: there are only {rows} rows for {value} folds", rows=rows,
                             value=self.folds)  # fmt: skip
        elif self.way == "stratified" and self.folds > counts.min():
            raise ParamError(
                "folds", "{field}: {value} folds cannot each have a row of the smallest class, which has {rows}",
                value=self.folds, rows=int(counts.min()),
            )  # fmt: skip

    @cached_property
    def table(self) -> tuple[Array, Array, tuple[str, ...]]:
        """Features (N, F) as they are, with NaN where the mean is to stand; classes (N,), and what those are called.

        Raises ParamError.
        """
        if self.data == "iris":
            flowers = load_table("iris")
            return flowers.features, flowers.target, flowers.classes
        # The mean of all rows would tell each network of the rows that it is tested on.
        missing: Missing = "keep" if self.missing == "mean" else "leave_out"
        found = examples_of(self.file, self.roles, missing, False, self.limits)
        return found.features, found.labels, found.class_names

    @property
    def scaled(self) -> bool:
        """Whether each network sees features scaled by the rows that it learns from."""
        return self.data == "own" and self.standardise

    @cached_property
    def fold_of(self) -> Array:
        """The fold in which each row is tested (N,)."""
        return divided(self.table[1], self.way, self.folds, self.seed)


class CrossValidation(LearningExperiment[CrossValidationParams, Folds]):
    """A network for each fold, all at once, from the same first weights."""

    id: ClassVar[str] = "overfitting.cross_validation"
    title: ClassVar[str] = "Cross-validation"
    params: ClassVar[type[Params]] = CrossValidationParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    step_unit: ClassVar[StepUnit] = "epoch"
    steps_per_second: ClassVar[float | None] = 100.0
    headline: ClassVar[Headline | None] = Headline("test_accuracy", message("test accuracy"))

    def validate(self, params: CrossValidationParams, data: DataStore) -> None:
        """Raise LabError where the table is missing or cannot be learned from."""
        _ = params.fold_of

    def preview(self, params: CrossValidationParams, data: DataStore) -> Iterator[Event]:
        """Show which row is tested in which fold, and the program."""
        yield from self._figures(params, Folds(params))

    def begin(self, params: CrossValidationParams, context: Context) -> Folds:
        """Draw the first weights, which are those of every fold."""
        self._params = params
        return Folds(params)

    def shown(self, engine: Folds, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield how all folds stand."""
        return self._figures(self._params, engine)

    def result(self, engine: Folds) -> Metrics:
        """Return mean and spread over the folds."""
        return metrics([numbers(engine)])

    @staticmethod
    def _figures(params: CrossValidationParams, folds: Folds) -> Iterator[Event]:
        yield lazily(Chart, "curves", over_epochs, folds)
        yield lazily(Chart, "folds", over_folds, folds)
        rows = cache(partial(fold_of_rows, folds))
        yield lazily(Field, "rows", lambda: rows()[0])
        yield lazily(Overlay, "rows", lambda: rows()[1])
        yield lazily(Predictions, "rows", predictions, folds)
        yield lazily(Table, "numbers", lambda: numbers(folds).table)
        if not folds.epoch:
            yield lazily(Code, "code", program, params)


EXPERIMENT = CrossValidation

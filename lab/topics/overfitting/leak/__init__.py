"""Leaks: the test knows something of what was learned from. Each beside the same done honestly, over several seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Metrics, lazily
from lab.core.experiment import Context, StepUnit
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.metaparameters import DescentParams, epochs_field, seed_field
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import metrics
from lab.core.text import message
from lab.data.store import DataStore
from lab.nets.dense.params import hidden_field
from lab.topics.overfitting.leak.figures import explained, numbers, over_epochs, over_seeds
from lab.topics.overfitting.leak.pairs import Pairs
from lab.topics.overfitting.leak.program import program
from lab.topics.overfitting.leak.rows import DATA, WAYS
from lab.training.drive import LearningExperiment, Occasion


@dataclass(frozen=True, kw_only=True)
class LeakParams(DescentParams):
    """The leak, the rows, and the network; network and rate are the course's."""

    essentials: ClassVar[tuple[str, ...]] = ("way", "data", "train_share")

    way: str = choice(
        "epochs", WAYS, label="Leak", group="Leak", help="What is done wrong. The honest network does all else alike."
    )
    copies: int = integer(
        2, 2, 10, slider=True, label="Copies of each row", group="Leak", when=("way", ("copies",)),
        help="How often each row is there when all are split. The honest split comes first; then what is for training "
        "is copied.",
    )  # fmt: skip
    data: str = choice(
        "iris", DATA, label="Data", group="Data",
        help="The made rows have 20 numbers, of which two tell the classes apart: there is much to learn by heart.",
    )  # fmt: skip
    train_share: float = real(
        0.2, 0.05, 0.95, slider=True, label="Share to train on", group="Data",
        help="The share of all rows that is learned from. The notebook tries 0.2 to 0.95.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field()
    epochs: int = epochs_field(200, 5000)
    repeats: int = integer(
        10, 2, 40, slider=True, label="Seeds", group="Run",
        help="How often both networks are trained, each time with other rows for testing and other first weights.",
    )  # fmt: skip
    seed: int = seed_field(help="The first of the seeds; the others follow it.")


class Leak(LearningExperiment[LeakParams, Pairs]):
    """For each seed an honest network and a leaking one, side by side."""

    id: ClassVar[str] = "overfitting.leak"
    title: ClassVar[str] = "Leaks"
    params: ClassVar[type[Params]] = LeakParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    step_unit: ClassVar[StepUnit] = "epoch"
    steps_per_second: ClassVar[float | None] = 100.0
    headline: ClassVar[Headline | None] = Headline("honest", message("honest accuracy"))

    def preview(self, params: LeakParams, data: DataStore) -> Iterator[Event]:
        """Show what will be compared, and the program."""
        yield from self._figures(params, Pairs(params))

    def begin(self, params: LeakParams, context: Context) -> Pairs:
        """Draw the rows and the first weights of all."""
        self._params = params
        return Pairs(params)

    def shown(self, engine: Pairs, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield how all stand."""
        return self._figures(self._params, engine)

    def result(self, engine: Pairs) -> Metrics:
        """Return both accuracies, and the share of test rows that were trained on."""
        return metrics([numbers(engine)])

    @staticmethod
    def _figures(params: LeakParams, pairs: Pairs) -> Iterator[Event]:
        yield lazily(Chart, "curves", over_epochs, pairs)
        yield lazily(Chart, "seeds", over_seeds, pairs)
        yield lazily(Table, "numbers", lambda: numbers(pairs).table)
        yield lazily(Table, "rows", explained, pairs)
        if not pairs.epoch:
            yield lazily(Code, "code", program, params)


EXPERIMENT = Leak

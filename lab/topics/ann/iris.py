"""Three kinds of iris, from four measurements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, Predictions, lazily
from lab.core.examples import Examples
from lab.core.figures import Cell, Table
from lab.core.metaparameters import DescentParams
from lab.core.params import Params, choice, flag
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.classical import load_table
from lab.data.params import train_share_field
from lab.data.planar import split
from lab.data.store import DataStore
from lab.nets.dense.params import DenseNetParams
from lab.nets.dense.spec import dense
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.flowers import flowers
from lab.training.dense.learner import Learner
from lab.training.dense.measures import of_training
from lab.training.dense.spec import TrainingSpec, by_descent

SPARE = 0.005
"""How far a sum may be from 1 to be called 1."""


@dataclass(frozen=True, kw_only=True)
class IrisParams(DenseNetParams, DescentParams):
    """The course's values are the defaults."""

    output: str = choice(
        "softmax", {"softmax": "Softmax with cross-entropy", "sigmoid": "Three sigmoids with binary cross-entropy"},
        label="Output", help="How three sums become three probabilities.", group="Network",
    )  # fmt: skip
    standardised: bool = flag(
        False, label="Standardised", group="Data",
        help="Each measurement is shifted and scaled to mean 0 and standard deviation 1.",
    )  # fmt: skip
    train_share: float = train_share_field(1.0)

    def measured(self) -> tuple[Array, Array, Array]:
        """Return what the network sees of all flowers (N, 4), their kinds (N,), and which it is trained on (N,)."""
        table = load_table("iris")
        x = table.standardised if self.standardised else table.features
        return x, table.target, split(table.target, self.train_share, streams(self.seed).data)


class Iris(DenseExperiment[IrisParams]):
    """4–64–64–3, an output a kind of flower."""

    id: ClassVar[str] = "ann.iris"
    title: ClassVar[str] = "Iris flowers"
    params: ClassVar[type[Params]] = IrisParams

    def recipe(self, params: IrisParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on the flowers."""
        x, y, train = params.measured()
        plan = dense(4, params.hidden, 3, params.activation)
        if params.output == "sigmoid":
            return by_descent(params, plan, "bce_logits", x, (y[:, None] == np.arange(3)).astype(float), train)
        return by_descent(params, plan, "cross_entropy", x, y, train)

    def figures(self, params: IrisParams, learner: Learner) -> Iterator[Event]:
        """Yield all flowers with their probabilities, the answers and the sums."""
        inputs, _, train = params.measured()
        shown = cache(partial(flowers, learner, inputs, train))
        yield lazily(Examples, "flowers", shown)
        yield lazily(Predictions, "flowers", lambda: shown().predictions)
        yield lazily(Table, "sums", lambda: _sums(shown(), params.output == "sigmoid"))

    def numbers(self, params: IrisParams, learner: Learner) -> Numbers:
        """Return how good it is, of all flowers too, and how sure."""
        inputs, _, train = params.measured()
        shown = flowers(learner, inputs, train)
        true = float(shown.shares[np.arange(len(shown.labels)), shown.labels].mean())
        sure = message("mean probability of the true kind"), true, message("how sure it is, where it should")
        wrong = message("taken for another kind"), int(shown.wrong.sum()), message("those with a ring")
        return Numbers((*of_training(learner), Quantity(*wrong), Quantity(*sure)))


def _sums(shown: Examples, sigmoids: bool) -> Table:
    """Return for each flower its three probabilities and their sum."""
    classes, predicted, wrong = shown.classes, shown.predicted, shown.wrong
    totals, above = shown.shares.sum(axis=1), (shown.shares > 0.5).sum(axis=1)
    rows = tuple(
        (
            Cell(place + 1),
            Cell(classes[shown.labels[place]]),
            Cell(round(total, 4), mark="good" if abs(total - 1) <= SPARE else "bad"),
            *(Cell(round(share, 4)) for share in shown.shares[place].tolist()),
            Cell(classes[predicted[place]] if predicted[place] >= 0 else None, mark="bad" if wrong[place] else ""),
        )
        for place, total in enumerate(totals.tolist())
    )
    note = message("Softmax divides by the sum: the three are shares of one, for every flower.")
    if sigmoids:
        note = message(
            "Three sigmoids decide apart: for {none} flowers none is above ½, for {several} more than one; "
            "sums go from {low} to {high}.",
            none=int((above == 0).sum()),
            several=int((above > 1).sum()),
            low=f"{totals.min():.2f}",
            high=f"{totals.max():.2f}",
        )
    return Table("sums", (message("flower"), message("kind"), message("sum"), *classes, message("answer")), rows, note)


EXPERIMENT = Iris

"""Three kinds of iris, from four measurements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, Predictions, lazily
from lab.core.examples import Examples
from lab.core.figures import Table
from lab.core.metaparameters import DescentParams
from lab.core.params import Params, choice, flag, integers, real
from lab.data.classical import load_table
from lab.data.planar import split
from lab.data.store import DataStore
from lab.nets.dense.plan import dense
from lab.nets.registry.activations import HIDDEN, sigmoid, softmax
from lab.topics.ann.iris_figures import flowers, numbers, predictions, sums
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.recipe import Recipe, streams


@dataclass(frozen=True, kw_only=True)
class IrisParams(DescentParams):
    """The course's values are the defaults."""

    hidden: tuple[int, ...] = integers(
        (64, 64), 1, 512, length=(0, 6), label="Units", group="Network",
        help="Units of each hidden layer; leave it empty for none.",
    )  # fmt: skip
    activation: str = choice(
        "relu", HIDDEN, label="Activation", help="The non-linearity after each hidden layer.", group="Network"
    )
    output: str = choice(
        "softmax",
        {"softmax": "Softmax with cross-entropy", "sigmoid": "Three sigmoids with binary cross-entropy"},
        label="Output",
        help="How three sums become three probabilities.",
        group="Network",
    )
    standardised: bool = flag(
        False, label="Standardised", group="Data",
        help="Each measurement is shifted and scaled to mean 0 and standard deviation 1.",
    )  # fmt: skip
    train_share: float = real(
        1.0, 0.1, 1.0, slider=True, label="Share to train on", group="Data",
        help="The share of each kind that is learned from; the rest is for testing. The course takes all.",
    )  # fmt: skip


class Iris(DenseExperiment[IrisParams]):
    """4–64–64–3, an output a kind of flower."""

    id: ClassVar[str] = "ann.iris"
    title: ClassVar[str] = "Iris flowers"
    params: ClassVar[type[Params]] = IrisParams

    def recipe(self, params: IrisParams, data: DataStore) -> Recipe:
        """Return the network of the course on the flowers."""
        x, y, train = _measured(params)
        sigmoids = params.output == "sigmoid"
        targets = (y[:, None] == np.arange(3)).astype(float) if sigmoids else y
        test = None if train.all() else ~train
        return Recipe(
            dense(4, params.hidden, 3, params.activation),
            "bce_logits" if sigmoids else "cross_entropy",
            x[train],
            targets[train],
            params.learning_rate,
            params.epochs,
            params.seed,
            None if test is None else x[test],
            None if test is None else targets[test],
        )

    def figures(self, params: IrisParams, learner: Learner) -> Iterator[Event]:
        """Yield all flowers with their probabilities, the answers, the sums and the numbers."""
        table = load_table("iris")
        sigmoids = params.output == "sigmoid"

        @cache
        def shown() -> Examples:
            inputs, _, train = _measured(params)
            outputs = learner.network.outputs(inputs)
            with np.errstate(over="ignore", invalid="ignore"):
                shares = sigmoid(outputs) if sigmoids else softmax(outputs)
            return flowers(table, shares, train, learner.epoch)

        yield lazily(Examples, "flowers", shown)
        yield lazily(Predictions, "flowers", lambda: predictions(shown(), table.classes))
        yield lazily(Table, "sums", lambda: sums(shown(), sigmoids))
        yield lazily(Table, "numbers", lambda: numbers(learner, shown()))


def _measured(params: IrisParams) -> tuple[Array, Array, Array]:
    """Return what the network sees of all flowers (N, 4), their kinds (N,), and which it is trained on (N,)."""
    table = load_table("iris")
    x = table.features
    if params.standardised:
        x = (x - x.mean(0)) / x.std(0)
    return x, table.target, split(table.target, params.train_share, streams(params.seed).data)


EXPERIMENT = Iris

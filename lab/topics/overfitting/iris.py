"""Iris, divided as scikit-learn does it: the network learns a share of the flowers and is asked about the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, Predictions, lazily
from lab.core.examples import Examples
from lab.core.figures import Axis, Chart, Line
from lab.core.metaparameters import DescentParams, epochs_field
from lab.core.params import Params, flag, integer, real
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.data.classical import load_table
from lab.data.store import DataStore
from lab.maths.chance import exact_interval
from lab.nets.dense.network import Network
from lab.nets.dense.params import DenseNetParams
from lab.nets.dense.spec import dense
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.flowers import flowers
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

FLOWERS = 150
RUNGS = 12
"""Accuracies that are shown as what the test can give: the highest ones."""


@dataclass(frozen=True, kw_only=True)
class DividedIrisParams(DenseNetParams, DescentParams):
    """The course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("train_share", "shuffle", "batch_size", "epochs", "hidden")

    train_share: float = real(
        0.8, 0.2, 0.95, slider=True, label="Share to train on", group="Data",
        help="The share of the 150 flowers that is learned from; the others are for testing.",
    )  # fmt: skip
    shuffle: bool = flag(
        True, label="Shuffled first", group="Data",
        help="Flowers are drawn at random. Else the first ones are learned from, and the file is sorted by kind.",
    )  # fmt: skip
    batch_size: int = integer(
        12, 1, FLOWERS, scale="log", slider=True, unit="flowers", label="Batch size", group="Training",
        help="How many flowers one step looks at; as many as are learned from, or more: all at once.",
    )  # fmt: skip
    epochs: int = epochs_field(500, 20_000)

    def divided(self) -> tuple[Array, Array]:
        """Return the places of the flowers that are learned from and of the others, as `train_test_split` has them."""
        train = int(np.floor(self.train_share * FLOWERS))
        if not self.shuffle:
            return np.arange(train), np.arange(train, FLOWERS)
        order = np.random.RandomState(self.seed).permutation(FLOWERS)
        return order[FLOWERS - train :], order[: FLOWERS - train]


class DividedIris(DenseExperiment[DividedIrisParams]):
    """4–64–64–3, with flowers that it has never seen."""

    id: ClassVar[str] = "overfitting.iris"
    title: ClassVar[str] = "Iris, train and test"
    params: ClassVar[type[Params]] = DividedIrisParams

    def recipe(self, params: DividedIrisParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on its share of the flowers."""
        table, (train, test) = load_table("iris"), params.divided()
        return TrainingSpec(
            dense(4, params.hidden, 3, params.activation), "cross_entropy", table.features[train], table.target[train],
            params.learning_rate, params.epochs, params.seed, table.features[test], table.target[test],
            batch_size=params.batch_size,
        )  # fmt: skip

    def figures(self, params: DividedIrisParams, learner: Learner) -> Iterator[Event]:
        """Yield all flowers, the answers for those of the test, and what the test can give."""
        trained = np.zeros(FLOWERS, dtype=bool)
        trained[params.divided()[0]] = True
        shown = cache(partial(flowers, learner, load_table("iris").features, trained))
        yield lazily(Examples, "flowers", shown)
        yield lazily(Predictions, "test", lambda: _of_test(shown()))
        yield lazily(Chart, "steps", _steps, learner)

    def program(self, params: DividedIrisParams, recipe: TrainingSpec) -> Code:
        """Return the program that divides the flowers and trains."""
        return code_of(recipe, _reading(params))

    def numbers(self, params: DividedIrisParams, learner: Learner) -> Numbers:
        """Return how good it is, and what one flower more or less would make of it."""
        train, test = (len(places) for places in params.divided())
        right = _right(learner)
        low, high = exact_interval(right, test, 0.95)
        one = message("one flower of {count}: the test accuracy moves in such steps", count=test)
        interval = message("Where the true accuracy may be, with 95 %: exact interval for {right} of {count}.",
                           right=right, count=test)  # fmt: skip
        return Numbers((
            *of_training(learner),
            Quantity(message("flowers to train on"), train, f"⌊{params.train_share:g} · {FLOWERS}⌋"),
            Quantity(message("flowers to test on"), test, message("all others")),
            Quantity(message("one flower"), 1 / test, one, "step", share=True),
            Quantity(message("test accuracy, from"), low, interval, share=True),
            Quantity(message("to"), high, interval, share=True),
        ))  # fmt: skip

    def metrics(self, params: DividedIrisParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss and accuracy of both, and the step in which the test accuracy moves."""
        return {**judged(recipe, network), "step": 1 / len(params.divided()[1])}


def _of_test(shown: Examples) -> Predictions:
    """Return the answers for the flowers that are not learned from."""
    given, asked = shown.predictions, ~shown.trained
    return Predictions(
        "test", given.truth[asked], given.predicted[asked], given.confidence[asked], given.classes, given.step
    )


def _right(learner: Learner) -> int:
    recipe = learner.recipe
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    return int(recipe.right(learner.network.outputs(recipe.test_inputs), recipe.test_targets).sum())


def _steps(learner: Learner) -> Chart:
    """Return the highest accuracies that so many test flowers can give, each with what it leaves open."""
    recipe, right = learner.recipe, _right(learner)
    assert recipe.test_inputs is not None
    tests = len(recipe.test_inputs)
    counts = np.arange(max(0, min(tests - RUNGS, right - 1)), tests + 1)
    bounds = np.array([exact_interval(int(count), tests, 0.95) for count in counts])
    x = np.repeat(counts.astype(float), 3)
    # A line from the lower to the upper bound of each, and a gap before the next.
    spans = np.column_stack([bounds, np.full(len(counts), np.nan)]).ravel()
    return Chart(
        "steps",
        (
            Line(message("true accuracy, 95 %"), x, spans, "line", 0),
            Line(message("possible test accuracy"), counts.astype(float), counts / tests, "points", 0),
            Line(message("now"), np.array([float(right)]), np.array([right / tests]), "ball", 1),
        ),
        Axis(message("right, of {count} test flowers", count=tests), low=float(counts[0]) - 0.5, high=tests + 0.5),
        Axis(message("accuracy"), low=0.0, high=1.02, share=True),
    )


def _reading(params: DividedIrisParams) -> str:
    """Return lines of Python that divide the flowers."""
    drawn = f"random_state={params.seed}" if params.shuffle else "shuffle=False"
    return f"""\
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
split = train_test_split(*load_iris(return_X_y=True), train_size={params.train_share!r}, {drawn})
inputs, test_inputs, targets, test_targets = map(torch.tensor, split)"""


EXPERIMENT = DividedIris

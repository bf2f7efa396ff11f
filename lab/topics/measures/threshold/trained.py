"""A network is trained, and gives scores to examples that it has never seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.streams import streams
from lab.core.text import LabError
from lab.data.classical import load_table
from lab.maths.confusion import share
from lab.nets.dense.spec import dense
from lab.nets.registry.activations import sigmoid
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

if TYPE_CHECKING:
    from lab.topics.measures.threshold import ThresholdParams

APART = 2.0
"""Between the middles of the clusters."""
FIGURES = 6
"""Decimals of a score: so many stand in the program, and the page computes with the same."""
BINS = 10


@dataclass(frozen=True, eq=False)
class Scored:
    """The scores (N,) of examples, in [0, 1], and whether they are positive, `truth` (N,) bool."""

    scores: Array
    truth: Array

    @cached_property
    def thresholds(self) -> Array:
        """All scores that there are, from the highest, and before them one that nothing reaches (T,)."""
        return np.concatenate(([np.inf], np.unique(self.scores)[::-1]))

    @cached_property
    def hits(self) -> Array:
        """True positives at each of the thresholds (T,)."""
        return self._reached(self.truth)

    @cached_property
    def alarms(self) -> Array:
        """False positives at each of the thresholds (T,)."""
        return self._reached(~self.truth)

    @property
    def positives(self) -> int:
        """How many are positive."""
        return int(self.truth.sum())

    @property
    def negatives(self) -> int:
        """How many are not."""
        return len(self.truth) - self.positives

    @property
    def auc(self) -> float:
        """The area under the ROC curve: how often a positive example has a higher score than a negative one."""
        found = self.hits / self.positives
        return float((np.diff(self.alarms) / self.negatives * (found[1:] + found[:-1]) / 2).sum())

    @property
    def average_precision(self) -> float:
        """Precision over recall, as a sum of steps."""
        found = share(self.hits, self.hits + self.alarms, 1.0)
        return float((np.diff(self.hits) / self.positives * found[1:]).sum())

    @property
    def bins(self) -> tuple[Array, Array, Array]:
        """How many scores each tenth of [0, 1] has, their mean, and the share of positive ones among them."""
        place = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], self.scores)
        counts, total, right = (np.bincount(place, weights, BINS) for weights in (None, self.scores, self.truth))
        return counts, share(total, counts, np.nan), share(right, counts, np.nan)

    @property
    def calibration_error(self) -> float:
        """By how much the scores miss the shares that they promise, weighted by their number."""
        counts, said, true = self.bins
        return float((counts * np.nan_to_num(np.abs(said - true))).sum() / counts.sum())

    def at(self, threshold: float) -> Array:
        """Return the counts (2, 2), the positive class first, where scores from `threshold` on mean yes."""
        yes = self.scores >= threshold
        rows = [[(yes & of).sum(), (~yes & of).sum()] for of in (self.truth, ~self.truth)]
        return np.array(rows, dtype=np.int64)

    def costs(self, false_alarm: float, missed: float) -> Array:
        """Return what the errors cost at each of the thresholds (T,)."""
        return np.asarray(false_alarm * self.alarms + missed * (self.positives - self.hits))

    def _reached(self, of: Array) -> Array:
        ordered = np.sort(self.scores[of])
        return np.asarray(len(ordered) - np.searchsorted(ordered, self.thresholds, side="left"))


def recipe(params: ThresholdParams) -> TrainingSpec:
    """Return what is trained on what."""
    (train, train_truth), (test, test_truth) = _data(params)
    middle, spread = train.mean(axis=0), train.std(axis=0)
    inputs, others = ((part - middle) / spread for part in (train, test))
    return TrainingSpec(
        dense(inputs.shape[1], params.hidden, 1), "bce_logits", inputs, train_truth[:, None].astype(float),
        params.learning_rate, params.epochs, params.seed, others, test_truth[:, None].astype(float), "adam",
    )  # fmt: skip


@lru_cache(maxsize=8)
def scored(params: ThresholdParams) -> Scored:
    """Return the scores of the half that was not learned from. Raises LabError where the training has no numbers."""
    learner = Learner(recipe(params))
    while not learner.finished:
        learner.train_epoch()
    made = learner.recipe
    assert made.test_inputs is not None
    assert made.test_targets is not None
    found = sigmoid(learner.network.outputs(made.test_inputs))[:, 0]
    if not np.isfinite(found).all():
        raise LabError(
            "The loss left the range of numbers. Try a learning rate below {rate}.", rate=f"{params.learning_rate:g}"
        )
    return Scored(found.round(FIGURES), made.test_targets[:, 0] > 0)


def _data(params: ThresholdParams) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return features (N, F) and truth (N,) bool of both halves, each with the same share of positive ones."""
    random = streams(params.seed).data
    if params.data == "clusters":
        count = max(4, round(params.rare * params.examples))
        truth = np.arange(params.examples) < count
        middles = np.where(truth, APART, 0.0)
        features = params.blur * random.standard_normal((params.examples, 2))
        features[:, 0] += middles
    else:
        table = load_table("breast_cancer")
        features, truth = table.features, table.target == 0
    halves: tuple[list[Array], list[Array]] = [], []
    for of in (truth, ~truth):
        order = random.permutation(np.flatnonzero(of))
        halves[0].append(order[::2])
        halves[1].append(order[1::2])
    train, test = (np.concatenate(half) for half in halves)
    return (features[train], truth[train]), (features[test], truth[test])

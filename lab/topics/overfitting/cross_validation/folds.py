"""A network for each fold in training, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.nets.dense.spec import dense
from lab.nets.registry.activations import softmax
from lab.training.dense.learner import Learner
from lab.training.dense.several import SeveralLearners
from lab.training.dense.spec import TrainingSpec

if TYPE_CHECKING:
    from lab.topics.overfitting.cross_validation import CrossValidationParams


class Folds(SeveralLearners):
    """Judged are the test accuracies of the folds (K,)."""

    def __init__(self, params: CrossValidationParams) -> None:
        self.params = params
        _, self.labels, self.classes = params.table
        self.fold_of = params.fold_of
        self.tested = [np.flatnonzero(self.fold_of == fold) for fold in range(int(self.fold_of.max()) + 1)]
        super().__init__([Learner(recipe(params, rows)) for rows in self.tested])

    def judged(self) -> Array:
        """Return the share of right answers of each network on its own fold."""
        right = self.shares().argmax(axis=1) == self.labels
        return np.array([right[rows].mean() for rows in self.tested])

    def told(self, judged: Array) -> Mapping[str, float]:
        """Return the mean over the folds."""
        return {"test_accuracy": float(judged.mean())}

    def shares(self) -> Array:
        """Return the probabilities (N, K) that each row is given by the network that has not learned from it."""
        found = np.empty((len(self.labels), len(self.classes)))
        with np.errstate(over="ignore", invalid="ignore"):
            for rows, learner in zip(self.tested, self.learners, strict=True):
                assert learner.recipe.test_inputs is not None
                found[rows] = softmax(learner.network.outputs(learner.recipe.test_inputs))
        return found

    @property
    def train_accuracy(self) -> float:
        """The mean accuracy on what was learned from."""
        made = ((one.recipe, one.network) for one in self.learners)
        return float(np.mean([spec.right(net.outputs(spec.inputs), spec.targets).mean() for spec, net in made]))


def recipe(params: CrossValidationParams, tested: Array) -> TrainingSpec:
    """Return what the network learns from that is tested on those rows."""
    features, labels, classes = params.table
    train = np.ones(len(labels), dtype=bool)
    train[tested] = False
    if params.scaled:
        mean, deviation = features[train].mean(axis=0), features[train].std(axis=0)
        features = (features - mean) / np.where(deviation > 0, deviation, 1.0)
    plan = dense(features.shape[1], params.hidden, len(classes), params.activation)
    return TrainingSpec(
        plan, "cross_entropy", features[train], labels[train], params.learning_rate, params.epochs, params.seed,
        features[tested], labels[tested],
    )  # fmt: skip

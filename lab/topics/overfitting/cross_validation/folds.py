"""A network for each fold in training, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.experiment import State
from lab.nets.dense.spec import dense
from lab.nets.registry.activations import softmax
from lab.training.dense.learner import Learner
from lab.training.dense.several import SeveralLearners
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.starts import Start

if TYPE_CHECKING:
    from lab.topics.overfitting.cross_validation import CrossValidationParams
    from lab.training.dense.ensemble import Ensemble


class Folds(SeveralLearners):
    """Judged are the test accuracies of the folds (K,)."""

    def __init__(self, params: CrossValidationParams) -> None:
        self.params = params
        _, self.labels, self.classes = params.table
        self.fold_of = params.fold_of
        self.tested = [np.flatnonzero(self.fold_of == fold) for fold in range(int(self.fold_of.max()) + 1)]
        self._together: Ensemble | None = None
        super().__init__([Learner(recipe(params, rows)) for rows in self.tested])

    @property
    def alone(self) -> bool:
        """Whether each fold is a single row."""
        return len(self.tested) == len(self.labels)

    def judged(self) -> Array:
        """Return the share of right answers of each network on its own fold."""
        self.shares = self._shares()
        right = self.shares.argmax(axis=1) == self.labels
        return right.astype(float) if self.alone else np.array([right[rows].mean() for rows in self.tested])

    def train_epoch(self) -> Sequence[float]:
        """Do one epoch of each; where there are as many as rows, all at once, on as many cores as torch has."""
        if not self.alone:
            return super().train_epoch()
        if self._together is None:
            from lab.training.dense.ensemble import Ensemble

            # All rows are one batch, and nothing is drawn: of the streams of a learner none is used.
            starts = [Start(one.network, np.random.permutation, np.random.default_rng()) for one in self.learners]
            self._together = Ensemble([one.recipe for one in self.learners], starts=starts)
        losses = self._together.train_epoch()
        assert losses is not None
        for learner, network in zip(self.learners, self._together.networks(), strict=True):
            learner.take(network)
        found: list[float] = losses.tolist()
        return found

    def restore(self, state: State) -> None:
        """Go back to a state."""
        super().restore(state)
        self._together, self.shares = None, self._shares()

    def told(self, judged: Array) -> Mapping[str, float]:
        """Return the mean over the folds."""
        return {"test_accuracy": float(judged.mean())}

    def _shares(self) -> Array:
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
    features = filled(features, train)
    if params.scaled:
        mean, deviation = features[train].mean(axis=0), features[train].std(axis=0)
        features = (features - mean) / np.where(deviation > 0, deviation, 1.0)
    plan = dense(features.shape[1], params.hidden, len(classes), params.activation)
    return TrainingSpec(
        plan, "cross_entropy", features[train], labels[train], params.learning_rate, params.epochs, params.seed,
        features[tested], labels[tested],
    )  # fmt: skip


def filled(features: Array, train: Array) -> Array:
    """Return features (N, F) with the mean of the training rows where one is missing; 0 where they have none."""
    gaps = np.isnan(features)
    if not gaps.any():
        return features
    known = train[:, None] & ~gaps
    means = np.where(known, features, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(gaps, means, features)

"""For each seed an honest network and a leaking one, which begin with the same weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.events import Array
from lab.core.experiment import State
from lab.nets.dense.spec import dense
from lab.topics.overfitting.leak.rows import Rows, data_of, honest, leaking
from lab.training.dense.learner import Learner
from lab.training.dense.several import SeveralLearners
from lab.training.dense.spec import TrainingSpec

if TYPE_CHECKING:
    from lab.topics.overfitting.leak import LeakParams

HONEST, LEAKING, SEEN = range(3)


class Pairs(SeveralLearners):
    """Networks in training: all honest ones, then all leaking ones. Judged are honest, leaking and seen: (3, seeds)."""

    def __init__(self, params: LeakParams) -> None:
        self.params = params
        self.seeds = [params.seed + place for place in range(params.repeats)]
        self._data = [data_of(params.data, seed) for seed in self.seeds]
        self._chosen = params.way, params.train_share, params.copies
        self.rows = [honest(data[0], *self._chosen, seed) for data, seed in zip(self._data, self.seeds, strict=True)]
        self.leaked = self._drawn(0)
        self._ever = [np.zeros(len(labels), dtype=bool) for _, labels in self._data]
        recipes = [
            recipe(params, labels, rows, seed)
            for part in (self.rows, self.leaked)
            for (_, labels), rows, seed in zip(self._data, part, self.seeds, strict=True)
        ]
        super().__init__([Learner(each) for each in recipes])

    def prepare_epoch(self) -> None:
        """Split anew, where that is the leak."""
        if self.params.way == "epochs":
            self._take(self.epoch)

    def judged(self) -> Array:
        """Return both accuracies and the share of test rows that were ever learned from, of each seed."""
        found = [accuracy(learner) for learner in self.learners]
        count, again = self.params.repeats, self.params.way == "epochs"
        seen = [
            float((ever[rows.test] if again else rows.seen).mean())
            for ever, rows in zip(self._ever, self.leaked, strict=True)
        ]
        return np.array([found[:count], found[count:], seen])

    def restore(self, state: State) -> None:
        """Go back to a state; which rows were learned from until then follows from the seeds."""
        super().restore(state)
        if self.params.way == "epochs":
            for epoch in range(self.epoch):
                self._take(epoch)

    def told(self, judged: Array) -> Mapping[str, float]:
        """Return the means over the seeds."""
        means = judged.mean(axis=1)
        return {"honest": float(means[HONEST]), "leaking": float(means[LEAKING]), "seen": float(means[SEEN])}

    def _drawn(self, epoch: int) -> list[Rows]:
        both = zip(self._data, self.seeds, strict=True)
        return [leaking(features, *self._chosen, seed, epoch) for (features, _), seed in both]

    def _take(self, epoch: int) -> None:
        self.leaked = self._drawn(epoch)
        learners = self.learners[self.params.repeats :]
        for learner, rows, (_, labels), ever in zip(learners, self.leaked, self._data, self._ever, strict=True):
            learner.recipe = replace(learner.recipe, **_parts(labels, rows))
            ever[rows.train] = True


def recipe(params: LeakParams, labels: Array, rows: Rows, seed: int) -> TrainingSpec:
    """Return what a network is trained on, and what it is tested on."""
    return TrainingSpec(
        plan=dense(rows.features.shape[1], params.hidden, 3), loss="cross_entropy", learning_rate=params.learning_rate,
        epochs=params.epochs, seed=seed, **_parts(labels, rows),
    )  # fmt: skip


def accuracy(learner: Learner) -> float:
    """Return the share of right answers on the test rows."""
    made = learner.recipe
    assert made.test_inputs is not None
    assert made.test_targets is not None
    return float(made.right(learner.network.outputs(made.test_inputs), made.test_targets).mean())


def _parts(labels: Array, rows: Rows) -> dict[str, Any]:
    return {
        "inputs": rows.features[rows.train], "targets": labels[rows.train],
        "test_inputs": rows.features[rows.test], "test_targets": labels[rows.test],
    }  # fmt: skip

"""The remedies as trainings, and what a network, or another model, is worth for both classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.text import message
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.topics.data.imbalance.examples import Made, made
from lab.training.dense.beside import Beside
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

if TYPE_CHECKING:
    from lab.topics.data.imbalance import ImbalanceParams

PLAIN = "plain"
REMEDIES = {
    "none": "None",
    "more": "Four times the data",
    "fewer": "Fewer of the common ones",
    "copies": "Copies of the rare ones",
    "smote": "SMOTE: new ones between neighbours",
    "weights": "Class weights",
    "threshold": "Another threshold",
}
MODELS = {"forest": message("Random forest"), "logistic": message("Logistic regression")}
RESAMPLING = ("fewer", "copies", "smote")


@dataclass(frozen=True)
class Worth:
    """Which share of both classes is found among fresh examples; `held`: the mean of both on what was held back."""

    recall: float
    specificity: float
    held: float

    @property
    def balanced(self) -> float:
        """The mean over both classes."""
        return (self.recall + self.specificity) / 2

    def usual(self, share: float) -> float:
        """Return the accuracy where such a share of all examples is rare."""
        return share * self.recall + (1 - share) * self.specificity


def worth(found: Made, said: Array, said_held: Array) -> Worth:
    """Return what answers are worth: which of the fresh examples, and of those held back, are said to be rare."""
    rare, held = found.test_rare, found.dev_rare
    both = said_held[held].mean(), (~said_held[~held]).mean()
    return Worth(float(said[rare].mean()), float((~said[~rare]).mean()), float(np.mean(both)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Rare(TrainingSpec):
    """A recipe that knows the examples of which it is made."""

    made: Made


def recipe(params: ImbalanceParams) -> Rare:
    """Return the training of a network; what is done by weights or by the threshold is no part of it."""
    found = made(params)
    return Rare(
        dense(found.inputs.shape[1], params.hidden, 1), "bce_logits", found.inputs, _targets(found.rare),
        params.learning_rate, params.epochs, params.seed, found.test_inputs, _targets(found.test_rare), "adam",
        made=found,
    )  # fmt: skip


def _targets(rare: Array) -> Array:
    return rare[:, None].astype(float)


class Remedied(Beside):
    """A network with a remedy and, unless it is `alone`, the same one with none beside it."""

    def __init__(self, params: ImbalanceParams, alone: bool = False) -> None:
        mine = recipe(params)
        plain = mine if params.remedy == "none" else recipe(params.replace(remedy="none"))
        self.made, self.without = mine.made, plain.made
        super().__init__(mine, {} if alone else {PLAIN: plain})
        self._weights = weights(self.made.rare)[:, None] if params.remedy == "weights" else None
        self.cut = cut(params, self.made)

    def _slope(self, outputs: Array, targets: Array) -> Array:
        slope = super()._slope(outputs, targets)
        return slope if self._weights is None else slope * self._weights

    @property
    def plain(self) -> Learner:
        """The one without a remedy."""
        return self.others.get(PLAIN, self)


def weights(rare: Array) -> Array:
    """Return what each example counts (N,): both classes the same in all, and one in the mean."""
    return np.asarray(np.where(rare, 0.5 / rare.mean(), 0.5 / (1 - rare.mean())))


def cut(params: ImbalanceParams, found: Made) -> float:
    """Return the output above which an example is called rare; the odds of the rare ones for the other threshold."""
    share = float(found.rare.mean())
    return math.log(share / (1 - share)) if params.remedy == "threshold" else 0.0


def of_network(found: Made, network: Network, cut: float) -> Worth:
    """Return what a network is worth."""
    said, held = (network.outputs(x)[:, 0] > cut for x in (found.test_inputs, found.dev_inputs))
    return worth(found, said, held)


def of_model(found: Made, name: str, seed: int) -> Worth:
    """Fit another kind of model to the same examples, and return what it is worth."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    model = RandomForestClassifier(100, random_state=seed) if name == "forest" else LogisticRegression()
    model.fit(found.inputs, found.rare)
    return worth(found, model.predict(found.test_inputs), model.predict(found.dev_inputs))

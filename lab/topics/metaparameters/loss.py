"""Losses for classes: logits or probabilities, a softmax too many, squared error; number by number, and learned by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Event
from lab.core.params import ParamError, Params, choice, flag, integer, real, reals
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer
from lab.nets.registry.activations import ACTIVATIONS
from lab.sweeps.wine_network import HIDDEN, WineNetwork, WineParams, parts, plan, spec, standardised
from lab.topics.metaparameters.loss_numbers import extremes, margins, of_logits, of_one_logit
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

KINDS = {
    "bce_logits": "BCEWithLogitsLoss",
    "bce": "Sigmoid, BCELoss",
    "cross_entropy": "CrossEntropyLoss",
    "softmax_cross_entropy": "Softmax twice",
    "mse_sigmoid": "Sigmoid, MSELoss",
    "mse": "MSELoss",
}
ENDS = {
    "bce_logits": ("bce_logits", "identity", False),
    "bce": ("bce", "sigmoid", False),
    "cross_entropy": ("cross_entropy", "identity", True),
    "softmax_cross_entropy": ("cross_entropy", "softmax", True),
    "mse_sigmoid": ("mse", "sigmoid", False),
    "mse": ("mse", "identity", True),
}
"""The loss, what the last layer ends with, and whether there is an output for each of two classes too."""


@dataclass(frozen=True, kw_only=True)
class LossParams(WineParams):
    """The course's values are the defaults."""

    loss: str = choice(
        "bce_logits", KINDS, label="Loss", group="Network",
        help="What is descended. The last layer has an output a class, or one for two classes, as the loss wants it.",
    )  # fmt: skip
    z: float = real(
        2.0, -1000.0, 1000.0, label="Logit z", group="One logit",
        help="What comes out of a network with one output. Click on the curve to set it.",
    )  # fmt: skip
    positive: bool = flag(True, label="Target is 1", group="One logit", help="Whether the example is of class 1.")
    logits: tuple[float, ...] = reals(
        (1.0, 4.0, 3.0), -50.0, 50.0, length=(2, 6), label="Logits", group="Several logits",
        help="What comes out of a network with an output a class.",
    )  # fmt: skip
    target: int = integer(
        1, 1, 6, slider=True, label="Right class", group="Several logits", help="Which of them the example belongs to."
    )

    def check(self) -> None:
        """Refuse a class that has no logit."""
        if self.target > len(self.logits):
            raise ParamError(
                "target", "{field}: {value} is not allowed; allowed is 1 to {most}, as many as there are logits",
                value=self.target, most=len(self.logits),
            )  # fmt: skip


class ClassLosses(WineNetwork[LossParams]):
    """16–32–32 hidden units, and the end that a loss wants."""

    id: ClassVar[str] = "metaparameters.loss"
    title: ClassVar[str] = "Losses for classes"
    params: ClassVar[type[Params]] = LossParams
    compared: ClassVar[str] = "loss"
    extra: ClassVar[Mapping[str, Message]] = {"right_share": message("p, right class")}

    def recipe(self, params: LossParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course with another end."""
        found = parts(params, data)
        loss, output, each = ENDS[params.loss]
        layers = [Layer(units) for units in HIDDEN]
        network = plan(found, layers, output, len(found.table.classes) if each else 0)
        more = {"threshold": 0.5} if loss == "mse" else {}
        return spec(params, network, loss, standardised(found), found.labels, **more)

    def metrics(self, params: LossParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss and accuracy, and the mean probability that test rows' right classes get."""
        return {**super().metrics(params, recipe, network), "right_share": right_share(recipe, network)}

    def figures(self, params: LossParams, learner: Learner) -> Iterator[Event]:
        """Yield the losses at one logit and at several."""
        if not learner.epoch:
            yield extremes(params.z, int(params.positive))
            yield from margins(len(params.logits))
        yield from super().figures(params, learner)

    def by_hand(self, params: LossParams) -> Sequence[Numbers]:
        """Return the numbers of one logit and of several."""
        return [of_one_logit(params.z, int(params.positive)), of_logits(params.logits, params.target - 1)]

    def about(self, params: LossParams, learner: Learner) -> tuple[Quantity, ...]:
        """Return how sure the network is of the right answers."""
        share = right_share(learner.recipe, learner.network)
        why = message("the mean over the test rows; outputs as probabilities, what is outside 0 to 1 cut off")
        return (Quantity(message("p of the right class"), share, why),)


def right_share(recipe: TrainingSpec, network: Network) -> float:
    """Return the mean over test rows of the probability that the network gives the right class."""
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    outputs = network.outputs(recipe.test_inputs)
    labels = recipe.labels(recipe.test_targets)
    ends = recipe.plan.layers[-1].activation
    if recipe.loss == "bce_logits":
        outputs = ACTIVATIONS["sigmoid"].value(outputs)
    elif recipe.loss == "cross_entropy" and ends == "identity":
        outputs = ACTIVATIONS["softmax"].value(outputs)
    shares = np.clip(outputs, 0.0, 1.0)
    if shares.shape[1] == 1:
        shares = np.concatenate([1 - shares, shares], 1)
    return float(shares[np.arange(len(labels)), labels].mean())


EXPERIMENT = ClassLosses

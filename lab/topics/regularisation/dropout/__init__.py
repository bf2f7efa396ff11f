"""Dropout: what it does to a layer, and whether it helps two rings, or irises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, lazily
from lab.core.figures import Chart, Matrices
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import Params, integer
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.params import dropout_field, hidden_field
from lab.topics.regularisation.dropout.layer import layer, means
from lab.topics.regularisation.examples import data_field, dropping, examples, shown
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of, right_code

PASSES = 4
"""How often all training examples go through the network to measure it with dropout on."""
MANY = 100
"""How many passes are averaged at the end of a run."""
STREAM = 5
"""With the seed, where the random numbers of that measuring begin: they are none of the training's."""


@dataclass(frozen=True, kw_only=True)
class DropoutParams(DescentParams):
    """The course's values are the defaults: those for the doughnut."""

    essentials: ClassVar[tuple[str, ...]] = ("dropout", "data", "networks")

    dropout: float = dropout_field(0.5)
    data: str = data_field("doughnut")
    hidden: tuple[int, ...] = hidden_field((128, 128))
    learning_rate: float = rate_field(0.002)
    batch_size: int = integer(
        16, 1, 400, scale="log", slider=True, label="Batch size", help="How many examples one step looks at.",
        group="Training",
    )  # fmt: skip
    epochs: int = epochs_field(1000, 10_000)
    networks: int = integer(
        1, 0, 20, label="Networks a rate", group="Sweep",
        help="When the run has ended, so many networks are trained with each rate from 0 to 0.9; 0 for none.",
    )  # fmt: skip


class Dropout(DenseExperiment[DropoutParams]):
    """2–128–128–1 on two rings, or any layers on Iris, each followed by dropout."""

    id: ClassVar[str] = "regularisation.dropout"
    title: ClassVar[str] = "Dropout"
    params: ClassVar[type[Params]] = DropoutParams

    def recipe(self, params: DropoutParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course."""
        plan = dropping(params.hidden, params.dropout)
        made = examples(params.data, params.seed)
        return made.recipe(plan, params.learning_rate, params.epochs, params.seed, batch_size=params.batch_size)

    def metrics(self, params: DropoutParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, and the accuracy in training with dropout on; how far both lie above the test."""
        found = judged(recipe, network)
        dropped, test = with_dropout(recipe, network), found["test_accuracy"]
        return {
            **found,
            "accuracy_with_dropout": dropped,
            "gap": found["accuracy"] - test,
            "gap_with_dropout": dropped - test,
        }

    def also(self, params: DropoutParams, learner: Learner) -> Mapping[str, float]:
        """Return the accuracy in training with dropout on."""
        return {"dropout_accuracy": with_dropout(learner.recipe, learner.network)}

    def figures(self, params: DropoutParams, learner: Learner) -> Iterator[Event]:
        """Yield what it does to a layer, and what the network says."""
        if not learner.epoch:
            yield lazily(Matrices, "layer", layer, params.dropout, params.seed)
            yield lazily(Chart, "means", means, params.dropout, params.seed)
        yield from shown(examples(params.data, params.seed), learner.recipe, learner.network)

    def numbers(self, params: DropoutParams, learner: Learner) -> Numbers:
        """Return the training accuracy measured both ways."""
        found = self.metrics(params, learner.recipe, learner.network)
        on = message("the same network, {passes} times with outputs dropped", passes=PASSES)
        both = message("both as they are in use: how much is learned by heart")
        mixed = message(
            "dropout acts on the first and not on the second: this says nothing about what is learned by heart"
        )
        quantities = (
            *of_training(learner),
            Quantity(message("accuracy, dropout on"), found["accuracy_with_dropout"], on, mark="strong", share=True),
            Quantity(message("training − test"), found["gap"], both, mark="strong", share=True),
            Quantity(message("the same, as in the notebook"), found["gap_with_dropout"], mixed, mark="bad", share=True),
            *(_of_the_mean(learner) if params.dropout and learner.finished else ()),
        )
        note = message("The notebook measures training with dropout on and the test with dropout off.")
        return Numbers(quantities, note=note)

    def program(self, params: DropoutParams, recipe: TrainingSpec) -> Code:
        """Return the program, which measures both ways."""
        return code_of(recipe, more=tuple(_measuring(recipe)))

    def ends(self, params: DropoutParams, learner: Learner) -> Iterator[Event]:
        """Train networks with each rate, and show how they come in."""
        from lab.sweeps.grid import Axis as Over
        from lab.sweeps.within import seeds, within
        from lab.topics.regularisation.dropout.rates import RATES, charts

        if params.networks:
            axes = Over("dropout", RATES), Over("seed", seeds(params, params.networks))
            shown = partial(charts, doughnut=params.data == "doughnut")
            yield from within(self.id, params, axes, self._data, params.epochs, shown)


@np.errstate(over="ignore", invalid="ignore")
def with_dropout(recipe: TrainingSpec, network: Network) -> float:
    """Return the accuracy on the training examples with dropout on, in the mean of PASSES passes."""
    noise = np.random.default_rng((recipe.seed, STREAM))
    passes = (network.forward(recipe.inputs, noise)[-1].outputs for _ in range(PASSES))
    return float(np.mean([recipe.right(outputs, recipe.targets).mean() for outputs in passes]))


@np.errstate(over="ignore", invalid="ignore")
def averaged(recipe: TrainingSpec, network: Network) -> Array:
    """Return the outputs (N, K) for the training examples with dropout on, in the mean of MANY passes."""
    noise = np.random.default_rng((recipe.seed, STREAM))
    return np.asarray(np.mean([network.forward(recipe.inputs, noise)[-1].outputs for _ in range(MANY)], 0))


def _of_the_mean(learner: Learner) -> Iterator[Quantity]:
    """Yield how far outputs with dropout lie from those without, which is the work of ReLU, and what they know."""
    recipe, network = learner.recipe, learner.network
    mean, still = averaged(recipe, network), network.outputs(recipe.inputs)
    passes = message("of {passes} passes with outputs dropped", passes=MANY)
    if mean.shape[1] == 1:
        above = message("below 0 the answer is the inner ring")
        yield Quantity(message("mean output, dropout off"), float(still.mean()), above)
        yield Quantity(message("mean output, dropout on"), float(mean.mean()), passes)
    right = float(recipe.right(mean, recipe.targets).mean())
    yield Quantity(message("accuracy of mean outputs"), right, passes, mark="strong", share=True)


def _measuring(recipe: TrainingSpec) -> Iterator[str]:
    yield ""
    yield "network.train()  # dropout on, as the notebook measures"
    yield f"noise, found = np.random.default_rng(({recipe.seed}, {STREAM})), []"
    yield "with torch.no_grad():"
    yield f"    for _ in range({PASSES}):"
    yield "        outputs = network(inputs)"
    yield f"        found.append(({right_code(recipe)}).double().mean().item())"
    yield 'print("accuracy_with_dropout:", np.mean(found))'


EXPERIMENT = Dropout

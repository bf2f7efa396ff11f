"""Rules for first weights: variances by theory and measured, signals through many layers, and what a network learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, lazily
from lab.core.figures import Chart
from lab.core.metaparameters import rate_field
from lab.core.params import Params, choice, integer, integers, redeclared
from lab.core.quantities import Numbers
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.nets.dense.first_weights import Ruled
from lab.nets.dense.params import hidden_field
from lab.nets.dense.spec import Layer
from lab.nets.registry.activations import ACTIVATIONS
from lab.nets.registry.initialisations import LABELS
from lab.sweeps.outcomes import Results
from lab.sweeps.wine_network import HIDDEN, WineNetwork, WineParams, parts, plan, spec, standardised, usual_loss
from lab.topics.weights.initialisation import theory
from lab.topics.weights.initialisation.effects import effects
from lab.training.dense.learner import Learner
from lab.training.dense.params import LearnerParams
from lab.training.dense.spec import TrainingSpec


@dataclass(frozen=True, kw_only=True)
class InitialisationParams(WineParams):
    """The course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("initialisation", "activation", "depth", "seeds")

    initialisation: str = choice(
        "default", LABELS, label="Initialisation", group="First weights", help="How the first weights are drawn."
    )
    activation: str = choice(
        "relu", {name: ACTIVATIONS[name].label for name in theory.FUNCTIONS}, label="Activation", group="First weights",
        help="What each hidden layer does with its sums: of the network that learns, and of the deep one.",
    )  # fmt: skip
    widths: tuple[int, ...] = integers(
        (100, 100, 100, 100, 100, 2), 1, 400, length=(2, 9), label="Layers measured", group="First weights",
        help="Inputs, then the units of each layer whose first weights are measured; nothing learns here.",
    )  # fmt: skip
    depth: int = integer(
        50, 1, 100, label="Layers of the deep network", group="First weights", slider=True,
        help="Through so many layers a signal is sent.",
    )  # fmt: skip
    width: int = integer(
        100,
        2,
        200,
        label="Their units",
        group="First weights",
        slider=True,
        help="Units of each layer of the deep network.",
    )
    hidden: tuple[int, ...] = hidden_field(HIDDEN)
    optimiser: str = redeclared(LearnerParams, "optimiser", "sgd")
    learning_rate: float = rate_field(0.01)
    epochs: int = redeclared(WineParams, "epochs", 600)
    seeds: int = redeclared(WineParams, "seeds", 10)


class InitialisationPage(WineNetwork[InitialisationParams]):
    """16–32–32 hidden units that begin by one of five rules, on the wine data."""

    id: ClassVar[str] = "weights.initialisation"
    title: ClassVar[str] = "Rules for first weights"
    params: ClassVar[type[Params]] = InitialisationParams
    compared: ClassVar[str] = "initialisation"
    extra: ClassVar[Mapping[str, Message]] = {"loss": message("training loss")}

    def recipe(self, params: InitialisationParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on the wine data."""
        found = parts(params, data)
        network = plan(found, [Layer(units, params.activation) for units in params.hidden])
        more = {"first": Ruled(params.initialisation), "optimiser": params.optimiser}
        return spec(params, network, usual_loss(found), standardised(found), found.labels, **more)

    def by_hand(self, params: InitialisationParams) -> Sequence[Numbers]:
        """Return the variances, and what is left of signals."""
        return (
            theory.variances(params.initialisation, params.widths, params.seed),
            theory.of_signals(params.initialisation, params.depth, params.width, params.seed),
        )

    def figures(self, params: InitialisationParams, learner: Learner) -> Iterator[Event]:
        """Yield variances and signals, which no run changes."""
        if not learner.epoch:
            yield from super().figures(params, learner)
            deep = params.depth, params.width, params.seed
            yield lazily(Chart, "functions", theory.by_function, params.initialisation, *deep)
            yield lazily(Chart, "rules", theory.by_rule, params.activation, *deep)

    def compared_figures(self, labels: Sequence[Message], results: Results) -> Iterator[Event]:
        """Yield all rules side by side, and what scale and family have to do with it."""
        yield from super().compared_figures(labels, results)
        yield effects(results)


EXPERIMENT = InitialisationPage

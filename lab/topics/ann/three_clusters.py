"""Three clusters, and what a softmax too many costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.metaparameters import DescentParams, epochs_field, seed_field
from lab.core.params import Params, flag, integer
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.clusters import ClusterParams, clusters, letters
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.nets.registry.activations import softmax
from lab.training.dense.boundary import boundary, shares
from lab.training.dense.experiment import DenseExperiment, LearnerEngine
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec, by_descent
from lab.training.dense.twins import MEASURES, Twins, confidence
from lab.training.drive import Occasion

CENTRES = ((1.0, 1.0), (5.0, 1.0), (3.0, -2.0))
CALM = 100
"""Epochs after which not every one is shown any more."""
REST = len(CENTRES) - 1
MOST = math.e / (math.e + REST)
"""The largest probability that the loss sees behind a softmax: logits are at most 1 and at least 0."""
LEAST = math.log(1 + REST / math.e)
"""The smallest loss there: −ln of that."""
ENOUGH = 0.9
SHOWN = 400
"""Points of a curve; more could not be told apart."""
WITHOUT, WITH = message("one softmax"), message("two softmaxes")


@dataclass(frozen=True, kw_only=True)
class ThreeClustersParams(DescentParams, ClusterParams):
    """The course's values are the defaults."""

    seed: int = seed_field(2)
    epochs: int = epochs_field(10_000)
    hidden: int = integer(
        4, 1, 64, scale="log", slider=True, label="Hidden units", help="Units of the hidden layer.", group="Network"
    )
    double_softmax: bool = flag(
        False, label="Softmax before the loss", group="Network",
        help="Which of the two networks the result is of: the one with a softmax before cross-entropy, or without.",
    )  # fmt: skip


class ThreeClusters(DenseExperiment[ThreeClustersParams]):
    """2–4–3 with ReLU, twice from the same weights: with a softmax before cross-entropy, and without."""

    id: ClassVar[str] = "ann.three_clusters"
    title: ClassVar[str] = "Three clusters"
    params: ClassVar[type[Params]] = ThreeClustersParams
    steps_per_second: ClassVar[float | None] = 500.0

    def recipe(self, params: ThreeClustersParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on its clusters."""
        positions, labels = clusters(CENTRES, params, streams(params.seed).data)
        plan = dense(2, (params.hidden,), 3, "relu", "softmax" if params.double_softmax else "identity")
        return by_descent(params, plan, "cross_entropy", positions, labels)

    def metrics(self, params: ThreeClustersParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss, accuracy, and the mean of the largest probability that the loss sees."""
        return {**judged(recipe, network), "confidence": confidence(recipe, network.outputs(recipe.inputs))}

    def learner(self, params: ThreeClustersParams, data: DataStore) -> Twins:
        """Return both networks."""
        other = params.replace(double_softmax=not params.double_softmax)
        return Twins(self.recipe(params, data), self.recipe(other, data))

    def shown(self, engine: LearnerEngine, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Show how both stand. The later, the less an epoch changes: pictures of each would take ten times as long as
        all the learning.
        """
        calm = occasion != "rest" and engine.epoch % max(1, engine.epoch // CALM)
        return iter(()) if calm else super().shown(engine, occasion, choices)

    def figures(self, params: ThreeClustersParams, learner: Learner) -> Iterator[Event]:
        """Yield both boundaries, and the curves of both."""
        for name, one in zip(("plain", "double"), _both(learner)[0], strict=True):
            recipe = one.recipe
            yield from boundary(recipe, one.network, recipe.inputs, recipe.targets, letters(3), name)
        least, most = (
            Mark("y", LEAST, message("least with softmax: {value}", value=f"{LEAST:.4f}")),
            Mark("y", MOST, message("most with softmax: {value}", value=f"{MOST:.4f}")),
        )
        sure = message("mean of the largest probability")
        yield lazily(Chart, "loss", _chart, learner, "loss", Axis(message("loss"), low=0.0), (least,))
        yield lazily(
            Chart,
            "accuracy",
            _chart,
            learner,
            "accuracy",
            Axis(message("accuracy"), low=0.0, high=1.02, share=True),
            (),
        )
        yield lazily(Chart, "confidence", _chart, learner, "confidence", Axis(sure, low=0.0, high=1.02), (most,))

    def numbers(self, params: ThreeClustersParams, learner: Learner) -> Numbers:
        """Return the numbers of both networks side by side."""
        both, history = _both(learner)
        loss, other = history[-1, :, 0].tolist()
        outputs = [one.network.outputs(one.recipe.inputs) for one in both]
        # What each network itself answers; the loss of the second one sees a softmax of that.
        seen = [float(shares(one.recipe, said).max()) for one, said in zip(both, outputs, strict=True)]
        why_seen = message(
            "The loss applies softmax to what it is given. Behind a softmax those are at most 1 and at least 0: "
            "e / (e + {rest}) = {most} is the most.",
            rest=REST,
            most=f"{MOST:.4f}",
        )
        least = message(
            "Behind a softmax no loss is below ln(1 + {rest}/e) = {least}.", rest=REST, least=f"{LEAST:.4f}"
        )
        enough = message("the first epoch with 9 of 10 examples right")
        shared = message("share of {count} examples", count=len(learner.recipe.inputs))
        quantities = (
            (
                Quantity(message("loss"), loss, message("cross-entropy of the sums"), about=least),
                Quantity("", other, least),
            ),
            tuple(Quantity(message("accuracy"), float(value), shared, share=True) for value in history[-1, :, 1]),
            tuple(
                Quantity(message("epochs to {percent} %", percent=90), _first(curve), enough, about=enough)
                for curve in history[:, :, 1].T
            ),
            tuple(Quantity(message("largest p for the loss"), value, why_seen, about=why_seen) for value in seen),
            (
                Quantity(
                    message("largest p of its answer"),
                    float(softmax(outputs[0]).max()),
                    message("softmax of the sums, applied after training"),
                    about=message("What a person would take as the answer."),
                ),
                Quantity("", float(outputs[1].max()), message("what its last layer gives")),
            ),
            (
                Quantity(
                    message("least loss possible"), 0.0, message("never reached, but there is no other limit"),
                    about=least,
                ),
                Quantity("", LEAST, least),
            ),
        )  # fmt: skip
        note = message("Both began with the same weights; {epoch} epochs are done.", epoch=learner.epoch)
        return Numbers(quantities, columns=(message("quantity"), WITHOUT, WITH), note=note)


def _both(learner: Learner) -> tuple[tuple[Learner, Learner], Array]:
    """Return the network without a softmax before the loss and the one with it, and the history of both so."""
    assert isinstance(learner, Twins)
    doubled = learner.recipe.plan.layers[-1].activation == "softmax"
    both, history = (learner, learner.other), learner.history
    return (both[::-1], history[:, ::-1]) if doubled else (both, history)


def _chart(learner: Learner, name: str, y: Axis, marks: tuple[Mark, ...]) -> Chart:
    """Return one of the MEASURES of both over the epochs."""
    history = _both(learner)[1][:, :, MEASURES.index(name)]
    epochs = np.unique(np.linspace(0, len(history) - 1, SHOWN).astype(int))
    lines = tuple(
        Line(words, epochs.astype(float), history[epochs, place], "line", place)
        for place, words in enumerate((WITHOUT, WITH))
    )
    return Chart(name, lines, Axis(message("Epoch")), y, marks)


def _first(accuracy: Array) -> int | str:
    """Return the first epoch with enough accuracy, a dash where there is none yet."""
    places = np.flatnonzero(accuracy >= ENOUGH)
    return int(places[0]) if len(places) else "–"


EXPERIMENT = ThreeClusters

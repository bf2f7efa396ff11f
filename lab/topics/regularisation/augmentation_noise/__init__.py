"""Noise as a regulariser: in the inputs, in the labels or in the weights; and smoothed labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Chart, Line, Words
from lab.core.headline import TEST_LOSS, Headline
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.clusters import doughnut
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.nets.registry.activations import sigmoid
from lab.nets.registry.optimisers import IN_NUMPY
from lab.topics.regularisation.augmentation_noise.noisy import KINDS, PLAIN, Noisy, disturbed, program
from lab.topics.regularisation.examples import dropping
from lab.training.dense.boundary import boundary, points
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, tested
from lab.training.dense.spec import TrainingSpec

TESTS = 1000
"""New points of each ring: enough that half a point of accuracy is seen."""
CLASSES: tuple[Words, ...] = (message("inner ring"), message("outer ring"))


@dataclass(frozen=True, kw_only=True)
class NoiseParams(DescentParams):
    """Few points and many steps, so that there is something to regularise."""

    essentials: ClassVar[tuple[str, ...]] = ("noise", "inputs", "labels", "smoothing", "weights")

    noise: str = choice("inputs", KINDS, label="Noise", help="What is disturbed in each step.", group="Noise")
    inputs: float = real(
        2.0, 0.0, 10.0, slider=True, label="Noise in the inputs", group="Noise", when=("noise", ("inputs",)),
        help="The standard deviation of what is added to x and y; the rings have radii 10 and 15.",
    )  # fmt: skip
    labels: float = real(
        0.3, 0.0, 1.0, slider=True, label="Labels drawn anew", group="Noise", when=("noise", ("labels",)),
        help="The share of the labels that a step draws anew: half of them come out as they were.",
    )  # fmt: skip
    smoothing: float = real(
        0.3, 0.0, 1.0, slider=True, label="Label smoothing", group="Noise", when=("noise", ("smoothing",)),
        help="The share of each label that is spread over both classes, as label_smoothing in torch.",
    )  # fmt: skip
    weights: float = real(
        0.05, 0.0, 1.0, slider=True, label="Noise in the weights", group="Noise", when=("noise", ("weights",)),
        help="The standard deviation of what is added to each weight while a step is computed.",
    )  # fmt: skip
    each: int = integer(
        50, 4, 1000, scale="log", slider=True, label="Points of each ring", group="Data",
        help="How many points of each ring are learned from; 1,000 new ones of each are the test.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field()
    optimiser: str = choice(
        "adam", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    learning_rate: float = rate_field(0.005)
    batch_size: int = integer(
        16, 1, 2000, scale="log", slider=True, label="Batch size", help="How many examples one step looks at.",
        group="Training",
    )  # fmt: skip
    epochs: int = epochs_field(500, 10_000)
    networks: int = integer(
        5, 0, 20, label="Networks a kind", group="Sweep",
        help="When the run has ended, so many networks are trained with each kind of noise; 0 for none.",
    )  # fmt: skip

    @property
    def amounts(self) -> dict[str, float]:
        """How much noise there is of each kind."""
        return {"inputs": self.inputs, "labels": self.labels, "smoothing": self.smoothing, "weights": self.weights}


class AugmentationNoise(DenseExperiment[NoiseParams]):
    """Two rings, from few points: the same network with noise in its steps, and without."""

    id: ClassVar[str] = "regularisation.augmentation_noise"
    title: ClassVar[str] = "Noise"
    params: ClassVar[type[Params]] = NoiseParams
    headline: ClassVar[Headline | None] = TEST_LOSS

    def recipe(self, params: NoiseParams, data: DataStore) -> TrainingSpec:
        """Return the training without its noise."""
        return _recipe(params)

    def learner(self, params: NoiseParams, data: DataStore) -> Noisy:
        """Return the network with noise, and the one without beside it."""
        return Noisy(_recipe(params), params.noise, params.amounts.get(params.noise, 0.0))

    def alone(self, params: NoiseParams) -> bool:
        """Ensembles know no noise."""
        return params.noise != "none"

    def metrics(self, params: NoiseParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, and how sure it is of the test examples."""
        return {**judged(recipe, network), "confidence": confidence(recipe, network)}

    def also(self, params: NoiseParams, learner: Learner) -> Mapping[str, float]:
        """Return the same of the network without noise."""
        plain = _plain(learner)
        found = {f"plain_{name}": value for name, value in tested(plain.recipe, plain.network).items()}
        return {**found, "clean_loss": learner.loss(), "plain_train_loss": plain.loss()}

    def figures(self, params: NoiseParams, learner: Learner) -> Iterator[Event]:
        """Yield what both networks say, and what a step sees."""
        recipe, plain = learner.recipe, _plain(learner)
        labels = recipe.labels(recipe.targets)
        for name, one in (("plane", learner), ("plain", plain)):
            yield from boundary(recipe, one.network, recipe.inputs, labels, CLASSES, name)
        if not learner.epoch:
            yield lazily(Chart, "seen", _seen, params, recipe)

    def numbers(self, params: NoiseParams, learner: Learner) -> Numbers:
        """Return both networks side by side."""
        both = learner, _plain(learner)
        found = [self.metrics(params, one.recipe, one.network) for one in both]
        words: tuple[tuple[str, Words, Words], ...] = (
            ("loss", message("training loss"), message("without noise, after training")),
            ("test_loss", message("test loss"), message("of {count} new points", count=2 * TESTS)),
            ("accuracy", message("training accuracy"), message("of {count} points", count=2 * params.each)),
            ("test_accuracy", message("test accuracy"), message("of {count} new points", count=2 * TESTS)),
            ("confidence", message("how sure it is"), message("the mean probability of what it answers, in the test")),
        )
        rows = tuple(
            tuple(Quantity(label, each[name], why, share="loss" not in name, about=why) for each in found)
            for name, label, why in words
        )
        gap = message("how much surer it is than it is right: 0 would be calibrated")
        sure = tuple(
            Quantity(
                message("surer than right"), each["confidence"] - each["test_accuracy"], gap, share=True, about=gap
            )
            for each in found
        )
        note = message(
            "Both began with the same weights and see the same batches; {epoch} epochs.", epoch=learner.epoch
        )
        return Numbers(
            (*rows, sure), columns=(message("quantity"), message("with noise"), message("without")), note=note
        )

    def program(self, params: NoiseParams, recipe: TrainingSpec) -> Code:
        """Return the program with its noise."""
        return program(recipe, params.noise, params.amounts.get(params.noise, 0.0), (params.each, TESTS))

    def ends(self, params: NoiseParams, learner: Learner) -> Iterator[Event]:
        """Train with each kind of noise over several seeds, and compare seed by seed."""
        from lab.sweeps.within import seeds
        from lab.topics.regularisation.augmentation_noise.kinds import trained

        def make(kind: str, seed: int) -> Noisy:
            return Noisy(_recipe(params.replace(seed=seed)), kind, params.amounts.get(kind, 0.0), beside=False)

        if params.networks:
            yield from trained(make, seeds(params, params.networks), params.amounts)


def confidence(recipe: TrainingSpec, network: Network) -> float:
    """Return the mean probability that a network gives to its answers in the test."""
    assert recipe.test_inputs is not None
    second = sigmoid(network.outputs(recipe.test_inputs))
    return float(np.maximum(second, 1 - second).mean())


def _recipe(params: NoiseParams) -> TrainingSpec:
    generator = streams(params.seed).data
    inputs, labels = doughnut(params.each, generator)
    test_inputs, test_labels = doughnut(TESTS, generator)
    return TrainingSpec(
        dropping(params.hidden, 0.0)(2, 1), "bce_logits", inputs, labels[:, None].astype(float), params.learning_rate,
        params.epochs, params.seed, test_inputs, test_labels[:, None].astype(float), optimiser=params.optimiser,
        batch_size=params.batch_size,
    )  # fmt: skip


def _plain(learner: Learner) -> Learner:
    assert isinstance(learner, Noisy)
    return learner.others[PLAIN]


def _seen(params: NoiseParams, recipe: TrainingSpec) -> Chart:
    """Return the examples as one epoch sees them; rings are around labels that were changed."""
    noise, amount = streams(params.seed).noise, params.amounts.get(params.noise, 0.0)
    inputs, targets = disturbed(params.noise, amount, recipe.inputs, recipe.targets, noise)
    before, labels = recipe.labels(recipe.targets), recipe.labels(targets)
    lines: list[Line] = list(points(inputs, labels, CLASSES))
    if params.noise == "inputs":
        lines += [replace(line, style="faint points", label="") for line in points(recipe.inputs, before, CLASSES)]
    changed: Array = inputs[labels != before]
    if len(changed):
        lines.append(Line(message("another label"), changed[:, 0], changed[:, 1], "rings", -1))
    return Chart("seen", tuple(lines), Axis("x"), Axis("y"))


EXPERIMENT = AugmentationNoise

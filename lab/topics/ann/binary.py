"""Two clusters told apart by the smallest network, beside tools that need no training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Cell, CellMark, Table
from lab.core.metaparameters import DescentParams, seed_field
from lab.core.params import Params, choice, integer
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.clusters import ClusterParams, clusters, letters
from lab.data.store import DataStore
from lab.nets.dense.params import activation_field
from lab.nets.dense.spec import dense
from lab.nets.registry import losses
from lab.nets.registry.activations import sigmoid
from lab.topics.ann.simple_tools import compare
from lab.training.dense.boundary import boundary, wrong
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import of_training
from lab.training.dense.open_units import open_units
from lab.training.dense.spec import TrainingSpec, by_descent

CENTRES = ((1.0, 1.0), (5.0, 1.0))
HALF_WAY = 3.0
"""The x of the line that is as far from the one as from the other."""
FRESH = 1000
"""New points of each class."""
LOGITS = (0.0, 2.0, 10.0, 20.0, 50.0, 100.0, 200.0)
"""Logits at which both ways are compared, for an example of the other class."""


@dataclass(frozen=True, kw_only=True)
class BinaryParams(DescentParams, ClusterParams):
    """The course's values are the defaults."""

    seed: int = seed_field(2)
    activation: str = activation_field()
    loss: str = choice(
        "bce", {"bce": "Sigmoid, then BCELoss", "bce_logits": "BCEWithLogitsLoss"}, label="Loss", group="Network",
        help="Whether the sigmoid is a layer of its own or part of the loss; ordinary logits give equal numbers.",
    )  # fmt: skip
    neighbours: int = integer(
        5, 1, 99, label="Neighbours", help="How many neighbours vote in k nearest neighbours.", group="Simple tools"
    )


class Binary(DenseExperiment[BinaryParams]):
    """Linear(2, 1), an activation, Linear(1, 1), a sigmoid, and binary cross-entropy."""

    id: ClassVar[str] = "ann.binary"
    title: ClassVar[str] = "Two clusters"
    params: ClassVar[type[Params]] = BinaryParams

    def recipe(self, params: BinaryParams, data: DataStore) -> TrainingSpec:
        """Return the network of the course on its clusters."""
        positions, labels = clusters(CENTRES, params, streams(params.seed).data)
        plan = dense(2, (1,), 1, params.activation, "sigmoid" if params.loss == "bce" else "identity")
        return by_descent(params, plan, params.loss, positions, labels[:, None].astype(float))

    def figures(self, params: BinaryParams, learner: Learner) -> Iterator[Event]:
        """Yield the boundary, and both losses at extreme logits."""
        recipe = learner.recipe
        yield from boundary(recipe, learner.network, recipe.inputs, recipe.labels(recipe.targets), letters(2))
        if not learner.epoch:
            yield lazily(Table, "extremes", _extremes)

    def numbers(self, params: BinaryParams, learner: Learner) -> Numbers:
        """Return how good it is, by the other way to the loss too, and how many examples still teach it."""
        recipe, logits = learner.recipe, _logits(learner)
        other = ("bce_logits", logits) if recipe.loss == "bce" else ("bce", sigmoid(logits))
        ways = {"bce_logits": message("BCEWithLogitsLoss of the logits"), "bce": message("BCELoss of the sigmoids")}
        missed = int(wrong(recipe, learner.network, recipe.inputs, recipe.labels(recipe.targets)).sum())
        return Numbers(
            (
                *of_training(learner),
                Quantity(message("loss the other way"), losses.value(*other, recipe.targets), ways[other[0]]),
                Quantity(message("taken for another class"), missed, message("those with a ring")),
                Quantity(
                    message("examples that open the hidden unit"),
                    int(open_units(learner)[0].sum()),
                    message("for the others its slope is 0: they teach its weights nothing"),
                ),
                Quantity(
                    message("largest logit"), float(np.abs(logits).max()), message("the largest |z| before the sigmoid")
                ),
            )
        )

    def ends(self, params: BinaryParams, learner: Learner) -> Iterator[Event]:
        """Compare with k nearest neighbours and k-means."""
        # Nearest neighbours know the examples by heart; so all are judged on new ones too.
        fresh = clusters(CENTRES, params.replace(points=FRESH), np.random.default_rng((params.seed, 1)))
        yield compare(learner, params.neighbours, params.seed, fresh, HALF_WAY)


def _logits(learner: Learner) -> Array:
    """Return what stands before the sigmoid (N, 1)."""
    network, inputs = learner.network, learner.recipe.inputs
    if learner.recipe.loss == "bce_logits":
        return network.outputs(inputs)
    return np.asarray(network.trace(inputs)[-2] @ network.weights[-1] + network.biases[-1])


def _extremes() -> Table:
    """Return both losses and their gradients at logits of an example whose target is 0, in torch's usual float32."""
    rows = []
    with np.errstate(over="ignore", divide="ignore"):
        for z in LOGITS:
            logit, target = np.array([[z]], dtype=np.float32), np.zeros((1, 1), dtype=np.float32)
            share = np.float32(1) / (np.float32(1) + np.exp(-logit))
            through = float((losses.gradient("bce", share, target) * share * (1 - share)).item())
            plain = float(losses.gradient("bce_logits", logit, target).item())
            apart, joined = losses.value("bce", share, target), losses.value("bce_logits", logit, target)
            equal = abs(apart - joined) < 1e-3 * max(1.0, joined) and abs(through - plain) < 1e-3
            judged: CellMark = "" if equal else "bad"
            cells = (
                Cell(z, message("what comes out before the sigmoid")),
                Cell(share.item(), message("1 / (1 + exp(−{z})) in float32", z=f"{z:g}")),
                Cell(apart, message("BCELoss: −ln(1 − σ(z)), where the logarithm is cut at −100"), judged),
                Cell(through, message("what flows back to z through BCELoss and the sigmoid"), judged),
                Cell(joined, message("BCEWithLogitsLoss: ln(1 + exp(z)), without a sigmoid between"), "good"),
                Cell(plain, message("what flows back to z from BCEWithLogitsLoss: σ(z) − y"), "good"),
            )
            # As many figures as six columns have room for.
            rows.append(tuple(Cell(float(f"{cell.value:.5g}"), cell.why, cell.mark) for cell in cells))
    note = message(
        "L₁ is BCELoss of σ(z), L₂ is BCEWithLogitsLoss of z; target 0, float32. From z = 17 on, σ(z) is exactly 1:"
        " L₁ is cut at 100, and its gradient is gone."
    )
    return Table("extremes", ("z", "σ(z)", "L₁", "∂L₁/∂z", "L₂", "∂L₂/∂z"), tuple(rows), note)


EXPERIMENT = Binary

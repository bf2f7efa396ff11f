"""All that a training of a dense network depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.metaparameters import DescentParams
from lab.nets.dense.first_weights import USUAL, FirstWeights
from lab.nets.dense.spec import MLPSpec

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class TrainingSpec:
    """What is trained on what, and how.

    `inputs` (N, F) float64; `targets` (N, K) float64, or class numbers (N,) int64 for cross-entropy; `loss` is a name
    of `losses.LOSSES`, `optimiser` one of `optimisers.NAMES`. A `batch_size` of 0 takes all examples at once; with
    `drop_last` what does not fill a batch at the end of an epoch is left out. `l1` and `l2` are added to the loss as
    l1 · Σ|w| and l2/2 · Σw², over weights without biases; `l2_biases`: over these too, as torch's weight decay.
    `l1_proximal` does not descend l1 · Σ|w|, but after each step moves weights towards 0 by rate · l1, and no further.
    """

    plan: MLPSpec
    loss: str
    inputs: Array
    targets: Array
    learning_rate: float
    epochs: int
    seed: int
    test_inputs: Array | None = None
    test_targets: Array | None = None
    optimiser: str = "sgd"
    momentum: float = 0.9
    batch_size: int = 0
    drop_last: bool = False
    l1: float = 0.0
    l2: float = 0.0
    l1_proximal: bool = False
    l2_biases: bool = False
    threshold: float | None = None
    """Above which an output, and a target, stand for the second of two classes; None where the loss says it."""
    first: FirstWeights = USUAL

    @property
    def left_out(self) -> int:
        """How many examples each epoch leaves out."""
        count = len(self.inputs)
        return count % self.batch_size if self.drop_last and 0 < self.batch_size < count else 0

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        count = len(self.inputs) - self.left_out
        return -(-count // min(self.batch_size or count, count))

    @property
    def classifies(self) -> bool:
        """Whether outputs stand for classes."""
        return self.loss in ("bce", "bce_logits", "cross_entropy") or self.threshold is not None

    def right(self, outputs: Array, targets: Array) -> Array:
        """Return which of the examples (N,) are classified as they should be."""
        return np.asarray(self.classes(outputs) == self.labels(targets))

    def classes(self, outputs: Array) -> Array:
        """Return the class (N,) that each row of outputs (N, K) stands for."""
        if self.loss == "cross_entropy" or outputs.shape[1] > 1:
            return np.asarray(outputs.argmax(1))
        usual = 0.0 if self.loss == "bce_logits" else 0.5
        return (outputs[:, 0] > (usual if self.threshold is None else self.threshold)).astype(np.int64)

    def labels(self, targets: Array) -> Array:
        """Return the class (N,) of each target."""
        if targets.ndim == 1:
            return targets
        if targets.shape[1] > 1:
            return np.asarray(targets.argmax(1))
        return (targets[:, 0] > (0.5 if self.threshold is None else self.threshold)).astype(np.int64)


def by_descent(
    params: DescentParams,
    plan: MLPSpec,
    loss: str,
    inputs: Array,
    targets: Array,
    train: Array | None = None,
    **more: Any,
) -> TrainingSpec:
    """Return the recipe of plain gradient descent, unless `more` of a recipe is said.

    Where `train` (N,) is given, examples outside it are for testing.
    """
    known = np.ones(len(inputs), dtype=bool) if train is None else train
    rest = (None, None) if known.all() else (inputs[~known], targets[~known])
    usual = params.learning_rate, params.epochs, params.seed
    return TrainingSpec(plan, loss, inputs[known], targets[known], *usual, *rest, **more)

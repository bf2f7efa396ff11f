"""The parameters of the playground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.events import Array
from lab.core.metaparameters import SeedParams, epochs_field, rate_field
from lab.core.params import ParamError, choice, flag, integer, integers, real, text
from lab.data.planar import FEATURES, Points, expand, split
from lab.nets.dense.plan import Layer, Plan
from lab.nets.registry.activations import HIDDEN
from lab.nets.registry.optimisers import IN_NUMPY
from lab.topics.ann.playground.data import CLASSIFIED, PlaneDataParams
from lab.training.dense.recipe import Recipe, streams

MOST_LAYERS = 6


def _feature(default: bool, name: str) -> bool:
    given: bool = flag(default, label=FEATURES[name][0], help="An input of the network.", group="Inputs")
    return given


@dataclass(frozen=True, kw_only=True)
class PlaygroundParams(PlaneDataParams, SeedParams):
    """The defaults are those of TensorFlow Playground."""

    x: bool = _feature(True, "x")
    y: bool = _feature(True, "y")
    x_squared: bool = _feature(False, "x_squared")
    y_squared: bool = _feature(False, "y_squared")
    product: bool = _feature(False, "product")
    sin_x: bool = _feature(False, "sin_x")
    sin_y: bool = _feature(False, "sin_y")

    hidden: tuple[int, ...] = integers(
        (4, 2), 1, 64, length=(0, MOST_LAYERS), label="Units", group="Network",
        help="Units of each hidden layer, one number a layer; leave it empty for none.",
    )  # fmt: skip
    activation: str = choice(
        "tanh", HIDDEN, label="Activation", help="The non-linearity after each hidden layer.", group="Network"
    )
    activations: str = text(
        "", label="Activation per layer", group="Network", longest=200,
        help="Names in place of the one above, one a layer, as in: relu, tanh. Empty: the same everywhere.",
    )  # fmt: skip
    batch_norm: bool = flag(
        False, label="Batch norm", help="Normalise each hidden unit over the batch.", group="Network"
    )
    dropout: float = real(
        0.0, 0.0, 0.9, slider=True, label="Dropout", group="Network",
        help="Share of each hidden layer that is set to zero at random while training.",
    )  # fmt: skip
    loss: str = choice(
        "cross_entropy",
        {"cross_entropy": "Cross-entropy", "squared": "Squared error of a tanh, as in Playground"},
        label="Loss",
        help="What is made small. The squared error is for two classes; Playground halves it.",
        group="Training",
        when=("data", CLASSIFIED),
    )
    optimiser: str = choice(
        "sgd", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    learning_rate: float = rate_field(0.03)
    momentum: float = real(
        0.9, 0.0, 0.999, label="Momentum", help="The share of the last step that is kept in the next one.",
        group="Training", when=("optimiser", ("momentum",)),
    )  # fmt: skip
    batch_size: int = integer(
        10, 1, 2000, scale="log", slider=True, label="Batch size", help="How many points one step looks at.",
        group="Training",
    )  # fmt: skip
    l1: float = real(0.0, 0.0, 1.0, label="L1", help="Added to the loss: this times the sum of |w|.", group="Training")
    l2: float = real(
        0.0, 0.0, 1.0, label="L2", help="Added to the loss: half of this times the sum of w².", group="Training"
    )
    epochs: int = epochs_field()
    target: float = real(
        0.0, 0.0, 10.0, label="Stop at a test loss of", group="Stopping",
        help="The run ends when the test loss is not above this; 0 for never.",
    )  # fmt: skip
    patience: int = integer(
        0, 0, 10_000, unit="epochs", label="Patience", group="Stopping",
        help="The run ends when the test loss has not fallen below its lowest for so long; 0 for never.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what does not fit together."""
        points = self.chosen()
        if not self.valued and self.loss == "squared" and points.classes > 2:
            raise ParamError(
                "loss", "{field}: squared error is for two classes, and there are {count}", count=points.classes
            )
        if not self.features():
            raise ParamError(
                "x", "{field}: a network needs at least one input; choose one of {names}", names=_symbols()
            )
        self.plan()

    def features(self) -> tuple[str, ...]:
        """Return the names of the inputs."""
        return tuple(name for name in FEATURES if getattr(self, name))

    def each_activation(self) -> tuple[str, ...]:
        """Return the activation of each hidden layer. Raises ParamError."""
        written = [name.strip() for name in self.activations.replace("،", ",").split(",") if name.strip()]
        if not written:
            return (self.activation,) * len(self.hidden)
        for name in written:
            if name not in HIDDEN:
                raise ParamError(
                    "activations", "{field}: there is no {name}; choose from {allowed}",
                    name=name, allowed=", ".join(HIDDEN),
                )  # fmt: skip
        if len(written) != len(self.hidden):
            raise ParamError(
                "activations", "{field}: {count} names for {layers} hidden layers; write one a layer, or none",
                count=len(written), layers=len(self.hidden),
            )  # fmt: skip
        return tuple(written)

    def plan(self) -> Plan:
        """Return the network. Raises ParamError."""
        hidden = tuple(
            Layer(units, activation, self.batch_norm, self.dropout)
            for units, activation in zip(self.hidden, self.each_activation(), strict=True)
        )
        classes = len(self.names())
        squashed = classes == 2 and self.loss == "squared"
        output = Layer(classes if classes > 2 else 1, "tanh" if squashed else "identity")
        return Plan(len(self.features()), (*hidden, output))

    def inputs(self, positions: Array) -> Array:
        """Return what the network is given of positions (N, 2)."""
        return expand(positions, self.features())

    def parts(self) -> tuple[Points, Array]:
        """Return all points, and which of them (N,) are trained on; not to be changed. Raises ParamError."""
        return self._parts

    @cached_property
    def _parts(self) -> tuple[Points, Array]:
        points = self.chosen()
        return points, split(points.labels, self.train_share, streams(self.seed).data)

    def recipe(self) -> Recipe:
        """Return what is trained, and how. Raises ParamError where there is nothing to learn from."""
        return self._recipe

    @cached_property
    def _recipe(self) -> Recipe:
        points, train = self.parts()
        if not self.valued and (points.classes < 2 or len(np.unique(points.labels)) < 2):
            raise ParamError(
                "points", "{field}: {count} points of one class, or none; put points of two classes into the plane",
                count=len(points.labels),
            )  # fmt: skip
        targets, loss, threshold = self._targets(points)
        inputs = self.inputs(points.positions)
        return Recipe(
            self.plan(), loss, inputs[train], targets[train], self.learning_rate, self.epochs, self.seed,
            None if train.all() else inputs[~train], None if train.all() else targets[~train],
            self.optimiser, self.momentum, self.batch_size, self.l1, self.l2, threshold,
        )  # fmt: skip

    def _targets(self, points: Points) -> tuple[Array, str, float | None]:
        """Return what is to be learned, the loss, and the threshold of a recipe."""
        if points.values is not None:
            return points.values[:, None], "mse", None
        if len(self.names()) > 2:
            return points.labels, "cross_entropy", None
        if self.loss == "squared":
            return 2.0 * points.labels[:, None] - 1, "mse", 0.0
        return points.labels[:, None].astype(float), "bce_logits", None


def _symbols() -> str:
    return ", ".join(symbol for symbol, _function in FEATURES.values())

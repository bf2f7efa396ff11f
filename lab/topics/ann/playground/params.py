"""The parameters of the playground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from lab.core.events import Array
from lab.core.params import ParamError, choice, flag, text
from lab.core.streams import streams
from lab.data.planar import FEATURES, Points, expand, split
from lab.data.plane_params import CLASSIFIED, PlaneDataParams
from lab.nets.dense.params import activation_field, batch_norm_field, dropout_field, hidden_field
from lab.nets.dense.spec import Layer, MLPSpec
from lab.nets.registry.activations import HIDDEN
from lab.training.dense.params import LearnerParams
from lab.training.dense.spec import TrainingSpec, by_descent


def _feature(default: bool, name: str) -> bool:
    given: bool = flag(default, label=FEATURES[name][0], help="An input of the network.", group="Inputs")
    return given


@dataclass(frozen=True, kw_only=True)
class PlaygroundParams(LearnerParams, PlaneDataParams):
    """The defaults are those of TensorFlow Playground."""

    essentials: ClassVar[tuple[str, ...]] = ("data", "hidden", "activation", "learning_rate")

    x: bool = _feature(True, "x")
    y: bool = _feature(True, "y")
    x_squared: bool = _feature(False, "x_squared")
    y_squared: bool = _feature(False, "y_squared")
    product: bool = _feature(False, "product")
    sin_x: bool = _feature(False, "sin_x")
    sin_y: bool = _feature(False, "sin_y")

    hidden: tuple[int, ...] = hidden_field((4, 2), 64)
    activation: str = activation_field("tanh")
    activations: str = text(
        "", label="Activation per layer", group="Network", longest=200,
        help="Names in place of the one above, one a layer, as in: relu, tanh. Empty: the same everywhere.",
    )  # fmt: skip
    batch_norm: bool = batch_norm_field()
    dropout: float = dropout_field()
    loss: str = choice(
        "cross_entropy",
        {"cross_entropy": "Cross-entropy", "squared": "Squared error of a tanh, as in Playground"},
        label="Loss",
        help="What is made small. The squared error is for two classes; Playground halves it.",
        group="Training",
        when=("data", CLASSIFIED),
    )

    def check(self) -> None:
        """Refuse what does not fit together."""
        points = self.chosen
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

    def plan(self) -> MLPSpec:
        """Return the network. Raises ParamError."""
        hidden = tuple(
            Layer(units, activation, self.batch_norm, self.dropout)
            for units, activation in zip(self.hidden, self.each_activation(), strict=True)
        )
        classes = len(self.names())
        squashed = classes == 2 and self.loss == "squared"
        output = Layer(classes if classes > 2 else 1, "tanh" if squashed else "identity")
        return MLPSpec(len(self.features()), (*hidden, output))

    def inputs(self, positions: Array) -> Array:
        """Return what the network is given of positions (N, 2)."""
        return expand(positions, self.features())

    @cached_property
    def parts(self) -> tuple[Points, Array]:
        """All points, and which of them (N,) are trained on; not to be changed. Raises ParamError."""
        return self.chosen, split(self.chosen.labels, self.train_share, streams(self.seed).data)

    @cached_property
    def recipe(self) -> TrainingSpec:
        """What is trained, and how. Raises ParamError where there is nothing to learn from."""
        points, train = self.parts
        if not self.valued and len(np.unique(points.labels)) < 2:
            raise ParamError(
                "points", "{field}: {count} points of one class, or none; put points of two classes into the plane",
                count=len(points.labels),
            )  # fmt: skip
        targets, loss, threshold = self._targets(points)
        names = ("optimiser", "momentum", "batch_size", "l1", "l2")
        more = {name: getattr(self, name) for name in names} | {"threshold": threshold}
        return by_descent(self, self.plan(), loss, self.inputs(points.positions), targets, train, **more)

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

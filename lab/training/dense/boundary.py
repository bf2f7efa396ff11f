"""Figures of networks that take points of the plane: what they say of every point, and the points themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Field, Line, Overlay, Words
from lab.core.text import message
from lab.nets.dense.network import Network
from lab.nets.registry.activations import sigmoid, softmax
from lab.training.dense.spec import TrainingSpec

RESOLUTION = 60
"""Points of the plane along each axis at which a network is asked."""


def ranges(positions: Array, margin: float = 0.12) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return ranges of x and y of equal length that hold positions (N, 2) with a margin."""
    low, high = positions.min(0), positions.max(0)
    middle, half = (low + high) / 2, float((high - low).max()) / 2 * (1 + margin) or 1.0
    return (float(middle[0] - half), float(middle[0] + half)), (float(middle[1] - half), float(middle[1] + half))


def plane(x_range: tuple[float, float], y_range: tuple[float, float], resolution: int = RESOLUTION) -> Array:
    """Return the middles of the cells of a field as positions (resolution², 2), row 0 at the lowest y."""
    x, y = (low + (np.arange(resolution) + 0.5) / resolution * (high - low) for low, high in (x_range, y_range))
    return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)


@np.errstate(over="ignore", invalid="ignore")
def shares(recipe: TrainingSpec, outputs: Array) -> Array:
    """Return the probability of each class (N, K) that outputs stand for; several sigmoids need not sum to 1."""
    match recipe.loss:
        case "cross_entropy":
            return softmax(outputs)
        case "bce_logits" if outputs.shape[1] > 1:
            return sigmoid(outputs)
        case "bce_logits":
            second = sigmoid(outputs[:, :1])
        case "mse" if recipe.threshold == 0.0:
            # Targets of −1 and 1.
            second = np.clip((outputs[:, :1] + 1) / 2, 0.0, 1.0)
        case _:
            second = np.clip(outputs[:, :1], 0.0, 1.0)
    return np.concatenate([1 - second, second], 1)


def boundary(
    recipe: TrainingSpec,
    network: Network,
    positions: Array,
    labels: Array,
    classes: Sequence[Words],
    name: str = "boundary",
    view: tuple[tuple[float, float], tuple[float, float]] | None = None,
    features: Callable[[Array], Array] = lambda positions: positions,
    adds: tuple[str, str, int] = ("", "", 0),
) -> Iterator[Event]:
    """Yield the field of what the network says, and over it the points (N, 2) with their labels (N,).

    `features` makes a network's inputs of positions. Points that are taken for another class have a ring.
    """

    def field() -> Field:
        shown = view or ranges(positions)
        return answer(recipe, network.outputs(features(plane(*shown))), classes, name, shown, adds)

    def overlay() -> Overlay:
        marked = wrong(recipe, network, features(positions), labels)
        x, y = positions[marked].T
        rings = Line(message("taken for another class"), x, y, "rings", -1)
        return Overlay(name, (*points(positions, labels, classes), rings))

    yield lazily(Field, name, field)
    yield lazily(Overlay, name, overlay)


def answer(
    recipe: TrainingSpec,
    outputs: Array,
    classes: Sequence[Words],
    name: str,
    view: tuple[tuple[float, float], tuple[float, float]],
    adds: tuple[str, str, int] = ("", "", 0),
) -> Field:
    """Return the field of what outputs (RESOLUTION², K) say of the positions of `plane`.

    With two classes it is the probability of the second minus that of the first, else the likeliest class.
    """
    said = shares(recipe, outputs)
    (x_range, y_range), square = view, (RESOLUTION, RESOLUTION)
    x, y = Axis("x", low=x_range[0], high=x_range[1]), Axis("y", low=y_range[0], high=y_range[1])
    if said.shape[1] == 2:
        values = (said[:, 1] - said[:, 0]).reshape(square)
        words = message("P({second}) − P({first})", first=classes[0], second=classes[1])
        return Field(
            name, values, x, y, x_range, y_range, words, "signed", levels=(0.0,), limits=(-1.0, 1.0),
            adds=adds[0], added=adds[1], brush=adds[2],
        )  # fmt: skip
    values = said.argmax(1).reshape(square).astype(float)
    return Field(
        name, values, x, y, x_range, y_range, message("likeliest class"), "classes", tuple(classes), smooth=False,
        adds=adds[0], added=adds[1], brush=adds[2],
    )  # fmt: skip


def wrong(recipe: TrainingSpec, network: Network, inputs: Array, labels: Array) -> Array:
    """Return which of the examples (N,) are taken for another class."""
    return np.asarray(recipe.classes(network.outputs(inputs)) != labels)


def points(positions: Array, labels: Array, classes: Sequence[Words]) -> tuple[Line, ...]:
    """Return a line of points a class."""
    return tuple(
        Line(words, positions[labels == place, 0], positions[labels == place, 1], "points", place)
        for place, words in enumerate(classes)
    )

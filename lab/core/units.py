"""A dense network as an event: its units, what each says of the plane, and the numbers between them."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.events import Array, Event
from lab.core.figures import Line, Words


@dataclass(frozen=True)
class Units(Event):
    """A dense network, unit by unit. Column 0 holds the inputs; column c > 0 is made by `weights[c - 1]`.

    `labels` names the units, a tuple a column. `weights` are (F, U) float a layer: F units before, U units of the
    layer; `biases` are (U,). `maps`, one a column, is the output of each unit over the plane, (U, h, w) float32 with
    row 0 at the lowest y, filling `x_range` × `y_range` evenly; None where the inputs are no plane. `functions`, one a
    column, is what is applied to the sum: "tanh", …; "" where it is the sum itself; what is said of the inputs for
    column 0.

    `gradients` (F, U) and `bias_gradients` (U,), one a layer, are ∂loss/∂weight and ∂loss/∂bias, where they are known.
    `points` are the data, one `Line` a class: drawn over an enlarged map; with one a unit of the last column, they also
    mark those. Changing a number by hand asks the experiment with `edits`: (layer, from_unit, to_unit, value), where
    `weights[layer][from_unit, to_unit]` is to be `value`; from_unit -1 is the bias of to_unit.
    """

    name: str
    labels: tuple[tuple[Words, ...], ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    maps: tuple[Array | None, ...]
    functions: tuple[Words, ...]
    x_range: tuple[float, float] = (-1.0, 1.0)
    y_range: tuple[float, float] = (-1.0, 1.0)
    points: tuple[Line, ...] = ()
    edits: str = ""
    gradients: tuple[Array, ...] = ()
    bias_gradients: tuple[Array, ...] = ()

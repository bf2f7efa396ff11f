"""A dense network drawn unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.text import message
from lab.core.units import Units
from lab.nets.dense.network import Network
from lab.nets.registry.activations import ACTIVATIONS


def units_of(
    name: str,
    network: Network,
    inputs: Sequence[Words],
    outputs: Sequence[Words],
    maps: Sequence[Array | None] = (),
    **more: Any,
) -> Units:
    """Return a network as it is now, with names of its inputs and outputs; hidden units are h, layer·unit.

    `maps` and `more` are those of `Units`.
    """
    layers = network.plan.layers
    hidden = (
        tuple(f"h{place}·{unit}" for unit in range(1, layer.units + 1)) for place, layer in enumerate(layers[:-1], 1)
    )
    functions = (ACTIVATIONS[each.activation].label if each.activation != "identity" else "" for each in layers)
    return Units(
        name,
        (tuple(inputs), *hidden, tuple(outputs)),
        tuple(weight.copy() for weight in network.weights),
        tuple(bias.copy() for bias in network.biases),
        tuple(maps) or (None,) * (len(layers) + 1),
        (message("inputs"), *functions),
        **more,
    )

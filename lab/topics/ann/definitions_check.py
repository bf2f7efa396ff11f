"""Two definitions of one network, with the same numbers, at the same inputs."""

from __future__ import annotations

import numpy as np

from lab.core.figures import Cell, Table
from lab.core.streams import streams
from lab.core.text import message
from lab.nets.dense.network import Network
from lab.nets.dense.spec import MLPSpec

_EXAMPLES, _MOST_OUTPUTS = 4, 3
_ENOUGH = 1e-10
"""Differences in float64 up to which outputs are the same."""


def outputs_table(plan: MLPSpec, seed: int) -> Table:
    """Return the outputs of both modules and of our own arithmetic, in evaluation mode; imports torch."""
    import torch

    from lab.nets.dense.torch_modules import Named, give_numbers, sequential

    random = streams(seed)
    network, inputs = Network.drawn(plan, random.weights), random.data.standard_normal((_EXAMPLES, plan.inputs))
    outputs = []
    for module in (sequential(plan).double(), Named(plan).double()):
        give_numbers(module, network)
        module.eval()
        with torch.no_grad():
            outputs.append(module(torch.from_numpy(inputs)).numpy())
    one, other, ours = *outputs, network.outputs(inputs)
    rows = []
    for example in range(_EXAMPLES):
        for place in range(min(plan.outputs, _MOST_OUTPUTS)):
            at = (example, place)
            rows.append(
                (
                    Cell(example + 1),
                    Cell(place + 1),
                    Cell(float(one[at]), message("the first definition")),
                    _off(float(other[at]), float(one[at])),
                    _off(float(ours[at]), float(one[at])),
                )
            )
    apart = float(max(np.abs(array - one).max() for array in (other, ours)))
    note = message(
        "The same first weights, the same inputs, float64; over all outputs the largest difference is {value}.",
        value=f"{apart:.1e}" if apart else "0",
    )
    columns = (
        message("example"),
        message("output"),
        "nn.Sequential",
        message("class, off by"),
        message("NumPy, off by"),
    )
    return Table("outputs", columns, tuple(rows), note)


def _off(value: float, first: float) -> Cell:
    """Return how far an output is from that of the first definition."""
    apart = abs(value - first)
    return Cell(f"{apart:.1e}" if apart else "0", f"{value!r}", "good" if apart <= _ENOUGH else "bad")

"""The stack of linear layers as modules of torch, and the one layer too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.linear_collapse.collapse import Linear, Stack

if TYPE_CHECKING:
    import torch
    from torch import nn


def check_table(stack: Stack, inputs: Array) -> Table:
    """Return the outputs of nn.Sequential and of one nn.Linear beside ours, in both kinds of number."""
    import torch

    rows = []
    for kind, dtype in ((np.float64, torch.float64), (np.float32, torch.float32)):
        modules = (
            ("nn.Sequential", _code(stack), sequential(stack, dtype), stack.outputs(inputs, kind)),
            ("nn.Linear", _linear_code(stack.one), _linear(stack.product(tuple(range(len(stack.layers))), kind), dtype),
             stack.outputs_of_one(inputs, kind)),
        )  # fmt: skip
        # Activations stretch errors by up to 1.13, and are themselves off by some units in the last place.
        bound = 8 * (stack.rounding(inputs, kind) + np.finfo(kind).eps)
        for name, code, module, ours in modules:
            with torch.no_grad():
                theirs = module(torch.from_numpy(inputs).to(dtype)).numpy()
            apart = np.abs(theirs - ours)
            said = f"{float(apart.max()):.1e}" if apart.any() else "0"
            good = bool((apart <= bound).all())
            rows.append(
                (
                    Cell(name, code),
                    Cell(kind.__name__),
                    Cell(float(theirs[0, 0])),
                    Cell(said, message("Largest difference over all inputs and outputs."), "good" if good else "bad"),
                )
            )
    columns = ("torch", message("kind of number"), message("first output"), message("off ours"))
    return Table("torch", columns, tuple(rows))


def sequential(stack: Stack, dtype: torch.dtype) -> nn.Sequential:
    """Return the stack as modules with its numbers; imports torch."""
    from torch import nn

    from lab.nets.dense.torch_modules import activation

    modules: list[nn.Module] = []
    for place, layer in enumerate(stack.layers):
        modules.append(_linear(layer, dtype))
        if place in stack.bends:
            modules.append(activation(stack.activation))
    return nn.Sequential(*modules)


def _linear(layer: Linear, dtype: torch.dtype) -> nn.Linear:
    import torch
    from torch import nn

    weight, bias = layer
    made = nn.Linear(weight.shape[1], weight.shape[0], dtype=dtype)
    with torch.no_grad():
        made.weight.copy_(torch.from_numpy(weight))
        made.bias.copy_(torch.from_numpy(bias))
    return made


def _code(stack: Stack) -> str:
    inside = []
    for place, layer in enumerate(stack.layers):
        inside.append(_linear_code(layer))
        if place in stack.bends:
            inside.append(ACTIVATIONS[stack.activation].module)
    return f"nn.Sequential({', '.join(inside)})".replace("nn.L", "L").replace("(nn.", "(").replace(", nn.", ", ")


def _linear_code(layer: Linear) -> str:
    return f"nn.Linear({layer[0].shape[1]}, {layer[0].shape[0]})"

"""The outputs of a stack of linear layers and of one layer at some inputs, here and in torch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Words
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.maths.matrices import written
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.linear_collapse.collapse import Stack
from lab.topics.ann.linear_collapse.figures import low

KINDS = (("", np.float64), ("_float32", np.float32))


def numbers(stack: Stack, inputs: Array, way: Array) -> Numbers:
    """Return the outputs of both at some inputs, and how far they are from each other; `way` is the line of `line`."""
    both, one = stack.outputs(inputs), stack.outputs_of_one(inputs)
    apart = {name: np.abs(stack.outputs(inputs, kind) - stack.outputs_of_one(inputs, kind)) for name, kind in KINDS}
    bounds = {name: stack.rounding(inputs, kind) for name, kind in KINDS}
    rows: list[Quantity | tuple[Quantity, ...]] = []
    for place, point in enumerate(inputs.tolist()):
        label = f"({', '.join(map(written, point))})"
        stacked = Quantity(label, float(both[place, 0]), _formula(stack))
        single = Quantity("", float(one[place, 0]), "W·x + b")
        rows.append((stacked, single, *(_difference(apart[name][place], bounds[name][place]) for name, _ in KINDS)))
    nothing = Quantity("", None)
    largest = (_difference(apart[name], bounds[name], f"largest_difference{name}") for name, _ in KINDS)
    rows.append((Quantity(message("largest Δ"), None), nothing, *largest))
    off = message("Along the line, from the straight line between its ends: at most.")
    rows.append(
        (Quantity(message("off straight"), bend(stack, way), off, "off_straight"), Quantity("", 0.0), nothing, nothing)
    )
    learned = message("Weights and biases.")
    sizes = [sum(weight.size + bias.size for weight, bias in layers) for layers in (stack.layers, (stack.one,))]
    rows.append(
        (
            Quantity(
                message("parameters"), sizes[0], learned, "parameters", "sum(n.numel() for n in stack.parameters())"
            ),
            Quantity(message("parameters"), sizes[1], learned, "parameters_of_one", "W.numel() + b.numel()"),
            nothing,
            nothing,
        )
    )
    rows += [
        Quantity(message("layers"), len(stack.layers), "", "layers", listed=False),
        Quantity(message("layers left"), len(stack.groups()), "", "layers_left", listed=False),
        *_all_outputs(stack, inputs),
    ]
    columns = (message("input"), message("stack"), message("one layer"), "Δ float64", "Δ float32")
    return Numbers(
        rows,
        columns=columns,
        note=_verdict(stack, bool((apart[""] > bounds[""]).any())),
        setup=tuple(_setup(stack, inputs)),
    )


def _all_outputs(stack: Stack, inputs: Array) -> Iterator[Quantity]:
    """Yield the outputs of both in both kinds of number, to be checked."""
    rounding = message("Rounding alone can do that, in this order of operations or in another.")
    for _, kind in KINDS:
        # Activations stretch errors by up to 1.13, and are themselves off by some units in the last place.
        bound = 8 * float((stack.rounding(inputs, kind) + np.finfo(kind).eps).max())
        label, tolerance = message("outputs, {kind}", kind=kind.__name__), Tolerance(0.0, bound, rounding)
        exact = f"x.to(torch.{kind.__name__})"
        yield Quantity(
            label, stack.outputs(inputs, kind), _formula(stack), code=f"stack.to(torch.{kind.__name__})({exact})",
            listed=False, tolerance=tolerance,
        )  # fmt: skip
        yield Quantity(
            label, stack.outputs_of_one(inputs, kind), "W·x + b", listed=False, tolerance=tolerance,
            code=f"{exact} @ W.to(torch.{kind.__name__}).T + b.to(torch.{kind.__name__})",
        )  # fmt: skip


def _setup(stack: Stack, inputs: Array) -> Iterator[str]:
    """Yield the lines that make the stack and the one layer."""
    yield "import torch"
    yield "from torch import nn"
    yield "from torch.nn.utils import skip_init"
    yield ""
    yield ""
    yield "def linear(weight, bias):"
    yield "    layer = skip_init(nn.Linear, len(weight[0]), len(weight), dtype=torch.float64)"
    yield "    with torch.no_grad():"
    yield "        layer.weight.copy_(torch.tensor(weight, dtype=torch.float64))"
    yield "        layer.bias.copy_(torch.tensor(bias, dtype=torch.float64))"
    yield "    return layer"
    yield ""
    yield ""
    yield "stack = nn.Sequential("
    for place, (weight, bias) in enumerate(stack.layers):
        yield f"    linear({weight.tolist()}, {bias.tolist()}),"
        if place in stack.bends:
            yield f"    {ACTIVATIONS[stack.activation].module},"
    yield ")"
    yield "linears = [layer for layer in stack if isinstance(layer, nn.Linear)]"
    yield "W, b = linears[0].weight.detach(), linears[0].bias.detach()"
    yield "for layer in linears[1:]:"
    yield "    W, b = layer.weight.detach() @ W, layer.weight.detach() @ b + layer.bias.detach()"
    yield f"x = torch.tensor({inputs.tolist()}, dtype=torch.float64)"


def bend(stack: Stack, way: Array) -> float:
    """Return how far the outputs along a line are from the straight line between its ends, at most."""
    outputs = stack.outputs(way)
    share = np.linspace(0.0, 1.0, len(way))[:, None]
    return float(np.abs(outputs - (outputs[0] + share * (outputs[-1] - outputs[0]))).max())


def _formula(stack: Stack) -> str:
    """Return what the stack computes of x, in one line."""
    said = "x"
    for place in range(len(stack.layers)):
        inner = said if place == 0 or place - 1 in stack.bends else f"({said})"
        said = f"W{low(place + 1)}·{inner} + b{low(place + 1)}"
        if place in stack.bends:
            said = f"ƒ({said})"
    return said


def _difference(apart: Array, bound: Array, name: str = "") -> Quantity:
    """Return the largest difference, and whether rounding alone can make it."""
    limit, value = f"{float(bound.max()):.1e}", float(apart.max())
    if bool((apart <= bound).all()):
        why = message("Rounding alone can make {limit}.", limit=limit)
        return Quantity("", value, why, name, cells=(Cell(f"{value:.1e}" if value else "0", why, "good"),))
    why = message("Rounding alone can make at most {limit}: these are two functions.", limit=limit)
    return Quantity("", value, why, name, mark="bad")


def _verdict(stack: Stack, differs: bool) -> Words:
    count, left = len(stack.layers), len(stack.groups())
    if not stack.bends:
        return message("{count} linear layers are one: what is left is rounding.", count=count)
    name = ACTIVATIONS[stack.activation].label
    if not differs:
        return message("{name} has changed nothing at these inputs; along the line it may.", name=name)
    if left == count:
        return message("With {name} between them, none of the {count} layers can be spared.", name=name, count=count)
    return message(
        "With {name}, {left} layers are left of {count}: those with nothing between them are one still.",
        name=name,
        left=left,
        count=count,
    )

"""The torch program of a dense network: as nn.Sequential, and as a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab.core.code import CodeLine, source_of
from lab.core.figures import Words
from lab.core.text import message
from lab.nets.dense.spec import Layer, MLPSpec
from lab.nets.registry.activations import ACTIVATIONS

Lines = tuple[CodeLine, ...]
_STEP = "    "


@dataclass(frozen=True)
class Module:
    """One module of the network: its `name` in the class, its `code`, and the `part` of the plan that it is.

    `parameters` are the arrays that are learned in it, by their names in torch, with their shapes.
    """

    name: str
    code: str
    part: str
    parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    why: Words = ""


def modules(plan: MLPSpec) -> tuple[Module, ...]:
    """Return the modules of a plan in the order of nn.Sequential. A layer without activation has none for it."""
    return tuple(module for place in range(len(plan.layers)) for module in _of_layer(plan, place))


def sequential_code(plan: MLPSpec) -> str:
    """Return a program whose `network` is an nn.Sequential."""
    return source_of(sequential_lines(plan))


def class_code(plan: MLPSpec) -> str:
    """Return a program whose `network` is an object of a class `Network` of its own."""
    return source_of(class_lines(plan))


def sequential_lines(plan: MLPSpec) -> Lines:
    """Return the lines of `sequential_code`; their parts are those of `modules`."""
    return (CodeLine("from torch import nn"), CodeLine(""), *network_lines(plan))


def network_lines(plan: MLPSpec) -> Lines:
    """Return the statement that makes an nn.Sequential."""
    inside = (CodeLine(f"{_STEP}{module.code},", (module.part,), module.why) for module in modules(plan))
    return (CodeLine("network = nn.Sequential("), *inside, CodeLine(")"))


def class_lines(plan: MLPSpec) -> Lines:
    """Return the lines of `class_code`; their parts are those of `modules`."""
    forward = tuple(_forward(plan))
    body = "\n".join(line.text for line in forward)
    return (
        *((CodeLine("import torch"),) if "torch." in body else ()),
        CodeLine("from torch import nn"),
        *((CodeLine("from torch.nn import functional as F"),) if "F." in body else ()),
        CodeLine(""),
        CodeLine(""),
        CodeLine("class Network(nn.Module):"),
        CodeLine(f"{_STEP}def __init__(self):", (), message("What the network is made of; it is called once.")),
        CodeLine(f"{2 * _STEP}super().__init__()", (), message("Without this line torch does not find the layers.")),
        *(
            CodeLine(f"{2 * _STEP}self.{module.name} = {module.code}", (module.part,), module.why)
            for module in modules(plan)
            if module.name
        ),
        CodeLine(""),
        CodeLine(f"{_STEP}def forward(self, x):", (), message("What is done with a batch; network(x) calls it.")),
        *forward,
        CodeLine(""),
        CodeLine(""),
        CodeLine("network = Network()"),
    )


def _of_layer(plan: MLPSpec, place: int) -> Iterator[Module]:
    layer, (before, units) = plan.layers[place], plan.shapes[place]
    last = place == len(plan.layers) - 1
    number = "" if last else str(place + 1)
    prefix = "output_" if last else ""
    linear = message(
        "{before} inputs × {units} units + {units} biases = {total} parameters",
        before=before,
        units=units,
        total=before * units + units,
    )
    shapes = (("weight", (units, before)), ("bias", (units,)))
    yield Module(f"hidden{number}" if number else "output", f"nn.Linear({before}, {units})", f"{place}.linear", shapes,
                 linear)  # fmt: skip
    why = message("a scale and a shift for each of {units} units = {total} parameters", units=units, total=2 * units)
    both = (("weight", (units,)), ("bias", (units,)))
    norm = Module(f"{prefix}norm{number}", f"nn.BatchNorm1d({units})", f"{place}.norm", both, why)
    if layer.batch_norm and not layer.norm_after:
        yield norm
    activation = ACTIVATIONS[layer.activation]
    if layer.activation != "identity":
        # In the class it is a function: there is nothing to keep.
        yield Module("", activation.module, f"{place}.activation", (), message("nothing to learn here"))
    if layer.batch_norm and layer.norm_after:
        yield norm
    if layer.dropout:
        why = message(
            "In training each number is 0 with probability {share}, and the others grow to make up for it; after"
            " network.eval() nothing happens here.",
            share=f"{layer.dropout:g}",
        )
        yield Module(f"{prefix}dropout{number}", f"nn.Dropout({layer.dropout!r})", f"{place}.dropout", (), why)


def _forward(plan: MLPSpec) -> Iterator[CodeLine]:
    """Yield the lines of `forward`: one a layer, and one for its dropout."""
    steps: list[tuple[str, tuple[str, ...]]] = []
    for place, layer in enumerate(plan.layers):
        made = {module.part: module.name for module in _of_layer(plan, place)}
        value, parts = "x", []
        for part, name in made.items():
            if part.endswith(".dropout"):
                continue
            value = f"self.{name}({value})" if name else _applied(layer, value)
            parts.append(part)
        steps.append((value, tuple(parts)))
        steps += [(f"self.{name}(x)", (part,)) for part, name in made.items() if part.endswith(".dropout")]
    for place, (value, about) in enumerate(steps):
        begins = "return" if place == len(steps) - 1 else "x ="
        yield CodeLine(f"{2 * _STEP}{begins} {value}", about)


def _applied(layer: Layer, value: str) -> str:
    """Return the call of an activation: its line speaks of z."""
    return ACTIVATIONS[layer.activation].function.replace("(z", f"({value}", 1)

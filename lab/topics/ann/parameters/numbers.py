"""Nodes, weights and biases of two networks: counted by arithmetic, and by torchinfo."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from lab.core.code import CodeLine
from lab.core.figures import Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.ann.parameters.figures import Counts

NAMES = {"wide": message("wide"), "deep": message("deep")}


def numbers(both: Mapping[str, Counts]) -> list[Numbers]:
    """Return both networks side by side, each number with its arithmetic, and layer by layer."""
    wide, deep = both["wide"], both["deep"]
    columns = (
        message("quantity"),
        message("wide, {shape}", shape=wide.shape),
        message("deep, {shape}", shape=deep.shape),
    )
    rows = tuple(zip(*(_column(name, counts) for name, counts in both.items()), strict=True))
    lists = message("torchinfo.summary(network, input_data=…) lists the modules; ReLU has nothing to learn.")
    setup: list[CodeLine | str] = ["import torch", "from torch import nn", "from torchinfo import summary", ""]
    for name, counts in both.items():
        modules = ", nn.ReLU(), ".join(f"nn.Linear({before}, {units})" for before, units in counts.pairs)
        sizes_only = message("On the device meta there are sizes, but no numbers: nothing is drawn.")
        setup.append(CodeLine('with torch.device("meta"):', (), sizes_only))
        setup.append(f"    {name}, one = nn.Sequential({modules}), torch.zeros(1, {counts.widths[0]})")
        setup.append(f'{name}_seen = summary({name}, input_data=one, device="meta", verbose=0)')
        setup.append(f'{name}_layers = [seen for seen in {name}_seen.summary_list if seen.class_name == "Linear"]')
    return [
        Numbers(rows, columns=columns, note=_verdict(wide, deep), setup=setup, checked=lists),
        Numbers(
            [row for name, counts in both.items() for row in _layers(name, counts)],
            "layers",
            (message("network"), message("layer"), "torch", message("weights"), message("biases"),
             message("parameters"), message("output shape")),
        ),
    ]  # fmt: skip


def _column(name: str, counts: Counts) -> Iterator[Quantity]:
    """Yield the numbers of one network."""
    summed = f"sum(n.numel() for n in {name}.parameters() if n.ndim == {{}})"
    weights, biases, hidden = counts.weights, counts.biases, counts.widths[1:-1]
    total = f"{weights} + {biases} = {counts.parameters}"
    yield Quantity(message("nodes"), counts.nodes, _sum(counts.widths), f"{name}_nodes")
    yield Quantity(message("weights"), weights, _products(counts), f"{name}_weights", summed.format(2))
    yield Quantity(message("biases"), biases, _sum(counts.widths[1:]), f"{name}_biases", summed.format(1))
    yield Quantity(
        message("parameters"), counts.parameters, total, f"{name}_parameters", f"{name}_seen.trainable_params",
        mark="strong",
    )  # fmt: skip
    once = message("One for each weight.")
    yield Quantity(message("multiplications for one input"), weights, _products(counts), about=once)
    yield Quantity(message("hidden layers"), len(hidden), message("All but the inputs and the outputs."))
    product = message("The product of the hidden widths.")
    ways = "·".join(map(str, hidden)) or "1"
    yield Quantity(message("ways from an input to an output"), math.prod(hidden), ways, about=product)


def _layers(name: str, counts: Counts) -> Iterator[tuple[Quantity, ...]]:
    """Yield weights, biases and parameters of each layer of one network, and of all."""
    for place, (before, units) in enumerate(counts.pairs):
        number = message("hidden {number}", number=place + 1)
        layer = message("output") if place == len(counts.pairs) - 1 else number
        label, seen = message("{network}, {layer}", network=NAMES[name], layer=layer), f"{name}_layers[{place}]"
        weights, parameters = before * units, before * units + units
        yield (
            Quantity(NAMES[name], layer),
            Quantity(label, f"nn.Linear({before}, {units})"),
            Quantity(label, weights, f"{before}·{units} = {weights}"),
            Quantity(label, units, message("one for each of its {units} units", units=units)),
            Quantity(label, parameters, f"{before}·{units} + {units} = {parameters}", code=f"{seen}.trainable_params"),
            Quantity(label, (1, units), code=f"tuple({seen}.output_size)"),
        )
    last = f"{counts.weights} + {counts.biases} = {counts.parameters}"
    yield (
        Quantity(NAMES[name], message("all"), mark="strong"),
        Quantity("", None),
        Quantity("", counts.weights, _products(counts)),
        Quantity("", counts.biases, _sum(counts.widths[1:])),
        Quantity("", counts.parameters, last, mark="strong"),
        Quantity("", None),
    )


def _verdict(wide: Counts, deep: Counts) -> Words:
    if wide.nodes != deep.nodes:
        return message(
            "The networks have {wide} and {deep} nodes: what differs is not the shape alone.",
            wide=wide.nodes,
            deep=deep.nodes,
        )
    if wide.parameters == deep.parameters:
        return message("Equal nodes, and here equal parameters too.")
    return message(
        "Equal nodes, {nodes} each, but {wide} and {deep} parameters.",
        nodes=wide.nodes,
        wide=wide.parameters,
        deep=deep.parameters,
    )


def _sum(numbers: tuple[int, ...]) -> str:
    return f"{' + '.join(map(str, numbers))} = {sum(numbers)}" if len(numbers) > 1 else str(numbers[0])


def _products(counts: Counts) -> str:
    return f"{' + '.join(f'{a}·{b}' for a, b in counts.pairs)} = {counts.weights}"

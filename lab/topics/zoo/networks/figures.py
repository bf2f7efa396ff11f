"""Networks against each other: accuracy over cost, and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import LayerTree, TreeLayer
from lab.core.figures import Axis, Cell, Chart, Line, LineStyle, Link, Table, Words
from lab.core.text import Message, Verbatim, message
from lab.nets.zoo.catalogue import BYTES, FAMILIES, NETWORKS, Network, Weights

if TYPE_CHECKING:
    # It loads torch.
    from lab.nets.zoo.layers import ModuleCost

MEBI = 2**20
_SEVERAL = ("VGG", "RegNet", "ViT")
"""Families of which a larger network is not always the next of a smaller one."""
COSTS: Mapping[str, tuple[Message, str]] = {
    "parameters": (message("parameters"), ""),
    "multiply_adds": (message("multiply-adds an image"), ""),
    "memory": (message("outputs of all layers, an image"), "MiB"),
    "file": (message("file of the weights"), "MiB"),
}


def weights_of(network: Network, which: str) -> Weights:
    """Return the weights that are asked for, "first" or "newest"."""
    return network.first if which == "first" else network.newest


def memory(network: Network) -> float:
    """Return what all layers give out for one image in single precision, in MiB."""
    return network.activations * BYTES / MEBI


def cost_of(network: Network, cost: str, which: str) -> float:
    """Return what a network costs."""
    if cost == "file":
        return weights_of(network, which).megabytes
    return memory(network) if cost == "memory" else float(getattr(network, cost))


def plane(name: str, names: Sequence[str], cost: str, which: str, own: Mapping[str, str]) -> Chart:
    """Return accuracy against cost, a line a family; a click on a network opens it."""
    lines = []
    families = dict.fromkeys(NETWORKS[each].family for each in (name, *names))
    for family in families:
        members = sorted((each for each in FAMILIES[family] if each in names or each == name),
                         key=lambda each: cost_of(NETWORKS[each], cost, which))  # fmt: skip
        x = np.array([cost_of(NETWORKS[each], cost, which) for each in members])
        y = np.array([weights_of(NETWORKS[each], which).top1 for each in members])
        links = tuple(Link("zoo.networks", {**own, "name": each}, runs=False) for each in members)
        style: LineStyle = "points" if family in _SEVERAL else "line + points"
        colour = list(FAMILIES).index(family) % 6
        lines.append(Line(Verbatim(family), x, y, style, colour, links, names=tuple(map(Verbatim, members))))
    at = NETWORKS[name]
    here = np.array([cost_of(at, cost, which)]), np.array([weights_of(at, which).top1])
    lines.append(Line("", *here, "rings", list(FAMILIES).index(at.family) % 6))
    label, unit = COSTS[cost]
    return Chart("plane", tuple(lines), Axis(label, unit, log=True), Axis(message("right at first, ImageNet"), "%"))


def compared(name: str, names: Sequence[str], cost: str, which: str, own: Mapping[str, str]) -> Table:
    """Return the networks as a table, the cheapest first."""
    rows = []
    for each in sorted({*names, name}, key=lambda each: (cost_of(NETWORKS[each], cost, which), each)):
        network, weights = NETWORKS[each], weights_of(NETWORKS[each], which)
        now = each == name
        link = None if now else Link("zoo.networks", {**own, "name": each}, runs=False)
        rows.append(
            (
                Cell(Verbatim(each), Verbatim(network.family), "strong" if now else "", link=link),
                Cell(weights.top1, Verbatim(weights.name)),
                Cell(weights.top5),
                Cell(network.parameters),
                Cell(network.multiply_adds),
                Cell(round(memory(network), 1)),
                Cell(round(weights.megabytes, 1), Verbatim(weights.file)),
                Cell(network.size),
            )
        )
    heads: tuple[Words, ...] = (
        message("network"),
        message("top-1, %"),
        message("top-5, %"),
        message("parameters"),
        message("multiply-adds"),
        message("outputs, MiB"),
        message("file, MiB"),
        message("image size"),
    )
    note = message("Accuracies on the validation images of ImageNet, as torchvision publishes them with its weights.")
    return Table("compared", heads, tuple(rows), note)


def tree(costs: Sequence[ModuleCost]) -> LayerTree:
    """Return all modules, each with its output, parameters and work."""
    inner = {each.path: each.multiply_adds for each in costs}
    for each in costs:
        if each.path:
            inner[each.path.rpartition(".")[0]] -= each.multiply_adds
    return LayerTree(
        "network",
        tuple(
            TreeLayer(
                each.path,
                each.depth,
                each.kind,
                each.shape_out or None,
                each.own,
                each.own,
                multiply_adds=inner[each.path],
                activations=each.activations,
            )
            for each in costs
        ),
    )

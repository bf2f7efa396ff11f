"""VGG as the table of its paper, as bars, and layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lab.core.figures import BarPanel, Bars, Cell, Link, Table, Words
from lab.core.text import message
from lab.nets.zoo.catalogue import BYTES, NETWORKS
from lab.topics.zoo.vgg.configurations import CONFIGURATIONS, ERRORS, TORCHVISION, Placed, placed

MEBI = 2**20
_PAPER = message("table 3 of the paper: trained and tested on images scaled to 256")


def times(shape: Sequence[int]) -> str:
    """Return a shape as it is written."""
    return " × ".join(map(str, shape))


def mebibytes(numbers: int) -> float:
    """Return the memory of numbers in single precision, in MiB."""
    return numbers * BYTES / MEBI


def written(each: Placed) -> Words:
    """Return a layer in short."""
    layer = each.layer
    if layer.kind.startswith("conv"):
        return f"{layer.kind[5]}×{layer.kind[5]}, {layer.shape_out[0]}"
    return {"linear": str(layer.shape_out[0]), "maxpool": "pool", "mean": "7 × 7"}.get(layer.kind, layer.kind)


def paper(configuration: str, picked: Placed, own: Mapping[str, str], size: int, classes: int, adaptive: bool) -> Table:
    """Return the configurations side by side; each cell opens the page at its layer."""
    plans = {name: placed(name, size, classes, adaptive) for name in CONFIGURATIONS}
    rows: list[tuple[Cell, ...]] = []
    for row in range(1 + max(each.row for each in plans["E"])):
        there = {name: (place, each) for name, plan in plans.items() for place, each in enumerate(plan, 1)
                 if each.row == row}  # fmt: skip
        here = [each.layer for _, each in there.values()]
        if not here or all(layer.kind == "mean" and layer.shape_in == layer.shape_out for layer in here):
            continue
        maps = there["E"][1].layer.shape_out
        cells = [Cell(str(maps[1]) if len(maps) == 3 else message("linear"), mark="muted")]
        for name in CONFIGURATIONS:
            if name not in there:
                cells.append(Cell(None))
                continue
            place, each = there[name]
            now = name == configuration and each == picked
            link = None if now else Link("zoo.vgg", {**own, "configuration": name, "layer": str(place)}, runs=False)
            why = message(
                "{name}: {shape}, {parameters} parameters", name=each.layer.name, shape=times(each.layer.shape_out),
                parameters=f"{each.layer.parameters:,}",
            )  # fmt: skip
            cells.append(Cell(written(each), why, "strong" if now else "", link=link))
        rows.append(tuple(cells))
    return Table("paper", (message("side"), *CONFIGURATIONS), tuple(rows))


def compared(configuration: str, size: int, classes: int, adaptive: bool) -> Table:
    """Return what the configurations have, and how often they were wrong on ImageNet."""
    rows = []
    for name in CONFIGURATIONS:
        learned = [each.layer for each in placed(name, size, classes, adaptive) if each.layer.parameters]
        first, five = ERRORS[name]
        theirs = NETWORKS[TORCHVISION[name]] if name in TORCHVISION else None
        rows.append(
            (
                Cell(name, mark="strong" if name == configuration else ""),
                Cell(len(learned)),
                Cell(sum(layer.parameters for layer in learned)),
                Cell(first, _PAPER),
                Cell(five, _PAPER),
                Cell(None) if theirs is None else Cell(round(100 - theirs.first.top1, 2), theirs.name),
            )
        )
    heads: tuple[Words, ...] = (
        "",
        message("layers"),
        message("parameters"),
        message("top-1 error, %"),
        message("top-5 error, %"),
        message("torchvision's top-1"),
    )
    note = message(
        "Errors on the validation images of ImageNet: of the paper, and of the weights that torchvision offers, which "
        "were trained in another way."
    )
    return Table("compared", heads, tuple(rows), note)


def bars(plan: Sequence[Placed]) -> Bars:
    """Return where the parameters, the work and the memory are."""
    layers = [each.layer for each in plan]
    parameters = np.array([each.parameters for each in layers], float)
    work = np.array([each.multiply_adds for each in layers], float)
    memory = np.array([mebibytes(each.activations) for each in plan])
    panels = []
    for title, values, digits, colour, remark in (
        (message("parameters, 10⁶"), parameters / 1e6, 3, 0, message("sum {sum}", sum=f"{parameters.sum() / 1e6:.1f}")),
        (message("multiply-adds, 10⁹"), work / 1e9, 3, 1, message("sum {sum}", sum=f"{work.sum() / 1e9:.2f}")),
        (message("output, MiB"), memory, 2, 2, message("sum {sum}", sum=f"{memory.sum():.1f}")),
    ):
        shares = values / (values.sum() or 1.0)
        whys = tuple(message("{share} % of the whole network", share=f"{100 * share:.1f}") for share in shares.tolist())
        panels.append(
            BarPanel(
                title, values.round(digits), 0.0, float(values.max().round(digits)), whys, remark=remark, colour=colour
            )
        )
    return Bars("shares", tuple(each.name for each in layers), tuple(panels))


def layers_table(plan: Sequence[Placed], picked: Placed) -> Table:
    """Return the numbers of each layer."""
    rows = []
    for each in plan:
        layer = each.layer
        rows.append(
            (
                Cell(layer.name, mark="strong" if each == picked else ""),
                Cell(times(layer.shape_out), layer.arithmetic),
                Cell(layer.parameters),
                Cell(layer.multiply_adds),
                Cell(each.field),
                Cell(round(mebibytes(each.activations), 2)),
            )
        )
    heads: tuple[Words, ...] = (
        message("layer"),
        message("output"),
        message("parameters"),
        message("multiply-adds"),
        message("sees"),
        "MiB",
    )
    return Table("layers", heads, tuple(rows))

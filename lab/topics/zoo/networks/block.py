"""A module of a network as a graph: what it consists of, laid out from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from torch import nn

from lab.core.figures import Edge, Graph, Node, Words
from lab.core.text import Verbatim, message
from lab.nets.zoo.diagram import Part
from lab.nets.zoo.layers import ModuleCost

_SHORT = {
    "BatchNorm2d": "norm", "LayerNorm": "norm", "LayerNorm2d": "norm", "MaxPool2d": "max pool",
    "AvgPool2d": "mean pool", "AdaptiveAvgPool2d": "mean pool", "Flatten": "flatten", "Dropout": "dropout",
    "MultiheadAttention": "attention", "StochasticDepth": "drop path",
}  # fmt: skip


LONG = 8
"""Parts that have room beside each other."""


def graph(path: str, parts: Sequence[Part], network: nn.Module, costs: Mapping[str, ModuleCost]) -> Graph:
    """Return the parts of a module as a graph."""
    own = path.split(".")
    into = message("into {module}", module=Verbatim(".".join(own[-2 if own[-1].isdigit() else -1 :])))
    into = into if path else message("image")
    columns, rows = _places(parts)
    nodes = []
    for part in parts:
        if part.name == "input":
            nodes.append(Node("input", into, 0, rows["input"], "input"))
            continue
        layer = costs.get(part.paths[0]) if part.paths else None
        kind: Literal["weight", "operation"] = "weight" if layer is not None and layer.parameters else "operation"
        nodes.append(
            Node(part.name, _label(part, network), columns[part.name], rows[part.name], kind, why=_why(part, costs))
        )
    edges = tuple(Edge(before, part.name) for part in parts for before in part.before if before in columns)
    return Graph("block", tuple(nodes), edges, numbers=False)


def _label(part: Part, network: nn.Module) -> Words:
    """Return what stands in a part: of a convolution its kernel and channels."""
    if part.words and not part.words.startswith(","):
        return Verbatim(part.words + (", ReLU" if part.paths else ""))
    module = network.get_submodule(part.paths[0])
    kind = type(module).__name__
    if isinstance(module, nn.Conv2d):
        rows, columns = module.kernel_size
        stride = f" ↓{module.stride[0]}" if module.stride[0] > 1 else ""
        if module.groups == module.in_channels > 1:
            return Verbatim(f"{rows}×{columns} depthwise{stride}")
        groups = f", {module.groups} groups" if module.groups > 1 else ""
        return Verbatim(f"{rows}×{columns}, {module.out_channels}{groups}{stride}")
    if isinstance(module, nn.Linear):
        return Verbatim(f"linear {module.out_features}")
    own = part.paths[0].rpartition(".")[2]
    return Verbatim(_SHORT.get(kind, kind if own.isdigit() or kind in _SHORT else own))


def _why(part: Part, costs: Mapping[str, ModuleCost]) -> Words:
    """Say which modules a part is of, what they make and what they cost."""
    found = [costs[path] for path in part.paths if path in costs]
    if not found:
        return message("an operation without weights")
    return message(
        "{modules}: {before} → {after}, {parameters} parameters, {work} multiply-adds",
        modules=Verbatim(", ".join(f"{each.path} ({each.kind})" for each in found)),
        before=shape_words(found[0].shape_in),
        after=shape_words(found[-1].shape_out),
        parameters=f"{sum(each.parameters for each in found):,}",
        work=f"{sum(each.multiply_adds for each in found):,}",
    )


def shape_words(shape: Sequence[int]) -> Verbatim:
    """Return a shape as it is written."""
    return Verbatim(" × ".join(map(str, shape)) or "–")


def _places(parts: Sequence[Part]) -> tuple[dict[str, float], dict[str, float]]:
    """Return columns and rows: as far right as the longest way there, and each way beside the others its own row."""
    columns: dict[str, float] = {}
    if len(parts) > LONG and all(len(part.before) <= 1 for part in parts):
        # A long way goes up and down, so that there is room for what stands in its parts.
        high = 1 + len(parts) // LONG
        return (
            {part.name: float(place) for place, part in enumerate(parts)},
            {part.name: float(place % high) for place, part in enumerate(parts)},
        )
    for part in parts:
        columns[part.name] = 1 + max((columns[name] for name in part.before if name in columns), default=-1)
    after = {part.name: [each for each in parts if part.name in each.before] for part in parts}
    main = [parts[-1].name]
    while before := [name for name in next(each for each in parts if each.name == main[-1]).before if name in columns]:
        main.append(max(before, key=columns.__getitem__))
    rows = dict.fromkeys(main, 0.0)
    taken: dict[float, list[tuple[float, float]]] = {}
    for part in parts:
        if part.name in rows:
            continue
        above = next((name for name in part.before if rows.get(name) and after[name][0] is part), None)
        end = min((columns[each.name] for each in after[part.name]), default=columns[part.name] + 1)
        row = rows[above] if above else 1.0
        while not above and any(low < end and columns[part.name] < high for low, high in taken.get(row, ())):
            row += 1.0
        rows[part.name] = row
        # A way keeps its row up to where it meets others.
        last = part
        while len(after[last.name]) == 1 and len(after[last.name][0].before) == 1:
            last = after[last.name][0]
        stop = min((columns[each.name] for each in after[last.name]), default=columns[last.name] + 1)
        taken.setdefault(row, []).append((columns[part.name], stop))
    return columns, _centred(parts, rows)


def _centred(parts: Sequence[Part], rows: dict[str, float]) -> dict[str, float]:
    """Return rows in which the input stands in the middle of the ways from it, and the last part of those to it."""
    last = next((part for part in reversed(parts) if len(part.before) > 1), None)
    found = dict(rows)
    begin = [rows[part.name] for part in parts if "input" in part.before]
    if begin and max(begin) > 0:
        found["input"] = (min(begin) + max(begin)) / 2
    if last is not None and last in parts[-2:]:
        ends = [rows[name] for name in last.before if name in rows]
        if ends and max(ends) > 0:
            for part in parts[parts.index(last) :]:
                found[part.name] = (min(ends) + max(ends)) / 2
    return found

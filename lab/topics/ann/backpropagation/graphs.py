"""The computation graph of the network, with what is known of it in each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from lab.core.figures import Edge, Flow, Graph, Node, Words
from lab.core.text import Verbatim, message
from lab.topics.ann.backpropagation.computed import CODES, LABELS, Found, shown
from lab.topics.ann.backpropagation.passes import INPUTS, LINKS, PARAMETERS, Link, Network
from lab.topics.ann.backpropagation.stages import GRADIENTS, LAST, LOSS, STAGE, UPDATE

MOST: Final = 3.0
"""The largest weight and bias that can be set."""
FARTHEST: Final = 2.0
"""The largest input that can be set."""
_PLACES: Final = {
    "w11": (0, 0), "w12": (0, 1), "x1": (0, 2), "x2": (0, 3), "w21": (0, 4), "w22": (0, 5),
    "b1": (1, 0), "z1": (1, 1), "z2": (1, 4), "b2": (1, 5),
    "a1": (2, 1), "v1": (2, 2), "v2": (2, 3), "a2": (2, 4),
    "t": (3, 0), "z3": (3, 2.5), "c": (3, 4), "J": (4, 0), "y": (4, 2.5),
}  # fmt: skip
"""The columns and rows of the nodes."""
Kind = Literal["input", "weight", "operation", "target", "loss"]


def graph(network: Network, found: Mapping[str, Found], stage: int) -> Graph:
    """Return the graph with what is found up to a stage; what the stage itself finds is lit, with its arrows.

    Arrows are labelled with their local derivative once a gradient came back over them.
    """
    nodes = tuple(_node(network, found, stage, name) for name in _PLACES)
    edges = [_edge(network, stage, link) for link in LINKS]
    edges.append(Edge("t", "J", "", "forward" if stage in (LOSS, LAST) else ""))
    return Graph("network", nodes, tuple(edges))


def _kind(name: str) -> Kind:
    if name in PARAMETERS:
        return "weight"
    kinds: dict[str, Kind] = {"x1": "input", "x2": "input", "t": "target", "J": "loss"}
    return kinds.get(name, "operation")


def _node(network: Network, found: Mapping[str, Found], stage: int, name: str) -> Node:
    given = name in network.given
    flow: Flow = ""
    value: float | None = network.given.get(name)
    why: Words = ""
    if given:
        what = message("The target.") if name == "t" else message("As the form says; drag it to try others.")
        why = message("{what}\nPyTorch: {code}", what=what, code=Verbatim(CODES[name]))
    # After the update, the values of the first way forward belong to parameters that are no more.
    now = f"next_{name}" if stage >= (UPDATE if name in PARAMETERS else LAST) else name
    if now in found and STAGE[now] <= stage and (given or stage != UPDATE):
        value, why = found[now].number, found[now].why
        flow = "forward" if STAGE[now] == stage else ""
    gradient: float | None = None
    gradient_why: Words = ""
    back = f"d_{name}"
    if name == "J" and LOSS < stage < LAST:
        gradient, gradient_why = 1.0, "∂J/∂J = 1"
    elif back in found and STAGE[back] <= stage < LAST:
        gradient, gradient_why = found[back].number, found[back].why
        flow = "backward" if STAGE[back] == stage else flow
    column, row = _PLACES[name]
    field = name if given and stage <= GRADIENTS else ""
    low, high = {"t": (0.0, 1.0), **dict.fromkeys(INPUTS, (-FARTHEST, FARTHEST))}.get(name, (-MOST, MOST))
    # The target has the name of the form's field.
    return Node(
        name, _label(name), column, row, _kind(name), value, gradient, why, gradient_why, flow,
        "target" if field == "t" else field, low, high,
    )  # fmt: skip


def _label(name: str) -> Words:
    names: dict[str, Words] = {"t": message("target y"), "y": message("output ŷ"), "J": message("loss J")}
    return names.get(name, LABELS[name])


def _edge(network: Network, stage: int, link: Link) -> Edge:
    ahead, back = STAGE[link.target], STAGE[f"d_{link.source}"]
    flow: Flow = "forward" if stage in (ahead, LAST) else "backward" if stage == back else ""
    known = back <= stage < UPDATE
    label = f"× {shown(network.factors[link.factor], 3)}" if known else ""
    return Edge(link.source, link.target, label, flow)

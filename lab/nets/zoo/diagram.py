"""What is inside of a module as a graph: its layers, or the modules that it consists of, and what flows between them.

torch.fx follows one image through the network; each operation knows the modules around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from torch import nn
from torch.fx import Node, symbolic_trace

MOST = 26
"""Parts that are drawn at most."""
_CHAINED = (
    nn.BatchNorm2d, nn.LayerNorm, nn.ReLU, nn.ReLU6, nn.SiLU, nn.GELU, nn.Hardswish, nn.Hardsigmoid, nn.Sigmoid,
    nn.Dropout, nn.Identity, nn.LocalResponseNorm,
)  # fmt: skip
"""Layers that are drawn together with what comes before them."""
_SAID = {"add": "+", "iadd": "+", "mul": "×", "cat": "concat", "transpose": "shuffle", "relu": "ReLU",
         "max_pool2d": "max pool", "avg_pool2d": "mean pool", "adaptive_avg_pool2d": "mean pool",
         "flatten": "flatten", "chunk": "split", "softmax": "softmax", "mean": "mean"}  # fmt: skip
_WITHOUT_NUMBERS = {"eq", "floordiv", "getattr", "_assert", "size", "dim", "is_scripting"}
_PLAIN = {"Encoder", "EncoderBlock"}


@dataclass
class Part:
    """One thing that is drawn: `paths` of the modules in it, in their order, and the names of the parts before it.

    words: of an operation that is no module.
    """

    name: str
    paths: list[str]
    words: str = ""
    before: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Operation:
    name: str
    around: tuple[str, ...]
    """The paths of the modules around it; the last is its own, where it is a module."""
    module: bool
    words: str
    before: tuple[str, ...]


class Traced:
    """A network whose operations are known."""

    def __init__(self, network: nn.Module) -> None:
        self._modules: Mapping[str, nn.Module] = dict(network.named_modules())
        self._operations = list(_operations(list(symbolic_trace(network).graph.nodes)))

    def block(self) -> str:
        """Return the path of the first block in which several ways meet; "" where there is none."""
        for path, module in self._modules.items():
            if path and not isinstance(module, nn.Sequential) and type(module).__name__ not in _PLAIN:
                within = [each for each in self._operations if path in each.around]
                if any(each.around[-1] == path and each.words in ("+", "concat") for each in within):
                    return path
        return ""

    def around(self, path: str) -> str:
        """Return a module that has something inside: itself, or what is around a layer."""
        while path and not any(path in (each.around[:-1] if each.module else each.around) for each in self._operations):
            path = path.rpartition(".")[0]
        return path

    def inside(self, path: str) -> list[Part]:
        """Return what a module consists of, its input first.

        Where that is more than can be drawn, the modules in it are drawn as one each.
        """
        within = [each for each in self._operations if not path or path in each.around]
        parts = self._grouped(within, path, alone=True)
        if len(parts) > 14 or not path:
            parts = self._grouped(within, path, alone=False)
        return parts[:MOST]

    def _grouped(self, operations: Sequence[_Operation], path: str, alone: bool) -> list[Part]:
        """Return parts of one operation each, or of one module each, with what belongs to the layer before it."""
        uses = Counter(before for each in operations for before in each.before)
        parts = {"input": Part("input", [])}
        part_of: dict[str, str] = {}
        for each in operations:
            own = each.around[-1] if each.module else ""
            before = list(dict.fromkeys(part_of.get(name, "input") for name in each.before))
            child = "" if alone else _child(each.around, path)
            if child and child != own:
                part = parts.setdefault(child, Part(child, [child]))
                part.before += [name for name in before if name != child and name not in part.before]
                part_of[each.name] = child
                continue
            chained = (isinstance(self._modules.get(own), _CHAINED) if own else each.words == "ReLU") and child in (
                "",
                own,
            )
            if chained and len(before) == 1 and before[0] != "input" and uses[each.before[0]] == 1:
                parts[before[0]].paths += [own] if own else []
                parts[before[0]].words += "" if own else ", ReLU"
                part_of[each.name] = before[0]
                continue
            parts[each.name] = Part(each.name, [own] if own else [], "" if own else each.words, before)
            part_of[each.name] = each.name
        return list(parts.values())


def _child(around: Sequence[str], path: str) -> str:
    """Return the module directly within that of a path."""
    if not path:
        return around[0] if around else ""
    place = around.index(path)
    return around[place + 1] if place + 1 < len(around) else ""


def _operations(nodes: Sequence[Node]) -> Iterator[_Operation]:
    """Yield what is computed, without what only asks for sizes or changes the order of numbers."""
    stands_for: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        if node.op in ("placeholder", "output", "get_attr"):
            stands_for[node.name] = ("",) if node.op == "placeholder" else ()
            continue
        before = tuple(dict.fromkeys(name for each in node.all_input_nodes for name in stands_for.get(each.name, ())))
        target = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
        stack = node.meta.get("nn_module_stack") or {}
        around = tuple(path.partition("@")[0] for path in stack)
        if node.op == "call_module":
            yield _Operation(node.name, around, True, "", before)
        elif target in _WITHOUT_NUMBERS:
            stands_for[node.name] = ()
            continue
        elif target in _SAID and before and not (target == "mul" and len(before) < 2):
            yield _Operation(node.name, around, False, _SAID[target], before)
        else:
            stands_for[node.name] = before
            continue
        stands_for[node.name] = (node.name,)

"""One block of single numbers: what goes through it, and the gradient that comes back, with the way past and without.

F(x) = w₂ · relu(w₁ · x) stands for two convolutions. A block with the way past gives x + F(x), whose slope is
1 + F′(x); one without gives F(x).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lab.core.code import Code
from lab.core.figures import Edge, Graph, Node, Words
from lab.core.quantities import Numbers, Quantity, program
from lab.core.text import message

MOST = 2.0
"""The largest x, w₁ and w₂."""
_PLACES = {"w1": (0, 0), "x": (0, 2), "h": (1, 1), "w2": (1.3, 0), "f": (2, 1), "y": (3, 2)}


@dataclass(frozen=True)
class OneBlock:
    """The numbers of a block."""

    x: float
    w1: float
    w2: float

    @property
    def on(self) -> bool:
        """Whether the rectifier lets w₁ · x pass."""
        return self.w1 * self.x > 0

    @property
    def inner(self) -> float:
        """Return F(x)."""
        return self.w2 * max(0.0, self.w1 * self.x)

    @property
    def slope(self) -> float:
        """Return F′(x)."""
        return self.w1 * self.w2 if self.on else 0.0

    def chain(self, blocks: int, residual: bool) -> tuple[float, float]:
        """Return what comes out behind so many such blocks, one after the other, and its slope with respect to x."""
        y, slope = self.x, 1.0
        for _ in range(blocks):
            here = replace(self, x=y)
            y, slope = (y + here.inner, slope * (1 + here.slope)) if residual else (here.inner, slope * here.slope)
        return y, slope


def graph(block: OneBlock) -> Graph:
    """Return the block with the way past, all values, and the gradients of its output y."""
    on, h = float(block.on), max(0.0, block.w1 * block.x)
    values = {"w1": block.w1, "x": block.x, "h": h, "w2": block.w2, "f": block.inner, "y": block.x + block.inner}
    gradients = {
        "w1": block.w2 * on * block.x, "x": 1 + block.slope, "h": block.w2, "w2": h, "f": 1.0, "y": 1.0,
    }  # fmt: skip
    whys: Mapping[str, tuple[Words, Words]] = {
        "w1": (_DRAG, f"∂y/∂w₁ = {block.w2:g} · {on:g} · {block.x:g}"),
        "x": (_DRAG, f"∂y/∂x = 1 + {block.w2:g} · {on:g} · {block.w1:g}"),
        "h": (f"h = relu({block.w1:g} · {block.x:g})", f"∂y/∂h = {block.w2:g}"),
        "w2": (_DRAG, f"∂y/∂w₂ = {h:g}"),
        "f": (f"F = {block.w2:g} · {h:g}", "∂y/∂F = 1"),
        "y": (f"y = {block.x:g} + {block.inner:g}", "∂y/∂y = 1"),
    }
    labels: Mapping[str, Words] = {"w1": "w₁", "h": "relu(w₁x)", "w2": "w₂", "f": "F(x)", "y": "x + F(x)"}
    nodes = tuple(
        Node(
            name, labels.get(name, name), *_PLACES[name],
            "input" if name == "x" else "weight" if name in ("w1", "w2") else "operation",
            values[name], gradients[name], *whys[name],
            field=name if name in ("x", "w1", "w2") else "", low=-MOST, high=MOST,
        )
        for name in _PLACES
    )  # fmt: skip
    factors = (("w1", "h", on * block.x), ("x", "h", on * block.w1), ("w2", "f", h), ("h", "f", block.w2),
               ("f", "y", 1.0), ("x", "y", 1.0))  # fmt: skip
    edges = tuple(Edge(source, target, f"× {factor:.3g}".replace("-", "−")) for source, target, factor in factors)
    return Graph("block", nodes, edges)


_DRAG = message("As the form says; drag it to try others.")


def numbers(block: OneBlock, blocks: int) -> Numbers:
    """Return output and slope of one block, and of as many as the network has, with the way past and without."""

    def row(label: Words, whys: tuple[Words, Words], name: str, place: int, count: int) -> tuple[Quantity, ...]:
        return tuple(
            Quantity(
                label, block.chain(count, residual)[place], why, f"{way}_{name}",
                f"{'slope' if place else 'y'}({count}, {residual})",
            )
            for (way, residual), why in zip((("residual", True), ("plain", False)), whys, strict=True)
        )  # fmt: skip

    f, slope = f"{block.inner:.4g}", f"{block.slope:.4g}"
    alike = message("{count} blocks with the same two weights, one after the other", count=blocks)
    product = message("the product of the slopes of {count} blocks", count=blocks)
    return Numbers(
        (
            row("y", (f"{block.x:g} + {f}", f), "y", 0, 1),
            row(message("∂y/∂x"), (f"1 + {slope}", slope), "slope", 1, 1),
            row(message("y, {count} blocks", count=blocks), (alike, alike), "deep_y", 0, blocks),
            row(message("∂y/∂x, {count} blocks", count=blocks), (product, product), "deep_slope", 1, blocks),
        ),
        name="one_block",
        columns=(message("one block"), message("residual"), message("plain")),
        note=message("In the network a relu follows each block; it passes on what is positive as it is."),
        setup=(
            "import torch",
            "",
            f"x = torch.tensor({block.x!r}, dtype=torch.float64, requires_grad=True)",
            f"w1, w2 = {block.w1!r}, {block.w2!r}",
            "",
            "",
            "def F(x):",
            "    return w2 * torch.relu(w1 * x)",
            "",
            "",
            "def chain(x, blocks, residual):",
            "    for _ in range(blocks):",
            "        x = x + F(x) if residual else F(x)",
            "    return x",
            "",
            "",
            "def y(blocks, residual):",
            "    return chain(x, blocks, residual).item()",
            "",
            "",
            "def slope(blocks, residual):",
            "    return torch.autograd.grad(chain(x, blocks, residual), x)[0].item()",
            "",
            "",
        ),
    )  # fmt: skip


def by_hand(block: OneBlock, blocks: int) -> Code:
    """Return the program that prints these numbers."""
    return replace(program([numbers(block, blocks)]), name="by_hand")

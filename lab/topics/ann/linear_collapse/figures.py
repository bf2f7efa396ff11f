"""Figures of a stack of linear layers: multiplied out, and along a line."""

from __future__ import annotations

from functools import reduce

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Matrices, MatrixItem, Words
from lab.core.text import message
from lab.maths.matrices import factor, rows_of, sum_of_products, written
from lab.topics.ann.linear_collapse.collapse import Stack

REACH = 4.0
"""The first input goes from minus this to this."""
_POINTS = 241
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def low(number: int) -> str:
    """Return a number as an index."""
    return str(number).translate(_LOW)


def along(inputs: int, others: float) -> Array:
    """Return inputs (N, inputs) on a line: the first one moves, the others stay."""
    way = np.full((_POINTS, inputs), others)
    way[:, 0] = np.linspace(-REACH, REACH, _POINTS)
    return way


def weights(stack: Stack) -> Matrices:
    """Return W₃·W₂·W₁ = W; where an activation stands between, an ƒ, and what still becomes one on its sides."""
    count, groups = len(stack.layers), stack.groups()
    items = []
    for place in reversed(range(count)):
        sign = "" if place == count - 1 else "ƒ" if place in stack.bends else "·"
        items.append(MatrixItem(f"W{low(place + 1)}", rows_of(stack.layers[place][0]), sign))
    if len(groups) == count:
        return Matrices("weights", tuple(items))
    for number, group in enumerate(reversed(groups)):
        product = stack.product(group)[0]
        name = "W" if len(groups) == 1 else "·".join(f"W{low(place + 1)}" for place in reversed(group))
        # Layers stand in the equation from the last to the first.
        parts = {count - 1 - place: "all" for place in group}
        if len(group) > 1:
            parts |= {count - 1 - group[-1]: "row", count - 1 - group[0]: "column"}
            whys = _product_whys(stack, group, product)
        else:
            parts, whys = {count - 1 - group[0]: "cell"}, ()
        items.append(MatrixItem(name, rows_of(product), "ƒ" if number else "=", whys=whys, parts=parts))
    return Matrices("weights", tuple(items))


def _product_whys(stack: Stack, group: tuple[int, ...], product: Array) -> tuple[tuple[Words, ...], ...]:
    """Return the arithmetic of each cell: a row of the last matrix times a column of all before it."""
    last, before = stack.layers[group[-1]][0], stack.product(group[:-1])[0]
    return tuple(
        tuple(sum_of_products(row, column, value) for column, value in zip(before.T, values, strict=True))
        for row, values in zip(last, product.tolist(), strict=True)
    )


def biases(stack: Stack) -> Matrices:
    """Return how the biases become one: each goes through all layers behind it."""
    matrices, vectors = zip(*stack.layers, strict=True)
    count = len(matrices)
    items: list[MatrixItem] = []
    parts: dict[int, str] = {}
    for place in range(count):
        behind = tuple(range(place + 1, count))
        sign = "+" if items else ""
        if behind:
            through = reduce(lambda one, two: two @ one, [matrices[at] for at in behind])
            name = "·".join(f"W{low(at + 1)}" for at in reversed(behind))
            parts[len(items)] = "row"
            items.append(MatrixItem(name, rows_of(through), sign))
            sign = "·"
        parts[len(items)] = "all" if behind else "cell"
        items.append(MatrixItem(f"b{low(place + 1)}", rows_of(vectors[place][:, None]), sign))
    bias = stack.one[1]
    whys: tuple[tuple[Words, ...], ...] = tuple((_bias_why(stack, row, value),) for row, value in enumerate(bias))
    title: Words = "b" if not stack.bends else message("b, were there no ƒ")
    items.append(MatrixItem(title, rows_of(bias[:, None]), "=", whys=whys, parts=parts))
    return Matrices("biases", tuple(items))


def _bias_why(stack: Stack, row: int, value: float) -> str:
    terms = []
    for place, (_, vector) in enumerate(stack.layers):
        through = reduce(lambda sums, layer: layer[0] @ sums, stack.layers[place + 1 :], vector)
        terms.append(factor(float(through[row])))
    return f"{' + '.join(terms)} = {written(float(value))}"


def line(stack: Stack, way: Array) -> Chart:
    """Return both outputs along a line, and where a unit's sum changes its sign."""
    both, straight = stack.outputs(way), stack.outputs_of_one(way)
    x, count = way[:, 0], both.shape[1]
    lines = [
        Line(message("stack"), x, both[:, 0], "line", 0),
        Line(message("one layer, W·x + b"), x, straight[:, 0], "dashes", 1),
    ]
    said = message("output") if count == 1 else message("output {number}", number=1)
    crossings = _crossings(stack, way)
    if len(crossings):
        label = message("the sum of a unit before ƒ is 0")
        lines.append(Line(label, crossings, np.interp(crossings, x, both[:, 0]), "points", 0))
    return Chart("line", tuple(lines), Axis("x₁", low=-REACH, high=REACH), Axis(said))


def _crossings(stack: Stack, way: Array) -> Array:
    """Return where on the line the sum of a unit that goes through the activation is 0."""
    x, found = way[:, 0], []
    for place, (sums, _) in enumerate(stack.sums(way)):
        if place in stack.bends:
            before, after = sums[:-1], sums[1:]
            at, unit = np.nonzero((before < 0) != (after < 0))
            share = before[at, unit] / (before[at, unit] - after[at, unit])
            found.append(x[at] + share * (x[at + 1] - x[at]))
    return np.sort(np.concatenate(found)) if found else np.zeros(0)

"""The product of one layer written out, and all layers with their sizes."""

from __future__ import annotations

from dataclasses import replace

from lab.core.events import Architecture, Array
from lab.core.figures import Matrices, MatrixItem
from lab.core.text import Message, message
from lab.maths.matrices import factor, written
from lab.nets.convolutional.layers import linear_layer
from lab.topics.weights.shapes.chain import Chain

SHOWN = 6
"""Rows and columns up to which a matrix stands there whole; of a larger one the first four and the last."""
FIRST = 4
LEFT_OUT = "⋯"


def strip(chain: Chain) -> Architecture:
    """Return the layers from left to right."""
    layers = (linear_layer(f"linear{place}", *pair) for place, pair in enumerate(chain.pairs, 1))
    return Architecture(tuple(replace(layer, formula=r"x W^{\top} + b") for layer in layers))


def refusal(chain: Chain) -> Message:
    """Say why the forward pass ends at the layer that does not fit."""
    place = chain.broken
    takes, units = chain.pairs[place - 1]
    return message(
        "Layer {place} gets {comes} numbers of each input and was made for {takes}: ({batch}×{comes})·({takes}×{units})"
        " do not fit.",
        place=place, comes=chain.widths[place - 1], takes=takes, batch=chain.batch, units=units,
    )  # fmt: skip


def product(chain: Chain, place: int) -> Matrices:
    """Return x · Wᵀ + b = y of layer `place`, from 1; of a layer that nothing reaches, its shapes alone."""
    weight, bias = chain.numbers[1][place - 1]
    reached = place <= chain.through + 1
    comes = chain.widths[place - 1]
    x = _item("x", chain.values[place - 1]) if reached else _nothing("x", chain.batch, comes)
    items = [x, replace(_item("Wᵀ", weight.T), sign="·"), replace(_item("b", bias[None]), sign="+")]
    if place > chain.through:
        words = refusal(chain) if place == chain.broken else message("Nothing comes so far. {why}", why=refusal(chain))
        return Matrices("product", tuple(items), words)
    y = _item("y", chain.values[place])
    rows, columns = _places(chain.batch), _places(len(bias))
    whys = tuple(tuple("" if None in (i, j) else _sum(chain, place, i or 0, j or 0) for j in columns) for i in rows)
    lit = {0: "row", 1: "column"}
    return Matrices("product", (*items, replace(y, sign="=", whys=whys, parts=lit)))


def _places(count: int) -> tuple[int | None, ...]:
    """Return which rows or columns stand there; None for those left out."""
    return tuple(range(count)) if count <= SHOWN else (*range(FIRST), None, count - 1)


def _item(title: str, matrix: Array) -> MatrixItem:
    rows, columns = (_places(count) for count in matrix.shape)
    cells = tuple(tuple(LEFT_OUT if i is None or j is None else float(matrix[i, j]) for j in columns) for i in rows)
    faint = frozenset(
        (row, column) for row, i in enumerate(rows) for column, j in enumerate(columns) if i is None or j is None
    )
    return MatrixItem(
        title, cells, row_labels=_labels(rows), column_labels=_labels(columns), faint=faint, whole=matrix.shape
    )


def _nothing(title: str, rows: int, columns: int) -> MatrixItem:
    shown = len(_places(rows)), len(_places(columns))
    waiting = frozenset((i, j) for i in range(shown[0]) for j in range(shown[1]))
    return MatrixItem(title, ((0.0,) * shown[1],) * shown[0], waiting=waiting, whole=(rows, columns))


def _labels(places: tuple[int | None, ...]) -> tuple[str, ...]:
    """Number rows or columns of which some are left out."""
    if None not in places:
        return ()
    return tuple("" if place is None else str(place + 1) for place in places)


def _sum(chain: Chain, place: int, row: int, unit: int) -> str:
    """Return the arithmetic of one output: the terms of the weights that stand there, and the bias."""
    x, (weight, bias) = chain.values[place - 1][row], chain.numbers[1][place - 1]
    terms = [
        LEFT_OUT if i is None else f"{factor(float(x[i]))}·{factor(float(weight[unit, i]))}" for i in _places(len(x))
    ]
    whole = float(chain.values[place][row, unit])
    return f"{' + '.join(terms)} + {factor(float(bias[unit]))} = {written(whole)}"

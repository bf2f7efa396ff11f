"""One number taken apart: as matrices, as its largest terms, by what it goes into, and along its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from torch import nn

from lab.core.events import Array
from lab.core.figures import Cell, CellMark, Matrices, MatrixItem, Table, Window, Words
from lab.core.text import message
from lab.maths.matrices import factor, products_of, rows_of, written
from lab.topics.cnn.by_layer.look import Look
from lab.topics.cnn.by_layer.sheet import Place

_ROWS = 12
"""Terms that are listed; the others are added up."""
_FEW = 6
"""Terms of a vector that stand as matrices."""


def apart(look: Look) -> Matrices:
    """Return the arithmetic of the number: of the channel, or of the numbers, that count for most, and the rest."""
    made = look.made
    match made.kind:
        case "pixel":
            return Matrices("apart", (), message("A pixel is given: it is made of nothing."))
        case "largest":
            return _largest(look)
        case "softmax":
            return _softmax(look)
        case "copy" | "function":
            return _single(look)
        case _:
            return _sum(look)


def _short(values: Array) -> tuple[tuple[float, ...], ...]:
    """Return the rows of a matrix with as many decimals as its largest number needs to have three figures."""
    top = float(np.abs(values).max(initial=0.0))
    return rows_of(np.round(values, 2 if top == 0 else int(np.clip(2 - np.floor(np.log10(top)), 0, 9))) + 0.0)


def _place(row: Array) -> Place:
    return cast(Place, tuple(row.tolist()))


def _called(look: Look, places: Array) -> tuple[tuple[Words, ...], ...]:
    """Return which numbers of the layer below stand in a matrix of places (rows, columns, 3), and what they are."""
    below = look.layer - 1
    numbers = look.way.numbers[below]
    return tuple(
        tuple(f"{look.way.name(below, _place(each))} = {written(numbers[_place(each)])}" for each in row)
        for row in places
    )


def _largest(look: Look) -> Matrices:
    made = look.made
    shape = [len(np.unique(made.places[:, axis])) for axis in (1, 2)]
    window = made.inputs.reshape(shape)
    winner = int(made.weights.argmax())
    items = (
        MatrixItem(
            message("window"), _short(window), whys=_called(look, made.places.reshape(*shape, 3)),
            lit=frozenset({(winner // shape[1], winner % shape[1])}),
        ),
        _result(look, message("the largest"), "→", {0: "all"}),
    )  # fmt: skip
    return Matrices("apart", items)


def _softmax(look: Look) -> Matrices:
    scores = look.made.inputs[:, None]
    # As torch does: the largest score is taken away first, which changes no probability.
    powers = np.exp(scores - scores.max())
    shares = powers / powers.sum()
    labels = tuple(look.given.classes)
    items = (
        MatrixItem("z", _short(scores), row_labels=labels),
        MatrixItem("exp(z − max z)", _short(powers), "→", parts={0: "cell"}),
        MatrixItem("÷ Σ", _short(shares), "→", parts={1: "cell"}, lit=frozenset({(look.place[0], 0)})),
    )
    return Matrices("apart", items)


def _single(look: Look) -> Matrices:
    made = look.made
    before = look.way.name(look.layer - 1, _place(made.places[0]))
    first = MatrixItem(before, _short(made.inputs[None]), whys=_called(look, made.places[None]))
    words: Words = look.given.plan[look.layer - 1].kind
    if made.kind == "copy":
        channel, row, column = made.places[0].tolist()
        _channels, height, width = look.way.numbers[look.layer - 1].shape
        words = f"({channel}·{height} + {row})·{width} + {column} = {look.place[0]}"
    return Matrices("apart", (first, _result(look, words, "→", {0: "all"})))


def _result(look: Look, title: Words, sign: str, parts: dict[int, str | Window]) -> MatrixItem:
    why = f"{look.name} = {written(look.made.value)}"
    return MatrixItem(
        title, _short(np.array([[look.made.value]])), sign, whys=((why,),), parts=parts, lit=frozenset({(0, 0)})
    )


def _sum(look: Look) -> Matrices:
    made, module = look.made, look.way.modules[look.layer]
    if isinstance(module, nn.Linear) or len(made.places) == 1:
        chosen = made.order[:_FEW]
        shape, name = (len(chosen), 1), message("inputs that count for most")
        title: Words = name if len(made.places) > _FEW else message("inputs")
    else:
        channels = made.places[:, 0]
        sums = np.array([made.products[channels == each].sum() for each in range(int(channels.max()) + 1)])
        best = int(np.abs(sums).argmax())
        chosen = np.flatnonzero(channels == best)
        rows, columns = (len(np.unique(made.places[chosen, axis])) for axis in (1, 2))
        shape, title = (rows, columns), message("window in channel {channel}", channel=best)
    inputs, weights = made.inputs[chosen].reshape(shape), made.weights[chosen].reshape(shape)
    some, every = float(made.products[chosen].sum()), float(made.products.sum())
    parts: list[tuple[Words, float]] = [(message("these {count}", count=len(chosen)), some)]
    if len(chosen) < len(made.places):
        parts.append((message("the other {count}", count=len(made.places) - len(chosen)), every - some))
    parts += [(message("bias"), made.bias), (look.name, made.value)]
    values = np.array([[value] for _label, value in parts])
    items = (
        MatrixItem(title, _short(inputs), whys=_called(look, made.places[chosen].reshape(*shape, 3))),
        MatrixItem(message("weights"), _short(weights), "⊙", whys=products_of(inputs, weights), parts={0: "cell"}),
        MatrixItem(
            "Σ", _short(values), "→", row_labels=tuple(label for label, _value in parts),
            whys=tuple((written(value),) for _label, value in parts), parts={0: "all", 1: "all"},
            lit=frozenset({(len(parts) - 1, 0)}),
        ),
    )  # fmt: skip
    return Matrices("apart", items)


def terms(look: Look) -> Table:
    """Return the terms of the number, those first that count for most; a click on one looks at it."""
    made, below = look.made, look.layer - 1
    heads: dict[str, tuple[Words, Words, Words]] = {
        "sum": (message("number"), message("weight"), message("product")),
        "largest": (message("number"), message("slope"), message("passed on")),
        "softmax": (message("score"), message("slope"), message("probability")),
    }
    number, weight, product = heads.get(made.kind, (message("number"), message("slope"), message("becomes")))
    last = made.products
    if made.kind == "softmax":
        last = look.way.numbers[look.layer].ravel()
    elif made.kind in ("copy", "function"):
        last = np.array([made.value])
    order = made.order
    rows = [
        (
            _link(look, below, made.places[each]),
            Cell(float(made.inputs[each])),
            Cell(float(made.weights[each])),
            Cell(float(last[each]), _product(look, int(each))),
        )
        for each in order[:_ROWS]
    ]
    if made.kind == "sum":
        left = order[_ROWS:]
        if len(left):
            rows.append((Cell(message("the other {count}", count=len(left))), Cell(None), Cell(None),
                         Cell(float(last[left].sum()))))  # fmt: skip
        rows.append((Cell(message("bias")), Cell(None), Cell(None), Cell(made.bias)))
        rows.append((Cell(look.name, mark="strong"), Cell(None), Cell(None), Cell(made.value, mark="strong")))
    return Table("terms", (message("made of"), number, weight, product), tuple(rows))


def _product(look: Look, each: int) -> Words:
    made = look.made
    if made.kind != "sum":
        return ""
    return f"{factor(made.inputs[each])}·{factor(made.weights[each])} = {written(made.products[each])}"


def _link(look: Look, layer: int, place: Array) -> Cell:
    at = _place(place)
    return Cell(look.way.name(layer, at), message("Click to look at this number."), link=look.link(layer, at))


def uses(look: Look) -> Table:
    """Return what the number goes into, with the weight of each, and what comes of it for the score."""
    used = look.uses
    heads: tuple[Words, ...] = (
        message("goes into"), message("weight"), message("slope"), message("product"),
    )  # fmt: skip
    order = used.order
    rows = [
        (
            _link(look, look.layer + 1, used.places[each]),
            _number(used.weights[each]),
            _number(used.slopes[each]),
            _number(used.products[each]),
        )
        for each in order[:_ROWS]
    ]
    left = order[_ROWS:]
    if len(left):
        rows.append((Cell(message("the other {count}", count=len(left))), Cell(None), Cell(None),
                     _number(used.products[left].sum())))  # fmt: skip
    if len(order) and np.isfinite(used.products).all():
        total = f"∂z[{look.answer}]/∂{look.name}"
        rows.append((Cell(message("sum"), total, "strong"), Cell(None), Cell(None),
                     Cell(float(used.products.sum()), total, "strong")))  # fmt: skip
    note = message(
        "Slope: by how much the score z[{answer}] of class {name}, before the softmax, grows with it. The ways to it "
        "add up: this is the chain rule.",
        answer=look.answer,
        name=look.given.classes[look.answer],
    )
    return Table("uses", heads, tuple(rows), note if rows else message("Nothing follows the probabilities."))


def _number(value: float) -> Cell:
    """Return a number with five figures, and more when it is asked: names need the room."""
    if not np.isfinite(value):
        return Cell("–", message("It comes after the scores."))
    return Cell(float(f"{value:.5g}") + 0.0, f"{value:.12g}".replace("-", "−"))


def path(look: Look) -> Table:
    """Return a number of each layer, from a pixel to a probability."""
    slopes = look.way.slopes(look.answer)
    rows = []
    for layer, place in enumerate(look.path):
        mark: CellMark = "strong" if layer == look.layer else ""
        value, slope = float(look.way.numbers[layer][place]), slopes[layer][place]
        cell = _link(look, layer, np.array(place))
        rows.append(
            (
                replace(cell, mark=mark),
                _number(value),
                _number(value * slope),
            )
        )
    heads: Sequence[Words] = (message("number"), message("value"), message("value × slope"))
    note = message(
        "From the number that was clicked: down what counts for most in it, up what it does most to the score by. The "
        "slider “Layer” walks along."
    )
    return Table("path", tuple(heads), tuple(rows), note)

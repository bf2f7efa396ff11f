"""How first weights are spread, by theory and measured; and what they do to a signal in a deep network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Mark
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import Message, message
from lab.nets.dense.first_weights import Ruled
from lab.nets.registry.activations import ACTIVATIONS
from lab.nets.registry.initialisations import INITIALISATIONS, LABELS

BATCH: Final = 64
"""Inputs that go through the deep network together; all their numbers are standard normal."""
FUNCTIONS: Final = ("identity", "relu", "leaky_relu", "tanh", "sigmoid")
GAINS: Final[Mapping[str, str]] = {
    "default": 'nn.init.calculate_gain("leaky_relu", 5 ** 0.5) / {fan_in} ** 0.5',
    "xavier": "(2 / ({fan_in} + {fan_out})) ** 0.5",
    "kaiming": 'nn.init.calculate_gain("relu") / {fan_in} ** 0.5',
}
"""The standard deviation of a weight as torch has it, by the family of a rule."""
KEPT: Final[Mapping[str, float]] = {"identity": 1.0, "relu": 0.5, "leaky_relu": (1 + 0.01**2) / 2}
"""Which share of the mean square of a sum, spread evenly about 0, passes an activation."""
FURTHEST: Final = 4.0
"""So many standard errors a measured deviation may be from the one by theory."""
ROUNDED: Final = Tolerance(1e-9, 0.0, message("Both round sums of products, and not in the same order."))


@lru_cache(maxsize=64)
def weights(rule: str, before: int, units: int, seed: int, place: int) -> Array:
    """Return the first weights (before, units) of the layer at a place, from 1."""
    found = Ruled(rule).draw(place, before, units, np.random.default_rng((seed, place)))[0]
    found.flags.writeable = False
    return found


@lru_cache(maxsize=64)
def signals(rule: str, function: str, depth: int, width: int, seed: int) -> Array:
    """Return the root mean squares (depth + 1,) of what goes into each layer and what comes out of the last one."""
    x = np.random.default_rng((seed, 0)).standard_normal((BATCH, width))
    found = [_size(x)]
    for place in range(1, depth + 1):
        x = ACTIVATIONS[function].value(x @ weights(rule, width, width, seed, place))
        found.append(_size(x))
    return np.array(found)


def factor(rule: str, function: str, width: int) -> float | None:
    """Return by which theory has a layer multiply the signal; None where that depends on how large it is."""
    if function not in KEPT:
        return None
    return math.sqrt(KEPT[function] * width) * INITIALISATIONS[rule].spread(width, width)


def _size(x: Array) -> float:
    return float(np.sqrt(np.square(x).mean()))


def by_function(rule: str, depth: int, width: int, seed: int) -> Chart:
    """Return the signal over the layers, a line an activation."""
    lines = [
        _line(message(ACTIVATIONS[name].label), signals(rule, name, depth, width, seed), place)
        for place, name in enumerate(FUNCTIONS)
    ]
    return _chart("functions", lines)


def by_rule(function: str, depth: int, width: int, seed: int) -> Chart:
    """Return the signal over the layers, a line a rule."""
    lines = [
        _line(message(label), signals(rule, function, depth, width, seed), place)
        for place, (rule, label) in enumerate(LABELS.items())
    ]
    return _chart("rules", lines)


def _line(label: Message, found: Array, colour: int) -> Line:
    return Line(label, np.arange(len(found), dtype=float), np.where(found > 0, found, np.nan), "line", colour)


def _chart(name: str, lines: Sequence[Line]) -> Chart:
    kept = (Mark("y", 1.0, message("as it came in")),)
    axes = Axis(message("layers behind it")), Axis(message("signal: root mean square"), log=True)
    return Chart(name, tuple(lines), *axes, kept)


def variances(rule: str, widths: Sequence[int], seed: int) -> Numbers:
    """Return a row a layer: the variance of its weights by theory and measured."""
    default = rule == "default"
    columns = (
        message("layer"), message("in → out"), message("variance"), message("measured"),
        "σ", *((message("σ, notebook"),) if default else ()),
    )  # fmt: skip
    bound = message(
        "Uniform within ±1/√in, of variance 1/(3·in). The notebook takes the bound for σ, and counts biases, which are "
        "the outputs: right are the inputs."
    )
    rows = tuple(_variance(rule, place, *pair, seed) for place, pair in enumerate(pairwise(widths), 1))
    setup = (
        "import numpy as np",
        "import torch",
        "from torch import nn",
        "from torch.nn import functional as F",
        "",
        "weights = []",
        f"for place, size in enumerate({list(pairwise(widths))}, 1):",
        f"    first, bound = np.random.default_rng(({seed}, place)), size[0] ** -0.5",
        f"    weights.append(torch.tensor({Ruled(rule).drawing()}))",
        "",
    )
    return Numbers(rows, "variances", columns, bound if default else "", setup)


def _variance(rule: str, place: int, before: int, units: int, seed: int) -> tuple[Quantity, ...]:
    entry, label = INITIALISATIONS[rule], message("layer {number}", number=place)
    deviation, found = entry.spread(before, units), weights(rule, before, units, seed, place)
    family = rule.partition("_")[0]
    theirs = GAINS[family].format(fan_in=before, fan_out=units)
    wanted = {"default": "1 / (3·{a})", "xavier": "2 / ({a} + {b})", "kaiming": "2 / {a}"}[family].format(
        a=before, b=units
    )
    measured = float(found.var())
    # The variance of a squared number: 2σ⁴ of a normal one, 0.8σ⁴ of a uniform one.
    error = deviation**2 * math.sqrt((2.0 if entry.family == "normal" else 0.8) / found.size)
    near = abs(measured - deviation**2) <= FURTHEST * error
    of = message("of {count} weights; by chance ±{error} about the theory", count=found.size, error=f"{error:.2g}")
    mark: CellMark = "good" if near else ""
    row = (
        Quantity(label, f"{before} → {units}"),
        _rounded(Quantity(label, deviation**2, wanted, code=f"({theirs}) ** 2", tolerance=ROUNDED)),
        _rounded(
            Quantity(label, measured, of, code=f"weights[{place - 1}].var(correction=0)", mark=mark, tolerance=ROUNDED)
        ),
        _rounded(Quantity(label, deviation, f"√({wanted})")),
    )
    if rule != "default":
        return row
    wrong = units**-0.5
    why = message("1/√{units}: the bound, not σ, and of the wrong number", units=units)
    return (*row, _rounded(Quantity(label, wrong, why, mark="bad")))


def _rounded(quantity: Quantity) -> Quantity:
    """Return a quantity that stands in its table with four figures; more of them take the room of other columns."""
    assert isinstance(quantity.value, float)
    return replace(quantity, cells=(Cell(float(f"{quantity.value:.4g}"), quantity.why, quantity.mark),))


def of_signals(rule: str, depth: int, width: int, seed: int) -> Numbers:
    """Return a row an activation: what is left of a signal, and by which a layer multiplies it."""
    columns = (
        message("activation"), message("after {depth} layers", depth=depth), message("× a layer"),
        message("× by theory"),
    )  # fmt: skip
    note = message(
        "{rule}; {depth} layers of {width} units without biases; the signal that comes in is 1. Sigmoid and tanh have "
        "no one factor: they bend.",
        rule=message(LABELS[rule]), depth=depth, width=width,
    )  # fmt: skip
    return Numbers(tuple(_rows(rule, depth, width, seed)), "signals", columns, note, _program(rule, depth, width, seed))


def _rows(rule: str, depth: int, width: int, seed: int) -> Iterator[tuple[Quantity, ...]]:
    for name in FUNCTIONS:
        entry, found = ACTIVATIONS[name], signals(rule, name, depth, width, seed)
        label, last = message(entry.label), float(found[-1] / found[0])
        why = message("root mean square of all {count} numbers, over that of the inputs", count=BATCH * width)
        each = last ** (1 / depth)
        by_theory = factor(rule, name, width)
        mark: CellMark = "good" if 0.1 <= last <= 10 else "bad"
        share = {"identity": "{n}·σ²", "relu": "{n}·σ²/2", "leaky_relu": "{n}·σ²·(1 + 0.01²)/2"}
        yield (
            _rounded(
                Quantity(label, last, why, code=f"signal(lambda z: {entry.function})", mark=mark, tolerance=ROUNDED)
            ),
            _rounded(Quantity(label, each, message("the {depth}th root", depth=depth))),
            Quantity(label, by_theory, f"√({share[name].format(n=width)})" if by_theory is not None else ""),
        )


def _program(rule: str, depth: int, width: int, seed: int) -> tuple[CodeLine | str, ...]:
    through = message("As forward has it, without the biases.")
    return (
        "",
        f"size, deep = ({width}, {width}), []",
        f"for place in range(1, {depth + 1}):",
        f"    first, bound = np.random.default_rng(({seed}, place)), size[0] ** -0.5",
        f"    deep.append(torch.tensor({Ruled(rule).drawing()}))",
        f"inputs = torch.tensor(np.random.default_rng(({seed}, 0)).standard_normal(({BATCH}, {width})))",
        "",
        "",
        "def signal(activation):",
        "    x = inputs",
        "    for weight in deep:",
        CodeLine("        x = activation(x @ weight)", why=through),
        "    return (x.square().mean() / inputs.square().mean()).sqrt().item()",
        "",
        "",
    )

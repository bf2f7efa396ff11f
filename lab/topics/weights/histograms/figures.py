"""What is shown of first and last weights: how they are spread, layer by layer and by initialisation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, LineStyle, Table, Words
from lab.core.text import message
from lab.nets.registry.initialisations import INITIALISATIONS

Parts = Mapping[str, Array]
"""Arrays by the names of `named_parameters`."""
BINS = 60
EDGE = 0.8
"""Where the histograms of the course end; what is beyond is not in them."""


def theory(rule: str, fans: tuple[int, int], x: Array) -> Array:
    """Return the density at `x` by which a rule draws the weights of a layer with so many inputs and units."""
    chosen = INITIALISATIONS[rule]
    deviation = chosen.spread(*fans)
    if chosen.family == "normal":
        return np.asarray(np.exp(-((x / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi)))
    bound = math.sqrt(3) * deviation
    return np.asarray((np.abs(x) <= bound) / (2 * bound))


def density(values: Array, edges: Array) -> Array:
    """Return the share of values a unit of length between edges; all of them are counted, ends included."""
    return np.asarray(np.histogram(values, edges)[0] / (len(values) * np.diff(edges)))


def first_and_last(name: str, rule: str, fans: tuple[int, int], first: Parts | None, now: Parts | None) -> Chart:
    """Return the density of a layer's weights by the rule that draws them, as they were drawn, and as they are."""
    found = [] if first is None or now is None else [part[f"{name}.weight"].ravel() for part in (first, now)]
    far = 1.1 * max(2.5 * INITIALISATIONS[rule].spread(*fans), *(float(np.abs(each).max()) for each in found), 1e-12)
    edges = np.linspace(-far, far, BINS + 1)
    middles, x = (edges[1:] + edges[:-1]) / 2, np.linspace(-far, far, 401)
    lines = [Line(message("by its rule"), x, theory(rule, fans, x), "thin", -1)]
    looks: tuple[tuple[Words, LineStyle, int], ...] = (
        (message("before the first step"), "dashes", 2), (message("now"), "line", 1),
    )  # fmt: skip
    for values, (label, style, colour) in zip(found, looks, strict=False):
        lines.append(Line(label, middles, density(values, edges), style, colour))
    return Chart(
        "first_last", tuple(lines), Axis(message("weights of {layer}", layer=name)), Axis(message("density"), low=0.0)
    )


def by_rule(name: str, fans: tuple[int, int], now: Mapping[str, Parts]) -> Chart:
    """Return the densities of a layer's weights by each rule: those that learn as they are, the others as drawn."""
    widest = max(INITIALISATIONS[rule].spread(*fans) for rule in INITIALISATIONS)
    values = {rule: parts[f"{name}.weight"].ravel() for rule, parts in now.items()}
    far = max(2.5 * widest, *(float(np.abs(each).max()) for each in values.values()), 0.0)
    edges, x = np.linspace(-far, far, BINS + 1), np.linspace(-far, far, 401)
    middles = (edges[1:] + edges[:-1]) / 2
    lines = tuple(
        Line(message(INITIALISATIONS[rule].label), middles, density(values[rule], edges), "line", colour)
        if rule in values
        else Line(message(INITIALISATIONS[rule].label), x, theory(rule, fans, x), "dashes", colour)
        for colour, rule in enumerate(INITIALISATIONS)
    )
    return Chart("rules", lines, Axis(message("weights of {layer}", layer=name)), Axis(message("density"), low=0.0))


def spreads(first: Parts, now: Parts) -> Chart:
    """Return standard deviations of weights and biases by layer, as drawn and as they are; a click picks a layer."""
    names = layers_of(now)
    x = np.arange(1.0, len(names) + 1)
    lines = []
    for kind, label, start, colour in (
        ("weight", message("weights now"), message("weights, first"), 1),
        ("bias", message("biases now"), message("biases, first"), 0),
    ):
        looks: tuple[tuple[Parts, Words, LineStyle], ...] = (first, start, "rings"), (now, label, "line + points")
        for parts, words, style in looks:
            y = np.array([parts[f"{name}.{kind}"].std() for name in names])
            lines.append(Line(words, x, y, style, colour, picks="layer"))
    return Chart("spreads", tuple(lines), Axis(message("layer"), whole=True),
                 Axis(message("standard deviation"), low=0.0))  # fmt: skip


def layers_of(parts: Parts) -> list[str]:
    """Return the names of the linear layers: those with a matrix."""
    return [name.removesuffix(".weight") for name, part in parts.items() if part.ndim == 2]


def moved(now: Array, first: Array) -> float | None:
    """Return ‖now − first‖ / ‖first‖; None where the first were all zero."""
    length = float(np.linalg.norm(first.astype(np.float64)))
    return float(np.linalg.norm(now.astype(np.float64) - first)) / length if length else None


def layers_table(first: Parts, now: Parts, outside: float) -> Table:
    """Return weights and biases of each layer: how many, their mean and spread at first and now, how far they moved."""
    rows = []
    for layer in layers_of(now):
        for name in (f"{layer}.weight", f"{layer}.bias"):
            a, b = first[name].astype(np.float64), now[name].astype(np.float64)
            far = moved(now[name], first[name])
            numbers = (b.mean(), a.std(), b.std(), None if far is None else 100 * far)
            rows.append((Cell(name, message("{count} numbers", count=b.size)), *(_cell(number) for number in numbers)))
    columns = (
        message("numbers of"), message("mean, now"), message("σ, first"), message("σ, now"),
        message("moved, %"),
    )  # fmt: skip
    note = message(
        "moved: how far from the first ones, over their length. Beyond ±{edge}, where the course's histograms end, "
        "are {share} % of all.", edge=EDGE, share=f"{100 * outside:.3g}",
    )  # fmt: skip
    return Table("layers", columns, tuple(rows), note)


def rules_table(name: str, first: Mapping[str, Parts], now: Mapping[str, Parts], right: Mapping[str, float]) -> Table:
    """Return each rule that learns: how a layer's weights were and are spread, how far they moved, how good it is."""
    rows = []
    for rule, parts in now.items():
        a, b = first[rule][f"{name}.weight"], parts[f"{name}.weight"]
        far = moved(b, a)
        rows.append((
            Cell(message(INITIALISATIONS[rule].label)), _cell(a.std()), _cell(b.std()),
            _cell(None if far is None else 100 * far), Cell(round(right[rule], 5), share=True),
        ))  # fmt: skip
    columns: Sequence[Words] = (
        message("initialisation"), message("σ, first"), message("σ, now"), message("moved, %"), message("test"),
    )  # fmt: skip
    note = message("Weights of {layer}; all learn from the same batches. Click a layer under “Spread by layer”.",
                   layer=name)  # fmt: skip
    return Table("rules", tuple(columns), tuple(rows), note)


def _cell(number: float | None) -> Cell:
    return Cell(None if number is None else float(f"{number:.3g}"))

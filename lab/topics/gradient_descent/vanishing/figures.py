"""What is shown of the gradients in a deep network."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.text import Message, message
from lab.maths.descent import Floats
from lab.topics.gradient_descent.vanishing.deep_network import BATCH, Backward

LOST: Final = 1e-2
"""Gradients that come to the first layer smaller than this share, or larger than its inverse, are called so."""
SHORTEST: Final = 8
"""Charts have room for so many layers at least: ticks between two layers would mean nothing."""
HEALTHY: Final = {"linear": (1.0, "1"), "tanh": (1.0, "1"), "relu": (2**0.5, "√2"), "leaky_relu": (2**0.5, "√2")}
"""The scale at which a wide network neither shrinks nor enlarges gradients."""


def norms(found: Backward, clip: float) -> Chart:
    """Return how large the gradient is in each layer; after clipping, which makes it by `clip` smaller, as dashes."""
    layers = _layers(found)
    lines = [
        Line(message("‖∂L/∂W‖, of the weights"), layers, found.gradients, "line + points", 0),
        Line(message("‖∂L/∂z‖, on its way back"), layers, found.deltas, "line + points", 1),
    ]
    if clip < 1:
        lines.append(Line(message("‖∂L/∂W‖, clipped"), layers, found.gradients * clip, "dashes", 2))
    return Chart("norms", tuple(lines), _layer_axis(found), _decades(lines, message("norm of the gradient")))


def factors(found: Backward) -> Chart:
    """Return by what the gradient is multiplied in each layer on its way back, and the two reasons."""
    # The factor between layers l and l + 1 stands where the gradient has come to: at l.
    layers = _layers(found)[:-1]
    lines = [
        Line(message("by the weights"), layers, found.by_weights, "dashes", 3),
        Line(message("by the activation's derivative"), layers, found.by_slopes, "dashes", 2),
        Line(message("both: × a layer"), layers, found.factors, "line + points", 1),
    ]
    marks = (Mark("y", 1.0, message("nothing changes")),)
    return Chart("factors", tuple(lines), _layer_axis(found), _decades(lines, message("factor")), marks)


def signals(found: Backward) -> Chart:
    """Return how large the signal is that enters each layer on its way forward."""
    lines = [Line(message("what enters a layer"), _layers(found), found.signals, "line + points", 4)]
    return Chart("signals", tuple(lines), _layer_axis(found), _decades(lines, message("root mean square")))


def numbers(found: Backward, activation: str, scale: float, rate: float, clip: float) -> Table:
    """Return the gradient of the first and the last layer, and why they differ."""
    first, last, depth = float(found.gradients[0]), float(found.gradients[-1]), len(found.gradients)
    norm = found.norm
    rows: list[tuple[Cell, ...]] = [
        (Cell(message("verdict")), _verdict(found)),
        (Cell(message("‖∂L/∂W‖ in the first layer")), Cell(first, message("all its weights as one vector"))),
        (Cell(message("‖∂L/∂W‖ in the last layer")), Cell(last, message("all its weights as one vector"))),
        (
            Cell(message("‖∂L/∂z‖, first ∕ last")),
            Cell(found.ratio, f"{found.deltas[0]:.4g} / {found.deltas[-1]:.4g}", "strong"),
        ),
        (Cell(message("product of {count} factors", count=depth - 1)), _product(found)),
        (Cell(message("× a layer, on average")), _mean_factor(found)),
        (Cell(message("scale that keeps it")), _keeping(activation, scale)),
        (Cell(_flat_words(activation)), _flat(found, activation)),
        (Cell(message("norm of all gradients")), Cell(norm, message("√ of the sum of all squares"))),
        (
            Cell(message("after clipping")),
            Cell(norm * clip, message("times {factor}, in every layer", factor=f"{clip:.4g}"))
            if clip < 1
            else Cell(message("unchanged"), message("It is not above the limit, or there is none."), "muted"),
        ),
        (Cell(message("update ∕ weights, first layer")), _update(found, 0, rate * clip)),
        (Cell(message("update ∕ weights, last layer")), _update(found, -1, rate * clip)),
    ]
    return Table("numbers", (message("in the network"), message("value")), tuple(rows))


def fate(found: Backward) -> Message:
    """Say what becomes of the gradient on its way to the first layer."""
    ratio = found.ratio
    if not ratio > 0:
        return message("dies: it is exactly 0")
    if ratio < LOST:
        return message("vanishes")
    return message("explodes") if ratio > 1 / LOST else message("healthy: it arrives")


def blocked(found: Backward) -> Message | None:
    """Say where the gradient ends, if it does."""
    if found.ratio > 0:
        return None
    # The last layer whose delta is zero is the one that lets nothing pass.
    layer = int(np.flatnonzero(found.deltas == 0)[-1]) + 1
    return message("In layer {layer} all units are flat for every input: no gradient passes.", layer=layer)


def _verdict(found: Backward) -> Cell:
    words = fate(found)
    why: Words = blocked(found) or message(
        "On its way to the first layer ‖∂L/∂z‖ is multiplied by {ratio}; from 0.01 to 100 we call it healthy.",
        ratio=f"{found.ratio:.3g}",
    )
    return Cell(words, why, "good" if 1 / LOST >= found.ratio >= LOST else "bad")


def _product(found: Backward) -> Cell:
    passed = found.factors[::-1]
    if not len(passed):
        return Cell(1.0, message("There is only one layer: nothing to multiply."))
    if not np.isfinite(passed).all() or not found.ratio > 0:
        return Cell(0.0, message("One of the factors is 0."), "bad")
    shown = " · ".join(f"{factor:.3g}" for factor in passed[:4]) + (" · …" if len(passed) > 4 else "")
    return Cell(float(passed.prod()), shown, "strong")


def _mean_factor(found: Backward) -> Cell:
    """Return the geometric mean of the factors, as the product of what weights and activation do."""
    if not len(found.factors) or not found.ratio > 0:
        return Cell(None, message("There is no such factor."))
    parts = [float(np.exp(np.log(part).mean())) for part in (found.by_weights, found.by_slopes)]
    why = message(
        "The geometric mean: {weights} by the weights · {slopes} by the derivative of the activation",
        weights=f"{parts[0]:.4g}",
        slopes=f"{parts[1]:.4g}",
    )
    return Cell(parts[0] * parts[1], why)


def _keeping(activation: str, scale: float) -> Cell:
    if activation == "sigmoid":
        why = message(
            "Its derivative is ¼ at most: the weights would have to be 4 times as large, and then it saturates."
        )
        return Cell(message("none is good"), why, "muted")
    kept, words = HEALTHY[activation]
    why = message("Xavier: 1, for activations that pass 0 with slope 1. He: √2, as ReLU lets half of it pass.")
    return Cell(words, why, "good" if math.isclose(kept, scale, rel_tol=0.05) else "")


def _flat_words(activation: str) -> Message:
    if activation in ("relu", "leaky_relu"):
        return message("units that are off, %")
    return message("saturated units, %")


def _flat(found: Backward, activation: str) -> Cell:
    if math.isnan(found.flat):
        return Cell(None, message("There are no units between."))
    if activation == "relu":
        why: Words = message(
            "Off for one of the {batch} inputs; {dead} % are off for all of them: dead.",
            batch=BATCH,
            dead=f"{100 * found.dead:.3g}",
        )
    elif activation == "leaky_relu":
        why = message("There their derivative is 0.01.")
    elif activation == "linear":
        why = message("What has no activation cannot saturate.")
    else:
        why = message("Their derivative is below 5 % of the largest it can be.")
    return Cell(100 * found.flat, why)


def _update(found: Backward, layer: int, rate: float) -> Cell:
    """Return how large a step is beside the weights that it changes."""
    value = rate * float(found.gradients[layer]) / float(found.weights[layer])
    why = message(
        "η ‖∂L/∂W‖ / ‖W‖ = {rate} · {gradient} / {weights}; about 0.001 is usual",
        rate=f"{rate:.3g}",
        gradient=f"{found.gradients[layer]:.3g}",
        weights=f"{found.weights[layer]:.3g}",
    )
    return Cell(value, why)


def _layers(found: Backward) -> Floats:
    return np.arange(1.0, len(found.gradients) + 1)


def _layer_axis(found: Backward) -> Axis:
    return Axis(message("layer, from the input"), low=0.5, high=max(len(found.gradients), SHORTEST) + 0.5)


def _decades(lines: list[Line], label: Message) -> Axis:
    """Return a logarithmic axis of whole decades, so that it does not tremble while a slider is dragged."""
    drawn = np.concatenate([line.y for line in lines])
    drawn = np.log10(drawn[np.isfinite(drawn) & (drawn > 0)])
    low, high = (math.floor(drawn.min()), math.ceil(drawn.max())) if len(drawn) else (-1, 1)
    if high == low:
        low, high = low - 1, high + 1
    return Axis(label, log=True, low=10.0**low, high=10.0**high)

"""Charts of the gradients in a deep network."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lab.core.figures import Axis, Chart, Line, Mark, Words
from lab.core.text import message
from lab.maths.descent import Floats
from lab.topics.gradient_descent.vanishing.deep_network import Backward

SHORTEST: Final = 8
"""Charts have room for so many layers at least: ticks between two layers would mean nothing."""


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


def _layers(found: Backward) -> Floats:
    return np.arange(1.0, len(found.gradients) + 1)


def _layer_axis(found: Backward) -> Axis:
    return Axis(message("layer, from the input"), low=0.5, high=max(len(found.gradients), SHORTEST) + 0.5)


def _decades(lines: list[Line], label: Words) -> Axis:
    """Return a logarithmic axis of whole decades, so that it does not tremble while a slider is dragged."""
    drawn = np.concatenate([line.y for line in lines])
    drawn = np.log10(drawn[np.isfinite(drawn) & (drawn > 0)])
    low, high = (math.floor(drawn.min()), math.ceil(drawn.max())) if len(drawn) else (-1, 1)
    if high == low:
        low, high = low - 1, high + 1
    return Axis(label, log=True, low=10.0**low, high=10.0**high)

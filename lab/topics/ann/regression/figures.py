"""Figures of the regression: the fit, the residuals, the four numbers that were learned."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.text import message
from lab.nets.registry import losses
from lab.training.dense.learner import Learner

PLACES = 200
FLAT = 1e-12
"""The spread of numbers below which they are one and the same."""


def fit(learner: Learner, slope: float) -> Chart:
    """Return the points, the true line, the prediction, and each residual as a stroke between the two."""
    x, y = learner.recipe.inputs[:, 0], learner.recipe.targets[:, 0]
    across = np.linspace(x.min(), x.max(), PLACES)
    predicted = learner.network.outputs(x[:, None])[:, 0]
    gaps = np.full(len(x), np.nan)
    lines = (
        Line(
            message("residuals"),
            np.stack([x, x, gaps], 1).ravel(),
            np.stack([y, predicted, gaps], 1).ravel(),
            "thin",
            -1,
        ),
        Line(message("true line"), across[[0, -1]], slope * across[[0, -1]], "dashes", 1),
        Line(message("points"), x, y, "points", 0),
        Line(message("prediction"), across, learner.network.outputs(across[:, None])[:, 0], "line", 2),
    )
    kink = bend(learner)
    inside = kink is not None and x.min() < kink < x.max()
    marks = (Mark("x", kink, message("kink")),) if kink is not None and inside else ()
    return Chart("fit", lines, Axis("x"), Axis("y"), marks)


def residuals(learner: Learner) -> Chart:
    """Return y − ŷ of each point over ŷ."""
    predicted = learner.network.outputs(learner.recipe.inputs)[:, 0]
    left = learner.recipe.targets[:, 0] - predicted
    return Chart(
        "residuals",
        (Line(message("residuals"), predicted, left, "points", 0),),
        Axis(message("prediction ŷ")),
        Axis(message("residual y − ŷ")),
        (Mark("y", 0.0),),
    )


def numbers(learner: Learner, slope: float, found: Mapping[str, float]) -> Table:
    """Return the weights and biases, what they make of a line, and how good it is."""
    (w1, w2), (b1, b2) = (
        [float(a.ravel()[0]) for a in arrays] for arrays in (learner.network.weights, learner.network.biases)
    )
    x, y = learner.recipe.inputs, learner.recipe.targets
    best = _least_squares(x[:, 0], y[:, 0])
    kink = bend(learner)
    open_side = w1 * w2
    rows: list[tuple[Words, float | None, Words]] = [
        ("w₁", w1, message("weight into the hidden unit")),
        ("b₁", b1, message("its bias")),
        ("w₂", w2, message("weight from the hidden unit to the output")),
        ("b₂", b2, message("bias of the output")),
        (message("slope where the unit is open"), open_side, f"w₁ · w₂ = {w1:.6g} · {w2:.6g}"),
        (message("kink at x ="), kink, message("−b₁ / w₁: where the sum of the hidden unit is 0")),
        (message("loss"), found["loss"], message("mean of (ŷ − y)² over {count} points", count=len(x))),
        (message("loss of the best line"), best, message("least squares, in closed form")),
        (message("correlation of y and ŷ"), found["correlation"], message("Pearson's r; a flat prediction has none")),
    ]
    body = tuple(
        (Cell(name, why), Cell(value if value is not None and np.isfinite(value) else "–", why))
        for name, value, why in rows
    )
    note = (
        message("The hidden unit is dead: it gives the same for every x, and its gradient is zero.")
        if found["dead"]
        else ""
    )
    return Table("numbers", (message("Quantity"), message("Value")), body, note)


def correlation(predicted: np.ndarray, targets: np.ndarray) -> float:
    """Return Pearson's r of two arrays (N,); NaN where one of them is flat: there is nothing to compare."""
    if predicted.std() < FLAT or targets.std() < FLAT:
        return math.nan
    return float(np.corrcoef(predicted, targets)[0, 1])


def bend(learner: Learner) -> float | None:
    """Return the x at which the sum of the hidden unit is zero, of an activation that has a kink there."""
    if learner.recipe.plan.layers[0].activation not in ("relu", "leaky_relu", "relu6"):
        return None
    weight, bias = float(learner.network.weights[0][0, 0]), float(learner.network.biases[0][0])
    return -bias / weight if weight else None


def _least_squares(x: np.ndarray, y: np.ndarray) -> float:
    centred = x - x.mean()
    slope = float((centred * y).sum() / (centred**2).sum())
    return losses.value("mse", slope * centred + y.mean(), y)

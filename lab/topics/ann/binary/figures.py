"""Figures of two classes: how the network stands, and what the two ways to the loss do at extreme logits."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.nets.registry import losses
from lab.nets.registry.activations import sigmoid
from lab.topics.ann.open_units import open_units
from lab.training.dense.learner import Learner

LOGITS = (0.0, 2.0, 10.0, 20.0, 50.0, 100.0, 200.0)
"""Logits at which both ways are compared, for an example of the other class."""


def ceiling(blur: float) -> float:
    """Return the accuracy, on ever new points, of the best rule for two clusters 4 apart: their half-way line."""
    return 0.5 * (1 + math.erf(2 / blur / math.sqrt(2))) if blur else 1.0


def numbers(learner: Learner) -> Table:
    """Return loss, accuracy, and how many are taken for the other class."""
    recipe, network = learner.recipe, learner.network
    outputs = network.outputs(recipe.inputs)
    right = recipe.right(outputs, recipe.targets)
    loss = losses.value(recipe.loss, outputs, recipe.targets)
    logits = _logits(learner)
    other = "bce_logits" if recipe.loss == "bce" else "bce"
    seen = logits if other == "bce_logits" else sigmoid(logits)
    rows = [
        (message("epoch"), learner.epoch, message("of {epochs}", epochs=recipe.epochs)),
        (message("loss"), loss, message("mean binary cross-entropy of {count} examples", count=len(right))),
        (
            message("loss the other way"),
            losses.value(other, seen, recipe.targets),
            message("BCEWithLogitsLoss of the logits") if other == "bce_logits" else message("BCELoss of the sigmoids"),
        ),
        (
            message("accuracy"),
            float(right.mean()),
            message("{right} of {count}", right=int(right.sum()), count=len(right)),
        ),
        (message("taken for another class"), int((~right).sum()), message("those with a ring")),
        (
            message("examples that open the hidden unit"),
            int(open_units(learner)[0].sum()),
            message("for the others its slope is 0: they teach its weights nothing"),
        ),
        (message("largest logit"), float(np.abs(logits).max()), message("the largest |z| before the sigmoid")),
        (message("parameters"), recipe.plan.parameters, message("weights and biases that are learned")),
    ]
    body = tuple((Cell(name, why), Cell(value, why)) for name, value, why in rows)
    return Table("numbers", (message("Quantity"), message("Value")), body)


def extremes() -> Table:
    """Return both losses and their gradients at logits of an example whose target is 0, in torch's usual float32."""
    rows = []
    with np.errstate(over="ignore", divide="ignore"):
        for z in LOGITS:
            logit, target = np.array([[z]], dtype=np.float32), np.zeros((1, 1), dtype=np.float32)
            share = np.float32(1) / (np.float32(1) + np.exp(-logit))
            through = float((losses.gradient("bce", share, target) * share * (1 - share)).item())
            plain = float(losses.gradient("bce_logits", logit, target).item())
            apart = losses.value("bce", share, target)
            joined = losses.value("bce_logits", logit, target)
            equal = abs(apart - joined) < 1e-3 * max(1.0, joined) and abs(through - plain) < 1e-3
            judged: Literal["", "bad"] = "" if equal else "bad"
            cells: tuple[tuple[float, Words, Literal["", "good", "bad"]], ...] = (
                (z, message("what comes out before the sigmoid"), ""),
                (share.item(), message("1 / (1 + exp(−{z})) in float32", z=f"{z:g}"), ""),
                (apart, message("BCELoss: −ln(1 − σ(z)), where the logarithm is cut at −100"), judged),
                (through, message("what flows back to z through BCELoss and the sigmoid"), judged),
                (joined, message("BCEWithLogitsLoss: ln(1 + exp(z)), without a sigmoid between"), "good"),
                (plain, message("what flows back to z from BCEWithLogitsLoss: σ(z) − y"), "good"),
            )
            # As many figures as six columns have room for.
            rows.append(tuple(Cell(float(f"{value:.5g}"), why, mark) for value, why, mark in cells))
    note = message(
        "L₁ is BCELoss of σ(z), L₂ is BCEWithLogitsLoss of z; target 0, float32. From z = 17 on, σ(z) is exactly 1:"
        " L₁ is cut at 100, and its gradient is gone."
    )
    return Table("extremes", ("z", "σ(z)", "L₁", "∂L₁/∂z", "L₂", "∂L₂/∂z"), tuple(rows), note)


def _logits(learner: Learner) -> np.ndarray:
    """Return what stands before the sigmoid (N, 1)."""
    network, inputs = learner.network, learner.recipe.inputs
    if learner.recipe.loss == "bce_logits":
        return network.outputs(inputs)
    hidden = network.trace(inputs)[-2]
    return np.asarray(hidden @ network.weights[-1] + network.biases[-1])

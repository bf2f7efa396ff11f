"""Losses, slopes and costs as numbers with their arithmetic and their lines of torch."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Words
from lab.core.quantities import DOUBLE, Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.topics.ann.losses.figures import arithmetic
from lab.topics.ann.losses.loss_functions import LOSSES, loss_at, slope_at
from lab.topics.ann.numerals import inner, number

CLIPPED = message("torch lets no logarithm fall below −100, so such an example costs 100, and not ∞.")
DIVIDED = message("torch divides ŷ − y by ŷ·(1 − ŷ), or by 1e−12 where that is less, never by 0.")
ROWS = (
    ("half_squared", "half_squared", 1, LOSSES["half_squared"][2], "nn.MSELoss()({}) / 2"),
    ("squared", "half_squared", 2, "(ŷ − y)²", "nn.MSELoss()({})"),
    ("absolute", "absolute", 1, LOSSES["absolute"][2], "nn.L1Loss()({})"),
    ("bce", "bce", 1, message("BCE"), "nn.BCELoss()({})"),
)
"""Of each row its name, the loss of LOSSES that it is so many times, how it is written, and its line of torch."""


def numbers(prediction: float, target: float, predictions: Array, targets: Array) -> Numbers:
    """Return loss and slope of one prediction, and the cost of a batch, (N,) each; with and without the ½."""
    slopes, one_sided = _slopes(prediction, target), prediction in (0, 1)
    rows = []
    for name, known, times, written, call in ROWS:
        each = times * LOSSES[known][0](predictions, targets)
        loss, slope = times * loss_at(known, prediction, target), times * slope_at(known, prediction, target)
        example, why = call.format("y_hat, y"), arithmetic(name, prediction, target)
        gradient = f"torch.autograd.grad({example}, y_hat)[0].item()"
        at = _quantity(written, name, loss, why, f"({example}).item()")
        # Where one side has no slope, torch has another number than the other side.
        by = _quantity(written, f"{name}_slope", slope, slopes[name], gradient, DIVIDED, one_sided and name == "bce")
        cost = f"({call.format('predictions, targets')}).item()"
        mean = _quantity(written, f"{name}_cost", float(each.mean()), _mean(each), cost, strong=True)
        rows.append((at, by, mean))
    return Numbers(
        rows,
        columns=(message("loss"), message("at ŷ"), message("slope"), message("cost J")),
        note=_note(prediction, target),
        setup=(
            "import torch",
            "from torch import nn",
            "",
            f"y_hat = torch.tensor({prediction!r}, dtype=torch.float64, requires_grad=True)",
            f"y = torch.tensor({target!r}, dtype=torch.float64)",
            f"predictions = torch.tensor({predictions.tolist()}, dtype=torch.float64)",
            f"targets = torch.tensor({targets.tolist()}, dtype=torch.float64)",
        ),
        checked=message("J: the cost of the batch. ∂: the slope of the one example, by autograd. In float64."),
    )


def _quantity(
    label: Words, name: str, value: float, why: Words, code: str, apart: Words = CLIPPED, differs: bool = False,
    strong: bool = False,
) -> Quantity:  # fmt: skip
    """Return a number; nothing where there is none. Where torch `differs`, as of infinite ones, `apart` says why."""
    about = LOSSES["bce"][2] if name == "bce" else ""
    if math.isnan(value):
        return Quantity(label, None, why, name, code, about=about)
    if math.isinf(value) or differs:
        tolerance = Tolerance(DOUBLE.relative, DOUBLE.absolute, apart)
        cells = (Cell(value, why, "bad" if math.isinf(value) else ""),)
        return Quantity(
            label, value, why, name, others=(code,), mark="bad", cells=cells, about=about, tolerance=tolerance
        )
    return Quantity(label, value, why, name, code, mark="strong" if strong else "", about=about)


def _slopes(prediction: float, target: float) -> dict[str, Words]:
    """Return where the slope of each row comes from."""
    guess, goal = number(prediction), inner(target)
    slopes: dict[str, Words] = {
        "half_squared": f"{guess} − {goal} = {number(prediction - target)}",
        "squared": f"2·({guess} − {goal}) = {number(2 * (prediction - target))}",
        "absolute": f"sign({guess} − {goal})",
        "bce": f"({guess} − {goal}) / ({guess}·(1 − {guess}))",
    }
    if prediction == target:
        slopes["absolute"] = message("At ŷ = y there is a kink: no derivative. torch takes 0.")
    if math.isnan(slope_at("bce", prediction, target)):
        slopes["bce"] = arithmetic("bce", prediction, target)
    elif prediction in (0, 1):
        slopes["bce"] = message("the slope of the one side there is")
    return slopes


def _mean(each: Array) -> Words:
    if np.isnan(each).any():
        place = int(np.isnan(each).argmax()) + 1
        return message("Example {number} has a prediction or a target that is no probability.", number=place)
    if np.isinf(each).any():
        place = int(np.isinf(each).argmax()) + 1
        return message("Example {number} alone makes it infinite.", number=place)
    total = " + ".join(number(one, 4) for one in each.tolist())
    return f"J = ({total}) / {len(each)}" if len(each) > 1 else f"J = {total}"


def _note(prediction: float, target: float) -> Words:
    loss = loss_at("bce", prediction, target)
    if math.isnan(loss):
        return message("BCE is defined for probabilities only: ŷ and y from 0 to 1.")
    if math.isinf(loss):
        return message("−ln 0 is infinite; torch lets no logarithm fall below −100.")
    if prediction == target:
        return (
            message("ŷ = y: no error.")
            if target in (0, 1)
            else message("BCE is not 0 at its minimum, unless y is 0 or 1.")
        )
    return message("The ½ makes the slope ŷ − y. Without it, as in torch, loss and slope are twice as large.")

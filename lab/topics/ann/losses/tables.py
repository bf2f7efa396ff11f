"""Losses, slopes and costs as numbers with their arithmetic, and the same from torch."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.topics.ann.losses.figures import arithmetic
from lab.topics.ann.losses.loss_functions import LOSSES, loss_at, probabilities, slope_at
from lab.topics.ann.numerals import inner, number

Row = tuple[Cell, ...]


def numbers(prediction: float, target: float, predictions: Array, targets: Array) -> Table:
    """Return loss and slope of one prediction, and the cost of a batch, (N,) each; with and without the ½."""
    guess, goal = number(prediction), inner(target)
    slopes: dict[str, Words] = {
        "half_squared": f"{guess} − {goal} = {number(prediction - target)}",
        "squared": f"2·({guess} − {goal}) = {number(2 * (prediction - target))}",
        "absolute": f"sign({guess} − {goal})",
        "bce": f"({guess} − {goal}) / ({guess}·(1 − {guess}))",
    }
    if prediction == target:
        slopes["absolute"] = message("At ŷ = y there is a kink: no derivative. torch takes 0.")
    slope = slope_at("bce", prediction, target)
    if math.isnan(slope):
        slopes["bce"] = arithmetic("bce", prediction, target)
    elif prediction in (0, 1):
        slopes["bce"] = message("the slope of the one side there is")
    rows: list[Row] = []
    for name, written in (
        ("half_squared", LOSSES["half_squared"][2]),
        ("squared", "(ŷ − y)²"),
        ("absolute", LOSSES["absolute"][2]),
        ("bce", message("BCE")),
    ):
        known, times = ("half_squared", 2) if name == "squared" else (name, 1)
        each = times * LOSSES[known][0](predictions, targets)
        rows.append(
            (
                Cell(written, LOSSES["bce"][2] if name == "bce" else ""),
                _cell(times * loss_at(known, prediction, target), arithmetic(name, prediction, target)),
                _cell(times * slope_at(known, prediction, target), slopes[name]),
                _cell(float(each.mean()), _mean(each), strong=True),
            )
        )
    columns = (message("loss"), message("at ŷ"), message("slope"), message("cost J"))
    return Table("numbers", columns, tuple(rows), _note(prediction, target))


def _cell(value: float, why: Words, strong: bool = False) -> Cell:
    """Return a number; nothing where there is none, and why."""
    if math.isnan(value):
        return Cell(None, why)
    return Cell(value, why, "bad" if math.isinf(value) else "strong" if strong else "")


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


def torch_table(prediction: float, target: float, predictions: Array, targets: Array) -> Table:
    """Return costs and slopes of torch.nn beside ours, float64."""
    from torch import autograd, float64, from_numpy, nn, tensor

    guesses, goals = from_numpy(predictions), from_numpy(targets)
    allowed = bool(probabilities(predictions, targets).all())
    costs = {name: float(loss(predictions, targets).mean()) for name, (loss, _slope, _written) in LOSSES.items()}
    squared = float(nn.MSELoss()(guesses, goals))
    clipped = message("torch lets no logarithm fall below −100, so such an example costs 100, and not ∞.")
    divided = message("torch divides ŷ − y by ŷ·(1 − ŷ), or by 1e−12 where that is less, never by 0.")
    rows: list[Row] = [
        _compared("J MSELoss", "nn.MSELoss()(ŷ, y)", squared, 2 * costs["half_squared"]),
        _compared("J MSELoss/2", "nn.MSELoss()(ŷ, y) / 2", squared / 2, costs["half_squared"]),
        _compared("J L1Loss", "nn.L1Loss()(ŷ, y)", float(nn.L1Loss()(guesses, goals)), costs["absolute"]),
        _compared("J BCELoss", "nn.BCELoss()(ŷ, y)", float(nn.BCELoss()(guesses, goals)), costs["bce"], clipped)
        if allowed
        else _refused("J BCELoss"),
    ]
    for name, written, loss, divisor in (
        ("half_squared", "MSELoss/2", nn.MSELoss(), 2),
        ("absolute", "L1Loss", nn.L1Loss(), 1),
        ("bce", "BCELoss", nn.BCELoss(), 1),
    ):
        slope, called = slope_at(name, prediction, target), f"∂ {written}"
        if math.isnan(slope):
            rows.append(_refused(called))
            continue
        guess = tensor(prediction, dtype=float64, requires_grad=True)
        (found,) = autograd.grad(loss(guess, tensor(target, dtype=float64)) / divisor, guess)
        code = f"ŷ = torch.tensor({prediction!r}, dtype=torch.float64, requires_grad=True)\n"
        code += f"y = torch.tensor({target!r}, dtype=torch.float64)\nloss = nn.{written.partition('/')[0]}()(ŷ, y)"
        code += f"{' / 2' if divisor == 2 else ''}\nloss.backward()\nŷ.grad"
        rows.append(_compared(called, code, float(found), slope, divided))
    columns: tuple[Words, ...] = ("torch.nn", message("gives"), message("difference"))
    note = message("J: the cost of the batch. ∂: the slope of the one example, by autograd. In float64.")
    return Table("torch", columns, tuple(rows), note)


def _refused(called: Words) -> Row:
    why = message("torch raises an error: all elements should be between 0 and 1.")
    return Cell(called, why), Cell(message("refused"), why, "muted"), Cell(None)


def _compared(called: Words, code: str, found: float, ours: float, apart: Words = "") -> Row:
    """Return what torch gives; `apart` says why it is another number than ours, should it be."""
    near = math.isfinite(ours) and abs(found - ours) <= 1e-9 * max(1.0, abs(ours))
    why: Words = f"|{number(found, 10)} − {inner(ours, 10)}|"
    if not near:
        why = message("{why} Ours: {ours}.", why=apart, ours=number(ours, 10))
    return Cell(called, code), Cell(found, code), Cell(abs(found - ours), why, "good" if near else "bad")

"""Charts of losses and of their slopes over the prediction, and a batch as bars."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, BarPanel, Bars, Chart, Line, Mark, Words
from lab.core.text import message
from lab.topics.ann.losses.loss_functions import LOSSES, loss_at, slope_at
from lab.topics.ann.numerals import inner, number

LOWEST, HIGHEST = -1.0, 2.0
"""Predictions and targets are between them: some way beyond what can be a probability."""
_ACROSS = np.linspace(LOWEST, HIGHEST, 241)
# Closer together at both ends, where the curves are steep.
_PROBABILITIES = np.clip(np.sin(np.linspace(0.0, math.pi / 2, 241)) ** 2, 1e-12, 1 - 1e-12)
_HIGH = 4.5
_STEEP, _STEEPEST = 6.0, 20.0
"""How steep slopes are shown, as a rule and at most."""
_COLOURS = {"half_squared": 0, "absolute": 1, "bce": 2}


def losses_chart(prediction: float, target: float) -> Chart:
    """Draw the three losses over ŷ, and that of torch without the ½."""
    goal = np.array(target)
    found = {name: loss_at(name, prediction, target) for name in LOSSES}
    lines = [
        Line(LOSSES[name][2], _places(name), LOSSES[name][0](_places(name), goal), "line", _COLOURS[name])
        for name in LOSSES
    ]
    lines.append(Line("(ŷ − y)²: nn.MSELoss", _ACROSS, (_ACROSS - target) ** 2, "dashes", _COLOURS["half_squared"]))
    lines += [_ball(prediction, value, name) for name, value in found.items()]
    highest = max(_HIGH, *(1.15 * value for value in found.values() if math.isfinite(value)))
    return Chart(
        "losses",
        tuple(lines),
        _axis(),
        Axis(message("loss"), low=0.0, high=highest),
        (Mark("x", target, "y"), *_troubles(prediction, found["bce"])),
        picks="prediction",
    )


def slopes_chart(prediction: float, target: float) -> Chart:
    """Draw the derivatives of the losses by ŷ."""
    goal = np.array(target)
    found = {name: slope_at(name, prediction, target) for name in LOSSES}
    written = {"half_squared": "ŷ − y", "absolute": "sign(ŷ − y)", "bce": "(ŷ − y) / (ŷ·(1 − ŷ))"}
    lines = []
    for name, (_loss, slope, _written) in LOSSES.items():
        x = _places(name)
        y = slope(x, goal)
        if name == "absolute":
            # Both edges of the jump, and nothing between them.
            x = np.concatenate([x[x < target], [target, target, target], x[x > target]])
            y = np.where(x < target, -1.0, 1.0)
            y[int((x < target).sum()) + np.arange(3)] = -1.0, math.nan, 1.0
        lines.append(Line(written[name], x, y, "line", _COLOURS[name]))
    lines.append(Line("2(ŷ − y): nn.MSELoss", _ACROSS, 2 * (_ACROSS - target), "dashes", _COLOURS["half_squared"]))
    lines += [_ball(prediction, value, name) for name, value in found.items()]
    steep = abs(found["bce"])
    reach = _STEEPEST if steep > _STEEP else _STEEP
    loss = loss_at("bce", prediction, target)
    marks = [Mark("x", target, "y"), Mark("y", 0.0), *_troubles(prediction, loss)]
    if steep > _STEEPEST and math.isfinite(loss):
        marks.append(Mark("x", prediction, message("slope {slope}: far outside", slope=number(found["bce"], 4))))
    return Chart(
        "slopes",
        tuple(lines),
        _axis(),
        Axis(message("slope by ŷ"), low=-reach, high=reach),
        tuple(marks),
        picks="prediction",
    )


def _places(name: str) -> Array:
    return _PROBABILITIES if name == "bce" else _ACROSS


def _axis() -> Axis:
    return Axis(message("prediction ŷ"), low=LOWEST, high=HIGHEST)


def _ball(prediction: float, value: float, name: str) -> Line:
    return Line("", np.array([prediction]), np.array([value]), "ball", _COLOURS[name])


def _troubles(prediction: float, loss: float) -> tuple[Mark, ...]:
    """Return a mark where binary cross-entropy has no number."""
    if math.isnan(loss):
        return (Mark("x", prediction, message("no probability")),)
    return (Mark("x", prediction, message("infinite")),) if math.isinf(loss) else ()


def batch_bars(predictions: Array, targets: Array) -> Bars:
    """Draw a batch, (N,) each, with the loss of every example; both can be dragged."""
    low = LOWEST if min(predictions.min(), targets.min()) < 0 else 0.0
    high = HIGHEST if max(predictions.max(), targets.max()) > 1 else 1.0
    panels = [
        BarPanel(message("target y"), targets, low, high, field="targets", colour=4),
        BarPanel(message("prediction ŷ"), predictions, low, high, field="predictions", colour=5),
    ]
    for name, (loss, _slope, written) in LOSSES.items():
        losses = loss(predictions, targets)
        finite = losses[np.isfinite(losses)]
        # A length that does not change with every movement of a hand.
        longest = max(1.0, math.ceil(float(finite.max()))) if finite.size else 1.0
        cost = float(losses.mean())
        panels.append(
            BarPanel(
                "−(y ln ŷ + …)" if name == "bce" else written,
                losses,
                0.0,
                longest,
                tuple(arithmetic(name, *one) for one in zip(predictions.tolist(), targets.tolist(), strict=True)),
                remark=message("not defined") if math.isnan(cost) else message("mean J = {cost}", cost=number(cost, 4)),
                colour=_COLOURS[name],
            )
        )
    labels = tuple(str(place) for place in range(1, len(targets) + 1))
    return Bars("batch", labels, tuple(panels))


def arithmetic(name: str, prediction: float, target: float) -> Words:
    """Return how a loss of one prediction is computed; "squared" is that without the ½."""
    guess, goal = number(prediction), inner(target)
    match name:
        case "half_squared":
            return f"½·({guess} − {goal})² = {number((prediction - target) ** 2 / 2)}"
        case "squared":
            return f"({guess} − {goal})² = {number((prediction - target) ** 2)}"
        case "absolute":
            return f"|{guess} − {goal}| = {number(abs(prediction - target))}"
    found = loss_at(name, prediction, target)
    if math.isnan(found):
        return message("Prediction and target have to be from 0 to 1, as probabilities are.")
    if math.isinf(found):
        return message("The model says that what is true is impossible: −ln 0 has no limit.")
    # At targets of 0 and 1, one of the two terms is all there is.
    if target == 1:
        return f"−ln {guess} = {number(found)}"
    if target == 0:
        return f"−ln (1 − {guess}) = {number(found)}"
    return f"−({goal}·ln {guess} + {number(1 - target)}·ln {number(1 - prediction)}) = {number(found)}"

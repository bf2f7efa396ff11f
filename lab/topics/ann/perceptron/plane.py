"""What one unit looks like over the plane of its inputs, and on its way through the weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Arrow, Axis, Chart, Field, Line, Overlay
from lab.core.text import message
from lab.topics.ann.perceptron.unit import CASES, HALF, THRESHOLDS, Rule, Weights, activated, judged

LOW, HIGH = -0.5, 1.5
"""The inputs that are shown."""
MIDDLE = np.array([HALF, HALF])
PIXELS = 48
LEAST = 1e-12
"""Smaller weights are taken for none: they draw no line."""
UPWARD = 0.2
"""How long the arrow is that shows where the unit says 1."""


def plane(weights: Weights, activation: str, *, follows: str) -> Field:
    """Return the output over the plane of the inputs, less ½, so that its sign is what it says; of a step, 0 or 1."""
    step = (HIGH - LOW) / PIXELS
    at = LOW + step * (np.arange(PIXELS) + 0.5)
    outputs = activated(activation, weights[0] * at + (weights[1] * at + weights[2])[:, None])
    stepped = activation == "step"
    return Field(
        "plane",
        outputs if stepped else outputs - HALF,
        Axis("x₁", low=LOW, high=HIGH),
        Axis("x₂", low=LOW, high=HIGH),
        (LOW, HIGH),
        (LOW, HIGH),
        message("output y") if stepped else message("output − ½"),
        "classes" if stepped else "signed",
        ("0", "1") if stepped else (),
        smooth=not stepped,
        follows=follows,
    )


def boundary(weights: Weights, activation: str) -> tuple[Array, Array]:
    """Return x and y (2,) of the line on which the output is ½, across what is shown; (0,) where there is none."""
    (w1, w2, b), ends = weights, np.array([LOW, HIGH])
    rest = THRESHOLDS[activation] - b
    if max(abs(w1), abs(w2)) < LEAST:
        return ends[:0], ends[:0]
    if abs(w2) >= abs(w1):
        return ends, (rest - w1 * ends) / w2
    return (rest - w2 * ends) / w1, ends


def overlay(
    weights: Weights,
    following: Weights | None,
    activation: str,
    targets: Sequence[int],
    now: tuple[float, float] | None,
    at: tuple[float, float] | None,
) -> Overlay:
    """Return the line that the unit draws, the four cases, the wrong ones framed, and what is shown to the unit now.

    `following` are the weights after the step that is being made; `at` is a place that is asked for.
    """
    cases, wanted = np.array(CASES), np.array(targets)
    lines = [Line(message("output ½"), *boundary(weights, activation), "line", -1)]
    if following is not None and following != weights:
        lines.append(Line(message("after this step"), *boundary(following, activation), "dashes", -1))
    for target, colour in ((0, 0), (1, 1)):
        chosen = cases[wanted == target]
        if len(chosen):
            label = message("target {target}", target=target)
            lines.append(Line(label, chosen[:, 0], chosen[:, 1], "ball", colour))
    wrong = cases[~judged(weights, activation, targets).right]
    if len(wrong):
        size = 0.11
        frame = size * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1), (np.nan, np.nan)])
        corners = (wrong[:, None] + frame).reshape(-1, 2)
        lines.append(Line(message("wrong"), corners[:, 0], corners[:, 1], "thin", -1))
    if at is not None:
        lines.append(Line(message("these inputs"), np.array(at[:1]), np.array(at[1:]), "ball", 2))
    arrows = _upward(weights, activation)
    if now is not None:
        side = -0.3 if now[0] < HALF else 0.3
        arrows = (*arrows, Arrow(now[0] + side, now[1] + 0.2, -side * 0.6, -0.12))
    return Overlay("plane", tuple(lines), arrows)


def _upward(weights: Weights, activation: str) -> tuple[Arrow, ...]:
    """Return an arrow from the line to the side on which the unit says 1, where its words hide none of the cases."""
    way = np.array(weights[:2])
    size = float(np.hypot(*way))
    if size < LEAST:
        return ()
    way = way / size
    foot = MIDDLE + way * ((THRESHOLDS[activation] - weights[2]) / size - MIDDLE @ way)
    feet = foot + np.linspace(-0.8, 0.8, 9)[:, None] * np.array([-way[1], way[0]])
    tips = feet + UPWARD * way
    seen = ((feet > LOW) & (feet < HIGH) & (tips > LOW + UPWARD) & (tips < HIGH - UPWARD)).all(1)
    if not seen.any():
        return ()
    room = np.hypot(*(tips[:, None] + UPWARD / 2 * way - np.array(CASES)).transpose(2, 0, 1)).min(1)
    best = int(np.argmax(np.where(seen, room, -1.0)))
    return (Arrow(float(feet[best, 0]), float(feet[best, 1]), float(UPWARD * way[0]), float(UPWARD * way[1]), "1"),)


def progress_chart(rule: Rule, wrong: Sequence[int], losses: Sequence[float], steps: int) -> Chart:
    """Return how many cases are wrong after each step, or with gradients the mean loss of all four."""
    if rule == "perceptron":
        line = Line(message("wrong of four"), _count(wrong), np.array(wrong, np.float64), "line", 0)
        return Chart("progress", (line,), _steps(steps), Axis(message("wrong of four"), low=0.0, high=4.2))
    loss = Line(message("mean loss of all four"), _count(losses), np.array(losses), "line", 0)
    return Chart("progress", (loss,), _steps(steps), Axis(message("mean loss"), low=0.0))


def weights_chart(path: Sequence[Weights], steps: int) -> Chart:
    """Return both weights and the bias after each step."""
    walked = np.array(path)
    lines = tuple(
        Line(label, _count(path), walked[:, place], "line", place) for place, label in enumerate(("w₁", "w₂", "b"))
    )
    return Chart("weights", lines, _steps(steps), Axis(message("weight")))


def _count(values: Sequence[object]) -> Array:
    return np.arange(len(values), dtype=np.float64)


def _steps(steps: int) -> Axis:
    return Axis(message("step"), low=0.0, high=float(max(steps, 4)))

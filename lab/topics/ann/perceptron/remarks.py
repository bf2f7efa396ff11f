"""How the run of a perceptron ended, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.events import Remark
from lab.core.text import Message, message
from lab.topics.ann.perceptron.figures import plain
from lab.topics.ann.perceptron.unit import Weights

STABLE = 0.66
"""A learning rate below which no single step overshoots by more than its error: 2 / (1 + 1 + 1)."""


@dataclass(frozen=True)
class Ending:
    """A run that came to its end.

    `most` corrections are enough for the perceptron rule, None where no line separates the targets; it repeats itself
    every `cycle` steps, 0 if it does not; `still`: nothing changed for a whole pass.
    """

    steps: int
    wrong: int
    mean_loss: float
    corrections: int
    most: int | None
    cycle: int
    still: bool
    perceptron: bool


def verdict(ending: Ending) -> Remark:
    """Say how it ended, and why."""
    return Remark("end", _said(ending), "warning" if ending.wrong else "information")


def _said(ending: Ending) -> Message:
    right = 4 - ending.wrong
    if not ending.wrong and ending.still and ending.perceptron:
        return message(
            "Learned: {corrections} corrections in {steps} steps. From this start it could never have needed more than "
            "{most} (Novikoff's theorem).",
            corrections=ending.corrections,
            steps=ending.steps,
            most=ending.most,
        )
    if not ending.wrong:
        return message(
            "All four are right after {steps} steps; the mean loss is {loss}.",
            steps=ending.steps,
            loss=plain(ending.mean_loss),
        )
    if ending.still:
        return message(
            "Nothing changes any more: wherever there is an error, the slope of the activation is 0, so no gradient "
            "comes back. {right} of 4 are right. Try the perceptron rule, or a sigmoid.",
            right=right,
        )
    if ending.cycle:
        return message(
            "It goes round: every {cycle} steps the weights are exactly what they were, and it repeats for ever. No "
            "straight line separates these targets; see “Can a line do it?”.",
            cycle=ending.cycle,
        )
    if ending.most is None:
        return message(
            "{right} of 4 are right after {steps} steps. No straight line separates these targets, so no weights get "
            "all four right; see “Can a line do it?”.",
            right=right,
            steps=ending.steps,
        )
    return message(
        "{right} of 4 are right after {steps} steps. A line could do it: try more passes, or another rate.",
        right=right,
        steps=ending.steps,
    )


def diverged(step: int, following: Weights, limit: int) -> Remark:
    """Say at which step the weights left all bounds."""
    w1, w2, bias = (plain(weight) for weight in following)
    return Remark(
        "diverged",
        message(
            "Step {step} would set w₁ = {w1}, w₂ = {w2}, b = {bias}; the limit is {limit}. Each step overshoots by "
            "more than the one before. Try a learning rate below {rate}.",
            step=step,
            w1=w1,
            w2=w2,
            bias=bias,
            limit=limit,
            rate=STABLE,
        ),
        "warning",
    )

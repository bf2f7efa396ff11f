"""The accuracies of the folds, over the epochs and beside each other, and what mean and spread say."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Predictions
from lab.core.figures import Axis, Chart, Field, Line, Mark, Overlay, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths import chance
from lab.topics.overfitting.cross_validation.folds import Folds
from lab.topics.overfitting.rows import rows_in_colour

CONFIDENCE = 0.95
MOST_COLOURS = 8
"""Folds up to which each has a colour of its own."""
MOST_STEPS = 16
"""Steps of an accuracy up to which they are marked in the chart."""
ACCURACY = Axis(message("test accuracy"), low=0.0, high=1.02, share=True)


def over_epochs(folds: Folds) -> Chart:
    """Return the test accuracy of each fold over the epochs, and their mean; of folds of one row the mean alone."""
    history = folds.history
    x = np.arange(float(len(history)))
    lines = [Line(message("mean of all folds"), x, history.mean(axis=1), "line", 1)]
    if not folds.alone:
        each = [
            Line(message("each fold") if not fold else "", x, history[:, fold], "thin", 0)
            for fold in range(history.shape[1])
        ]
        lines = [*each, *lines]
    return Chart("curves", tuple(lines), Axis(message("Epoch"), low=0.0, high=float(max(1, len(x) - 1))), ACCURACY)


def over_folds(folds: Folds) -> Chart:
    """Return the accuracy of each fold, mean and spread, and the steps in which one of them can move at all."""
    now, count = folds.now, len(folds.now)
    mean, spread, x = float(now.mean()), float(now.std(ddof=1)), np.arange(1.0, count + 1)
    ends, rows = np.array([0.0, count + 1.0]), len(folds.tested[0])
    lines = (
        Line(message("mean ± deviation"), ends, np.full(2, min(1.0, mean + spread)), "dashes", 1),
        Line("", ends, np.full(2, max(0.0, mean - spread)), "dashes", 1),
        Line(message("mean"), ends, np.full(2, mean), "line", 1),
        Line(message("folds"), x, now, "points", 0),
    )
    low = max(0.0, math.floor(rows * min(now.min(), mean - spread) - 1) / rows)
    steps = np.arange(round(low * rows), rows + 1) / rows
    marks = tuple(Mark("y", float(step)) for step in steps) if 1 < len(steps) <= MOST_STEPS and rows > 1 else ()
    low = low if marks else 0.0
    axis = Axis(message("test accuracy"), low=low - 0.02 * (1 - low), high=1 + 0.02 * (1 - low), share=True)
    return Chart("folds", lines, Axis(message("fold"), low=0.0, high=count + 1.0), axis, marks)


def fold_of_rows(folds: Folds) -> tuple[Field, Overlay]:
    """Return each row in the colour of the fold that it is tested in; those taken for another class have a ring."""
    count = len(folds.tested)
    wrong = folds.shares.argmax(axis=1) != folds.labels if folds.epoch else None
    values = folds.fold_of % MOST_COLOURS
    called: tuple[Words, ...] = tuple(
        message("fold {number}", number=place + 1) for place in range(min(count, MOST_COLOURS))
    )
    if count > MOST_COLOURS:
        # So many colours nobody tells apart: what counts is which rows are right.
        values = np.zeros(len(folds.labels)) if wrong is None else wrong.astype(float)
        called = message("tested, and right"), message("tested, and wrong")
        wrong = None
    return rows_in_colour("rows", values, folds.labels, folds.classes, called, message("fold"), wrong)


def predictions(folds: Folds) -> Predictions:
    """Return what each row is taken for by the network that has not learned from it."""
    shares = np.nan_to_num(folds.shares)
    return Predictions("rows", folds.labels, shares.argmax(axis=1), shares.max(axis=1), folds.classes, folds.epoch)


def numbers(folds: Folds) -> Numbers:
    """Return mean and spread, what one row is worth, and what all rows together say."""
    now, count, rows = folds.now, len(folds.now), len(folds.labels)
    sizes = [len(tested) for tested in folds.tested]
    size = max(sizes)
    right = round(float((now * sizes).sum()))
    low, high = chance.exact_interval(right, rows, CONFIDENCE)
    mean, alone = float(now.mean()), folds.alone
    by_chance = math.sqrt(mean * (1 - mean) / size)
    quantities = (
        Quantity(message("epoch"), folds.epoch, message("of {epochs}", epochs=folds.epochs), "epochs"),
        Quantity(message("mean test accuracy"), mean, message("over {count} folds", count=count), "test_accuracy",
                 mark="strong", share=True),
        Quantity(message("deviation of the folds"), float(now.std(ddof=1)), message("with n − 1, over {count} folds",
                 count=count), "deviation", share=True),
        Quantity(message("lowest"), float(now.min()), message("of all folds"), "lowest", share=True),
        Quantity(message("highest"), float(now.max()), message("of all folds"), "highest", share=True),
        Quantity(message("one row more is"), 1 / size,
                 message("{count} rows in a fold: its accuracy has no values between", count=size), "step", share=True),
        Quantity(message("deviation by luck alone"), by_chance,
                 message("√(p (1 − p)/n) for p = {share} and n = {count}", share=f"{mean:.3f}", count=size),
                 share=True),
        Quantity(message("right, of all rows"), right, message("of {count}", count=rows), "right"),
        Quantity(message("exact 95 % interval, from"), low,
                 message("Clopper and Pearson, for all {count} rows", count=rows), "interval_low", share=True),
        Quantity(message("to"), high, message("Clopper and Pearson, for all {count} rows", count=rows), "interval_high",
                 share=True),
        Quantity(message("training accuracy"), folds.train_accuracy, message("mean over the folds"), "train_accuracy",
                 share=True),
    )  # fmt: skip
    if alone:
        note = message("Each fold is one row, right or wrong: a fold says nothing, their mean counts.")
    else:
        note = message(
            "A single split is one of these folds: it moves in steps of {step} points, and by luck by {luck} or so.",
            step=f"{100 / size:.1f}", luck=f"{100 * by_chance:.1f}",
        )  # fmt: skip
    return Numbers(quantities, note=note)

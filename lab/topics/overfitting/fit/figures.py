"""The fit among the fits of other redraws, and its errors over the order."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.text import Message, message
from lab.topics.overfitting.fit.models import MOST, Fits, basis

PLACES = 201
OTHERS = 12
"""Fits to other redraws that are drawn beside the one."""
DEPTH = 30.0
"""How far below the noise, and above all else, errors are still drawn: beyond that lines leave the chart."""
LEAST = 1e-30
"""What stands for an error of 0, which has no logarithm."""
ORDERS = np.arange(MOST + 1.0)


def fitted(fits: Fits, order: int) -> Chart:
    """Return the points, the true curve, the fit, and the fits to other redraws."""
    across = np.linspace(-1.0, 1.0, PLACES)
    curves = basis(fits.model, across) @ fits.weights[order, :, : 1 + OTHERS]
    low, high = fits.true(across).min(), fits.true(across).max()
    room = 0.4 * (high - low) + 2 * fits.noise
    others = tuple(
        Line(message("fits to other redraws") if place == 1 else "", across, curves[:, place], "thin", -1)
        for place in range(1, curves.shape[1])
    )
    lines = (
        *others,
        Line(message("true curve"), across, fits.true(across), "dashes", 1),
        Line(message("fit"), across, curves[:, 0], "line", 2),
        Line(message("points"), fits.x, fits.y[0], "points", 0),
    )
    return Chart("fit", lines, Axis("x"), Axis("y", low=float(low - room), high=float(high + room)))


def errors(fits: Fits, order: int) -> Chart:
    """Return training and test error over the order, of this draw and in the mean over all."""
    lines = []
    both = (
        (message("training, mean over redraws"), fits.train_errors),
        (message("new points, mean over redraws"), fits.test_errors),
    )
    for colour, (words, found) in enumerate(both):
        lines.append(Line(words, ORDERS, np.maximum(found.mean(axis=1), LEAST), "line", colour))
        lines.append(
            Line(message("this draw") if colour else "", ORDERS, np.maximum(found[:, 0], LEAST), "points", colour)
        )
    lines.append(Line(message("the same places again"), ORDERS, np.maximum(fits.again, LEAST), "dashes", 2))
    return _over_orders("errors", fits, order, tuple(lines), message("mean squared error"))


def parts(fits: Fits, order: int) -> Chart:
    """Return what the test error consists of: bias², variance and noise; points are those of the redraws."""
    (bias, variance), exact = fits.seen, fits.exact
    lines = [Line(message("sum: expected test error"), ORDERS, np.maximum(fits.expected, LEAST), "line", 1)]
    for colour, (words, seen, theory) in enumerate(
        ((message("bias²"), bias, exact[0]), (message("variance"), variance, exact[1])), 2
    ):
        lines.append(Line(words, ORDERS, np.maximum(theory, LEAST), "line", colour))
        lines.append(Line("", ORDERS, np.maximum(seen, LEAST), "points", colour))
    lines.append(Line(message("noise"), ORDERS, np.full(MOST + 1, max(fits.noise**2, LEAST)), "dashes", -1))
    return _over_orders("parts", fits, order, tuple(lines), message("of the squared error"))


def asked(fits: Fits, order: int) -> Table:
    """Return which order is best, by what it is asked for: only where nothing new comes it is the largest."""
    questions = (
        (message("the points it learned"), fits.train_errors.mean(axis=1),
         message("nothing new comes: a table of them would do")),
        (message("the same places again"), fits.again, message("the noise is new")),
        (message("new places"), fits.expected, message("place and noise are new")),
    )  # fmt: skip
    rows = []
    for words, found, why in questions:
        best = best_of(found)
        rows.append(
            (Cell(words, why), Cell(best, mark="strong"), Cell(_rounded(found[best])),
             Cell(_rounded(found[order]), mark="bad" if found[order] > 1.2 * found[best] + 1e-9 else "good"))
        )  # fmt: skip
    columns = (
        message("what is asked"),
        message("best order"),
        message("its error"),
        message("order {order}", order=order),
    )
    note = message("Overfitting is harmless only where no new data come: then the largest model is the best.")
    return Table("asked", columns, tuple(rows), note)


def best_of(found: Array) -> int:
    """Return the smallest order whose error is the least, up to rounding."""
    return int(np.flatnonzero(found <= found.min() * (1 + 1e-9) + 1e-12)[0])


def _rounded(value: float) -> float:
    return 0.0 if value < 1e-12 else float(f"{value:.4g}")


def _over_orders(name: str, fits: Fits, order: int, lines: tuple[Line, ...], words: Message) -> Chart:
    floor = max(fits.noise**2, 1e-3) / DEPTH
    high = DEPTH * max(float(fits.expected.min()), float(np.var(fits.true(fits.x))) / DEPTH * 4, floor)
    chosen = message("order {order}", order=order)
    axis = Axis(message("order, or hidden units"), low=-0.5, high=MOST + 0.5)
    marks = (Mark("x", float(order), chosen),)
    return Chart(name, lines, axis, Axis(words, log=True, low=floor * 0.8, high=high), marks, picks="order")

"""Softmax as the formula stands, and as it has to be computed."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.topics.maths.probabilities import number, subscript


def softmax(scores: Array) -> Array:
    """Return exp(s − max) / Σ exp(s − max), which cannot overflow; (K,) in the precision of `scores`."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def log_softmax(scores: Array) -> Array:
    """Return s − max − ln Σ exp(s − max), which is finite where a share is 0."""
    below = scores - scores.max()
    return np.asarray(below - np.log(np.exp(below).sum()))


def naive_softmax(scores: Array) -> tuple[Array, Array]:
    """Return exp(s) and exp(s) / Σ exp(s), as the formula stands there; infinite and NaN where it overflows."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(scores)
        return powers, np.asarray(powers / powers.sum())


_WAYS = (
    (message("naive, float32"), np.float32, False),
    (message("naive, float64"), np.float64, False),
    (message("stable, float32"), np.float32, True),
    (message("stable, float64"), np.float64, True),
)


def stability(scores: Array, shares: Array) -> Table:
    """Compare the formula as it stands with the one that subtracts the largest score first."""
    top = int(scores.argmax())
    rows = []
    for name, precision, stable in _WAYS:
        exponents = (scores - scores[top] if stable else scores).astype(precision)
        powers, found = naive_softmax(exponents)
        with np.errstate(over="ignore"):
            total = float(powers.sum())
        largest, share = float(powers[top]), float(found[top])
        right = abs(share - float(shares[top])) < 1e-5
        rows.append(
            (
                Cell(name, "exp(z − max) / Σ exp(z − max)" if stable else "exp(z) / Σ exp(z)"),
                Cell(largest, _largest_why(float(exponents[top]), largest, precision is np.float32)),
                Cell(total),
                Cell(share, _verdict(largest, total), "good" if right else "bad"),
            )
        )
    columns = (
        message("computed"),
        message("largest exp"),
        message("sum"),
        message("share of {name}", name="z" + subscript(top)),
    )
    note = message(
        "float32 overflows beyond exp(88.72), float64 beyond exp(709.78). "
        "Stable means: the largest logit is subtracted first."
    )
    return Table("stability", columns, tuple(rows), note)


def _largest_why(exponent: float, power: float, single: bool) -> Words:
    if math.isinf(power):
        limit = "3.4e38" if single else "1.8e308"
        return message(
            "exp({exponent}) is larger than the largest number, {limit}: overflow.",
            exponent=number(exponent),
            limit=limit,
        )
    if power == 0:
        return message("exp({score}) is smaller than the smallest number: underflow.", score=number(exponent))
    return f"exp({number(exponent)}) = {number(power)}"


def _verdict(largest: float, total: float) -> Words:
    if math.isinf(largest):
        return message("∞ / ∞ is not a number (NaN). From here on every weight of a network would become NaN too.")
    if math.isinf(total):
        return message("Each exp fits, but their sum does not: anything / ∞ = 0.")
    if total == 0:
        return message("0 / 0 is not a number (NaN): even the largest exp was too small to be kept.")
    return f"{number(largest)} / {number(total)} = {number(largest / total)}"

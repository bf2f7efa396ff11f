"""Distributions over a few outcomes, and what entropy and cross-entropy have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Words
from lab.core.params import ParamError, choice
from lab.core.text import Message, message

BASES = {"e": math.e, "2": 2.0, "10": 10.0}
LOGARITHMS = {"e": "ln", "2": "log₂", "10": "log₁₀"}
TOLERANCE = 1e-6
"""By how much the sum of what was typed may miss 1."""
MOST = 25
TORCH_USES_NATS = message(
    "torch always computes in nats, with the natural logarithm; divided by the logarithm of the base."
)


def base_choice(group: str) -> Any:
    """Declare the base of the logarithm."""
    return choice(
        "e",
        {"e": "e: nats", "2": "2: bits", "10": "10: bans"},
        label="Base of the logarithm",
        help="It only sets the unit: one nat is 1.4427 bits or 0.4343 bans. Deep learning uses e.",
        group=group,
    )


def unit(base: str) -> Message:
    """Return the unit in which logarithms of a base measure."""
    return {"e": message("nats"), "2": message("bits"), "10": message("bans")}[base]


def number(value: float, figures: int = 6) -> str:
    """Return a number as arithmetic writes it, with the minus sign of print."""
    return f"{value:.{figures}g}".replace("-", "−").replace("inf", "∞")


def subscript(place: int) -> str:
    """Return a place, counted from 0, as an index counted from 1."""
    return str(place + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def distribution(field: str, given: Sequence[float], outcomes: int = 0) -> Array:
    """Return the probabilities (K,) that were typed; one number p stands for p and 1 − p.

    With `outcomes`, so many: what lacks is impossible, what is too much is taken together as the last outcome.
    Raises ParamError where they do not sum to 1.
    """
    # 1 − 0.9 is 0.09999999999999998; a person means 0.1.
    entries = list(given) if len(given) > 1 else [given[0], round(1 - given[0], 15)]
    total = math.fsum(entries)
    if abs(total - 1) > TOLERANCE * (1 + 1e-6):
        raise ParamError(
            field,
            "{field}: the probabilities sum to {total}, and have to sum to 1",
            total=f"{total:.7g}",
        )
    if outcomes and len(entries) > outcomes:
        entries[outcomes - 1 :] = [min(math.fsum(entries[outcomes - 1 :]), 1.0)]
    return np.array(entries + [0.0] * (outcomes - len(entries)))


def names(letter: str, count: int) -> tuple[str, ...]:
    """Return what the outcomes are called: p and 1 − p, or p₁, p₂, p₃ …"""
    return (letter, f"1 − {letter}") if count == 2 else tuple(letter + subscript(place) for place in range(count))


def surprise(p: Array) -> Array:
    """Return −ln p, infinite where p is 0; in nats, of the shape of `p`."""
    with np.errstate(divide="ignore"):
        return np.asarray(0.0 - np.log(p))


def weighted(p: Array, values: Array) -> Array:
    """Return p · values, and 0 where p is 0, whatever the value: p·log p goes to 0 with p."""
    with np.errstate(invalid="ignore"):
        return np.where(p > 0, p * values, 0.0)


def entropy(p: Array) -> float:
    """Return −Σ p·ln p, in nats."""
    return float(weighted(p, surprise(p)).sum())


def cross_entropy(p: Array, q: Array) -> float:
    """Return −Σ p·ln q, in nats; infinite where something of `p` is impossible in `q`."""
    return float(weighted(p, surprise(q)).sum())


def divergence(p: Array, q: Array) -> float:
    """Return KL(p‖q) = Σ p·ln(p / q), in nats, never below 0."""
    apart = float(weighted(p, surprise(q) - np.where(p > 0, surprise(p), 0.0)).sum())
    # Gibbs' inequality; below zero there is only rounding.
    return max(apart, 0.0)


def in_bases(nats: float, chosen: str, why: Words = "", bad: bool = False) -> tuple[Cell, ...]:
    """Return a cell for each base, with the chosen one strong, or marked as wrong."""
    return tuple(
        Cell(nats / math.log(value), why, ("bad" if bad else "strong") if base == chosen else "muted" if bad else "")
        for base, value in BASES.items()
    )


def units() -> tuple[Message, ...]:
    """Return the headers of `in_bases`."""
    return tuple(unit(base) for base in BASES)

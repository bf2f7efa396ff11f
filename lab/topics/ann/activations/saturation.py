"""Where activation functions are flat: closed forms where there are any, else found to the last digit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.core.text import Message, message
from lab.nets.registry.activations import ACTIVATIONS, HIDDEN, LEAK

FUNCTIONS: Mapping[str, str] = {name: label for name, label in HIDDEN.items() if name != "identity"}
"""The functions that are looked at, with their labels."""
_FAR = 60.0
"""Beyond it, no smooth function here has a slope that is neither 0 nor 1 to eight digits."""


@dataclass(frozen=True)
class Facts:
    """What is known of a function: its formula and that of its slope, in plain text, and its values.

    `steepest` is the place of its largest slope, infinite where that is only approached; `kinks` are where it has no
    derivative, `turns` where its slope has an extreme. `below` says what becomes of a gradient below zero.
    """

    value: str
    slope: str
    values: str
    largest: float
    steepest: float
    below: Message
    kinks: tuple[float, ...] = ()
    turns: tuple[float, ...] = ()


_DEAD = message("dead: slope exactly 0")
_FLATTER = message("alive, ever flatter")
_DIP = message("a dip, then ever flatter")
_GELU_TURN = math.sqrt(2)
_SILU_TURN = 2.399357280515468  # z·tanh(z/2) = 2
FACTS: Mapping[str, Facts] = {
    "relu": Facts("max(0, z)", "1 if z > 0, else 0", "[0, ∞)", 1.0, 1.0, _DEAD, (0.0,)),
    "leaky_relu": Facts(
        "max(0.01·z, z)",
        "1 if z > 0, else 0.01",
        "(−∞, ∞)",
        1.0,
        1.0,
        message("alive: slope {slope}", slope=LEAK),
        (0.0,),
    ),
    "relu6": Facts("min(max(0, z), 6)", "1 if 0 < z < 6, else 0", "[0, 6]", 1.0, 3.0, _DEAD, (0.0, 6.0)),
    "elu": Facts("z if z > 0, else eᶻ − 1", "1 if z > 0, else eᶻ", "(−1, ∞)", 1.0, 0.0, _FLATTER),
    "sigmoid": Facts("σ(z) = 1 / (1 + e⁻ᶻ)", "σ(z)·(1 − σ(z))", "(0, 1)", 0.25, 0.0, _FLATTER, (), (0.0,)),
    "tanh": Facts("tanh z", "1 − tanh²z", "(−1, 1)", 1.0, 0.0, _FLATTER, (), (0.0,)),
    "softplus": Facts("ln(1 + eᶻ)", "σ(z)", "(0, ∞)", 1.0, math.inf, _FLATTER),
    "gelu": Facts(
        "z·Φ(z)",
        "Φ(z) + z·φ(z)",
        "[−0.16997, ∞)",
        float(ACTIVATIONS["gelu"].slope(np.array(_GELU_TURN))),
        _GELU_TURN,
        _DIP,
        (),
        (-_GELU_TURN, _GELU_TURN),
    ),
    "silu": Facts(
        "z·σ(z)",
        "σ(z)·(1 + z·(1 − σ(z)))",
        "[−0.27846, ∞)",
        float(ACTIVATIONS["silu"].slope(np.array(_SILU_TURN))),
        _SILU_TURN,
        _DIP,
        (),
        (-_SILU_TURN, _SILU_TURN),
    ),
}


@dataclass(frozen=True)
class Zone:
    """Where the absolute slope is below a threshold, from `low` to `high`; either may be infinite."""

    low: float
    high: float


@lru_cache(maxsize=256)
def zones(name: str, threshold: float) -> tuple[Zone, ...]:
    """Return where a function is flatter than `threshold`, 0 < threshold < 1, from left to right."""
    match name:
        case "relu":
            return (Zone(-math.inf, 0.0),)
        case "leaky_relu":
            return (Zone(-math.inf, 0.0),) if threshold > LEAK else ()
        case "relu6":
            return Zone(-math.inf, 0.0), Zone(6.0, math.inf)
        case "sigmoid":
            if threshold > 0.25:
                return (Zone(-math.inf, math.inf),)
            # σ(1 − σ) = t where σ = (1 − √(1 − 4t)) / 2; 4t / (1 + √(1 − 4t)) / 2 is the same without cancellation.
            share = 2 * threshold / (1 + math.sqrt(1 - 4 * threshold))
            return _outside(math.log1p(-share) - math.log(share))
        case "tanh":
            # 1 − tanh² = t where tanh = √(1 − t).
            return _outside(math.atanh(math.sqrt(1 - threshold)))
        case "elu":
            return (Zone(-math.inf, math.log(threshold)),)
        case "softplus":
            return (Zone(-math.inf, math.log(threshold) - math.log1p(-threshold)),)
        case _:
            return _found(ACTIVATIONS[name].slope, FACTS[name].turns, threshold)


def _outside(edge: float) -> tuple[Zone, Zone]:
    return Zone(-math.inf, 0.0 - edge), Zone(edge, math.inf)


def _found(slope: Callable[[Array], Array], turns: tuple[float, ...], threshold: float) -> tuple[Zone, ...]:
    """Find the zones of a slope that is monotone between its turns, 0 far to the left and at least 1 to the right."""
    ends = np.array([-_FAR, *turns, _FAR])
    # Every level that the slope may cross, on every piece.
    low, high = np.repeat(ends[:-1], 2), np.repeat(ends[1:], 2)
    level = np.tile([threshold, -threshold], len(ends) - 1)
    before, after = slope(low) - level, slope(high) - level
    crossed = before * after < 0
    low, high, level, before = low[crossed], high[crossed], level[crossed], before[crossed]
    for _ in range(60):
        middle = (low + high) / 2
        same = (slope(middle) - level) * before > 0
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    edges = sorted(((low + high) / 2).round(15).tolist())
    # It is flat on the left, and every edge changes that.
    starts, stops = [-math.inf, *edges[1::2]], edges[0::2]
    return tuple(Zone(start, stop) for start, stop in zip(starts, stops, strict=True))


def flat(name: str, z: float, threshold: float) -> bool:
    """Tell whether a function is flatter at z than `threshold`."""
    return abs(slope_at(name, z)) < threshold


def value_at(name: str, z: float) -> float:
    """Return a(z)."""
    return float(ACTIVATIONS[name].value(np.array([z]))[0])


def slope_at(name: str, z: float) -> float:
    """Return a′(z), at a kink what torch takes."""
    return float(ACTIVATIONS[name].slope(np.array([z]))[0])


def tails(name: str, threshold: float) -> tuple[float | None, float | None]:
    """Return below and above which z a function is saturated; None where it is not, both infinite: everywhere."""
    below = above = None
    for zone in zones(name, threshold):
        below = zone.high if zone.low == -math.inf else below
        above = zone.low if zone.high == math.inf else above
    return below, above


def dips(name: str, threshold: float) -> tuple[Zone, ...]:
    """Return the flat zones that have an end on both sides."""
    return tuple(zone for zone in zones(name, threshold) if math.isfinite(zone.low) and math.isfinite(zone.high))

"""Ticks of axes and colour bars: round numbers, and the words beside them."""

from __future__ import annotations

import math

_FACTORS = (1, 2, 5)
_PLAIN = (1e-4, 1e6)
"""Between these sizes numbers are written out; beyond them with a power of ten."""


def ticks(low: float, high: float, log: bool, count: int) -> list[tuple[float, str]]:
    """Return at most about `count` round numbers of [low, high], ascending, each with its label in Latin digits.

    With `log`, powers of ten, or 1, 2 and 5 times those where few of them lie in the range, or linear steps where it
    is narrow. Empty where there is no such axis: ends that are not finite, or not positive on a logarithmic one.
    """
    if not math.isfinite(high - low) or (log and low <= 0):
        return []
    low, high = min(low, high), max(low, high)
    if low == high:
        return [(low, f"{low:.6g}".replace("-", "−"))]
    if log:
        values = _decades(low, high, max(count, 1))
        if len(values) >= 2:
            return [(value, tick_label(value, 10.0 ** math.floor(math.log10(value)))) for value in values]
    factor, power = _round_up((high - low) / max(count, 1))
    values = _multiples(factor, power, low, high)
    if len(values) < 2:
        # One number is no scale: the next smaller steps.
        factor, power = (_FACTORS[_FACTORS.index(factor) - 1], power - (factor == 1))
        values = _multiples(factor, power, low, high)
    if log:
        values = [value for value in values if value >= low * (1 - 1e-9)]
    step = float(f"{factor}e{power}")
    largest = max(abs(low), abs(high))
    return [(value, tick_label(value, step, largest)) for value in values]


def tick_label(value: float, step: float, largest: float = 0.0) -> str:
    """Return `value` with the decimals that steps of `step` need, and the minus sign of print.

    Labels of one axis are alike when all are given the `largest` size on it.
    """
    if value == 0 or abs(value) < step * 1e-6:
        return "0"
    if _PLAIN[0] <= step and max(abs(value), largest) < _PLAIN[1]:
        text = f"{value:.{max(-_exponent(step), 0)}f}"
    else:
        # Figures down to the step: 1.25e−5 beside 1.5e−5.
        digits = max(_exponent(abs(value)) - _exponent(step), 0)
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def _exponent(size: float) -> int:
    return math.floor(math.log10(size) + 1e-9)


def _multiples(factor: int, power: int, low: float, high: float) -> list[float]:
    """Return the multiples of factor × 10 ** power in [low, high]."""
    step = float(f"{factor}e{power}")
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Through decimal texts, so that 3 steps of 0.1 are 0.3 exactly.
    values = (float(f"{place * factor}e{power}") for place in range(first, last + 1))
    return list(dict.fromkeys(values))  # At the limits of floats, some are the same.


def _round_up(least: float) -> tuple[int, int]:
    """Return the next larger 1, 2 or 5 times a power of ten, as factor and power."""
    power = math.floor(math.log10(least))
    for factor in _FACTORS:
        if float(f"{factor}e{power}") >= least * (1 - 1e-9):
            return factor, power
    return 1, power + 1


def _decades(low: float, high: float, count: int) -> list[float]:
    """Return powers of ten, every second, third … of them, or 1, 2 and 5 times them, whichever are about `count`."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = [float(f"1e{place}") for place in range(max(first, -307), min(last, 308) + 1)]
    finer = [power * factor for power in powers for factor in _FACTORS]
    finer = [value for value in finer if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    if len(finer) <= count:
        return finer
    every = [value for value in powers if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    stride = math.ceil(len(every) / count)
    chosen = [value for value in every if round(math.log10(value)) % stride == 0]
    return chosen if len(chosen) >= 2 else every[:: max(1, len(every) - 1)]


def rounded(value: float, precision: float) -> float:
    """Return `value` with only the digits that a distance of `precision` can tell."""
    if not value or not precision > 0:
        return value
    count = math.floor(math.log10(abs(value))) - math.floor(math.log10(precision)) + 2
    return float(f"{value:.{min(max(count, 1), 17)}g}")

"""How figures write numbers: Latin digits, as many figures as asked for, and words for what is no number."""

from __future__ import annotations

import math

import numpy as np

from app.core.language import tr

_WHOLE = 1e9
"""Whole numbers below this are written without a point; larger ones that are not integers by type are rounded."""


_INTEGERS = (int, np.integer)


def finite(value: float) -> bool:
    """Tell whether `value` can be drawn as a number."""
    return isinstance(value, _INTEGERS) or math.isfinite(value)


def significant(value: float, figures: int) -> str:
    """Return `value` with at most `figures` significant figures; whole numbers whole, infinity and NaN in words."""
    if isinstance(value, _INTEGERS):
        return str(int(value))
    number = float(value)
    if not math.isfinite(number):
        return tr("not a number") if math.isnan(number) else "∞" if number > 0 else "−∞"
    if number.is_integer() and -_WHOLE < number < _WHOLE:
        return str(int(number))
    return f"{number:.{figures}g}"


def grouped(value: float, figures: int) -> str:
    """Return `value` as `significant` does, the thousands of whole numbers apart."""
    words = significant(value, figures)
    return f"{int(words):,}" if words.lstrip("-").isdigit() else words


def exact(value: float) -> str:
    """Return the shortest text that reads back as the same number; infinity and NaN in words."""
    if isinstance(value, _INTEGERS):
        return str(int(value))
    return repr(float(value)) if math.isfinite(value) else significant(value, 1)


def plain(value: float) -> str:
    """Return `value` exactly, as a person would type it: 2 and not 2.0; infinity and NaN in words."""
    whole = finite(value) and float(value).is_integer() and abs(value) < _WHOLE
    return str(int(value)) if whole else exact(value)

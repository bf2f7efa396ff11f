"""Features that a person types, as functions of x and y."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.core.params import ParamError
from lab.maths.expressions.expression import Expression, parse_expression

MOST = 5
FIELD = "features"
VARIABLES = ("x", "y")


@lru_cache(maxsize=64)
def read(text: str) -> tuple[Expression, ...]:
    """Read features with semicolons between them; none where the text is empty. Raises ParamError."""
    parts = [part for part in text.replace("؛", ";").split(";") if part.strip()]
    if len(parts) > MOST:
        raise ParamError(FIELD, "{field}: {count} features; allowed are at most {most}", count=len(parts), most=MOST)
    return tuple(parse_expression(FIELD, part, VARIABLES) for part in parts)


def expanded(text: str, positions: Array) -> Array:
    """Return inputs (N, 2 + F): x and y, and behind them the features."""
    x, y = positions.T
    more = [np.broadcast_to(one(x, y), x.shape) for one in read(text)]
    return np.stack([x, y, *more], 1).astype(float)


def refuse(text: str, positions: Array) -> None:
    """Raise ParamError where a feature is no number at one of the positions."""
    inputs = expanded(text, positions)
    for place, one in enumerate(read(text), 2):
        wrong = np.flatnonzero(~np.isfinite(inputs[:, place]))
        if len(wrong):
            x, y = positions[wrong[0]]
            raise ParamError(
                FIELD, "{field}: {feature} is no number at x = {x}, y = {y}, where a point lies",
                feature=one.pretty(), x=f"{x:.3g}", y=f"{y:.3g}",
            )  # fmt: skip

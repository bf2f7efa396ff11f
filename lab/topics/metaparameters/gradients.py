"""Gradients that are typed, and given to an optimiser one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.params import reals
from lab.core.text import Message, message


def gradients_field(default: tuple[float, ...]) -> Any:
    """Declare the gradients of a weight, step by step."""
    return reals(
        default, -1e6, 1e6, length=(1, 60), label="Gradients", group="Gradients",
        help="What the loss says of one weight at each step, the first one first.",
    )  # fmt: skip


def over_steps(
    name: str,
    lines: tuple[tuple[Message | str, Array], ...],
    y: Message | str,
    shown: int = 0,
    begin: int = 1,
    rings: tuple[int, ...] = (),
) -> Chart:
    """Return series over the steps, counted from `begin`; `shown` is a step that is marked, if any.

    The series whose places are in `rings` are drawn as rings, through which another is seen.
    """
    drawn = tuple(
        Line(
            label,
            np.arange(begin, begin + len(values), dtype=float),
            values,
            "rings" if place in rings else "line + points",
            place,
        )
        for place, (label, values) in enumerate(lines)
    )
    marks = (Mark("x", float(shown)),) if shown else ()
    return Chart(name, drawn, Axis(message("step"), whole=True), Axis(y), (Mark("y", 0.0), *marks))

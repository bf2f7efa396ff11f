"""Cross-entropy as a curve over what is predicted."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.text import message
from lab.topics.maths.probabilities import (
    BASES,
    LOGARITHMS,
    cross_entropy,
    entropy,
    surprise,
    unit,
    weighted,
)

# Closer together at both ends, where the curves are steep.
_PREDICTED = np.clip(np.sin(np.linspace(0.0, math.pi / 2, 241)) ** 2, 1e-12, 1 - 1e-12)
_HIGH = 4.5
"""How far up the curves are shown at least, in nats."""


def _height(nats: float, scale: float) -> float:
    return max(_HIGH, 1.15 * nats if math.isfinite(nats) else _HIGH) / scale


def binary_loss(p: Array, q: Array, base: str) -> Chart:
    """Draw −[p·log q + (1 − p)·log (1 − q)] over q; p and q are (2,)."""
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    both = np.stack([_PREDICTED, 1 - _PREDICTED], axis=1)
    curve = weighted(p, surprise(both)).sum(axis=1) / scale
    own, crossed = entropy(p) / scale, cross_entropy(p, q)
    lines = [Line(f"−[p·{log} q + (1 − p)·{log} (1 − q)]", _PREDICTED, curve)]
    if 0 < p[0] < 1:
        lines += [
            Line(f"−{log} q", _PREDICTED, surprise(_PREDICTED) / scale, "thin", 1),
            Line(f"−{log} (1 − q)", _PREDICTED, surprise(1 - _PREDICTED) / scale, "thin", 2),
        ]
    lines.append(Line("", q[:1], np.array([crossed / scale]), "ball"))
    marks = (
        *((Mark("y", own, message("entropy of p")),) if own else ()),
        Mark("x", float(p[0]), "q = p"),
        *(() if math.isfinite(crossed) else (Mark("x", float(q[0]), message("here it is infinite")),)),
    )
    return Chart(
        "loss",
        tuple(lines),
        Axis(message("predicted q of class 1"), low=0.0, high=1.0),
        Axis(message("cross-entropy"), unit(base), low=0.0, high=_height(crossed, scale)),
        marks,
        picks="q",
    )


def loss_of_the_true_class(p: Array, q: Array, base: str) -> Chart:
    """Draw −log q with every class on it; the ball is the class that happens most."""
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    surprises = surprise(q) / scale
    true = int(p.argmax())
    seen, mean = float(surprises[true]) * scale, cross_entropy(p, q) / scale
    return Chart(
        "loss",
        (
            Line(f"−{log} q", _PREDICTED, surprise(_PREDICTED) / scale),
            Line(message("the classes"), q, surprises, "points", 4),
            Line(
                message("the most frequent, class {number}", number=true + 1),
                q[true : true + 1],
                surprises[true : true + 1],
                "ball",
            ),
        ),
        Axis(message("predicted q"), low=0.0, high=1.0),
        Axis(message("surprise"), unit(base), low=0.0, high=_height(seen, scale)),
        (Mark("y", mean, message("cross-entropy")),) if math.isfinite(mean) else (),
    )

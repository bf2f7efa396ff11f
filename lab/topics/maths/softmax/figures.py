"""The pictures of softmax: from scores to shares as bars, and the shares over the temperature."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, BarPanel, Bars, Chart, Line, Mark, Words
from lab.core.text import Message, message
from lab.topics.maths.probabilities import number, subscript
from lab.topics.maths.softmax.ways import naive_softmax

_REACHES = (5.0, 50.0, 1000.0)
"""How far the bars of the logits reach: as little as is needed."""
_TEMPERATURES = np.logspace(-2, 2, 97)
_NAMED = 6
"""So many curves can be told apart by their colours."""


def bars(logits: Array, shares: Array, temperature: float, shift: float, left_out: int) -> Bars:
    """Draw logits z (K,), exp((z + c) / T), their shares (K,), and z divided by the sum."""
    shifted = logits + shift
    scores = shifted / temperature
    powers, _ = naive_softmax(scores)
    known = powers[np.isfinite(powers)]
    with np.errstate(over="ignore"):
        total = float(powers.sum())
    reach = next(reach for reach in _REACHES if reach >= float(np.abs(logits).max()))
    inside = f"z + {number(shift)}" if shift > 0 else f"z − {number(-shift)}" if shift else "z"
    argument = (
        inside if temperature == 1 else f"({inside}) / {number(temperature)}" if shift else f"z / {temperature:.6g}"
    )
    if left_out > 0:
        remark = message("typed, but left out: {count}", count=left_out)
    else:
        remark = message("drag them")
    divided, whys, verdict = _divided(shifted)
    ends = [float(share) for share in divided if math.isfinite(share)]
    return Bars(
        "softmax",
        tuple("z" + subscript(place) for place in range(len(logits))),
        (
            BarPanel(message("logits z"), logits, -reach, reach, (), "logits", remark=remark),
            BarPanel(
                f"exp({argument})",
                powers,
                0.0,
                float(known.max(initial=0.0)) or 1.0,
                tuple(_power_why(score, power) for score, power in zip(scores.tolist(), powers.tolist(), strict=True)),
                remark=message("sum {total}", total=number(total, 5)),
                colour=4,
            ),
            BarPanel(
                message("softmax σ"),
                shares,
                0.0,
                1.0,
                tuple(_share_whys(scores, shares)),
                remark=message("sum {total}", total=f"{float(shares.sum()):.6f}"),
                colour=2,
            ),
            BarPanel(
                message("divided by the sum, {formula}", formula=f"({inside}) / Σ" if shift else "z / Σz"),
                divided,
                min([-1.0, *ends]),
                max([1.0, *ends]),
                whys,
                remark=verdict,
                colour=1,
            ),
        ),
    )


def _power_why(score: float, power: float) -> Words:
    if math.isinf(power):
        return message(
            "exp({score}) has {digits} digits; the largest number of float64 has 309: overflow.",
            score=number(score),
            digits=math.floor(score / math.log(10)) + 1,
        )
    if power == 0:
        return message("exp({score}) is smaller than the smallest number of float64: underflow.", score=number(score))
    return f"exp({number(score)}) = {number(power)}"


def _share_whys(scores: Array, shares: Array) -> Iterator[str]:
    """Yield the arithmetic of each share, as it can be computed."""
    below = scores - scores.max()
    total = number(float(np.exp(below).sum()))
    for score, share in zip(below.tolist(), shares.tolist(), strict=True):
        yield f"exp({number(score)}) / {total} = {number(share)}"


def _divided(shifted: Array) -> tuple[Array, tuple[Words, ...], Message]:
    """Return the scores divided by their sum (K,), the arithmetic of each, and what is wrong with them."""
    total = math.fsum(shifted)
    # 0.1 + 0.2 − 0.3 is 0, but not as a computer adds.
    if abs(total) < 1e-12 * float(np.abs(shifted).max(initial=1e-300)) or total == 0:
        none = message("The sum is 0, and nothing can be divided by it.")
        return np.full(len(shifted), np.nan), (none,) * len(shifted), message("the sum is 0: no shares at all")
    shares = shifted / total
    whys = tuple(
        f"{number(score)} / {number(total)} = {number(share)}"
        for score, share in zip(shifted.tolist(), shares.tolist(), strict=True)
    )
    if (shares < 0).any():
        return shares, whys, message("a negative share is no probability")
    if total < 0 and shares.max() > shares.min():
        return shares, whys, message("the largest gets the least")
    return shares, whys, message("a shift would change them")


def temperatures(temperature: float, shifted: Array, shares: Array) -> Chart:
    """Draw each share over the temperature."""
    scores = (shifted - shifted.max()) / _TEMPERATURES[:, None]
    powers = np.exp(scores)
    curves = powers / powers.sum(axis=1, keepdims=True)
    order = np.argsort(-shares, kind="stable").tolist()
    named = sorted(order[:_NAMED])
    # Many lines take their time to draw: the small shares are one, interrupted by NaN.
    others = np.vstack([curves[:, order[_NAMED:]], np.full(len(order[_NAMED:]), np.nan)])
    across = np.tile(np.append(_TEMPERATURES, np.nan), others.shape[1])
    lines = [Line("", across, others.T.ravel(), "thin", -1)] if others.size else []
    lines += [
        Line("z" + subscript(place), _TEMPERATURES, curves[:, place], "line", colour)
        for colour, place in enumerate(named)
    ]
    now = np.full(len(shares), temperature)
    lines += [
        Line("", now, shares, "points", -1),
        Line("", now[:1], shares[order[0] : order[0] + 1], "ball"),
    ]
    equal = 1 / len(shares)
    return Chart(
        "temperature",
        tuple(lines),
        Axis(message("temperature T"), log=True, low=0.01, high=100.0),
        Axis("σ", low=0.0, high=1.05),
        (Mark("x", temperature, f"T = {number(temperature)}"), Mark("y", equal, f"1 / {len(shares)}")),
        picks="temperature",
    )

"""The losses of torch: which function expects what, and what it gives for the wrong thing."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import CellMark, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.topics.maths.probabilities import cross_entropy, number

_PROBABILITIES = message("expects probabilities")
_MISTAKE = message("expects logits, gets q")
_ENDLESS = message(
    "A probability of exactly 0 or 1 has an infinite logit. No softmax of finite logits ever gets there."
)


def losses(p: Array, q: Array) -> Numbers:
    """Return the cross-entropy of true p and predicted q, (K,) each, in nats, as each loss of torch gives it."""
    ours = cross_entropy(p, q)
    with np.errstate(divide="ignore"):
        logits = np.log(q)
    least = float(logits.min())
    softmax = message("It takes logits and does the softmax itself. ln q are such logits: their softmax is q again.")
    twice = message("Softmax is done a second time: all classes become nearly equal, and little is learned.")
    quantities = _binary(q, ours) if len(p) == 2 else []
    quantities.append(_loss(message("expects logits"), ours, _or_endless(softmax, least), "cross_entropy(z, p)"))
    if p.max() == 1:
        why = message("Where one class is certain, its number is enough; torch counts classes from 0.")
        call = f"cross_entropy(z, torch.tensor({int(p.argmax())}))"
        quantities.append(_loss(message("expects logits and a class"), ours, _or_endless(why, least), call))
    quantities.append(_loss(_MISTAKE, ours, twice, "cross_entropy(q, p)"))
    checked = message(
        "In nats. z are logits, q probabilities. Give q where z belongs, and a number comes out, and no error."
    )
    setup = ("from torch.nn import functional as F", "z = q.log()")
    return Numbers(quantities, "losses", aside=setup, checked=checked)


def _binary(q: Array, ours: float) -> list[Quantity]:
    with np.errstate(divide="ignore"):
        logit = float(np.log(q[0]) - np.log(q[1]))
    plain = message("It takes probabilities, as they come out of a sigmoid.")
    if math.isinf(ours):
        plain = message("torch lets no logarithm fall below −100, so this loss stays finite where it has no limit.")
    one = message("It takes one logit, ln (q / (1 − q)) = {logit}, and does the sigmoid itself.", logit=number(logit))
    twice = message("The sigmoid is done a second time: between 0.5 and 0.73, whatever q is.")
    name = "binary_cross_entropy_with_logits"
    return [
        _loss(_PROBABILITIES, ours, plain, "binary_cross_entropy(q[:1], p[:1])"),
        _loss(message("expects one logit"), ours, _or_endless(one, logit), f"{name}(z[:1] - z[1:], p[:1])"),
        _loss(_MISTAKE, ours, twice, f"{name}(q[:1], p[:1])"),
    ]


def _or_endless(why: Message, logit: float) -> Words:
    if math.isfinite(logit):
        return why
    return _ENDLESS


def _loss(expects: Message, ours: float, why: Words, call: str) -> Quantity:
    """Return a loss that torch computes, or where it does not: a mistake that it does not notice, or no limit."""
    mark: CellMark = "bad" if expects is _MISTAKE or math.isinf(ours) or why is _ENDLESS else ""
    return Quantity(expects, ours, why, code=f"F.{call}", listed=False, about=why, mark=mark)

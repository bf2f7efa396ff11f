"""The same cross-entropy from torch: which function expects what, and what it gives for the wrong thing."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import Message, message
from lab.topics.maths.probabilities import cross_entropy, number

Row = tuple[Cell, Cell, Cell]


def check_table(p: Array, q: Array) -> Table:
    """Return what the losses of torch give for true p and predicted q, (K,) each; in nats, float64."""
    from torch import from_numpy, tensor
    from torch.nn import functional

    ours = cross_entropy(p, q)
    true, predicted = from_numpy(p), from_numpy(q)
    with np.errstate(divide="ignore"):
        logits = np.log(q)
    rows: list[Row] = []
    if len(p) == 2:
        rows += _binary_rows(p, q, ours)
    loss = float(functional.cross_entropy(from_numpy(logits), true))
    why = message("It takes logits and does the softmax itself. ln q are such logits: their softmax is q again.")
    endless = float(logits.min())
    rows.append(_row("cross_entropy(z, p)", message("logits"), loss, ours, _or_endless(why, endless)))
    if p.max() == 1:
        label = int(p.argmax())
        loss = float(functional.cross_entropy(from_numpy(logits[None]), tensor([label])))
        why = message("Where one class is certain, its number is enough; torch counts classes from 0.")
        expects = message("logits, class")
        rows.append(_row(f"cross_entropy(z, {label})", expects, loss, ours, _or_endless(why, endless)))
    twice = float(functional.cross_entropy(predicted, true))
    why = message("Softmax is done a second time: all classes become nearly equal, and little is learned.")
    rows.append(_mistake("cross_entropy(q, p)", twice, ours, why))
    columns = ("torch.nn.functional", message("expects"), message("gives, in nats"))
    note = message("z are logits, q probabilities. Give q where z belongs, and a number comes out, and no error.")
    return Table("torch", columns, tuple(rows), note)


def _binary_rows(p: Array, q: Array, ours: float) -> list[Row]:
    from torch import from_numpy
    from torch.nn import functional

    true, predicted = from_numpy(p[:1]), from_numpy(q[:1])
    with np.errstate(divide="ignore"):
        logit = np.log(q[:1]) - np.log(q[1:])
    loss = float(functional.binary_cross_entropy(predicted, true))
    why: Words = message("It takes probabilities, as they come out of a sigmoid.")
    if math.isinf(ours):
        why = message("torch lets no logarithm fall below −100, so this loss stays finite where it has no limit.")
    plain = _row("binary_cross_entropy(q, p)", message("probabilities"), loss, ours, why)
    loss = float(functional.binary_cross_entropy_with_logits(from_numpy(logit), true))
    why = _or_endless(
        message(
            "It takes one logit, ln (q / (1 − q)) = {logit}, and does the sigmoid itself.",
            logit=number(float(logit[0])),
        ),
        float(logit[0]),
    )
    name = "binary_cross_entropy_with_logits"
    logits = _row(f"{name}(z, p)", message("one logit"), loss, ours, why)
    loss = float(functional.binary_cross_entropy_with_logits(predicted, true))
    why = message("The sigmoid is done a second time: between 0.5 and 0.73, whatever q is.")
    return [plain, logits, _mistake(f"{name}(q, p)", loss, ours, why)]


def _or_endless(why: Message, logit: float) -> Words:
    if math.isfinite(logit):
        return why
    return message(
        "A probability of exactly 0 or 1 has an infinite logit. No softmax of finite logits ever gets there."
    )


def _row(call: str, expects: Message, found: float, ours: float, why: Words) -> Row:
    """Return a line; the difference of two infinities is none."""
    apart = 0.0 if found == ours else abs(found - ours)
    told = message("{why} Distance to ours: {apart}.", why=why, apart=number(apart))
    return Cell(call), Cell(expects, why), Cell(found, told, "good" if apart < 1e-6 else "bad")


def _mistake(call: str, found: float, ours: float, why: Words) -> Row:
    call_cell, _, result = _row(call, message("probabilities"), found, ours, why)
    return call_cell, Cell(message("logits, gets q"), why, "bad"), Cell(found, result.why, "bad")

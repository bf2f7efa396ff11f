"""Softmax: scores become shares of one, and what a computer makes of exp(1000)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.figures import Cell, Table, Words
from lab.core.params import ParamError, Params, integer, real, reals
from lab.core.text import message
from lab.topics.maths.probabilities import entropy, number, subscript
from lab.topics.maths.softmax.figures import bars, temperatures
from lab.topics.maths.softmax.ways import naive_softmax, softmax, stability

MOST = 25


@dataclass(frozen=True, kw_only=True)
class SoftmaxParams(Params):
    """Scores, and what is done to all of them."""

    logits: tuple[float, ...] = reals(
        (3.0, 2.0, 1.0, 0.0, -1.0),
        -1000.0,
        1000.0,
        length=(2, MOST),
        label="Logits z",
        help="The scores, one a class. Drag their bars, or type them.",
        group="Scores",
    )
    count: int = integer(
        0,
        0,
        MOST,
        label="Number of logits",
        help="0: as many as are typed. Else 2 to 25: zeros are added, or the last ones left out.",
        group="Scores",
        slider=True,
    )
    temperature: float = real(
        1.0,
        0.01,
        100.0,
        label="Temperature T",
        help="Divides all logits. Low: the largest takes all. High: all become equal.",
        group="Scores",
        scale="log",
        slider=True,
    )
    shift: float = real(
        0.0,
        -1000.0,
        1000.0,
        label="Shift c",
        help="Is added to all logits. In mathematics it changes nothing; on a computer it can.",
        group="Scores",
        slider=True,
    )

    def check(self) -> None:
        """Refuse a single logit: its share is 1, whatever it is."""
        if self.count == 1:
            raise ParamError(
                "count", "{field}: one logit alone always gets all; allowed is 0, or 2 to {most}", most=MOST
            )


def logits_of(params: SoftmaxParams) -> Array:
    """Return the logits (K,) that are meant, without the shift."""
    count = params.count or len(params.logits)
    kept = params.logits[:count]
    return np.array(kept + (0.0,) * (count - len(kept)))


class Softmax(ClosedForm[SoftmaxParams]):
    """Softmax of logits that can be dragged, beside what is often done instead."""

    id: ClassVar[str] = "maths.softmax"
    title: ClassVar[str] = "Softmax"
    params: ClassVar[type[Params]] = SoftmaxParams

    def show(self, params: SoftmaxParams) -> Iterator[Event]:
        """Yield the bars from z to σ, the shares over the temperature, the ways to compute them, and the numbers."""
        logits = logits_of(params)
        shifted = logits + params.shift
        scores = shifted / params.temperature
        shares = softmax(scores)
        yield bars(logits, shares, params.temperature, params.shift, len(params.logits) - len(logits))
        yield temperatures(params.temperature, shifted, shares)
        yield stability(scores, shares)
        naive = naive_softmax(scores)[1]
        yield Metrics(
            {
                "sum": float(shares.sum()),
                "largest": float(shares.max()),
                "smallest": float(shares.min()),
                "entropy": entropy(shares),
                "largest_naive": float(naive[int(scores.argmax())]),
                **{f"softmax_{place}": share for place, share in enumerate(shares.tolist(), 1)},
            }
        )

    def check(self, params: SoftmaxParams) -> Iterator[Event]:
        """Yield the same shares from torch."""
        import torch

        logits = logits_of(params)
        scores = (logits + params.shift) / params.temperature
        theirs = torch.softmax(torch.from_numpy(scores), dim=0).tolist()
        logarithms = torch.log_softmax(torch.from_numpy(scores), dim=0).tolist()
        rows = []
        for place, (ours, other, logarithm) in enumerate(
            zip(softmax(scores).tolist(), theirs, logarithms, strict=True)
        ):
            apart = abs(ours - other)
            why: Words = f"torch.log_softmax; exp({number(logarithm)}) = {number(math.exp(logarithm))}"
            if ours == 0:
                why = message("The share is 0 here, and its logarithm would be −∞; log_softmax never forms the share.")
            rows.append(
                (
                    Cell("z" + subscript(place)),
                    Cell(ours, message("exp(z − max) / Σ exp(z − max), by NumPy")),
                    Cell(other, "torch.softmax((z + c) / T, dim=0)"),
                    Cell(apart, message("its distance to ours"), "good" if apart < 1e-6 else "bad"),
                    Cell(logarithm, why),
                )
            )
        columns = (message("logit"), message("ours"), "torch.softmax", message("difference"), "log_softmax")
        yield Table("torch", columns, tuple(rows), message("In float64. torch subtracts the largest logit too."))


EXPERIMENT = Softmax

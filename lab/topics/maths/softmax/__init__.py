"""Softmax: scores become shares of one, and what a computer makes of exp(1000)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import Words
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, integer, real, reals
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.maths.probabilities import entropy, number, subscript
from lab.topics.maths.softmax.figures import bars, temperatures
from lab.topics.maths.softmax.ways import log_softmax, naive_softmax, softmax, stability

MOST = 25


@dataclass(frozen=True, kw_only=True)
class SoftmaxParams(Params):
    """Scores, and what is done to all of them."""

    logits: tuple[float, ...] = reals(
        (3.0, 2.0, 1.0, 0.0, -1.0), -1000.0, 1000.0, length=(2, MOST), label="Logits z",
        help="The scores, one a class. Drag their bars, or type them.", group="Scores",
    )  # fmt: skip
    count: int = integer(
        0, 0, MOST, label="Number of logits",
        help="0: as many as are typed. Else 2 to 25: zeros are added, or the last ones left out.", group="Scores",
        slider=True,
    )  # fmt: skip
    temperature: float = real(
        1.0, 0.01, 100.0, label="Temperature T",
        help="Divides all logits. Low: the largest takes all. High: all become equal.", group="Scores", scale="log",
        slider=True,
    )  # fmt: skip
    shift: float = real(
        0.0, -1000.0, 1000.0, label="Shift c",
        help="Is added to all logits. In mathematics it changes nothing; on a computer it can.", group="Scores",
        slider=True,
    )  # fmt: skip

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


def scores_of(params: SoftmaxParams) -> Array:
    """Return what exp is taken of (K,)."""
    scores: Array = (logits_of(params) + params.shift) / params.temperature
    return scores


class Softmax(NumbersPage[SoftmaxParams]):
    """Softmax of logits that can be dragged, beside what is often done instead."""

    id: ClassVar[str] = "maths.softmax"
    title: ClassVar[str] = "Softmax"
    params: ClassVar[type[Params]] = SoftmaxParams

    def figures(self, params: SoftmaxParams) -> Iterator[Event]:
        """Yield the bars from z to σ, the shares over the temperature, and the ways to compute them."""
        logits, scores = logits_of(params), scores_of(params)
        shares = softmax(scores)
        yield bars(logits, shares, params.temperature, params.shift, len(params.logits) - len(logits))
        yield temperatures(params.temperature, logits + params.shift, shares)
        yield stability(scores, shares)

    def numbers(self, params: SoftmaxParams) -> Sequence[Numbers]:
        """Return the shares, and what is known of all of them."""
        scores = scores_of(params)
        shares, logarithms = softmax(scores), log_softmax(scores)
        top = int(scores.argmax())
        naive = float(naive_softmax(scores)[1][top])
        formula = message("exp(z − max) / Σ exp(z − max), by NumPy")
        quantities = [
            Quantity("z" + subscript(place), share, formula, f"softmax_{place + 1}", f"shares[{place}].item()")
            for place, share in enumerate(shares.tolist())
        ]
        for place, logarithm in enumerate(logarithms.tolist()):
            why: Words = f"exp({number(logarithm)}) = {number(math.exp(logarithm))}"
            if shares[place] == 0:
                why = message("The share is 0 here, its logarithm would be −∞; log_softmax never forms the share.")
            label = message("log σ of {name}", name="z" + subscript(place))
            quantities.append(Quantity(label, logarithm, why, code=f"logarithms[{place}].item()"))
        quantities += [
            Quantity(message("sum"), float(shares.sum()), "", "sum", "shares.sum().item()"),
            Quantity(message("largest"), float(shares.max()), "", "largest", "shares.max().item()"),
            Quantity(message("smallest"), float(shares.min()), "", "smallest", "shares.min().item()"),
            Quantity(message("entropy"), entropy(shares), "", "entropy", "torch.special.entr(shares).sum().item()"),
            Quantity(message("largest, naive"), naive, "", "largest_naive", f"(z.exp() / z.exp().sum())[{top}].item()"),
        ]
        setup = (
            "import torch",
            "",
            f"logits = torch.tensor({logits_of(params).tolist()}, dtype=torch.float64)",
            f"z = (logits + {params.shift!r}) / {params.temperature!r}",
            "shares = torch.softmax(z, dim=0)",
            CodeLine("logarithms = torch.log_softmax(z, dim=0)", why=message("It never forms the share.")),
        )
        checked = message("In float64. torch subtracts the largest logit too.")
        return [Numbers([replace(each, listed=False) for each in quantities], setup=setup, checked=checked)]


EXPERIMENT = Softmax

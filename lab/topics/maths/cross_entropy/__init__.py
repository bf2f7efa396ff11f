"""Cross-entropy: the surprise of whoever expects q, while p happens."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Array, Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.figures import BarPanel, Bars, Cell, Table, Words
from lab.core.params import ParamError, Params, integer, reals
from lab.core.text import message
from lab.topics.maths.cross_entropy.loss_charts import binary_loss, loss_of_the_true_class
from lab.topics.maths.cross_entropy.torch_values import check_table
from lab.topics.maths.probabilities import (
    BASES,
    LOGARITHMS,
    MOST,
    base_choice,
    cross_entropy,
    distribution,
    divergence,
    entropy,
    in_bases,
    number,
    surprise,
    unit,
    units,
    weighted,
)


@dataclass(frozen=True, kw_only=True)
class CrossEntropyParams(Params):
    """What is true, what is predicted, and the unit."""

    p: tuple[float, ...] = reals(
        (1.0, 0.0),
        0.0,
        1.0,
        length=(1, MOST),
        label="True p",
        help="What really happens. One number p means p and 1 − p; more numbers have to sum to 1.",
        group="Distributions",
    )
    q: tuple[float, ...] = reals(
        (0.25, 0.75),
        0.0,
        1.0,
        length=(1, MOST),
        label="Predicted q",
        help="What the model expects, for as many classes. One number q means q and 1 − q.",
        group="Distributions",
    )
    outcomes: int = integer(
        0,
        0,
        MOST,
        label="Number of classes",
        help="0: as many as p and q have. More: the others begin at 0. Fewer: the last ones are taken together.",
        group="Distributions",
        slider=True,
    )
    base: str = base_choice("Distributions")

    def check(self) -> None:
        """Refuse what does not sum to 1, and two distributions over different classes."""
        p, q = both(self)
        if len(p) != len(q):
            raise ParamError(
                "q",
                "{field}: there are {predicted} probabilities, but the true distribution has {true}; "
                "both need as many, or a number of classes",
                predicted=len(q),
                true=len(p),
            )


def both(params: CrossEntropyParams) -> tuple[Array, Array]:
    """Return p and q, each (K,)."""
    return distribution("p", params.p, params.outcomes), distribution("q", params.q, params.outcomes)


class CrossEntropy(ClosedForm[CrossEntropyParams]):
    """−Σ p·log q, its distance to entropy, and the functions of torch that compute it."""

    id: ClassVar[str] = "maths.cross_entropy"
    title: ClassVar[str] = "Cross-entropy"
    params: ClassVar[type[Params]] = CrossEntropyParams

    def show(self, params: CrossEntropyParams) -> Iterator[Event]:
        """Yield both distributions as bars, the loss as a curve, and the numbers."""
        (p, q), base = both(params), params.base
        yield _bars(p, q, base)
        yield binary_loss(p, q, base) if len(p) == 2 else loss_of_the_true_class(p, q, base)
        yield _numbers(p, q, base)
        scale = math.log(BASES[base])
        yield Metrics(
            {
                "cross_entropy": cross_entropy(p, q) / scale,
                "entropy": entropy(p) / scale,
                "kl_divergence": divergence(p, q) / scale,
                "reversed_kl_divergence": divergence(q, p) / scale,
            }
        )

    def check(self, params: CrossEntropyParams) -> Iterator[Event]:
        """Yield what the losses of torch make of the same distributions."""
        yield check_table(*both(params))


def _bars(p: Array, q: Array, base: str) -> Bars:
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    surprises = surprise(q) / scale
    terms = weighted(p, surprises)
    whys: list[Words] = []
    shares: list[Words] = []
    for true, predicted, surprised, term in zip(
        p.tolist(), q.tolist(), surprises.tolist(), terms.tolist(), strict=True
    ):
        whys.append(
            f"−{log} {number(predicted)} = {number(surprised)}"
            if predicted
            else message("The model says: impossible. Should it happen, the surprise has no limit.")
        )
        shares.append(
            f"{number(true)} · {number(surprised)} = {number(term)}"
            if true
            else message("It never happens, so its surprise does not count.")
        )
    finite = [surprised for surprised in surprises.tolist() if math.isfinite(surprised)]
    longest = max(3.0 / scale, *finite)
    total = float(terms.sum())
    return Bars(
        "distributions",
        tuple(message("class {number}", number=place) for place in range(1, len(p) + 1)),
        (
            BarPanel(message("true p"), p, 0.0, 1.0, (), "p", 1.0, message("sum 1")),
            BarPanel(message("predicted q"), q, 0.0, 1.0, (), "q", 1.0, message("sum 1"), 1),
            BarPanel(
                message("surprise −{log} q", log=log),
                surprises,
                0.0,
                longest,
                tuple(whys),
                remark=message("of each outcome, in {unit}", unit=unit(base)),
                colour=4,
            ),
            BarPanel(
                message("its share −p·{log} q", log=log),
                terms,
                0.0,
                longest,
                tuple(shares),
                remark=message("sum = {total} {unit}", total=number(total, 5), unit=unit(base)),
                colour=2,
            ),
        ),
    )


def _numbers(p: Array, q: Array, base: str) -> Table:
    crossed, own = cross_entropy(p, q), entropy(p)
    impossible = [place for place in range(len(p)) if p[place] > 0 and q[place] == 0]
    endless = message(
        "Class {place} happens, and the model says that it cannot: −log 0 has no limit.",
        place=(impossible or [0])[0] + 1,
    )
    mean = message("the mean surprise of whoever expects q, while p happens")
    inherent = message("what is left when q = p: no model can do better")
    extra = message("H(p, q) − H(p): what it costs to expect q instead of p; 0 only when q = p")
    back = message("KL is no distance: with p and q exchanged it is another number.")
    never = message("q allows what never happens in p: with p and q exchanged, there is no limit.")
    reversed_ = divergence(q, p)
    rows = (
        (
            Cell(message("cross-entropy H(p, q) = −Σ p·log q")),
            *in_bases(crossed, base, endless if impossible else mean),
        ),
        (Cell(message("entropy H(p) = −Σ p·log p")), *in_bases(own, base, inherent)),
        (
            Cell(message("difference KL(p‖q) = Σ p·log (p / q)")),
            *in_bases(divergence(p, q), base, endless if impossible else extra),
        ),
        (
            Cell(message("the other way round, KL(q‖p)")),
            *in_bases(reversed_, base, back if math.isfinite(reversed_) else never),
        ),
    )
    note: Words = endless if impossible else ""
    return Table("numbers", (message("quantity"), *units()), rows, note)


EXPERIMENT = CrossEntropy

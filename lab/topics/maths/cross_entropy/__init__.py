"""Cross-entropy: the surprise of whoever expects q, while p happens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import BarPanel, Bars, Words
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, integer, reals
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.topics.maths.cross_entropy.loss_charts import binary_loss, loss_of_the_true_class
from lab.topics.maths.cross_entropy.losses import losses
from lab.topics.maths.probabilities import (
    BASES,
    LOGARITHMS,
    MOST,
    TORCH_USES_NATS,
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
        (1.0, 0.0), 0.0, 1.0, length=(1, MOST), label="True p",
        help="What really happens. One number p means p and 1 − p; more numbers have to sum to 1.",
        group="Distributions",
    )  # fmt: skip
    q: tuple[float, ...] = reals(
        (0.25, 0.75), 0.0, 1.0, length=(1, MOST), label="Predicted q",
        help="What the model expects, for as many classes. One number q means q and 1 − q.", group="Distributions",
    )  # fmt: skip
    outcomes: int = integer(
        0, 0, MOST, label="Number of classes",
        help="0: as many as p and q have. More: the others begin at 0. Fewer: the last ones are taken together.",
        group="Distributions", slider=True,
    )  # fmt: skip
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


class CrossEntropy(NumbersPage[CrossEntropyParams]):
    """−Σ p·log q, its distance to entropy, and the functions of torch that compute it."""

    id: ClassVar[str] = "maths.cross_entropy"
    title: ClassVar[str] = "Cross-entropy"
    params: ClassVar[type[Params]] = CrossEntropyParams

    def figures(self, params: CrossEntropyParams) -> Iterator[Event]:
        """Yield both distributions as bars, and the loss as a curve."""
        (p, q), base = both(params), params.base
        yield _bars(p, q, base)
        yield binary_loss(p, q, base) if len(p) == 2 else loss_of_the_true_class(p, q, base)

    def numbers(self, params: CrossEntropyParams) -> Sequence[Numbers]:
        """Return cross-entropy and entropy, and what the losses of torch make of the same distributions."""
        return _numbers(*both(params), params.base), losses(*both(params))


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


def _numbers(p: Array, q: Array, base: str) -> Numbers:
    scale = math.log(BASES[base])
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
    crossed, reversed_ = cross_entropy(p, q), divergence(q, p)

    def told(label: Message, nats: float, why: Words, name: str, code: str, *others: str) -> Quantity:
        return Quantity(label, nats / scale, why, name, f"{code} / scale", others, cells=in_bases(nats, base, why))

    quantities = (
        told(
            message("cross-entropy H(p, q) = −Σ p·log q"), crossed, endless if impossible else mean,
            "cross_entropy", "-xlogy(p, q).sum().item()",
        ),
        told(
            message("entropy H(p) = −Σ p·log p"), entropy(p), inherent, "entropy", "-xlogy(p, p).sum().item()",
            "stats.entropy(p) / scale",
        ),
        told(
            message("difference KL(p‖q) = Σ p·log (p / q)"), divergence(p, q), endless if impossible else extra,
            "kl_divergence", "(xlogy(p, p) - xlogy(p, q)).sum().item()", "stats.entropy(p, q) / scale",
        ),
        told(
            message("the other way round, KL(q‖p)"), reversed_, back if math.isfinite(reversed_) else never,
            "reversed_kl_divergence", "(xlogy(q, q) - xlogy(q, p)).sum().item()", "stats.entropy(q, p) / scale",
        ),
    )  # fmt: skip
    setup = (
        "import math",
        "",
        "import torch",
        "from torch.special import xlogy",
        "",
        f"p = torch.tensor({p.tolist()}, dtype=torch.float64)",
        f"q = torch.tensor({q.tolist()}, dtype=torch.float64)",
        CodeLine(f"scale = math.log({'math.e' if base == 'e' else base})", why=TORCH_USES_NATS),
    )
    columns = message("quantity"), *units()
    return Numbers(quantities, "numbers", columns, endless if impossible else "", setup, ("from scipy import stats",))


EXPERIMENT = CrossEntropy

"""Entropy: how much one does not know, as long as one knows the probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import Axis, BarPanel, Bars, Cell, Chart, Line, Mark, Words
from lab.core.numbers import NumbersPage
from lab.core.params import Params, integer, reals
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.maths.probabilities import (
    BASES,
    LOGARITHMS,
    MOST,
    TORCH_USES_NATS,
    base_choice,
    distribution,
    entropy,
    in_bases,
    names,
    number,
    surprise,
    unit,
    units,
    weighted,
)

# Closer together at both ends, where the curve is steep.
_SHARES = np.sin(np.linspace(0.0, math.pi / 2, 161)) ** 2


@dataclass(frozen=True, kw_only=True)
class EntropyParams(Params):
    """A distribution, and the unit to measure it in."""

    p: tuple[float, ...] = reals(
        (0.25,), 0.0, 1.0, length=(1, MOST), label="Probabilities p",
        help="One number p means two outcomes, p and 1 − p. More numbers are a distribution, and have to sum to 1.",
        group="Distribution",
    )  # fmt: skip
    outcomes: int = integer(
        0, 0, MOST, label="Number of outcomes",
        help="0: as many as p has. More: the others begin as impossible. Fewer: the last ones are taken together.",
        group="Distribution", slider=True,
    )  # fmt: skip
    base: str = base_choice("Distribution")

    def check(self) -> None:
        """Refuse what does not sum to 1."""
        distribution("p", self.p, self.outcomes)


class Entropy(NumbersPage[EntropyParams]):
    """−Σ p·log p, and what each outcome gives to it."""

    id: ClassVar[str] = "maths.entropy"
    title: ClassVar[str] = "Entropy"
    params: ClassVar[type[Params]] = EntropyParams

    def figures(self, params: EntropyParams) -> Iterator[Event]:
        """Yield the distribution as bars, and the curve around it."""
        p, base = distribution("p", params.p, params.outcomes), params.base
        yield _bars(p, base)
        yield _binary(p, base) if len(p) == 2 else _towards_uniform(p, base)

    def numbers(self, params: EntropyParams) -> Sequence[Numbers]:
        """Return the entropy and what it is compared with, in each base."""
        return [_numbers(distribution("p", params.p, params.outcomes), params.base)]


def _bars(p: Array, base: str) -> Bars:
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    surprises = surprise(p) / scale
    terms = weighted(p, surprises)
    total = float(terms.sum())
    impossible = message("It never happens: its surprise has no limit, but its share of the mean is 0.")
    whys: list[Words] = []
    shares: list[Words] = []
    for probability, surprised, term in zip(p.tolist(), surprises.tolist(), terms.tolist(), strict=True):
        whys.append(f"−{log} {number(probability)} = {number(surprised)}" if probability else impossible)
        shares.append(f"{number(probability)} · {number(surprised)} = {number(term)}" if probability else impossible)
    finite = surprises[np.isfinite(surprises)]
    return Bars(
        "distribution",
        names("p", len(p)),
        (
            BarPanel(message("probability p"), p, 0.0, 1.0, (), "p", 1.0, message("sum 1")),
            BarPanel(
                message("surprise −{log} p", log=log),
                surprises,
                0.0,
                max(3.0 / scale, float(finite.max())),
                tuple(whys),
                remark=message("of each outcome, in {unit}", unit=unit(base)),
                colour=4,
            ),
            BarPanel(
                message("its share −p·{log} p", log=log),
                terms,
                0.0,
                0.4 / scale,
                tuple(shares),
                remark=message("sum = entropy = {total} {unit}", total=f"{total:.4f}", unit=unit(base)),
                colour=2,
            ),
        ),
    )


def _binary(p: Array, base: str) -> Chart:
    """Draw entropy over the probability of the first of two outcomes."""
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    first, second = (weighted(x, surprise(x)) / scale for x in (_SHARES, 1 - _SHARES))
    terms = weighted(p, surprise(p)) / scale
    at = p[:1]
    return Chart(
        "curve",
        (
            Line(message("entropy"), _SHARES, first + second),
            Line(message("−p·{log} p alone: a common mistake", log=log), _SHARES, first, "dashes", 1),
            Line(f"−(1 − p)·{log} (1 − p)", _SHARES, second, "thin", -1),
            Line("", at, terms[:1], "points", 1),
            Line("", at, terms[:1] + terms[1:], "ball"),
        ),
        Axis("p", low=0.0, high=1.0),
        Axis(message("entropy"), unit(base), low=0.0, high=1.12 * math.log(2) / scale),
        (Mark("y", math.log(2) / scale, message("largest, at p = ½: {log} 2", log=log)),),
        picks="p",
    )


def _towards_uniform(p: Array, base: str) -> Chart:
    """Draw entropy while the distribution is mixed with the uniform one."""
    scale, most = math.log(BASES[base]), math.log(len(p))
    mixed = (1 - _SHARES[:, None]) * p + _SHARES[:, None] / len(p)
    heights = weighted(mixed, surprise(mixed)).sum(axis=1) / scale
    return Chart(
        "curve",
        (
            Line(message("entropy, mixed with the uniform distribution"), _SHARES, heights),
            Line(message("this distribution"), _SHARES[:1], heights[:1], "ball"),
        ),
        Axis(message("share of the uniform distribution"), low=0.0, high=1.0),
        Axis(message("entropy"), unit(base), low=0.0, high=1.12 * max(most, 0.1) / scale),
        (Mark("y", most / scale, message("uniform: {log} {count}", log=LOGARITHMS[base], count=len(p))),),
    )


def _numbers(p: Array, base: str) -> Numbers:
    nats, most, scale = entropy(p), math.log(len(p)), math.log(BASES[base])
    term = float(weighted(p, surprise(p))[0])
    share = nats / most if most else 1.0
    mean = message("the mean surprise: each outcome as often as it happens")
    half = message("−p·log p of the first outcome only. The other outcomes happen too: the sum goes over all of them.")
    uniform = message(
        "{count} outcomes, all as likely: nobody could know less. {log} {count} is the limit.",
        log=LOGARITHMS[base],
        count=len(p),
    )
    of_largest = message("entropy divided by the largest possible, so the base does not matter")
    powers = (f"{name}^{number(nats / math.log(value))} = {number(math.exp(nats))}" for name, value in BASES.items())
    quantities = (
        Quantity(
            message("entropy −Σ p·log p"), nats / scale, mean, "entropy", "terms.sum().item()", _entropies(p, base),
            cells=in_bases(nats, base, mean),
        ),
        Quantity(
            message("largest possible"), most / scale, uniform, "largest_entropy", "math.log(len(p)) / scale",
            cells=in_bases(most, base, uniform),
        ),
        Quantity(
            message("first term alone"), term / scale, half, "first_term_alone", "terms[0].item()",
            cells=in_bases(term, base, half, bad=True),
        ),
        Quantity(
            message("share of the largest"), share, of_largest, "share_of_largest",
            "terms.sum().item() * scale / math.log(len(p))" if most else "1.0",
            cells=(Cell(share if most else None, of_largest),) * len(BASES),
        ),
        Quantity(
            message("perplexity"), math.exp(nats), "", "perplexity", "math.exp(terms.sum().item() * scale)",
            cells=tuple(Cell(math.exp(nats), power) for power in powers),
            about=message("as uncertain as among so many equally likely outcomes"),
        ),
    )  # fmt: skip
    return Numbers(
        quantities,
        columns=(message("quantity"), *units()),
        setup=(
            "import math",
            "",
            "import torch",
            "",
            f"p = torch.tensor({p.tolist()}, dtype=torch.float64)",
            CodeLine(f"scale = math.log({'math.e' if base == 'e' else base})", why=TORCH_USES_NATS),
            CodeLine("terms = torch.special.entr(p) / scale", why=message("−p·ln p, and 0 where p is 0")),
        ),
        aside=("from scipy import stats", "from torch import distributions", "from torch.nn import functional as F"),
        checked=message("In {unit}. {nats}", unit=unit(base), nats=TORCH_USES_NATS),
    )


def _entropies(p: Array, base: str) -> tuple[str, ...]:
    """Return further ways to compute the entropy."""
    divided = "" if base == "e" else " / scale"
    binary = (f"F.binary_cross_entropy(p[:1], p[:1]){divided}",) if len(p) == 2 else ()
    scipy = "stats.entropy(p)" if base == "e" else f"stats.entropy(p, base={base})"
    return scipy, f"distributions.Categorical(probs=p).entropy(){divided}", *binary


EXPERIMENT = Entropy

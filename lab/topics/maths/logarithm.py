"""The logarithm: it undoes exp, makes sums of products, and punishes small probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Event
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.numbers import NumbersPage
from lab.core.params import Params, integer, real
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.topics.maths.probabilities import BASES, LOGARITHMS, TORCH_USES_NATS, base_choice, number, unit

_LOW, _HIGH = -4.0, 6.0
_ACROSS = np.linspace(_LOW, _HIGH, 201)
_POSITIVE = np.concatenate([np.logspace(-6, -1, 60), np.linspace(0.1, _HIGH, 140)[1:]])
_LEAST = 1e-4
_PROBABILITIES = np.concatenate([np.logspace(-4, -1, 90), np.linspace(0.1, 1.0, 90)[1:]])


@dataclass(frozen=True, kw_only=True)
class LogarithmParams(Params):
    """A number, a probability, and the base."""

    p: float = real(
        0.1, _LEAST, 1.0, label="Probability p",
        help="The probability that a model gave to what happened. −log p is what it pays for it.", group="Probability",
        scale="log", slider=True,
    )  # fmt: skip
    count: int = integer(
        1000, 1, 100_000, label="Number of factors",
        help="So many times p is multiplied with itself: the likelihood of so many examples.", group="Probability",
        scale="log", slider=True,
    )  # fmt: skip
    x: float = real(
        2.0, _LOW, _HIGH, label="Number x", help="What the logarithm is taken of, and what is taken as an exponent.",
        group="Function", slider=True,
    )  # fmt: skip
    base: str = base_choice("Function")


class Logarithm(NumbersPage[LogarithmParams]):
    """log and exp as mirror images, −log p against 1 − p, and a product that a computer cannot hold."""

    id: ClassVar[str] = "maths.logarithm"
    title: ClassVar[str] = "The logarithm"
    params: ClassVar[type[Params]] = LogarithmParams

    def figures(self, params: LogarithmParams) -> Iterator[Event]:
        """Yield both charts, and the products."""
        yield _punishment(params.p, params.base)
        yield _inverse(params.x, params.base)
        yield _products(params)

    def numbers(self, params: LogarithmParams) -> Sequence[Numbers]:
        """Return logarithms, powers, penalties and the product."""
        return [_numbers(params)]


def product(p: float, count: int) -> float:
    """Return p multiplied with itself `count` times, as float64 holds it: 0 where it underflows."""
    return p**count


def _punishment(p: float, base: str) -> Chart:
    """Draw −log p and 1 − p over p, with the tangent where p is."""
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    penalty, slope = 0.0 - math.log(p) / scale, -1 / (p * scale)
    # From the axis at p = 0 to where it meets the axis of p, or the end.
    end = min(p - penalty / slope, 1.0)
    tangent = np.array([0.0, end])
    at = np.array([p])
    return Chart(
        "punishment",
        (
            Line(f"−{log} p", _PROBABILITIES, 0.0 - np.log(_PROBABILITIES) / scale),
            Line(message("1 − p: a straight penalty"), _PROBABILITIES, 1 - _PROBABILITIES, "line", 1),
            Line(
                message("tangent, slope {slope}", slope=number(slope, 4)),
                tangent,
                penalty + slope * (tangent - p),
                "dashes",
                -1,
            ),
            Line("", at, 1 - at, "points", 1),
            Line("", at, np.array([penalty]), "ball"),
        ),
        Axis(message("probability p of what happened"), low=_LEAST, high=1.0),
        Axis(message("penalty"), unit(base), low=0.0, high=max(5.0, -1.1 * math.log(p)) / scale),
        picks="p",
    )


def _inverse(x: float, base: str) -> Chart:
    """Draw exp and log, which are mirror images."""
    log, scale = LOGARITHMS[base], math.log(BASES[base])
    power = np.exp(_ACROSS * scale)
    lines = [
        Line("exp(x)" if base == "e" else f"{base}ˣ", _ACROSS, np.where(power < 4 * _HIGH, power, np.nan)),
        Line(f"{log} x", _POSITIVE, np.log(_POSITIVE) / scale, "line", 1),
        Line("y = x", _ACROSS[[0, -1]], _ACROSS[[0, -1]], "dashes", -1),
    ]
    marks: tuple[Mark, ...] = ()
    if x > 0:
        both = np.array([x, math.log(x) / scale])
        lines += [
            Line("", both, both[::-1], "thin", -1),
            Line("", both[1:], both[:1], "points"),
            Line("", both[:1], both[1:], "ball", 1),
        ]
    else:
        marks = (Mark("x", x, message("no logarithm: no power is {x}", x=number(x))),)
    return Chart(
        "inverse", tuple(lines), Axis("x", low=_LOW, high=_HIGH), Axis("y", low=_LOW, high=_HIGH), marks, picks="x"
    )


def _numbers(params: LogarithmParams) -> Numbers:
    log, scale, p, x = LOGARITHMS[params.base], math.log(BASES[params.base]), params.p, params.x
    name = "exp" if params.base == "e" else f"{params.base}^"
    logarithm = math.log(p) / scale
    slope = message(
        "At p = {p}, a change of p changes the penalty {times} times as much.",
        p=number(p),
        times=number(1 / (p * scale)),
    )
    straight = message("Being sure and wrong costs 1 at most, and the slope is −1 everywhere: no reason to hurry.")
    none = message("Every power of a positive base is positive, so {x} has no logarithm.", x=number(x))
    paid = message("the penalty for p, in {unit}", unit=unit(params.base))
    end = message("Near the smallest number there is, only some of the digits are kept.")
    factors, held = message("product of {count} factors", count=params.count), product(p, params.count)
    lost: Words = "" if held else message("The product is smaller than the smallest number there is, and becomes 0.")
    quantities = (
        Quantity(f"{log} p", logarithm, f"{log} {number(p)}", "log_p", "(torch.log(p) / scale).item()"),
        Quantity(f"−{log} p", 0.0 - logarithm, paid, "minus_log_p", "penalty.item()", mark="strong"),
        Quantity(
            f"{name}({log} p)", math.exp(logarithm * scale), message("exp undoes log: p again"),
            code="torch.exp(torch.log(p))",
        ),
        Quantity(
            message("slope of the penalty"), -1 / (p * scale), slope, "slope",
            "torch.autograd.grad(penalty, p)[0].item()",
        ),
        Quantity(message("straight penalty 1 − p"), 1 - p, straight, "linear_penalty", "1 - p.item()"),
        Quantity(
            f"{log} x", math.log(x) / scale if x > 0 else None, "" if x > 0 else none, "log_x",
            "" if x <= 0 else "(torch.log(x) / scale).item()",
            cells=() if x > 0 else (Cell(message("there is none"), none, "muted"),),
        ),
        Quantity(f"{name}(x)", math.exp(x * scale), "", "exp_x", "torch.exp(x * scale).item()"),
        Quantity(
            message("sum of {log} p", log=log), params.count * logarithm, "", "sum_of_logs",
            "(torch.log(many).sum() / scale).item()", listed=False,
        ),
        Quantity(
            factors, held, lost, "product", "many.prod().item()", listed=False, tolerance=Tolerance(1e-4, 0.0, end),
        ),
        Quantity(
            message("{what}, in float32", what=factors), held, lost or end, code="many.float().prod()", listed=False,
            mark="" if held > np.finfo(np.float32).tiny else "bad", tolerance=Tolerance(1e-4, 0.0, end),
        ),
    )  # fmt: skip
    setup = (
        "import math",
        "",
        "import torch",
        "",
        f"p = torch.tensor({p!r}, dtype=torch.float64, requires_grad=True)",
        f"x = torch.tensor({x!r}, dtype=torch.float64)",
        CodeLine(f"scale = math.log({'math.e' if params.base == 'e' else params.base})", why=TORCH_USES_NATS),
        "penalty = -torch.log(p) / scale",
        f"many = torch.full(({params.count},), {p!r}, dtype=torch.float64)",
    )
    return Numbers(quantities, setup=setup)


def _products(params: LogarithmParams) -> Table:
    """Compare products of p with sums of its logarithm."""
    log, scale = LOGARITHMS[params.base], math.log(BASES[params.base])
    logarithm = math.log(params.p) / scale
    rows = []
    for count in sorted({1, 10, 100, params.count}):
        rows.append(
            (
                Cell(count, "", "strong" if count == params.count else ""),
                _held(params.p, count, product(params.p, count), "float64", "4.9e−324"),
                _held(params.p, count, float(np.float32(product(params.p, count))), "float32", "1.4e−45"),
                Cell(
                    count * logarithm, f"{count} · {log} {number(params.p)}", "strong" if count == params.count else ""
                ),
            )
        )
    columns: tuple[Words, ...] = (message("factors p"), "float64", "float32", message("sum of {log} p", log=log))
    note = message(
        "The logarithm of a product is the sum of the logarithms: no information is lost, and nothing underflows."
    )
    return Table("products", columns, tuple(rows), note)


def _held(p: float, count: int, found: float, precision: str, smallest: str) -> Cell:
    """Return p multiplied with itself as a kind of number holds it."""
    why: Words = f"{number(p)}^{count}"
    if found == 0:
        why = message(
            "It is 10^{exponent}; the smallest number of {precision} is {smallest}, so 0 is left.",
            exponent=number(count * math.log10(p), 5),
            precision=precision,
            smallest=smallest,
        )
    return Cell(found, why, "bad" if found == 0 else "")


EXPERIMENT = Logarithm

"""The shortest network with a plateau and a cliff: a chain of layers of one unit each, all with the same weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Axis, Chart, Line, Mark, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths.descent import Floats
from lab.topics.gradient_descent.vanishing.deep_network import clip_factor

LARGEST: Final = 1.5
"""The chain is shown for weights from 0 to this."""
HEIGHT: Final = 3.0
"""The chart is at least so high."""
_X: Final[Floats] = np.linspace(0.0, LARGEST, 376)
_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True)
class Chain:
    """The loss f(x) = (x^depth − 1)² of a chain that gets 1 and should give 1, at one place; and a step from there.

    `clip` is the largest gradient that is used, 0 for no limit.
    """

    depth: int
    x: float
    rate: float
    clip: float

    def loss(self, x: Floats) -> Floats:
        """Return f at places (N,)."""
        return np.square(x**self.depth - 1)

    @property
    def error(self) -> float:
        """How far the output is above 1."""
        return float(self.x**self.depth - 1)

    @property
    def product(self) -> float:
        """The product of the derivatives of all layers but one, x · x · … · x."""
        return float(self.x ** (self.depth - 1))

    @property
    def slope(self) -> float:
        """f′(x): each of the layers contributes 2 (x^depth − 1) times the product of the derivatives of the others."""
        return 2 * self.error * self.depth * self.product

    @property
    def clipped(self) -> float:
        """The derivative that is used."""
        return self.slope * clip_factor(abs(self.slope), self.clip)

    @property
    def next(self) -> float:
        """Where a step with the whole gradient leads."""
        return self.x - self.rate * self.slope

    @property
    def next_clipped(self) -> float:
        """Where a step with the clipped gradient leads."""
        return self.x - self.rate * self.clipped


def curve(chain: Chain) -> Chart:
    """Return the curve with the ball, and both steps as far as they lead across the chart."""
    x = np.array([chain.x])
    height = chain.loss(x)
    name = f"f(x) = (x{_power(chain.depth)} − 1)²"
    lines = [
        Line(name, _X, chain.loss(_X), "line", 0),
        _step(message("next step: to {x}", x=_short(chain.next)), chain, chain.next, "line + points", 3),
    ]
    if chain.clip:
        clipped = message("clipped: to {x}", x=_short(chain.next_clipped))
        lines.append(_step(clipped, chain, chain.next_clipped, "dashes", 2))
        # Where the ball is when it has come down.
        there = np.array([chain.next_clipped])
        lines.append(Line(clipped, there, chain.loss(there), "points", 2))
    lines.append(Line(name, x, height, "ball", 1))
    return Chart(
        "curve",
        tuple(lines),
        Axis(message("the weight x of every layer"), low=0.0, high=LARGEST),
        Axis(message("loss f(x)"), low=0.0, high=max(HEIGHT, 1.1 * float(height[0]))),
        (Mark("x", 1.0, message("minimum")),),
        picks="x",
    )


def chain_numbers(chain: Chain) -> Numbers:
    """Return the derivative as the product that it is, and what becomes of it."""
    depth, x, rate = chain.depth, _short(chain.x), f"{chain.rate:g}"
    of_others = message("The product of the derivatives of {count} layers: {x} · {x} · …", count=depth - 1, x=x)
    slope = f"2 · ({x}{_power(depth)} − 1) · {depth} · {x}{_power(depth - 1)}"
    result, moved = "next_x", f"(x - {chain.rate!r} * x.grad).item()"
    clipped: tuple[Quantity, ...] = ()
    if chain.clip:
        limit = message("At most {clip} remains of it, with its sign.", clip=f"{chain.clip:g}")
        clipping = (f"torch.nn.utils.clip_grad_norm_([x], {chain.clip!r})",)
        there, step = chain.next_clipped, f"{x} − {rate} · ({_short(chain.clipped)})"
        clipped = (
            Quantity(message("f′(x), clipped"), chain.clipped, limit, "clipped_slope", "x.grad.item()", lines=clipping),
            Quantity(message("next x, clipped"), there, step, result, moved, mark=_mark(there)),
        )
    quantities = (
        Quantity("x", chain.x, message("the weight of every layer; drag the ball")),
        Quantity("f(x)", float(chain.loss(np.array(chain.x))), f"({x}{_power(depth)} − 1)²", code="f.item()"),
        Quantity(f"x{_power(depth - 1)}", chain.product, of_others, code=f"(x ** {depth - 1}).item()", mark="strong"),
        Quantity("f′(x)", chain.slope, slope, "slope", "x.grad.item()", mark="strong"),
        Quantity(
            "x − η · f′(x)",
            chain.next,
            f"{x} − {rate} · ({_short(chain.slope)})",
            "" if chain.clip else result,
            moved,
            mark=_mark(chain.next),
        ),
        *clipped,
    )
    note = message(
        "The chain multiplies its input 1 by x in each of its {depth} layers, and should give 1.", depth=depth
    )
    setup = (
        "",
        CodeLine(
            f"x = torch.tensor({chain.x!r}, dtype=torch.float64, requires_grad=True)",
            why=message("the weight of every layer of the chain"),
        ),
        f"f = (x ** {depth} - 1) ** 2",
        "f.backward()",
    )
    return Numbers(quantities, "step", (message("on the curve"), message("value")), note, setup)


def _mark(there: float) -> Literal["", "bad"]:
    return "" if 0 <= there <= LARGEST else "bad"


def _step(label: Words, chain: Chain, there: float, style: Literal["line + points", "dashes"], colour: int) -> Line:
    """Return a step, at the height from which it is made: where it leads may be out of sight."""
    height = float(chain.loss(np.array(chain.x)))
    return Line(label, np.array([chain.x, there]), np.full(2, height), style, colour)


def _power(exponent: int) -> str:
    """Write an exponent; 1 is not written."""
    return "" if exponent == 1 else "".join(_DIGITS[int(digit)] for digit in str(exponent))


def _short(value: float) -> str:
    return f"{value:.5g}".replace("-", "−")

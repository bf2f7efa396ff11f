"""Momentum number by number, and what its name means in which library."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.metaparameters import rate_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, integer, real
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.topics.metaparameters.gradients import gradients_field, over_steps

COURSE = (0.0, 0.5, 0.9, 0.95, 0.999)
"""The values that the course compares."""


@dataclass(frozen=True, kw_only=True)
class MomentumParams(Params):
    """Gradients, rate and momentum; the course's rate and the usual momentum."""

    essentials: ClassVar[tuple[str, ...]] = ("gradients", "momentum", "learning_rate", "falls_after")

    gradients: tuple[float, ...] = gradients_field((1.0,) * 20)
    momentum: float = real(
        0.9, 0.0, 0.999, slider=True, label="Momentum μ", group="Rule",
        help="The share of the last step that is kept in the next one.",
    )  # fmt: skip
    learning_rate: float = rate_field(0.01, group="Rule")
    falls_after: int = integer(
        0, 0, 60, slider=True, label="Rate falls after step", group="Rule",
        help="From the next step on the rate is a tenth; 0 for never. Only then do PyTorch and Keras differ.",
    )  # fmt: skip
    shown_step: int = integer(
        2, 1, 60, slider=True, label="Shown step", group="Gradients",
        help="Which step is worked out number by number; at most the last.",
    )  # fmt: skip

    def rates(self) -> list[float]:
        """Return the rate of each step."""
        late = self.learning_rate / 10
        return [late if 0 < self.falls_after <= place else self.learning_rate for place in range(len(self.gradients))]


Rule = Callable[[float, float, float, float, int], tuple[float, float]]
"""From velocity, gradient, rate, momentum and step (from 0) to the new velocity and the movement."""
RULES: dict[str, tuple[Message, str, Rule]] = {
    "pytorch": (
        message("PyTorch"), "v ← μv + g, w ← w − ηv",
        lambda v, g, rate, mu, _step: (mu * v + g, -rate * (mu * v + g)),
    ),
    "keras": (
        message("Keras"), "v ← μv − ηg, w ← w + v",
        lambda v, g, rate, mu, _step: (mu * v - rate * g, mu * v - rate * g),
    ),
    "nesterov": (
        message("Nesterov"), "v ← μv + g, w ← w − η(g + μv)",
        lambda v, g, rate, mu, _step: (mu * v + g, -rate * (g + mu * (mu * v + g))),
    ),
    "dampened": (
        message("dampened"), "v ← μv + (1 − μ)g, w ← w − ηv",
        # Torch takes the first gradient whole.
        lambda v, g, rate, mu, step: (
            (g, -rate * g) if step == 0 else (mu * v + (1 - mu) * g, -rate * (mu * v + (1 - mu) * g))
        ),
    ),
}  # fmt: skip
"""Each convention: its name, its rule as it is written, and its rule."""


@dataclass(frozen=True)
class Way:
    """What a convention makes of the gradients: velocities and movements (steps,), weights (steps + 1,) from 0."""

    velocities: Array
    movements: Array
    weights: Array


def way(params: MomentumParams, name: str) -> Way:
    """Return the way of one of RULES."""
    v, velocities, movements = 0.0, list[float](), list[float]()
    for step, (g, rate) in enumerate(zip(params.gradients, params.rates(), strict=True)):
        v, moved = RULES[name][2](v, g, rate, params.momentum, step)
        velocities.append(v)
        movements.append(moved)
    return Way(np.array(velocities), np.array(movements), np.cumsum([0.0, *movements]))


class Momentum(NumbersPage[MomentumParams]):
    """Give gradients to four rules that are all called momentum."""

    id: ClassVar[str] = "metaparameters.momentum"
    title: ClassVar[str] = "Momentum, number by number"
    params: ClassVar[type[Params]] = MomentumParams

    def figures(self, params: MomentumParams) -> Iterator[Event]:
        """Show steps and weights of all conventions, and what momentum does to the rate."""
        ways = {name: way(params, name) for name in RULES}
        shown = min(params.shown_step, len(params.gradients))
        named = [(RULES[name][0], ways[name]) for name in RULES]
        steps = (*((label, -one.movements) for label, one in named), (message("plain SGD"), _plain(params)))
        rings = tuple(place for place, name in enumerate(RULES) if name in ("keras", "dampened"))
        yield over_steps("steps", steps, message("how far down a step goes"), shown, rings=rings)
        weights = tuple((label, one.weights) for label, one in named)
        yield over_steps("weight", weights, message("weight w"), shown, 0, rings)
        yield _effective(params)
        yield _course(params)
        yield _conventions(params, ways)

    def numbers(self, params: MomentumParams) -> Sequence[Numbers]:
        """Return a step worked out, the effective rate, and where each convention leads to."""
        p, at = params, min(params.shown_step, len(params.gradients)) - 1
        one, rate = way(params, "pytorch"), params.rates()[at]
        before, v, g = float(one.velocities[at - 1]) if at else 0.0, float(one.velocities[at]), p.gradients[at]
        half = math.log(0.5) / math.log(p.momentum) if p.momentum else 0.0
        effective = p.learning_rate / (1 - p.momentum)
        quantities = (
            Quantity(message("velocity v"), v, f"{p.momentum:g}·{before:.4g} + {g:g}", "velocity", f"velocities[{at}]"),
            Quantity(message("step"), float(one.movements[at]), f"−{rate:g}·{v:.4g}", "step",
                     f'ways["pytorch"][{at + 1}] - ways["pytorch"][{at}]', mark="strong"),
            Quantity(message("effective rate"), effective,
                     message("η / (1 − μ) = {rate} / {rest}: what steps come to while the gradient stays the same",
                             rate=f"{p.learning_rate:g}", rest=f"{1 - p.momentum:.4g}"),
                     "effective_rate", f"{p.learning_rate!r} / (1 - {p.momentum!r})",
                     (f"sum({p.learning_rate!r} * {p.momentum!r} ** k for k in range(40_000))",)),
            Quantity(message("steps until half of a gradient is forgotten"), half,
                     "ln ½ / ln μ", "half_life",
                     f"math.log(0.5) / math.log({p.momentum!r})" if p.momentum else "0.0"),
            *(
                Quantity(message("weight in the end: {way}", way=RULES[name][0]), float(way(params, name).weights[-1]),
                         RULES[name][1], f"end_{name}", f'ways["{name}"][-1]')
                for name in RULES
            ),
            *(
                Quantity(message("all weights: {way}", way=RULES[name][0]), way(params, name).weights,
                         code=f'torch.tensor(ways["{name}"], dtype=torch.float64)', listed=False)
                for name in RULES
            ),
        )  # fmt: skip
        note = message("Step {step} of {count}, as PyTorch does it.", step=at + 1, count=len(p.gradients))
        checked = message("torch.optim.SGD with momentum, nesterov and dampening; Keras' rule written out.")
        return [Numbers(quantities, note=note, setup=_program(params), checked=checked)]


def _plain(params: MomentumParams) -> Array:
    return np.asarray(np.array(params.rates()) * np.array(params.gradients))


def _effective(params: MomentumParams) -> Chart:
    """Return the effective rate over the momentum, with the course's values."""
    x = np.linspace(0.0, 0.999, 400)
    course = np.array(COURSE)
    lines = (
        Line("η / (1 − μ)", x, params.learning_rate / (1 - x), "line", 0),
        Line(message("the course's values"), course, params.learning_rate / (1 - course), "points", 1),
        Line(
            message("here"),
            np.array([params.momentum]),
            np.array([params.learning_rate / (1 - params.momentum)]),
            "ball",
            2,
        ),
    )
    marks = (Mark("y", params.learning_rate, message("η alone")),)
    return Chart(
        "effective", lines, Axis(message("momentum μ")), Axis(message("effective rate"), log=True), marks, "momentum"
    )


def _course(params: MomentumParams) -> Table:
    """Return what the course's values of momentum mean at this rate."""
    rows = tuple(
        (
            Cell(mu), Cell(round(1 / (1 - mu), 6)), Cell(float(f"{params.learning_rate / (1 - mu):.6g}"),
                 message("{rate} · {factor}", rate=f"{params.learning_rate:g}", factor=f"{1 / (1 - mu):.4g}")),
            Cell(round(math.log(0.5) / math.log(mu), 1) if mu else 0.0),
        )
        for mu in COURSE
    )  # fmt: skip
    columns = ("μ", "1 / (1 − μ)", message("effective rate"), message("half forgotten after"))
    note = message("Whoever changes momentum alone changes the rate too: compare with plain SGD at the effective rate.")
    return Table("course", columns, rows, note)


def _conventions(params: MomentumParams, ways: dict[str, Way]) -> Table:
    rows = []
    for name, (label, rule, _rule) in RULES.items():
        one = ways[name]
        same = bool(np.allclose(one.weights, ways["pytorch"].weights, rtol=1e-9, atol=1e-12))
        rows.append((
            Cell(label), Cell(rule), Cell(float(f"{one.weights[-1]:.5g}")),
            Cell(message("yes") if same else message("no"), mark="good" if same else ""),
        ))  # fmt: skip
    columns = (message("way"), message("rule"), message("in the end"), message("as PyTorch"))
    return Table("conventions", columns, tuple(rows))


def _program(params: MomentumParams) -> Lines:
    mu = params.momentum
    nesterov = f"nesterov={mu > 0!r}"
    return (
        "import math",
        "",
        "import torch",
        "",
        f"gradients = {list(params.gradients)!r}",
        f"rates = {params.rates()!r}",
        "velocities = []",
        "",
        "",
        "def descend(**options):",
        "    w = torch.tensor([0.0], dtype=torch.float64, requires_grad=True)",
        f"    optimiser = torch.optim.SGD([w], lr={params.learning_rate!r}, momentum={mu!r}, **options)",
        "    weights = [0.0]",
        "    velocities.clear()",
        "    for gradient, rate in zip(gradients, rates):",
        '        optimiser.param_groups[0]["lr"] = rate',
        CodeLine(
            "        w.grad = torch.tensor([gradient], dtype=torch.float64)", why=message("in place of a backward pass")
        ),
        "        optimiser.step()",
        "        weights.append(w.item())",
        '        memory = optimiser.state[w].get("momentum_buffer")',
        "        velocities.append(gradient if memory is None else memory.item())",
        "    return weights",
        "",
        "",
        "def keras():",
        "    v, weights = 0.0, [0.0]",
        "    for gradient, rate in zip(gradients, rates):",
        f"        v = {mu!r} * v - rate * gradient",
        "        weights.append(weights[-1] + v)",
        "    return weights",
        "",
        "",
        "ways = {",
        f'    "nesterov": descend({nesterov}),',
        f'    "dampened": descend(dampening={mu!r}),',
        '    "keras": keras(),',
        '    "pytorch": descend(),',
        "}",
    )


EXPERIMENT = Momentum

"""Adam number by number: two running means, what corrects their beginning, and the step that comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import Cell, CellMark, Table
from lab.core.numbers import NumbersPage
from lab.core.params import Params, integer, real
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.topics.metaparameters.gradients import gradients_field, over_steps


@dataclass(frozen=True, kw_only=True)
class AdamParams(Params):
    """Torch's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("gradients", "shown_step", "learning_rate", "weight_decay")

    gradients: tuple[float, ...] = gradients_field((0.5, 0.4, 0.6, -0.2, 0.5, 0.3, 4.0, 0.4, 0.5, 0.3, 0.4, 0.5))
    shown_step: int = integer(
        1, 1, 60, slider=True, label="Shown step", group="Gradients",
        help="Which step is worked out number by number; at most the last.",
    )  # fmt: skip
    weight: float = real(1.0, -100.0, 100.0, label="First weight", help="Where the weight begins.", group="Gradients")
    learning_rate: float = real(
        0.001, 1e-7, 10.0, scale="log", slider=True, label="Learning rate", group="Adam",
        help="About how far one step goes, however large the gradients are.",
    )  # fmt: skip
    beta1: float = real(
        0.9, 0.0, 0.9999, label="β₁", group="Adam", help="What is left of the mean of the gradients after a step."
    )
    beta2: float = real(
        0.999, 0.0, 0.999999, label="β₂", group="Adam", help="What is left of the mean of their squares after a step."
    )
    epsilon: float = real(
        1e-8, 1e-12, 1.0, scale="log", label="ε", group="Adam", help="Keeps the division from being one by zero."
    )
    weight_decay: float = real(
        0.0, 0.0, 1.0, label="Weight decay λ", group="Adam",
        help="Adam adds λ·w to the gradient, which is then divided like the rest; AdamW takes η·λ·w off the weight.",
    )  # fmt: skip


@dataclass(frozen=True)
class Course:
    """Adam over the given gradients; all arrays are (steps,), but `weights`, which begins before the first step."""

    params: AdamParams
    corrected: bool = True
    decoupled: bool = False

    @cached_property
    def _all(self) -> dict[str, Array]:
        p, w, m, v = self.params, self.params.weight, 0.0, 0.0
        found: dict[str, list[float]] = {name: [] for name in ("g", "m", "v", "m_hat", "v_hat", "moved", "weights")}
        found["weights"].append(w)
        for step, given in enumerate(p.gradients, 1):
            g = given if self.decoupled else given + p.weight_decay * w
            m, v = p.beta1 * m + (1 - p.beta1) * g, p.beta2 * v + (1 - p.beta2) * g * g
            m_hat, v_hat = (m / (1 - p.beta1**step), v / (1 - p.beta2**step)) if self.corrected else (m, v)
            moved = -p.learning_rate * m_hat / (v_hat**0.5 + p.epsilon)
            if self.decoupled:
                moved -= p.learning_rate * p.weight_decay * w
            w += moved
            for name, value in zip(found, (g, m, v, m_hat, v_hat, moved, w), strict=True):
                found[name].append(value)
        return {name: np.array(values) for name, values in found.items()}

    def __getitem__(self, name: str) -> Array:
        return self._all[name]


class Adam(NumbersPage[AdamParams]):
    """Type gradients, and see what Adam makes of them."""

    id: ClassVar[str] = "metaparameters.adam"
    title: ClassVar[str] = "Adam, number by number"
    params: ClassVar[type[Params]] = AdamParams

    def figures(self, params: AdamParams) -> Iterator[Event]:
        """Show the moments, the steps in units of the rate, and the weight."""
        found, bare, decoupled = Course(params), Course(params, corrected=False), Course(params, decoupled=True)
        shown = _shown(params)
        yield over_steps(
            "moments",
            (
                (message("gradient g"), found["g"]), (message("mean m"), found["m"]),
                (message("corrected m̂"), found["m_hat"]), (message("root of v̂"), np.sqrt(found["v_hat"])),
            ),
            message("size"), shown,
        )  # fmt: skip
        rate = params.learning_rate
        yield over_steps(
            "steps",
            (
                (message("Adam"), -found["moved"] / rate), (message("without correction"), -bare["moved"] / rate),
                (message("plain SGD"), found["g"]),
            ),
            message("step ÷ learning rate"), shown,
        )  # fmt: skip
        lines = [(message("Adam"), found["weights"]), (message("without correction"), bare["weights"])]
        if params.weight_decay:
            lines.append((message("AdamW"), decoupled["weights"]))
        yield over_steps("weight", tuple(lines), message("weight w"), shown, begin=0)
        yield _steps(found)

    def numbers(self, params: AdamParams) -> Sequence[Numbers]:
        """Return the shown step worked out, and where all steps lead to."""
        at, found, p = _shown(params) - 1, Course(params), params
        t, before = at + 1, {name: float(found[name][at - 1]) if at else 0.0 for name in ("m", "v")}
        g, m, v, m_hat, v_hat, moved = (float(found[n][at]) for n in ("g", "m", "v", "m_hat", "v_hat", "moved"))
        w = float(found["weights"][at])
        decay = f" + {p.weight_decay:g}·{w:.4g}" if p.weight_decay else ""
        quantities = (
            Quantity(message("gradient g"), g, f"{p.gradients[at]:g}{decay}" if decay else "", "g", f"given[{at}]"),
            Quantity(message("mean of gradients m"), m,
                     f"{p.beta1:g}·{before['m']:.4g} + {1 - p.beta1:.4g}·{g:.4g}", "m", f"means[{at}]"),
            Quantity(message("mean of squares v"), v,
                     f"{p.beta2:g}·{before['v']:.4g} + {1 - p.beta2:.4g}·{g:.4g}²", "v", f"squares[{at}]"),
            Quantity(message("corrected m̂"), m_hat, f"{m:.4g} / (1 − {p.beta1:g}^{t})", "m_hat",
                     f"means[{at}] / (1 - {p.beta1!r} ** {t})"),
            Quantity(message("corrected v̂"), v_hat, f"{v:.4g} / (1 − {p.beta2:g}^{t})", "v_hat",
                     f"squares[{at}] / (1 - {p.beta2!r} ** {t})"),
            Quantity(message("step"), moved,
                     f"−η·m̂ / (√v̂ + ε) = −{p.learning_rate:g}·{m_hat:.4g} / {v_hat**0.5 + p.epsilon:.4g}",
                     "step", f"weights[{t}] - weights[{at}]", mark="strong"),
            Quantity(message("weight after it"), float(found["weights"][t]), f"{w:.6g} + ({moved:.4g})", "weight",
                     f"weights[{t}]"),
            Quantity(message("weight in the end"), float(found["weights"][-1]),
                     message("after all {count} steps", count=len(p.gradients)), "end", "weights[-1]"),
            Quantity(message("with AdamW"), float(Course(params, decoupled=True)["weights"][-1]),
                     message("weight decay beside the division, not in it"), "end_adamw", "decoupled[-1]"),
            Quantity("", found["weights"], code="torch.tensor(weights, dtype=torch.float64)", listed=False),
        )  # fmt: skip
        note = message(
            "Step {step} of {count}. Torch gives m and v as exp_avg and exp_avg_sq.", step=t, count=len(p.gradients)
        )
        checked = message("The same gradients, given to torch.optim.Adam and AdamW.")
        return [Numbers(quantities, note=note, setup=_program(params), checked=checked)]


def _shown(params: AdamParams) -> int:
    return min(params.shown_step, len(params.gradients))


def _steps(found: Course) -> Table:
    """Return all steps, a row each."""
    names = ("g", "m", "v", "m_hat", "v_hat", "moved")
    shown = _shown(found.params)
    rows = []
    for step in range(len(found["g"])):
        mark: CellMark = "strong" if step + 1 == shown else ""
        weight = float(found["weights"][step + 1])
        cells = (Cell(float(f"{found[name][step]:.3g}"), f"{float(found[name][step])!r}", mark) for name in names)
        rows.append((Cell(step + 1, mark=mark), *cells, Cell(float(f"{weight:.5g}"), f"{weight!r}", mark)))
    columns = (message("step"), "g", "m", "v", "m̂", "v̂", "Δw", "w")
    return Table("steps", columns, tuple(rows))


def _program(params: AdamParams) -> Lines:
    p = params
    options = (
        f"lr={p.learning_rate!r}, betas=({p.beta1!r}, {p.beta2!r}), eps={p.epsilon!r}, weight_decay={p.weight_decay!r}"
    )
    return (
        "import torch",
        "",
        f"gradients = {list(p.gradients)!r}",
        f"options = dict({options})",
        "",
        "",
        "def descend(kind):",
        f"    w = torch.tensor([{p.weight!r}], dtype=torch.float64, requires_grad=True)",
        "    optimiser = kind([w], **options)",
        "    weights, memories = [w.item()], []",
        "    for gradient in gradients:",
        CodeLine(
            "        w.grad = torch.tensor([gradient], dtype=torch.float64)", why=message("in place of a backward pass")
        ),
        "        optimiser.step()",
        "        weights.append(w.item())",
        "        memories.append({name: value.item() for name, value in optimiser.state[w].items()})",
        "    return weights, memories",
        "",
        "",
        "weights, memories = descend(torch.optim.Adam)",
        "decoupled, _ = descend(torch.optim.AdamW)",
        'means = [memory["exp_avg"] for memory in memories]',
        'squares = [memory["exp_avg_sq"] for memory in memories]',
        f"given = [gradient + {p.weight_decay!r} * w for gradient, w in zip(gradients, weights)]",
    )


EXPERIMENT = Adam

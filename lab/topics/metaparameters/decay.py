"""Schedules of torch, and the rate that each group of parameters really uses at each step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.headline import Headline
from lab.core.metaparameters import rate_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Lines, Numbers, Quantity, Tolerance
from lab.core.text import Message, message

START = 0.1
"""The share of its rate with which a warm-up begins."""
ABOUT = 3
"""Steps before and after the first fall that are shown close by."""
SMALL, LEAST = 1e-3, 1e-16
"""Shares of the largest rate: where the middle one is below the first, rates are shown on a logarithmic axis; what is
below the second moves no weight in double precision.
"""
NAMES = {
    "step": "StepLR",
    "exponential": "ExponentialLR",
    "cosine": "CosineAnnealingLR",
    "warm_up": "Warm-up, then cosine",
}


@dataclass(frozen=True, kw_only=True)
class DecayParams(Params):
    """The course's values are the defaults: 50 epochs of 50 batches, halved every 800 calls."""

    essentials: ClassVar[tuple[str, ...]] = ("schedule", "called", "step_size", "gamma", "shown_step")

    schedule: str = choice("step", NAMES, label="Schedule", help="How the rate falls.", group="Schedule")
    called: str = choice(
        "batch", {"batch": "After each batch", "epoch": "After each epoch"}, label="scheduler.step()", group="Schedule",
        help="How often the schedule is told to go on. All its lengths count these calls.",
    )  # fmt: skip
    step_size: int = integer(
        800, 1, 100_000, scale="log", slider=True, label="Step size", group="Schedule", when=("schedule", ("step",)),
        help="After so many calls the rate falls. The course's 16 · 50 = 800 counts images where calls are counted.",
    )  # fmt: skip
    gamma: float = real(
        0.5, 0.001, 1.0, label="γ", group="Schedule", when=("schedule", ("step", "exponential")),
        help="What the rate is multiplied by when it falls.",
    )  # fmt: skip
    warm_up: int = integer(
        250, 1, 100_000, scale="log", slider=True, label="Warm-up", group="Schedule", when=("schedule", ("warm_up",)),
        help="So many calls the rate rises, from a tenth.",
    )  # fmt: skip
    lowest: float = real(
        0.0, 0.0, 1.0, label="Lowest rate", group="Schedule", when=("schedule", ("cosine", "warm_up")),
        help="Where the cosine ends (eta_min): the same for every group, whatever its rate.",
    )  # fmt: skip
    learning_rate: float = rate_field(0.01, group="Groups", help="The rate with which the first group begins.")
    second: float = real(
        0.1, 0.001, 10.0, scale="log", slider=True, label="Second group", group="Groups",
        help="The rate of the second group, as a multiple of the first.",
    )  # fmt: skip
    epochs: int = integer(50, 1, 100, label="Epochs", help="How long the training is.", group="Training")
    batches: int = integer(
        50, 1, 300, label="Batches", help="Steps of the optimiser in an epoch: 810 points by 16 in the course.",
        group="Training",
    )  # fmt: skip
    shown_step: int = integer(
        800, 0, 30_000, label="Shown step", group="Training",
        help="At which step, counted from 0, the groups are looked at; at most the last.",
    )  # fmt: skip

    @property
    def steps(self) -> int:
        """The steps of the optimiser."""
        return self.epochs * self.batches

    @property
    def calls(self) -> int:
        """The calls of the schedule."""
        return self.steps if self.called == "batch" else self.epochs

    @property
    def bases(self) -> tuple[float, float]:
        """The rates with which the groups begin."""
        return self.learning_rate, self.learning_rate * self.second

    def rates(self, base: float, schedule: str = "") -> Array:
        """Return the rate (steps,) that a group really uses, step by step."""
        made = np.arange(self.steps) // (1 if self.called == "batch" else self.batches)
        return self.after(made, base, schedule or self.schedule)

    def after(self, calls: Array, base: float, schedule: str) -> Array:
        """Return the rate after so many calls, by closed form."""
        match schedule:
            case "step":
                return base * self.gamma ** (calls // self.step_size)
            case "exponential":
                return base * self.gamma ** calls.astype(float)
            case "cosine":
                return self._cosine(calls, self.calls, base)
            case _:
                rising = base * (START + (1 - START) * np.minimum(calls, self.warming) / self.warming)
                falling = self._cosine(calls - self.warming, max(1, self.calls - self.warming), base)
                return np.where(calls < self.warming, rising, falling)

    @property
    def warming(self) -> int:
        """The calls of the warm-up, which leaves one at least for the cosine."""
        return max(1, min(self.warm_up, self.calls - 1))

    def _cosine(self, calls: Array, length: int, base: float) -> Array:
        return np.asarray(self.lowest + (base - self.lowest) * (1 + np.cos(math.pi * calls / length)) / 2)


class Decay(NumbersPage[DecayParams]):
    """Choose a schedule, and see which rate is used when."""

    id: ClassVar[str] = "metaparameters.decay"
    title: ClassVar[str] = "Learning rate decay"
    params: ClassVar[type[Params]] = DecayParams
    headline: ClassVar[Headline | None] = Headline("mean", message("mean rate"), "number")

    def figures(self, params: DecayParams) -> Iterator[Event]:
        """Show the rates of both groups, all schedules, and the first fall close by."""
        shown = min(params.shown_step, params.steps - 1)
        used = [params.rates(base) for base in params.bases]
        yield _over_epochs(
            "rates", params, [(_group(place), rates) for place, rates in enumerate(used)], (shown / params.batches,)
        )
        others = [(message(NAMES[name]), params.rates(params.learning_rate, name)) for name in NAMES]
        yield _over_epochs("schedules", params, others)
        yield _close(params, used[0])
        yield _groups(params, shown, used)

    def numbers(self, params: DecayParams) -> Sequence[Numbers]:
        """Return the rates of the shown step, how often they fall, and what they come to."""
        p, shown = params, min(params.shown_step, params.steps - 1)
        first, second = (p.rates(base) for base in p.bases)
        falls = int((np.diff(first) < 0).sum())
        fall = _first_change(first)
        quantities = (
            Quantity(message("rate of the first group"), float(first[shown]), message("at step {step}", step=shown),
                     "rate", f"used[{shown}][0]", mark="strong"),
            Quantity(message("rate of the second group"), float(second[shown]), message("at step {step}", step=shown),
                     "rate_second", f"used[{shown}][1]"),
            Quantity(message("last rate"), float(first[-1]), message("of {steps} steps", steps=p.steps), "last",
                     "used[-1][0]"),
            Quantity(message("steps after which it falls"), falls, message("of the first group"), "falls",
                     "sum(late[0] < early[0] for early, late in zip(used, used[1:]))"),
            Quantity(message("epochs to the first change"), fall / p.batches if fall else None,
                     message("{steps} steps of {batches} an epoch", steps=fall, batches=p.batches), "first_change",
                     f"[rates[0] != used[0][0] for rates in used].index(True) / {p.batches}" if fall else ""),
            Quantity(message("mean rate"), float(first.mean()),
                     message("times the steps: how far a gradient of 1 goes in all"), "mean",
                     "sum(rates[0] for rates in used) / len(used)"),
            Quantity(message("all rates"), np.stack([first, second], 1), code="torch.tensor(used, dtype=torch.float64)",
                     listed=False, tolerance=Tolerance(1e-9, 1e-12, message("Torch multiplies step by step."))),
        )  # fmt: skip
        checked = message("The rates that torch.optim.lr_scheduler puts into the groups, before each step.")
        return [Numbers(quantities, setup=_program(params), checked=checked)]


def _group(place: int) -> Message:
    return message("second group") if place else message("first group")


def _first_change(rates: Array) -> int:
    """Return the first step whose rate is another than that of the first; 0: there is none."""
    return int(np.argmax(rates != rates[0]))


def _over_epochs(
    name: str, params: DecayParams, lines: Sequence[tuple[Message | str, Array]], marks: Sequence[float] = ()
) -> Chart:
    """Return rates over the epochs; of a long training about a thousand of them.

    What a linear axis would show as 0 nearly everywhere has a logarithmic one, as far down as anything can be learned.
    """
    places = np.unique(np.linspace(0, params.steps - 1, min(params.steps, 1200)).astype(int))
    top = max(float(rates.max()) for _label, rates in lines)
    log = all(float(np.median(rates)) < SMALL * top for _label, rates in lines)
    drawn = tuple(
        Line(label, places / params.batches, np.where(log & (rates < LEAST * top), np.nan, rates)[places], "line", at)
        for at, (label, rates) in enumerate(lines)
    )
    rate = Axis(message("learning rate"), log=True) if log else Axis(message("learning rate"), low=0.0)
    return Chart(name, drawn, Axis(message("Epoch")), rate, tuple(Mark("x", at) for at in marks))


def _close(params: DecayParams, rates: Array) -> Chart:
    """Return the first change, step by step: the rate that is used, and what is noted after scheduler.step()."""
    at = _first_change(rates)
    first, last = max(0, at - ABOUT), min(params.steps - 1, at + ABOUT)
    steps = np.arange(first, last + 1)
    following = np.append(rates[1:], np.nan)
    lines = (
        Line(message("used by the step"), steps.astype(float), rates[steps], "line + points", 0),
        Line(message("noted after scheduler.step()"), steps.astype(float), following[steps], "rings", 1),
    )
    return Chart("trace", lines, Axis(message("step"), whole=True), Axis(message("learning rate"), low=0.0))


def _groups(params: DecayParams, shown: int, used: Sequence[Array]) -> Table:
    """Return what each group began with, and what it has at the shown step and in the end."""
    rows = []
    for place, (base, rates) in enumerate(zip(params.bases, used, strict=True)):
        rises = bool(rates[-1] > base * (1 + 1e-12))
        why = message("It rises: the lowest rate is above the rate of this group.") if rises else ""
        rows.append((
            Cell(_group(place)), Cell(float(f"{base:.4g}")), Cell(float(f"{rates[shown]:.4g}"), mark="strong"),
            Cell(float(f"{rates[shown] / base:.4g}")), Cell(float(f"{rates[-1]:.4g}"), why, "bad" if rises else ""),
        ))  # fmt: skip
    columns = (
        message("group"),
        message("begins with"),
        message("at step {step}", step=shown),
        message("share of it"),
        message("last"),
    )
    note = message("Step size, γ and warm-up are shared; the lowest rate is no share, but a rate.")
    return Table("groups", columns, tuple(rows), note)


def _program(params: DecayParams) -> Lines:
    p = params
    cosine = f"lr_scheduler.CosineAnnealingLR(optimiser, {{length}}, eta_min={p.lowest!r})"
    match p.schedule:
        case "step":
            made = [f"scheduler = lr_scheduler.StepLR(optimiser, step_size={p.step_size}, gamma={p.gamma!r})"]
        case "exponential":
            made = [f"scheduler = lr_scheduler.ExponentialLR(optimiser, gamma={p.gamma!r})"]
        case "cosine":
            made = [f"scheduler = {cosine.format(length=p.calls)}"]
        case _:
            made = [
                "scheduler = lr_scheduler.SequentialLR(optimiser, [",
                f"    lr_scheduler.LinearLR(optimiser, start_factor={START}, total_iters={p.warming}),",
                f"    {cosine.format(length=max(1, p.calls - p.warming))},",
                f"], milestones=[{p.warming}])",
            ]
    by_batch = p.called == "batch"
    return (
        "import warnings",
        "",
        "import torch",
        "from torch.optim import lr_scheduler",
        "",
        "first, second = (torch.zeros(1, requires_grad=True) for _ in range(2))",
        "optimiser = torch.optim.SGD([",
        f'    {{"params": [first], "lr": {p.bases[0]!r}}},',
        f'    {{"params": [second], "lr": {p.bases[1]!r}}},',
        "])",
        *made,
        "used = []",
        "with warnings.catch_warnings():",
        CodeLine('    warnings.simplefilter("ignore")', why=message("SequentialLR warns of its own calls.")),
        f"    for epoch in range({p.epochs}):",
        f"        for batch in range({p.batches}):",
        CodeLine('            used.append([group["lr"] for group in optimiser.param_groups])',
                 why=message("before the step: the rate that it uses")),
        "            optimiser.step()",
        *([CodeLine("            scheduler.step()", why=message("a call a batch"))] if by_batch else []),
        *([] if by_batch else [CodeLine("        scheduler.step()", why=message("a call an epoch"))]),
    )  # fmt: skip


EXPERIMENT = Decay

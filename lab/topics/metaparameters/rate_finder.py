"""The learning rate is raised from step to step until the loss explodes; the curve suggests where to begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.experiment import RunMode
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.metaparameters import RateRangeParams, SeedParams
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Lines, Numbers, Quantity, Tolerance
from lab.core.streams import streams
from lab.core.text import message
from lab.data.classical import load_table
from lab.nets.dense.code import network_lines
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.nets.dense.spec import MLPSpec, dense
from lab.nets.registry import losses
from lab.nets.registry.optimisers import IN_NUMPY, numpy_optimiser, torch_code
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

PIXELS, CLASSES, DEEPEST = 64, 10, 16
"""Of the digits: 8 × 8 pixels of 17 greys."""
EXPLODED = 4
"""How many times the lowest smoothed loss ends the search, as in fastai."""
EPOCHS = 3
"""How long a rate is tried, to see what the suggestion is worth."""
TRIED = 9


@dataclass(frozen=True, kw_only=True)
class RateFinderParams(RateRangeParams, SeedParams):
    """The rates, how many steps there are between them, and what is trained."""

    essentials: ClassVar[tuple[str, ...]] = ("optimiser", "lowest", "highest", "steps", "smoothing")

    optimiser: str = choice(
        "adam", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    lowest: float = real(
        1e-4,
        1e-8,
        1.0,
        scale="log",
        slider=True,
        label="Lowest rate",
        help="The rate of the first step.",
        group="Rates",
    )
    highest: float = real(
        10.0, 1e-6, 100.0, scale="log", slider=True, label="Highest rate", group="Rates",
        help="The rate of the last step, unless the loss explodes before.",
    )  # fmt: skip
    steps: int = integer(
        200, 20, 600, scale="log", slider=True, label="Steps", group="Rates",
        help="From one to the next the rate rises by the same factor.",
    )  # fmt: skip
    smoothing: float = real(
        0.9, 0.0, 0.99, slider=True, label="Smoothing", group="Rates",
        help="What is left of the mean loss after a step; 0 shows each batch as it is.",
    )  # fmt: skip
    batch_size: int = integer(
        32, 1, 512, scale="log", label="Batch size", help="How many examples one step looks at.", group="Training"
    )
    hidden: tuple[int, ...] = hidden_field((64, 32, 32), 128)

    def rates(self) -> Array:
        """Return the rate of each step."""
        return np.asarray(self.lowest * (self.highest / self.lowest) ** (np.arange(self.steps) / (self.steps - 1)))

    @property
    def plan(self) -> MLPSpec:
        """The network."""
        return dense(PIXELS, self.hidden, CLASSES)


@dataclass(frozen=True, eq=False)
class Found:
    """What came of it: `rates`, `losses` and `smooth` (S,) of the steps up to where it exploded, and suggestions."""

    rates: Array
    losses: Array
    smooth: Array
    exploded: bool

    @property
    def slopes(self) -> Array:
        """By how much the smoothed loss rises from step to step."""
        return np.gradient(self.smooth)

    @property
    def lowest(self) -> int:
        """The step of the lowest smoothed loss."""
        return int(np.argmin(self.smooth))

    @property
    def steepest(self) -> int:
        """The step at which the smoothed loss falls fastest, before it is lowest."""
        return int(np.argmin(self.slopes[: self.lowest + 1]))

    @property
    def suggestion(self) -> float:
        """A tenth of the rate at which the smoothed loss is lowest."""
        return float(self.rates[self.lowest] / 10)


class RateFinder(NumbersPage[RateFinderParams]):
    """A few hundred steps with a rising rate: where does the loss fall, and where does it explode?"""

    id: ClassVar[str] = "metaparameters.rate_finder"
    title: ClassVar[str] = "Finding a rate"
    params: ClassVar[type[Params]] = RateFinderParams
    mode: ClassVar[RunMode] = "background"

    def figures(self, params: RateFinderParams) -> Iterator[Event]:
        """Show the losses over the rate, their slope, and what rates about the suggestion are worth."""
        found = search(params)
        yield _losses(found)
        yield _slopes(found)
        yield from _worth(found, None)

    def compute(self, params: RateFinderParams) -> Iterator[Event]:
        """Yield figures and numbers, and what takes longest when these are there: what the rates are worth."""
        *shown, result = super().compute(params)
        yield from shown
        found = search(params)
        yield from _worth(found, tried(params, found.suggestion))
        yield result

    def numbers(self, params: RateFinderParams) -> Sequence[Numbers]:
        """Return the suggestions, and what they follow from."""
        found = search(params)
        low, steep = found.lowest, found.steepest
        loose = Tolerance(1e-6, 1e-6, message("Near the explosion each step magnifies what is rounded."))
        quantities = (
            Quantity(message("suggestion: a tenth of the lowest"), found.suggestion,
                     message("where the smoothed loss is lowest the rate is already nearly too large"), "suggestion",
                     "rates[lowest] / 10", mark="strong"),
            Quantity(message("another: the steepest fall"), float(found.rates[steep]),
                     message("step {step}: here the smoothed loss falls fastest", step=steep), "steepest",
                     "rates[steepest]"),
            Quantity(message("rate of the lowest loss"), float(found.rates[low]), message("step {step}", step=low),
                     "lowest_rate", "rates[lowest]"),
            Quantity(message("lowest smoothed loss"), float(found.smooth[low]), message("cross-entropy, in nats"),
                     "lowest_loss", "smooth[lowest]", tolerance=loose),
            Quantity(message("last rate"), float(found.rates[-1]),
                     message("there the smoothed loss is above {factor} times the lowest", factor=EXPLODED)
                     if found.exploded else message("it has not exploded up to here"),
                     "last_rate", "rates[len(smooth) - 1]"),
            Quantity(message("first loss"), float(found.losses[0]),
                     message("ln 10 = {guess} for guessing", guess=f"{np.log(CLASSES):.4f}"), "first_loss", "losses[0]",
                     tolerance=loose),
            Quantity("", found.smooth, code="torch.tensor(smooth, dtype=torch.float64)", listed=False, tolerance=loose),
        )  # fmt: skip
        checked = message("The same steps by torch: its network, its optimiser, its gradients.")
        return [Numbers(quantities, setup=_program(params), checked=checked)]


@lru_cache(maxsize=1)
def _digits() -> tuple[Array, Array]:
    """Return the digits (1797, 64) in [0, 1], and which they are."""
    table = load_table("digits8x8")
    return table.features / DEEPEST, table.target


@lru_cache(maxsize=8)
def search(params: RateFinderParams) -> Found:
    """Train with a rate that rises from step to step, until the smoothed loss explodes."""
    inputs, targets = _digits()
    random, keep = streams(params.seed), params.smoothing
    network = Network.drawn(params.plan, random.weights)
    move, rates = numpy_optimiser(params.optimiser, params.lowest), params.rates()
    batches = _batches(len(inputs), params.batch_size, random.order)
    seen, smooth, mean, exploded = list[float](), list[float](), 0.0, False
    with np.errstate(over="ignore", invalid="ignore"):
        for step, rate in enumerate(rates.tolist()):
            chosen = next(batches)
            passes = network.forward(inputs[chosen], random.noise)
            outputs = passes[-1].outputs
            loss = losses.value("cross_entropy", outputs, targets[chosen])
            mean = keep * mean + (1 - keep) * loss
            if not np.isfinite(loss):
                exploded = True
                break
            seen.append(loss)
            smooth.append(mean / (1 - keep ** (step + 1)))
            if smooth[-1] > EXPLODED * min(smooth):
                exploded = True
                break
            gradients = network.backward(passes, losses.gradient("cross_entropy", outputs, targets[chosen]))
            move.rate = rate
            moved = move(step, np.concatenate([gradient.ravel() for gradient in gradients]))
            for array, part in zip(network.learned, _parts(moved, network.learned), strict=True):
                array += part
    return Found(rates[: len(seen)], np.array(seen), np.array(smooth), exploded)


def _parts(flat: Array, like: Sequence[Array]) -> Iterator[Array]:
    start = 0
    for array in like:
        yield flat[start : start + array.size].reshape(array.shape)
        start += array.size


def _batches(count: int, size: int, order: np.random.Generator) -> Iterator[Array]:
    while True:
        shuffled = order.permutation(count)
        for start in range(0, count, size):
            yield shuffled[start : start + size]


def _losses(found: Found) -> Chart:
    """Return the losses over the rate, with the suggestions."""
    top = float(min(found.losses.max(), 1.5 * EXPLODED * found.smooth.min() + found.smooth[0]))
    lines = (
        Line(message("each batch"), found.rates, found.losses, "faint points", -1),
        Line(message("smoothed"), found.rates, found.smooth, "line", 0),
    )
    marks = (
        Mark("x", found.suggestion, message("suggestion")),
        Mark("x", float(found.rates[found.steepest]), message("steepest")),
        Mark("x", float(found.rates[found.lowest]), message("lowest")),
        Mark("y", float(np.log(CLASSES)), message("guessing")),
    )
    axis = Axis(message("loss"), low=0.0, high=max(top, 2.6))
    return Chart("losses", lines, Axis(message("Learning rate"), log=True), axis, marks)


def _slopes(found: Found) -> Chart:
    """Return the slope of the smoothed loss, up to where it is lowest."""
    shown = slice(0, found.lowest + 1)
    lines = (Line(message("change of the smoothed loss, a step"), found.rates[shown], found.slopes[shown], "line", 0),)
    marks = (Mark("y", 0.0), Mark("x", float(found.rates[found.steepest]), message("steepest")))
    return Chart("slopes", lines, Axis(message("Learning rate"), log=True), Axis(message("slope")), marks)


@lru_cache(maxsize=8)
def tried(params: RateFinderParams, suggestion: float) -> Array:
    """Return the loss (TRIED,) on all digits after EPOCHS with each rate about a suggestion."""
    inputs, targets = _digits()
    recipe = TrainingSpec(
        params.plan, "cross_entropy", inputs, targets, suggestion, EPOCHS, params.seed,
        optimiser=params.optimiser, batch_size=params.batch_size,
    )  # fmt: skip
    found = []
    for rate in about(suggestion).tolist():
        learner = Learner(replace(recipe, learning_rate=rate))
        while not learner.finished:
            learner.train_epoch()
        with np.errstate(over="ignore", invalid="ignore"):
            found.append(learner.loss())
    return np.array(found)


def about(suggestion: float) -> Array:
    """Return the rates (TRIED,) from a hundredth to a hundred times the suggestion."""
    return np.asarray(suggestion * 10 ** np.linspace(-2, 2, TRIED))


def _worth(found: Found, worth: Array | None) -> Iterator[Event]:
    """Yield what rates about the suggestion come to; None: it is not known yet."""
    suggestion = found.suggestion
    rates = about(suggestion)
    known = np.full(TRIED, np.nan) if worth is None else worth
    shown = np.where(np.isfinite(known), np.minimum(known, 4.0), np.nan)
    marks = (
        Mark("x", suggestion, message("suggestion")),
        Mark("x", float(found.rates[found.steepest]), message("steepest")),
        Mark("y", float(np.log(CLASSES)), message("guessing")),
    )
    yield Chart(
        "worth", (Line("", rates, shown, "line + points", 1),), Axis(message("Learning rate"), log=True),
        Axis(message("loss after {epochs} epochs", epochs=EPOCHS), low=0.0), marks,
    )  # fmt: skip
    best = min(known[np.isfinite(known)], default=np.nan)
    none = Cell(None, message("not there yet")) if worth is None else Cell(message("no number any more"))
    rows = tuple(
        (
            Cell(float(f"{rate:.4g}")), Cell(float(f"{rate / suggestion:.3g}")),
            Cell(float(f"{loss:.4g}"), mark="good" if loss == best else "") if np.isfinite(loss) else none,
        )
        for rate, loss in zip(rates.tolist(), known.tolist(), strict=True)
    )  # fmt: skip
    columns = (message("Rate"), message("times the suggestion"), message("loss after {epochs} epochs", epochs=EPOCHS))
    yield Table("worth", columns, rows, message("Each rate from the same first weights, over the same batches."))


def _program(params: RateFinderParams) -> Lines:
    p = params
    return (
        "import numpy as np",
        "import torch",
        "from sklearn.datasets import load_digits",
        "from torch import nn",
        "",
        "pixels, labels = load_digits(return_X_y=True)",
        f"inputs, targets = torch.tensor(pixels) / {DEEPEST}, torch.tensor(labels)",
        *network_lines(p.plan),
        "network = network.double()",
        CodeLine(f"seeds = np.random.SeedSequence({p.seed}).spawn(4)",
                 why=message("The same seed gives the same first weights and the same batches as on the page.")),
        "first, order = np.random.default_rng(seeds[1]), np.random.default_rng(seeds[2])",
        "with torch.no_grad():",
        "    for layer in network:",
        "        if isinstance(layer, nn.Linear):",
        "            size, bound = (layer.in_features, layer.out_features), layer.in_features**-0.5",
        "            layer.weight.copy_(torch.tensor(first.uniform(-bound, bound, size).T))",
        "            layer.bias.copy_(torch.tensor(first.uniform(-bound, bound, layer.out_features)))",
        f"optimiser = {torch_code(p.optimiser, p.lowest)}",
        "",
        "",
        "def batches():",
        "    while True:",
        f"        yield from torch.tensor(order.permutation(len(inputs))).split({p.batch_size})",
        "",
        "",
        f"steps = {p.steps}",
        f"rates = [{p.lowest!r} * ({p.highest!r} / {p.lowest!r}) ** (step / (steps - 1)) for step in range(steps)]",
        "losses, smooth, mean = [], [], 0.0",
        "for step, chosen in zip(range(steps), batches()):",
        "    loss = nn.functional.cross_entropy(network(inputs[chosen]), targets[chosen])",
        f"    mean = {p.smoothing!r} * mean + (1 - {p.smoothing!r}) * loss.item()",
        "    if not loss.isfinite():",
        "        break",
        "    losses.append(loss.item())",
        f"    smooth.append(mean / (1 - {p.smoothing!r} ** (step + 1)))",
        CodeLine(f"    if smooth[-1] > {EXPLODED} * min(smooth):", why=message("exploded")),
        "        break",
        "    optimiser.zero_grad()",
        "    loss.backward()",
        CodeLine('    optimiser.param_groups[0]["lr"] = rates[step]', why=message("before each step anew")),
        "    optimiser.step()",
        "lowest = int(np.argmin(smooth))",
        "steepest = int(np.argmin(np.gradient(smooth)[: lowest + 1]))",
    )  # fmt: skip


EXPERIMENT = RateFinder

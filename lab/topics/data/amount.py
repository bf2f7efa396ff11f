"""How many examples, and how deep: 80 units in 1, 5, 10 or 20 layers, and learning curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from lab.core.code import Code, definitions
from lab.core.events import Array, Event
from lab.core.figures import Axis, Cell, Chart, Line, Table
from lab.core.metaparameters import DescentParams, epochs_field
from lab.core.params import Params, choice, integer
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import Message, message
from lab.data.clusters import best_possible, letters
from lab.data.planar import split
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.nets.registry.optimisers import IN_NUMPY
from lab.sweeps.figures import spread
from lab.sweeps.outcomes import Results
from lab.topics.data.held import PRINTED, Held, judged_twice
from lab.topics.data.three_clusters import FRESH, ceiling, drawn
from lab.training.dense.beside import Beside
from lab.training.dense.boundary import boundary
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

CENTRES = ((1.0, 1.0), (5.0, 1.0), (4.0, 4.0))
BLUR, SHARE, UNITS = 1.0, 0.9, 80
DEPTHS = (1, 5, 10, 20)
SIZES = (50, 150, 300, 550)
"""Points of a cluster that are compared; the course has eleven sizes between these ends."""


@dataclass(frozen=True, kw_only=True)
class AmountParams(DescentParams):
    """The course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("points", "depth", "equal", "optimiser", "networks")

    points: int = integer(
        300, 10, 2000, scale="log", slider=True, label="Points a cluster", group="Data",
        help="There are three clusters, so three times as many; a tenth of them is held back.",
    )  # fmt: skip
    depth: int = integer(
        1, 1, 20, slider=True, label="Hidden layers", group="Network",
        help="The 80 units are divided among so many layers. The result is of this network; those with 1, 5, 10 and "
        "20 are trained beside it.",
    )  # fmt: skip
    optimiser: str = choice(
        "sgd", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    batch_size: int = integer(
        8, 1, 2000, scale="log", slider=True, label="Batch size", help="How many examples one step looks at.",
        group="Training",
    )  # fmt: skip
    equal: str = choice(
        "epochs", {"epochs": "Epochs", "updates": "Updates"}, label="Equal are", group="Training",
        help="With equal epochs, as in the course, more points also mean more updates.",
    )  # fmt: skip
    epochs: int = epochs_field(50, 5000)
    updates: int = integer(
        2500, 1, 100_000, scale="log", label="Updates", group="Training", when=("equal", ("updates",)),
        help="How many steps each network does, as far as whole epochs allow.",
    )  # fmt: skip
    networks: int = integer(
        3, 0, 20, label="Networks a point", group="Comparison",
        help="When the run has ended, so many networks of each depth are trained with each of four numbers of points; "
        "0 for none.",
    )  # fmt: skip

    @property
    def widths(self) -> tuple[int, ...]:
        """The units of each hidden layer."""
        return (UNITS // self.depth,) * self.depth


class Amount(DenseExperiment[AmountParams]):
    """2–80–3, and the same units in more layers, on few points and on many."""

    id: ClassVar[str] = "data.amount"
    title: ClassVar[str] = "Examples and depth"
    params: ClassVar[type[Params]] = AmountParams
    steps_per_second: ClassVar[float | None] = 20.0

    def recipe(self, params: AmountParams, data: DataStore) -> TrainingSpec:
        """Return the training of one depth with so many points."""
        random = streams(params.seed).data
        fresh, fresh_labels = drawn(CENTRES, FRESH, BLUR, random)
        points, labels = drawn(CENTRES, params.points, BLUR, random)
        train = split(labels, SHARE, random)
        batches = max(1, int(train.sum()) // params.batch_size)
        epochs = params.epochs if params.equal == "epochs" else max(1, round(params.updates / batches))
        return Held(
            dense(2, params.widths, len(CENTRES)), "cross_entropy", points[train], labels[train],
            params.learning_rate, epochs, params.seed, fresh, fresh_labels, params.optimiser,
            batch_size=params.batch_size, drop_last=True, held_inputs=points[~train], held_targets=labels[~train],
        )  # fmt: skip

    def learner(self, params: AmountParams, data: DataStore) -> Beside:
        """Return the network of the depth, and the others beside it."""
        others = {
            str(depth): self.recipe(params.replace(depth=depth), data) for depth in DEPTHS if depth != params.depth
        }
        return Beside(self.recipe(params, data), others)

    def metrics(self, params: AmountParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, of fresh points, the accuracy on those that were held back, and the size."""
        return {**judged_twice(recipe, network), "parameters": recipe.plan.parameters}

    def also(self, params: AmountParams, learner: Learner) -> Mapping[str, float]:
        """Return training loss and accuracy on fresh points of all depths."""
        found = {}
        for depth, one in _each(params, learner).items():
            judged = judged_twice(one.recipe, one.network)
            found[f"loss_{depth}"], found[f"accuracy_{depth}"] = judged["loss"], judged["test_accuracy"]
        return found

    def figures(self, params: AmountParams, learner: Learner) -> Iterator[Event]:
        """Yield what the network says of the plane."""
        recipe = learner.recipe
        yield from boundary(recipe, learner.network, recipe.inputs, recipe.targets, letters(len(CENTRES)), "plane")

    def numbers(self, params: AmountParams, learner: Learner) -> Numbers:
        """Return all depths side by side."""
        each = _each(params, learner)
        found = [judged_twice(one.recipe, one.network) for one in each.values()]
        count, held = len(learner.recipe.inputs), max(1, round(3 * params.points * (1 - SHARE)))
        learned = message("of {count}", count=count)
        step = message("of {count}: one is {step} %", count=held, step=f"{100 / held:.2g}")
        rows = (
            ("test_accuracy", message("on fresh points"), message("of {count}", count=3 * FRESH), True),
            ("held_accuracy", message("on what is held back"), step, True),
            ("accuracy", message("accuracy in training"), learned, True),
            ("loss", message("training loss"), learned, False),
        )  # fmt: skip
        why = message("Nearest centre, by integration: no rule is right more often on ever new points.")
        best = Quantity(message("best possible"), best_possible(CENTRES, BLUR), why, share=True)
        quantities = (
            tuple(Quantity(message("units a layer"), UNITS // depth) for depth in each),
            tuple(Quantity(message("parameters"), one.recipe.plan.parameters) for one in each.values()),
            tuple(Quantity(message("updates so far"), one.steps) for one in each.values()),
            *(tuple(Quantity(words, one[name], about, share=share, about=about) for one in found)
              for name, words, about, share in rows),
            (best,) * len(each),
        )  # fmt: skip
        note = message("Epoch {epoch} of {epochs}.", epoch=learner.epoch, epochs=learner.recipe.epochs)
        return Numbers(quantities, columns=(message("layers"), *map(str, each)), note=note)

    def program(self, params: AmountParams, recipe: TrainingSpec) -> Code:
        """Return the program of the one of which the result is."""
        lines = (
            *definitions(split, drawn),
            "random = np.random.default_rng(seeds[0])",
            f"centres = {CENTRES}",
            f"test_inputs, test_targets = map(torch.tensor, drawn(centres, {FRESH}, {BLUR}, random))",
            f"points, labels = drawn(centres, {params.points}, {BLUR}, random)",
            f"learned = split(labels, {SHARE}, random)",
            "inputs, held_inputs = torch.tensor(points[learned]), torch.tensor(points[~learned])",
            "targets, held_targets = torch.tensor(labels[learned]), torch.tensor(labels[~learned])",
        )
        count = 'print("parameters:", sum(numbers.numel() for numbers in network.parameters()))'
        return code_of(recipe, "\n".join(lines), more=(*PRINTED, count))

    def ends(self, params: AmountParams, learner: Learner) -> Iterator[Event]:
        """Train all depths with few points and with many, and show how they come in."""
        from lab.sweeps.grid import Axis as Over
        from lab.sweeps.within import seeds, within

        if params.networks:
            axes = Over("depth", DEPTHS), Over("points", SIZES), Over("seed", seeds(params, params.networks))
            yield from within(self.id, params, axes, self._data, params.epochs, partial(_compared, params))


def _each(params: AmountParams, learner: Learner) -> dict[int, Learner]:
    """Return the learners of all depths, in their order."""
    assert isinstance(learner, Beside)
    depths = sorted({*DEPTHS, params.depth})
    return {depth: learner if depth == params.depth else learner.others[str(depth)] for depth in depths}


def _layers(depth: int) -> Message:
    return message("{count} hidden layers", count=depth) if depth > 1 else message("1 hidden layer")


def _compared(params: AmountParams, results: Results) -> Iterator[Event]:
    x = np.array(SIZES, dtype=float)
    test, train, loss = (results.grid(name)[..., 0] for name in ("test_accuracy", "accuracy", "loss"))
    best = ceiling(CENTRES, BLUR, x)
    points, share = Axis(message("points a cluster"), low=0.0), Axis(message("accuracy on fresh points"), share=True)
    yield Chart("amount", (*_lines(results, x, test), best), points, share)
    yield Chart("losses", tuple(_lines(results, x, loss)), points, Axis(message("training loss"), low=0.0))
    shown = DEPTHS.index(params.depth) if params.depth in DEPTHS else 0
    both = (
        Line(message("training"), x, spread(train[shown])[0], "line + points", 0),
        Line(message("fresh points"), x, spread(test[shown])[0], "line + points", 1),
    )
    label = Axis(message("accuracy with {layers}", layers=_layers(DEPTHS[shown])), share=True)
    yield Chart("learning", (*both, best), points, label)
    yield _table(test)


def _lines(results: Results, x: Array, found: Array) -> Iterator[Line]:
    """Yield the mean of each depth, and each network as a point that opens its run."""
    opens = results.opens[..., 0]
    for place, depth in enumerate(DEPTHS):
        runs = found[place]
        yield Line(_layers(depth), x, spread(runs)[0], "line", place)
        known = np.isfinite(runs)
        each = np.broadcast_to(x[:, None], runs.shape)[known]
        yield Line("", each, runs[known], "points", place, tuple(opens[place][known]))


def _table(test: Array) -> Table:
    rows = []
    for depth, runs in zip(DEPTHS, test, strict=True):
        cells = [Cell(depth)]
        for each in runs:
            known = each[np.isfinite(each)]
            low, high = mean_interval(100 * known) if len(known) > 1 else (np.nan, np.nan)
            why = message("{count} networks, 95 % interval {low} to {high} %", count=len(known), low=f"{low:.1f}",
                          high=f"{high:.1f}")  # fmt: skip
            cells.append(Cell(round(float(known.mean()), 3) if len(known) else None, why, share=True))
        rows.append(tuple(cells))
    columns = message("layers"), *(message("{count} points", count=size) for size in SIZES)
    note = message("Accuracy on fresh points; guessing is right on 33.3 %. Points of each of three clusters.")
    return Table("amount", columns, tuple(rows), note)


EXPERIMENT = Amount

"""Four optimisers over learning rates, on handwritten digits: which rate suits whom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, Cell, Chart, Line, Table
from lab.core.headline import Headline
from lab.core.metaparameters import RateRangeParams
from lab.core.params import Params, integer, real, redeclared
from lab.core.text import Message, message
from lab.data.params import ImageDataParams
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.nets.registry.optimisers import OPTIMISERS
from lab.running.device import choose
from lab.sweeps import figures, grid
from lab.sweeps.ensembles import Way, run_together
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.outcomes import Outcome, Results, Trained
from lab.sweeps.params import SweepParams, each_epochs_field, repeats_field
from lab.training.dense.measures import tested
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.starts import drawn_by_torch

RUN = "ann.mnist"
NAMES = ("sgd", "momentum", "rmsprop", "adam")
PIXELS, CLASSES = 784, 10
NOTE = message(
    "Mean test accuracy; the best rate of each is marked. A run that is opened is trained anew: the longer it is, the "
    "farther what is rounded takes it from its point."
)


@dataclass(frozen=True, kw_only=True)
class OptimisersParams(RateRangeParams, ImageDataParams, SweepParams):
    """The course's values are the defaults: 784–64–32–32–10, six rates, batches of 32, 100 epochs."""

    essentials: ClassVar[tuple[str, ...]] = ("lowest", "highest", "rates", "repeats", "epochs")

    lowest: float = redeclared(RateRangeParams, "lowest", 0.0001)
    rates: int = integer(6, 2, 40, label="Rates", help="How many rates there are, by equal factors.", group="Sweep")
    repeats: int = repeats_field(3, 20, "Networks at each point; each optimiser begins with the same first weights.")
    epochs: int = each_epochs_field(100, 1000)
    momentum: float = real(
        0.9, 0.0, 0.999, label="Momentum", group="Training",
        help="Of SGD with momentum: the share of the last step that is kept in the next one.",
    )  # fmt: skip
    batch_size: int = integer(
        32, 1, 4096, scale="log", unit="images", label="Batch size", help="How many images one step looks at.",
        group="Training",
    )  # fmt: skip

    def learning_rates(self) -> list[float]:
        """Return the rates, from the lowest to the highest."""
        between = np.geomspace(self.lowest, self.highest, self.rates)[1:-1]
        return [self.lowest, *(float(f"{rate:.4g}") for rate in between), self.highest]


class Optimisers(SweepExperiment[OptimisersParams]):
    """Sweep `ann.mnist` over rates and optimisers; all seeds of a point train as one ensemble."""

    id: ClassVar[str] = "metaparameters.optimisers"
    title: ClassVar[str] = "Optimisers and rates"
    params: ClassVar[type[Params]] = OptimisersParams
    headline: ClassVar[Headline | None] = Headline("best_accuracy", message("best mean accuracy"))

    def validate(self, params: OptimisersParams, data: DataStore) -> None:
        """Raise LabError where the images are missing or damaged, or of other than ten classes."""
        params.images(data)

    def sweep(self, params: OptimisersParams) -> grid.Sweep:
        """Return rates × optimisers × seeds: the seeds of all points are the same."""
        base = params.over(RUN, "seed", ()).base
        seeds = tuple((params.seed + repeat) % 2**31 for repeat in range(params.repeats))
        axes = ("learning_rate", tuple(params.learning_rates())), ("optimiser", NAMES), ("seed", seeds)
        return grid.Sweep(RUN, base, tuple(grid.Axis(name, values) for name, values in axes))

    def outcomes(
        self, cells: Sequence[grid.Cell], params: OptimisersParams, context: Context
    ) -> Iterator[Outcome | Trained]:
        """Train the seeds of a point together, one point a core."""
        way = Way(drawn_by_torch, single=True, parts=_by_point)
        return run_together(_Digits(), cells, context.data, choose(params.device), way)

    def figures(self, params: OptimisersParams, results: Results) -> Iterator[Event]:
        """Yield accuracy over the rate, the losses, and a table of both."""
        accuracy = _accuracy(results)
        rates = np.array(params.learning_rates())
        yield lazily(Chart, "accuracy", _over_rates, results, rates, accuracy)
        yield lazily(Chart, "curves", _curves, results)
        yield lazily(Table, "rates", _table, rates, accuracy)

    def totals(self, params: OptimisersParams, results: Results) -> dict[str, float]:
        """Return the best mean accuracy; of each optimiser its best rate, and what the lowest and the highest give."""
        means, rates = _accuracy(results).mean(-1), params.learning_rates()
        found = {"best_accuracy": float(np.nanmax(means)) if np.isfinite(means).any() else math.nan}
        for place, name in enumerate(NAMES):
            column = means[:, place]
            known = np.isfinite(column).any()
            found[f"{name}_best_rate"] = rates[int(np.nanargmax(column))] if known else math.nan
            found[f"{name}_lowest"], found[f"{name}_highest"] = float(column[0]), float(column[-1])
        return found


class _Digits:
    """Recipes and measures of the runs of `ann.mnist`."""

    def recipe(self, params: Any, data: DataStore) -> TrainingSpec:
        """Return what `ann.mnist` trains."""
        inputs, labels, test_inputs, test_labels = _images(data, params.dataset)
        return TrainingSpec(
            dense(PIXELS, params.hidden, CLASSES, params.activation), "cross_entropy", inputs, labels,
            params.learning_rate, params.epochs, params.seed, test_inputs, test_labels, params.optimiser,
            params.momentum, params.batch_size,
        )  # fmt: skip

    def measures(self, params: Any, recipe: TrainingSpec, network: Network, epochs: int) -> dict[str, float]:
        """Return loss and accuracy on the test images."""
        with np.errstate(over="ignore", invalid="ignore"):
            found = tested(recipe, network)
        return {"epochs": epochs, **(found if network.finite else dict.fromkeys(found, math.nan))}


@lru_cache(maxsize=1)
def _images(data: DataStore, name: str) -> tuple[Array, Array, Array, Array]:
    """Return images (N, 784) in [0, 1] and their classes (N,), to learn from and for testing."""
    dataset = data.load(name)
    flat = (part.images.reshape(len(part.images), -1) for part in (dataset.train, dataset.test))
    train, test = (images.astype(np.float32) / np.float32(255) for images in flat)
    return train, dataset.train.labels.astype(np.int64), test, dataset.test.labels.astype(np.int64)


def _by_point(recipes: Sequence[TrainingSpec]) -> list[list[int]]:
    """Return the places of recipes that differ in their seed alone, in their order."""
    points: dict[tuple[str, float], list[int]] = {}
    for place, recipe in enumerate(recipes):
        points.setdefault((recipe.optimiser, recipe.learning_rate), []).append(place)
    return list(points.values())


def _accuracy(results: Results) -> Array:
    """Return the test accuracies (rates, optimisers, seeds)."""
    return results.grid("test_accuracy")[..., 0]


def label(name: str) -> Message:
    """Return what an optimiser is called."""
    return message(OPTIMISERS[name].label)


def _over_rates(results: Results, rates: Array, accuracy: Array) -> Chart:
    """Return the mean of each optimiser over the rate, and each network as a point that opens its run."""
    lines, links = [], results.opens[..., 0]
    for place, name in enumerate(NAMES):
        runs = accuracy[:, place]
        known = np.isfinite(runs)
        each = np.broadcast_to(rates[:, None], runs.shape)[known]
        lines.append(Line(label(name), rates, figures.spread(runs)[0], "line", place))
        lines.append(Line("", each, runs[known], "points", place, tuple(links[:, place][known])))
    # A line and not a mark, so that the rates stand there before the first point does.
    lines.append(Line(message("guessing"), rates, np.full(len(rates), 1 / CLASSES), "dashes", -1))
    return Chart(
        "accuracy", tuple(lines), Axis(message("Learning rate"), log=True),
        Axis(message("test accuracy"), low=0.0, high=1.02, share=True),
    )  # fmt: skip


def _curves(results: Results) -> Chart:
    """Return the training losses over the epochs, a colour an optimiser."""
    lines = []
    for index in sorted(results.curves, key=lambda index: NAMES.index(results.cells[index].values["optimiser"])):
        name, curve = results.cells[index].values["optimiser"], results.curves[index]
        epochs = np.linspace(1.0, max(1.0, float(results.metrics[index]["epochs"])), len(curve))
        links = (results.links[index],) * len(curve)
        # A loss of zero has no place on a logarithmic axis.
        shown = np.maximum(curve.astype(float), 1e-8)
        lines.append(Line(label(name), epochs, shown, "thin", NAMES.index(name), links))
    return Chart("curves", tuple(lines), Axis(message("Epoch"), whole=True), Axis(message("training loss"), log=True))


def _table(rates: Array, accuracy: Array) -> Table:
    """Return the mean accuracy of each rate and optimiser; the best rate of each optimiser is marked."""
    middle = figures.spread(accuracy)[0]
    best = [np.nanmax(column) if np.isfinite(column).any() else math.nan for column in middle.T]
    rows = []
    for rate, means, runs in zip(rates.tolist(), middle, accuracy, strict=True):
        cells = [Cell(float(f"{rate:.4g}"))]
        for place, mean in enumerate(means):
            known = runs[place][np.isfinite(runs[place])]
            if not len(known):
                cells.append(Cell(None, message("not there yet")))
                continue
            why = message(
                "{count} networks: {low} to {high} %",
                count=len(known), low=f"{100 * known.min():.2f}", high=f"{100 * known.max():.2f}",
            )  # fmt: skip
            cells.append(Cell(round(float(mean), 4), why, "good" if mean == best[place] else "", share=True))
        rows.append(tuple(cells))
    columns = (
        message("Rate"),
        *(OPTIMISERS[name].torch_class if name != "momentum" else message("momentum") for name in NAMES),
    )
    return Table("rates", columns, tuple(rows), NOTE)


EXPERIMENT = Optimisers

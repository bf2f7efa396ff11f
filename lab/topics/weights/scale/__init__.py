"""The scale of first weights: signals and gradients that vanish or grow, and what a network still learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, lazily
from lab.core.figures import Cell, Chart, Table
from lab.core.params import ParamError, Params, choice, integer, real
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.data.store import DataStore
from lab.nets.dense.first_weights import FirstWeights, Spread
from lab.nets.dense.network import Network
from lab.topics.weights.digits import FirstDigitsParams, by_layer, layer_names
from lab.topics.weights.scale import figures
from lab.topics.weights.scale.sizes import Sizes, at_first, lines, sizes
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of


@dataclass(frozen=True, kw_only=True)
class ScaleParams(FirstDigitsParams):
    """The course's values are the defaults, on fewer images."""

    essentials: ClassVar[tuple[str, ...]] = ("deviation", "family", "scales", "count")

    deviation: float = real(
        0.05, 1e-5, 100.0, scale="log", slider=True, label="Standard deviation", group="First weights",
        help="Of all first weights and biases.",
    )  # fmt: skip
    family: str = choice(
        "normal", {"normal": "Normal", "positive": "Uniform, positive only"}, label="Distribution",
        group="First weights", help="Normal about 0, or uniform from 0 to √12 standard deviations.",
    )  # fmt: skip
    lowest: float = real(
        1e-4, 1e-5, 100.0, scale="log", label="Lowest deviation", group="Comparison", help="Where the sweep begins."
    )
    highest: float = real(
        10.0, 1e-5, 100.0, scale="log", label="Highest deviation", group="Comparison", help="Where the sweep ends."
    )
    scales: int = integer(
        25, 2, 60, label="Deviations", group="Comparison", help="How many there are, by equal factors."
    )

    def check(self) -> None:
        """Refuse ends that do not follow each other."""
        super().check()
        if not self.lowest < self.highest:
            raise ParamError(
                "highest", "{field}: {value} is not allowed; allowed is a number above {low}, the lowest deviation",
                value=self.highest, low=self.lowest,
            )  # fmt: skip

    def first(self) -> FirstWeights:
        """Return how the numbers begin."""
        return Spread(self.deviation, self.family == "positive")

    def deviations(self) -> tuple[float, ...]:
        """Return those of the sweep, from the lowest to the highest."""
        between = np.geomspace(self.lowest, self.highest, self.scales)[1:-1]
        return (self.lowest, *(float(f"{each:.4g}") for each in between), self.highest)


class Scale(DenseExperiment[ScaleParams]):
    """784–64–32–32–10 on digits, all of whose first numbers have one standard deviation."""

    id: ClassVar[str] = "weights.scale"
    title: ClassVar[str] = "Scale of first weights"
    params: ClassVar[type[Params]] = ScaleParams

    def recipe(self, params: ScaleParams, data: DataStore) -> TrainingSpec:
        """Return the training."""
        return params.digits(data, params.first())

    def preview(self, params: ScaleParams, data: DataStore) -> Iterator[Event]:
        """Show the network before it has learned."""
        self._data = data
        return super().preview(params, data)

    def metrics(self, params: ScaleParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, and how large signals and gradients were at first."""
        names, first = layer_names(params.hidden), at_first(recipe)
        found = by_layer("first_signal", dict(zip(names, first.signals.tolist(), strict=True)))
        found |= by_layer("first_gradient", dict(zip(names, first.gradients.tolist(), strict=True)))
        return {**judged(recipe, network), **found}

    def also(self, params: ScaleParams, learner: Learner) -> Mapping[str, float]:
        """Return how large signals and gradients are in each layer."""
        names, now = layer_names(params.hidden), sizes(learner.recipe, learner.network)
        found = by_layer("signal", dict(zip(names, now.signals.tolist(), strict=True)))
        return found | by_layer("gradient", dict(zip(names, now.gradients.tolist(), strict=True)))

    def figures(self, params: ScaleParams, learner: Learner) -> Iterator[Event]:
        """Yield the sizes over the deviation, which no run changes, and a table of all layers."""
        if not learner.epoch:
            # Both charts are of the same networks, which take a while: they are made once, for the first that is seen.
            found, names = cache(partial(self._first, params)), layer_names(params.hidden)
            for what in figures.SIZES:
                yield lazily(Chart, what, figures.first_sizes, what, params.deviations(), found, names)
        yield lazily(Table, "layers", _layers, params, learner)

    def _first(self, params: ScaleParams) -> list[Sizes]:
        """Return the sizes in a network of each deviation, as it begins."""
        each = (params.replace(deviation=deviation) for deviation in params.deviations())
        return [at_first(one.digits(self._data, one.first())) for one in each]

    def numbers(self, params: ScaleParams, learner: Learner) -> Numbers:
        """Return how good the network is, and how its numbers are spread."""
        numbers = np.concatenate([array.ravel() for array in learner.network.learned])
        of = message("of all {count} weights and biases", count=len(numbers))
        return Numbers(
            (
                *of_training(learner),
                Quantity(message("standard deviation now"), float(numbers.std()), of, mark="strong"),
                Quantity(message("standard deviation at first"), params.deviation, message("as it was chosen")),
            )
        )

    def program(self, params: ScaleParams, recipe: TrainingSpec) -> Code:
        """Return the program, which measures signals and gradients before it trains."""
        data = params.digit_lines(self._data), "", *lines(layer_names(params.hidden))
        return code_of(recipe, "\n".join(data))

    def ends(self, params: ScaleParams, learner: Learner) -> Iterator[Event]:
        """Train networks of all deviations, and show how they come in."""
        from lab.sweeps.grid import Axis
        from lab.sweeps.within import seeds, within

        if params.networks:
            axes = Axis("deviation", params.deviations()), Axis("seed", seeds(params, params.networks))
            shown = figures.accuracies
            yield from within(self.id, params, axes, self._data, params.epochs, lambda results: (shown(results),))


def _layers(params: ScaleParams, learner: Learner) -> Table:
    """Return of each layer how large weights, signal and gradient were at first and are now."""
    first, now = at_first(learner.recipe), sizes(learner.recipe, learner.network)
    rows = []
    for place, name in enumerate(layer_names(params.hidden)):
        pairs = ((each.weights[place], each.signals[place], each.gradients[place]) for each in (first, now))
        cells = (Cell(_short(value)) for both in zip(*pairs, strict=True) for value in both)
        rows.append((Cell(name), *cells))
    columns = (
        message("layer"), message("weights"), message("now"), message("signal"), message("now"), message("gradient"),
        message("now"),
    )  # fmt: skip
    note = message("Root mean squares, at first and now: of the weights, of what leaves the layer, and of ∂loss/∂W.")
    return Table("layers", columns, tuple(rows), note)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


EXPERIMENT = Scale

"""First weights that are all the same: units that stay copies of each other, and what breaks that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, ImageRows, lazily
from lab.core.figures import Cell, Table
from lab.core.params import Params, choice, integer, real, redeclared
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.store import DataStore
from lab.nets.dense.first_weights import USUAL, Filled, FirstWeights
from lab.nets.dense.network import Network
from lab.sweeps.comparison import side_by_side
from lab.topics.weights.digits import FirstDigitsParams, layer_names
from lab.topics.weights.units import different, lines, moved
from lab.training.dense.beside import Beside
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training, tested
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

KINDS = {
    "random": "Random",
    "zero": "All 0",
    "one": "All 1",
    "equal": "All equal",
    "weights_one": "W 1, b 0",
    "weights_zero": "W 0, b random",
    "biases_zero": "W random, b 0",
    "layer_zero": "One layer 0",
    "layer_random": "One layer random",
}
SHOWN = 16
"""Units of the first layer whose weights are shown as pictures."""
EDGE = 1.4
"""Black and white of these pictures, in their largest weight: one that is as large is still told from the paper."""
USUALLY = "usual"


@dataclass(frozen=True, kw_only=True)
class IdenticalParams(FirstDigitsParams):
    """The course's values are the defaults, on fewer images."""

    essentials: ClassVar[tuple[str, ...]] = ("kind", "value", "layer", "networks", "count")

    kind: str = choice("one", KINDS, label="First numbers", group="First weights",
        help="What the network begins with: W are weights, b biases. One layer 0: its weights, the rest as usual. "
        "One layer random: all others are equal.",
    )  # fmt: skip
    value: float = real(
        0.1, -2.0, 2.0, label="The number", group="First weights", when=("kind", ("equal", "layer_random")),
        help="All weights and biases that are equal begin as this.",
    )  # fmt: skip
    layer: int = integer(
        2, 1, 10, label="The one layer", group="First weights", when=("kind", ("layer_zero", "layer_random")),
        help="Which layer is unlike the others, from 1; of a smaller network the last one.",
    )  # fmt: skip
    networks: int = redeclared(FirstDigitsParams, "networks", 3)

    def first(self) -> FirstWeights:
        """Return how the numbers begin."""
        layers = len(self.hidden) + 1
        one = min(self.layer, layers) - 1
        every, none = range(layers), (None,) * layers
        match self.kind:
            case "zero" | "one":
                return Filled(*(((0.0 if self.kind == "zero" else 1.0,) * layers,) * 2))
            case "equal":
                return Filled((self.value,) * layers, (self.value,) * layers)
            case "weights_one":
                return Filled((1.0,) * layers, (0.0,) * layers)
            case "weights_zero":
                return Filled((0.0,) * layers, none)
            case "biases_zero":
                return Filled(none, (0.0,) * layers)
            case "layer_zero":
                return Filled(tuple(0.0 if place == one else None for place in every), none)
            case "layer_random":
                filled = tuple(None if place == one else self.value for place in every)
                return Filled(filled, filled)
            case _:
                return USUAL


class Identical(DenseExperiment[IdenticalParams]):
    """784–64–32–32–10 on digits, twice: with first numbers of one's choice, and with the usual ones."""

    id: ClassVar[str] = "weights.identical"
    title: ClassVar[str] = "Identical weights"
    params: ClassVar[type[Params]] = IdenticalParams

    def recipe(self, params: IdenticalParams, data: DataStore) -> TrainingSpec:
        """Return the training with the numbers that were chosen."""
        return params.digits(data, params.first())

    def learner(self, params: IdenticalParams, data: DataStore) -> Beside:
        """Return both networks."""
        return Beside(self.recipe(params, data), {USUALLY: params.digits(data, USUAL)})

    def preview(self, params: IdenticalParams, data: DataStore) -> Iterator[Event]:
        """Show the network before it has learned."""
        self._data = data
        return super().preview(params, data)

    def metrics(self, params: IdenticalParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual; of each layer how many different units it has; of how many arrays something moved."""
        names = layer_names(params.hidden)
        units = [different(*pair) for pair in zip(network.weights, network.biases, strict=True)]
        changed = sum(far > 0 for pair in moved(network, began(recipe)) for far in pair)
        counts = {f"different_{name}": float(count) for name, count in zip(names, units, strict=True)}
        return {**judged(recipe, network), **counts, "arrays_moved": float(changed)}

    def also(self, params: IdenticalParams, learner: Learner) -> Mapping[str, float]:
        """Return how the usual network does, and how many different units there are in each hidden layer."""
        assert isinstance(learner, Beside)
        usual = learner.others[USUALLY]
        pairs = zip(layer_names(params.hidden)[:-1], learner.network.weights, learner.network.biases, strict=False)
        found = {f"different_{name}": float(different(weight, bias)) for name, weight, bias in pairs}
        return {f"{USUALLY}_{name}": value for name, value in tested(usual.recipe, usual.network).items()} | found

    def figures(self, params: IdenticalParams, learner: Learner) -> Iterator[Event]:
        """Yield the weights of the first layer as pictures, and a table of all layers."""
        yield lazily(ImageRows, "units", _pictures, learner)
        yield lazily(Table, "layers", _layers, params, learner)

    def numbers(self, params: IdenticalParams, learner: Learner) -> Numbers:
        """Return how good the network is, and what of it has moved."""
        found = self.metrics(params, learner.recipe, learner.network)
        arrays = 2 * len(learner.network.weights)
        of = message("of {count}: the weights and the biases of each layer", count=arrays)
        copies = message("without the copies; of {count} units", count=sum(params.hidden))
        hidden = int(sum(found[f"different_{name}"] for name in layer_names(params.hidden)[:-1]))
        return Numbers(
            (
                *of_training(learner),
                Quantity(message("arrays that moved"), int(found["arrays_moved"]), of, mark="strong"),
                Quantity(message("different hidden units"), hidden, copies, mark="strong"),
            )
        )

    def program(self, params: IdenticalParams, recipe: TrainingSpec) -> Code:
        """Return the program, which counts units that are copies, and arrays that moved."""
        data = (
            params.digit_lines(self._data),
            "",
            "began = [numbers.detach().clone() for numbers in network.parameters()]",
        )
        return code_of(recipe, "\n".join(data), more=lines(layer_names(params.hidden)))

    def ends(self, params: IdenticalParams, learner: Learner) -> Iterator[Event]:
        """Train networks of all kinds, and show how they come in."""
        from lab.sweeps.grid import Axis
        from lab.sweeps.within import seeds, within

        if params.networks:
            labels = [message(label) for label in KINDS.values()]
            axes = Axis("kind", tuple(KINDS)), Axis("seed", seeds(params, params.networks))
            extra = {"different_hidden1": message("different units")}
            shown = partial(side_by_side, labels=labels, extra=extra)
            yield from within(self.id, params, axes, self._data, params.epochs, shown)


def began(recipe: TrainingSpec) -> Network:
    """Return the network as it began."""
    return Network.drawn(recipe.plan, streams(recipe.seed).weights, recipe.first)


def _pictures(learner: Learner) -> ImageRows:
    """Return the weights of units of the first layer, each as an image, in one scale for both networks."""
    assert isinstance(learner, Beside)
    rows: list[tuple[Any, Any]] = []
    for words, one in ((message("chosen"), learner), (message("usual"), learner.others[USUALLY])):
        weight = one.network.weights[0][:, :SHOWN].T
        # Around 0, so that what has no sign yet is grey.
        largest = float(np.abs(weight).max(initial=0.0)) or 1.0
        rows.append((words, (weight / largest).reshape(len(weight), 28, 28).astype(np.float32)))
    return ImageRows("units", tuple(rows), limits=(-EDGE, EDGE))


def _layers(params: IdenticalParams, learner: Learner) -> Table:
    """Return of each layer its different units, and how far its numbers moved."""
    network = learner.network
    rows = []
    for name, weight, bias, (far, far_bias) in zip(
        layer_names(params.hidden), network.weights, network.biases, moved(network, began(learner.recipe)), strict=True
    ):
        count, units = different(weight, bias), weight.shape[1]
        copies = message("{count} of {units} are no copy of another one", count=count, units=units)
        still = message("no weight has moved"), message("no bias has moved")
        most = message("the farthest of {count}", count=weight.size), message("the farthest of {count}", count=units)
        rows.append(
            (
                Cell(name),
                Cell(units),
                Cell(count, copies, "bad" if count < units else ""),
                Cell(_short(far), most[0] if far else still[0], "" if far or not learner.epoch else "bad"),
                Cell(
                    _short(far_bias), most[1] if far_bias else still[1], "" if far_bias or not learner.epoch else "bad"
                ),
            )
        )
    columns = (
        message("layer"), message("units"), message("different"), message("weights moved by"),
        message("biases moved by"),
    )  # fmt: skip
    note = message("Units are copies where all their weights and their bias agree to 9 figures.")
    return Table("layers", columns, tuple(rows), note)


def _short(value: float) -> float:
    return float(f"{value:.4g}")


EXPERIMENT = Identical

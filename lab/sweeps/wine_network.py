"""What the pages of one network on the wine data have in common: data, program, and a comparison over seeds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, TypeVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, Remark
from lab.core.experiment import Context
from lab.core.metaparameters import DescentParams, epochs_field
from lab.core.numbers import check
from lab.core.params import integer, real, redeclared
from lab.core.quantities import Numbers, Quantity, program
from lab.core.streams import streams
from lab.core.text import Message, message
from lab.data import wine
from lab.data.classical import Table as Examples
from lab.data.store import DataStore
from lab.nets.dense.spec import Layer, MLPSpec
from lab.sweeps.comparison import side_by_side
from lab.sweeps.outcomes import Results
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import of_training
from lab.training.dense.params import LearnerParams
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

HIDDEN = (16, 32, 32)


@dataclass(frozen=True, kw_only=True)
class WineParams(DescentParams):
    """The course's values are the defaults."""

    data: str = wine.data_field()
    test_share: float = real(
        0.1, 0.02, 0.5, slider=True, label="Test share", group="Data",
        help="The share of the rows that is only tested on, chosen by chance.",
    )  # fmt: skip
    epochs: int = epochs_field(1000, 20_000)
    batch_size: int = redeclared(LearnerParams, "batch_size", 32)
    seeds: int = integer(
        5, 2, 30, label="Seeds", group="Comparison",
        help="How many networks of each kind are compared when a run has ended: each on another split, from other "
        "first weights. All kinds get the same ones.",
    )  # fmt: skip


P = TypeVar("P", bound=WineParams)


@dataclass(frozen=True, eq=False)
class Parts:
    """Which rows are learned from and which are tested, as places in the table."""

    table: Examples
    learned: Array
    tested: Array

    @property
    def labels(self) -> tuple[Array, Array]:
        """The class numbers of both."""
        return self.table.target[self.learned], self.table.target[self.tested]


def parts(params: WineParams, data: DataStore) -> Parts:
    """Return the rows of a table in two parts. Raises DataError."""
    table = wine.load(params.data, data)
    places = streams(params.seed).data.permutation(len(table.target))
    count = max(1, round(params.test_share * len(places)))
    return Parts(table, places[count:], places[:count])


def standardised(found: Parts) -> tuple[Array, Array]:
    """Return learned and tested rows, shifted and scaled by what the learned ones are."""
    x = found.table.features
    mean, deviation = x[found.learned].mean(0), x[found.learned].std(0)
    return (x[found.learned] - mean) / deviation, (x[found.tested] - mean) / deviation


def plan(found: Parts, layers: Sequence[Layer], output: str = "identity", outputs: int = 0) -> MLPSpec:
    """Return a network for a table; it ends in one logit for two classes, unless `outputs` are said."""
    classes = len(found.table.classes)
    ends = outputs or (1 if classes == 2 else classes)
    return MLPSpec(found.table.features.shape[1], (*layers, Layer(ends, output)))


def usual_loss(found: Parts) -> str:
    """Return the loss for a table: of one logit, or of one a class."""
    return "bce_logits" if len(found.table.classes) == 2 else "cross_entropy"


def spec(
    params: WineParams,
    network: MLPSpec,
    loss: str,
    inputs: tuple[Array, Array],
    labels: tuple[Array, Array],
    **more: Any,
) -> TrainingSpec:
    """Return the recipe for inputs and class numbers, of what is learned from and of what is tested."""
    learned, tested = (_targets(each, loss, network.outputs) for each in labels)
    usual = params.learning_rate, params.epochs, params.seed
    return TrainingSpec(
        network, loss, inputs[0], learned, *usual, inputs[1], tested, batch_size=params.batch_size, **more
    )


def _targets(labels: Array, loss: str, outputs: int) -> Array:
    if loss == "cross_entropy":
        return labels
    if outputs == 1:
        return labels[:, None].astype(float)
    return np.asarray((labels[:, None] == np.arange(outputs)).astype(float))


class WineNetwork(DenseExperiment[P]):
    """A network learns from the wine data; when it is done, all values of one parameter are compared over seeds."""

    compared: ClassVar[str]
    """The parameter whose values are compared."""
    extra: ClassVar[Mapping[str, Message]] = {}
    """Further metrics that the comparison shows, with what they are called."""

    @abstractmethod
    def recipe(self, params: P, data: DataStore) -> TrainingSpec:
        """Return what is trained."""

    def scaling_lines(self, params: P) -> tuple[str, ...]:
        """Return the lines of the program that scale `x`, with `learned` and `tested` as places of rows."""
        return ("x = (x - x[learned].mean(0)) / x[learned].std(0)", *CUT)

    def label_lines(self, params: P) -> tuple[str, ...]:
        """Return lines that change the labels `y`."""
        return ()

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Show the data, the network before it has learned, and its program."""
        self._data = data
        return super().preview(params, data)

    def program(self, params: P, recipe: TrainingSpec) -> Code:
        """Return the program, which reads and cuts the data as the page does."""
        count = 0 if recipe.test_inputs is None else len(recipe.test_inputs)
        lines = (
            *wine.reading_lines(params.data, self._data),
            *self.label_lines(params),
            "places = np.random.default_rng(seeds[0]).permutation(len(x))",
            f"tested, learned = places[:{count}], places[{count}:]",
            *self.scaling_lines(params),
            *_target_lines(recipe),
        )
        return code_of(recipe, "\n".join(lines))

    def by_hand(self, params: P) -> Sequence[Numbers]:
        """Return what the page computes number by number, beside the network; torch checks it when a run ends."""
        return ()

    def run(self, params: P, context: Context) -> Generator[Event, None, None]:
        """Train; where nobody sees the table of numbers, say first what learns from what."""
        if not context.watched:
            network, table = self.recipe(params, context.data).plan, parts(params, context.data).table
            yield Remark("network", message("A network {sizes}. {source}", sizes=sizes(network), source=table.source))
        yield from super().run(params, context)

    def figures(self, params: P, learner: Learner) -> Iterator[Event]:
        """Yield what is computed number by number, which no run changes."""
        groups = self.by_hand(params)
        if groups and not learner.epoch:
            yield from (group.table for group in groups)
            yield replace(program(groups), name="by_hand")

    def about(self, params: P, learner: Learner) -> tuple[Quantity, ...]:
        """Return numbers of the page's own."""
        return ()

    def numbers(self, params: P, learner: Learner) -> Numbers:
        """Return how good the network is, and what the data are."""
        found = parts(params, self._data)
        return Numbers(
            (_network(learner.recipe), *of_training(learner), *self.about(params, learner), *of_data(found)),
            note=found.table.source,
        )

    def ends(self, params: P, learner: Learner) -> Iterator[Event]:
        """Check what was computed by hand; train networks of all kinds, as many of each, and show how they come in."""
        if groups := self.by_hand(params):
            yield check(groups)
        yield from self._compare(params)

    def _compare(self, params: P) -> Iterator[Event]:
        from lab.sweeps.grid import Axis
        from lab.sweeps.within import seeds, within

        labels = [message(label) for _value, label in self.values(params)]
        values = tuple(value for value, _label in self.values(params))
        axes = Axis(self.compared, values), Axis("seed", seeds(params, params.seeds))
        shown = partial(self.compared_figures, labels)
        yield from within(self.id, params, axes, self._data, params.epochs, shown)

    def compared_figures(self, labels: Sequence[Message], results: Results) -> Iterator[Event]:
        """Yield what is known so far of the comparison of the kinds with these labels."""
        return side_by_side(results, labels, self.extra)

    def values(self, params: P) -> Sequence[tuple[str, str]]:
        """Return the values that are compared, with their labels."""
        return params.specs()[self.compared].choices


CUT = ("inputs, test_inputs = (torch.tensor(x[part]) for part in (learned, tested))",)


def _target_lines(recipe: TrainingSpec) -> tuple[str, ...]:
    outputs = recipe.plan.outputs
    if recipe.loss == "cross_entropy":
        made = "torch.tensor(y[part])"
    elif outputs == 1:
        made = "torch.tensor(y[part, None].astype(float))"
    else:
        made = f"torch.tensor((y[part, None] == np.arange({outputs})).astype(float))"
    return (f"targets, test_targets = ({made} for part in (learned, tested))",)


def sizes(network: MLPSpec) -> str:
    """Return the units of each layer, inputs and outputs included, as the course writes them."""
    return "–".join(map(str, (network.inputs, *(layer.units for layer in network.layers))))


def _network(recipe: TrainingSpec) -> Quantity:
    """Return what the network is made of."""
    return Quantity(message("network"), sizes(recipe.plan), message("columns of the table, hidden units, outputs"))


def of_data(found: Parts) -> tuple[Quantity, ...]:
    """Return the numbers of the data: how many rows, how many of each class, and rows that stand on both sides."""
    learned, tested = found.labels
    counts = np.bincount(tested, minlength=len(found.table.classes))
    usual = int(np.bincount(learned, minlength=len(counts)).argmax())
    double = wine.copies(found.table.features, found.learned, found.tested)
    return (
        Quantity(message("rows learned from"), len(learned), message("of {count}", count=len(found.table.target))),
        Quantity(message("rows tested"), len(tested), message("{percent} % each", percent=f"{100 / len(tested):.2f}")),
        Quantity(
            message("always the same answer"), float(counts[usual] / counts.sum()),
            message("test accuracy of “{kind}” for every row", kind=found.table.classes[usual]), share=True,
        ),
        Quantity(
            message("test rows seen in training"), double,
            message("The same numbers in all columns stand among the rows that are learned from."),
        ),
    )  # fmt: skip

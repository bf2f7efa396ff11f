"""Batches: their size at equal epochs and at equal updates, and what becomes of the last one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from lab.core.code import Code
from lab.core.events import Event, lazily
from lab.core.figures import Chart, Table
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import Params, choice, flag, integer
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.topics.regularisation.batches import last, sizes
from lab.topics.regularisation.batches.sizes import Sizes
from lab.topics.regularisation.examples import data_field, dropping, examples
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of, right_code

SHARES = {"doughnut": 0.9, "iris": 0.8}
"""What is learned from, as in the course: the test has 40 points, or 30 flowers."""


@dataclass(frozen=True, kw_only=True)
class BatchesParams(DescentParams):
    """The course's values are the defaults; it has equal epochs only."""

    essentials: ClassVar[tuple[str, ...]] = ("batch_size", "equal", "drop_last", "last")

    batch_size: int = integer(
        16, 1, 120, scale="log", slider=True, label="Batch size", group="Batches",
        help="The result is of this size. All sizes of the course, 2 to 64, are trained beside it.",
    )  # fmt: skip
    equal: str = choice(
        "epochs", {"epochs": "Epochs", "updates": "Updates"}, label="Equal are", group="Batches",
        help="Whether the result is of the network that had as many epochs as all others, or as many updates.",
    )  # fmt: skip
    epochs: int = epochs_field(500, 10_000)
    updates: int = integer(
        4200, 1, 100_000, scale="log", label="Updates", group="Training",
        help="How many steps each network does at equal updates, as far as whole epochs allow.",
    )  # fmt: skip
    drop_last: bool = flag(
        True, label="drop_last", group="Batches", help="Whether a last batch that is not full is left out."
    )
    last: int = integer(
        2, 1, 29, label="Last test batch", group="Batches",
        help="How many examples the second of two test batches has; the course's notebook has 38 and 2.",
    )  # fmt: skip
    data: str = data_field("iris")
    hidden: tuple[int, ...] = hidden_field()
    learning_rate: float = rate_field(0.001)


class Batches(DenseExperiment[BatchesParams]):
    """4–64–64–3 on Iris, once for each size and each budget."""

    id: ClassVar[str] = "regularisation.batches"
    title: ClassVar[str] = "Batches"
    params: ClassVar[type[Params]] = BatchesParams

    def recipe(self, params: BatchesParams, data: DataStore) -> TrainingSpec:
        """Return the one of which the result is."""
        return _recipe(params, params.equal, params.batch_size)

    def learner(self, params: BatchesParams, data: DataStore) -> Sizes:
        """Return all of them."""
        return Sizes(lambda budget, size: _recipe(params, budget, size), params.equal, params.batch_size)

    def metrics(self, params: BatchesParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, the test in the mean of its batches, the updates, and what each epoch leaves out."""
        return {
            **judged(recipe, network),
            "test_by_batches": last.by_batches(last.right(recipe, network), params.last),
            "updates": recipe.epochs * recipe.batches,
            "left_out": recipe.left_out,
        }

    def also(self, params: BatchesParams, learner: Learner) -> Mapping[str, float]:
        """Return the test in the mean of its batches."""
        return {"test_by_batches": last.by_batches(last.right(learner.recipe, learner.network), params.last)}

    def figures(self, params: BatchesParams, learner: Learner) -> Iterator[Event]:
        """Yield all sizes over epochs and over updates, what is left out, and the last test batch."""
        assert isinstance(learner, Sizes)
        for budget in sizes.BUDGETS:
            for measure in sizes.MEASURES:
                yield lazily(Chart, f"{budget} {measure}", sizes.chart, learner, budget, measure)
        yield lazily(Table, "sizes", sizes.table, learner)
        yield lazily(Table, "last", lambda: last.table(last.right(learner.recipe, learner.network), params.last))
        if not learner.epoch:
            each = (size for budget, size in learner.keys if budget == "epochs")
            yield lazily(Table, "left_out", sizes.left_out, len(learner.recipe.inputs), each)

    def program(self, params: BatchesParams, recipe: TrainingSpec) -> Code:
        """Return the program, which averages the test both ways."""
        return code_of(recipe, more=tuple(_measuring(params, recipe)))


def _recipe(params: BatchesParams, budget: str, size: int) -> TrainingSpec:
    """Return the training with batches of a size, for so many epochs, or for the epochs that come next to so many
    updates.
    """
    made = examples(params.data, params.seed, SHARES[params.data])
    count = int(made.train.sum())
    batches = max(1, count // size if params.drop_last else -(-count // size))
    epochs = params.epochs if budget == "epochs" else max(1, round(params.updates / batches))
    return made.recipe(
        dropping(params.hidden, 0.0), params.learning_rate, epochs, params.seed, batch_size=size,
        drop_last=params.drop_last,
    )  # fmt: skip


def _measuring(params: BatchesParams, recipe: TrainingSpec) -> Iterator[str]:
    assert recipe.test_inputs is not None
    yield ""
    yield "with torch.no_grad():"
    yield "    outputs, targets = network(test_inputs), test_targets"
    yield f"right = ({right_code(recipe)}).double().flatten()"
    yield f"parts = right.split([{len(recipe.test_inputs) - params.last}, {params.last}])"
    yield 'print("test_by_batches:", np.mean([part.mean().item() for part in parts]))'


EXPERIMENT = Batches

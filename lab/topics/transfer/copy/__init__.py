"""Weights copied from one network into another, in five ways: what comes along, and what learns afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Event, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.params import Params, choice
from lab.core.text import message
from lab.topics.transfer.copy import figures
from lab.topics.transfer.copy.program import program
from lab.topics.transfer.copy.ways import WAYS
from lab.topics.transfer.given import GivenParams, fresh, given, sources
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class CopyParams(GivenParams):
    """How the given network is copied into a new one; all ways go on to learn letters, side by side."""

    essentials: ClassVar[tuple[str, ...]] = ("way", "source", "count", "epochs")

    way: str = choice(
        "parameters", {name: str(way.label) for name, way in WAYS.items()}, label="Copied by", group="Copying",
        help="Which of the copies is shown tensor by tensor, and as a program. All of them are made and go on to "
        "learn, beside each other.",
    )  # fmt: skip


class Copy(TrainingExperiment[CopyParams]):
    """Each copy is compared with the network that it was made from, before it learns and after."""

    id: ClassVar[str] = "transfer.copy"
    title: ClassVar[str] = "Copying weights"
    params: ClassVar[type[Params]] = CopyParams
    headline: ClassVar[Headline | None] = Headline("test_accuracy", message("test accuracy of the copy"))

    def preview(self, params: CopyParams, data: DataStore) -> Iterator[Event]:
        """Show the tensors that there are, the letters, and the program."""
        dataset = data.load(params.model.dataset)
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        yield figures.planned(params)
        yield program(params, data)

    def validate(self, params: CopyParams, data: DataStore) -> None:
        """Raise DataError where the letters are missing or damaged."""
        data.load(params.model.dataset)

    def setup(self, params: CopyParams, data: DataStore) -> Setup:
        """Return the given network and the letters."""
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = data.load(params.model.dataset)
        shown = dataset.test.images[: params.tests]
        return Setup(given(params), CLASSIFY, sources(dataset, params), dataset.classes, shown)

    def begin(self, params: CopyParams, context: Context) -> TorchEngine[str]:
        """Make a copy in each way; all see the same batches."""
        from dataclasses import replace

        from lab.topics.transfer.copy.engine import Copies, copied
        from lab.training.trainer import Trainer

        self._params = params
        first = self.setup(params, context.data)
        trainers, theirs = {}, {}
        for way in WAYS:
            theirs[way] = given(params)
            copy, optimised = copied(way, theirs[way], fresh(params))
            trainers[way] = Trainer(replace(first, model=copy, optimised=optimised), params, context.device)
        self._engine = Copies(trainers, theirs, params.way)
        return self._engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the outputs of both networks, and both tables."""
        yield lazily(Chart, "outputs", figures.outputs, self._engine)
        yield lazily(Table, "tensors", figures.tensors, self._engine)
        if occasion != "step":
            yield lazily(Table, "numbers", figures.ways, self._engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of all ways, and what is said of the chosen one."""
        return Metrics({**super().result(engine).values, **self._engine.facts()})


EXPERIMENT = Copy

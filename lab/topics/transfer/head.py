"""A new last layer, and an optimiser that was made before it was there, or afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import Headline
from lab.core.params import Params, choice, redeclared
from lab.core.text import Message, message
from lab.topics.transfer.given import (
    LAST,
    GivenParams,
    NewHeadParams,
    built_lines,
    data_lines,
    given,
    head_lines,
    layers_of,
    loaded_lines,
    names,
    sources,
    tree,
    with_new_head,
)
from lab.topics.transfer.tables import moved_table, unmoved_table
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Confusion, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

NAMES: Mapping[str, Message] = MappingProxyType({"before": message("made before"), "after": message("made after")})
NOTE = message("How far each has moved, over its length at first. What the optimiser does not hold stays where it was.")


@dataclass(frozen=True, kw_only=True)
class HeadParams(NewHeadParams):
    """The course's exercise: a network for letters gets ten outputs, and learns digits."""

    essentials: ClassVar[tuple[str, ...]] = ("made", "source", "dataset", "count", "epochs")

    made: str = choice(
        "before", {"before": "Before the last layer is replaced", "after": "After it is replaced"},
        label="Optimiser made", group="Network",
        help="Which of both networks is shown as a tree and as a program; both learn, on the same batches.",
    )  # fmt: skip
    count: int = redeclared(GivenParams, "count", 2000)
    epochs: int = redeclared(GivenParams, "epochs", 6)


class Head(TrainingExperiment[HeadParams]):
    """Two networks with the same first weights: of one, the optimiser holds the layer that is no longer there."""

    id: ClassVar[str] = "transfer.head"
    title: ClassVar[str] = "A new last layer"
    params: ClassVar[type[Params]] = HeadParams
    headline: ClassVar[Headline | None] = Headline(
        "after_test_accuracy", message("test accuracy, optimiser made after")
    )
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(),)

    def preview(self, params: HeadParams, data: DataStore) -> Iterator[Event]:
        """Show the network as it is given, as it becomes, and what of it the optimiser holds."""
        dataset = params.images(data)
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        every = [layer.name for layer in layers_of(params)]
        yield tree("given", params, len(params.model.classes), every)
        for made in NAMES:
            yield tree(made, params, len(dataset.classes), every if made == "after" else every[:-1])
        yield unmoved_table(NAMES, names(params), NOTE)
        yield program(params, data, len(dataset.classes))

    def setup(self, params: HeadParams, data: DataStore, made: str = "after") -> Setup:
        """Return the network with its new last layer, and the images."""
        from torch import nn

        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        network, old = with_new_head(given(params), len(dataset.classes), params.seed)
        # What the optimiser was made of: the same body, with the layer that is replaced.
        before = nn.Sequential(*network[:-1], old) if made == "before" else None
        shown = dataset.test.images[: params.tests]
        return Setup(network, CLASSIFY, sources(dataset, params), dataset.classes, shown, optimised=before)

    def begin(self, params: HeadParams, context: Context) -> TorchEngine[str]:
        """Make both; the chosen one is the first."""
        from lab.topics.transfer.changes import numbers
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params = params
        order = sorted(NAMES, key=lambda made: made != params.made)
        first = self.setup(params, context.data)
        setups = {made: self.setup(params, context.data, made) for made in order}
        trainers = {
            made: Trainer(replace(first, model=each.model, optimised=each.optimised), params, context.device)
            for made, each in setups.items()
        }
        self._start = numbers(trainers["after"].model)
        return TorchEngine(trainers)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what probes show, and what has moved."""
        yield from super().shown(engine, occasion, choices)
        yield lazily(Table, "moved", self._moved, engine)

    def _moved(self, engine: TorchEngine[str]) -> Table:
        from lab.topics.transfer.changes import lengths, numbers

        moves = {made: lengths(self._start, numbers(engine.trainers[made].model)) for made in NAMES}
        return moved_table(NAMES, moves, lambda _made, name, far: name.startswith(LAST) and not far, NOTE)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of both, how far the new layer moved, and what its learning gains."""
        from lab.topics.transfer.changes import lengths, numbers

        found = dict(super().result(engine).values)
        found["gain"] = found["after_test_accuracy"] - found["before_test_accuracy"]
        for made, trainer in engine.trainers.items():
            moves = lengths(self._start, numbers(trainer.model))
            found[f"{made}_head_moved"] = moves[f"{LAST}.weight"]
            held = {id(parameter) for parameter in trainer.learning}
            found[f"{made}_held"] = float(sum(p.numel() for p in trainer.model.parameters() if id(p) in held))
        return Metrics(found)


def program(params: HeadParams, data: DataStore, classes: int) -> Code:
    """Return the program of the chosen network."""
    replaced = head_lines(params, classes)
    early = params.made == "after"
    return classifier_program(
        params,
        data=data_lines(params.chosen(data), params, data),
        network=built_lines(params),
        begun=(*loaded_lines(params, "network"), *(replaced if early else ())),
        ready=(
            *(() if early else replaced),
            "before = head.weight.detach().clone()",
            'held = {id(each) for group in optimiser.param_groups for each in group["params"]}',
            f'print("{params.made}_held:", sum(each.numel() for each in network.parameters() if id(each) in held))',
        ),
        after=(f'print("{params.made}_head_moved:", ((head.weight - before).norm() / before.norm()).item())',),
        name=params.made,
    )


EXPERIMENT = Head

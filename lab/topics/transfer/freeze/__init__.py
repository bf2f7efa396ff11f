"""Frozen layers of a given network: what learns, what moves all the same, and what freezing saves."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.text import message
from lab.topics.transfer.freeze import figures
from lab.topics.transfer.freeze.params import NAMES, TransferFreezeParams
from lab.topics.transfer.given import (
    built_lines,
    data_lines,
    given,
    head_lines,
    loaded_lines,
    names,
    sources,
    tree,
    with_new_head,
)
from lab.topics.transfer.tables import unmoved_table
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Confusion, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.transfer.freeze.engine import Frozen
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


class TransferFreeze(TrainingExperiment[TransferFreezeParams]):
    """Three networks with the same first weights and batches: frozen in both modes of batch norm, and not at all."""

    id: ClassVar[str] = "transfer.freeze"
    title: ClassVar[str] = "Freezing layers"
    params: ClassVar[type[Params]] = TransferFreezeParams
    headline: ClassVar[Headline | None] = Headline("held_test_accuracy", message("test accuracy, frozen in eval()"))
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(),)

    def preview(self, params: TransferFreezeParams, data: DataStore) -> Iterator[Event]:
        """Show the network and what of it learns, the images, and the program."""
        dataset = params.images(data)
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        yield tree("network", params, len(dataset.classes), params.learning(), params.norms == "held")
        yield unmoved_table(NAMES, names(params), figures.NOTE)
        yield program(params, data, len(dataset.classes))

    def setup(self, params: TransferFreezeParams, data: DataStore, way: str = "held") -> Setup:
        """Return the network with a new last layer, what of it is frozen, and the images."""
        from lab.training.groups import Group
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        network, _old = with_new_head(given(params), len(dataset.classes), params.seed)
        learning = tuple(Group(f"{layer}.*") for layer in params.learning())
        groups = () if way == "free" else (*learning, Group("*", frozen=True, statistics_move=way == "moving"))
        shown = dataset.test.images[: params.tests]
        return Setup(network, CLASSIFY, sources(dataset, params), dataset.classes, shown, groups)

    def begin(self, params: TransferFreezeParams, context: Context) -> TorchEngine[str]:
        """Make all three; the chosen one is the first."""
        from lab.topics.transfer.freeze.engine import Frozen
        from lab.training.trainer import Trainer

        self._params = params
        order = sorted(NAMES, key=lambda way: way != params.norms)
        first = self.setup(params, context.data)
        setups = {way: self.setup(params, context.data, way) for way in order}
        trainers = {
            way: Trainer(replace(first, model=each.model, groups=each.groups), params, context.device)
            for way, each in setups.items()
        }
        letters = sources(context.data.load(params.model.dataset), params)["test"]
        self._engine: Frozen = Frozen(trainers, given(params)[-1], letters.part(0, len(letters)), params.learning())
        return self._engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what probes show, what has moved, and what it costs."""
        yield from super().shown(engine, occasion, choices)
        yield lazily(Table, "moved", figures.moved, self._engine)
        if occasion != "step":
            yield lazily(Table, "numbers", figures.costs, self._engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of all three, what they hold, and how long a step takes beside the one of all layers."""
        found = dict(super().result(engine).values)
        whole = statistics.median(engine.step_ms["free"] or [float("nan")])
        for way, trainer in engine.trainers.items():
            costs = self._engine.costs(way)
            found |= {
                f"{way}_learning": float(sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)),
                f"{way}_gradient_bytes": float(costs.gradients),
                f"{way}_optimiser_bytes": float(costs.optimiser),
                f"{way}_activation_bytes": float(costs.activations),
                f"{way}_checkpoint_bytes": float(costs.checkpoint),
                f"{way}_features_moved": self._engine.features_moved(way),
                f"{way}_time_ratio": statistics.median(engine.step_ms[way] or [float("nan")]) / whole,
            }
        return Metrics(found)


def program(params: TransferFreezeParams, data: DataStore, classes: int) -> Code:
    """Return the program of the network whose frozen batch norms are in the chosen mode."""
    hold = (
        "for name, module in network.named_modules():",
        "    if isinstance(module, nn.BatchNorm2d) and name not in learning:",
        "        module.eval()",
    )
    return classifier_program(
        params,
        data=data_lines(params.chosen(data), params, data),
        network=built_lines(params),
        begun=(
            *loaded_lines(params, "network"),
            *head_lines(params, classes),
            f"learning = {list(params.learning())}",
            "for name, parameter in network.named_parameters():",
            '    parameter.requires_grad_(name.rpartition(".")[0] in learning)',
            "learned = [each for each in network.parameters() if each.requires_grad]",
            f'print("{params.norms}_learning:", sum(each.numel() for each in learned))',
        ),
        epoch_begins=hold if params.norms == "held" else (),
        after=(
            "gathered = [each for values in optimiser.state.values() for each in values.values()]",
            f'print("{params.norms}_gradient_bytes:", sum(each.nbytes for each in learned))',
            f'print("{params.norms}_optimiser_bytes:", sum(each.nbytes for each in gathered))',
            "network.set_submodule(last, old)",
            f'with np.load("resources/datasets/{params.model.dataset}.npz") as data:',
            f'    letters = torch.tensor(data["test_images"][:{params.tests}]).unsqueeze(1).float().div_(255)',
            f'    truth = torch.tensor(data["test_labels"][:{params.tests}]).long()',
            "with torch.no_grad():",
            "    outputs = torch.cat([network(images) for images in letters.split(500)])",
            f'print("{params.norms}_letters_accuracy:", (outputs.argmax(1) == truth).double().mean().item())',
        ),
        name=params.norms,
    )


EXPERIMENT = TransferFreeze

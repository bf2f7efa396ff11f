"""Frozen layers: which parts of a network learn in which epochs, and what moves all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, LayerTree, Moment, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.params import Params, choice, redeclared, text
from lab.core.text import message
from lab.nets.dense.classifier import layers, network_lines
from lab.topics.weights.freeze.figures import parameters_table, tree
from lab.topics.weights.freeze.plan import Plan, Tensor, parse, tensors_of
from lab.training.digits import CLASSES, SHAPE, DenseDigitsParams, network
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.weights.freeze.engine import FreezingEngine
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup, Trainer


@dataclass(frozen=True, kw_only=True)
class FreezeParams(DenseDigitsParams):
    """The course's network, at ten times its rate: that goes as far in 20 epochs of 266 steps as it in 100 of 562."""

    essentials: ClassVar[tuple[str, ...]] = ("frozen", "gradients", "norms", "optimiser", "learning_rate", "epochs")

    frozen: str = text(
        "hidden* 1-10", label="Frozen", group="Freezing",
        help="Which layers do not learn in which epochs: “hidden1 1-50”, or “hidden1 20-” until the end; * stands for "
        "anything, as in “*.bias 5-10”. Several are separated by semicolons. Layers are hidden1, batch_norm1, … and "
        "output, with .weight and .bias.",
    )  # fmt: skip
    gradients: str = choice(
        "none", {"none": "None, as in torch now", "zeros": "Zeros, as before torch 2"},
        label="Frozen gradients", group="Freezing",
        help="zero_grad() leaves none, and the optimiser passes over a parameter without one. With "
        "set_to_none=False it leaves zeros, and momentum and weight decay move what learned before.",
    )  # fmt: skip
    norms: str = choice(
        "training", {"training": "In training mode", "evaluation": "In evaluation mode"},
        label="Frozen norms", group="Freezing", when=("batch_norm", (True,)),
        help="requires_grad freezes scale and shift alone: in training mode a batch norm goes on to gather means and "
        "variances.",
    )  # fmt: skip
    epochs: int = redeclared(TrainingParams, "epochs", 20)

    def check(self) -> None:
        """Refuse what is no plan for this network."""
        super().check()
        self.plan()

    def tensors(self) -> list[Tensor]:
        """Return the parameters of the network."""
        return tensors_of(layers(self, SHAPE, CLASSES))

    def plan(self) -> Plan:
        """Return what is frozen when. Raises ParamError."""
        return parse(self.frozen, self.tensors(), self.epochs)


class Freeze(TrainingExperiment[FreezeParams]):
    """784–64–32–32–10 with frozen layers, and the same network without."""

    id: ClassVar[str] = "weights.freeze"
    title: ClassVar[str] = "Frozen layers"
    params: ClassVar[type[Params]] = FreezeParams

    def preview(self, params: FreezeParams, data: DataStore) -> Iterator[Event]:
        """Show what will learn when, and the program. Raises LabError where the images are missing."""
        params.images(data)
        yield tree(layers(params, SHAPE, CLASSES), params.tensors(), params.plan(), 1, params.norms == "evaluation")
        yield parameters_table(params.tensors(), params.plan(), 1, {}, {})
        yield program(params, data)

    def setup(self, params: FreezeParams, data: DataStore) -> Setup:
        """Return the network and the images, with what freezes it."""
        from lab.topics.weights.freeze.engine import Freezing
        from lab.topics.weights.movement import setup

        freezing = Freezing(params.plan(), params.gradients == "zeros", params.norms == "evaluation")
        return setup(params, data, (freezing,))

    def begin(self, params: FreezeParams, context: Context) -> TorchEngine[str]:
        """Make both networks: they have the same first weights and see the same batches."""
        from dataclasses import replace

        from lab.topics.weights.freeze.engine import FreezingEngine
        from lab.training.trainer import Trainer

        self._params = params
        setup = self.setup(params, context.data)
        free = replace(setup, model=network(params), hooks=())
        trainers: dict[str, Trainer] = {
            "": Trainer(setup, params, context.device), "free": Trainer(free, params, context.device),
        }  # fmt: skip
        self._engine = FreezingEngine(trainers)
        return self._engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what learns from here on, how far each parameter has gone, and when something was frozen or freed."""
        if occasion == "step":
            return
        params, plan = self._params, self._params.plan()
        epoch = min(engine.epoch + 1, params.epochs)
        if occasion == "epoch" and epoch > engine.epoch:
            yield from _moments(plan, params.tensors(), epoch, engine.step)
        held = params.norms == "evaluation"
        yield lazily(LayerTree, "network", tree, layers(params, SHAPE, CLASSES), params.tensors(), plan, epoch, held)
        yield lazily(Table, "parameters", _table, self._engine, params, plan)


def _moments(plan: Plan, tensors: list[Tensor], epoch: int, step: int) -> Iterator[Moment]:
    """Yield what is frozen or freed at the beginning of an epoch."""
    before, now = ({t.name for t in tensors if plan.frozen(t.name, at)} for at in (epoch - 1, epoch))
    if now - before:
        yield Moment(step, message("frozen"))
    if before - now:
        yield Moment(step, message("freed"))


def _table(engine: FreezingEngine, params: FreezeParams, plan: Plan) -> Table:
    from lab.topics.weights.movement import lengths

    moved = lengths("", engine.numbers(), engine.initial)
    gathered = [name for name in engine.initial if "running" in name]
    return parameters_table(params.tensors(), plan, max(1, engine.epoch), engine.moves, moved, gathered)


def program(params: FreezeParams, data: DataStore) -> Code:
    """Return the program of the training that freezes."""
    made, plan = layers(params, SHAPE, CLASSES), params.plan()
    places = {layer.name: place for place, layer in enumerate(made)}
    rules = [
        f'    ("{places[tensor.layer]}.{tensor.name.rpartition(".")[2]}", {first}, {last}),'
        for tensor in params.tensors()
        for first, last in plan.spans(tensor.name)
    ]
    norms = "[module for module in network if isinstance(module, nn.BatchNorm1d)]"
    hold = (
        "for norm in norms:",
        "    if not norm.weight.requires_grad and not norm.bias.requires_grad:",
        "        norm.eval()",
    )
    gathers = (
        "for norm, mean in zip(norms, means):",
        "    if not norm.weight.requires_grad and not norm.bias.requires_grad:",
        "        statistics_moved = max(statistics_moved, (norm.running_mean - mean).abs().max().item())",
    )
    return classifier_program(
        params,
        data=params.reading_lines(data),
        network=network_lines(params, SHAPE, CLASSES),
        initialisation=params.initialisation,
        begun=(
            *(("frozen = [", *rules, "]") if rules else ("frozen = []",)),
            *((f"norms = {norms}",) if params.batch_norm else ()),
            "frozen_moved = statistics_moved = 0.0",
        ),
        epoch_begins=(
            "for name, parameter in network.named_parameters():",
            "    stands = any(name == each and first <= epoch + 1 <= last for each, first, last in frozen)",
            "    parameter.requires_grad_(not stands)",
            *(hold if params.batch_norm and params.norms == "evaluation" else ()),
            "before = [parameter.detach().clone() for parameter in network.parameters()]",
            *(("means = [norm.running_mean.clone() for norm in norms]",) if params.batch_norm else ()),
        ),
        each_epoch=(
            "for parameter, value in zip(network.parameters(), before):",
            "    if not parameter.requires_grad:",
            "        frozen_moved = max(frozen_moved, (parameter.detach() - value).abs().max().item())",
            *(gathers if params.batch_norm else ()),
        ),
        zeros=params.gradients == "zeros",
        after=('print("frozen_moved:", frozen_moved)', 'print("statistics_moved:", statistics_moved)'),
    )


EXPERIMENT = Freeze

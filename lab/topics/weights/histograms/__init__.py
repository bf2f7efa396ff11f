"""Histograms of weights and biases, layer by layer: the first, the last, all between, by several initialisations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Architecture, Event, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import Params, flag
from lab.data.params import AnyImageDataParams
from lab.nets.dense.classifier import layers, network_lines
from lab.nets.registry.initialisations import INITIALISATIONS
from lab.topics.weights.histograms import figures
from lab.training.digits import SHAPE, DenseDigitsParams
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Probe, WeightHistograms
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class WeightHistogramsParams(AnyImageDataParams, DenseDigitsParams):
    """The course's values are the defaults."""

    compare: bool = flag(
        False, label="All initialisations", group="Network",
        help="Four more networks learn beside the one, each from first weights by another rule. That takes five times "
        "as long.",
    )  # fmt: skip


class WeightHistogramsPage(TrainingExperiment[WeightHistogramsParams]):
    """The same network and data as in ann.mnist, with an eye on how its weights are spread."""

    id: ClassVar[str] = "weights.histograms"
    title: ClassVar[str] = "Histograms of weights"
    params: ClassVar[type[Params]] = WeightHistogramsParams
    queries: ClassVar[tuple[str, ...]] = ("layer",)
    probes: ClassVar[tuple[Probe, ...]] = (WeightHistograms(vectors=True),)

    def preview(self, params: WeightHistogramsParams, data: DataStore) -> Iterator[Event]:
        """Show the network and the program."""
        classes = len(params.images(data).classes)
        made = layers(params, SHAPE, classes)
        yield Architecture(made)
        linear = [layer for layer in made if layer.kind == "linear"]
        first, names = linear[0], [layer.name for layer in linear]
        fans = first.shape_in[0], first.shape_out[0]
        yield figures.first_and_last(first.name, params.initialisation, fans, None, None)
        yield figures.by_rule(first.name, fans, {})
        yield classifier_program(
            params,
            data=params.reading_lines(data),
            network=network_lines(params, SHAPE, classes),
            initialisation=params.initialisation,
            begun=(
                "linear = [module for module in network if isinstance(module, nn.Linear)]",
                "before = [layer.weight.detach().clone() for layer in linear]",
            ),
            after=(
                f"names = {names!r}",
                "for name, layer, weight in zip(names, linear, before):",
                "    difference = (layer.weight - weight).double()",
                '    print(f"moved_{name}:", (difference.norm() / weight.double().norm()).item())',
                "numbers = torch.cat([p.detach().flatten() for p in network.parameters()])",
                f'print("outside:", (numbers.abs() > {figures.EDGE}).double().mean().item())',
            ),
        )

    def setup(self, params: WeightHistogramsParams, data: DataStore) -> Setup:
        """Return the network and the images."""
        from lab.topics.weights.movement import setup

        return setup(params, data)

    def begin(self, params: WeightHistogramsParams, context: Context) -> TorchEngine[str]:
        """Make the network, whose movement is measured, and those that learn beside it."""
        from lab.topics.weights.movement import Movement
        from lab.training.trainer import Trainer

        def trainer(rule: str) -> Trainer:
            own = params.replace(initialisation=rule)
            return Trainer(self.setup(own, context.data), own, context.device)

        self._params = params
        others = {rule: trainer(rule) for rule in INITIALISATIONS if params.compare and rule != params.initialisation}
        engine = Movement(trainer(params.initialisation), others)
        self._first = parts_of(engine)
        return engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the histograms, first and last of the layer that is picked, and the layers side by side."""
        yield from super().shown(engine, occasion, choices)
        if occasion == "step":
            return
        yield lazily(Table, "layers", self._layers, engine)
        yield lazily(Chart, "spreads", self._spreads, engine)
        picked = int(choices.get("layer", 0))
        for kind, name in ((Chart, "first_last"), (Chart, "rules"), (Table, "rules")):
            if kind is Chart or self._params.compare:
                yield lazily(kind, name, self._of_layer, engine, picked, name, kind)

    def _layers(self, engine: TorchEngine[str]) -> Table:
        return figures.layers_table(self._first[""], parts_of(engine)[""], outside(engine))

    def _spreads(self, engine: TorchEngine[str]) -> Chart:
        return figures.spreads(self._first[""], parts_of(engine)[""])

    def _of_layer(self, engine: TorchEngine[str], picked: int, name: str, kind: type[Event]) -> Event:
        own, now = self._params.initialisation, parts_of(engine)
        layers = figures.layers_of(now[""])
        layer = layers[picked % len(layers)]
        units, inputs = now[""][f"{layer}.weight"].shape
        if name == "first_last":
            return figures.first_and_last(layer, own, (inputs, units), self._first[""], now[""])
        shown = {rule: now[place] for rule in INITIALISATIONS if (place := "" if rule == own else rule) in now}
        if kind is Chart:
            return figures.by_rule(layer, (inputs, units), shown)
        first = {rule: self._first["" if rule == own else rule] for rule in shown}
        right = {rule: engine.judgement("test", "" if rule == own else rule).values["accuracy"] for rule in shown}
        return figures.rules_table(layer, first, shown, right)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and which share of all numbers the course's histograms leave out."""
        measured = super().result(engine)
        return measured if engine.diverged is not None else Metrics({**measured.values, "outside": outside(engine)})


def parts_of(engine: TorchEngine[str]) -> dict[str, figures.Parts]:
    """Return copies of all parameters of each network."""
    return {
        name: {part: values.detach().cpu().numpy().copy() for part, values in trainer.model.named_parameters()}
        for name, trainer in engine.trainers.items()
    }


def outside(engine: TorchEngine[str]) -> float:
    """Return the share of all weights and biases that the course's histograms leave out."""
    numbers = [parameter.detach().flatten() for parameter in engine.first.model.parameters()]
    return sum(int((part.abs() > figures.EDGE).sum()) for part in numbers) / sum(map(len, numbers))


EXPERIMENT = WeightHistogramsPage

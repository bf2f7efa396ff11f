"""Weights over time: how those of each layer are spread, epoch by epoch, and how far they move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Architecture, Event, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Cell, Table
from lab.core.params import Params
from lab.core.text import message
from lab.data.params import AnyImageDataParams
from lab.nets.dense.classifier import layers, network_lines
from lab.topics.ann.dense_digits import SHAPE, DenseDigitsParams, examples, network
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Probe, WeightHistograms
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.ann.weights_over_time.movement import Movement
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

EDGE = 0.8
"""Where the histograms of the course end; what is beyond is not in them."""


@dataclass(frozen=True, kw_only=True)
class WeightsOverTimeParams(AnyImageDataParams, DenseDigitsParams):
    """The course's values are the defaults."""


class WeightsOverTime(TrainingExperiment[WeightsOverTimeParams]):
    """The same network and data as in ann.mnist, with an eye on its weights alone."""

    id: ClassVar[str] = "ann.weights_over_time"
    title: ClassVar[str] = "Weights over time"
    params: ClassVar[type[Params]] = WeightsOverTimeParams
    probes: ClassVar[tuple[Probe, ...]] = (WeightHistograms(),)

    def preview(self, params: WeightsOverTimeParams, data: DataStore) -> Iterator[Event]:
        """Show the network and the program."""
        classes = len(params.images(data).classes)
        yield Architecture(layers(params, SHAPE, classes))
        names = [layer.name for layer in layers(params, SHAPE, classes) if layer.kind == "linear"]
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
                f'print("outside:", (numbers.abs() > {EDGE}).double().mean().item())',
            ),
        )

    def setup(self, params: WeightsOverTimeParams, data: DataStore) -> Setup:
        """Return the network and the images."""
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        sources = {
            "train": examples(dataset.train.images, dataset.train.labels),
            "test": examples(dataset.test.images, dataset.test.labels),
        }
        return Setup(network(params, len(dataset.classes)), CLASSIFY, sources, dataset.classes)

    def begin(self, params: WeightsOverTimeParams, context: Context) -> TorchEngine[str]:
        """Make the network, whose movement is measured."""
        from lab.topics.ann.weights_over_time.movement import Movement
        from lab.training.trainer import Trainer

        self._params = params
        self._engine = Movement(Trainer(self.setup(params, context.data), params, context.device))
        return self._engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the histograms, and the layers side by side."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Table, "layers", layers_table, self._engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and which share of all numbers the course's histograms leave out."""
        measured = super().result(engine)
        return measured if engine.diverged is not None else Metrics({**measured.values, "outside": outside(engine)})


def outside(engine: TorchEngine[str]) -> float:
    """Return the share of all weights and biases that the course's histograms leave out."""
    numbers = [parameter.detach().flatten() for parameter in engine.first.model.parameters()]
    return sum(int((part.abs() > EDGE).sum()) for part in numbers) / sum(map(len, numbers))


def layers_table(engine: Movement) -> Table:
    """Return each layer's weights: how many, what share of all, how they are spread, and how far they moved."""
    from lab.topics.ann.weights_over_time.movement import matrices, relative

    now = matrices(engine.first.model)
    total = sum(weight.numel() for weight in now.values())
    rows = []
    for name, weight in now.items():
        first = engine.initial[name]
        numbers = (
            100 * weight.numel() / total,
            float(first.double().std(correction=0)),
            float(weight.double().std(correction=0)),
            100 * relative(weight, first),
        )
        rows.append((Cell(name), Cell(weight.numel()), *(Cell(float(f"{number:.3g}")) for number in numbers)))
    columns = (
        message("layer"), message("weights"), message("share, %"), message("σ, first"), message("σ, now"),
        message("moved, %"),
    )  # fmt: skip
    note = message(
        "moved: how far from the first weights, over their length. Beyond ±{edge}, where the course's histograms end, "
        "are {share} % of all weights and biases.",
        edge=EDGE, share=f"{100 * outside(engine):.3g}",
    )  # fmt: skip
    return Table("layers", columns, tuple(rows), note)


EXPERIMENT = WeightsOverTime

"""How far the weights of each layer go in each epoch, how the layers are conditioned, and what is gained by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Architecture, Event, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import Params, real, redeclared
from lab.data.params import AnyImageDataParams
from lab.nets.dense.classifier import layers, network_lines
from lab.topics.weights.change import figures
from lab.training.digits import SHAPE, DenseDigitsParams
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class WeightChangeParams(AnyImageDataParams, DenseDigitsParams):
    """The course's, but for the rate: it has 562 batches an epoch, and 0.001; these images make 266."""

    learning_rate: float = redeclared(TrainingParams, "learning_rate", 0.002)
    l1: float = real(
        0.0, 0.0, 1.0, label="L1 λ", group="Training",
        help="How strongly each weight is pulled towards zero by the same amount: λ·Σ|w| is added to the loss. Biases "
        "are left alone.",
    )  # fmt: skip


class WeightChange(TrainingExperiment[WeightChangeParams]):
    """784–64–32–32–10 under the eye of three measures."""

    id: ClassVar[str] = "weights.change"
    title: ClassVar[str] = "How far weights go"
    params: ClassVar[type[Params]] = WeightChangeParams

    def preview(self, params: WeightChangeParams, data: DataStore) -> Iterator[Event]:
        """Show the network and the program."""
        classes = len(params.images(data).classes)
        yield Architecture(layers(params, SHAPE, classes))
        yield program(params, data, classes)

    def setup(self, params: WeightChangeParams, data: DataStore) -> Setup:
        """Return the network and the images."""
        from lab.topics.weights.change.engine import L1
        from lab.topics.weights.movement import setup

        return setup(params, data, (L1(params.l1),) if params.l1 else ())

    def begin(self, params: WeightChangeParams, context: Context) -> TorchEngine[str]:
        """Make the network, whose movement is measured."""
        from lab.topics.weights.change.engine import Changes
        from lab.training.trainer import Trainer

        self._params = params
        self._engine = Changes(Trainer(self.setup(params, context.data), params, context.device))
        return self._engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the layers side by side, and what is gained by how much change."""
        if occasion != "step":
            history = self._engine.history
            yield lazily(Table, "layers", figures.layers_table, tuple(self._engine.initial), history)
            if len(history) > figures.FEWEST:
                yield lazily(Chart, "epochs", figures.over_epochs, history)
                yield lazily(Chart, "pairs", figures.pairs, history)
                yield lazily(Table, "numbers", figures.correlations_table, history)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and how gain and change go together."""
        measured = super().result(engine)
        if engine.diverged is not None:
            return measured
        return Metrics({**measured.values, **figures.correlations(self._engine.history)})


def program(params: WeightChangeParams, data: DataStore, classes: int) -> Code:
    """Return the program that measures the same."""
    names = [layer.name for layer in layers(params, SHAPE, classes) if layer.kind == "linear"]
    penalty = (
        "for parameter in network.parameters():",
        "    if parameter.ndim > 1:",
        f"        parameter.grad += {params.l1!r} * parameter.detach().sign()",
    )
    return classifier_program(
        params,
        data=params.reading_lines(data),
        network=network_lines(params, SHAPE, classes),
        initialisation=params.initialisation,
        begun=(
            f"names = {names!r}",
            "linear = [module for module in network if isinstance(module, nn.Linear)]",
            "first = [layer.weight.detach().clone() for layer in linear]",
            "changes, lengths, trained, tested = [], [], [], []",
            "",
            "",
            "def tested_now():",
            "    network.eval()",
            "    with torch.no_grad():",
            "        answers = torch.cat([network(images) for images in test.split(500)]).argmax(1)",
            "    return (answers == test_labels).double().mean().item()",
            "",
            "",
            "def together(name, x, y):",
            "    if np.std(x) and np.std(y):",
            '        print(f"{name}:", np.corrcoef(x, y)[0, 1])',
            "",
            "",
            "tested.append(tested_now())",
        ),
        epoch_begins=("before = [layer.weight.detach().clone() for layer in linear]",),
        after_backward=penalty if params.l1 else (),
        each_epoch=(
            "steps_of = [(layer.weight.detach() - weight).double() for layer, weight in zip(linear, before)]",
            "lengths.append([difference.norm().item() for difference in steps_of])",
            "changes.append([length / weight.double().norm().item() for length, weight in zip(lengths[-1], before)])",
            "trained.append(right / seen)",
            "tested.append(tested_now())",
        ),
        after=(
            "for name, layer, weight, change, length in zip(names, linear, first, changes[-1], lengths[-1]):",
            "    difference = (layer.weight.detach() - weight).double()",
            '    print(f"change_{name}:", change)',
            '    print(f"length_{name}:", length)',
            '    print(f"moved_{name}:", (difference.norm() / weight.double().norm()).item())',
            '    print(f"condition_{name}:", torch.linalg.cond(layer.weight.detach().double()).item())',
            f"if epochs >= {figures.FEWEST}:",
            "    change, length = np.mean(changes, 1), np.mean(lengths, 1)",
            '    together("correlation", np.diff(tested), change)',
            '    together("same_epoch_correlation", np.diff(trained), length[1:])',
            '    together("shifted_correlation", np.diff(trained), length[:-1])',
        ),
    )


EXPERIMENT = WeightChange

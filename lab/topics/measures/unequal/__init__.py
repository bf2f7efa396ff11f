"""Unequal classes: one class has few examples, and accuracy hardly notices what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code, CodeLine
from lab.core.events import Event, Images, lazily
from lab.core.experiment import Context
from lab.core.figures import Bars, Table
from lab.core.metaparameters import rate_field
from lab.core.params import Params, choice, integer
from lab.data.params import ImageDataParams
from lab.nets.dense.params import activation_field, hidden_field
from lab.topics.measures.unequal.examples import Examples, cut, cut_lines, measured_lines, network_lines
from lab.topics.measures.unequal.figures import class_bars, rare_table, training_bars
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class UnequalParams(ImageDataParams, TrainingParams):
    """Which class is cut, to how many images, and the network; the network's values are the course's."""

    essentials: ClassVar[tuple[str, ...]] = ("rare", "kept", "test")

    rare: int = integer(
        7, 0, 9, slider=True, label="Rare class", group="Data", help="Of which class images are taken away."
    )
    kept: int = integer(
        20, 1, 6000, scale="log", slider=True, unit="images", label="Images left", group="Data",
        help="So many training images of it are left, the first ones; or all, where there are not so many.",
    )  # fmt: skip
    test: str = choice(
        "whole", {"whole": "Whole", "alike": "Cut in the same way"}, label="Test images", group="Data",
        help="Cut in the same way, as where images are taken away before they are divided, a handful of images of the "
        "rare class decide about its recall.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((64, 32, 32))
    activation: str = activation_field()
    learning_rate: float = rate_field(0.01, 1e-7)


class Unequal(TrainingExperiment[UnequalParams]):
    """A dense network on images of which one class is rare: accuracy beside recall and macro F1, epoch by epoch."""

    id: ClassVar[str] = "measures.unequal"
    title: ClassVar[str] = "Unequal classes"
    params: ClassVar[type[Params]] = UnequalParams
    queries: ClassVar[tuple[str, ...]] = ("image",)
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(),)

    def preview(self, params: UnequalParams, data: DataStore) -> Iterator[Event]:
        """Show how many images each class has, and the test images."""
        found = examples(params, data)
        yield training_bars(found, params.rare)
        yield Images("test", found.test_images, found.test_labels, found.classes, found.source)
        yield _program(params, data)

    def setup(self, params: UnequalParams, data: DataStore) -> Setup:
        """Return the network and its images."""
        from lab.topics.measures.unequal.judged import setup

        return setup(examples(params, data), params.hidden, params.activation, params.seed)

    def begin(self, params: UnequalParams, context: Context) -> TorchEngine[str]:
        """Make the network, which is judged by more than accuracy."""
        from lab.topics.measures.unequal.judged import Judged
        from lab.training.trainer import Trainer

        self._params, self._examples, self._data = params, examples(params, context.data), context.data
        return Judged(Trainer(self.setup(params, context.data), params, context.device), params.rare)

    def before(self, engine: TorchEngine[str]) -> Iterator[Event]:
        """Yield the program, and measure the network before its first step."""
        yield _program(self._params, self._data)
        yield from super().before(engine)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the confusion matrix, and after each epoch the measures of each class."""
        from lab.topics.measures.unequal.judged import Judged

        assert isinstance(engine, Judged)
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Bars, "per_class", lambda: class_bars(engine.counts(), self._examples, engine.rare))
            yield lazily(Table, "numbers", lambda: rare_table(engine.counts(), engine.rare))


def examples(params: UnequalParams, data: DataStore) -> Examples:
    """Return the images that are left."""
    return cut(params.images(data), params.rare, params.kept, params.test == "alike")


def _program(params: UnequalParams, data: DataStore) -> Code:
    made = classifier_program(
        params,
        data=(
            *params.lines("unit", data),
            "train = scaled(train)",
            *cut_lines(params.rare, params.kept, params.test == "alike"),
        ),
        network=network_lines(params.hidden, params.activation),
    )
    return Code("code", (*made.lines, *map(CodeLine, measured_lines(params.rare))), made.note)


EXPERIMENT = Unequal

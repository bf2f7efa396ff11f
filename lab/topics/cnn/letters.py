"""Letters: convolution, pooling, batch norm and leaky ReLU, twice, and 26 classes, as in the course."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Array, Event, Images, Metrics, Predictions, Remark, lazily
from lab.core.figures import BarPanel, Bars
from lab.core.headline import Headline
from lab.core.params import Params, redeclared
from lab.core.text import Message, message
from lab.data.catalogue import EMNIST, SYNTHETIC
from lab.data.params import LetterDataParams
from lab.nets.convolutional import ConvolutionalParams
from lab.topics.cnn.mnist import Mnist, MnistParams
from lab.training.drive import Occasion
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

BLOCK = ("conv channels=6 kernel=3 padding=1", "pool kernel=2", "batch_norm", "leaky_relu")
NETWORK = (*BLOCK, *BLOCK, "flatten", "linear units=50", "leaky_relu")
EXAMPLES = 21
"""Test images that are looked at one by one."""
AFTER = (
    "answers = outputs.argmax(1).cpu()  # NumPy and scikit-learn take what is on the CPU.",
    'print("train_error:", 1 - right / seen)',
    'print("test_error:", (answers != test_labels).double().mean().item())',
    "from sklearn.metrics import confusion_matrix",
    "",
    'confusion = confusion_matrix(test_labels, answers, normalize="true", labels=test_labels.unique())',
    'print("lowest_accuracy:", confusion.diagonal().min())',
)
"""What the program says beside the metrics of every classifier."""
DATA: Mapping[str, Message] = {
    SYNTHETIC: message(
        "Synthetic letters are used: nobody wrote them, and those of the test are in other fonts. EMNIST letters, "
        "which people wrote, can be imported or downloaded under “Data …”."
    ),
    EMNIST: message(
        "EMNIST letters are used: upright, A to Z as 0 to 25. Class 0 of their files, “N/A”, is no letter; it was "
        "looked for when they came in."
    ),
}
"""What is said of the letters that are used."""


class Examples(Probe):
    """What the network says of the first test images."""

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield it, after each epoch."""
        if occasion != "step":
            yield lazily(Predictions, "examples", self._predictions, engine)

    def _predictions(self, engine: TorchEngine[str]) -> Predictions:
        predicted, confidence = (each[:EXAMPLES] for each in engine.answers("test"))
        truth = engine.first.sources["test"].labels()[:EXAMPLES]
        return Predictions("examples", truth, predicted, confidence, engine.first.setup.classes, engine.step)


class ByClass(Probe):
    """The share of wrong answers for each class of the test."""

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield it, after each epoch."""
        if occasion != "step":
            yield lazily(Bars, "by_class", self._bars, engine)

    def _bars(self, engine: TorchEngine[str]) -> Bars:
        wrong = np.round(100 * (1 - class_shares(engine)), 2)
        panel = BarPanel(message("wrong, %"), wrong, 0.0, max(1.0, 1.1 * float(np.nanmax(wrong))), colour=1)
        return Bars("by_class", engine.first.setup.classes, (panel,))


def class_shares(engine: TorchEngine[str]) -> Array:
    """Return the diagonal (K,) of the confusion matrix, by the truth; NaN where no test image is of a class."""
    truth, predicted = engine.first.sources["test"].labels(), engine.answers("test")[0]
    count = len(engine.first.setup.classes)
    each, right = (np.bincount(labels, minlength=count) for labels in (truth, truth[predicted == truth]))
    return np.where(each > 0, right / np.maximum(each, 1), np.nan)


@dataclass(frozen=True, kw_only=True)
class LettersParams(LetterDataParams, MnistParams):
    """The course's network, rate, batches and epochs."""

    essentials: ClassVar[tuple[str, ...]] = ("dataset", "learning_rate", "epochs", "batch_size")

    network: tuple[str, ...] = redeclared(ConvolutionalParams, "network", NETWORK)


class Letters(Mnist):
    """Train on letters, and count the wrong answers."""

    id: ClassVar[str] = "cnn.letters"
    title: ClassVar[str] = "Letters"
    params: ClassVar[type[Params]] = LettersParams
    headline: ClassVar[Headline | None] = Headline("test_error", message("test error"), "percent", "lower")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), Examples(), ByClass(), FeatureMapsOf(), NetworkWeights())

    def preview(self, params: MnistParams, data: DataStore) -> Iterator[Event]:
        """Show the network and the test images, some of them alone, and say which letters these are."""
        yield from super().preview(params, data)
        found = params.images(data)
        some = found.test.images[:EXAMPLES], found.test.labels[:EXAMPLES]
        yield Images("examples", *some, found.classes, found.source)
        said = DATA.get(params.chosen(data))
        if said is not None:
            yield Remark("data", said)

    def program(self, params: MnistParams, data: DataStore, after: tuple[str, ...] = ()) -> Code:
        """Return the program, which prints the shares of wrong answers too."""
        return super().program(params, data, (*after, *AFTER))

    def setup(self, params: MnistParams, data: DataStore) -> Setup:
        """Return what `cnn.mnist` trains; wrong answers are counted too."""
        found = super().setup(params, data)
        measures = {**found.task.measures, "error": lambda outputs, targets: (outputs.argmax(1) != targets).sum()}
        return replace(found, task=replace(found.task, measures=measures))

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and the share of right answers for the letter that has the fewest."""
        found = super().result(engine).values
        shares = class_shares(engine)
        return Metrics({**found, "lowest_accuracy": math.nan if engine.diverged is not None else np.nanmin(shares)})


EXPERIMENT = Letters

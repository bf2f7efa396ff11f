"""Trained without one digit and then asked for it: its output is no blank, it was pushed down in every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.events import Architecture, Array, Event, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Bars, Table
from lab.core.params import Params, integer, redeclared
from lab.nets.dense.classifier import layers, network_lines
from lab.topics.ann.missing.figures import Asked, output_table, taken_bars
from lab.training.digits import CLASSES, SHAPE, DenseDigitsParams, examples, network
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import AnswerOf, Confusion, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from torch import Tensor

    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class MissingParams(DenseDigitsParams):
    """The course leaves out the 7."""

    epochs: int = redeclared(TrainingParams, "epochs", 30)
    missing: int = integer(
        7, 0, CLASSES - 1, slider=True, label="Missing digit", group="Data",
        help="No image of this class is learned from; afterwards the network is asked for all of them.",
    )  # fmt: skip


class Missing(TrainingExperiment[MissingParams]):
    """Ten outputs, nine classes to learn."""

    id: ClassVar[str] = "ann.missing"
    title: ClassVar[str] = "A digit never seen"
    params: ClassVar[type[Params]] = MissingParams
    queries: ClassVar[tuple[str, ...]] = ("image",)
    probes: ClassVar[tuple[Probe, ...]] = (Confusion("missing"), AnswerOf("missing"))

    def preview(self, params: MissingParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the images that it will never learn from, and the program."""
        yield Architecture(layers(params, SHAPE, CLASSES))
        dataset = params.images(data)
        images = left_out(dataset, params.missing)
        labels = np.full(len(images), params.missing)
        yield Images("missing", images, labels, dataset.classes, dataset.source)
        yield classifier_program(
            params,
            data=(
                *params.reading_lines(data),
                f"missing = {params.missing}",
                "learned, tested = train_labels != missing, test_labels != missing",
                "unseen = torch.cat([train[~learned], test[~tested]])",
                "train, train_labels = train[learned], train_labels[learned]",
                "test, test_labels = test[tested], test_labels[tested]",
            ),
            network=network_lines(params, SHAPE, CLASSES),
            initialisation=params.initialisation,
            begun=("bias_before = network[-1].bias[missing].item()",),
            after=(
                "with torch.no_grad():",
                "    shares = network(unseen).softmax(1)",
                'print("missing_probability:", shares[:, missing].double().mean().item())',
                'print("missing_accuracy:", (shares.argmax(1) == missing).double().mean().item())',
                'print("bias_change:", network[-1].bias[missing].item() - bias_before)',
            ),
        )

    def setup(self, params: MissingParams, data: DataStore) -> Setup:
        """Return the network, the nine digits to learn, their tests, and all images of the tenth."""
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        def probability(outputs: Tensor, _targets: Tensor) -> Tensor:
            return outputs.softmax(1)[:, params.missing].sum()

        dataset = params.images(data)
        unseen = left_out(dataset, params.missing)
        sources = {"missing": examples(unseen, np.full(len(unseen), params.missing))}
        for name, part in (("train", dataset.train), ("test", dataset.test)):
            others = part.labels != params.missing
            sources[name] = examples(part.images[others], part.labels[others])
        task = replace(CLASSIFY, measures={**CLASSIFY.measures, "probability": probability})
        return Setup(network(params), task, sources, dataset.classes, unseen)

    def begin(self, params: MissingParams, context: Context) -> TorchEngine[str]:
        """Make the network, and look at what it says before it has learned anything."""
        from lab.topics.ann.missing.output import asked

        engine = super().begin(params, context)
        # A run that goes on has no first weights any more; they follow from the seed.
        self._before = asked(network(params).to(engine.first.device), engine)
        return engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the missing digit is taken for, and what became of its output."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            digit = self._params.missing
            yield lazily(Bars, "taken", lambda: taken_bars(self._before, self._now(engine), digit))
            yield lazily(Table, "output", lambda: output_table(self._before, self._now(engine), digit))

    def _now(self, engine: TorchEngine[str]) -> Asked:
        from lab.topics.ann.missing.output import asked

        return asked(engine.first.model, engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and as what shares of the missing digit were taken."""
        measured = super().result(engine)
        if engine.diverged is not None:
            return measured
        now, missing = self._now(engine), self._params.missing
        values = {
            **measured.values,
            "untrained_probability": float(self._before.shares[missing]),
            "bias_change": float(now.biases[missing] - self._before.biases[missing]),
            **{f"taken_for_{digit}": float(share) for digit, share in enumerate(now.taken)},
        }
        return Metrics(values)


def left_out(dataset: ImageDataset, digit: int) -> Array:
    """Return all images of a digit (N, 28, 28), of the training and of the test."""
    return np.concatenate([part.images[part.labels == digit] for part in (dataset.train, dataset.test)])


EXPERIMENT = Missing

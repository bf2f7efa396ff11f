"""A convolutional network learns handwritten digits, as in the course's section on CNNs."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.events import (
    Architecture,
    Event,
    FeatureMaps,
    Images,
    Metrics,
    Predictions,
    Progress,
    Scalars,
    Weights,
)
from lab.core.experiment import Context, Counts, Experiment, State
from lab.core.metaparameters import TrainingParams
from lab.core.params import Params, choice, real
from lab.data.store import DataStore
from lab.nets.convolutional import ConvolutionalParams, plan

if TYPE_CHECKING:
    import torch

    from lab.training.trainer import Training

SHAPE = (1, 28, 28)
CLASSES = 10
ROLLING = 50
"""Test images that are judged again at a time between two epochs, while someone watches."""


@dataclass(frozen=True, kw_only=True)
class MnistParams(TrainingParams, ConvolutionalParams):
    """Everything of the experiment that can be changed; the defaults are the course's."""

    dataset: str = choice(
        "digits",
        {
            "digits": "10,000 MNIST digits (bundled)",
            "mnist": "MNIST, all 70,000 (import or download)",
            "fashion": "14,000 of Fashion-MNIST (bundled)",
            "fashion-mnist": "Fashion-MNIST, all 70,000 (import or download)",
        },
        label="Data",
        help="Which images the network learns and is tested on.",
        group="Data",
    )
    label_smoothing: float = real(
        0.0,
        0.0,
        0.5,
        label="Label smoothing",
        help="Share of the target that is spread evenly over all classes.",
        group="Training",
    )
    rotation: float = real(
        0.0, 0.0, 45.0, unit="°", label="Rotation", help="Each training image is turned by up to this much either way.",
        group="Augmentation",
    )  # fmt: skip
    shear: float = real(
        0.0, 0.0, 45.0, unit="°", label="Shear", help="Each training image is slanted by up to this much either way.",
        group="Augmentation",
    )  # fmt: skip
    scaling: float = real(
        0.0, 0.0, 0.5, label="Scaling",
        help="Each training image is stretched or squeezed along each axis by up to this share.",
        group="Augmentation",
    )  # fmt: skip
    shift: float = real(
        0.0, 0.0, 8.0, unit="pixels", label="Shift", help="Each training image is moved by up to this much either way.",
        group="Augmentation",
    )  # fmt: skip
    stroke: float = real(
        0.0, 0.0, 1.0, label="Stroke width", help="Strokes are made thicker or thinner by up to this strength.",
        group="Augmentation",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        plan(self, SHAPE, CLASSES)

    @property
    def augments(self) -> bool:
        """Whether training images are varied."""
        return any((self.rotation, self.shear, self.scaling, self.shift, self.stroke))


class Mnist(Experiment[MnistParams]):
    """Train a convolutional classifier and show everything of it."""

    id: ClassVar[str] = "cnn.mnist"
    title: ClassVar[str] = "MNIST digits"
    params: ClassVar[type[Params]] = MnistParams
    counts: ClassVar[Counts] = "batch"
    asks: ClassVar[tuple[str, ...]] = ("image",)

    _training: Training
    _inputs: torch.Tensor
    _targets: torch.Tensor

    def preview(self, params: MnistParams, data: DataStore) -> Iterator[Event]:
        """Show the network and the test images."""
        yield Architecture(plan(params, SHAPE, CLASSES))
        dataset = data.load(params.dataset)
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)

    def run(self, params: MnistParams, context: Context) -> Generator[Event, None, None]:
        """Train for all epochs; evaluate on the test images before the first and after each."""
        yield from self.preview(params, context.data)
        self._begin(params, context)
        training = self._training
        if not training.finished:
            self._judge(everything=True)
            yield self._predictions()
            if context.restored is None:
                yield Scalars("epoch", 0, self._test_values)
            else:
                yield self._weights()
                yield self._progress()
        while not training.finished:
            step = training.step()
            values = {"train_loss": step.loss, "train_accuracy": step.accuracy}
            yield Scalars("batch", training.steps_done, values)
            if step.epoch_ends:
                self._judge(everything=True)
                yield Scalars("epoch", training.steps_done, self._epoch_values())
                yield self._predictions()
            elif context.due(Predictions, "test"):
                self._judge(everything=False)
                yield self._predictions()
            if context.due(FeatureMaps, "test"):
                yield self._feature_maps(context.choices)
            if context.due(Weights, "network"):
                yield self._weights()
            yield self._progress()
        if self._judged_at != training.steps_done:
            self._judge(everything=True)
            yield self._predictions()
        yield self._weights()
        yield Metrics(self._epoch_values())

    def look(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show the present network: all test images judged, the maps of the image asked for, the weights."""
        if not hasattr(self, "_training"):
            return
        yield self._feature_maps(request)
        if self._judged_at != self._training.steps_done:
            self._judge(everything=True)
            yield self._predictions()
            yield self._weights()

    def state(self) -> State | None:
        """Return the state of the training, once it has begun."""
        if not hasattr(self, "_training"):
            return None
        state = self._training.state()
        state.counters["classes"] = list(self._classes)
        return state

    def _begin(self, params: MnistParams, context: Context) -> None:
        import torch

        from lab.data.augmentation import augment
        from lab.nets.network import build
        from lab.nets.pixels import as_tensor, scaled
        from lab.training.trainer import Training

        dataset = context.data.load(params.dataset)
        self._params, self._images = params, dataset.test.images
        self._classes = dataset.classes
        self._truth = dataset.test.labels
        generator = torch.Generator().manual_seed(params.seed)
        network = build(params, SHAPE, CLASSES, generator)
        self._scale = partial(scaled, pixels=params.pixels)

        def varied(images: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
            changed = augment(
                images,
                rotation=params.rotation,
                shear=params.shear,
                scale=params.scaling,
                shift=params.shift,
                stroke=params.stroke,
                generator=noise,
            )
            return self._scale(changed)

        train = as_tensor(dataset.train.images)
        self._training = Training(
            network,
            torch.nn.CrossEntropyLoss(label_smoothing=params.label_smoothing),
            train if params.augments else self._scale(train),
            torch.tensor(dataset.train.labels),
            params,
            context.device,
            varied if params.augments else None,
        )
        if context.restored is not None:
            self._training.restore(context.restored)
        self._inputs = self._scale(as_tensor(dataset.test.images)).to(context.device)
        self._targets = torch.tensor(dataset.test.labels).to(context.device)
        self._predicted = np.full(len(self._truth), -1)
        self._confidence = np.zeros(len(self._truth), dtype=np.float32)
        self._next = 0
        self._judged_at = -1

    def _judge(self, everything: bool) -> None:
        """Judge all test images, or the next few of them."""
        start, end = (0, len(self._truth)) if everything else (self._next, self._next + ROLLING)
        result = self._training.evaluate(self._inputs[start:end], self._targets[start:end])
        # New arrays, as the old ones went out in events.
        self._predicted, self._confidence = self._predicted.copy(), self._confidence.copy()
        self._predicted[start:end] = result.predicted.numpy()
        self._confidence[start:end] = result.confidence.numpy()
        self._next = end if end < len(self._truth) else 0
        if everything:
            self._judged_at = self._training.steps_done
            self._test_values = {"test_loss": result.loss, "test_accuracy": result.accuracy}

    def _epoch_values(self) -> dict[str, float]:
        training = self._training
        train = {"train_loss": training.epoch_loss, "train_accuracy": training.epoch_accuracy}
        return train | self._test_values

    def _progress(self) -> Progress:
        training = self._training
        ends = training.steps_done % training.steps_per_epoch == 0
        return Progress(training.steps_done, training.steps, training.epoch, self._params.epochs, ends)

    def _predictions(self) -> Predictions:
        step = self._training.steps_done
        return Predictions("test", self._truth, self._predicted, self._confidence, self._classes, step)

    def _feature_maps(self, choices: Mapping[str, Any]) -> FeatureMaps:
        from lab.nets.network import shown, trace

        index = int(choices.get("image", 0)) % len(self._images)
        self._training.model.eval()
        layers = shown(trace(self._training.model, self._inputs[index : index + 1]))
        return FeatureMaps("test", self._images[index] / np.float32(255), layers, self._training.steps_done)

    def _weights(self) -> Weights:
        from lab.nets.network import arrays

        weights = arrays(self._training.model)
        return Weights("network", weights, self._params.to_json(), self._classes, self._training.steps_done)


EXPERIMENT = Mnist

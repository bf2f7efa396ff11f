"""What can be seen of a network while it learns: each probe shows one thing, and an experiment lists those it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.events import Event, FeatureMaps, LayerTree, Predictions, Weights, lazily, made
from lab.core.figures import BarPanel, Bars
from lab.core.text import message
from lab.training.drive import Occasion
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from lab.training.engine import TorchEngine

ROLLING = 50
"""Examples that are judged again at a time between two epochs, while someone watches."""


class Probe:
    """Shows one thing. A probe belongs to the class of an experiment, and remembers nothing of a run."""

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield it, lazily where it costs time."""
        return iter(())

    def before(self, engine: TorchEngine[str], params: TrainingParams) -> Iterator[Event]:
        """Yield what belongs to the network before its first step, whoever watches."""
        return iter(())

    def closing(self, engine: TorchEngine[str], params: TrainingParams) -> Iterator[Event]:
        """Yield what belongs to the end of a run, whoever watches."""
        return iter(())


class Confusion(Probe):
    """The class that the network gives each example of a source: all after an epoch, between them a few at a time."""

    def __init__(self, source: str = "test") -> None:
        self.source = source

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield the predictions."""
        yield lazily(Predictions, self.source, self._predictions, engine, occasion)

    def _predictions(self, engine: TorchEngine[str], occasion: Occasion) -> Predictions:
        trainer = engine.first
        predicted, confidence = engine.answers(self.source, 0 if occasion != "step" else ROLLING)
        truth = trainer.sources[self.source].labels().reshape(len(predicted)).astype(np.int64)
        classes, rolling = trainer.setup.classes, occasion == "step"
        return Predictions(self.source, truth, predicted, confidence, classes, engine.step, rolling=rolling)


class FeatureMapsOf(Probe):
    """What each layer makes of one example of a source: of the "image" that is picked on the page.

    Of a large network it is the "layer" that is picked. The colours of a layer end at the largest number that it makes
    of any of the first `over` examples, so that the maps of one image can be compared with those of another; 0: at the
    largest of these maps alone. With `one`, a small network shows one layer at a time too.
    """

    def __init__(self, source: str = "test", over: int = 0, *, one: bool = False) -> None:
        self.source, self.over, self.one = source, over, one

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield the maps."""
        yield lazily(FeatureMaps, self.source, self._maps, engine, int(choices.get("image", 0)), _layers(choices))

    def _maps(self, engine: TorchEngine[str], picked: int, layers: Sequence[str]) -> FeatureMaps:
        from lab.nets.inspection import MANY, feature_maps, outputs_of

        trainer = engine.first
        pictures = trainer.setup.pictures
        assert pictures is not None
        index = picked % len(pictures)
        inputs, _ = trainer.sources[self.source].part(index, index + 1)
        found = feature_maps(trainer.model, inputs, layers, 0 if self.one else MANY)
        picture, scales = pictures[index] / np.float32(255), dict[str, float]()
        if self.over:
            many, _ = trainer.sources[self.source].part(0, min(self.over, len(pictures)))
            ends = {name: float(made.abs().max()) for name, made in outputs_of(trainer.model, many).items()}
            scales = {name: end for name, end in ends.items() if np.isfinite(end)}
        return FeatureMaps(self.source, picture, found.layers, engine.step, found.available, found.whole, scales)


class NetworkWeights(Probe):
    """All weights, with the parameters that build their network; at the end for whoever uses it later.

    Of a large network, while it learns, those of the "layer" that is picked.
    """

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield them."""
        yield lazily(Weights, "network", self._seen, engine, params, _layers(choices))

    def _seen(self, engine: TorchEngine[str], params: TrainingParams, layers: Sequence[str]) -> Weights:
        from lab.nets.inspection import weights_of

        trainer = engine.first
        found = weights_of(trainer.model, layers)
        arrays = dict(found.layers)
        classes = trainer.setup.classes
        return Weights("network", arrays, params.to_json(), classes, engine.step, found.available, found.whole)

    def closing(self, engine: TorchEngine[str], params: TrainingParams) -> Iterator[Event]:
        """Yield the last ones, all of them."""
        from lab.nets.network import arrays

        trainer = engine.first
        yield Weights("network", arrays(trainer.model), params.to_json(), trainer.setup.classes, engine.step)


class WeightHistograms(Probe):
    """How the weights of each layer are spread: before the first step, and after each epoch, whoever watches; with
    `vectors`, biases too.
    """

    def __init__(self, *, vectors: bool = False) -> None:
        self.vectors = vectors

    def before(self, engine: TorchEngine[str], params: TrainingParams) -> Iterator[Event]:
        """Yield the first histograms."""
        from lab.nets.inspection import histograms

        yield from made(histograms(engine.first.model, engine.step, vectors=self.vectors))

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield the histograms, which are the history of the run: none can be made later."""
        if occasion == "epoch":
            yield from self.before(engine, params)


class AnswerOf(Probe):
    """What the network says of one example of a source, of the "image" that is picked: its probabilities, as bars."""

    def __init__(self, source: str = "test") -> None:
        self.source = source

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield the bars."""
        yield lazily(Bars, "answer", self._bars, engine, int(choices.get("image", 0)))

    def _bars(self, engine: TorchEngine[str], picked: int) -> Bars:
        trainer, source = engine.first, engine.first.sources[self.source]
        index = picked % len(source)
        outputs = trainer.outputs(self.source, index, index + 1)
        truth = trainer.setup.classes[int(source.labels()[index])]
        shares = outputs.softmax(1)[0].cpu().numpy()
        said = message("image {number}: {truth}", number=index, truth=truth)
        panel = BarPanel(message("probability"), shares, 0.0, 1.0, remark=said)
        return Bars("answer", trainer.setup.classes, (panel,))


class Modules(Probe):
    """All modules of the network, as torch has them, for one example of a source."""

    def __init__(self, source: str = "test") -> None:
        self.source = source

    def shown(
        self, engine: TorchEngine[str], params: TrainingParams, occasion: Occasion, choices: Mapping[str, Any]
    ) -> Iterator[Event]:
        """Yield the tree, which never changes."""
        if occasion == "rest":
            yield lazily(LayerTree, "network", self._tree, engine)

    def _tree(self, engine: TorchEngine[str]) -> LayerTree:
        from lab.nets.inspection import layer_tree

        inputs, _ = engine.first.sources[self.source].part(0, 1)
        return layer_tree(engine.first.model, tuple(inputs.shape[1:]))


def _layers(choices: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the layers that are asked for: the one that is picked on the page, if one is."""
    return (str(choices["layer"]),) if choices.get("layer") else ()

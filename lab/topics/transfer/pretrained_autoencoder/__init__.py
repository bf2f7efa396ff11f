"""An encoder that has learned without labels, and a classifier with few of them: is there a gain at all?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Architecture, Event, ImageRows, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.pictures import Pictures
from lab.core.text import message
from lab.nets.convolutional import plan
from lab.topics.transfer.again import learned_again
from lab.topics.transfer.pretrained_autoencoder import figures
from lab.topics.transfer.pretrained_autoencoder.params import WAYS, PretrainedParams
from lab.topics.transfer.pretrained_autoencoder.program import program
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Confusion, NetworkWeights, Probe

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.topics.transfer.pretrained_autoencoder.engine import Pretraining
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


class PretrainedAutoencoder(TrainingExperiment[PretrainedParams]):
    """An autoencoder; then three classifiers side by side: naive, with its encoder, and with its encoder frozen."""

    id: ClassVar[str] = "transfer.pretrained_autoencoder"
    title: ClassVar[str] = "Pretrained without labels"
    params: ClassVar[type[Params]] = PretrainedParams
    headline: ClassVar[Headline | None] = Headline(
        "pretrained", message("pretrained, test accuracy"), live="pretrained_test_accuracy"
    )
    queries: ClassVar[tuple[str, ...]] = ("image",)
    probes: ClassVar[tuple[Probe, ...]] = (NetworkWeights(),)

    _dataset: ImageDataset

    def preview(self, params: PretrainedParams, data: DataStore) -> Iterator[Event]:
        """Show both networks, the test images and the program."""
        dataset = params.images(data)
        yield Architecture(plan(params.classifier, params.shape, None))
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        yield figures.originals(dataset)
        yield figures.copied(params)
        yield program(params, data)

    def validate(self, params: PretrainedParams, data: DataStore) -> None:
        """Raise DataError where the images are missing or damaged."""
        params.images(data)

    def setup(self, params: PretrainedParams, data: DataStore) -> Setup:
        """Return a classifier with its first weights, and the images whose labels are known."""
        from lab.topics.transfer.pretrained_autoencoder.engine import classifier_setup

        return classifier_setup(params, params.images(data))

    def begin(self, params: PretrainedParams, context: Context) -> Pretraining:
        """Make the autoencoder and the classifiers."""
        from lab.topics.transfer.pretrained_autoencoder.engine import engine_of

        self._params, self._dataset, self._device = params, params.images(context.data), context.device
        return engine_of(params, self._dataset, context.device)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what is given back; of the classifiers, once they learn, maps and classes, and numbers."""
        from lab.training.phases import Phases

        yield from super().shown(engine, occasion, choices)
        yield lazily(ImageRows, "reconstructions", figures.reconstructions, engine, self._dataset)
        if isinstance(engine, Phases) and engine.following:
            yield from Confusion().shown(engine, self._params, occasion, choices)
            image = int(choices.get("image", 0))
            for layer, name in enumerate(("bare", "maps1", "maps2")[: len(self._params.channels) + 1], -1):
                yield lazily(Pictures, name, figures.maps, engine, self._params, image, layer)
            if occasion != "step":
                yield lazily(Table, "numbers", figures.table, engine, self._params)

    def closing(self, engine: TorchEngine[str], watched: bool) -> Iterator[Event]:
        """Hand out the weights; where someone watches, learn all again with other seeds and numbers of labels."""
        from lab.topics.transfer.pretrained_autoencoder.engine import Pretraining, engine_of

        assert isinstance(engine, Pretraining)
        params = self._params
        yield from super().closing(engine, watched)
        if watched and params.seeds:
            yield from learned_again(
                params,
                (params.sizes, tuple(WAYS), params.seeds),
                engine,
                lambda seed, size, source: engine_of(
                    params.replace(seed=seed, labelled=size), self._dataset, self._device, source
                ),
                lambda values: (figures.over_labels(params.sizes, values), figures.gains(params.sizes, values)),
            )

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end: the accuracy of each classifier, and the error of the autoencoder."""
        from lab.training.engine import named
        from lab.training.phases import Phases

        values = {name: value for name, value in super().result(engine).values.items() if "autoencoder" not in name}
        own: dict[str, float] = dict.fromkeys(("autoencoder_train_loss", "autoencoder_test_loss"), math.nan)
        assert isinstance(engine, Phases)
        if engine.following and engine.diverged is None:
            own = {**named("autoencoder", "train", engine.source.epoch_values()), **engine.of_source()}
        accuracies = {way: values.get(f"{way}_test_accuracy", math.nan) for way in WAYS}
        return Metrics({**values, **own, **accuracies, "reconstruction": own["autoencoder_test_loss"]})


EXPERIMENT = PretrainedAutoencoder

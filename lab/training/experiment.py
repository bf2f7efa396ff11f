"""A network in torch learns: an experiment says what, and picks from the probes what is seen of it."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from lab.core.events import Event, Metrics, Remark, Scalars
from lab.core.experiment import Context
from lab.core.text import message
from lab.data.params import ImageDataParams
from lab.training.drive import LearningExperiment, Occasion
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Probe

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

P = TypeVar("P", bound=TrainingParams)


CHANCE = 0.99
"""How sure one is that an accuracy behind this share of the binomial distribution is none of guessing."""


def chance(engine: TorchEngine[str]) -> Remark | None:
    """Say where a classifier does no better than guessing: its accuracy is within what that gives by chance."""
    from scipy.stats import binom

    trainer = engine.first
    classes, source = len(trainer.setup.classes), "test" if "test" in trainer.sources else "train"
    accuracy = engine.judgement(source).values.get("accuracy")
    if accuracy is None or classes < 2:
        return None
    count = len(trainer.sources[source])
    _low, high = binom.interval(CHANCE, count, 1 / classes)
    if round(accuracy * count) > high:
        return None
    words = message(
        "It has learned nothing: {accuracy} % of {count} examples are right, and guessing among {classes} classes gives"
        " up to {high} %. Try another learning rate or initialisation.",
        accuracy=f"{100 * accuracy:.2f}",
        count=f"{count:,}",
        classes=classes,
        high=f"{100 * high / count:.2f}",
    )
    return Remark("chance", words, "warning")


class TrainingExperiment(LearningExperiment[P, "TorchEngine[str]"]):
    """One network is trained. `setup` is all that a new experiment has to say, beside its own parameters.

    Its scalars are "train_…" of each batch and epoch, and "test_…" (and of any other source) of each epoch; its
    metrics are those of the last one.
    """

    probes: ClassVar[tuple[Probe, ...]] = ()
    """What is shown of the network while it learns."""

    @abstractmethod
    def setup(self, params: P, data: DataStore) -> Setup:
        """Return what is trained on what; the same parameters always give the same, first weights included."""

    def validate(self, params: P, data: DataStore) -> None:
        """Raise LabError where images that the parameters name are missing or damaged, or have too many classes."""
        if isinstance(params, ImageDataParams):
            params.images(data)

    def begin(self, params: P, context: Context) -> TorchEngine[str]:
        """Make the network and bring it and its data to the device."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params = params
        return TorchEngine({"": Trainer(self.setup(params, context.data), params, context.device)})

    def before(self, engine: TorchEngine[str]) -> Iterator[Event]:
        """Measure the network before its first step."""
        yield Scalars("epoch", 0, dict(engine.measure()))
        for probe in self.probes:
            yield from probe.before(engine, self._params)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show."""
        for probe in self.probes:
            yield from probe.shown(engine, self._params, occasion, choices)

    def closing(self, engine: TorchEngine[str], watched: bool) -> Iterator[Event]:
        """Hand out the weights, which are kept with the run; say where nothing was learned."""
        if engine.diverged is not None:
            # Weights that are no numbers are no model.
            return
        guessed = chance(engine)
        if guessed is not None:
            yield guessed
        for probe in self.probes:
            yield from probe.closing(engine, self._params)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end; of a network whose numbers are none any more, NaN."""
        found = engine.measure()
        return Metrics(dict(found if engine.diverged is None else dict.fromkeys(found, math.nan)))

"""A network in torch learns: an experiment says what, and picks from the probes what is seen of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from lab.core.events import Event, Metrics, Scalars
from lab.core.experiment import Context
from lab.training.drive import LearningExperiment, Occasion
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Probe

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

P = TypeVar("P", bound=TrainingParams)


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
        """Hand out the weights, which are kept with the run."""
        for probe in self.probes:
            yield from probe.closing(engine, self._params)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end."""
        return Metrics(dict(engine.measure()))

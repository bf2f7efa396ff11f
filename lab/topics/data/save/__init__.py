"""Saving a network: what a state_dict holds, what loading it gives, which epoch is kept, why pickles are refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, Metrics, Moment, lazily
from lab.core.figures import Chart, Table
from lab.core.params import Params, choice, flag, integer, real, redeclared
from lab.core.text import message
from lab.data.params import ImageDataParams
from lab.nets.dense.classifier import DenseClassifierParams
from lab.topics.data.save.figures import entries, instructions, named, outputs, readers, told
from lab.topics.data.save.program import program
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.hooks import BestWeights, Hook
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

SHAPE = (1, 28, 28)
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class SaveParams(ImageDataParams, TrainingParams, DenseClassifierParams):
    """The course's network and training; a dev set is cut off, and a second network is to take the weights."""

    essentials: ClassVar[tuple[str, ...]] = ("kept", "second", "strict", "digit", "epochs", "learning_rate")

    kept: str = choice(
        "best",
        {"best": "Best epoch, a copy", "reference": "Best epoch, without a copy", "last": "Last epoch"},
        label="What is saved", group="Saving",
        help="The weights of the epoch with the highest dev accuracy, or those at the end. Without a copy, what was "
        "kept is the network's own memory, and goes on learning.",
    )  # fmt: skip
    second: str = choice(
        "same",
        {"same": "The same layers", "wider": "A first layer one unit wider", "wrapped": "Within another module"},
        label="Second network", group="Saving",
        help="What loads the weights. Within another module its entries have other names, as with DataParallel.",
    )  # fmt: skip
    strict: bool = flag(
        True, label="Strict", group="Saving", help="load_state_dict refuses where names are missing, or too many."
    )
    digit: int = integer(
        5, 0, 9, slider=True, label="Output shown", group="Saving",
        help="The probability of which digit is compared. Digit 5 is output 5, the sixth one.",
    )  # fmt: skip
    dev_share: float = real(
        0.1, 0.02, 0.5, slider=True, label="Dev share", group="Data",
        help="The share of the training images that only decides which epoch is best.",
    )  # fmt: skip
    optimiser: str = redeclared(TrainingParams, "optimiser", "sgd")
    learning_rate: float = redeclared(TrainingParams, "learning_rate", 0.01)
    epochs: int = redeclared(TrainingParams, "epochs", 10)

    def parts(self, dataset: ImageDataset) -> tuple[Array, Array]:
        """Return which of the training images are learned from, and which are the dev set."""
        count = len(dataset.train)
        places = np.random.default_rng(self.seed).permutation(count)
        cut = max(1, round(self.dev_share * count))
        return places[cut:], places[:cut]


class Save(TrainingExperiment[SaveParams]):
    """784–64–32–32–10, saved, loaded into a second network, and compared."""

    id: ClassVar[str] = "data.save"
    title: ClassVar[str] = "Saving and loading"
    params: ClassVar[type[Params]] = SaveParams

    def preview(self, params: SaveParams, data: DataStore) -> Iterator[Event]:
        """Show what the state_dict will hold, what a pickle is, and the program."""
        yield entries(named(params, SHAPE, CLASSES))
        yield instructions()
        yield program(params, data, SHAPE, CLASSES)

    def setup(self, params: SaveParams, data: DataStore) -> Setup:
        """Return the network and the images in three parts."""
        import torch

        from lab.nets.pixels import as_tensor
        from lab.topics.data.save.reloaded import built
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        train, dev = params.parts(dataset)
        images, labels = as_tensor(dataset.train.images), torch.tensor(dataset.train.labels)
        sources = {
            "train": InMemory(images[train], labels[train]),
            "dev": InMemory(images[dev], labels[dev]),
            "test": InMemory(as_tensor(dataset.test.images), torch.tensor(dataset.test.labels)),
        }
        hooks: tuple[Hook, ...] = ()
        if params.kept == "best":
            hooks = (BestWeights("dev_accuracy", "higher", message("the dev accuracy")),)
        return Setup(built(params, SHAPE, CLASSES), CLASSIFY, sources, dataset.classes, hooks=hooks)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the network is, saved as it is now, and what becomes of that."""
        from lab.topics.data.save.reloaded import reloaded, values

        if occasion == "step":
            return
        params, once = self._params, cache(lambda: reloaded(engine, self._params, SHAPE, CLASSES))
        yield lazily(Table, "entries", lambda: entries(values(engine.first.model)))
        yield lazily(Chart, "outputs", lambda: outputs(once(), params.digit))
        yield lazily(Table, "numbers", lambda: told(once(), params).table)
        yield lazily(Table, "readers", lambda: readers(once()))

    def closing(self, engine: TorchEngine[str], watched: bool) -> Iterator[Event]:
        """Mark the epoch whose weights are saved."""
        best = best_epoch(engine)
        if best:
            yield Moment(best * engine.first.steps_per_epoch, message("best weights"))
        yield from super().closing(engine, watched)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of what is saved, and how far the second network is from it."""
        from lab.topics.data.save.reloaded import reloaded

        found = dict(super().result(engine).values)
        more = reloaded(engine, self._params, SHAPE, CLASSES).metrics()
        if engine.diverged is not None:
            more = dict.fromkeys(more, math.nan)
        best = best_epoch(engine)
        return Metrics(found | more | ({"best_epoch": best} if best else {}))


def best_epoch(engine: TorchEngine[str]) -> int:
    """Return the epoch whose weights are kept; 0 where none is."""
    return next((int(hook.state().counters.get("epoch", 0)) for hook in engine.hooks), 0)


EXPERIMENT = Save

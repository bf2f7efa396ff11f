"""The training, judged class by class."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import nn

from lab.core.events import Array
from lab.maths import confusion
from lab.nets.network import initialise
from lab.nets.pixels import as_tensor, scaled
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.measures.unequal.examples import CLASSES, Examples, widths
from lab.training.engine import TorchEngine
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer


class Judged(TorchEngine[str]):
    """Adds to the measures of each epoch what becomes of the class `rare`, and what the mean over classes is."""

    def __init__(self, trainer: Trainer, rare: int) -> None:
        super().__init__({"": trainer})
        self.rare = rare

    def counts(self) -> Array:
        """Return the confusion matrix (10, 10) of the test images now."""
        predicted, _confidence = self.answers("test")
        return confusion.confusion(self.first.sources["test"].labels(), predicted, CLASSES)

    def measure(self) -> Mapping[str, float]:
        """Return all measures."""
        values, counts = dict(super().measure()), self.counts()
        recall = confusion.recall(counts)
        return values | {
            "rare_recall": float(recall[self.rare]),
            "rare_precision": float(confusion.precision(counts)[self.rare]),
            "macro_recall": float(recall.mean()),
            "macro_f1": float(confusion.f1(counts).mean()),
        }


def setup(examples: Examples, hidden: tuple[int, ...], activation: str, seed: int) -> Setup:
    """Return a dense network for images, and its images as numbers from 0 to 1."""
    sizes = widths(hidden)
    modules: list[nn.Module] = [nn.Flatten()]
    for before, units in pairwise(sizes):
        modules += [nn.Linear(before, units), ACTIVATIONS[activation].in_torch()]
    network = nn.Sequential(*modules[:-1])
    initialise(network, "default", torch.Generator().manual_seed(seed))
    train, test = (scaled(as_tensor(images), "unit") for images in (examples.train_images, examples.test_images))
    return Setup(
        network,
        CLASSIFY,
        {
            "train": InMemory(train, torch.tensor(examples.train_labels)),
            "test": InMemory(test, torch.tensor(examples.test_labels)),
        },
        examples.classes,
        examples.test_images,
    )

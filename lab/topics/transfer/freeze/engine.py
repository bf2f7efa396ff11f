"""Three trainings of one network, and what its body still does for the letters that it came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from lab.topics.transfer.changes import lengths, numbers, outputs_of
from lab.topics.transfer.freeze.costs import Costs, counted
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer

MEASURED = 500
"""Test images whose features are compared with those of the given network."""


class Frozen(TorchEngine[str]):
    """Trainings of the same body with a new last layer. `old` is the last layer that it came with, `letters` inputs
    and targets of what it knew: together they say, as "<name>_letters_accuracy", whether the body is still the same.
    """

    def __init__(
        self, trainers: Mapping[str, Trainer], old: nn.Module, letters: tuple[Tensor, Tensor], learning: Collection[str]
    ) -> None:
        super().__init__(trainers)
        self.learning = learning
        self._old = old.to(self.first.device)
        self._letters = tuple(each.to(self.first.device) for each in letters)
        self.start = numbers(self.first.model)
        self._inputs, _ = self.first.sources["test"].part(0, MEASURED)
        self._features = self.features("free")

    def features(self, way: str) -> Tensor:
        """Return what the last layer gets of test images, (N, F)."""
        return outputs_of(self._body(way), self._inputs)

    def features_moved(self, way: str) -> float:
        """Return how far these have moved since the start, over their length."""
        return float((self.features(way) - self._features).norm() / self._features.norm())

    def _body(self, way: str) -> nn.Module:
        model = self.trainers[way].model
        assert isinstance(model, nn.Sequential)
        return model[:-1]

    def letters_accuracy(self, way: str) -> float:
        """Return the share of letters that body and old last layer read rightly."""
        inputs, truth = self._letters
        with torch.inference_mode():
            answers = self._old(outputs_of(self._body(way), inputs)).argmax(1)
        return float((answers == truth).double().mean())

    def moves(self, way: str) -> dict[str, float]:
        """Return how far each tensor has moved, over its length at first."""
        return lengths(self.start, numbers(self.trainers[way].model))

    def costs(self, way: str) -> Costs:
        """Return what a training holds in memory."""
        return counted(self.trainers[way])

    def measure(self) -> Mapping[str, float]:
        """Judge all, on letters too."""
        return {**super().measure(), **{f"{way}_letters_accuracy": self.letters_accuracy(way) for way in self.trainers}}

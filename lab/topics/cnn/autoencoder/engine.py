"""Autoencoders side by side, which are also judged by images that they never have to give back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.topics.cnn.autoencoder.grid import checkerboard
from lab.topics.cnn.autoencoder.images import Given
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer


class Decoders(TorchEngine[str]):
    """`floor` is the error of one who answers the image without noise and bar, `untouched` that of the input."""

    def __init__(self, trainers: Mapping[str, Trainer], test: Given, target: str, period: int) -> None:
        super().__init__(trainers)
        self._clean, self._period = test.clean.astype(float), period
        self._constant = {
            "floor": float(np.square(test.aim(target) - self._clean).mean()),
            "untouched": float(np.square(test.given - self._clean).mean()),
        }

    def measure(self) -> Mapping[str, float]:
        """Return the errors, those against the clean images too, and which share of these is a grid."""
        values = dict(super().measure())
        for name in self.trainers:
            errors = self.judgement("test", name).answers[0][:, 0].numpy() - self._clean
            values[f"{name}_test_clean"] = float(np.square(errors).mean())
            values[f"{name}_checkerboard"] = checkerboard(errors, self._period)
        return values | self._constant

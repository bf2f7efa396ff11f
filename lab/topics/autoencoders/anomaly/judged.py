"""The training of a watchman, judged after each epoch by how well it tells what it was never shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from lab.topics.autoencoders.anomaly.scored import Scored
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer


class Judged(TorchEngine[str]):
    """Adds the area under the ROC curve of the reconstruction error to the measures of each epoch."""

    def __init__(self, trainer: Trainer, scored: Callable[[TorchEngine[str]], Scored]) -> None:
        super().__init__({"": trainer})
        self._scored = scored

    def measure(self) -> Mapping[str, float]:
        """Return all measures; the area of numbers that are none is none."""
        values = dict(super().measure())
        known = all(map(math.isfinite, values.values()))
        return values | {"auc": self._scored(self).error.auc if known else math.nan}

"""What it does to a judgement where images are mirrored by chance. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lab.core.events import Array
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer

STREAM = 5
"""With the seed, where the draws begin that mirror images that are judged."""


class Drawing(TorchEngine[str]):
    """Judges besides as if images were mirrored by chance, anew after each epoch: "drawn_dev_accuracy".

    "dev_chance" is by how many points of a hundred that differs from the accuracy on the images as they are.
    """

    def __init__(self, trainers: Mapping[str, Trainer], share: float) -> None:
        super().__init__(trainers)
        self.share = share

    def right(self, source: str) -> Array:
        """Return whether the answer to each example of a source is right (N,) bool."""
        answers = self.judgement(source).answers[0].numpy()
        return np.asarray(answers == self.first.sources[source].labels())

    def draws(self, source: str, count: int, stream: int) -> Array:
        """Return accuracies (count,) on a source whose images are mirrored by chance, each time by another draw.

        What is right of an image depends on whether it is mirrored, and on nothing else; so nothing is judged again.
        """
        plain, other = self.right(source), self.right(f"mirrored_{source}")
        generator = np.random.default_rng((self.first.params.seed, STREAM, stream))
        chosen = generator.random((count, len(plain))) < self.share
        return np.asarray(np.where(chosen, other, plain).mean(1))

    def chance(self, source: str) -> tuple[float, float]:
        """Return mean and standard deviation of these accuracies over all draws that there can be."""
        plain, other = self.right(source), self.right(f"mirrored_{source}")
        differ = int((plain != other).sum())
        mean = (1 - self.share) * plain.mean() + self.share * other.mean()
        return float(mean), math.sqrt(self.share * (1 - self.share) * differ) / len(plain)

    def measure(self) -> Mapping[str, float]:
        """Judge as ever, and by one draw, which depends on seed and epoch alone."""
        values = dict(super().measure())
        if self.diverged is None:
            for source in ("dev", "test"):
                drawn = float(self.draws(source, 1, self.epoch)[0])
                values[f"drawn_{source}_accuracy"] = drawn
                values[f"{source}_chance"] = 100 * (drawn - values[f"{source}_accuracy"])
        return values

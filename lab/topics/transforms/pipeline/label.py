"""Whether a digit is still the same digit after a pipeline: a network that knows digits is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array

if TYPE_CHECKING:
    from lab.running.classifier import Recogniser

SIDE = 28
KEEPS = 0.9
"""The share of right answers from which a pipeline is said to keep the label."""


@dataclass(frozen=True)
class Judged:
    """What the network says of each sample, and what it is."""

    truth: int
    found: tuple[int, ...]

    @property
    def right(self) -> int:
        """How many are still recognised as what they are."""
        return sum(label == self.truth for label in self.found)

    @property
    def keeps(self) -> bool:
        """Whether nearly all are."""
        return self.right >= KEEPS * len(self.found)


@cache
def _recogniser() -> Recogniser:
    from lab.running.classifier import SHIPPED, Recogniser, load_model

    return Recogniser(load_model(SHIPPED))


def judge(samples: tuple[Array, ...], truth: int) -> Judged:
    """Ask the network that comes with Descent about samples (C, H, W) of any type, size and range."""
    images = np.stack([_as_digit(sample) for sample in samples])
    return Judged(truth, tuple(int(label) for label in _recogniser().probabilities(images).argmax(1)))


def _as_digit(sample: Array) -> Array:
    """Return a sample as MNIST has it, (28, 28) uint8: its own least is black, its greatest white."""
    from PIL import Image

    plane = sample.astype(np.float32).mean(0)
    low, high = float(plane.min()), float(plane.max())
    grey: Array = ((plane - low) * (255 / (high - low) if high > low else 0)).round().astype(np.uint8)
    if grey.shape == (SIDE, SIDE):
        return grey
    return np.asarray(Image.fromarray(grey).resize((SIDE, SIDE), Image.Resampling.BILINEAR))

"""How strange images are, by several scores, and how well each score tells those never seen from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.topics.autoencoders.anomaly.unseen import Parts
from lab.topics.autoencoders.components import components, rows_of

if TYPE_CHECKING:
    from lab.training.engine import TorchEngine

USUAL_ALARMS = 0.05
"""The share of false alarms at which the threshold stands before it is moved."""


@dataclass(frozen=True, eq=False)
class Score:
    """A score of images that are like those learned from, `seen` (N,), and of others, `unseen` (M,)."""

    seen: Array
    unseen: Array

    @cached_property
    def auc(self) -> float:
        """The area under the ROC curve: how often an image never seen has the higher score; equal ones count half."""
        return area(self.seen, self.unseen)

    def threshold(self, alarms: float) -> float:
        """Return the lowest score that at most that share of the seen images reach; above all, where none may."""
        ordered = np.sort(self.seen)[::-1]
        allowed = int(alarms * len(ordered) + 1e-9)
        if allowed == len(ordered):
            return float(min(ordered[-1], self.unseen.min()))
        return float(np.nextafter(ordered[allowed], np.inf))

    def rates(self, threshold: float) -> tuple[float, float]:
        """Return the shares of false alarms and of images found, from a threshold on."""
        return float((self.seen >= threshold).mean()), float((self.unseen >= threshold).mean())

    @cached_property
    def curve(self) -> tuple[Array, Array]:
        """The shares of false alarms and of images found (K,), from the highest threshold to the lowest."""
        steps = np.unique(np.concatenate([self.seen, self.unseen]))[::-1]
        reached = [
            (len(scores) - np.searchsorted(np.sort(scores), steps)) / len(scores) for scores in (self.seen, self.unseen)
        ]
        alarms, found = (np.concatenate(([0.0], shares)) for shares in reached)
        return alarms, found


def area(seen: Array, unseen: Array) -> float:
    """Return the share of pairs in which the unseen one has the higher score: the statistic of Mann and Whitney."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([seen, unseen]))[len(seen) :]
    return float((ranks.sum() - len(unseen) * (len(unseen) + 1) / 2) / (len(seen) * len(unseen)))


@dataclass(frozen=True, eq=False)
class Scored:
    """All scores: the reconstruction error, the same as a share of the ink, that of principal components, and the ink.

    `given` are what the network makes of both kinds of images (N, 28, 28) in [0, 1].
    """

    parts: Parts
    given: tuple[Array, Array]
    error: Score
    relative: Score
    linear: Score
    ink: Score

    @property
    def values(self) -> Mapping[str, float]:
        """The areas under their ROC curves, and what is found with 5 % of false alarms, by the names of the metrics."""
        _alarms, found = self.error.rates(self.error.threshold(USUAL_ALARMS))
        return {
            "relative_auc": self.relative.auc,
            "pca_auc": self.linear.auc,
            "ink_auc": self.ink.auc,
            "found": found,
        }


@dataclass(frozen=True, eq=False)
class Fixed:
    """What does not depend on the network: the pixels of both kinds, and their scores by components and ink."""

    rows: tuple[Array, Array]
    linear: Score
    ink: Score


@lru_cache(maxsize=2)
def fixed(parts: Parts, units: int) -> Fixed:
    """Return the scores that need no network."""
    seen, unseen = rows_of(parts.test), rows_of(parts.unseen)
    found = components(rows_of(parts.train))
    linear = Score(found.errors(seen, units), found.errors(unseen, units))
    # Whole numbers: rounding must not decide between images with equally much ink.
    ink = [images.reshape(len(images), -1).sum(1, dtype=np.int64) for images in (parts.test, parts.unseen)]
    return Fixed((seen, unseen), linear, Score(*ink))


def scored(engine: TorchEngine[str], parts: Parts, units: int) -> Scored:
    """Score all images by the network as it is."""
    from lab.topics.autoencoders.network import as_images

    known = fixed(parts, units)
    given = tuple(
        as_images(engine.first.outputs(source, 0, len(engine.first.sources[source]))) for source in ("test", "unseen")
    )
    errors = [
        ((images.reshape(len(images), -1) - rows) ** 2).mean(1) for images, rows in zip(given, known.rows, strict=True)
    ]
    ink = [(rows**2).mean(1) for rows in known.rows]
    relative = [error / np.maximum(square, 1e-9) for error, square in zip(errors, ink, strict=True)]
    return Scored(parts, (given[0], given[1]), Score(*errors), Score(*relative), known.linear, known.ink)

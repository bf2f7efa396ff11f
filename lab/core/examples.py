"""The event that shows a whole table of examples, and what a network makes of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array, Event, Predictions
from lab.core.figures import Words


@dataclass(frozen=True)
class Examples(Event):
    """N examples, each with F measurements and one of K classes, after so many epochs of training.

    `features` (N, F) are called `names`, all in the same `unit`; `labels` (N,) count in `classes`. `shares` (N, K) are
    the probabilities that a network gives each class; they need not sum to 1, and may be NaN. `trained` (N,) tells the
    examples it learns from. One of the examples is a `thing`.
    """

    name: str
    features: Array
    names: tuple[Words, ...]
    unit: Words
    labels: Array
    classes: tuple[Words, ...]
    shares: Array
    trained: Array
    thing: Words
    epoch: int

    @property
    def predicted(self) -> Array:
        """The class (N,) with the largest share; -1 where shares are no numbers."""
        known = np.asarray(np.isfinite(self.shares).all(axis=1))
        return np.where(known, np.nan_to_num(self.shares).argmax(axis=1), -1)

    @property
    def wrong(self) -> Array:
        """Which examples (N,) are taken for another class."""
        predicted = self.predicted
        return np.asarray((predicted >= 0) & (predicted != self.labels))

    @property
    def predictions(self) -> Predictions:
        """The same answers as those of any classifier, of the same name."""
        sure = np.nan_to_num(self.shares.max(axis=1))
        classes = tuple(str(name) for name in self.classes)
        return Predictions(self.name, self.labels, self.predicted, sure, classes, self.epoch)

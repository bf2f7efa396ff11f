"""How a page lives with its experiment: the one place that acts on what the experiment declares of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lab.core.experiment import Experiment, verifies


@dataclass(frozen=True)
class Lifecycle:
    """What a page does by itself.

    `follows`: everything follows the form at once, and there is nothing to run. `computes`: that takes longer than a
    frame, so it is done beside the window. `verifies`: an independent source gives the same numbers when the hand
    rests. `begins_anew`: a run follows the form too, since it is quickly made again and not kept.
    """

    follows: bool
    computes: bool
    verifies: bool
    begins_anew: bool


def lifecycle(experiment: type[Experiment[Any]]) -> Lifecycle:
    """Return how a page lives with an experiment."""
    follows = experiment.mode != "run"
    computes, begins_anew = experiment.mode == "background", not (follows or experiment.persistent)
    return Lifecycle(follows, computes, verifies(experiment), begins_anew)

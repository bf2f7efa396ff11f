"""What the bar of a page says of its experiment and of the run."""

from __future__ import annotations

from typing import Any

from app.language import tr
from app.worker import Status
from lab.experiment import ClosedForm, Experiment


def impossible(experiment: type[Experiment[Any]]) -> dict[str, str]:
    """Return the buttons that mean nothing for an experiment, with the reason."""
    reasons = {}
    if issubclass(experiment, ClosedForm):
        words = tr("There is nothing to wait for: everything follows your changes at once")
        reasons = dict.fromkeys(("run", "pause", "step", "epoch", "stop"), words)
    if "seed" not in experiment.params.specs():
        reasons["new_seed"] = tr("Nothing is left to chance here")
    return reasons


def status_words(
    experiment: type[Experiment[Any]], status: Status, *, complaint: str, begun: bool, warned: bool
) -> str | None:
    """Say how the run stands, or None where the progress says it.

    `begun`: it came to its first step; `warned`: the notice says something that must not be contradicted.
    """
    if issubclass(experiment, ClosedForm):
        return complaint
    match status:
        case "idle":
            return complaint
        case "starting":
            return tr("Starting: torch is being loaded …") if experiment.needs_torch else tr("Starting …")
        case "failed":
            return tr("Ended by an error.")
        case "finished":
            # Where it could not be kept, the notice says so.
            return tr("Finished. The run is kept.") if experiment.kept and not warned else tr("Finished.")
        case "stopped" if not begun:
            return tr("Stopped before its first step.")
        case "stopped":
            return tr("Stopped. It can be continued from Home.") if experiment.kept else tr("Stopped.")
        case _:
            return None

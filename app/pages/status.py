"""What a page says of its run: in the bar, and in the notice above it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.language import after, say, tr
from app.pages.lifecycle import lifecycle
from app.runs.runner import Runner
from app.runs.worker import Status
from app.widgets.controls import Controls
from app.widgets.notice import Notice
from lab.core.events import Event, Images, Metrics, Remark, Scalars
from lab.core.experiment import Experiment
from lab.core.params import Params
from lab.core.text import Message

PROGRESS_MS = 200


def impossible(experiment: type[Experiment[Any]]) -> dict[str, str]:
    """Return the buttons that mean nothing for an experiment, with the reason."""
    reasons = {}
    if lifecycle(experiment).follows:
        words = tr("There is nothing to wait for: everything follows your changes at once")
        reasons = dict.fromkeys(("run", "pause", "step", "epoch", "stop"), words)
    if experiment.step_unit == "run":
        reasons["sweep"] = tr("This is a sweep already")
    if "seed" not in experiment.params.specs():
        reasons["new_seed"] = tr("Nothing is left to chance here")
    return reasons


class StatusPresenter:
    """Puts into words how the run of a page stands."""

    def __init__(self, experiment: type[Experiment[Any]], runner: Runner, controls: Controls, notice: Notice) -> None:
        self._experiment, self._runner = experiment, runner
        self._follows = lifecycle(experiment).follows
        self._controls, self._notice = controls, notice
        self._progress_at = 0.0

    @property
    def begun(self) -> bool:
        """Whether the run came to its first step."""
        return self._runner.speed.progress is not None

    @property
    def status(self) -> Status:
        """The status for the buttons: what only waits for questions is not paused."""
        if self._follows:
            return "finished"
        runner = self._runner
        return "idle" if runner.waits or (runner.status == "paused" and not self.begun) else runner.status

    def clear(self) -> None:
        """Forget the last run."""
        self._notice.clear()
        self._controls.clear()

    def complain(self, error: Message, calm: bool = False) -> None:
        """Say what went wrong, or, `calm`, what has to be known; parameters are called as in the form."""
        spec = self._experiment.params.specs().get(str(error.values.get("field", "")))
        if spec is not None:
            error = Message(error.template, {**error.values, "field": Message(spec.label)})
        self._notice.show_words(say(error), calm)

    def take(self, event: Event) -> None:
        """Say what an event has to say in words."""
        match event:
            case Scalars() if event.name == "epoch":
                self._show_result(event.values, live=True, when=self._epoch(event.step))
                words = tr("Measured at the end of an epoch, {when}", when=after(event.step))
                self._controls.result.setToolTip(words if event.step else after(0))
            case Metrics():
                self._show_result(event.values)
            case Remark(message=words) if not words.template:
                self._notice.clear_soon()
            case Remark():
                self.complain(event.message, event.level == "information")
            case Images():
                self._controls.result.setToolTip(say(event.source))
            case _:
                pass

    def goes_on(self, params: Params | None) -> Path | None:
        """Return the folder of the run that was stopped and is still what the form says; None where there is none."""
        session = self._runner.session
        if self._runner.status != "stopped" or not self.begun or session is None or session.run is None:
            return None
        return session.run.folder if session.params == params else None

    def show_buttons(self, complaint: str, params: Params | None) -> None:
        """Enable what can be done now; `complaint` is what is wrong in the form, which holds `params`."""
        touched = self._runner.status != "idle"
        self._controls.show_status(self.status, complaint, touched, self.goes_on(params) is not None)

    def show_status(self, complaint: str, params: Params | None) -> None:
        """Say how the run stands; `complaint` is what is wrong in the form, which holds `params`."""
        self.show_buttons(complaint, params)
        progress, status = self._runner.speed.progress, self._runner.status
        if status == "failed" and self._runner.error is not None:
            self.complain(self._runner.error)
        if status == "finished" and progress is not None:
            self._controls.show_progress(progress, self._runner.speed)
        words = self._words(complaint)
        if words is not None:
            self._controls.show_words(words)

    def tick(self, now_ms: float) -> None:
        """Show the progress, at its own small rate."""
        progress, status = self._runner.speed.progress, self._runner.status
        due = status == "paused" or now_ms - self._progress_at >= PROGRESS_MS
        if progress is not None and status in ("running", "paused") and due:
            self._progress_at = now_ms
            self._controls.show_progress(progress, self._runner.speed)

    def _show_result(self, values: Mapping[str, float], live: bool = False, when: str = "") -> None:
        headline = self._experiment.headline
        words = None if headline is None else headline.said(values, live)
        if words is not None:
            self._controls.show_result(tr("{result} {when}", result=words, when=when) if when else say(words))

    def _epoch(self, step: int) -> str:
        """Say after which epoch a step comes, where views show what is judged between epochs too; "" elsewhere."""
        progress = self._runner.speed.progress
        if step == 0:
            return after(0)
        if progress is None or progress.steps <= progress.epochs:
            return ""
        return tr("after epoch {epoch}", epoch=f"{round(step * progress.epochs / progress.steps):,}")

    def _words(self, complaint: str) -> str | None:
        """Return the sentence for the bar, or None where the progress says it."""
        kept = self._experiment.persistent
        match self._runner.status:
            case _ if self.status == "idle" or self._follows:
                return complaint
            case "starting":
                return tr("Starting: torch is being loaded …") if self._experiment.needs_torch else tr("Starting …")
            case "failed":
                return tr("Ended by an error.")
            case "finished":
                # Where it could not be kept, the notice says so.
                return tr("Finished. The run is kept.") if kept and not self._notice.said else tr("Finished.")
            case "stopped" if not self.begun:
                return tr("Stopped before its first step.")
            case "stopped":
                return tr("Stopped. It can be continued, also from Home.") if kept else tr("Stopped.")
            case _:
                return None

"""Questions that a page puts to its experiment: what was picked, and whether an independent source agrees."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.pages.lifecycle import lifecycle
from app.runs.runner import Runner
from lab.core.experiment import Experiment
from lab.core.params import Params

REST_MS = 150
"""The hand rests when nothing changed for so long; until then the interpreter belongs to what follows it."""


class QueryDebouncer:
    """Asks the session of a runner; where it costs nothing, one that has not begun is made ready for it."""

    def __init__(self, experiment: type[Experiment[Any]], runner: Runner, page: QWidget) -> None:
        self._lifecycle, self._persistent = lifecycle(experiment), experiment.persistent
        self._runner, self._page = runner, page
        self._shown: Params | None = None
        self._computed: Params | None = None
        self._verified: Params | None = None
        self._timer = QTimer(page)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self.verify)

    def pick(self, name: str, value: Any, params: Params | None) -> None:
        """Tell what was picked of the present state, or of `params` where nothing ran; None: they are not allowed."""
        if self._ready(params):
            self._runner.query({name: value})

    def _ready(self, params: Params | None) -> bool:
        """Tell whether there is somebody to ask; where nothing ran, that is a session of `params`."""
        if not self._persistent and self._runner.status in ("idle", "failed"):
            if params is None:
                return False
            self._runner.start(params, "begin")
        return True

    def follow(self, params: Params | None) -> None:
        """Take note of what is shown now: its numbers are checked when the hand rests."""
        self._shown = params
        new = params is not None and params is not self._computed and self._page.isVisible()
        if params is not None and new and self._lifecycle.computes and self._ready(params):
            self._computed = params
            self._runner.compute(params)
        if self._lifecycle.verifies:
            self._timer.start()

    def verify(self) -> None:
        """Ask for the same numbers from an independent source; the answer comes when it is there."""
        shown = self._shown
        new = shown is not None and shown is not self._verified and self._page.isVisible()
        if shown is not None and new and self._lifecycle.verifies and self._ready(shown):
            self._verified = shown
            self._runner.verify(shown)

    def stop(self) -> None:
        """Ask nothing more."""
        self._timer.stop()

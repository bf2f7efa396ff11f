"""The page of an experiment: lesson, form, controls, and the views of its layout."""

from __future__ import annotations

import math
import random
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.language import say, tr
from app.layout import Cell, Layout, fill_page, side_by_side
from app.runner import Runner
from app.settings import Settings
from app.views.base import View
from app.widgets.controls import Controls
from app.widgets.form import Form
from app.widgets.lesson import LessonView
from app.widgets.notice import Notice
from lab.catalogue import experiment
from lab.events import Event, Images, Metrics, Progress, Remark, Scalars
from lab.lessons import Lesson
from lab.params import Params
from lab.runs import Run
from lab.sessions import data_store
from lab.text import LabError, Message

TICK_MS = 50
PROGRESS_MS = 200
PREVIEW_MS = 150
LONGEST_SEED = 2**31 - 1


class Page(QWidget):
    """Shows one runner. It can be closed and built anew at any time; the run does not notice."""

    def __init__(self, layout: Layout, lesson: Lesson, runner: Runner, settings: Settings) -> None:
        super().__init__()
        self.layout_entry, self.runner = layout, runner
        self._experiment = experiment(layout.experiment)
        self._settings = settings
        self._views: list[View] = []
        self._shown_params: Params | None = None
        self._progress_at = 0.0
        """What keeps the preview from being made."""
        """The newest warning about the run; it stays, as the progress would hide it at once."""
        self._picked: dict[str, Any] = {}
        self.lesson = LessonView()
        self.lesson.show_lesson(lesson)
        self.lesson.tried.connect(self._try)
        self.form = Form(self._experiment.params)
        self.controls = Controls()
        self.notice = Notice()
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._preview_timer = QTimer(self)
        self._preview_timer.setSingleShot(True)
        self._preview_timer.setInterval(PREVIEW_MS)
        self._preview_timer.timeout.connect(self._preview)
        self.form.set_texts(settings.texts.get(layout.experiment, {}))
        self.form.changed.connect(self._edited)
        self.controls.pressed.connect(self.press)
        runner.restarted.connect(self._restart)
        runner.delivered.connect(self._take)
        runner.status_changed.connect(self._status)
        runner.failed.connect(self._failed)
        self._preview()
        self._take(list(runner.history.replay()))
        self._status()

    @property
    def views(self) -> tuple[View, ...]:
        """The views, in the order of the layout."""
        return tuple(self._views)

    def press(self, name: str) -> None:
        """Do what the button of that name says."""
        match name:
            case "run":
                self._go("end")
            case "step" | "epoch":
                self._go(name)
            case "pause":
                self.runner.pause()
            case "stop":
                self.runner.stop()
            case "reset":
                self.runner.reset()
            case "new_seed":
                # The seed itself is drawn by chance; everything after it is not.
                self.form.set_texts({"seed": str(random.randint(0, LONGEST_SEED))})
                self.runner.reset()

    def shutdown(self) -> None:
        """Let go of the runner, before the page is deleted."""
        self._timer.stop()
        self._preview_timer.stop()
        self.runner.restarted.disconnect(self._restart)
        self.runner.delivered.disconnect(self._take)
        self.runner.status_changed.disconnect(self._status)
        self.runner.failed.disconnect(self._failed)
        self.runner.watch({})

    def refresh(self) -> None:
        """Show what the form describes again: the data may have changed."""
        self._shown_params = None
        self._preview()

    def resume(self, folder: Path) -> None:
        """Continue a kept run; the form shows its parameters."""
        try:
            params = self._experiment.params.from_json(Run(folder).info().params)
        except LabError:
            pass  # The runner comes upon the same error, and says it.
        else:
            self.form.set_texts(params.to_texts())
        self.runner.resume(folder)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw only while seen."""
        super().showEvent(event)
        self._timer.start()
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop drawing; the run goes on."""
        super().hideEvent(event)
        self._timer.stop()
        self.runner.watch({})

    def _build(self) -> None:
        side = QSplitter(Qt.Orientation.Vertical)
        side.addWidget(self.lesson)
        side.addWidget(self.form)
        side.setSizes([330, 300])
        side.setChildrenCollapsible(False)
        side.setMinimumWidth(290)
        grid = QWidget()
        rows = QVBoxLayout(grid)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        for entry in self.layout_entry.rows:
            # Plots and matrices keep their places in every language.
            box = QWidget()
            box.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            cells = QHBoxLayout(box)
            cells.setContentsMargins(0, 0, 0, 0)
            cells.setSpacing(6)
            for place in entry.cells:
                cells.addWidget(self._cell(place), place.stretch)
            rows.addWidget(box, entry.stretch)
        across = side_by_side(side, grid)
        across.setSizes([330, 900])
        fill_page(self, across, self.notice, self.controls)

    def _cell(self, place: Cell) -> QWidget:
        views = [make() for make in place.make]
        for view in views:
            self._views.append(view)
            view.selected.connect(self._select)
        if len(views) == 1:
            return views[0]
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        for view in views:
            tabs.addTab(view, view.title)
        tabs.currentChanged.connect(self._watch)
        return tabs

    def _go(self, until: str) -> None:
        if self.runner.status == "paused":
            self.runner.go(until)
            return
        params = self.form.params()
        if params is not None:
            self.runner.start(params, until)

    def _try(self, texts: dict[str, str]) -> None:
        """Follow a link of the lesson: the defaults with some values changed, and run."""
        defaults = self._experiment.params().to_texts()
        self.form.set_texts({**defaults, **texts})
        self._go_anew()

    def _go_anew(self) -> None:
        params = self.form.params()
        if params is not None:
            self.runner.start(params)

    def _edited(self) -> None:
        self._settings.texts[self.layout_entry.experiment] = self.form.texts()
        self._preview_timer.start()
        complaint = self.form.said()
        self.controls.show_status(self.runner.status, complaint)
        if self._blank:
            self.controls.show_words(complaint)

    @property
    def _blank(self) -> bool:
        """Whether nothing of a run is on the screen."""
        return self.runner.session is None and not self.runner.busy

    def _preview(self) -> None:
        """Show what the form describes, while nothing of a run is on the screen."""
        params = self.form.params()
        if params is None or params == self._shown_params or not self._blank:
            return
        self._shown_params = params
        self.notice.clear()
        try:
            for event in self._experiment().preview(params, data_store()):
                self._take([event])
        except LabError as error:
            # Tried again next time: the data may have come meanwhile.
            self._shown_params = None
            self._failed(error.message)

    def _restart(self) -> None:
        self._shown_params = None
        for view in self._views:
            view.clear()
            view.refresh()
        self.notice.clear()
        self.controls.clear()
        for name, value in self._picked.items():
            self._select(name, value)
        self._status()

    def _take(self, events: list[Event]) -> None:
        for event in events:
            for view in self._views:
                if isinstance(event, view.events):
                    view.take(event)
            self._tell(event)

    def _tell(self, event: Event) -> None:
        match event:
            case Scalars() if self.layout_entry.result in event.values and event.name == "epoch":
                self._show_result(event.values[self.layout_entry.result])
            case Metrics() if self.layout_entry.result in event.values:
                self._show_result(event.values[self.layout_entry.result])
            case Remark():
                self._failed(event.message)
            case Images():
                self.controls.result.setToolTip(say(event.source))
            case _:
                pass

    def _show_result(self, share: float) -> None:
        self.controls.show_result(self.layout_entry.result_words(f"{100 * share:.2f}"))

    def _status(self) -> None:
        status = self.runner.status
        complaint = self.form.said()
        self.controls.show_status(status, complaint)
        self._preview()
        if status == "idle":
            self.controls.show_words(complaint)
        elif status == "starting":
            self.controls.show_words(tr("Starting: torch is being loaded …"))
        elif status == "failed":
            self.controls.show_words(tr("Ended by an error."))
            if self.runner.error is not None:
                self._failed(self.runner.error)
        elif status == "finished":
            if self.runner.speed.progress is not None:
                self.controls.show_progress(self.runner.speed.progress, self.runner.speed)
            # Where it could not be kept, the notice says so.
            self.controls.show_words(tr("Finished.") if self.notice.said else tr("Finished. The run is kept."))
        elif status == "stopped":
            begun = self.runner.history.newest(Progress) is not None
            self.controls.show_words(
                tr("Stopped. It can be continued from Home.") if begun else tr("Stopped before its first step.")
            )
        self._tick()

    def _failed(self, error: Message) -> None:
        self.notice.show_words(say(error))

    def _select(self, name: str, value: Any) -> None:
        """Something was picked in one view: tell the others, and the experiment."""
        for view in self._views:
            view.select(name, value)
        if name == "image":
            self._picked[name] = value
            self.runner.look({name: value})

    def _watch(self) -> None:
        intervals: dict[type[Event], float] = {}
        for view in self._views:
            if view.isVisible():
                for kind in view.events:
                    intervals[kind] = min(view.interval_ms / 1000, intervals.get(kind, math.inf))
        self.runner.watch(intervals)

    def _tick(self) -> None:
        now = time.monotonic() * 1000
        for view in self._views:
            view.tick(now)
        progress, status = self.runner.speed.progress, self.runner.status
        due = status == "paused" or now - self._progress_at >= PROGRESS_MS
        if progress is not None and status in ("running", "paused") and due:
            self._progress_at = now
            self.controls.show_progress(progress, self.runner.speed)

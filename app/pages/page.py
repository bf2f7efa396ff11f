"""The page of an experiment: lesson, form, controls, and the views of its layout."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.core.settings import Settings
from app.pages.layout import Layout, frame, side_by_side
from app.pages.lifecycle import lifecycle
from app.pages.queries import QueryDebouncer
from app.pages.sharing import Sharer
from app.pages.side import Side
from app.pages.status import StatusPresenter, impossible
from app.pages.view_grid import ViewGrid
from app.runs.previews import Preview, Previewer
from app.runs.runner import Runner
from app.views.base import View
from app.widgets.controls import Controls
from app.widgets.notice import Notice
from lab.core.catalogue import experiment, read_params
from lab.core.events import Event
from lab.core.figures import Link
from lab.core.lessons import Lesson
from lab.core.params import ParamError, Params, show
from lab.core.text import LabError
from lab.running.runs import Run
from lab.running.sessions import data_store

TICK_MS = 50
PREVIEW_MS = 150
LONGEST_PREVIEW_MS = 4.0
"""In the window's thread while the hand moves: a frame has 16, of which form and painting need the most."""
LONGEST_SEED = 2**31 - 1


class Page(QWidget):
    """Shows one runner. It can be closed and built anew at any time; the run does not notice.

    What is not worth keeping follows its form at once: closed forms are shown anew at each change, runs of a second
    begin anew. What is kept, a network in training, is never disturbed by an edit: that is for the next run.
    """

    opened = Signal(object)
    """Something that another page shows: a Link that was picked, or a Shared that was pasted."""

    def __init__(
        self, layout: Layout, lesson: Lesson, runner: Runner, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.layout_entry, self.runner = layout, runner
        self._experiment = experiment(layout.experiment)
        self._settings = settings
        self._shown_params: Params | None = None
        self._previewed: Params | None = None
        """Of which parameters the events of the preview are."""
        self._preview_events: list[Event] = []
        self._preview_ms: float | None = None
        """What making a preview took last, with what was looked at a moment later; but for the first one, which loads
        what it needs."""
        self._picked: dict[str, Any] = {}
        content = frame(self)
        across = QSplitter(content.parentWidget())
        side = Side(self._experiment.params, across)
        self.lesson, self.form = side.lesson, side.form
        self.lesson.show_lesson(lesson)
        self.lesson.tried.connect(self._try)
        self._lifecycle = lifecycle(self._experiment)
        chosen = self._experiment
        self.controls = Controls(impossible(chosen), chosen.steps_per_second, chosen.step_unit, self)
        self.controls.show_speed(runner.steps_per_second)
        self.notice = Notice(self)
        self.presenter = StatusPresenter(self._experiment, runner, self.controls, self.notice)
        self.debouncer = QueryDebouncer(self._experiment, runner, self)
        self.sharer = Sharer(runner, self.form, self.notice, self)
        self.sharer.filled.connect(self._preview)
        self.sharer.elsewhere.connect(self.opened)
        self.grid = ViewGrid(layout.rows, across)
        self.grid.selected.connect(self._select)
        self.grid.selected.connect(runner.comparer.pick)
        self.grid.watched.connect(self._watch)
        self.previewer = Previewer(chosen, self)
        self.previewer.arrived.connect(self._show_made)
        side_by_side(side, self.grid, across).setSizes([330, 900])
        content.addWidget(across)
        for bar in (self.notice, self.controls):
            cast(QVBoxLayout, self.layout()).addWidget(bar)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._preview_timer = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._preview_timer.timeout.connect(self._preview)
        self._preview_timer.timeout.connect(self._ask)
        self.form.set_texts(self._remembered())
        self._asked = self._questions()
        self.form.changed.connect(self._edited)
        self.controls.pressed.connect(self.press)
        self.controls.hurried.connect(runner.set_speed)
        runner.restarted.connect(self._restart)
        runner.delivered.connect(self._deliver)
        runner.answered.connect(self.grid.answer)
        runner.status_changed.connect(self._status)
        runner.failed.connect(self.presenter.complain)
        runner.comparer.changed.connect(self.grid.take)
        self._show_beginning()
        self._take([runner.comparer.comparison, *runner.history.replay()])
        self._status()

    @property
    def views(self) -> tuple[View, ...]:
        """The views, in the order of the layout."""
        return self.grid.views

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
            case "sweep":
                params = self.form.params()
                if params is not None:
                    # Not needed before: the window is there sooner without it.
                    from lab.sweeps.suggest import suggest

                    self.opened.emit(suggest(self.layout_entry.experiment, params))
            case "copy" | "paste":
                self.sharer.press(name)
            case "reset" if self._lifecycle.follows:
                self.form.set_texts(self._experiment.params().to_texts())
            case "reset":
                self.runner.reset()
            case "new_seed":
                # The seed itself is drawn by chance; everything after it is not.
                implied = self._experiment.params.implied("seed")
                self.form.set_texts({"seed": str(random.randint(0, LONGEST_SEED)), **implied})
                if not self._lifecycle.follows:
                    self.runner.reset()

    def shutdown(self) -> None:
        """Let go of the runner, before the page is deleted."""
        self._timer.stop()
        self._preview_timer.stop()
        self.debouncer.stop()
        self.previewer.close()
        self.sharer.stop()
        self.runner.restarted.disconnect(self._restart)
        self.runner.delivered.disconnect(self._deliver)
        self.runner.answered.disconnect(self.grid.answer)
        self.runner.status_changed.disconnect(self._status)
        self.runner.failed.disconnect(self.presenter.complain)
        self.runner.comparer.changed.disconnect(self.grid.take)
        self.runner.watch({})

    def refresh(self) -> None:
        """Show what the form describes again: the data may have changed."""
        self._shown_params = self._previewed = None
        self._preview()

    def resume(self, folder: Path) -> None:
        """Continue a kept run; the form shows its parameters."""
        # Where it cannot be read, the runner comes upon the same error, and says it.
        with suppress(LabError):
            self.form.set_texts(read_params(self._experiment.id, Run(folder).info().params).to_texts())
        self.runner.resume(folder)

    def take_up(self, link: Link) -> None:
        """Show what another page found."""
        self._try(dict(link.texts), link.runs)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw only while seen."""
        super().showEvent(event)
        self._timer.start()
        self._watch()
        self.debouncer.follow(self._shown_params)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop drawing; the run goes on."""
        super().hideEvent(event)
        self._timer.stop()
        self.runner.watch({})

    def _go(self, until: str) -> None:
        params = self.form.params()
        stopped = self.presenter.goes_on(params)
        if self.runner.held:
            self.runner.go(until)
        elif stopped is not None:
            self.runner.resume(stopped, until)
        elif params is not None:
            self.runner.start(params, until)

    def _try(self, texts: dict[str, str], runs: bool = True) -> None:
        """Follow a link of the lesson: the defaults with some values changed; and run, if it `runs`."""
        params = self._experiment.params
        self.form.set_texts({**params().to_texts(), **params.updated(texts, None, typed=True)})
        if runs and not self._lifecycle.follows:
            self._go_anew()

    def _go_anew(self) -> None:
        params = self.form.params()
        if params is not None:
            self.runner.start(params)

    def _remembered(self) -> dict[str, str]:
        """Return what stood in the form when the window was closed last."""
        name, settings = self.layout_entry.experiment, self._settings
        texts, versions = settings.texts.get(name, {}), settings.versions.get(name)
        try:
            return self._experiment.params.updated(texts, versions, typed=True)
        except ParamError:
            # A newer Descent typed it: what is named as today may be meant otherwise.
            return {}

    def _edited(self) -> None:
        name, texts = self.layout_entry.experiment, self.form.texts()
        self._settings.texts[name] = texts
        self._settings.versions[name] = self._experiment.params.versions(texts)
        complaint = self.form.said()
        self.presenter.show_buttons(complaint, self.form.params())
        if self._blank:
            self.controls.show_words(complaint)
        if self._experiment.persistent:
            self._preview_timer.start()
        elif self._blank:
            self._preview(beside=self.form.slides and (self._preview_ms or 0) > LONGEST_PREVIEW_MS)
        elif self._lifecycle.begins_anew and not complaint:
            self._follow_form()

    def _questions(self) -> dict[str, str]:
        """Return what stands in the form and is a question too."""
        return {name: text for name, text in self.form.texts().items() if name in self._experiment.queries}

    def _ask(self) -> None:
        """Ask what was edited and is a question too, where there is a run that can answer."""
        before, self._asked = self._asked, self._questions()
        for name, text in self._asked.items():
            if text != before[name] and not self._blank:
                self.debouncer.pick(name, text, self.form.params())

    def _follow_form(self) -> None:
        """What is on the screen belongs to other parameters than the form's, and is quickly made again."""
        session = self.runner.session
        if session is not None and session.params == self.form.params():
            return
        if self.runner.moves:
            self._go_anew()
        else:
            self.runner.reset()

    @property
    def _blank(self) -> bool:
        """Whether nothing of a run is on the screen."""
        return self._lifecycle.follows or (self.runner.session is None and not self.runner.busy)

    def _show_beginning(self) -> None:
        """Show what stood on the page when its run began: not everything is shown by the run itself."""
        params = self.form.params() if self.runner.session is None else self.runner.session.params
        if params is not None:
            self._show_or_ask(params, self._experiment.reads_files)

    def _preview(self, beside: bool = False) -> None:
        """Show what the form describes, while nothing of a run is on the screen; `beside`: made beside the window."""
        params = self.form.params()
        if params is None or params == self._shown_params or not self._blank:
            return
        self._show_or_ask(params, beside or self._experiment.reads_files)

    def _show_or_ask(self, params: Params, beside: bool) -> None:
        if beside and params != self._previewed:
            self._shown_params = params
            self.previewer.ask(params, data_store(), frozenset(self.grid.intervals()))
            self.debouncer.follow(params)
        else:
            self._show(params)

    def _show(self, params: Params) -> None:
        """Show what can be shown of parameters before anything runs."""
        began = time.thread_time()
        self.previewer.forget()
        self._shown_params = params
        self._say_nothing()
        try:
            if params != self._previewed:
                self._previewed, self._preview_events = None, []
                for event in self._experiment().preview(params, data_store()):
                    self._preview_events.append(event)
                    self._take([event])
                self._previewed = params
                self._preview_ms = 0.0 if self._preview_ms is None else 1000 * (time.thread_time() - began)
            else:
                self._take(self._preview_events)
        except LabError as error:
            self._cannot_show(error)
        self.grid.follow(1000 * (time.thread_time() - began))
        self.debouncer.follow(self._shown_params)

    def _show_made(self, preview: Preview) -> None:
        """Show what was made beside the window; newer parameters may be on their way already."""
        if preview.error is not None and not isinstance(preview.error, LabError):
            raise preview.error
        self._say_nothing()
        self._preview_ms = preview.ms
        self._take(preview.events)
        if isinstance(preview.error, LabError):
            if not self.previewer.waits:
                self._cannot_show(preview.error)
        else:
            self._previewed, self._preview_events = preview.params, preview.events
        self.grid.follow()

    def _say_nothing(self) -> None:
        # Where figures are computed beside the window, they say so themselves.
        if not self._lifecycle.computes:
            self.notice.clear()

    def _cannot_show(self, error: LabError) -> None:
        # Tried again next time: the data may have come meanwhile.
        self._shown_params = None
        self.presenter.complain(error.message)

    def _restart(self) -> None:
        self._shown_params = None
        self.grid.clear()
        self.presenter.clear()
        for name, value in self._picked.items():
            self._select(name, value)
        # The first figures of the run come a moment later; an empty page between would flicker.
        self._show_beginning()
        self._status()

    def _deliver(self, events: list[Event]) -> None:
        self._take(events)
        if self._lifecycle.computes:
            # What is computed beside the window follows the hand too.
            self.grid.follow()

    def _take(self, events: list[Event]) -> None:
        for event in events:
            self.grid.take(event)
            self.presenter.take(event)

    def _status(self) -> None:
        self._preview()
        self.presenter.show_status(self.form.said(), self.form.params())
        self.sharer.follow()
        self._tick()

    def _select(self, name: str, value: Any) -> None:
        """Something was picked in one view: tell the others, and whoever it concerns."""
        self.grid.select(name, value)
        spec = self._experiment.params.specs().get(name)
        if isinstance(value, Link):
            self.opened.emit(value)
        elif spec is not None and value is not None:
            text = show(spec, value)
            self.form.set_texts({name: text, **self._experiment.params.implied(name, text)})
            if name in self._experiment.starts_on:
                self._go_anew()
        elif name in self._experiment.queries:
            if self._experiment.persistent:
                self._picked[name] = value
            if self.previewer.waits:
                self._show_beginning()  # What is under the answer must not come after it.
            self.debouncer.pick(name, value, self.form.params())

    def _watch(self) -> None:
        self.runner.watch(self.grid.intervals())
        began = time.thread_time()
        try:
            self.grid.look_again()
        except LabError as error:
            self.presenter.complain(error.message)
        if self._preview_ms:
            self._preview_ms += 1000 * (time.thread_time() - began)

    def _tick(self) -> None:
        now = time.monotonic() * 1000
        self.grid.tick(now)
        self.presenter.tick(now)

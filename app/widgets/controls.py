"""The same controls, in the same place, with the same keys, on every page."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.core.language import digits, say, tr
from app.runs.worker import Status
from app.widgets.icons import icon
from lab.core.events import Progress
from lab.core.experiment import StepUnit
from lab.running.throughput import Throughput, clock_time

SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
KEYS = {
    "run": "F5",
    "pause": "F6",
    "step": "F7",
    "epoch": "F8",
    "stop": "F9",
    "reset": "F10",
    "new_seed": "F11",
    "sweep": "Ctrl+Shift+S",
    "copy": "Ctrl+Shift+C",
    "paste": "Ctrl+Shift+V",
}
FAR = ("sweep", "copy", "paste")
"""The buttons at the far end of the bar."""
WORDED = (("pause", "stop", "step"), ("epoch", "reset", "new_seed"), FAR)
"""Which buttons have words beside their icon first, as far as there is room."""
ICON_WIDTH, AROUND_WORDS = 38, 44
"""Of a button without words, and what a button needs beside them, in pixels."""
KEPT_FREE = 370
"""For what the run says of itself, and the newest result, in pixels."""
NARROW = 110
"""Where so many pixels more are lacking, the bar of the progress is not there."""
LEAST_WORDS = 80
"""For “epoch 3/10”, in pixels."""
PARTNERS = {"run": "pause", "pause": "run", "stop": "run"}
"""What takes the keyboard where a button that has it can do nothing for a while."""


class Controls(QFrame):
    """Buttons and progress; `pressed` with the name of a button, `hurried` with steps a second, or None.

    Args:
        impossible: the buttons that mean nothing for this experiment, with the reason.
        steps_per_second: the speed at which it is shown at first, for one that is watched step by step.
        counts: what one step of it is; a "batch" is a part of an epoch.
    """

    pressed = Signal(str)
    hurried = Signal(object)

    def __init__(
        self,
        impossible: Mapping[str, str] | None = None,
        steps_per_second: float | None = None,
        step_unit: StepUnit = "batch",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._impossible, self._step_unit = dict(impossible or {}), step_unit
        epochs = step_unit == "batch"
        self.setObjectName("bar")
        self._names = {
            "run": tr("Run"),
            "pause": tr("Pause"),
            "step": tr("One step"),
            "epoch": tr("One epoch"),
            "stop": tr("Stop"),
            "reset": tr("Reset"),
            "new_seed": tr("New seed"),
            "sweep": tr("Sweep"),
            "copy": tr("Copy state"),
            "paste": tr("Paste state"),
        }
        self._tips = {
            "run": tr("Run to the end, or go on after a pause"),
            "pause": tr("Pause after this step"),
            "step": tr("Do one optimiser step") if epochs else tr("Do one step"),
            "epoch": tr("Go to the end of the epoch"),
            "stop": tr("End the run; it is kept and can be continued") if epochs else tr("End the run"),
            "reset": tr("Back to the beginning, with the same seed"),
            "new_seed": tr("Back to the beginning, with a new seed"),
            "sweep": tr("Run this experiment over a grid of its parameters, many times"),
            "copy": tr("Copy the parameters and the present state as text, for a mail or a note"),
            "paste": tr("Go on from a state that was copied as text, with the same numbers"),
        }
        layout = self._row = QHBoxLayout(self)
        self._fits = True
        layout.setContentsMargins(8, 5, 8, 5)
        layout.setSpacing(4)
        self._buttons: dict[str, QPushButton] = {}
        for name, key in KEYS.items():
            button = QPushButton(self._names[name] if name == "run" else "")
            button.setIcon(icon(name, on_accent=name == "run"))
            button.setAccessibleName(self._names[name])
            button.setProperty("primary", name == "run")
            button.clicked.connect(lambda _checked=False, name=name: self.pressed.emit(name))
            if name != "run":
                button.setFixedWidth(ICON_WIDTH)
                button.setStyleSheet("padding: 4px 2px;")
            button.setVisible(name not in self._impossible)
            if name not in FAR:
                layout.addWidget(button)
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(button.click)
            self._buttons[name] = button
        if not epochs:
            self._buttons["epoch"].hide()
        self.speed = _speeds(steps_per_second)
        self.show_speed(steps_per_second)
        self.speed.activated.connect(lambda: self.hurried.emit(self.speed.currentData()))
        self.speed.setVisible(steps_per_second is not None)
        layout.addWidget(self.speed)
        self.words = QLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(110)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setVisible("run" not in self._impossible)
        self.result = QLabel()
        layout.addSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.result)
        layout.addSpacing(6)
        for name in FAR:
            layout.addWidget(self._buttons[name])
        self._left, self._waits_at = "", ""
        """The button from which the keyboard was taken, since it could do nothing, and the one where it waits."""
        self.show_status("idle", "")
        self.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give icons words where there is room."""
        super().resizeEvent(event)
        there = [name for name, button in self._buttons.items() if not button.isHidden()]
        wide = {name: self.fontMetrics().horizontalAdvance(self._names[name]) + AROUND_WORDS for name in there}
        room = self.width() - KEPT_FREE - sum(ICON_WIDTH + 4 for _ in there) - wide.get("run", 0)
        self._fits = room >= -NARROW
        self._show_bar()
        room -= sum(0 if part.isHidden() else part.sizeHint().width() for part in (self.speed, self.bar))
        for tier in WORDED:
            names = [name for name in tier if name in there]
            room -= sum(wide[name] - ICON_WIDTH for name in names)
            for name in names:
                self._buttons[name].setText(self._names[name] if room >= 0 else "")
                self._buttons[name].setFixedWidth(wide[name] if room >= 0 else ICON_WIDTH)

    def button(self, name: str) -> QPushButton:
        """Return a button by its name."""
        return self._buttons[name]

    def clear(self) -> None:
        """Forget the progress of the last run."""
        self.bar.setRange(0, 1)
        self.bar.setValue(0)
        self.words.setText("")
        self.result.setText("")

    def show_speed(self, steps_per_second: float | None) -> None:
        """Show a speed as the one that is chosen; None is full speed."""
        self.speed.setCurrentIndex(self.speed.findData(steps_per_second))

    def show_status(self, status: Status, complaint: str, touched: bool = False, goes_on: bool = False) -> None:
        """Enable what can be done now; what cannot says why in its tooltip.

        `touched` tells that an idle experiment was picked from or drawn on, which can be taken back; `goes_on` that
        Run continues a run that was stopped.
        """
        moving, paused = status in ("starting", "running"), status == "paused"
        wrong = complaint if not paused else ""
        why = {
            "run": tr("It is running already") if moving else wrong,
            "pause": "" if moving else tr("Nothing is running"),
            "step": tr("Pause first, to go step by step") if moving else wrong,
            "epoch": tr("Pause first, to go epoch by epoch") if moving else wrong,
            "stop": "" if moving or paused else tr("Nothing is running"),
            "reset": tr("There is nothing to reset") if status == "idle" and not touched else "",
            "new_seed": "",
            "sweep": complaint,
            "copy": complaint if status in ("idle", "failed") else "",
            "paste": "",
            **self._impossible,
        }
        self._keep_focus([name for name in self._buttons if not why[name]])
        for name, button in self._buttons.items():
            button.setEnabled(not why[name])
            button.setToolTip(f"{self._names[name]} ({KEYS[name]})\n{why[name] or self._tips[name]}")
        self._buttons["run"].setText(tr("Continue") if paused or goes_on else tr("Run"))
        self._return_focus()

    def _keep_focus(self, enabled: list[str]) -> None:
        """Let the keyboard wait nearby where it is in a button that can do nothing now: Qt would send it on."""
        name = next((name for name, button in self._buttons.items() if button.hasFocus()), None)
        if name is None or name in enabled:
            return
        near = [other for other in (PARTNERS.get(name, "pause"), "pause", "run", "reset") if other in enabled]
        if near:
            if name != self._waits_at:
                self._left = name
            self._waits_at = near[0]
            self._buttons[near[0]].setEnabled(True)
            self._buttons[near[0]].setFocus()

    def _return_focus(self) -> None:
        """Give the keyboard back, unless it went elsewhere meanwhile."""
        waits = bool(self._waits_at) and self._buttons[self._waits_at].hasFocus()
        back = waits and self._buttons[self._left].isEnabled()
        if back:
            self._buttons[self._left].setFocus()
        if back or not waits:
            self._left = self._waits_at = ""

    def show_progress(self, progress: Progress, pace: Throughput) -> None:
        """Show how far the run is, how fast it goes, and how long it still takes."""
        self.bar.setRange(0, progress.steps)
        self.bar.setValue(progress.step)
        if progress.doing is not None:
            words = [say(progress.doing)]
        elif self._step_unit in ("batch", "epoch"):
            words = [tr("epoch {epoch}/{epochs}", epoch=progress.epoch, epochs=progress.epochs)]
        elif self._step_unit == "run":
            words = [tr("run {step}/{steps}", step=progress.step, steps=progress.steps)]
        else:
            words = [tr("step {step}/{steps}", step=progress.step, steps=progress.steps)]
        rate, left = pace.steps_per_second, pace.seconds_left
        if rate is not None and left is not None:
            if progress.doing is None:
                words.append(tr("{rate} steps/s", rate=f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"))
            words.append(tr("{time} left", time=clock_time(left)))
        whole, metrics = "   ".join(words), self.fontMetrics()
        # What matters least goes first, in a window that is too narrow for all of it.
        while len(words) > 1 and metrics.horizontalAdvance("   ".join(words)) > self.words.width():
            words.pop(len(words) - 2 if len(words) == 3 else -1)
        self.words.setText("   ".join(words))
        self.words.setToolTip("" if self.words.text() == whole else whole)
        self.bar.setToolTip(digits(f"{progress.step} / {progress.steps}"))

    def show_words(self, words: str) -> None:
        """Show a sentence in place of the progress."""
        self.words.setText(words)
        self.words.setToolTip(words)

    def show_result(self, words: str) -> None:
        """Show the newest result, at the end of the bar."""
        longer = len(words) != len(self.result.text())
        self.result.setText(words)
        if longer:
            self._show_bar()

    def _show_bar(self) -> None:
        """Show the bar of the progress where there is room beside the result; else words say it alone."""
        there = 0 if self.bar.isHidden() else self.bar.width() + 4
        needed = self._row.minimumSize().width() - there + self.bar.width() + LEAST_WORDS
        self.bar.setVisible("run" not in self._impossible and self._fits and needed <= self.width())


def _speeds(usual: float | None) -> QComboBox:
    """Return the choice of speeds, the usual one among them."""
    box = QComboBox()
    box.setAccessibleName(tr("Speed"))
    box.setToolTip(tr("How many steps a second are shown"))
    for speed in sorted({*SPEEDS, *([usual] if usual else [])}):
        box.addItem(tr("{rate} steps/s", rate=f"{speed:g}"), speed)
    box.addItem(tr("full speed"), None)
    return box

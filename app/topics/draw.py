"""Draw a digit or a letter and see it recognised: a page made by hand, since it begins with a canvas."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.core.language import digits, say, tr
from app.pages.layout import fill_page, side_by_side
from app.runs.runner import Runner
from app.views.bars import ProbabilitiesView
from app.views.base import View
from app.views.maps import FeatureMapsView
from app.views.mosaic import photograph
from app.views.picture import PictureView
from app.views.strip import StripView
from app.widgets.canvas import Canvas, Stroke
from app.widgets.lesson import LessonView
from app.widgets.notice import Notice
from lab.core.events import Array, Event, FeatureMaps, Metrics, Picture, Remark, Weights
from lab.core.lessons import Lesson
from lab.core.text import Message
from lab.data.catalogue import EMNIST, SYNTHETIC
from lab.data.params import LETTERS_HERE
from lab.running.classifier import LETTERS, SHIPPED
from lab.running.runs import MODEL
from lab.running.sessions import run_store
from lab.topics.draw.digit import DigitParams

TRAINING = "training"
"""The choice of the network that the CNN tab trains, or trained last."""
TICK_MS = 16
WEIGHTS_SECONDS = 0.3
LISTED_RUNS = 8
WRITTEN = ("digits", "mnist", EMNIST, SYNTHETIC, LETTERS_HERE)
"""The data sets of what can be drawn."""


class DrawPage(QWidget):
    """Canvas, what the network sees, what it answers, and how it came to it.

    `trainer` is the runner of the CNN tab, whose network can be drawn for while it is still training.
    """

    def __init__(
        self,
        lesson: Lesson,
        runner: Runner,
        trainer: Runner,
        strokes: tuple[Stroke, ...] = (),
        model: str = SHIPPED,
        pen: float = 22,
        given: Path | None = None,
    ) -> None:
        super().__init__()
        self.runner, self.trainer = runner, trainer
        self.given = self._asked = given
        """The file whose picture is on the canvas in place of a drawing; and the one that is being read for it."""
        self.canvas = Canvas()
        self.canvas.pen_width = pen
        self.picture = PictureView(tr("What the network sees: 28 × 28"), "input")
        self.bars = ProbabilitiesView(tr("Answer"), "drawing")
        self.maps = FeatureMapsView(
            tr("Feature maps of this drawing, layer by layer"),
            "drawing",
            tr("Here you will see what every layer makes of your drawing.\nDraw something."),
        )
        self.strip = StripView(tr("Network"))
        self._views: tuple[View, ...] = (self.picture, self.bars, self.maps, self.strip)
        self.lesson = LessonView()
        self.lesson.show_lesson(lesson)
        self.lesson.tried.connect(self._try)
        self.models = QComboBox()
        self.words = QLabel()
        self.notice = Notice()
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.canvas.set_strokes(strokes)
        self.canvas.drawn.connect(self._drawn)
        self.canvas.setAcceptDrops(True)
        self.canvas.dropped.connect(self.open_picture)
        runner.restarted.connect(self._restart)
        runner.delivered.connect(self._take)
        runner.status_changed.connect(self._status)
        runner.failed.connect(self._failed)
        trainer.delivered.connect(self._learned)
        self._chosen = model
        self._fill_models(model)
        self.models.currentIndexChanged.connect(self._choose)
        # What was said of a file was said then.
        self._take([event for event in runner.history.replay() if not isinstance(event, Remark)])
        runner.watch({(FeatureMaps, self.maps.name): self.maps.interval_ms / 1000})
        self._status()

    @property
    def views(self) -> tuple[View, ...]:
        """The views of the page."""
        return self._views

    @property
    def model(self) -> str:
        """The model in use: "digits", "letters", "training", or the folder of a run."""
        return str(self.models.currentData())

    def start(self) -> None:
        """Load the network, unless that has been done."""
        if self.runner.status == "idle":
            self._choose()

    def shutdown(self) -> None:
        """Let go of the runners, before the page is deleted."""
        self._timer.stop()
        self.runner.restarted.disconnect(self._restart)
        self.runner.delivered.disconnect(self._take)
        self.runner.status_changed.disconnect(self._status)
        self.runner.failed.disconnect(self._failed)
        self.trainer.delivered.disconnect(self._learned)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw only while seen; offer the runs that came meanwhile."""
        super().showEvent(event)
        self._fill_models(self._chosen)
        if self.model != self._chosen:
            # The network that was chosen is no longer there.
            self._choose()
        self._timer.start()
        self.start()
        # Without its page, nobody else asks for the weights of the network in training.
        self.trainer.watch({(Weights, None): WEIGHTS_SECONDS})
        self.canvas.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop drawing."""
        super().hideEvent(event)
        self._timer.stop()
        self.trainer.watch({})

    def _build(self) -> None:
        self.pen = QSlider(Qt.Orientation.Horizontal)
        self.pen.setRange(6, 48)
        self.pen.setValue(round(self.canvas.pen_width))
        self.pen.setAccessibleName(tr("Pen width"))
        self.pen.valueChanged.connect(self._set_pen)
        self.pen_words = QLabel()
        self.eraser = self._button(tr("Eraser"), "E", checkable=True)
        self.eraser.toggled.connect(lambda on: setattr(self.canvas, "erasing", on))
        self.undo = self._button(tr("Undo"), "Ctrl+Z")
        self.undo.clicked.connect(self.canvas.undo)
        self.redo = self._button(tr("Redo"), "Ctrl+Shift+Z")
        self.redo.clicked.connect(self.canvas.redo)
        self.clear = self._button(tr("Clear"), "Delete")
        self.clear.clicked.connect(self.canvas.clear)
        for key, change in (("[", -2), ("]", 2)):
            QShortcut(QKeySequence(key), self).activated.connect(
                lambda change=change: self.pen.setValue(self.pen.value() + change)
            )
        tools = QHBoxLayout()
        for button in (self.eraser, self.undo, self.redo, self.clear):
            tools.addWidget(button)
        tools.addStretch(1)
        pen = QHBoxLayout()
        pen.addWidget(self.pen_words)
        pen.addWidget(self.pen, 1)
        self.open = self._button(tr("Picture …"), "Ctrl+O")
        self.open.setToolTip(
            tr("Recognise a picture of a digit or a letter: choose a file (Ctrl+O), or let it fall on the canvas")
        )
        self.open.clicked.connect(self._ask_for_picture)
        pen.addWidget(self.open)
        self._set_pen(self.pen.value())
        models = QHBoxLayout()
        models.addWidget(QLabel(tr("Network")))
        models.addWidget(self.models, 1)
        self.models.setAccessibleName(tr("Network"))
        self.models.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas, 3)
        column.addLayout(tools)
        column.addLayout(pen)
        column.addLayout(models)
        column.addWidget(self.lesson, 2)
        left.setMinimumWidth(300)
        top = QHBoxLayout()
        top.addWidget(self.picture, 3)
        top.addWidget(self.bars, 4)
        right = QWidget()
        right.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        rows = QVBoxLayout(right)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top, 5)
        rows.addWidget(self.strip)
        rows.addWidget(self.maps, 6)
        across = side_by_side(left, right)
        across.setSizes([370, 860])
        bar = QFrame()
        bar.setObjectName("bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(10, 7, 10, 7)
        line.addWidget(self.words, 1)
        fill_page(self, across, self.notice, bar)
        self.strip.selected.connect(self.maps.select)

    def _button(self, text: str, key: str, checkable: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(checkable)
        button.setToolTip(f"{text} ({key})")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(button.click)
        return button

    def _fill_models(self, chosen: str) -> None:
        """List the shipped networks, the one in training, and the newest finished runs."""
        blocked = self.models.blockSignals(True)
        self.models.clear()
        self.models.addItem(tr("The network for digits that comes with Descent"), SHIPPED)
        self.models.addItem(tr("The network for letters that comes with Descent"), LETTERS)
        if self.trainer.history.newest(Weights) is not None:
            self.models.addItem(tr("The network of the CNN tab, as it is now"), TRAINING)
        for run, info in run_store().newest():
            if self.models.count() > LISTED_RUNS:
                break
            if (run.folder / MODEL).exists() and info.params.get("dataset") in WRITTEN:
                self.models.addItem(tr("Run of {date}", date=info.created[:16].replace("T", " ")), str(run.folder))
        place = self.models.findData(chosen)
        self.models.setCurrentIndex(max(place, 0))
        self.models.blockSignals(blocked)

    def _choose(self) -> None:
        self._chosen = self.model
        letter = self.model == LETTERS
        self.canvas.hint = (
            tr("Draw a letter here, large and freely") if letter else tr("Draw a digit here, large and freely")
        )
        self.canvas.update()
        if self.model == TRAINING:
            if self.runner.session is None and not self.runner.busy:
                self.runner.start(DigitParams())
            weights = self.trainer.history.newest(Weights)
            if weights is not None:
                self.runner.query({"weights": weights})
                self._tell_training(weights)
        else:
            self.runner.start(DigitParams(model=self.model))
        self._ask(self.given)

    def _try(self, texts: dict[str, str]) -> None:
        wanted = texts.get("model", SHIPPED)
        place = self.models.findData(wanted)
        if place == self.models.currentIndex():
            self._choose()
        elif place >= 0:
            self.models.setCurrentIndex(place)

    def _learned(self, events: list[Event]) -> None:
        """The CNN tab's network took further steps."""
        newest = next((event for event in reversed(events) if isinstance(event, Weights)), None)
        if newest is None:
            return
        if self.models.findData(TRAINING) < 0:
            self._fill_models(self.model)
        if self.model == TRAINING:
            self.runner.query({"weights": newest})
            self._tell_training(newest)

    def _tell_training(self, weights: Event | None) -> None:
        if isinstance(weights, Weights):
            self.words.setText(tr("This is the network of the CNN tab after {step} steps.", step=weights.step))

    def _drawn(self) -> None:
        self.given = self._asked = None
        self._show_undo()
        self._ask(None)

    def _show_undo(self) -> None:
        self.undo.setEnabled(self.canvas.can_undo)
        self.redo.setEnabled(self.canvas.can_redo)

    def _ask(self, file: Path | None) -> None:
        """Ask what the network says of the picture of a file, or of what is drawn."""
        self.runner.query({"drawing": self.canvas.drawing(), "file": file})

    def open_picture(self, path: Path) -> None:
        """Recognise the digit of a picture, which is shown in place of the drawing when it has been read."""
        self.notice.clear()
        self._asked = path
        self._ask(path)

    def _show_picture(self, picture: Array) -> None:
        # A pen may have been on the canvas meanwhile.
        if self._asked is not None:
            self.given = self._asked
            self.canvas.show_picture(photograph(picture))
            self._show_undo()

    def _ask_for_picture(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("A picture of a digit or a letter"))
        if path:
            self.open_picture(Path(path))

    def _set_pen(self, width: int) -> None:
        self.canvas.pen_width = width
        self.pen_words.setText(tr("Pen {width}", width=width))
        self.pen.setToolTip(tr("Pen width in pixels of the 280 × 280 drawing; keys [ and ]"))

    def _restart(self) -> None:
        self.notice.clear()
        for view in self._views:
            view.clear()
            view.refresh()

    def _take(self, events: list[Event]) -> None:
        for event in events:
            for view in self._views:
                if isinstance(event, view.events):
                    view.take(event)
            match event:
                case Metrics() if self.model != TRAINING:
                    self._show_accuracy(event)
                case Picture(name="given", image=image) if image is not None:
                    self._show_picture(image)
                case Remark():
                    self._failed(event.message)
        # The answer follows the hand: it does not wait for its turn, as the maps do.
        for view in (self.bars, self.picture):
            if view.dirty:
                view.refresh()
        self._tick()

    def _show_accuracy(self, metrics: Metrics) -> None:
        values = metrics.values
        said = tr(
            "Measured just now on this computer: {share} % of {count} images that it never learned from.",
            share=digits(f"{100 * values['test_accuracy']:.2f}"),
            count=f"{int(values['test_images']):,}",
        )
        if self.model == LETTERS:
            said = f"{said} {tr('They are synthetic letters: it never saw real handwriting.')}"
        self.words.setText(said)

    def _status(self) -> None:
        if self.runner.status == "starting":
            self.words.setText(tr("The network is on its way: torch is being loaded. You can draw already."))
        elif self.runner.status == "running" and self.model != TRAINING:
            self.words.setText(tr("The network is here. It is being tested on images that it never learned from …"))
        elif self.runner.status == "failed":
            self.words.setText(tr("There is no network to answer."))
            if self.runner.error is not None:
                self._failed(self.runner.error)

    def _failed(self, error: Message) -> None:
        self.notice.show_words(say(error))

    def _tick(self) -> None:
        now = time.monotonic() * 1000
        for view in self._views:
            view.tick(now)

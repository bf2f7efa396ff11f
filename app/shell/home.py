"""The first page: the ways in."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app.core.language import digits, right_to_left, say, tr
from app.pages.catalogue import DRAW, OFFERED, TITLES
from app.pages.layout import scrolled
from lab.core.catalogue import experiment, read_params, title
from lab.core.headline import Headline
from lab.core.params import ParamError
from lab.core.reading import cut
from lab.core.text import LabError
from lab.running.run_info import RunInfo
from lab.running.runs import Run
from lab.running.sessions import run_store

SHOWN_RUNS = 3
MOST_LOOKED_AT = 30
MARGIN = 14
MOST_COLUMNS, COLUMN = 4, 300
"""How many columns the list has at most, and how wide each is at least, in logical pixels."""
APART, BETWEEN = 22, 3
_PLAIN = "text-decoration: none"
_SMALLER = 0.9
"""Of the size of other letters, that the names of all experiments are seen at once at 1280 × 720."""
_LEADING = 85
"""Of the height of a line, which leaves room for Persian letters above and below."""


class Card(QFrame):
    """One way in: a heading, a sentence, a button."""

    def __init__(self, heading: str, words: str, button: str, primary: bool = False) -> None:
        super().__init__()
        self.setObjectName("panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 8)
        layout.setSpacing(4)
        caption = QLabel(heading)
        caption.setProperty("heading", True)
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.words.setProperty("muted", True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.button = QPushButton(button)
        self.button.setProperty("primary", primary)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        # Side by side: the list beneath needs the height.
        top = QHBoxLayout()
        top.addWidget(caption, 1)
        top.addWidget(self.button)
        layout.addLayout(top)
        layout.addWidget(self.words, 1)


class Recent(QFrame):
    """The last runs, a line each: when, what was changed, how well it did."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(18, 12, 18, 14)
        self._grid.setHorizontalSpacing(22)
        self._grid.setColumnStretch(2, 1)

    def show_runs(self, runs: list[tuple[Run, RunInfo | LabError]]) -> None:
        """Show these runs, and of what cannot be read why; nothing where there are none."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(runs))
        for column, text in enumerate((tr("Your last runs"), "", tr("changed"), tr("outcome"))):
            heading = QLabel(text)
            heading.setProperty("muted", column > 0)
            self._grid.addWidget(heading, 0, column)
        for row, (run, info) in enumerate(runs, start=1):
            if isinstance(info, LabError):
                label = QLabel(say(info.message))
                label.setWordWrap(True)
                self._grid.addWidget(label, row, 0, 1, 4)
                continue
            for column, text in enumerate(_line(run, info)):
                label = QLabel(text)
                label.setToolTip(str(run.folder))
                self._grid.addWidget(label, row, column)


def _shown(found: Iterable[tuple[Run, RunInfo | LabError]]) -> list[tuple[Run, RunInfo | LabError]]:
    """Return the newest runs that can be read, and between them what cannot; neither hides the other."""
    shown: list[tuple[Run, RunInfo | LabError]] = []
    readable = damaged = 0
    for run, info in islice(found, MOST_LOOKED_AT):
        wrong = isinstance(info, LabError)
        readable, damaged = readable + (not wrong), damaged + wrong
        if not wrong or damaged <= SHOWN_RUNS:
            shown.append((run, info))
        if readable == SHOWN_RUNS:
            break
    return shown


def _line(run: Run, info: RunInfo) -> tuple[str, str, str, str]:
    """Return date, title, what differs from the defaults, and how well a run did."""
    known = experiment(info.experiment) if info.experiment in OFFERED else None
    called = tr(known.title) if known is not None else info.experiment
    changed = ""
    if known is not None:
        try:
            params = read_params(info.experiment, info.params)
        except ParamError:
            # A run of another version of Descent: it is listed, without its parameters.
            params = known.params()
        texts, specs = params.to_texts(), params.specs()
        changed = tr(", ").join(f"{tr(specs[name].label)} {texts[name]}" for name in params.changed())
    how = tr("not finished") if info.unfinished else _outcome(run, known.headline if known is not None else None)
    return digits(info.created[:16].replace("T", " ")), called, digits(changed) or tr("nothing"), how


def _outcome(run: Run, headline: Headline | None) -> str:
    """Say how well a finished run did; a dash where nothing says so, or the file is damaged."""
    result = run.result()
    metrics = result.get("metrics") if isinstance(result, dict) else None
    words = headline.said(metrics) if headline is not None and isinstance(metrics, dict) else None
    return "–" if words is None else say(words)


class Contents(QFrame):
    """Every experiment, a link each, behind one another under the name of its topic; `wanted` with the one to open."""

    wanted = Signal(str)

    def __init__(self, index: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(18, 4, 18, 4)
        self._across.setSpacing(APART)
        self._topics = [self._topic(topic, names) for topic, names in index.items() if names]
        self._places: list[int] = []
        self.columns = 0

    def arrange(self, width: int) -> None:
        """Use as many columns as there is room for, about equally long."""
        margins = self._across.contentsMargins()
        room = width - margins.left() - margins.right() - 2
        self.columns = max(1, min(MOST_COLUMNS, (room + APART) // (COLUMN + APART)))
        column = (room - APART * (self.columns - 1)) // self.columns
        places = in_columns([label.heightForWidth(column) + BETWEEN for label in self._topics], self.columns)
        for label in self._topics:
            label.setFixedWidth(column)
            label.setMinimumHeight(label.heightForWidth(column))
        if places == self._places:
            return
        self._places = places
        while (old := self._across.takeAt(0)) is not None:
            stack_before = old.layout()
            if stack_before is not None:
                stack_before.deleteLater()
        stacks = [QVBoxLayout() for _ in range(self.columns)]
        for label, place in zip(self._topics, places, strict=True):
            stacks[place].addWidget(label)
        for stack in stacks:
            stack.setSpacing(BETWEEN)
            stack.addStretch(1)
            self._across.addLayout(stack, 1)

    def _topic(self, topic: str, names: Sequence[str]) -> QLabel:
        # A line ends between two names, never within one; and names in Latin letters stand in the order of the others.
        mark, direction = ("\u200f", "rtl") if right_to_left() else ("", "ltr")
        between = f"{mark}\u00a0· {mark}"
        links = (f'<a href="{name}" style="{_PLAIN}">{_together(escape(tr(title(name))))}</a>' for name in names)
        lines = f"<b>{escape(tr(TITLES[topic]))}</b><br>{between.join(links)}"
        label = QLabel(f'<div dir="{direction}" style="line-height: {_LEADING}%">{lines}</div>')
        font = label.font()
        font.setPointSizeF(_SMALLER * font.pointSizeF())
        label.setFont(font)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        label.linkActivated.connect(self.wanted)
        label.setAccessibleName(tr(TITLES[topic]))
        return label


def _together(name: str) -> str:
    return name.replace(" ", "\u00a0").replace("-", "\u2011")


def in_columns(lines: list[int], columns: int) -> list[int]:
    """Return the column of each piece of text, in order: the longest as short as can be, all about equally long."""
    starts = itertools.combinations_with_replacement(range(len(lines) + 1), columns - 1)
    parts = ([*itertools.pairwise((0, *start, len(lines)))] for start in starts)
    best = min(parts, key=lambda cut: sorted((sum(lines[first:last]) for first, last in cut), reverse=True))
    return [column for column, (first, last) in enumerate(best) for _ in range(first, last)]


class Home(QWidget):
    """Draw, train, or continue the last run."""

    wanted = Signal(str)
    """The page to go to."""
    continued = Signal(str, object)
    """The experiment and the folder of a run to continue."""

    def __init__(self, index: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._run: tuple[Run, RunInfo] | None = None
        words = QLabel(
            tr("A laboratory for learning deep learning by experiment. Change a number, and see what it does.")
        )
        words.setWordWrap(True)
        self.draw = Card(
            tr("Draw a digit"),
            tr(
                "Draw a 7 with the mouse. A trained network says what it is, how sure it is, and shows "
                "what it saw on the way."
            ),
            tr("Draw"),
            primary=True,
        )
        self.train = Card(
            tr("Train a network"),
            tr(
                "Watch a convolutional network learn 8,500 handwritten digits: loss, kernels, feature "
                "maps and mistakes, live."
            ),
            tr("Train"),
        )
        self.go_on = Card(tr("Continue the last run"), "", tr("Continue"))
        self.draw.button.clicked.connect(lambda: self.wanted.emit(DRAW))
        self.train.button.clicked.connect(lambda: self.wanted.emit("cnn.mnist"))
        self.go_on.button.clicked.connect(self._continue)
        cards = QHBoxLayout()
        cards.setSpacing(14)
        for card in (self.draw, self.train, self.go_on):
            cards.addWidget(card, 1)
        foot = QLabel(tr("Everything runs on this computer. Nothing is sent anywhere, and no network is needed."))
        foot.setProperty("muted", True)
        foot.setWordWrap(True)
        self.contents = Contents(index)
        self.contents.wanted.connect(self.wanted)
        self.recent = Recent()
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(MARGIN, 6, MARGIN, 14)
        layout.setSpacing(5)
        layout.addWidget(words)
        layout.addSpacing(2)
        layout.addLayout(cards)
        layout.addSpacing(4)
        layout.addWidget(self.contents)
        layout.addSpacing(4)
        layout.addWidget(self.recent)
        layout.addStretch(1)
        layout.addWidget(foot)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolled(inside))
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Look again which run there is to continue."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the list in the columns for which there is room."""
        super().resizeEvent(event)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.contents.arrange(self.width() - 2 * MARGIN - bar)

    def refresh(self) -> None:
        """Offer the newest run, if it did not come to its end."""
        store = run_store()
        self._run = store.unfinished(OFFERED)
        self.recent.show_runs(_shown(store.found()))
        card = self.go_on
        card.button.setEnabled(self._run is not None)
        if self._run is None:
            why = tr("There is no run that was stopped or cut off before its end.")
            card.words.setText(why)
            card.button.setToolTip(why)
            return
        run, info = self._run
        values = {
            "title": tr(title(info.experiment)),
            "date": info.created[:16].replace("T", " "),
            "seed": cut(info.params.get("seed", "–")),
        }
        if info.cut_off:
            how = tr("{title}, begun {date}, seed {seed}, was cut off.", **values)
        else:
            how = tr("{title}, begun {date}, seed {seed}, was stopped.", **values)
        card.words.setText(f"{how} {tr('It goes on where it was, with the same numbers.')}")
        card.button.setToolTip(str(run.folder))

    def _continue(self) -> None:
        if self._run is not None:
            run, info = self._run
            folder: Path = run.folder
            self.continued.emit(info.experiment, folder)

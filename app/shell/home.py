"""The first page: the ways in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.core.language import digits, say, tr
from app.pages.catalogue import OFFERED, TITLES, pages
from lab.core.catalogue import experiment, read_params
from lab.core.headline import Headline
from lab.core.params import ParamError
from lab.core.reading import cut
from lab.core.text import LabError
from lab.running.runs import Run, RunInfo
from lab.running.sessions import run_store

SHOWN_RUNS = 3
MOST_LOOKED_AT = 30
CONTENTS_MS = 30


class Card(QFrame):
    """One way in: a heading, a sentence, a button."""

    def __init__(self, title: str, words: str, button: str, primary: bool = False) -> None:
        super().__init__()
        self.setObjectName("panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(8)
        heading = QLabel(title)
        heading.setProperty("heading", True)
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.words.setProperty("muted", True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.button = QPushButton(button)
        self.button.setProperty("primary", primary)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout.addWidget(heading)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.button)


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
    title = tr(known.title) if known is not None else info.experiment
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
    return digits(info.created[:16].replace("T", " ")), title, digits(changed) or tr("nothing"), how


def _outcome(run: Run, headline: Headline | None) -> str:
    """Say how well a finished run did; a dash where nothing says so, or the file is damaged."""
    result = run.result()
    metrics = result.get("metrics") if isinstance(result, dict) else None
    words = headline.said(metrics) if headline is not None and isinstance(metrics, dict) else None
    return "–" if words is None else say(words)


class Contents(QFrame):
    """Every experiment by topic, as links; `wanted` with the one to open."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        grid = QGridLayout(self)
        grid.setContentsMargins(18, 12, 18, 14)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (topic, title) in enumerate(TITLES.items()):
            heading = QLabel(tr(title))
            heading.setProperty("muted", True)
            grid.addWidget(heading, row, 0, Qt.AlignmentFlag.AlignTop)
            links = [(page.experiment, tr(experiment(page.experiment).title)) for page in pages(topic)]
            # Broken only between two links.
            text = "&nbsp;&nbsp;·&nbsp; ".join(
                f'<a href="{name}">{said.replace(" ", "&nbsp;")}</a>' for name, said in links
            )
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
            label.linkActivated.connect(self.wanted)
            label.setAccessibleName(tr(title))
            grid.addWidget(label, row, 1)


class Home(QWidget):
    """Draw, train, or continue the last run."""

    wanted = Signal(str)
    """The page to go to."""
    continued = Signal(str, object)
    """The experiment and the folder of a run to continue."""

    def __init__(self) -> None:
        super().__init__()
        self._run: tuple[Run, RunInfo] | None = None
        title = QLabel(tr("Descent"))
        font = title.font()
        font.setPointSizeF(26)
        font.setBold(True)
        title.setFont(font)
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
        self.draw.button.clicked.connect(lambda: self.wanted.emit("draw.digit"))
        self.train.button.clicked.connect(lambda: self.wanted.emit("cnn.mnist"))
        self.go_on.button.clicked.connect(self._continue)
        cards = QHBoxLayout()
        cards.setSpacing(14)
        for card in (self.draw, self.train, self.go_on):
            cards.addWidget(card, 1)
        foot = QLabel(tr("Everything runs on this computer. Nothing is sent anywhere, and no network is needed."))
        foot.setProperty("muted", True)
        foot.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 40, 48, 32)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(words)
        layout.addSpacing(18)
        layout.addLayout(cards)
        layout.addSpacing(14)
        self.contents: Contents | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CONTENTS_MS)
        self._later.timeout.connect(self._fill)
        self._layout, self._place = layout, layout.count()
        layout.addSpacing(14)
        self.recent = Recent()
        layout.addWidget(self.recent)
        layout.addStretch(1)
        layout.addWidget(foot)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Look again which run there is to continue."""
        super().showEvent(event)
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the contents once the rest is on the screen: its titles are those of every experiment."""
        super().paintEvent(event)
        if self.contents is None and not self._later.isActive():
            self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing for a page that is not seen."""
        super().hideEvent(event)
        self._later.stop()

    def _fill(self) -> None:
        if self.contents is None:
            self.contents = Contents()
            self.contents.wanted.connect(self.wanted)
            self._layout.insertWidget(self._place, self.contents)

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
        title = tr(experiment(info.experiment).title)
        values = {
            "title": title,
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

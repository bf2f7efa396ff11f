"""The window: topics at the leading edge, a header, and one page at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import theme
from app.core.language import LANGUAGES, isolated, language, right_to_left, say, set_language, tr
from app.core.settings import THEMES, Settings
from app.pages.catalogue import DRAW, OFFERED, SECTIONS, TITLES, index, layout, layouts, topic_of
from app.shell.errors import ErrorDialog, ErrorHook
from app.shell.finder import Finder
from app.shell.home import Home
from app.shell.navigation import Entry, Navigation
from app.shell.search import Found, Index
from lab.core.catalogue import current, title
from lab.core.figures import Link
from lab.core.lessons import Lesson, load_lessons
from lab.core.text import message
from lab.running.classifier import SHIPPED
from lab.running.sessions import data_store, run_store

if TYPE_CHECKING:
    # Home is there before what pages are made of has been loaded.
    from app.pages.page import Page
    from app.runs.runner import Runner
    from app.widgets.canvas import Stroke
    from app.widgets.data import DataDialog
    from lab.running.sharing import Shared

TRAINER = "cnn.mnist"
HOME = "home"
KEPT_PAGES = 6
"""Pages that stay as they are when others are opened. A page is made in a tenth of a second, and what it shows is kept
by its runner and the settings; to be rid of fifty at once, as a switch of theme has to be, takes half a second."""
SWITCH_SECONDS = 0.0005
"""The longest that a thread which computes keeps the interpreter from the window, each time that this needs it: about
ten times a frame. Python's 0.005 would be several frames; what switching costs two such threads is 2 to 4 %."""
SMALLEST = (640, 340)
"""Half of a small screen: its pixels are counted in pairs at 200 %."""

COMMANDS = {
    HOME: message("Home"),
    "theme:light": message("Theme: light"),
    "theme:dark": message("Theme: dark"),
    "theme:system": message("Theme: like the system"),
    "language:en": message("Language: English"),
    "language:fa": message("Language: Persian"),
    "data": message("Data sets: import, download"),
}
"""What can be done by its name, as Ctrl+K finds it: by a key, what it is called in English."""


class Shown(Protocol):
    """A page that can be let go of."""

    def shutdown(self) -> None:
        """Disconnect from what outlives the page."""


@cache
def _lessons(language: str) -> dict[str, Lesson]:
    """Return the lessons of a language, which are not written anew while the window is open."""
    return load_lessons(language)


class _Runners(dict[str, "Runner"]):
    """Runners by experiment, each made when it is asked for first."""

    def __init__(self, make: Callable[[str], Runner]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Runner:
        self[name] = self._make(name)
        return self[name]


class Window(QWidget):
    """Owns the runners, which live as long as it does, and the pages, which are built anew for language and theme."""

    def __init__(self, settings: Settings, settings_file: Path, hook: ErrorHook | None = None) -> None:
        super().__init__()
        sys.setswitchinterval(SWITCH_SECONDS)
        self.settings, self._settings_file = settings, settings_file
        self.runners = _Runners(self._new_runner)
        self._hook = hook
        if hook is not None:
            hook.caught.connect(self.show_report)
        self._reports = 0
        self._strokes: tuple[Stroke, ...] = ()
        self._model = SHIPPED
        self._pen = 22
        self._given: Path | None = None
        self._pages: dict[str, QWidget] = {}
        self.data_dialog: DataDialog | None = None
        self._root: QWidget | None = None
        self.finder: Finder | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setWindowTitle("Descent")
        self.resize(*settings.size)
        self.setMinimumSize(*SMALLEST)
        set_language(settings.language)
        self.build()
        QApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self._scheme_timer = QTimer(self)
        self._scheme_timer.setSingleShot(True)
        self._scheme_timer.setInterval(0)
        self._scheme_timer.timeout.connect(self._follow_system)

    def build(self) -> None:
        """Build everything anew in the language and theme of the settings; runs go on."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        # First: whatever is there when the theme changes is styled anew, seen or not.
        self._drop_pages()
        if self._root is not None:
            self._layout.removeWidget(self._root)
            self._root.hide()
            # Not at once: the button that was pressed is in it.
            self._root.deleteLater()
        theme.apply(application, self.settings.theme)
        direction = Qt.LayoutDirection.RightToLeft if right_to_left() else Qt.LayoutDirection.LeftToRight
        application.setLayoutDirection(direction)
        self._lessons = _lessons(language())
        self._index = index(self._lessons)
        self._root = QWidget()
        across = QHBoxLayout(self._root)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.navigation = self._navigation()
        across.addWidget(self.navigation)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._header())
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        across.addLayout(column, 1)
        self._layout.addWidget(self._root)
        self.finder = None
        self.open(self._first())

    def open(self, name: str) -> QWidget:
        """Show a page, built now if it is not there yet; by the name of its experiment, today's or an earlier one."""
        name = current(name)
        page = self._pages.pop(name, None)
        if page is None:
            page = self._make(name)
            self.stack.addWidget(page)
        # The last is the one that was opened last.
        self._pages[name] = page
        self.stack.setCurrentWidget(page)
        self._drop_oldest()
        self.settings.page = name
        self._title.setText(self._page_title(name))
        self.navigation.show_page(name)
        return page

    def page(self, name: str) -> QWidget:
        """Return a page that was opened, and is still there. Raises KeyError for any other."""
        return self._pages[name]

    def warm_up(self) -> None:
        """Load torch and the shipped network, so that the first drawing is answered soon."""
        from lab.topics.draw.digit import DigitParams

        if self.runners[DRAW].status == "idle":
            self.runners[DRAW].start(DigitParams(model=self._model))

    def show_report(self, text: str) -> None:
        """Show an unexpected error; while one is shown, further ones are only in the log."""
        if self._reports:
            return
        self._reports += 1
        dialog = ErrorDialog(text, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._report_read)
        dialog.open()

    def show_data(self) -> None:
        """Show the data sets, with import and download."""
        from app.widgets.data import DataDialog

        dialog = self.data_dialog = DataDialog(data_store(), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._data_closed)
        dialog.open()

    def open_finder(self) -> None:
        """Look for anything by its name, or by a word of a lesson."""
        if self.finder is None:
            assert self._root is not None
            self.finder = Finder(Index(self._lessons, COMMANDS), self._root)
            self.finder.chosen.connect(self._go_to)
        self.finder.open()

    def switch_language(self, wanted: str) -> None:
        """Speak another language from now on."""
        self.settings.language = wanted
        set_language(wanted)
        self.build()
        self._save()

    def switch_theme(self, wanted: str) -> None:
        """Use another theme from now on."""
        self.settings.theme = wanted
        self.build()
        self._save()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the pages more of a narrow window."""
        super().resizeEvent(event)
        self.navigation.fit(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs within a step, save it, and end its threads."""
        self.settings.maximised = self.isMaximized()
        if not self.settings.maximised:
            self.settings.size = [self.width(), self.height()]
            self.settings.place = [self.geometry().x(), self.geometry().y()]
        self.hide()
        self._save()
        self._drop_pages()
        if self.data_dialog is not None:
            self.data_dialog.join()
        for runner in self.runners.values():
            runner.close()
        if self._hook is not None:
            self._hook.caught.disconnect(self.show_report)
            self._hook = None
        super().closeEvent(event)

    def names(self) -> list[str]:
        """Return the names of all pages, in order."""
        return [HOME, *layouts(), DRAW]

    def _go_to(self, found: Found) -> None:
        """Open what was found, and show the place."""
        if found.kind == "command" and found.key != HOME:
            kind, _, value = found.key.partition(":")
            # The finder that sent this is built anew, too.
            actions = {"theme": self.switch_theme, "language": self.switch_language}
            QTimer.singleShot(0, self, lambda: actions[kind](value) if value else self.show_data())
            return
        from app.pages.page import Page
        from app.topics.draw import DrawPage

        page = self.open(found.key)
        if isinstance(page, Page) and found.field:
            page.form.reveal(found.field)
        elif isinstance(page, Page | DrawPage) and found.words:
            page.lesson.show_words(found.words)

    def _first(self) -> str:
        """Return the page to begin with: the last one, or Home where a run that was cut off can be continued."""
        last = self.settings.page if self.settings.page == DRAW or self.settings.page in OFFERED else HOME
        if self.isVisible():
            return last
        found = run_store().unfinished(OFFERED)
        return HOME if found is not None and found[1].cut_off else last

    def _new_runner(self, name: str) -> Runner:
        from app.runs.runner import Runner

        runner = Runner(name, parent=self)
        runner.crashed.connect(self._crashed)
        return runner

    def _make(self, name: str) -> QWidget:
        if name == HOME:
            home = Home(self._index)
            home.wanted.connect(self.open)
            home.continued.connect(self._continue)
            return home
        if name == DRAW:
            from app.topics.draw import DrawPage

            runners = self.runners[DRAW], self.runners[TRAINER]
            return DrawPage(self._lessons[DRAW], *runners, self._strokes, self._model, self._pen, self._given)
        from app.pages.page import Page

        entry = layout(name)
        assert entry is not None
        page = Page(entry, self._lessons[name], self.runners[name], self.settings, self.stack)
        page.opened.connect(self._follow)
        return page

    def _continue(self, name: str, folder: Path) -> None:
        cast("Page", self.open(name)).resume(folder)

    def _follow(self, found: Link | Shared) -> None:
        """Open what was picked or pasted on another page."""
        page = cast("Page", self.open(found.experiment))
        if isinstance(found, Link):
            page.take_up(found)
        else:
            page.sharer.begin(found)

    def _drop_pages(self) -> None:
        for page in self._pages.values():
            self._let_go(page)
        if self._pages:
            self.stack.hide()
            shiboken6.delete(self.stack)
        self._pages = {}

    def _drop_oldest(self) -> None:
        while len(self._pages) > KEPT_PAGES:
            page = self._pages.pop(next(iter(self._pages)))
            self._let_go(page)
            self.stack.removeWidget(page)
            # Not at once: what opened the next page may have been in it.
            page.deleteLater()

    def _let_go(self, page: QWidget) -> None:
        from app.topics.draw import DrawPage

        if isinstance(page, DrawPage):
            self._strokes, self._model, self._pen = page.canvas.strokes(), page.model, page.pen.value()
            self._given = page.given
        if hasattr(page, "shutdown"):
            cast(Shown, page).shutdown()

    def _navigation(self) -> Navigation:
        sections: list[tuple[str, list[Entry]]] = [("", [Entry(HOME, tr("Home"))])]
        for caption, topics in SECTIONS:
            # A topic without pages does not exist.
            there = [topic for topic in topics if self._index.get(topic, (topic,))]
            sections.append((say(caption), [self._entry(topic) for topic in there]))
        bar = Navigation(sections)
        bar.fit(self.width())
        bar.wanted.connect(self.open)
        for key, digit in bar.digits.items():
            shortcut = QShortcut(QKeySequence(f"Alt+{digit}"), bar)
            shortcut.activated.connect(lambda key=key: self.open(self._first_page(key)))
        return bar

    def _entry(self, topic: str) -> Entry:
        if topic not in TITLES:
            return Entry(DRAW, tr("Draw"))
        pages = tuple((name, tr(title(name))) for name in self._index[topic])
        return Entry(topic, tr(TITLES[topic]), pages)

    def _header(self) -> QWidget:
        header = QWidget()
        layout = QHBoxLayout(header)
        layout.setContentsMargins(14, 6, 10, 2)
        self._title = QLabel()
        self._title.setProperty("heading", True)
        self._title.setWordWrap(True)
        self.find_button = QToolButton()
        self.find_button.setText(tr("Find …"))
        self.find_button.setToolTip(tr("Find experiments, parameters, words of lessons and commands (Ctrl+K)"))
        self.find_button.clicked.connect(self.open_finder)
        QShortcut(QKeySequence("Ctrl+K"), header).activated.connect(self.open_finder)
        self.data_button = QToolButton()
        self.data_button.setText(tr("Data …"))
        self.data_button.setToolTip(tr("Data sets: import them from files, or download them (Ctrl+D)"))
        self.data_button.clicked.connect(self.show_data)
        QShortcut(QKeySequence("Ctrl+D"), header).activated.connect(self.data_button.click)
        self.language_button = QToolButton()
        other = "fa" if language() == "en" else "en"
        self.language_button.setText(LANGUAGES[other])
        self.language_button.setToolTip(tr("Switch the language (Ctrl+L)"))
        self.language_button.clicked.connect(lambda: self.switch_language(other))
        self.theme_box = QComboBox()
        self.theme_box.setAccessibleName(tr("Theme"))
        self.theme_box.setToolTip(tr("Theme"))
        for name, text in zip(THEMES, (tr("Like the system"), tr("Light"), tr("Dark")), strict=True):
            self.theme_box.addItem(text, name)
        self.theme_box.setCurrentIndex(THEMES.index(self.settings.theme))
        self.theme_box.activated.connect(lambda: self.switch_theme(self.theme_box.currentData()))
        shortcut = QShortcut(QKeySequence("Ctrl+L"), header)
        shortcut.activated.connect(self.language_button.click)
        layout.addWidget(self._title, 1)
        layout.addWidget(self.find_button)
        layout.addWidget(self.data_button)
        layout.addWidget(self.language_button)
        layout.addWidget(self.theme_box)
        return header

    def _topic_of(self, name: str) -> str:
        return topic_of(name) if topic_of(name) in TITLES else name

    def _first_page(self, key: str) -> str:
        return self._index[key][0] if key in TITLES else key

    def _page_title(self, name: str) -> str:
        if name == HOME:
            return tr("Descent")
        topic = self._topic_of(name)
        said = tr(title(name))
        return said if topic == name else isolated(tr(TITLES[topic]), " › ", said)

    def _scheme_changed(self) -> None:
        if self.settings.theme == "system":
            self._scheme_timer.start()

    def _follow_system(self) -> None:
        dark = QApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        if self.settings.theme == "system" and dark != theme.colours().dark:
            self.build()

    def _crashed(self, error: Exception) -> None:
        if self._hook is not None:
            self._hook.take(error)

    def _report_read(self) -> None:
        self._reports -= 1

    def _data_closed(self) -> None:
        self.data_dialog = None
        for page in self._pages.values():
            if hasattr(page, "refresh"):
                cast("Page", page).refresh()

    def _save(self) -> None:
        self.settings.save(self._settings_file)

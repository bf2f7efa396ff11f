"""A person who does anything, anywhere: a walk whose every step is drawn by a seed of its own.

What a reaction costs is measured as processor time of the window's thread: that is what the program itself is
answerable for. By the clock on the wall, another program on the same computer would make it slow.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTabWidget, QWidget

from app.core.language import LANGUAGES
from app.core.settings import THEMES
from app.pages.page import Page
from app.shell.window import HOME, Window
from app.topics.draw import DrawPage
from app.views.base import View
from lab.core.lessons import parse_try
from lab.core.params import ParamError, parse, show
from lab.core.specs import Spec
from tests.app.mouse import LEFT, NONE, move, stroke

SLOWEST = 0.5
"""Seconds of processor time that a reaction may cost."""
SIZES = ((1366, 768), (1280, 720), (1024, 700), (683, 384), (1920, 1080))
WRONG = ("", "?", "-1", "1e999", "1,000", "nan", "۱۲٫۵", "x" * 300)
BUTTONS = (
    "run",
    "run",
    "run",
    "pause",
    "step",
    "step",
    "epoch",
    "stop",
    "stop",
    "reset",
    "new_seed",
    "sweep",
    "copy",
    "paste",
)
KEYS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space,
    Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Home, Qt.Key.Key_End,
)  # fmt: skip
WORDS = ("momentum", "softmax", "دسته", "learning rate", "zzz", "dark", "conv 2")
ELSEWHERE = ("device", "threads", "workers", "backend", "scheduler")
"""Parameters that begin other processes, or look for what is not here."""


class Pace:
    """How fast this processor is just now, against the fastest that it was: two programs on one core share its caches,
    so that even processor time is up to twice as long.
    """

    def __init__(self) -> None:
        self._best = min(self._now() for _ in range(20))

    def slowed(self) -> float:
        """Return by what factor it is slower than at its best."""
        now = self._now()
        self._best = min(self._best, now)
        return now / self._best

    @staticmethod
    def _now() -> float:
        begun = time.thread_time()
        words = [str(number) for number in range(20_000)]
        assert len({word[::-1] for word in words}) <= len(words)
        return time.thread_time() - begun


class Walk:
    """Does one thing after the other in a window; `done` are the last of them, `slowest` what cost most."""

    def __init__(self, window: Window, seed: int) -> None:
        self.window = window
        self.chance = random.Random(seed)
        self.pace = Pace()
        self.done: list[str] = []
        self.slowest = (0.0, "")
        self._acts: tuple[tuple[Callable[[], str], int], ...] = (
            (self._open, 14), (self._change, 20), (self._press, 22), (self._point, 16), (self._key, 6),
            (self._wheel, 3), (self._tab, 6), (self._try, 5), (self._draw, 3), (self._theme, 2),
            (self._language, 2), (self._resize, 3), (self._find, 2), (self._rest, 8),
        )  # fmt: skip

    def step(self) -> None:
        """Do something, and let the window react. Raises AssertionError where that costs too much."""
        acts, weights = zip(*self._acts, strict=True)
        [act] = self.chance.choices(acts, weights)
        self._react(act)
        for _ in range(self.chance.randint(1, 4)):
            # What timers and runs do afterwards is a reaction too, each time the window comes back to its events.
            self._react(lambda: "")

    def _react(self, act: Callable[[], str]) -> None:
        begun = time.thread_time()
        what = act()
        QApplication.processEvents()
        spent = time.thread_time() - begun
        if what:
            self.done = [*self.done[-30:], f"{what} ({1000 * spent:.0f} ms)"]
        self.slowest = max(self.slowest, (spent, self.done[-1] if self.done else ""))
        if spent > SLOWEST:
            spent /= self.pace.slowed()
        assert spent <= SLOWEST, f"{spent:.2f} s of processor time after:\n" + "\n".join(self.done)

    @property
    def _page(self) -> QWidget:
        return self.window.page(self.window.settings.page)

    def _open(self) -> str:
        name = self.chance.choice(self.window.names())
        self.window.open(name)
        return f"open {name}"

    def _change(self) -> str:
        page = self._page
        if not isinstance(page, Page):
            return self._open()
        specs = {n: s for n, s in page._experiment.params.specs().items() if n not in ELSEWHERE and not s.dialog}
        name = self.chance.choice(list(specs))
        text = self._text(name, specs[name], page)
        page.form.set_texts({name: text})
        return f"{page.layout_entry.experiment}: {name} = {text[:40]!r}"

    def _text(self, name: str, spec: Spec, page: Page) -> str:
        """Return a value that is not far from the default, so that no run lasts for ever; or one that is wrong."""
        default = page._experiment.params.default(name)
        usual = show(spec, default)
        if self.chance.random() < 0.12:
            return self.chance.choice(WRONG)
        match spec.kind:
            case "choice":
                text = self.chance.choice([value for value, _ in spec.choices])
            case "flag":
                text = self.chance.choice(("true", "false"))
            case "integer" | "real":
                low, high = spec.low or 0.0, spec.high if spec.high is not None else 1e9
                value = min(max(default * self.chance.uniform(0.5, 1.5), low), high)
                text = show(spec, round(value) if spec.kind == "integer" else value)
            case _:
                text = usual
        try:
            parse(name, spec, text)
        except ParamError:
            return usual
        return text

    def _press(self) -> str:
        page = self._page
        if not isinstance(page, Page):
            return self._point()
        name = self.chance.choice(BUTTONS)
        button = page.controls.button(name)
        if not button.isVisible() or not button.isEnabled():
            return self._point()
        QTest.mouseClick(button, LEFT)
        return f"press {name} on {page.layout_entry.experiment}"

    def _view(self) -> View | None:
        seen = [view for view in self._page.findChildren(View) if view.isVisible()]
        return self.chance.choice(seen) if seen else None

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self.chance.randrange(max(widget.width(), 1)), self.chance.randrange(max(widget.height(), 1)))

    def _point(self) -> str:
        """Point at a place of a view, click there, or drag from there."""
        view = self._view()
        if view is None:
            return self._open()
        called = f"{type(view).__name__} of {self.window.settings.page}"
        start, end = self._place(view), self._place(view)
        how = self.chance.choice(("point", "click", "click", "drag"))
        move(view, start, NONE)
        if how != "point":
            QTest.mousePress(view, LEFT, pos=start)
            if how == "drag":
                for part in (0.3, 0.7, 1.0):
                    move(view, start + (end - start) * part, LEFT)
            QTest.mouseRelease(view, LEFT, pos=end if how == "drag" else start)
        return f"{how} {called} at {start.x()}, {start.y()}"

    def _key(self) -> str:
        view = self._view()
        if view is None:
            return self._open()
        view.setFocus()
        keys = self.chance.choices(KEYS, k=self.chance.randint(1, 5))
        for key in keys:
            QTest.keyClick(QApplication.focusWidget() or view, key)
        return f"{', '.join(key.name for key in keys)} in {type(view).__name__} of {self.window.settings.page}"

    def _wheel(self) -> str:
        view = self._view()
        if view is None:
            return self._open()
        at, turn = QPointF(self._place(view)), QPoint(0, self.chance.choice((-120, 120)))
        event = QWheelEvent(
            at, QPointF(view.mapToGlobal(at.toPoint())), QPoint(), turn, NONE, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view, event)
        return f"turn the wheel in {type(view).__name__}"

    def _tab(self) -> str:
        tabs = [tabs for tabs in self._page.findChildren(QTabWidget) if tabs.isVisible()]
        if not tabs:
            return self._point()
        chosen = self.chance.choice(tabs)
        chosen.setCurrentIndex(self.chance.randrange(chosen.count()))
        return f"look at tab {chosen.tabText(chosen.currentIndex())}"

    def _try(self) -> str:
        """Follow a link of the lesson."""
        page = self._page
        if not isinstance(page, Page):
            return self._open()
        document, links = page.lesson.document(), []
        block = document.begin()
        while block.isValid():
            links += [piece.format.anchorHref() for piece in block.textFormats() if piece.format.isAnchor()]
            block = block.next()
        tries = sorted(link for link in set(links) if link.startswith("try:"))
        if not tries:
            return self._point()
        link = self.chance.choice(tries)
        page.lesson.tried.emit(parse_try(link))
        return f"follow {link} of {page.layout_entry.experiment}"

    def _draw(self) -> str:
        page = self.window.open("draw.digit")
        assert isinstance(page, DrawPage)
        QApplication.processEvents()
        stroke(page.canvas, *((self.chance.randrange(280), self.chance.randrange(280)) for _ in range(4)))
        if self.chance.random() < 0.3:
            # Not the one that asks for a file: a dialog of the system waits for a person.
            buttons = [button for button in page.findChildren(QPushButton) if button is not page.open]
            QTest.mouseClick(self.chance.choice(buttons), LEFT)
        return "draw"

    def _theme(self) -> str:
        wanted = self.chance.choice(THEMES)
        self.window.switch_theme(wanted)
        return f"theme {wanted}"

    def _language(self) -> str:
        wanted = self.chance.choice(list(LANGUAGES))
        self.window.switch_language(wanted)
        return f"language {wanted}"

    def _resize(self) -> str:
        size = self.chance.choice(SIZES)
        self.window.setGeometry(QRect(QPoint(0, 0), self.window.size()))
        self.window.resize(*size)
        return f"resize to {size[0]} × {size[1]}"

    def _find(self) -> str:
        self.window.open_finder()
        finder = self.window.finder
        assert finder is not None
        words = self.chance.choice(WORDS)
        line: QLineEdit = finder.line
        line.setText(words)
        QTest.keyClick(line, self.chance.choice((Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Down)))
        finder.hide()
        return f"find {words}"

    def _rest(self) -> str:
        QTest.qWait(self.chance.choice((20, 60, 150)))
        return "wait"


def at_home(window: Window) -> None:
    """Go Home, with everything else gone."""
    window.open(HOME)
    window.switch_theme("light")
    window.switch_language("en")

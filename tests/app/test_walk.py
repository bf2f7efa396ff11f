"""Anything may be done anywhere, in any order: nothing breaks, nothing is left behind, every reaction is quick."""

from __future__ import annotations

import random
import time

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.shell.errors import ErrorHook
from app.shell.window import HOME, KEPT_PAGES, Window
from lab.core.files import home
from tests.app.leaks import settle
from tests.app.walk import Pace, Walk, at_home
from tests.app.windows import Opener, waiter

STEPS = 250
SWITCHES = 20
SLOWEST_SWITCH = 0.3
"""Seconds of processor time of the window's thread, as in a walk."""


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 7))
def test_a_walk_over_all_pages(qtbot: QtBot, seed: int) -> None:
    # The seeds that pages draw come from Python's own generator.
    random.seed(seed)
    reports: list[str] = []
    hook = ErrorHook()
    hook.caught.connect(reports.append)
    window = Window(Settings(page=HOME, theme="light", size=[1280, 720]), home() / "settings.json", hook)
    qtbot.addWidget(window)
    window.show()
    # Torch comes in a thread of its own; what waits for it is not what is measured.
    window.warm_up()
    waiter(qtbot)(lambda: window.runners["draw.digit"].status not in ("idle", "starting"))
    # The first page of all loads what pages are painted with, and formulas what sets them: once in a life.
    window.open("convolution.kernels")
    QTest.qWait(500)
    walk = Walk(window, seed)
    for _ in range(STEPS):
        walk.step()
        assert not reports, reports[0] + "\n".join(walk.done)
    print(f"seed {seed}: {walk.slowest[0]:.3f} s, {walk.slowest[1]}")
    for runner in window.runners.values():
        runner.stop()
    # Home lists the runs that there are when it is shown: none of them may be about to end.
    waiter(qtbot)(lambda: not any(runner.busy for runner in window.runners.values()))
    at_home(window)
    assert not reports, reports[0]
    wanted = _at_the_beginning(qtbot)
    for _ in range(3):
        # What Home showed before it was shown anew goes a moment later.
        settle()
    assert _widgets(window) == wanted


@pytest.mark.parametrize("what", ["theme", "language"])
def test_a_switch_is_quick_whatever_was_visited(open_window: Opener, what: str) -> None:
    window = open_window(HOME)
    for name in window.names()[: 2 * KEPT_PAGES]:
        window.open(name)
    spent, pace = [], Pace()
    for wanted in (("dark", "light", "dark"), ("fa", "en", "fa"))[what == "language"]:
        for name in window.names()[:KEPT_PAGES]:
            window.open(name)
        window.open("cnn.mnist")
        settle()
        begun = time.thread_time()
        (window.switch_theme if what == "theme" else window.switch_language)(wanted)
        QApplication.processEvents()
        spent.append((time.thread_time() - begun) / pace.slowed())
    assert min(spent) <= SLOWEST_SWITCH, spent


def test_nothing_grows_with_switches(open_window: Opener) -> None:
    window = open_window("ann.iris")
    counted = []
    for _ in range(SWITCHES // 2):
        window.open("convolution.kernels")
        window.open("ann.iris")
        window.switch_theme("dark" if window.settings.theme == "light" else "light")
        window.switch_language("fa" if window.settings.language == "en" else "en")
        settle()
        counted.append(_widgets(window))
    # In each language the same: their lessons and names are not equally long.
    assert len(set(counted[::2])) == len(set(counted[1::2])) == 1, counted


def _widgets(window: Window) -> int:
    """Return how many widgets there are that belong to a window."""
    return sum(widget.window() is window for widget in QApplication.allWidgets())


def _at_the_beginning(qtbot: QtBot) -> int:
    fresh = Window(Settings(page=HOME, theme="light", size=[1280, 720]), home() / "other.json")
    qtbot.addWidget(fresh)
    fresh.show()
    settle()
    return _widgets(fresh)

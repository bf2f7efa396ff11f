"""Tests of the window leave nothing behind, and begin in English and in the light."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.runs import runner as running
from app.runs.runner import Runner
from tests.app.fakes import Count, alone, counter
from tests.app.leaks import leaks, remember
from tests.app.windows import Opener

# Before torch is imported: sums are then the same on every computer, and the tests of others are not disturbed.
os.environ["OMP_NUM_THREADS"] = "1"

HERE = Path(__file__).parent
UNAVOIDABLE = (
    "This plugin does not support raise",
    "This plugin does not support propagateSizeHints",
    "This plugin does not support grabbing",
)
"""What the offscreen platform says of itself."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt fails the test in which it comes, as one of Python does."""
    for item in items:
        if HERE in item.path.parents or HERE.parent / "e2e" in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*UNAVOIDABLE))


@pytest.fixture(autouse=True)
def clean(request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaks a thread, an active timer or a window."""
    monkeypatch.setattr(running, "window_threads", lambda: 1)
    plain(qapp)
    before = remember()
    yield
    # Pytest still holds what the fixtures of this test returned, and with it what belongs to that.
    request.node.funcargs.clear()
    left = leaks(before)
    plain(qapp)
    assert not left, f"the test has left behind: {', '.join(left)}"


@pytest.fixture
def open_window(qtbot: QtBot) -> Opener:
    return Opener(qtbot)


def plain(application: QApplication) -> None:
    set_language("en")
    if "Vazirmatn" not in QFontDatabase.families():
        theme.load_fonts(application)
    if theme.colours() is not theme.LIGHT or not application.styleSheet():
        theme.apply(application, "light")
    application.setLayoutDirection(application.layoutDirection().LeftToRight)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> type[Count]:
    """Return an experiment that counts, the only one there is."""
    made = counter()
    alone(monkeypatch, made)
    return made


@pytest.fixture
def runner(qtbot: QtBot, count: type[Count]) -> Iterator[Runner]:
    """Return a runner of the experiment that counts."""
    runner = Runner(count.id)
    yield runner
    count.step_may_end.set()
    runner.close()

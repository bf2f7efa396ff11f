"""The whole window for tests, and the small network that they train in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.pages.page import Page
from app.shell.navigation import Navigation
from app.shell.window import Window
from app.topics.draw import DrawPage
from app.views.base import View
from lab.core.files import home
from tests.networks import typed

CNN, DRAW, HOME = "cnn.mnist", "draw.digit", "home"
TINY = {"network": typed(units=(8,)), "batch_size": "512", "epochs": "2", "device": "cpu"}
"""34 steps in all."""
ENDLESS = {**TINY, "epochs": "1000"}
LONG_MS = 60_000
V = TypeVar("V", bound=View)


class Opener:
    """Opens windows; those of one test share the folder of the user, one after the other."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.file: Path = home() / "settings.json"

    def __call__(self, page: str = HOME, texts: dict[str, str] | None = None, **settings: Any) -> Window:
        entries = {"theme": "light", "size": [1280, 720]} | settings
        return self.show(Settings(page=page, texts={CNN: texts or {}}, **entries))

    def again(self) -> Window:
        """Open the window as the last one was left."""
        return self.show(Settings.load(self.file))

    def show(self, settings: Settings) -> Window:
        window = Window(settings, self.file)
        self.qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)
        return window


def cnn(window: Window) -> Page:
    page = window.page(CNN)
    assert isinstance(page, Page)
    return page


def draw_page(window: Window) -> DrawPage:
    page = window.page(DRAW)
    assert isinstance(page, DrawPage)
    return page


def view(page: Page | DrawPage, kind: type[V]) -> V:
    """Return the view of a kind."""
    return next(view for view in page.views if isinstance(view, kind))


def reveal(page: Page, shown: View) -> None:
    """Open the tab in which a view lies."""
    for tabs in page.findChildren(QTabWidget):
        if tabs.indexOf(shown) >= 0:
            tabs.setCurrentIndex(tabs.indexOf(shown))


def press(page: Page, name: str) -> None:
    """Click a button of the bar, which has to be enabled."""
    button = page.controls.button(name)
    assert button.isEnabled(), button.toolTip()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def waiter(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Return a function that waits for what may take a while on a busy computer."""
    return lambda condition: qtbot.waitUntil(condition, timeout=LONG_MS)


def click_entry(bar: Navigation, key: str) -> None:
    """Click a topic or an experiment at the leading edge."""
    item = bar.entry(key)
    bar.scrollToItem(item)
    QTest.mouseClick(bar.viewport(), Qt.MouseButton.LeftButton, pos=bar.visualItemRect(item).center())

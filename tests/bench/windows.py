"""The real window, for measurements."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.core import theme
from app.core.settings import Settings
from app.shell.window import Window
from lab.core.files import home


def open_window(page: str) -> Window:
    """Open the window at 1280×800 on a page."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.load_fonts(application)
    window = Window(Settings(page=page, theme="light", size=[1280, 800]), home() / "settings.json")
    window.show()
    wait(300)
    # A page is opened when the window has been painted first.
    until(lambda: window.navigation.opened == page)
    return window


def wait(milliseconds: int) -> None:
    """Let the window work."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(condition: Callable[[], bool], milliseconds: int = 120_000) -> None:
    """Let the window work until something holds. Raises TimeoutError."""
    clock = QElapsedTimer()
    clock.start()
    while not condition():
        if clock.elapsed() > milliseconds:
            raise TimeoutError
        wait(5)

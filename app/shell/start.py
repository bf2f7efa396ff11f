"""Opening the window, or saying why it cannot be opened."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path


def display_problem(environment: Mapping[str, str], platform: str) -> str | None:
    """Say in a sentence why no window can be opened here, or None. Qt itself would end the process."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return None
    wayland, display = environment.get("WAYLAND_DISPLAY"), environment.get("DISPLAY")
    if wayland and _listens(str(Path(environment.get("XDG_RUNTIME_DIR", "")) / wayland)):
        return None
    if display and _answers(display):
        return None
    if not wayland and not display:
        return "There is no display here, so the experiment of the window runs in the terminal."
    silent = display or wayland
    return f"The display {silent} does not answer, so the experiment of the window runs in the terminal."


def open_window() -> None:
    """Open the window; where there is no display, train the first experiment in the terminal."""
    problem = display_problem(os.environ, sys.platform)
    if problem is not None:
        from lab.terminal.cli import main as command_line

        print(problem, file=sys.stderr, flush=True)
        command_line(["run", "cnn.mnist"])
    raise SystemExit(_run())


def _run() -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.core import theme
    from app.core.settings import Settings
    from app.shell.errors import ErrorHook, start_log
    from app.shell.geometry import open_at
    from app.shell.signals import Ends
    from app.shell.window import Window
    from lab.core.files import home

    application = QApplication(sys.argv[:1])
    application.setApplicationName("Descent")
    start_log(home() / "logs")
    theme.load_fonts(application)
    hook = ErrorHook()
    hook.install()
    settings_file = home() / "settings.json"
    settings = Settings.load(settings_file)
    window = Window(settings, settings_file, hook)
    open_at(window, settings.size, settings.place)
    if settings.maximised:
        window.showMaximized()
    else:
        window.show()

    def end() -> None:
        # A dialog that is open would keep Qt from ending by itself.
        window.close()
        application.quit()

    ends = Ends(end)
    # Torch comes after the first paint; the drawing tab is what needs it first.
    QTimer.singleShot(0, window.warm_up)
    status = application.exec()
    ends.restore()
    return 128 + ends.number if ends.number else status


def _answers(display: str) -> bool:
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        # A server in another container may share nothing but the abstract name.
        return _listens(path) or _listens(f"\0{path}")
    try:
        socket.create_connection((host.strip("[]"), 6000 + int(number)), 3).close()
    except (OSError, OverflowError):
        return False
    return True


def _listens(address: str) -> bool:
    """Tell whether someone accepts connections at a path."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(3)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True

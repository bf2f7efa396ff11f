"""The window opens within the screen, and what begins and ends a run is seen there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMargins, QPoint, QRect, QSize

from app.core.settings import Settings
from app.shell.geometry import fitted
from tests.app.windows import HOME, Opener

ROOT = Path(__file__).resolve().parents[2]
SCREEN = QRect(0, 24, 1366, 744)
"""Without a bar of the desktop."""
NO_FRAME = QMargins()

sides = st.integers(1, 16_000)
places = st.none() | st.builds(QPoint, st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))


@given(sides, sides, places, st.builds(QRect, places.filter(bool), st.builds(QSize, sides, sides)))
def test_a_window_is_never_beyond_the_screen(width: int, height: int, place: QPoint | None, screen: QRect) -> None:
    size = QSize(width, height)
    found = fitted(size, place, screen, NO_FRAME)
    assert screen.contains(found)
    assert found.size() == size.boundedTo(screen.size())


def test_what_fits_is_left_where_it_was() -> None:
    assert fitted(QSize(900, 600), QPoint(100, 80), SCREEN, NO_FRAME) == QRect(100, 80, 900, 600)


def test_what_was_left_beyond_the_screen_comes_back_to_its_edge() -> None:
    assert fitted(QSize(900, 600), QPoint(3000, 80), SCREEN, NO_FRAME) == QRect(466, 80, 900, 600)
    assert fitted(QSize(900, 600), QPoint(-3000, -5), SCREEN, NO_FRAME) == QRect(0, 24, 900, 600)


def test_the_frame_has_its_place_too() -> None:
    found = fitted(QSize(2000, 2000), None, SCREEN, QMargins(2, 34, 2, 2))
    assert found == QRect(2, 58, 1362, 708)


def test_size_and_place_are_kept(open_window: Opener) -> None:
    window = open_window(HOME)
    window.setGeometry(30, 60, 720, 560)
    window.close()
    settings = Settings.load(open_window.file)
    assert (settings.size, settings.place) == ([720, 560], [30, 60])


@pytest.mark.parametrize("place", ["[1]", '["a", 2]', "[1, 2, 3]", "7", "[1e300, 0]", "[true, 1]", "[99999999999, 0]"])
def test_a_place_that_is_none_is_as_if_there_were_none(tmp_path: Path, place: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(f'{{"place": {place}, "theme": "dark"}}')
    settings = Settings.load(file)
    assert (settings.place, settings.theme) == ([], "dark")


PROGRAM = """
import sys
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication
application = QApplication([])
from app.core import theme
from app.core.settings import Settings
from app.shell.geometry import open_at
from app.shell.window import Window
from lab.core.files import home
theme.load_fonts(application)
settings = Settings(theme="light", language=sys.argv[1], size=[1600, 1200], place=[900, 500])
window = Window(settings, home() / "settings.json")
open_at(window, settings.size, settings.place)
window.show()
room = application.primaryScreen().availableGeometry()
wrong = []
for name in ("home", "draw.digit", "ann.playground", "cnn.mnist", "convolution.choose", "gradient_descent.schedules"):
    page = window.open(name)
    application.processEvents()
    if not room.contains(window.geometry()):
        wrong.append(f"{name}: {window.geometry()} of {room}")
    for button in ("run", "pause", "stop") if name in ("ann.playground", "cnn.mnist") else ():
        widget = page.controls.button(button)
        place = QRect(widget.mapTo(window, QPoint()), widget.size())
        seen = widget.visibleRegion().boundingRect() == widget.rect()
        if not (widget.isVisible() and seen and window.rect().contains(place)):
            wrong.append(f"{name}: {button} at {place} of {window.rect()}")
window.close()
sys.exit("; ".join(wrong) or 0)
"""


@pytest.mark.parametrize(
    ("width", "height", "scale", "spoken"),
    [(1366, 768, 1, "en"), (1280, 720, 1, "fa"), (1024, 700, 1, "fa"), (1366, 768, 2, "en")],
)
def test_run_pause_and_stop_are_seen_on_a_small_screen(
    tmp_path: Path, width: int, height: int, scale: int, spoken: str
) -> None:
    screen = {"name": "small", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [screen]}))
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
        "QT_SCALE_FACTOR": str(scale),
        "DESCENT_HOME": str(tmp_path / "home"),
    }
    command = [sys.executable, "-c", PROGRAM, spoken]
    result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr

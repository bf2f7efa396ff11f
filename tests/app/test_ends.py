"""A signal ends the window as its button does: what runs is saved, and the window remembers itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.shell.signals import Ends

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
IDLE = """
import os, sys
from app.shell import start, window
window.Window.warm_up = lambda self: os.kill(os.getpid(), {number})
sys.exit(start._run())
"""
"""A window that does nothing, and is asked to end once it is on the screen."""
RUNNING = """
import os, sys
from PySide6.QtCore import QTimer
from app.shell import start, window
def run(self):
    page = self.open("cnn.mnist")
    page.form.set_texts({{"network": "conv channels=2; pool; relu; flatten", "batch_size": "512"}})
    page.form.set_texts({{"epochs": "1000", "device": "cpu"}})
    page.controls.button("run").click()
    def look():
        if self.runners["cnn.mnist"].speed.progress is not None:
            os.kill(os.getpid(), {number})
        else:
            QTimer.singleShot(10, look)
    look()
window.Window.warm_up = run
sys.exit(start._run())
"""


def started(script: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DESCENT_HOME": str(home), "OMP_NUM_THREADS": "1"}
    words = [sys.executable, "-c", script]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot send itself such a signal")
@pytest.mark.parametrize("number", NUMBERS)
def test_an_idle_window_ends_and_keeps_its_settings(number: int, tmp_path: Path) -> None:
    ended = started(IDLE.format(number=int(number)), tmp_path)
    assert ended.returncode == 128 + number, ended.stderr
    assert json.loads((tmp_path / "settings.json").read_text())["page"] == "home"


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot send itself such a signal")
def test_a_run_in_the_window_is_saved(tmp_path: Path) -> None:
    ended = started(RUNNING.format(number=int(signal.SIGTERM)), tmp_path)
    assert ended.returncode == 128 + signal.SIGTERM, ended.stderr
    [folder] = (tmp_path / "runs").iterdir()
    assert json.loads((folder / "run.json").read_text())["status"] == "stopped"
    assert list((folder / "checkpoints").glob("*.safetensors"))


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot send itself such a signal")
def test_the_signals_are_given_back(qtbot: QtBot) -> None:
    before = [signal.getsignal(number) for number in NUMBERS]
    heard = []
    ends = Ends(lambda: heard.append(ends.number))
    os.kill(os.getpid(), signal.SIGTERM)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [signal.SIGTERM]
    ends.restore()
    assert [signal.getsignal(number) for number in NUMBERS] == before

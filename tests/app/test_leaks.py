"""The check for leaks turns red for each kind of leak."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.app.leaks import leaks, remember, settle

pytest_plugins = ["pytester"]


class Endless(QThread):
    def run(self) -> None:
        self.exec()


@pytest.fixture
def endless() -> Iterator[Endless]:
    thread = Endless()
    yield thread
    thread.quit()
    thread.wait()


def test_a_clean_test_leaks_nothing(qtbot: QtBot, endless: Endless) -> None:
    before = remember()
    endless.start()
    timer = QTimer()
    timer.start(5)
    thread = threading.Thread(target=lambda: None)
    thread.start()
    window = QWidget()
    window.show()
    dialog = QDialog(window)
    dialog.show()
    endless.quit()
    endless.wait()
    timer.stop()
    thread.join()
    window.close()
    window.deleteLater()
    del window, dialog
    assert leaks(before) == []


def test_a_thread_of_qt_is_found(endless: Endless) -> None:
    before = remember()
    thread = Endless()
    thread.start()
    [found] = leaks(before)
    thread.quit()
    thread.wait()
    assert found.startswith("QThread")
    assert leaks(before) == []


def test_a_thread_of_python_is_found() -> None:
    before = remember()
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    found = leaks(before)
    end.set()
    thread.join()
    assert found == ["thread forgotten"]
    assert leaks(before) == []


def test_an_active_timer_is_found() -> None:
    before = remember()
    timer = QTimer()
    timer.start(10_000)
    [found] = leaks(before)
    timer.stop()
    assert "every 10000 ms" in found
    assert leaks(before) == []


def test_a_window_is_found_whether_shown_or_not() -> None:
    before = remember()
    windows = [QWidget(), QDialog()]
    windows[1].setWindowTitle("forgotten")
    found = leaks(before)
    for window in windows:
        window.deleteLater()
    settle()
    assert len(found) == 2
    assert "'forgotten'" in found[1] or "'forgotten'" in found[0]
    assert leaks(before) == []


def test_what_was_there_before_is_not_blamed_on_a_test(qapp: QApplication) -> None:
    timer, window = QTimer(), QWidget()
    timer.start(10_000)
    assert leaks(remember()) == []
    timer.stop()
    window.deleteLater()


LEAKING = """
from tests.app.conftest import clean
from PySide6.QtCore import QTimer
from app.core.language import set_language

kept = []

def test_leaks():
    kept.append(QTimer())
    kept[0].start(10_000)
    set_language("fa")

def test_follows():
    from app.core.language import language
    kept[0].stop()
    assert language() == "en"
"""


def test_a_test_that_leaks_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makepyfile(LEAKING)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*the test has left behind: QTimer*every 10000 ms*"])

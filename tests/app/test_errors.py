"""Errors that nobody expected."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QtMsgType, qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.shell import errors
from app.shell.errors import ErrorDialog, ErrorHook, report, start_log
from app.shell.window import Window


def fault(words: str = "colour") -> KeyError:
    try:
        raise KeyError(words)
    except KeyError as error:
        return error


@pytest.fixture
def hook() -> Iterator[ErrorHook]:
    before = sys.excepthook, threading.excepthook
    hook = ErrorHook()
    hook.install()
    yield hook
    hook.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_report_says_what_where_and_with_which_versions() -> None:
    text = report(fault())
    assert "KeyError: 'colour'" in text
    assert "test_errors.py" in text
    for name in ("Python 3.", "PySide6-Essentials 6.", "torch 2.", "numpy "):
        assert name in text


def test_what_nobody_caught_is_logged_and_reported(
    qtbot: QtBot, hook: ErrorHook, caplog: pytest.LogCaptureFixture
) -> None:
    error = fault()
    with qtbot.waitSignal(hook.caught) as caught:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "KeyError: 'colour'" in caught.args[0]
    assert "KeyError: 'colour'" in caplog.text


def test_what_nobody_caught_in_another_thread_comes_to_the_window(qtbot: QtBot, hook: ErrorHook) -> None:
    def run() -> None:
        raise fault("in a thread")

    thread = threading.Thread(target=run)
    with qtbot.waitSignal(hook.caught) as caught:
        thread.start()
        thread.join()
    assert "in a thread" in caught.args[0]


def test_ctrl_c_ends_the_program_without_a_report(
    qtbot: QtBot, hook: ErrorHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    with qtbot.assertNotEmitted(hook.caught):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert quits == [True]


def test_the_dialog_shows_the_report_and_copies_it(qtbot: QtBot) -> None:
    text = report(fault())
    dialog = ErrorDialog(text, None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.text.toPlainText() == text
    assert dialog.text.isReadOnly()
    QApplication.clipboard().setText("something else")
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == text
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def dialogs(window: Window) -> list[ErrorDialog]:
    return [dialog for dialog in window.findChildren(ErrorDialog) if dialog.isVisible()]


def test_the_window_shows_one_report_at_a_time_and_goes_on(qtbot: QtBot, hook: ErrorHook, tmp_path: Path) -> None:
    window = Window(Settings(theme="light"), tmp_path / "settings.json", hook)
    qtbot.addWidget(window)
    window.show()
    hook.take(fault("first"))
    hook.take(fault("second"))
    [dialog] = dialogs(window)
    assert "first" in dialog.text.toPlainText()
    dialog.accept()
    qtbot.waitUntil(lambda: not dialogs(window))
    hook.take(fault("third"))
    [dialog] = dialogs(window)
    assert "third" in dialog.text.toPlainText()
    dialog.reject()
    assert window.isVisible()
    window.close()
    # A window that is gone is asked no more.
    hook.take(fault("fourth"))
    assert dialogs(window) == []


def test_a_fault_in_an_experiment_comes_to_the_dialog(qtbot: QtBot, hook: ErrorHook, tmp_path: Path) -> None:
    window = Window(Settings(theme="light"), tmp_path / "settings.json", hook)
    qtbot.addWidget(window)
    window.show()
    window.runners["cnn.mnist"].crashed.emit(fault("in the experiment"))
    [dialog] = dialogs(window)
    assert "in the experiment" in dialog.text.toPlainText()
    dialog.accept()


@contextmanager
def own_log(folder: Path) -> Iterator[logging.Handler | None]:
    """Start the log as the program does, and give back what pytest had put in its place."""
    root = logging.getLogger()
    handlers, level, root.handlers = root.handlers, root.level, []
    before = qInstallMessageHandler(None)
    try:
        yield start_log(folder)
    finally:
        qInstallMessageHandler(before)
        for handler in root.handlers:
            handler.close()
        root.handlers = handlers
        root.setLevel(level)


def test_the_log_is_kept_in_the_folder_of_the_user(tmp_path: Path) -> None:
    with own_log(tmp_path / "logs") as handler:
        assert handler is not None
        logging.getLogger("descent").info("a word with ۷")
        qWarning("said by Qt")
    text = (tmp_path / "logs" / "descent.log").read_text(encoding="utf-8")
    assert "INFO descent: a word with ۷" in text
    assert "WARNING qt: said by Qt" in text


def test_a_log_does_not_fill_the_disk(tmp_path: Path) -> None:
    with own_log(tmp_path / "logs"):
        for _ in range(50):
            logging.getLogger("descent").info("x" * 100_000)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 3
    assert sum(path.stat().st_size for path in files) < 3_200_000


def test_without_a_folder_the_log_goes_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file stands in the way")
    with own_log(tmp_path / "logs") as handler:
        assert handler is None
        logging.getLogger("descent").warning("still said")
    assert "still said" in capsys.readouterr().err


def test_messages_of_qt_have_their_level(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg, QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg):
            errors._log_qt(kind, None, kind.name)
    assert [record.levelname for record in caplog.records] == ["DEBUG", "INFO", "WARNING", "WARNING"]

"""Errors that nobody expected: written to the log, and shown with a report that can be copied."""

from __future__ import annotations

import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.language import tr

log = logging.getLogger("descent")


class ErrorHook(QObject):
    """Takes what no one caught, in any thread, logs it, and emits `caught` with a report in the window's thread."""

    caught = Signal(str)

    def install(self) -> None:
        """Take over the hooks of Python."""
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self.take(args.exc_value) if args.exc_value else None

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def take(self, error: BaseException) -> None:
        """Log and report an error."""
        log.critical("unexpected error", exc_info=error)
        self.caught.emit(report(error))

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.take(error.with_traceback(trace))


def report(error: BaseException) -> str:
    """Return the versions, the error and where it happened."""
    versions = [f"Python {platform.python_version()}, {platform.platform()}"]
    for package in ("PySide6-Essentials", "pyqtgraph", "torch", "numpy"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} is not installed")
    return "\n".join([*versions, "", *traceback.format_exception(error)])


class ErrorDialog(QDialog):
    """Shows one report."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Unexpected error"))
        self.resize(640, 420)
        layout = QVBoxLayout(self)
        words = QLabel(
            tr(
                "Something went wrong that should not have. What was saved of your runs stays; you can go on, or close "
                "Descent and open it again. This report helps to fix it:"
            )
        )
        words.setWordWrap(True)
        words.setMargin(4)
        layout.addWidget(words)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        layout.addWidget(self.text)
        buttons = QDialogButtonBox()
        self.copy = QPushButton(tr("Copy report"))
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(text))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(buttons)


def start_log(folder: Path) -> logging.Handler | None:
    """Write the log to `folder`, at most three files of 1 MB; messages of Qt go there too.

    Returns the handler, or None when the folder cannot be written to; then the log goes to the terminal.
    """
    handler: logging.Handler | None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "descent.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        handler = None
    logging.basicConfig(
        level=logging.INFO,
        handlers=[handler or logging.StreamHandler()],
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    qInstallMessageHandler(_log_qt)
    return handler


def _log_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    level = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}.get(kind, logging.WARNING)
    logging.getLogger("qt").log(level, "%s", text)

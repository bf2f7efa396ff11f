"""What a test of the window may leave behind: nothing."""

from __future__ import annotations

import gc
import threading
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

# Qt makes one tooltip and keeps it.
KEPT_BY_QT = ("QTipLabel",)


@dataclass(frozen=True)
class Before:
    """What was there before a test; everything made later is told from it."""

    threads: frozenset[threading.Thread]
    windows: frozenset[int]


def remember() -> Before:
    """Note what there is now."""
    # What is frozen is not looked at again: only objects of the test are, however many torch has made.
    gc.freeze()
    return Before(
        frozenset(threading.enumerate()), frozenset(_address(window) for window in QApplication.topLevelWidgets())
    )


def leaks(before: Before) -> list[str]:
    """Say what has been left: threads that run, timers that tick, windows that nobody owns."""
    settle()
    gc.collect()
    settle()
    found = []
    for thread in threading.enumerate():
        # Python wraps threads of Qt that it meets in dummies, which last as long as the program.
        if thread not in before.threads and not isinstance(thread, threading._DummyThread):
            found.append(f"thread {thread.name}")
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, QThread) and shiboken6.isValid(thing) and thing.isRunning():
            found.append(f"QThread {thing!r}")
        elif issubclass(kind, QTimer) and shiboken6.isValid(thing) and thing.isActive():
            found.append(f"QTimer {thing!r} every {thing.interval()} ms of {thing.parent()!r}")
    for window in QApplication.topLevelWidgets():
        if _address(window) not in before.windows and _left(window):
            found.append(f"window {window!r} {window.windowTitle()!r}")
    return found


def settle() -> None:
    """Let Qt do what was put off, deletions too."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()


def _left(window: QWidget) -> bool:
    # A window with a parent goes when that goes.
    return window.parent() is None and window.metaObject().className() not in KEPT_BY_QT


def _address(window: QWidget) -> int:
    return int(shiboken6.getCppPointer(window)[0])

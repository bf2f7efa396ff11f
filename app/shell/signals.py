"""Ctrl-C in the terminal, a shutdown, a closed terminal: the window closes as by its button, and saves."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

from lab.core.ending import ENDS


class Ends(QObject):
    """Calls `end` in the window's thread when a signal asks to end; `number` is that of the signal, 0 before.

    While Qt waits for events Python's handlers do not run: the signal is written to a socket, which Qt listens to.
    """

    def __init__(self, end: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number = 0
        self._end = end
        self._listening, self._speaking = socket.socketpair()
        for one in (self._listening, self._speaking):
            one.setblocking(False)
        self._notifier = QSocketNotifier(self._listening.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        self._before_fd = signal.set_wakeup_fd(self._speaking.fileno(), warn_on_full_buffer=False)
        # What was to be ignored stays so: nohup lets a program outlive its terminal.
        self._before = {one: signal.getsignal(one) for one in ENDS if signal.getsignal(one) != signal.SIG_IGN}
        for one in self._before:
            signal.signal(one, self._remember)

    def restore(self) -> None:
        """Give the signals back."""
        for one, handler in self._before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._notifier.setEnabled(False)
        self._listening.close()
        self._speaking.close()

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self.number = self.number or number

    def _heard(self) -> None:
        self._listening.recv(4096)
        if self.number:
            self._end()

"""Values that come faster than anybody can use them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal


class Coalesced(QObject):
    """Hands on the first value at once, then at most one each `interval_ms`; the last one always."""

    delivered = Signal(object)

    def __init__(self, parent: QObject, interval_ms: int) -> None:
        super().__init__(parent)
        self._waiting: list[Any] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._due)

    def put(self, value: Any) -> None:
        """Take a new value; an older one that still waits is forgotten."""
        self._waiting = [value]
        if not self._timer.isActive():
            self._due()

    def flush(self) -> None:
        """Hand on what waits, and let the timer rest."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, []
        for value in waiting:
            self.delivered.emit(value)

    def drop(self) -> None:
        """Forget what waits."""
        self._timer.stop()
        self._waiting = []

    def _due(self) -> None:
        if self._waiting:
            self.flush()
            self._timer.start()

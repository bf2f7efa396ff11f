"""A line to type the value of one cell into, over that cell."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class CellEditor(QLineEdit):
    """Emits `committed(text, way)` once: `way` is 1 for Tab, -1 for Shift+Tab, else 0; or `cancelled`."""

    committed = Signal(str, int)
    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner, self._open = parent, False
        # Numbers and formulas are typed from the left in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setStyleSheet("QLineEdit { padding: 0px 2px; min-height: 0px; border-radius: 2px; }")
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return self._open

    def begin(self, text: str, *, select: bool) -> None:
        """Show it with a text that is replaced by the first key, or goes on at its end."""
        self.setText(text)
        self._open = True
        self.show()
        self.setFocus()
        if select:
            self.selectAll()

    def put_away(self) -> None:
        """Put it away without a word; the keys go back to what it stands in."""
        self._open = False
        if self.hasFocus():
            self._owner.setFocus()
        self.hide()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Leave Tab to `keyPressEvent`."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._finish(0)
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                back = event.key() == Qt.Key.Key_Backtab or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self._finish(-1 if back else 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                pass  # Not for the cursor beneath.
            case Qt.Key.Key_Escape:
                self.put_away()
                self.cancelled.emit()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self._finish(0)

    def _finish(self, way: int) -> None:
        if self._open:
            self.put_away()
            self.committed.emit(self.text(), way)

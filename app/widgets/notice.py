"""A sentence that stays until it has been dealt with: an error, a warning of a run, or what was done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.core.language import tr
from app.widgets.fields import set_property

SOON_MS = 150
"""What is said again within this time has never gone: else the whole page would move to and fro."""


class Notice(QFrame):
    """Hidden while there is nothing to say; the text can be selected, and the button closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        close = QToolButton()
        close.setText("×")
        close.setAccessibleName(tr("Close"))
        close.setToolTip(tr("Close"))
        close.clicked.connect(self.clear)
        self.answer = QPushButton()
        self.answer.clicked.connect(self._agreed)
        self.answer.hide()
        self._agree: Callable[[], object] | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.clear)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.answer)
        layout.addWidget(close)
        self.hide()

    @property
    def said(self) -> str:
        """The sentence that stands there now."""
        return self.words.text()

    def show_words(self, words: str, calm: bool = False) -> None:
        """Say something; `calm` where it is no warning."""
        self._soon.stop()
        self._agree = None
        self.answer.hide()
        for widget in (self, self.words):
            set_property(widget, "calm", calm)
        self.words.setText(words)
        self.setVisible(bool(words))

    def ask(self, words: str, answer: str, agree: Callable[[], object]) -> None:
        """Ask something: nothing is done unless the button with the `answer` is pressed."""
        self.show_words(words)
        self._agree = agree
        self.answer.setText(answer)
        self.answer.show()

    def _agreed(self) -> None:
        agree = self._agree
        self.clear()
        if agree is not None:
            agree()

    def clear(self) -> None:
        """Say nothing any more."""
        self.show_words("")

    def clear_soon(self) -> None:
        """Say nothing any more, unless something is said in the next moment."""
        if self.said:
            self._soon.start()

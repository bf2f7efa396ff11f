"""A sentence that stays until it has been dealt with: an error, a warning of a run, or what was done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from app.core.language import tr
from app.widgets.fields import set_property


class Notice(QFrame):
    """Hidden while there is nothing to say; the text can be selected, and the button closes it."""

    def __init__(self) -> None:
        super().__init__()
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
        layout.addWidget(self.words, 1)
        layout.addWidget(close)
        self.hide()

    @property
    def said(self) -> str:
        """The sentence that stands there now."""
        return self.words.text()

    def show_words(self, words: str, calm: bool = False) -> None:
        """Say something; `calm` where it is no warning."""
        for widget in (self, self.words):
            set_property(widget, "calm", calm)
        self.words.setText(words)
        self.setVisible(bool(words))

    def clear(self) -> None:
        """Say nothing any more."""
        self.show_words("")

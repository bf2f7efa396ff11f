"""A choice in the title line of a view: which of several layers, or in which way."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from app.views.painted import PaintedView

_MOST = 26
"""Letters on the button; the menu has all of them."""


class Choice(QObject):
    """A small button that tells what is chosen and opens a menu of all that can be.

    Hidden while there is nothing to choose. `chosen` is a key of what is offered, "" where nothing is; `changed` tells
    of a choice that a person made.
    """

    changed = Signal(str)

    def __init__(self, view: PaintedView, tip: str) -> None:
        super().__init__(view)
        self._view = view
        self._offered: dict[str, str] = {}
        self.chosen = ""
        self.button = view.header_button("", tip)
        self.button.setStyleSheet(self.button.styleSheet() + " QToolButton::menu-indicator { image: none; }")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.button.setMenu(self.menu)
        self.menu.aboutToShow.connect(self._fill)
        self.menu.triggered.connect(lambda action: self.choose(str(action.data())))
        self.button.hide()

    @property
    def keys(self) -> list[str]:
        """What is offered, in order."""
        return list(self._offered)

    def offer(self, words: Mapping[str, str]) -> None:
        """Offer keys, with their words; what is chosen stays, if it can, else it is the first."""
        if words == self._offered:
            return
        self._offered = dict(words)
        self.put(self.chosen if self.chosen in words else next(iter(words), ""))

    def put(self, key: str) -> None:
        """Show that a key is chosen, without a signal."""
        self.chosen = key
        said = self._offered.get(key, "")
        self.button.setText((said if len(said) <= _MOST else f"{said[:6]}…{said[7 - _MOST :]}") + " ▾")
        self.button.setAccessibleName(f"{self.button.toolTip()}: {said}")
        self.button.setVisible(len(self._offered) > 1)
        self._view.place_buttons()

    def choose(self, key: str) -> None:
        """Choose as a person does."""
        if key in self._offered and key != self.chosen:
            self.put(key)
            self.changed.emit(key)

    def step(self, by: int) -> None:
        """Go on in the list, no further than its ends."""
        keys = self.keys
        if keys:
            at = keys.index(self.chosen) if self.chosen in keys else 0
            self.choose(keys[min(max(at + by, 0), len(keys) - 1)])

    def key_pressed(self, key: int) -> bool:
        """Do what a key asks: the pages up and down go through the list. Return whether it was one of them."""
        steps: dict[int, int] = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if key not in steps or len(self._offered) < 2:
            return False
        self.step(steps[key])
        return True

    def _fill(self) -> None:
        """Make the menu when it is asked for: a large network has hundreds of layers."""
        self.menu.clear()
        for key, said in self._offered.items():
            action = self.menu.addAction(said.replace("&", "&&"))
            action.setData(key)
            action.setCheckable(True)
            action.setChecked(key == self.chosen)
            if key == self.chosen:
                self.menu.setActiveAction(action)

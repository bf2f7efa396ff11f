"""The editors of single parameters: a line, a choice, a slider, and what can be put into them."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from app.core.language import digits, tr
from app.widgets.icons import icon
from lab.core.params import ParamError, Spec, parse, show
from lab.core.text import ascii_digits

CHOICE_WIDTH = 104
"""At least, in pixels: as wide as a line for a number."""
ICON_ROOM = 26
"""Pixels that an icon within a line takes."""
NOTCHES = 1000
"""How finely a slider divides its range."""
_NUMBER = re.compile(r"[^\s,;،()]+")
"""An entry of a list, of Persian or Latin digits, as it stands in a line."""


class NumberEdit(QLineEdit):
    """A line for a number; the up and down keys change it, by a step that suits its range and scale."""

    def __init__(self, name: str, spec: Spec) -> None:
        super().__init__()
        self._name, self._spec = name, spec
        # Numbers are written from the left in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._grows = spec.kind == "integers" and spec.length[0] < spec.length[1]
        if self._grows:
            # Room for three entries beside the two signs, as most lists have.
            self.setMinimumWidth(2 * ICON_ROOM + self.fontMetrics().horizontalAdvance("  128, 64, 32  "))
            # The first that is added stands at the end.
            for name, words, way in (("more", tr("One more (key +)"), 1), ("fewer", tr("One fewer (key −)"), -1)):
                action = self.addAction(icon(name), QLineEdit.ActionPosition.TrailingPosition)
                action.setText(words)
                action.setToolTip(words)
                action.triggered.connect(lambda _checked=False, way=way: self.lengthen(way))

    def lengthen(self, way: int) -> None:
        """Put a copy of the last entry of a list at its end, or, with -1, take the last away; within the limits."""
        try:
            entries = parse(self._name, self._spec, self.text())
        except ParamError:
            return
        fewest, most = self._spec.length
        changed = (*entries, *(entries[-1:] or (self._spec.low or 1,))) if way > 0 else entries[:-1]
        if fewest <= len(changed) <= most:
            self.setText(digits(show(self._spec, changed)))
            self.textEdited.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by the up and down keys; make a list longer and shorter by + and −."""
        # A minus may begin a number where there are such.
        if self._grows and (event.text() == "+" or (event.text() in ("-", "−") and (self._spec.low or 0) >= 0)):
            self.lengthen(1 if event.text() == "+" else -1)
            return
        turns = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if turns is None or self._spec.kind not in ("integer", "real", "integers", "reals"):
            super().keyPressEvent(event)
            return
        try:
            value = parse(self._name, self._spec, self.text())
            if isinstance(value, tuple):
                self._step_entry(value, turns)
                return
            value = stepped(self._spec, value, turns)
        except ParamError:
            return
        self.setText(digits(show(self._spec, value)))
        self.textEdited.emit(self.text())

    def _step_entry(self, entries: tuple[float, ...], turns: int) -> None:
        """Change the entry of a list that the cursor stands in, or before; then it stands behind it."""
        if not entries:
            return
        ends = [number.end() for number in _NUMBER.finditer(self.text())]
        place = next((place for place, end in enumerate(ends) if self.cursorPosition() <= end), len(entries) - 1)
        changed = (*entries[:place], stepped(self._spec, entries[place], turns), *entries[place + 1 :])
        self.setText(digits(show(self._spec, changed)))
        self.setCursorPosition([number.end() for number in _NUMBER.finditer(self.text())][place])
        self.textEdited.emit(self.text())


def stepped(spec: Spec, value: float, turns: int) -> float:
    """Return the next value up or down, within the range: ×10^0.1 on a log scale, else one or a fiftieth of it."""
    low, high = spec.low or 0.0, spec.high or 0.0
    if spec.kind in ("integer", "integers"):
        step = max(1, round(abs(value) * 0.25)) if spec.scale == "log" else 1
        return int(min(high, max(low, round(value) + turns * step)))
    changed = value * 10 ** (0.1 * turns) if spec.scale == "log" else value + turns * (high - low) / 50
    # The limits last: 0.999999 is rounded to 1.
    return min(high, max(low, float(f"{changed:.4g}")))


class ChoiceEdit(QComboBox):
    """A choice that the wheel does not change: it scrolls the form."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


def choice_edit(spec: Spec) -> ChoiceEdit:
    """Return the choice of a field, as narrow as it has to be."""
    box = ChoiceEdit()
    for value, label in spec.choices:
        box.addItem(tr(label), value)
    box.setMinimumContentsLength(8)
    box.setMinimumWidth(CHOICE_WIDTH)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return box


class Composite(QFrame):
    """An editor made of several; what stands in it is one text."""

    textEdited = Signal(str)  # noqa: N815 - as QLineEdit calls it

    def text(self) -> str:
        """Return what stands in it, with Latin digits."""
        raise NotImplementedError

    def put(self, text: str) -> None:
        """Show a text, without a signal."""
        raise NotImplementedError

    def mark(self, place: int | None) -> None:
        """Mark the part at `place`, from 1, as wrong; 0 is the whole, None is nothing."""
        raise NotImplementedError

    def hold(self, complaint: QWidget) -> None:
        """Take in what says why something is wrong, beneath what is marked."""
        raise NotImplementedError


class SliderEdit(QSlider):
    """A slider over the range of a number; `dragged` with the value where it is put."""

    dragged = Signal(object)

    def __init__(self, spec: Spec) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._spec = spec
        # Numbers grow to the right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        whole = spec.kind == "integer" and spec.scale == "linear"
        self.setRange(0, round((spec.high or 0) - (spec.low or 0)) if whole else NOTCHES)
        self.setPageStep(max(1, self.maximum() // 10))
        self.valueChanged.connect(lambda: self.dragged.emit(between(spec, self.value() / max(1, self.maximum()))))

    def follow(self, value: float) -> None:
        """Go to a value that was typed, unless the user has the slider in hand."""
        if not self.isSliderDown():
            blocked = self.blockSignals(True)
            self.setValue(round(share_of(self._spec, value) * self.maximum()))
            self.blockSignals(blocked)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


def between(spec: Spec, share: float) -> float:
    """Return the value at a share in [0, 1] of the range, on its scale, in as few figures as a person would use."""
    low, high = spec.low or 0.0, spec.high or 0.0
    value = low * (high / low) ** share if spec.scale == "log" else low + share * (high - low)
    if spec.kind == "integer":
        return round(value)
    # As fine as a notch of the slider, and no finer.
    digits_after = 4 if spec.scale == "log" else max(0, 3 - math.floor(math.log10(high - low)))
    rounded = float(f"{value:.3g}") if spec.scale == "log" else round(value, digits_after)
    return min(high, max(low, rounded))


def share_of(spec: Spec, value: float) -> float:
    """Return where a value lies in its range, as a share in [0, 1]; the inverse of `between`."""
    low, high = spec.low or 0.0, spec.high or 0.0
    if spec.scale == "log":
        return math.log(min(high, max(low, value)) / low) / math.log(high / low)
    return (min(high, max(low, value)) - low) / (high - low)


def text_of(editor: QWidget, spec: Spec) -> str:
    """Return what stands in an editor, with Latin digits."""
    if isinstance(editor, QComboBox):
        return str(editor.currentData())
    if isinstance(editor, QCheckBox):
        return "true" if editor.isChecked() else "false"
    if isinstance(editor, Composite):
        return editor.text()
    assert isinstance(editor, QLineEdit)
    return ascii_digits(editor.text()) if spec.kind != "text" else editor.text()


def put(editor: QWidget, spec: Spec, text: str) -> None:
    """Put a text into an editor, without a signal."""
    blocked = editor.blockSignals(True)
    if isinstance(editor, QComboBox):
        place = editor.findData(text)
        editor.setCurrentIndex(place if place >= 0 else editor.currentIndex())
    elif isinstance(editor, QCheckBox):
        editor.setChecked(text == "true")
    elif isinstance(editor, Composite):
        editor.put(text)
    elif isinstance(editor, QLineEdit):
        editor.setText(digits(text) if spec.kind != "text" else text)
        if not editor.hasFocus():
            # Where it is longer than the line, its beginning is seen, and of a path its end.
            editor.setCursorPosition(len(text) if spec.dialog in ("file", "image", "folder") else 0)
    editor.blockSignals(blocked)


def range_words(spec: Spec, standard: Any) -> str:
    """Say what a field may hold, and its default."""
    if spec.kind == "blocks":
        return tr("{low} to {high} blocks", low=spec.length[0], high=spec.length[1])
    if spec.dialog == "image":
        return tr("JPEG, PNG, WebP, TIFF and others")
    if spec.dialog == "drawing":
        return tr("points x,y from 0 to 255; strokes apart by semicolons")
    default = show(spec, standard) or "–"
    if spec.kind == "choice":
        default = tr(dict(spec.choices)[default])
    elif spec.kind == "flag":
        default = tr("yes") if default == "true" else tr("no")
    if spec.kind == "text":
        # What is code or a formula stays as it is, digits included.
        return tr("default {default}", default="…").replace("…", f"\u2066{default}\u2069")
    if spec.low is None or spec.high is None:
        return tr("default {default}", default=default)
    unit = f" {tr(spec.unit)}" if spec.unit else ""
    limits = [
        f"{int(limit):,}" if spec.kind not in ("real", "reals") else f"{limit:g}" for limit in (spec.low, spec.high)
    ]
    if spec.kind == "integer":
        default = f"{int(standard):,}"
    low, high = limits[0], limits[1] + unit
    return tr("{low} to {high}, default {default}", low=low, high=high, default=default)


def small_label(words: str) -> QLabel:
    """Return a label for what is less important."""
    label = QLabel(words)
    label.setProperty("muted", True)
    font = label.font()
    font.setPointSizeF(9)
    label.setFont(font)
    return label


def way_back(sign: QIcon) -> QToolButton:
    """Return the button that puts a field back to its default; its place is kept free while it is hidden."""
    reset = QToolButton()
    reset.setIcon(sign)
    reset.setToolTip(tr("Back to the default"))
    reset.setAccessibleName(tr("Back to the default"))
    # Narrow in the style sheet: the fields need the width.
    reset.setObjectName("back")
    policy = reset.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    reset.setSizePolicy(policy)
    return reset


def in_hand(editor: QWidget) -> bool:
    """Tell whether the keyboard is in an editor, or in a part of it."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is editor or editor.isAncestorOf(focused))


def set_property(widget: QWidget, name: str, value: bool) -> None:
    """Set a property that the style sheet looks at."""
    # One that was never set is as good as false: each polish costs.
    if (widget.property(name) or False) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)

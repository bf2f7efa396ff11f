"""One block of a list: its place, its name, its numbers, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.core.language import digits, right_to_left, tr
from app.widgets.fields import NumberEdit, choice_edit, put, range_words, set_property, small_label, text_of
from app.widgets.icons import icon
from lab.core.blocks import Block, BlockError, Number, block_parts, read_block
from lab.core.params import Spec

ROOM = 232
"""The pixels that the numbers of a row have in a form of the usual width."""
GAP = 6
ICONS = {"up": "up", "down": "down", "duplicate": "copy", "remove": "remove"}


class BlockRow(QFrame):
    """A block; `edited` when a number changes, `wished` with the row and what is to be done with it.

    What cannot be taken apart, from a file for instance, is one line with the text as it is.
    """

    edited = Signal()
    wished = Signal(object, str)

    def __init__(self, kinds: Mapping[str, Block], text: str) -> None:
        super().__init__()
        self._kinds = kinds
        self.kind, values = taken_apart(kinds, text)
        self.editors: dict[str, QWidget] = {}
        self.buttons: dict[str, QToolButton] = {}
        self.setObjectName("block")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._place = QLabel()
        self._place.setProperty("muted", True)
        self._name = QLabel(self.name)
        self._name.setWordWrap(True)
        # Beside its number, in whatever letters it is written.
        side = Qt.AlignmentFlag.AlignRight if right_to_left() else Qt.AlignmentFlag.AlignLeft
        self._name.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        self._name.setProperty("bad", not self.kind)
        help = f"{tr(kinds[self.kind].help)}\n" if self.kind else ""
        self.setToolTip(help + tr("Alt+Up and Alt+Down move the block, Delete removes it."))
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._place)
        head.addSpacing(4)
        head.addWidget(self._name, 1)
        names = {
            "up": tr("Move up"),
            "down": tr("Move down"),
            "duplicate": tr("Duplicate"),
            "remove": tr("Remove"),
        }
        for wish, words in names.items():
            self.buttons[wish] = self._button(wish, words)
            head.addWidget(self.buttons[wish])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 3, 6, 5)
        layout.setSpacing(1)
        layout.addLayout(head)
        if self.kind:
            layout.addLayout(self._numbers(kinds[self.kind].numbers))
            self.put(values)
        else:
            line = QLineEdit(text)
            line.setAccessibleName(self.name)
            line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            line.textEdited.connect(self._typed)
            self.editors[""] = line
            layout.addWidget(line)
            self._check()

    @property
    def name(self) -> str:
        """What the block is called."""
        return tr(self._kinds[self.kind].label) if self.kind else tr("This block cannot be read")

    def text(self) -> str:
        """Return the block as it stands, with Latin digits."""
        if not self.kind:
            return text_of(self.editors[""], Spec("integer", "", "", ""))
        numbers = self._kinds[self.kind].numbers
        return " ".join((self.kind, *(f"{n.name}={text_of(self.editors[n.name], spec_of(n))}" for n in numbers)))

    def put(self, values: Mapping[str, str]) -> None:
        """Show the numbers of a block of this kind, those that are missing with their defaults."""
        for number in self._kinds[self.kind].numbers:
            spec, editor = spec_of(number), self.editors[number.name]
            value = values.get(number.name, number.write(number.default))
            if text_of(editor, spec) != value:
                put(editor, spec, value)
        self._check()

    def stand(self, place: int, why: Mapping[str, str]) -> None:
        """Say which block it is, from 1; what cannot be done with it has a reason in `why`."""
        self._place.setText(digits(str(place)))
        self.setAccessibleName(tr("Block {place}: {name}", place=place, name=self.name))
        for wish, button in self.buttons.items():
            reason = why.get(wish, "")
            if reason and button.hasFocus():
                # Else the focus would go wherever Qt thinks.
                self.setFocus()
            button.setEnabled(not reason)
            button.setToolTip(f"{button.accessibleName()}\n{reason}".strip())

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [self, *self.buttons.values(), *self.editors.values()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the block, or go to another, when the row itself has the focus."""
        wish = {Qt.Key.Key_Delete: "remove", Qt.Key.Key_Up: "previous", Qt.Key.Key_Down: "next"}.get(
            Qt.Key(event.key())
        )
        if wish is not None and self.hasFocus():
            self.wished.emit(self, wish)
        else:
            super().keyPressEvent(event)

    def _button(self, wish: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(ICONS[wish]))
        button.setIconSize(QSize(12, 12))
        button.setFixedSize(24, 22)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: self.wished.emit(self, wish))
        return button

    def _numbers(self, numbers: Sequence[Number]) -> QGridLayout:
        """Return the numbers, each beneath its label, as many side by side as there is room for."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(0)
        labels, widths = [], []
        for number in numbers:
            label = small_label(tr(number.label))
            self.editors[number.name] = self._editor(number)
            labels.append(label)
            widths.append(max(label.sizeHint().width(), self.editors[number.name].minimumWidth()))
        columns = side_by_side(widths, ROOM)
        for place, (number, label) in enumerate(zip(numbers, labels, strict=True)):
            grid.addWidget(label, place // columns * 2, place % columns)
            grid.addWidget(self.editors[number.name], place // columns * 2 + 1, place % columns)
        for column in range(max(columns, 3)):
            grid.setColumnStretch(column, 1)
        return grid

    def _editor(self, number: Number) -> QWidget:
        spec = spec_of(number)
        tip = f"{tr(number.label)}: {range_words(spec, number.default)}"
        editor: QWidget
        if number.choices:
            editor = box = choice_edit(spec)
            box.setMinimumWidth(
                min(110, 34 + max(box.fontMetrics().horizontalAdvance(tr(w)) for _, w in number.choices))
            )
            box.activated.connect(self._typed)
            tip = tr(number.label)
        else:
            editor = line = NumberEdit(number.name, spec)
            longest = max((number.write(v) for v in (number.low, number.high, number.default)), key=len)
            line.setMinimumWidth(20 + line.fontMetrics().horizontalAdvance("0" * max(2, min(6, len(longest)))))
            # What would end the number or the block.
            line.setValidator(QRegularExpressionValidator(QRegularExpression("[^;؛=]*"), line))
            line.textEdited.connect(self._typed)
        editor.setSizePolicy(editor.sizePolicy().Policy.Ignored, editor.sizePolicy().Policy.Fixed)
        editor.setAccessibleName(tr(number.label))
        editor.setToolTip(tip)
        return editor

    def _typed(self) -> None:
        self._check()
        self.edited.emit()

    def _check(self) -> None:
        """Mark the numbers that are not allowed."""
        if not self.kind:
            set_property(self.editors[""], "invalid", not _reads(self._kinds, self.text()))
            return
        for number in self._kinds[self.kind].numbers:
            editor = self.editors[number.name]
            try:
                number.read(text_of(editor, spec_of(number)))
            except ValueError:
                set_property(editor, "invalid", True)
            else:
                set_property(editor, "invalid", False)


def spec_of(number: Number) -> Spec:
    """Return the declaration of a number as of a field of its own."""
    if number.choices:
        return Spec("choice", number.label, "", "", choices=number.choices)
    return Spec("integer" if number.whole else "real", number.label, "", "", number.low, number.high)


def taken_apart(kinds: Mapping[str, Block], text: str) -> tuple[str, dict[str, str]]:
    """Return the kind and the numbers of a block as they are written; "" and nothing where that cannot be told."""
    kind, stray, pairs = block_parts(text)
    values = dict(pairs)
    known = {number.name: number for number in kinds[kind].numbers} if kind in kinds else {}
    if kind not in kinds or stray or len(values) < len(pairs) or not values.keys() <= known.keys():
        return "", {}
    if any(known[name].choices and value not in dict(known[name].choices) for name, value in pairs):
        return "", {}
    return kind, values


def side_by_side(widths: Sequence[int], room: int) -> int:
    """Return how many columns fit into `room`, if these are filled row by row."""
    for columns in range(len(widths), 1, -1):
        if sum(max(widths[column::columns]) for column in range(columns)) + GAP * (columns - 1) <= room:
            return columns
    return 1


def _reads(kinds: Mapping[str, Block], text: str) -> bool:
    try:
        read_block(kinds, text)
    except BlockError:
        return False
    return True

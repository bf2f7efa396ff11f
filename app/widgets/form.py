"""The form of an experiment, made from the declaration of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.language import right_to_left, say, tr
from app.widgets.blocks import BlocksEdit
from app.widgets.choosing import DialogEdit, choose, with_file
from app.widgets.fields import (
    Composite,
    NumberEdit,
    SliderEdit,
    choice_edit,
    in_hand,
    put,
    range_words,
    set_property,
    small_label,
    text_of,
    way_back,
)
from app.widgets.icons import icon
from lab.core.params import ParamError, Params, Spec, needed, parse, show
from lab.core.text import Message, message

MOST_USED = message("Most used")
"""The group of what a page's parameters name as essential, before all others."""
GROUPS = (
    MOST_USED.template, "Decision", "Data", "Picture", "Own data", "Inputs", "Network", "Training", "Augmentation",
    "Run",
)  # fmt: skip


class Form(QScrollArea):
    """Fields by group; `changed` after each edit. A value that is not allowed is marked and said, and kept as typed.

    A field that does not matter is hidden with what stands in it, unless something is wrong with that.
    """

    changed = Signal()

    def __init__(self, params: type[Params], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._params, self._specs = params, params.specs()
        self._defaults = {name: params.default(name) for name in self._specs}
        self._editors: dict[str, QWidget] = {}
        self._resets: dict[str, QToolButton] = {}
        self._back = icon("reset")
        self._labels: dict[str, QLabel] = {}
        self._sliders: dict[str, SliderEdit] = {}
        self._parts: dict[str, list[QWidget]] = {}
        """What belongs to a field, but for the way back, which comes and goes."""
        self._groups: dict[str, list[str]] = {}
        self._headings: dict[str, list[QWidget]] = {}
        self._shown = set(self._specs)
        self._wrong = ""
        """The field that is shown since something is wrong with it, whether it matters or not."""
        self._rows: dict[str, int] = {}
        """The row of the grid beneath a field, where a complaint about it stands."""
        self.error: ParamError | None = None
        self.slides = False
        """Whether what is changed now is changed by a slider, and in a moment again."""
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Parameters"))
        # From the outside in: what is moved into its place later costs as much again.
        outside = QWidget(self.viewport())
        inside = QWidget(outside)
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(10, 8, 10, 8)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 4)
        self.complaint = QLabel(inside)
        self.complaint.hide()
        self.complaint.setWordWrap(True)
        self.complaint.setProperty("bad", True)
        self.complaint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(outside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(inside)
        layout.addStretch(1)
        self.setWidget(outside)
        essential = params.essentials
        for name in (*essential, *(name for name in self._specs if name not in essential)):
            group = MOST_USED.template if name in essential else self._specs[name].group
            self._groups.setdefault(group, []).append(name)
        for group, names in sorted(self._groups.items(), key=lambda item: _place(item[0])):
            self._add_heading(group)
            for name in names:
                self._add_field(name, self._specs[name])
        self._check()

    def texts(self) -> dict[str, str]:
        """Return what stands in every field, with Latin digits."""
        return {name: text_of(editor, self._specs[name]) for name, editor in self._editors.items()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Put values into fields; unknown names are left out, as an earlier version may have had them."""
        for name, text in texts.items():
            if name in self._editors:
                put(self._editors[name], self._specs[name], text)
        self._check()
        self.changed.emit()

    def params(self) -> Params | None:
        """Return the parameters, or None while a value is not allowed."""
        try:
            return self._params.from_texts(self.texts())
        except ParamError:
            return None

    def said(self) -> str:
        """Return what is wrong, with the field by its name in the form; "" when nothing is."""
        return "" if self.error is None else say(called(self.error, self._params))

    def needed_height(self) -> int:
        """Return the height at which nothing has to be scrolled, in pixels."""
        return self._grid.sizeHint().height() + 2 * self.frameWidth() + 2

    def editor(self, name: str) -> QWidget:
        """Return the widget of a field."""
        return self._editors[name]

    def reveal(self, name: str) -> None:
        """Bring a field into view and the keyboard into it; of one that does not matter now, the one that decides."""
        when = self._specs[name].when
        if name not in self._shown and when is not None:
            self.reveal(when[0])
            return
        self._editors[name].setFocus()
        # Of a page that was opened just now, once it has its places.
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self._editors[name], 0, 24))

    def reset_button(self, name: str) -> QToolButton:
        """Return the button that puts a field back to its default."""
        return self._resets[name]

    def _add_heading(self, group: str) -> None:
        row = self._grid.rowCount()
        heading = QLabel(tr(group))
        heading.setAlignment(_leading())
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self._grid.addWidget(heading, row, 0, 1, 3)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        self._grid.addWidget(line, row + 1, 0, 1, 3)
        self._headings[group] = [heading, line]

    def _add_field(self, name: str, spec: Spec) -> None:
        row = self._grid.rowCount()
        label = QLabel(tr(spec.label))
        # Beside a box to tick there is little room, and nothing else that could give way.
        label.setWordWrap(spec.kind == "flag")
        label.setAlignment(_leading())
        editor = self._make_editor(name, spec)
        label.setBuddy(editor)
        tip = f"{tr(spec.help)}\n{range_words(spec, self._defaults[name])}"
        for widget in (label, editor):
            widget.setToolTip(tip)
        editor.setAccessibleName(tr(spec.label))
        editor.setAccessibleDescription(tip)
        reset = way_back(self._back)
        reset.clicked.connect(lambda: self._to_default(name))
        words = QWidget()
        beneath = QVBoxLayout(words)
        beneath.setContentsMargins(0, 0, 0, 0)
        beneath.setSpacing(0)
        beneath.addWidget(label)
        if spec.kind not in ("choice", "flag", "blocks"):
            hint = small_label(range_words(spec, self._defaults[name]))
            hint.setWordWrap(True)
            beneath.addWidget(hint)
        if spec.kind == "choice":
            # Its words may need more room than its name leaves in the column of the numbers.
            across = QWidget()
            line = QHBoxLayout(across)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(words)
            line.addWidget(editor, 1, Qt.AlignmentFlag.AlignTrailing)
            self._grid.addWidget(across, row, 0, 1, 2)
            words = across
        else:
            self._grid.addWidget(words, row, 0, 2 if spec.slider else 1, 1)
        if isinstance(editor, Composite):
            self._grid.addWidget(reset, row, 2)
            row += 1
            self._grid.addWidget(editor, row, 0, 1, 3)  # It needs all the width there is.
        else:
            if spec.kind != "choice":
                self._grid.addWidget(editor, row, 1)
            self._grid.addWidget(reset, row, 2)
        self._parts[name] = [words, editor]
        if spec.slider:
            self._sliders[name] = self._make_slider(name, spec)
            self._parts[name].append(self._sliders[name])
            row += 1
            self._grid.addWidget(self._sliders[name], row, 1, 1, 2)
        self._editors[name], self._resets[name], self._labels[name] = editor, reset, label
        self._rows[name] = row + 1
        # The row is kept free for it.
        self._grid.setRowMinimumHeight(row + 1, 0)

    def _make_editor(self, name: str, spec: Spec) -> QWidget:
        if spec.kind == "choice":
            box = choice_edit(spec)
            put(box, spec, self._defaults[name])
            box.currentIndexChanged.connect(self._edited)
            return box
        if spec.kind == "flag":
            check = QCheckBox()
            check.setChecked(self._defaults[name])
            check.toggled.connect(self._edited)
            return check
        if spec.kind == "blocks":
            line: BlocksEdit | NumberEdit = BlocksEdit(spec)
        else:
            line = DialogEdit(name, spec) if spec.dialog else NumberEdit(name, spec)
        if isinstance(line, DialogEdit):
            line.asked.connect(lambda: choose(self, self._params, self.texts(), name, self.set_texts))
            line.dropped.connect(lambda path: self.set_texts(with_file(self._params, self.texts(), name, path)))
        put(line, spec, show(spec, self._defaults[name]))
        line.textEdited.connect(self._edited)
        return line

    def _make_slider(self, name: str, spec: Spec) -> SliderEdit:
        slider = SliderEdit(spec)
        slider.setAccessibleName(tr(spec.label))
        slider.setToolTip(f"{tr(spec.help)}\n{range_words(spec, self._defaults[name])}")
        slider.dragged.connect(lambda value: self._slid(name, value))
        return slider

    def _slid(self, name: str, value: float) -> None:
        spec = self._specs[name]
        put(self._editors[name], spec, show(spec, value))
        self.slides = True
        self._edited()
        self.slides = False

    def _to_default(self, name: str) -> None:
        put(self._editors[name], self._specs[name], show(self._specs[name], self._defaults[name]))
        self._edited()

    def _edited(self) -> None:
        self._check()
        self.changed.emit()

    def _check(self) -> None:
        """Mark what differs from the default, and what is not allowed; show what matters."""
        self.error = None
        texts, values = self.texts(), dict[str, Any]()
        for name, spec in self._specs.items():
            try:
                values[name] = parse(name, spec, texts[name])
            except ParamError as error:
                self.error = self.error or error
        if self.error is None:
            try:
                self._params(**values)
            except ParamError as error:
                self.error = error
        self._show_needed(values)
        for name, editor in self._editors.items():
            changed = name not in values or values[name] != self._defaults[name]
            if name in self._sliders and name in values:
                self._sliders[name].follow(values[name])
            self._resets[name].setVisible(changed and name in self._shown)
            set_property(self._labels[name], "changed", changed)
            font = self._labels[name].font()
            if font.bold() != changed:
                font.setBold(changed)
                self._labels[name].setFont(font)
            wrong = self.error if self.error is not None and self.error.field == name else None
            set_property(editor, "invalid", wrong is not None)
            if isinstance(editor, Composite):
                editor.mark(wrong.message.values.get("block", 0) if wrong is not None else None)
        # A mark of direction: a field that is called x would turn the whole sentence round.
        self.complaint.setText(("\u200f" if right_to_left() else "") + self.said())
        if self.error is not None:
            where = self._editors.get(self.error.field)
            if isinstance(where, Composite):
                where.hold(self.complaint)
            else:
                self._grid.addWidget(self.complaint, self._rows.get(self.error.field, 0), 0, 1, 3)
            # Once it has its place.
            QTimer.singleShot(0, self, self._show_complaint)
        self.complaint.setVisible(self.error is not None)

    def _show_needed(self, values: Mapping[str, Any]) -> None:
        """Show the fields that matter, and one with which something is wrong."""
        if self.error is not None:
            self._wrong = self.error.field if self.error.field in self._editors else ""
        elif self._wrong and not in_hand(self._editors[self._wrong]):
            # Once it has been put right it may go, but not from under the hand.
            self._wrong = ""
        shown = needed(self._specs, values) | ({self._wrong} - {""})
        if shown == self._shown:
            return
        self.setUpdatesEnabled(False)
        for name in shown ^ self._shown:
            for part in self._parts[name]:
                part.setVisible(name in shown)
            # The place of its way back is kept free only beside the field.
            policy = self._resets[name].sizePolicy()
            policy.setRetainSizeWhenHidden(name in shown)
            self._resets[name].setSizePolicy(policy)
        for group, parts in self._headings.items():
            for part in parts:
                part.setVisible(not shown.isdisjoint(self._groups[group]))
        self._shown = shown
        # At once; else it would be seen to shrink step by step.
        self._grid.invalidate()
        self._grid.activate()
        self.setUpdatesEnabled(True)

    def _show_complaint(self) -> None:
        """Bring the complaint into view, unless its cause is elsewhere than the user is."""
        editor = self._editors.get(self.error.field) if self.error is not None else None
        if editor is not None and in_hand(editor):
            self.ensureWidgetVisible(self.complaint, 0, 4)


def called(error: ParamError, params: type[Params]) -> Message:
    """Return the sentence of an error with the field as the form calls it."""
    spec = params.specs().get(error.field)
    return error.called(Message(spec.label)) if spec is not None else error.message


def _leading() -> Qt.AlignmentFlag:
    """Return the side where a line begins in the language in force, also for a name in Greek or Latin letters."""
    side = Qt.AlignmentFlag.AlignRight if right_to_left() else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def _place(group: str) -> int:
    """Return where a group stands in the form; those without a place of their own stay in the order declared."""
    return GROUPS.index(group if group in GROUPS else "Training")

"""Choosing what each column of one's own table is for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.language import digits, isolated, say, tr
from app.widgets.fields import ChoiceEdit, set_property
from lab.core.params import ParamError
from lab.core.text import LabError
from lab.data.tables.columns import Column
from lab.data.tables.errors import cut
from lab.data.tables.examples import Missing
from lab.data.tables.own import examples_of, table_of
from lab.data.tables.roles import Limits, Role, default_roles, read_roles, write_roles


class RoleEdit(ChoiceEdit):
    """The role of one column; `focused` when the keyboard comes to it."""

    focused = Signal()

    def __init__(self, column: Column) -> None:
        super().__init__()
        for role, words in (("feature", tr("Feature")), ("label", tr("Label")), ("ignored", tr("Ignored"))):
            self.addItem(words, role)
        self.setAccessibleName(tr("Role of {name}", name=cut(column.name)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell of it, so that the table can show the row."""
        super().focusInEvent(event)
        self.focused.emit()

    @property
    def role(self) -> Role:
        """What is chosen."""
        return cast(Role, self.currentData())

    def take(self, role: Role) -> None:
        """Choose a role, without a signal."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self.findData(role))
        self.blockSignals(blocked)


class RolesDialog(QDialog):
    """A row for each column, with its role; beneath, what comes of it, or what is wrong with it.

    A label that is chosen makes an ordinary feature of the one before. Raises nothing: a file that cannot be read is
    said in its place.
    """

    def __init__(self, file: str, roles: str, missing: Missing, limits: Limits, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._file, self._missing, self._limits = file, missing, limits
        self.setWindowTitle(tr("Roles of the columns"))
        self.resize(760, 440)
        self.edits: list[RoleEdit] = []
        self.written = _label()
        self.table = QTableWidget(0, 5)
        self.verdict = _label()
        self.accept_button = QPushButton(tr("Use these roles"))
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        self.default_button = QPushButton(tr("Back to the default"))
        self.default_button.clicked.connect(lambda: self._take(default_roles(table_of(file), limits)))
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.default_button)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.accept_button)
        layout = QVBoxLayout(self)
        for widget in (self.written, self.table, self.verdict):
            layout.addWidget(widget, int(widget is self.table))
        layout.addLayout(buttons)
        self._build_table()
        self._fill(roles)

    def text(self) -> str:
        """Return the roles as the field holds them: nothing where they are those by default."""
        table, roles = table_of(self._file), self._roles()
        return "" if roles == default_roles(table, self._limits) else write_roles(roles)

    def _build_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([tr("Column"), tr("Kind"), tr("First values"), tr("Missing"), tr("Role")])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        # The tab key goes from role to role.
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def _fill(self, text: str) -> None:
        try:
            table = table_of(self._file)
        except ParamError as error:
            self._say(error)
            self.default_button.setEnabled(False)
            for widget in (self.written, self.table):
                widget.hide()
            self.resize(560, 150)
            return
        self.written.setText(isolated(table.path.name, ": ", say(table.detected())))
        self.table.setRowCount(len(table.columns))
        for row, column in enumerate(table.columns):
            first = isolated(", ".join(cut(sample) for sample in column.samples))
            for place, words in enumerate(
                (isolated(cut(column.name)), _kind(column), first, digits(f"{column.missing}"))
            ):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(row, place, item)
            edit = RoleEdit(column)
            edit.currentIndexChanged.connect(lambda _place, row=row: self._chosen(row))
            edit.focused.connect(partial(self.table.selectRow, row))
            self.table.setCellWidget(row, 4, edit)
            self.edits.append(edit)
        self.table.resizeRowsToContents()
        try:
            self._take(read_roles(text, table, self._limits))
        except LabError as error:
            # Of another file, perhaps, or mistyped: the default is shown, and the sentence why.
            self._take(default_roles(table, self._limits))
            self._say(error, usable=self.accept_button.isEnabled())
        self.edits[0].setFocus()

    def _roles(self) -> dict[str, Role]:
        return {name: edit.role for name, edit in zip(table_of(self._file).names, self.edits, strict=True)}

    def _take(self, roles: Mapping[str, Role]) -> None:
        for edit, role in zip(self.edits, roles.values(), strict=True):
            edit.take(role)
        self._judge()

    def _chosen(self, row: int) -> None:
        if self.edits[row].role == "label":
            for edit in self.edits:
                if edit is not self.edits[row] and edit.role == "label":
                    edit.take("feature")
        self._judge()

    def _judge(self) -> None:
        """Say what comes of the roles."""
        try:
            # Every column is named, since what is not has its role by default.
            examples = examples_of(self._file, write_roles(self._roles(), True), self._missing, False, self._limits)
        except ParamError as error:
            self._say(error)
        else:
            self.verdict.setText(isolated(say(examples.remark)))
            set_property(self.verdict, "bad", False)
            self.accept_button.setEnabled(True)

    def _say(self, error: LabError, usable: bool = False) -> None:
        problem = error.message.values.get("problem", error.message)
        self.verdict.setText(isolated(say(problem)))
        set_property(self.verdict, "bad", True)
        self.accept_button.setEnabled(usable)


def _label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _kind(column: Column) -> str:
    match column.kind:
        case "numeric":
            return tr("numbers")
        case "category":
            return tr("{count} categories", count=len(column.categories))
        case "date":
            return tr("dates")
        case "empty":
            return tr("nothing")

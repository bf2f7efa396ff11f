"""Lines of a form whose text is better chosen than typed: files, roles of columns, drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import cast

from PySide6.QtCore import QDir, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from app.core.language import tr
from app.widgets.drawing import DrawingDialog
from app.widgets.fields import NumberEdit
from app.widgets.own_data import RolesDialog
from lab.core.params import Params, Spec
from lab.data.images.reading import IMAGE_SUFFIXES
from lab.data.tables.examples import Missing
from lab.data.tables.own import OwnDataParams
from lab.data.tables.roles import Limits

Put = Callable[[Mapping[str, str]], None]


class DialogEdit(NumberEdit):
    """A line with a button in it; `asked` when it is pressed, `dropped` with the path of a file that is dropped."""

    asked = Signal()
    dropped = Signal(str)

    def __init__(self, name: str, spec: Spec) -> None:
        super().__init__(name, spec)
        # A child of the line: it is shown, hidden and disabled with it.
        self.button = QToolButton(self)
        self.button.setText("…")
        self.button.setStyleSheet("padding: 0px 5px;")
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = {
            "roles": tr("Choose the roles of the columns …"),
            "drawing": tr("Draw …"),
            "folder": tr("Choose a folder …"),
        }
        tip = words.get(spec.dialog, tr("Choose a file …"))
        self.button.setToolTip(tip)
        self.button.setAccessibleName(tip)
        self.button.clicked.connect(self.asked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the end of the line."""
        super().resizeEvent(event)
        width = self.button.sizeHint().width()
        self.setTextMargins(0, 0, width, 0)
        self.button.setGeometry(self.width() - width - 2, 2, width, self.height() - 4)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file, which a plain line would take for a text."""
        if self._file_of(event):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a file wherever it is dropped on the line."""
        if self._file_of(event):
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the path of the file, or of the first of several."""
        file = self._file_of(event)
        if file:
            event.acceptProposedAction()
            self.dropped.emit(file)
        else:
            super().dropEvent(event)

    def _file_of(self, event: QDropEvent) -> str:
        if self._spec.dialog not in ("file", "image", "folder"):
            return ""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        return QDir.toNativeSeparators(files[0]) if files else ""


def choose(parent: QWidget, params: type[Params], texts: Mapping[str, str], name: str, put: Put) -> None:
    """Let a person choose the text of field `name`; `put` is called with what changes when that is done.

    `texts` are those of all fields. Roles are those of the file that stands there.
    """
    specs = params.specs()
    spec = specs[name]
    if spec.dialog in ("file", "image"):
        chosen = ask_file(parent, texts[name], spec.dialog == "image")
        if chosen:
            put(with_file(params, texts, name, chosen))
        return
    if spec.dialog == "folder":
        folder = QFileDialog.getExistingDirectory(parent, tr("Choose a folder …"), texts[name])
        if folder:
            put({name: QDir.toNativeSeparators(folder)})
        return
    if spec.dialog == "drawing":
        drawing = DrawingDialog(texts[name], round(spec.high or 0), parent)
        drawing.changed.connect(lambda text: put({name: text}))
        drawing.open()
        return
    file = next(texts[other] for other, spec in specs.items() if spec.dialog == "file")
    limits = params.limits if issubclass(params, OwnDataParams) else Limits()
    dialog = RolesDialog(file, texts[name], cast(Missing, texts.get("missing", "leave_out")), limits, parent)
    dialog.accepted.connect(lambda: put({name: dialog.text()}))
    dialog.open()


def with_file(params: type[Params], texts: Mapping[str, str], name: str, path: str) -> dict[str, str]:
    """Return what changes when `path` becomes the text of field `name`.

    Another table has other columns, so that its roles are the default ones at first.
    """
    if params.specs()[name].dialog != "file" or path == texts[name]:
        return {name: path}
    roles = {other: str(params.default(other)) for other, spec in params.specs().items() if spec.dialog == "roles"}
    return {name: path, **roles}


def ask_file(parent: QWidget, current: str, image: bool) -> str:
    """Let a person choose an image or a table; "" when they do not."""
    folder = str(Path(current).parent) if current else ""
    if image:
        kinds = _kinds(tr("Images"), sorted(IMAGE_SUFFIXES))
    else:
        kinds = _kinds(tr("Tables"), (".csv", ".tsv", ".txt", ".dat"))
    path, _ = QFileDialog.getOpenFileName(parent, tr("Choose a file …"), folder, kinds)
    return QDir.toNativeSeparators(path)


def _kinds(words: str, suffixes: Iterable[str]) -> str:
    return f"{words} ({' '.join(f'*{suffix}' for suffix in suffixes)});;{tr('All files')} (*)"

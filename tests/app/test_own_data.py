"""One's own data, chosen by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.language import say, set_language, tr
from app.widgets.choosing import DialogEdit
from app.widgets.form import Form
from app.widgets.own_data import RolesDialog
from lab.core.text import Verbatim, message
from lab.data.tables.own import OwnDataParams

FLOWERS = "height;width;colour;kind\n1,5;?;red;a\n2;6;blue;b\n3;8;red;a\n4;7;green;b\n"


@dataclass(frozen=True, kw_only=True)
class Checked(OwnDataParams):
    def check(self) -> None:
        if self.file:
            self.examples()


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    return path


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(OwnDataParams)
    qtbot.addWidget(form)
    form.resize(360, 320)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    return form


def edit(form: Form, name: str) -> DialogEdit:
    editor = form.editor(name)
    assert isinstance(editor, DialogEdit)
    return editor


Choice = Callable[[str], list[str]]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Choice:
    """Make a function that says what the system's dialog will answer; it returns the folders it was asked to show."""

    def answer(path: str) -> list[str]:
        folders: list[str] = []

        def ask(_parent: object, _title: str, folder: str, _kinds: str) -> tuple[str, str]:
            folders.append(folder)
            return path, ""

        monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
        return folders

    return answer


def opened(qtbot: QtBot, form: Form) -> RolesDialog:
    """Press the button of the roles, and return the dialog once it can be used."""
    QTest.mouseClick(edit(form, "roles").button, Qt.MouseButton.LeftButton)
    [dialog] = [dialog for dialog in form.findChildren(RolesDialog) if dialog.isVisible()]
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def roles(dialog: RolesDialog) -> str:
    return "".join(edit.role[0] for edit in dialog.edits)


def test_a_file_is_chosen_with_the_button_and_roles_of_another_file_are_forgotten(
    form: Form, chosen: Choice, flowers: Path, qtbot: QtBot
) -> None:
    form.set_texts({"roles": "x: label"})
    folders = chosen(str(flowers))
    with qtbot.waitSignal(form.changed):
        QTest.mouseClick(edit(form, "file").button, Qt.MouseButton.LeftButton)
    assert form.texts()["file"] == str(flowers)
    assert form.texts()["roles"] == ""
    form.set_texts({"roles": "colour: label"})
    QTest.mouseClick(edit(form, "file").button, Qt.MouseButton.LeftButton)
    assert form.texts()["roles"] == "colour: label"
    assert folders == ["", str(flowers.parent)]


def test_the_dialog_of_files_can_be_left(form: Form, chosen: Choice) -> None:
    form.set_texts({"file": "a.csv", "roles": "x: label"})
    chosen("")
    QTest.mouseClick(edit(form, "file").button, Qt.MouseButton.LeftButton)
    assert (form.texts()["file"], form.texts()["roles"]) == ("a.csv", "x: label")


def test_of_a_long_path_the_name_of_the_file_is_seen(form: Form) -> None:
    form.set_texts({"file": "/a/very/long/path/with/many/folders/on/the/way/to/the/file/flowers.csv"})
    line = edit(form, "file")
    assert line.cursorPosition() == len(line.text())
    line.grab()  # It scrolls when it is painted.
    assert line.cursorRect().center().x() <= line.button.x()


def test_the_buttons_are_reached_and_pressed_by_keyboard(
    form: Form, chosen: Choice, flowers: Path, qtbot: QtBot
) -> None:
    chosen(str(flowers))
    edit(form, "file").setFocus()
    QTest.keyClick(edit(form, "file"), Qt.Key.Key_Tab)
    assert edit(form, "file").button.hasFocus()
    QTest.keyClick(edit(form, "file").button, Qt.Key.Key_Space)
    assert form.texts()["file"] == str(flowers)
    edit(form, "roles").setFocus()
    QTest.keyClick(edit(form, "roles"), Qt.Key.Key_Tab)
    QTest.keyClick(edit(form, "roles").button, Qt.Key.Key_Space)
    [dialog] = form.findChildren(RolesDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert form.texts()["roles"] == ""


def test_roles_are_chosen_by_keyboard(form: Form, flowers: Path, qtbot: QtBot) -> None:
    form.set_texts({"file": str(flowers), "missing": "mean"})
    dialog = opened(qtbot, form)
    assert roles(dialog) == "fffl"
    assert dialog.edits[0].hasFocus()
    assert dialog.table.currentRow() == 0
    for row, keys in enumerate([[Qt.Key.Key_End], [Qt.Key.Key_Home], [Qt.Key.Key_Down]]):
        for key in keys:
            QTest.keyClick(dialog.edits[row], key)
        QTest.keyClick(dialog.edits[row], Qt.Key.Key_Tab)
        assert dialog.edits[row + 1].hasFocus()
        assert dialog.table.currentRow() == row + 1
    # The new label made a feature of the one before.
    assert roles(dialog) == "iflf"
    assert "line 3, column 3 (“colour”): “blue” is the only example of its class" in dialog.verdict.text()
    assert not dialog.accept_button.isEnabled()
    QTest.keyClick(dialog.edits[3], Qt.Key.Key_Home)
    QTest.keyClick(dialog.edits[2], Qt.Key.Key_Up)
    QTest.keyClick(dialog.edits[3], Qt.Key.Key_Down)
    assert roles(dialog) == "iffl"
    assert "“kind” has 2 classes: a 2, b 2." in dialog.verdict.text()
    dialog.accept_button.setFocus()
    QTest.keyClick(dialog.accept_button, Qt.Key.Key_Return)
    assert form.texts()["roles"] == "width: feature, colour: feature, kind: label"


def test_what_comes_of_the_roles_is_said_at_once(form: Form, flowers: Path, qtbot: QtBot) -> None:
    form.set_texts({"file": str(flowers), "missing": "mean"})
    dialog = opened(qtbot, form)
    assert "4 examples, 5 features; “kind” has 2 classes: a 2, b 2." in dialog.verdict.text()
    assert "became the mean of their column: 1." in dialog.verdict.text()
    assert "4 rows, 4 columns; UTF-8, separator “;”, decimal mark “,”" in dialog.written.text()
    dialog.edits[3].setFocus()
    QTest.keyClick(dialog.edits[3], Qt.Key.Key_End)
    assert "flowers.csv: no column is the label; choose one." in dialog.verdict.text()
    assert dialog.verdict.property("bad")
    assert not dialog.accept_button.isEnabled()
    QTest.mouseClick(dialog.default_button, Qt.MouseButton.LeftButton)
    assert dialog.accept_button.isEnabled() and not dialog.verdict.property("bad")
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert form.texts()["roles"] == ""


def test_the_table_shows_what_the_columns_hold(form: Form, flowers: Path, qtbot: QtBot) -> None:
    form.set_texts({"file": str(flowers)})
    dialog = opened(qtbot, form)
    cells = [[_text(dialog, row, place) for place in range(4)] for row in range(4)]
    assert cells == [
        ["height", "numbers", "1,5, 2, 3, 4", "0"],
        ["width", "numbers", "6, 8, 7", "1"],
        ["colour", "3 categories", "red, blue, green", "0"],
        ["kind", "2 categories", "a, b", "0"],
    ]
    dialog.reject()


def _text(dialog: RolesDialog, row: int, place: int) -> str:
    item = dialog.table.item(row, place)
    assert item is not None
    return "".join(letter for letter in item.text() if letter not in "\u200e\u2068\u2069")


def test_roles_that_fit_no_more_show_the_default_and_why(form: Form, flowers: Path, qtbot: QtBot) -> None:
    form.set_texts({"file": str(flowers), "roles": "size: feature"})
    dialog = opened(qtbot, form)
    assert roles(dialog) == "fffl"
    assert "there is no column “size” in flowers.csv" in dialog.verdict.text()
    dialog.reject()


def test_a_file_that_cannot_be_read_is_said_instead(form: Form, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n3\n")
    form.set_texts({"file": str(tmp_path / "bad.csv")})
    dialog = opened(qtbot, form)
    assert "bad.csv, line 3, column 1: this line ends after its first cell" in dialog.verdict.text()
    assert not dialog.accept_button.isEnabled() and not dialog.default_button.isEnabled()
    assert dialog.table.isHidden()
    dialog.reject()
    qtbot.waitUntil(lambda: not form.findChildren(RolesDialog))
    form.set_texts({"file": ""})
    dialog = opened(qtbot, form)
    assert "no file is chosen" in dialog.verdict.text()
    dialog.reject()


def test_a_table_of_many_columns_shows_the_row_that_the_keyboard_is_in(
    form: Form, tmp_path: Path, qtbot: QtBot
) -> None:
    header = ",".join(f"c{k}" for k in range(60))
    rows = [",".join(f"{k * row % 7}" for k in range(1, 61)) for row in range(1, 20)]
    (tmp_path / "wide.csv").write_text("\n".join([header, *rows]))
    form.set_texts({"file": str(tmp_path / "wide.csv")})
    dialog = opened(qtbot, form)
    assert not dialog.edits[50].visibleRegion().boundingRect().height()
    dialog.edits[50].setFocus()
    QApplication.processEvents()
    assert dialog.edits[50].visibleRegion().boundingRect().height() == dialog.edits[50].height()
    dialog.reject()


def test_in_persian_what_stands_in_the_file_keeps_its_letters(form: Form, tmp_path: Path, qtbot: QtBot) -> None:
    set_language("fa")
    (tmp_path / "t.csv").write_text("x;y\n1,234;2\n2,345;3\n")
    form.set_texts({"file": str(tmp_path / "t.csv")})
    dialog = opened(qtbot, form)
    said = "".join(letter for letter in dialog.verdict.text() if letter not in "\u2060\u200f\u2068\u2069")
    assert said.startswith("t.csv، خط ۲، ستون ۱ («x»): ویرگول «1,234»")
    assert dialog.windowTitle() == tr("Roles of the columns") != "Roles of the columns"
    dialog.reject()


def test_verbatim_is_isolated_where_directions_could_mix() -> None:
    assert say(message("{file}", file=Verbatim("t1.csv"))) == "t1.csv"
    assert say(message("{file}", file=Verbatim("گل.csv"))) == "\u200e\u2068گل.csv\u2069"


def test_a_field_without_a_dialog_has_no_button(qtbot: QtBot) -> None:
    from lab.topics.cnn.mnist import MnistParams

    form = Form(MnistParams)
    qtbot.addWidget(form)
    assert form.findChildren(DialogEdit) == []
    assert form.findChildren(QLineEdit)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_form_names_the_field_that_is_to_blame(language: str, flowers: Path, tmp_path: Path, qtbot: QtBot) -> None:
    set_language(language)
    form = Form(Checked)
    qtbot.addWidget(form)
    form.set_texts({"file": str(flowers), "missing": "mean"})
    assert form.said() == ""
    form.set_texts({"roles": "size: label"})
    assert form.error is not None and form.error.field == "roles"
    assert edit(form, "roles").property("invalid")
    assert tr("Roles of the columns") in form.said() and "size" in form.said()
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n3\n")
    form.set_texts({"file": str(tmp_path / "bad.csv")})
    assert form.error.field == "file" and edit(form, "file").property("invalid")
    assert tr("File") in form.said() and "bad.csv" in form.said()

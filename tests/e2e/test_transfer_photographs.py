"""One's own folder of pictures: chosen by mouse, learned, and a further picture asked by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.columns.view import BarsView
from app.views.confusion import ConfusionView
from app.views.sheet import SheetView
from app.views.table.view import TableView
from app.widgets.choosing import DialogEdit
from lab.topics.transfer.photographs.drawings import KINDS, drawing
from tests.app.mouse import LEFT
from tests.app.pages import named, rows, type_over
from tests.app.windows import Opener, press
from tests.e2e.acts import Acts, shown

NAME = "transfer.photographs"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with three boats, three cups, and what is no picture."""
    for place, kind in enumerate(KINDS[:2]):
        (tmp_path / "own" / kind).mkdir(parents=True)
        for number in range(3):
            Image.fromarray(drawing(kind, (7, place, number))).save(tmp_path / "own" / kind / f"{number}.jpg")
    (tmp_path / "own" / "cup" / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    return tmp_path / "own"


def choose(page: Page, name: str, key: bool = False) -> None:
    """Press the button of a field that asks for a folder or file, by mouse, or by keyboard."""
    editor = page.form.editor(name)
    assert isinstance(editor, DialogEdit)
    page.form.ensureWidgetVisible(editor)
    if key:
        editor.button.setFocus()
        QTest.keyClick(editor.button, Qt.Key.Key_Space)
    else:
        QTest.mouseClick(editor.button, LEFT)


def test_a_folder_is_chosen_learned_and_a_further_picture_is_asked(
    acts: Acts, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    further = tmp_path / "further.png"
    Image.fromarray(drawing("boat", (9, 0, 5))).save(further)
    _, page = acts.open(NAME, splits="1", epochs="5")
    acts.wait(lambda: not page.previewer.waits)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    choose(page, "folder")
    # What was found, and what was not, is seen before anything runs.
    acts.wait(lambda: [row[0] for row in rows(named(page, TableView, "classes"))] == ["boat", "cup"])
    acts.wait(lambda: len(rows(shown(page, TableView, "refused"))) == 1)
    [left_out] = rows(named(page, TableView, "refused"))
    assert left_out[:2] == ["cup", "torn.jpg"] and "damaged" in str(left_out[2])
    press(page, "run")
    acts.ends(page)
    assert shown(page, ConfusionView, "test").counts.sum() == 2
    answer = shown(page, BarsView, "answer")
    acts.wait(lambda: answer._event is not None)
    # A picture of the test, by the keyboard; then a further one, in a file.
    sheet = shown(page, SheetView, "test")
    sheet.setFocus()
    QTest.keyClick(sheet, Qt.Key.Key_Right)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(further), ""))
    choose(page, "ask", key=True)
    acts.wait(lambda: answer._event is not None and str(answer._event.panels[0].remark) == "further.png")
    # A file that is none is said, and the answer stays.
    type_over(page, "ask", str(folder / "none.jpg"))
    acts.wait(lambda: "none.jpg" in page.notice.said)
    assert answer._event is not None and str(answer._event.panels[0].remark) == "further.png"


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(acts: Acts, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, page = acts.open(NAME, folder=str(tmp_path / "empty"))
    acts.wait(lambda: "no folder with pictures in it" in page.notice.said)
    press(page, "run")
    acts.wait(lambda: page.runner.status == "failed")
    assert "no folder with pictures in it" in page.notice.said

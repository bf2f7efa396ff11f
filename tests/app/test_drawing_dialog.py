"""The picture of a page, chosen in the form: drawn on paper, or an image file that is chosen or dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.widgets import canvas
from app.widgets.choosing import DialogEdit
from app.widgets.drawing import DrawingDialog
from app.widgets.form import Form
from lab.data.images.drawn import HOUSE, render, strokes_of
from lab.data.images.sources import PictureParams
from lab.data.tables.own import OwnDataParams
from tests.app.mouse import RIGHT, stroke

SCALE = canvas.SIDE / 256


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(PictureParams)
    qtbot.addWidget(form)
    form.resize(360, 320)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.set_texts({"picture": "drawing"})
    return form


def edit(form: Form, name: str) -> DialogEdit:
    editor = form.editor(name)
    assert isinstance(editor, DialogEdit)
    return editor


def opened(qtbot: QtBot, form: Form) -> DrawingDialog:
    QTest.mouseClick(edit(form, "drawing").button, Qt.MouseButton.LeftButton)
    [dialog] = [dialog for dialog in form.findChildren(DrawingDialog) if dialog.isVisible()]
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def line(dialog: DrawingDialog, *points: tuple[int, int], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Draw through points in pixels of the drawing."""
    stroke(dialog.paper, *((x * SCALE, y * SCALE) for x, y in points), button=button)


def drawn(form: Form) -> str:
    return form.texts()["drawing"]


# Drawing


def test_the_drawing_that_is_there_is_shown_and_continued(form: Form, qtbot: QtBot) -> None:
    dialog = opened(qtbot, form)
    assert dialog.paper.text() == HOUSE
    shown, made = dialog.paper.drawing() > 127, render(HOUSE)[..., 0] < 144
    shares = [[part.mean() for part in np.array_split(half, 4, axis=1)] for half in np.array_split(shown, 4)]
    others = [[part.mean() for part in np.array_split(half, 4, axis=1)] for half in np.array_split(made, 4)]
    assert np.allclose(shares, others, atol=0.02)
    with qtbot.waitSignal(form.changed):
        line(dialog, (20, 230), (240, 230))
    assert strokes_of(drawn(form))[:-1] == strokes_of(HOUSE)
    [begin, *_, end] = strokes_of(drawn(form))[-1]
    assert np.abs(np.subtract((begin, end), ((20, 230), (240, 230)))).max() <= 1
    params = form.params()
    assert isinstance(params, PictureParams)
    assert params.photo().pixels[230, 120, 0] < 64
    dialog.accept()


def test_the_form_changes_after_each_stroke_and_not_within(form: Form, qtbot: QtBot) -> None:
    dialog = opened(qtbot, form)
    changes: list[str] = []
    form.changed.connect(lambda: changes.append(drawn(form)))
    dialog.clear.click()
    assert changes == [""]
    line(dialog, *((x, 60) for x in range(10, 240, 10)))
    line(dialog, (50, 100), (50, 200))
    assert [len(strokes_of(text)) for text in changes] == [0, 1, 2]
    dialog.accept()
    qtbot.waitUntil(lambda: not form.findChildren(DrawingDialog))
    assert drawn(form) == changes[-1]


def test_undo_redo_and_clear(form: Form, qtbot: QtBot) -> None:
    dialog = opened(qtbot, form)
    assert dialog.undo.isEnabled() and not dialog.redo.isEnabled()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    # A button that a key presses is seen to go down before it does anything.
    QTest.keyClick(dialog.paper, Qt.Key.Key_Z, control)
    qtbot.waitUntil(lambda: strokes_of(drawn(form)) == strokes_of(HOUSE)[:-1])
    QTest.keyClick(dialog.paper, Qt.Key.Key_Z, control | shift)
    qtbot.waitUntil(lambda: drawn(form) == HOUSE)
    QTest.keyClick(dialog.paper, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: drawn(form) == "")
    assert not dialog.undo.isEnabled() and not dialog.clear.isEnabled()
    assert form.error is None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not form.findChildren(DrawingDialog))


def test_the_right_button_draws_nothing(form: Form, qtbot: QtBot) -> None:
    dialog = opened(qtbot, form)
    line(dialog, (20, 230), (240, 230), button=RIGHT)
    assert drawn(form) == HOUSE
    dialog.accept()


def test_a_stroke_that_leaves_the_paper_ends_at_its_edge(form: Form, qtbot: QtBot) -> None:
    dialog = opened(qtbot, form)
    line(dialog, (100, 100), (300, 100), (-40, 128), (100, 290))
    assert form.error is None
    assert {x for x, _ in strokes_of(drawn(form))[-1]} >= {0, 255}
    dialog.accept()


def test_points_close_together_are_left_out(form: Form, qtbot: QtBot) -> None:
    dialog = opened(qtbot, form)
    line(dialog, *((x, 60) for x in range(10, 210)))
    points = strokes_of(drawn(form))[-1]
    assert len(points) < 80
    assert points[-1][0] in (208, 209, 210)
    dialog.accept()


def test_a_full_paper_refuses_the_stroke_and_says_so(qtbot: QtBot) -> None:
    dialog = DrawingDialog("10,10 20,20", 40, None)
    qtbot.addWidget(dialog)
    dialog.show()
    texts: list[str] = []
    dialog.changed.connect(texts.append)
    line(dialog, *((x, 60) for x in range(10, 240, 10)))
    assert texts == []
    assert dialog.paper.text() == "10,10 20,20"
    assert "full" in dialog.words.text() and dialog.words.property("bad")
    line(dialog, (100, 60), (120, 60))
    assert len(texts) == 1
    assert not dialog.words.property("bad")


def test_a_text_that_cannot_be_read_is_said_and_drawn_over(form: Form, qtbot: QtBot) -> None:
    form.set_texts({"drawing": "1,2 3,999"})
    assert form.error is not None and form.error.field == "drawing"
    dialog = opened(qtbot, form)
    assert "Drawing: stroke 1, point 2: “3,999” is not allowed" in dialog.words.text()
    assert dialog.words.property("bad")
    line(dialog, (20, 20), (60, 60))
    assert form.error is None
    assert not dialog.words.property("bad")
    dialog.accept()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_paper_is_white_and_the_pencil_dark_in_every_theme(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    dialog = DrawingDialog("128,40 128,200", 100, None)
    qtbot.addWidget(dialog)
    dialog.show()
    picture = dialog.paper.grab().toImage()
    middle, side = QPoint(picture.width() // 2, picture.height() // 2), min(picture.width(), picture.height())
    assert picture.pixelColor(middle).value() < 60
    assert picture.pixelColor(middle - QPoint(side // 4, 0)).value() == 255


def test_in_persian_all_of_it_is_persian(qtbot: QtBot) -> None:
    set_language("fa")
    dialog = DrawingDialog("", 100, None)
    qtbot.addWidget(dialog)
    for words in (dialog.windowTitle(), dialog.words.text(), dialog.paper.hint, dialog.paper.accessibleName()):
        assert any("\u0600" < letter < "\u06ff" for letter in words)


# Image files


Choice = Callable[[str], list[str]]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Choice:
    """Make a function that says what the system's dialog will answer; it returns the kinds of files it offered."""

    def answer(path: str) -> list[str]:
        offered: list[str] = []

        def ask(_parent: object, _title: str, _folder: str, kinds: str) -> tuple[str, str]:
            offered.append(kinds)
            return path, ""

        monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
        return offered

    return answer


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "my picture.png"
    Image.fromarray(np.full((4, 5), 77, dtype=np.uint8)).save(path)
    return path


def test_an_image_is_chosen_with_the_button(form: Form, chosen: Choice, picture: Path, qtbot: QtBot) -> None:
    form.set_texts({"picture": "own"})
    assert form.error is not None and form.error.field == "path"
    assert "choose an image file" in form.said()
    offered = chosen(str(picture))
    with qtbot.waitSignal(form.changed):
        QTest.mouseClick(edit(form, "path").button, Qt.MouseButton.LeftButton)
    assert form.texts()["path"] == str(picture)
    assert "*.png" in offered[0] and "*.jpeg" in offered[0] and "*.csv" not in offered[0]
    params = form.params()
    assert isinstance(params, PictureParams)
    assert (params.photo().pixels == 77).all()
    chosen("")
    QTest.mouseClick(edit(form, "path").button, Qt.MouseButton.LeftButton)
    assert form.texts()["path"] == str(picture)


def drop(line: DialogEdit, *urls: QUrl) -> bool:
    """Drop files as a file manager does, and tell whether they were taken."""
    data = QMimeData()
    data.setUrls(list(urls))
    place, action = QPoint(10, 5), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, action, data, left, none)
    QApplication.sendEvent(line, enter)
    move = QDragMoveEvent(place, action, data, left, none)
    QApplication.sendEvent(line, move)
    if not (enter.isAccepted() and move.isAccepted()):
        return False
    QApplication.sendEvent(line, QDropEvent(QPointF(place), action, data, left, none))
    return True


def test_an_image_is_dropped_on_its_line(form: Form, picture: Path, qtbot: QtBot) -> None:
    form.set_texts({"picture": "own", "path": "before.png"})
    with qtbot.waitSignal(form.changed):
        assert drop(edit(form, "path"), QUrl.fromLocalFile(str(picture)), QUrl.fromLocalFile("/second.png"))
    assert form.texts()["path"] == str(picture)


def test_a_table_is_dropped_and_roles_of_another_one_are_forgotten(qtbot: QtBot, tmp_path: Path) -> None:
    form = Form(OwnDataParams)
    qtbot.addWidget(form)
    form.set_texts({"file": "a.csv", "roles": "x: label"})
    assert drop(edit(form, "file"), QUrl.fromLocalFile(str(tmp_path / "b.csv")))
    assert (form.texts()["file"], form.texts()["roles"]) == (str(tmp_path / "b.csv"), "")


def test_a_file_is_no_drawing(form: Form) -> None:
    drop(edit(form, "drawing"), QUrl("https://example.org/picture.png"))
    assert "file:" not in drawn(form)

"""The editor of a list of blocks, with mouse and keyboard, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.language import digits, set_language, tr
from app.widgets.block_row import BlockRow, side_by_side
from app.widgets.blocks import BlocksEdit
from app.widgets.form import Form
from lab.core.blocks import Block, Number
from lab.core.params import ParamError, Params, blocks, choice, integer
from tests.app.keyboard import type_text
from tests.app.leaks import settle
from tests.app.test_form import enter, not_round_trip, other, turn

ALT = Qt.KeyboardModifier.AltModifier
KINDS = {
    "conv": Block(
        "Convolution",
        "Slides kernels over its input.",
        (
            Number("kernel", 3, 1, 15, "Kernel"),
            Number("stride", 1, 1, 8, "Stride"),
            Number("dilation", 1, 1, 8, "Dilation"),
            Number("padding", 0, 0, 7, "Padding"),
        ),
    ),
    "pool": Block(
        "Pooling", "Keeps the largest.", (Number("kernel", 2, 1, 8, "Kernel"), Number("stride", 2, 1, 8, "Stride"))
    ),
    "blur": Block(
        "Blur",
        "Smooths.",
        (
            Number("sigma", 1, 0.1, 10, "Width", whole=False),
            Number("border", "zeros", 0, 0, "Border", choices=(("zeros", "Zeros"), ("reflect", "Reflected"))),
        ),
    ),
    "flip": Block("Flip", "Mirrors."),
    "norm": Block(
        "Normalise",
        "Sets mean and deviation.",
        tuple(
            Number(f"{kind}_{channel}", 0.485, -10, 10, f"{kind.title()} {channel}", whole=False)
            for kind in ("mean", "std")
            for channel in ("red", "green", "blue")
        ),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Stack(Params):
    mode: str = choice("own", {"own": "Own", "none": "None"}, label="Mode", help="Which.", group="A")
    layers: tuple[str, ...] = blocks(
        ("conv", "pool", "conv kernel=5"),
        KINDS,
        length=(1, 5),
        presets={"Two": ("conv kernel=7", "flip")},
        label="Layers",
        help="First to last.",
        group="A",
        when=("mode", ("own",)),
    )
    side: int = integer(28, 1, 99, label="Side", help="How large.", group="A")

    def check(self) -> None:
        for place, text in enumerate(self.layers, 1):
            if text.startswith("pool kernel=8"):
                raise ParamError("layers", "{field}: block {block} is too large", block=place)


@pytest.fixture(params=["en", "fa"])
def language(request: pytest.FixtureRequest) -> str:
    set_language(request.param)
    return str(request.param)


def shown(qtbot: QtBot, width: int = 300) -> Form:
    form = Form(Stack)
    qtbot.addWidget(form)
    form.resize(width, 560)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    settle()
    return form


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    return shown(qtbot)


def layers(form: Form) -> BlocksEdit:
    editor = form.editor("layers")
    assert isinstance(editor, BlocksEdit)
    return editor


def kinds(form: Form) -> list[str]:
    params = form.params()
    assert isinstance(params, Stack)
    return [text.split()[0] for text in params.layers]


def value(form: Form) -> tuple[str, ...]:
    params = form.params()
    assert isinstance(params, Stack)
    return params.layers


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def number(form: Form, place: int, name: str) -> QLineEdit:
    editor = layers(form).rows[place].editors[name]
    assert isinstance(editor, QLineEdit)
    return editor


def retype(form: Form, place: int, name: str, text: str) -> QLineEdit:
    editor = number(form, place, name)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    type_text(editor, text)
    return editor


def press(form: Form, place: int, wish: str) -> None:
    QTest.mouseClick(layers(form).rows[place].buttons[wish], Qt.MouseButton.LeftButton)


def test_the_blocks_stand_in_order_with_their_numbers(qtbot: QtBot, language: str) -> None:
    form = shown(qtbot)
    rows = layers(form).rows
    assert [row.kind for row in rows] == ["conv", "pool", "conv"]
    assert number(form, 2, "kernel").text() == digits("5")
    assert [row.accessibleName() for row in rows][1] == (
        "Block 2: Pooling" if language == "en" else f"بلوک ۲: \u2068{tr('Pooling')}\u2069"
    )
    assert form.params() == Stack()
    assert not form.reset_button("layers").isVisible()
    assert number(form, 0, "kernel").toolTip() == f"{tr('Kernel')}: {form_range(language)}"
    assert "Slides kernels over its input." in rows[0].toolTip()


def form_range(language: str) -> str:
    return "1 to 15, default 3" if language == "en" else "\u2068۱\u2069 تا \u2068۱۵\u2069، پیش‌فرض \u2068۳\u2069"


@pytest.mark.parametrize("typed", ["0.5", "0,5", "۰٫۵", "۰.۵", "٠٫٥", " .5"])
def test_both_digits_and_both_decimal_marks_are_read(qtbot: QtBot, language: str, typed: str) -> None:
    form = shown(qtbot)
    form.set_texts({"layers": "blur"})
    editor = retype(form, 0, "sigma", typed)
    assert value(form) == ("blur sigma=0.5 border=zeros",)
    assert editor.text() == typed


def test_a_number_that_changes_is_told_and_rebuilds_nothing(qtbot: QtBot, form: Form) -> None:
    rows = list(layers(form).rows)
    editor = number(form, 1, "kernel")
    with qtbot.waitSignals([layers(form).textEdited, form.changed]):
        retype(form, 1, "kernel", "4")
    assert value(form)[1] == "pool kernel=4 stride=2"
    assert layers(form).rows == rows
    assert focused() is editor is number(form, 1, "kernel")
    assert form.reset_button("layers").isVisible()


def test_up_and_down_keys_change_numbers(form: Form, language: str) -> None:
    editor = number(form, 0, "kernel")
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Up)
    assert value(form)[0].startswith("conv kernel=4 ")
    for _ in range(9):
        QTest.keyClick(editor, Qt.Key.Key_Down)
    assert value(form)[0].startswith("conv kernel=1 ")


def test_a_choice_of_a_block(form: Form) -> None:
    form.set_texts({"layers": "flip; blur"})
    box = layers(form).rows[1].editors["border"]
    assert isinstance(box, QComboBox)
    turn(box, "reflect")
    assert value(form) == ("flip", "blur sigma=1 border=reflect")


def test_every_number_round_trips(qtbot: QtBot, language: str) -> None:
    form = shown(qtbot)
    assert not_round_trip(form, shown(qtbot), Stack) == []
    wanted = other(Stack, "layers")
    assert wanted != Stack.default("layers")
    enter(form, "layers", Stack.specs()["layers"], wanted)
    assert value(form) == wanted


WRONG = [
    ("0", "Layers: block 2, Pooling: Kernel 0 is not allowed; allowed is a whole number from 1 to 8"),
    ("", "Layers: block 2, Pooling: Kernel is empty; allowed is a whole number from 1 to 8"),
    ("1 2", "Layers: block 2, Pooling: Kernel 1 2 is not allowed; allowed is a whole number from 1 to 8"),
    ("x", "Layers: block 2, Pooling: Kernel x is not allowed; allowed is a whole number from 1 to 8"),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_a_wrong_number_is_marked_said_beneath_its_block_and_kept(
    qtbot: QtBot, form: Form, typed: str, sentence: str
) -> None:
    editor = retype(form, 1, "kernel", typed)
    assert form.params() is None
    assert form.said() == sentence
    assert editor.text() == typed
    assert [bool(row.property("invalid")) for row in layers(form).rows] == [False, True, False]
    wrong = [box for row in layers(form).rows for box in row.editors.values() if box.property("invalid")]
    assert wrong == [editor]

    def beneath() -> bool:
        above, below = layers(form).rows[1].geometry().bottom(), layers(form).rows[2].geometry().top()
        told = form.complaint.geometry()
        return form.complaint.isVisible() and above < told.top() < told.bottom() < below

    qtbot.waitUntil(beneath)
    assert focused() is editor
    retype(form, 1, "kernel", "2")
    assert form.params() == Stack()
    assert not any(row.property("invalid") for row in layers(form).rows)
    assert not editor.property("invalid")
    assert not form.complaint.isVisible()


def test_the_sentence_goes_to_the_field_that_is_wrong(qtbot: QtBot, form: Form) -> None:
    retype(form, 1, "kernel", "0")
    retype(form, 1, "kernel", "2")
    side = form.editor("side")
    assert isinstance(side, QLineEdit)
    side.setFocus()
    side.selectAll()
    type_text(side, "x")
    assert form.complaint.parentWidget() is side.parentWidget()
    qtbot.waitUntil(lambda: form.complaint.geometry().top() > side.geometry().bottom())
    # And back again.
    type_text(side, "\b")
    QTest.keyClick(side, Qt.Key.Key_Backspace)
    type_text(side, "7")
    retype(form, 0, "kernel", "0")
    assert form.complaint.parentWidget() is layers(form)


def test_a_list_that_does_not_go_together_marks_the_block_that_is_named(form: Form) -> None:
    retype(form, 1, "kernel", "8")
    assert form.said() == "Layers: block 2 is too large"
    assert [bool(row.property("invalid")) for row in layers(form).rows] == [False, True, False]
    assert not number(form, 1, "kernel").property("invalid")


def test_what_would_end_a_number_cannot_be_typed(form: Form) -> None:
    editor = retype(form, 0, "kernel", "5;؛=")
    assert editor.text() == "5"


def test_blocks_are_moved_duplicated_and_removed_with_the_mouse(form: Form) -> None:
    press(form, 1, "up")
    assert kinds(form) == ["pool", "conv", "conv"]
    press(form, 0, "down")
    press(form, 1, "down")
    assert value(form)[1].startswith("conv kernel=5")
    assert kinds(form) == ["conv", "conv", "pool"]
    retype(form, 0, "stride", "4")
    press(form, 0, "duplicate")
    assert focused() is layers(form).rows[1]
    assert value(form)[:2] == ("conv kernel=3 stride=4 dilation=1 padding=0",) * 2
    press(form, 0, "remove")
    assert focused() is layers(form).rows[0]
    press(form, 1, "remove")
    assert kinds(form) == ["conv", "pool"]
    settle()
    assert len(form.findChildren(BlockRow)) == 2
    assert [row.geometry().top() for row in layers(form).rows] == sorted(
        row.geometry().top() for row in layers(form).rows
    )


def test_blocks_are_moved_with_alt_and_the_arrow_keys_from_anywhere_in_them(form: Form) -> None:
    editor = number(form, 0, "stride")
    editor.setFocus()
    for key, expected in (
        (Qt.Key.Key_Down, ["pool", "conv", "conv"]),
        (Qt.Key.Key_Down, ["pool", "conv", "conv"]),
        (Qt.Key.Key_Down, ["pool", "conv", "conv"]),
        (Qt.Key.Key_Up, ["pool", "conv", "conv"]),
        (Qt.Key.Key_Up, ["conv", "pool", "conv"]),
        (Qt.Key.Key_Up, ["conv", "pool", "conv"]),
    ):
        QTest.keyClick(editor, key, ALT)
        assert kinds(form) == expected
        assert focused() is editor
    # Neither the number nor the list has changed.
    assert form.params() == Stack()
    row = layers(form).rows[1]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Up, ALT)
    assert kinds(form) == ["pool", "conv", "conv"]
    assert focused() is row


def test_delete_removes_the_block_that_has_the_focus_itself(form: Form) -> None:
    editor = number(form, 1, "kernel")
    editor.setFocus()
    editor.setCursorPosition(0)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert len(layers(form).rows) == 3
    type_text(editor, "2")
    layers(form).rows[1].setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    assert kinds(form) == ["conv", "conv"]
    assert focused() is layers(form).rows[1]
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    assert focused() is layers(form).rows[0]
    # One has to be left.
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    assert value(form) == ("conv kernel=3 stride=1 dilation=1 padding=0",)


def test_the_arrow_keys_go_from_block_to_block(form: Form) -> None:
    rows = layers(form).rows
    rows[0].setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    assert focused() is rows[2]
    QTest.keyClick(focused(), Qt.Key.Key_Up)
    assert focused() is rows[1]
    assert form.params() == Stack()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_block_is_added_from_the_menu_of_its_kinds(qtbot: QtBot, form: Form, by: str) -> None:
    edit = layers(form)
    actions = edit.menu.actions()
    assert [action.text() for action in actions] == [block.label for block in KINDS.values()]
    assert [action.toolTip() for action in actions] == [block.help for block in KINDS.values()]
    if by == "mouse":
        QTest.mouseClick(edit.add, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(edit.menu.isVisible)
        QTest.mouseClick(edit.menu, Qt.MouseButton.LeftButton, pos=edit.menu.actionGeometry(actions[2]).center())
    else:
        edit.add.setFocus()
        QTest.keyClick(edit.add, Qt.Key.Key_Space)
        qtbot.waitUntil(edit.menu.isVisible)
        for _ in range(3):
            QTest.keyClick(edit.menu, Qt.Key.Key_Down)
        QTest.keyClick(edit.menu, Qt.Key.Key_Return)
    assert value(form)[3] == "blur sigma=1 border=zeros"
    assert focused() is edit.rows[3]
    bottom = edit.rows[3].rect().bottomLeft()
    qtbot.waitUntil(lambda: form.viewport().rect().contains(edit.rows[3].mapTo(form.viewport(), bottom)))


def test_a_whole_list_is_taken_from_the_menu(qtbot: QtBot, form: Form) -> None:
    menu = layers(form).take.menu()
    assert menu is not None
    [action] = menu.actions()
    assert action.text() == "Two"
    with qtbot.waitSignal(form.changed):
        action.trigger()
    assert kinds(form) == ["conv", "flip"]
    assert number(form, 0, "kernel").text() == "7"


def test_what_cannot_be_done_says_why(form: Form) -> None:
    edit = layers(form)
    assert not edit.rows[0].buttons["up"].isEnabled()
    assert edit.rows[0].buttons["up"].toolTip() == "Move up\nIt is the first."
    assert not edit.rows[2].buttons["down"].isEnabled()
    assert edit.rows[1].buttons["up"].toolTip() == "Move up"
    form.set_texts({"layers": "flip;flip;flip;flip;flip"})
    assert not edit.add.isEnabled()
    assert edit.add.toolTip() == "There can be no more than 5."
    assert not any(row.buttons["duplicate"].isEnabled() for row in edit.rows)
    form.set_texts({"layers": "flip"})
    assert edit.add.isEnabled()
    assert not edit.rows[0].buttons["remove"].isEnabled()
    assert edit.rows[0].buttons["remove"].toolTip() == "Remove\nThere have to be at least 1."


def test_a_button_that_can_no_longer_be_pressed_gives_the_focus_to_its_block(form: Form) -> None:
    row = layers(form).rows[1]
    row.buttons["up"].setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert kinds(form)[0] == "pool"
    assert focused() is row


def test_the_tab_key_goes_through_everything_as_it_stands(form: Form) -> None:
    edit = layers(form)
    press(form, 0, "down")
    press(form, 1, "duplicate")
    wanted = [stop for row in edit.rows for stop in row.stops() if stop.isEnabled()]
    edit.rows[0].setFocus()
    found = [focused()]
    for _ in range(len(wanted)):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        found.append(focused())
    assert found == [*wanted, edit.add]
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is edit.take
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is form.editor("side")
    # And into it, from the field before it and its way back.
    form.editor("mode").setFocus()
    for _ in range(2):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is edit.rows[0]


def test_the_same_text_again_touches_nothing(form: Form) -> None:
    edit = layers(form)
    form.set_texts({"layers": "conv kernel=5; pool; flip"})
    rows, editor = list(edit.rows), number(form, 0, "kernel")
    editor.setFocus()
    editor.setCursorPosition(0)
    for text in ("conv kernel=5; pool; flip", form.texts()["layers"]):
        form.set_texts({"layers": text})
        assert edit.rows == rows
        assert focused() is editor
        assert editor.cursorPosition() == 0


def test_a_new_text_keeps_the_rows_whose_kind_stays(form: Form) -> None:
    edit = layers(form)
    first, second, third = edit.rows
    form.set_texts({"layers": "conv kernel=7; flip; conv; pool stride=3"})
    assert value(form) == (
        "conv kernel=7 stride=1 dilation=1 padding=0",
        "flip",
        "conv kernel=3 stride=1 dilation=1 padding=0",
        "pool kernel=2 stride=3",
    )
    assert [edit.rows[0], edit.rows[2]] == [first, third]
    settle()
    assert set(form.findChildren(BlockRow)) == set(edit.rows)
    assert second not in edit.rows


def test_setting_a_text_emits_nothing_of_its_own(qtbot: QtBot, form: Form) -> None:
    with qtbot.assertNotEmitted(layers(form).textEdited):
        layers(form).put("flip; blur border=reflect")
    assert layers(form).text() == "flip; blur sigma=1 border=reflect"


@pytest.mark.parametrize(
    "strange", ["cnv kernel=3", "conv size=3", "conv 3", "conv kernel=1 kernel=2", "blur border=x"]
)
def test_what_cannot_be_read_is_kept_as_it_is_said_and_can_be_mended(form: Form, strange: str) -> None:
    form.set_texts({"layers": f"flip; {strange}"})
    assert form.texts()["layers"] == f"flip; {strange}"
    assert form.said().startswith("Layers: block 2")
    assert layers(form).rows[1].property("invalid") is True
    assert number(form, 1, "").property("invalid") is True
    editor = retype(form, 1, "", "pool kernel=3")
    assert value(form) == ("flip", "pool kernel=3 stride=2")
    assert not editor.property("invalid")
    retype(form, 1, "", "zzz")
    press(form, 1, "remove")
    assert value(form) == ("flip",)


def test_too_many_blocks_are_shown_and_said(form: Form) -> None:
    form.set_texts({"layers": ";".join(["flip"] * 6)})
    assert form.said() == "Layers: the number of blocks is 6; allowed is 1 to 5"
    assert not any(row.property("invalid") for row in layers(form).rows)
    press(form, 5, "remove")
    assert form.said() == ""


def test_the_way_back(form: Form) -> None:
    press(form, 0, "remove")
    retype(form, 0, "kernel", "x")
    QTest.mouseClick(form.reset_button("layers"), Qt.MouseButton.LeftButton)
    assert form.params() == Stack()
    assert form.said() == ""
    assert not form.reset_button("layers").isVisible()


def test_the_list_comes_and_goes_with_the_field_it_depends_on(form: Form) -> None:
    form.set_texts({"layers": "conv kernel=5", "mode": "none"})
    assert not layers(form).isVisible()
    form.set_texts({"mode": "own"})
    assert layers(form).isVisible()
    assert value(form)[0].startswith("conv kernel=5")


@pytest.mark.parametrize("width", [280, 300, 340, 600])
def test_everything_fits_into_the_form(qtbot: QtBot, language: str, width: int) -> None:
    form = shown(qtbot, width)
    form.set_texts({"layers": "conv; pool; blur; flip; norm"})
    settle()
    for row in layers(form).rows:
        for part in filter(QWidget.isVisible, row.findChildren(QWidget)):
            left = part.mapTo(form.viewport(), QPoint(0, 0)).x()
            assert left >= 0, part
            assert left + part.width() <= form.viewport().width(), (part, part.accessibleName())
            if isinstance(part, QLabel) and not part.wordWrap():
                assert part.width() >= part.sizeHint().width(), part.text()
    sides = [box.geometry().left() for box in layers(form).rows[4].editors.values()]
    assert len(set(sides)) == 3


def test_columns_are_as_many_as_there_is_room_for() -> None:
    assert side_by_side([50, 50, 50, 50], 218) == 4
    assert side_by_side([50, 50, 50, 50], 217) == 3
    assert side_by_side([50, 90, 50, 90], 150) == 2
    assert side_by_side([300], 100) == 1
    assert side_by_side([], 100) == 1


def test_rows_that_come_and_go_leave_nothing_behind(qtbot: QtBot, form: Form) -> None:
    edit = layers(form)
    settle()
    before = len(form.findChildren(QWidget))
    for _ in range(5):
        press(form, 0, "duplicate")
        press(form, 1, "remove")
        form.set_texts({"layers": "flip; norm"})
        form.set_texts(Stack().to_texts())
    settle()
    assert len(form.findChildren(QWidget)) == before
    assert len(edit.rows) == 3

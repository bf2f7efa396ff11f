"""Lists of numbers in a form: the up and down keys change the entry at the cursor."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.language import set_language
from app.widgets.fields import NumberEdit
from lab.core.params import Spec, show

PAIR = Spec("integers", "", "", "", 0, 30, length=(1, 3))
SHARES = Spec("reals", "", "", "", 0.0, 1.0, length=(1, 3))


def edit(qtbot: QtBot, spec: Spec, text: str, cursor: int) -> NumberEdit:
    line = NumberEdit("size", spec)
    qtbot.addWidget(line)
    line.setText(text)
    line.setCursorPosition(cursor)
    return line


@pytest.mark.parametrize(("cursor", "up"), [(0, "10, 9"), (1, "10, 9"), (2, "9, 10"), (3, "9, 10"), (4, "9, 10")])
def test_the_entry_at_the_cursor_is_changed_and_the_cursor_stays_there(qtbot: QtBot, cursor: int, up: str) -> None:
    line = edit(qtbot, PAIR, "9, 9", cursor)
    with qtbot.waitSignal(line.textEdited) as edited:
        QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == edited.args[0] == up
    for _ in range(4):
        QTest.keyClick(line, Qt.Key.Key_Down)
    assert line.text() == up.replace("10", "6")


def test_entries_stay_within_their_range(qtbot: QtBot) -> None:
    line = edit(qtbot, PAIR, "30 0", 0)
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "30, 0"
    line.setCursorPosition(len(line.text()))
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert line.text() == "30, 0"


def test_numbers_with_a_point_go_by_a_fiftieth_of_their_range(qtbot: QtBot) -> None:
    line = edit(qtbot, SHARES, "0.25, 0.5", 9)
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "0.25, 0.52"


def test_persian_digits_stay_persian(qtbot: QtBot) -> None:
    set_language("fa")
    line = edit(qtbot, PAIR, "۹، ۱۲", 5)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert line.text() == "۹, ۱۱"


@pytest.mark.parametrize("text", ["", "7, x", "a"])
def test_what_is_no_list_of_numbers_is_left_alone(qtbot: QtBot, text: str) -> None:
    line = edit(qtbot, PAIR, text, len(text))
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == text


def test_a_place_between_whole_numbers_that_a_chart_picks_is_rounded() -> None:
    assert show(PAIR, 3.4) == "3"
    assert show(PAIR, (3, 4)) == "3, 4"
    assert show(Spec("integer", "", "", "", 0, 9), 3.6) == "4"

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import LANGUAGES, set_language
from app.widgets.formula import OBJECT, FormulaError, image, parts, typeset
from app.widgets.lesson import LessonView
from lab.core.lessons import Lesson, formulas, load_lessons, parse_lesson

HEADER = '+++\ntitle = "Steps"\nexperiment = "descent.steps"\norder = 1\n+++\n'
LINKS = "One [first](try:learning_rate=0.05&channels=2,4) and [second](try:) link.\n"


@pytest.fixture(autouse=True)
def _plain(qapp: QApplication) -> Iterator[None]:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    set_language("en")
    yield
    set_language("en")
    theme.apply(qapp, "light")


def lesson(body: str) -> Lesson:
    return parse_lesson(HEADER + body, "steps.md")


def shown(qtbot: QtBot, body: str) -> LessonView:
    view = LessonView()
    qtbot.addWidget(view)
    view.resize(340, 400)
    view.show_lesson(lesson(body))
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    count = sum(1 for block in lesson(body).blocks for _ in formulas(block.source))
    qtbot.waitUntil(lambda: len(_known(view)) >= count)
    return view


def _known(view: LessonView) -> dict[object, object]:
    return view._painter._known


def pixels(picture: QImage) -> NDArray[np.uint8]:
    picture = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    # A copy, as the image and its memory go when this returns.
    return rows[:, : 3 * picture.width()].reshape(picture.height(), picture.width(), 3).copy()


def has_colour(picture: QImage, colour: str) -> bool:
    wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return bool((np.abs(pixels(picture).astype(int) - wanted) <= 8).all(axis=2).any())


def place_of(view: LessonView, text: str) -> QPoint:
    cursor = view.document().find(text)
    assert not cursor.isNull()
    cursor.setPosition(cursor.position() - 1)
    return view.cursorRect(cursor).center()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_formula_is_ink_in_the_colour_of_the_text(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    view = shown(qtbot, r"$$\frac{1}{2}$$" + "\n")
    [place] = [n for n in range(view.document().characterCount()) if view.document().characterAt(n) == OBJECT]
    cursor = QTextCursor(view.document())
    cursor.setPosition(place)
    left = view.cursorRect(cursor)
    cursor.setPosition(place + 1)
    area = left.united(view.cursorRect(cursor))
    picture = view.viewport().grab(area).toImage()
    assert has_colour(picture, theme.colours().text)
    assert has_colour(picture, theme.colours().surface)
    assert abs(area.center().x() - view.viewport().width() / 2) <= 3


def test_formulas_follow_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    view = shown(qtbot, "Only $M$.\n")
    view.document().setPlainText("")
    theme.apply(qapp, "dark")
    picture = view.viewport().grab().toImage()
    assert OBJECT in view.document().toRawText()
    assert has_colour(picture, theme.DARK.text)
    assert not has_colour(picture, theme.LIGHT.surface)


def test_the_picture_of_a_formula_has_the_resolution_of_the_screen() -> None:
    once = image("x^2", 14.0, False, "#123456", 1.0)
    twice = image("x^2", 14.0, False, "#123456", 2.0)
    assert abs(twice.width() - 2 * once.width()) <= 1
    assert has_colour(twice, "#123456")
    assert image("x^2", 14.0, False, "#123456", 2.0) is twice


def test_a_formula_stands_on_the_line(qtbot: QtBot) -> None:
    view = shown(qtbot, "HHHH $M$\n")
    paragraph = view.document().findBlockByNumber(1)
    top = round(view.document().documentLayout().blockBoundingRect(paragraph).top())
    line = paragraph.layout().lineAt(0)
    text = pixels(view.viewport().grab().toImage())[top : top + round(line.height())].min(axis=2) < 100
    cursor = QTextCursor(paragraph)
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=5)
    edge = view.cursorRect(cursor).left()
    letters, formula = (np.flatnonzero(half.any(axis=1)) for half in (text[:, :edge], text[:, edge:]))
    assert letters.size
    assert formula.size
    assert abs(int(letters[-1]) - int(formula[-1])) <= 1


def test_a_wide_formula_shrinks_to_the_column(qtbot: QtBot) -> None:
    view = shown(qtbot, "$$" + "+".join(f"x_{{{n}}}" for n in range(40)) + "$$\n")
    assert view.document().size().width() <= view.viewport().width()
    assert view.horizontalScrollBar().maximum() == 0


def test_formulas_beside_each_other_are_put_beneath_where_they_are_too_wide(qtbot: QtBot) -> None:
    words = "$$x_1+x_2+x_3+x_4+x_5+x_6+x_7=0\\qquad y_1+y_2+y_3+y_4+y_5+y_6+y_7=0$$\n"
    view = shown(qtbot, words)

    def height() -> float:
        block = view.document().findBlockByNumber(1)
        return view.document().documentLayout().blockBoundingRect(block).height()

    narrow = height()
    view.resize(900, 400)
    view.grab()
    assert height() < 0.7 * narrow
    assert parts(r"a\qquad b\quad c") == [("a", 0.0), ("b", 2.0), ("c", 1.0)]
    whole = r"\begin{cases}a\quad b\end{cases}"
    assert parts(whole) == [(whole, 0.0)] and parts(r"\left(a\quad b\right)") == [(r"\left(a\quad b\right)", 0.0)]


def test_no_formula_is_painted_before_there_is_room_for_it(qtbot: QtBot) -> None:
    view = LessonView()
    qtbot.addWidget(view)
    view.resize(340, 400)
    view.show_lesson(lesson("First $a$.\n\n" + "$$\\frac{\\frac{x}{y}}{\\frac{u}{v}}$$\n\nSecond\n\n" * 3))
    view.show()
    qtbot.waitExposed(view)
    before = view.document().size().height()
    while not view.settled:
        assert _known(view) == {} and view.document().size().height() == before
        view._typeset_next()
    assert view.document().size().height() > before + 60


def test_a_formula_of_its_own_line_has_all_of_its_height(qtbot: QtBot) -> None:
    view = shown(qtbot, "Before\n\n$$\\frac{\\frac{x}{y}}{\\frac{u}{v}}$$\n\nAfter\n")
    block = view.document().findBlockByNumber(2)
    area = view.document().documentLayout().blockBoundingRect(block)
    assert area.height() >= block.layout().lineAt(0).height()
    rows = pixels(view.viewport().grab().toImage()).min(axis=2) < 100
    inked = np.flatnonzero(rows.any(axis=1))
    inside = inked[(inked >= area.top()) & (inked < area.bottom())]
    # Paper above and beneath: nothing of its neighbours, and nothing of it in theirs.
    assert inside[0] > area.top() and inside[-1] < area.bottom() - 1


def test_wrong_tex_is_shown_as_it_was_written(qtbot: QtBot) -> None:
    with pytest.raises(FormulaError, match="frac"):
        typeset(r"\frac{", 14.0, False)
    view = shown(qtbot, r"Wrong: $\frac{$ there." + "\n")
    assert has_colour(view.viewport().grab().toImage(), theme.colours().bad)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_formula_of_every_lesson_can_be_typeset(language: str) -> None:
    for shipped in load_lessons(language).values():
        for block in shipped.blocks:
            for formula in formulas(block.source):
                assert typeset(formula.tex, 14.0, formula.display).width > 2


def test_persian_is_written_from_the_right_and_code_and_formulas_from_the_left(qtbot: QtBot) -> None:
    set_language("fa")
    view = shown(qtbot, "گام $x$ و `f(x)` است.\n\n```python\nf(1)\n```\n")
    title, paragraph, code = (view.document().findBlockByNumber(number) for number in range(3))
    assert view.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert title.textDirection() is paragraph.textDirection() is Qt.LayoutDirection.RightToLeft
    assert code.textDirection() is Qt.LayoutDirection.LeftToRight
    assert "\u2066f(x)\u2069" in paragraph.text()
    ink = pixels(view.viewport().grab().toImage())
    middle = ink.shape[1] // 2
    title_rows = ink[: round(view.document().documentLayout().blockBoundingRect(title).bottom())].min(axis=2) < 100
    assert not title_rows[:, :middle].any()
    assert title_rows[:, middle:].any()


def test_a_click_on_a_link_tries(qtbot: QtBot) -> None:
    view = shown(qtbot, LINKS)
    with qtbot.waitSignal(view.tried) as first:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, "first"))
    assert first.args == [{"learning_rate": "0.05", "channels": "2,4"}]
    with qtbot.waitSignal(view.tried) as second:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, "second"))
    assert second.args == [{}]
    assert view.document().find("first").position() > 0


def test_tab_moves_over_the_links_and_enter_follows(qtbot: QtBot) -> None:
    view = shown(qtbot, LINKS)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    for expected in ({"learning_rate": "0.05", "channels": "2,4"}, {}):
        qtbot.keyClick(view, Qt.Key.Key_Tab)
        with qtbot.waitSignal(view.tried) as tried:
            qtbot.keyClick(view, Qt.Key.Key_Return)
        assert tried.args == [expected]


def test_a_link_says_what_it_does(qtbot: QtBot) -> None:
    view = shown(qtbot, LINKS)
    tip = view.document().find("first").charFormat().toolTip()
    assert "learning_rate = 0.05" in tip
    assert "channels = 2,4" in tip
    assert view.document().find("second").charFormat().toolTip() == "Runs with the default values"


def test_copying_gives_formulas_as_they_are_written(qtbot: QtBot) -> None:
    view = shown(qtbot, "With $a_1$, then\n\n$$b^2$$\n\nthe end.\n")
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == "Steps\nWith $a_1$, then\n$$b^2$$\nthe end."


def test_punctuation_stays_with_its_formula(qtbot: QtBot) -> None:
    view = shown(qtbot, "With $a_1$, then $b$.\n")
    text = view.document().toPlainText()
    assert text.splitlines()[1] == f"With {OBJECT} then {OBJECT}"


def test_ziamath_is_not_imported_with_the_widget() -> None:
    code = "import sys, app.widgets.lesson; print('ziamath' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_a_lesson_is_painted_with_all_its_formulas_or_none(qtbot: QtBot) -> None:
    view = LessonView()
    qtbot.addWidget(view)
    view.show_lesson(lesson("First $M$.\n\n$$x^2$$\n"))
    view._typeset_next()
    # The lines are still those of two squares.
    assert _known(view) == {}
    assert not view.settled
    view._typeset_next()
    assert len(_known(view)) == 2
    assert view.settled

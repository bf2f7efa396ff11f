"""A program on the screen: its colours, what is new in it, what it says, how it is copied."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import language, theme
from app.views.code.changes import changes
from app.views.code.syntax import pieces
from app.views.code.view import LIT, CodeView
from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.dense.code import class_code, class_lines, sequential_lines
from lab.nets.dense.spec import Layer, MLPSpec
from tests.app.mouse import LEFT, NONE, move

PLAN = MLPSpec(2, (Layer(4, "relu"), Layer(1)))
DEEPER = MLPSpec(2, (Layer(4, "relu", batch_norm=True), Layer(3, "tanh", dropout=0.5), Layer(1)))


def code(plan: MLPSpec = PLAN, name: str = "n") -> Code:
    return Code(name, sequential_lines(plan), message("It can be run."))


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    view = CodeView("Code", "n")
    qtbot.addWidget(view)
    view.resize(460, 320)
    view.show()
    return view


def show(view: CodeView, event: Code) -> None:
    view.take(event)
    view.refresh()


def middle(view: CodeView, line: int) -> QPoint:
    return view.drawn().line_area(line).center().toPoint()


def has(view: CodeView, line: int, colour: str) -> bool:
    image = view.grab(view.drawn().line_area(line).toRect()).toImage()
    wanted = QColor(colour).name()
    return any(image.pixelColor(x, y).name() == wanted for x in range(image.width()) for y in range(image.height()))


def test_pieces_are_what_python_reads() -> None:
    kinds = {tokenize.STRING: "string", tokenize.NUMBER: "number", tokenize.COMMENT: "comment"}
    source = class_code(DEEPER) + 'x = 1e-3 * 2.5 + 0x1F  # a "comment"\ny = "a # string" + f\'{x:.3g}\'\n'
    ast.parse(source)
    lines = source.splitlines()
    expected = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in kinds:
            expected.add((token.start[0], token.start[1], token.string, kinds[token.type]))
    found = {
        (number, start, said, kind)
        for number, line in enumerate(lines, 1)
        for start, said, kind in pieces(line)
        if kind in kinds.values()
    }
    assert found == expected
    assert ("class", "keyword") in {(said, kind) for line in lines for _, said, kind in pieces(line)}
    assert ("forward", "defined") in {(said, kind) for line in lines for _, said, kind in pieces(line)}


@given(st.text(st.sampled_from("ab1 .#\"'=()ef")))
def test_nothing_of_a_line_is_lost(line: str) -> None:
    built = [" "] * len(line)
    for start, said, _ in pieces(line):
        built[start : start + len(said)] = said
    assert "".join(built) == line


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), min_size=1, max_size=12))
def test_lines_that_are_not_new_were_there_in_this_order(before: list[str], after: list[str]) -> None:
    found = changes(before, after)
    if not before:
        assert not found.new
        return
    rest = iter(before)
    assert all(any(old == line for old in rest) for place, line in enumerate(after) if place not in found.new)
    assert (before == after) == (not found.new and not found.gone)


def test_what_is_new_has_a_mark_and_says_so(view: CodeView) -> None:
    show(view, code())
    good = theme.colours().good
    assert not any(has(view, line, good) for line in range(len(code().lines)))
    show(view, code(DEEPER))
    texts = [line.text for line in code(DEEPER).lines]
    new = texts.index("    nn.BatchNorm1d(4),")
    assert has(view, new, good)
    assert "New since the last change" in view.describe(middle(view, new))
    assert not has(view, 0, good)
    # The very same again is no change: the marks stay.
    show(view, code(DEEPER))
    assert has(view, new, good)
    show(view, code())
    at = [line.text for line in code().lines].index("    nn.ReLU(),")
    assert "taken away" in view.describe(middle(view, at)) + view.describe(middle(view, at + 1))


def test_a_line_says_what_it_is(view: CodeView) -> None:
    show(view, code())
    assert "2 inputs × 4 units + 4 biases = 12 parameters" in view.describe(middle(view, 3))
    assert view.describe(middle(view, 1)) == ""
    assert "It can be run." in view.describe(view.drawn().note_area.center().toPoint())


def test_lines_of_one_layer_light_up_in_both_codes(qtbot: QtBot, view: CodeView) -> None:
    other = CodeView("Class", "class")
    qtbot.addWidget(other)
    other.resize(460, 400)
    other.show()
    lines = class_lines(PLAN)
    show(view, code())
    show(other, Code("class", lines))
    view.selected.connect(other.select)
    surface = theme.colours().surface

    def lit() -> set[int]:
        return {place for place in range(len(lines)) if not has(other, place, surface)}

    assert lit() == set()
    move(view, middle(view, 3), NONE)
    assert lit() == {place for place, line in enumerate(lines) if "0.linear" in line.parts}
    assert len(lit()) == 2
    move(view, QPoint(2, 2), NONE)
    assert lit() == set()


def test_what_is_executed_now_is_marked_and_brought_into_view(view: CodeView) -> None:
    lines = tuple(CodeLine(f"line_{place} = {place}", (f"part {place // 2}",)) for place in range(60))
    show(view, Code("n", lines))
    accent = theme.colours().accent
    assert not has(view, 0, accent)
    # Two events between two pictures, of which the second changes nothing.
    view.take(Code("n", lines, now=("part 20",)))
    show(view, Code("n", lines, now=("part 20",)))
    for place in (40, 41):
        assert view.content().contains(view.drawn().line_area(place))
        assert has(view, place, accent)
        assert "executed now" in view.describe(middle(view, place))
    assert not has(view, 39, accent)
    # Who looks elsewhere is not pulled back while it stays there.
    view._down.by(-1e6)
    show(view, Code("n", lines, now=("part 20",)))
    assert view._down.offset == 0
    show(view, Code("n", lines))
    assert "executed now" not in view.describe(middle(view, 1))


def test_it_copies_all_or_what_is_chosen(view: CodeView) -> None:
    show(view, code())
    board = QGuiApplication.clipboard()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == code().source
    QTest.mousePress(view, LEFT, pos=middle(view, 3))
    move(view, middle(view, 4), LEFT)
    QTest.mouseRelease(view, LEFT, pos=middle(view, 4))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == "    nn.Linear(2, 4),\n    nn.ReLU(),\n"
    view._copy.click()
    assert board.text() == code().source
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == "from torch import nn\n\n"


def test_keys_move_through_a_long_program(view: CodeView) -> None:
    lines = tuple(CodeLine(f"line_{number} = {number}" + " " * number * 2 + "# end") for number in range(80))
    show(view, Code("n", lines))
    view.setFocus()
    body = view.drawn().body
    assert not body.contains(view.drawn().line_area(79).center())
    QTest.keyClick(view, Qt.Key.Key_End)
    assert body.contains(view.drawn().line_area(79).center())
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert not body.contains(view.drawn().line_area(79).center())
    before = view.grab().toImage()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.grab().toImage() != before


def test_only_its_own_code_and_an_empty_one(view: CodeView) -> None:
    show(view, code(name="other"))
    assert view.empty()
    show(view, Code("n", ()))
    assert view.empty()
    QTest.keyClick(view, Qt.Key.Key_Down)
    show(view, code())
    assert not view.empty()
    view.clear()
    assert view.empty()
    view.select(LIT, ("0.linear",))


@pytest.mark.parametrize("size", [(150, 120), (420, 260), (1500, 900)])
def test_code_is_read_from_the_left_in_persian_too(
    view: CodeView, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    view.resize(*size)
    show(view, code())
    latin = view.grab(view.drawn().body.toRect()).toImage()
    monkeypatch.setattr(language, "_language", "fa")
    view.restyle()
    assert view.grab(view.drawn().body.toRect()).toImage() == latin


def test_dark_has_other_colours(view: CodeView, monkeypatch: pytest.MonkeyPatch) -> None:
    show(view, code())
    light = view.grab().toImage()
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    assert view.grab().toImage() != light

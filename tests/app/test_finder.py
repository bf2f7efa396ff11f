"""Finding anything by its name or a word, in either language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import language, set_language
from app.shell.finder import Finder
from app.shell.home import Home
from app.shell.search import MOST, Index, plain
from app.shell.window import COMMANDS, Window
from lab.core.catalogue import experiments
from lab.core.lessons import load_lessons
from tests.app.leaks import settle
from tests.app.windows import CNN, HOME, Opener, cnn

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def loaded(spoken: str) -> Index:
    set_language(spoken)
    index = Index(load_lessons(spoken), COMMANDS)
    while index.load():
        pass
    return index


@pytest.fixture(scope="module")
def english() -> Index:
    index = loaded("en")
    set_language("en")
    return index


@pytest.fixture(scope="module")
def persian() -> Index:
    index = loaded("fa")
    set_language("en")
    return index


@pytest.mark.parametrize("spoken", ["en", "fa"])
@pytest.mark.parametrize(
    ("query", "kind", "key"),
    [
        ("softmax", "page", "maths.softmax"),
        ("SoftMax", "page", "maths.softmax"),
        ("بیشینهٔ نرم", "page", "maths.softmax"),
        ("سافت‌مکس", "page", "maths.softmax"),
        ("آنتروپی", "page", "maths.entropy"),
        ("playground", "page", "ann.playground"),
        ("زمین بازی", "page", "ann.playground"),
        ("dark", "command", "theme:dark"),
        ("تيره", "command", "theme:dark"),
        ("persian", "command", "language:fa"),
        ("import", "command", "data"),
    ],
)
def test_words_of_either_language_lead_there_first(
    request: pytest.FixtureRequest, spoken: str, query: str, kind: str, key: str
) -> None:
    index: Index = request.getfixturevalue({"en": "english", "fa": "persian"}[spoken])
    first = index.search(query)[0]
    assert (first.kind, first.key) == (kind, key)


@pytest.mark.parametrize("query", ["momentum", "تکانه"])
def test_momentum_leads_to_the_fields_of_that_name(english: Index, persian: Index, query: str) -> None:
    having = {name for name, made in experiments().items() if "momentum" in made.params.specs()}
    assert {CNN, "ann.playground"} <= having
    for index in (english, persian):
        found = index.search(query)
        assert having <= {entry.key for entry in found if entry.kind == "parameter" and entry.field == "momentum"}


def test_a_word_that_only_lessons_know_is_quoted(english: Index) -> None:
    found = english.search("sigmoid steepest")
    assert [(entry.kind, entry.key) for entry in found] == [("lesson", "ann.activations")]
    assert "sigmoid" in found[0].name
    assert found[0].words == "sigmoid"


def test_every_word_has_to_be_there_and_nothing_finds_nothing(english: Index) -> None:
    assert {entry.key for entry in english.search("learning rate playground") if entry.kind == "parameter"} == {
        "ann.playground"
    }
    assert english.search("softmax xylophone") == []
    assert english.search("  ") == []


@given(st.text(max_size=30))
def test_whatever_is_typed_is_looked_for(english: Index, query: str) -> None:
    found = english.search(query)
    assert len(found) <= MOST
    assert len(set(found)) == len(found)


def test_letters_that_keyboards_write_differently_are_the_same() -> None:
    assert plain("كلاس‌هاي ۱۲") == plain("کلاس های 12")
    assert plain("Cross‑entropy  É") == "cross entropy e"


def opened(qtbot: QtBot, window: Window) -> Finder:
    qtbot.keyClick(window, Key.Key_K, Control)
    assert window.finder is not None
    assert window.finder.isVisible()
    assert window.finder.line.hasFocus()
    return window.finder


def test_typing_lists_and_enter_opens(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    finder = opened(qtbot, window)
    QTest.keyClicks(finder.line, "softmax")
    assert finder.found()[0].key == "maths.softmax"
    qtbot.keyClick(finder.line, Key.Key_Return)
    assert not finder.isVisible()
    assert window.stack.currentWidget() is window.page("maths.softmax")
    assert window.navigation.opened == "maths.softmax"


def test_escape_closes_and_arrows_choose(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    finder = opened(qtbot, window)
    qtbot.keyClick(finder.line, Key.Key_Escape)
    assert not finder.isVisible()
    finder = opened(qtbot, window)
    assert finder.line.text() == ""
    QTest.keyClicks(finder.line, "pooling")
    second = finder.found()[1]
    qtbot.keyClick(finder.line, Key.Key_Down)
    qtbot.keyClick(finder.line, Key.Key_Return)
    assert window.stack.currentWidget() is window.page(second.key)


def test_what_is_not_there_is_said(qtbot: QtBot, open_window: Opener) -> None:
    finder = opened(qtbot, open_window(HOME))
    QTest.keyClicks(finder.line, "xylophone")
    assert finder.found() == []
    assert "no lesson speaks" in finder.words.text()
    qtbot.keyClick(finder.line, Key.Key_Return)
    assert finder.isVisible()


def test_a_parameter_is_shown_in_its_form(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    finder = opened(qtbot, window)
    # Its modules come one after the other.
    qtbot.waitUntil(lambda: not finder._timer.isActive(), timeout=60_000)
    QTest.keyClicks(finder.line, "label smoothing")
    assert (finder.found()[0].key, finder.found()[0].field) == (CNN, "label_smoothing")
    qtbot.keyClick(finder.line, Key.Key_Return)
    editor = cnn(window).form.editor("label_smoothing")
    assert editor.hasFocus()
    qtbot.waitUntil(lambda: editor.visibleRegion().boundingRect() == editor.rect())


def test_a_parameter_that_does_not_matter_leads_to_the_one_that_decides(open_window: Opener) -> None:
    window = open_window("ann.playground")
    page = window.page("ann.playground")
    form = page.form
    assert not form.editor("momentum").isVisible()
    form.reveal("momentum")
    assert form.editor("optimiser").hasFocus()


def test_commands_are_carried_out(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    for words, holds in (
        ("theme dark", lambda: theme.colours().dark),
        ("language persian", lambda: language() == "fa"),
    ):
        finder = opened(qtbot, window)
        QTest.keyClicks(finder.line, words)
        qtbot.keyClick(finder.line, Key.Key_Return)
        qtbot.waitUntil(holds)
        settle()
    assert isinstance(window.stack.currentWidget(), Home)


def test_it_lies_within_a_small_window(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME, size=[640, 340])
    finder = opened(qtbot, window)
    assert window.rect().contains(finder.geometry())

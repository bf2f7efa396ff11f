"""The topics at the leading edge, and the experiments of the open one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.language import tr
from app.pages.catalogue import SECTIONS, TITLES, layouts, pages, topic_of
from app.shell.navigation import KIND, MARGIN, Entry, Navigation, _flags, _font
from lab.core.catalogue import experiments, title
from lab.core.lessons import load_lessons
from tests.app.windows import CNN, DRAW, HOME, Opener, click_entry

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


def test_titles_are_known_without_loading_and_are_those_of_the_experiments() -> None:
    assert {name: title(name) for name in experiments()} == {name: made.title for name, made in experiments().items()}


def test_every_topic_has_its_place_among_the_sections_and_lessons_have_the_order_of_the_pages() -> None:
    assert [topic for _, topics in SECTIONS for topic in topics] == [*TITLES, topic_of(DRAW)]
    for spoken in ("en", "fa"):
        lessons = load_lessons(spoken)
        in_order = [name for topic in TITLES for name in lessons if topic_of(name) == topic]
        assert in_order == list(layouts())


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_the_open_topic_lists_its_experiments_by_name(open_window: Opener, spoken: str) -> None:
    window = open_window("maths.softmax", language=spoken)
    names = window.navigation.names()
    of_maths = [tr(title(page.experiment)) for page in pages("maths")]
    assert len(of_maths) == 9
    start = names.index(tr("Maths")) + 1
    assert names[start : start + 9] == of_maths
    assert not {tr(title(page.experiment)) for page in pages("convolution")} & set(names)
    assert window.navigation.currentItem().text() == tr("Softmax")
    window.open("convolution.size")
    assert not set(of_maths) & set(window.navigation.names())


def test_a_click_opens_a_topic_and_then_one_of_its_experiments(open_window: Opener) -> None:
    window = open_window(HOME)
    click_entry(window.navigation, "maths")
    assert window.stack.currentWidget() is window.page("maths.life")
    click_entry(window.navigation, "maths.entropy")
    assert window.stack.currentWidget() is window.page("maths.entropy")
    click_entry(window.navigation, HOME)
    assert window.stack.currentWidget() is window.page(HOME)


def test_a_click_on_a_section_opens_nothing(open_window: Opener) -> None:
    window = open_window(CNN)
    [section] = window.navigation.findItems("Networks", Qt.MatchFlag.MatchExactly)
    QTest.mouseClick(window.navigation.viewport(), LEFT, pos=window.navigation.visualItemRect(section).center())
    assert window.stack.currentWidget() is window.page(CNN)


def test_arrows_walk_over_sections_and_enter_opens(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window("maths.sampling")
    bar = window.navigation
    bar.setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(bar, Key.Key_Down)
        seen.append(bar.currentItem().text())
    assert seen == ["Gradient descent", "ANN", "Overfitting"]
    assert window.stack.currentWidget() is window.page("maths.sampling")
    for key, opened in ((Key.Key_Return, "overfitting.fit"), (Key.Key_Space, "overfitting.split")):
        qtbot.keyClick(bar, key)
        assert window.stack.currentWidget() is window.page(opened)
        assert bar.hasFocus()
        qtbot.keyClick(bar, Key.Key_Down)


@pytest.mark.parametrize("spoken", ["en", "fa"])
@pytest.mark.parametrize("width", [1366, 1024, 683])
def test_no_name_is_cut(open_window: Opener, width: int, spoken: str) -> None:
    window = open_window(HOME, language=spoken, size=[width, 700])
    bar = window.navigation
    for topic in dict.fromkeys(map(topic_of, layouts())):
        bar.show_page(next(name for name in layouts() if topic_of(name) == topic))
        bar.doItemsLayout()
        for row in range(bar.count()):
            item = bar.item(row)
            beside, _ = MARGIN[item.data(KIND)]
            box = bar.visualItemRect(item)
            room = QRect(0, 0, box.width() - beside - 12, 10_000)
            font = QFontMetrics(_font(bar, item.data(KIND), strong=item.data(KIND) == "topic"))
            needed = font.boundingRect(room, _flags(bar.layoutDirection()), item.text())
            assert needed.width() <= room.width(), item.text()
            assert needed.height() <= box.height(), item.text()


def test_twenty_topics_of_twelve_experiments_scroll_to_the_open_one(qtbot: QtBot) -> None:
    entries = [
        Entry(f"t{place}", f"Topic {place}", tuple((f"t{place}.{n}", f"Experiment {n}") for n in range(12)))
        for place in range(20)
    ]
    bar = Navigation([("", [Entry(HOME, "Home")]), ("Some", entries[:10]), ("Others", entries[10:])])
    qtbot.addWidget(bar)
    bar.fit(1366)
    bar.resize(bar.width(), 720)
    bar.show()
    for name in ("t0.0", "t19.11", "t7.11", "t7.0"):
        bar.show_page(name)
        bar.doItemsLayout()
        bar.show_page(name)
        assert bar.viewport().rect().contains(bar.visualItemRect(bar.entry(name)))
        assert bar.currentItem() is bar.entry(name)
    # As many of the topic as there is room for: here all.
    for key in ("t7", "t7.11"):
        assert bar.viewport().rect().contains(bar.visualItemRect(bar.entry(key)))


def test_the_navigation_is_at_the_leading_edge(open_window: Opener) -> None:
    for spoken, right in (("en", False), ("fa", True)):
        window = open_window(HOME, language=spoken)
        centre = window.navigation.mapTo(window, window.navigation.rect().center())
        assert (centre.x() > window.width() / 2) == right
        assert window.navigation.mapTo(window, QPoint()).y() == 0

"""Every page about networks in Persian and in the dark: what is said is said in Persian, and nothing goes wrong."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from app.core import theme
from app.pages.catalogue import pages
from app.pages.page import Page
from app.views.base import View
from app.views.code.view import CodeView
from lab.core.experiment import ClosedForm
from tests.app.leaks import settle
from tests.app.pages import page_of, type_over
from tests.app.windows import Opener
from tests.e2e.acts import Acts

NAMES = [layout.experiment for layout in pages("ann")]
SMALL = {"epochs": "3", "slopes": "2", "rates": "2", "repeats": "2", "fewest": "2", "most": "3", "layers": "2"}
SENTENCE = re.compile(r"[A-Za-z]{2,}(?:[,;:]? [a-z]{2,}){2}")
"""Three words that follow each other: names of torch, of kinds and of functions are shorter."""

SHOWN = re.compile("\u2066[^\u2069]*\u2069")
"""What Persian sentences show from the left, as it has to be typed."""


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Note all words that are painted."""
    seen: set[str] = set()
    before: Callable[..., Any] = QPainter.drawText

    def draw(painter: QPainter, *given: Any) -> Any:
        seen.update(word for word in given if isinstance(word, str))
        return before(painter, *given)

    monkeypatch.setattr(QPainter, "drawText", draw)
    return seen


def written(root: QWidget) -> set[str]:
    """Return what stands in labels, buttons, tabs and choices, and what they say to a pointer that rests."""
    found = {widget.toolTip() for widget in root.findChildren(QWidget)}
    found |= {label.text() for label in root.findChildren(QLabel)}
    found |= {button.text() for button in root.findChildren(QAbstractButton)}
    for box in root.findChildren(QComboBox):
        found |= {box.itemText(place) for place in range(box.count())}
    for tabs in root.findChildren(QTabWidget):
        found |= {tabs.tabText(place) for place in range(tabs.count())}
    return found


def told(view: View) -> set[str]:
    """Return what a view says to a pointer that rests, here and there."""
    across, down = (range(12, length - 6, max(1, length // 9)) for length in (view.width(), view.height()))
    return {re.sub(r"<[^>]*>", "\n", view.describe(QPoint(x, y))) for x in across for y in down}


def look_at_everything(page: Page, painted: set[str]) -> None:
    """Bring every view to the front, and paint it, and ask it; programs are English everywhere."""
    for tabs in [None, *page.findChildren(QTabWidget)]:
        for place in range(1 if tabs is None else tabs.count()):
            if tabs is not None:
                tabs.setCurrentIndex(place)
                settle()
            for view in page.views:
                before = set(painted)
                if not view.isVisible():
                    continue
                assert not view.grab().isNull()
                if isinstance(view, CodeView):
                    painted.intersection_update(before)
                else:
                    painted |= told(view)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_persian_and_nothing_is_logged(
    qtbot: QtBot, open_window: Opener, painted: set[str], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    acts = Acts(qtbot, open_window)
    with caplog.at_level(logging.WARNING):
        window = open_window(name, language="fa", theme="dark")
        page = page_of(window, name)
        assert (window.width(), window.height()) == (1280, 720)
        assert theme.colours().dark
        look_at_everything(page, painted)
        if not issubclass(page._experiment, ClosedForm):
            for field in sorted(SMALL.keys() & page.form.texts().keys()):
                type_over(page, field, SMALL[field])
            acts.run(page)
        acts.wait(lambda: not any(view.dirty for view in page.views))
        look_at_everything(page, painted)
    assert [record.getMessage() for record in caplog.records] == []
    assert page.runner.error is None
    assert len(painted) > 10
    english = {words for words in painted | written(window) if SENTENCE.search(SHOWN.sub("", words))}
    assert english == set()

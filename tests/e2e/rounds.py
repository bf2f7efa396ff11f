"""One round over a page, by mouse and keyboard: run, looked at from all sides, run again to the same numbers."""

from __future__ import annotations

import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabWidget

from app.pages.page import Page
from app.widgets.controls import KEYS
from lab.core.catalogue import experiment
from tests.app.leaks import settle
from tests.app.mouse import LEFT
from tests.app.pages import at_full_speed, metrics, values
from tests.e2e.acts import Acts
from tests.lab.contracts import MEASURED, small


def run_twice(acts: Acts, name: str) -> None:
    """Run a page by the mouse, open each of its tabs, run it again by the keyboard, and compare the numbers."""
    chosen = experiment(name)
    _, page = acts.open(name)
    usual, few = chosen.params().to_texts(), small(chosen).to_texts()
    page.form.set_texts({field: text for field, text in few.items() if text != usual[field]})
    assert values(page) == small(chosen)
    if not page.controls.button("run").isVisibleTo(page):
        acts.wait(lambda: not any(view.dirty for view in page.views))
        look_behind_each_tab(page, acts)
        return
    acts.run(page)
    first = metrics(page)
    assert page.controls.result.text()
    look_behind_each_tab(page, acts)
    key(page, "reset")
    acts.wait(lambda: page.runner.status == "idle")
    key(page, "step")
    acts.wait(lambda: page.runner.status in ("paused", "finished"))
    if page.controls.speed.isVisible():
        at_full_speed(page)
    key(page, "run")
    acts.ends(page)
    again = metrics(page)
    assert {n: v for n, v in again.items() if not MEASURED.search(n)} == pytest.approx(
        {n: v for n, v in first.items() if not MEASURED.search(n)}, nan_ok=True
    )


def key(page: Page, name: str) -> None:
    """Press the key of a button of the bar."""
    QTest.keySequence(page.window(), KEYS[name])


def look_behind_each_tab(page: Page, acts: Acts) -> None:
    """Open each tab by a click, go back along them with the arrow keys, and wait until all that is seen is drawn."""
    for tabs in page.findChildren(QTabWidget):
        bar = tabs.tabBar()
        for place in range(tabs.count()):
            bar.setCurrentIndex(place)  # Scrolls to it, where tabs have no room.
            QTest.mouseClick(bar, LEFT, pos=bar.tabRect(place).center())
            acts.wait(lambda: not any(view.dirty for view in page.views))
            assert tabs.currentIndex() == place
        bar.setFocus()
        for _ in range(tabs.count()):
            QTest.keyClick(bar, Qt.Key.Key_Left)
        assert tabs.currentIndex() == 0
    settle()

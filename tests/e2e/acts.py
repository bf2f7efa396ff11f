"""What a person does on a page, as a whole: runs it to the end, looks behind a tab, opens a point of a chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QTabWidget
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.shell.window import Window
from app.views.base import View
from app.views.chart.lines import Spot
from app.views.chart.view import ChartView
from app.views.table.view import TableView
from lab.core.figures import Chart, Line, Link
from tests.app.leaks import settle
from tests.app.mouse import LEFT
from tests.app.pages import at_full_speed, choose, named, page_of, rows, type_over
from tests.app.windows import Opener, press, waiter

V = TypeVar("V", bound=View)
Wait = Callable[[Callable[[], bool]], None]


class Acts:
    """Opens windows, and waits for what runs in them."""

    def __init__(self, qtbot: QtBot, opener: Opener) -> None:
        self.opener, self.wait = opener, waiter(qtbot)

    def open(self, name: str, **texts: str) -> tuple[Window, Page]:
        """Open a page, and type values into its form."""
        window = self.opener(name)
        page = page_of(window, name)
        for field, text in texts.items():
            type_over(page, field, text)
        return window, page

    def run(self, page: Page) -> None:
        """Press Run, and wait for the end, at full speed where there is a choice."""
        if page.controls.speed.isVisible() and page.controls.speed.currentData() is not None:
            at_full_speed(page)
        press(page, "run")
        self.ends(page)

    def ends(self, page: Page) -> None:
        """Wait for the end of a run, and for all of it to be on the screen."""
        self.wait(lambda: page.runner.status in ("finished", "failed"))
        assert page.runner.error is None
        self.wait(lambda: not any(view.dirty for view in page.views))

    def step(self, page: Page) -> None:
        """Press One step, and wait for it."""
        seen: list[str] = []

        def note() -> None:
            seen.append(page.runner.status)

        page.runner.status_changed.connect(note)
        press(page, "step")
        self.wait(lambda: "running" in seen and seen[-1] in ("paused", "finished", "failed"))
        page.runner.status_changed.disconnect(note)
        assert page.runner.error is None

    def follow(self, window: Window, link: Link) -> Page:
        """Look at the page that a click has opened: it runs what the link says, with the values in its form."""
        page = page_of(window, link.experiment)
        assert window.stack.currentWidget() is page
        assert page.form.texts() == {**page._experiment.params().to_texts(), **link.texts}
        self.ends(page)
        return page


def pick(page: Page, field: str, value: str) -> None:
    """Choose an entry of a field of the form with the keyboard."""
    editor = page.form.editor(field)
    assert isinstance(editor, QComboBox)
    page.form.ensureWidgetVisible(editor)
    choose(editor, value)


def shown(page: Page, kind: type[V], name: str) -> V:
    """Return a view, in front of the others of its cell: its tab is clicked."""
    view = named(page, kind, name)
    if not view.isVisible():
        tabs = next(tabs for tabs in page.findChildren(QTabWidget) if tabs.indexOf(view) >= 0)
        bar = tabs.tabBar()
        QTest.mouseClick(bar, LEFT, pos=bar.tabRect(tabs.indexOf(view)).center())
        settle()
    assert view.isVisible()
    return view


def chart_of(view: ChartView) -> Chart:
    """Return the chart that is shown."""
    assert view._chart is not None, view.empty()
    return view._chart


def line_of(view: ChartView, label: str) -> Line:
    """Return the line of a chart that has a name."""
    return next(line for line in chart_of(view).lines if str(line.label) == label)


def linked(view: ChartView) -> list[Spot]:
    """Return all points of a chart that can be opened."""
    lines = chart_of(view).lines
    return [Spot(at, place) for at, line in enumerate(lines) for place in range(len(line.links))]


def open_point(view: ChartView, spot: Spot) -> tuple[Link, float, float]:
    """Click on a point of a chart; return what it opens, its x and its y."""
    picture, line = view.picture, chart_of(view).lines[spot.line]
    assert picture is not None
    found = line.links[spot.place], float(line.x[spot.place]), float(line.y[spot.place])
    click(view, picture.place(spot))
    return found


def click(view: View, place: QPointF) -> None:
    """Click on a place of a view."""
    QTest.mouseClick(view, LEFT, pos=place.toPoint())


def said(table: TableView, words: str, column: int = 1) -> Any:
    """Return what stands in a row of a table that begins with some words."""
    return next(row[column] for row in rows(table) if str(row[0]) == words)

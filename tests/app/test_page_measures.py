"""The pages of measures: what is typed, clicked and run there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.chart.view import ChartView
from app.views.columns.view import BarsView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView
from lab.core.events import Metrics
from tests.app.mouse import LEFT
from tests.app.pages import beside, drag, metrics, named, opened, page_of, rows, values
from tests.app.windows import Opener, press, view, waiter


def test_a_cell_that_is_typed_into_changes_every_measure(open_window: Opener) -> None:
    page = page_of(open_window("measures.confusion"), "measures.confusion")
    matrices = view(page, MatricesView)
    numbers = named(page, TableView, "numbers")
    assert beside(numbers, "precision") == pytest.approx(0.8)
    # The cell of the false positives.
    QTest.mouseDClick(matrices, LEFT, pos=matrices.cell_area((0, 1, 0)).center().toPoint())
    editor = matrices.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "40")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert values(page).counted == "matrix"
    assert values(page).counts().tolist() == [[40, 20], [40, 30]]
    assert beside(numbers, "precision") == pytest.approx(0.5)
    assert beside(numbers, "recall") == pytest.approx(2 / 3)
    assert view(page, BarsView).values(1) == pytest.approx((50, 60))


def test_what_is_no_count_is_said_and_the_measures_stay(open_window: Opener) -> None:
    _window, page = opened(open_window, "measures.confusion", {"counted": "matrix", "matrix": "1 2; 3 4"})
    before = rows(named(page, TableView, "numbers"))
    page.form.set_texts({"matrix": "1 2; 3 4.5"})
    assert page.form.params() is None
    assert rows(named(page, TableView, "numbers")) == before


def test_a_click_moves_the_threshold_and_the_errors_follow(qtbot: QtBot, open_window: Opener) -> None:
    page = page_of(open_window("measures.threshold"), "measures.threshold")
    chart, table = named(page, ChartView, "scores"), named(page, TableView, "at_threshold")
    waiter(qtbot)(lambda: chart.picture is not None and rows(table) != [])
    missed = beside(table, "misses")
    assert chart.picture is not None
    plot = chart.picture.frame.plot
    drag(chart, plot.center(), QPointF(plot.left() + 0.9 * plot.width(), plot.center().y()))
    assert values(page).threshold == pytest.approx(0.9, abs=0.02)
    waiter(qtbot)(lambda: beside(table, "misses") > missed)


def test_the_clocks_are_read_in_a_run(qtbot: QtBot, open_window: Opener) -> None:
    texts = {"size": "64", "pause": "1", "repeats": "3", "threads": "2"}
    _window, page = opened(open_window, "measures.time", texts)
    assert beside(named(page, TableView, "numbers"), "sleep") is None
    press(page, "run")
    waiter(qtbot)(lambda: not page.runner.busy and page.runner.history.newest(Metrics) is not None)
    assert metrics(page)["operations"] == 2 * 64**3
    waiter(qtbot)(lambda: beside(named(page, TableView, "numbers"), "sleep") is not None)


def test_two_networks_are_compared_while_their_seeds_are_typed(open_window: Opener) -> None:
    _window, page = opened(
        open_window, "measures.chance", {"first": "0.9 0.91 0.92 0.93", "second": "0.8 0.82 0.81 0.84"}
    )
    paired = named(page, TableView, "paired")
    assert beside(paired, "p of all choices of signs") == pytest.approx(0.125)
    page.form.set_texts({"first": "0.9 0.91 0.92 0.93 0.95 0.96", "second": "0.8 0.82 0.81 0.84 0.8 0.81"})
    assert beside(paired, "p of all choices of signs") == pytest.approx(2 / 64)

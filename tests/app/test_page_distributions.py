"""Distributions on a page: a list of numbers that a chart and bars can drag."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.columns.view import BarsView
from lab.core.figures import Bars
from lab.core.params import Params
from tests.app.mouse import LEFT, move
from tests.app.windows import Opener, view, waiter


def page_of(open_window: Opener, name: str) -> Page:
    page = open_window(name).page(name)
    assert isinstance(page, Page)
    return page


def values(page: Page) -> Params:
    params = page.form.params()
    assert params is not None, page.form.said()
    return params


@pytest.mark.parametrize(("name", "field"), [("maths.entropy", "p"), ("maths.cross_entropy", "q")])
def test_the_ball_and_the_bars_set_a_list_of_numbers(qtbot: QtBot, open_window: Opener, name: str, field: str) -> None:
    page = page_of(open_window, name)
    chart, bars = view(page, ChartView), view(page, BarsView)
    waiter(qtbot)(lambda: chart.picture is not None and not bars.empty())
    assert chart.picture is not None
    plot = chart.picture.frame.plot.toRect()
    QTest.mousePress(chart, LEFT, pos=plot.center())
    move(chart, QPoint(plot.left() + plot.width() * 3 // 4, plot.center().y()), LEFT)
    QTest.mouseRelease(chart, LEFT, pos=plot.center())
    picked = getattr(values(page), field)
    assert picked == (pytest.approx(0.75, abs=0.01),)
    place = next(at for at, panel in enumerate(shown(bars).panels) if panel.field == field)
    end = bars.bar_end(place, 0).toPoint()
    QTest.mousePress(bars, LEFT, pos=end)
    move(bars, end - QPoint(20, 0), LEFT)
    QTest.mouseRelease(bars, LEFT, pos=end - QPoint(20, 0))
    first, second = getattr(values(page), field)
    assert first < picked[0] - 0.05
    assert first + second == pytest.approx(1)


def shown(bars: BarsView) -> Bars:
    assert isinstance(bars._event, Bars)
    return bars._event


def test_more_outcomes_begin_at_zero_and_can_be_dragged_up_by_keys(qtbot: QtBot, open_window: Opener) -> None:
    page = page_of(open_window, "maths.entropy")
    bars = view(page, BarsView)
    waiter(qtbot)(lambda: not bars.empty())
    page.form.set_texts({"outcomes": "4"})
    assert [float(value) for value in shown(bars).panels[0].values] == [0.25, 0.75, 0, 0]
    bars.setFocus()
    for _ in range(3):
        QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_End)
    assert values(page).p == (0, 0, 0, 1)
    assert "entropy = 0.0000" in str(shown(bars).panels[2].remark)

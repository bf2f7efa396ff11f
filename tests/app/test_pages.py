"""Pages of closed forms: everything follows the hand at once."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from scipy.special import softmax as shares_of
from scipy.stats import entropy as entropy_of

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.columns.view import BarsView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView
from lab.core.events import Progress
from lab.core.experiment import ClosedForm
from lab.running.sessions import run_store
from lab.topics.maths.softmax import Softmax, SoftmaxParams
from tests.app.leaks import settle
from tests.app.mouse import LEFT, move
from tests.app.pages import drag, follow, handle, hover, named, page_of, rows, slide, take, type_over, values
from tests.app.windows import HOME, Opener, press, view, waiter

SOFTMAX, DERIVATIVE = "maths.softmax", "maths.derivative"
LOGITS, POWERS, SHARES, DIVIDED = range(4)


@pytest.fixture
def softmax(open_window: Opener) -> Page:
    return page_of(open_window(SOFTMAX), SOFTMAX)


def shares(page: Page) -> tuple[float, ...]:
    """Return the shares on the screen."""
    return view(page, BarsView).values(SHARES)


def expected(page: Page) -> list[float]:
    params = values(page)
    found: list[float] = shares_of(np.array(params.logits) / params.temperature).tolist()
    return found


# The form.


def test_the_bars_follow_a_slider_in_the_same_event(softmax: Page) -> None:
    bars, temperatures = view(softmax, BarsView), {1.0}
    slider = take(softmax, "temperature")
    for share in (0.3, 0.7, 0.9):
        before = bars.grab().toImage()
        move(slider, QPoint(round(share * slider.width()), slider.height() // 2), LEFT)
        temperatures.add(values(softmax).temperature)
        assert shares(softmax) == pytest.approx(expected(softmax), abs=1e-12)
        assert bars.grab().toImage() != before
    QTest.mouseRelease(slider, LEFT, pos=handle(slider))
    assert len(temperatures) == 4


def test_there_is_nothing_to_run_and_no_button_for_it(qtbot: QtBot, softmax: Page) -> None:
    waiter(qtbot)(lambda: rows(named(softmax, TableView, "check")) != [])
    for name in ("run", "pause", "step", "stop"):
        button = softmax.controls.button(name)
        assert not button.isEnabled()
        assert not button.isVisible()
    assert softmax.controls.button("run").text() == "Run"
    assert softmax.controls.button("reset").isEnabled()
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F7):
        qtbot.keyClick(softmax, key)
    settle()
    assert softmax.runner.history.newest(Progress) is None
    assert softmax.controls.words.text() == ""


def test_reset_puts_every_default_back(softmax: Page) -> None:
    bars = view(softmax, BarsView)
    slide(softmax, "temperature", 0.9)
    slide(softmax, "shift", 0.2)
    type_over(softmax, "logits", "4, 5, 6")
    assert shares(softmax) == pytest.approx(expected(softmax))
    assert values(softmax).logits == (4, 5, 6)
    press(softmax, "reset")
    assert values(softmax) == SoftmaxParams()
    assert bars.values(LOGITS) == SoftmaxParams().logits
    assert shares(softmax) == pytest.approx(expected(softmax))
    assert softmax.form._sliders["shift"].value() == softmax.form._sliders["shift"].maximum() // 2


def test_what_is_not_allowed_is_said_and_the_last_figures_stay(softmax: Page) -> None:
    before = shares(softmax)
    type_over(softmax, "count", "1")
    said = "one logit alone always gets all"
    assert said in softmax.form.complaint.text()
    assert softmax.form.complaint.isVisible()
    assert said in softmax.controls.words.text()
    assert shares(softmax) == before
    # The slider of another field does not get past it.
    slide(softmax, "temperature", 0.9)
    assert shares(softmax) == before
    assert said in softmax.controls.words.text()
    type_over(softmax, "count", "3")
    assert not softmax.form.complaint.isVisible()
    assert softmax.controls.words.text() == ""
    assert shares(softmax) == pytest.approx(shares_of(np.array([3, 2, 1]) / values(softmax).temperature))


def test_torch_says_the_same_when_the_hand_rests_and_nothing_is_written(
    qtbot: QtBot, softmax: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait, table = waiter(qtbot), named(softmax, TableView, "check")

    def theirs() -> list[float]:
        return [row[3] for row in rows(table)[: len(shares(softmax))]]

    wait(lambda: theirs() == pytest.approx(shares(softmax), abs=1e-12))
    asked = []
    monkeypatch.setattr(
        softmax.runner, "verify", lambda params, verify=softmax.runner.verify: [asked.append(params), verify(params)]
    )
    for share in (0.2, 0.5, 0.8):
        slide(softmax, "temperature", share)
    type_over(softmax, "logits", "1, 2, 7")
    # The computer is left to the hand while it moves.
    assert asked == []
    assert len(rows(table)) == 15
    wait(lambda: theirs() == pytest.approx(shares(softmax), abs=1e-12))
    assert asked == [values(softmax)]
    assert [row[2] for row in rows(table)[:3]] == pytest.approx(expected(softmax), abs=1e-12)
    assert not run_store().folder.exists()


def test_without_an_independent_source_there_is_no_thread(open_window: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Softmax, "verify", ClosedForm.verify)
    page = page_of(open_window(SOFTMAX), SOFTMAX)
    slide(page, "temperature", 0.9)
    page.debouncer.verify()
    settle()
    assert shares(page) == pytest.approx(expected(page))
    assert not page.debouncer._timer.isActive()
    assert not page.runner._worker.isRunning()
    assert page.runner.status == "idle"


# The figures.


def test_dragging_a_bar_sets_the_logits(softmax: Page) -> None:
    bars = view(softmax, BarsView)
    end = bars.bar_end(LOGITS, 4)
    seen = []
    softmax.form.changed.connect(lambda: seen.append(shares(softmax)))
    drag(bars, end, end + QPointF(25, 0), end + QPointF(50, 0))
    logits = values(softmax).logits
    assert logits[:4] == (3, 2, 1, 0)
    assert logits[4] > -0.5
    assert bars.values(LOGITS) == logits
    assert shares(softmax) == pytest.approx(expected(softmax))
    assert len(set(seen)) >= 2


def test_dragging_one_probability_takes_from_the_others(open_window: Opener) -> None:
    page = page_of(open_window("maths.cross_entropy"), "maths.cross_entropy")
    type_over(page, "p", "0.5, 0.25, 0.25")
    type_over(page, "q", "0.2, 0.2, 0.6")
    bars = view(page, BarsView)
    assert bars._event is not None
    place = next(at for at, panel in enumerate(bars._event.panels) if panel.field == "q")
    end = bars.bar_end(place, 2)
    drag(bars, end, end - QPointF(10, 0), end - QPointF(30, 0))
    first, second, third = values(page).q
    assert third < 0.55
    assert first == pytest.approx(second)
    assert first + second + third == pytest.approx(1, abs=1e-9)
    assert values(page).p == (0.5, 0.25, 0.25)


def test_the_product_follows_a_cell_that_is_edited(open_window: Opener) -> None:
    page = page_of(open_window("maths.products"), "maths.products")
    matrices = view(page, MatricesView)
    place = (0, 1, 2)
    QTest.mouseDClick(matrices, LEFT, pos=matrices.cell_area(place).center().toPoint())
    editor = matrices.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "-10")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert np.array([row.split(",") for row in values(page).a.split(";")], float).tolist() == [[1, 2, 3], [4, 5, -10]]
    product = np.array([[1, 2, 3], [4, 5, -10]]) @ np.array([[2, 1], [-1, 0], [1, 3]])
    shown = [np.array(matrices.item(at).rows, float).tolist() for at in range(3)]
    assert shown[0] == [[1, 2, 3], [4, 5, -10]]
    assert shown[2] == product.tolist()


def test_entropy_follows_the_ball(open_window: Opener) -> None:
    page = page_of(open_window("maths.entropy"), "maths.entropy")
    chart = view(page, ChartView)
    assert chart.picture is not None
    plot = chart.picture.frame.plot
    for share in (0.1, 0.5, 0.8):
        drag(chart, plot.center(), QPointF(plot.left() + share * plot.width(), plot.center().y()))
        (p,) = values(page).p
        assert p == pytest.approx(share, abs=0.02)
        # In nats and in bits.
        said = rows(named(page, TableView, "numbers"))[0][1:3]
        assert said == pytest.approx([entropy_of([p, 1 - p]), entropy_of([p, 1 - p], base=2)])


def test_the_tangent_follows_the_mouse(open_window: Opener) -> None:
    page = page_of(open_window(DERIVATIVE), DERIVATIVE)
    chart = named(page, ChartView, "function")
    assert chart.picture is not None
    plot, low, high = chart.picture.frame.plot, -2.2, 2.2
    hover(chart, QPointF(plot.left() + 0.25 * plot.width(), plot.center().y()))
    at = values(page).at
    assert at == pytest.approx(low + 0.25 * (high - low), abs=0.03)
    assert rows(named(page, TableView, "numbers"))[0][1] == pytest.approx(3 * at**2 - 2)
    assert page.form.texts()["at"] == str(at)
    # Beside the plot it stays where it was.
    hover(chart, QPointF(plot.left() - 10, plot.center().y()))
    assert values(page).at == at


def test_a_link_of_the_lesson_sets_values_and_starts_nothing(qtbot: QtBot, softmax: Page) -> None:
    waiter(qtbot)(lambda: rows(named(softmax, TableView, "check")) != [])
    slide(softmax, "shift", 0.9)
    follow(softmax.lesson, "try:temperature=10")
    assert values(softmax) == SoftmaxParams(temperature=10)
    assert shares(softmax) == pytest.approx(expected(softmax))
    settle()
    assert softmax.runner.status == "paused"
    assert softmax.runner.history.newest(Progress) is None


# Home.


def test_home_leads_to_a_page_by_its_link(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window(HOME)
    home = window.page(HOME)

    def label() -> QLabel | None:
        return next((label for label in home.findChildren(QLabel) if f'href="{SOFTMAX}"' in label.text()), None)

    waiter(qtbot)(lambda: label() is not None)
    links = label()
    assert links is not None
    offered = re.findall(r'href="([^"]+)"', links.text())
    links.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(offered.index(SOFTMAX) + 1):
        qtbot.keyClick(links, Qt.Key.Key_Tab)
    qtbot.keyClick(links, Qt.Key.Key_Return)
    page = window.stack.currentWidget()
    assert page is page_of(window, SOFTMAX)
    assert shares(page_of(window, SOFTMAX)) == pytest.approx(expected(page_of(window, SOFTMAX)))
    assert run_store().folder.exists() is False

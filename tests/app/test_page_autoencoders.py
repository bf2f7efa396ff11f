"""The pages of autoencoders: what is dragged there, and what is decoded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.chart.view import ChartView
from app.views.field.view import FieldView
from app.views.picture import PictureView
from lab.core.events import Picture
from lab.core.figures import Chart
from tests.app.mouse import LEFT, move
from tests.app.pages import drag, named, opened
from tests.app.windows import Opener, press, view, waiter

SMALL = {"encoder": "6", "batch_size": "1700", "epochs": "1"}


@pytest.mark.parametrize("name", ["autoencoders.latent", "autoencoders.variational"])
def test_the_point_under_the_hand_is_decoded_and_drawn_without_waiting_for_a_turn(
    qtbot: QtBot, open_window: Opener, name: str
) -> None:
    _window, page = opened(open_window, name, SMALL)
    decoded, plane = view(page, PictureView), named(page, FieldView, "plane")
    assert decoded.empty() and plane.empty()
    press(page, "run")
    waiter(qtbot)(lambda: page.runner.status == "finished" and not plane.empty() and not decoded.empty())
    before = page.runner.history.newest(Picture)
    # No turn comes any more: what is drawn now is drawn for the hand.
    page._timer.stop()
    drawn = decoded.drawn_at
    area = plane.plane().area
    QTest.mousePress(plane, LEFT, pos=area.center().toPoint())
    move(plane, (area.topLeft() + QPointF(9, 9)).toPoint(), LEFT)
    waiter(qtbot)(lambda: page.runner.history.newest(Picture) is not before and decoded.drawn_at > drawn)


def test_a_click_into_the_errors_moves_the_threshold(qtbot: QtBot, open_window: Opener) -> None:
    _window, page = opened(open_window, "autoencoders.anomaly", SMALL)
    press(page, "run")
    spread = named(page, ChartView, "spread")
    waiter(qtbot)(lambda: page.runner.status == "finished" and spread.picture is not None)

    def threshold() -> float:
        found = [event for event in page.runner.history.replay() if isinstance(event, Chart) and event.name == "spread"]
        return found[-1].marks[0].value

    before = threshold()
    assert spread.picture is not None
    plot = spread.picture.frame.plot
    drag(spread, plot.center(), QPointF(plot.left() + 0.2 * plot.width(), plot.center().y()))
    waiter(qtbot)(lambda: threshold() < before)

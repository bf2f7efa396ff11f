"""The page of units and small changes: what is clicked, drawn and dragged there."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.views.chart.view import ChartView
from app.views.pictures.view import PicturesView
from app.views.sheet import SheetView
from lab.core.events import Event, ImageRows
from lab.core.pictures import Pictures
from tests.app.pages import drag, named, opened, values
from tests.app.windows import Opener, press, view, waiter

SMALL = {"steps": "2", "count": "2", "images": "2"}


def test_a_layer_that_is_clicked_begins_at_once_and_letting_it_go_changes_nothing(
    qtbot: QtBot, open_window: Opener
) -> None:
    _window, page = opened(open_window, "cnn.maximise", {**SMALL, "unit": "3"})
    page._select("layer", "conv2")
    assert (values(page).layer, values(page).unit) == ("conv2", 0)
    waiter(qtbot)(lambda: page.runner.status == "finished" and page.runner.history.newest(ImageRows) is not None)
    page._select("layer", None)
    assert values(page).layer == "conv2" and page.runner.status == "finished"


def test_what_is_picked_is_changed_by_the_size_that_is_dragged(qtbot: QtBot, open_window: Opener) -> None:
    _window, page = opened(open_window, "cnn.maximise", SMALL)
    nudge, wait = named(page, PicturesView, "nudge"), waiter(qtbot)
    assert nudge.empty()

    def note() -> str:
        found: list[Event] = [e for e in page.runner.history.replay() if isinstance(e, Pictures) and e.name == "nudge"]
        newest = found[-1] if found else None
        return str(newest.note) if isinstance(newest, Pictures) else ""

    # Before anything ran.
    view(page, SheetView).selected.emit("image", 4)
    wait(lambda: note().startswith("image 4: ") and "ε = 0.1:" in note())
    press(page, "run")
    chart = named(page, ChartView, "all_tests")
    wait(lambda: page.runner.status == "finished" and chart.picture is not None)
    assert chart.picture is not None
    plot = chart.picture.frame.plot
    drag(chart, plot.center(), QPointF(plot.right() - 2, plot.center().y()))
    wait(lambda: "ε = 0.4:" in note() or "ε = 0.39" in note())

"""The view of curves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.curves import CurvesView, Panel, Series
from lab.core.events import Scalars

PANELS = (
    Panel(
        "Loss",
        "cross-entropy",
        "",
        (
            Series("batch", "train_loss", "train, each batch", "thin line"),
            Series("epoch", "test_loss", "test, each epoch"),
        ),
    ),
    Panel(
        "Accuracy",
        "",
        "%",
        (Series("epoch", "test_accuracy", "test, each epoch"),),
        y_range=(0, 100),
        scale=100,
    ),
)


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    view = CurvesView("Loss and accuracy", "curves", PANELS)
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    return view


def feed(view: CurvesView, steps: int = 1000) -> None:
    for step in range(1, steps + 1):
        view.take(Scalars("batch", step, {"train_loss": 1 / step}))
        if step % 250 == 0:
            view.take(Scalars("epoch", step, {"test_loss": 0.5, "test_accuracy": 0.875}))


def test_says_what_will_come_and_then_shows_it(view: CurvesView) -> None:
    assert "Press Run" in view.empty()
    assert not view.plots[0].widget.isVisible()
    feed(view)
    view.refresh()
    assert view.empty() == ""
    assert view.plots[0].widget.isVisible()
    assert view.plots[0].last_step == 1000


def test_curve_is_in_the_picture(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    image = view.plots[1].widget.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert "#d55e00" in colours  # The second label has the second colour of the theme, in each panel.


def test_follows_the_run_in_leaps(view: CurvesView) -> None:
    feed(view, 90)
    view.refresh()
    assert view.plots[0].ranges[0] == (0, 100)
    feed_more = range(91, 131)
    for step in feed_more:
        view.take(Scalars("batch", step, {"train_loss": 1.0}))
    view.refresh()
    assert view.plots[0].ranges[0] == (0, 150)


def test_wheel_zooms_and_double_click_returns(view: CurvesView, qtbot: QtBot) -> None:
    feed(view)
    view.refresh()
    QApplication.processEvents()
    plot = view.plots[0]
    viewport = plot.widget.viewport()
    centre = QPointF(viewport.rect().center())
    wheel = QWheelEvent(
        centre,
        QPointF(viewport.mapToGlobal(centre.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, wheel)
    zoomed = plot.ranges[0]
    assert 0 < zoomed[0] < zoomed[1] < 1000
    feed_more = Scalars("batch", 5000, {"train_loss": 0.1})
    view.take(feed_more)
    view.refresh()
    assert plot.ranges[0] == zoomed  # New points do not pull the view away.
    assert view.plots[1].ranges[0] == pytest.approx(zoomed)  # All panels show the same steps.
    assert view._whole.isVisible()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=centre.toPoint())
    assert plot.ranges[0] == (0, 5000)
    assert not view._whole.isVisible()


def test_zoomed_curve_is_reduced_to_what_is_seen(view: CurvesView) -> None:
    feed(view, 5000)
    view.refresh()
    plot = view.plots[0]
    assert len(plot._curves[0].xData) <= 1200
    plot._box.sigRangeChangedManually.emit([True, True])
    view._moved(100, 120)
    view.refresh()
    assert plot.ranges[0] == (100, 120)
    assert list(plot._curves[0].xData) == list(range(99, 122))


def test_log_axis_leaves_gaps_at_zero(view: CurvesView) -> None:
    for step, loss in enumerate([1.0, 0.1, 0.0, 0.01, math.inf, math.nan], start=1):
        view.take(Scalars("batch", step, {"train_loss": loss}))
    view.refresh()
    view._log.setChecked(True)
    np.testing.assert_allclose(view.plots[0]._curves[0].yData, [0, -1, math.nan, -2, math.nan, math.nan], atol=1e-6)


def test_describe_says_exact_values(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    QApplication.processEvents()
    plot = view.plots[1]
    centre = plot.widget.geometry().center()
    words = view.describe(centre)
    assert "test, each epoch: 87.5 %" in words
    assert "500" in words
    assert view.describe(QPoint(3, 3)) == ""


def test_pointer_shows_the_nearest_step_in_all_panels(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    QApplication.processEvents()
    viewport = view.plots[1].widget.viewport()
    centre = QPointF(viewport.rect().center())
    buttons = Qt.MouseButton.NoButton
    at = viewport.mapToGlobal(centre)
    move = QMouseEvent(QEvent.Type.MouseMove, centre, at, buttons, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, move)
    assert view.plots[0]._pointer.isVisible()
    assert view.plots[0]._pointer.value() == 500
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert not view.plots[0]._pointer.isVisible()


def test_steps_that_come_again_are_left_out(view: CurvesView) -> None:
    feed(view, 100)
    feed(view, 120)
    view.refresh()
    assert list(view.plots[0]._data[0].x) == list(range(1, 121))


def test_hidden_view_keeps_but_does_not_draw(view: CurvesView) -> None:
    view.hide()
    feed(view, 10_000)
    assert sum(len(pending) for pending in view._pending.values()) < 5000
    view.tick(1e9)
    assert len(view.plots[0]._curves[0].xData) == 0
    view.show()
    assert len(view.plots[0]._curves[0].xData) > 0


def test_clear_forgets(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    view.clear()
    assert view.empty()
    assert not view.plots[0].widget.isVisible()
    view.take(Scalars("batch", 1, {"train_loss": 3.0}))
    view.refresh()
    assert view.plots[0].last_step == 1


def test_only_values_that_are_not_finite(view: CurvesView) -> None:
    view.take(Scalars("batch", 1, {"train_loss": math.nan}))
    view.take(Scalars("epoch", 1, {"test_loss": math.inf, "test_accuracy": math.nan}))
    view.refresh()
    view.grab()
    assert "not finite" in view.plots[0].describe(view.plots[0].widget.rect().center())

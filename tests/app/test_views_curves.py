"""The view of curves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.curves import CurvesView, Panel, Series
from app.views.plot import Plot
from lab.core.events import Moment, Scalars
from lab.core.text import message
from tests.app.mouse import LEFT, NONE, RIGHT, move

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


def wheel(view: CurvesView, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def steps(plot: Plot) -> tuple[float, float]:
    return plot.spans[0].low, plot.spans[0].high


def values(plot: Plot) -> tuple[float, float]:
    return plot.spans[1].low, plot.spans[1].high


def colours_in(view: CurvesView, plot: Plot) -> set[str]:
    image, area = view.grab().toImage(), plot.inside.toRect()
    return {
        image.pixelColor(x, y).name()
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    }


def test_says_what_will_come_and_then_shows_it(view: CurvesView) -> None:
    assert "Press Run" in view.empty()
    assert view.plots[0].inside.isEmpty()
    feed(view)
    view.refresh()
    assert view.empty() == ""
    assert not view.plots[0].inside.isEmpty()
    assert view.plots[0].last_step == 1000


def test_curve_is_in_the_picture(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    # The second label has the second colour of the theme, in each panel.
    assert "#d55e00" in colours_in(view, view.plots[1])
    assert "#0072b2" not in colours_in(view, view.plots[1])


def test_a_band_lies_where_its_values_are(view: CurvesView) -> None:
    for step in range(1, 2001):
        view.take(Scalars("batch", step, {"train_loss": 2.0 if step % 2 else 1.0}))
    view.refresh()
    plot = view.plots[0]
    image, area = view.grab().toImage(), plot.inside
    background = QColor(image.pixelColor(QPoint(round(area.left()) + 3, round(area.bottom()) - 2)))

    def covered(value: float) -> float:
        low, high = values(plot)
        y = area.bottom() - (value - low) / (high - low) * area.height()
        row = range(round(area.left()) + 10, round(area.center().x()))
        return sum(image.pixelColor(x, round(y)) != background for x in row) / len(row)

    assert min(covered(1.2), covered(1.8)) > 0.5
    assert max(covered(0.97), covered(2.04)) < 0.1


def test_the_pictures_of_what_stays_and_of_what_moves_are_one(view: CurvesView, qtbot: QtBot) -> None:
    """Axes that are painted once are those of the curves over them, also after a change of size or of range."""
    feed(view)
    view.refresh()
    view.grab()
    view.take(Scalars("batch", 1001, {"train_loss": 40.0}))
    view.resize(640, 420)
    view.refresh()
    QApplication.processEvents()
    fresh = CurvesView("Loss and accuracy", "curves", PANELS)
    qtbot.addWidget(fresh)
    fresh.resize(640, 420)
    feed(fresh)
    fresh.take(Scalars("batch", 1001, {"train_loss": 40.0}))
    fresh.show()
    QApplication.processEvents()
    below_title = QRect(0, 24, 640, 396)  # One of them has the focus.
    assert view.grab().toImage().copy(below_title) == fresh.grab().toImage().copy(below_title)


def test_follows_the_run_in_leaps(view: CurvesView) -> None:
    feed(view, 90)
    view.refresh()
    assert steps(view.plots[0]) == (0, 100)
    for step in range(91, 131):
        view.take(Scalars("batch", step, {"train_loss": 1.0}))
    view.refresh()
    assert steps(view.plots[0]) == (0, 150)


def test_the_axis_of_steps_has_whole_numbers(view: CurvesView) -> None:
    feed(view, 1000)
    view.refresh()
    plot = view.plots[0]
    for _ in range(40):
        wheel(view, plot.inside.center(), 1)
        frame = plot.frame
        assert frame is not None
        assert all("." not in tick.words for tick in frame.x_ticks)
    assert steps(plot)[1] - steps(plot)[0] < 10


def test_wheel_zooms_and_double_click_returns(view: CurvesView, qtbot: QtBot) -> None:
    feed(view)
    view.refresh()
    plot = view.plots[0]
    centre = plot.inside.center()
    before = values(plot)
    wheel(view, centre, 2)
    zoomed = steps(plot)
    assert 0 < zoomed[0] < zoomed[1] < 1000
    assert before[0] < values(plot)[0] < values(plot)[1] < before[1]
    held = values(plot)
    view.take(Scalars("batch", 5000, {"train_loss": 0.1}))
    view.refresh()
    assert steps(plot) == zoomed  # New points do not pull the view away.
    assert values(plot) == held
    assert steps(view.plots[1]) == pytest.approx(zoomed)  # All panels show the same steps.
    assert view._whole.isVisible()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=centre.toPoint())
    assert steps(plot) == (0, 5000)
    assert not view._whole.isVisible()


def test_beside_a_plot_only_the_axis_there_is_zoomed(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    plot = view.plots[0]
    all_steps, all_values = steps(plot), values(plot)
    wheel(view, QPointF(plot.inside.left() - 10, plot.inside.center().y()), 2)
    assert steps(plot) == all_steps
    assert values(plot)[1] - values(plot)[0] < all_values[1] - all_values[0]
    view.show_whole_run()
    wheel(view, QPointF(plot.inside.center().x(), plot.inside.bottom() + 10), 2)
    assert steps(plot)[1] - steps(plot)[0] < all_steps[1] - all_steps[0]
    assert values(plot) == all_values


@pytest.mark.parametrize("button", [LEFT, RIGHT])
def test_a_held_button_pans(view: CurvesView, button: Qt.MouseButton) -> None:
    feed(view)
    view.refresh()
    plot = view.plots[0]
    centre = plot.inside.center().toPoint()
    wheel(view, plot.inside.center(), 3)
    before, values_before = steps(plot), values(plot)
    QTest.mousePress(view, button, pos=centre)
    move(view, centre + QPoint(-30, 20), button)
    QTest.mouseRelease(view, button, pos=centre + QPoint(-30, 20))
    per_pixel = (before[1] - before[0]) / plot.inside.width()
    assert steps(plot) == pytest.approx((before[0] + 30 * per_pixel, before[1] + 30 * per_pixel))
    assert values(plot)[0] > values_before[0]  # What was pulled down shows what is above.
    assert steps(view.plots[1]) == steps(plot)
    after = steps(plot)
    move(view, centre, NONE)
    assert steps(plot) == after


def test_zoomed_curve_is_reduced_to_what_is_seen(view: CurvesView) -> None:
    feed(view, 5000)
    view.refresh()
    plot = view.plots[0]
    assert len(plot.curves[0].x) <= 1200
    for _ in range(34):
        wheel(view, plot.inside.center(), 1)
    low, high = steps(plot)
    assert high - low < 40
    assert list(plot.curves[0].x) == list(range(math.ceil(low) - 1, math.floor(high) + 2))


def test_log_axis_leaves_gaps_at_zero(view: CurvesView) -> None:
    for step, loss in enumerate([1.0, 0.1, 0.0, 0.01, math.inf, math.nan], start=1):
        view.take(Scalars("batch", step, {"train_loss": loss}))
    view.refresh()
    view._log.setChecked(True)
    np.testing.assert_allclose(view.plots[0].curves[0].y, [0, -1, math.nan, -2, math.nan, math.nan], atol=1e-6)
    low, high = values(view.plots[0])
    assert 0 < low < 0.01 and 1 < high < 10
    assert "#0072b2" in colours_in(view, view.plots[0])  # The mean.


def test_describe_says_exact_values(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    words = view.describe(view.plots[1].inside.center().toPoint())
    assert "test, each epoch: 87.5 %" in words
    assert "500" in words
    assert view.describe(QPoint(3, 3)) == ""


def test_pointer_shows_the_nearest_step_in_all_panels(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    bare = view.grab().toImage()
    move(view, view.plots[1].inside.center().toPoint(), NONE)
    assert view._pointed == 500
    pointed = view.grab().toImage()
    for plot in view.plots:
        x = round(plot.inside.left() + 0.5 * plot.inside.width() - 0.5)
        column = range(round(plot.inside.top()) + 1, round(plot.inside.bottom()) - 1)
        assert any(bare.pixelColor(x + by, y) != pointed.pixelColor(x + by, y) for y in column for by in (-1, 0, 1))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.grab().toImage() == bare


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
    assert view.plots[0].curves == ()
    view.show()
    assert len(view.plots[0].curves[0].x) > 0


def test_clear_forgets(view: CurvesView) -> None:
    feed(view)
    view.refresh()
    view.clear()
    assert view.empty()
    assert view.plots[0].inside.isEmpty()
    assert view.plots[0].curves == ()
    view.take(Scalars("batch", 1, {"train_loss": 3.0}))
    view.refresh()
    assert view.plots[0].last_step == 1


def test_only_values_that_are_not_finite(view: CurvesView) -> None:
    view.take(Scalars("batch", 1, {"train_loss": math.nan}))
    view.take(Scalars("epoch", 1, {"test_loss": math.inf, "test_accuracy": math.nan}))
    view.refresh()
    view.grab()
    assert "not finite" in view.plots[0].describe(view.plots[0].inside.center())


def test_what_was_drawn_is_not_made_again_while_nothing_of_it_is_new(view: CurvesView) -> None:
    feed(view, 900)
    view.refresh()
    batch, *_, epoch = view.plots[0].curves
    view.take(Scalars("batch", 901, {"train_loss": 0.5}))
    view.refresh()
    assert view.plots[0].curves[-1] is epoch
    assert view.plots[0].curves[0] is not batch


# Moments of the run.

BEST, STOPPED = message("best weights"), message("stopped: {why}", why="patience")


def column(view: CurvesView, plot: Plot, step: float) -> int:
    """Return the pixel at which a step stands."""
    return math.floor(plot.inside.left() + plot.spans[0].fraction(step) * plot.inside.width())


def dots(view: CurvesView, plot: Plot, step: float) -> int:
    """Return how many pixels at a step, in the upper part of a plot, have the colour of text."""
    image, ink = view.grab().toImage(), QColor(theme.colours().text)
    rows = range(math.ceil(plot.inside.center().y()), math.floor(plot.inside.bottom()) - 20)
    return max(
        sum(image.pixelColor(column(view, plot, step) + beside, row) == ink for row in rows) for beside in (-1, 0, 1)
    )


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_moments_are_dotted_lines_in_all_panels(
    view: CurvesView, monkeypatch: pytest.MonkeyPatch, colours: theme.Colours
) -> None:
    monkeypatch.setattr(theme, "_colours", colours)
    view.restyle()
    feed(view)
    view.refresh()
    assert [dots(view, plot, 600) for plot in view.plots] == [0, 0]
    view.take(Moment(600, BEST))
    view.refresh()
    assert all(dots(view, plot, 600) > 10 for plot in view.plots)
    assert [dots(view, plot, 800) for plot in view.plots] == [0, 0]


def test_the_pointer_is_told_what_happened(view: CurvesView) -> None:
    feed(view)
    view.take(Moment(600, BEST))
    view.take(Moment(600, STOPPED))
    view.refresh()
    plot = view.plots[0]
    words = view.describe(QPoint(column(view, plot, 600), int(plot.inside.center().y())))
    assert "train, each batch" in words
    assert "best weights, at step 600" in words
    assert "stopped: patience, at step 600" in words
    assert "best weights" not in view.describe(QPoint(column(view, plot, 300), int(plot.inside.center().y())))


def test_moments_go_with_their_run(view: CurvesView) -> None:
    view.take(Moment(600, BEST))
    assert view.empty()
    feed(view)
    view.refresh()
    assert dots(view, view.plots[0], 600) > 10
    view.clear()
    feed(view)
    view.refresh()
    assert dots(view, view.plots[0], 600) == 0


def test_a_moment_out_of_view_is_not_painted(view: CurvesView) -> None:
    feed(view)
    view.take(Moment(50, BEST))
    view.refresh()
    plot = view.plots[0]
    wheel(view, QPointF(plot.inside.right() - 1, plot.inside.center().y()), 5)
    assert plot.spans[0].low > 50
    view.grab()
    assert "best" not in view.describe(QPoint(int(plot.inside.left()) + 2, int(plot.inside.center().y())))


def test_thousands_of_moments_stay_few(view: CurvesView) -> None:
    feed(view)
    for step in range(1, 1000):
        view.take(Moment(step, BEST))
    view.refresh()
    view.grab()
    plot = view.plots[0]
    assert "best weights, at step 999" in view.describe(QPoint(column(view, plot, 999), int(plot.inside.center().y())))
    assert len(view._moments.marks) <= 256


def in_legend(view: CurvesView, colour: int) -> bool:
    """Tell whether a colour of the series is in what stands above the plots."""
    view.refresh()
    image = view.grab().toImage()
    wanted = QColor(theme.colours().series[colour])
    above = round(view.plots[0].area.top() * image.devicePixelRatio()) - 20
    return any(image.pixelColor(x, y) == wanted for y in range(20, above) for x in range(image.width()))


@pytest.mark.parametrize("optional", [True, False])
def test_the_legend_tells_of_layers_only_those_that_this_network_has(qtbot: QtBot, optional: bool) -> None:
    layers = tuple(Series("epoch", name, name, colour=place, optional=optional) for place, name in enumerate("ab", 2))
    view = CurvesView("Change", "change", (Panel("Change", "", "", layers),))
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    for step in range(3):
        view.take(Scalars("epoch", step, {"a": 1.0 + step}))
    assert in_legend(view, 2)
    assert in_legend(view, 3) == (not optional)
    view.take(Scalars("epoch", 3, {"a": 4.0, "b": 2.0}))
    assert in_legend(view, 3)


def test_what_is_counted_along_the_steps_can_be_said(qtbot: QtBot) -> None:
    # An epoch of batches is many steps: where only epochs are shown, the axis still counts steps.
    pictures = []
    for steps in ("", "optimiser steps", "epochs"):
        view = CurvesView("Accuracy", "curves", PANELS[1:], steps)
        qtbot.addWidget(view)
        view.resize(500, 300)
        view.show()
        feed(view)
        view.refresh()
        pictures.append(view.grab().toImage())
    assert pictures[0] == pictures[2]
    assert pictures[0] != pictures[1]

"""Runs that stay on the screen for comparison with the next."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.runs.comparison import FORGET, KEEP, MOST, Comparison, KeptRun
from app.runs.event_buffer import History
from app.runs.runner import Runner
from app.views.curves import CurvesView, Panel, Series
from app.views.plane import Span
from lab.core.events import Scalars
from lab.topics.cnn.mnist import MnistParams
from tests.app.fakes import CountParams
from tests.app.leaks import settle
from tests.app.mouse import LEFT
from tests.app.pages import type_over
from tests.app.windows import CNN, TINY, Opener, cnn, press, view, waiter

Wait = Callable[[Callable[[], bool]], None]
PANELS = (
    Panel(
        "Loss",
        "",
        "nats",
        (Series("batch", "loss", "train, each batch", "thin line"), Series("epoch", "loss", "train, each epoch")),
    ),
    Panel("Accuracy", "", "%", (Series("epoch", "accuracy", "test"),), y_range=(0, 100), scale=100),
)


def history(steps: int, loss: float, epochs: bool = True) -> History:
    made = History()
    for step in range(1, steps + 1):
        made.keep(Scalars("batch", step, {"loss": loss + 1 / step}))
        if epochs and step % 10 == 0:
            made.keep(Scalars("epoch", step, {"loss": loss, "accuracy": 0.5}))
    return made


def kept(number: int = 1, rate: float = 0.03, steps: int = 50, loss: float = 2.0, epochs: bool = True) -> KeptRun:
    return KeptRun(number, MnistParams(learning_rate=rate), history(steps, loss, epochs))


# The history as numbers.


def test_a_scalar_of_a_history_as_arrays() -> None:
    made = History()
    made.keep(Scalars("epoch", 0, {"test": 0.5}))
    made.keep(Scalars("epoch", 10, {"train": 1.0, "test": 0.25}))
    made.keep(Scalars("batch", 3, {"train": 7.0}))
    made.keep(Scalars("epoch", 20, {"test": 0.125}))
    made.keep(Scalars("epoch", 20, {"test": 9.0}))
    steps, values = made.series("epoch", "test")
    np.testing.assert_array_equal(steps, [0, 10, 20])
    np.testing.assert_array_equal(values, [0.5, 0.25, 0.125])
    np.testing.assert_array_equal(made.series("epoch", "train"), [[10], [1.0]])
    assert made.series("batch", "test")[0].shape == (0,)
    made.keep(Scalars("epoch", 30, {"test": 1.0}))  # It can still grow.


# What differs.


def test_a_run_is_called_by_what_is_different_about_it() -> None:
    runs = kept(1, 0.03), kept(2, 0.1)
    now = Comparison(runs, MnistParams(learning_rate=0.03))
    assert [now.title(run) for run in runs] == ["run 1: learning rate 0.03", "run 2: learning rate 0.1"]
    assert now.present_title() == "this run: learning rate 0.03"
    same = Comparison((kept(1, 0.03),), MnistParams(learning_rate=0.03))
    assert same.title(same.runs[0]) == "run 1"
    assert same.present_title() == "this run"
    other = MnistParams(
        learning_rate=0.03, label_smoothing=0.1, rotation=5, optimiser="momentum", network=("relu", "flatten")
    )
    now = Comparison((kept(1, 0.03),), other)
    assert (
        now.differences(other)
        == "blocks relu; flatten · optimiser SGD with momentum · rotation 5.0 ° · label smoothing 0.1"
    )


# In the runner.


def ran(qtbot: QtBot, runner: Runner, seed: int, steps: int = 10) -> None:
    runner.start(CountParams(steps=steps, seed=seed))
    qtbot.waitUntil(
        lambda: runner.status == "finished" and runner.session is not None and runner.session.params.seed == seed,
        timeout=20_000,
    )


def seeds(runner: Runner) -> list[tuple[int, int, list[float]]]:
    found = []
    for run in runner.comparer.comparison.runs:
        assert isinstance(run.params, CountParams)
        steps, values = run.history.series("batch", "value")
        assert list(steps) == list(range(1, len(steps) + 1))
        found.append((run.number, run.params.seed, sorted({value // 1e9 for value in values})))
    return found


def test_the_run_that_is_pinned_stays_when_another_begins(qtbot: QtBot, runner: Runner) -> None:
    ran(qtbot, runner, 1)
    runner.comparer.pick(KEEP, True)
    assert seeds(runner) == []
    ran(qtbot, runner, 2)
    assert seeds(runner) == [(1, 1, [1.0])]
    assert runner.comparer.comparison.present == CountParams(steps=10, seed=2)
    assert not runner.comparer.comparison.pinned
    # One that is not pinned goes.
    ran(qtbot, runner, 3)
    assert seeds(runner) == [(1, 1, [1.0])]
    values = [event.values["value"] // 1e9 for event in runner.history.replay() if isinstance(event, Scalars)]
    assert set(values) == {3}


def test_what_comes_after_the_pin_is_kept_too(qtbot: QtBot, runner: Runner) -> None:
    runner.start(CountParams(steps=30, seed=1), "step")
    qtbot.waitUntil(lambda: runner.status == "paused", timeout=20_000)
    runner.comparer.pick(KEEP, True)
    runner.go()
    qtbot.waitUntil(lambda: runner.status == "finished")
    runner.reset()
    qtbot.waitUntil(lambda: runner.status == "idle")
    assert seeds(runner) == [(1, 1, [1.0])]
    assert len(runner.comparer.comparison.runs[0].history.series("batch", "value")[0]) == 30
    assert runner.comparer.comparison.present is None


def test_a_pin_can_be_taken_back_and_there_is_nothing_to_pin_without_a_run(qtbot: QtBot, runner: Runner) -> None:
    said: list[Comparison] = []
    runner.comparer.changed.connect(said.append)
    runner.comparer.pick(KEEP, True)
    assert [now.pinned for now in said] == [False]
    ran(qtbot, runner, 1)
    runner.comparer.pick(KEEP, True)
    runner.comparer.pick(KEEP, False)
    ran(qtbot, runner, 2)
    assert seeds(runner) == []
    runner.comparer.pick("image", 3)
    assert len(said) == 3


def test_at_most_four_are_kept_until_they_are_forgotten(qtbot: QtBot, runner: Runner) -> None:
    for seed in range(1, MOST + 2):
        ran(qtbot, runner, seed)
        runner.comparer.pick(KEEP, True)
    assert not runner.comparer.comparison.pinned
    assert [number for number, _, _ in seeds(runner)] == [1, 2, 3, 4]
    ran(qtbot, runner, 9)
    assert [seed for _, seed, _ in seeds(runner)] == [1, 2, 3, 4]
    runner.comparer.pick(FORGET, True)
    assert seeds(runner) == []
    runner.comparer.pick(KEEP, True)
    ran(qtbot, runner, 10)
    assert seeds(runner) == [(1, 9, [9.0])]


# In the view.


@pytest.fixture
def curves(qtbot: QtBot) -> CurvesView:
    made = CurvesView("Loss and accuracy", "curves", PANELS)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


def feed(curves: CurvesView, steps: int = 20) -> None:
    for event in history(steps, 1.0).replay():
        curves.take(event)
    curves.refresh()


def lines(curves: CurvesView, panel: int = 0) -> list[tuple[list[float], list[float]]]:
    return [(list(curve.x), list(curve.y)) for curve in curves.plots[panel].kept]


def test_the_kept_run_is_drawn_and_told(curves: CurvesView) -> None:
    feed(curves)
    curves.take(Comparison((kept(), kept(2, 0.1, loss=5.0)), MnistParams()))
    curves.refresh()
    # The loss of each epoch stands for that of each batch.
    assert lines(curves) == [([10, 20, 30, 40, 50], [2.0] * 5), ([10, 20, 30, 40, 50], [5.0] * 5)]
    assert lines(curves, 1)[0] == ([10, 20, 30, 40, 50], [50.0] * 5)
    x, y = curves.plots[0].spans
    assert x.high >= 50
    assert y.high > 5
    settle()
    plot = curves.plots[0].inside
    words = curves.describe(QPointF(plot.left() + 21 / x.high * plot.width(), plot.center().y()).toPoint())
    assert "this run: learning rate 0.001\ntrain, each batch: 1.05 nats at step 20" in words
    assert "run 1: learning rate 0.03\n   train, each epoch: 2 nats at step 20" in words
    assert "run 2: learning rate 0.1\n   train, each epoch: 5 nats at step 20" in words
    legend = [entry.words for row in curves._legend_rows() for entry, _ in row]
    assert legend[-3:] == ["run 1: learning rate 0.03", "run 2: learning rate 0.1", "this run: learning rate 0.001"]


def test_each_run_has_a_pattern_of_its_own_in_the_colours_of_the_series(curves: CurvesView) -> None:
    curves.take(Comparison(tuple(kept(number) for number in range(1, MOST + 1)), MnistParams()))
    curves.refresh()
    pens = [curve.pen for curve in curves.plots[0].kept]
    assert len({tuple(pen.dashPattern()) for pen in pens}) == MOST
    [shade] = {pen.color().name() for pen in pens}
    feed(curves)
    assert shade == curves.plots[0].curves[-1].pen.color().name()


def test_a_run_that_came_to_no_epoch_is_shown_by_its_mean(curves: CurvesView) -> None:
    curves.take(Comparison((kept(steps=8),), MnistParams()))
    curves.refresh()
    [(steps, values)] = lines(curves)
    assert steps[-1] == 8
    mean = np.mean([2 + 1 / step for step in range(1, 9)])
    assert values[-1] == pytest.approx(mean)
    assert lines(curves, 1) == []


def test_a_long_run_is_reduced_to_what_can_be_seen(curves: CurvesView) -> None:
    long = History()
    for step in range(1, 30_001):
        long.keep(Scalars("epoch", step, {"loss": 1 + step % 7, "accuracy": 0.5}))
    curves.take(Comparison((KeptRun(1, MnistParams(), long),), MnistParams()))
    curves.refresh()
    assert len(lines(curves)[0][0]) <= 1200
    assert (min(lines(curves)[0][1]), max(lines(curves)[0][1])) == (1, 7)
    curves._look_at(curves.plots[0], Span(100, 120), Span(0, 8))
    assert lines(curves)[0][0] == list(range(99, 122))
    curves._log.setChecked(True)
    np.testing.assert_allclose(lines(curves)[0][1], np.log10([1 + step % 7 for step in range(99, 122)]), atol=1e-6)


def test_they_stay_when_the_present_run_goes_and_go_when_they_are_forgotten(curves: CurvesView) -> None:
    feed(curves)
    curves.take(Comparison((kept(),), None))
    curves.clear()
    curves.refresh()
    assert curves.empty() == ""
    assert not curves.plots[0].inside.isEmpty()
    assert not curves._pins.keep.isVisible()
    assert curves._pins.forget.isVisible()
    curves.grab()
    curves.take(Comparison())
    curves.refresh()
    assert curves.empty()
    assert curves.plots[0].inside.isEmpty()
    assert not curves._pins.forget.isVisible()
    assert lines(curves) == []


def test_the_pin_says_what_it_does_and_why_it_cannot(curves: CurvesView) -> None:
    assert not curves._pins.keep.isVisible()
    feed(curves)
    assert curves._pins.keep.isVisible()
    assert "when another run begins" in curves._pins.keep.toolTip()
    picked: list[tuple[str, object]] = []
    curves.selected.connect(lambda name, value: picked.append((name, value)))
    QTest.mouseClick(curves._pins.keep, LEFT)
    curves.take(Comparison((), MnistParams(), pinned=True))
    assert "Press again" in curves._pins.keep.toolTip()
    QTest.keyClick(curves._pins.keep, Qt.Key.Key_Space)
    curves.take(Comparison(tuple(kept(number) for number in range(1, MOST + 1)), MnistParams()))
    assert not curves._pins.keep.isEnabled()
    assert "forget them first" in curves._pins.keep.toolTip()
    QTest.mouseClick(curves._pins.forget, LEFT)
    assert picked == [(KEEP, True), (KEEP, False), (FORGET, True)]


@pytest.mark.parametrize("size", [(200, 120), (320, 180), (420, 260), (1200, 700)])
def test_in_every_size_the_curves_keep_most_of_the_room(curves: CurvesView, size: tuple[int, int]) -> None:
    curves.resize(*size)
    feed(curves)
    curves.take(Comparison(tuple(kept(number, number / 10) for number in range(1, MOST + 1)), MnistParams()))
    settle()
    curves.grab()
    for row in curves._legend_rows():
        assert sum(width for _, width in row) <= size[0]
    assert sum(area.height() for area in curves._areas()) > 0.3 * size[1]


# In the window.


def curves_of(page: Page) -> CurvesView:
    found = view(page, CurvesView)
    found.refresh()
    return found


def test_a_kept_run_outlives_language_and_theme(qtbot: QtBot, open_window: Opener) -> None:
    wait = waiter(qtbot)
    window = open_window(CNN, TINY)
    page = cnn(window)
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    before = curves_of(page)
    QTest.mouseClick(before._pins.keep, LEFT)
    steps = before.plots[0]._data[2].x.tolist()
    values = before.plots[0]._data[2].y.tolist()
    type_over(page, "learning_rate", "0.02")
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert (steps, values) in lines(curves_of(page))
    window.switch_language("fa")
    window.switch_theme("dark")
    page = cnn(window)
    after = curves_of(page)
    assert (steps, values) in lines(after)
    legend = [entry.words for row in after._legend_rows() for entry, _ in row]
    assert any("۰٫۰۰۱" in words for words in legend)
    assert not after._pins.keep.isChecked()
    # The present run can still be kept beside it; then both are forgotten.
    QTest.mouseClick(after._pins.keep, LEFT)
    press(page, "reset")
    wait(lambda: page.runner.status == "idle")
    settle()
    assert len(page.runner.comparer.comparison.runs) == 2
    assert after.empty() == ""
    QTest.mouseClick(after._pins.forget, LEFT)
    assert page.runner.comparer.comparison.runs == ()
    assert after.empty()

"""The playground and its sweeps, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.language import language
from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.confusion import ConfusionView
from app.views.curves import CurvesView
from app.views.field.view import FieldView
from app.views.table.view import TableView
from app.views.units.parts import BIAS, Part
from app.views.units.view import UnitsView
from lab.core.events import Metrics, Predictions, Scalars
from lab.core.figures import Field
from lab.core.units import Units
from lab.running.sharing import decode
from tests.app.keyboard import type_text
from tests.app.leaks import settle
from tests.app.mouse import LEFT, RIGHT
from tests.app.pages import at_full_speed, command_line, drag, follow, metrics, page_of, slide, step, values
from tests.app.windows import Opener, press, view
from tests.e2e.acts import Acts, linked, open_point, pick, said, shown

ID, GRID = "ann.playground", "sweeps.grid"
WEIGHT = Part(1, 2, 0)
"""The weight from x to the third unit of the first hidden layer."""


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


@pytest.fixture(autouse=True)
def clipboard() -> Iterator[None]:
    QGuiApplication.clipboard().setText("")
    yield
    QGuiApplication.clipboard().setText("")


def newest(page: Page, kind: type[Any]) -> Any:
    return page.runner.history.newest(kind)


def field_of(page: Page) -> Field:
    scene = view(page, FieldView)._scene
    assert scene is not None
    return scene.field


def weight(page: Page, part: Part) -> float:
    """Return a number of the network that is drawn."""
    event = view(page, UnitsView)._event
    assert isinstance(event, Units) and part.source is not None
    layer = part.column - 1
    return float(
        event.biases[layer][part.unit] if part.source == BIAS else event.weights[layer][part.source, part.unit]
    )


def one_step(page: Page, acts: Acts) -> None:
    """Press One step, and wait until all of it is on the screen."""
    before = step(page) if page.runner.held else 0
    press(page, "step")
    acts.wait(lambda: page.runner.status == "paused" and step(page) == before + 1)
    acts.wait(lambda: not any(shown.dirty for shown in page.views))


def curves(page: Page, after: int = 0) -> list[dict[str, float]]:
    events = page.runner.history.replay()
    return [dict(event.values) for event in events if isinstance(event, Scalars) and event.step > after]


# Running.


def test_run_pause_step_and_the_end(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="3000")
    at_full_speed(page)
    assert [type(event) for event in page.runner.history.replay()] == []
    assert field_of(page).scale == "signed"
    press(page, "run")
    acts.wait(lambda: step(page) >= 20)
    press(page, "pause")
    acts.wait(lambda: page.runner.status == "paused")
    paused = step(page)
    # All that is shown is of this epoch.
    acts.wait(lambda: said(shown(page, TableView, "numbers"), "epoch") == paused)
    one_step(page, acts)
    assert step(page) == paused + 1
    press(page, "run")
    acts.ends(page)
    assert step(page) == 3000
    assert metrics(page) == command_line(ID, epochs="3000")
    assert f"{100 * metrics(page)['test_accuracy']:.2f}" in page.controls.result.text()
    assert len(curves(page)) == 3000
    # The confusion matrix is of the same points.
    shown(page, ConfusionView, "points")
    acts.wait(lambda: newest(page, Predictions) is not None)
    found = newest(page, Predictions)
    assert (found.truth == found.predicted).mean() == metrics(page)["test_accuracy"]
    assert len(view(page, CurvesView)._seen) == 2


def test_reset_gives_the_same_run_and_a_new_seed_another(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="30")
    acts.run(page)
    first, began = metrics(page), field_of(page)
    press(page, "reset")
    acts.wait(lambda: page.runner.status == "idle")
    acts.run(page)
    assert metrics(page) == first
    seed = values(page).seed
    press(page, "new_seed")
    acts.wait(lambda: page.runner.status == "idle")
    assert values(page).seed != seed
    acts.run(page)
    assert metrics(page) != first
    assert not np.array_equal(field_of(page).values, began.values)


def test_everything_by_keyboard(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="40")
    at_full_speed(page)
    QTest.keyClick(page, Qt.Key.Key_F7)
    acts.wait(lambda: page.runner.status == "paused" and step(page) == 1)
    units = shown(page, UnitsView, "network")
    units.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):  # The first hidden unit, and into it: to its bias.
        QTest.keyClick(units, key)
    part = units.current()
    assert part is not None and part.source == BIAS
    type_text(units, "2")
    type_text(units._editor, ".5")
    QTest.keyClick(units._editor, Qt.Key.Key_Return)
    acts.wait(lambda: newest(page, Units).biases[part.column - 1][part.unit] == 2.5)
    QTest.keyClick(page, Qt.Key.Key_F5)
    acts.ends(page)
    assert metrics(page) != command_line(ID, epochs="40")


def test_another_language_in_the_middle_of_a_run(acts: Acts) -> None:
    window, page = acts.open(ID, epochs="3000")
    press(page, "run")
    acts.wait(lambda: step(page) >= 5)
    before, runner = step(page), page.runner
    QTest.mouseClick(window.language_button, LEFT)
    settle()
    assert language() == "fa"
    page = page_of(window, ID)
    assert page.runner is runner and page.runner.busy
    acts.wait(lambda: step(page) > before + 5)
    assert "دقت آزمون" in page.controls.result.text()
    press(page, "pause")
    acts.wait(lambda: page.runner.status == "paused")
    acts.wait(lambda: said(shown(page, TableView, "numbers"), "epoch") == step(page))
    assert len(curves(page)) == step(page)


# The hand.


def test_a_weight_that_is_dragged_changes_the_plane_before_anything_runs(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="20")
    units, before = shown(page, UnitsView, "network"), field_of(page)
    at, value = units.arranged().anchor(WEIGHT), weight(page, WEIGHT)
    drag(units, at, at - QPointF(0, 20), at - QPointF(0, 60))
    acts.wait(lambda: isinstance(newest(page, Units), Units) and weight(page, WEIGHT) > value + 0.5)
    changed = weight(page, WEIGHT)
    acts.wait(lambda: not np.array_equal(field_of(page).values, before.values))
    acts.wait(lambda: said(shown(page, TableView, "numbers"), "epoch") == 0)
    # The run begins with it; Reset forgets it.
    one_step(page, acts)
    assert weight(page, WEIGHT) == pytest.approx(changed, abs=0.2)
    press(page, "reset")
    acts.wait(lambda: page.runner.status == "idle")
    assert weight(page, WEIGHT) == value


def test_a_weight_that_is_typed_into_a_run(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="5000")
    press(page, "run")
    acts.wait(lambda: step(page) >= 3)
    press(page, "pause")
    acts.wait(lambda: page.runner.status == "paused")
    units = shown(page, UnitsView, "network")
    QTest.mouseClick(units, LEFT, pos=units.arranged().anchor(WEIGHT).toPoint())
    editor = units._editor
    assert editor.is_open
    editor.selectAll()
    type_text(editor, "-3,5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    acts.wait(lambda: newest(page, Units).weights[0][0, 2] == -3.5)
    # It learns on from there, and is not set again.
    one_step(page, acts)
    one_step(page, acts)
    assert weight(page, WEIGHT) != -3.5
    assert weight(page, WEIGHT) == pytest.approx(-3.5, abs=0.5)


def test_own_points_are_clicked_into_the_plane_and_learned(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="60")
    pick(page, "data", "own")
    plane = shown(page, FieldView, "plane")
    assert "no network" in str(field_of(page).value_label)

    def put(x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseClick(plane, button, pos=plane.plane().place(x, y).toPoint())

    for x, y in ((-3, -3), (-3, -2), (-2, -3)):
        put(x, y)
    assert len(values(page).chosen.labels) == 3
    press(page, "run")
    acts.wait(lambda: page.runner.status == "failed")
    settle()
    assert page.notice.said.startswith("Own points: 3 points of one class, or none; put points of two classes")
    slide(page, "brush", 0.2)
    assert values(page).brush == 2
    for x, y in ((3, 3), (3, 2), (2, 3), (0, 0)):
        put(x, y)
    put(0, 0, RIGHT)
    points = values(page).chosen
    assert points.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert points.positions == pytest.approx(np.array([[-3, -3], [-3, -2], [-2, -3], [3, 3], [3, 2], [2, 3]]), abs=0.05)
    acts.wait(lambda: field_of(page).limits == (-1.0, 1.0))
    acts.run(page)
    assert metrics(page)["accuracy"] == 1.0
    # One more point begins anew.
    put(-3, 3)
    acts.wait(lambda: len(values(page).chosen.labels) == 7 and page.runner.status == "idle")
    assert newest(page, Metrics) is None


def test_numbers_in_place_of_classes(acts: Acts) -> None:
    _, page = acts.open(ID, epochs="20")
    pick(page, "data", "hills")
    acts.run(page)
    assert set(metrics(page)) == {"epochs", "loss", "test_loss"}
    # There is no accuracy, and no room is left for it.
    plots = view(page, CurvesView)
    assert [plot.panel.title for plot in plots._seen] == ["Loss"]
    plane = shown(page, FieldView, "plane")
    before = plane.grab().toImage()
    QTest.mouseClick(plane._halves, LEFT)
    assert plane.grab().toImage() != before
    QTest.mouseClick(plane._halves, LEFT)
    pick(page, "data", "circle")
    acts.run(page)
    assert len(plots._seen) == 2


def test_a_try_of_the_lesson(acts: Acts) -> None:
    _, page = acts.open(ID)
    follow(page.lesson, "try:data=circle&hidden=&x_squared=true&y_squared=true")
    at_full_speed(page)
    acts.ends(page)
    assert values(page).hidden == () and values(page).x_squared
    assert metrics(page)["test_accuracy"] > 0.95


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [("hidden", "4, 0", "1 to 64"), ("activations", "relu, thanh", "thanh"), ("learning_rate", "0", "10")],
)
def test_a_wrong_value_is_said_and_what_is_shown_stays(acts: Acts, field: str, text: str, complaint: str) -> None:
    _, page = acts.open(ID)
    before = field_of(page)
    page.form.set_texts({field: text})
    settle()
    assert complaint in page.form.said()
    assert not page.controls.button("run").isEnabled()
    assert field_of(page) is before


# States as text.


def test_a_copied_state_is_pasted_by_another_person_and_ends_alike(acts: Acts) -> None:
    window, page = acts.open(ID, epochs="40", dropout="0.2")
    one_step(page, acts)
    units = shown(page, UnitsView, "network")
    at = units.arranged().anchor(WEIGHT)
    before = weight(page, WEIGHT)
    drag(units, at, at - QPointF(0, 30))
    acts.wait(lambda: weight(page, WEIGHT) != before and round(weight(page, WEIGHT), 3) == weight(page, WEIGHT))
    changed = weight(page, WEIGHT)
    press(page, "copy")
    acts.wait(lambda: QGuiApplication.clipboard().text() != "")
    text = QGuiApplication.clipboard().text()
    acts.run(page)
    expected, rest = metrics(page), curves(page, after=1)
    window.close()

    window, grid = acts.open(GRID)
    QGuiApplication.clipboard().setText(text)
    press(grid, "paste")
    page = page_of(window, ID)
    assert window.stack.currentWidget() is page
    acts.wait(lambda: page.runner.status == "paused")
    assert values(page) == decode(text).params
    acts.wait(lambda: weight(page, WEIGHT) == changed)
    acts.run(page)
    assert metrics(page) == expected
    assert curves(page, after=1) == rest


# Sweeps.


def test_the_sweep_button_fills_in_the_page_of_sweeps_and_runs_nothing(acts: Acts) -> None:
    window, page = acts.open(ID, epochs="30", noise="0.2", seed="5")
    press(page, "sweep")
    grid = page_of(window, GRID)
    assert window.stack.currentWidget() is grid
    assert grid.form.said() == ""
    assert grid.runner.status == "idle"
    params = values(grid)
    assert params.experiment == ID
    assert params.over == "learning_rate=0.003:0.3:10:log"
    assert (params.repeats, params.seed) == (5, 5)
    sweep = params.sweep()
    assert (sweep.base.epochs, sweep.base.noise, sweep.base.seed) == (30, 0.2, 5)
    assert not grid.controls.button("sweep").isEnabled()
    # What was chosen on the page is still there on coming back.
    window.open(ID)
    assert (values(page).epochs, page.runner.status) == (30, "idle")


def test_a_point_of_a_sweep_opens_that_very_run(acts: Acts) -> None:
    window, page = acts.open(ID, epochs="25", noise="0.1")
    press(page, "sweep")
    grid = page_of(window, GRID)
    grid.form.set_texts({"over": "learning_rate=0.01,0.1", "repeats": "3"})
    settle()
    acts.run(grid)
    chart = shown(grid, ChartView, "over")
    spots = linked(chart)
    assert len(spots) == 6
    for spot in (spots[0], spots[-1]):
        window.open(GRID)
        settle()
        link, rate, accuracy = open_point(chart, spot)
        assert float(link.texts["learning_rate"]) == rate
        opened = acts.follow(window, link)
        assert metrics(opened)["test_accuracy"] == pytest.approx(accuracy, abs=1e-9)
        assert values(opened).epochs == 25
    # The extremes are those of the same runs.
    window.open(GRID)
    table = shown(grid, TableView, "extremes")
    assert table._event is not None
    assert len(table._event.rows) == 6


def test_two_parameters_become_a_map(acts: Acts) -> None:
    window, grid = acts.open(GRID)
    grid.form.set_texts(
        {"experiment": ID, "over": "learning_rate=0.01,0.1 & noise=0,0.2,0.4", "repeats": "2", "settings": "--epochs 5"}
    )
    settle()
    acts.run(grid)
    heat = shown(grid, FieldView, "heat")
    acts.wait(lambda: heat._scene is not None)
    assert heat._scene is not None
    assert heat._scene.field.values.shape == (3, 2)
    assert np.isfinite(heat._scene.field.values).all()
    QTest.mouseClick(heat, LEFT, pos=heat.cell_area(2, 1).center().toPoint())
    page = page_of(window, ID)
    assert window.stack.currentWidget() is page
    assert (values(page).learning_rate, values(page).noise, values(page).epochs) == (0.1, 0.4, 5)
    acts.ends(page)


def test_a_sweep_is_stopped_and_what_is_there_stays(acts: Acts) -> None:
    _, grid = acts.open(GRID)
    grid.form.set_texts({"experiment": ID, "over": "target=0.001:0.1:40", "repeats": "5", "settings": "--epochs 300"})
    settle()
    press(grid, "run")
    acts.wait(lambda: step(grid) >= 2)
    press(grid, "stop")
    acts.wait(lambda: grid.runner.status == "stopped")
    chart = shown(grid, ChartView, "over")
    acts.wait(lambda: len(linked(chart)) >= 2)
    assert len(linked(chart)) < 200


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"experiment": "ann.nothing"}, "ann.nothing"),
        ({"experiment": GRID}, "sweep of sweeps"),
        ({"over": "learning_rate"}, "lacks its values"),
        ({"over": "speed=1,2"}, "speed is not a parameter of ann.multilayer"),
        ({"over": "learning_rate=0.1:100:3"}, "reaches beyond"),
        ({"settings": "--epochs 'x"}, "quotation mark"),
        ({"backend": "dask"}, "address"),
    ],
)
def test_a_sweep_that_cannot_be_is_said(acts: Acts, texts: dict[str, str], complaint: str) -> None:
    _, grid = acts.open(GRID)
    grid.form.set_texts(texts)
    settle()
    assert complaint in grid.form.said()
    assert not grid.controls.button("run").isEnabled()

"""Pages of short runs: they can be drawn on and picked from, and follow their form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.chart.lines import Spot
from app.views.chart.view import ChartView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.table.view import TableView
from lab.core.figures import Link
from tests.app.leaks import settle
from tests.app.mouse import LEFT, move
from tests.app.pages import (
    at_full_speed,
    choose,
    command_line,
    follow,
    hover,
    metrics,
    named,
    opened,
    page_of,
    ready,
    rows,
    slide,
    step,
    type_over,
    values,
)
from tests.app.windows import Opener, press, view, waiter

LINE, GRID, PLANE = "gradient_descent.line", "gradient_descent.grid", "gradient_descent.plane"
SANDWICH = "introduction.sandwich"
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


# From the grid to the line.


def test_a_point_and_a_cell_of_the_grid_open_the_same_descent(wait: Wait, open_window: Opener) -> None:
    window, grid = opened(open_window, GRID, {"steps": "120"})
    press(grid, "run")
    wait(lambda: grid.runner.status == "finished")
    chart, heat = named(grid, ChartView, "starts"), named(grid, FieldView, "heat")
    assert chart.picture is not None
    assert heat._scene is not None
    points, field = chart.picture.chart.lines[0], heat._scene.field
    cell = 3, 45
    for widget, place, shown, link in (
        (chart, chart.picture.place(Spot(0, 17)), points.y[17], points.links[17]),
        (
            heat,
            heat.cell_area(*cell).center(),
            field.values[cell],
            field.links[cell[0] * field.values.shape[1] + cell[1]],
        ),
    ):
        window.open(GRID)
        QTest.mouseClick(widget, LEFT, pos=place.toPoint())
        line = page_of(window, LINE)
        assert window.stack.currentWidget() is line
        assert line.form.texts() | dict(link.texts) == line.form.texts()
        assert line.runner.busy
        at_full_speed(line)
        wait(lambda line=line: line.runner.status == "finished")
        assert metrics(line)["x"] == shown
        assert metrics(line)["steps"] == values(line).steps


def test_a_link_to_a_page_that_was_left_in_disorder_begins_with_its_defaults(wait: Wait, open_window: Opener) -> None:
    window, line = opened(open_window, LINE, {"steps": "7", "many_starts": "nothing"})
    window._follow(Link(LINE, {"start": "0.5", "learning_rate": "0.001"}))
    at_full_speed(line)
    wait(lambda: line.runner.status == "finished")
    assert line.form.said() == ""
    assert metrics(line) == command_line(LINE, start="0.5", learning_rate="0.001")


# Descent over the plane.

SMALL = {"steps": "300", "resolution": "20"}


def at(figure: FieldView, x: float, y: float) -> QPointF:
    return figure.plane().place(x, y)


def pointed(page: Page) -> Any:
    """Return the place that the table of the gradient speaks of."""
    return rows(named(page, TableView, "gradient"))[0][1]


def test_the_gradient_under_the_mouse_before_anything_runs(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, PLANE, SMALL)
    figure = named(page, FieldView, "plane")
    before = pointed(page)
    hover(figure, at(figure, -1.0, 1.0))
    wait(lambda: pointed(page) != before)
    table = {row[0]: row[1] for row in rows(named(page, TableView, "gradient"))[1:5]}
    x, y = (float(part) for part in pointed(page).strip("()").split(","))
    assert (x, y) == pytest.approx((-1, 1), abs=0.1)
    surface, small = values(page).surface(), 1e-6
    slope = [
        float(surface.value(np.array([x + small, y])) - surface.value(np.array([x - small, y]))) / (2 * small),
        float(surface.value(np.array([x, y + small])) - surface.value(np.array([x, y - small]))) / (2 * small),
    ]
    assert [table["∂f/∂x"], table["∂f/∂y"]] == pytest.approx(slope, abs=0.02)
    wait(lambda: ready(page))
    assert step(page) == 0
    # The form is not held up by it.
    choose(page.form.editor("function"), "typed")
    wait(lambda: page.runner.status == "idle")
    assert figure._scene is not None
    assert figure._scene.field.values[0, 0] == pytest.approx(99, rel=0.03)
    assert rows(named(page, TableView, "gradient"))[1][1] == pytest.approx(0.5**2 + 10 * 1.0**2)
    assert ready(page)


def test_a_click_starts_there_and_another_click_starts_anew(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, PLANE, SMALL)
    figure = named(page, FieldView, "plane")
    # The pointer comes before the click, and is answered.
    hover(figure, at(figure, 0.0, 1.0))
    wait(lambda: page.runner.status == "paused")
    QTest.mouseClick(figure, LEFT, pos=at(figure, 1.0, 0.5).toPoint())
    first = values(page).start
    assert first == pytest.approx((1.0, 0.5), abs=0.05)
    wait(lambda: step(page) >= 3 and page.runner.session is not None)
    assert page.runner.session is not None
    assert page.runner.session.params.start == first
    assert page.runner.busy
    QTest.mouseClick(figure, LEFT, pos=at(figure, -0.5, -1.0).toPoint())
    second = values(page).start
    assert second == pytest.approx((-0.5, -1.0), abs=0.05)
    at_full_speed(page)
    wait(lambda: page.runner.status == "finished")
    texts = {"start": page.form.texts()["start"], **SMALL}
    assert metrics(page) == command_line(PLANE, **texts)
    ball = figure._overlay.lines[-1]
    assert (float(ball.x[0]), float(ball.y[0])) == (metrics(page)["x"], metrics(page)["y"])


# The sandwich.


def loss(page: Page) -> float:
    node = view(page, GraphView)._node("loss")
    assert node is not None
    assert node.value is not None
    return node.value


def loss_of(params: Any) -> float:
    return float((params.butter * params.butter_flavour + params.jam * params.jam_flavour - params.target) ** 2)


def learned(params: Any) -> tuple[float, float]:
    """Return butter and jam after all steps of gradient descent, by hand."""
    butter, jam = params.butter, params.jam
    for _ in range(params.steps):
        error = butter * params.butter_flavour + jam * params.jam_flavour - params.target
        butter, jam = (
            butter - params.learning_rate * 2 * error * params.butter_flavour,
            jam - params.learning_rate * 2 * error * params.jam_flavour,
        )
    return butter, jam


def test_dragging_a_node_shows_new_numbers_and_runs_nothing(open_window: Opener) -> None:
    _, page = opened(open_window, SANDWICH, {})
    graph = view(page, GraphView)
    assert loss(page) == loss_of(values(page)) == 4
    seen = [values(page).butter]
    middle = graph.node_area("butter").center()
    QTest.mousePress(graph, LEFT, pos=middle.toPoint())
    for by in (20, 40, 60):
        move(graph, (middle + QPointF(by, 0)).toPoint(), LEFT)
        seen.append(values(page).butter)
        assert loss(page) == pytest.approx(loss_of(values(page)))
        assert rows(named(page, TableView, "numbers"))[2][1] == loss(page)
    QTest.mouseRelease(graph, LEFT, pos=middle.toPoint())
    assert seen == sorted(set(seen))
    settle()
    assert page.runner.status == "idle"
    assert not page.runner._worker.isRunning()


def test_an_edit_begins_a_run_anew_with_the_new_values(qtbot: QtBot, wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, SANDWICH, {"steps": "40"})
    press(page, "run")
    wait(lambda: step(page) >= 1)
    session = page.runner.session
    slide(page, "target", 0.3)
    wait(lambda: page.runner.session not in (None, session) and page.runner.status == "running" and step(page) >= 1)
    assert page.runner.busy
    assert page.runner.session is not None
    assert page.runner.session.params == values(page)
    at_full_speed(page)
    wait(lambda: page.runner.status == "finished")
    found = metrics(page)
    assert (found["butter"], found["jam"]) == pytest.approx(learned(values(page)))
    assert loss(page) == found["loss"]
    # What is not allowed does not end anything.
    type_over(page, "target", "x")
    with qtbot.waitSignal(page.runner.delivered):
        page.runner.query({})
    assert loss(page) == found["loss"]
    assert page.runner.status == "finished"
    # After the run, its form shows again what it would begin with.
    type_over(page, "target", "9")
    wait(lambda: page.runner.status == "idle")
    assert loss(page) == loss_of(values(page)) == 9
    assert ready(page)


def test_an_explosion_is_said_and_ends_the_run(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, SANDWICH, {"steps": "200"})
    type_over(page, "learning_rate", "1")
    assert page.notice.said == ""
    at_full_speed(page)
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert "Each step overshoots" in page.notice.said
    assert "Try a learning rate below 0.2" in page.notice.said
    assert page.notice.isVisible()
    assert step(page) < 400
    assert page.controls.button("run").isEnabled()
    assert np.isfinite(loss(page))
    type_over(page, "learning_rate", "0.19")
    wait(lambda: page.runner.status == "idle")
    assert not page.notice.isVisible()
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert page.notice.said == ""
    assert metrics(page)["steps"] == 200


def test_a_link_of_the_lesson_starts_a_run(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, SANDWICH, {"target": "3", "steps": "nothing"})
    follow(page.lesson, "try:customers=two&steps=60")
    assert page.runner.busy
    assert values(page) == type(values(page))(customers="two", steps=60)
    at_full_speed(page)
    wait(lambda: page.runner.status == "finished")
    assert metrics(page) == command_line(SANDWICH, customers="two", steps="60")


def test_the_bar_tells_a_run_by_its_headline(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, "ann.regression", {"epochs": "3"})
    at_full_speed(page)
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert page.controls.result.text() == f"loss {metrics(page)['loss']:.4g}"

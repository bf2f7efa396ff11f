"""Pages of short runs: they can be drawn on and picked from, and follow their form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.page import Page
from app.views.cells.view import CellsView
from app.views.chart.lines import Spot
from app.views.chart.view import ChartView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.table.view import TableView
from app.window import Window
from lab.figures import Link
from tests.app.leaks import settle
from tests.app.mouse import LEFT, move
from tests.app.pages import (
    beside,
    choose,
    command_line,
    drag,
    follow,
    hover,
    metrics,
    named,
    page_of,
    rows,
    slide,
    type_over,
    values,
)
from tests.app.windows import Opener, press, view, waiter

LINE, GRID, PLANE = "gradient_descent.line", "gradient_descent.grid", "gradient_descent.plane"
LIFE, SANDWICH = "maths.life", "introduction.sandwich"
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


def opened(open_window: Opener, name: str, texts: dict[str, str]) -> tuple[Window, Page]:
    """Open a page whose form was left with some values."""
    window = open_window(name)
    page = page_of(window, name)
    page.form.set_texts(texts)
    settle()
    return window, page


def step(page: Page) -> int:
    """Return how many steps the run of a page did."""
    progress = page.runner.speed.progress
    return 0 if progress is None else progress.step


def at_full_speed(page: Page) -> None:
    choose(page.controls.speed, None)


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


# Life.


def cell(cells: CellsView, row: int, column: int) -> QPointF:
    return cells.board().cell_area(row, column).center()


def click(cells: CellsView, *places: tuple[int, int]) -> None:
    for place in places:
        QTest.mouseClick(cells, LEFT, pos=cell(cells, *place).toPoint())


def alive(page: Page) -> set[tuple[int, int]]:
    """Return the living cells on the screen."""
    return {(int(row), int(column)) for row, column in np.argwhere(view(page, CellsView).alive)}


def counted(page: Page) -> int:
    """Return how many living cells the experiment knows of."""
    found: int = beside(named(page, TableView, "numbers"), "living cells")
    return found


UPRIGHT, LYING = {(7, 8), (8, 8), (9, 8)}, {(8, 7), (8, 8), (8, 9)}
EMPTY = {"pattern": "empty", "size": "16", "generations": "500"}


def ready(page: Page) -> bool:
    """Whether the page waits for Run, as if nothing had happened."""
    button = page.controls.button("run")
    nothing_runs = not page.controls.button("pause").isEnabled() and not page.controls.button("stop").isEnabled()
    return button.isEnabled() and button.text() == "Run" and nothing_runs and page.controls.words.text() == ""


@pytest.mark.parametrize("hand", ["stroke", "clicks", "keys"])
def test_what_is_drawn_before_a_run_is_what_lives(wait: Wait, open_window: Opener, hand: str) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    cells = view(page, CellsView)
    if hand == "stroke":
        QTest.mousePress(cells, LEFT, pos=cell(cells, 7, 8).toPoint())
        # Meanwhile the thread begins, and the world is made.
        wait(lambda: page.runner.status == "paused")
        for row in (8, 9):
            move(cells, cell(cells, row, 8).toPoint(), LEFT)
        QTest.mouseRelease(cells, LEFT, pos=cell(cells, 9, 8).toPoint())
    elif hand == "clicks":
        click(cells, *UPRIGHT)
    else:
        cells.setFocus()
        for key in (*[Qt.Key.Key_Down] * 7, *[Qt.Key.Key_Right] * 8, Qt.Key.Key_Space):
            QTest.keyClick(cells, key)
        for _ in range(2):
            QTest.keyClick(cells, Qt.Key.Key_Down)
            QTest.keyClick(cells, Qt.Key.Key_Space)
    assert alive(page) == UPRIGHT
    wait(lambda: counted(page) == 3)
    assert alive(page) == UPRIGHT
    assert page.runner.history.newest(type(cells._event)) is not None
    assert ready(page)
    press(page, "step")
    wait(lambda: step(page) == 1 and page.runner.status == "paused")
    assert alive(page) == LYING
    assert page.controls.button("run").text() == "Continue"
    at_full_speed(page)
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert alive(page) == UPRIGHT
    assert metrics(page).items() >= {"generations": 500, "population": 3, "period": 2}.items()


def test_drawing_while_it_runs(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY | {"generations": "1000000"})
    choose(page.controls.speed, 60.0)
    press(page, "run")
    wait(lambda: step(page) >= 2)
    block = {(2, 2), (2, 3), (3, 2), (3, 3)}
    cells = view(page, CellsView)
    begun = step(page)
    drag(cells, cell(cells, 2, 2), cell(cells, 2, 3), cell(cells, 3, 3), cell(cells, 3, 2))
    assert page.runner.busy
    wait(lambda: step(page) >= begun + 5)
    assert alive(page) == block
    press(page, "pause")
    wait(lambda: page.runner.status == "paused")
    assert counted(page) == 4
    assert alive(page) == block


def test_another_pattern_takes_the_place_of_what_was_drawn(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    cells = view(page, CellsView)
    click(cells, (1, 1), (14, 14))
    wait(lambda: counted(page) == 2)
    choose(page.form.editor("pattern"), "blinker")
    wait(lambda: page.runner.status == "idle")
    blinker = alive(page)
    assert len(blinker) == 3
    assert not blinker & {(1, 1), (14, 14)}
    assert ready(page)
    # What is drawn now is not drawn together with what was drawn then.
    click(cells, (1, 14))
    wait(lambda: counted(page) == 4)
    assert alive(page) == blinker | {(1, 14)}


def test_an_edit_and_run_at_once_run_what_was_edited(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY)
    click(view(page, CellsView), (1, 1))
    wait(lambda: page.runner.status == "paused")
    at_full_speed(page)
    choose(page.form.editor("pattern"), "blinker")
    # Before the thread has even heard of it.
    press(page, "run")
    wait(lambda: page.runner.status == "finished")
    assert metrics(page).items() >= {"generations": 500, "population": 3, "period": 2}.items()


def test_reset_takes_back_what_was_drawn(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, LIFE, EMPTY | {"pattern": "blinker"})
    blinker = alive(page)
    assert not page.controls.button("reset").isEnabled()
    click(view(page, CellsView), (1, 1))
    wait(lambda: counted(page) == 4)
    press(page, "reset")
    wait(lambda: page.runner.status == "idle")
    assert alive(page) == blinker


@pytest.mark.parametrize("when", ["drawn", "running", "paused"])
def test_the_world_stays_when_the_page_is_built_anew(qtbot: QtBot, wait: Wait, open_window: Opener, when: str) -> None:
    window, page = opened(open_window, LIFE, EMPTY | {"generations": "1000000"})
    click(view(page, CellsView), *UPRIGHT)
    wait(lambda: counted(page) == 3)
    if when != "drawn":
        press(page, "run")
        wait(lambda: step(page) >= 3)
    if when == "paused":
        press(page, "pause")
        wait(lambda: page.runner.status == "paused")
    before = step(page)
    qtbot.mouseClick(window.language_button, LEFT)
    page = page_of(window, LIFE)
    settle()
    assert alive(page) in (UPRIGHT, LYING)
    assert named(page, ChartView, "population").picture is not None
    assert page.runner.busy == (when == "running")
    press(page, "step" if when == "paused" else "run") if when != "running" else None
    wait(lambda: step(page) >= before + 1)
    # A block beside them, drawn on the new page.
    block = {(2, 2), (2, 3), (3, 2), (3, 3)}
    click(view(page, CellsView), *block)
    wait(lambda: counted(page) == 7)
    assert alive(page) - block in (UPRIGHT, LYING)


def test_a_page_that_was_only_pointed_at_is_whole_when_it_is_built_anew(wait: Wait, open_window: Opener) -> None:
    for name, kind in ((LIFE, CellsView), (PLANE, FieldView)):
        window = open_window(name)
        page = page_of(window, name)
        figure = view(page, kind)
        assert figure.empty() == ""
        hover(figure, figure.content().center())
        wait(lambda page=page: page.runner.status == "paused")
        window.switch_language("fa")
        settle()
        assert [view.title for view in page_of(window, name).views if view.isVisible() and view.empty()] == []
        window.switch_language("en")
        window.close()


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
    assert ready(page)
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
    hover(figure, at(figure, 0.0, 1.0))
    QTest.mouseClick(figure, LEFT, pos=at(figure, 1.0, 0.5).toPoint())
    first = values(page).start
    assert first == pytest.approx((1.0, 0.5), abs=0.05)
    wait(lambda: step(page) >= 3)
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


def test_an_edit_begins_a_run_anew_with_the_new_values(wait: Wait, open_window: Opener) -> None:
    _, page = opened(open_window, SANDWICH, {"steps": "40"})
    press(page, "run")
    wait(lambda: step(page) >= 1)
    session = page.runner.session
    slide(page, "target", 0.3)
    wait(lambda: page.runner.session not in (None, session) and step(page) >= 1)
    assert page.runner.busy
    assert page.runner.session is not None
    assert page.runner.session.params == values(page)
    at_full_speed(page)
    wait(lambda: page.runner.status == "finished")
    found = metrics(page)
    assert (found["butter"], found["jam"]) == pytest.approx(learned(values(page)))
    assert loss(page) == found["loss"]
    # What is not allowed does not end anything.
    type_over(page, "target", "100")
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

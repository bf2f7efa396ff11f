"""The pages on which networks learn, one and many, by mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.shell.home import Home
from app.shell.window import Window
from app.views.chart.lines import Spot
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.confusion import ConfusionView
from app.views.curves import CurvesView
from app.views.examples.scatter import ScatterView
from app.views.examples.shares import SharesView
from app.views.field.view import FieldView
from app.views.table.view import TableView
from lab.core.figures import Line
from lab.running.run_info import RunInfo
from lab.running.sessions import run_store
from lab.topics.ann.three_clusters import LEAST
from tests.app.mouse import LEFT
from tests.app.pages import hover, metrics, page_of, rows, slide, type_over, values
from tests.app.windows import HOME, Opener, click_entry, press, reveal, view
from tests.e2e.acts import Acts, chart_of, click, line_of, linked, open_point, pick, said, shown

REGRESSION, SLOPES, BINARY, RATES = "ann.regression", "ann.slopes", "ann.binary", "ann.learning_rates"
IRIS, UNITS, SHAPES = "ann.iris", "ann.hidden_units", "ann.depth_breadth"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def rings(field: FieldView) -> Line:
    assert field._overlay is not None
    [found] = [line for line in field._overlay.lines if line.style == "rings"]
    return found


def points(field: FieldView) -> list[np.ndarray]:
    """Return the points over a field, class by class, (N, 2) each."""
    assert field._overlay is not None
    return [np.stack([line.x, line.y], 1) for line in field._overlay.lines if line.style == "points"]


# One network.


def test_regression_with_and_without_relu(acts: Acts) -> None:
    _, page = acts.open(REGRESSION)
    numbers, fit = shown(page, TableView, "numbers"), shown(page, ChartView, "fit")
    acts.run(page)
    with_relu = said(numbers, "loss")
    assert with_relu == pytest.approx(metrics(page)["loss"])
    assert view(page, CurvesView)._plots[0].last_step == 500
    x, y = line_of(fit, "points").x, line_of(fit, "points").y
    best = float(np.mean((y - np.polyval(np.polyfit(x, y, 1), x)) ** 2))
    assert said(numbers, "loss of the best line") == pytest.approx(best)
    pick(page, "activation", "identity")
    acts.run(page)
    # Without it the network is a line, and finds the best one.
    assert said(numbers, "loss") == pytest.approx(best, rel=0.01)
    assert with_relu != pytest.approx(best, rel=0.01)
    drawn = line_of(fit, "prediction")
    assert np.polyval(np.polyfit(x, y, 1), drawn.x) == pytest.approx(drawn.y, abs=0.1)
    both = shown(page, TableView, "with_and_without")
    assert len(rows(both)) >= 2
    curves = shown(page, ChartView, "with_and_without")
    assert len(chart_of(curves).lines) >= 2


def test_two_clusters_have_rings_around_what_is_wrong_and_simple_tools_beside(acts: Acts) -> None:
    _, page = acts.open(BINARY, epochs="60", learning_rate="0.1", seed="3")
    field, numbers, tools = shown(page, FieldView, "boundary"), shown(page, TableView, "numbers"), shown(
        page, TableView, "tools"
    )  # fmt: skip
    acts.step(page)
    assert said(numbers, "epoch") == 1
    assert len(rings(field).x) == said(numbers, "taken for another class") > 0
    assert rows(tools) == [] and "Press Run" in tools.empty()
    acts.run(page)
    wrong = said(numbers, "taken for another class")
    assert len(rings(field).x) == wrong == round(200 * (1 - metrics(page)["accuracy"])) > 0
    # Who points at a ring is told.
    place = field.plane().place(float(rings(field).x[0]), float(rings(field).y[0])).toPoint()
    assert "taken for another class" in field.describe(place)
    assert f"{100 * metrics(page)['accuracy']:.2f}" in page.controls.result.text()
    by_tool = {str(row[0]): row[1:] for row in rows(tools)}
    assert set(by_tool) == {"this network", "5 nearest neighbours", "k-means, no labels", "line x = 3"}
    assert by_tool["this network"][0] == metrics(page)["accuracy"]
    first, second = points(field)
    by_hand = ((first[:, 0] <= 3).sum() + (second[:, 0] > 3).sum()) / 200
    assert by_tool["line x = 3"][0] == by_hand
    assert all(row[2] > 0 for row in by_tool.values())


def test_both_ways_to_the_loss_give_the_same_network(acts: Acts) -> None:
    _, page = acts.open(BINARY, epochs="20", points="20")
    numbers = shown(page, TableView, "numbers")
    found = []
    for loss in ("bce", "bce_logits"):
        pick(page, "loss", loss)
        acts.run(page)
        found.append(said(numbers, "loss"))
        assert said(numbers, "loss the other way") == pytest.approx(found[-1])
    assert found[0] == pytest.approx(found[1])
    code = shown(page, CodeView, "code")
    assert code._event is not None
    assert "BCEWithLogitsLoss" in code._event.source
    extremes = shown(page, TableView, "extremes")
    assert said(extremes, "50.0", 3) == 0.0 and said(extremes, "50.0", 5) == 1.0


def test_several_layers_end_with_fifty_rates_that_can_be_opened(acts: Acts) -> None:
    window, page = acts.open("ann.multilayer", epochs="20", points="20")
    field, rates = shown(page, FieldView, "boundary"), shown(page, ChartView, "rates")
    acts.run(page)
    assert len(rings(field).x) == round(40 * (1 - metrics(page)["accuracy"]))
    layers = shown(page, TableView, "layers")
    assert [row[1] for row in rows(layers)] == [16, 1, 1]
    assert [row[4] for row in rows(layers)] == [3 * 16, 17, 2]
    spots = linked(rates)
    assert len(spots) == 50
    link, rate, accuracy = open_point(rates, spots[30])
    acts.follow(window, link)
    assert values(page).learning_rate == pytest.approx(rate)
    assert metrics(page)["accuracy"] == pytest.approx(accuracy)


def test_iris_sums_to_all_flowers_each_of_which_can_be_asked(acts: Acts) -> None:
    _, page = acts.open(IRIS, epochs="5", learning_rate="0.1", hidden="8")
    matrix, scatter = shown(page, ConfusionView, "flowers"), shown(page, ScatterView, "flowers")
    numbers, shares = shown(page, TableView, "numbers"), shown(page, SharesView, "flowers")
    matrix = shown(page, ConfusionView, "flowers")
    acts.run(page)
    assert matrix.counts.sum() == 150
    assert matrix.counts.sum(1).tolist() == [50, 50, 50]
    assert np.trace(matrix.counts) == round(150 * metrics(page)["accuracy"])
    wrong = 150 - np.trace(matrix.counts)
    reveal(page, numbers)
    assert wrong > 0
    acts.wait(lambda: said(numbers, "taken for another kind") == wrong)
    reveal(page, matrix)
    # A flower says what it is and what the network makes of it; a click marks it in both pictures.
    place = scatter.grid.centres(3, 2)[120]
    hover(scatter, QPointF(*place))
    told = scatter.describe(QPoint(round(place[0]), round(place[1])))
    assert "flower 121: virginica" in told and "petal length: 5.7 cm" in told and "P(setosa)" in told
    click(scatter, QPointF(*place))
    assert scatter._picked == shares._picked == 120
    # A cell of the matrix points out its flowers.
    truth, predicted = (int(at) for at in np.unravel_index(
        (matrix.counts * (1 - np.eye(3, dtype=int))).argmax(), (3, 3)))  # fmt: skip
    click(matrix, matrix.cell_area(truth, predicted).center())
    assert (~scatter.faint()).sum() == matrix.counts[truth, predicted]
    # Every sum of shares is one with softmax, and few are with three sigmoids.
    sums = shown(page, TableView, "sums")
    assert [row[2] for row in rows(sums)] == pytest.approx([1.0] * 150, abs=2e-3)
    pick(page, "output", "sigmoid")
    acts.run(page)
    assert np.ptp([row[2] for row in rows(sums)]) > 0.01


def test_iris_keeps_flowers_back_for_testing(acts: Acts) -> None:
    _, page = acts.open(IRIS, epochs="3", hidden="4")
    numbers = shown(page, TableView, "numbers")
    slide(page, "train_share", 0.55)
    kept = values(page).train_share
    assert 0.5 < kept < 0.7
    acts.run(page)
    assert shown(page, ConfusionView, "flowers").counts.sum() == 150
    assert said(numbers, "test accuracy") == pytest.approx(metrics(page)["test_accuracy"])


def test_two_softmaxes_cost_what_the_table_says(acts: Acts) -> None:
    _, page = acts.open("ann.three_clusters", epochs="60", points="30", learning_rate="0.5", seed="4")
    numbers, loss = shown(page, TableView, "numbers"), shown(page, ChartView, "loss")
    begun = [float(line.y[0]) for line in chart_of(loss).lines]
    acts.run(page)
    one, two = (line.y for line in chart_of(loss).lines)
    assert len(one) == len(two) == 61
    assert [one[0], two[0]] == begun
    assert one[-1] < two[-1]
    assert rows(numbers)[0][1:] == pytest.approx([one[-1], two[-1]])
    assert two[-1] > said(numbers, "least loss possible", 2) == pytest.approx(np.log(1 + 2 / np.e)) == LEAST
    accuracy = said(numbers, "accuracy")
    assert metrics(page)["accuracy"] == accuracy
    for name, column in (("plain", 1), ("double", 2)):
        field = shown(page, FieldView, name)
        assert len(rings(field).x) == round(90 * (1 - said(numbers, "accuracy", column)))
    confidence = shown(page, ChartView, "confidence")
    assert max(chart_of(confidence).lines[1].y) < np.e / (np.e + 2)


# Many networks.


def same_as_in_the_sweep(page: Page, accuracy: float, loss: float | None = None) -> None:
    assert metrics(page)["accuracy"] == pytest.approx(accuracy)
    assert said(shown(page, TableView, "numbers"), "accuracy") == pytest.approx(accuracy)
    if loss is not None:
        assert metrics(page)["loss"] == pytest.approx(loss, rel=1e-4)


def test_a_network_of_the_slopes_is_opened_by_a_click(acts: Acts) -> None:
    window, page = acts.open(SLOPES, slopes="3", repeats="2", epochs="30")
    loss, table = shown(page, ChartView, "loss"), shown(page, TableView, "slopes")
    assert "Press Run" in loss.empty() and "Press Run" in table.empty()
    acts.run(page)
    assert [row[0] for row in rows(table)] == [-2, 0, 2]
    assert [row[1] for row in rows(table)] == [2, 2, 2]
    spots = linked(loss)
    assert len(spots) == 6
    link, slope, value = open_point(loss, next(spot for spot in spots if spot.line == 0 and spot.place >= 2))
    opened = acts.follow(window, link)
    assert opened is page_of(window, REGRESSION)
    assert values(opened).slope == slope
    assert metrics(opened)["loss"] == pytest.approx(value, rel=1e-4)
    acts.wait(lambda: said(shown(opened, TableView, "numbers"), "loss") == pytest.approx(value, rel=1e-4))
    # Who comes back finds everything as it was; a dead network says that it is dead, and can be opened too.
    window.open(SLOPES)
    dead = line_of(loss, "dead network")
    assert sum(row[2] for row in rows(table)) == len(dead.x) > 0
    spot = Spot(chart_of(loss).lines.index(dead), 0)
    assert loss.picture is not None
    assert loss.describe(loss.picture.place(spot).toPoint()).count("dead network") == 1
    link, slope, value = open_point(loss, spot)
    acts.follow(window, link)
    assert values(opened).slope == slope
    assert metrics(opened)["dead"] == 1
    assert metrics(opened)["loss"] == pytest.approx(value, rel=1e-4)
    assert opened.notice.said != ""
    # By keyboard: → to the first living one, ↓ to the dead, Enter opens.
    window.open(SLOPES)
    loss.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(loss, key)
    assert loss._spot is not None
    link = chart_of(loss).lines[loss._spot.line].links[loss._spot.place]
    assert link in dead.links
    QTest.keyClick(loss, Qt.Key.Key_Return)
    acts.follow(window, link)


def test_a_point_and_a_curve_of_the_learning_rates_open_their_runs(acts: Acts) -> None:
    window, page = acts.open(RATES, rates="3", repeats="1", epochs="30", points="20", highest="0.3")
    accuracy, curves = shown(page, ChartView, "accuracy"), shown(page, ChartView, "curves")
    acts.run(page)
    assert [row[0] for row in rows(shown(page, TableView, "rates"))] == pytest.approx([0.001, 0.1505, 0.3])
    link, rate, value = open_point(accuracy, linked(accuracy)[1])
    opened = acts.follow(window, link)
    assert values(opened).learning_rate == rate
    same_as_in_the_sweep(opened, value)
    first = values(opened)
    window.open(RATES)
    assert len(chart_of(curves).lines) == 3
    spot = next(spot for spot in linked(curves) if curves_end(curves, spot.line) == spot.place
                and chart_of(curves).lines[spot.line].links[0].texts != link.texts)  # fmt: skip
    link, epoch, _ = open_point(curves, spot)
    opened = acts.follow(window, link)
    assert epoch == 30
    assert values(opened).learning_rate != first.learning_rate


def curves_end(chart: ChartView, line: int) -> int:
    return len(chart_of(chart).lines[line].x) - 1


def test_a_size_of_the_hidden_layer_is_opened_by_a_click(acts: Acts) -> None:
    window, page = acts.open(UNITS, fewest="2", most="4", epochs="20", learning_rate="0.1")
    accuracy = shown(page, ChartView, "accuracy")
    acts.run(page)
    loss = shown(page, ChartView, "loss")
    # A tab that is opened asks the run for what it shows, in the run's own thread.
    acts.wait(lambda: loss._chart is not None)
    losses = {float(x): float(y) for line in chart_of(loss).lines for x, y in zip(line.x, line.y, strict=True)}
    assert set(losses) == {2, 3, 4}
    best = max(float(y) for line in chart_of(shown(page, ChartView, "accuracy")).lines for y in line.y)
    assert f"{100 * best:.2f}" in page.controls.result.text()
    extremes = shown(page, TableView, "extremes")
    acts.wait(lambda: rows(extremes) != [])
    link, units, value = open_point(accuracy, linked(accuracy)[1])
    opened = acts.follow(window, link)
    assert values(opened).hidden == (units,) == (3,)
    same_as_in_the_sweep(opened, value, losses[units])


def test_a_shape_is_opened_from_the_chart_and_from_the_map(acts: Acts) -> None:
    window, page = acts.open(SHAPES, fewest="2", most="4", apart="2", layers="2", epochs="20", learning_rate="0.1")
    units = shown(page, ChartView, "units")
    acts.run(page)
    assert [str(line.label) for line in chart_of(units).lines] == ["1 hidden layer", "2 hidden layers"]
    link, breadth, value = open_point(units, next(spot for spot in linked(units) if spot.line == 1 and spot.place))
    opened = acts.follow(window, link)
    assert values(opened).hidden == (breadth, breadth) == (4, 4)
    same_as_in_the_sweep(opened, value)
    window.open(SHAPES)
    field = shown(page, FieldView, "map")
    acts.wait(lambda: field._scene is not None)
    assert field._scene is not None
    value = float(field._scene.field.values[0, 0])
    click(field, field.cell_area(0, 0).center())
    assert window.stack.currentWidget() is opened
    acts.wait(lambda: opened.runner.session is not None and opened.runner.session.params.hidden == (2,))
    acts.ends(opened)
    same_as_in_the_sweep(opened, value)


def continued(acts: Acts, window: Window) -> tuple[Page, RunInfo]:
    """Go Home and press Continue there; return the page that opens, and the run as it was left."""
    click_entry(window.navigation, HOME)
    home = window.stack.currentWidget()
    assert isinstance(home, Home)
    [(_, info), *_] = run_store().all()
    assert "was stopped" in home.go_on.words.text()
    QTest.mouseClick(home.go_on.button, LEFT)
    page = page_of(window, info.experiment)
    assert window.stack.currentWidget() is page
    acts.ends(page)
    return page, info


def test_a_sweep_that_was_stopped_is_continued_from_home_with_the_same_numbers(acts: Acts) -> None:
    window, page = acts.open(SHAPES, fewest="2", most="3", apart="1", layers="3", epochs="8", learning_rate="0.1")
    acts.run(page)
    expected = rows(shown(page, TableView, "depths"))
    press(page, "reset")
    acts.wait(lambda: page.runner.status == "idle")
    assert rows(shown(page, TableView, "depths")) == []
    params = values(page)

    def done() -> int:
        return sum(int(row[1]) for row in rows(shown(page, TableView, "depths")))

    while not done():
        acts.step(page)
    assert 0 < done() < 6
    assert f"run {done()}/6" in page.controls.words.text()
    before = linked(shown(page, ChartView, "units"))
    assert len(before) == done()
    press(page, "stop")
    acts.wait(lambda: page.runner.status == "stopped")
    assert "also from Home" in page.controls.words.text()
    # The form is left with other values, which are not those of the run.
    type_over(page, "epochs", "9")
    page, info = continued(acts, window)
    assert info.status == "stopped"
    assert values(page) == params
    assert rows(shown(page, TableView, "depths")) == expected
    click_entry(window.navigation, HOME)
    home = window.stack.currentWidget()
    assert isinstance(home, Home)
    assert not home.go_on.button.isEnabled()

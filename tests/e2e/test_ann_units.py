"""The pages about units, losses and parameters, by mouse and keyboard."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest
import torch  # Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot
from torch import nn

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.columns.view import BarsView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView
from app.views.units.view import UnitsView
from lab.topics.ann.backpropagation.stages import GRADIENTS, LAST, LOSS
from tests.app.mouse import LEFT
from tests.app.pages import at_full_speed, drag, hover, metrics, rows, slide, step, type_over, values
from tests.app.windows import Opener, press
from tests.e2e.acts import Acts, pick, said, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def node(graph: GraphView, name: str) -> Any:
    found = graph._node(name)
    assert found is not None
    return found


def column(table: TableView, place: int) -> list[Any]:
    return [row[place] for row in rows(table)]


# The perceptron.


def test_the_perceptron_learns_or_and_says_that_it_cannot_learn_xor(acts: Acts) -> None:
    _, page = acts.open("ann.perceptron")
    graph, cases = shown(page, GraphView, "unit"), shown(page, TableView, "cases")
    at = graph.node_area("w1").center()
    drag(graph, at, at + QPointF(15, 0), at + QPointF(30, 0))
    w1 = values(page).w1
    assert w1 > -0.8
    # The unit follows the hand, with both inputs at 1; so do the line and the table.
    assert node(graph, "sum").value == pytest.approx(w1 + 0.5 + 0.3)
    assert [str(verdict) for verdict in column(cases, 4)] == ["wrong", "wrong", "right" if w1 < -0.3 else "wrong",
                                                             "right" if w1 > -0.8 else "wrong"]  # fmt: skip
    pick(page, "problem", "or")
    acts.run(page)
    assert [str(verdict) for verdict in column(cases, 4)] == ["right"] * 4
    assert "Learned" in page.notice.said
    assert metrics(page)["w1"] == pytest.approx(node(graph, "w1").value)
    # No line does it for XOR, and that is said, with what it would need.
    pick(page, "problem", "xor")
    acts.wait(lambda: page.notice.said == "")
    acts.run(page)
    assert "wrong" in map(str, column(cases, 4))
    assert "No straight line separates these targets" in page.notice.said
    line = shown(page, TableView, "line")
    assert line._event is not None
    assert "no" in map(str, column(line, 3))


def test_the_perceptron_answers_for_any_place_of_the_plane(acts: Acts) -> None:
    _, page = acts.open("ann.perceptron")
    acts.run(page)
    graph, plane = shown(page, GraphView, "unit"), shown(page, FieldView, "plane")
    place = plane.plane().place(0.25, 0.75)
    hover(plane, place)
    acts.wait(lambda: node(graph, "x1").value == pytest.approx(0.25, abs=0.02))
    assert node(graph, "x2").value == pytest.approx(0.75, abs=0.02)
    found = metrics(page)
    expected = found["w1"] * node(graph, "x1").value + found["w2"] * node(graph, "x2").value + found["bias"]
    assert node(graph, "sum").value == pytest.approx(expected)


# Closed forms.


def test_the_slope_of_an_activation_follows_the_mouse_and_the_slider(acts: Acts) -> None:
    _, page = acts.open("ann.activations")
    pick(page, "function", "tanh")
    pick(page, "compared", "none")
    chart, numbers = shown(page, ChartView, "functions"), shown(page, TableView, "numbers")
    assert chart.picture is not None
    plot = chart.picture.frame.plot
    hover(chart, QPointF(plot.left() + 0.55 * plot.width(), plot.center().y()))
    seen = {values(page).z}
    assert said(numbers, "slope a′(z)") == pytest.approx(1 - math.tanh(values(page).z) ** 2)
    slide(page, "z", 0.8)
    seen.add(values(page).z)
    type_over(page, "z", "-0.5")
    seen.add(values(page).z)
    assert len(seen) == 3
    slope = 1 - math.tanh(-0.5) ** 2
    assert said(numbers, "a(z)") == pytest.approx(math.tanh(-0.5))
    assert said(numbers, "slope a′(z)") == pytest.approx(slope)
    slide(page, "layers", 0.5)
    layers = values(page).layers
    assert said(numbers, f"{layers} layers: a′(z)ᵏ") == pytest.approx(slope**layers)
    theirs = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(theirs)) and said(theirs, "slope a′(z)", 3) == pytest.approx(slope))


def test_the_cost_is_the_mean_of_the_losses_that_are_dragged(acts: Acts) -> None:
    _, page = acts.open("ann.losses")
    chart, numbers, bars = shown(page, ChartView, "losses"), shown(page, TableView, "numbers"), shown(
        page, BarsView, "batch"
    )  # fmt: skip
    assert chart.picture is not None
    plot = chart.picture.frame.plot
    drag(chart, plot.center(), plot.center() + QPointF(20, 0), plot.center() + QPointF(40, 0))
    prediction, target = values(page).prediction, values(page).target
    assert prediction != 0.25
    assert said(numbers, "½(ŷ − y)²") == pytest.approx((prediction - target) ** 2 / 2)
    assert said(numbers, "½(ŷ − y)²", 2) == pytest.approx(prediction - target)
    assert bars._event is not None
    place = next(at for at, panel in enumerate(bars._event.panels) if panel.field == "predictions")
    end = bars.bar_end(place, 1)
    drag(bars, end, end + QPointF(10, 0), end + QPointF(25, 0))
    predictions, targets = np.array(values(page).predictions), np.array(values(page).targets)
    assert predictions[1] > 0.25
    wrong = predictions - targets
    assert said(numbers, "½(ŷ − y)²", 3) == pytest.approx((wrong**2).mean() / 2)
    assert said(numbers, "|ŷ − y|", 3) == pytest.approx(abs(wrong).mean())
    theirs = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(theirs)) and said(theirs, "|ŷ − y|, cost J", 3) == pytest.approx(abs(wrong).mean()))
    assert column(theirs, 4) == pytest.approx([0.0] * 12, abs=1e-12)


def test_linear_layers_collapse_until_there_is_a_relu(acts: Acts) -> None:
    _, page = acts.open("ann.linear_collapse")
    numbers, matrices = shown(page, TableView, "numbers"), shown(page, MatricesView, "weights")

    def largest() -> float:
        return float(said(numbers, "largest Δ", 3))

    assert largest() < 1e-12
    # What is seen is a product: the last matrix is that of all before it.
    *factors, product = (np.array(matrices.item(place).rows, float) for place in range(4))
    np.testing.assert_allclose(functools.reduce(np.matmul, factors), product, atol=1e-9)
    pick(page, "activation", "relu")
    assert largest() > 0.01
    assert said(numbers, "off straight") > 0.01
    theirs = shown(page, TableView, "check")
    acts.wait(lambda: bool(rows(theirs)))
    type_over(page, "widths", "3, 5, 2")
    assert [len(row) for row in rows(numbers)] == [5] * len(rows(numbers))
    assert said(numbers, "parameters") == 3 * 5 + 5 + 5 * 2 + 2
    pick(page, "activation", "identity")
    assert largest() < 1e-12
    assert said(numbers, "parameters", 2) == 3 * 2 + 2


def test_parameters_are_counted_for_the_widths_that_are_typed(acts: Acts) -> None:
    _, page = acts.open("ann.parameters", wide="3, 5, 2", deep="3, 2, 3, 2")
    numbers = shown(page, TableView, "numbers")
    wide, deep = 3 * 5 + 5 + 5 * 2 + 2, 3 * 2 + 2 + 2 * 3 + 3 + 3 * 2 + 2
    assert rows(numbers)[0][1:] == [10, 10]
    assert said(numbers, "parameters") == wide
    assert said(numbers, "parameters", 2) == deep
    drawn = [shown(page, UnitsView, name)._event for name in ("wide", "deep")]
    assert [tuple(map(len, event.labels)) for event in drawn if event is not None] == [(3, 5, 2), (3, 2, 3, 2)]
    theirs = shown(page, TableView, "check")
    counted = {"parameters, wide, 3→5→2": wide, "parameters, deep, 3→2→3→2": deep}
    acts.wait(lambda: bool(rows(theirs)) and {name: said(theirs, name, 3) for name in counted} == counted)
    # What cannot be drawn is refused, and the last network that could be drawn stays.
    type_over(page, "wide", "9, 1000, 1000, 2")
    assert "too large to be drawn" in page.form.complaint.text()
    assert said(numbers, "parameters") == 9 * 1000 + 1000 + 1000 * 10 + 10


def sources(page: Page, *names: str) -> list[str]:
    """Press the copy button of each program, and return what is on the clipboard after it."""
    found = []
    for name in names:
        code = shown(page, CodeView, name)
        [button] = [button for button in code.findChildren(QToolButton) if button.isVisible()]
        QTest.mouseClick(button, LEFT)
        found.append(QGuiApplication.clipboard().text())
    return found


def made(source: str) -> nn.Module:
    """Run a program, and return its network."""
    space: dict[str, Any] = {"__name__": "pasted"}
    exec(compile(source, "pasted", "exec"), space)
    network = space["network"]
    assert isinstance(network, nn.Module)
    return network


def test_both_definitions_can_be_pasted_and_run(acts: Acts) -> None:
    _, page = acts.open("ann.definitions", inputs="3", hidden="5, 2", outputs="2")
    pick(page, "activation", "tanh")
    slide(page, "dropout", 0.5)
    names = shown(page, TableView, "names")
    both = [made(source) for source in sources(page, "sequential", "class")]
    for network in both:
        counted = sum(parameter.numel() for parameter in network.parameters())
        assert counted == said(names, "all", 3) == 3 * 5 + 5 + 5 * 2 + 2 + 2 * 2 + 2
        network.eval()
    first, second = both
    assert list(first.state_dict()) == [row[0] for row in rows(names)[:-1]]
    assert list(second.state_dict()) == [row[1] for row in rows(names)[:-1]]
    second.load_state_dict(dict(zip(second.state_dict(), first.state_dict().values(), strict=True)))
    batch = torch.ones(4, 3)
    assert torch.equal(first(batch), second(batch))
    # The page says the same of them.
    outputs = shown(page, TableView, "outputs")
    acts.wait(lambda: len(rows(outputs)) == 4 * 2)
    assert max(float(row[3]) for row in rows(outputs)) == 0


# Backpropagation.


def gradients(page: Page) -> dict[str, float]:
    """Return the gradients of the parameters by autograd, for the values in the form."""
    p = values(page)
    w = torch.tensor([[p.w11, p.w12], [p.w21, p.w22]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([p.b1, p.b2], dtype=torch.float64, requires_grad=True)
    x = torch.tensor([p.x1, p.x2], dtype=torch.float64)
    hidden = torch.sigmoid(w @ x + b)
    answer = torch.sigmoid(p.v1 * hidden[0] + p.v2 * hidden[1] + p.c)
    ((answer - p.target) ** 2 / 2).backward()
    assert w.grad is not None and b.grad is not None
    return {"w11": w.grad[0, 0].item(), "w12": w.grad[0, 1].item(), "b1": b.grad[0].item(), "w22": w.grad[1, 1].item()}


def test_backpropagation_is_stepped_through_by_keyboard_and_agrees_with_torch(qtbot: QtBot, acts: Acts) -> None:
    window, page = acts.open("ann.backpropagation", stage="0")
    graph, table = shown(page, GraphView, "network"), shown(page, TableView, "check")
    assert node(graph, "w11").gradient is None
    assert node(graph, "J").value is None
    known = []
    for stage in range(1, LAST + 1):
        qtbot.keyClick(window, Qt.Key.Key_F7)
        acts.wait(lambda stage=stage: page.runner.status == "paused" and step(page) == stage)
        known.append(sum(node(graph, name).gradient is not None for name in ("J", "z3", "a1", "z1", "w11", "x1")))
        if stage == GRADIENTS:
            for name, gradient in gradients(page).items():
                assert node(graph, name).gradient == pytest.approx(gradient, abs=1e-6)
    # One stage after the other, nothing before its time; after the update there are other weights.
    assert known[:LOSS] == [0] * LOSS
    assert known[:GRADIENTS] == sorted(known[:GRADIENTS])
    assert known[GRADIENTS - 1] == 6
    assert node(graph, "w11").value == pytest.approx(0.5 - 0.5 * gradients(page)["w11"])
    assert None not in column(table, 3)
    assert column(table, 2) == pytest.approx(column(table, 3), abs=1e-6)
    qtbot.keyClick(window, Qt.Key.Key_F7)
    acts.wait(lambda: page.runner.status == "finished")
    assert metrics(page)["loss_after"] == pytest.approx(node(graph, "J").value)


def test_a_weight_of_backpropagation_is_changed_by_keyboard(qtbot: QtBot, acts: Acts) -> None:
    _, page = acts.open("ann.backpropagation")
    graph, table = shown(page, GraphView, "network"), shown(page, TableView, "check")
    before = node(graph, "w11").gradient
    graph.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        qtbot.keyClick(graph, Qt.Key.Key_Right)
    assert values(page).w11 == pytest.approx(0.5 + 3 * 0.06)
    # From one weight to the next by Tab.
    qtbot.keyClick(graph, Qt.Key.Key_Tab)
    qtbot.keyClick(graph, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert values(page).w12 == pytest.approx(-1 - 0.6)
    assert node(graph, "w11").gradient != before
    for name, gradient in gradients(page).items():
        assert node(graph, name).gradient == pytest.approx(gradient, abs=1e-6)
    at_full_speed(page)
    press(page, "run")
    acts.ends(page)
    assert column(table, 2) == pytest.approx(column(table, 3), abs=1e-6)
    assert metrics(page)["loss_after"] < metrics(page)["loss"]

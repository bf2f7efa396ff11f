"""Computation graphs: what is lit and told, what dragging and keys set, and that all of it fits."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.views.graph.view import GraphView
from app.views.sandwich import SandwichView
from lab.core.figures import Edge, Flow, Graph, Node
from lab.core.text import message
from tests.app.mouse import move

LEFT = Qt.MouseButton.LeftButton
SIZES = [(150, 120), (320, 200), (420, 260), (800, 350), (1600, 900)]


def graph(flow: Flow = "", weight: float = 1.25, gradient: float | None = -8.5, value: float = 6.0) -> Graph:
    """Return a weight and an input that make a loss."""
    back = None if flow == "forward" else gradient
    nodes = (
        Node("x", message("input"), 0, 0, "input", 2.0, flow="forward" if flow == "forward" else ""),
        Node("w", "weight", 0, 1, "weight", weight, back, "as given", "2 × 3", flow, "w", 0.0, 5.0),
        Node("t", "goal", 1, 1, "target", 8.0, None, field="t", low=-10.0, high=10.0),
        Node("y", "w·x", 1, 0, "operation", value, back, "1.25 × 2", "chain", flow),
        Node("loss", "loss", 2, 0.5, "loss", 4.0, None if flow == "forward" else 1.0, flow=flow),
    )
    edges = (
        Edge("x", "y", "", "forward" if flow == "forward" else ""),
        Edge("w", "y", "× 2", flow),
        Edge("y", "loss", "× 1", flow),
        Edge("t", "loss"),
    )
    return Graph("n", nodes, edges)


def network(*widths: int) -> Graph:
    """Return a dense network with a node a unit."""
    tall = max(widths)
    nodes = [
        Node(f"{layer}.{unit}", f"unit {unit}", layer, unit + (tall - width) / 2, "operation", unit - 1.23456, 0.0321)
        for layer, width in enumerate(widths)
        for unit in range(width)
    ]
    edges = [
        Edge(f"{layer}.{one}", f"{layer + 1}.{other}", "", "backward")
        for layer, (width, following) in enumerate(pairwise(widths))
        for one in range(width)
        for other in range(following)
    ]
    return Graph("n", tuple(nodes), tuple(edges))


class Heard(list[tuple[str, float]]):
    """What a view has emitted."""

    def __init__(self, view: GraphView) -> None:
        super().__init__()
        view.selected.connect(lambda name, value: self.append((name, value)))


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    view = GraphView("Graph", "n")
    qtbot.addWidget(view)
    view.resize(800, 350)
    view.show()
    return view


def show(view: GraphView, shown: Graph) -> QImage:
    view.take(shown)
    view.refresh()
    return view.grab().toImage()


def count(image: QImage, colour: str, area: QRectF | None = None) -> int:
    """Return how many pixels have a colour."""
    box = image.rect() if area is None else area.toRect()
    wanted = QColor(colour).rgb()
    pixels = (image.pixel(x, y) for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom()))
    return sum(pixel == wanted for pixel in pixels)


def middle(area: QRectF) -> QPoint:
    return area.center().toPoint()


# What is seen.


def test_each_direction_is_lit_in_its_own_colour_and_its_own_shape(view: GraphView) -> None:
    rest, forward, backward = (show(view, graph(flow)) for flow in ("", "forward", "backward"))
    accent, back = theme.colours().accent, theme.colours().bad
    content = view.content()
    assert count(forward, accent, content) > 20 * max(count(rest, accent, content), 1)
    assert count(backward, back, content) > 5 * max(count(rest, back, content), 1)
    assert count(forward, back, content) == 0 and count(backward, accent, content) == 0
    # Without colours they differ too: arrows are broken, and point the other way.
    grey = [image.convertToFormat(QImage.Format.Format_Grayscale8) for image in (forward, backward)]
    y, loss = view.node_area("y"), view.node_area("loss")
    row = [
        [image.pixelColor(x, middle(y).y()).red() for x in range(int(y.right()) + 4, int(loss.left()) - 2)]
        for image in grey
    ]
    assert row[0] != row[1]


def test_the_legend_says_which_direction_flows(view: GraphView) -> None:
    line = QRectF(view.width() / 2, 3, view.width() / 2 - 8, 20)
    rest, forward, backward = (show(view, graph(flow)) for flow in ("", "forward", "backward"))
    accent, back = theme.colours().accent, theme.colours().bad
    assert count(forward, accent, line) > 3 * count(rest, accent, line) > 0
    assert count(backward, back, line) > 3 * count(rest, back, line) > 0


def test_a_gradient_that_comes_back_later_moves_nothing(view: GraphView) -> None:
    show(view, graph("backward"))
    before = [view.node_area(name) for name in ("x", "w", "y", "loss")]
    view.clear()
    show(view, graph("forward"))
    assert [view.node_area(name) for name in ("x", "w", "y", "loss")] == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("widths", [(2, 1), (3, 6, 6, 2), (1,)])
def test_nodes_stay_inside_and_apart(view: GraphView, size: tuple[int, int], widths: tuple[int, ...]) -> None:
    view.resize(*size)
    for shown in (network(*widths), graph("backward")):
        show(view, shown)
        boxes = [view.node_area(node.name) for node in shown.nodes]
        boxes += [view.track(node.name) for node in shown.nodes if node.field]
        for place, box in enumerate(boxes):
            assert view.content().contains(box)
            assert not any(box.intersects(other) for other in boxes[:place])


@pytest.mark.parametrize("size", SIZES)
def test_values_are_seen_at_every_size_in_letters_that_can_be_read(view: GraphView, size: tuple[int, int]) -> None:
    view.resize(*size)
    show(view, graph())
    fit = view._arranged().fit
    assert ("value",) in fit.plan.lines or ("value", "gradient") in fit.plan.lines
    assert fit.font.pointSizeF() >= 9
    first = show(view, graph(value=6.0))
    assert show(view, graph(value=7.0)) != first


def test_large_views_have_large_letters_and_all_names(view: GraphView) -> None:
    view.resize(1600, 900)
    show(view, graph())
    fit = view._arranged().fit
    assert fit.font.pointSizeF() > 15 and fit.plan.named
    assert all(view._arranged().label(name)[0] for name in ("x", "w", "y", "t", "loss"))


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [(1.23456, 200, "1.2346"), (-8.0, 200, "−8"), (1.23456, 30, "1.2"), (0.0004, 24, "≈0"), (123456.7, 20, "…")],
)
def test_numbers_lose_figures_rather_than_room(view: GraphView, value: float, width: float, shown: str) -> None:
    view.resize(420, 260)
    show(view, graph())
    fit = view._arranged().fit
    unit = fit.number_width("0000") / 30
    words = fit.number(value, width * unit, gradient=False)
    assert words.startswith(shown[:3])
    assert fit.number_width(words) <= width * unit or words == "…"


def test_what_is_no_number_is_not_written_as_one(view: GraphView) -> None:
    show(view, graph(value=math.nan, gradient=math.inf, weight=-math.inf))
    fit = view._arranged().fit
    assert fit.number(math.nan, 500, gradient=False) == "not a number"
    assert fit.number(math.nan, 10, gradient=True) == "—"
    assert "not a number" in view.describe_node("y")
    QTest.keyClick(view, Qt.Key.Key_Right)


def test_hover_tells_names_exact_numbers_and_where_they_come_from(view: GraphView) -> None:
    show(view, graph(value=0.1 + 0.2))
    told = view.describe(middle(view.node_area("y")))
    for part in ("w·x", "0.30000000000000004", "1.25 × 2", "-8.5", "chain"):
        assert part in told
    assert "0.0 to 5.0" in view.describe(middle(view.node_area("w")))
    assert "gradient" not in view.describe(middle(view.node_area("x")))
    show(view, graph("forward"))
    assert "not known yet" in view.describe_node("y")
    start, end = view.node_area("y"), view.node_area("loss")
    between = QPointF((start.right() + end.left()) / 2, (start.center().y() + end.center().y()) / 2).toPoint()
    assert "from w·x to loss" in view.describe(between) and "× 1" in view.describe(between)


def test_persian_names_and_latin_numbers(view: GraphView) -> None:
    first = show(view, graph())
    set_language("fa")
    view.restyle()
    assert show(view, graph()) != first
    assert "1.25" in view.describe_node("w")


def test_graphs_of_other_shapes(view: GraphView) -> None:
    loop = Graph(
        "n",
        (Node("a", "a", 0, 0), Node("b", "b", 0, 3), Node("c", "c", 2, 1, value=1.0)),
        (Edge("a", "b"), Edge("b", "a", "up", "backward"), Edge("c", "a", "again", "forward"), Edge("c", "c")),
    )
    show(view, loop)
    assert len({view.node_area(name).center().y() for name in "abc"}) == 3
    show(view, Graph("n", (), ()))
    assert view.empty()
    show(view, Graph("another", (Node("a", "a", 0, 0),), ()))
    assert view.empty()


def test_an_arrow_from_nowhere_is_a_fault(view: GraphView) -> None:
    with pytest.raises(ValueError, match="lost → y"):
        view.take(Graph("n", graph().nodes, (Edge("lost", "y"),)))


# What is changed.


def test_the_knob_goes_where_it_is_dragged(view: GraphView) -> None:
    show(view, graph(weight=2.5))
    heard, track = Heard(view), view.track("w")
    at = middle(track)
    QTest.mousePress(view, LEFT, pos=at)
    for value in (3.0, 4.5, 7.0, -1.0):
        x = track.left() + value / 5 * track.width()
        move(view, QPoint(round(x), at.y()), LEFT)
        if value == 4.5:
            view.clear()  # Dragging after a run begins anew.
            show(view, graph(weight=heard[-1][1]))
    QTest.mouseRelease(view, LEFT, pos=at)
    assert {name for name, _ in heard} == {"w"}
    values = [value for _, value in heard]
    assert values[-4:] == pytest.approx([3.0, 4.5, 5.0, 0.0], abs=0.05)
    assert all(0 <= value <= 5 and value == round(value, 3) for value in values)
    move(view, at, LEFT)
    assert len(heard) == len(values)


def test_a_node_is_dragged_from_where_it_is(view: GraphView) -> None:
    show(view, graph(weight=1.0))
    heard = Heard(view)
    at = middle(view.node_area("w"))
    QTest.mousePress(view, LEFT, pos=at)
    assert heard == []  # To pick it does not change it.
    move(view, at + QPoint(12, 40), LEFT)
    QTest.mouseRelease(view, LEFT, pos=at)
    assert heard == [("w", pytest.approx(1.0 + 12 * 5 / max(view.track("w").width(), 120), abs=1e-3))]


@pytest.mark.parametrize("size", SIZES)
def test_sliders_can_be_dragged_at_every_size(view: GraphView, size: tuple[int, int]) -> None:
    view.resize(*size)
    show(view, graph(weight=1.0))
    heard = Heard(view)
    at = middle(view.node_area("w"))
    QTest.mousePress(view, LEFT, pos=at)
    move(view, at + QPoint(9, 0), LEFT)
    QTest.mouseRelease(view, LEFT, pos=at)
    [(name, value)] = heard
    assert name == "w" and 1 < value < 1.6


def test_what_is_given_cannot_be_dragged(view: GraphView) -> None:
    show(view, graph())
    heard = Heard(view)
    for button, name in ((LEFT, "y"), (LEFT, "x"), (Qt.MouseButton.RightButton, "w")):
        at = middle(view.node_area(name))
        QTest.mousePress(view, button, pos=at)
        move(view, at + QPoint(30, 0), button)
        QTest.mouseRelease(view, button, pos=at)
    assert heard == []
    move(view, middle(view.node_area("w")), Qt.MouseButton.NoButton)
    assert view.cursor().shape() == Qt.CursorShape.SizeHorCursor
    move(view, middle(view.node_area("y")), Qt.MouseButton.NoButton)
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_keys_change_the_value_faster_than_the_figures_follow(view: GraphView) -> None:
    show(view, graph(weight=1.0))
    heard = Heard(view)
    view.setFocus()
    for key, held in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(view, key, held)
    assert heard == [("w", value) for value in (1.05, 1.55, 1.5, 5.0, 0.0)]
    assert "weight" in QToolTip.text()
    QToolTip.hideText()


def test_tab_stops_at_each_slider_and_leaves_after_the_last(qtbot: QtBot) -> None:
    parent, before, view, after = QWidget(), QLineEdit(), GraphView("Graph", "n"), QLineEdit()
    qtbot.addWidget(parent)
    layout = QVBoxLayout(parent)
    for widget in (before, view, after):
        layout.addWidget(widget)
    parent.resize(800, 500)
    parent.show()
    parent.activateWindow()
    qtbot.waitUntil(parent.isActiveWindow)
    show(view, graph())
    before.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(parent.focusWidget() or parent, Qt.Key.Key_Tab)
        seen.append(view._focused().name if view.hasFocus() else "")
    assert seen == ["w", "t", ""] and after.hasFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(parent.focusWidget() or parent, Qt.Key.Key_Backtab)
        seen.append(view._focused().name if view.hasFocus() else "")
    assert seen == ["t", "w", ""]
    QToolTip.hideText()


def test_arrows_lead_to_every_node(view: GraphView) -> None:
    show(view, graph())
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    seen = [view._focused().name]
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Down)
        seen.append(view._focused().name)
    assert seen == ["x", "w", "y", "t", "loss", "loss"]
    QToolTip.hideText()


def test_focus_is_seen(view: GraphView) -> None:
    view.clearFocus()
    plain = show(view, graph())
    view.setFocus()
    assert view.grab().toImage() != plain
    empty = GraphView("Graph", "n")
    empty.setFocus()
    QTest.keyClick(empty, Qt.Key.Key_Down)
    empty.deleteLater()


# The weights as a sandwich.


@pytest.fixture
def bread(qtbot: QtBot) -> SandwichView:
    view = SandwichView("Sandwich", "n")
    qtbot.addWidget(view)
    view.resize(220, 260)
    view.show()
    return view


def with_weights(*values: float, gradient: float | None = -1.0) -> Graph:
    first = graph().nodes[1]
    nodes = tuple(
        dataclasses.replace(first, name=str(place), value=value, gradient=gradient)
        for place, value in enumerate(values)
    )
    return Graph("n", nodes, ())


def test_layers_are_as_thick_as_the_weights(bread: SandwichView) -> None:
    assert bread.empty()
    thick = {}
    for value in (0.0, 1.0, 2.0, 4.0, -3.0, 500.0, math.nan):
        bread.take(with_weights(value, 2.0))
        bread.refresh()
        bread.grab()
        thick[value], _ = (layer.height() for layer in bread.layers())
        assert all(bread.content().contains(layer) for layer in bread.layers())
    assert thick[4.0] - thick[2.0] == pytest.approx(2 * (thick[2.0] - thick[1.0]))
    assert thick[-3.0] == thick[0.0] < thick[1.0] and thick[4.0] < thick[500.0]
    bread.clear()
    assert bread.empty()


def test_layers_say_what_lowers_the_loss(bread: SandwichView) -> None:
    pictures = []
    for gradient in (-1.0, 1.0, 0.0, None):
        bread.take(with_weights(2.0, 2.0, gradient=gradient))
        bread.refresh()
        pictures.append(bread.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2] == pictures[3]


def test_an_arrow_stands_beside_every_weight_as_long_as_the_loss_can_be_tasted(bread: SandwichView) -> None:
    loss = next(node for node in graph().nodes if node.kind == "loss")
    pictures = {}
    for gradient in (0.0, -1e-5):
        for value in (1e-4, 1e-7):
            weights = with_weights(2.0, 2.0, gradient=gradient)
            bread.take(dataclasses.replace(weights, nodes=(*weights.nodes, dataclasses.replace(loss, value=value))))
            bread.refresh()
            pictures[gradient, value] = bread.grab().toImage()
    assert pictures[-1e-5, 1e-4] != pictures[0.0, 1e-4]
    assert pictures[-1e-5, 1e-7] == pictures[0.0, 1e-7]
    assert "∂loss/∂1" in bread.describe(middle(bread.layers()[1]))


def test_less_than_nothing_is_told(bread: SandwichView) -> None:
    bread.take(with_weights(2.0, -1.5))
    bread.refresh()
    told = bread.describe(middle(bread.layers()[1]))
    assert "-1.5" in told and "no less than nothing" in told
    assert "2.0" in bread.describe(middle(bread.layers()[0]))


@pytest.mark.parametrize("size", SIZES)
def test_a_sandwich_of_every_size(bread: SandwichView, size: tuple[int, int]) -> None:
    bread.resize(*size)
    bread.take(with_weights(5.0, 5.0, 0.1))
    bread.refresh()
    bread.grab()
    assert all(bread.content().contains(layer) for layer in bread.layers())


def test_things_without_numbers_have_only_their_names_and_arrows_lead_over_what_is_between(qtbot: QtBot) -> None:
    nodes = tuple(
        Node(name, name, place, 0, "operation" if place else "input", why=f"about {name}")
        for place, name in enumerate(("into block", "3×3 depthwise", "1×1, 64", "sum"))
    )
    edges = (*(Edge(one.name, other.name) for one, other in pairwise(nodes)), Edge("into block", "sum"))
    view = GraphView("Inside", "n")
    qtbot.addWidget(view)
    view.resize(800, 220)
    view.keep(Graph("n", nodes, edges, numbers=False))
    view.show()
    view.grab()
    assert view._arranged().fit.plan.lines == (("label",),)
    assert "about sum" in view.describe_node("sum")
    assert "not known" not in view.describe_node("sum")
    over, straight = (view._arranged().arrows[ends] for ends in (("into block", "sum"), ("1×1, 64", "sum")))
    inner = [view.node_area(name) for name in ("3×3 depthwise", "1×1, 64")]
    assert over.at(0.5).y() < min(area.top() for area in inner)
    assert all(view.content().contains(over.at(share / 20)) for share in range(21))
    assert straight.at(0.5).y() == pytest.approx(inner[1].center().y())

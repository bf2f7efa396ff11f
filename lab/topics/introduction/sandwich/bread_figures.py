"""The figures of the sandwich: its computation graph, the numbers with their arithmetic, and the way it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Edge, Flow, Graph, Line, Mark, Node, Table, Words
from lab.core.text import Message, message
from lab.topics.introduction.sandwich.bread import TASTED, Amounts, Bite, Customer

JUST_RIGHT = 1e-3
"""Smaller errors are not tasted."""
MOST_SPOONS = 5.0
STRONGEST = 3.0
WEAKEST = -2.0
LARGEST_TARGET = 15.0


def plain(value: float, figures: int = 4) -> str:
    """Return a number as it stands first in arithmetic, or alone."""
    return f"{value + 0.0:.{figures}g}".replace("-", "−")  # Without the sign of a negative zero.


def shown(value: float) -> str:
    """Return a number as it stands after a sign: negative ones in parentheses."""
    return f"({plain(value)})" if value < 0 else plain(value)


def graph(bite: Bite, flow: Flow, customer: int, made: tuple[Words, Words]) -> Graph:
    """Return the computation graph of `bite`.

    Flowing forward, no gradient is known yet; with `flow` "" both directions are, and neither is lit. `customer`
    counts from 1; only the first one is the form's, and can be dragged. `made` says where butter and jam come from.
    """
    given = message("This customer's tongue: how much flavour one spoon has for it.")
    asked = message("How much flavour this customer wants.")
    back = flow != "forward"
    ahead: Flow = "forward" if flow == "forward" else ""

    def gradient(value: float) -> float | None:
        return value if back else None

    def product(name: str, label: Words, row: float, spoons: float, flavour: float) -> Node:
        why = f"{plain(spoons)} × {shown(flavour)} = {plain(spoons * flavour)}"
        same = message("The same as at the sum: what is only added passes the error on as it is.")
        return Node(name, label, 1, row, "operation", spoons * flavour, gradient(bite.error_gradient), why, same, flow)

    def weight(name: str, label: Words, row: float, spoons: float, flavour: float, origin: Words) -> Node:
        slope = bite.error_gradient * flavour
        why = f"∂loss/∂{name} = 2 × {shown(bite.error)} × {shown(flavour)} = {plain(slope)}"
        return Node(name, label, 0, row, "weight", spoons, gradient(slope), origin, why, flow, name, 0.0, MOST_SPOONS)

    def flavour(name: str, label: Words, row: float, value: float) -> Node:
        field = name if customer == 1 else ""
        return Node(
            name, label, 0, row, "input", value, None, given, flow=ahead, field=field, low=WEAKEST, high=STRONGEST
        )

    eater, error = bite.customer, shown(bite.error)
    nodes = (
        flavour("butter_flavour", message("butter's flavour"), 0, eater.butter),
        weight("butter", message("butter"), 1, bite.butter, eater.butter, made[0]),
        weight("jam", message("jam"), 2, bite.jam, eater.jam, made[1]),
        flavour("jam_flavour", message("jam's flavour"), 3, eater.jam),
        product("from_butter", message("butter × flavour"), 0.5, bite.butter, eater.butter),
        product("from_jam", message("jam × flavour"), 2.5, bite.jam, eater.jam),
        Node(
            "prediction", message("sum = prediction"), 2, 1.5, "operation", bite.prediction,
            gradient(bite.error_gradient),
            f"{plain(bite.from_butter)} + {shown(bite.from_jam)} = {plain(bite.prediction)}",
            message("The same as at the error: the target stands still."), flow,
        ),
        Node(
            "target", message("wanted = target"), 2, 3, "target", eater.target, None, asked, flow=ahead,
            field="target" if customer == 1 else "", low=0.0, high=LARGEST_TARGET,
        ),
        Node(
            "error", message("error"), 3, 1.5, "operation", bite.error, gradient(bite.error_gradient),
            f"{plain(bite.prediction, 7)} − {plain(eater.target, 7)} = {plain(bite.error)}",
            f"∂loss/∂error = 2 × {error} = {plain(bite.error_gradient)}", flow,
        ),
        Node(
            "loss", message("loss = error²"), 4.2, 1.5, "loss", bite.loss, gradient(1.0),
            f"{error}² = {plain(bite.loss)}", "∂loss/∂loss = 1", flow,
        ),
    )  # fmt: skip
    return Graph("sandwich", nodes, _edges(bite, flow))


def _edges(bite: Bite, flow: Flow) -> tuple[Edge, ...]:
    """Return the arrows; backward they carry the factor of the chain rule by which a gradient is multiplied."""
    eater = bite.customer
    learns = (
        ("butter", "from_butter", eater.butter),
        ("jam", "from_jam", eater.jam),
        ("from_butter", "prediction", 1.0),
        ("from_jam", "prediction", 1.0),
        ("prediction", "error", 1.0),
        ("error", "loss", 2 * bite.error),
    )
    given = (("butter_flavour", "from_butter"), ("jam_flavour", "from_jam"), ("target", "error"))
    ahead: Flow = "forward" if flow == "forward" else ""
    return tuple(
        Edge(source, target, "" if flow == "forward" else _times(factor), flow) for source, target, factor in learns
    ) + tuple(Edge(source, target, "", ahead) for source, target in given)


def _times(factor: float) -> str:
    return f"× ({plain(factor, 3)})" if factor < 0 else f"× {plain(factor, 3)}"


def changed(bite: Bite, learning_rate: float) -> tuple[str, str]:
    """Return the arithmetic of both amounts after a step of gradient descent at `bite`."""
    rate = shown(learning_rate)
    return (
        f"{plain(bite.butter)} − {rate} × {shown(bite.butter_gradient)}",
        f"{plain(bite.jam)} − {rate} × {shown(bite.jam_gradient)}",
    )


def numbers(bite: Bite, flow: Flow, customer: int, customers: int, learning_rate: float) -> Table:
    """Return every number of one step with its arithmetic; flowing forward, what comes back is not known yet."""
    eater = bite.customer
    error = shown(bite.error)
    improved = bite.improved(learning_rate)
    changes = changed(bite, learning_rate)
    ahead: tuple[tuple[Words, float, str], ...] = (
        (
            message("prediction"), bite.prediction,
            f"{plain(bite.butter)} × {shown(eater.butter)} + {shown(bite.jam)} × {shown(eater.jam)}",
        ),
        (message("error"), bite.error, f"{plain(bite.prediction, 7)} − {plain(eater.target, 7)}"),
        (message("loss"), bite.loss, f"{error}²"),
    )  # fmt: skip
    back: tuple[tuple[Words, float, str], ...] = (
        ("∂loss/∂butter", bite.butter_gradient, f"2 × {error} × {shown(eater.butter)}"),
        ("∂loss/∂jam", bite.jam_gradient, f"2 × {error} × {shown(eater.jam)}"),
        (message("butter, next"), improved[0], changes[0]),
        (message("jam, next"), improved[1], changes[1]),
    )
    rows = [_row(name, value, why, flow == "forward") for name, value, why in ahead]
    if flow == "forward":
        rows += [(Cell(name), Cell(None), Cell(message("not known yet"), mark="muted"))
                 for name, _, _ in back]  # fmt: skip
    else:
        rows += [_row(name, value, why, flow == "backward") for name, value, why in back]
    note = verdict(bite, known=flow != "forward")
    if customers > 1:
        note = message("Customer {number} of {count}: {verdict}", number=customer, count=customers, verdict=note)
    return Table("numbers", (message("quantity"), message("value"), message("arithmetic")), tuple(rows), note)


def _row(name: Words, value: float, why: str, lit: bool) -> tuple[Cell, ...]:
    mark: Literal["strong", ""] = "strong" if lit else ""
    return Cell(name, mark=mark), Cell(value, why, mark), Cell(why, mark=mark)


def verdict(bite: Bite, known: bool = True) -> Message:
    """Say how it tastes, and once gradients are `known` what of each amount lowers the loss."""
    off = f"{abs(bite.error):.4g}"
    if abs(bite.error) < JUST_RIGHT:
        return message("It tastes just right: there is nothing to change.")
    if not known:
        weak = bite.error < 0
        return (
            message("It tastes too weak by {off}.", off=off)
            if weak
            else message("It tastes too strong by {off}.", off=off)
        )
    butter = _advice(
        bite.butter_gradient, message("more butter"), message("less butter"), message("butter does not matter")
    )
    jam = _advice(bite.jam_gradient, message("more jam"), message("less jam"), message("jam does not matter"))
    if bite.error < 0:
        return message("It tastes too weak by {off}: {butter}, {jam}.", off=off, butter=butter, jam=jam)
    return message("It tastes too strong by {off}: {butter}, {jam}.", off=off, butter=butter, jam=jam)


def _advice(gradient: float, more: Message, less: Message, neither: Message) -> Message:
    return more if gradient < 0 else less if gradient > 0 else neither


def loss_chart(losses: Sequence[float], means: Sequence[float], steps: int) -> Chart:
    """Return the loss of the customer served at each step, and with several customers the mean over all of them."""
    lines = [Line(message("loss of this customer"), _count(losses), np.array(losses), "line + points", 0)]
    if means:
        lines[0] = Line(message("loss of this customer"), _count(losses), np.array(losses), "points", 0)
        lines.append(Line(message("mean loss of all"), _count(means), np.array(means), "line", 1))
    return Chart("loss", tuple(lines), _steps(steps), Axis(message("loss"), low=0.0))


def amounts_chart(path: Sequence[Amounts], steps: int, goal: Amounts) -> Chart:
    """Return both amounts after each step, and where they should end."""
    lines = tuple(
        Line(label, _count(path), np.array([amounts[place] for amounts in path]), "line + points", colour)
        for place, label, colour in ((0, message("butter"), 4), (1, message("jam"), 3))
    )
    goals = ((goal[0], message("best butter")), (goal[1], message("best jam")))
    # A tongue that tastes next to nothing would want thousands of spoons.
    marks = tuple(Mark("y", spoons, label) for spoons, label in goals if abs(spoons) <= 4 * MOST_SPOONS)
    return Chart("amounts", lines, _steps(steps), Axis(message("amount"), message("spoons")), marks)


def plane_chart(path: Sequence[Amounts], customers: Sequence[Customer], following: Amounts | None) -> Chart:
    """Return the plane of all sandwiches: a dashed line for each customer's perfect ones, and the way so far.

    `following` is where the next step would lead.
    """
    corners = [*path, (0.0, 0.0), (MOST_SPOONS, MOST_SPOONS)]
    low, high = (float(end) for end in (np.min(corners) - 0.5, np.max(corners) + 0.5))
    lines = []
    for place, customer in enumerate(customers):
        x, y = perfect(customer, low, high)
        label = message("perfect for {number}", number=place + 1) if len(customers) > 1 else message("perfect")
        lines.append(Line(label, x, y, "dashes", (2, 1, 5)[place]))
    ways = np.array(path)
    if len(path) > 1:
        lines.append(Line(message("way so far"), ways[:, 0], ways[:, 1], "line + points", 0))
    lines.append(Line(message("this sandwich"), ways[-1:, 0], ways[-1:, 1], "ball", 0))
    if following is not None:
        step = np.array([path[-1], following])
        lines.append(Line(message("next step"), step[:, 0], step[:, 1], "line + points", -1))
    spoons = message("spoons")
    return Chart(
        "plane",
        tuple(lines),
        Axis(message("butter"), spoons, low=low, high=high),
        Axis(message("jam"), spoons, low=low, high=high),
    )


def perfect(customer: Customer, low: float, high: float) -> tuple[Array, Array]:
    """Return the butter and jam, each (2,), of two perfect sandwiches; (0,) for a tongue that tastes nothing."""
    ends = np.array([low, high])
    if max(abs(customer.butter), abs(customer.jam)) < TASTED:
        return np.empty(0), np.empty(0)
    if abs(customer.jam) >= abs(customer.butter):
        return ends, (customer.target - ends * customer.butter) / customer.jam
    return (customer.target - ends * customer.jam) / customer.butter, ends


def _count(values: Sequence[object]) -> Array:
    return np.arange(len(values), dtype=float)


def _steps(steps: int) -> Axis:
    return Axis(message("step"), low=0.0, high=float(steps))

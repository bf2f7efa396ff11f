"""What one unit looks like in numbers: its graph, the arithmetic of a step, its four cases, what a line would need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Edge, Graph, Node, Table, Words
from lab.core.text import message
from lab.topics.ann.perceptron.unit import (
    CASES,
    THRESHOLDS,
    Example,
    Judged,
    Weights,
)

MOST = 5.0
"""The largest weight that can be set by hand."""


def plain(value: float, figures: int = 4) -> str:
    """Return a number as it stands first in arithmetic, or alone."""
    return f"{value + 0.0:.{figures}g}".replace("-", "−")  # Without the sign of a negative zero.


def shown(value: float) -> str:
    """Return a number as it stands after a sign: negative ones in parentheses."""
    return f"({plain(value)})" if value < 0 else plain(value)


def added(first: float, *others: float) -> str:
    """Return a sum, with a minus sign instead of a plus before negative numbers."""
    return plain(first) + "".join(f" − {plain(-each)}" if each < 0 else f" + {plain(each)}" for each in others)


def activation_why(activation: str, z: float) -> str:
    """Return the arithmetic of an activation, without its result."""
    match activation:
        case "step":
            return f"{plain(z)} > 0 ⇒ 1" if z > 0 else f"{plain(z)} ≤ 0 ⇒ 0"
        case "sigmoid":
            return f"1 / (1 + exp({plain(-z)}))"
        case "tanh":
            return f"tanh({plain(z)})"
        case "relu":
            return f"max(0, {plain(z)})"
        case _:
            return f"z = {plain(z)}"


def graph(example: Example, made: tuple[Words, Words, Words], *, free: bool) -> Graph:
    """Return the computation graph of one example; `made` says where the weights come from.

    `free` inputs are the form's, and can be dragged.
    """
    (x1, x2), (w1, w2, bias) = example.inputs, example.weights
    (from_1, from_2), z, output, error = example.products, example.sum, example.output, example.error
    learns, back = example.rule == "gradient", example.sum_gradient
    result = "" if example.activation in ("step", "identity") else f" = {plain(output)}"
    threshold_matters = not learns and example.activation != "step"
    last = 4.0 if threshold_matters else 3.0
    same = message("The same as at the sum: what is only added passes the gradient on as it is.")

    def given(name: str, label: str, row: float, value: float) -> Node:
        why = message("An input: drag it to try others.") if free else message("An input of the example shown now.")
        return Node(name, label, 0, row, "input", value, None, why, field=name if free else "", low=0.0, high=1.0)

    def weight(name: str, label: Words, column: float, row: float, place: int, factor: float) -> Node:
        slope = None if back is None else back * factor
        times = "" if place == 2 or back is None else f" = {shown(back)} × {shown(factor)}"
        why = "" if slope is None else f"∂loss/∂{('w₁', 'w₂', 'b')[place]}{times} = {plain(slope)}"
        return Node(
            name, label, column, row, "weight", example.weights[place], slope if learns else None, made[place],
            why, field=name, low=-MOST, high=MOST,
        )  # fmt: skip

    nodes = [
        given("x1", "x₁", 0, x1),
        weight("w1", "w₁", 0, 1, 0, x1),
        weight("w2", "w₂", 0, 2, 1, x2),
        given("x2", "x₂", 3, x2),
        Node("product_1", "w₁ · x₁", 1, 0.5, "operation", from_1, back if learns else None,
             f"{plain(w1)} × {shown(x1)} = {plain(from_1)}", same),
        Node("product_2", "w₂ · x₂", 1, 2.5, "operation", from_2, back if learns else None,
             f"{plain(w2)} × {shown(x2)} = {plain(from_2)}", same),
        weight("bias", message("bias b"), 1, 1.5, 2, 1.0),
        Node("sum", message("sum z"), 2, 1.5, "operation", z, back if learns else None,
             f"{added(from_1, from_2, bias)} = {plain(z)}",
             "" if back is None or error is None else
             f"∂loss/∂z = −(t − y) · f′(z) = {plain(-error)} × {shown(example.slope)} = {plain(back)}"),
        Node("output", message("output y"), 3, 1.5, "operation", output,
             -error if learns and error is not None else None, activation_why(example.activation, z) + result,
             "" if error is None else f"∂loss/∂y = −(t − y) = {plain(-error)}"),
    ]  # fmt: skip
    if threshold_matters:
        why = f"{plain(output)} > ½ ⇒ 1" if example.says else f"{plain(output)} ≤ ½ ⇒ 0"
        nodes.append(Node("says", message("it says"), 4, 1.5, "operation", example.says, None, why))
    only = message("Only the four cases have a target: inputs that are 0 or 1.")
    wanted = message("What the problem wants for these inputs.")
    nodes.append(
        Node("target", message("target t"), last, 3, "target", example.target, None, only if error is None else wanted)
    )
    answer = ("y", output) if learns else (message("it says"), example.says)
    nodes.append(
        Node(
            "error", message("error"), last + 1, 1.5, "operation", error, error if learns else None,
            only if error is None or example.target is None else
            f"{plain(example.target)} − {shown(answer[1])} = {plain(error)}",
            "" if error is None else f"∂loss/∂(t − y) = t − y = {plain(error)}",
        )
    )  # fmt: skip
    if learns:
        why_loss: Words = only if error is None else f"½ × {shown(error)}² = {plain(error**2 / 2)}"
        one = None if error is None else 1.0
        nodes.append(
            Node("loss", message("loss"), last + 2, 1.5, "loss", example.loss, one, why_loss,
                 "∂loss/∂loss = 1")
        )  # fmt: skip
    return Graph("unit", tuple(nodes), _edges(example, threshold_matters))


def _edges(example: Example, threshold_matters: bool) -> tuple[Edge, ...]:
    """Return the arrows; with gradients they carry what the chain rule multiplies by on the way back."""
    learns = example.rule == "gradient" and example.error is not None
    (x1, x2), error = example.inputs, example.error or 0.0

    def times(factor: float) -> str:
        return f"× {shown(factor)}" if learns else ""

    ends = ["sum", "output", *(["says"] if threshold_matters else []), "error"]
    factors = [times(example.slope), *([""] if threshold_matters else []), times(-1.0)]
    edges = [
        Edge("x1", "product_1"),
        Edge("w1", "product_1", times(x1)),
        Edge("w2", "product_2", times(x2)),
        Edge("x2", "product_2"),
        Edge("product_1", "sum", times(1.0)),
        Edge("product_2", "sum", times(1.0)),
        Edge("bias", "sum", times(1.0)),
        *(Edge(a, b, factor) for a, b, factor in zip(ends, ends[1:], factors, strict=False)),
        Edge("target", "error"),
    ]
    if example.rule == "gradient":
        edges.append(Edge("error", "loss", times(error)))
    return tuple(edges)


def changes(example: Example, learning_rate: float) -> tuple[str, str, str]:
    """Return the arithmetic of both weights and the bias after a step, with everything put in."""
    by = f"{plain(learning_rate)} × {shown(example.error or 0.0)}"
    if example.rule == "gradient":
        by += f" × {shown(example.slope)}"
    w1, w2, bias = (plain(weight) for weight in example.weights)
    x1, x2 = (shown(value) for value in example.inputs)
    return f"{w1} + {by} × {x1}", f"{w2} + {by} × {x2}", f"{bias} + {by}"


def step_table(example: Example, learning_rate: float, *, next_known: bool) -> Table:
    """Return the arithmetic of one step; at the end, `next_known` being False, only what flows forward."""
    (x1, x2), (w1, w2, bias), learns = example.inputs, example.weights, example.rule == "gradient"
    first, second = example.products
    rows: list[tuple[Words, float, str]] = [
        (message("sum z"), example.sum, added(first, second, bias)),
        (message("output y"), example.output, activation_why(example.activation, example.sum)),
    ]
    if example.error is None or example.target is None:
        note: Words = message("Only the four cases have a target: inputs that are 0 or 1.")
    else:
        rows.append((message("error"), example.error, f"{plain(example.target)} − {shown(example.answer)}"))
        note = ""
    if example.error is not None and next_known:
        by = learning_rate * example.blame
        made = f"{plain(learning_rate)} × {shown(example.error)}"
        note = message("correction = rate × error; a weight gets it times its input. No error, no change.")
        if learns:
            rows.append((message("slope f′(z)"), example.slope, f"f′({plain(example.sum)})"))
            made += f" × {shown(example.slope)}"
            note = message("correction = rate × error × slope; a weight gets it times its input.")
        rows.append((message("correction"), by, made))
        names = (message("w₁, next"), message("w₂, next"), message("b, next"))
        sums = (f"{added(w1, by)} × {shown(x1)}", f"{added(w2, by)} × {shown(x2)}")
        improved = example.improved(learning_rate)
        rows += zip(names, improved, (*sums, added(bias, by)), strict=True)
    cells = tuple((Cell(name), Cell(value, why), Cell(why)) for name, value, why in rows)
    return Table("step", (message("quantity"), message("value"), message("arithmetic")), cells, note)


def cases_table(found: Judged, activation: str, targets: Sequence[int], now: tuple[float, float] | None) -> Table:
    """Return all four cases with the weights as they are; `now` is the one that is shown to the unit."""
    rows = []
    for inputs, target, z, output, right in zip(
        CASES, targets, found.sums, found.outputs, found.right, strict=True
    ):  # fmt: skip
        verdict = Cell(message("right"), mark="good") if right else Cell(message("wrong"), mark="bad")
        here = message("The example shown now.") if inputs == now else ""
        first = Cell(int(inputs[0]), here, "strong" if here else "")
        second = Cell(int(inputs[1]), here, "strong" if here else "")
        rows.append(
            (first, second, Cell(int(target)),
             Cell(float(output), activation_why(activation, float(z))), verdict)
        )  # fmt: skip
    note = message(
        "{right} of 4 are right; the mean loss is {loss}.", right=4 - found.wrong, loss=plain(found.mean_loss)
    )
    columns = ("x₁", "x₂", message("target"), message("output"), "")
    return Table("cases", columns, tuple(rows), note)


def line_table(weights: Weights, activation: str, targets: Sequence[int], found: Judged, separators: Array) -> Table:
    """Return what would have to hold for each case, whether it does now, and for XOR why it never can."""
    bound = THRESHOLDS[activation]
    sums = ("b", "w₂ + b", "w₁ + b", "w₁ + w₂ + b")
    rows = []
    for terms, inputs, target, z, right in zip(sums, CASES, targets, found.sums, found.right, strict=True):
        mark = _holds(bool(right))
        needed = f"{terms} {'>' if target else '≤'} {plain(bound)}"
        rows.append((Cell(f"({inputs[0]:.0f},{inputs[1]:.0f})"), Cell(needed), Cell(float(z), terms), mark))
    if len(separators):
        best = separators[np.argmin(np.abs(separators).sum(1))]
        w1, w2, b = (plain(float(value)) for value in (best[0], best[1], best[2] + bound))
        note = message("All four can hold at once, for instance with w₁ = {w1}, w₂ = {w2}, b = {b}.", w1=w1, w2=w2, b=b)
    else:
        total = float(found.sums[1] + found.sums[2])
        middle, outer = (">", "≤") if targets[1] else ("≤", ">")
        for where, sign in (("(0,1) + (1,0)", middle), ("(0,0) + (1,1)", outer)):
            needed = f"w₁ + w₂ + 2b {sign} {plain(2 * bound)}"
            holds = (total > 2 * bound) == (sign == ">")
            rows.append((Cell(where, message("The rows of both cases, added."), "strong"), Cell(needed, mark="strong"),
                         Cell(total, "w₁ + w₂ + 2b"), _holds(holds)))  # fmt: skip
        note = message("The last two rows say the opposite of each other: no weights can satisfy both, so no line can.")
    columns = (message("case"), message("has to hold"), message("now"), "")
    return Table("line", columns, tuple(rows), note)


def _holds(holds: bool) -> Cell:
    return Cell(message("yes"), mark="good") if holds else Cell(message("no"), mark="bad")

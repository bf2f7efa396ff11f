"""Butter and jam: values and gradients against torch, the way against its closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Graph, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.introduction.sandwich import Sandwich
from lab.topics.introduction.sandwich.bread import Bite, Customer, best, mean_loss
from lab.topics.introduction.sandwich.bread_figures import perfect, verdict
from lab.topics.introduction.sandwich.params import OTHERS, SandwichParams

amounts = st.floats(0, 5)
flavours = st.floats(-2, 3)
targets = st.floats(0, 15)


def events(watched: bool = True, **changes: Any) -> list[Event]:
    context = Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: watched)
    return list(Sandwich().run(SandwichParams(**changes), context))


def metrics(**changes: Any) -> dict[str, float]:
    last = events(watched=False, **changes)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def graphs(found: list[Event]) -> list[Graph]:
    return [event for event in found if isinstance(event, Graph)]


def preview(**changes: Any) -> dict[tuple[str, str], Any]:
    return {
        event.key: event for event in made(Sandwich().preview(SandwichParams(**changes), DataStore(Path("unused"))))
    }


@given(amounts, amounts, flavours, flavours, targets)
def test_every_value_and_gradient_of_the_graph_is_that_of_torch(
    butter: float, jam: float, butter_flavour: float, jam_flavour: float, target: float
) -> None:
    weights = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (butter, jam)]
    from_butter, from_jam = weights[0] * butter_flavour, weights[1] * jam_flavour
    prediction = from_butter + from_jam
    error = prediction - target
    loss = error**2
    expected = {
        "butter": weights[0],
        "jam": weights[1],
        "from_butter": from_butter,
        "from_jam": from_jam,
        "prediction": prediction,
        "error": error,
        "loss": loss,
    }
    for tensor in expected.values():
        tensor.retain_grad()
    loss.backward()
    shown = preview(butter=butter, jam=jam, butter_flavour=butter_flavour, jam_flavour=jam_flavour, target=target)[
        "Graph", "sandwich"
    ]
    nodes = {node.name: node for node in shown.nodes}
    for name, tensor in expected.items():
        assert tensor.grad is not None
        assert nodes[name].value == pytest.approx(tensor.item(), abs=1e-12)
        assert nodes[name].gradient == pytest.approx(tensor.grad.item(), abs=1e-12), name
    assert all(nodes[name].gradient is None for name in ("butter_flavour", "jam_flavour", "target"))


@given(amounts, amounts, flavours, flavours, targets, st.floats(0.001, 0.02), st.integers(1, 30))
def test_with_one_customer_the_error_shrinks_by_the_same_factor_at_each_step(
    butter: float, jam: float, first: float, second: float, target: float, rate: float, steps: int
) -> None:
    found = metrics(
        butter=butter,
        jam=jam,
        butter_flavour=first,
        jam_flavour=second,
        target=target,
        learning_rate=rate,
        steps=steps,
    )
    factor = 1 - 2 * rate * (first**2 + second**2)
    error = (butter * first + jam * second - target) * factor**steps
    assert found["error"] == pytest.approx(error, abs=1e-9)
    assert found["loss"] == pytest.approx(error**2, abs=1e-9)
    assert found["prediction"] == pytest.approx(target + error, abs=1e-9)


def test_the_default_halves_its_error_and_a_rate_of_a_tenth_needs_one_step() -> None:
    assert metrics()["error"] == pytest.approx(-2 / 2**12)
    assert metrics(learning_rate=0.1, steps=1)["error"] == pytest.approx(0, abs=1e-12)


@given(amounts, amounts, st.integers(1, 3))
def test_the_goal_is_the_nearest_sandwich_of_least_loss(butter: float, jam: float, count: int) -> None:
    customers = (Customer(2.0, 1.0, 8.0), *OTHERS)[:count]
    goal = best((butter, jam), customers)
    inputs = np.array([(customer.butter, customer.jam) for customer in customers])
    wanted = np.array([customer.target for customer in customers])
    expected = lsq_linear(inputs, wanted).x
    if count == 1:  # SciPy's is the shortest; ours lies on the same line, at right angles from the start.
        assert goal[0] * 2 + goal[1] == pytest.approx(8)
        assert (goal[0] - butter) * 1 == pytest.approx((goal[1] - jam) * 2)
    else:
        assert goal == pytest.approx(tuple(expected), abs=1e-6)


def test_two_customers_agree_on_one_sandwich_and_three_on_none() -> None:
    two = metrics(customers="two", steps=200)
    assert (two["butter"], two["jam"]) == pytest.approx((3, 2), abs=1e-3)
    assert two["mean_loss"] == pytest.approx(0, abs=1e-6)
    three = metrics(customers="three", steps=198, learning_rate=0.01)
    assert best((1, 4), (Customer(2.0, 1.0, 8.0), *OTHERS)) == pytest.approx((11 / 3, 4 / 3))
    assert 4 / 9 < three["mean_loss"] < 0.5
    # A larger rate goes round in a circle and does not come to rest.
    late = [event for event in events(customers="three", steps=200, learning_rate=0.1) if isinstance(event, Chart)]
    butter = next(event for event in reversed(late) if event.name == "amounts").lines[0].y
    assert np.ptp(butter[-9:]) > 0.3
    assert butter[-1] == pytest.approx(butter[-4], abs=1e-6)


def test_one_step_goes_forward_and_the_next_one_back() -> None:
    found = events(steps=3)
    assert sum(isinstance(event, Progress) for event in found) == 6
    flows: list[set[str]] = []
    for shown in graphs(found):
        flows.append({edge.flow for edge in shown.edges})
        known = [node.gradient is not None for node in shown.nodes]
        assert any(known) == (flows[-1] != {"forward"})
    assert flows == [{"forward"}, {"backward", ""}] * 3 + [{""}]
    for forward, back in pairwise(graphs(found)[:6]):
        if forward.nodes[-1].flow == "forward":
            assert [node.value for node in forward.nodes] == [node.value for node in back.nodes]
    ends = [event for event in found if isinstance(event, Progress)]
    assert [event.step for event in ends] == [1, 2, 3, 4, 5, 6] and all(event.steps == 6 for event in ends)


def test_a_resting_run_shows_the_step_at_which_it_rests() -> None:
    sandwich = Sandwich()
    assert list(made(sandwich.query({}))) == []
    run = sandwich.run(SandwichParams(), Context("cpu", DataStore(Path("unused"))))
    for flow in ("forward", "backward"):
        assert isinstance(next(run), Progress)
        [shown] = graphs(list(made(sandwich.query({}))))
        assert {node.flow for node in shown.nodes} - {""} == {flow}


def test_without_a_screen_only_the_end_is_drawn_and_the_numbers_are_the_same() -> None:
    watched, alone = events(customers="two"), events(watched=False, customers="two")
    assert len(graphs(alone)) == 1 and len(graphs(watched)) == 25
    assert watched[-1] == alone[-1]


@pytest.mark.parametrize("customers", ["one", "two", "three"])
def test_too_large_a_rate_ends_with_a_sentence_and_finite_numbers(customers: str) -> None:
    found = events(customers=customers, learning_rate=0.6, steps=200)
    [remark] = [event for event in found if isinstance(event, Remark)]
    assert remark.level == "warning"
    values = remark.message.values
    assert max(abs(float(values[name].replace("−", "-"))) for name in ("butter", "jam")) > values["range"]
    assert f"Step {values['step']} would put" in str(remark.message)
    last = found[-1]
    assert isinstance(last, Metrics) and last.values["steps"] == values["step"] - 1
    assert abs(last.values["butter"]) <= 100 and abs(last.values["jam"]) <= 100
    for number in numbers(found):
        assert math.isfinite(number)
    # What is advised helps.
    limit = float(values["limit"])
    calm = events(customers=customers, learning_rate=0.95 * limit, steps=200)
    assert not [event for event in calm if isinstance(event, Remark)]


def numbers(found: list[Event]) -> list[float]:
    every: list[float] = []
    for event in found:
        if isinstance(event, Graph):
            every += [number for node in event.nodes for number in (node.value, node.gradient) if number is not None]
        elif isinstance(event, Chart):
            every += [float(y) for line in event.lines for part in (line.x, line.y) for y in part]
        elif isinstance(event, Metrics):
            every += event.values.values()
        elif isinstance(event, Table):
            every += [cell.value for row in event.rows for cell in row if isinstance(cell.value, float)]
    return every


def test_a_tongue_that_tastes_nothing_teaches_nothing() -> None:
    found = metrics(butter_flavour=0, jam_flavour=0)
    assert (found["butter"], found["jam"]) == (1, 4)
    x, y = perfect(Customer(0.0, 0.0, 8.0), 0.0, 5.0)
    assert x.size == y.size == 0
    assert "does not matter" in str(verdict(Bite(1, 4, Customer(2.0, 0.0, 8.0))))


@given(flavours, flavours, targets)
def test_what_is_called_perfect_has_no_loss(first: float, second: float, target: float) -> None:
    customer = Customer(first, second, target)
    x, y = perfect(customer, -1.0, 6.0)
    for butter, jam in zip(x, y, strict=True):
        assert math.isfinite(butter) and math.isfinite(jam)
        size = abs(butter * first) + abs(jam * second) + target
        assert abs(Bite(float(butter), float(jam), customer).error) <= 1e-12 * max(size, 1)


@given(amounts, amounts, flavours, flavours, targets)
def test_the_advice_lowers_the_loss(butter: float, jam: float, first: float, second: float, target: float) -> None:
    bite = Bite(butter, jam, Customer(first, second, target))
    said = str(verdict(bite))
    tried: dict[str, Callable[[float], Bite]] = {
        "butter": lambda by: Bite(butter + by, jam, bite.customer),
        "jam": lambda by: Bite(butter, jam + by, bite.customer),
    }
    for name, change in tried.items():
        small = 1e-5
        if f"more {name}" in said:
            assert change(small).loss <= bite.loss
        elif f"less {name}" in said:
            assert change(-small).loss <= bite.loss


def test_what_to_change_is_not_said_before_the_error_came_back() -> None:
    tables = [event for event in events(steps=1) if isinstance(event, Table)]
    assert "more butter" not in str(tables[0].note) and "too weak" in str(tables[0].note)
    assert "more butter" in str(tables[1].note)
    assert [row[1].value is None for row in tables[0].rows] == [False] * 3 + [True] * 4
    assert not any(row[1].value is None for row in tables[1].rows)


def test_the_mean_loss_counts_everyone() -> None:
    customers = (Customer(2.0, 1.0, 8.0), *OTHERS)
    assert mean_loss((11 / 3, 4 / 3), customers) == pytest.approx(4 / 9)
    assert metrics(customers="three", steps=1)["loss"] != metrics(customers="three", steps=1)["mean_loss"]


def test_the_table_holds_the_arithmetic_that_makes_its_values() -> None:
    table = preview(butter=1.5, jam=0.25, jam_flavour=-1.0)["Table", "numbers"]
    for _name, value, arithmetic in table.rows:
        python = str(arithmetic.value).replace("−", "-").replace("×", "*").replace("²", "**2")
        assert eval(python) == pytest.approx(value.value), python


def test_only_the_customer_of_the_form_can_be_dragged() -> None:
    fields = [{node.field for node in shown.nodes if node.field} for shown in graphs(events(customers="two", steps=2))]
    assert fields[0] == {"butter", "jam", "butter_flavour", "jam_flavour", "target"}
    assert fields[2] == {"butter", "jam"}
    specs = SandwichParams.specs()
    for node in graphs(events(steps=1))[0].nodes:
        if node.field:
            assert (node.low, node.high) == (specs[node.field].low, specs[node.field].high)


@pytest.mark.parametrize("wrong", [{"butter": 5.1}, {"jam_flavour": -3}, {"steps": 0}, {"learning_rate": 0}])
def test_values_outside_are_refused_by_name(wrong: dict[str, float]) -> None:
    [name] = wrong
    with pytest.raises(ParamError) as caught:
        SandwichParams(**wrong)
    assert caught.value.field == name

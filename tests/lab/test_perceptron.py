"""One unit: values and gradients against torch, learning against Novikoff's theorem, separability against SciPy."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Field, Graph, Overlay, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.ann.perceptron import LIMIT, Perceptron, PerceptronParams
from lab.topics.ann.perceptron.plane import HIGH, LEAST, LOW, boundary, overlay
from lab.topics.ann.perceptron.remarks import STABLE
from lab.topics.ann.perceptron.unit import (
    CASES,
    PROBLEMS,
    THRESHOLDS,
    UNIT_ACTIVATIONS,
    Example,
    judged,
    most_corrections,
    separators,
)

weights = st.floats(-5, 5)
inputs = st.floats(0, 1)
activations = st.sampled_from(sorted(UNIT_ACTIVATIONS))
smooth = st.sampled_from(["sigmoid", "tanh", "relu", "identity"])
TORCH = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": torch.clone}
ALL_TARGETS = list(product((0, 1), repeat=4))


def nowhere() -> DataStore:
    return DataStore(Path("unused"))


def events(watched: bool = True, **changes: Any) -> list[Event]:
    context = Context("cpu", nowhere(), due=lambda _kind, _name: watched)
    return list(Perceptron().run(PerceptronParams(**changes), context))


def metrics(**changes: Any) -> dict[str, float]:
    last = events(watched=False, **changes)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def preview(**changes: Any) -> dict[tuple[str, str], Any]:
    return {event.key: event for event in made(Perceptron().preview(PerceptronParams(**changes), nowhere()))}


def number(shown: str) -> float:
    return float(eval(shown.replace("−", "-").replace("×", "*").replace("exp", "math.exp")))


@given(weights, weights, weights, inputs, inputs, st.integers(0, 1), smooth)
def test_every_value_and_gradient_is_that_of_torch(
    w1: float, w2: float, bias: float, x1: float, x2: float, target: int, activation: str
) -> None:
    w = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w1, w2, bias)]
    z = w[0] * x1 + w[1] * x2 + w[2]
    output = TORCH[activation](z)
    error = target - output
    loss = error**2 / 2
    for tensor in (z, output, error):
        tensor.retain_grad()
    loss.backward()
    example = Example((w1, w2, bias), activation, (x1, x2), float(target), "gradient")
    assert example.sum == pytest.approx(z.item(), abs=1e-12)
    assert example.output == pytest.approx(output.item(), abs=1e-12)
    assert example.loss == pytest.approx(loss.item(), abs=1e-12)
    assert z.grad is not None
    assert example.sum_gradient == pytest.approx(z.grad.item(), abs=1e-12)
    optimiser = torch.optim.SGD(w, lr=0.7)
    optimiser.step()
    assert example.improved(0.7) == pytest.approx([tensor.item() for tensor in w], abs=1e-12)


@pytest.mark.parametrize("case", range(4))
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
def test_the_gradients_on_the_graph_are_those_of_torch(activation: str, case: int) -> None:
    x1, x2 = CASES[case]
    shown = preview(rule="gradient", activation=activation, x1=x1, x2=x2, w1=0.4, w2=0.7, bias=0.2)["Graph", "unit"]
    nodes = {node.name: node for node in shown.nodes}
    w = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in (("w1", 0.4), ("w2", 0.7), ("bias", 0.2))
    }
    w |= {"product_1": w["w1"] * x1, "product_2": w["w2"] * x2}
    w["sum"] = w["product_1"] + w["product_2"] + w["bias"]
    w["output"] = TORCH[activation](w["sum"])
    w["error"] = PROBLEMS["and"][case] - w["output"]
    w["loss"] = w["error"] ** 2 / 2
    for tensor in w.values():
        tensor.retain_grad()
    w["loss"].backward()
    for name, tensor in w.items():
        assert nodes[name].value == pytest.approx(tensor.item(), abs=1e-12), name
        assert tensor.grad is not None
        assert nodes[name].gradient == pytest.approx(tensor.grad.item(), abs=1e-12), name


@given(st.sampled_from(["and", "or", "nand"]), weights, weights, weights, activations, st.floats(0.1, 10))
@settings(max_examples=60)
def test_the_perceptron_rule_learns_what_a_line_separates_within_its_bound(
    problem: str, w1: float, w2: float, bias: float, activation: str, rate: float
) -> None:
    most = most_corrections((w1, w2, bias), activation, PROBLEMS[problem], rate)
    assert most is not None
    assume(most < 2000)  # So that the passes are enough: each but the last has a correction.
    found = metrics(
        problem=problem, w1=w1, w2=w2, bias=bias, activation=activation, learning_rate=rate, passes=2000
    )  # fmt: skip
    assert found["learned"] == found["accuracy"] == 1
    assert found["corrections"] <= most
    assert found["cycle"] == 0


@pytest.mark.parametrize("targets", [targets for targets in ALL_TARGETS if targets not in ((0, 1, 1, 0), (1, 0, 0, 1))])
def test_of_sixteen_functions_fourteen_are_learned(targets: tuple[int, ...]) -> None:
    assert metrics(problem="own", targets=targets, passes=200)["learned"] == 1


@given(weights, weights, weights, activations, st.sampled_from([0.1, 0.3, 0.5, 1.0, math.pi]), st.booleans())
@settings(max_examples=40)
def test_xor_is_never_learned_and_goes_round(
    w1: float, w2: float, bias: float, activation: str, rate: float, opposite: bool
) -> None:
    targets = (1, 0, 0, 1) if opposite else (0, 1, 1, 0)
    found = events(
        watched=False, problem="own", targets=targets, w1=w1, w2=w2, bias=bias, activation=activation,
        learning_rate=rate, passes=2000,
    )  # fmt: skip
    last = found[-1]
    assert isinstance(last, Metrics)
    assert last.values["learned"] == 0 and last.values["accuracy"] <= 0.75
    cycle = int(last.values["cycle"])
    assert cycle > 0 and cycle % 4 == 0
    # The weights of the last round are exactly those of the one before.
    charts = [event for event in found if isinstance(event, Chart) and event.name == "weights"]
    for line in charts[-1].lines:
        assert line.y[-cycle - 1] == line.y[-1]
        np.testing.assert_array_equal(line.y[-cycle:], line.y[-2 * cycle : -cycle])
    [remark] = [event for event in found if isinstance(event, Remark)]
    assert "goes round" in str(remark.message) and str(cycle) in str(remark.message)


@pytest.mark.parametrize("targets", ALL_TARGETS)
def test_what_a_line_separates_is_what_a_linear_program_can_satisfy(targets: tuple[int, ...]) -> None:
    signs = np.where(np.array(targets) > 0, 1.0, -1.0)
    rows = -signs[:, None] * np.column_stack([CASES, np.ones(4)])
    solved = linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(4), bounds=[(None, None)] * 3)
    found = separators(targets)
    assert solved.success == (len(found) > 0)
    for w1, w2, bias in found:
        assert judged((w1, w2, bias), "step", targets).wrong == 0
    assert (most_corrections((0, 0, 0), "step", targets, 1.0) is None) == (not solved.success)


def test_the_bound_is_that_of_the_widest_margin() -> None:
    # AND: u = (2, 2, −3) has the least norm with margin 1, and from zero weights the bound is R²‖u‖² = 3 · 17.
    assert most_corrections((0, 0, 0), "step", PROBLEMS["and"], 1.0) == 51
    assert most_corrections((0, 0, 0), "step", PROBLEMS["and"], 0.25) == 51


@pytest.mark.parametrize("activation", sorted(UNIT_ACTIVATIONS))
def test_the_threshold_is_where_the_unit_begins_to_say_one(activation: str) -> None:
    at = THRESHOLDS[activation]
    for off, says in ((-1e-9, 0.0), (1e-9, 1.0)):
        assert Example((0.0, 0.0, at + off), activation, (0.0, 0.0), None, "perceptron").says == says


@given(weights, weights, weights, activations)
def test_the_line_is_where_the_sum_is_the_threshold(w1: float, w2: float, bias: float, activation: str) -> None:
    x, y = boundary((w1, w2, bias), activation)
    assert len(x) == (2 if max(abs(w1), abs(w2)) >= LEAST else 0)
    overlay((w1, w2, bias), None, activation, (0, 0, 0, 1), None, None)
    for across, up in zip(x, y, strict=True):
        if math.isfinite(across) and math.isfinite(up):
            size = max(1.0, abs(w1 * across) + abs(w2 * up))
            assert abs(w1 * across + w2 * up + bias - THRESHOLDS[activation]) <= 1e-9 * size
            assert LOW in (across, up) or HIGH in (across, up)


def test_gradient_descent_is_that_of_torch_over_a_whole_run() -> None:
    found = metrics(rule="gradient", activation="sigmoid", learning_rate=3.0, passes=15)
    layer = torch.nn.Linear(2, 1).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[-1.0, 0.5]], dtype=torch.float64))
        layer.bias.copy_(torch.tensor([0.3], dtype=torch.float64))
    optimiser = torch.optim.SGD(layer.parameters(), lr=3.0)
    for step in range(60):
        x = torch.tensor(CASES[step % 4], dtype=torch.float64)
        optimiser.zero_grad()
        ((PROBLEMS["and"][step % 4] - torch.sigmoid(layer(x))) ** 2 / 2).sum().backward()
        optimiser.step()
    (w1, w2), bias = layer.weight[0].tolist(), layer.bias.item()
    assert (found["w1"], found["w2"], found["bias"]) == pytest.approx((w1, w2, bias), abs=1e-10)
    assert found["learned"] == 1 and found["steps"] == 60


@pytest.mark.parametrize("problem", ["and", "or", "nand"])
def test_gradient_descent_learns_them_too(problem: str) -> None:
    found = metrics(problem=problem, rule="gradient", activation="sigmoid", learning_rate=3.0, passes=30)
    assert found["learned"] == 1 and found["mean_loss"] < 0.05


def test_gradient_descent_on_xor_ends_near_one_half() -> None:
    found = metrics(problem="xor", rule="gradient", activation="sigmoid", learning_rate=0.1, passes=2000)
    assert found["learned"] == 0
    assert found["mean_loss"] == pytest.approx(1 / 8, abs=1e-3)


@pytest.mark.parametrize("problem", ["and", "xor"])
def test_no_gradient_comes_through_a_step(problem: str) -> None:
    found = events(problem=problem, rule="gradient")
    [remark] = [event for event in found if isinstance(event, Remark)]
    assert "slope" in str(remark.message) and remark.level == "warning"
    last = found[-1]
    assert isinstance(last, Metrics)
    assert (last.values["w1"], last.values["w2"], last.values["bias"], last.values["steps"]) == (-1.0, 0.5, 0.3, 4)


def test_too_large_a_rate_ends_with_a_sentence_and_finite_numbers() -> None:
    found = events(rule="gradient", activation="identity", learning_rate=3.0, passes=2000)
    [remark] = [event for event in found if isinstance(event, Remark)]
    assert remark.name == "diverged" and str(STABLE) in str(remark.message)
    last = found[-1]
    assert isinstance(last, Metrics) and last.values["steps"] + 1 == remark.message.values["step"]
    assert all(math.isfinite(value) and abs(value) < LIMIT**2 for value in last.values.values())


@given(weights, weights, weights, st.sampled_from(sorted(PROBLEMS)), smooth, st.floats(0.01, STABLE))
@settings(max_examples=30)
def test_below_the_rate_that_is_advised_nothing_diverges(
    w1: float, w2: float, bias: float, problem: str, activation: str, rate: float
) -> None:
    found = metrics(
        problem=problem, rule="gradient", activation=activation, learning_rate=rate, w1=w1, w2=w2, bias=bias, passes=200
    )  # fmt: skip
    assert found["steps"] == 800 or found["corrections"] < 800
    assert max(abs(found[name]) for name in ("w1", "w2", "bias")) < LIMIT


def test_it_stops_after_a_whole_pass_without_an_error() -> None:
    found = events()
    steps = [event for event in found if isinstance(event, Progress)]
    wrong = next(event for event in reversed(found) if isinstance(event, Chart) and event.name == "progress").lines[0].y
    assert len(steps) == len(wrong) - 1 == 30 and steps[-1].epoch_ends
    assert list(wrong[-5:]) == [0] * 5 and wrong[-6] > 0


def test_the_arithmetic_of_a_step_makes_its_values_and_the_next_weights() -> None:
    found = events(problem="or", learning_rate=0.25)
    tables = [event for event in found if isinstance(event, Table) and event.name == "step"]
    graphs = [event for event in found if isinstance(event, Graph)]
    for table, following in zip(tables[:-1], graphs[1:], strict=True):
        rows = {str(row[0].value): row for row in table.rows}
        for name, row in rows.items():
            if name not in ("output y", "slope f′(z)"):
                assert number(str(row[2].value)) == pytest.approx(row[1].value, abs=1e-9), name
        nodes = {node.name: node for node in following.nodes}
        for name, label in (("w1", "w₁, next"), ("w2", "w₂, next"), ("bias", "b, next")):
            value = rows[label][1].value
            assert nodes[name].value == pytest.approx(value, abs=1e-12)
            assert number(str(nodes[name].why)) == pytest.approx(value, abs=1e-9)
    assert "w₁, next" not in str(tables[-1].rows)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity", "step"])
def test_the_arithmetic_of_an_activation_gives_its_output(activation: str) -> None:
    for bias in (-1.2, 0.0, 0.7):
        table = preview(activation=activation, rule="gradient", x1=0.0, x2=0.0, bias=bias)["Table", "step"]
        rows = {str(row[0].value): row for row in table.rows}
        shown = str(rows["output y"][2].value).replace("tanh", "math.tanh")
        shown = shown.split("⇒")[-1].removeprefix("z = ")
        assert number(shown) == pytest.approx(rows["output y"][1].value, abs=1e-3)


@given(weights, weights, weights)
def test_for_xor_not_all_of_the_six_rows_can_hold(w1: float, w2: float, bias: float) -> None:
    table = preview(problem="xor", w1=w1, w2=w2, bias=bias)["Table", "line"]
    marks = [row[3].mark for row in table.rows]
    assert len(marks) == 6
    assert {marks[4], marks[5]} == {"good", "bad"}
    # The sums hold where both of their rows do, so one of the four cases is always wrong.
    assert "bad" in marks[:4]
    assert table.rows[4][2].value == pytest.approx(w1 + w2 + 2 * bias, abs=1e-12)


@pytest.mark.parametrize("activation", sorted(UNIT_ACTIVATIONS))
@pytest.mark.parametrize("problem", ["and", "or", "nand"])
def test_the_weights_that_the_table_names_are_right(problem: str, activation: str) -> None:
    note = preview(problem=problem, activation=activation)["Table", "line"].note.values
    named = tuple(float(note[name].replace("−", "-")) for name in ("w1", "w2", "b"))
    assert judged((named[0], named[1], named[2]), activation, PROBLEMS[problem]).wrong == 0


def test_the_plane_shows_the_output_of_the_unit() -> None:
    for activation in UNIT_ACTIVATIONS:
        shown = preview(activation=activation)["Field", "plane"]
        height, width = shown.values.shape
        off = 0.0 if activation == "step" else 0.5
        for row, column in ((0, 0), (5, 30), (height - 1, width - 1)):
            x1 = LOW + (column + 0.5) * (HIGH - LOW) / width
            x2 = LOW + (row + 0.5) * (HIGH - LOW) / height
            example = Example((-1.0, 0.5, 0.3), activation, (x1, x2), None, "perceptron")
            assert shown.values[row, column] == pytest.approx(example.output - off, abs=1e-12)


def test_the_wrong_cases_are_framed() -> None:
    shown = preview()["Overlay", "plane"]
    [frames] = [line for line in shown.lines if str(line.label) == "wrong"]
    assert np.isnan(frames.x).sum() == 3
    assert not [line for line in preview(w1=1, w2=1, bias=-1.5)["Overlay", "plane"].lines if str(line.label) == "wrong"]


def test_only_inputs_of_the_form_can_be_dragged_and_the_weights_always() -> None:
    before = {node.field for node in preview()["Graph", "unit"].nodes} - {""}
    assert before == {"x1", "x2", "w1", "w2", "bias"}
    running = next(event for event in events() if isinstance(event, Graph))
    assert {node.field for node in running.nodes} - {""} == {"w1", "w2", "bias"}
    specs = PerceptronParams.specs()
    for node in preview()["Graph", "unit"].nodes:
        if node.field:
            assert (node.low, node.high) == (specs[node.field].low, specs[node.field].high)


@pytest.mark.parametrize("rule", ["perceptron", "gradient"])
@pytest.mark.parametrize("activation", sorted(UNIT_ACTIVATIONS))
def test_each_number_of_the_graph_says_where_it_comes_from(rule: str, activation: str) -> None:
    for x2 in (1.0, 0.4):
        for node in preview(rule=rule, activation=activation, x2=x2)["Graph", "unit"].nodes:
            assert str(node.why), node.name
            assert node.gradient is None or str(node.gradient_why), node.name
            if x2 == 0.4 and node.name in ("target", "error", "loss"):
                assert node.value is None


def test_a_run_that_rests_answers_for_any_place_and_goes_on_as_before() -> None:
    asked = Perceptron()
    assert list(made(asked.query({"at": (0.2, 0.4)}))) == []
    run = asked.run(PerceptronParams(), Context("cpu", nowhere()))
    steps = 0
    for event in run:
        steps += isinstance(event, Progress)
        if steps == 7:
            shown = {answer.key: answer for answer in made(asked.query({"at": (0.2, 0.4)}))}
            graph = shown["Graph", "unit"]
            assert isinstance(graph, Graph)
            values = {node.name: node.value for node in graph.nodes}
            assert (values["x1"], values["x2"]) == (0.2, 0.4)
            assert ("Overlay", "plane") in shown
            rested = [type(answer) for answer in made(asked.query({}))]
            assert {Graph, Field, Overlay, Table, Chart} <= set(rested)
    last = next(answer for answer in made(asked.query({"at": (1.0, 1.0)})) if isinstance(answer, Graph))
    assert next(node.value for node in last.nodes if node.name == "output") == 1
    assert event == events()[-1]


def test_without_a_screen_only_the_end_is_drawn_and_the_numbers_are_the_same() -> None:
    watched, alone = events(problem="xor"), events(watched=False, problem="xor")
    assert sum(isinstance(event, Graph) for event in alone) == 1
    assert watched[-1] == alone[-1]


@pytest.mark.parametrize(
    "wrong",
    [{"w1": 5.1}, {"x1": -0.1}, {"targets": (0, 1, 2, 0)}, {"targets": (0, 1)}, {"learning_rate": 0}, {"passes": 0},
     {"activation": "softmax"}, {"bias": math.nan}],
)  # fmt: skip
def test_values_outside_are_refused_by_name(wrong: dict[str, Any]) -> None:
    [name] = wrong
    with pytest.raises(ParamError) as caught:
        PerceptronParams(**wrong)
    assert caught.value.field == name

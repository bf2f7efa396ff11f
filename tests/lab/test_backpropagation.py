"""Backpropagation: every number against the program of PyTorch that the page shows, by torch.autograd."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Cell, Chart, Graph, Node, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.nets.registry.activations import HIDDEN
from lab.topics.ann.backpropagation import Backpropagation, BackpropagationParams
from lab.topics.ann.backpropagation.computed import Found, numbers
from lab.topics.ann.backpropagation.graphs import graph
from lab.topics.ann.backpropagation.passes import INPUTS, MADE, PARAMETERS, paths
from lab.topics.ann.backpropagation.programs import torch_numbers
from lab.topics.ann.backpropagation.stages import GRADIENTS, LAST, LOSS, STAGE, STAGES, UPDATE, story

# Numbers that a slider or a hand can set; those near a kink of ReLU are drawn often.
weights = st.one_of(st.sampled_from([-3.0, -1.0, 0.0, 1.0, 3.0]), st.floats(-3, 3))
inputs = st.one_of(st.sampled_from([-2.0, 0.0, 2.0]), st.floats(-2, 2))
heads = st.sampled_from([("sigmoid", "half_squared"), ("sigmoid", "bce"), ("identity", "half_squared")])
ALL = [(hidden, *head) for hidden in HIDDEN for head in (("sigmoid", "bce"), ("identity", "half_squared"))]
SYMBOLS = {
    "exp": math.exp, "ln": math.log, "tanh": math.tanh, "σ": lambda z: 1 / (1 + math.exp(-z)),
    "Φ": lambda z: 0.5 * math.erfc(-z / math.sqrt(2)),
    "φ": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}  # fmt: skip


@st.composite
def settings_of_the_form(draw: st.DrawFn) -> BackpropagationParams:
    output, loss = draw(heads)
    given_weights = {name: draw(weights) for name in PARAMETERS}
    given_inputs = {name: draw(inputs) for name in INPUTS}
    return BackpropagationParams(
        hidden=draw(st.sampled_from(sorted(HIDDEN))), output=output, loss=loss, target=draw(st.floats(0, 1)),
        learning_rate=draw(st.floats(0.01, 100)), **given_weights, **given_inputs,
    )  # fmt: skip


def nowhere() -> DataStore:
    return DataStore(Path("unused"))


def preview(**changes: Any) -> dict[tuple[str, str], Any]:
    return {event.key: event for event in made(Backpropagation().preview(BackpropagationParams(**changes), nowhere()))}


def run(watched: bool = True, **changes: Any) -> Iterator[Event]:
    context = Context("cpu", nowhere(), due=lambda _kind, _name: watched)
    return Backpropagation().run(BackpropagationParams(**changes), context)


def found_by(params: BackpropagationParams) -> dict[str, Found]:
    return numbers(params.network(), params.learning_rate)


def close(value: float, wanted: float, by: float = 1e-6) -> bool:
    return abs(value - wanted) <= by * max(1.0, abs(wanted))


def by_torch(params: BackpropagationParams) -> dict[str, float]:
    """Return what the program that the page shows makes of every number."""
    found = torch_numbers(params.network(), params.learning_rate, found_by(params))
    assert all(isinstance(value, float) for value in found.values()), found
    return {key: float(value) for key, value in found.items()}


@given(settings_of_the_form())
@settings(max_examples=150)
def test_every_number_is_that_of_autograd(params: BackpropagationParams) -> None:
    said = by_torch(params)
    found = found_by(params)
    assert said.keys() == found.keys()
    for key, each in found.items():
        assert close(each.number, said[key]), key


@pytest.mark.parametrize(("hidden", "output", "loss"), ALL)
@pytest.mark.parametrize("x1", [-1.0, 0.4, 2.0])
def test_the_arithmetic_that_is_shown_gives_the_number(hidden: str, output: str, loss: str, x1: float) -> None:
    # Of a target of 0.3, so that both logarithms count.
    params = BackpropagationParams(hidden=hidden, output=output, loss=loss, x1=x1, target=0.3, c=0.7)
    for key, each in found_by(params).items():
        shown = each.arithmetic.replace("−", "-").replace("×", "*").replace("²", "**2").replace("½", "0.5")
        assert eval(shown, dict(SYMBOLS)) == pytest.approx(each.number, rel=2e-3, abs=2e-4), (key, shown)
        symbol, code = str(each.label).removesuffix(", new"), each.code.removesuffix(".item()")
        assert symbol in str(each.why) and each.arithmetic in str(each.why) and f"PyTorch: {code}" in str(each.why)


@given(settings_of_the_form())
@settings(max_examples=60)
def test_the_products_along_all_paths_add_up_to_the_gradient(params: BackpropagationParams) -> None:
    network = params.network()
    said = by_torch(params)
    for name in (*PARAMETERS, *INPUTS):
        ways = paths(name)
        assert len(ways) == (2 if name in INPUTS else 1)
        products = [math.prod(network.factors[link.factor] for link in way) for way in ways]
        assert close(sum(products), said[f"d_{name}"]), name


@given(settings_of_the_form())
@settings(max_examples=80)
def test_a_small_step_lowers_the_loss_by_what_the_gradient_promises(params: BackpropagationParams) -> None:
    network = params.replace(hidden="tanh").network()
    before = network.values["J"]
    if network.steepness < 1e-12:
        return
    # So small that the second derivative does not count; where the loss is steepest its curvature is large too.
    rate = 1e-6 / max(1.0, network.steepness)
    after = float(network.losses_after(np.array([rate]))[0])
    assert after <= before
    assert before - after == pytest.approx(rate * network.steepness, rel=1e-2, abs=1e-14 * max(1.0, before))


def test_the_default_step_lowers_the_loss_and_the_chart_shows_it() -> None:
    chart = preview()["Chart", "step"]
    found = found_by(BackpropagationParams())
    after, promised, before, ball = chart.lines
    assert (ball.x[0], ball.y[0]) == (0.5, found["next_J"].value)
    assert found["next_J"].value < found["J"].value == before.y[0]
    assert np.interp(0.5, after.x, after.y) == pytest.approx(found["next_J"].value, abs=1e-4)
    # Both begin with the same slope.
    assert after.y[0] == pytest.approx(promised.y[0], abs=1e-5)
    assert preview(stage=GRADIENTS - 1)["Chart", "step"].lines == ()


def test_a_flat_loss_is_no_error() -> None:
    # ReLU that is off twice, and a prediction that is right.
    params = BackpropagationParams(hidden="relu", b1=-3, b2=-3, output="identity", c=1, target=1)
    assert set(found_by(params)) == set(STAGE)
    list(made(Backpropagation().preview(params, nowhere())))
    last = list(run(watched=False, **{n: getattr(params, n) for n in ("hidden", "b1", "b2", "output", "c")}))[-1]
    assert isinstance(last, Metrics) and last.values["loss"] == last.values["loss_after"] == 0


@pytest.mark.parametrize("loss", ["half_squared", "bce"])
def test_a_saturated_output_stays_finite(loss: str) -> None:
    params = BackpropagationParams(
        hidden="identity", loss=loss, x1=2, x2=2, w11=3, w12=3, w21=3, w22=3, v1=3, v2=3, c=3, b1=3, b2=3, target=0
    )  # fmt: skip
    for key, each in found_by(params).items():
        assert math.isfinite(each.value), key


# Stages.


def test_each_number_has_its_stage_and_each_stage_its_story() -> None:
    assert list(STAGE) == [key for names in STAGES for key in names]
    assert list(found_by(BackpropagationParams())) == list(STAGE)
    assert len({str(story(stage)) for stage in range(LAST + 1)}) == LAST + 1
    # What a number is made of is found no later than it is.
    assert all(STAGE[name] <= LOSS for name in MADE)
    assert all(STAGE[f"d_{name}"] > LOSS for name in (*PARAMETERS, *INPUTS))


def nodes(shown: Graph) -> dict[str, Node]:
    return {node.name: node for node in shown.nodes}


@pytest.mark.parametrize("stage", range(LAST + 1))
def test_a_stage_shows_what_is_known_and_no_more(stage: int) -> None:
    shown = preview(stage=stage)
    found = found_by(BackpropagationParams())
    at = nodes(shown["Graph", "network"])
    for name in MADE:
        again = stage == LAST
        known = STAGE[name] <= stage < UPDATE or again
        wanted = found[f"next_{name}" if again else name].value if known else None
        assert at[name].value == wanted, name
    for name in (*PARAMETERS, *INPUTS, *MADE[:-1]):
        known = STAGE[f"d_{name}"] <= stage < LAST
        assert at[name].gradient == (found[f"d_{name}"].value if known else None), name
    for name in PARAMETERS:
        default = BackpropagationParams.default(name)
        assert at[name].value == (found[f"next_{name}"].value if stage >= UPDATE else default)
    lit = {name for name, node in at.items() if node.flow}
    assert lit == {key.removeprefix("d_").removeprefix("next_") for key in STAGES[stage]} - {
        "slope1",
        "slope2",
        "slope3",
    }
    for node in at.values():
        assert node.value is None or str(node.why), node.name
        assert node.gradient is None or node.gradient_why, node.name
    for name in ("all", "check"):
        rows = shown["Table", name].rows
        said = [any(isinstance(cell.value, float) for cell in row) for row in rows]
        assert said == [STAGE[key] <= stage for key in STAGE]
    known = [isinstance(row[-1].value, float) for row in shown["Table", "paths"].rows if row[0].value]
    assert known == [STAGE[f"d_{name}"] <= stage for name in (*PARAMETERS, *INPUTS)]


def test_forward_and_backward_arrows_belong_to_what_is_lit() -> None:
    for stage in range(1, LAST):
        shown = graph(BackpropagationParams().network(), found_by(BackpropagationParams()), stage)
        at = nodes(shown)
        for edge in shown.edges:
            if edge.flow == "forward":
                assert at[edge.target].flow == "forward"
            elif edge.flow == "backward":
                assert at[edge.source].flow == "backward"
        assert any(edge.flow for edge in shown.edges) == (stage != UPDATE)


def test_weights_can_be_dragged_until_the_update_within_the_limits_of_the_form() -> None:
    specs = BackpropagationParams.specs()
    for stage in (0, GRADIENTS):
        free = {node.field: node for node in preview(stage=stage)["Graph", "network"].nodes if node.field}
        assert free.keys() == {*PARAMETERS, *INPUTS, "target"}
        for field, node in free.items():
            assert (node.low, node.high) == (specs[field].low, specs[field].high)
            assert node.value == BackpropagationParams.default(field)
    for stage in (UPDATE, LAST):
        assert not any(node.field for node in preview(stage=stage)["Graph", "network"].nodes)


@pytest.mark.parametrize(("begin", "steps"), [(0, LAST), (GRADIENTS, LAST), (LAST, LAST), (9, LAST - 9), (14, 3)])
def test_run_goes_on_from_the_stage_of_the_form(begin: int, steps: int) -> None:
    events = list(run(stage=begin))
    made = [event for event in events if isinstance(event, Progress)]
    assert [event.step for event in made] == list(range(LAST - steps + 1, LAST + 1))
    assert {event.steps for event in made} == {LAST} and made[-1].epoch_ends
    graphs = [event for event in events if isinstance(event, Graph)]
    assert len(graphs) == steps
    for shown, step in zip(graphs, made, strict=True):
        assert shown == preview(stage=step.step)["Graph", "network"]


def test_where_the_run_begins_does_not_change_its_numbers_nor_does_watching() -> None:
    ends = [list(run(watched, stage=stage))[-1] for watched, stage in product((True, False), (0, 7, GRADIENTS))]
    assert all(end == ends[0] for end in ends)
    assert isinstance(ends[0], Metrics)
    assert ends[0].values["torch_difference"] < 1e-12


def test_without_a_screen_only_the_end_is_drawn() -> None:
    assert sum(isinstance(event, Graph) for event in run(watched=False)) == 1


def test_a_run_that_rests_shows_its_stage() -> None:
    asked = Backpropagation()
    assert list(made(asked.query({}))) == []
    for event in asked.run(BackpropagationParams(), Context("cpu", nowhere())):
        if isinstance(event, Progress) and event.step == 5:
            break
    shown = {event.key: event for event in made(asked.query({}))}
    assert shown["Graph", "network"] == preview(stage=5)["Graph", "network"]
    assert isinstance(shown["Code", "code"], Code) and isinstance(shown["Chart", "step"], Chart)


def test_torch_is_compared_once_it_was_asked() -> None:
    def last(row: tuple[Cell, ...]) -> Cell:
        return row[-1]

    before = preview()["Table", "check"]
    assert all(last(row).value is None for row in before.rows)
    after = [event for event in run() if isinstance(event, Table) and event.name == "check"]
    assert [last(row).mark for row in after[-1].rows] == ["good"] * len(STAGE)
    assert sum(isinstance(last(row).value, float) for row in after[0].rows) == 1


def test_too_large_a_step_is_said() -> None:
    [remark] = [event for event in run(learning_rate=100, target=0.6) if isinstance(event, Remark)]
    assert "rose" in str(remark.message) and remark.level == "warning"
    assert not [event for event in run() if isinstance(event, Remark)]


def test_metrics_are_those_of_a_dense_layer_of_torch() -> None:
    last = list(run(watched=False))[-1]
    assert isinstance(last, Metrics)
    hidden, output = torch.nn.Linear(2, 2).double(), torch.nn.Linear(2, 1).double()
    with torch.no_grad():
        hidden.weight.copy_(torch.tensor([[0.5, -1.0], [-0.6, 0.8]]))
        hidden.bias.copy_(torch.tensor([0.2, 0.1]))
        output.weight.copy_(torch.tensor([[0.7, -0.4]]))
        output.bias.copy_(torch.tensor([0.1]))
    x = torch.tensor([1.0, 0.5], dtype=torch.float64)
    optimiser = torch.optim.SGD([*hidden.parameters(), *output.parameters()], lr=0.5)

    def loss() -> torch.Tensor:
        return ((torch.sigmoid(output(torch.sigmoid(hidden(x)))) - 1) ** 2 / 2).sum()

    before = loss()
    torch.autograd.backward(before)
    assert hidden.weight.grad is not None
    assert last.values["loss"] == pytest.approx(before.item(), abs=1e-7)
    assert last.values["gradient_w21"] == pytest.approx(hidden.weight.grad[1, 0].item(), abs=1e-7)
    optimiser.step()
    assert last.values["loss_after"] == pytest.approx(loss().item(), abs=1e-7)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"w11": 3.1}, "w11"), ({"x1": -2.1}, "x1"), ({"target": 1.5}, "target"), ({"stage": 18}, "stage"),
     ({"hidden": "softmax"}, "hidden"), ({"learning_rate": 0}, "learning_rate"), ({"c": math.nan}, "c"),
     ({"loss": "bce", "output": "identity"}, "loss")],
)  # fmt: skip
def test_values_outside_are_refused_by_name(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ParamError) as caught:
        BackpropagationParams(**wrong)
    assert caught.value.field == field

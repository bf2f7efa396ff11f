"""Histograms and change of weights: what is counted, against NumPy and torch; and the old name of the page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import integrate
from torch import nn

from lab.core.catalogue import experiment
from lab.core.code import Code
from lab.core.events import Histogram, Metrics, Scalars, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.registry.initialisations import INITIALISATIONS
from lab.topics.weights.histograms.figures import theory
from tests.lab.contracts import prints_its_metrics
from tests.lab.digits import Few

SMALL: dict[str, Any] = {
    "hidden": (12, 6), "epochs": 2, "batch_size": 64, "optimiser": "adam", "learning_rate": 0.003,
}  # fmt: skip
PAGE = "weights.histograms"
STORE = DataStore(Path("unused"))


def ran(name: str = PAGE, data: DataStore | None = None, **values: Any) -> tuple[Any, list[Any]]:
    chosen = experiment(name)
    instance = chosen()
    context = Context("cpu", data or Few(), due=lambda _kind, _name: True)
    return instance, list(instance.run(chosen.params(**{**SMALL, **values}), context))


def metrics(events: list[Any]) -> Mapping[str, float]:
    assert isinstance(events[-1], Metrics)
    return events[-1].values


def newest(events: list[Any], kind: type[Any], name: str) -> Any:
    return [event for event in events if isinstance(event, kind) and event.name == name][-1]


def test_the_page_is_found_by_the_name_that_it_had() -> None:
    assert experiment("ann.weights_over_time") is experiment(PAGE)


def test_histograms_of_weights_and_biases_begin_before_the_first_step_and_end_with_the_last() -> None:
    instance, events = ran()
    found = [event for event in events if isinstance(event, Histogram)]
    layers = ("hidden1", "hidden2", "output")
    assert {event.name for event in found} == {f"weights/{n}.{kind}" for n in layers for kind in ("weight", "bias")}
    of_output = [event for event in found if event.name == "weights/output.weight"]
    assert [event.step for event in of_output] == [0, 24, 48]
    values = instance.engine.first.model.get_parameter("output.weight").detach().numpy().ravel()
    np.testing.assert_array_equal(of_output[-1].counts, np.histogram(values, of_output[-1].edges.astype(np.float32))[0])


@pytest.mark.parametrize("rule", INITIALISATIONS)
def test_the_density_of_a_rule_is_one_with_its_spread(rule: str) -> None:
    spread = INITIALISATIONS[rule].spread(40, 10)
    x = np.linspace(-8 * spread, 8 * spread, 200_001)
    y = theory(rule, (40, 10), x)
    assert integrate.trapezoid(y, x) == pytest.approx(1, abs=1e-4)
    assert integrate.trapezoid(y * x**2, x) == pytest.approx(spread**2, rel=1e-3)


def test_the_first_layer_has_the_spreads_and_the_numbers_that_the_lesson_says() -> None:
    spreads = [INITIALISATIONS[rule].spread(784, 64) for rule in ("default", "xavier_normal", "kaiming_uniform")]
    assert spreads == pytest.approx([0.0206, 0.0486, 0.0505], abs=5e-5)
    params = experiment(PAGE).params()
    shapes = [values.shape for values in experiment(PAGE)().setup(params, Few()).model.parameters()]
    weights, biases = (sum(shape.numel() for shape in shapes if len(shape) == rank) for rank in (2, 1))
    assert (shapes[0].numel(), weights, biases) == (50_176, 53_568, 138)


def test_first_and_last_are_those_of_the_picked_layer() -> None:
    instance, _events = ran()
    names = ("hidden1", "hidden2", "output")
    first = experiment(PAGE)().setup(experiment(PAGE).params(**SMALL), Few()).model
    for place, name in enumerate(names):
        chart = newest(list(made(instance.query({"layer": place}))), Chart, "first_last")
        assert chart.x.label.values["layer"] == name
        for line, model in zip(chart.lines[1:], (first, instance.engine.first.model), strict=True):
            values = model.get_parameter(f"{name}.weight").detach().numpy()
            # No number is left out, and each lies where it is drawn.
            width = line.x[1] - line.x[0]
            assert (line.y * width).sum() == pytest.approx(1)
            assert (line.y * width * line.x).sum() == pytest.approx(values.mean(), abs=width / 2)


def test_movement_and_spread_are_those_of_the_numbers() -> None:
    instance, events = ran()
    first: nn.Sequential = experiment(PAGE)().setup(experiment(PAGE).params(**SMALL), Few()).model
    last, found = instance.engine.first.model, metrics(events)
    rows = {str(row[0].value): [cell.value for cell in row[1:]] for row in newest(events, Table, "layers").rows}
    for name in ("hidden1", "output"):
        for kind in ("weight", "bias"):
            before, now = (net.get_parameter(f"{name}.{kind}").detach().double() for net in (first, last))
            far = float(torch.dist(now, before) / before.norm())
            numbers = [now.mean(), before.std(correction=0), now.std(correction=0), 100 * far]
            assert rows[f"{name}.{kind}"] == pytest.approx([float(number) for number in numbers], rel=0.006)
            if kind == "weight":
                assert found[f"moved_{name}"] == pytest.approx(far, rel=1e-5)
    epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
    assert "change_output" not in epochs[0] and epochs[1]["change_output"] == epochs[1]["moved_output"]


def test_all_initialisations_learn_beside_each_other_and_leave_the_one_as_it_is() -> None:
    alone, beside = ran(epochs=1)[1], ran(epochs=1, compare=True)[1]
    assert metrics(alone).items() <= metrics(beside).items()
    by_itself = metrics(ran(epochs=1, initialisation="kaiming_normal")[1])
    assert metrics(beside)["kaiming_normal_test_loss"] == by_itself["test_loss"]
    rows = newest(beside, Table, "rules").rows
    assert len(rows) == len(newest(beside, Chart, "rules").lines) == len(INITIALISATIONS)
    for row, rule in zip(rows, INITIALISATIONS.values(), strict=True):
        assert row[1].value == pytest.approx(rule.spread(784, 12), rel=0.05)


# Change.


def test_length_and_condition_are_those_of_numpy() -> None:
    instance, events = ran("weights.change")
    found, model = metrics(events), instance.engine.first.model
    first = experiment("weights.change")().setup(experiment("weights.change").params(**SMALL), Few()).model
    epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
    for name in ("hidden1", "hidden2", "output"):
        before, now = (net.get_parameter(f"{name}.weight").detach().double().numpy() for net in (first, model))
        assert found[f"condition_{name}"] == pytest.approx(np.linalg.cond(now), rel=1e-6)
        assert epochs[0][f"condition_{name}"] == pytest.approx(np.linalg.cond(before), rel=1e-6)
        assert epochs[1][f"length_{name}"] == pytest.approx(epochs[1][f"change_{name}"] * np.linalg.norm(before))


def test_gain_and_change_are_paired_by_epoch_and_the_course_pairs_them_one_off() -> None:
    events = ran("weights.change", epochs=5)[1]
    epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
    layers = ("hidden1", "hidden2", "output")
    change, length = (
        np.array([np.mean([epoch[f"{kind}_{layer}"] for layer in layers]) for epoch in epochs[1:]])
        for kind in ("change", "length")
    )
    trained = np.diff([epoch["train_accuracy"] for epoch in epochs[1:]])
    tested = np.diff([epoch["test_accuracy"] for epoch in epochs])
    found = metrics(events)
    for name, x, y in (
        ("correlation", tested, change),
        ("same_epoch_correlation", trained, length[1:]),
        ("shifted_correlation", trained, length[:-1]),
    ):
        assert found[name] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-6)
    assert len(newest(events, Table, "numbers").rows) == 4
    assert "correlation" not in metrics(ran("weights.change", epochs=1)[1])


def test_l1_adds_the_sign_of_each_weight() -> None:
    # One step on all examples: only the penalty makes the difference.
    with_it, without = (
        ran("weights.change", epochs=1, batch_size=1500, optimiser="sgd", learning_rate=0.1, l1=strength)[
            0
        ].engine.first
        for strength in (0.01, 0.0)
    )
    first = experiment("weights.change")().setup(experiment("weights.change").params(**SMALL), Few()).model
    for name, weight in with_it.model.named_parameters():
        pulled = 0.1 * 0.01 * first.get_parameter(name).detach().sign() if weight.ndim > 1 else 0.0
        other = without.model.get_parameter(name).detach()
        np.testing.assert_allclose(weight.detach().numpy(), (other - pulled).numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "values"),
    [(PAGE, {"schedule": "cosine", "compare": True}), ("weights.change", {"epochs": 4, "l1": 0.001})],
)
def test_the_program_prints_the_metrics_of_the_page(name: str, values: dict[str, Any]) -> None:
    chosen = experiment(name)
    params = chosen.params(**{**SMALL, "epochs": 1, "batch_size": 512, **values})
    [code] = [event for event in made(chosen().preview(params, STORE)) if isinstance(event, Code)]
    prints_its_metrics(code.source, list(chosen().run(params, Context("cpu", STORE)))[-1].everything)


@pytest.mark.parametrize("seed", range(5))
def test_the_first_or_the_last_layer_moves_furthest(seed: int) -> None:
    found = metrics(ran(data=STORE, hidden=(64, 32, 32), batch_size=128, seed=seed)[1])
    moved = {name: found[f"moved_{name}"] for name in ("hidden1", "hidden2", "hidden3", "output")}
    assert max(moved, key=moved.__getitem__) in ("hidden1", "output")
    assert found["outside"] < 0.01


@pytest.mark.long
def test_what_the_lesson_says_of_change_and_gain() -> None:
    # Larger batches and a higher rate: about the same way in a twelfth of the steps.
    shares, first, last, square, bends, farther = [], [], [], [], [], []
    together: dict[str, list[float]] = {
        name: [] for name in ("correlation", "same_epoch_correlation", "shifted_correlation")
    }
    for seed in range(5):
        values = {"hidden": (64, 32, 32), "epochs": 40, "batch_size": 256, "optimiser": "sgd", "learning_rate": 0.02}
        params = experiment("weights.change").params(**values, seed=seed)
        events = list(experiment("weights.change")().run(params, Context("cpu", STORE)))
        epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
        layers = ("hidden1", "hidden2", "hidden3", "output")
        length = {layer: sum(epoch[f"length_{layer}"] for epoch in epochs[1:]) for layer in layers}
        assert sorted(layers, key=length.__getitem__)[-2:] == ["output", "hidden1"]
        moved = [epochs[-1][f"moved_{layer}"] for layer in layers]
        print("MOVED", moved, epochs[0])
        assert max(moved[:3]) < 1.15 * min(moved[:3])
        farther.append(moved[3] / np.mean(moved[:3]))
        square.append(epochs[0]["condition_hidden3"])
        shares.append(length["hidden1"] / sum(length.values()))
        first.append(epochs[0]["condition_hidden1"])
        last.append(epochs[-1]["condition_hidden1"])
        gain = np.diff([epoch["test_accuracy"] for epoch in epochs])
        change = [np.mean([epoch[f"change_{layer}"] for layer in layers]) for epoch in epochs[1:]]
        bends.append(np.corrcoef(np.diff(gain), np.diff(change))[0, 1])
        found = metrics(events)
        assert abs(found["same_epoch_correlation"] - found["shifted_correlation"]) < 0.15
        for name, values in together.items():
            values.append(found[name])
    low, high = mean_interval(np.array(shares))
    assert 0.25 < low < high < 0.4
    low, high = mean_interval(np.array(farther))
    print("FARTHER", low, high, "SQUARE", square, "FIRST", first, "LAST", last, together)
    assert 1.8 < low < high < 2.4
    low, high = mean_interval(np.array(first))
    assert 1.725 < low < high < 1.755 and min(last) > 3
    assert min(square) == pytest.approx(62, abs=1) and max(square) == pytest.approx(453, abs=1)
    low, high = mean_interval(np.array(bends))
    assert -0.3 < low < high < 0.4


@pytest.mark.long
def test_the_last_layer_moves_farthest_as_the_lesson_says() -> None:
    # Larger batches and a higher rate: the same way in an eighth of the steps.
    for seed in range(3):
        params = experiment(PAGE).params(batch_size=256, learning_rate=0.08, seed=seed)
        found = metrics(list(experiment(PAGE)().run(params, Context("cpu", STORE))))
        print("HIST", [found[f"moved_hidden{number}"] for number in (1, 2, 3)], found["moved_output"], found["outside"])
        assert 2.2 < found["moved_output"] < 2.5
        for number in (1, 2, 3):
            assert 1.1 < found[f"moved_hidden{number}"] < 1.25
        assert 2 <= round(found["outside"] * 53_706) <= 6

"""Programs that are shown: they are run here, and compared with the network that they are of."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lab.core.catalogue import experiment
from lab.core.code import Code
from lab.core.events import Metrics
from lab.core.figures import Table
from lab.data.store import DataStore
from lab.nets.dense.code import class_code, class_lines, modules, sequential_code, sequential_lines
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer, MLPSpec, dense
from lab.nets.dense.torch_modules import Named, give_numbers, sequential
from lab.topics.ann.definitions import Definitions, DefinitionsParams
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import MOST_NUMBERS, code_of, training_code

HIDDEN = ("identity", "relu", "leaky_relu", "relu6", "elu", "sigmoid", "tanh", "softplus", "gelu", "silu")
LAYERS = st.builds(Layer, st.integers(1, 6), st.sampled_from(HIDDEN), st.booleans(), st.sampled_from([0.0, 0.25, 0.5]))
OUTPUTS = st.builds(Layer, st.integers(1, 4), st.sampled_from(["identity", "sigmoid", "softmax"]))
PLANS = st.builds(
    lambda inputs, hidden, output: MLPSpec(inputs, (*hidden, output)),
    st.integers(1, 5),
    st.lists(LAYERS, max_size=4),
    OUTPUTS,
)


def run(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(source, "shown", "exec"), names)
    return names


def network_of(source: str) -> nn.Module:
    made = run(source)["network"]
    assert isinstance(made, nn.Module)
    return made


def some(plan: MLPSpec) -> tuple[Network, np.ndarray]:
    generator = np.random.default_rng(3)
    network = Network.drawn(plan, generator)
    for norm in network.norms:
        if norm is not None:
            norm.scale[:] = generator.uniform(0.5, 2, norm.scale.shape)
            norm.shift[:] = generator.normal(size=norm.shift.shape)
    return network, generator.normal(size=(7, plan.inputs))


@settings(max_examples=60)
@given(PLANS)
def test_both_programs_make_the_network_of_the_plan(plan: MLPSpec) -> None:
    network, inputs = some(plan)
    made = [network_of(sequential_code(plan)), network_of(class_code(plan))]
    parameters = [[tuple(p.shape) for p in module.parameters()] for module in made]
    assert parameters[0] == parameters[1]
    assert sum(p.numel() for p in made[0].parameters()) == plan.parameters
    for module in made:
        module.double().eval()
        give_numbers(module, network)
        with torch.no_grad():
            outputs = module(torch.from_numpy(inputs)).numpy()
        np.testing.assert_allclose(outputs, network.outputs(inputs), rtol=1e-7, atol=1e-9)


@settings(max_examples=60)
@given(PLANS)
def test_what_is_checked_on_the_page_is_what_the_programs_make(plan: MLPSpec) -> None:
    network, inputs = some(plan)
    for source, built in ((sequential_code(plan), sequential(plan)), (class_code(plan), Named(plan))):
        shown = network_of(source)
        assert {n: a.shape for n, a in shown.state_dict().items()} == {
            n: a.shape for n, a in built.state_dict().items()
        }
        for module in (shown, built):
            module.double().eval()
            give_numbers(module, network)
        with torch.no_grad():
            assert torch.equal(shown(torch.from_numpy(inputs)), built(torch.from_numpy(inputs)))


@settings(max_examples=40)
@given(PLANS)
def test_lines_and_names_are_of_the_modules(plan: MLPSpec) -> None:
    parts = [module.part for module in modules(plan)]
    assert len(set(parts)) == len(parts)
    in_sequential = [part for line in sequential_lines(plan) for part in line.parts]
    assert in_sequential == parts
    assert {part for line in class_lines(plan) for part in line.parts} == set(parts)
    state = network_of(class_code(plan)).state_dict()
    for module in modules(plan):
        for name, shape in module.parameters:
            assert tuple(state[f"{module.name}.{name}"].shape) == shape


def test_unused_imports_are_left_out() -> None:
    assert "import torch\n" not in class_code(dense(2, (3,), 1, "relu"))
    assert "functional" not in class_code(dense(2, (3,), 1, "tanh"))
    assert class_code(dense(2, (), 1)).endswith("        return self.output(x)\n\n\nnetwork = Network()\n")


def recipe(loss: str = "mse", **values: Any) -> TrainingSpec:
    generator = np.random.default_rng(0)
    count = values.pop("count", 20)
    inputs = generator.normal(size=(count, 2))
    if loss == "cross_entropy":
        plan, targets = dense(2, (5,), 3, "tanh"), generator.integers(0, 3, count)
    else:
        plan = dense(2, (5,), 1, "tanh", "sigmoid" if loss == "bce" else "identity")
        targets = (inputs.sum(1, keepdims=True) > 0).astype(float)
    defaults: dict[str, Any] = {"learning_rate": 0.05, "epochs": 30, "seed": 4}
    return TrainingSpec(values.pop("plan", plan), loss, inputs, targets, **(defaults | values))


def trained(wanted: TrainingSpec, source: str) -> tuple[list[float], nn.Module]:
    """Run a training from our first weights, with the examples in our order."""
    before, _, after = source.partition("\nlosses = train(inputs, targets)\n")
    assert after.startswith("judge(")
    names = run(before)
    give_numbers(names["network"], Learner(wanted).network)
    return names["train"](names["inputs"], names["targets"]), names["network"]


@pytest.mark.parametrize("loss", ["mse", "mae", "bce", "bce_logits", "cross_entropy"])
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_a_training_goes_as_ours(loss: str, optimiser: str) -> None:
    wanted = recipe(loss, optimiser=optimiser, learning_rate=0.01, l2=0.01, l1=0.001)
    losses, _ = trained(wanted, training_code(wanted))
    learner = Learner(wanted)
    ours = [learner.train_epoch() for _ in range(wanted.epochs)]
    np.testing.assert_allclose(losses, ours, rtol=1e-10)


def printed(source: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        run(source)
    return out.getvalue()


def test_batches_come_in_an_order_of_its_own_and_it_learns() -> None:
    wanted = recipe("cross_entropy", batch_size=8, epochs=200, learning_rate=0.1)
    losses, _ = trained(wanted, training_code(wanted))
    assert len(losses) == 200
    assert losses[-1] < losses[0]


def test_a_batch_of_one_is_left_out_where_it_could_not_be_normalised() -> None:
    plan = MLPSpec(2, (Layer(4, "relu", batch_norm=True, dropout=0.2), Layer(1)))
    wanted = recipe(count=17, batch_size=8, plan=plan)
    assert "continue" in training_code(wanted)
    assert "loss: " in printed(training_code(wanted))


def test_it_prints_how_good_it_is_and_the_same_each_time() -> None:
    wanted = recipe(
        "bce_logits", epochs=300, learning_rate=0.5, test_inputs=np.zeros((1, 2)), test_targets=np.ones((1, 1))
    )
    said = printed(training_code(wanted))
    assert [line.split(":")[0] for line in said.splitlines()] == ["loss", "accuracy", "test_loss", "test_accuracy"]
    assert float(said.splitlines()[1].split()[-1]) > 0.8
    assert printed(training_code(wanted)) == said


def test_data_can_be_given_as_lines_of_code() -> None:
    lines = "inputs, targets = (torch.ones(3, count, dtype=torch.float64) for count in (2, 1))"
    said = printed(training_code(recipe(epochs=500), lines))
    assert float(said.split()[-1]) < 1e-3


def test_many_numbers_are_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = recipe("cross_entropy", count=MOST_NUMBERS, epochs=1)
    source = training_code(wanted)
    assert len(source.splitlines()) < 60
    monkeypatch.chdir(tmp_path)
    np.savez("data.npz", inputs=wanted.inputs, targets=wanted.targets)
    assert "accuracy: " in printed(source)


@pytest.mark.parametrize("name", ["ann.regression", "ann.binary", "ann.multilayer", "ann.iris"])
def test_the_code_of_the_experiments_of_the_course_trains_their_networks(name: str) -> None:
    chosen = experiment(name)
    wanted = chosen().recipe(chosen.params(), DataStore(Path("unused")))
    code = code_of(wanted)
    assert isinstance(code, Code) and code.source == training_code(wanted)
    source = code.source.replace(f"range({wanted.epochs})", "range(5)")
    losses, _ = trained(wanted, source)
    learner = Learner(wanted)
    np.testing.assert_allclose(losses, [learner.train_epoch() for _ in range(5)], rtol=1e-10)


def test_the_page_shows_both_and_what_their_numbers_are_called() -> None:
    params = DefinitionsParams(batch_norm=True, dropout=0.2)
    events = list(Definitions().compute(params))
    codes = [event for event in events if isinstance(event, Code)]
    assert [code.name for code in codes] == ["sequential", "class"]
    table = next(event for event in events if isinstance(event, Table))
    for column, code in enumerate(codes):
        state = network_of(code.source)
        named = [(name, str(tuple(array.shape)), array.numel()) for name, array in state.named_parameters()]
        assert named == [(row[column].value, row[2].value, row[3].value) for row in table.rows[:-1]]
    assert isinstance(events[-1], Metrics)
    assert events[-1].values["parameters"] == table.rows[-1][3].value == params.plan().parameters


@pytest.mark.parametrize("after", ["identity", "sigmoid", "softmax"])
@pytest.mark.parametrize("activation", HIDDEN)
def test_the_page_says_that_all_three_agree(activation: str, after: str) -> None:
    params = DefinitionsParams(activation=activation, after_output=after, batch_norm=True, hidden=(8, 4))
    (table,) = Definitions().verify(params)
    assert isinstance(table, Table)
    assert {cell.mark for row in table.rows for cell in row[3:]} == {"good"}
    assert len(table.rows) == 12

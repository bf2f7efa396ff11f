"""The training loop, against a loop written with plain torch, and exact under save and restore."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.nets.convolutional import ConvolutionalParams
from lab.nets.network import build
from lab.training.metaparameters import TrainingParams
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer, make_optimiser
from tests.networks import told

SHAPE = (1, 12, 12)
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Both(TrainingParams, ConvolutionalParams):
    pass


def params(**values: object) -> Both:
    small = {"channels": (4, 4), "kernel": 3, "units": (8,), "batch_size": 16, "epochs": 3}
    return Both(**told({**small, **values}))


def data(count: int = 100) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    return torch.rand(count, *SHAPE, generator=generator), torch.randint(0, 10, (count,), generator=generator)


def setup(chosen: Both, count: int = 100, **more: Any) -> Setup:
    network = build(chosen, SHAPE, 10, torch.Generator().manual_seed(chosen.seed))
    examples = InMemory(*data(count))
    return Setup(network, CLASSIFY, {"train": examples, "test": examples}, **more)


def training(chosen: Both, count: int = 100, **more: Any) -> Trainer:
    return Trainer(setup(chosen, count, **more), chosen, "cpu")


def loss(trained: Trainer) -> float:
    """Do one step, and return its loss."""
    return trained.step().values()["loss"]


def weights(trained: Trainer) -> torch.Tensor:
    return torch.cat([tensor.detach().double().flatten() for tensor in trained.model.state_dict().values()])


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "rmsprop_momentum", "adam", "adamw"])
def test_steps_equal_a_plain_loop_of_torch(optimiser: str) -> None:
    chosen = params(optimiser=optimiser, weight_decay=0.01, decay_on="everything", learning_rate=0.01)
    ours = training(chosen)
    network = build(chosen, SHAPE, 10, torch.Generator().manual_seed(chosen.seed))
    plain = {
        "sgd": lambda p: torch.optim.SGD(p, 0.01, weight_decay=0.01),
        "momentum": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, weight_decay=0.01),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 0.01, weight_decay=0.01),
        "rmsprop_momentum": lambda p: torch.optim.RMSprop(p, 0.01, momentum=0.9, weight_decay=0.01),
        "adam": lambda p: torch.optim.Adam(p, 0.01, weight_decay=0.01),
        "adamw": lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.01),
    }[optimiser](network.parameters())
    inputs, targets = data()
    order_generator = torch.Generator().manual_seed(chosen.seed)
    for _ in range(2):
        order = torch.randperm(100, generator=order_generator)
        for start in range(0, 100, 16):
            index = order[start : start + 16]
            plain.zero_grad()
            theirs = nn.functional.cross_entropy(network(inputs[index]), targets[index])
            theirs.backward()
            plain.step()
            assert loss(ours) == pytest.approx(theirs.item(), abs=2e-5)


def test_counts_of_epochs_and_steps() -> None:
    ours = training(params())
    assert (ours.steps_per_epoch, ours.steps) == (7, 21)
    ends = [ours.step().epoch_ends for _ in range(21)]
    assert [place for place, end in enumerate(ends, 1) if end] == [7, 14, 21]
    assert ours.finished


def test_every_example_is_seen_once_an_epoch() -> None:
    ours = training(params())
    for _ in range(7):
        ours.step()
    assert ours._seen == 100
    assert sorted(ours._order.tolist()) == list(range(100))


def test_a_last_batch_of_one_is_left_out() -> None:
    assert training(params(batch_norm=True), count=97).steps_per_epoch == 6


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "rmsprop_momentum", "adam", "adamw"])
def test_save_and_restore_is_exact_to_the_bit(optimiser: str) -> None:
    chosen = params(optimiser=optimiser, dropout=0.4, conv_dropout=0.2, batch_norm=True, schedule="one_cycle")
    whole = training(chosen)
    for _ in range(9):
        whole.step()
    state = whole.state()
    losses = [loss(whole) for _ in range(12)]
    again = training(chosen)
    again.restore(state)
    assert [loss(again) for _ in range(12)] == losses
    assert torch.equal(weights(whole), weights(again))
    assert again.epoch_values() == whole.epoch_values()


def test_a_state_without_the_generator_is_not_exact() -> None:
    """The violation of the test above: forget one part of the state, and it turns red."""
    chosen = params(dropout=0.4)
    whole = training(chosen)
    whole.step()
    state = whole.state()
    losses = [loss(whole) for _ in range(5)]
    state.tensors["random.noise"] = torch.Generator().manual_seed(99).get_state()
    again = training(chosen)
    again.restore(state)
    assert [loss(again) for _ in range(5)] != losses


IN_A_NEW_PROCESS = """
import sys, torch
from pathlib import Path
sys.path.insert(0, {root!r})
from lab.core.experiment import State
from lab.nets.weight_files import read_weights, write_weights
from tests.lab.test_training import params, training, weights
torch.set_num_threads(1)
arrays, counters = read_weights(Path({before!r}))
ours = training(params(dropout=0.5, conv_dropout=0.2, batch_norm=True))
ours.restore(State({{name: torch.tensor(array) for name, array in arrays.items()}}, counters))
while not ours.finished:
    ours.step()
write_weights(Path({after!r}), {{"weights": weights(ours).numpy()}}, {{}})
"""


def test_continued_in_a_new_process_the_weights_are_the_same_bits(tmp_path: Path) -> None:
    from lab.nets.weight_files import read_weights, write_weights

    torch.set_num_threads(1)
    ours = training(params(dropout=0.5, conv_dropout=0.2, batch_norm=True))
    for _ in range(10):
        ours.step()
    state = ours.state()
    before, after = tmp_path / "before", tmp_path / "after"
    write_weights(before, {name: tensor.numpy() for name, tensor in state.tensors.items()}, state.counters)
    while not ours.finished:
        ours.step()
    script = IN_A_NEW_PROCESS.format(root=str(ROOT), before=str(before), after=str(after))
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
    arrays, _ = read_weights(after)
    assert np.array_equal(arrays["weights"], weights(ours).numpy())


def test_watching_changes_nothing() -> None:
    chosen = params(dropout=0.4, batch_norm=True)
    watched, alone = training(chosen), training(chosen)
    for _ in range(10):
        watched.judge("test")
        watched.state()
        assert watched.step().values() == alone.step().values()


def test_runs_side_by_side_do_not_disturb_each_other() -> None:
    chosen = params(dropout=0.4)
    alone = training(chosen)
    expected = [loss(alone) for _ in range(10)]
    first, second = training(chosen), training(params(dropout=0.4, seed=8))
    found = []
    for _ in range(10):
        found.append(loss(first))
        second.step()
        torch.rand(3)
    assert found == expected


def test_a_state_of_another_network_is_refused_and_changes_nothing() -> None:
    from lab.core.text import RunError

    state = training(params(channels=(4, 6))).state()
    ours = training(params())
    before = weights(ours)
    with pytest.raises(RunError, match="another network"):
        ours.restore(state)
    assert torch.equal(weights(ours), before)


def test_a_training_goes_on_with_fewer_examples_than_it_began_with() -> None:
    before, ours = training(params()), training(params(), 60)
    for _ in range(5):
        before.step()
    ours.restore(before.state())
    while not ours.finished:
        ours.step()
    # Each epoch from here on sees each of the new examples once.
    assert (ours._seen, sorted(ours._order.tolist())) == (60, list(range(60)))


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
def test_schedules_equal_torch_s(schedule: str) -> None:
    chosen = params(schedule=schedule, optimiser="adam", learning_rate=0.01)
    ours = training(chosen)
    reference = torch.optim.Adam([torch.zeros(1, requires_grad=True)], 0.01)
    schedulers = torch.optim.lr_scheduler
    other = {
        "constant": lambda: schedulers.ConstantLR(reference, 1.0),
        "cosine": lambda: schedulers.CosineAnnealingLR(reference, 21),
        "one_cycle": lambda: schedulers.OneCycleLR(reference, 0.01, 21, cycle_momentum=False),
    }[schedule]()
    for _ in range(21):
        assert ours.learning_rate() == pytest.approx(reference.param_groups[0]["lr"], rel=1e-6, abs=1e-12)
        ours.step()
        reference.step()
        other.step()


def test_judging_equals_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.training.trainer.JUDGED_AT_ONCE", 30)
    ours = training(params())
    inputs, targets = data()
    result = ours.judge("test")
    ours.model.eval()
    with torch.no_grad():
        outputs = ours.model(inputs)
    assert result.values["loss"] == pytest.approx(float(nn.functional.cross_entropy(outputs, targets)), abs=1e-6)
    assert result.values["accuracy"] == pytest.approx(float((outputs.argmax(1) == targets).double().mean()))
    predicted, confidence = result.answers
    assert torch.equal(predicted, outputs.argmax(1))
    torch.testing.assert_close(confidence, outputs.softmax(1).max(1).values)


def test_a_part_is_judged_as_within_the_whole() -> None:
    ours = training(params())
    whole, part = ours.judge("test"), ours.judge("test", 20, 50)
    assert torch.equal(whole.answers[0][20:50], part.answers[0])


def test_a_step_is_placed_on_the_device_and_waits_for_nothing() -> None:
    """On "meta", which computes nothing, a tensor left on the CPU raises, and so does to ask for a number."""
    chosen = params(optimiser="adam", batch_norm=True)
    ours = Trainer(setup(chosen), chosen, "meta")
    for _ in range(ours.steps_per_epoch + 1):
        step = ours.step()
    assert step.loss.device.type == "meta"
    assert {tensor.device.type for tensor in ours.model.state_dict().values()} == {"meta"}
    with pytest.raises(RuntimeError, match="meta"):
        step.values()


def test_fused_steps_are_taken_where_torch_has_them() -> None:
    for name in ("sgd", "adam", "adamw"):
        optimiser = make_optimiser(params(optimiser=name), nn.Linear(2, 2))
        assert optimiser.param_groups[0]["fused"] is True

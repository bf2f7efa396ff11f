"""Weights of one network in another: what is taken, what is not, and what stays as it was."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from lab.core.text import RunError
from lab.training.metaparameters import TrainingParams
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer
from lab.training.transferred import take

PARAMETERS = ("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias")
BUFFERS = ("1.running_mean", "1.running_var", "1.num_batches_tracked")


def network(outputs: int = 3) -> nn.Sequential:
    """Return a network with batch norm, through which a batch went while it learned."""
    made = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, outputs))
    made(torch.randn(8, 4, generator=torch.Generator().manual_seed(outputs)))
    return made


def same(one: nn.Module, other: nn.Module) -> set[str]:
    """Return the names of the tensors that are equal in both."""
    theirs = other.state_dict()
    return {name for name, tensor in one.state_dict().items() if torch.equal(tensor, theirs[name])}


def test_all_of_it_makes_the_same_network_as_load_state_dict_does() -> None:
    source, target, loaded = network(), network(), network()
    loaded.load_state_dict(source.state_dict())
    taken = take(source, target)
    assert (taken.parameters, set(taken.buffers), taken.left) == (PARAMETERS, set(BUFFERS), ())
    assert same(target, loaded) == {*PARAMETERS, *BUFFERS}


def test_without_buffers_it_is_the_loop_over_named_parameters() -> None:
    source, target, looped = network(), network(), network()
    looped.load_state_dict(target.state_dict())
    for (_, theirs), (_, own) in zip(source.named_parameters(), looped.named_parameters(), strict=True):
        own.data = theirs.data.clone()
    taken = take(source, target, buffers=False)
    assert same(target, looped) == {*PARAMETERS, *BUFFERS}
    assert taken.buffers == () and {entry.fate for entry in taken.left} == {"not asked for"} and not taken.unfit


def test_what_does_not_fit_keeps_its_own_numbers_and_says_why() -> None:
    source, target = network(26), network(10)
    before = {name: tensor.clone() for name, tensor in target.state_dict().items()}
    taken = take({**source.state_dict(), "4.weight": torch.ones(2)}, target)
    assert [(entry.name, entry.fate) for entry in taken.unfit] == [
        ("3.weight", "other shape"), ("3.bias", "other shape"), ("4.weight", "no place"),
    ]  # fmt: skip
    assert str(taken.unfit[0].why) == "26 × 5 does not fit 10 × 5"
    assert torch.equal(target.state_dict()["3.weight"], before["3.weight"])
    assert torch.equal(target.state_dict()["0.weight"], source.state_dict()["0.weight"])


def test_parts_are_taken_by_name_and_others_are_not_asked_for() -> None:
    source, target = network(), network()
    taken = take(source, target, ["1.*"])
    assert taken.parameters == ("1.weight", "1.bias") and set(taken.buffers) == set(BUFFERS)
    assert {entry.name for entry in taken.left} == {"0.weight", "0.bias", "3.weight", "3.bias"} and not taken.unfit


def test_whole_changes_nothing_where_something_does_not_fit() -> None:
    source, target = network(26), network(10)
    before = {name: tensor.clone() for name, tensor in target.state_dict().items()}
    with pytest.raises(RunError, match=r"2 of its tensors, such as 3.weight, 3.bias; of 3.weight: 26 × 5 does not fit"):
        take(source, target, whole=True)
    assert all(torch.equal(tensor, before[name]) for name, tensor in target.state_dict().items())
    with pytest.raises(RunError, match=r"3.bias: the other network has none"):
        take({k: v for k, v in network().state_dict().items() if k != "3.bias"}, network(), whole=True)


def test_whole_numbers_are_no_weights() -> None:
    source: dict[str, Tensor] = {**network().state_dict(), "3.bias": torch.ones(3, dtype=torch.int64)}
    assert [(entry.name, entry.fate) for entry in take(source, network()).unfit] == [("3.bias", "other kind")]


def test_an_optimiser_goes_on_holding_what_weights_were_taken_into() -> None:
    target = network().to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(target.parameters(), 0.1)
    take(network(), target)
    first = dict(target.named_parameters())["0.weight"]
    before = first.detach().clone()
    target(torch.randn(8, 4, generator=torch.Generator().manual_seed(1))).sum().backward()
    optimiser.step()
    assert not torch.equal(first, before)


@pytest.mark.parametrize("optimiser", ["adam", "momentum"])
def test_an_optimiser_of_another_network_moves_only_what_both_have(optimiser: str) -> None:
    model = network(10)
    other = nn.Sequential(*model[:3], nn.Linear(5, 26))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    inputs, targets = torch.randn(9, 4, generator=torch.Generator().manual_seed(2)), torch.arange(9)
    setup = Setup(model, CLASSIFY, {"train": InMemory(inputs, targets)}, optimised=other)
    params = TrainingParams(optimiser=optimiser, learning_rate=0.01, batch_size=3, epochs=1)
    trainer = Trainer(setup, params, "cpu")
    while not trainer.finished:
        trainer.step()
    moved = {name for name, tensor in model.state_dict().items() if not torch.equal(tensor, before[name])}
    # What a layer before batch norm adds to all examples alike is taken off again: its gradient is rounding.
    assert moved - {"0.bias"} == {*PARAMETERS, *BUFFERS} - {"0.bias", "3.weight", "3.bias"}

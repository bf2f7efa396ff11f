"""Every training of the program, on a graphics card that is none: where everything is, and what comes of it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lab.core.catalogue import experiment, experiments
from lab.core.events import Event, Metrics, Progress, Remark, Scalars, made
from lab.core.experiment import Context
from lab.data.store import DataStore
from lab.running import sessions
from lab.running.runs import Run
from lab.training.drive import LearningExperiment
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer
from tests.lab.card import CARD, OnCard, inserted
from tests.lab.contracts import exact, ran_once, small

CHOOSING = [name for name, each in experiments().items() if "device" in each.params.specs()]
TRAINED = [name for name in CHOOSING if issubclass(experiment(name), LearningExperiment)]
ADDRESSES = {"transfer.copy", "transfer.freeze"}
"""What asks where numbers lie in memory: here they have no addresses, and a module that is moved twice gets other
parameters, which on a card it does not."""
TIMED = {"gpu.pays", "measures.time"}
"""They ask a card how long it takes, which one that is none cannot say."""


def on_card(name: str) -> Context:
    """Return a context of a run on the card that is watched, with all its figures due."""
    return Context(str(CARD), DataStore(Path("unused")), due=lambda *_: True, seen=lambda *_: True)


def tensors(trainer: Trainer) -> Iterator[tuple[str, Tensor]]:
    """Yield all that a training has on its device; only the count of an optimiser's steps may be elsewhere."""
    yield from trainer.model.named_parameters()
    yield from trainer.model.named_buffers()
    for parameter, gathered in trainer.optimiser.state.items():
        assert isinstance(parameter, OnCard)
        yield from ((key, value) for key, value in gathered.items() if isinstance(value, Tensor) and value.ndim)
    for name, source in trainer.sources.items():
        inputs, targets = source.part(0, 1)
        yield f"inputs of {name}", inputs
        yield f"targets of {name}", targets


@pytest.mark.parametrize("name", TRAINED)
def test_a_step_of_each_training_has_everything_on_the_card_that_was_chosen(name: str) -> None:
    chosen = experiment(name)
    params, instance = small(chosen), chosen()
    assert isinstance(instance, LearningExperiment)
    instance.data = DataStore(Path("unused"))
    instance.prepare(params)
    with inserted():
        engine = instance.begin(params, on_card(name))
        engine.advance()
        trainers = engine.trainers if isinstance(engine, TorchEngine) else {"": engine}
        for trainer in trainers.values():
            assert isinstance(trainer, Trainer)
            assert all(isinstance(tensor, OnCard) for _name, tensor in tensors(trainer)), name
            assert isinstance(trainer._sums["loss"], OnCard), "the loss was fetched, and nobody had asked"


def test_all_that_offer_a_device_are_known() -> None:
    assert len(TRAINED) > 20
    assert {*CHOOSING} > TIMED


@pytest.mark.long
@pytest.mark.parametrize("name", sorted({*CHOOSING} - TIMED - ADDRESSES))
def test_a_whole_run_that_is_watched_gives_the_numbers_of_the_cpu(name: str) -> None:
    """What views ask for comes back to the CPU, or NumPy would refuse it."""
    chosen = experiment(name)
    params, instance, events, steps = small(chosen), chosen(), list[Event](), 0
    instance.prepare(params)
    with inserted():
        for event in instance.run(params, on_card(name)):
            events.append(event)
            steps += isinstance(event, Progress)
            if isinstance(event, Progress) and steps < 5:
                list(made(instance.query({})))
    found = exact(event for event in events if isinstance(event, Scalars | Metrics))
    wanted = ran_once(name, watched=True).numbers
    assert [row[:2] for row in found] == [row[:2] for row in wanted]
    for (_name, _step, ours), (_, _, theirs) in zip(found, wanted, strict=True):
        numbers = [(float.fromhex(ours[key]), float.fromhex(theirs[key])) for key in theirs]
        np.testing.assert_allclose(*np.array(numbers or [(0, 0)]).T, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda net, here, there: net(here),
        lambda net, here, there: there + here,
        lambda net, here, there: there.numpy(),
        lambda net, here, there: np.asarray(there),
        lambda net, here, there: here @ there.T,
        lambda net, here, there: here[there[0].long()],
    ],
)
def test_the_card_refuses_what_a_card_refuses(wrong: Callable[[nn.Module, Tensor, Tensor], Any]) -> None:
    with inserted():
        net, here = nn.Linear(3, 2).to(CARD), torch.zeros(3, 3)
        there = here.to(CARD)
        assert net(there).device == CARD
        with pytest.raises(RuntimeError):
            wrong(net, here, there)


def test_what_was_left_behind_is_noticed() -> None:
    """The same demand, of a module that keeps a plain tensor."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.ones(3)
            self.layer = nn.Linear(3, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.layer(x * self.scale)  # type: ignore[no-any-return]

    with inserted(), pytest.raises(RuntimeError, match="same device"):
        Net().to(CARD)(torch.zeros(4, 3, device=CARD))


def first_steps(session: sessions.Session, steps: int) -> None:
    for event in session.events:
        if isinstance(event, Progress) and event.step == steps:
            break
    session.close()


@pytest.mark.parametrize("name", ["cnn.mnist"])
def test_a_run_of_a_card_goes_on_without_one_and_says_so(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, folder = small(experiment(name), seed=3), tmp_path / "run"
    with monkeypatch.context() as patched, inserted():
        patched.setattr(sessions, "choose", lambda _wanted: str(CARD))
        first_steps(sessions.start(name, params, 1, folder), 3)
    assert Run(folder).info().device == "cuda:0"
    session = sessions.resume(folder)
    assert session.context.device == "cpu"
    events = list(session.events)
    said = [event for event in events if isinstance(event, Remark) and event.name == "device"]
    assert len(said) == 1
    assert "goes on on the CPU" in str(said[0].message)
    result = events[-1]
    assert isinstance(result, Metrics)
    assert math.isfinite(result.values["test_loss"])
    assert result.values["test_loss"] == pytest.approx(
        ran_once(name, watched=False).metrics.values["test_loss"], rel=0.2
    )


def test_a_state_of_the_cpu_goes_on_on_a_card(tmp_path: Path) -> None:
    chosen = experiment("cnn.mnist")
    params, instance, data = small(chosen), chosen(), DataStore(Path("unused"))
    instance.prepare(params)
    with contextlib.closing(instance.run(params, Context("cpu", data))) as events:
        for event in events:
            if isinstance(event, Progress) and event.step == 3:
                break
        state = instance.state()
    other = chosen()
    other.prepare(params)
    with inserted():
        events = list(other.run(params, Context(str(CARD), data, restored=state)))
        assert isinstance(other, LearningExperiment)
        assert isinstance(other.engine, TorchEngine)
        assert all(isinstance(tensor, OnCard) for _name, tensor in tensors(other.engine.first))
    assert isinstance(events[-1], Metrics)
    assert math.isfinite(events[-1].values["test_loss"])

"""Trainings in torch as an engine: one, or several side by side that do each step in turns."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from torch import Tensor

from lab.core.events import Array, Scalars
from lab.core.experiment import State
from lab.training.hooks import Hook
from lab.training.trainer import Judgement, Step, Trainer

Name = TypeVar("Name", bound=str)
WAITING = 64
"""Steps whose losses may stay on a graphics card before one waits for them."""


class TorchEngine(Generic[Name]):
    """Trainings that do one step each at a time, on the same batches if their seeds are the same.

    The names of their scalars begin with theirs, as in "max_train_loss"; the only one may have the name "".
    """

    def __init__(self, trainers: Mapping[Name, Trainer]) -> None:
        self.trainers = dict(trainers)
        self.names = tuple(self.trainers)
        self.first = self.trainers[self.names[0]]
        self.offset = 0
        """The steps of what was trained before these."""
        self.diverged: int | None = None
        self.wild: Name | None = None
        """The name of the training that diverged."""
        self.step_ms: dict[Name, list[float]] = {name: [] for name in self.trainers}
        """Milliseconds of each step since this engine began. On a graphics card, of its start."""
        self._waiting: list[dict[Name, Step]] = []
        self._ready: list[Scalars] = []
        self._judged: dict[tuple[Name, str], tuple[int, Judgement]] = {}
        self._next: dict[tuple[Name, str], int] = {}

    @property
    def step(self) -> int:
        """The steps that are done."""
        return self.offset + self.first.steps_done

    @property
    def steps(self) -> int:
        """The steps of the whole run."""
        return self.first.steps

    @property
    def epoch(self) -> int:
        """The epoch of the last step, from 1."""
        return self.first.epoch

    @property
    def epochs(self) -> int:
        """The epochs of the whole run."""
        return self.first.params.epochs

    @property
    def epoch_ends(self) -> bool:
        """Whether the last step was the last one of its epoch."""
        return self.first.epoch_ends

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.first.finished

    def advance(self) -> None:
        """Do one step of each, another one first each time."""
        names, turn = self.names, self.step % len(self.names)
        done = {}
        for name in (*names[turn:], *names[:turn]):
            began = time.perf_counter()
            done[name] = self.trainers[name].step()
            self.step_ms[name].append(1000 * (time.perf_counter() - began))
        self._waiting.append(done)

    def losses(self, now: bool) -> list[Scalars]:
        """Return loss and measures of each step; from a graphics card many at once, unless it is `now`."""
        if now or self.first.device.type == "cpu" or len(self._waiting) >= WAITING:
            self._wait()
        ready, self._ready = self._ready, []
        return ready

    def _wait(self) -> None:
        """Wait for the losses of all steps, up to the first that is none any more."""
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            values = {name: done[name].values() for name in self.trainers}
            number = self.offset + next(iter(done.values())).number
            wild = next((name for name, numbers in values.items() if not math.isfinite(numbers["loss"])), None)
            if wild is not None:
                self.diverged, self.wild = number, wild
                break
            parts = [named(name, "train", numbers) for name, numbers in values.items()]
            self._ready.append(Scalars("batch", number, {key: value for part in parts for key, value in part.items()}))

    def measure(self) -> Mapping[str, float]:
        """Return the means over the epoch as they were when they were seen, and those on all other sources now."""
        values: dict[str, float] = {}
        for name, trainer in self.trainers.items():
            if trainer.steps_done:
                values |= named(name, "train", trainer.epoch_values())
            for source in trainer.sources:
                if source != "train":
                    values |= named(name, source, self.judgement(source, name).values)
        return values

    def judgement(self, source: str, name: Name | None = None) -> Judgement:
        """Return how a training does on a source now; it is judged once a step at most."""
        name = self.names[0] if name is None else name
        at, found = self._judged.get((name, source), (-1, None))
        if found is None or at != self.step:
            found = self.trainers[name].judge(source)
            self._judged[name, source] = self.step, found
        return found

    def answers(self, source: str, again: int = 0, name: Name | None = None) -> tuple[Array, ...]:
        """Return the answers for each example of a source, as new arrays (N, …).

        All as the network is now; or, where an older judgement is there and `again` is a number, the next so many of
        them judged again: so that someone who watches sees them change between two epochs.
        """
        name = self.names[0] if name is None else name
        at, kept = self._judged.get((name, source), (-1, None))
        if not again or kept is None:
            kept = self.judgement(source, name)
        elif at != self.step:
            start = self._next.get((name, source), 0)
            fresh = self.trainers[name].judge(source, start, start + again)
            count = len(fresh.answers[0])
            whole = tuple(tensor.clone() for tensor in kept.answers)
            for before, now in zip(whole, fresh.answers, strict=True):
                before[start : start + count] = now
            self._next[name, source] = 0 if start + again >= len(whole[0]) else start + again
            kept = Judgement(kept.values, whole)
            self._judged[name, source] = at, kept
        return tuple(np.array(tensor.numpy(), copy=True) for tensor in kept.answers)

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """What hears of each epoch."""
        return self.first.setup.hooks

    def weights(self) -> dict[str, Tensor]:
        """Return a copy, on the CPU, of what the first training learns."""
        return self.first.weights()

    def set_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take them back; all is judged anew."""
        self.first.set_weights(weights)
        self._judged.clear()

    def unfreeze(self, names: str) -> None:
        """Let frozen parameters learn from now on."""
        self.first.unfreeze(names)

    def state(self) -> State:
        """Return the states of all, and the losses that nobody has waited for yet."""
        self._wait()
        if self.names == ("",):
            state = self.first.state()
        else:
            state = State({}, {"steps_done": self.step, "trainers": {}})
            for name, trainer in self.trainers.items():
                one = trainer.state()
                state.tensors |= {f"{name}/{key}": tensor for key, tensor in one.tensors.items()}
                state.counters["trainers"][name] = one.counters
        if self._ready:
            state.counters["ready"] = [[event.step, dict(event.values)] for event in self._ready]
        return state

    def restore(self, state: State) -> None:
        """Go back to them. Raises RunError when they belong to other networks."""
        self._ready = [Scalars("batch", int(step), values) for step, values in state.counters.get("ready", ())]
        if self.names == ("",):
            self.first.restore(state)
            return
        for name, trainer in self.trainers.items():
            self._restore_one(name, trainer, state)

    def _restore_one(self, name: str, trainer: Trainer, state: State) -> None:
        own = {k.removeprefix(f"{name}/"): t for k, t in state.tensors.items() if k.startswith(f"{name}/")}
        trainer.restore(State(own, state.counters["trainers"][name]))


def named(trainer: str, source: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the names of their scalars, such as "test_loss" or "max_test_loss"."""
    before = f"{trainer}_" if trainer else ""
    return {f"{before}{source}_{key}": value for key, value in values.items()}

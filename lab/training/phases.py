"""Trainings one behind the other as one run: one alone, then several side by side that begin with its weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab.core.experiment import State
from lab.training.engine import TorchEngine, named
from lab.training.trainer import Judgement, Trainer

HandOn = Callable[[Trainer, Mapping[str, Trainer]], None]
"""Gives what the first training has learned to those that follow it."""


class Phases(TorchEngine[str]):
    """Steps and epochs are counted through. A `source` that has finished already is handed on at once."""

    def __init__(self, name: str, source: Trainer, others: Mapping[str, Trainer], hand_on: HandOn) -> None:
        super().__init__({name: source})
        self.source, self.others = source, dict(others)
        self._name, self._hand_on = name, hand_on
        self._source_judged: Judgement | None = None
        if source.finished:
            self._go_on()

    @property
    def following(self) -> bool:
        """Whether the second phase has begun."""
        return self.first is not self.source

    @property
    def steps(self) -> int:
        """The steps of both phases."""
        return self.source.steps + next(iter(self.others.values())).steps

    @property
    def epoch(self) -> int:
        """The epoch of the last step, counted through, from 1."""
        return self.first.epoch + (self.source.params.epochs if self.following else 0)

    @property
    def epochs(self) -> int:
        """The epochs of both phases."""
        return self.source.params.epochs + next(iter(self.others.values())).params.epochs

    @property
    def finished(self) -> bool:
        """Whether all epochs of both are done."""
        return self.following and self.first.finished

    def advance(self) -> None:
        """Do one step of the source, or of each of those that follow it."""
        super().advance()
        if not self.following and self.source.finished:
            self._wait()
            if self.diverged is None:
                self._go_on()

    def measure(self) -> Mapping[str, float]:
        """Measure what learns now; at the end of the first phase also what has learned, and what has not begun yet."""
        found = super().measure()
        if not self.following or self.first.steps_done:
            return found
        return {**named(self._name, "train", self.source.epoch_values()), **self.of_source(), **found}

    def of_source(self) -> dict[str, float]:
        """Return how the first training, which has finished, does on its test."""
        if self._source_judged is None:
            self._source_judged = self.source.judge("test")
        return named(self._name, "test", self._source_judged.values)

    def state(self) -> State:
        """Return the states of all that have begun."""
        state = super().state()
        if self.following:
            one = self.source.state()
            state.tensors |= {f"{self._name}/{key}": tensor for key, tensor in one.tensors.items()}
            state.counters["trainers"][self._name] = one.counters
        return state

    def restore(self, state: State) -> None:
        """Go back to them; what is frozen, of which nothing was kept, comes from the source again."""
        kept = state.counters["trainers"]
        if kept.keys() > {self._name}:
            self._restore_one(self._name, self.source, state)
            self._go_on()
        super().restore(state)

    def _go_on(self) -> None:
        self._hand_on(self.source, self.others)
        self.trainers, self.names = dict(self.others), tuple(self.others)
        self.first = self.trainers[self.names[0]]
        self.offset = self.source.steps
        self.step_ms |= {name: [] for name in self.trainers}

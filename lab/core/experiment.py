"""The form of every experiment: a generator of events over parameters and a context."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from lab.core.events import Event, Metrics, Progress, Remark, Shown, made
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.text import NOTHING_SAID, LabError

if TYPE_CHECKING:
    # What experiments are given; nothing here depends on what it is.
    from lab.data.store import DataStore

P = TypeVar("P", bound=Params)
StepUnit = Literal["step", "batch", "epoch", "run"]
RunMode = Literal["instant", "background", "run"]


@dataclass
class State:
    """All that is needed to go on exactly: tensors by name (NumPy or torch) and counters that JSON can hold."""

    tensors: dict[str, Any]
    counters: dict[str, Any]

    @property
    def step(self) -> int:
        """The optimiser steps that led here."""
        return int(self.counters["steps_done"])


def _never(_kind: type[Event], _name: str) -> bool:
    return False


@dataclass
class Context:
    """What an experiment is given beside its parameters.

    `device` is "cpu" or "cuda:0". `seen(kind, name)` tells whether someone looks at that event now, `due(kind, name)`
    whether it is also time for a new one. Without a screen nothing is ever due. Asking changes nothing, and the
    answers never change the numbers of a run. `choices` are live wishes of whoever watches, such as the image to look
    at. `restored` is the state to go on from.
    """

    device: str
    data: DataStore
    due: Shown = _never
    seen: Shown | None = None
    choices: dict[str, Any] = field(default_factory=dict)
    restored: State | None = None

    @property
    def watched(self) -> bool:
        """Whether there is a screen at all."""
        return self.due is not _never

    def made(self, figures: Iterable[Event], everything: bool = False) -> Iterator[Event]:
        """Yield figures, and of those that are lazy the ones that are due, made.

        With `everything`, where a run ends or rests, it is all that is seen, due or not; without a screen simply all.
        """
        return made(figures, self.seen if everything else self.due)


class Experiment(ABC, Generic[P]):
    """One experiment; an instance is one run of it, or one preview.

    `run` yields after every step, so pause is "stop calling next", step is "call it until a Progress", stop is
    `close()`. Between two steps `query` may be called, with or without a finished run, and `state` saved.

    Figures that cost time are `lazily` made. `preview` and `query` may yield such events: whoever shows them makes
    those that are seen. `run` passes them through `context.made`.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    params: ClassVar[type[Params]]
    mode: ClassVar[RunMode] = "run"
    """How it comes to its figures: "instant", within milliseconds at each change of its parameters; "background", as
    often as that is done; or by a "run", which is started, stopped and continued."""
    persistent: ClassVar[bool] = True
    """Whether its runs are kept on disk: what hours have made, not what a second makes again."""
    needs_torch: ClassVar[bool] = True
    """Whether torch has to be there before the first step."""
    step_unit: ClassVar[StepUnit] = "step"
    """What one step is: a batch of an epoch, a whole epoch, a whole run, or just a step."""
    steps_per_second: ClassVar[float | None] = None
    """The pace at which a window shows the steps, for experiments that are watched step by step; None: full speed."""
    headline: ClassVar[Headline | None] = None
    """The metric that says how well a run did; every experiment that trains or is kept has one."""
    queries: ClassVar[tuple[str, ...]] = ()
    """The names of what is picked on its page that `query` answers; of a parameter also when it is edited."""
    reads_files: ClassVar[bool] = False
    """Whether its preview may take seconds, as it reads files of the user's: a window makes it beside itself."""
    starts_on: ClassVar[tuple[str, ...]] = ()
    """The parameters that start a run when they are picked on its page, such as the place of a ball."""

    data: DataStore
    """The data sets, given by whoever makes an instance that is to compute: topics know no other way to data."""

    def prepare(self, params: P) -> None:
        """Make ready for `run`, and for questions that come before its first step; called once by a session."""
        return

    def validate(self, params: P, data: DataStore) -> None:
        """Raise LabError where what `params` name is not there or cannot be used; called before anything is written."""
        return

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Yield what can be shown before anything runs, and stays while it does; must not import torch."""
        return iter(())

    @abstractmethod
    def run(self, params: P, context: Context) -> Generator[Event, None, None]:
        """Yield the events of the run; `Progress` closes each step, `Metrics` comes last.

        A run that goes on from `context.restored` first shows that state, and says by a `Progress` where it stands,
        unless there is no step left.
        """

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Take what was picked, by name, each once, and show what depends on it; of nothing, how the run stands.

        That does not change the numbers of a run, unless what was picked is a change: a cell that is drawn.
        """
        return iter(())

    def state(self) -> State | None:
        """Return the exact state between two steps, or None when the experiment has nothing to continue.

        It is a copy: it is written while the run goes on.
        """
        return None


class ClosedForm(Experiment[P]):
    """What follows from its parameters at once: nothing to wait for, to continue, or to keep.

    Where it is "instant", a window calls `compute` at each change, so it has a few milliseconds, without torch. Where
    it is done in the "background", whole pictures for instance, the window shows what `preview` yields until then.
    `verify` follows when it can.
    """

    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    mode: ClassVar[RunMode] = "instant"

    @abstractmethod
    def compute(self, params: P) -> Iterator[Event]:
        """Yield the figures of `params`, and their `Metrics` last."""

    def verify(self, params: P) -> Iterator[Event]:
        """Yield the same numbers from an independent source, such as torch, as figures of other names."""
        return iter(())

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Yield everything where that is there at once; else what can be shown within milliseconds, without torch."""
        return self.compute(params) if self.mode == "instant" else iter(())

    def run(self, params: P, context: Context) -> Generator[Event, None, None]:
        """Yield everything, checked, as one step."""
        self.data = context.data
        parts = [self.compute(params)]
        if self.mode == "background":
            parts.insert(0, self.preview(params, context.data))
        figures = [event for part in parts for event in context.made(part, everything=True)]
        yield from (event for event in figures if not isinstance(event, Metrics))
        yield from self.verify(params)
        yield Progress(1, 1, 1, 1, True)
        yield from (event for event in figures if isinstance(event, Metrics))

    def computed(self, params: P) -> Iterator[Event]:
        """Yield the figures of `params` as an answer: what is wrong with them is said in it."""
        # What was said of the parameters before holds no longer.
        yield Remark("shown", NOTHING_SAID)
        try:
            yield from self.compute(params)
        except LabError as error:
            # An answer like others: the newest of them is what is said.
            yield Remark("shown", error.message, "warning")


def verifies(experiment: type[Experiment[Any]]) -> bool:
    """Tell whether an experiment has an independent source to compare its numbers with."""
    return issubclass(experiment, ClosedForm) and experiment.verify is not ClosedForm.verify

"""A run that counts, kept without waiting: each save has ended when the next step begins."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Executor, Future
from typing import Any

import torch

from lab.core.events import Event, Metrics, Progress, Scalars
from lab.core.experiment import Context, Experiment, State
from lab.core.params import Params
from lab.data.store import DataStore
from lab.running.recording import Recorder, recorded
from lab.running.runs import Run
from lab.running.writer import Writer


class Counting(Experiment[Params]):
    """Counts to ten."""

    id = "test.counting"
    title = "Counting"
    params = Params

    def __init__(self) -> None:
        self.count = 0

    def run(self, params: Params, context: Context) -> Generator[Event, None, None]:
        while self.count < 10:
            self.count += 1
            yield Scalars("batch", self.count, {"loss": 1.0 / self.count})
            yield Progress(self.count, 10, 1, 1, self.count == 10)
        yield Metrics({"count": 10.0})

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        return iter(())

    def state(self) -> State:
        return State({"count": torch.tensor([self.count])}, {"steps_done": self.count})


class Inline(Executor):
    """Does at once, and in this thread, what it is given."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def events(run: Run, counting: Counting | None = None, seconds: float = 0.0) -> Generator[Event, None, None]:
    """Count, and save every `seconds`; at 0 after each step."""
    counting = counting or Counting()
    context = Context("cpu", DataStore(run.folder))
    recorder = Recorder(run, counting, interval=lambda _cost: seconds, writer=Writer(pool=Inline()))
    return recorded(run, counting, counting.run(Params(), context), recorder)

"""Time: the clock on the wall, the processor's time, and a graphics card that is not done when the call returns."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.events import Event, Progress, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Bars, Chart, Table
from lab.core.metaparameters import DEVICES
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import metrics
from lab.data.store import DataStore
from lab.topics.measures.time.clocks import Clocks, works
from lab.topics.measures.time.figures import bars, numbers, over_repeats, over_threads, program
from lab.topics.measures.time.tasks import doing


@dataclass(frozen=True, kw_only=True)
class TimeParams(Params):
    """What is timed, and how often."""

    size: int = integer(
        768, 16, 4096, scale="log", slider=True, label="Side of the matrices", group="Work",
        help="Two matrices of n × n numbers are multiplied: 2·n³ operations.",
    )  # fmt: skip
    threads: int = integer(
        4, 1, 16, slider=True, label="Threads, up to", group="Work",
        help="The product is divided among 1, 2, … threads, each with some of the rows. More than the computer has "
        "cores wait for each other.",
    )  # fmt: skip
    pause: float = real(
        50.0, 1.0, 1000.0, scale="log", slider=True, unit="ms", label="Sleep", group="Work",
        help="How long nothing is done, as when one waits for a file or the network.",
    )  # fmt: skip
    repeats: int = integer(
        15, 2, 200, scale="log", slider=True, label="Repeats", group="Measuring",
        help="How often each is timed, all in turns, so that whatever else the computer does meets all of them.",
    )  # fmt: skip
    device: str = choice(
        "auto", DEVICES, label="Device", group="Measuring",
        help="With a graphics card the product is timed there too, with and without waiting for it.",
    )  # fmt: skip


class Time(Experiment[TimeParams]):
    """Time a product with one and more threads, and a sleep, by three clocks at once, again and again."""

    id: ClassVar[str] = "measures.time"
    title: ClassVar[str] = "What time is measured?"
    params: ClassVar[type[Params]] = TimeParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False

    def __init__(self) -> None:
        self._params = TimeParams()
        self._clocks: Clocks | None = None

    def preview(self, params: TimeParams, data: DataStore) -> Iterator[Event]:
        """Show what will be timed."""
        yield from self._figures(params, Clocks(works(params.threads, card=False)))
        yield program(params.size, params.threads, params.pause)

    def run(self, params: TimeParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step for each round in which everything is timed once."""
        card = context.device if context.device.startswith("cuda") else ""
        clocks = Clocks(works(params.threads, card=bool(card)))
        self._params, self._clocks = params, clocks
        yield program(params.size, params.threads, params.pause)
        with doing(params.size, params.pause / 1000, params.threads, card) as (do, ready):
            for turn in range(params.repeats):
                last = turn == params.repeats - 1
                clocks.measure(do, turn, ready)
                yield from context.made(self._figures(params, clocks), everything=last)
                yield Progress(turn + 1, params.repeats, 1, 1, last)
        yield metrics([numbers(clocks, params.size, params.pause)])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show what is measured so far."""
        return iter(()) if self._clocks is None else self._figures(self._params, self._clocks)

    @staticmethod
    def _figures(params: TimeParams, clocks: Clocks) -> Iterator[Event]:
        yield lazily(Bars, "clocks", bars, clocks)
        yield lazily(Chart, "threads", over_threads, clocks)
        yield lazily(Chart, "repeats", over_repeats, clocks)
        yield lazily(Table, "numbers", lambda: numbers(clocks, params.size, params.pause).table)


EXPERIMENT = Time

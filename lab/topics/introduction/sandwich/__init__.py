"""Forward and backward propagation with butter and jam: by hand first, then by gradient descent."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Flow, Graph, Table, Words
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.quantities import metrics, program
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.introduction.sandwich.bread import Amounts, Bite, best, mean_loss
from lab.topics.introduction.sandwich.bread_figures import (
    amounts_chart,
    changed,
    graph,
    loss_chart,
    numbers,
    plain,
    plane_chart,
)
from lab.topics.introduction.sandwich.params import RANGE, SandwichParams
from lab.topics.introduction.sandwich.result import result


class Sandwich(Experiment[SandwichParams]):
    """Two steps shown for each one learned: the values flow forward, then the error flows back and changes them."""

    id: ClassVar[str] = "introduction.sandwich"
    title: ClassVar[str] = "Butter and jam"
    params: ClassVar[type[Params]] = SandwichParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    headline: ClassVar[Headline | None] = Headline("mean_loss", message("mean loss"), "number", "lower")
    steps_per_second: ClassVar[float | None] = 4.0

    def _begin(self, params: SandwichParams) -> None:
        self._params, self._customers = params, params.everyone
        self._path: list[Amounts] = [(params.butter, params.jam)]
        self._losses: list[float] = []
        self._means: list[float] = []
        self._flow: Flow = ""
        self._made: tuple[Words, Words] = (message("As the form says."),) * 2
        self._goal = best(self._path[0], self._customers)

    def preview(self, params: SandwichParams, data: DataStore) -> Iterator[Event]:
        """Show both directions at once, for the sandwich of the form: that is how to do it by hand."""
        self._begin(params)
        self._forward(0)
        yield from self._figures()

    def run(self, params: SandwichParams, context: Context) -> Generator[Event, None, None]:
        """Take the steps, each as two: forward, then backward."""
        self._begin(params)
        steps, rate = params.steps, params.learning_rate
        for step in range(steps):
            self._flow = "forward"
            self._forward(step)
            yield from context.made(self._figures())
            yield Progress(2 * step + 1, 2 * steps, 1, 1, False)
            following = self._bite.improved(rate)
            if max(map(abs, following)) > RANGE:
                yield self._diverged(step + 1, following)
                break
            self._flow = "backward"
            yield from context.made(self._figures())
            self._path.append(following)
            yield Progress(2 * step + 2, 2 * steps, 1, 1, step + 1 == steps)
        else:
            self._forward(steps)
        self._flow = ""
        yield from context.made(self._figures(), everything=True)
        yield metrics([result(params, self._path)])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show the step at which the run rests."""
        return self._figures() if hasattr(self, "_params") else iter(())

    def _forward(self, step: int) -> None:
        """Let the next customer try the sandwich as it is."""
        if step:
            self._made = changed(self._bite, self._params.learning_rate)
        self._turn = step % len(self._customers)
        self._bite: Bite = Bite(*self._path[-1], self._customers[self._turn])
        self._losses.append(self._bite.loss)
        if len(self._customers) > 1:
            self._means.append(mean_loss(self._path[-1], self._customers))

    def _figures(self) -> Iterator[Event]:
        params, count = self._params, len(self._customers)
        rate, steps_done = params.learning_rate, len(self._losses) - 1
        following = None if self._flow == "forward" else self._bite.improved(rate)
        path = self._path[: steps_done + 1]
        reached = [*path, following] if following and self._flow else path
        yield lazily(Graph, "sandwich", graph, self._bite, self._flow, self._turn + 1, self._made)
        yield lazily(Table, "numbers", numbers, self._bite, self._flow, self._turn + 1, count, rate)
        yield lazily(Chart, "loss", loss_chart, self._losses, self._means, params.steps)
        yield lazily(Chart, "amounts", amounts_chart, reached, params.steps, self._goal)
        yield lazily(Chart, "plane", plane_chart, path, self._customers, following)
        yield lazily(Code, "code", lambda: program([result(params, self._path)]))

    def _diverged(self, step: int, following: Amounts) -> Remark:
        butter, jam = (plain(amount) for amount in following)
        limit = 1 / max(customer.strength for customer in self._customers)
        return Remark(
            "diverged",
            message(
                "Step {step} would put {butter} spoons of butter and {jam} of jam on the bread; the limit is {range}. "
                "Each step overshoots by more than the one before. Try a learning rate below {limit}.",
                step=step,
                butter=butter,
                jam=jam,
                range=int(RANGE),
                limit=f"{limit:.4g}",
            ),
            "warning",
        )


EXPERIMENT = Sandwich

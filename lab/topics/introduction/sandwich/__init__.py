"""Forward and backward propagation with butter and jam: by hand first, then by gradient descent."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.events import Event, Metrics, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Flow, Graph, Table, Words
from lab.core.headline import Headline
from lab.core.params import Params, choice, integer, real
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.introduction.sandwich.bread import Amounts, Bite, Customer, best, mean_loss
from lab.topics.introduction.sandwich.bread_figures import (
    LARGEST_TARGET,
    MOST_SPOONS,
    STRONGEST,
    WEAKEST,
    amounts_chart,
    changed,
    graph,
    loss_chart,
    numbers,
    plain,
    plane_chart,
)

OTHERS = (Customer(1.0, 2.0, 7.0), Customer(1.0, -1.0, 3.0))
"""The second customer, and a third one who does not like jam; with the first of the defaults, two agree on one
sandwich, (3, 2), and three on none."""
RANGE = 100.0
"""Spoons beyond which a run has diverged."""


@dataclass(frozen=True, kw_only=True)
class SandwichParams(Params):
    """A sandwich, a tongue, and how to learn from it."""

    butter: float = real(
        1.0, 0.0, MOST_SPOONS, unit="spoons", slider=True, group="Sandwich",
        label="Butter", help="The first weight: how much butter is on the bread before anything is learned.",
    )  # fmt: skip
    jam: float = real(
        4.0, 0.0, MOST_SPOONS, unit="spoons", slider=True, group="Sandwich",
        label="Jam", help="The second weight: how much jam is on the bread before anything is learned.",
    )  # fmt: skip
    butter_flavour: float = real(
        2.0, WEAKEST, STRONGEST, slider=True, group="Customer",
        label="Butter's flavour", help="The first input: how much flavour one spoon of butter has for this customer.",
    )  # fmt: skip
    jam_flavour: float = real(
        1.0, WEAKEST, STRONGEST, slider=True, group="Customer",
        label="Jam's flavour", help="The second input: how much flavour one spoon of jam has for this customer.",
    )  # fmt: skip
    target: float = real(
        8.0, 0.0, LARGEST_TARGET, slider=True, group="Customer",
        label="Wanted", help="The target: how much flavour this customer wants in all.",
    )  # fmt: skip
    customers: str = choice(
        "one",
        {"one": "One", "two": "Two, in turn", "three": "Three, in turn"},
        label="Customers",
        help="Who tastes: only the customer above, or others too, one after the other.",
        group="Customer",
    )
    learning_rate: float = real(
        0.05, 0.001, 1.0, scale="log", slider=True, group="Training",
        label="Learning rate", help="The share of its gradient by which a weight is changed in one step.",
    )  # fmt: skip
    steps: int = integer(
        12, 1, 200, group="Training",
        label="Steps", help="How often the error comes back; each step is once forward and once backward.",
    )  # fmt: skip

    @property
    def everyone(self) -> tuple[Customer, ...]:
        """All who taste, in turn."""
        first = Customer(self.butter_flavour, self.jam_flavour, self.target)
        return (first, *OTHERS)[: {"one": 1, "two": 2, "three": 3}[self.customers]]


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
        yield Metrics(self._metrics())

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

    def _metrics(self) -> dict[str, float]:
        butter, jam = self._path[-1]
        bite = Bite(butter, jam, self._customers[0])
        return {
            "butter": butter,
            "jam": jam,
            "prediction": bite.prediction,
            "error": bite.error,
            "loss": bite.loss,
            "mean_loss": mean_loss((butter, jam), self._customers),
            "steps": float(len(self._path) - 1),
        }

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

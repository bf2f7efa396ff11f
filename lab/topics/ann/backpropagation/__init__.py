"""Backpropagation in a network of 2–2–1 units, number by number, forward and back."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Graph, Table
from lab.core.params import ParamError, Params, choice, integer, real
from lab.core.quantities import Numbers, Value, metrics
from lab.data.store import DataStore
from lab.nets.registry.activations import HIDDEN
from lab.topics.ann.backpropagation import figures as figures
from lab.topics.ann.backpropagation.computed import numbers
from lab.topics.ann.backpropagation.graphs import FARTHEST, MOST, graph
from lab.topics.ann.backpropagation.passes import INPUTS, PARAMETERS, Network
from lab.topics.ann.backpropagation.programs import difference, program, torch_numbers, torch_table
from lab.topics.ann.backpropagation.stages import GRADIENTS, LAST


def _weight(default: float, label: str, help: str) -> Any:
    return real(default, -MOST, MOST, slider=True, group="Parameters", label=label, help=help)


@dataclass(frozen=True, kw_only=True)
class BackpropagationParams(Params):
    """A network, one example for it, and where the calculation stands."""

    stage: int = integer(
        GRADIENTS, 0, LAST, slider=True, group="Calculation",
        label="Stage", help="Where the calculation stands: ← and → step back and forward. Run plays on from here; "
        "where all gradients are known, from the beginning.",
    )  # fmt: skip
    learning_rate: float = real(
        0.5, figures.LOWEST_RATE, figures.HIGHEST_RATE, scale="log", slider=True, group="Calculation",
        label="Learning rate η", help="How much of its gradient each parameter is moved by in the update.",
    )  # fmt: skip
    hidden: str = choice(
        "sigmoid", HIDDEN, group="Network", label="Hidden activation f", help="What hidden units make of their sums."
    )
    output: str = choice(
        "sigmoid", {"sigmoid": "Sigmoid", "identity": "None (linear)"}, group="Network",
        label="Output activation g", help="What makes the prediction ŷ of the sum z₃.",
    )  # fmt: skip
    loss: str = choice(
        "half_squared", {"half_squared": "Half squared error", "bce": "Cross-entropy"}, group="Network",
        label="Loss J", help="½(ŷ − y)², or −(y ln ŷ + (1 − y) ln(1 − ŷ)), which needs the sigmoid at the output.",
    )  # fmt: skip
    x1: float = real(
        1.0, -FARTHEST, FARTHEST, slider=True, group="Example", label="x₁", help="The first input."
    )  # fmt: skip
    x2: float = real(
        0.5, -FARTHEST, FARTHEST, slider=True, group="Example", label="x₂", help="The second input."
    )  # fmt: skip
    target: float = real(1.0, 0.0, 1.0, slider=True, group="Example", label="Target y", help="What ŷ should be.")
    w11: float = _weight(0.5, "w₁₁", "The weight of hidden unit 1 for x₁.")
    w12: float = _weight(-1.0, "w₁₂", "The weight of hidden unit 1 for x₂.")
    b1: float = _weight(0.2, "b₁", "The bias of hidden unit 1.")
    w21: float = _weight(-0.6, "w₂₁", "The weight of hidden unit 2 for x₁.")
    w22: float = _weight(0.8, "w₂₂", "The weight of hidden unit 2 for x₂.")
    b2: float = _weight(0.1, "b₂", "The bias of hidden unit 2.")
    v1: float = _weight(0.7, "v₁", "The weight of the output for hidden unit 1.")
    v2: float = _weight(-0.4, "v₂", "The weight of the output for hidden unit 2.")
    c: float = _weight(0.1, "c", "The bias of the output.")

    def check(self) -> None:
        """Refuse a logarithm of what may be negative."""
        if self.loss == "bce" and self.output != "sigmoid":
            raise ParamError(
                "loss", "{field}: cross-entropy takes the logarithm of ŷ and of 1 − ŷ; choose the sigmoid at the output"
            )

    def network(self) -> Network:
        """Return the network with its example."""
        given = {name: float(getattr(self, name)) for name in (*INPUTS, *PARAMETERS)}
        return Network({**given, "t": self.target}, self.hidden, self.output, self.loss)


class Backpropagation(Experiment[BackpropagationParams]):
    """One step is one stage of the calculation; torch does the same calculation, and is compared."""

    id: ClassVar[str] = "ann.backpropagation"
    title: ClassVar[str] = "Backpropagation"
    params: ClassVar[type[Params]] = BackpropagationParams
    persistent: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 2.0

    def _begin(self, params: BackpropagationParams) -> None:
        self._params, self._network = params, params.network()
        self._found = numbers(self._network, params.learning_rate)
        self._stage = params.stage
        self._torch: dict[str, Value | Exception] | None = None

    def preview(self, params: BackpropagationParams, data: DataStore) -> Iterator[Event]:
        """Show the calculation as far as the form says."""
        self._begin(params)
        yield from self._figures()

    def run(self, params: BackpropagationParams, context: Context) -> Generator[Event, None, None]:
        """Go through the stages from that of the form on, or through all where it has everything already."""
        self._begin(params)
        self._torch = torch_numbers(self._network, params.learning_rate, self._found)
        begin = params.stage if params.stage < GRADIENTS else 0
        for stage in range(begin + 1, LAST + 1):
            self._stage = stage
            yield from context.made(self._figures(), everything=stage == LAST)
            yield Progress(stage, LAST, 1, 1, stage == LAST)
        if self._found["next_J"].number > self._found["J"].number:
            yield Remark("verdict", figures.verdict(self._found), "warning")
        results = metrics([Numbers(tuple(self._found.values()))]).values
        yield Metrics({**results, "torch_difference": difference(self._found, self._torch)})

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show where the run rests."""
        if hasattr(self, "_params"):
            yield from self._figures()

    def _figures(self) -> Iterator[Event]:
        network, found, stage, rate = self._network, self._found, self._stage, self._params.learning_rate
        yield lazily(Graph, "network", graph, network, found, stage)
        yield lazily(Table, "stage", figures.stage_table, network, found, stage)
        yield lazily(Table, "all", figures.all_table, found, stage)
        yield lazily(Table, "paths", figures.paths_table, network, stage)
        yield lazily(Table, "check", torch_table, found, stage, self._torch)
        yield lazily(Code, "code", program, network, rate, found)
        yield lazily(Chart, "step", figures.step_chart, network, found, rate, stage)


EXPERIMENT = Backpropagation

"""One network, defined twice: as nn.Sequential and as a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.code import Code
from lab.core.events import Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.figures import Cell, Table
from lab.core.metaparameters import SeedParams
from lab.core.params import Params, choice, integer
from lab.core.text import message
from lab.nets.dense.code import class_lines, modules, sequential_lines
from lab.nets.dense.params import activation_field, batch_norm_field, dropout_field, hidden_field
from lab.nets.dense.spec import Layer, MLPSpec
from lab.topics.ann.definitions_check import outputs_table


@dataclass(frozen=True, kw_only=True)
class DefinitionsParams(SeedParams):
    """What the network is made of."""

    inputs: int = integer(
        4, 1, 1000, label="Inputs", help="How many numbers describe one example.", group="Network", scale="log"
    )
    hidden: tuple[int, ...] = hidden_field()
    outputs: int = integer(
        3, 1, 1000, label="Outputs", help="How many numbers the network gives.", group="Network", scale="log"
    )
    activation: str = activation_field()
    after_output: str = choice(
        "identity",
        {"identity": "Nothing", "sigmoid": "Sigmoid", "softmax": "Softmax"},
        label="After the output",
        help="What makes probabilities of the sums; with losses that take logits, nothing.",
        group="Network",
    )
    batch_norm: bool = batch_norm_field()
    dropout: float = dropout_field()

    def plan(self) -> MLPSpec:
        """Return the network."""
        hidden = (Layer(units, self.activation, self.batch_norm, self.dropout) for units in self.hidden)
        return MLPSpec(self.inputs, (*hidden, Layer(self.outputs, self.after_output)))


class Definitions(ClosedForm[DefinitionsParams]):
    """Show both programs, what their numbers are called, and that they compute the same."""

    id: ClassVar[str] = "ann.definitions"
    title: ClassVar[str] = "Two ways to define a network"
    params: ClassVar[type[Params]] = DefinitionsParams

    def compute(self, params: DefinitionsParams) -> Iterator[Event]:
        """Yield both programs and the names of their numbers."""
        plan = params.plan()
        sequential, own = Code("sequential", sequential_lines(plan)), Code("class", class_lines(plan))
        yield sequential
        yield own
        yield names(plan)
        yield Metrics(
            {
                "parameters": float(plan.parameters),
                "modules": float(len(modules(plan))),
                "lines_sequential": float(len(sequential.lines)),
                "lines_class": float(len(own.lines)),
            }
        )

    def verify(self, params: DefinitionsParams) -> Iterator[Event]:
        """Yield the outputs of both, and of our own arithmetic, with the same numbers."""
        yield outputs_table(params.plan(), params.seed)


def names(plan: MLPSpec) -> Table:
    """Return the learned arrays by their names in both programs."""
    rows: list[tuple[Cell, ...]] = []
    for place, module in enumerate(modules(plan)):
        for name, shape in module.parameters:
            size, why = 1, " × ".join(map(str, shape))
            for length in shape:
                size *= length
            rows.append(
                (
                    Cell(f"{place}.{name}", module.code),
                    Cell(f"{module.name}.{name}", module.code),
                    Cell(f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})", module.why),
                    Cell(size, f"{why} = {size}" if len(shape) > 1 else ""),
                )
            )
    total = Cell(plan.parameters, message("the sum of the column"), "strong")
    rows.append((Cell(message("all"), mark="strong"), Cell(None), Cell(None), total))
    columns = ("nn.Sequential", message("class"), message("shape"), message("numbers"))
    note = message("state_dict() lists them by these names: a file of one is not read by the other without renaming.")
    return Table("names", columns, tuple(rows), note)


EXPERIMENT = Definitions

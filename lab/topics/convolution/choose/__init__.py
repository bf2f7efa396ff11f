"""Which convolution makes an output of a given size?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from lab.core.code import Code, CodeLine
from lab.core.events import Event, Remark
from lab.core.experiment import ClosedForm
from lab.core.params import Params, choice, flag, integer, show
from lab.core.text import message
from lab.nets.convolution.code import program
from lab.nets.convolution.numbers import pair
from lab.topics.convolution.choose.figures import (
    Attempt,
    metrics,
    plane,
    shape_of,
    solution_table,
    task_equation,
    to_scale,
    verdicts,
)
from lab.topics.convolution.choose.tasks import COURSE, LEVELS, Answer, Task, generated
from lab.topics.convolution.size.check import check_table
from lab.topics.convolution.size.params import InputParams, LayerParams
from lab.topics.convolution.size.program import layer_lines

_MADE = ("generated",)


@dataclass(frozen=True, kw_only=True)
class TaskParams(Params):
    """Which task."""

    implies: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType({"seed": {"task": "generated"}})

    task: str = choice(
        "1",
        {**{name: f"Task {name}" for name in COURSE}, "generated": "From the seed"},
        label="Task",
        help="Five tasks as in the course, and as many others as there are seeds.",
        group="Task",
    )
    seed: int = integer(
        1,
        0,
        2**31 - 1,
        label="Seed",
        help="Where the random numbers begin. The same seed gives the same task again.",
        group="Task",
        when=("task", _MADE),
    )
    level: str = choice(
        "stride",
        LEVELS,
        label="Level",
        help="What the generated task is made with. With dilation, the size of the kernel is given.",
        group="Task",
        when=("task", _MADE),
    )
    solution: bool = flag(
        False,
        label="Show a solution",
        help="One answer, and how many there are. Any right answer counts.",
        group="Task",
    )


@dataclass(frozen=True, kw_only=True)
class ChooseParams(LayerParams, TaskParams):
    """A task, and an answer."""

    def attempt(self) -> Attempt:
        """Return the answer to the task."""
        task = COURSE[self.task] if self.task in COURSE else generated(self.seed, self.level)
        pairs = [pair(values) for values in (self.kernel, self.stride, self.padding, self.dilation)]
        return Attempt(task, Answer(self.out_channels, *pairs))


class Choose(ClosedForm[ChooseParams]):
    """Say what an answer makes, and of which axis that is right."""

    id: ClassVar[str] = "convolution.choose"
    title: ClassVar[str] = "Choose the settings of a convolution"
    params: ClassVar[type[Params]] = ChooseParams

    def show(self, params: ChooseParams) -> Iterator[Event]:
        """Yield the task, the verdict, the drawing, and the solution if it is wanted."""
        attempt = params.attempt()
        yield task_equation(attempt)
        yield verdicts(attempt)
        yield to_scale(attempt)
        yield plane(attempt, _texts(params, attempt.task))
        yield solution_table(attempt.task, params.solution)
        yield _program(params, attempt)
        if attempt.right:
            said = message(
                "Right: of {given} this layer makes {wanted}. “New seed” sets another task.",
                given=shape_of((attempt.task.in_channels, *attempt.task.size)),
                wanted=shape_of(attempt.wanted),
            )
            yield Remark("right", said)
        yield metrics(attempt)

    def check(self, params: ChooseParams) -> Iterator[Event]:
        """Yield what torch makes of the same layer, its refusal included."""
        attempt = params.attempt()
        yield check_table(attempt.task.in_channels, params.out_channels, *attempt.axes)


def _texts(params: ChooseParams, task: Task) -> dict[str, str]:
    """Return the same input and layer for the page of sizes."""
    given = {"size": task.size, "in_channels": task.in_channels}
    texts = {name: show(InputParams.specs()[name], value) for name, value in given.items()}
    return texts | {name: text for name, text in params.to_texts().items() if name in LayerParams.specs()}


def _program(params: ChooseParams, attempt: Attempt) -> Code:
    """Return the program that tries the answer with torch."""
    task = attempt.task
    height, width = task.size
    given = f" and layer.kernel_size == {task.kernel}" if task.kernel is not None else ""
    lines: list[CodeLine | str] = [
        "import torch",
        "from torch import nn",
        "",
        *layer_lines(task.in_channels, params.out_channels, params.options()),
        f"image = torch.zeros(1, {task.in_channels}, {height}, {width})",
        CodeLine(f"wanted = {attempt.wanted}", why=message("channels, rows, columns")),
        "",
        "try:",
        "    shape = tuple(layer(image).shape[1:])",
        '    print("fits:", 1)',
        '    print("output_size:", *shape[1:])',
        "except RuntimeError as error:",
        "    shape = None",
        '    print("fits:", 0)',
        "    print(error)",
        f'print("right:", int(shape == wanted{given}))',
    ]
    return program(lines)


EXPERIMENT = Choose

"""Which convolution makes an output of a given size?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.numbers import NumbersPage, check
from lab.core.params import Params, choice, flag, integer, show
from lab.core.quantities import Numbers
from lab.core.text import message
from lab.nets.convolution.code import refusal
from lab.nets.convolution.numbers import pair
from lab.topics.convolution.choose.figures import (
    Attempt,
    plane,
    shape_of,
    solution_numbers,
    task_equation,
    to_scale,
    verdicts,
)
from lab.topics.convolution.choose.tasks import COURSE, LEVELS, Answer, Task, generated
from lab.topics.convolution.size.numbers import counts
from lab.topics.convolution.size.params import InputParams, LayerParams

_MADE = ("generated",)


@dataclass(frozen=True, kw_only=True)
class TaskParams(Params):
    """Which task."""

    implies: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType({"seed": {"task": "generated"}})

    task: str = choice(
        "1", {**{name: f"Task {name}" for name in COURSE}, "generated": "From the seed"}, label="Task",
        help="Five tasks as in the course, and as many others as there are seeds.", group="Task",
    )  # fmt: skip
    seed: int = integer(
        1, 0, 2**31 - 1, label="Seed", help="Where the random numbers begin. The same seed gives the same task again.",
        group="Task", when=("task", _MADE),
    )  # fmt: skip
    level: str = choice(
        "stride", LEVELS, label="Level",
        help="What the generated task is made with. With dilation, the size of the kernel is given.", group="Task",
        when=("task", _MADE),
    )  # fmt: skip
    solution: bool = flag(
        False, label="Show a solution", help="One answer, and how many there are. Any right answer counts.",
        group="Task",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ChooseParams(LayerParams, TaskParams):
    """A task, and an answer."""

    def attempt(self) -> Attempt:
        """Return the answer to the task."""
        task = COURSE[self.task] if self.task in COURSE else generated(self.seed, self.level)
        pairs = [pair(values) for values in (self.kernel, self.stride, self.padding, self.dilation)]
        return Attempt(task, Answer(self.out_channels, *pairs))


class Choose(NumbersPage[ChooseParams]):
    """Say what an answer makes, and of which axis that is right."""

    id: ClassVar[str] = "convolution.choose"
    title: ClassVar[str] = "Choose the settings of a convolution"
    params: ClassVar[type[Params]] = ChooseParams

    def figures(self, params: ChooseParams) -> Iterator[Event]:
        """Yield the task, the drawing, and what is wanted beside what is made."""
        attempt = params.attempt()
        yield task_equation(attempt)
        yield to_scale(attempt)
        yield plane(attempt, _texts(params, attempt.task))
        if attempt.right:
            said = message(
                "Right: of {given} this layer makes {wanted}. “New seed” sets another task.",
                given=shape_of((attempt.task.in_channels, *attempt.task.size)),
                wanted=shape_of(attempt.wanted),
            )
            yield Remark("right", said)

    def numbers(self, params: ChooseParams) -> Sequence[Numbers]:
        """Return the verdict, and the solution if it is wanted."""
        attempt = params.attempt()
        solution = solution_numbers(attempt.task, params.solution)
        return verdicts(attempt), solution, *refusal(attempt.gives is None)

    def verify(self, params: ChooseParams) -> Iterator[Event]:
        """Yield what torch makes of the same layer, its refusal included."""
        attempt = params.attempt()
        yield check([counts((attempt.task.in_channels, params.out_channels), *attempt.axes, "meta")])


def _texts(params: ChooseParams, task: Task) -> dict[str, str]:
    """Return the same input and layer for the page of sizes."""
    given = {"size": task.size, "in_channels": task.in_channels}
    texts = {name: show(InputParams.specs()[name], value) for name, value in given.items()}
    return texts | {name: text for name, text in params.to_texts().items() if name in LayerParams.specs()}


EXPERIMENT = Choose

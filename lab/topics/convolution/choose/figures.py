"""A task, what an answer makes of it, and where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Axis, Cell, Chart, Line, Link, Matrices, MatrixItem, Words
from lab.core.pictures import Box, Pictures
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.nets.convolution.sizes import problem_of
from lab.topics.convolution.choose.tasks import Answer, Task, made_of, settings_per_kernel, solutions
from lab.topics.convolution.size.axes import AxisSizes
from lab.topics.convolution.size.figures import LABELS
from lab.topics.convolution.size.numbers import FORMULA, layer_lines
from lab.topics.convolution.size.pictures import drawing

_MOST_DRAWN = 400
_FAR = 1.6
"""From this ratio on it is the stride that is wrong, rather than the kernel."""
_ORDER = message("channels, rows, columns")
_PARTS = (message("channels"), message("rows"), message("columns"))


@dataclass(frozen=True)
class Attempt:
    """An answer to a task."""

    task: Task
    answer: Answer

    @property
    def axes(self) -> tuple[AxisSizes, AxisSizes]:
        """What the layer makes of rows and columns."""
        return made_of(self.task.size, self.answer, 0), made_of(self.task.size, self.answer, 1)

    @property
    def gives(self) -> tuple[int, int, int] | None:
        """The shape (channels, rows, columns) of the output; None where there is none."""
        rows, columns = self.axes
        return (self.answer.out_channels, rows.outputs, columns.outputs) if rows.outputs and columns.outputs else None

    @property
    def wanted(self) -> tuple[int, int, int]:
        """The shape that is asked for."""
        return self.task.out_channels, *self.task.wanted

    @property
    def allowed(self) -> bool:
        """Whether the kernel is the one that is given, if one is."""
        return self.task.kernel in (None, self.answer.kernel)

    @property
    def right(self) -> bool:
        """Whether the answer is right: any that makes the shape is."""
        return self.gives == self.wanted and self.allowed


def shape_of(shape: tuple[int, ...]) -> str:
    """Return a shape as it is written: 1 × 252 × 84."""
    return " × ".join(map(str, shape))


def task_equation(attempt: Attempt) -> Matrices:
    """Return the task in large letters, and what the answer makes of it."""
    task, gives, wanted = attempt.task, attempt.gives, attempt.wanted
    given: tuple[float | str, ...] = (task.in_channels, *task.size)
    made = tuple(axis.outputs or "–" for axis in attempt.axes)
    mine: tuple[float | str, ...] = (attempt.answer.out_channels, *made)
    arithmetic = [axis.result.arithmetic for axis in attempt.axes]
    whys: tuple[tuple[Words, ...], ...] = ((message("the number of kernels"), *arithmetic),)
    title = message("wanted")
    if task.kernel is not None:
        title = message("wanted, kernel {rows} × {columns}", rows=task.kernel[0], columns=task.kernel[1])
    return Matrices(
        "task",
        (
            MatrixItem(message("from"), (given,), column_labels=_PARTS),
            MatrixItem(title, (wanted,), "→", column_labels=_PARTS),
            MatrixItem(
                message("your layer makes"), (mine,), "=" if gives == wanted else "≠", column_labels=_PARTS, whys=whys
            ),
        ),
    )


def verdicts(attempt: Attempt) -> Numbers:
    """Return the arithmetic of each part of the shape, whether it is right, and else in which direction to go."""
    task, answer, gives = attempt.task, attempt.answer, attempt.gives
    kernels = message("the number of kernels")
    quantities = [
        Quantity(message("right"), int(attempt.right), name="right", code=f"int({_right(task)})", listed=False),
        Quantity(message("fits"), int(gives is not None), name="fits", code="int(fits)", listed=False),
        Quantity(
            message("output"), gives[1:] if gives else None, name="output_size", code="output.shape[2:]", listed=False
        ),
        Quantity(message("wanted"), task.wanted, name="wanted_size", code="wanted[1:]", listed=False),
        Quantity(message("input"), task.size, name="input_size", code="image.shape[2:]", listed=False),
        Quantity(message("channels"), answer.out_channels, name="channels", code="layer.out_channels", listed=False),
        _part(_PARTS[0], "channels", kernels, answer.out_channels, task.out_channels, _channels_hint(attempt)),
    ]
    for name, words, axis, wanted in zip(("rows", "columns"), _PARTS[1:], attempt.axes, task.wanted, strict=True):
        quantities.append(_part(words, name, axis.result.arithmetic, axis.outputs or None, wanted, _hint(axis, wanted)))
    given = shape_of(task.kernel or answer.kernel)
    hint = "" if attempt.allowed else message("This task is to be done with the kernel that it gives.")
    kernel = _part(message("kernel"), "kernel", "", shape_of(answer.kernel), given, hint)
    quantities.append(kernel if task.kernel else replace(kernel, listed=False))
    setup = (
        *layer_lines((task.in_channels, answer.out_channels), *attempt.axes),
        CodeLine(f"wanted = {attempt.wanted}", why=_ORDER),
    )
    heads = message("yours"), message("wanted"), message("verdict"), message("what to change")
    return Numbers(quantities, "verdicts", (message("part"), FORMULA, *heads), setup=setup)


def _right(task: Task) -> str:
    given = f" and layer.kernel_size == {task.kernel}" if task.kernel is not None else ""
    return f"fits and output.shape[1:] == wanted{given}"


def _part(words: Message, name: str, how: Words, gives: int | str | None, wanted: int | str, hint: Words) -> Quantity:
    """Return whether one part of an answer is right."""
    right = gives == wanted
    cells = (
        Cell(how),
        Cell(message("none") if gives is None else gives),
        Cell(wanted, mark="strong"),
        Cell(message("right"), mark="good") if right else Cell(message("wrong"), mark="bad"),
        Cell(hint or None, hint),
    )
    return Quantity(words, int(right), name=f"right_{name}", cells=cells)


def _channels_hint(attempt: Attempt) -> Words:
    gives, wanted = attempt.answer.out_channels, attempt.task.out_channels
    if gives == wanted:
        return ""
    return message("More output channels.") if gives < wanted else message("Fewer output channels.")


def _hint(axis: AxisSizes, wanted: int) -> Words:
    """Say in which direction an axis has to be changed, and by what."""
    gives = axis.outputs
    if axis.result.problem is not None:
        return axis.result.problem
    if gives == wanted:
        return ""
    if gives >= _FAR * wanted:
        times = round(gives / wanted, 1)
        return message("{more} too many, {times} times: a larger stride.", more=gives - wanted, times=times)
    if gives > wanted:
        return message("{more} too many: a larger window, or less padding.", more=gives - wanted)
    if wanted >= _FAR * gives and axis.stride > 1:
        return message("{missing} too few: a smaller stride.", missing=wanted - gives)
    return message("{missing} too few: a smaller window, or more padding.", missing=wanted - gives)


def to_scale(attempt: Attempt) -> Pictures:
    """Return input and output to scale, with the outline of the output that is wanted."""
    rows, columns = attempt.axes
    drawn = drawing(rows, columns, (0, 0), problem_of(rows.result, columns.result) or "", most=_MOST_DRAWN)
    if len(drawn.panels) == 1:
        return drawn
    height, width = attempt.task.wanted
    label = message("wanted: {rows} × {columns}", rows=height, columns=width)
    output = replace(drawn.panels[1], boxes=(Box(0, 0, height, width, label, 3),), picks="")
    return Pictures("drawing", (drawn.panels[0], output))


def plane(attempt: Attempt, texts: Mapping[str, str]) -> Chart:
    """Return what is wanted and what is made as points of a plane; the point opens the page of sizes with `texts`."""
    gives, (height, width) = attempt.gives, attempt.task.wanted
    lines = [Line(message("wanted"), np.array([float(width)]), np.array([float(height)]), "rings", 3)]
    if gives is not None:
        place = np.array([float(gives[2])]), np.array([float(gives[1])])
        link = Link("convolution.size", texts)
        lines.append(Line(message("your layer: click to open its sizes"), *place, "points", 0, (link,)))
    largest = max(*attempt.task.size, height, width, *(gives or ())[1:]) * 1.1
    return Chart(
        "plane",
        tuple(lines),
        Axis(message("columns"), low=0.0, high=largest),
        Axis(message("rows"), low=0.0, high=largest),
    )


def solution_numbers(task: Task, shown: bool) -> Numbers:
    """Return one solution, and how many there are; nothing of it before it is asked for."""
    if not shown:
        note = message("Tick “Show a solution” in the form when you have tried it yourself.")
        hidden = Quantity(message("one solution"), message("hidden"), mark="muted")
        return Numbers((hidden,), "solutions", note=note)
    solution = task.solution
    along = [sum(settings_per_kernel(size, wanted)) for size, wanted in zip(task.size, task.wanted, strict=True)]
    why = message("Kernels, paddings, strides and dilations within the range of the form that make this number.")
    square = message("For each kernel size: those for the rows times those for the columns.")
    kinds = message("solutions with a square kernel") if task.kernel is None else message("solutions with this kernel")
    quantities = (
        Quantity(message("output channels"), solution.out_channels),
        *(Quantity(words, ", ".join(map(str, getattr(solution, name)))) for name, words in LABELS.items()),
        Quantity(message("settings that make {count} rows", count=task.wanted[0]), along[0], why),
        Quantity(message("settings that make {count} columns", count=task.wanted[1]), along[1], why),
        Quantity(kinds, solutions(task), square if task.kernel is None else "", mark="strong"),
    )
    note = message("Any of them is right; short ones are easier to read.")
    return Numbers(quantities, "solutions", note=note)

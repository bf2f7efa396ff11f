"""Tasks of sizes: every one can be solved, any right answer counts, and a wrong one is told which way to go."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.core.code import Code
from lab.core.events import Event, Metrics, Remark
from lab.core.figures import Chart, Matrices, Table
from lab.core.params import show
from lab.nets.convolution.sizes import convolved
from lab.topics.convolution.choose import Choose, ChooseParams
from lab.topics.convolution.choose.tasks import (
    COURSE,
    LEVELS,
    Answer,
    Task,
    generated,
    made_of,
    settings_per_kernel,
    solutions,
)
from lab.topics.convolution.size import SizeParams
from lab.topics.convolution.size.params import RANGES


def answered(answer: Answer, **others: str) -> ChooseParams:
    """Return the parameters of an answer."""
    specs = ChooseParams.specs()
    names = ("kernel", "stride", "padding", "dilation")
    texts = {name: show(specs[name], getattr(answer, name)) for name in names}
    return ChooseParams.from_texts({**texts, "out_channels": str(answer.out_channels), **others})


def shown(params: ChooseParams) -> list[Event]:
    return list(Choose().compute(params))


def metrics(params: ChooseParams) -> dict[str, Any]:
    return next(event for event in shown(params) if isinstance(event, Metrics)).everything


def table(params: ChooseParams, name: str) -> Table:
    return next(event for event in shown(params) if isinstance(event, Table) and event.name == name)


def by_torch(task: Task, answer: Answer) -> tuple[int, ...]:
    """Return the shape that torch makes of an answer."""
    image = torch.zeros(1, task.in_channels, *task.size, device="meta")
    weight = torch.zeros(answer.out_channels, task.in_channels, *answer.kernel, device="meta")
    return tuple(functional.conv2d(image, weight, None, answer.stride, answer.padding, answer.dilation).shape[1:])


def within(answer: Answer) -> bool:
    """Tell whether the form allows an answer."""
    return all(low <= value <= high for name, (low, high) in RANGES.items() for value in getattr(answer, name))


def test_the_first_task_is_that_of_the_course() -> None:
    task = COURSE["1"]
    assert (task.in_channels, task.size, task.out_channels, task.wanted) == (1, (256, 256), 1, (252, 84))


@pytest.mark.parametrize("name", COURSE)
def test_the_tasks_of_the_course_are_solved_by_what_is_shown(name: str) -> None:
    task = COURSE[name]
    assert by_torch(task, task.solution) == (task.out_channels, *task.wanted)
    assert metrics(answered(task.solution, task=name))["right"] == 1
    assert within(task.solution)
    # Nothing is solved before one has tried.
    assert metrics(ChooseParams(task=name))["right"] == 0


def test_the_tasks_of_the_course_are_of_different_kinds() -> None:
    tasks = list(COURSE.values())
    assert any(task.size[0] != task.size[1] for task in tasks)
    assert any(task.in_channels != task.out_channels for task in tasks)
    assert any(max(task.solution.dilation) > 1 for task in tasks)
    assert any(max(task.solution.padding) > 0 for task in tasks)
    assert any(max(task.solution.stride) > 1 for task in tasks)


@pytest.mark.parametrize("level", LEVELS)
def test_every_generated_task_has_a_solution_within_the_form(level: str) -> None:
    tasks = [generated(seed, level) for seed in range(2000)]
    for task in tasks:
        answer = task.solution
        assert within(answer)
        sizes = [
            convolved(
                task.size[axis], *(getattr(answer, name)[axis] for name in ("kernel", "padding", "stride", "dilation"))
            )
            for axis in (0, 1)
        ]
        assert tuple(size.value for size in sizes) == task.wanted
        assert all(size.fits for size in sizes)
        assert 1 <= answer.out_channels == task.out_channels <= 4096
        assert task.kernel in (None, answer.kernel)
    assert len({(task.size, task.wanted, task.in_channels, task.out_channels) for task in tasks}) > 1900
    assert any(task.size[0] != task.size[1] for task in tasks)
    assert any(max(task.solution.padding) for task in tasks)
    assert any(max(task.solution.stride) > 1 for task in tasks) == (level != "kernel")
    assert all(min(task.solution.dilation) > 1 for task in tasks) == (level == "dilation")


@settings(max_examples=40)
@given(st.integers(0, 2**31 - 1), st.sampled_from(sorted(LEVELS)))
def test_a_seed_is_a_task_and_its_solution_is_right(seed: int, level: str) -> None:
    task = generated(seed, level)
    assert task == generated(seed, level)
    assert by_torch(task, task.solution) == (task.out_channels, *task.wanted)
    params = answered(task.solution, task="generated", seed=str(seed), level=level)
    assert metrics(params)["right"] == 1
    said = [event for event in shown(params) if isinstance(event, Remark)]
    assert [remark.level for remark in said] == ["information"]


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(COURSE)),
    st.integers(1, 20),
    *(st.tuples(*[st.integers(*RANGES[name])] * 2) for name in ("kernel", "stride", "padding", "dilation")),
)
def test_an_answer_is_judged_as_torch_would(
    name: str,
    channels: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
) -> None:
    task, answer = COURSE[name], Answer(channels, kernel, stride, padding, dilation)
    found = metrics(answered(answer, task=name))
    try:
        shape = by_torch(task, answer)
    except RuntimeError:
        assert found["fits"] == found["right"] == 0
        assert "output_size" not in found
        return
    assert found["output_size"] == list(shape[1:])
    allowed = task.kernel in (None, kernel)
    assert found["right"] == (shape == (task.out_channels, *task.wanted) and allowed)


def test_another_answer_than_the_one_that_is_shown_is_right_too() -> None:
    # 3 × 3 cells, two apart, reach as far as 5 × 5.
    other = Answer(1, (3, 3), (1, 3), (0, 0), (2, 2))
    assert other != COURSE["1"].solution
    assert metrics(answered(other))["right"] == 1


def test_a_kernel_that_is_given_has_to_be_taken() -> None:
    # 64 − 17 + 1 = 48, but the task wants it with 3 × 3.
    found = metrics(answered(Answer(4, (17, 17)), task="5"))
    assert (found["right_rows"], found["right_columns"], found["right_kernel"], found["right"]) == (1, 1, 0, 0)
    verdicts = table(answered(Answer(4, (17, 17)), task="5"), "verdicts")
    assert [row[4].mark for row in verdicts.rows] == ["good", "good", "good", "bad"]


@pytest.mark.parametrize(
    ("answer", "axis", "hint"),
    [
        (Answer(1, (3, 5), (1, 3)), 1, "2 too many: a larger window, or less padding."),
        (Answer(1, (8, 5), (1, 3)), 1, "3 too few: a smaller window, or more padding."),
        (Answer(1, (5, 5), (1, 1)), 2, "168 too many, 3.0 times: a larger stride."),
        (Answer(1, (5, 5), (1, 9)), 2, "56 too few: a smaller stride."),
        (Answer(3, (5, 5), (1, 3)), 0, "Fewer output channels."),
        (Answer(1, (64, 5), (1, 3), dilation=(16, 1)), 1, "The kernel spans 1009 pixels"),
    ],
)
def test_a_hint_says_which_axis_and_which_way(answer: Answer, axis: int, hint: str) -> None:
    rows = table(answered(answer), "verdicts").rows
    assert [row[4].mark for row in rows] == ["bad" if place == axis else "good" for place in range(3)]
    assert str(rows[axis][5].value).startswith(hint)


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(1, 60))
def test_solutions_are_counted_by_the_formula_as_one_by_one(size: int, wanted: int) -> None:
    ranges = {name: np.arange(low, high + 1) for name, (low, high) in RANGES.items()}
    kernel, padding, stride, dilation = np.ix_(*(ranges[name] for name in ("kernel", "padding", "stride", "dilation")))
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    makes = (room >= 0) & (room // stride + 1 == wanted)
    assert list(settings_per_kernel(size, wanted)) == makes.sum(axis=(1, 2, 3)).tolist()


def test_solutions_with_a_square_kernel_are_those_of_both_axes() -> None:
    task = COURSE["1"]
    every = [
        sum(
            convolved(size, kernel, padding, stride).value == wanted
            for padding, stride in product(range(65), range(1, 33))
            if convolved(size, kernel, padding, stride).fits
        )
        for kernel in (5,)
        for size, wanted in zip(task.size, task.wanted, strict=True)
    ]
    assert min(every) >= 1
    assert solutions(task) >= every[0] * every[1]
    assert solutions(COURSE["5"]) >= 1


def test_a_solution_is_hidden_until_it_is_asked_for() -> None:
    hidden, open_ = (table(ChooseParams(solution=solution), "solutions") for solution in (False, True))
    assert [str(row[1].value) for row in hidden.rows] == ["hidden"]
    assert "1, 3" in [row[1].value for row in open_.rows]
    assert open_.rows[-1][1].value == solutions(COURSE["1"])


def test_a_point_of_the_chart_opens_the_same_layer_on_the_page_of_sizes() -> None:
    params = ChooseParams(task="4", kernel=(6, 3), padding=(0, 1), stride=(4, 2), dilation=(1,), out_channels=10)
    chart = next(event for event in shown(params) if isinstance(event, Chart))
    link = chart.lines[1].links[0]
    assert link.experiment == "convolution.size"
    sizes = SizeParams.from_texts({**SizeParams().to_texts(), **link.texts})
    assert (sizes.size, sizes.in_channels, sizes.out_channels) == ((196, 96), 3, 10)
    assert (sizes.kernel, sizes.padding, sizes.stride, sizes.dilation) == ((6, 3), (0, 1), (4, 2), (1,))
    assert [axis.outputs for axis in sizes.axes((196, 96))] == [48, 48]


def test_what_does_not_fit_has_no_size_and_no_link() -> None:
    params = ChooseParams(task="3", kernel=(64,), padding=(0,), dilation=(2,))
    events = shown(params)
    chart = next(event for event in events if isinstance(event, Chart))
    assert len(chart.lines) == 1
    equation = next(event for event in events if isinstance(event, Matrices))
    assert equation.items[2].rows == ((1, "–", "–"),)
    assert equation.items[2].sign == "≠"
    assert "except RuntimeError" in next(event for event in events if isinstance(event, Code)).source
    assert made_of((28, 28), Answer(1, (64, 64)), 0).result.problem is not None


def test_a_new_seed_means_a_generated_task() -> None:
    assert ChooseParams.implies["seed"] == {"task": "generated"}

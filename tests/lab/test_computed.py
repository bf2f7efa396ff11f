"""Closed forms whose figures are computed beside the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import ClosedForm, Context, RunMode
from lab.core.params import Params, integer
from lab.core.text import DataError, message
from lab.data.store import DataStore


@dataclass(frozen=True, kw_only=True)
class SideParams(Params):
    side: int = integer(3, 0, 9, label="Side", help="How long.", group="A")


class Square(ClosedForm[SideParams]):
    id = "maths.square"
    title = "Square"
    params: ClassVar[type[Params]] = SideParams
    mode: ClassVar[RunMode] = "background"

    def __init__(self) -> None:
        self.shown: list[int] = []
        self.checked: list[int] = []

    def preview(self, params: SideParams, data: DataStore) -> Iterator[Event]:
        yield Remark("sketch", message("{side} × {side}", side=params.side))

    def compute(self, params: SideParams) -> Iterator[Event]:
        if params.side == 0:
            raise DataError("{field} is nothing", field="side")
        self.shown.append(params.side)
        yield Metrics({"area": params.side**2})

    def verify(self, params: SideParams) -> Iterator[Event]:
        self.checked.append(params.side)
        yield Remark("check", message("right"))


def test_the_window_gets_the_sketch_at_once_and_the_figures_when_it_asks() -> None:
    square, params = Square(), SideParams(side=4)
    assert [event.key for event in made(square.preview(params, DataStore(Path("unused"))))] == [("Remark", "sketch")]
    assert square.shown == []
    assert Metrics({"area": 16}) in list(made(square.computed(params)))


def test_an_error_is_said_until_the_next_answer() -> None:
    square = Square()
    (*_, said) = made(square.computed(SideParams(side=0)))
    assert isinstance(said, Remark) and str(said.message) == "side is nothing" and said.level == "warning"
    first = next(iter(made(square.computed(SideParams(side=1)))))
    assert isinstance(first, Remark) and first.key == said.key and str(first.message) == ""


def test_a_run_yields_sketch_figures_and_check_and_raises_what_is_wrong() -> None:
    context = Context("cpu", DataStore(Path("unused")))
    events = list(Square().run(SideParams(side=3), context))
    assert [type(event) for event in events] == [Remark, Remark, Progress, Metrics]
    with pytest.raises(DataError, match="side is nothing"):
        list(Square().run(SideParams(side=0), context))


def test_lists_of_numbers_are_part_of_a_result() -> None:
    assert Metrics({"fits": 1.0}, {"size": (2, 3)}).everything == {"fits": 1.0, "size": [2, 3]}

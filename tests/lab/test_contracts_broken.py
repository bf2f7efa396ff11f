"""For each demand of `contracts`, an experiment made for it that does not meet it is noticed."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics, Progress, Remark, Scalars, Weights, lazily
from lab.core.experiment import ClosedForm, Context, Experiment, State
from lab.core.figures import Cell, Table
from lab.core.headline import LOSS, Headline
from lab.core.params import Params, integer
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.sweeps import execution
from lab.topics.maths.entropy import Entropy, EntropyParams
from tests.lab import contracts
from tests.lab.contracts import ran
from tests.lab.test_contracts import can_be_swept

NOWHERE = DataStore(Path("unused"))


@dataclass(frozen=True, kw_only=True)
class WalkParams(Params):
    steps: int = integer(5, 1, 100, label="Steps", help="How many.", group="Walk")
    wild_at: int = integer(100, 1, 100, label="Wild at", help="In which step it diverges.", group="Walk")


class Walk(Experiment[WalkParams]):
    """Goes to and fro by chance, and meets all demands."""

    id: ClassVar[str] = "tests.walk"
    title: ClassVar[str] = "Walk"
    params: ClassVar[type[Params]] = WalkParams
    needs_torch: ClassVar[bool] = False
    headline: ClassVar[Headline | None] = LOSS

    def __init__(self) -> None:
        self.random, self.at, self.step, self.wild = np.random.default_rng(7), 0.0, 0, False

    def run(self, params: WalkParams, context: Context) -> Generator[Event, None, None]:
        if context.restored is not None:
            self.at = float(context.restored.tensors["at"][0])
            self.step = context.restored.step
            if "random" in context.restored.counters:
                self.random.bit_generator.state = context.restored.counters["random"]
        while self.step < params.steps:
            self.step += 1
            self.walk()
            if self.step == params.wild_at:
                self.wild = True
                yield from self.leave()
                break
            yield Scalars("epoch", self.step, {"loss": self.at})
            yield from context.made([lazily(Table, "place", self.place)])
            yield Progress(self.step, params.steps, self.step, params.steps, True)
        yield Metrics({"loss": math.nan if self.wild else self.at})

    def walk(self) -> None:
        self.at += self.random.normal()

    def leave(self) -> Iterator[Event]:
        yield Remark("diverged", message("It left."), "warning")

    def place(self) -> Table:
        return Table("place", ("at",), ((Cell(self.at),),))

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        yield self.place()

    def state(self) -> State | None:
        counters = {"steps_done": self.step, "random": self.random.bit_generator.state}
        return None if self.wild else State({"at": np.array([self.at])}, counters)


def resumed(chosen: type[Walk], folder: Path) -> None:
    params = WalkParams()
    contracts.resumes_exactly(chosen, params, ran(chosen, params, NOWHERE), folder, 2)


def diverged(chosen: type[Walk]) -> None:
    contracts.says_that_it_diverged(chosen, WalkParams(wild_at=3), NOWHERE)


def watched(chosen: type[Walk]) -> None:
    found = [ran(chosen, WalkParams(), NOWHERE, watched=watched).numbers for watched in (True, False)]
    contracts.says_the_same(*found)


def told(chosen: type[Experiment[Any]]) -> None:
    contracts.tells_its_headline(chosen, ran(chosen, chosen.params(), NOWHERE))


def test_what_meets_all_demands_passes(tmp_path: Path) -> None:
    resumed(Walk, tmp_path)
    diverged(Walk)
    watched(Walk)
    told(Walk)
    assert not contracts.refuses_before_it_writes(Walk, WalkParams(), NOWHERE)


# 1. It resumes exactly.


class ForgetsItsChance(Walk):
    def state(self) -> State | None:
        return State({"at": np.array([self.at])}, {"steps_done": self.step})


class RoundsItsPlace(Walk):
    def state(self) -> State | None:
        state = super().state()
        assert state is not None
        return State({"at": state.tensors["at"].astype(np.float32)}, state.counters)


class HasNoState(Walk):
    def state(self) -> State | None:
        return None


@pytest.mark.parametrize("broken", [ForgetsItsChance, RoundsItsPlace, HasNoState])
def test_what_does_not_resume_exactly_is_noticed(broken: type[Walk], tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        resumed(broken, tmp_path)


# 2. It says that it diverged.


class SaysNothing(Walk):
    def leave(self) -> Iterator[Event]:
        return iter(())


class WhispersIt(Walk):
    def leave(self) -> Iterator[Event]:
        yield Remark("diverged", message("It left."))


class GoesOn(Walk):
    def leave(self) -> Iterator[Event]:
        yield from super().leave()
        yield Progress(self.step, 9, 1, 1, True)


class TellsOfIt(Walk):
    def leave(self) -> Iterator[Event]:
        yield Scalars("epoch", self.step, {"loss": math.inf})
        yield from super().leave()


class HandsOutItsWeights(Walk):
    def leave(self) -> Iterator[Event]:
        yield from super().leave()
        yield Weights("network", {"weight": np.array([math.nan])}, {}, (), self.step)


class KeepsIt(Walk):
    def state(self) -> State | None:
        self.wild = False
        return super().state()


@pytest.mark.parametrize("broken", [SaysNothing, WhispersIt, GoesOn, TellsOfIt, HandsOutItsWeights, KeepsIt])
def test_what_does_not_say_that_it_diverged_is_noticed(broken: type[Walk]) -> None:
    with pytest.raises(AssertionError):
        diverged(broken)


def test_a_result_of_weights_that_are_none_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = experiment("ann.regression")
    monkeypatch.setattr(chosen, "measures", lambda *_: {"loss": 0.0})
    with pytest.raises(AssertionError, match="numbers that are none"):
        contracts.says_that_it_diverged(chosen, chosen.params(epochs=5), NOWHERE, poisoned=True)


# 3. It can be swept.


def test_a_sweep_without_the_headline_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    can_be_swept("ann.regression", LOSS)
    with pytest.raises(AssertionError, match="headline"):
        can_be_swept("ann.regression", Headline("nothing", message("nothing")))

    def refused(_name: str, _values: Mapping[str, Any]) -> Message:
        return message("It cannot.")

    monkeypatch.setattr(execution, "run_cell", refused)
    with pytest.raises(AssertionError, match="It cannot"):
        can_be_swept("maths.entropy", None)


# 4. Its program prints its metrics.


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("print('loss:', 0.51)", AssertionError),
        ("print('training: loss 0.51')", AssertionError),
        ("print('size:', 3, 5)", AssertionError),
        ("print('loss 0.5')", AssertionError),
        ("print('gain:', 0.5)", KeyError),
        ("print('loss:', loss)", NameError),
        ("", AssertionError),
    ],
)
def test_a_program_that_does_not_print_the_metrics_is_noticed(source: str, error: type[Exception]) -> None:
    metrics = {"loss": 0.5, "size": [3.0, 4.0]}
    contracts.prints_its_metrics("print('loss:', 1 / 2)\nprint('size:', 3, 4)", metrics)
    contracts.prints_its_metrics("print('training: loss 0.5')", metrics)
    with pytest.raises(error):
        contracts.prints_its_metrics(source, metrics)


# 5. Its checks agree with its references.


class Half(ClosedForm[Params]):
    id: ClassVar[str] = "tests.half"
    title: ClassVar[str] = "Half"
    params: ClassVar[type[Params]] = Params
    rows: ClassVar[tuple[tuple[Cell, ...], ...]] = ()

    def compute(self, params: Params) -> Iterator[Event]:
        yield Metrics({"half": 0.5})

    def verify(self, params: Params) -> Iterator[Event]:
        yield Table("check", ("by", "gives"), self.rows)


GOOD, BAD, UNJUDGED = (Cell("a"), Cell(0.5, mark="good")), (Cell("b"), Cell(0.6, mark="bad")), (Cell("c"), Cell(0.6))
MISTAKE, NOTHING = (Cell("d", mark="bad"), Cell(0.6, mark="bad")), (Cell("e"), Cell("refused", mark="muted"))


@pytest.mark.parametrize("rows", [(GOOD, BAD), (GOOD, UNJUDGED), (NOTHING,), (MISTAKE,), ()])
def test_a_check_that_does_not_agree_is_noticed(
    rows: tuple[tuple[Cell, ...], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Half, "rows", (GOOD, MISTAKE, NOTHING))
    contracts.agrees_with_references(Half, Params())
    monkeypatch.setattr(Half, "rows", rows)
    with pytest.raises(AssertionError):
        contracts.agrees_with_references(Half, Params())


def test_a_page_that_is_off_by_a_millionth_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = Entropy.numbers

    def off(page: Entropy, params: EntropyParams) -> list[Numbers]:
        [found] = numbers(page, params)
        first, *rest = found.quantities
        assert isinstance(first, Quantity) and isinstance(first.value, float)
        return [replace(found, quantities=[replace(first, value=first.value + 1e-6), *rest])]

    monkeypatch.setattr(Entropy, "numbers", off)
    with pytest.raises(AssertionError, match="bad"):
        contracts.agrees_with_references(Entropy, EntropyParams())


# 6. It tells its headline.


class HasNoHeadline(Walk):
    headline: ClassVar[Headline | None] = None


class HasAnother(Walk):
    headline: ClassVar[Headline | None] = Headline("accuracy", message("accuracy"))


class ChangesItAtTheEnd(Walk):
    def run(self, params: WalkParams, context: Context) -> Generator[Event, None, None]:
        for event in super().run(params, context):
            yield Metrics({"loss": self.at + 1}) if isinstance(event, Metrics) else event


@pytest.mark.parametrize("broken", [HasNoHeadline, HasAnother, ChangesItAtTheEnd])
def test_a_headline_that_is_not_told_is_noticed(broken: type[Walk]) -> None:
    with pytest.raises(AssertionError):
        told(broken)


# 7. Watching changes nothing.


class IsDisturbedByItsFigure(Walk):
    def place(self) -> Table:
        self.random.normal()
        return super().place()


class IsDisturbedByAQuestion(Walk):
    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        self.at += 1e-12
        return super().query(request)


@pytest.mark.parametrize("broken", [IsDisturbedByItsFigure, IsDisturbedByAQuestion])
def test_what_is_changed_by_watching_is_noticed(broken: type[Walk]) -> None:
    with pytest.raises(AssertionError):
        watched(broken)


# 8. What is not there is noticed before anything is written.


class LooksTooLate(Walk):
    def run(self, params: WalkParams, context: Context) -> Generator[Event, None, None]:
        context.data.load("digits")
        yield from super().run(params, context)


class LooksInTime(LooksTooLate):
    def validate(self, params: WalkParams, data: DataStore) -> None:
        data.load("digits")


def test_data_that_are_missed_too_late_are_noticed(tmp_path: Path) -> None:
    empty = DataStore(tmp_path, bundle=tmp_path)
    assert contracts.refuses_before_it_writes(LooksInTime, WalkParams(), empty)
    with pytest.raises(AssertionError, match="too late"):
        contracts.refuses_before_it_writes(LooksTooLate, WalkParams(), empty)

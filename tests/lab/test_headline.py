"""One number tells how a run did: every experiment that trains or is kept has it, and it is said everywhere alike."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import ACCURACY, LOSS, TEST_ACCURACY, TEST_LOSS
from lab.data.store import DataStore
from lab.terminal.reporting import Reporter
from tests.lab.contracts import small


def ran(name: str, **changes: Any) -> list[Event]:
    chosen = experiment(name)
    instance, params = chosen(), small(chosen, **changes)
    instance.prepare(params)
    return list(instance.run(params, Context("cpu", DataStore(Path("unused")))))


@pytest.mark.parametrize(
    ("values", "words", "better"),
    [
        ({"test_accuracy": 0.97531, "accuracy": 1.0, "loss": 0.1}, "test accuracy 97.53 %", "higher"),
        ({"accuracy": 1, "test_loss": 0.25, "loss": 0.1}, "accuracy 100.00 %", "higher"),
        ({"test_loss": 0.123456, "loss": 0.1}, "test loss 0.1235", "lower"),
        ({"loss": 1234.5}, "loss 1234", "lower"),
        ({"loss": math.nan}, "loss –", "lower"),
        # As a file has it, which may be damaged.
        ({"loss": "inf"}, None, None),
        ({}, None, None),
    ],
)
def test_the_first_metric_that_is_there_is_said(values: dict[str, Any], words: str | None, better: str | None) -> None:
    said, found = TEST_ACCURACY.said(values), TEST_ACCURACY.of(values)
    assert (None if said is None else str(said)) == words
    assert (None if found is None else found[0].better) == better


def test_an_epoch_may_call_it_otherwise() -> None:
    epoch = {"train_loss": 0.3, "train_accuracy": 0.5}
    assert str(ACCURACY.said(epoch, live=True)) == "accuracy 50.00 %"
    assert ACCURACY.said(epoch) is None
    assert list(TEST_ACCURACY.chain()) == [TEST_ACCURACY, ACCURACY, TEST_LOSS, LOSS]


def test_the_terminal_says_it_as_the_window_does(capsys: pytest.CaptureFixture[str]) -> None:
    events = ran("ann.regression")
    with Reporter.run(experiment("ann.regression")()) as reporter:
        for event in events:
            reporter.take(event)
    assert isinstance(events[-1], Metrics)
    assert str(LOSS.said(events[-1].values)) in capsys.readouterr().err.splitlines()


def test_the_extremes_of_a_sweep_know_which_way_is_better() -> None:
    def marks(metric: str) -> list[tuple[float, str]]:
        last = {event.key: event for event in ran("sweeps.grid", metric=metric)}
        table = last["Table", "extremes"]
        assert isinstance(table, Table)
        return [(float(str(row[-1].value)), row[-1].mark) for row in table.rows]

    losses, epochs = marks(""), marks("epochs")
    assert losses == sorted(losses)
    assert {mark for _, mark in losses} == {"good"}
    assert epochs == [(2.0, ""), (1.0, "")]

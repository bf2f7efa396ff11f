"""One number tells how a run did: every experiment that trains or is kept has it, and it is said everywhere alike."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from lab.core.catalogue import experiment, experiments
from lab.core.events import Event, Metrics, Scalars
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.headline import ACCURACY, LOSS, TEST_ACCURACY, TEST_LOSS
from lab.data.store import DataStore
from lab.terminal.reporting import Reporter

SMALL: dict[str, dict[str, Any]] = {
    "ann.depth_breadth": {"layers": 1, "fewest": 2, "most": 4, "repeats": 1, "epochs": 2},
    "ann.hidden_units": {"fewest": 1, "most": 2, "repeats": 1, "epochs": 2},
    "ann.learning_rates": {"rates": 2, "repeats": 1, "epochs": 2},
    "ann.slopes": {"slopes": 3, "repeats": 1, "epochs": 2},
    "cnn.mnist": {"channels": (2,), "units": (4,), "batch_size": 512, "epochs": 1},
    "convolution.pooling_or_stride": {"channels": (2,), "images": 40, "epochs": 1},
    "sweeps.grid": {"experiment": "ann.regression", "over": "epochs=1,2", "repeats": 1},
}
TRAINING = [
    name
    for name, each in experiments().items()
    if each.persistent or each.headline is not None or {"epochs", "learning_rate"} <= each.params.specs().keys()
]


def ran(name: str, **changes: Any) -> list[Event]:
    chosen = experiment(name)
    small = SMALL.get(name, {"epochs": 2} if "epochs" in chosen.params.specs() else {}) | changes
    instance, params = chosen(), chosen.params(**small)
    instance.prepare(params)
    return list(instance.run(params, Context("cpu", DataStore(Path("unused")))))


@pytest.mark.parametrize("name", TRAINING)
def test_what_trains_or_is_kept_has_a_headline_that_is_among_its_metrics(name: str) -> None:
    headline = experiment(name).headline
    assert headline is not None
    events = ran(name)
    assert isinstance(events[-1], Metrics)
    found = headline.of(events[-1].values)
    assert found is not None
    # What an epoch says of it while it runs is the same number in the end.
    epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
    live = [headline.of(values, live=True) for values in epochs]
    if any(live):
        assert live[-1] == found


def test_those_that_train_are_not_forgotten() -> None:
    assert {"cnn.mnist", "ann.regression", "ann.perceptron", "convolution.pooling_or_stride", "sweeps.grid"} <= {
        *TRAINING
    }


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

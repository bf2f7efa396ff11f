"""What follows a run, such as networks to compare it with, says what it does and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lab.core.catalogue import experiment
from lab.core.events import Event, Progress
from lab.core.experiment import Context
from lab.running import sessions
from tests.lab.contracts import small

FOLLOWED: Mapping[str, Mapping[str, Any]] = {
    "ann.multilayer": {},
    "metaparameters.activations": {"seeds": 2},
    "overfitting.early_stopping": {},
    "regularisation.augmentation_noise": {"networks": 2},
    "regularisation.dropout": {"networks": 2},
    "regularisation.weights": {"networks": 2},
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_follows_a_run_says_how_far_it_is(name: str) -> None:
    chosen = experiment(name)
    params = small(chosen, epochs=6, **FOLLOWED[name])
    everything = Context("cpu", sessions.data_store(), due=lambda *_: True, seen=lambda *_: True)
    instance = chosen()
    instance.prepare(params)
    events: list[Event] = list(instance.run(params, everything))
    steps = [event for event in events if isinstance(event, Progress)]
    comparing = [step for step in steps if step.doing is not None]
    assert comparing
    # It comes after the last step of the run itself, and never goes back.
    assert all(step.doing is not None for step in steps[-len(comparing) :])
    assert [step.step for step in comparing] == sorted(step.step for step in comparing)
    assert all(0 <= step.step <= step.steps for step in comparing)
    assert comparing[-1].step == comparing[-1].steps

"""Rate and time left."""

from __future__ import annotations

import pytest

from lab.core.events import Progress
from lab.core.text import message
from lab.running.throughput import Throughput, clock_time


def test_rate_and_time_left_follow_the_last_seconds() -> None:
    now = [0.0]
    pace = Throughput(lambda: now[0])
    assert pace.steps_per_second is None
    assert pace.seconds_left is None
    for step in range(1, 201):
        now[0] = step * 0.1 if step <= 100 else 10 + (step - 100) * 0.05
        pace.take(Progress(step, 1000, 1, 1, False))
    assert pace.steps_per_second == pytest.approx(20, rel=0.02)
    assert pace.seconds_left == pytest.approx(40, rel=0.02)
    pace.rest()
    assert pace.steps_per_second is None


def test_what_follows_a_run_has_a_pace_of_its_own() -> None:
    now = [0.0]
    pace, doing = Throughput(lambda: now[0]), message("comparing")
    for step in range(1, 11):
        now[0] += 0.1
        pace.take(Progress(step, 10, step, 10, True))
    for step in range(1, 5):
        now[0] += 1.0
        pace.take(Progress(step, 40, 10, 10, True, doing))
    assert pace.seconds_left == pytest.approx(36)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (70, "1:10"), (3599.6, "1:00:00"), (3700, "1:01:40")])
def test_clock_time(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text

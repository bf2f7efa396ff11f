"""What waits for a page, and what is kept for one that is built later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runs.event_buffer import EventBuffer, History
from app.runs.thinned import MOST, Thinned
from lab.core.events import Event, Histogram, Moment, Picture, Scalars
from lab.core.text import message

BEST, STOPPED = message("best weights"), message("stopped")


def histogram(step: int, name: str = "conv1.weight") -> Histogram:
    return Histogram(name, step, np.array([0.0, 1.0]), np.array([step]))


def test_all_that_is_appended_waits_in_order() -> None:
    inbox = EventBuffer()
    came: list[Event] = [histogram(1), Moment(1, BEST), Scalars("batch", 1, {"loss": 1.0}), histogram(2)]
    for event in (*came, Picture("a", None), Picture("a", None)):
        inbox.put(event)
    begins, waiting = inbox.drain()
    assert not begins
    assert len(waiting) == len(came) + 1
    assert all(here is there for here, there in zip(waiting, came, strict=False))
    assert inbox.drain() == (False, [])


@pytest.mark.parametrize("length", [1, 2, 255, 256, 257, 1000, 40_000])
def test_a_long_series_is_thinned_evenly(length: int) -> None:
    thinned = Thinned[Histogram]()
    for step in range(length):
        thinned.keep(histogram(step))
    steps = np.array([event.step for event in thinned.events])
    assert steps[0] == 0
    assert steps[-1] == length - 1
    assert min(length, MOST / 2) <= len(steps) <= MOST
    # All gaps are alike but the last, which is still growing.
    gaps = np.diff(steps)
    assert len(set(gaps[:-1])) <= 1
    assert len(gaps) < 2 or gaps[-1] <= gaps[0]


@given(st.lists(st.integers(0, 50), max_size=200), st.integers(2, 9))
def test_steps_ascend_whatever_comes(steps: list[int], most: int) -> None:
    thinned = Thinned[Histogram](most)
    for step in steps:
        thinned.keep(histogram(step))
    kept = [event.step for event in thinned.events]
    assert kept == sorted(set(kept))
    assert len(kept) <= most
    assert not steps or kept[-1] == max(steps)


def test_of_one_step_the_last_counts_and_older_ones_are_left_out() -> None:
    thinned, first, again = Thinned[Histogram](), histogram(5), histogram(5)
    for event in (first, again, histogram(3)):
        thinned.keep(event)
    assert len(thinned.events) == 1
    assert thinned.events[0] is again


def test_history_replays_histograms_of_each_layer_and_moments_of_each_label() -> None:
    history = History()
    for step in range(3000):
        history.keep(histogram(step, "conv1.weight"))
        history.keep(histogram(step, "conv2.weight"))
        history.keep(Moment(step, BEST))
    history.keep(Moment(2999, STOPPED))
    replayed = list(history.replay())
    for name in ("conv1.weight", "conv2.weight"):
        steps = [event.step for event in replayed if isinstance(event, Histogram) and event.name == name]
        assert steps[0] == 0
        assert steps[-1] == 2999
        assert MOST / 2 <= len(steps) <= MOST
    moments = [event for event in replayed if isinstance(event, Moment)]
    assert Moment(2999, STOPPED) in moments
    assert Moment(2999, BEST) in moments
    assert len(moments) <= MOST + 1
    history.clear()
    assert list(history.replay()) == []

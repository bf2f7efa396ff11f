"""The Game of Life, against a convolution of torch and what is known of its patterns."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.core.events import Event, Metrics, Progress, made
from lab.core.experiment import Context
from lab.core.figures import Cells, Matrices, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.maths.life import Life, LifeParams, first_generation, next_generation
from lab.topics.maths.life.patterns import PATTERNS, read_pattern


def by_torch(alive: np.ndarray, wrap: bool) -> np.ndarray:
    """Conway's rule in its usual words, with the neighbours counted by torch."""
    mode = "circular" if wrap else "constant"
    padded = torch.nn.functional.pad(torch.tensor(alive, dtype=torch.float32)[None, None], (1, 1, 1, 1), mode=mode)
    kernel = torch.tensor([[[[1.0, 1, 1], [1, 0, 1], [1, 1, 1]]]])
    neighbours = torch.nn.functional.conv2d(padded, kernel)[0, 0].numpy()
    return ((neighbours == 3) | ((neighbours == 2) & (alive == 1))).astype(np.uint8)


@given(st.integers(0, 2**32 - 1), st.integers(3, 20), st.integers(3, 20), st.booleans())
def test_the_rule_is_conways(seed: int, height: int, width: int, wrap: bool) -> None:
    alive = np.random.default_rng(seed).integers(0, 2, (height, width), dtype=np.uint8)
    np.testing.assert_array_equal(next_generation(alive, wrap), by_torch(alive, wrap))


def run(params: LifeParams) -> tuple[np.ndarray, dict[str, float]]:
    life = Life()
    life.prepare(params)
    cells, metrics = None, None
    for event in life.run(params, Context("cpu", DataStore(Path("unused")))):
        if isinstance(event, Cells):
            cells = event.alive
        if isinstance(event, Metrics):
            metrics = dict(event.values)
    assert cells is not None
    assert metrics is not None
    return cells, metrics


PERIODS = {"blinker": 2, "pulsar": 3, "pentadecathlon": 15}


@pytest.mark.parametrize("pattern", PERIODS)
def test_oscillators_come_back(pattern: str) -> None:
    params = LifeParams(pattern=pattern, size=32, generations=40)
    _, metrics = run(params)
    assert metrics["period"] == PERIODS[pattern]


def test_a_glider_moves_one_cell_each_way_in_four_generations_and_round_the_world() -> None:
    params = LifeParams(pattern="glider", size=16, generations=4)
    np.testing.assert_array_equal(run(params)[0], np.roll(first_generation(params), (1, 1), (0, 1)))
    cells, metrics = run(params.replace(generations=64))
    np.testing.assert_array_equal(cells, first_generation(params))
    assert metrics["period"] == 64


def test_a_glider_ends_as_a_block_at_a_hard_edge() -> None:
    _, metrics = run(LifeParams(pattern="glider", size=16, generations=100, wrap=False))
    assert metrics["population"] == 4
    assert metrics["period"] == 1


def test_the_gun_makes_a_glider_every_thirty_generations() -> None:
    # 36 cells of the gun's own phase, and 5 of each glider; far from every edge.
    populations = [run(LifeParams(size=200, generations=30 * n, wrap=False))[1]["population"] for n in (1, 2, 3, 4)]
    assert set(np.diff(populations)) == {5}


def test_the_r_pentomino_becomes_116_cells_after_1103_generations() -> None:
    # Known since 1969: it stands still after 1,103 generations with 116 cells, six gliders among them.
    _, metrics = run(LifeParams(pattern="r_pentomino", size=700, generations=1103, wrap=False))
    assert metrics["population"] == 116


def test_it_says_since_when_nothing_new_happens() -> None:
    # On a world with edges its gliders come to rest there; the rest is as old as without them.
    _, metrics = run(LifeParams(pattern="r_pentomino", size=200, generations=1200, wrap=False))
    assert (metrics["settled_at"], metrics["period"]) == (1103, 2)
    assert run(LifeParams(pattern="pulsar", generations=5))[1]["settled_at"] == 0
    assert "settled_at" not in run(LifeParams(pattern="acorn", size=100, generations=50))[1]


def test_cells_can_be_drawn_before_and_while_it_runs() -> None:
    params = LifeParams(pattern="empty", size=16)
    life = Life()
    life.prepare(params)
    first = ((8, 7, 1), (8, 8, 1), (8, 9, 1))
    shown = list(made(life.query({"edits": first, "cell": (8, 8)})))
    assert next(e for e in shown if isinstance(e, Cells)).alive.sum() == 3
    steps = life.run(params, Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: True))
    seen: list[Event] = []

    def step() -> Cells:
        for event in steps:
            seen.append(event)
            if isinstance(event, Progress):
                break
        return next(e for e in reversed(seen) if isinstance(e, Cells))

    assert step().alive[7:10, 8].tolist() == [1, 1, 1]
    # The same edits again change nothing; what was added to them does.
    [same] = [e for e in made(life.query({"edits": first})) if isinstance(e, Cells)]
    assert same.alive[7:10, 8].tolist() == [1, 1, 1]
    added = next(e for e in made(life.query({"edits": (*first, (0, 0, 1), (99, 0, 1))})) if isinstance(e, Cells))
    assert added.alive.sum() == 4
    # A page that was built anew begins a list of its own.
    again = next(e for e in made(life.query({"edits": ((1, 1, 1),)})) if isinstance(e, Cells))
    assert again.alive.sum() == 5
    assert step().alive.sum() == 3


def test_the_rule_is_shown_as_a_convolution_at_the_pointer() -> None:
    life = Life()
    life.prepare(LifeParams(pattern="blinker", size=9))
    [shown] = [e for e in made(life.query({"cell": (3, 4)})) if isinstance(e, Matrices)]
    assert shown.items[0].rows == ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert shown.items[2].rows == ((3.0,),)
    assert str(shown.items[2].whys[0][0]).endswith("1·1 + 1·1 + 1·1 = 3")
    assert shown.items[3].rows == ((1.0,),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bo2x", "character 4 stands x"),
        ("3", "character 2 stands the end"),
        ("o$99999o", "character 8 stands"),
        ("o" * 2000, "larger than 1024"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(ParamError, match=said):
        LifeParams(pattern="typed", cells=text, size=1024)


@given(st.text(max_size=60) | st.text("bo$!0123456789", max_size=60))
def test_whatever_is_typed_is_a_pattern_or_a_sentence(text: str) -> None:
    try:
        cells = read_pattern("cells", text)
    except ParamError as error:
        cells = np.zeros((1, 1), np.uint8)
        assert error.field == "cells"  # noqa: PT017
    assert cells.dtype == np.uint8
    assert cells.ndim == 2


def test_a_pattern_needs_a_world_that_holds_it() -> None:
    with pytest.raises(ParamError, match="needs a size of at least 36"):
        LifeParams(pattern="gun", size=20)
    assert set(PATTERNS) < {value for value, _ in LifeParams.specs()["pattern"].choices}


def test_all_events_come_when_they_are_wanted() -> None:
    life = Life()
    params = LifeParams(size=40, generations=3)
    life.prepare(params)
    events = list(
        islice(life.run(params, Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: True)), 100)
    )
    assert sum(isinstance(event, Table) for event in events) == 4
    assert sum(isinstance(event, Progress) for event in events) == 3

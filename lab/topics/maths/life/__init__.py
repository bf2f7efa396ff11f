"""Conway's Game of Life: a rule of one line, and what nobody can foretell from it."""

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, Progress, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Axis, Cells, Chart, Line, Matrices, Table
from lab.core.params import ParamError, Params, choice, flag, integer, real, text
from lab.core.quantities import Numbers, Quantity, metrics
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.maths.life.patterns import PATTERNS, read_pattern
from lab.topics.maths.life.rules import rule

REMEMBERED = 4096
"""Generations that are compared with the newest, to see whether it was there before."""


@dataclass(frozen=True, kw_only=True)
class LifeParams(Params):
    """What is alive at first, and on what world."""

    pattern: str = choice(
        "gun",
        {
            "glider": "Glider",
            "blinker": "Blinker",
            "pulsar": "Pulsar",
            "gun": "Glider gun",
            "spaceship": "Spaceship",
            "pentadecathlon": "Pentadecathlon",
            "r_pentomino": "R-pentomino",
            "acorn": "Acorn",
            "random": "Random cells",
            "empty": "Nothing: draw it",
            "typed": "Typed",
        },
        label="Pattern", help="What is alive at first. You can always draw more with the mouse, also while it runs.",
        group="Cells",
    )  # fmt: skip
    cells: str = text(
        "bob$2bo$3o!", label="Typed pattern",
        help="For “Typed”: b dead, o alive, $ ends a row, ! the pattern; a number repeats what follows it.",
        group="Cells", longest=20_000, when=("pattern", ("typed",)),
    )  # fmt: skip
    density: float = real(
        0.3, 0.0, 1.0, label="Density", help="The probability that a cell is alive at first, for random cells.",
        group="Cells", slider=True, when=("pattern", ("random",)),
    )  # fmt: skip
    seed: int = integer(
        0, 0, 2**31 - 1, label="Seed", help="Random cells with the same seed are the same.", group="Cells",
        when=("pattern", ("random",)),
    )  # fmt: skip
    size: int = integer(
        64, 8, 1024, label="Size", help="Cells a side.", group="World", unit="cells", scale="log", slider=True
    )
    wrap: bool = flag(
        True, label="Joined edges",
        help="What leaves at one edge comes in at the opposite one; else all beyond the edge is dead.", group="World",
    )  # fmt: skip
    generations: int = integer(
        1000, 1, 1_000_000, label="Generations", help="How long it runs.", group="World", scale="log"
    )

    def check(self) -> None:
        """Refuse a typed pattern that cannot be read, or that is larger than the world."""
        if self.pattern in ("random", "empty"):
            return
        height, width = _cells_of(self).shape
        if max(height, width) > self.size:
            raise ParamError(
                "size",
                "{field}: the pattern has {height} × {width} cells and needs a size of at least {allowed}",
                height=height,
                width=width,
                allowed=max(height, width),
            )


def _cells_of(params: LifeParams) -> Array:
    return read_pattern("cells", params.cells if params.pattern == "typed" else PATTERNS[params.pattern])


def first_generation(params: LifeParams) -> Array:
    """Return the cells (size, size), uint8, at generation 0: the pattern in the middle."""
    alive = np.zeros((params.size, params.size), np.uint8)
    if params.pattern == "random":
        alive[:] = np.random.default_rng(params.seed).random(alive.shape) < params.density
    elif params.pattern != "empty":
        pattern = _cells_of(params)
        top, left = ((params.size - side) // 2 for side in pattern.shape)
        alive[top : top + pattern.shape[0], left : left + pattern.shape[1]] = pattern
    return alive


def weighted_sum(alive: Array, wrap: bool) -> Array:
    """Return twice the 3 × 3 convolution with ones and ½ in the middle, (H, W) uint8: 2 · neighbours + the cell.

    Twice, so that it stays whole numbers; the ones are summed along rows, then along columns.
    """
    padded = np.pad(alive, 1, mode="wrap") if wrap else np.pad(alive, 1)
    across = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    total = across[:-2] + across[1:-1] + across[2:]
    doubled: Array = total + total - alive
    return doubled


def next_generation(alive: Array, wrap: bool) -> Array:
    """Return the cells one generation later: alive where the convolution differs from 3 by at most ½.

    That is Conway's rule: three neighbours make or keep a cell alive, two keep it alive.
    """
    doubled = weighted_sum(alive, wrap)
    lives: Array = (doubled - np.uint8(5)) <= 2
    return lives.view(np.uint8)


class Life(Experiment[LifeParams]):
    """Let the cells live; draw among them while they do."""

    id: ClassVar[str] = "maths.life"
    title: ClassVar[str] = "The Game of Life"
    params: ClassVar[type[Params]] = LifeParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    steps_per_second: ClassVar[float | None] = 10.0
    queries: ClassVar[tuple[str, ...]] = ("edits", "cell")

    def __init__(self) -> None:
        self._alive: Array = np.zeros((1, 1), np.uint8)
        self._wrap = True
        self._generation = 0
        self._population = array("q")
        self._born, self._died = 0, 0
        self._edits: tuple[tuple[int, int, int], ...] = ()
        self._cell: tuple[int, int] | None = None
        self._seen: dict[bytes, int] = {}
        self._period: int | None = None
        self._settled: int | None = None

    def prepare(self, params: LifeParams) -> None:
        """Put the first generation on the world."""
        self._alive, self._wrap = first_generation(params), params.wrap
        self._population = array("q", [int(self._alive.sum())])
        self._seen = {self._mark(): 0}

    def preview(self, params: LifeParams, data: DataStore) -> Iterator[Event]:
        """Show generation 0."""
        self.prepare(params)
        yield from self._figures()

    def run(self, params: LifeParams, context: Context) -> Generator[Event, None, None]:
        """Yield a step a generation."""
        yield from context.made(self._figures(), everything=True)
        for generation in range(1, params.generations + 1):
            self._advance(generation)
            last = generation == params.generations
            yield from context.made(self._figures(), everything=last)
            yield Progress(generation, params.generations, 1, 1, False)
        yield metrics([self._numbers()])

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Draw the `edits`, (row, column, 0 or 1) since the page began, and explain the `cell` under the pointer."""
        edits = request.get("edits", self._edits)
        # A page that was built anew begins a list of its own.
        done = len(self._edits) if edits[: len(self._edits)] == self._edits else 0
        asked = bool(edits[done:]) or request.get("cell", self._cell) != self._cell
        self._edits = edits
        self._cell = request.get("cell", self._cell)
        if not asked:
            # The run came to rest: everything is shown as it is now.
            yield from self._figures()
            return
        if edits[done:]:
            alive = self._alive.copy()
            for row, column, living in edits[done:]:
                if 0 <= row < alive.shape[0] and 0 <= column < alive.shape[1]:
                    alive[row, column] = living
            self._alive = alive
            self._population[-1] = int(alive.sum())
            # What was drawn has no past.
            self._seen, self._period, self._settled = {self._mark(): self._generation}, None, None
            yield lazily(Cells, "life", self._cells)
            yield lazily(Chart, "population", self._chart)
            yield lazily(Table, "numbers", lambda: self._numbers().table)
        yield lazily(Matrices, "rule", self._rule)

    def _advance(self, generation: int) -> None:
        before, self._alive = self._alive, next_generation(self._alive, self._wrap)
        self._generation = generation
        kept = int(np.count_nonzero(before & self._alive))
        population = int(np.count_nonzero(self._alive))
        self._born, self._died = population - kept, self._population[-1] - kept
        self._population.append(population)
        if self._period is None:
            mark = self._mark()
            if mark in self._seen:
                self._settled = self._seen[mark]
                self._period = generation - self._settled
            else:
                self._seen[mark] = generation
                if len(self._seen) > REMEMBERED:
                    del self._seen[next(iter(self._seen))]

    def _mark(self) -> bytes:
        """Return what tells two generations apart."""
        from hashlib import blake2b

        return blake2b(np.packbits(self._alive).tobytes(), digest_size=16).digest()

    def _figures(self) -> Iterator[Event]:
        yield lazily(Cells, "life", self._cells)
        yield lazily(Chart, "population", self._chart)
        yield lazily(Matrices, "rule", self._rule)
        yield lazily(Table, "numbers", lambda: self._numbers().table)

    def _cells(self) -> Cells:
        return Cells("life", self._alive, self._generation, self._wrap)

    def _chart(self) -> Chart:
        population = np.array(self._population, float)
        line = Line("", np.arange(len(population), dtype=float), population)
        return Chart(
            "population", (line,), Axis(message("generation"), low=0.0), Axis(message("living cells"), low=0.0)
        )

    def _rule(self) -> Matrices:
        return rule(self._alive, self._wrap, self._cell)

    def _numbers(self) -> Numbers:
        population, whole = self._population[-1], message("the whole world")
        share = message("{share} % of all", share=f"{100 * population / self._alive.size:.3g}")
        compared = message("Compared with the last generations.")
        fate = Quantity(whole, message("not seen before"), compared, mark="muted")
        if self._period is not None and population == 0:
            fate = Quantity(whole, message("all dead"), message("Nothing can come of nothing."), mark="bad")
        elif self._period == 1:
            fate = Quantity(whole, message("stands still"), message("The next generation is the same."), mark="strong")
        elif self._period is not None:
            why = message("The same cells were alive {period} generations before.", period=self._period)
            fate = Quantity(whole, message("repeats every {period}", period=self._period), why, mark="strong")
        seen = message("From here on, everything has been there before.")
        return Numbers(
            (
                Quantity(message("generation"), self._generation, name="generations"),
                Quantity(message("living cells"), population, share, "population"),
                Quantity(message("born"), self._born, message("dead before, alive now")),
                Quantity(message("died"), self._died, message("alive before, dead now")),
                fate,
                Quantity(message("period"), self._period, name="period", listed=False),
                Quantity(message("nothing new since"), self._settled, seen, "settled_at"),
            )
        )


EXPERIMENT = Life

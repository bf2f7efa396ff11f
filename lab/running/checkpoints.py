"""The states of a run that are kept to go on from: the newest, and of older ones the fewer the older they are."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from lab.core.experiment import State
from lab.core.reading import ReadingError, whole_number
from lab.core.text import RunError
from lab.nets.weight_files import not_weights, read_weights, write_weights
from lab.running.scalars import MOST_STEPS

MOST_BYTES = 500_000_000
SINGLE = "checkpoint.safetensors"
"""The one state that runs of earlier versions kept."""


class Checkpoints:
    """The files `checkpoints/<step>.safetensors` in the folder of a run; those of earlier versions have `SINGLE`.

    What is kept is what `thinned` leaves, little more than log2 n of n states, and of that only what fits into
    MOST_BYTES: the newest, which always stays, the one before it, the first, and the others from new to old.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkpoints"
        self._single = folder / SINGLE

    def __bool__(self) -> bool:
        return bool(self._steps()) or self._single.exists()

    def steps(self) -> list[int]:
        """Return the steps of what is kept, ascending. Raises RunError when the only one, of old, is damaged."""
        kept = self._steps()
        return [_read(self._single).step] if not kept and self._single.exists() else kept

    def read(self, step: int) -> State:
        """Return the state of a step, as NumPy arrays. Raises RunError when it is not kept, or damaged."""
        path = self._path(step) if self._steps() or not self._single.exists() else self._single
        state = _read(path)
        if path != self._single and state.step != step:
            raise not_weights(path)
        return state

    def newest_whole(self) -> tuple[State | None, list[int]]:
        """Return the newest state that is not damaged, None without any, and the steps of newer ones, which are.

        Raises RunError when all are damaged.
        """
        damaged: list[int] = []
        first: RunError | None = None
        for step in reversed(self.steps()):
            try:
                return self.read(step), damaged
            except RunError as error:
                damaged.append(step)
                first = first or error
        if first is not None:
            raise first
        return None, damaged

    def write(self, state: State) -> None:
        """Keep a state and let go of older ones. Raises OSError; then all is as it was."""
        arrays = {name: np.asarray(tensor) for name, tensor in state.tensors.items()}
        write_weights(self._path(state.step), arrays, state.counters)
        kept = self._steps()
        for step in set(kept) - set(self._fitting(thinned(kept))):
            # One that is being read elsewhere, where that keeps it from being removed, has its turn the next time.
            with contextlib.suppress(OSError):
                self._path(step).unlink()

    def tidy(self, damaged: Sequence[int]) -> None:
        """Rename what is `damaged`, remove what a kill left half written, and give a `SINGLE` its place. OSError."""
        for step in damaged:
            path = self._path(step)
            path.replace(path.with_suffix(".damaged"))
        for folder in (self.folder, self.folder.parent):
            for part in folder.glob(".*.part"):
                part.unlink()
        if self._single.exists() and not self._steps():
            self.folder.mkdir(exist_ok=True)
            self._single.replace(self._path(_read(self._single).step))

    def _path(self, step: int) -> Path:
        return self.folder / f"{step}.safetensors"

    def _steps(self) -> list[int]:
        return sorted(
            int(path.stem)
            for path in self.folder.glob("*.safetensors")
            if path.stem.isascii() and path.stem.isdecimal()
        )

    def _fitting(self, steps: Sequence[int]) -> list[int]:
        """Return those of some steps (ascending) that fit into MOST_BYTES."""
        newest, before, rest = steps[-1:], steps[-2:-1], steps[:-2]
        kept: list[int] = []
        size = 0
        for step in (*newest, *before, *rest[:1], *reversed(rest[1:])):
            size += self._path(step).stat().st_size
            if kept and size > MOST_BYTES:
                break
            kept.append(step)
        return kept


def thinned(steps: Sequence[int]) -> list[int]:
    """Return those of some steps (ascending) that are kept: the first, the last two, and between them ever fewer.

    One of age a, in steps before the last, stays where it is the first in its cell of width 2^⌊log2 a⌋. Cells lie in
    one another as they grow, so that what is let go of would not have been needed later.
    """
    last = steps[-1]
    firsts = [step for before, step in pairwise(steps) if before // _width(last - step) != step // _width(last - step)]
    return sorted({steps[0], *firsts, *steps[-2:]})


def _width(age: int) -> int:
    return 1 << max(0, age.bit_length() - 1)


def _read(path: Path) -> State:
    """Return a state whose step is a number of steps. Raises RunError."""
    state = State(*read_weights(path))
    try:
        whole_number(state.counters.get("steps_done"), 0, MOST_STEPS)
    except ReadingError as error:
        raise not_weights(path) from error
    return state

"""The same seed gives the same numbers, in one library; another library makes others of it."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import message

SHOWN = 3


def seed_table(seed: int, *, with_torch: bool) -> Table:
    """Return the first normal numbers of generators begun at `seed`, twice each; those of torch only on request."""
    code = "numpy.random.default_rng({seed}).standard_normal(3).round(4)"
    first, again, other = (_numpy(begin) for begin in (seed, seed, seed + 1))
    rows = [
        _row(message("NumPy, seed {seed}", seed=seed), code.format(seed=seed), first, None),
        _row(message("NumPy, seed {seed}, again", seed=seed), code.format(seed=seed), again, first),
        _row(message("NumPy, seed {seed}", seed=seed + 1), code.format(seed=seed + 1), other, first),
    ]
    if with_torch:
        code = f"torch.manual_seed({seed}); torch.randn(3).round(decimals=4)"
        drawn, redrawn = _torch(seed), _torch(seed)
        rows += [
            _row(message("torch, seed {seed}", seed=seed), code, drawn, first),
            _row(message("torch, seed {seed}, again", seed=seed), code, redrawn, drawn),
        ]
        note = message("A seed is a place to begin in one generator. It means nothing to another.")
    else:
        note = message("The rows of torch appear when the run rests.")
    columns: tuple[Words, ...] = (message("generator"), *map(str, range(1, SHOWN + 1)), message("compared"))
    return Table("seeds", columns, tuple(rows), note)


def _row(name: Words, code: str, numbers: Array, before: Array | None) -> tuple[Cell, ...]:
    if before is None:
        verdict = Cell(None)
    elif np.array_equal(before, numbers):
        verdict = Cell(message("the same numbers"), mark="good")
    else:
        verdict = Cell(message("other numbers"), mark="muted")
    return (Cell(name, code), *(Cell(round(number, 4), code) for number in numbers.tolist()), verdict)


def _numpy(seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal(SHOWN)


def _torch(seed: int) -> Array:
    """Return what torch.randn gives after torch.manual_seed(seed), without touching its global state."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    numbers: Array = torch.randn(SHOWN, generator=generator).numpy()
    return numbers

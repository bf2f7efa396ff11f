"""The work that is timed: a matrix product on threads, a sleep, and a product on a graphics card."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np

from lab.core.events import Array
from lab.topics.measures.time.clocks import Work

Do = Callable[[Work], None]
Ready = Callable[[], None]


@contextmanager
def doing(size: int, seconds: float, threads: int, card: str) -> Iterator[tuple[Do, Ready]]:
    """Give what does a work and returns when it is done, but for a call to the card, which returns at once; and what
    waits until nothing is left to be done.

    NumPy's own threads are held at one meanwhile, so that there are as many as are said.
    """
    from threadpoolctl import threadpool_limits

    left = np.random.default_rng(0).standard_normal((size, size), dtype=np.float32)
    result = np.empty_like(left)
    on_card, ready = _card(left, card) if card else (None, lambda: None)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads, "timed") as pool:

        def do(work: Work) -> None:
            match work.name:
                case "sleep":
                    time.sleep(seconds)
                case "card_call" | "card_done":
                    assert on_card is not None
                    on_card(work.name == "card_done")
                case _ if work.threads == 1:
                    _multiply(left, result, slice(None))
                case _:
                    list(pool.map(lambda rows: _multiply(left, result, rows), _parts(size, work.threads)))

        yield do, ready


def _parts(size: int, threads: int) -> list[slice]:
    """Return the rows of each thread, as equal as can be."""
    ends = np.linspace(0, size, threads + 1).astype(int).tolist()
    return [slice(start, end) for start, end in pairwise(ends)]


def _multiply(left: Array, result: Array, rows: slice) -> None:
    np.matmul(left[rows], left, out=result[rows])


def _card(left: Array, card: str) -> tuple[Callable[[bool], None], Ready]:
    """Return a product on a card, which is waited for or not, and what waits for all that was begun there."""
    import torch

    there: Any = torch.from_numpy(left).to(card)

    def ready() -> None:
        torch.cuda.synchronize(card)

    def product(wait: bool) -> None:
        _ = there @ there
        if wait:
            ready()

    # The first product on a card loads its kernels.
    product(True)
    return product, ready

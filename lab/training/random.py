"""Random numbers for libraries that draw them from torch's global state, which belongs to the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_drawing = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw as after `torch.manual_seed(seed)`, and leave its state as it was; one thread at a time."""
    import torch

    with _drawing, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield

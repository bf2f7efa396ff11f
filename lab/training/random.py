"""Random numbers for what draws them from torch's global state, which belongs to the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_drawing = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw as after `torch.manual_seed(seed)`, and leave its state as it was; one thread at a time."""
    import torch

    with _drawing, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


class Lent:
    """Random numbers of one run, for modules that draw from torch's global state: it is lent to them for a step.

    `state` is where the numbers stand, on the CPU and, for a graphics card, there too.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        import torch

        self._card = device if device.type == "cuda" else None
        self.state = {"global": torch.Generator().manual_seed(seed).get_state()}
        if self._card is not None:
            self.state["global_cuda"] = torch.Generator(self._card).manual_seed(seed).get_state()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let torch draw from here; others wait meanwhile, and find their own numbers afterwards."""
        import torch

        card = self._card
        with _drawing, torch.random.fork_rng(devices=[] if card is None else [card]):
            torch.set_rng_state(self.state["global"])
            if card is not None:
                torch.cuda.set_rng_state(self.state["global_cuda"], card)
            try:
                yield
            finally:
                self.state["global"] = torch.get_rng_state()
                if card is not None:
                    self.state["global_cuda"] = torch.cuda.get_rng_state(card)

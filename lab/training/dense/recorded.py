"""A sequence of operations that is computed without the interpreter, once it has been recorded."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

_RECORDING = threading.Lock()


class Recorded:
    """What a function does to tensors that stay the same: done by itself the first time, replayed from then on.

    Between operations of 10 µs, two threads that each hold Python's lock for a moment wait for each other longer than
    they compute. torch replays a recorded graph without the lock. Every tensor that the function reads or writes must
    be among `tensors`, or be made by it: only of these the graph knows that some are parts of others.
    """

    def __init__(self, function: Callable[[], Tensor], tensors: Sequence[Tensor]) -> None:
        self._module = _Module(function, tensors)
        self._graph: Callable[[], Tensor] | None = None

    def __call__(self) -> Tensor:
        """Do it once, and return what the function returns."""
        if self._graph is None:
            # Recording is doing: the operations happen while they are written down.
            with _RECORDING, warnings.catch_warnings():
                # torch recommends to compile instead, which needs a compiler and 20 s. It has given this no types.
                warnings.filterwarnings("ignore", "`torch.jit", FutureWarning)
                self._graph = torch.jit.trace_module(  # type: ignore[no-untyped-call]
                    self._module, {"forward": ()}, check_trace=False
                )
            return self._module.returned
        # Optimising the graph would take longer than most trainings, and changes nothing of operations in place.
        with torch.no_grad(), torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            return self._graph()


class _Module(nn.Module):
    """The form in which torch records something that changes its own tensors."""

    returned: Tensor

    def __init__(self, function: Callable[[], Tensor], tensors: Sequence[Tensor]) -> None:
        super().__init__()
        self._function = function
        different = {id(tensor): tensor for tensor in tensors}
        for place, tensor in enumerate(different.values()):
            self.register_buffer(f"tensor{place}", tensor)

    def forward(self) -> Tensor:
        """Do what is to be recorded."""
        self.returned = self._function()
        return self.returned

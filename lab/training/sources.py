"""Where examples come from: tensors in memory, or images on the disk. A source gives the examples of any numbers, so
that the order belongs to the training, and a place in it is an epoch and a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lab.core.events import Array

Batch = tuple[Tensor, Tensor]
"""Inputs (B, …) and targets (B, …) on one device."""
Change = Callable[[Tensor, torch.Generator], Tensor]
"""What varies a batch of inputs while it is learned from, drawing from the run's own generator."""


class Source(Protocol):
    """Examples by number."""

    def __len__(self) -> int:
        """How many there are."""

    def take(self, index: Tensor) -> Batch:
        """Return the examples of `index` (B,) int64, on the device of the source."""

    def part(self, start: int, end: int) -> Batch:
        """Return the examples from `start` up to `end`."""

    def labels(self) -> Array:
        """Return the targets of all examples (N, …)."""

    def expect(self, index: Tensor) -> None:
        """Hear which are taken next, and make them ready meanwhile, where that takes time."""

    def to(self, device: torch.device) -> Source:
        """Return the same examples on a device."""


class InMemory:
    """Tensors `inputs` (N, …) and `targets` (N, …), which stay on their device for the whole run."""

    def __init__(self, inputs: Tensor, targets: Tensor) -> None:
        self.inputs, self.targets = inputs, targets

    def __len__(self) -> int:
        """How many there are."""
        return len(self.inputs)

    def take(self, index: Tensor) -> Batch:
        """Return the examples of `index`."""
        return _rows(self.inputs, index), _rows(self.targets, index)

    def part(self, start: int, end: int) -> Batch:
        """Return the examples from `start` up to `end` without a copy."""
        return self.inputs[start:end], self.targets[start:end]

    def labels(self) -> Array:
        """Return the targets of all examples."""
        return np.array(self.targets.cpu().numpy(), copy=True)

    def expect(self, index: Tensor) -> None:
        """They are all here."""

    def to(self, device: torch.device) -> InMemory:
        """Return the same examples on a device."""
        return InMemory(self.inputs.to(device), self.targets.to(device))


class ImageFiles:
    """Images on the disk, read as they are needed; `workers` threads read the next batch while one is learned from.

    read: makes of a path one image (C, H, W) float32, each of the same shape, and raises LabError where it cannot.
    """

    def __init__(
        self, paths: Sequence[Path], targets: Tensor, read: Callable[[Path], Tensor], workers: int = 2
    ) -> None:
        self.paths, self.targets, self._read = tuple(paths), targets, read
        self._device = torch.device("cpu")
        self._workers = workers
        self._pool: ThreadPoolExecutor | None = None
        self._coming: dict[int, Future[Tensor]] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self.paths)

    def take(self, index: Tensor) -> Batch:
        """Return the examples of `index`; what was not expected is read now. Raises what `read` raises."""
        images = [self._image(place) for place in index.tolist()]
        return torch.stack(images).to(self._device), self.targets[index.to(self.targets.device)].to(self._device)

    def part(self, start: int, end: int) -> Batch:
        """Return the examples from `start` up to `end`."""
        return self.take(torch.arange(start, end))

    def labels(self) -> Array:
        """Return the targets of all examples."""
        return np.array(self.targets.cpu().numpy(), copy=True)

    def expect(self, index: Tensor) -> None:
        """Begin to read; what else was expected and not taken is forgotten."""
        wanted = index.tolist()
        for place in set(self._coming) - set(wanted):
            self._coming.pop(place).cancel()
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="images")
        for place in wanted:
            if place not in self._coming:
                self._coming[place] = self._pool.submit(self._read, self.paths[place])

    def to(self, device: torch.device) -> ImageFiles:
        """Return the same images, each batch on a device."""
        moved = ImageFiles(self.paths, self.targets, self._read, self._workers)
        moved._device = device
        return moved

    def close(self) -> None:
        """Let go of the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self._coming.clear()

    def _image(self, place: int) -> Tensor:
        coming = self._coming.pop(place, None)
        return self._read(self.paths[place]) if coming is None else coming.result()


def _rows(tensor: Tensor, index: Tensor) -> Tensor:
    """Return the rows of `index`; whole ones are copied one by one, which no threads have to share out."""
    return tensor.index_select(0, index) if tensor.is_contiguous() else tensor[index]

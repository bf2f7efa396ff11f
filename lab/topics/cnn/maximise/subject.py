"""One image before a network: what the answer hangs on, and what becomes of it when the image is changed a little."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Generator, Tensor, nn

from lab.core.events import Array
from lab.core.text import Message
from lab.nets.pixels import as_tensor
from lab.topics.cnn.maximise.nudging import nudged, path_of, tossed
from lab.topics.cnn.maximise.words import MOST, PATCH_STRIDE, STEP, sizes


class Subject:
    """An image (28, 28) uint8, called `label`, before a network that takes images (N, 1, 28, 28) in [0, 1]."""

    def __init__(self, network: nn.Module, image: Array, label: Message, seed: int, patch: int) -> None:
        self.label, self.image, self.patch = label, image, patch
        self._network, self._seed = network, seed
        self.pixels = as_tensor(image[None])
        with torch.no_grad():
            self.shares: Array = network(self.pixels).softmax(1)[0].numpy()
        self.answer = int(self.shares.argmax())

    @cached_property
    def slope(self) -> Array:
        """The gradient (28, 28) of the score of the answer, before softmax, by each pixel."""
        images = self.pixels.detach().requires_grad_(True)
        (found,) = torch.autograd.grad(self._network(images)[0, self.answer], images)
        slope: Array = found[0, 0].numpy()
        return slope

    @cached_property
    def covered(self) -> Array:
        """The probability of the answer (R, C) where a black square lies on the image, from its upper left corner on,
        by two pixels each time.
        """
        side, most = self.patch, 28 - self.patch
        starts = range(0, most + 1, PATCH_STRIDE)
        corners = [(row, column) for row in starts for column in starts]
        images = self.pixels.repeat(len(corners), 1, 1, 1)
        for image, (row, column) in zip(images, corners, strict=True):
            image[:, row : row + side, column : column + side] = 0
        with torch.no_grad():
            shares: Array = self._network(images).softmax(1)[:, self.answer].numpy()
        return shares.reshape(len(starts), len(starts))

    @cached_property
    def _way(self) -> tuple[Tensor, Tensor, Tensor]:
        way, signs = path_of(self._network, self.pixels, torch.tensor([self.answer]), round(MOST / STEP), STEP)
        return way, signs, tossed(1, Generator().manual_seed(self._seed + 2))

    def changed(self, size: float) -> tuple[Array, Array]:
        """Return the image changed by at most `size` in each pixel (3, 28, 28): by one step, by many, by noise; and
        the answers to it as probabilities (3, K).
        """
        way = self._way
        with torch.no_grad():
            images = nudged(*way, STEP, size)[:, 0]
            return images[:, 0].numpy(), self._network(images).softmax(1).numpy()

    @cached_property
    def over(self) -> tuple[Array, tuple[float | None, ...]]:
        """The probability of the answer (3, sizes) over all sizes; and from which of them it is another one."""
        way = self._way
        with torch.no_grad():
            images = torch.cat([nudged(*way, STEP, size)[:, 0] for size in sizes()])
            shares = self._network(images).softmax(1).reshape(-1, 3, len(self.shares))
        other = (shares.argmax(2) != self.answer).T
        firsts = tuple(sizes()[int(row.int().argmax())] if row.any() else None for row in other)
        return shares[:, :, self.answer].T.numpy(), firsts

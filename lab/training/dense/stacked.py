"""The numbers of many dense networks in one vector, of which the matrices of their layers are parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.nets.dense.network import Network
from lab.nets.dense.torch_functions import Calls

Array = NDArray[Any]
THIN = 3
"""Products by the transposed take a third of the time when the matrix that comes first has at most so many rows."""


class Stacked:
    """The numbers of M networks of one shape, padded with zeros to `widths`; one operation moves them all.

    Weights and biases of a layer are one matrix, (M, units + 1, units before + 1): its last column holds the biases,
    which a row of ones among the inputs meets; its last row is 0, …, 0, 1, which makes that row for the next layer.
    The output layer has no such row. `numbers` and `gradients` (P,) hold all matrices, then scale and shift (M, U, 1)
    of each batch norm; its running `means` and `variances` lie beside. `learned`, `penalised` and
    `decayed` (P,) are 1 where a number is learned, a weight, or a weight or bias, and 0 elsewhere.
    """

    def __init__(self, networks: Sequence[Network], widths: Sequence[int], put: Callable[[Array], Tensor]) -> None:
        self._put, self.widths, layers = put, tuple(widths), networks[0].plan.layers
        rows = [*(width + 1 for width in widths[:-1]), widths[-1]]
        self._shapes = list(pairwise([networks[0].plan.inputs + 1, *rows]))
        self._thin = [before <= THIN and before < here for before, here in self._shapes]
        self._members = len(networks)
        self._norms = [width if layer.batch_norm else 0 for width, layer in zip(widths, layers, strict=True)]
        numbers, learned, penalised = ([np.zeros((len(networks), b, a)) for a, b in self._shapes] for _ in range(3))
        for place, layer in enumerate(layers):
            if place < len(layers) - 1:
                numbers[place][:, -1, -1] = 1
            for member, network in enumerate(networks):
                before, units = network.weights[place].shape
                numbers[place][member, :units, :before] = network.weights[place].T
                numbers[place][member, :units, -1] = network.biases[place]
                learned[place][member, :units, :before] = penalised[place][member, :units, :before] = 1
                # A norm takes away what a bias adds: the rest is rounding, which RMSprop would blow up.
                learned[place][member, :units, -1] = not layer.biasless
        self.numbers, self.gradients = self._vector(numbers, (1, 0)), self._vector(learned, (0, 0))
        self.learned, self.penalised = self._vector(learned, (1, 1)), self._vector(penalised, (0, 0))
        self.decayed = self._vector(learned, (0, 0))
        self.weights, self.norms = self._parts(self.numbers)
        self._weight_gradients, self.norm_gradients = self._parts(self.gradients)
        self.means = [put(np.zeros((self._members, width, 1))) for width in widths]
        self.variances = [put(np.ones((self._members, width, 1))) for width in widths]

    def spread(self, values: Sequence[float]) -> Tensor:
        """Return (P,): a value of each network, at all of its numbers."""
        each = np.array(values, dtype=float)[:, None, None]
        return self._vector(
            [np.broadcast_to(each, (self._members, here, before)) for before, here in self._shapes], (each, each)
        )

    def multiply(self, place: int, gradient: Tensor, inputs: Tensor, scale: Tensor | None) -> Calls:
        """Return what puts the gradient of a matrix in its place: that by the sums times inputs, rows by `scale`."""
        found = self._weight_gradients[place]
        if self._thin[place]:
            calls: Calls = [partial(torch.bmm, inputs, gradient.transpose(1, 2), out=found.transpose(1, 2))]
        else:
            calls = [partial(torch.bmm, gradient, inputs.transpose(1, 2), out=found)]
        return calls if scale is None else [*calls, partial(Tensor.mul_, found, scale)]

    def hold(self) -> None:
        """Make the gradients of what is not learned zero, where that is only the rows that make rows of ones."""
        for gradient in self._weight_gradients[:-1]:
            gradient[:, -1].zero_()

    def _vector(self, matrices: Sequence[Array], norm: tuple[Any, Any]) -> Tensor:
        """Return matrices, then numbers for the scale and the shift of each norm, one after the other."""
        parts = [
            matrix.swapaxes(1, 2) if thin else matrix for matrix, thin in zip(matrices, self._thin, strict=True)
        ] + [np.broadcast_to(value, (self._members, width, 1)) for width in self._norms if width for value in norm]
        return self._put(np.concatenate([part.ravel() for part in parts]))

    def _parts(self, vector: Tensor) -> tuple[list[Tensor], dict[int, tuple[Tensor, Tensor]]]:
        """Return the matrices, and by layer scale and shift of the norms, that share the memory of a vector."""
        sizes = [before * here for before, here in self._shapes] + [w for w in self._norms if w for _ in range(2)]
        rest = iter(torch.split(vector, [self._members * size for size in sizes]))
        matrices = []
        for (before, here), thin in zip(self._shapes, self._thin, strict=True):
            part = next(rest)
            matrices.append(part.view(-1, before, here).transpose(1, 2) if thin else part.view(-1, here, before))
        norms = {
            place: (next(rest).view(-1, width, 1), next(rest).view(-1, width, 1))
            for place, width in enumerate(self._norms)
            if width
        }
        return matrices, norms

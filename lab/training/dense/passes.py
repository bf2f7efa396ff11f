"""Forward and back through many dense networks at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from lab.nets.dense import torch_functions as functions
from lab.nets.dense.network import MOMENTUM, SMALL
from lab.nets.dense.spec import Layer
from lab.nets.dense.torch_functions import Calls
from lab.training.dense.stacked import Stacked


class Passes:
    """What is computed for a batch: `forward` and `back` are calls in their order, into memory that stays the same.

    To ask for memory and to cut tensors at each step takes as long as to compute, where networks are small. The batch
    is what lies in `inputs` (M, features + 1, N), the last row ones, and in `targets` (M, K, N); `masks` (M, U, N)
    multiply the activations of layers with dropout. The calls leave `outputs` (M, K, N), and gradients in `numbers`.
    """

    def __init__(self, layers: Sequence[Layer], loss: str, numbers: Stacked, inputs: Tensor, targets: Tensor) -> None:
        self.inputs, self.targets = inputs, targets
        self._layers, self._numbers = layers, numbers
        self._rooms: list[_Room] = []
        self.forward: Calls = []
        for place in range(len(layers)):
            self._go(place)
        self.outputs = self._rooms[-1].outputs
        self.masks = [room.mask for room in self._rooms]
        gradient, scale = self._rooms[-1].unit_back, None
        self.back: Calls = functions.loss_gradient(loss, self.outputs, targets, gradient)
        for place in range(len(layers) - 1, -1, -1):
            gradient, scale = self._return(place, gradient, scale)

    def _go(self, place: int) -> None:
        """Add the calls of a layer on the way forward."""
        layer, numbers = self._layers[place], self._numbers
        inputs = self._rooms[-1].outputs if place else self.inputs
        room = _Room(layer, numbers, place, inputs.shape[2])
        self._rooms.append(room)
        self.forward.append(partial(torch.bmm, numbers.weights[place], inputs, out=room.sums))
        if room.norm is not None and not layer.norm_after:
            self.forward.append(room.norm.forward())
        self.forward += functions.value(layer.activation, room.unit_sums, room.unit_values)
        if room.norm is not None and layer.norm_after:
            self.forward.append(room.norm.forward())
        if room.mask is not None:
            self.forward.append(partial(torch.mul, room.unit_normed, room.mask, out=room.unit_outputs))

    def _return(self, place: int, gradient: Tensor, scale: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Add the calls of a layer on the way back; take and return what `_before` does."""
        layer, room = self._layers[place], self._rooms[place]
        if room.mask is not None:
            self.back.append(partial(torch.mul, gradient, room.mask, out=room.unit_back))
            gradient = room.unit_back
        if room.norm is not None and layer.norm_after:
            self.back.append(room.norm.back(gradient))
        self.back += functions.through(layer.activation, room.unit_sums, gradient)
        if room.norm is not None and not layer.norm_after:
            self.back.append(room.norm.back(room.unit_sums))
        inputs = self._rooms[place - 1].outputs if place else self.inputs
        self.back += self._numbers.multiply(place, room.sums, inputs, scale)
        return self._before(place, scale) if place else (gradient, scale)

    def _before(self, place: int, scale: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Return the gradient by the outputs of the layer before, and by what its rows are still to be multiplied.

        Behind one unit each row is that unit's gradient times a weight. The weights can wait until the examples are
        summed up, which saves a pass over all activations, where nothing between needs the rows as they are.
        """
        numbers, room, before = self._numbers, self._rooms[place], self._layers[place - 1]
        if numbers.widths[place] == 1 and before.activation != "softmax" and not before.batch_norm:
            row = numbers.weights[place][:, 0, :, None]
            return room.unit_sums, row if scale is None else self._product(row, scale[:, :1])
        weights = numbers.weights[place] if scale is None else self._product(numbers.weights[place], scale)
        below = self._rooms[place - 1]
        self.back.append(partial(torch.bmm, weights.transpose(1, 2), room.sums, out=below.back))
        return below.unit_back, None

    def _product(self, weights: Tensor, scale: Tensor) -> Tensor:
        out = torch.empty_like(weights)
        self.back.append(partial(torch.mul, weights, scale, out=out))
        return out


class _Room:
    """Memory of a layer, (M, units + 1, N) each, the last row ones; the output layer has no such row.

    `sums` become activations in place, unless their gradient needs them as they were; then these are `values`.
    `normed` are those behind a batch norm that follows them, `outputs` what dropout leaves of these. On the way back
    `back` is the gradient by the outputs, and that by the sums takes the place of the sums. `unit_…` is the same
    without the row of ones.
    """

    def __init__(self, layer: Layer, numbers: Stacked, place: int, count: int) -> None:
        weights, units = numbers.weights[place], numbers.widths[place]
        self.sums = weights.new_ones(*weights.shape[:2], count)
        self.values = torch.ones_like(self.sums) if layer.activation in functions.BY_SUMS else self.sums
        self.normed = torch.ones_like(self.sums) if layer.norm_after else self.values
        self.outputs = torch.ones_like(self.sums) if layer.dropout else self.normed
        self.back = torch.empty_like(self.sums)
        self.unit_sums, self.unit_values, self.unit_normed, self.unit_outputs, self.unit_back = (
            whole[:, :units] for whole in (self.sums, self.values, self.normed, self.outputs, self.back)
        )
        self.mask = weights.new_empty(len(weights), units, count) if layer.dropout else None
        before, after = (self.unit_values, self.unit_normed) if layer.norm_after else (self.unit_sums,) * 2
        self.norm = _Norm(before, after, numbers, place) if layer.batch_norm else None


class _Norm:
    """Batch norm of values (M, U, N) into `out`, which may be their place; back, in the place of a gradient."""

    def __init__(self, values: Tensor, out: Tensor, numbers: Stacked, place: int) -> None:
        self._values, self._out = values, out
        self._normed, self._spread = torch.empty_like(values), torch.empty_like(values[:, :, :1])
        self._scale, self._shift = numbers.norms[place]
        self._gradients = numbers.norm_gradients[place]
        self._running = numbers.means[place], numbers.variances[place]

    def forward(self) -> partial[Any]:
        """Return what normalises values, and moves the running mean and variance."""
        kept, count = (self._normed, self._spread), self._values.shape[2]
        return partial(_normalise, count, self._values, self._out, *kept, self._scale, self._shift, *self._running)

    def back(self, gradient: Tensor) -> partial[Any]:
        """Return what replaces the gradient by what comes out with that by what goes in; it keeps the other two."""
        return partial(_through_norm, gradient, self._normed, self._spread, self._scale, *self._gradients)


def _normalise(
    count: int, values: Tensor, out: Tensor, normed: Tensor, spread: Tensor, scale: Tensor, shift: Tensor,
    means: Tensor, variances: Tensor,
) -> None:  # fmt: skip
    variance, mean = torch.var_mean(values, 2, correction=0, keepdim=True)
    torch.sqrt(variance + SMALL, out=spread)
    means.mul_(1 - MOMENTUM).add_(MOMENTUM * mean)
    variances.mul_(1 - MOMENTUM).add_(MOMENTUM * count / max(1, count - 1) * variance)
    torch.div(values - mean, spread, out=normed)
    torch.addcmul(shift, normed, scale, out=out)


def _through_norm(
    gradient: Tensor, normed: Tensor, spread: Tensor, scale: Tensor, by_scale: Tensor, by_shift: Tensor
) -> None:
    torch.sum(gradient * normed, 2, keepdim=True, out=by_scale)
    torch.sum(gradient, 2, keepdim=True, out=by_shift)
    inner = gradient * scale
    inner -= inner.mean(2, keepdim=True) + normed * (inner * normed).mean(2, keepdim=True)
    torch.div(inner, spread, out=gradient)

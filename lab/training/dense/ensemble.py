"""Many dense networks of one shape trained at once in torch, each with its own numbers, data, rate and random streams.

Each layer of all M networks is one batched matrix product; activations lie as (M, units, N), so that the long axis is
the inner one. Gradients are written out: through `torch.func.vmap` of `grad` the same takes three to six times as long.
What comes out is what `Learner` gives each of them alone, up to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.nets.dense import torch_functions as functions
from lab.nets.dense.network import MOMENTUM, SMALL, Network, Norm
from lab.training.dense.recipe import Recipe, streams
from lab.training.dense.stacked import Stacked
from lab.training.dense.torch_optimisers import optimiser

Array = NDArray[Any]


class _Room:
    """Memory of a layer for one batch, (M, units + 1, N) each, the last row ones; the output layer has no such row.

    `sums` become activations in place, unless their gradient needs them as they were (`by_sums`); then these are
    `values`. `outputs` are what dropout leaves of them. On the way back `back` is the gradient by the outputs, and that
    by the sums takes the place of the sums. `unit_…` is the same without the row of ones.
    """

    def __init__(self, sums: Tensor, units: int, by_sums: bool, dropout: bool) -> None:
        self.sums = sums
        self.values = torch.ones_like(sums) if by_sums else sums
        self.outputs = torch.ones_like(sums) if dropout else self.values
        self.back = torch.empty_like(sums)
        self.unit_sums, self.unit_back = sums[:, :units], self.back[:, :units]
        self.unit_values = self.values[:, :units] if by_sums else self.unit_sums
        self.unit_outputs = self.outputs[:, :units]


class Ensemble:
    """Networks in training whose recipes have the same `shape_of`; narrower ones are padded with zeros."""

    def __init__(self, recipes: Sequence[Recipe], device: str = "cpu", kind: torch.dtype = torch.float64) -> None:
        self.recipes = tuple(recipes)
        self._device, self._kind = torch.device(device), kind
        first = recipes[0]
        self._loss, self._layers = first.loss, first.plan.layers
        random = [streams(recipe.seed) for recipe in recipes]
        self._orders = [one.order for one in random]
        self._noises = [one.noise for one in random]
        networks = [Network.drawn(recipe.plan, one.weights) for recipe, one in zip(recipes, random, strict=True)]
        self._widths = [
            max(recipe.plan.layers[place].units for recipe in recipes) for place in range(len(self._layers))
        ]
        ones = np.ones((1, len(first.inputs)))
        self._inputs = self._put(np.stack([np.concatenate([recipe.inputs.T, ones]) for recipe in recipes]))
        self._targets = self._put_targets([recipe.targets for recipe in recipes])
        self._numbers = Stacked(networks, self._widths, self._put)
        self._means = [self._zeros(width) for width in self._widths]
        self._variances = [self._zeros(width) + 1 for width in self._widths]
        self._dropouts = [[recipe.plan.layers[place].dropout for recipe in recipes] for place in range(len(self._layers))]
        self._penalised = bool(any(recipe.l1 or recipe.l2 for recipe in recipes))
        rates, momentums, l1, l2 = (
            self._numbers.spread([getattr(recipe, name) for recipe in recipes])
            for name in ("learning_rate", "momentum", "l1", "l2")
        )
        self._l1, self._l2 = l1 * self._numbers.penalised, l2 * self._numbers.penalised
        # What is not learned moves at rate 0, whatever its gradient.
        self._move = optimiser(first.optimiser, rates * self._numbers.learned, momentums)
        self._rooms: dict[int, list[_Room]] = {}
        self.steps = 0
        self.epoch = 0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.recipes[0].epochs

    def train_epoch(self, measured: bool = True) -> Tensor | None:
        """See every example once; return the mean loss (M,) over them, each as it was when it was seen.

        To measure it takes its time: None where it is not `measured`.
        """
        count = self._inputs.shape[2]
        batch = self.recipes[0].batch_size or count
        self.epoch += 1
        if batch >= count:
            return self._step(self._inputs, self._targets, measured)
        orders = torch.from_numpy(np.stack([order.permutation(count) for order in self._orders])).to(self._device)
        normed = any(layer.batch_norm for layer in self._layers)
        total, seen = torch.zeros(len(self.recipes), dtype=self._kind, device=self._device), 0
        for start in range(0, count, batch):
            chosen = orders[:, start : start + batch]
            size = chosen.shape[1]
            if size == 1 and count > 1 and normed:
                continue
            loss = self._step(_taken(self._inputs, chosen), _taken(self._targets, chosen), measured)
            if loss is not None:
                total += size * loss
            seen += size
        return total / seen if measured else None

    def networks(self) -> list[Network]:
        """Return the networks as they are now, on the CPU and without padding."""
        matrices = [matrix.double().cpu().numpy() for matrix in self._numbers.weights]
        learned = [None if norm is None else [t.double().cpu().numpy() for t in norm] for norm in self._numbers.norms]
        means, variances = ([t.double().cpu().numpy() for t in kept] for kept in (self._means, self._variances))
        found = []
        for member, recipe in enumerate(self.recipes):
            weights, biases, norms = [], [], []
            for place, (before, units) in enumerate(recipe.plan.shapes):
                weights.append(matrices[place][member, :units, :before].T.copy())
                biases.append(matrices[place][member, :units, -1].copy())
                norm, known = None, learned[place]
                if known is not None:
                    parts = (*known, means[place], variances[place])
                    norm = Norm(*(part[member, :units, 0].copy() for part in parts))
                norms.append(norm)
            found.append(Network(recipe.plan, weights, biases, norms))
        return found

    def _step(self, inputs: Tensor, targets: Tensor, measured: bool) -> Tensor | None:
        """Do one optimiser step for all; return the losses (M,) before it, without penalties, if `measured`."""
        numbers, rooms = self._numbers, self._rooms_for(inputs.shape[2])
        values: list[Tensor] = [inputs]
        masks: list[Tensor | None] = []
        normed: list[tuple[Tensor, Tensor] | None] = []
        for place, (layer, room) in enumerate(zip(self._layers, rooms, strict=True)):
            torch.bmm(numbers.weights[place], values[-1], out=room.sums)
            normed.append(self._normalise(place, room.unit_sums) if layer.batch_norm else None)
            functions.value(layer.activation, room.unit_sums, room.unit_values)
            mask = self._dropped(place, room.unit_values)
            if mask is not None:
                torch.mul(room.unit_values, mask, out=room.unit_outputs)
            masks.append(mask)
            values.append(room.outputs)
        loss = functions.loss(self._loss, values[-1], targets) if measured else None
        gradient, scale = functions.loss_gradient(self._loss, values[-1], targets), None
        for place in range(len(self._layers) - 1, -1, -1):
            room, mask, norm = rooms[place], masks[place], normed[place]
            functions.through(
                self._layers[place].activation, room.unit_sums, gradient if mask is None else gradient * mask
            )
            if norm is not None:
                self._through_norm(place, room.unit_sums, *norm)
            numbers.multiply(place, room.sums, values[place], scale)
            if place:
                gradient, scale = self._before(place, room, scale, rooms[place - 1])
        if self._penalised:
            numbers.gradients.addcmul_(numbers.numbers, self._l2).addcmul_(numbers.numbers.sign(), self._l1)
        self._move(self.steps, numbers.numbers, numbers.gradients)
        self.steps += 1
        return loss

    def _before(self, place: int, room: _Room, scale: Tensor | None, below: _Room) -> tuple[Tensor, Tensor | None]:
        """Return the gradient by the outputs of the layer before, and by what its rows are still to be multiplied.

        Behind one unit each row is that unit's gradient times a weight. Weights can wait until the examples are summed
        up, which saves a pass over all activations, where nothing between needs the rows as they are.
        """
        numbers, layer = self._numbers, self._layers[place - 1]
        if self._widths[place] == 1 and layer.activation != "softmax" and not layer.batch_norm:
            row = numbers.first_rows[place]
            return room.unit_sums, row if scale is None else row * scale[:, :1]
        weights = numbers.weights[place] if scale is None else numbers.weights[place] * scale
        torch.bmm(weights.transpose(1, 2), room.sums, out=below.back)
        return below.unit_back, None

    def _rooms_for(self, count: int) -> list[_Room]:
        """Return memory for batches of so many examples: asking the system for it at each step takes longer."""
        if count not in self._rooms:
            last = len(self._layers) - 1
            self._rooms[count] = [
                _Room(
                    torch.ones(len(self.recipes), width + (place < last), count, dtype=self._kind, device=self._device),
                    width,
                    self._layers[place].activation in functions.BY_SUMS,
                    self._layers[place].dropout > 0,
                )
                for place, width in enumerate(self._widths)
            ]
        return self._rooms[count]

    def _normalise(self, place: int, sums: Tensor) -> tuple[Tensor, Tensor]:
        """Normalise sums in place; return them before scale and shift, and what they were divided by."""
        variance, mean = torch.var_mean(sums, 2, correction=0, keepdim=True)
        count = sums.shape[2]
        spread = (variance + SMALL).sqrt()
        self._means[place].mul_(1 - MOMENTUM).add_(MOMENTUM * mean)
        self._variances[place].mul_(1 - MOMENTUM).add_(MOMENTUM * count / max(1, count - 1) * variance)
        normed = (sums - mean) / spread
        scale, shift = self._numbers.norms[place]
        torch.addcmul(shift, normed, scale, out=sums)
        return normed, spread

    def _through_norm(self, place: int, gradient: Tensor, normed: Tensor, spread: Tensor) -> None:
        """Replace the gradient by what comes out of a norm by that of what goes in; keep those of scale and shift."""
        for found, each in zip(self._numbers.norm_gradients[place], (gradient * normed, gradient), strict=True):
            torch.sum(each, 2, keepdim=True, out=found)
        inner = gradient * self._numbers.norms[place][0]
        inner -= inner.mean(2, keepdim=True) + normed * (inner * normed).mean(2, keepdim=True)
        torch.div(inner, spread, out=gradient)

    def _dropped(self, place: int, values: Tensor) -> Tensor | None:
        """Return what multiplies the activations of a layer, from the stream of each member; None for nothing."""
        shares = self._dropouts[place]
        if not self._layers[place].dropout:
            return None
        mask = np.ones((len(self.recipes), values.shape[2], values.shape[1]))
        for member, share in enumerate(shares):
            if share:
                units = self.recipes[member].plan.layers[place].units
                drawn = self._noises[member].random((values.shape[2], units))
                mask[member, :, :units] = (drawn >= share) / (1 - share)
        return self._put(mask.transpose(0, 2, 1))

    def _put_targets(self, targets: Sequence[Array]) -> Tensor:
        """Return (M, K, N); class numbers become ones among zeros."""
        if targets[0].ndim == 2:
            return self._put(np.stack([one.T for one in targets]))
        classes = self._widths[-1]
        return self._put(np.stack([(np.arange(classes)[:, None] == one).astype(float) for one in targets]))

    def _put(self, array: Array) -> Tensor:
        # NumPy keeps the order in memory of what was turned; here the examples must lie side by side.
        return torch.tensor(np.ascontiguousarray(array), dtype=self._kind, device=self._device)

    def _zeros(self, width: int) -> Tensor:
        return torch.zeros(len(self.recipes), width, 1, dtype=self._kind, device=self._device)


def _taken(values: Tensor, chosen: Tensor) -> Tensor:
    """Return the examples (M, B) of values (M, K, N)."""
    return values.gather(2, chosen[:, None, :].expand(-1, values.shape[1], -1))

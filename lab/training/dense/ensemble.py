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
from lab.training.dense.torch_optimisers import optimiser

Array = NDArray[Any]


class Ensemble:
    """Networks in training whose recipes have the same `shape_of`; narrower ones are padded with zeros and masked."""

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
        self._inputs = self._put(np.stack([recipe.inputs.T for recipe in recipes]))
        self._targets = self._put_targets([recipe.targets for recipe in recipes])
        self._numbers = self._stack(networks)
        self._means = [self._zeros(width) for width in self._widths]
        self._variances = [self._zeros(width) + 1 for width in self._widths]
        self._masks = self._make_masks()
        self._dropouts = [
            np.array([recipe.plan.layers[place].dropout for recipe in recipes]) for place in range(len(self._layers))
        ]
        self._l1, self._l2 = (self._column([getattr(recipe, name) for recipe in recipes]) for name in ("l1", "l2"))
        self._penalised = bool(any(recipe.l1 or recipe.l2 for recipe in recipes))
        rates = self._column([recipe.learning_rate for recipe in recipes])
        self._move = optimiser(first.optimiser, rates, self._column([recipe.momentum for recipe in recipes]))
        self._rooms: dict[tuple[str, int, int], Tensor] = {}
        self.steps = 0
        self.epoch = 0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.recipes[0].epochs

    def train_epoch(self, measured: bool = True) -> Tensor | None:
        """See every example once; return the mean loss (M,) over them, each as it was when it was seen.

        To measure it takes a fifth of the time: None where it is not `measured`.
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
        layers = len(self._layers)
        numbers = [tensor.double().cpu().numpy() for tensor in self._numbers]
        means, variances = ([t.double().cpu().numpy() for t in kept] for kept in (self._means, self._variances))
        found = []
        for member, recipe in enumerate(self.recipes):
            weights, biases, norms = [], [], []
            after = iter(numbers[2 * layers :])
            for place, (before, units) in enumerate(recipe.plan.shapes):
                weights.append(numbers[place][member, :units, :before].T.copy())
                biases.append(numbers[layers + place][member, :units, 0].copy())
                norm = None
                if recipe.plan.layers[place].batch_norm:
                    parts = (next(after), next(after), means[place], variances[place])
                    norm = Norm(*(part[member, :units, 0].copy() for part in parts))
                norms.append(norm)
            found.append(Network(recipe.plan, weights, biases, norms))
        return found

    @torch.no_grad()
    def _step(self, inputs: Tensor, targets: Tensor, measured: bool) -> Tensor | None:
        """Do one optimiser step for all; return the losses (M,) before it, without penalties, if `measured`."""
        layers = len(self._layers)
        weights, biases, after = self._numbers[:layers], self._numbers[layers : 2 * layers], self._numbers[2 * layers :]
        values, sums = [inputs], []
        norms: list[tuple[Tensor, Tensor, Tensor] | None] = []
        kept: list[Tensor | None] = []
        rest = iter(after)
        for place, layer in enumerate(self._layers):
            room = self._room("forward", self._widths[place], place, inputs.shape[2])
            total = torch.baddbmm(biases[place], weights[place], values[-1], out=room)
            normed = None
            if layer.batch_norm:
                scale, shift = next(rest), next(rest)
                normed, spread = self._normalise(place, total)
                total = normed * scale + shift
                norms.append((normed, spread, scale))
            else:
                norms.append(None)
            sums.append(total)
            value = functions.value(layer.activation, total)
            mask = self._dropped(place, value)
            kept.append(mask)
            values.append(value if mask is None else value * mask)
        loss = functions.loss(self._loss, values[-1], targets) if measured else None
        gradient = functions.loss_gradient(self._loss, values[-1], targets)
        gradients: list[Tensor] = [torch.empty(0)] * len(self._numbers)
        back = len(self._numbers)
        for place in range(layers - 1, -1, -1):
            mask, norm = kept[place], norms[place]
            if mask is not None:
                gradient = gradient * mask
            clean = values[place + 1] if mask is None else None
            gradient = functions.through(self._layers[place].activation, sums[place], clean, gradient)
            if norm is not None:
                normed, spread, scale = norm
                back -= 2
                gradients[back] = (gradient * normed).sum(2, keepdim=True)
                gradients[back + 1] = gradient.sum(2, keepdim=True)
                inner = gradient * scale
                gradient = inner - inner.mean(2, keepdim=True) - normed * (inner * normed).mean(2, keepdim=True)
                gradient = gradient / spread
            gradients[place] = torch.bmm(gradient, values[place].transpose(1, 2))
            gradients[layers + place] = (
                gradient.sum(2, keepdim=True) if norm is None else torch.zeros_like(biases[place])
            )
            if place:
                turned = weights[place].transpose(1, 2)
                # A product with one row is an outer one, which broadcasting does faster.
                room = self._room("back", self._widths[place - 1], place, inputs.shape[2])
                multiply = torch.mul if turned.shape[2] == 1 else torch.bmm
                gradient = multiply(turned, gradient, out=room)
        if self._penalised:
            for place in range(layers):
                gradients[place] += self._l2 * weights[place] + self._l1 * weights[place].sign()
        for place, mask in enumerate(self._masks):
            if mask is not None:
                gradients[place] *= mask
        self._move(self.steps, self._numbers, gradients)
        self.steps += 1
        return loss

    def _room(self, way: str, width: int, place: int, count: int) -> Tensor:
        """Return a tensor (M, width, count) to compute into: asking the system for memory at each step takes longer."""
        key = (way, place, count)
        if key not in self._rooms:
            self._rooms[key] = torch.empty(len(self.recipes), width, count, dtype=self._kind, device=self._device)
        return self._rooms[key]

    def _normalise(self, place: int, total: Tensor) -> tuple[Tensor, Tensor]:
        variance, mean = torch.var_mean(total, 2, correction=0, keepdim=True)
        count = total.shape[2]
        spread = (variance + SMALL).sqrt()
        self._means[place].mul_(1 - MOMENTUM).add_(MOMENTUM * mean)
        self._variances[place].mul_(1 - MOMENTUM).add_(MOMENTUM * count / max(1, count - 1) * variance)
        return (total - mean) / spread, spread

    def _dropped(self, place: int, values: Tensor) -> Tensor | None:
        """Return what multiplies the activations of a layer, from the stream of each member; None for nothing."""
        shares = self._dropouts[place]
        if not shares.any():
            return None
        mask = np.ones((len(self.recipes), values.shape[2], values.shape[1]))
        for member, share in enumerate(shares):
            if share:
                units = self.recipes[member].plan.layers[place].units
                drawn = self._noises[member].random((values.shape[2], units))
                mask[member, :, :units] = (drawn >= share) / (1 - share)
        return self._put(mask.transpose(0, 2, 1))

    def _stack(self, networks: Sequence[Network]) -> list[Tensor]:
        """Return weights (M, U, F), biases (M, U, 1), then scale and shift of norms, padded with zeros."""
        count, before = len(networks), self._inputs.shape[1]
        weights, biases, norms = [], [], []
        for place, width in enumerate(self._widths):
            weight, bias = np.zeros((count, width, before)), np.zeros((count, width, 1))
            for member, network in enumerate(networks):
                rows, columns = network.weights[place].T.shape
                weight[member, :rows, :columns] = network.weights[place].T
                bias[member, :rows, 0] = network.biases[place]
            weights.append(self._put(weight))
            biases.append(self._put(bias))
            if self._layers[place].batch_norm:
                norms += [self._zeros(width) + 1, self._zeros(width)]
            before = width
        return [*weights, *biases, *norms]

    def _make_masks(self) -> list[Tensor | None]:
        """Return what multiplies each gradient so that padding stays zero; None where nothing is padded."""
        padded = any(
            recipe.plan.layers[place].units < width
            for recipe in self.recipes
            for place, width in enumerate(self._widths)
        )
        if not padded:
            return []
        real = [Network(r.plan, [np.ones(s) for s in r.plan.shapes], [np.ones(u) for _f, u in r.plan.shapes])
                for r in self.recipes]  # fmt: skip
        return [*self._stack(real)[: 2 * len(self._layers)]]

    def _put_targets(self, targets: Sequence[Array]) -> Tensor:
        """Return (M, K, N); class numbers become ones among zeros."""
        if targets[0].ndim == 2:
            return self._put(np.stack([one.T for one in targets]))
        classes = self._widths[-1]
        return self._put(np.stack([(np.arange(classes)[:, None] == one).astype(float) for one in targets]))

    def _put(self, array: Array) -> Tensor:
        return torch.tensor(array, dtype=self._kind, device=self._device)

    def _column(self, values: Sequence[float]) -> Tensor:
        return self._put(np.array(values)[:, None, None])

    def _zeros(self, width: int) -> Tensor:
        return torch.zeros(len(self.recipes), width, 1, dtype=self._kind, device=self._device)


Key = tuple[Any, ...]
CACHE = 2**23
"""Bytes that are near enough to a processor: an ensemble of twice that takes more than twice the time."""
FEW = 8
"""Networks that are worth an ensemble, whatever their size."""


def shape_of(recipe: Recipe) -> Key:
    """Return what the recipes of one ensemble have in common."""
    layers = tuple((layer.activation, layer.batch_norm, layer.dropout > 0) for layer in recipe.plan.layers)
    return (
        recipe.plan.inputs, recipe.plan.outputs, layers, recipe.loss, recipe.inputs.shape, recipe.targets.shape,
        recipe.batch_size, recipe.epochs, recipe.optimiser,
    )  # fmt: skip


def pieces(recipes: Sequence[Recipe], most_bytes: int = 2**26, waste: float = 1.3) -> list[list[int]]:
    """Return which recipes train together: same shape, widths not too far apart, no more than fit into memory.

    `most_bytes` bounds what one ensemble's activations take; what is more than a cache holds comes in FEW at a time.
    `waste` is by how much padding may multiply the work.
    """
    groups: dict[Key, list[int]] = {}
    for index, recipe in enumerate(recipes):
        groups.setdefault(shape_of(recipe), []).append(index)
    found: list[list[int]] = []
    for group in groups.values():
        piece: list[int] = []
        work = 0.0
        for index in sorted(group, key=lambda index: recipes[index].plan.parameters, reverse=True):
            plan = recipes[index].plan
            if piece:
                widest = recipes[piece[0]].plan
                fits = all(a.units >= b.units for a, b in zip(widest.layers, plan.layers, strict=True))
                padded = (len(piece) + 1) * widest.parameters
                size = (len(piece) + 1) * _bytes(recipes[piece[0]])
                full = size > most_bytes or (size > CACHE and len(piece) >= FEW)
                if not fits or full or padded > waste * (work + plan.parameters):
                    found.append(piece)
                    piece, work = [], 0.0
            piece.append(index)
            work += plan.parameters
        found.append(piece)
    return found


def _bytes(recipe: Recipe) -> int:
    """Estimate what the largest member of an ensemble takes: data, activations with their gradients, and numbers."""
    width = recipe.plan.inputs + 3 * sum(layer.units for layer in recipe.plan.layers)
    return 8 * (len(recipe.inputs) * width + 4 * recipe.plan.parameters)


def _taken(values: Tensor, chosen: Tensor) -> Tensor:
    """Return the examples (M, B) of values (M, K, N)."""
    return values.gather(2, chosen[:, None, :].expand(-1, values.shape[1], -1))

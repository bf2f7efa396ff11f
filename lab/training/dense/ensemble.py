"""Many dense networks of one shape trained at once in torch, each with its own numbers, data, rate and random streams.

Each layer of all M networks is one batched matrix product; activations lie as (M, units, N), so that the long axis is
the inner one. What a step computes is laid down once, in `Passes`, and all numbers are one vector, in `Stacked`.
What comes out is what `Learner` gives each of them alone, up to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.nets.dense import torch_functions as functions
from lab.nets.dense.network import Network, Norm
from lab.nets.dense.torch_functions import Calls, tensors
from lab.training.dense.passes import Passes
from lab.training.dense.recorded import Recorded
from lab.training.dense.rows import Rows
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.stacked import Stacked
from lab.training.dense.starts import Start, drawn
from lab.training.dense.torch_optimisers import in_one_pass, optimiser

Array = NDArray[Any]
MANY = 100_000
"""Numbers of all networks from which on a step in one pass over memory is faster than several short calls."""
STRIDE = 5
"""Epochs that are one recorded sequence, where each is one step: to begin a replay costs as much as half a step."""


class Ensemble:
    """Networks in training whose recipes have the same `shape_of`; narrower ones are padded with zeros."""

    def __init__(
        self,
        recipes: Sequence[TrainingSpec],
        device: str = "cpu",
        kind: torch.dtype = torch.float64,
        starts: Sequence[Start] = (),
    ) -> None:
        self.recipes = tuple(recipes)
        self._device, self._kind = torch.device(device), kind
        first = recipes[0]
        self._loss, self._layers = first.loss, first.plan.layers
        self._starts = tuple(starts) or tuple(drawn(recipe) for recipe in recipes)
        widths = [max(recipe.plan.layers[place].units for recipe in recipes) for place in range(len(self._layers))]
        self._count = len(first.inputs)
        # Of data that all have in common there is one copy, and an example is a row: batches are made of rows.
        shared = all(recipe.inputs is first.inputs and recipe.targets is first.targets for recipe in recipes)
        self._rows: Rows | None = None
        if shared and 0 < first.batch_size < self._count:
            ones = np.ones((self._count, 1), first.inputs.dtype)
            targets = self._put_targets([first.targets])[0].T.contiguous()
            self._rows = Rows(self._put(np.concatenate([first.inputs, ones], 1)), targets, len(recipes))
        else:
            ones = np.ones((1, self._count))
            self._inputs = self._put(np.stack([np.concatenate([recipe.inputs.T, ones]) for recipe in recipes]))
            self._targets = self._put_targets([recipe.targets for recipe in recipes])
        self._numbers = Stacked([start.network for start in self._starts], widths, self._put)
        rates, momentums, l1, l2 = (
            self._numbers.spread([getattr(recipe, name) for recipe in recipes])
            for name in ("learning_rate", "momentum", "l1", "l2")
        )
        numbers, gradients, penalised = self._numbers.numbers, self._numbers.gradients, self._numbers.penalised
        biases = self._numbers.spread([float(recipe.l2_biases) for recipe in recipes])
        l1, l2 = l1 * penalised, l2 * torch.where(biases > 0, self._numbers.decayed, penalised)
        self._move: Calls = []
        if any(recipe.l1 or recipe.l2 for recipe in recipes):
            added = torch.zeros_like(l1) if first.l1_proximal else l1
            self._move.append(partial(_penalise, gradients, numbers, added, l2))
        if self._rows is not None and self._alike and numbers.numel() >= MANY:
            self._move.append(partial(self._numbers.hold))
            self._move += in_one_pass(first.optimiser, first.learning_rate, first.momentum, numbers, gradients)
        else:
            # What is not learned moves at rate 0, whatever its gradient.
            self._move += optimiser(first.optimiser, numbers, gradients, rates * self._numbers.learned, momentums)
        if first.l1_proximal:
            self._move.append(partial(_shrink, numbers, rates * l1))
        self._passes: dict[int, Passes] = {}
        self.epoch = 0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.recipes[0].epochs

    def train(self, epochs: int) -> Tensor:
        """See every example so many times, at least once; return the mean loss (M,) of the last time.

        It is what `train_epoch` does, and more threads than one can do it at the same time.
        """
        strides, rest = divmod(epochs, STRIDE) if self._steady else (0, epochs)
        loss: Tensor | None = None
        for _ in range(strides):
            loss = self._stride()
            self.epoch += STRIDE
        for left in range(rest, 0, -1):
            loss = self.train_epoch(left == 1)
        assert loss is not None
        return loss

    def train_epoch(self, measured: bool = True) -> Tensor | None:
        """See every example once; return the mean loss (M,) over them, each as it was when it was seen.

        To measure it takes its time: None where it is not `measured`.
        """
        count = self._count
        batch = self.recipes[0].batch_size or count
        self.epoch += 1
        if batch >= count:
            return self._step(self._passes_for(count), measured)
        orders = torch.from_numpy(np.stack([start.order(count) for start in self._starts])).to(self._device)
        leaves_one = any(layer.batch_norm for layer in self._layers) or self._starts[0].leaves_one
        total, seen = torch.zeros(len(self.recipes), dtype=self._kind, device=self._device), 0
        for start in range(0, count, batch):
            chosen = orders[:, start : start + batch]
            size = chosen.shape[1]
            if self.recipes[0].drop_last and size < batch:
                break
            if size == 1 and count > 1 and leaves_one:
                continue
            loss = self._step(self._batch(chosen), measured)
            if loss is not None:
                total += size * loss
            seen += size
        return total / seen if measured else None

    def networks(self) -> list[Network]:
        """Return the networks as they are now, on the CPU and without padding."""
        matrices = [matrix.double().cpu().numpy() for matrix in self._numbers.weights]
        learned = {place: [t.double().cpu().numpy() for t in norm] for place, norm in self._numbers.norms.items()}
        means, variances = (
            [t.double().cpu().numpy() for t in kept] for kept in (self._numbers.means, self._numbers.variances)
        )
        found = []
        for member, recipe in enumerate(self.recipes):
            weights, biases, norms = [], [], []
            for place, (before, units) in enumerate(recipe.plan.shapes):
                weights.append(matrices[place][member, :units, :before].T.copy())
                biases.append(matrices[place][member, :units, -1].copy())
                norm = None
                if place in learned:
                    parts = (*learned[place], means[place], variances[place])
                    norm = Norm(*(part[member, :units, 0].copy() for part in parts))
                norms.append(norm)
            found.append(Network(recipe.plan, weights, biases, norms))
        return found

    def _step(self, passes: Passes, measured: bool) -> Tensor | None:
        """Do one optimiser step for all; return the losses (M,) before it, without penalties, if `measured`."""
        for place, mask in enumerate(passes.masks):
            if mask is not None:
                mask.copy_(self._draw(place, mask.shape[2]))
        _do(passes.forward)
        loss = functions.loss(self._loss, passes.outputs, passes.targets) if measured else None
        _do(passes.back)
        _do(self._move)
        return loss

    @property
    def _alike(self) -> bool:
        """Whether one rate serves all numbers: the networks have the same, and everything in them is learned."""
        first, layers = self.recipes[0], self._layers
        same = all((r.learning_rate, r.momentum) == (first.learning_rate, first.momentum) for r in self.recipes)
        full = all(recipe.plan == first.plan for recipe in self.recipes)
        return same and full and not any(layer.batch_norm for layer in layers)

    @property
    def stride(self) -> int:
        """The epochs that are best done at one go; of those that take long, one."""
        return STRIDE if self._steady else 1

    @property
    def _steady(self) -> bool:
        """Whether every epoch does the same: one step, with all examples, that draws nothing."""
        whole = not 0 < self.recipes[0].batch_size < self._count
        drawing = any(layer.dropout for layer in self._layers)
        return whole and not drawing and self._device.type == "cpu"

    @cached_property
    def _stride(self) -> Recorded:
        """Train STRIDE epochs, and return the loss of the last."""
        passes = self._passes_for(self._count)

        def steps() -> Tensor:
            for _ in range(STRIDE - 1):
                self._step(passes, False)
            loss = self._step(passes, True)
            assert loss is not None
            return loss

        used = tensors([*passes.forward, *passes.back, *self._move])
        return Recorded(steps, (passes.inputs, passes.targets, passes.outputs, *used))

    def _passes_for(self, size: int) -> Passes:
        """Return the passes for batches of a size; those for all examples have these in them."""
        if size not in self._passes and self._rows is not None:
            self._passes[size] = Passes(self._layers, self._loss, self._numbers, *self._rows.room(size))
        elif size not in self._passes:
            batch = [self._inputs, self._targets]
            if size < self._count:
                batch = [values.new_empty(*values.shape[:2], size) for values in batch]
            self._passes[size] = Passes(self._layers, self._loss, self._numbers, *batch)
        return self._passes[size]

    def _batch(self, chosen: Tensor) -> Passes:
        """Return the passes for the chosen examples (M, B), which are less than all, with these in them."""
        passes = self._passes_for(chosen.shape[1])
        if self._rows is not None:
            self._rows.put(chosen, passes.inputs, passes.targets)
            return passes
        for values, out in ((self._inputs, passes.inputs), (self._targets, passes.targets)):
            torch.gather(values, 2, chosen[:, None, :].expand(-1, values.shape[1], -1), out=out)
        return passes

    def _draw(self, place: int, count: int) -> Tensor:
        """Return what multiplies the activations of a layer with dropout (M, U, N), from the stream of each member."""
        mask = np.ones((len(self.recipes), count, self._numbers.widths[place]))
        for member, recipe in enumerate(self.recipes):
            layer = recipe.plan.layers[place]
            drawn = self._starts[member].noise.random((count, layer.units))
            mask[member, :, : layer.units] = (drawn >= layer.dropout) / (1 - layer.dropout)
        return self._put(mask.transpose(0, 2, 1))

    def _put_targets(self, targets: Sequence[Array]) -> Tensor:
        """Return (M, K, N); class numbers become ones among zeros."""
        if targets[0].ndim == 2:
            return self._put(np.stack([one.T for one in targets]))
        classes = self.recipes[0].plan.outputs
        return self._put(np.stack([(np.arange(classes)[:, None] == one).astype(float) for one in targets]))

    def _put(self, array: Array) -> Tensor:
        # NumPy keeps the order in memory of what was turned; here the examples must lie side by side.
        return torch.tensor(np.ascontiguousarray(array), dtype=self._kind, device=self._device)


def _do(calls: Calls) -> None:
    for call in calls:
        call()


def _penalise(gradients: Tensor, numbers: Tensor, l1: Tensor, l2: Tensor) -> None:
    gradients.addcmul_(numbers, l2).addcmul_(numbers.sign(), l1)


def _shrink(numbers: Tensor, by: Tensor) -> None:
    numbers.copy_(numbers.sign() * (numbers.abs() - by).clamp_(min=0))

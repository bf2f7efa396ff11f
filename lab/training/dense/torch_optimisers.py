"""Optimisers of ensembles: `lab.maths.optimisers` on one vector of all numbers, each with a rate of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from lab.nets.dense.torch_functions import Calls
from lab.nets.registry.optimisers import OPTIMISERS

SMOOTHING = 0.99
BETAS = 0.9, 0.999
EPSILON = 1e-8


def optimiser(name: str, numbers: Tensor, gradients: Tensor, rates: Tensor, momentums: Tensor) -> Calls:
    """Return what moves numbers (P,) in place by gradients (P,) at each step; all tensors are (P,)."""
    match name:
        case "sgd":
            return [_down(numbers, gradients, rates)]
        case "momentum":
            velocity = torch.zeros_like(numbers)
            return [
                partial(Tensor.mul_, velocity, momentums), partial(Tensor.add_, velocity, gradients),
                _down(numbers, velocity, rates),
            ]  # fmt: skip
        case "rmsprop":
            square, move = torch.zeros_like(numbers), torch.empty_like(numbers)
            return [partial(_rmsprop, gradients, square, move), _down(numbers, move, rates)]
        case "adam":
            mean, square, move = torch.zeros_like(numbers), torch.zeros_like(numbers), torch.empty_like(numbers)
            step = numbers.new_zeros(())
            return [partial(_adam, gradients, mean, square, step, move), _down(numbers, move, rates)]
        case _:
            raise ValueError(name)


def in_one_pass(name: str, rate: float, momentum: float, numbers: Tensor, gradients: Tensor) -> Calls:
    """Return what moves these numbers by these gradients at one rate: torch's own optimiser, as one kernel."""
    if name == "rmsprop":
        # Torch has no such kernel of it.
        square, size = torch.zeros_like(numbers), torch.empty_like(numbers)
        return [partial(_lean_rmsprop, numbers, gradients, square, size, rate)]
    numbers.grad = gradients
    return [partial(OPTIMISERS[name].in_torch([{"params": [numbers]}], rate, momentum, fused=True).step)]


def _lean_rmsprop(numbers: Tensor, gradients: Tensor, square: Tensor, size: Tensor, rate: float) -> None:
    square.mul_(SMOOTHING).addcmul_(gradients, gradients, value=1 - SMOOTHING)
    torch.sqrt(square, out=size).add_(EPSILON)
    numbers.addcdiv_(gradients, size, value=-rate)


def _down(numbers: Tensor, moves: Tensor, rates: Tensor) -> partial[Any]:
    return partial(Tensor.addcmul_, numbers, moves, -rates)


def _rmsprop(gradients: Tensor, square: Tensor, move: Tensor) -> None:
    _mean(square, gradients * gradients, SMOOTHING)
    torch.div(gradients, square.sqrt().add_(EPSILON), out=move)


def _adam(gradients: Tensor, mean: Tensor, square: Tensor, step: Tensor, move: Tensor) -> None:
    first, second = BETAS
    step.add_(1)
    _mean(mean, gradients, first)
    _mean(square, gradients * gradients, second)
    rise, root = 1 / (1 - first**step), (1 - second**step).sqrt()
    torch.div(rise * mean, square.sqrt().div_(root).add_(EPSILON), out=move)


def _mean(before: Tensor, new: Tensor, left: float) -> None:
    """Replace `before` with left · before + (1 − left) · new."""
    before.mul_(left).add_(new, alpha=1 - left)

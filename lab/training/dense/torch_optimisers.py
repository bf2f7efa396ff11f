"""Optimisers of ensembles: `lab.maths.optimisers` on tensors that M networks share, each with its own rate."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

Tensors = list[Tensor]
Move = Callable[[int, Tensors, Tensors], None]


def optimiser(name: str, rates: Tensor, momentums: Tensor) -> Move:
    """Return what moves numbers (M, ·, ·) in place at a step, counted from 0; `rates` and `momentums` are (M, 1, 1)."""
    moves: dict[str, Move] = {
        "sgd": _Sgd(rates),
        "momentum": _Momentum(rates, momentums),
        "rmsprop": _RMSprop(rates),
        "adam": _Adam(rates),
    }
    return moves[name]


class _Sgd:
    def __init__(self, rates: Tensor) -> None:
        self.down = -rates

    def __call__(self, step: int, numbers: Tensors, gradients: Tensors) -> None:
        for number, gradient in zip(numbers, gradients, strict=True):
            number.addcmul_(gradient, self.down)


class _Momentum(_Sgd):
    def __init__(self, rates: Tensor, momentums: Tensor) -> None:
        super().__init__(rates)
        self.momentums = momentums
        self.velocities: Tensors = []

    def __call__(self, step: int, numbers: Tensors, gradients: Tensors) -> None:
        if not self.velocities:
            self.velocities = [gradient.clone() for gradient in gradients]
        else:
            for velocity, gradient in zip(self.velocities, gradients, strict=True):
                velocity.mul_(self.momentums).add_(gradient)
        super().__call__(step, numbers, self.velocities)


class _RMSprop(_Sgd):
    smoothing, epsilon = 0.99, 1e-8

    def __init__(self, rates: Tensor) -> None:
        super().__init__(rates)
        self.squares: Tensors = []

    def __call__(self, step: int, numbers: Tensors, gradients: Tensors) -> None:
        self.squares = _means(self.squares, [gradient * gradient for gradient in gradients], self.smoothing)
        sizes = [square.sqrt().add_(self.epsilon) for square in self.squares]
        super().__call__(step, numbers, [g / size for g, size in zip(gradients, sizes, strict=True)])


class _Adam(_Sgd):
    betas, epsilon = (0.9, 0.999), 1e-8

    def __init__(self, rates: Tensor) -> None:
        super().__init__(rates)
        self.means: Tensors = []
        self.squares: Tensors = []

    def __call__(self, step: int, numbers: Tensors, gradients: Tensors) -> None:
        first, second = self.betas
        self.means = _means(self.means, gradients, first)
        self.squares = _means(self.squares, [gradient * gradient for gradient in gradients], second)
        rise, root = 1 / (1 - first ** (step + 1)), (1 - second ** (step + 1)) ** 0.5
        sizes = [square.sqrt().div_(root).add_(self.epsilon) for square in self.squares]
        super().__call__(step, numbers, [rise * m / size for m, size in zip(self.means, sizes, strict=True)])


def _means(before: Tensors, new: Tensors, left: float) -> Tensors:
    """Return left · before + (1 − left) · new, in the memory of `before`, which is zero at first."""
    if not before:
        return [(1 - left) * one for one in new]
    for mean, one in zip(before, new, strict=True):
        mean.mul_(left).add_(one, alpha=1 - left)
    return before

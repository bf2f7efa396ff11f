"""Optimisers of ensembles: `lab.maths.optimisers` on one vector of all numbers, each with a rate of its own."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

Move = Callable[[int, Tensor, Tensor], None]


def optimiser(name: str, rates: Tensor, momentums: Tensor) -> Move:
    """Return what moves numbers (P,) in place by gradients (P,) at a step, counted from 0; all tensors are (P,)."""
    moves: dict[str, Callable[[], Move]] = {
        "sgd": lambda: _Sgd(rates),
        "momentum": lambda: _Momentum(rates, momentums),
        "rmsprop": lambda: _RMSprop(rates),
        "adam": lambda: _Adam(rates),
    }
    return moves[name]()


class _Sgd:
    def __init__(self, rates: Tensor) -> None:
        self.down = -rates

    def __call__(self, step: int, numbers: Tensor, gradients: Tensor) -> None:
        numbers.addcmul_(gradients, self.down)


class _Momentum(_Sgd):
    def __init__(self, rates: Tensor, momentums: Tensor) -> None:
        super().__init__(rates)
        self.momentums = momentums
        self.velocity: Tensor | None = None

    def __call__(self, step: int, numbers: Tensor, gradients: Tensor) -> None:
        if self.velocity is None:
            self.velocity = gradients.clone()
        else:
            self.velocity.mul_(self.momentums).add_(gradients)
        super().__call__(step, numbers, self.velocity)


class _RMSprop(_Sgd):
    smoothing, epsilon = 0.99, 1e-8

    def __init__(self, rates: Tensor) -> None:
        super().__init__(rates)
        self.square: Tensor | None = None

    def __call__(self, step: int, numbers: Tensor, gradients: Tensor) -> None:
        self.square = _mean(self.square, gradients * gradients, self.smoothing)
        super().__call__(step, numbers, gradients / self.square.sqrt().add_(self.epsilon))


class _Adam(_Sgd):
    betas, epsilon = (0.9, 0.999), 1e-8

    def __init__(self, rates: Tensor) -> None:
        super().__init__(rates)
        self.mean: Tensor | None = None
        self.square: Tensor | None = None

    def __call__(self, step: int, numbers: Tensor, gradients: Tensor) -> None:
        first, second = self.betas
        self.mean = _mean(self.mean, gradients, first)
        self.square = _mean(self.square, gradients * gradients, second)
        rise, root = 1 / (1 - first ** (step + 1)), (1 - second ** (step + 1)) ** 0.5
        size = self.square.sqrt().div_(root).add_(self.epsilon)
        super().__call__(step, numbers, (rise * self.mean).div_(size))


def _mean(before: Tensor | None, new: Tensor, left: float) -> Tensor:
    """Return left · before + (1 − left) · new, in the memory of `before`, which is zero at first."""
    if before is None:
        return (1 - left) * new
    return before.mul_(left).add_(new, alpha=1 - left)

"""What the networks are trained for, in torch."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lab.core.events import Array
from lab.topics.cnn.gaussians.figures import HALF, MIDDLE, NAMES, SPREAD
from lab.training.task import BINARY, REGRESS, Task


def _beyond_half(outputs: Tensor, targets: Tensor) -> Tensor:
    right: Tensor = ((outputs > HALF) == (targets > 0.5)).sum()
    return right


def _squared(column: int, unit: float, outputs: Tensor, targets: Tensor) -> Tensor:
    return (unit * (outputs - targets)[:, column]).square().sum()


def _all_squared(units: tuple[float, ...], outputs: Tensor, targets: Tensor) -> Tensor:
    each = [_squared(column, unit, outputs, targets) for column, unit in enumerate(units)]
    return torch.stack(each).mean()


def found(name: str, scaled: bool) -> Task:
    """Return the task of a name. Errors of places and widths are told in their own units, whatever is learned."""
    if name == "class":
        return replace(BINARY, measures={**BINARY.measures, "accuracy_half": _beyond_half})
    units = SPREAD if scaled else (1.0,) * len(NAMES)
    each = {column: partial(_squared, place, units[place]) for place, column in enumerate(NAMES)}
    return replace(REGRESS, loss=functional.mse_loss, measures={"mse": partial(_all_squared, units), **each})


def wanted(numbers: Array, scaled: bool) -> Array:
    """Return the targets (N, 3) float32 of centres and widths."""
    if not scaled:
        return numbers
    targets: Array = (numbers - np.array(MIDDLE, np.float32)) / np.array(SPREAD, np.float32)
    return targets

"""Typed expressions computed by torch: the independent source that their values and derivatives are checked against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lab.maths.expressions.algebra import Node, in_order
from lab.maths.expressions.evaluation import CONSTANTS
from lab.maths.expressions.expression import Expression

Precision = Literal["float64", "float32"]


@dataclass(frozen=True)
class Computed:
    """What torch says of an expression at a point: its value, and its derivative by each variable."""

    value: float
    gradient: Mapping[str, float]


def by_torch(expression: Expression, point: Mapping[str, float], precision: Precision = "float64") -> Computed:
    """Compute an expression at one point and differentiate it backwards, operation by operation, with autograd."""
    import torch

    kind = torch.float64 if precision == "float64" else torch.float32
    variables = {name: torch.tensor(point[name], dtype=kind, requires_grad=True) for name in expression.variables}
    operations = _operations()
    known: dict[Node, Any] = {}
    for current in in_order([expression.root]):
        match current.operation:
            case "variable":
                known[current] = variables[str(current.value)]
            case "constant":
                known[current] = torch.tensor(CONSTANTS[str(current.value)], dtype=kind)
            case "number":
                known[current] = torch.tensor(float(current.exact or 0), dtype=kind)
            case name:
                known[current] = operations[name](*(known[argument] for argument in current.arguments))
    result = known[expression.root]
    if not result.requires_grad:
        return Computed(result.item(), dict.fromkeys(variables, 0.0))
    slopes = torch.autograd.grad(result, list(variables.values()), allow_unused=True)
    gradient = {name: 0.0 if slope is None else slope.item() for name, slope in zip(variables, slopes, strict=True)}
    return Computed(result.item(), gradient)


def _operations() -> dict[str, Callable[..., Any]]:
    import torch

    return {
        "+": torch.add,
        "-": torch.subtract,
        "*": torch.multiply,
        "/": torch.divide,
        "^": torch.pow,
        "negate": torch.negative,
        **{name: getattr(torch, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
        **{name: getattr(torch, name) for name in ("sinh", "cosh", "tanh", "exp", "log", "log10", "log2", "sqrt")},
        **{name: getattr(torch, name) for name in ("abs", "sign", "floor", "relu", "sigmoid")},
        "cbrt": lambda u: torch.sign(u) * torch.abs(u) ** (1 / 3),
        "softplus": torch.nn.functional.softplus,
        # torch.heaviside has no derivative, not even zero.
        "step": lambda u: torch.sign(torch.relu(u)),
        "min": torch.minimum,
        "max": torch.maximum,
    }

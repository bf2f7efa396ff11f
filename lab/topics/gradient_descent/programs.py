"""A descent as a program, in one dimension or two."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.code import CodeLine
from lab.core.quantities import Lines
from lab.core.text import message
from lab.maths.expressions.expression import Expression
from lab.maths.expressions.programs import in_torch


def descent_lines(
    expression: Expression,
    start: Sequence[float],
    optimiser: str,
    steps: int,
    limits: tuple[Sequence[float], Sequence[float]],
) -> Lines:
    """Return the program of a descent of the vector `at` by a line that makes an optimiser of `[at]`.

    After it, `step` counts its steps, `value` and `at.grad` are those of the last place, `last` is the one before, and
    `going` tells whether it could go on: whether it is within the limits, and has a slope.
    """
    low, high = ([float(each) for each in limit] for limit in limits)
    return (
        "import torch",
        "",
        "",
        f"def f({', '.join(expression.variables)}):",
        f"    return {in_torch(expression)}",
        "",
        "",
        f"at = torch.tensor({[float(each) for each in start]}, dtype=torch.float64, requires_grad=True)",
        f"low, high = torch.tensor([{low}, {high}], dtype=torch.float64)",
        f"optimiser = {optimiser}",
        f"for step in range({steps + 1}):",
        "    optimiser.zero_grad()",
        "    value = f(*at)",
        CodeLine("    value.backward()", why=message("autograd puts the gradient into at.grad")),
        "    inside = bool((at >= low).all() and (at <= high).all())",
        "    going = inside and bool(value.isfinite() and at.grad.isfinite().all())",
        f"    if step == {steps} or not going:",
        "        break",
        "    last = at.detach().clone()",
        CodeLine("    optimiser.step()", why=message("downhill, by the rule of the optimiser")),
    )

"""Typed expressions as a program writes them, for tensors of torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from lab.maths.expressions.algebra import Node, in_order
from lab.maths.expressions.evaluation import constant
from lab.maths.expressions.expression import Expression
from lab.maths.expressions.notation import ATOM, POWER, PRODUCT, SUM, Written

_OTHERS: Final = {
    "cbrt": "(torch.sign({0}) * torch.abs({0}) ** (1 / 3))",
    "softplus": "torch.nn.functional.softplus({0})",
    # torch.heaviside has no derivative, not even zero.
    "step": "torch.sign(torch.relu({0}))",
    "min": "torch.minimum({0}, {1})",
    "max": "torch.maximum({0}, {1})",
    "mean": "mean({0})",
}
"""What is not a function of torch by the same name."""


def in_torch(expression: Expression) -> str:
    """Return the Python expression of tensors that are called as the variables are; it has their derivatives.

    It is made of the operations that expressions know, and of numbers: never of what was typed. Where there are means
    in it, the program has to define `mean`, over all numbers or over those of each example.
    """
    texts: dict[Node, Written] = {}
    for current in in_order([expression.root]):
        texts[current] = _text(current, [texts[argument] for argument in current.arguments])
    text = texts[expression.root][0]
    # What no variable is part of has no derivative: autograd would refuse it.
    return text if expression.root.names else f"{text} + 0 * {expression.variables[0]}"


def _text(current: Node, parts: Sequence[Written]) -> Written:
    match current.operation:
        case "number":
            return _number(current.exact or Fraction(0))
        case "variable":
            return str(current.value), ATOM
        case "constant":
            return ("2 * torch.pi", PRODUCT) if current.value == "tau" else (f"torch.{current.value}", ATOM)
        case "+" | "-" as sign:
            return f"{_held(parts[0], SUM)} {sign} {_held(parts[1], PRODUCT)}", SUM
        case "negate":
            return f"-{_held(parts[0], PRODUCT)}", SUM
        case "*":
            return f"{_held(parts[0], PRODUCT)} * {_held(parts[1], POWER)}", PRODUCT
    if not current.names:
        # Python would refuse 1 / 0, or make a complex number of a root.
        value = constant(current)
        if math.isfinite(value):
            return _number(Fraction(value))
        return {"inf": ("torch.inf", ATOM), "-inf": ("-torch.inf", SUM)}.get(str(value), ("torch.nan", ATOM))
    if current.operation == "/":
        return f"{_held(parts[0], PRODUCT)} / {_held(parts[1], POWER)}", PRODUCT
    if current.operation == "^":
        return f"{_held(parts[0], ATOM)} ** {_held(parts[1], ATOM)}", POWER
    arguments = [
        text if argument.names else f"torch.tensor({text}, dtype=torch.float64)"
        for argument, (text, _) in zip(current.arguments, parts, strict=True)
    ]
    return _OTHERS.get(current.operation, f"torch.{current.operation}({{0}})").format(*arguments), ATOM


def _held(part: Written, least: int) -> str:
    text, holds = part
    return text if holds >= least else f"({text})"


def _number(value: Fraction) -> Written:
    if value < 0:
        return f"-{_number(-value)[0]}", SUM
    if value.denominator == 1:
        return str(value.numerator) if value < 10**15 else repr(float(value)), ATOM
    decimal = Fraction(repr(float(value)))
    return (repr(float(value)), ATOM) if decimal == value else (f"{value.numerator} / {value.denominator}", PRODUCT)

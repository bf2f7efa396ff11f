"""Derivatives of expressions, by the rules of sum, product, quotient, power and chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lab.maths.expressions.algebra import (
    ONE,
    TWO,
    ZERO,
    Node,
    folded,
    in_order,
    minus,
    negative,
    node,
    number,
    over,
    plus,
    power,
    times,
)

E: Final = node("constant", value="e")


def _extreme(larger: bool) -> Callable[[Node, Node, Node, Node], Node]:
    def rule(left: Node, right: Node, by_left: Node, by_right: Node) -> Node:
        # (1 + sign) / 2 is 1 for the one that is taken, 0 for the other, and 1/2 each where they are equal.
        ahead = minus(left, right) if larger else minus(right, left)
        sign = node("sign", ahead)
        mean = plus(times(by_left, plus(ONE, sign)), times(by_right, minus(ONE, sign)))
        return over(mean, TWO)

    return rule


RULES: Final[dict[str, Callable[[Node], Node]]] = {
    "sin": lambda u: node("cos", u),
    "cos": lambda u: negative(node("sin", u)),
    "tan": lambda u: over(ONE, power(node("cos", u), TWO)),
    "asin": lambda u: over(ONE, node("sqrt", minus(ONE, power(u, TWO)))),
    "acos": lambda u: negative(over(ONE, node("sqrt", minus(ONE, power(u, TWO))))),
    "atan": lambda u: over(ONE, plus(ONE, power(u, TWO))),
    "sinh": lambda u: node("cosh", u),
    "cosh": lambda u: node("sinh", u),
    "tanh": lambda u: minus(ONE, power(node("tanh", u), TWO)),
    "exp": lambda u: node("exp", u),
    "log": lambda u: over(ONE, u),
    "log10": lambda u: over(ONE, times(u, node("log", number(10)))),
    "log2": lambda u: over(ONE, times(u, node("log", TWO))),
    "sqrt": lambda u: over(ONE, times(TWO, node("sqrt", u))),
    "cbrt": lambda u: over(ONE, times(number(3), power(node("cbrt", u), TWO))),
    "abs": lambda u: node("sign", u),
    "sign": lambda u: ZERO,
    "floor": lambda u: ZERO,
    "relu": lambda u: node("step", u),
    "step": lambda u: ZERO,
    "sigmoid": lambda u: times(node("sigmoid", u), minus(ONE, node("sigmoid", u))),
    "softplus": lambda u: node("sigmoid", u),
}
"""The derivative of each function by its argument u; at a kink as torch has it: abs' = 0 and relu' = 0 at 0."""

PAIRS: Final = {"min": _extreme(larger=False), "max": _extreme(larger=True)}
"""The derivative of functions of two arguments, from these and their own derivatives."""


def differentiate(root: Node, name: str) -> Node:
    """Return the derivative by the variable `name`, by the rules of sum, product, quotient, power and chain."""
    by: dict[Node, Node] = {}
    for current in in_order([root]):
        by[current] = ZERO if name not in current.names else _rule(current, [by[u] for u in current.arguments])
    return by[root]


def _rule(current: Node, inner: list[Node]) -> Node:
    match current.operation, current.arguments, inner:
        case "variable", _, _:
            return ONE
        case "+", _, [by_left, by_right]:
            return plus(by_left, by_right)
        case "-", _, [by_left, by_right]:
            return minus(by_left, by_right)
        case "negate", _, [by]:
            return negative(by)
        case "*", (left, right), [by_left, by_right]:
            return plus(times(by_left, right), times(left, by_right))
        case "/", (above, below), [by_above, by_below]:
            if by_below is ZERO:
                return over(by_above, below)
            return over(minus(times(by_above, below), times(above, by_below)), power(below, TWO))
        case "^", (base, exponent), [by_base, by_exponent]:
            return _power_rule(base, exponent, by_base, by_exponent)
        case ("min" | "max") as name, (left, right), [by_left, by_right]:
            return PAIRS[name](left, right, by_left, by_right)
        case name, (u,), [by]:
            return times(RULES[name](u), by)
    raise ValueError(current.operation)


def _power_rule(base: Node, exponent: Node, by_base: Node, by_exponent: Node) -> Node:
    if by_exponent is ZERO:
        constant = folded(exponent)
        return times(constant, power(base, minus(constant, ONE)), by_base)
    steepness = by_exponent if base is E else times(by_exponent, node("log", base))
    if by_base is not ZERO:
        steepness = plus(steepness, over(times(exponent, by_base), base))
    return times(node("^", base, exponent), steepness)

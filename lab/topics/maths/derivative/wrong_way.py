"""The derivatives that students write down by mistake: a product, or a chain, differentiated piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lab.maths.expressions.algebra import ONE, Node, folded, minus, power, times
from lab.maths.expressions.differentiation import RULES, differentiate
from lab.maths.expressions.expression import Expression
from lab.maths.expressions.notation import pretty


@dataclass(frozen=True)
class WrongWay:
    """A wrong derivative, and the pieces that it and the right one are made of, as text."""

    rule: Literal["product", "chain"]
    derivative: Expression
    pieces: str
    """What u is, and v, and their derivatives."""
    wrong: str
    right: str


def wrong_way(expression: Expression) -> WrongWay | None:
    """Return the usual mistake for a product of two functions, a power or a function of a function; else None."""
    root, name = expression.root, expression.variables[0]
    match root.operation, root.arguments:
        case "*", (left, right) if left.names and right.names:
            by_left, by_right = differentiate(left, name), differentiate(right, name)
            pieces = f"u = {pretty(left)}, u′ = {pretty(by_left)}; v = {pretty(right)}, v′ = {pretty(by_right)}"
            return _made(expression, "product", times(by_left, by_right), pieces, "u′·v′", "u′·v + u·v′")
        case "^", (base, exponent) if _inner(base) and not exponent.names:
            constant = folded(exponent)
            outer = times(constant, power(base, minus(constant, ONE)))
            return _chain(expression, base, outer)
        case function, (inner,) if function in RULES and _inner(inner):
            return _chain(expression, inner, RULES[function](inner))
    return None


def _inner(node: Node) -> bool:
    """Tell whether a node is a function of the variable, and not just the variable, whose derivative is 1."""
    return bool(node.names) and node.operation != "variable"


def _chain(expression: Expression, inner: Node, outer: Node) -> WrongWay:
    by_inner = differentiate(inner, expression.variables[0])
    pieces = f"u = {pretty(inner)}, u′ = {pretty(by_inner)}; df/du = {pretty(outer)}"
    return _made(expression, "chain", outer, pieces, "df/du", "df/du · u′")


def _made(
    expression: Expression, rule: Literal["product", "chain"], wrong: Node, pieces: str, way: str, right: str
) -> WrongWay:
    return WrongWay(rule, Expression(wrong, expression.variables), pieces, way, right)

"""Trees of expressions: how they are built and simplified.

Numbers are exact fractions. Equal subtrees are one object, so that they are compared by identity, differentiated once
and evaluated once. Nothing here recurses: a tree may be as deep as it is long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from threading import Lock
from typing import Final
from weakref import WeakValueDictionary

LARGEST: Final = 10**15
"""Numbers are computed with as fractions while numerator and denominator are below; larger ones are left alone."""
CONSTANTS: Final = ("pi", "e", "tau")


@dataclass(frozen=True, eq=False)
class Node:
    """One operation on `arguments`.

    `operation` is "number" with the `value` of a fraction; "variable" or "constant" with the `value` of a name; one
    of + - * / ^, "negate", or the name of a function. Made by `node` and `number` only.
    """

    operation: str
    arguments: tuple[Node, ...] = ()
    value: Fraction | str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables in it."""
        own = frozenset((self.value,)) if self.operation == "variable" and isinstance(self.value, str) else frozenset()
        return own.union(*(argument.names for argument in self.arguments))

    @cached_property
    def size(self) -> int:
        """The nodes of the tree, those that occur twice counted twice."""
        return 1 + sum(argument.size for argument in self.arguments)

    @property
    def exact(self) -> Fraction | None:
        """The value of a number, else None."""
        return self.value if isinstance(self.value, Fraction) else None


_made: WeakValueDictionary[tuple[str, tuple[Node, ...], Fraction | str], Node] = WeakValueDictionary()
_lock = Lock()


def node(operation: str, *arguments: Node, value: Fraction | str = "") -> Node:
    """Return the one node of this operation on these arguments, exactly as asked, nothing simplified."""
    key = (operation, arguments, value)
    with _lock:
        found = _made.get(key)
        if found is None:
            found = _made[key] = Node(operation, arguments, value)
            # Known before their owners are, these need no recursion.
            _ = found.names, found.size
    return found


def number(value: int | Fraction) -> Node:
    """Return the node of a number."""
    return node("number", value=Fraction(value))


ZERO: Final = number(0)
ONE: Final = number(1)
TWO: Final = number(2)


def in_order(roots: Iterable[Node]) -> list[Node]:
    """Return every node below and including `roots` once, arguments before what is made of them."""
    ordered: dict[Node, None] = {}
    waiting = [(root, False) for root in roots]
    while waiting:
        current, ready = waiting.pop()
        if ready:
            ordered[current] = None
        elif current not in ordered:
            waiting.append((current, True))
            waiting.extend((argument, False) for argument in current.arguments)
    return list(ordered)


def _small(value: Fraction) -> bool:
    return abs(value.numerator) < LARGEST and value.denominator < LARGEST


def _factors(product: Node) -> tuple[Fraction, dict[Node, int]]:
    """Split a product into its number and the whole power of each other factor, in order."""
    coefficient = Fraction(1)
    powers: dict[Node, int] = {}
    waiting = [(product, 1)]
    while waiting:
        current, exponent = waiting.pop()
        match current.operation:
            case "*" | "/":
                left, right = current.arguments
                waiting.append((right, exponent if current.operation == "*" else -exponent))
                waiting.append((left, exponent))
                continue
            case "negate":
                coefficient = -coefficient if exponent % 2 else coefficient
                waiting.append((current.arguments[0], exponent))
                continue
            case "^":
                whole = current.arguments[1].exact
                if whole is not None and whole.denominator == 1 and abs(whole * exponent) < LARGEST:
                    waiting.append((current.arguments[0], exponent * int(whole)))
                    continue
        value = current.exact
        if value is not None and (value or exponent > 0) and _small(value) and abs(exponent) <= 100:
            raised = coefficient * value**exponent
            if _small(raised):
                coefficient = raised
                continue
        powers[current] = powers.get(current, 0) + exponent
    return coefficient, {base: exponent for base, exponent in powers.items() if exponent}


def _chain(operation: str, parts: Sequence[Node]) -> Node:
    chained = parts[0]
    for part in parts[1:]:
        chained = node(operation, chained, part)
    return chained


def _raised(base: Node, exponent: int) -> Node:
    return base if exponent == 1 else node("^", base, number(exponent))


def _rank(factor: tuple[Node, int]) -> tuple[int, str]:
    """Order factors as people do: constants, variables, everything else as it came."""
    base = factor[0]
    place = {"constant": 0, "variable": 1}.get(base.operation, 2)
    return place, str(base.value) if place == 1 else ""


def _short(value: Fraction) -> bool:
    """Tell whether a number is written as a decimal of at most eight places."""
    return 10**8 % value.denominator == 0


def _product(coefficient: Fraction, powers: dict[Node, int]) -> Node:
    """Write a product: its sign, its number, what is multiplied, over what is divided by."""
    if not coefficient:
        return ZERO
    size = abs(coefficient)
    ordered = sorted(powers.items(), key=_rank)
    above = [_raised(base, exponent) for base, exponent in ordered if exponent > 0]
    below = [_raised(base, -exponent) for base, exponent in ordered if exponent < 0]
    if (above or below) and not _short(size):
        below.insert(0, number(size.denominator))
        size = Fraction(size.numerator)
    if size != 1 or not above:
        above.insert(0, number(size))
    product = _chain("*", above)
    if below:
        product = node("/", product, _chain("*", below))
    if coefficient > 0:
        return product
    return number(coefficient) if product.exact is not None else node("negate", product)


def times(*factors: Node) -> Node:
    """Multiply: numbers are folded, equal bases joined, a zero ends it. x/x is 1, also where x is 0."""
    return _product(*_factors(_chain("*", factors)))


def over(above: Node, below: Node) -> Node:
    """Divide, as `times` multiplies."""
    return _product(*_factors(node("/", above, below)))


def negative(of: Node) -> Node:
    """Change the sign."""
    return _product(*_factors(node("negate", of)))


def plus(*terms: Node) -> Node:
    """Add: terms that differ only in their number are joined, zeros left out."""
    sums: dict[frozenset[tuple[Node, int]], tuple[Fraction, dict[Node, int]]] = {}
    separate: list[Node] = []
    waiting = [(term, 1) for term in reversed(terms)]
    while waiting:
        current, sign = waiting.pop()
        if current.operation in ("+", "-"):
            left, right = current.arguments
            waiting.append((right, sign if current.operation == "+" else -sign))
            waiting.append((left, sign))
        elif current.operation == "negate":
            waiting.append((current.arguments[0], -sign))
        else:
            coefficient, powers = _factors(current)
            # The order of factors does not matter.
            core = frozenset(powers.items())
            joined = sums.get(core, (Fraction(0), powers))[0] + sign * coefficient
            if _small(joined):
                sums[core] = joined, powers
            else:
                separate.append(_product(sign * coefficient, powers))
    parts = [_product(total, powers) for total, powers in sums.values() if total]
    return _sum([*parts, *separate])


def _sum(parts: list[Node]) -> Node:
    if not parts:
        return ZERO
    total = parts[0]
    for part in parts[1:]:
        exact = part.exact
        if part.operation == "negate":
            total = node("-", total, part.arguments[0])
        elif exact is not None and exact < 0:
            total = node("-", total, number(-exact))
        else:
            total = node("+", total, part)
    return total


def minus(left: Node, right: Node) -> Node:
    """Subtract, as `plus` adds."""
    return plus(left, node("negate", right))


def power(base: Node, exponent: Node) -> Node:
    """Raise: u^1 is u, u^0 is 1, numbers and whole powers of whole powers are folded."""
    value = exponent.exact
    if value is not None and value.denominator == 1:
        return _product(*_factors(node("^", base, exponent))) if value else ONE
    return ONE if base is ONE else node("^", base, exponent)


def folded(constant: Node) -> Node:
    """Return a number for an expression of numbers alone, as 1/3 is, when it has one; else the expression itself."""
    by: dict[Node, Node] = {}
    makers: dict[str, Callable[..., Node]] = {
        "+": plus,
        "-": minus,
        "*": times,
        "/": over,
        "negate": negative,
        "^": power,
    }
    for current in in_order([constant]):
        made = makers.get(current.operation)
        by[current] = made(*(by[u] for u in current.arguments)) if made else current
    return by[constant] if by[constant].exact is not None else constant
